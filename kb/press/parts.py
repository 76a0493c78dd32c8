"""What an article is made of once its Markdown is read: blocks of runs that every form of the edition renders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Some text in one style; *note* is the number of the footnote that it refers to, and then it has no text."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""
    note: int = 0


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading inside an article, from level 2 on; no level is skipped."""

    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True)
class Listing:
    """A list, numbered from *start* if *ordered*."""

    ordered: bool
    start: int
    items: tuple[tuple["Block", ...], ...]


@dataclass(frozen=True)
class Quote:
    """A quotation, set as a pull quote."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Table:
    """A table with its head and rows of equal width."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A picture of the edition folder; without *alt* it is taken for an ornament."""

    file: str
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Code:
    """Text whose blanks and line breaks count."""

    text: str


Block = Heading | Paragraph | Listing | Quote | Table | Picture | Code


@dataclass(frozen=True)
class Parsed:
    """The body of an article; the footnotes are numbered from 1 in their order, *loose* of the last have no reference."""

    blocks: tuple[Block, ...]
    notes: tuple[Runs, ...]
    loose: int = 0


def text_of(runs: Sequence[Run]) -> str:
    """The words of some runs."""
    return "".join(run.text for run in runs)


def texts(blocks: Sequence[Block]) -> Iterator[str]:
    """The text of each heading, paragraph, list item, cell and caption, in order."""
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield text_of(block.runs)
            case Listing():
                for item in block.items:
                    yield from texts(item)
            case Quote():
                yield from texts(block.blocks)
            case Table():
                for row in (block.head, *block.rows):
                    yield from map(text_of, row)
            case Picture():
                yield block.caption
            case Code():
                yield block.text


def pictures(blocks: Sequence[Block]) -> Iterator[Picture]:
    """All pictures, in order."""
    for block in blocks:
        match block:
            case Picture():
                yield block
            case Listing():
                for item in block.items:
                    yield from pictures(item)
            case Quote():
                yield from pictures(block.blocks)
            case _:
                pass
