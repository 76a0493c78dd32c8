"""The text of a person as blocks: paragraphs with their lines, and lists with their items. Nothing else in it means anything.

A line break within a paragraph or an item is one in its run. Signs of Markdown or HTML stay letters like any other.
"""

import re
from dataclasses import dataclass, field

from assessment.rendering.blocks import paragraphs, plain
from kb.press.document import Listing, Paragraph, text_of

BULLET = "•"
NUMBERED = ("1.", "1)", "(1)", "a)", "(a)")  # how a list is counted, as people write it and Typst names it
COUNTED = dict(
    zip(NUMBERED, ("count-dot", "count-paren", "count-parens", "letter-paren", "letter-parens"), strict=True)
)
_DEEPER = 2  # blanks by which a line stands further in than its list, and so belongs to the item before it
_MARK = re.compile(
    "(?:(?P<bullet>[-*–—•·●▪◦‣\uf0a7\uf0b7])"  # the last two are what Word copies out
    r"|(?P<number>[0-9]{1,3})\.|(?P<open>\(?)(?P<counted>[0-9]{1,3}|[a-z])\))[ \t\u00a0]+(?P<rest>\S.*)"
)


@dataclass
class _Part:
    """A block while its lines are read: a paragraph has no mark and one item."""

    items: list[list[str]] = field(default_factory=list)
    mark: str = ""
    first: int = 1
    inset: int = 0

    def goes_on(self, mark: str, number: int) -> bool:
        """Whether an item is the next of this list."""
        return self.mark == mark and (mark == BULLET or number == self.first + len(self.items))

    def block(self) -> Paragraph | Listing:
        items = tuple((Paragraph(plain("\n".join(lines))),) for lines in self.items)
        return Listing(self.mark != BULLET, self.first, items, self.mark) if self.mark else items[0][0]


def read(text: str) -> tuple[Paragraph | Listing, ...]:
    """The blocks of a cleaned text.

    A blank line ends a paragraph. A line such as `- a`, `• a`, `1. a`, `1) a`, `(1) a`, `a) a` or `(a) a` is an item; letters
    begin with a, and a number that is not the next one begins a list of its own. Lines further in belong to the item above.
    """
    parts: list[_Part] = []
    apart = True
    for line in text.expandtabs(4).split("\n"):
        said = line.strip()
        if said:
            _take(parts, said, len(line) - len(line.lstrip()), apart=apart)
        apart = not said
    return tuple(part.block() for part in parts)


def _take(parts: list[_Part], said: str, inset: int, *, apart: bool) -> None:
    """Add a line to the block that it belongs to; *apart*: after a blank line."""
    last = parts[-1] if parts else _Part()
    if last.mark and inset >= last.inset + _DEEPER:
        last.items[-1].append(said)
    elif item := _item(said, last):
        mark, number, rest = item
        if last.goes_on(mark, number):
            last.items.append([rest])
        else:
            parts.append(_Part([[rest]], mark, number, inset))
    elif last.mark or apart:
        parts.append(_Part([[said]]))
    else:
        last.items[-1].append(said)


def _item(line: str, last: _Part) -> tuple[str, int, str] | None:
    """Mark, number and text of a line that is an item; None for any other."""
    match = _MARK.fullmatch(line)
    if match is None:
        return None
    if match["bullet"]:
        return BULLET, 1, match["rest"]
    if match["number"]:
        return "1.", int(match["number"]), match["rest"]
    counted = match["counted"]
    if counted.isdigit():
        return f"{match['open']}1)", int(counted), match["rest"]
    mark, number = f"{match['open']}a)", ord(counted) - ord("a") + 1
    return (mark, number, match["rest"]) if number == 1 or last.goes_on(mark, number) else None


def marks(block: Listing) -> list[str]:
    """What stands before each item of a list."""
    if not block.ordered:
        return [BULLET] * len(block.items)
    counted = range(block.start, block.start + len(block.items))
    mark = block.mark or "1."
    return [mark.replace("1", str(n)) if "1" in mark else mark.replace("a", chr(ord("a") + n - 1)) for n in counted]


def marked(block: Paragraph | Listing) -> list[str]:
    """The lines of a block with the marks of its items."""
    signs = [f"{mark} " for mark in marks(block)] if isinstance(block, Listing) else [""]
    texts = (text_of(each.runs) for each in paragraphs(block))
    return [line for sign, said in zip(signs, texts, strict=True) for line in f"{sign}{said}".split("\n")]


def first_line(text: str) -> str:
    """The first line of a text without the mark of a list, for where only one line has room."""
    said = next((text_of(each.runs) for block in read(text) for each in paragraphs(block)), "")
    return said.split("\n")[0]


def short(text: str, most: int) -> str:
    """A text of so many characters at most, cut at a word and marked."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return f"{(cut.rpartition(' ')[0] if ' ' in cut[most // 2 :] else cut).rstrip('.,;: ')}…"
