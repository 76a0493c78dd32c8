"""The text of a person as blocks: paragraphs with their lines, and lists with their items. Nothing else in it means anything.

A block is a plain dictionary, so that it can go to Typst as JSON: a `paragraph` has `lines`; a `list` has its `mark` (`•` or one
of NUMBERED), the number `first` and `items`, each a list of lines. Signs of Markdown or HTML stay letters like any other.
"""

import re
from collections.abc import Callable
from typing import Any

Block = dict[str, Any]
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
_OPENING = re.compile(r"^(?:[-+=:]|[0-9]+(?=[.)]))")  # what Markdown takes for a list, a heading or a definition


def blocks(text: str) -> list[Block]:
    """The blocks of a cleaned text.

    A blank line ends a paragraph. A line such as `- a`, `• a`, `1. a`, `1) a`, `(1) a`, `a) a` or `(a) a` is an item; letters
    begin with a, and a number that is not the next one begins a list of its own. Lines further in belong to the item above.
    """
    found: list[Block] = []
    depth, apart = 0, True
    for line in text.expandtabs(4).split("\n"):
        said, inset = line.strip(), len(line) - len(line.lstrip())
        last = found[-1] if found else None
        listed = last is not None and last["kind"] == "list"
        if not said:
            apart = True
            continue
        if last is not None and listed and inset >= depth + _DEEPER:
            last["items"][-1].append(said)
        elif item := _item(said, last):
            mark, number, rest = item
            if last is not None and listed and last["mark"] == mark and (mark == BULLET or number == _next(last)):
                last["items"].append([rest])
            else:
                found.append({"kind": "list", "mark": mark, "first": number, "items": [[rest]]})
                depth = inset
        elif last is None or listed or apart:
            found.append({"kind": "paragraph", "lines": [said]})
        else:
            last["lines"].append(said)
        apart = False
    return found


def _next(block: Block) -> int:
    return int(block["first"]) + len(block["items"])


def _item(line: str, last: Block | None) -> tuple[str, int, str] | None:
    """Mark, number and text of a line that is an item; None for any other."""
    match = _MARK.fullmatch(line)
    if match is None:
        return None
    if match["bullet"]:
        return BULLET, 1, match["rest"]
    if match["number"]:
        return "1.", int(match["number"]), match["rest"]
    counted = match["counted"]
    mark = f"{match['open']}{'1' if counted.isdigit() else 'a'})"
    if counted.isdigit():
        return mark, int(counted), match["rest"]
    number = ord(counted) - ord("a") + 1
    goes_on = last is not None and last["kind"] == "list" and last["mark"] == mark and number == _next(last)
    return (mark, number, match["rest"]) if number == 1 or goes_on else None


def first_line(text: str) -> str:
    """The first line of a text without the mark of a list, for where only one line has room."""
    for block in blocks(text):
        return str(block["lines"][0] if block["kind"] == "paragraph" else block["items"][0][0])
    return ""


def marks(block: Block) -> list[str]:
    """What stands before each item of a list."""
    mark, first = block["mark"], block["first"]
    if mark == BULLET:
        return [BULLET] * len(block["items"])
    counted = range(first, first + len(block["items"]))
    return [mark.replace("1", str(n)) if "1" in mark else mark.replace("a", chr(ord("a") + n - 1)) for n in counted]


def as_lines(text: str) -> list[str]:
    """The lines of a text with the marks of its items, for the cell of a table."""
    lines: list[str] = []
    for block in blocks(text):
        if block["kind"] == "paragraph":
            lines += block["lines"]
        else:
            for mark, (start, *rest) in zip(marks(block), block["items"], strict=True):
                lines += [f"{mark} {start}", *rest]
    return lines


def as_markdown(text: str, escaped: Callable[[str], str], label: str = "") -> str:
    """The text as Markdown of the same paragraphs and lists, after a *label* that is Markdown; *escaped* makes one line inert."""
    found = blocks(text)
    parts: list[str] = []
    before: str | None = None
    for block in found:
        mark = block.get("mark")
        if mark is None:
            parts.append(_broken(block["lines"], escaped))
        elif mark in (BULLET, "1.", "1)") and mark != before:
            signs = ["-" if mark == BULLET else sign for sign in marks(block)]
            items = zip(signs, block["items"], strict=True)
            parts.append("\n".join(f"{sign} {_broken(item, escaped, len(sign) + 1)}" for sign, item in items))
        else:  # Markdown has no such list, or would join it to the one before
            items = zip(marks(block), block["items"], strict=True)
            parts.append("\\\n".join(guarded(f"{sign} {_broken(item, escaped)}") for sign, item in items))
            mark = None
        before = mark
    if not label:
        return "\n\n".join(parts)
    if found and found[0]["kind"] == "paragraph":
        return "\n\n".join([f"{label}{parts[0]}", *parts[1:]])
    return "\n\n".join([label.rstrip(), *parts])


def _broken(lines: list[str], escaped: Callable[[str], str], inset: int = 0) -> str:
    """Lines of one paragraph or item with their breaks."""
    return ("\\\n" + " " * inset).join(guarded(escaped(line)) for line in lines)


def guarded(line: str) -> str:
    """A line of Markdown that opens no list, heading or definition by its first signs."""
    return _OPENING.sub(lambda match: f"\\{match[0]}" if not match[0].isdigit() else f"{match[0]}\\", line)
