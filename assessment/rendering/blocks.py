"""What a document is made of: sections of blocks that hold all its words and figures; every form lays out these and nothing else.

Passages, headings and lists are those of the press; the other blocks are an assessment's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from math import ceil
from typing import Any, Literal

from kb.press.document import Heading, Listing, Paragraph, Run, Runs, text_of

_ROOM = 90  # letters of a printed line over the whole width
_MOST_LINES = 24  # of a row or an answer that no page break may part; a page has about twice as many
_WHOLE = 14  # rows of a table that stands on one page


@dataclass(frozen=True)
class Passage:
    """Paragraphs and lists after a bold *label*. *tone*: how a screen may mark it, such as the zone of a risk."""

    blocks: tuple[Paragraph | Listing, ...]
    label: str = ""
    style: Literal["", "lead", "small", "sticky"] = ""
    tone: str = ""


Cell = tuple[Passage, ...]


@dataclass(frozen=True)
class Interval:
    """A score between the ends of its interval, and what of it is evidenced, each 0 to 100, or None: a bar shows them."""

    score: float | None
    low: float | None
    high: float | None
    evidenced: float | None = None


@dataclass(frozen=True)
class Headline:
    """A score in large figures with its bar, beside what it rests on; *beside*: its evidenced part, named and in figures."""

    label: str
    number: str
    unit: str
    beside: tuple[str, str]
    interval: Interval
    texts: tuple[Passage, ...]


@dataclass(frozen=True)
class Entry:
    """A question, an action or a practice with what is said of it; one that is *long* may go over two pages.

    *level*: 0 to 4, if it has one; *shown*: the level as a figure, or why there is none; *state*: the same in words. *href*: where
    more is said of it, *anchor*: its own place, both blank if there is none.
    """

    id: str
    title: str
    parts: tuple[Passage, ...]
    level: int | None = None
    shown: str = ""
    state: str = ""
    href: str = ""
    anchor: str = ""
    long: bool = False


@dataclass(frozen=True)
class Entries:
    """Entries under a title; *none* is said where there is none, *more* below the last. *look*: what they are."""

    look: Literal["good", "gap", "decisions", "offers", "answers"]
    title: str
    items: tuple[Entry, ...]
    none: str = ""
    more: str = ""


@dataclass(frozen=True)
class Pair:
    """Strengths and gaps beside each other."""

    cards: tuple[Entries, Entries]


@dataclass(frozen=True)
class Drawing:
    """A picture in SVG, and in words for those who do not see it; *width* in hundredths of the line."""

    name: str
    svg: str
    alt: str
    caption: str
    width: int


@dataclass(frozen=True)
class ScoreRow:
    """A name with its bar and its figures."""

    name: Run
    interval: Interval
    cells: tuple[Run, ...]


@dataclass(frozen=True)
class Scores:
    """A table of scores; *head* names the name and the figures; *widths*, of these columns, relate to each other."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[ScoreRow, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """A row of a table; one that is *long* may go over two pages."""

    cells: tuple[Cell, ...]
    long: bool
    anchor: str = ""


@dataclass(frozen=True)
class Table:
    """A table; *widths* relate to each other, the columns *right* hold figures, a table that is *whole* stands on one page."""

    caption: str
    head: tuple[str, ...]
    widths: tuple[float, ...]
    right: tuple[int, ...]
    rows: tuple[Row, ...]
    whole: bool


@dataclass(frozen=True)
class Tile:
    """One element of a heat map: its score and its grade, `none`, `weak`, `fair` or `strong`."""

    id: str
    name: str
    score: str
    grade: str


@dataclass(frozen=True)
class Tiles:
    """Elements as a heat map."""

    items: tuple[Tile, ...]


@dataclass(frozen=True)
class Article:
    """Blocks under a title of their own, to which others refer by the *anchor*."""

    anchor: str
    title: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class NewPage:
    """What follows stands on a new page, in print."""


Block = (
    Passage | Heading | Headline | Pair | Entries | Drawing | Scores | Table | Tiles | Article | NewPage
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A part of the first level. In print its title and the first *opening* blocks stay together above *room* millimetres."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    number: str = ""
    opening: int = 1
    room: int = 40
    fresh: bool = False

    @property
    def heading(self) -> str:
        """The title after its number, if it has one."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True)
