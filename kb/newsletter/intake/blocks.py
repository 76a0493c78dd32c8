"""What every document is read into: blocks of text in their order, each with its place, and what was left out."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

K = TypeVar("K", bound=float | str)
D = TypeVar("D")
_SPECIAL = re.compile(r"[\\`*\[\]]|(?<=\])\(|(?<![^\W_])_|_(?![^\W_])|<(?=[a-zA-Z/!?])|&(?=#?\w+;)")
_SPECIAL_OR_BRACE = re.compile(rf"{_SPECIAL.pattern}|\{{")
_ENTITIES = {"<": "&lt;", "{": "&#123;", "&": "&amp;"}
_OPENING = re.compile(r"^(#{1,6}(?=\s|$)|[+\-](?=\s)|>|={3,}\s*$|-{3,}\s*$|\||~{3,}|:(?=\s))")
_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_MARKS = re.compile(
    r"\\([!-/:-@\[-`{-~])"  # an escaped sign
    r"|\[\^[^\]\s\\]{1,80}\]"  # a footnote's mark
    r"|!?\[((?:\\.|[^\[\]\\])*)\]\([^()\s]{0,2000}(?:\s+\"[^\"]{0,500}\")?\)"  # a link or picture
)
_SPACES = re.compile(r"\s+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\ufeff\ufffe\uffff\ud800-\udfff]")


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    TABLE = "table"
    IMAGE = "image"
    CAPTION = "caption"
    FOOTNOTE = "footnote"


@dataclass(frozen=True)
class Picture:
    """A picture's bytes and the ending its file gets, such as `png`."""

    data: bytes
    ending: str


@dataclass(frozen=True)
class Block:
    """One block; *text* is inline Markdown, for an image its alternative text.

    *level* is that of a heading (from 1) or of a list item (from 0); *marker* is `-` or `1.`, and *printed* says that the
    source's own words hold its number. *gap* counts the blank lines before it beyond the usual, where the source has lines.
    """

    kind: Kind
    text: str
    level: int = 0
    marker: str = "-"
    printed: bool = False
    label: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None
    page: int | None = None
    line: int | None = None
    gap: int = 0
    opens_page: bool = False

    @property
    def plain(self) -> str:
        """The block's words without their Markdown."""
        if self.kind is Kind.TABLE:
            return " ".join(plain(cell) for row in self.rows for cell in row)
        return plain(self.text)

    @property
    def words(self) -> int:
        """How many words of the source the block holds."""
        return count(self.plain) + (1 if self.printed else 0)

    @property
    def place(self) -> str:
        """Where in the source it stands: page, or else line or paragraph."""
        if self.page is not None:
            return f"page {self.page}"
        return f"line {self.line}" if self.line is not None else ""


@dataclass(frozen=True)
class Dropped:
    """Words of the source that go into no article, and why."""

    reason: str
    text: str
    place: str = ""

    @property
    def words(self) -> int:
        """How many words were left out."""
        return count(self.text)


@dataclass(frozen=True)
class Note:
    """Something an editor should know of an import: a phrase of the interface (`edition.note.*`) and its values."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """One document as read.

    *found* counts the words of the source, *joined* those of them that a line break had cut in two (so that
    `found - joined` words are in blocks and dropped together). *styled* says that its headings are the source's own.
    """

    file: str
    form: str
    blocks: tuple[Block, ...]
    found: int
    joined: int = 0
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[Note, ...] = ()
    styled: bool = False


def tidy(text: str) -> str:
    """A text on one line, in composed characters, without control characters and soft hyphens."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", _CONTROLS.sub("", text))).strip()


def count(text: str) -> int:
    """How many words a plain text has: runs between spaces that hold a letter or digit."""
    return sum(1 for word in text.split() if any(map(str.isalnum, word)))


def most_frequent(counts: Counter[K], otherwise: D) -> K | D:
    """What was counted most often, the least of several; *otherwise* if nothing was counted."""
    return max(sorted(counts), key=lambda each: counts[each], default=otherwise)


def total(blocks: Iterable[Block]) -> int:
    """How many words blocks have together."""
    return sum(block.words for block in blocks)


def escape(text: str) -> str:
    """Plain text as inline Markdown that reads the same."""
    if "{" not in text:
        return _SPECIAL.sub(_escaped, text)
    lines = ((line, line.rfind("}") + 1) for line in text.split("\n"))  # a brace counts where another closes it
    return "\n".join(
        _SPECIAL_OR_BRACE.sub(_escaped, line[:end]) + _SPECIAL.sub(_escaped, line[end:]) for line, end in lines
    )


def _escaped(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0], f"\\{match[0]}")


def guarded(text: str) -> str:
    """Inline Markdown at the start of a line, so that it is no heading, list, quote or table."""
    return _NUMBER.sub(r"\1\\\2", _OPENING.sub(r"\\\1", text))


def plain(markdown: str) -> str:
    """The words of inline Markdown without its marks: link targets and footnote marks are gone."""
    if not any(mark in markdown for mark in "[\\&"):
        return markdown
    return html.unescape(_MARKS.sub(_said, markdown))


def _said(match: re.Match[str]) -> str:
    return match[1] or _MARKS.sub(_said, match[2] or "")
