"""How alike two texts are: the angle between their stems, those that tell most counting most."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.newsletter.tagging import forms, stems
from kb.practices import Practice
from kb.vocabulary import NOT_STATED

ALIKE = 0.22  # from here on, texts of one Member are taken for tellings of one thing


@dataclass(frozen=True)
class Likeness:
    """The practice that a text is most like, how much (0 to 1), and the words that both use, the most telling first."""

    id: str
    value: float
    words: tuple[str, ...]


class Shelf:
    """Practices of one language laid out for comparison."""

    def __init__(self, practices: Iterable[Practice], language: str) -> None:
        self.language = language
        texts = {practice.id: text_of(practice, language) for practice in practices}
        counted = {key: Counter(stems(text, language)) for key, text in texts.items()}
        spread = Counter(stem for found in counted.values() for stem in found)
        self._rarity = {stem: math.log((len(counted) + 1) / number) for stem, number in spread.items()}
        self._new = math.log(len(counted) + 2)
        self._rows = {key: self._weighed(found) for key, found in counted.items()}

    def add(self, key: str, text: str) -> None:
        """Put one more text beside the practices."""
        self._rows[key] = self._weighed(Counter(stems(text, self.language)))

    def closest(self, text: str, ids: Iterable[str]) -> Likeness | None:
        """The one of *ids* that *text* is most like; None if there is none."""
        own = self._weighed(Counter(stems(text, self.language)))
        shown = forms(text, self.language)
        found = [self._compared(key, own, shown) for key in sorted(ids) if key in self._rows]
        return max(found, key=lambda each: each.value, default=None)

    def _weighed(self, found: Mapping[str, int]) -> dict[str, float]:
        row = {stem: (1 + math.log(n)) * self._rarity.get(stem, self._new) for stem, n in found.items()}
        length = math.sqrt(sum(weight**2 for weight in row.values())) or 1
        return {stem: weight / length for stem, weight in row.items()}

    def _compared(self, key: str, own: Mapping[str, float], shown: Mapping[str, str]) -> Likeness:
        other = self._rows[key]
        shared = {stem: weight * other[stem] for stem, weight in own.items() if stem in other}
        words = sorted(shared, key=lambda stem: (-shared[stem], stem))[:5]
        return Likeness(key, round(sum(shared.values()), 3), tuple(shown.get(stem, stem) for stem in words))


def text_of(practice: Practice, language: str) -> str:
    """What a record tells, in one text."""
    results = () if practice.results == NOT_STATED else practice.results
    told = (practice.title, practice.summary, practice.done, *(result.text for result in results))
    return "\n".join(text.of(language) for text in told)
