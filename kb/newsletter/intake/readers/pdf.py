"""PDF: printed lines with their sizes; columns, running heads, headings by size."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from kb.base.interface import Refusal, Word
from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, count, tidy
from kb.newsletter.intake.lines import Line, join, with_usual_gaps
from kb.newsletter.intake.readers import pdf_pages
from kb.newsletter.intake.readers.text import without_running

PAGES = 300
CHARACTERS = 3_000_000
_MARGIN = 0.12
_LONGEST_HEADING = 30
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"^(?:page|p\.)?\s*[-–—|]?\s*\d{1,4}\s*(?:(?:/|of|de|sur)\s*\d{1,4})?\s*[-–—|]?$", re.I)


@dataclass(frozen=True)
class _Print:
    """One line as printed: corners in points, the page's height with it."""

    page: int
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    text: str
    height: float


def read(data: bytes, file: str) -> Document:
    """Read a PDF. Raises ArushaError if it is encrypted, damaged, too long, or has no text."""
    answer = _ask(data, file)
    prints = [
        _Print(number, line[0], line[1], line[2], line[3], line[4], line[5], page["height"])
        for number, page in enumerate(answer["pages"], 1)
        for line in _in_order(page["lines"])
        if tidy(line[5])
    ]
    if not any(character.isalnum() for line in prints for character in line.text):
        raise Refusal("file.scan", file=file)
    found = sum(count(tidy(line.text)) for line in prints)
    kept, dropped = _without_margins(prints, len(answer["pages"]))
    levels = _levels(kept)
    lines = _measured(kept, levels)
    if not levels and not _is_justified(lines):  # typed text: what holds for a text layer holds here
        lines, running = without_running([replace(line, room=0, page_room=0) for line in lines])
        lines, dropped = with_usual_gaps(lines), [*dropped, *running]
    blocks, joined = join(lines)
    notes = [Note("pictures", {"n": answer["images"]})] if answer["images"] else []
    if answer["unread"]:
        notes.append(Note("pages_unread", {"n": answer["unread"]}))
    settled = tuple(_settled(block) for block in blocks)
    styled = any(block.kind is Kind.HEADING for block in settled)
    return Document(file, "pdf", settled, found, joined, tuple(dropped), tuple(notes), styled)


