"""Printed lines joined to paragraphs, list items and captions: what a text layer and a PDF have in common."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from kb.newsletter.intake.blocks import Block, Kind, escape, most_frequent, tidy

_BULLET = re.compile(r"^([•●▪■◦‣⁃∙·○➢➤▶►✓✔❖\ue000-\uf8ff]\s*|[\-–—*]\s+)(?=\S)")
_NUMBERED = re.compile(r"^(\d{1,3})(\s?[.)]|\s?-(?=\s))\s+(?=\S)")
_LETTERED = re.compile(r"^(\((?:[a-z]|[ivx]{1,5}|\d{1,2})\)|(?:[a-z]|[ivx]{1,5})\))\s+(?=\S)")
_CLOSING = "'\"’”»)]"
_LONGEST_PIECE = 2000
_AT_END = 300  # letters of a text's end, within which what is looked for there stands
_LEADERS = re.compile(r"(?:\s?[.·…_]){3,}\s*\d{1,4}$|\t+\d{1,4}$")
_CAPTION = re.compile(
    r"^(?:Source|Sources|Figure|Fig\.|Photo|Photograph|Picture|Image|Illustration|Chart|Table|Tableau|Graphique)\s?\d*\s?[:.–]\s",
    re.I,
)
_CUT = re.compile(r"(?<=[^\W_])[-\u2010]$")
_PART = re.compile(r"[-/’']")
_PREFIXES = frozenset(
    (
        *("anti", "non", "self", "co", "pre", "post", "multi", "inter", "sub", "well", "vice", "socio", "cross", "ex"),
        *("semi", "micro", "macro", "auto", "contre", "sous", "avant", "après", "demi", "e", "u"),
    )
)
_FIGURE = re.compile(r"^[^\W\d_][^:]{0,40}:\s+[\d.,\s%]*[\d%]$")
_SUSPENDED = {"and", "or", "et", "ou", "to", "à"}
_ROOM = 0.92
_NARROW, _WIDE = frozenset("iljtfrI.,:;'’|!()[]-‐ "), frozenset("mwMW@%—")


@dataclass(frozen=True)
class Line:
    """One printed line: *gap* is the number of blank lines before it beyond the usual, *width* and *room* in one unit.

    *room* is the width of its column, 0 where it is not known; *page_room* that of most full lines of its page;
    *level* that of a heading, 0 for body text.
    """

    text: str
    page: int = 1
    number: int = 1
    gap: int = 0
    opens_page: bool = False
    width: float = 0
    room: float = 0
    page_room: float = 0
    level: int = 0
    column: int = 0
    indented: bool = False


def width(text: str) -> float:
    """How wide a text is printed, roughly, in letters of a proportional face."""
    sizes = (0.55 if each in _NARROW else 1.5 if each in _WIDE else 1.3 if each.isupper() else 1.0 for each in text)
    return sum(sizes)


def ended(text: str) -> bool:
    """Whether a text ends as a sentence or clause does."""
    return text.rstrip(_CLOSING)[-1:] in {*".!?…:;"}


def _stopped(text: str) -> bool:
    return text.rstrip(_CLOSING)[-1:] in {*".!?…"}


def starts_small(text: str) -> bool:
    """Whether the first letter of a text, before any digit, is a small one."""
    for character in text:
        if character.isalpha():
            return character.islower()
        if character.isdigit():
            return False
    return False


def is_entry(text: str) -> bool:
    """Whether a line is one of a contents list, by its leaders and page number."""
    return bool(_LEADERS.search(text[-_AT_END:]))


def is_caption(text: str) -> bool:
    """Whether a text begins as the caption of a picture or table does."""
    return bool(_CAPTION.match(text)) and len(text) < 300


def bullet(text: str) -> str | None:
    """The text of a list item that a bullet sign begins, without it; None for any other text."""
    match = _BULLET.match(text)
    return text[match.end() :] if match else None


def with_usual_gaps(lines: Sequence[Line]) -> list[Line]:
    """The lines with *gap* counted from what is usual around them, 0 at the top of a page, and with the page's width.

    Some printed pages have a blank line after every line, others none, and some have both.
    """
    pages: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        pages.setdefault(line.page, []).append(place)
    everywhere = _usual(lines, range(len(lines))) or 0
    measured = list(lines)
    for places in pages.values():
        usual = _usual(lines, places)
        widths = sorted(lines[place].width for place in places)
        room = widths[int(len(widths) * 0.85)]
        for rank, place in enumerate(places):
            line = lines[place]
            near = _usual(lines, places[max(0, rank - 4) : rank + 5], clear=True)
            normal = next((each for each in (near, usual) if each is not None), everywhere)
            gap = 0 if line.opens_page else max(0, line.gap - normal)
            measured[place] = replace(line, gap=gap, page_room=line.page_room or room)
    return measured


def _usual(lines: Sequence[Line], places: Sequence[int], clear: bool = False) -> int | None:
    """How many blank lines, none or one, stand inside of sentences here; None if that cannot be told, or not clearly.

    Where no sentence goes on in small letters, as in some scripts, all lines are counted.
    """
    inner = [place for place in places if place and not lines[place].opens_page and lines[place].gap < 2]
    counts = Counter(lines[place].gap for place in inner if _goes_on(lines[place - 1], lines[place]))
    if clear:
        return next(iter(counts)) if len(counts) == 1 and counts.total() > 1 else None
    return most_frequent(counts or Counter(lines[place].gap for place in inner), None)


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a sentence goes on from one line to the next, by its letters."""
    return starts_small(line.text) and not ended(before.text.rstrip())


