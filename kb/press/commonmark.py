"""The one reader of an article's Markdown: CommonMark, tables and footnotes, no HTML; each block knows its lines."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_DEFINITION = re.compile(r"^ {0,3}\[\^([^\]\s]{1,80})\]:[ \t]*(.*)$")
_REFERENCE = re.compile(r"\[\^([^\]\s]{1,80})\]")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


class Kind(StrEnum):
    """What a passage is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    ROW = "row"
    FOOTNOTE = "footnote"


@dataclass(frozen=True)
class Block:
    """A block with words: *raw* is its inline Markdown, *line* counts from 0, *level* is that of a heading."""

    kind: Kind
    raw: str
    line: int
    level: int = 0


@dataclass(frozen=True)
class Note:
    """A footnote's definition and the line, from 0, on which it begins."""

    raw: str
    line: int


@dataclass(frozen=True)
class Split:
    """A body without its footnotes, the line from 0 that each of its lines had before, and the footnotes by label."""

    body: str
    lines: Sequence[int]
    notes: Mapping[str, Note]


def split(body: str) -> Split:
    """The body without its footnotes, and these; the first of two with one label counts, both are kept."""
    kept, lines, notes, label, fence = list[str](), list[int](), dict[str, tuple[int, list[str]]](), "", ""
    for number, line in enumerate(body.split("\n")):
        fenced = _FENCE.match(line)
        definition = None if fence else _DEFINITION.match(line)
        if fenced:
            fence = _open_after(fence, fenced[1])
        if definition:
            label = f"{definition[1]} {number}" if definition[1] in notes else definition[1]  # no label has a blank
            notes[label] = number, [definition[2]]
        elif label and line.startswith((" ", "\t")) and line.strip() and not fenced:
            notes[label][1].append(line.strip())
        else:
            label = ""
            kept.append(line)
            lines.append(number)
    return Split("\n".join(kept), lines, {label: Note("\n".join(raw), start) for label, (start, raw) in notes.items()})


def _open_after(fence: str, sign: str) -> str:
    """The fence that is open after a line that begins with one."""
    if not fence:
        return sign
    return "" if sign.startswith(fence) else fence


def _note(state: StateInline, silent: bool) -> bool:
    match = _REFERENCE.match(state.src, state.pos)
    if not match or match[1] not in state.env["notes"]:
        return False
    if not silent:
        state.push("note", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _parser(deepest: int = 120) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": deepest}).enable("table")
    parser.inline.ruler.before("link", "note", _note)
    return parser.disable(["html_block", "html_inline"])


PARSER = _parser()
_BLOCKS_ALONE = _parser().disable("inline")
_EVERY_WORD = _parser(deepest=10_000).disable(["inline", "reference"])


def blocks(body: str) -> tuple[Block, ...]:
    """The blocks with words in the order of their lines; code is left out.

    A heading inside a list or a quotation is a part of that, as in print.
    """
    parts = split(body.replace("\r\n", "\n").replace("\r", " ").replace("\0", " "))
    found = [
        Block(each.kind, each.raw, parts.lines[each.line], each.level)
        for each in _blocks(_BLOCKS_ALONE.parse(parts.body), parts.body.split("\n"))
    ]
    found += [Block(Kind.FOOTNOTE, note.raw, note.line) for note in parts.notes.values()]
    return tuple(sorted(found, key=lambda block: block.line))


def every_word(body: str) -> Sequence[Token]:
    """The tokens of all blocks with their inline Markdown as written; a link's definition is a paragraph.

    Raises RecursionError where blocks stand too deep in each other.
    """
    return _EVERY_WORD.parse(body)


def _blocks(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Block]:
    around: list[Kind] = []  # the lists and quotations that a block stands in
    for at, token in enumerate(tokens):
        match token.type:
            case "list_item_open" | "blockquote_open":
                around.append(Kind.ITEM if token.type == "list_item_open" else Kind.QUOTE)
            case "list_item_close" | "blockquote_close":
                around.pop()
            case "tr_open" if token.map:
                yield Block(Kind.ROW, lines[token.map[0]], token.map[0])
            case "heading_open" | "paragraph_open" if token.map:
                heading = token.type == "heading_open" and not around
                kind = Kind.HEADING if heading else around[-1] if around else Kind.PARAGRAPH
                raw, start = tokens[at + 1].content, token.map[0]
                yield Block(kind, raw, start, int(token.tag[1]) if heading else 0)
