"""A document as every form of it is rendered from: blocks of runs in sections that have an address, frozen and pure."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from kb.base.interface import Phrases


@dataclass(frozen=True)
class Run:
    """Some text in one style; *note* is the number of the footnote that it refers to, and then it has no text.

    *href* is an address, or `#` and the name of a section. *mark* makes it a badge of that kind.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""
    note: int = 0
    mark: str = ""


Runs = tuple[Run, ...]


class Style(StrEnum):
    """How a paragraph stands out from the text."""

    TEXT = ""
    LEAD = "lead"
    LABEL = "label"
    SMALL = "small"
    HINT = "hint"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section, whose title is level 1; no level is skipped."""

    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    runs: Runs
    style: Style = Style.TEXT


@dataclass(frozen=True)
class Listing:
    """A list, numbered from *start* if *ordered*; *mark*: how its writer counted, such as `(a)`, where that is known."""

    ordered: bool
    start: int
    items: tuple[tuple["Block", ...], ...]
    mark: str = ""


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
    """A picture, which the document holds under the name *file*; without *alt* it is taken for an ornament."""

    file: str
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Code:
    """Text whose blanks and line breaks count."""

    text: str


@dataclass(frozen=True)
class Term:
    """A term and what is said of it."""

    runs: Runs
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Terms:
    """Terms with their explanations; *kind* names their design, *head* both columns where a form makes it a table."""

    kind: str
    items: tuple[Term, ...]
    head: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What is known of a thing in few words each."""

    items: tuple[Runs, ...]


@dataclass(frozen=True)
class Reference:
    """A line that leads to the section named *target*; *who* wrote it."""

    target: str
    number: str
    title: str
    language: str
    who: str = ""


@dataclass(frozen=True)
class References:
    """A list of sections."""

    items: tuple[Reference, ...]


@dataclass(frozen=True)
class Group:
    """Blocks in a *language* if that is another one, in a design of their *kind* if they have one."""

    blocks: tuple["Block", ...]
    language: str = ""
    kind: str = ""


Block = Heading | Paragraph | Listing | Quote | Table | Picture | Code | Terms | Facts | References | Group


@dataclass(frozen=True)
class Body:
    """The text of a section; the footnotes are numbered from 1 in their order, *loose* of the last have no reference."""

    blocks: tuple[Block, ...]
    notes: tuple[Runs, ...] = ()
    loose: int = 0


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part that has an address, its *name*; *kicker* says over its title who wrote it or what it is.

    *kind* names its design: article, chapter, practice, or list for what only lists other things.
    *language* is that of the body, and of the title unless that has a *title_language*; *ending* stands after the *sections* in it.
    """

    name: str
    title: str
    language: str
    body: Body
    kind: str = "article"
    number: str = ""
    kicker: str = ""
    title_language: str = ""
    direction: str = "ltr"
    teaser: str = ""
    sections: tuple["Section", ...] = ()
    ending: tuple[Block, ...] = ()

    @cached_property
    def full_title(self) -> str:
        """Number or kicker and title on one line, for lists."""
        if self.number:
            return f"{self.number} {self.title}"
        return f"{self.kicker} – {self.title}" if self.kicker else self.title

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every text of the section itself: kicker, title, blocks, footnotes and ending."""
        blocks = (*texts(self.body.blocks), *map(text_of, self.body.notes), *texts(self.ending))
        return (self.kicker, f"{self.number} {self.title}".strip(), *blocks)


@dataclass(frozen=True, kw_only=True)
class Document:
    """The whole; *id* names it for ever, *day* (YYYY-MM-DD) dates every file of it, *images* holds the bytes of its pictures."""

    id: str
    title: str
    subtitle: str
    language: str
    day: str
    sections: tuple[Section, ...]
    facts: tuple[str, ...] = ()
    disclaimer: str = ""
    images: tuple[tuple[str, bytes], ...] = ()
    draft: bool = False

    @cached_property
    def every_section(self) -> tuple[Section, ...]:
        """The sections and those in them, in order."""
        return tuple(_every(self.sections))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every text of the document that each form has."""
        of_sections = (text for section in self.every_section for text in section.texts)
        return tuple(filter(None, (self.title, self.subtitle, *self.facts, self.disclaimer, *of_sections)))


def _every(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _every(section.sections)


def abbreviations(terms: Iterable[tuple[str, str]], say: Phrases, title: str = "") -> Section:
    """The list of abbreviations: *terms* with their expansions."""
    items = tuple(Term((Run(term),), (Paragraph((Run(expansion),)),)) for term, expansion in terms)
    head = (say("print.term"), say("print.expansion"))
    return Section(
        name="abbreviations",
        title=title or say("print.abbreviations"),
        language=say.language,
        body=Body((Terms("abbreviations", items, head),)),
        kind="list",
    )


def references(sections: Iterable[Section]) -> References:
    """The list of some sections."""
    return References(
        tuple(
            Reference(each.name, each.number, each.title, each.title_language or each.language, each.kicker)
            for each in sections
        )
    )


def name_of(text: str) -> str:
    """A text as a part of an address: letters and digits, joined by hyphens; nothing where it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


def text_of(runs: Sequence[Run]) -> str:
    """The words of some runs."""
    return "".join(run.text for run in runs)


def within(block: Block) -> Iterator[tuple[Block, ...]]:
    """The sequences of blocks that a block holds."""
    match block:
        case Listing():
            yield from block.items
        case Quote() | Group():
            yield block.blocks
        case Terms():
            yield from (item.blocks for item in block.items)
        case _:
            pass


def _own_texts(block: Block) -> Iterator[str]:
    match block:
        case Heading() | Paragraph():
            yield text_of(block.runs)
        case Table():
            yield from (text_of(cell) for row in (block.head, *block.rows) for cell in row)
        case Facts():
            yield from map(text_of, block.items)
        case References():
            yield from (f"{item.number} {item.title}" for item in block.items)
        case Picture():
            yield block.caption
        case Code():
            yield block.text
        case _:
            pass


def texts(blocks: Sequence[Block]) -> Iterator[str]:
    """The text of each heading, paragraph, list item, cell and caption, in order."""
    for block in blocks:
        yield from _own_texts(block)
        for at, inner in enumerate(within(block)):
            if isinstance(block, Terms):
                yield text_of(block.items[at].runs)
            yield from texts(inner)


def opening(blocks: Sequence[Block]) -> tuple[Runs, Sequence[Block]]:
    """The runs of a plain paragraph with which some blocks begin, and the rest of them."""
    if blocks and isinstance(blocks[0], Paragraph) and not blocks[0].style:
        return blocks[0].runs, blocks[1:]
    return (), blocks


def pictures(blocks: Sequence[Block]) -> Iterator[Picture]:
    """All pictures, in order."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        for inner in within(block):
            yield from pictures(inner)