class Cover:
    """The first page; *date* and *facts* in words, *mark*: for whom it is, *foot*: what each page repeats."""

    kicker: str
    administration: str
    subtitle: str
    date: str
    facts: tuple[str, ...]
    mark: str
    foot: str
    version: str = ""
    member: str = ""
    fingerprint: str = ""

    @property
    def title(self) -> str:
        """The title of the file."""
        return f"{self.kicker} – {self.administration}"


@dataclass(frozen=True)
class Document:
    """A whole document in a *language* (en or fr), of a *day* (YYYY-MM-DD); *contents*: the title of its table of contents.

    One that is *brief* has neither cover nor contents in print: its first page opens with what the cover says.
    """

    cover: Cover
    language: str
    day: str
    contents: str
    sections: tuple[Section, ...]
    brief: bool = False


def plain(text: str) -> Runs:
    """Text in one style."""
    return (Run(text),)


def passage(text: str, label: str = "", style: Literal["", "lead", "small", "sticky"] = "", tone: str = "") -> Passage:
    """Our own words, as one paragraph; line breaks in it stay."""
    return Passage((Paragraph(plain(text)),), label, style, tone)


def cell(text: str, tone: str = "") -> Cell:
    """A cell of our own words; its lines after the first are small, and the last has the *tone*."""
    first, *others = text.split("\n")
    small = [passage(line, style="small", tone=tone if line == others[-1] else "") for line in others]
    return (passage(first, tone="" if small else tone), *small)


def listing(items: Sequence[str]) -> Listing:
    """A list of one line each."""
    return Listing(False, 1, tuple((Paragraph(plain(item)),) for item in items))


def table(
    caption: str,
    head: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[Sequence[Cell]],
    right: Sequence[int] = (),
    anchors: Sequence[str] = (),
) -> Table:
    """A table, which says how it may be parted."""
    rooms = [_ROOM * width / sum(widths) for width in widths]
    heights = [max(map(_height, row, rooms)) for row in rows]
    made = tuple(
        Row(tuple(row), height > _MOST_LINES, anchor)
        for row, height, anchor in zip(rows, heights, anchors or [""] * len(rows), strict=True)
    )
    whole = len(rows) <= _WHOLE and sum(heights) < 2 * _MOST_LINES
    return Table(caption, tuple(head), tuple(widths), tuple(right), made, whole)


def is_long(passages: Sequence[Passage]) -> bool:
    """Whether passages over the whole width are too high for one page to hold them for sure."""
    return _height(passages, _ROOM) > _MOST_LINES


def _height(passages: Sequence[Passage], room: float) -> int:
    """About how many printed lines passages take where a line has *room* for so many letters."""
    return sum(ceil(len(f"{each.label} {line}") / room) for each in passages for line in lines(each))


def lines(said: Passage) -> list[str]:
    """The lines of a passage, without the marks of its lists."""
    runs = (each.runs for block in said.blocks for each in paragraphs(block))
    return [line for each in runs for line in text_of(each).split("\n")]


def paragraphs(block: Paragraph | Listing) -> Iterator[Paragraph]:
    """The paragraph, or those of the items of a list."""
    if isinstance(block, Paragraph):
        yield block
    else:
        for item in block.items:
            yield from (each for each in item if isinstance(each, Paragraph))


def as_data(value: Any) -> Any:
    """Blocks as JSON can hold them: each with its fields and its kind, the name of its class in small letters."""
    if is_dataclass(value):
        return {"kind": type(value).__name__.lower()} | {
            each.name: as_data(getattr(value, each.name)) for each in fields(value)
        }
    return [as_data(each) for each in value] if isinstance(value, tuple) else value
