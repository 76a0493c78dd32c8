"""Markdown: headings, lists, quotes, tables, footnotes, pictures and paragraphs; inline marks stay as they are."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from markdown_it.token import Token

from kb.base import strict_yaml
from kb.base.errors import ArushaError
from kb.base.interface import Refusal
from kb.base.markdown_text import harmless
from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, tidy
from kb.newsletter.intake.lines import is_caption
from kb.newsletter.intake.readers import shape
from kb.newsletter.intake.readers import text as text_reader
from kb.press import commonmark

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.S | re.M)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.S)
_IMAGE = re.compile(r"^ {0,3}!\[((?:\\.|[^\]\\]){0,2000})\]\([^)]{0,2000}\)[ \t]*$")
_ROW = re.compile(r"^ {0,3}\|.*\|[ \t]*$")
_DIVIDER = re.compile(r"^[ |:\-\t]+$")
_CELL = re.compile(r"(?<!\\)\|")
_EDGES = re.compile(r"^\||(?<!\\)\|$")
_DEEP = re.compile(r"^(?:[ \t]{0,3}(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])){50}", re.M)
_MARKERS = re.compile(r"^[ \t]*(?:(?:>|[-+*][ \t]|\d{1,9}[.)][ \t])[ \t]*)*")


def read(data: bytes, file: str) -> Document:
    """Read a Markdown file. Raises ArushaError."""
    text, notes = text_reader.decode(data, file)
    return from_markdown(text, file, notes)


def from_markdown(text: str, file: str, notes: Sequence[Note] = ()) -> Document:
    """Read a Markdown text. Raises ArushaError or RecursionError where its blocks stand too deep in each other."""
    if _DEEP.search(text):  # each level would be looked for to the end of the line
        raise Refusal("file.too_deep", file=file)
    reader = _Reader()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\0", "").lstrip("\ufeff")
    reader.body(reader.comments(reader.front(text)))
    return shape.document(file, "markdown", reader.blocks, reader.dropped, reader.notes, *notes)


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.dropped: list[Dropped] = []
        self.notes: Counter[str] = Counter()
        self.lines: Sequence[str] = ()
        self.numbers: Sequence[int] = ()  # of each line in the file
        self.rows: dict[int, str] = {}  # of the table that is open, by line
        self.level = 0  # of the heading that is open
        self.around: list[Kind] = []  # the lists and quotations that a block stands in
        self.item: Block | None = None  # the list item that has no text yet

    def front(self, text: str) -> str:
        """The text without its front matter; a title there becomes a heading."""
        match = _FRONT.match(text)
        if not match:
            return text
        try:
            data: Any = strict_yaml.load(match[1], "")
        except ArushaError:
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
                self.notes["comments"] += 1
        return _COMMENT.sub(" ", text) if "<!--" in text else text

    def body(self, text: str) -> None:
        """Take what is left: blocks and footnotes in the order of their lines."""
        parts = commonmark.split(text)
        self.numbers, self.lines = [number + 1 for number in parts.lines], parts.body.split("\n")
        for token in commonmark.every_word(parts.body):
            self._take(token)
        for label, note in parts.notes.items():
            if words := harmless(tidy(note.raw)):
                shown = re.sub(r"\W", "", label.split(" ")[0]) or "n"
                self.blocks.append(Block(Kind.FOOTNOTE, words, label=shown, line=note.line + 1))
        self.blocks.sort(key=lambda block: block.line or 0)

    def _take(self, token: Token) -> None:
        start = token.map[0] if token.map else 0
        match token.type:
            case "list_item_open":
                self._item(token.info, start)
            case "blockquote_open":
                self.around.append(Kind.QUOTE)
            case "list_item_close" | "blockquote_close":
                self._end_item()
                self.around.pop()
            case "heading_open":
                self.level = int(token.tag[1])
            case "tr_open":
                self.rows[start] = self.lines[start]
            case "table_close":
                rows, self.rows = self.rows, {}
                self._lines(rows, lambda line: Kind.TABLE if "|" in line else Kind.PARAGRAPH)
            case "fence" | "code_block":
                self._add(Kind.PARAGRAPH, f"{token.info} {token.content}", start)
            case "inline" if not self.rows:
                self._text(token.content, start)

    def _item(self, number: str, start: int) -> None:
        self._end_item()
        marker = f"{int(number)}." if number else "-"
        level = min(20, self.around.count(Kind.ITEM))
        self.item = Block(Kind.ITEM, "", level, marker, printed=bool(number), line=self.numbers[start])
        self.around.append(Kind.ITEM)

    def _end_item(self) -> None:
        """An item without a text of its own leaves its number, which is a word of the source."""
        if self.item is not None and self.item.printed:
            self.blocks.append(Block(Kind.PARAGRAPH, self.item.marker, line=self.item.line))
        self.item = None

    def _text(self, content: str, start: int) -> None:
        """The lines of a heading or paragraph; in a paragraph, lines that are pictures and rows stand for themselves."""
        if self.level:
            self._add(Kind.HEADING, content, start)
            self.level = 0
        else:
            self._lines(dict(enumerate(content.split("\n"), start)), _kind)

    def _lines(self, numbered: Mapping[int, str], kind_of: Callable[[str], Kind]) -> None:
        for kind, group in groupby(numbered.items(), key=lambda line: kind_of(line[1])):
            lines = dict(group)
            if kind is Kind.TABLE:
                self._table(lines)
            elif kind is Kind.IMAGE:
                self._pictures(lines)
            else:
                self._add(kind, " ".join(lines.values()), min(lines))

    def _add(self, kind: Kind, text: str, start: int) -> None:
        """Add a block; what begins a list item is the item, and a heading within a list or quotation is a part of that."""
        text = harmless(tidy(text))
        if not text:
            return
        if self.item is not None:
            self.blocks.append(replace(self.item, text=text))
            self.item = None
            return
        if self.around:
            kind = Kind.QUOTE if self.around[-1] is Kind.QUOTE else Kind.PARAGRAPH
        if kind is Kind.PARAGRAPH and is_caption(text):
            kind = Kind.CAPTION
        self.blocks.append(Block(kind, text, level=self.level, line=self.numbers[start]))

    def _pictures(self, lines: Mapping[int, str]) -> None:
        self._end_item()
        for number, line in lines.items():
            match = _IMAGE.match(line.strip())
            self.notes["external"] += 1
            self.blocks.append(Block(Kind.IMAGE, harmless(tidy(match[1] if match else "")), line=self.numbers[number]))

    def _table(self, lines: Mapping[int, str]) -> None:
        self._end_item()
        texts = [_MARKERS.sub("", line) if self.around else line for line in lines.values()]
        rows = [_cells(text) for text in texts if not _DIVIDER.match(text)]
        filled = tuple(row for row in rows if any(row))
        if filled:
            self.blocks.append(Block(Kind.TABLE, "", rows=filled, line=self.numbers[min(lines)]))


def _kind(line: str) -> Kind:
    """What a line of a paragraph is."""
    if _IMAGE.match(line.strip()):
        return Kind.IMAGE
    return Kind.TABLE if _ROW.match(line) else Kind.PARAGRAPH


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a row, those beyond the table's width too."""
    cells = _CELL.split(_EDGES.sub("", line.strip()))
    return tuple(harmless(tidy(cell.replace("\\|", "|"))) for cell in cells)
