"""Ranking of practices for a reader's words: a pure function of the exported index.

The index is written by Whoosh (kb/search.py); here are only its exported parts, small enough for a browser:
folded *forms* point at stems, stems at documents with their BM25F impact. Two readers share this algorithm.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kb.folding import fold, words

LONGEST_QUERY = 400
MOST_TERMS = 24
NEAR_WEIGHT = (1.0, 0.7, 0.5)
STEM_WEIGHT = 0.6
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Document:
    """What a result shows and what the filters ask of one practice."""

    id: str
    title: str
    text: str
    members: tuple[str, ...]
    regions: tuple[str, ...]
    factors: tuple[int, ...]
    elements: tuple[str, ...]
    edition: int


@dataclass(frozen=True)
class Postings:
    """The exported index of one language.

    *forms*: folded word → its stems. *stems*: stem → (document number, impact) pairs; impacts are BM25F sums over the fields.
    """

    documents: tuple[Document, ...]
    forms: Mapping[str, tuple[str, ...]]
    stems: Mapping[str, tuple[tuple[int, float], ...]]
    stopwords: frozenset[str]

    @cached_property
    def forms_by_length(self) -> dict[int, list[str]]:
        """Forms grouped by their number of letters, to look for near words."""
        groups: dict[int, list[str]] = {}
        for form in self.forms:
            groups.setdefault(len(form), []).append(form)
        return groups

    def spread(self, form: str) -> int:
        """How many documents a form's stems stand in, counted with repetition."""
        return sum(len(self.stems[stem]) for stem in self.forms[form])


@dataclass(frozen=True)
class Hit:
    """One practice found."""

    document: Document
    score: float
    snippet: str


@dataclass(frozen=True)
class Answer:
    """What a query found; *complete* is False where no practice has all words and those with some are shown."""

    query: str
    total: int
    hits: tuple[Hit, ...]
    suggestion: str | None
    complete: bool = True


@dataclass
class _Term:
    typed: str
    stems: dict[str, float] = field(default_factory=dict)
    corrected: str | None = None


def distance(one: str, other: str, limit: int) -> int:
    """Edits between two words (insert, delete, replace, swap neighbours); *limit* + 1 stands for more than *limit*."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        current = [i]
        for j, b in enumerate(other, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return min(previous[-1], limit + 1)


def tolerance(word: str) -> int:
    """How many edits a typed word may be away: none up to 3 letters, one up to 7, two from 8; numbers none."""
    if any(character.isdigit() for character in word) or len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def search(
    postings: Postings,
    query: str,
    keep: Callable[[Document], bool] = lambda document: True,
    limit: int = 10,
) -> Answer:
    """The best practices for *query* among those that *keep* accepts.

    Every word must be met, by a form of its stem or, where a word is unknown, by near words. If no practice meets all,
    those that meet some are given. Ties fall in the order of ids, so the answer never depends on chance.
    """
    shown = " ".join(query[:LONGEST_QUERY].split())
    typed = list(dict.fromkeys(words(shown)))[:MOST_TERMS]
    terms = [_meet(word, postings) for word in typed if word not in postings.stopwords or len(typed) == 1]
    scores: dict[int, list[float]] = {}
    for term in terms:
        best: dict[int, float] = {}
        for stem, weight in term.stems.items():
            for number, impact in postings.stems.get(stem, ()):
                best[number] = max(best.get(number, 0.0), impact * weight)
        for number, impact in best.items():
            scores.setdefault(number, []).append(impact)
    allowed = {number: found for number, found in scores.items() if keep(postings.documents[number])}
    full = {number: found for number, found in allowed.items() if len(found) == len(terms)}
    complete = bool(full)
    chosen = full or allowed
    order = sorted(
        chosen,
        key=lambda number: (-len(chosen[number]), -round(sum(chosen[number]), 4), postings.documents[number].id),
    )
    wanted = frozenset(stem for term in terms for stem in term.stems)
    hits = tuple(
        Hit(
            postings.documents[number],
            round(sum(chosen[number]), 3),
            snippet(postings, postings.documents[number].text, wanted),
        )
        for number in order[:limit]
    )
    return Answer(shown, len(chosen), hits, _suggestion(shown, terms), complete)


def _meet(word: str, postings: Postings) -> _Term:
    """The stems that a typed word stands for: its own, or those of near words and of its longest known beginning."""
    if word in postings.forms:
        return _Term(word, dict.fromkeys(postings.forms[word], 1.0))
    term = _Term(word)
    for end in range(len(word) - 1, max(3, len(word) - 5), -1):
        if word[:end] in postings.stems:
            term.stems[word[:end]] = STEM_WEIGHT
            break
    near = _near(word, postings)
    if near and not (near[0][0].startswith(word) or word.startswith(near[0][0])):
        term.corrected = near[0][0]  # a longer or shorter form of the word itself is no correction
    for form, edits in near:
        for stem in postings.forms[form]:
            term.stems[stem] = max(term.stems.get(stem, 0.0), NEAR_WEIGHT[edits])
    return term


def _near(word: str, postings: Postings) -> list[tuple[str, int]]:
    """Up to five forms within tolerance, nearest first, then those found in more places."""
    limit = tolerance(word)
    if not limit:
        return []
    found = [
        (form, edits)
        for length in range(len(word) - limit, len(word) + limit + 1)
        for form in postings.forms_by_length.get(length, ())
        if (edits := distance(word, form, limit)) <= limit
    ]
    found.sort(key=lambda pair: (pair[1], pair[0][0] != word[0], -postings.spread(pair[0]), pair[0]))
    return [pair for pair in found if pair[1] == found[0][1]][:5]


def _suggestion(query: str, terms: Iterable[_Term]) -> str | None:
    corrections = {term.typed: term.corrected for term in terms if term.corrected}
    if not corrections:
        return None
    return re.sub(r"\w+", lambda match: corrections.get(fold(match[0])) or match[0], query)


def snippet(postings: Postings, text: str, stems: frozenset[str], width: int = 220) -> str:
    """The passage of *text* with most of the wanted stems, hits between ⟦ and ⟧, about *width* characters."""
    marks = [
        (match.start(), match.end(), frozenset(postings.forms.get(fold(match[0]), ())) & stems)
        for match in _WORD.finditer(text)
    ]
    marks = [mark for mark in marks if mark[2]]
    start = _best_start(marks, width)
    if start > 0:
        start = text.rfind(" ", 0, start - 30) + 1 if start > 30 else 0
    end = (
        len(text)
        if start + width >= len(text)
        else (text.rfind(" ", start, start + width) if " " in text[start : start + width] else start + width)
    )
    parts: list[str] = []
    at = start
    for begin, finish, _ in marks:
        if begin >= at and finish <= end:
            parts += [text[at:begin], "⟦", text[begin:finish], "⟧"]
            at = finish
    parts.append(text[at:end])
    passage = " ".join("".join(parts).split())
    return ("… " if start else "") + passage + (" …" if end < len(text) else "")


def _best_start(marks: Sequence[tuple[int, int, frozenset[str]]], width: int) -> int:
    """Where the window with most distinct wanted stems begins; the first one wins a tie."""
    best = (0, 0)
    for index, (begin, _, _) in enumerate(marks):
        seen: set[str] = set()
        for other, _, found in marks[index:]:
            if other - begin > width - 40:
                break
            seen |= found
        if len(seen) > best[0]:
            best = (len(seen), begin)
    return best[1]
