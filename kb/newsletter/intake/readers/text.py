"""Plain text and text layers of printed editions: pages, footers, blank lines, bullets."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kb.base.interface import Refusal
from kb.newsletter.intake.blocks import Document, Dropped, Note, count, tidy
from kb.newsletter.intake.lines import Line, join, width, with_usual_gaps

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"^(?:page|p\.)?\s*[-–—|]?\s*\d{1,4}\s*(?:(?:/|of|de|sur)\s*\d{1,4})?\s*[-–—|]?$", re.I)
_RUNNING = re.compile(r"\b(?:newsletter|bulletin|lettre d.information|edition|édition)\b", re.I)
_BREAK = re.compile(r"\r\n|[\n\r\v\x85\u2028\u2029]")


def decode(data: bytes, file: str) -> tuple[str, list[Note]]:
    """The text of *data* by its byte order mark, else UTF-8, else UTF-16 or Windows-1252 by its look. Raises ArushaError."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), [
                Note("encoding", {"encoding": encoding.removesuffix("-sig").upper()})
            ]
    if b"\0" in data:
        even, odd = data[::2].count(0), data[1::2].count(0)
        if max(even, odd) * 4 < len(data):
            raise Refusal("file.no_known_text", file=file)
        encoding = "utf-16-be" if even > odd else "utf-16-le"
        return data.decode(encoding, "replace"), [Note("encoding", {"encoding": "UTF-16"})]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    strange = sum(
        1 for character in text if character == "\ufffd" or (character < " " and character not in "\t\n\r\f\v")
    )
    if strange * 50 > len(text):
        raise Refusal("file.no_known_text", file=file)
    return text, [Note("encoding", {"encoding": "Windows-1252"})]


def read(data: bytes, file: str) -> Document:
    """Read a text file. Raises ArushaError."""
    text, notes = decode(data, file)
    return from_text(text, file, "text", notes)


def from_text(text: str, file: str, form: str, notes: Sequence[Note] = ()) -> Document:
    """Read the printed lines of a text."""
    lines = list(_lines(text))
    kept, dropped = without_running(lines)
    blocks, joined = join(with_usual_gaps(kept))
    return Document(file, form, tuple(blocks), count(tidy(text)), joined, tuple(dropped), tuple(notes))


def _lines(text: str) -> Iterator[Line]:
    """The lines that are not blank; *gap* is still the plain number of blank lines before."""
    page, number, blank = 1, 0, 0
    fed = "\f" in text
    for sheet_number, sheet in enumerate(text.split("\f")):
        opens = sheet_number > 0 or page == 1
        page = sheet_number + 1 if fed else page
        for raw in _BREAK.split(sheet):
            number += 1
            if not raw.strip():
                blank += 1
                continue
            if not fed and _opens_page(raw):
                page, opens = page + (number > 1), True
            yield Line(raw, page, number, blank, opens, width(tidy(raw)))
            blank, opens = 0, False


def _opens_page(raw: str) -> bool:
    """One space and then text is how many a text layer marks the first line of a page."""
    return raw[0] == " " and raw[1:2] not in (" ", "\t", "") and raw[1:2].isprintable()


def without_running(lines: Sequence[Line]) -> tuple[list[Line], list[Dropped]]:
    """The lines without running heads, footers and page numbers, and those."""
    texts = [tidy(line.text) for line in lines]
    gone = {**_repeated(lines, texts), **_standing_alone(lines, texts)}
    dropped = [Dropped(gone[place], texts[place], f"line {lines[place].number}") for place in sorted(gone)]
    return _rest(lines, gone), dropped


def is_page_number(text: str) -> bool:
    """Whether a printed line is a page's number and nothing else."""
    return bool(_PAGE_NUMBER.match(text))


def _reason(text: str) -> str:
    return "page number" if is_page_number(text) else "header or footer"


def _repeated(lines: Sequence[Line], texts: Sequence[str]) -> dict[int, str]:
    """The places of lines at the edges of pages that stand on a third of them, whatever their digits."""
    pages = len({line.page for line in lines})
    shapes = {place: _DIGITS.sub("#", texts[place]) for place in _edges(lines)}
    times = Counter(shapes.values())
    if pages < 3:
        return {}
    return {place: _reason(texts[place]) for place, shape in shapes.items() if times[shape] >= max(3, pages / 3)}


def _standing_alone(lines: Sequence[Line], texts: Sequence[str]) -> dict[int, str]:
    """The places of page numbers apart from the text, with what stands by them if that names the edition."""
    gone: dict[int, str] = {}
    for group in _islands(lines):
        reasons = {place: _reason(texts[place]) for place in group}
        others = [texts[place] for place in group if not is_page_number(texts[place])]
        if len(others) < len(group) and all(_RUNNING.search(text) and len(text) < 80 for text in others):
            gone |= reasons
    return gone


def _rest(lines: Sequence[Line], gone: dict[int, str]) -> list[Line]:
    """The lines that stay; what stood around a footer inside a page keeps the gap, a page goes on being opened."""
    kept: list[Line] = []
    opens = False
    for place, line in enumerate(lines):
        if place in gone:
            opens = opens or line.opens_page
        else:
            kept.append(replace(line, opens_page=True) if opens else line)
            opens = False
    return kept


def _edges(lines: Sequence[Line]) -> list[int]:
    """The places of the first two and last two lines of each page, where pages are marked by form feeds or spaces."""
    opening = [place for place, line in enumerate(lines) if line.opens_page] + [len(lines)]
    edges: set[int] = set()
    for first, after in pairwise(opening):
        if after - first > 2:  # a page of nothing else has no running head
            edges |= {*range(first, first + 2), *range(after - 2, after)}
    return sorted(edges)


def _islands(lines: Sequence[Line]) -> Iterator[list[int]]:
    """Groups of at most four short lines that stand alone between wide gaps, or alone at a page's edge."""
    group: list[int] = []
    for place, line in enumerate(lines):
        if group and line.gap < 2 and not line.opens_page:
            group.append(place)
            continue
        if 1 <= len(group) <= 3:
            yield group
        group = [place]
    if 1 <= len(group) <= 3:
        yield group
