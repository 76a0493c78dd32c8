"""Texts made plain: fit to be stored, and the form in which words meet (lower case, without accents)."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from operator import is_
from typing import Any, TypeVar, cast

T = TypeVar("T")
_BREAKS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # what programs mean by a line break, besides \n
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff]")  # with the two that no XML may hold
_BLANKS = re.compile(r"[ \t\n]+")  # spaces that do not break, as French has them, stay
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WORD = re.compile(r"\w+")


def clean(text: str) -> str:
    """A text of a person as it can be stored and shown anywhere: every kind of line break is LF, and no other control but the tab.

    Two halves of a character that belong together become it; a half alone becomes “�”.
    """
    text = _CONTROLS.sub("", _BREAKS.sub("\n", text).replace("\x1f", " "))
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if has_half(text) else text


def on_one_line(text: str) -> str:
    """A text of a person for a field of one line: cleaned, each run of blanks, tabs and line breaks one blank."""
    return _BLANKS.sub(" ", clean(text)).strip()


def each_text(data: Any, cleaned: Callable[[str], str] = clean) -> Any:
    """Data of texts, lists and mappings with each text *cleaned*, and names too unless two would become one."""
    if isinstance(data, dict):
        names = [clean(key) if isinstance(key, str) else key for key in data]
        values = [each_text(value, cleaned) for value in data.values()]
        return dict(zip(names if len(set(names)) == len(names) else data, values, strict=True))
    if isinstance(data, list):
        return [each_text(value, cleaned) for value in data]
    return cleaned(data) if isinstance(data, str) else data


def has_half(text: str) -> bool:
    """Whether a text holds a half of a character (a surrogate), which nothing can store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def turns_shown(text: str) -> str:
    """A text whose signs that turn the order of what follows are written out, as in ‹U+202E›: seen, and obeyed by no reader.

    Those are embeddings, overrides and isolates. Marks of one letter’s direction stay, since Arabic and Hebrew need them.
    """
    return text if text.isascii() else _TURNS.sub(lambda sign: f"‹U+{ord(sign[0]):04X}›", text)


def turns_shown_in(data: T) -> T:
    """Data with `turns_shown` in all its texts: lists, mappings, sets, dataclasses and models, themselves where nothing turns."""
    return cast(T, _shown_in(data))


def _shown_in(data: Any) -> Any:
    kind = type(data)
    if kind is str:
        return turns_shown(data)
    if kind is dict:
        pairs = {_shown_in(key): _shown_in(value) for key, value in data.items()}
        return data if all(map(is_, pairs, data)) and all(map(is_, pairs.values(), data.values())) else pairs
    if kind in (tuple, list, frozenset):
        parts = list(map(_shown_in, data))
        return data if all(map(is_, parts, data)) else kind(parts)
    return _record_shown_in(data)


def _record_shown_in(data: Any) -> Any:
    model = hasattr(type(data), "model_fields")
    names = type(data).model_fields if model else [each.name for each in fields(data)] if is_dataclass(data) else ()
    new = {name: shown for name in names if (shown := _shown_in(value := getattr(data, name))) is not value}
    if not new:
        return data
    return data.model_copy(update=new) if model else replace(data, **new)


def may_be_formula(text: str) -> bool:
    """Whether a spreadsheet might take a cell for a formula: by its first sign, also the wide one of East Asian writing."""
    return text.startswith(_FORMULA)


def fold(text: str) -> str:
    """Lower case without accents; ligatures are opened."""
    if text.isascii():  # most words; the rest of the way would change nothing else in them
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """The folded words of a text; apostrophes and hyphens part words."""
    return _WORD.findall(fold(text))