def _ask(data: bytes, file: str) -> dict[str, Any]:
    answer = pdf_pages.read(data, PAGES, CHARACTERS)
    if "error" in answer:
        counts = {"pages": answer.get("pages"), "most": PAGES, "millions": CHARACTERS // 1_000_000}
        raise Refusal("of_file", file=file, what=Word(f"refused.file.{answer['error']}", **counts))
    return answer


def _in_order(lines: list[list[Any]]) -> list[list[Any]]:
    """The lines as they are read: the file's own order, unless it leaps up and down between columns."""
    leaps = sum(1 for before, line in pairwise(lines) if line[2] > before[2] + before[3])
    if leaps < 8 or leaps * 4 < len(lines):
        return lines
    middle = _gutter(lines)
    ordered: list[list[Any]] = []
    band: list[list[Any]] = []
    for line in [*sorted(lines, key=lambda line: (-line[2], line[0])), None]:
        if line is not None and (middle is not None and (line[1] <= middle or line[0] >= middle)):
            band.append(line)
            continue
        ordered += [each for each in band if each[0] < (middle or 0)] + [
            each for each in band if each[0] >= (middle or 0)
        ]
        band = []
        if line is not None:
            ordered.append(line)
    return ordered


def _gutter(lines: Sequence[Sequence[Any]]) -> float | None:
    """Where a gap between two columns runs down the page; None if there is none."""
    left, right = min(line[0] for line in lines), max(line[1] for line in lines)
    best: tuple[int, float] | None = None
    for step in range(30, 71):
        x = left + (right - left) * step / 100
        crossing = sum(1 for line in lines if line[0] < x < line[1])
        sides = min(sum(1 for line in lines if line[1] <= x), sum(1 for line in lines if line[0] >= x))
        if sides * 5 >= len(lines) and crossing * 5 <= len(lines) and (best is None or crossing < best[0]):
            best = crossing, x
    return best[1] if best else None


def _without_margins(prints: Sequence[_Print], pages: int) -> tuple[list[_Print], list[Dropped]]:
    """The lines without running heads, footers and page numbers, and those."""

    def edge(line: _Print) -> str:
        if line.y > line.height * (1 - _MARGIN):
            return "header"
        return "footer" if line.y < line.height * _MARGIN else ""

    def shape(line: _Print) -> tuple[str, str]:
        return edge(line), _DIGITS.sub("#", tidy(line.text)).casefold()

    on_pages: dict[tuple[str, str], set[int]] = {}
    for line in prints:
        if edge(line):
            on_pages.setdefault(shape(line), set()).add(line.page)
    enough = 2 if pages <= 6 else max(3, pages // 5)
    kept: list[_Print] = []
    dropped: list[Dropped] = []
    for line in prints:
        place = edge(line)
        text = tidy(line.text)
        if place and _PAGE_NUMBER.match(text):
            dropped.append(Dropped("page number", text, f"page {line.page}"))
        elif place and len(on_pages[shape(line)]) >= enough:
            dropped.append(Dropped(place, text, f"page {line.page}"))
        else:
            kept.append(line)
    return kept, dropped


def _levels(prints: Iterable[_Print]) -> dict[tuple[float, bool], int]:
    """The heading level of each size and weight that is not the body's: larger first, then bold at the body's size."""
    weights: Counter[tuple[float, bool]] = Counter()
    for line in prints:
        weights[line.size, line.bold] += len(line.text)
    sizes: Counter[float] = Counter()
    for (size, _), times in weights.items():
        sizes[size] += times
    if not sizes:
        return {}
    body = max(sorted(sizes), key=lambda size: sizes[size])
    larger = [size for size in sorted(sizes, reverse=True) if size > body * 1.08]
    ranks: list[float] = []
    for size in larger:
        if not ranks or size < ranks[-1] * 0.97:
            ranks.append(size)
    levels: dict[tuple[float, bool], int] = {}
    for size, bold in weights:
        rank = next((place for place, least in enumerate(ranks, 1) if size >= least * 0.97), 0)
        if rank and size > body * 1.08:
            levels[size, bold] = min(rank, 6)
        elif bold and body * 0.97 <= size and weights[size, True] < weights[size, False]:
            levels[size, bold] = min(len(ranks) + 1, 6)
    return levels


def _measured(prints: Sequence[_Print], levels: dict[tuple[float, bool], int]) -> list[Line]:
    """The lines with gaps in lines, the room of their column, and indents."""
    leading = _leading(prints)
    columns = list(_columns(prints))
    measured: list[Line] = []
    for place, line in enumerate(prints):
        before = prints[place - 1] if place else None
        opens = before is None or before.page != line.page
        group = columns[place]
        gap = 0
        if before is not None and not opens and columns[place - 1].number == group.number:
            step = (before.y - line.y) / max(1.0, leading * max(line.size, before.size))
            gap = 0 if step < 1.2 else max(1, round(step) - 1)
        measured.append(
            Line(
                line.text,
                page=line.page,
                number=place + 1,
                gap=gap,
                opens_page=opens,
                width=max(1.0, line.x1 - group.x0),
                room=group.room,
                page_room=group.room,
                level=levels.get((line.size, line.bold), 0),
                column=group.number,
                indented=line.x0 > group.x0 + 0.4 * line.size,
            )
        )
    return measured


def _is_justified(lines: Sequence[Line]) -> bool:
    """Whether many lines end at their column's edge."""
    full = sum(1 for line in lines if line.room and line.width > 0.985 * line.room)
    return full * 5 > 2 * len(lines)


def _leading(prints: Sequence[_Print]) -> float:
    """The usual distance of two lines, in sizes of the type."""
    steps = Counter(
        round((before.y - line.y) / line.size, 1)
        for before, line in pairwise(prints)
        if before.page == line.page and before.size == line.size > 0 and 0.8 < (before.y - line.y) / line.size < 2.6
    )
    return max(sorted(steps), key=lambda step: steps[step]) if steps else 1.2


@dataclass(frozen=True)
class _Column:
    """A run of lines below each other: left edge and width in points."""

    number: int
    x0: float
    room: float


def _columns(prints: Sequence[_Print]) -> list[_Column]:
    """For each line the run it is in; a new run begins on a new page and where the next line is not below this one."""
    runs: list[list[int]] = []
    for place, line in enumerate(prints):
        before = prints[place - 1] if place else None
        below = before is not None and before.page == line.page and line.y <= before.y + 0.5 * line.size
        beside = before is not None and (line.x0 > before.x1 or line.x1 < before.x0)
        if runs and below and not beside:
            runs[-1].append(place)
        else:
            runs.append([place])
    columns: list[_Column] = []
    for number, run in enumerate(runs):
        left = sorted(prints[place].x0 for place in run)[len(run) // 10]
        right = sorted(prints[place].x1 for place in run)[-1 - len(run) // 20]
        columns += [_Column(number, left, right - left if len(run) > 2 else 0)] * len(run)
    return columns


def _settled(block: Block) -> Block:
    """A heading too long to be one is a paragraph (a quote in large type)."""
    if block.kind is Kind.HEADING and block.words > _LONGEST_HEADING:
        return replace(block, kind=Kind.PARAGRAPH, level=0)
    return block
