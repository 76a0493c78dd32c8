"""Ranking of practices for a reader's words: a pure function of the exported index.

The index is written by Whoosh (kb/search/index.py); here are only its exported parts. The browser's `search-engine.js` is the same
algorithm, rule for rule, over shards of the same parts (kb/search/shards.py); scores are whole numbers, so both give the same order.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kb.base.folding import fold, words

LONGEST_QUERY = 400
MOST_TERMS = 24
EXACT, COMPLETED, NEAR, STEM = 10, 8, (10, 7, 5), 6
MOST_COMPLETED, MOST_NEAR, SHORTEST_BEGINNING = 8, 5, 3
ENOUGH = 10  # practices with all the words; if there are fewer, those with some are given too
NEAREST = 5  # practices named where nothing is found
FAINT = 20  # how many times weaker than the best one a practice with some of the words may be
FILTERS = ("factor", "element", "member", "region", "type", "evidence", "year", "edition", "instrument")
_WORD = re.compile(r"\w+")
_PART = re.compile(
    rf'\b(?P<field>(?ai:{"|".join(FILTERS)})):(?P<value>"[^"]*"|\S+)|"(?P<phrase>[^"]*)"|(?P<words>[^"\s]+|")'
)


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
    type: str
    evidence: str
    reported: str
    aged: bool  # whether nobody has told of it for more than three years
    edition: int | None
    instruments: tuple[str, ...]
    names: tuple[str, ...] = ()  # of the Members in the index's language, folded: a filter takes them too

    @cached_property
    def facets(self) -> dict[str, frozenset[str]]:
        """The values, folded, that a filter of each field can ask for."""
        values: dict[str, Iterable[object]] = {
            "factor": self.factors,
            "element": self.elements,
            "member": self.members,
            "region": self.regions,
            "type": [self.type],
            "evidence": [self.evidence],
            "year": [self.reported[:4]],
            "edition": [] if self.edition is None else [self.edition],
            "instrument": self.instruments,
        }
        return {name: frozenset(fold(str(value)) for value in found) for name, found in values.items()}


@dataclass(frozen=True)
class Postings:
    """The exported index of one language.

    *forms*: folded word → its stems. *stems*: stem → (document number, impact) pairs; an impact is the BM25F sum over the
    fields in tenths, a whole number. *positions*: stem → document number → places in its title, summary and body, each field
    a million apart.
    """

    documents: tuple[Document, ...]
    forms: Mapping[str, tuple[str, ...]]
    stems: Mapping[str, tuple[tuple[int, int], ...]]
    positions: Mapping[str, Mapping[int, tuple[int, ...]]]
    stopwords: frozenset[str]

    @cached_property
    def forms_by_letter(self) -> dict[str, list[str]]:
        """Forms by their first letter, to look for near words and completions."""
        groups: dict[str, list[str]] = {}
        for form in self.forms:
            groups.setdefault(form[0], []).append(form)
        return groups

    def spread(self, form: str) -> int:
        """How many documents a form's stems stand in, counted with repetition."""
        return sum(len(self.stems[stem]) for stem in self.forms[form])


@dataclass(frozen=True)
class Hit:
    """One practice found; hits in the snippet stand between ⟦ and ⟧."""

    document: Document
    score: float
    snippet: str

    def as_json(self) -> dict[str, object]:
        """The hit as data; hits in the snippet are marked as in HTML."""
        shown = ("id", "title", "members", "factors", "elements", "edition", "reported", "aged")
        marked = self.snippet.replace("⟦", "<mark>").replace("⟧", "</mark>")
        return {name: getattr(self.document, name) for name in shown} | {"score": self.score, "snippet": marked}