def join(lines: Sequence[Line]) -> tuple[list[Block], int]:
    """The blocks of printed lines, and how many words line breaks had cut in two."""
    joiner = _Joiner(lines)
    for line, after in zip_longest(lines, lines[1:]):
        joiner.take(line, after)
    joiner.close()
    return joiner.blocks, joiner.joined


class _Joiner:
    """Takes one line after the other; holds the block that is being made."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.blocks: list[Block] = []
        self.joined = 0
        self._hyphens = _Hyphens(lines)
        self._open: Block | None = None
        self._pieces: list[str] = []
        self._last: list[Line] = []
        self._number = 0

    def take(self, line: Line, after: Line | None) -> None:
        """Go on with *line*; *after* is the line after it."""
        text = tidy(line.text)
        if not text:
            return
        line = replace(line, text=text)
        item = self._item(line)
        if item is not None:
            self.close()
            self._start(line, *item)
        elif self._open is not None and self._continues(line, after):
            self._add(text)
        else:
            self.close()
            self._start(line, Kind.HEADING if line.level else Kind.PARAGRAPH, text, "-")
        self._last = [*self._last[-1:], line]

    def close(self) -> None:
        """End the block that is being made."""
        if self._open is None:
            return
        text = " ".join(self._pieces)
        kind = Kind.CAPTION if self._open.kind is Kind.PARAGRAPH and is_caption(text) else self._open.kind
        self.blocks.append(replace(self._open, kind=kind, text=escape(text)))
        self._open, self._pieces, self._last = None, [], []

    def _start(self, line: Line, kind: Kind, text: str, marker: str) -> None:
        self._pieces = [text]
        self._open = Block(
            kind,
            "",
            level=line.level if kind is Kind.HEADING else 0,
            marker=marker,
            printed=marker != "-",
            page=line.page,
            line=line.number,
            gap=line.gap,
            opens_page=line.opens_page,
        )

    def _add(self, text: str) -> None:
        before = self._pieces[-1]
        first = text.split(" ", 1)[0]
        if before[-1] == "/" and before[-2:-1].isalnum() and first[:1].isalnum():
            self._glue(before, text)
            return
        if not (_CUT.search(before[-2:]) and first[:1].isalnum()) or first.casefold() in _SUSPENDED:
            self._pieces.append(text)
            return
        kept = self._hyphens.stays(before.rsplit(" ", 1)[-1], first)
        self._glue(before if kept else before[:-1], text)

    def _glue(self, before: str, text: str) -> None:
        """Make one word of the last one and the first of *text*, in a piece that does not grow from line to line."""
        head, _, word = before.rpartition(" ") if len(before) > _LONGEST_PIECE else ("", "", before)
        if len(word) > _LONGEST_PIECE:
            self._pieces.append(text)
            return
        self._pieces[-1:] = [head, word + text] if head else [word + text]
        self.joined += 1

    def _item(self, line: Line) -> tuple[Kind, str, str] | None:
        """Kind, text and marker if the line begins a list item."""
        text = line.text
        match = _BULLET.match(text)
        if match:
            rest = text[match.end() :]
            if self._is_dash(line, rest):
                return None
            return Kind.ITEM, rest, "-"
        match = _NUMBERED.match(text)
        if match and self._is_next(int(match[1]), line):
            self._number = int(match[1])
            return Kind.ITEM, text[match.end() :], f"{int(match[1])}."
        match = _LETTERED.match(text)
        if match and (self._open is None or self._at_rest()):
            return Kind.ITEM, text, "-"
        return None

    def _is_dash(self, line: Line, rest: str) -> bool:
        """Whether a dash at a line's beginning only goes on with the sentence before."""
        if line.text[0] not in "-–—*" or self._open is None:
            return False
        said = _LETTERED.sub("", " ".join(self._pieces[-40:]))
        if line.gap == 0 and said.count("(") > said.count(")"):
            return True
        return self._open.kind is Kind.PARAGRAPH and line.gap == 0 and starts_small(rest) and not self._at_rest()

    def _is_next(self, number: int, line: Line) -> bool:
        if number == self._number + 1 and number > 1:
            return True
        return number == 1 and (self._open is None or self._at_rest() or not self._continues(line, None))

    def _at_rest(self) -> bool:
        """Whether the block that is being made may end here: a stop, a comma, or a line that had room for more."""
        text = self._pieces[-1]
        return ended(text) or text.endswith(",") or bool(re.search(r"\b(?:and|or|et|ou)$", text[-4:]))

    def _continues(self, line: Line, after: Line | None) -> bool:
        """Whether the line goes on with the block that is open: the first rule that knows decides."""
        rules = (self._heading, self._entry, self._sentence, self._other_column, self._indent)
        for rule in rules:
            answer = rule(line)
            if answer is not None:
                return answer
        if line.gap or self._fits(self._last[-1], line, after):
            return False
        return not ended(self._pieces[-1]) or after is None or not self._stands_alone(line, after)

    def _heading(self, line: Line) -> bool | None:
        """A heading goes on in lines of its own level, up to four; no other block goes on in one."""
        assert self._open is not None  # noqa: S101 - the caller asks only then
        block = self._open
        if not line.level and block.kind is not Kind.HEADING:
            return None
        return line.level == block.level and block.kind is Kind.HEADING and line.gap == 0 and len(self._pieces) < 4

    def _entry(self, line: Line) -> bool | None:
        """An entry of a contents list ends with its line, and so does a figure with its name."""
        text = self._pieces[-1]
        if is_entry(text) or is_entry(line.text):
            return not is_entry(text) and line.gap == 0
        return False if _FIGURE.match(text[:_AT_END]) or _FIGURE.match(line.text[:_AT_END]) else None

    def _sentence(self, line: Line) -> bool | None:
        """Small letters go on with what has no stop; over a gap only if not even a colon ends it."""
        text = self._pieces[-1]
        if starts_small(line.text) and not _stopped(text):
            return line.gap == 0 or not ended(text)
        return None

    def _other_column(self, line: Line) -> bool | None:
        """On a new page or in a new column a sentence without its end goes on, if both lines are full enough for text."""
        before = self._last[-1]
        if not line.opens_page and line.column == before.column:
            return None
        whole = line.width > 0.5 * line.page_room or ended(line.text)
        return not ended(self._pieces[-1]) and whole and before.width >= before.page_room * 0.85

    def _indent(self, line: Line) -> bool | None:
        """An indent begins a paragraph after a stop, or after a line that had none."""
        return False if line.indented and (ended(self._pieces[-1]) or not self._last[-1].indented) else None

    def _stands_alone(self, line: Line, after: Line) -> bool:
        """Whether a line after a stop is no sentence, and the line after it begins a new one: a heading, then."""
        if ended(line.text) or line.text.endswith(",") or starts_small(after.text):
            return False
        return line.width < 0.8 * line.page_room and self._fits(line, after, None)

    def _fits(self, before: Line, line: Line, after: Line | None) -> bool:
        """Whether the line's first word had had room on the line before: then the break was meant."""
        first = (len(line.text.split(" ", 1)[0]) + 1) * before.width / max(1, len(before.text))
        if before.room:
            return before.width + first < before.room * 0.97
        near = [before, line, *self._last]
        if (
            after is not None
            and not ended(line.text)
            and after.gap == 0
            and not after.opens_page
            and not _BULLET.match(tidy(after.text))
        ):
            near.append(after)
        return before.width + first <= max(each.width for each in near) * _ROOM


