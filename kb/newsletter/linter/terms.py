"""The abbreviations of an edition: each term with its lines in the list, its definitions and its uses in the text."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.newsletter.linter.abbreviations import Fit, alike, definitions, fit, singular, tokens, uses
from kb.newsletter.prose import Passage
from kb.newsletter.sheets import Entry, Sheet


@dataclass(frozen=True)
class Found:
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
    defined: Mapping[str, list[Found]]
    used: Mapping[str, list[Found]]
    standing: frozenset[tuple[int, int, int]]


def read(sheets: Sequence[Sheet], entries: Sequence[Entry]) -> Terms:
    """Find every abbreviation of the list and of the text, in the order of reading."""
    listed, defined, used = defaultdict[str, list[Entry]](list), defaultdict[str, list[Found]](list), {}
    for entry in entries:
        listed[entry.term].append(entry)
    passages = [(at, n, sheet, each) for at, sheet in enumerate(sheets) for n, each in enumerate(sheet.passages)]
    names, taken, standing = set(listed), set[tuple[int, int, int]](), set[tuple[int, int, int]]()
    for at, number, sheet, passage in passages:
        for one in definitions(passage.flat):
            place = (at, number, one.start)
            defined[one.term].append(Found(place, one.expansion, sheet, passage))
        for match in tokens(passage.flat):
            names.add(singular(match[0]))
            standing.add((at, number, match.start()))
    for name, places in defined.items():
        defined[name] = _told(name, places)
        taken |= {each.order for each in defined[name]}
    for name in sorted(names | set(defined)):
        everywhere = [
            (at, n, offset, s, p) for at, n, s, p in passages if name in p.flat for offset in uses(name, p.flat)
        ]
        used[name] = [Found((at, n, o), "", s, p) for at, n, o, s, p in everywhere if (at, n, o) not in taken]
    return Terms(
        dict(listed), dict(defined), {name: found for name, found in used.items() if found}, frozenset(standing)
    )


def _told(term: str, found: list[Found]) -> list[Found]:
    """The definitions without phrases that merely stand before the bracket, where another definition fits the letters."""
    fitting = [each.expansion for each in found if fit(term, each.expansion) != Fit.NONE]
    return [
        each
        for each in found
        if not fitting or each.expansion in fitting or any(alike(each.expansion, other) for other in fitting)
    ]
