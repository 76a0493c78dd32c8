"""Every string shown to a person, by key and language, from `content/interface/`."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from kb.content import find_root, name_of, read_yaml
from kb.errors import ArushaError, ContentError, Fault
from kb.folding import turns_shown


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

    def keys(self) -> set[str]:
        """All keys of this language."""
        return set(self._phrases)


@cache
def phrases(language: str, root: Path | None = None) -> Phrases:
    """The phrases of *language*. Raises ArushaError if there is no such language."""
    folder = find_root(root) / "interface"
    path = folder / f"{language}.yml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yml")))
        raise ArushaError(f"there is no language “{language}” here; choose one of {known}")
    data = read_yaml(find_root(root), path)
    if not isinstance(data, dict):
        raise ContentError(
            Fault(name_of(find_root(root), path), "", "is not a set of phrases", "write “key: phrase” lines")
        )
    return Phrases(language, dict(_flat(data)))


def _flat(data: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in data.items():
        if isinstance(value, dict):
            pairs.extend(_flat(value, f"{prefix}{key}."))
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
