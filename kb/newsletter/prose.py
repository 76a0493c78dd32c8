"""The text of an article as its checks read it: passages without Markdown's signs, each knowing its lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from kb.newsletter.blocks import heading_text

GAP = "\ufffc"  # stands where an address, an image or code stood, so that its neighbours do not meet
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(.*)$")
_QUOTE = re.compile(r"^[ \t]*>[ \t]?(.*)$")
_FOOTNOTE = re.compile(r"^\[\^[^\]\n]{1,40}\]:[ \t]*(.*)$")
_RULER = re.compile(r"^[ \t]*\|?[ \t:|-]+\|?[ \t]*$")
_COMMENT = re.compile(r"<!--.{0,400}?-->")
IMAGE = re.compile(r"!\[([^\]\[\n]{0,400})\]\(\s{0,9}<?([^)(\s>]{0,400})>?(?:\s{1,9}[\"'][^\n)]{0,200}[\"'])?\s{0,9}\)")
LINK = re.compile(r"(?<!!)\[([^\]\[\n]{0,400})\]\(([^)\n]{0,400})\)")
EMAIL = re.compile(r"(?<![\w.+-])[\w+-]{1,64}(?:\.[\w+-]{1,64}){0,8}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
URL = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,9}:/{1,3}|\bwww\.)[^\s<>()\[\]\"”“]*[^\s<>()\[\]\"”“.,;:!?’']", re.I)
_REFERENCE = re.compile(r"\[\^[^\]\n]{1,40}\]")
_CODE = re.compile(r"`[^`\n]*`")
_EMPHASIS = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")
_SENTENCE = re.compile(r"(?<=[.!?…])[”»)\"’]*\s+(?=[“«\"(]?\s?[A-ZÀ-ÖØ-Þ0-9])")
_NOT_AN_END = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|No|Nos|Art|art|p|pp|M|MM|n|cf|vs|St|U\.S|e\.g|i\.e)|\b[A-Z])\.$")


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
class Sentence:
    """One sentence and the line of the file on which it begins."""

    text: str
    line: int


@dataclass(frozen=True)
class Passage:
    """A title, heading, paragraph, list item, table row … *line* is where it begins in its file, *raw* is as written."""

    kind: Kind
    raw: str
    line: int
    level: int = 0

    @cached_property
    def text(self) -> str:
        """The words alone; it has the line breaks of *raw*."""
        return plain(self.raw)

    @cached_property
    def flat(self) -> str:
        """The text with a blank for each line break, for patterns that reach over lines."""
        return self.text.replace("\n", " ")

    def line_of(self, offset: int) -> int:
        """The line of the file on which the character at *offset* of the text stands."""
        return self.line + self.text.count("\n", 0, offset)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences in order; a passage without a full stop is one."""
        found, start = [], 0
        for match in _SENTENCE.finditer(self.text):
            if not _NOT_AN_END.search(self.text[max(0, match.start() - 6) : match.start()]):
                found.append(Sentence(self.text[start : match.end()].strip(), self.line_of(start)))
                start = match.end()
        rest = Sentence(self.text[start:].strip(), self.line_of(start))
        return tuple(sentence for sentence in (*found, rest) if sentence.text)


def plain(raw: str) -> str:
    """A text without Markdown's signs, addresses and code; line breaks stay."""
    text = _COMMENT.sub(GAP, raw)
    text = _CODE.sub(GAP, IMAGE.sub(GAP, text))
    text = LINK.sub(lambda match: match[1], text)
    text = EMAIL.sub(GAP, URL.sub(GAP, text))
    text = _ESCAPE.sub(r"\1", _TAG.sub(GAP, _REFERENCE.sub("", text)))
    return _EMPHASIS.sub("", text)


def passages(body: str, first_line: int = 1) -> tuple[Passage, ...]:
    """The passages of a Markdown body in order; code between fences is left out."""
    return tuple(_passages(body, first_line))


def _passages(body: str, first_line: int) -> Iterator[Passage]:
    kind, lines, start, fence = Kind.PARAGRAPH, list[str](), first_line, ""
    for number, line in enumerate(body.replace("\r\n", "\n").split("\n"), first_line):
        fenced = _FENCE.match(line)
        begun = _begin(line)
        ends = fence or fenced or not line.strip() or begun
        if ends and lines:
            yield Passage(kind, "\n".join(lines), start)
            lines = []
        if fence:
            fence = "" if fenced and fenced[1].startswith(fence) else fence
        elif fenced:
            fence = fenced[1]
        elif heading := _HEADING.match(line):
            yield Passage(Kind.HEADING, heading_text(heading[2] or ""), number, len(heading[1]))
        elif begun:
            kind, lines, start = begun[0], [begun[1]], number
        elif line.strip():
            if not lines:
                kind, start = Kind.PARAGRAPH, number
            lines.append(line)
    if lines:
        yield Passage(kind, "\n".join(lines), start)


def _begin(line: str) -> tuple[Kind, str] | None:
    """The kind and words of a line that begins a passage by its sign; None for a line of a paragraph."""
    if _HEADING.match(line):
        return Kind.HEADING, ""
    if line.lstrip().startswith("|"):
        return Kind.ROW, "" if _RULER.match(line) else line
    for kind, pattern in ((Kind.FOOTNOTE, _FOOTNOTE), (Kind.QUOTE, _QUOTE), (Kind.ITEM, _ITEM)):
        if match := pattern.match(line):
            return kind, match[1]
    return None
