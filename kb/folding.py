"""Texts made plain: fit to be stored, and the form in which words meet (lower case, without accents)."""

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_WORD = re.compile(r"\w+")


def clean(text: str) -> str:
    """A text without control characters and without halves of characters, as it can be stored and shown anywhere."""
    return _CONTROLS.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def fold(text: str) -> str:
    """Lower case without accents; ligatures are opened."""
    if text.isascii():  # most words; the rest of the way would change nothing else in them
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """The folded words of a text; apostrophes and hyphens part words."""
    return _WORD.findall(fold(text))
