"""The Markdown of an article read into blocks, once for all forms: CommonMark, tables and footnotes, no HTML."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from markdown_it.token import Token

from kb.newsletter.folder import Image
from kb.press import commonmark, typography
from kb.press.commonmark import PARSER
from kb.press.parts import Block, Code, Heading, Listing, Paragraph, Parsed, Picture, Quote, Run, Runs, Table, text_of

_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
_DEEPEST = 6  # levels of lists and quotations that a page has room for
_SCHEMES = {"http", "https", "mailto"}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def parse(body: str, language: str, images: Mapping[str, Image]) -> Parsed:
    """Read the Markdown *body* of an article; *images* are those of its front matter, by file.

    An image that the text does not place comes at the end.
    """
    parts = commonmark.split(_CONTROLS.sub("", body.replace("\r\n", "\n").replace("\r", "\n")))
    defined = {label: note.raw.replace("\n", " ") for label, note in parts.notes.items()}
    reader = _Reader(language, images, defined)
    blocks = reader.read(parts.body)
    placed = len(reader.order)
    reader.order.extend(label for label in defined if label not in reader.order)
    notes = [reader.note(defined[label]) for label in reader.order]
    for file, image in images.items():
        if file not in reader.shown:
            blocks = (*blocks, Picture(file, image.alt.strip(), image.caption.strip()))
    return Parsed(_stepped(blocks), tuple(notes), len(notes) - placed)


class _Reader:
    """Turns the parser's tokens into blocks, and numbers footnotes as they are met."""

    def __init__(self, language: str, images: Mapping[str, Image], notes: Mapping[str, str]) -> None:
        self.language, self.images, self.notes = language, images, notes
        self.order: list[str] = []
        self.shown: set[str] = set()
        self.depth = 0
        self.aside: list[Picture] = []  # images of a heading or table, which stand after it

    def read(self, text: str) -> tuple[Block, ...]:
        tokens = PARSER.parse(text, {"notes": self.notes})
        blocks, at = self._blocks(tokens, 0, "")
        assert at == len(tokens)  # noqa: S101 - every token has been read
        return blocks

    def note(self, text: str) -> Runs:
        """The runs of a footnote."""
        inline = PARSER.parseInline(text, {"notes": self.notes})
        return self._mend(run for token in inline for run in self._runs(token.children or []) if isinstance(run, Run))

    def _mend(self, runs: Iterable[Run]) -> Runs:
        return typography.mend(_joined(runs), self.language)

    def _blocks(self, tokens: Sequence[Token], at: int, end: str) -> tuple[tuple[Block, ...], int]:
        """The blocks from token *at* to the token of type *end*, and where to go on after that."""
        found: list[Block] = []
        self.depth += 1
        while at < len(tokens):
            token = tokens[at]
            if token.type == end:
                self.depth -= 1
                return _captioned(found), at + 1
            at += 1
            match token.type:
                case "heading_open":
                    runs = self._mend(run for run in self._runs(tokens[at].children or []) if isinstance(run, Run))
                    if runs and end:  # inside a quotation or list it would break the order of levels
                        found.append(Paragraph(tuple(replace(run, strong=True) for run in runs)))
                    elif runs:
                        found.append(Heading(int(token.tag[1]), runs))
                    at += 2
                case "paragraph_open":
                    found.extend(self._paragraph(tokens[at].children or []))
                    at += 2
                case "bullet_list_open" | "ordered_list_open":
                    ordered = token.type.startswith("ordered")
                    items, at = self._items(tokens, at, token.type.replace("open", "close"))
                    found.extend(self._shallow(Listing(ordered, int(token.attrs.get("start", 1)), items)))
                case "blockquote_open":
                    inner, at = self._blocks(tokens, at, "blockquote_close")
                    if inner:
                        found.extend(self._shallow(Quote(inner)))
                case "table_open":
                    table, at = self._table(tokens, at)
                    found.append(table)
                case "fence" | "code_block":
                    found.append(Code(token.content.rstrip("\n")))
                case _:  # a thematic break, for which the design has no sign
                    pass
            found.extend(self.aside)
            self.aside = []
        return _captioned(found), at

    def _shallow(self, block: Listing | Quote) -> tuple[Block, ...]:
        """The block, with what is nested too deeply for any page lifted out of its lists and quotations."""
        return (block,) if self.depth <= _DEEPEST else tuple(_lifted(block))

    def _items(self, tokens: Sequence[Token], at: int, end: str) -> tuple[tuple[tuple[Block, ...], ...], int]:
        items: list[tuple[Block, ...]] = []
        while tokens[at].type != end:
            item, at = self._blocks(tokens, at + 1, "list_item_close")
            if item:
                items.append(item)
        return tuple(items), at + 1

    def _table(self, tokens: Sequence[Token], at: int) -> tuple[Table, int]:
        rows: list[list[Runs]] = []
        while tokens[at].type != "table_close":
            if tokens[at].type == "tr_open":
                rows.append([])
            elif tokens[at].type == "inline":
                runs = self._runs(tokens[at].children or [])
                rows[-1].append(self._mend(run for run in runs if isinstance(run, Run)))
            at += 1
        head, *body = rows
        return Table(tuple(head), tuple(map(tuple, body))), at + 1

    def _paragraph(self, children: Sequence[Token]) -> Iterable[Block]:
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

    def _runs(self, children: Sequence[Token], pictured: bool = False) -> Iterable[Run | Picture]:
        """Runs, and pictures if *pictured*; other pictures go aside."""
        style = Run("")
        for token in children:
            match token.type:
                case "strong_open" | "strong_close":
                    style = replace(style, strong=token.nesting > 0)
                case "em_open" | "em_close":
                    style = replace(style, emphasis=token.nesting > 0)
                case "link_open":
                    style = replace(style, href=_address(str(token.attrs.get("href", ""))))
                case "link_close":
                    style = replace(style, href="")
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
        known = self.images.get(file)
        alt = (known.alt.strip() if known else "") or token.content.strip()
        caption = (known.caption.strip() if known else "") or str(token.attrs.get("title", "")).strip()
        return Picture(file, alt, caption)


def _lifted(block: Listing | Quote) -> Iterable[Block]:
    for part in block.items if isinstance(block, Listing) else [block.blocks]:
        yield from part


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
    return tuple(
        block
        for at, block in enumerate(blocks)
        if not (
            at
            and isinstance(before := blocks[at - 1], Picture)
            and isinstance(block, Paragraph)
            and text_of(block.runs).strip() == before.caption
        )
    )


def _stepped(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with their headings beginning at level 2 and going down by one level at a time."""
    level, stepped = 1, list[Block]()
    for block in blocks:
        if isinstance(block, Heading):
            level = max(2, min(block.level, level + 1))
            stepped.append(replace(block, level=level))
        else:
            stepped.append(block)
    return tuple(stepped)
