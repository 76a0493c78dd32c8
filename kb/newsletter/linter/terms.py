"""The abbreviations of an edition: each term with its lines in the list, its definitions and its uses in the text."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.newsletter.linter.abbreviations import Fit, alike, definitions, fit, singular, tokens, uses
from kb.newsletter.prose import Passage
from kb.newsletter.sheets import Entry, Sheet


@dataclass(frozen=True)
class Occurrence:
    """A term at a place of the text; *expansion* is empty where the term is only used."""

    order: tuple[int, int, int]
    expansion: str
    sheet: Sheet
    passage: Passage

    @property
    def file(self) -> str:
        """The article's file."""
        return self.sheet.file

    @property
    def line(self) -> int:
        """The line in its file."""
        return self.passage.line_of(self.order[2])


@dataclass(frozen=True)
class Terms:
    """Lines of the list, definitions and uses, by term; each in order. *standing* are the places that look like abbreviations."""

    listed: Mapping[str, list[Entry]]
    defined: Mapping[str, list[Occurrence]]
    used: Mapping[str, list[Occurrence]]
    standing: frozenset[tuple[int, int, int]]


Text = tuple[int, int, Sheet, Passage]  # a passage with its place among the articles and in its own


def read(sheets: Sequence[Sheet], entries: Sequence[Entry]) -> Terms:
    """Find every abbreviation of the list and of the text, in the order of reading."""
    listed = defaultdict[str, list[Entry]](list)
    for entry in entries:
        listed[entry.term].append(entry)
    texts = [(at, n, sheet, each) for at, sheet in enumerate(sheets) for n, each in enumerate(sheet.passages)]
    standing = {
        (at, n, match.start()): singular(match[0]) for at, n, _, passage in texts for match in tokens(passage.flat)
    }
    defined = _defined(texts)
    taken = {each.order for places in defined.values() for each in places}
    used = {name: _used(name, texts, taken) for name in sorted({*listed, *standing.values(), *defined})}
    return Terms(dict(listed), defined, {name: places for name, places in used.items() if places}, frozenset(standing))


def _defined(texts: Sequence[Text]) -> dict[str, list[Occurrence]]:
    places = defaultdict[str, list[Occurrence]](list)
    for at, number, sheet, passage in texts:
        for one in definitions(passage.flat):
            places[one.term].append(Occurrence((at, number, one.start), one.expansion, sheet, passage))
    return {term: _fitting(term, each) for term, each in places.items()}


def _used(term: str, texts: Sequence[Text], taken: set[tuple[int, int, int]]) -> list[Occurrence]:
    """Where a term stands in the text and is not defined there."""
    return [
        Occurrence((at, number, start), "", sheet, passage)
        for at, number, sheet, passage in texts
        if term in passage.flat
        for start in uses(term, passage.flat)
        if (at, number, start) not in taken
    ]


def _fitting(term: str, found: list[Occurrence]) -> list[Occurrence]:
    """The definitions without phrases that merely stand before the bracket, where another definition fits the letters."""
    fitting = [each.expansion for each in found if fit(term, each.expansion) != Fit.NONE]
    return [
        each
        for each in found
        if not fitting or each.expansion in fitting or any(alike(each.expansion, other) for other in fitting)
    ]