class _Hyphens:
    """Whether a hyphen at a line's end belongs to the word, judged by how the rest of the document writes it."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._known: set[str] = set()
        cut: list[tuple[str, str]] = []
        halved = False  # whether the line before ends in a hyphen, so that this one begins with half a word
        for line, after in zip_longest(lines, lines[1:]):
            words = line.text.split()
            cuts = bool(words) and bool(_CUT.search(words[-1]))
            for word in words[halved : len(words) - cuts]:
                bare = _bare(word)
                self._known |= {bare, *_PART.split(bare)}
            if cuts and after is not None and (first := after.text.split()) and first[0][:1].islower():
                cut.append((words[-1], first[0]))
            halved = cuts
        whole = sum(1 for last, first in cut if _bare(last[:-1] + first) in self._known)
        parted = sum(1 for last, first in cut if _bare(last + first) in self._known)
        self._breaks_words = whole > parted

    def stays(self, last: str, first: str) -> bool:
        """Whether the hyphen between *last* (which ends in it) and *first* stays."""
        if not first[0].islower() or _bare(last + first) in self._known:
            return True
        if _bare(last[:-1] + first) in self._known:
            return False
        left, right = _PART.split(_bare(last[:-1]))[-1], _PART.split(_bare(first))[0]
        if left in _PREFIXES or not self._breaks_words:
            return True
        return len(left) > 2 and left in self._known and right in self._known


def _bare(word: str) -> str:
    return unicodedata.normalize("NFC", word.strip(".,;:!?()[]“”\"'’«»").casefold())
