"""Which practice a text is most like, and by which words."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.base.vocabulary import NOT_STATED
from kb.library.practices import Practice
from kb.newsletter.harvest.tagging import forms, stems
from kb.search.cosine import Row, cosine, rarity, shared, weighed

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
        counted = {key: stems(text, language) for key, text in texts.items()}
        self._rarity = rarity(counted.values())
        self._new = math.log(len(counted) + 2)
        self._rows = {key: self._row(found) for key, found in counted.items()}

    def add(self, key: str, text: str) -> None:
        """Put one more text beside the practices."""
        self._rows[key] = self._row(stems(text, self.language))

    def closest(self, text: str, ids: Iterable[str]) -> Likeness | None:
        """The one of *ids* that *text* is most like; None if there is none."""
        own = self._row(stems(text, self.language))
        shown = forms(text, self.language)
        found = [self._compared(key, own, shown) for key in sorted(ids) if key in self._rows]
        return max(found, key=lambda each: each.value, default=None)

    def _row(self, found: Iterable[str]) -> Row:
        return weighed(Counter(found), self._rarity, self._new)

    def _compared(self, key: str, own: Row, shown: Mapping[str, str]) -> Likeness:
        other = self._rows[key]
        words = tuple(shown.get(stem, stem) for stem in shared(own, other)[:5])
        return Likeness(key, round(cosine(own, other), 3), words)


def text_of(practice: Practice, language: str) -> str:
    """What a record tells, in one text."""
    results = () if practice.results == NOT_STATED else practice.results
    told = (practice.title, practice.summary, practice.done, *(result.text for result in results))
    return "\n".join(text.of(language) for text in told)
