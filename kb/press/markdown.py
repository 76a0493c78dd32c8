"""Markdown read into the blocks of a document, once for all forms: CommonMark, tables and footnotes, no HTML."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from urllib.parse import urlsplit

from markdown_it.token import Token

from kb.press import commonmark, typography
from kb.press.commonmark import PARSER
from kb.press.document import Block, Body, Code, Heading, Listing, Paragraph, Picture, Quote, Run, Runs, Table, text_of

_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
_DEEPEST = 6  # levels of lists and quotations that a page has room for
_SCHEMES = {"http", "https", "mailto"}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_Read = tuple[Sequence[Block], int]  # blocks, and the token to go on from


def parse(body: str, language: str, images: Mapping[str, Picture]) -> Body:
    """Read the Markdown *body* of a section; *images* are the pictures that it has, by file.

    A picture that the text does not place comes at the end.
    """
    parts = commonmark.split(_CONTROLS.sub("", body.replace("\r\n", "\n").replace("\r", "\n")))
    defined = {label: note.raw.replace("\n", " ") for label, note in parts.notes.items()}
    reader = _Reader(language, images, defined)
    blocks = reader.read(parts.body)
    placed = len(reader.order)
    reader.order.extend(label for label in defined if label not in reader.order)
    notes = [reader.note(defined[label]) for label in reader.order]
    left = tuple(picture for file, picture in images.items() if file not in reader.shown)
    return Body(_stepped((*blocks, *left)), tuple(notes), len(notes) - placed)


class _Reader:
    """Turns the parser's tokens into blocks, and numbers footnotes as they are met."""

    def __init__(self, language: str, images: Mapping[str, Picture], notes: Mapping[str, str]) -> None:
        self.language, self.images, self.notes = language, images, notes
        self.order: list[str] = []
        self.shown: set[str] = set()
        self.depth = 0
        self.aside: list[Picture] = []  # images of a heading or table, which stand after it
        self.kinds = {
            "heading_open": self._heading,
            "paragraph_open": self._text,
            "bullet_list_open": self._list,
            "ordered_list_open": self._list,
            "blockquote_open": self._quote,
            "table_open": self._table,
            "fence": self._code,
            "code_block": self._code,
        }

    def read(self, text: str) -> tuple[Block, ...]:
        tokens = PARSER.parse(text, {"notes": self.notes})
        blocks, at = self._blocks(tokens, 0, "")
        assert at == len(tokens)  # noqa: S101 - every token has been read
        return blocks

    def note(self, text: str) -> Runs:
        """The runs of a footnote."""
        return self._inline(PARSER.parseInline(text, {"notes": self.notes})[0])

    def _inline(self, token: Token) -> Runs:
        """The text of an inline token, its pictures put aside."""
        return self._mend(run for run in self._runs(token.children or []) if isinstance(run, Run))

    def _mend(self, runs: Iterable[Run]) -> Runs:
        return typography.mend(_joined(runs), self.language)

    def _blocks(self, tokens: Sequence[Token], at: int, end: str) -> tuple[tuple[Block, ...], int]:
        """The blocks from token *at* to the token of type *end*, and where to go on after that."""
        found: list[Block] = []
        self.depth += 1
        while at < len(tokens) and tokens[at].type != end:
            read = self.kinds.get(tokens[at].type)  # none for a thematic break, for which the design has no sign
            blocks, at = read(tokens, at, end) if read else ((), at + 1)
            found += [*blocks, *self.aside]
            self.aside = []
        if end:
            self.depth, at = self.depth - 1, at + 1
        return _captioned(found), at

    def _heading(self, tokens: Sequence[Token], at: int, end: str) -> _Read:
        runs = self._inline(tokens[at + 1])
        if not runs:
            return (), at + 3
        if end:  # inside a quotation or list it would break the order of levels
            return (Paragraph(tuple(replace(run, strong=True) for run in runs)),), at + 3
        return (Heading(int(tokens[at].tag[1]), runs),), at + 3

    def _text(self, tokens: Sequence[Token], at: int, _: str) -> _Read:
        return tuple(self._paragraph(tokens[at + 1].children or [])), at + 3

    def _code(self, tokens: Sequence[Token], at: int, _: str) -> _Read:
        return (Code(tokens[at].content.rstrip("\n")),), at + 1

    def _quote(self, tokens: Sequence[Token], at: int, _: str) -> _Read:
        inner, at = self._blocks(tokens, at + 1, "blockquote_close")
        return self._shallow(Quote(inner)) if inner else (), at

    def _list(self, tokens: Sequence[Token], at: int, _: str) -> _Read:
        opened, end = tokens[at], tokens[at].type.replace("open", "close")
        items: list[tuple[Block, ...]] = []
        at += 1
        while tokens[at].type != end:
            item, at = self._blocks(tokens, at + 1, "list_item_close")
            items += [item] if item else []
        ordered = opened.type.startswith("ordered")
        return self._shallow(Listing(ordered, int(opened.attrs.get("start", 1)), tuple(items))), at + 1

    def _shallow(self, block: Listing | Quote) -> tuple[Block, ...]:
        """The block, with what is nested too deeply for any page lifted out of its lists and quotations."""
        if self.depth <= _DEEPEST:
            return (block,)
        return tuple(part for item in (block.items if isinstance(block, Listing) else [block.blocks]) for part in item)

    def _table(self, tokens: Sequence[Token], at: int, _: str) -> _Read:
        rows: list[list[Runs]] = []
        while tokens[at].type != "table_close":
            if tokens[at].type == "tr_open":
                rows.append([])
            elif tokens[at].type == "inline":
                rows[-1].append(self._inline(tokens[at]))
            at += 1
        head, *body = rows
        return (Table(tuple(head), tuple(map(tuple, body))),), at + 1

    def _paragraph(self, children: Sequence[Token]) -> Iterator[Block]:
        """A paragraph, cut where an image stands in it."""
        runs: list[Run] = []
        for part in [*self._runs(children, pictured=True), None]:
            if isinstance(part, Run):
                runs.append(part)
                continue
            if text_of(runs).strip() or any(run.note for run in runs):
                yield Paragraph(self._mend(runs))
            runs = []
            if part:
                yield part

    def _runs(self, children: Sequence[Token], pictured: bool = False) -> Iterator[Run | Picture]:
        """Runs, and pictures if *pictured*; other pictures go aside."""
        style = Run("")
        for token in children:
            match token.type:
                case "strong_open" | "strong_close":
                    style = replace(style, strong=token.nesting > 0)
                case "em_open" | "em_close":
                    style = replace(style, emphasis=token.nesting > 0)
                case "link_open" | "link_close":
                    style = replace(style, href=_address(str(token.attrs.get("href", ""))))
                case "note":
                    if token.content not in self.order:
                        self.order.append(token.content)
                    yield replace(style, note=self.order.index(token.content) + 1)
                case "image" if pictured:
                    yield self._picture(token)
                case "image":
                    self.aside.append(self._picture(token))
                case kind:
                    yield replace(style, text=_BREAKS.get(kind, token.content), code=kind == "code_inline")

    def _picture(self, token: Token) -> Picture:
        file = str(token.attrs.get("src", ""))
        self.shown.add(file)
        known = self.images.get(file, Picture(file, ""))
        title = str(token.attrs.get("title", "")).strip()
        return Picture(file, known.alt or token.content.strip(), known.caption or title)


