"""PDF: printed lines with their sizes; columns, running heads, headings by size."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

from kb.base.interface import Refusal, Word
from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, count, most_frequent, tidy
from kb.newsletter.intake.lines import Line, join, with_usual_gaps
from kb.newsletter.intake.readers import pdf_pages
from kb.newsletter.intake.readers.text import is_page_number, without_running

PAGES = 300
CHARACTERS = 3_000_000
_MARGIN = 0.12
_LONGEST_HEADING = 30
_DIGITS = re.compile(r"\d+")


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
    prints = list(_prints(answer["pages"]))
    if not any(character.isalnum() for line in prints for character in line.text):
        raise Refusal("file.scan", file=file)
    words = sum(count(tidy(line.text)) for line in prints)
    kept, dropped = _without_margins(prints, len(answer["pages"]))
    levels = _levels(kept)
    lines = _measured(kept, levels)
    if not levels and not _is_justified(lines):  # typed text: what holds for a text layer holds here
        lines, running = without_running([replace(line, room=0, page_room=0) for line in lines])
        lines, dropped = with_usual_gaps(lines), [*dropped, *running]
    blocks, joined = join(lines)
    settled = tuple(map(_settled, blocks))
    counts = (("pictures", answer["images"]), ("pages_unread", answer["unread"]))
    notes = tuple(Note(key, {"n": times}) for key, times in counts if times)
    styled = any(block.kind is Kind.HEADING for block in settled)
    return Document(file, "pdf", settled, words, joined, tuple(dropped), notes, styled)


def _prints(pages: Sequence[dict[str, Any]]) -> Iterator[_Print]:
    for number, page in enumerate(pages, 1):
        for line in _in_order(page["lines"]):
            if tidy(line[5]):
                x0, x1, y, size, bold, text = line
                yield _Print(number, x0, x1, y, size, bold, text, page["height"])


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
    ordered = sorted(lines, key=lambda line: (-line[2], line[0]))
    middle = _gutter(lines)
    if middle is None:
        return ordered
    read: list[list[Any]] = []
    for across, band in groupby(ordered, key=lambda line: line[0] < middle < line[1]):
        read += sorted(band, key=lambda line: not across and line[0] >= middle)  # the left column, then the right
    return read


def _gutter(lines: Sequence[Sequence[Any]]) -> float | None:
    """Where a gap between two columns runs down the page; None if there is none."""
    left, right = min(line[0] for line in lines), max(line[1] for line in lines)
    places = [left + (right - left) * step / 100 for step in range(30, 71)]
    crossed = {x: crossing for x in places if (crossing := _crossing(lines, x)) is not None}
    return min(crossed, key=lambda x: crossed[x], default=None)


def _crossing(lines: Sequence[Sequence[Any]], x: float) -> int | None:
    """How many lines run across a place; None if too many do for a gap, or too few stand on a side of it."""
    before = sum(1 for line in lines if line[1] <= x)
    after = sum(1 for line in lines if line[0] >= x)
    crossing = sum(1 for line in lines if line[0] < x < line[1])
    return crossing if min(before, after) * 5 >= len(lines) >= crossing * 5 else None


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
        if place and is_page_number(text):
            dropped.append(Dropped("page number", text, f"page {line.page}"))
        elif place and len(on_pages[shape(line)]) >= enough:
            dropped.append(Dropped(place, text, f"page {line.page}"))
        else:
            kept.append(line)
    return kept, dropped


def _levels(prints: Iterable[_Print]) -> dict[tuple[float, bool], int]:
    """The heading level of each size and weight that is not the body's: larger first, then bold at the body's size."""
    weights: Counter[tuple[float, bool]] = Counter()
    sizes: Counter[float] = Counter()
    for line in prints:
        weights[line.size, line.bold] += len(line.text)
        sizes[line.size] += len(line.text)
    body = most_frequent(sizes, 0)
    ranks = _ranks(size for size in sizes if size > body * 1.08)
    levels: dict[tuple[float, bool], int] = {}
    for size, bold in weights:
        if size > body * 1.08:
            levels[size, bold] = next(place for place, least in enumerate(ranks, 1) if size >= least * 0.97)
        elif bold and body * 0.97 <= size and weights[size, True] < weights[size, False]:
            levels[size, bold] = len(ranks) + 1
    return {style: min(level, 6) for style, level in levels.items()}


def _ranks(sizes: Iterable[float]) -> list[float]:
    """The sizes from the largest on, without those that differ from the one before by the rounding of a printer."""
    ranks: list[float] = []
    for size in sorted(sizes, reverse=True):
        if not ranks or size < ranks[-1] * 0.97:
            ranks.append(size)
    return ranks


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
    return most_frequent(steps, 1.2)


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
        if before is not None and _is_below(line, before):
            runs[-1].append(place)
        else:
            runs.append([place])
    columns: list[_Column] = []
    for number, run in enumerate(runs):
        left = sorted(prints[place].x0 for place in run)[len(run) // 10]
        right = sorted(prints[place].x1 for place in run)[-1 - len(run) // 20]
        columns += [_Column(number, left, right - left if len(run) > 2 else 0)] * len(run)
    return columns


def _is_below(line: _Print, before: _Print) -> bool:
    """Whether a line stands under the one before it on its page, and not beside it."""
    under = before.page == line.page and line.y <= before.y + 0.5 * line.size
    return under and line.x0 <= before.x1 and line.x1 >= before.x0


def _settled(block: Block) -> Block:
    """A heading too long to be one is a paragraph (a quote in large type)."""
    if block.kind is Kind.HEADING and block.words > _LONGEST_HEADING:
        return replace(block, kind=Kind.PARAGRAPH, level=0)
    return block
