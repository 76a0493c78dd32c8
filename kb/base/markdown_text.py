"""What a Markdown text may hold: no raw HTML, no pictures, no attribute lists or code blocks, and links to addresses only."""

import re
from collections.abc import Iterator

from kb.base import links

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f]"
)  # Markdown drops some of them, and what stood apart then stands together
_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_PICTURE = re.compile(r"!(?=\[)")
_TARGET = re.compile(r"(\]\(|^\s{0,3}\[[^\]]+\]:)(\s*<?)([^)\s>]*)", re.M)
_BRACED = re.compile(r"^.*\}", re.M)  # a line up to its last }: each { in it may begin an attribute list
_FENCE = re.compile(
    r"^(?:`(?=``)|~(?=~~))", re.M
)  # one too many would turn the rest of the page into code, and code into text
_DEEP = re.compile(r"^(?:[ \t]{60}|[ \t]*(?:(?:>[ \t]*|(?:[-+*]|\d+\.)[ \t]+)){15})", re.M)
_KINDS = {
    "a control character": _CONTROL,
    "an attribute list": _BRACED,
    "raw HTML": _TAG,
    "a picture": _PICTURE,
    "a code block": _FENCE,
    "more than 15 levels": _DEEP,
}


def dangers(text: str) -> list[str]:
    """What in a text does not belong there, each in a few words; its links are judged as they are rendered."""
    found = [
        f"{kind} at “{_printable(' '.join(text[start : start + 20].split()))}”"
        for kind, pattern in _KINDS.items()
        for start in _starts(pattern, text)
    ]
    if "[" in text and not _DEEP.search(text):  # no link without a bracket
        found += [f"a link to “{_printable(target[:40])}”" for target in links.refused(_as_text(without_control(text)))]
    return found


def harmless(text: str) -> str:
    """The text with its raw HTML, pictures, attribute lists and code fences shown as text and its odd links leading nowhere.

    Links that nested definitions bring are left to the judge of the rendered page, `links.Judge`.
    """
    plain = without_control(text)
    return _as_text(_TARGET.sub(lambda match: match[0] if links.is_allowed(match[3]) else f"{match[1]}#", plain))


def without_control(text: str) -> str:
    """The text without control characters but tab and line break."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")) if _CONTROL.search(text) else text


def _as_text(text: str) -> str:
    text = _TAG.sub("&lt;", _PICTURE.sub("&#33;", text))
    text = _BRACED.sub(lambda match: match[0].replace("{", "&#123;"), text)
    return _FENCE.sub(lambda match: f"&#{ord(match[0])};", text)


def _starts(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    for match in pattern.finditer(text):
        if pattern is _BRACED:
            yield from (match.start() + place for place, sign in enumerate(match[0]) if sign == "{")
        else:
            yield match.start()


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text)
