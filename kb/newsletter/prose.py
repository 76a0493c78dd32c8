"""The text of an article as its checks read it: passages without Markdown's signs, each knowing its lines."""

import re
from dataclasses import dataclass
from functools import cached_property

from kb.press.commonmark import Kind, blocks

GAP = "\ufffc"  # stands where an address, an image or code stood, so that its neighbours do not meet
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
    """The passages of a Markdown body in order, as they are printed; code is left out."""
    return tuple(Passage(block.kind, block.raw, block.line + first_line, block.level) for block in blocks(body))