@dataclass(frozen=True)
class Answer:
    """What a query found; *complete* is False where practices that have only some of the words are among it.

    *nearest*: where nothing is found, the practices that come nearest without its quotes or, if need be, its filters.
    """

    query: str
    total: int
    hits: tuple[Hit, ...]
    suggestion: str | None
    complete: bool = True
    nearest: tuple[Hit, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The answer as data."""
        hits, nearest = ([hit.as_json() for hit in some] for some in (self.hits, self.nearest))
        return {
            "query": self.query,
            "total": self.total,
            "hits": hits,
            "nearest": nearest,
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True)
class Query:
    """A reader's line taken apart: words, phrases in quotes and `field:value` filters; *open* if the last word may go on."""

    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    filters: Mapping[str, frozenset[str]]
    open: bool


@dataclass
class _Term:
    typed: str
    stems: dict[str, int] = field(default_factory=dict)
    corrected: str | None = None


def take_apart(line: str) -> Query:
    """Read a query line; a quote without its partner is ignored, and so are words past the twenty-fourth."""
    found: list[str] = []
    phrases: list[tuple[str, ...]] = []
    filters: dict[str, set[str]] = {}
    last_is_word = False
    for part in _PART.finditer(line[:LONGEST_QUERY]):
        last_is_word = False
        if part["field"]:
            filters.setdefault(part["field"].lower(), set()).add(fold(part["value"].strip('"')))
        elif part["phrase"] is not None:
            inside = tuple(words(part["phrase"]))
            if len(inside) > 1:
                phrases.append(inside)
            found.extend(inside)
        else:
            inside = tuple(words(part["words"]))
            found.extend(inside)
            last_is_word = bool(inside) and part.end() == len(line)
    kept = list(dict.fromkeys(found))[:MOST_TERMS]
    still_open = last_is_word and bool(kept) and kept[-1] == found[-1]
    return Query(tuple(kept), tuple(phrases), {name: frozenset(values) for name, values in filters.items()}, still_open)


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
        if min(current) > limit and (not previous or min(previous) > limit):
            return limit + 1
        before, previous = previous, current
    return min(previous[-1], limit + 1)


def tolerance(word: str) -> int:
    """How many edits a typed word may be away: none up to 3 letters, one up to 7, two from 8; numbers none."""
    if any(character.isnumeric() for character in word) or len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def search(
    postings: Postings, line: str, keep: Callable[[Document], bool] = lambda document: True, limit: int = 10
) -> Answer:
    """The best practices for a query *line* among those that *keep* accepts.

    A word is met by a form of its stem or, where it is unknown, by words that it begins (the last one), near words and its
    longest known beginning. If at least ten practices meet all words, the answer is those; if fewer do, it is they and
    those that meet some, the faint ones left out. Either way it is found before the filters are asked; what they leave of it
    is shown or, if that is nothing, what they leave of all that meet some word. Phrases must stand as they are. A line of
    filters alone gives all that pass them. Where no word of the line is met at all, words with another first letter are
    taken. The order is that of the score, and of ids where it ties.
    """
    query = take_apart(line)
    shown = " ".join(line[:LONGEST_QUERY].split())
    ranking = _Ranking(query, postings, keep)
    chosen = ranking.chosen()
    return Answer(
        shown,
        len(chosen),
        ranking.best(chosen, limit),
        _suggestion(shown, ranking.terms),
        ranking.full.issuperset(chosen),
        ranking.best(ranking.nearest(), NEAREST) if ranking.terms and not chosen else (),
    )


class _Ranking:
    """The documents that meet some term of a query, by number, with their scores; those in *full* meet all of it."""

    def __init__(self, query: Query, postings: Postings, keep: Callable[[Document], bool]) -> None:
        self.query, self.postings, self.keep = query, postings, keep
        self.terms = _terms(query, postings)
        met = self._met()
        self.scores = {number: len(impacts) * sum(impacts) for number, impacts in met.items()}
        self.full = {number for number, impacts in met.items() if len(impacts) == len(self.terms)}
        if query.phrases:
            self.full = {n for n in self.full if all(_stands(phrase, n, postings) for phrase in query.phrases)}

    def _met(self) -> dict[int, list[int]]:
        """For each document the best impact of each term that it meets; all documents for a line of filters alone."""
        if not self.terms and self.query.filters and not self.query.words:
            return {number: [] for number in range(len(self.postings.documents))}
        met: dict[int, list[int]] = {}
        for term in self.terms:
            best: dict[int, int] = {}
            for stem, weight in term.stems.items():
                for number, impact in self.postings.stems.get(stem, ()):
                    best[number] = max(best.get(number, 0), impact * weight)
            for number, impact in best.items():
                met.setdefault(number, []).append(impact)
        return met

    def _passing(self, numbers: Iterable[int]) -> list[int]:
        documents = self.postings.documents
        return [n for n in numbers if _passes(documents[n], self.query) and self.keep(documents[n])]

    def chosen(self) -> list[int]:
        """The documents that answer the query."""
        scores, full = self.scores, self.full
        if self.query.phrases:
            return self._passing(full)
        if len(full) >= ENOUGH:
            return self._passing(full) or self._passing(scores)
        highest = max(scores.values(), default=0)
        return self._passing(n for n in scores if n in full or FAINT * scores[n] >= highest)

    def nearest(self) -> Iterable[int]:
        """What meets some word, where nothing answers the query: what the filters leave of it, else all."""
        return self._passing(self.scores) or self.scores

    def best(self, numbers: Iterable[int], many: int) -> tuple[Hit, ...]:
        """The documents of the highest scores, each with its share of the highest that can be, and a snippet."""
        scores, wanted = self.scores, frozenset(stem for term in self.terms for stem in term.stems)
        best = sorted(numbers, key=lambda number: (-scores[number], number))[:many]
        documents = [self.postings.documents[number] for number in best]
        shares = [scores[number] / (100 * max(1, len(self.terms))) for number in best]
        texts = [snippet(self.postings.forms, document.text, wanted) for document in documents]
        return tuple(map(Hit, documents, shares, texts))


def _terms(query: Query, postings: Postings) -> list[_Term]:
    """The query's words with what they stand for; stop words are left out."""
    last = query.words[-1] if query.open else None
    told = [word for word in query.words if word not in postings.stopwords]
    terms = [_meet(word, word == last, postings) for word in told]
    return terms if any(term.stems for term in terms) else [_meet_elsewhere(word, postings) for word in told]


def _meet(word: str, may_go_on: bool, postings: Postings) -> _Term:
    if word in postings.forms:
        return _Term(word, dict.fromkeys(postings.forms[word], EXACT))
    term = _Term(word, dict.fromkeys(_beginning(word, postings), STEM))
    neighbours = postings.forms_by_letter.get(word[0], [])
    for form in (completed := _completed(word, neighbours, postings) if may_go_on else []):
        _take(form, COMPLETED, term, postings)
    if completed:
        return term
    near = _near(word, neighbours, min(tolerance(word), 1 if term.stems else 2), postings)
    for form, edits in near:
        _take(form, NEAR[edits], term, postings)
    if near and not (near[0][0].startswith(word) or word.startswith(near[0][0])):
        term.corrected = near[0][0]  # a longer or shorter form of the word itself is no correction
    return term


def _beginning(word: str, postings: Postings) -> list[str]:
    """The longest stem that a word begins with and is at most four letters longer than, if there is one."""
    ends = range(len(word) - 1, max(3, len(word) - 5), -1)
    return [word[:end] for end in ends if word[:end] in postings.stems][:1]


def _completed(word: str, neighbours: Iterable[str], postings: Postings) -> list[str]:
    """The forms that a word begins, those in most documents first."""
    if len(word) < SHORTEST_BEGINNING:
        return []
    completed = [form for form in neighbours if form.startswith(word)]
    return sorted(completed, key=lambda form: (-postings.spread(form), form))[:MOST_COMPLETED]


def _take(form: str, weight: int, term: _Term, postings: Postings) -> None:
    """Let a term stand for the stems of a form too."""
    for stem in postings.forms[form]:
        term.stems[stem] = max(term.stems.get(stem, 0), weight)


def _meet_elsewhere(word: str, postings: Postings) -> _Term:
    """A word met by forms of any first letter that are one edit away."""
    near = _near(word, postings.forms, min(tolerance(word), 1), postings)
    stems = {stem: NEAR[edits] for form, edits in near for stem in postings.forms[form]}
    return _Term(word, stems, near[0][0] if near else None)


def _near(word: str, neighbours: Iterable[str], limit: int, postings: Postings) -> list[tuple[str, int]]:
    """The forms among *neighbours* that are nearest within *limit* edits, those in more documents first, five at most."""
    if not limit:
        return []
    found = [(form, edits) for form in neighbours if (edits := distance(word, form, limit)) <= limit]
    least = min((edits for _, edits in found), default=0)
    nearest = [pair for pair in found if pair[1] == least]
    return sorted(nearest, key=lambda pair: (-postings.spread(pair[0]), pair[0]))[:MOST_NEAR]


def _passes(document: Document, query: Query) -> bool:
    also = {"member": document.names}
    return all(values & {*document.facets[name], *also.get(name, ())} for name, values in query.filters.items())


def _stands(phrase: Sequence[str], number: int, postings: Postings) -> bool:
    """Whether the phrase's words, stop words aside, stand one after the other somewhere in the document."""
    starts: set[int] | None = None
    for offset, word in enumerate(word for word in phrase if word not in postings.stopwords):
        places = {
            place - offset
            for stem in postings.forms.get(word, ())
            for place in postings.positions.get(stem, {}).get(number, ())
        }
        starts = places if starts is None else starts & places
    return starts is None or bool(starts)


def _suggestion(line: str, terms: Iterable[_Term]) -> str | None:
    corrections = {term.typed: term.corrected for term in terms if term.corrected}
    if not corrections:
        return None
    return _WORD.sub(lambda match: corrections.get(fold(match[0])) or match[0], line)


def snippet(forms: Mapping[str, tuple[str, ...]], text: str, stems: frozenset[str], width: int = 220) -> str:
    """The passage of *text* with most of the wanted stems, hits between ⟦ and ⟧, about *width* characters."""
    marks = [
        (match.start(), match.end(), found)
        for match in _WORD.finditer(text)
        if (found := frozenset(forms.get(fold(match[0]), ())) & stems)
    ]
    start = _best_start(marks, width)
    start = text.rfind(" ", 0, start - 30) + 1 if start > 30 else 0
    end = len(text)
    if start + width < end:
        end = text.rfind(" ", start, start + width)
        end = start + width if end < 0 else end
    parts: list[str] = []
    at = start
    for begin, finish, _ in marks:
        if begin >= at and finish <= end:
            parts += [text[at:begin], "⟦", text[begin:finish], "⟧"]
            at = finish
    parts.append(text[at:end])
    return ("… " if start else "") + " ".join("".join(parts).split()) + (" …" if end < len(text) else "")


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
