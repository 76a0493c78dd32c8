"""Markdown: headings, lists, quotes, tables, footnotes, pictures and paragraphs; inline marks stay as they are."""

import re
from collections.abc import Sequence
from typing import Any

from kb.base import strict_yaml
from kb.base.errors import ContentError
from kb.base.markdown_text import harmless
from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, heading_text, tidy, total
from kb.newsletter.intake.lines import is_caption
from kb.newsletter.intake.readers import text as text_reader

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.S | re.M)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.S)
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_ITEM = re.compile(r"^([ \t]*)([-*+]|(\d{1,9})[.)])[ \t]+(?=\S)(.*)$")
_QUOTE = re.compile(r"^ {0,3}>[ \t]?(.*)$")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FOOTNOTE = re.compile(r"^ {0,3}\[\^([^\]\s]{1,80})\]:[ \t]*(.*)$")
_IMAGE = re.compile(r"^ {0,3}!\[((?:\\.|[^\]\\]){0,2000})\]\([^)]{0,2000}\)[ \t]*$")
_ROW = re.compile(r"^ {0,3}\|.*\|[ \t]*$")
_DIVIDER = re.compile(r"^[ |:\-\t]+$")
_CELL = re.compile(r"(?<!\\)\|")


def read(data: bytes, file: str) -> Document:
    """Read a Markdown file. Raises ArushaError."""
    text, notes = text_reader.decode(data, file)
    return from_markdown(text, file, notes)


def from_markdown(text: str, file: str, notes: Sequence[Note] = ()) -> Document:
    """Read a Markdown text."""
    reader = _Reader()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").lstrip("\ufeff")
    text = reader.front(text)
    for number, line in enumerate(reader.comments(text).split("\n"), 1):
        reader.take(line, number)
    reader.flush()
    found = total(reader.blocks) + sum(each.words for each in reader.dropped)
    told = [*notes, *(Note(key, {"n": times}) for key, times in reader.notes.items())]
    styled = any(block.kind is Kind.HEADING for block in reader.blocks)
    return Document(file, "markdown", tuple(reader.blocks), found, 0, tuple(reader.dropped), tuple(told), styled)


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.dropped: list[Dropped] = []
        self.notes: dict[str, int] = {}
        self.kind: tuple[Kind, int, str, bool, str] = (Kind.PARAGRAPH, 0, "-", False, "")
        self.lines: list[str] = []
        self.rows: list[tuple[str, ...]] = []
        self.start = 1
        self.indents: list[int] = []

    def front(self, text: str) -> str:
        """The text without its front matter; a title there becomes a heading."""
        match = _FRONT.match(text)
        if not match:
            return text
        try:
            data: Any = strict_yaml.load(match[1], "")
        except ContentError:
            data = None
        if not isinstance(data, dict):
            return text
        title = data.get("title")
        rest = match[1]
        if isinstance(title, str) and tidy(title) and title in rest:
            rest = rest.replace(title, "", 1)
            self.blocks.append(Block(Kind.HEADING, harmless(tidy(title)), level=1, line=1))
        if tidy(rest):
            self.dropped.append(Dropped("front matter", tidy(rest), "line 1"))
        return text[match.end() :]

    def comments(self, text: str) -> str:
        """The text without its comments."""
        for match in _COMMENT.finditer(text):
            if tidy(match[1]):
                self.dropped.append(Dropped("comment", tidy(match[1])))
                self.notes["comments"] = self.notes.get("comments", 0) + 1
        return _COMMENT.sub(" ", text) if "<!--" in text else text

    def take(self, line: str, number: int) -> None:
        """Go on with one line."""
        if _ROW.match(line):
            if not self.rows:
                self.flush()
            self._row(line)
            return
        if self.rows:
            self.flush()
        if not line.strip():
            self.flush(keep=True)
            return
        if self._begins(line, number):
            return
        if not self.lines:
            self._start(number, Kind.PARAGRAPH)
        self.lines.append(line.strip())

    def _begins(self, line: str, number: int) -> bool:
        """Whether the line begins a block of its own, which it then does."""
        if match := _HEADING.match(line):
            self.flush()
            self.indents = []
            self._start(number, Kind.HEADING, len(match[1]))
            self.lines = [heading_text(match[2] or "")]
            self.flush()
        elif (match := _UNDERLINE.match(line)) and self.lines and self.kind[0] is Kind.PARAGRAPH:
            self.kind = Kind.HEADING, 1 if match[1][0] == "=" else 2, "-", False, ""
            self.flush()
        elif _RULE.match(line):
            self.flush()
        elif match := _IMAGE.match(line):
            self.flush()
            self.notes["external"] = self.notes.get("external", 0) + 1
            self.blocks.append(Block(Kind.IMAGE, harmless(tidy(match[1])), line=number))
        elif match := _FOOTNOTE.match(line):
            self.flush()
            self._start(number, Kind.FOOTNOTE, label=re.sub(r"\W", "", match[1]) or "n")
            self.lines = [match[2]]
        elif match := _ITEM.match(line):
            self.flush()
            width = len(match[1].expandtabs(4))
            self.indents = [*[each for each in self.indents if each < width][:20], width]
            numbered = match[3] is not None
            self._start(number, Kind.ITEM, len(self.indents) - 1, f"{int(match[3])}." if numbered else "-", numbered)
            self.lines = [match[4]]
        elif match := _QUOTE.match(line):
            if self.kind[0] is not Kind.QUOTE:
                self.flush()
            if not self.lines:
                self._start(number, Kind.QUOTE)
            self.lines.append(match[1].strip())
        else:
            return False
        return True

    def _row(self, line: str) -> None:
        if _DIVIDER.match(line):
            return
        cells = _CELL.split(line.strip()[1:-1])
        self.rows.append(tuple(harmless(tidy(cell.replace("\\|", "|"))) for cell in cells))

    def _start(
        self, number: int, kind: Kind, level: int = 0, marker: str = "-", printed: bool = False, label: str = ""
    ) -> None:
        self.kind, self.start, self.lines = (kind, level, marker, printed, label), number, []

    def flush(self, keep: bool = False) -> None:
        """End the block that is being made; *keep* the list's indents."""
        if self.rows:
            rows = [row for row in self.rows if any(row)]
            if rows:
                self.blocks.append(Block(Kind.TABLE, "", rows=tuple(rows)))
            self.rows = []
        text = harmless(tidy(" ".join(self.lines)))
        kind, level, marker, printed, label = self.kind
        if text:
            if kind is Kind.PARAGRAPH and is_caption(text):
                kind = Kind.CAPTION
            self.blocks.append(
                Block(kind, text, level=level, marker=marker, printed=printed, label=label, line=self.start)
            )
        if not keep:
            self.indents = self.indents if kind is Kind.ITEM else []
        self.kind, self.lines = (Kind.PARAGRAPH, 0, "-", False, ""), []