def _address(href: str) -> str:
    """The address a link leads to; nothing for one that leads anywhere but to a page or a mailbox."""
    try:
        return href if urlsplit(href).scheme.lower() in _SCHEMES else ""
    except ValueError:
        return ""


def _joined(runs: Iterable[Run]) -> Runs:
    """The runs with neighbours of one style made one."""
    found: list[Run] = []
    for run in runs:
        if found and not run.note and replace(found[-1], text="") == replace(run, text=""):
            found[-1] = replace(run, text=found[-1].text + run.text)
        elif run.text or run.note:
            found.append(run)
    return tuple(found)


def _captioned(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without a paragraph that only repeats the caption of the picture before it."""
    pairs = pairwise((None, *blocks))
    return tuple(block for before, block in pairs if block is not None and not _repeats(block, before))


def _repeats(block: Block, before: Block | None) -> bool:
    return (
        isinstance(before, Picture) and isinstance(block, Paragraph) and text_of(block.runs).strip() == before.caption
    )


def _stepped(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with their headings beginning at level 2 and going down by one level at a time."""
    level, stepped = 1, list[Block]()
    for block in blocks:
        if isinstance(block, Heading):
            level = max(2, min(block.level, level + 1))
            block = replace(block, level=level)  # noqa: PLW2901 - the heading that stands in its place
        stepped.append(block)
    return tuple(stepped)
