"""Every string shown to a person, by key and language, from `content/interface/`."""

import errno
from collections.abc import KeysView, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from kb.base import strict_yaml
from kb.base.folding import each_text, fold, turns_shown
from kb.base.places import project_folder
from kb.base.vocabulary import Language
from kb.base.wrong import ArushaError


class Phrases:
    """The phrases of one language; call with a key and the values that the phrase names."""

    def __init__(self, language: str, phrases: Mapping[str, str]) -> None:
        self.language = language
        self._phrases = phrases

    def __call__(self, key: str, /, **values: Any) -> str:
        """The phrase for *key*, its `{name}` places filled. Raises KeyError for an unknown key: a fault of the code."""
        told = {name: turns_shown(str(value)) if isinstance(value, Path) else value for name, value in values.items()}
        return self._phrases[key].format(**told) if told else self._phrases[key]

    def count(self, key: str, n: int, /, **values: Any) -> str:
        """The phrase `key.one` or `key.other` for the number *n* (French counts 0 as one)."""
        one = n == 1 or (n == 0 and self.language == "fr")
        return self(f"{key}.{'one' if one else 'other'}", n=n, **values)

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number as the language writes it; a dash for None."""
        if value is None:
            return "–"
        text = f"{value:,.{digits}f}"
        return text.translate({44: "\u00a0", 46: ","}) if self.language == "fr" else text

    def level(self, value: Fraction | float) -> str:
        """A level as shown: whole, or with the two decimals of a mean."""
        return str(int(value)) if value == int(value) else self.number(float(value), 2)

    def date(self, value: str) -> str:
        """A date YYYY, YYYY-MM or YYYY-MM-DD as the language writes it."""
        year, month, day = (*value.split("-"), "", "")[:3]
        name = self("date.months").split("|")[int(month) - 1] if month else ""
        first = "1er" if day and int(day) == 1 and self.language == "fr" else day and str(int(day))
        return " ".join(filter(None, (first, name, year)))

    def __contains__(self, key: str) -> bool:
        return key in self._phrases

    def keys(self) -> KeysView[str]:
        """All keys of this language."""
        return self._phrases.keys()


@dataclass(init=False)
class Word:
    """A phrase, by its key and values, that stands as a value in another."""

    key: str
    values: dict[str, Any]

    def __init__(self, key: str, /, **values: Any) -> None:
        self.key, self.values = key, values

    def in_words(self, say: Phrases) -> str:
        """The phrase in a language."""
        return say(self.key, **{name: _in_words(value, say, "") for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.in_words(phrases("en"))

    def __hash__(self) -> int:
        return hash(self.key)


class WordedError(ArushaError):
    """An error whose sentence stands in every language; as text it is what the command says in English."""

    def in_words(self, say: Phrases, shell: str = "") -> str:
        """The sentence in a language, as a *shell* says it."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.in_words(phrases("en"), "command")


class Refusal(WordedError):  # noqa: N818 - it is no fault of anybody
    """A request that cannot be met: the *key* of its sentence below `refusal` in the phrases, and the *values* that it names.

    A value may be a `Word`, another error, or several in a tuple, which are put into the language too. With a number *n* the
    sentence is that of `one` or `other` if there are these. A shell prefers its own (below `command`: one that names a command).
    """

    def __init__(self, key: str, values: Mapping[str, Any] | None = None, /, **named: Any) -> None:
        super().__init__(key)
        given = {**(values or {}), **named}
        self.key = key
        self.values = {name: turns_shown(str(v)) if isinstance(v, Path) else v for name, v in given.items()}

    def in_words(self, say: Phrases, shell: str = "") -> str:
        """The sentence in a language, as a *shell* says it."""
        forms = [f"{place}.{self.key}" for place in (shell, "refusal") if place]
        values = {name: _in_words(value, say, shell) for name, value in self.values.items()}
        for key in forms:
            if f"{key}.one" in say:
                return say.count(key, values.pop("n"), **values)
            if key in say:
                return say(key, **values)
        raise KeyError(self.key)

    def __reduce__(self) -> tuple[Any, ...]:
        return Refusal, (self.key, self.values)


def _in_words(value: Any, say: Phrases, shell: str) -> Any:
    if isinstance(value, Word):
        return value.in_words(say)
    if isinstance(value, tuple):
        return ", ".join(str(_in_words(each, say, shell)) for each in value)
    return in_words(value, say, shell) if isinstance(value, ArushaError) else value


def renamed(error: ArushaError, path: Path, name: str | Word) -> ArushaError:
    """An error about the file at *path*, told of *name* in its place."""
    if not isinstance(error, Refusal):
        return ArushaError(str(error).replace(str(path), str(_in_words(name, phrases("en"), "")), 1))
    shown = turns_shown(str(path))
    return Refusal(error.key, **{key: name if value == shown else value for key, value in error.values.items()})


def in_words(error: ArushaError, say: Phrases, shell: str = "") -> str:
    """What an error says in a language; one that is not worded has but its own sentence."""
    return error.in_words(say, shell) if isinstance(error, WordedError) else str(error)


def of_system(error: OSError, say: Phrases) -> str:
    """What the system says is wrong, with a remedy where there is one."""
    key = f"refused.system.{errno.errorcode.get(error.errno or 0, '').removeprefix('WSA')}"
    reason = say(key) if key in say else error.strerror or str(error)
    return f"{error.filename}{say('colon')}{reason}" if error.filename else reason


@cache
def phrases(language: str, root: Path | None = None) -> Phrases:
    """The phrases of *language*, of a content folder or of this project. Raises Refusal if there is no such language."""
    folder = (root or project_folder() / "content") / "interface"
    path = folder / f"{language}.yml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yml")))
        raise Refusal("interface.no_language", language=language, known=known)
    data = each_text(strict_yaml.load(path.read_text(encoding="utf-8"), f"interface/{path.name}"))
    if not isinstance(data, dict):
        raise ArushaError(f"interface/{path.name}: is not a set of phrases; write “key: phrase” lines")
    return Phrases(language, dict(_flat(data)))


@cache
def months() -> Mapping[str, int]:
    """The number of each month (1 to 12) by its name in each language, in small letters, with its accents and without."""
    names = {
        name.lower(): number
        for language in Language
        for number, name in enumerate(phrases(language)("date.months").split("|"), 1)
    }
    return names | {fold(name): number for name, number in names.items()}


def _flat(data: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in data.items():
        if isinstance(value, dict):
            pairs.extend(_flat(value, f"{prefix}{key}."))
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
