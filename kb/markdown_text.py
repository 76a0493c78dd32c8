"""What a Markdown text may hold: no raw HTML, no pictures, no attribute lists, and links to addresses only."""

import html
import re

_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_PICTURE = re.compile(r"!(?=\[)")
_TARGET = re.compile(r"(\]\(|^\s{0,3}\[[^\]]+\]:)(\s*<?)([^)\s>]*)", re.M)
_ATTRIBUTES = re.compile(r"\{(?=[^}\n]*\})")
_SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.-]*)\s*:", re.I)
_ALLOWED = {"http", "https", "mailto"}


def dangers(text: str) -> list[str]:
    """What in a text does not belong there, each in a few words."""
    kinds = {"an attribute list": _ATTRIBUTES, "raw HTML": _TAG, "a picture": _PICTURE}
    found = [
        f"{kind} at “{' '.join(text[match.start() : match.start() + 20].split())}”"
        for kind, pattern in kinds.items()
        for match in pattern.finditer(text)
    ]
    return found + [f"a link to “{match[3][:40]}”" for match in _TARGET.finditer(text) if not _is_allowed(match[3])]


def harmless(text: str) -> str:
    """The text with its raw HTML, pictures and attribute lists shown as text and its odd links leading nowhere."""
    text = _TARGET.sub(lambda match: match[0] if _is_allowed(match[3]) else f"{match[1]}#", text)
    return _ATTRIBUTES.sub("&#123;", _TAG.sub("&lt;", _PICTURE.sub("&#33;", text)))


def _is_allowed(target: str) -> bool:
    scheme = _SCHEME.match(re.sub(r"[\x00-\x20]", "", html.unescape(target)))
    return scheme is not None and scheme[1].lower() in _ALLOWED
