"""Practices of other Members for a weak element, and why each was chosen."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kb.base.vocabulary import NOT_STATED, EvidenceStrength
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice
from kb.library.questionnaires import Question
from kb.search.cosine import Row, cosine, rarity, shared, weighed

MOST = 3
ANSWERS, FIRST, SERVES, REGION, LIKE = 4.0, 2.0, 1.0, 0.75, 1.0
STRENGTH = {EvidenceStrength.CLAIMED: 0.0, EvidenceStrength.FIGURES: 0.5, EvidenceStrength.VERIFIED: 1.0}
_WORD = re.compile(r"[^\W\d_]{5,}")  # shorter words do not tell texts apart
_SHARED = 3  # words in common that are named
_RARE = 1.8  # a word that about one practice in seven speaks, or fewer


@dataclass(frozen=True)
class Offer:
    """A practice offered for an element. Reasons: the questions it answers, whether it serves the element first of all, whether
    it comes from the Member's own region, how its results are shown, and words that it shares with the questions.
    """

    practice: str
    answers: tuple[str, ...]
    first: bool
    region: bool
    strength: EvidenceStrength
    shared: tuple[str, ...]


def choose(
    element: str,
    weak: Iterable[Question],
    member: str | None,
    knowledge: Knowledge,
    language: str = "en",
    most: int = MOST,
) -> tuple[Offer, ...]:
    """At most *most* practices of other Members for an element, the fittest first, one of each Member before a second of any.

    A practice counts more that the bank names for one of the *weak* questions, that serves the element first of all, that comes
    from the same WCO region, that shows figures of its results, and whose text (in *language*) speaks of the same things.
    """
    asked = list(weak)
    named = {key: tuple(q.id for q in asked if key in q.practices) for q in asked for key in q.practices}
    rare = _rarity(knowledge, language)
    questions = weighed(
        Counter(
            word for question in asked for word in _told(question.text.of(language), question.levels[-1].of(language))
        ),
        rare,
    )
    region = knowledge.members.by_code[member].region if member in knowledge.members.by_code else None
    scored: list[tuple[float, Offer, Practice]] = []
    for practice in knowledge.practices:
        if member in practice.members or not (element in practice.elements or practice.id in named):
            continue
        own = _row_of(practice.id, knowledge, language)
        near = region is not None and any(knowledge.members.by_code[code].region == region for code in practice.members)
        first = practice.elements[0] == element
        value = (
            (ANSWERS if practice.id in named else 0)
            + (FIRST if first else SERVES if element in practice.elements else 0)
            + (REGION if near else 0)
            + STRENGTH[practice.evidence]
            + LIKE * cosine(questions, own)
        )
        common = tuple(word for word in shared(questions, own) if rare.get(word, 0.0) > _RARE)[:_SHARED]
        offer = Offer(practice.id, named.get(practice.id, ()), first, near, practice.evidence, common)
        scored.append((value, offer, practice))
    scored.sort(key=lambda row: (-round(row[0], 9), row[1].practice))
    chosen: list[Offer] = []
    members: set[str] = set()
    for _, offer, practice in scored:
        if not members.intersection(practice.members):
            chosen.append(offer)
            members.update(practice.members)
    chosen += [offer for _, offer, _ in scored if offer not in chosen]
    return tuple(chosen[:most])


def _told(*texts: str) -> list[str]:
    return [word for text in texts for word in _WORD.findall(text.casefold())]


@cache
def _words_of(key: str, knowledge: Knowledge, language: str) -> Counter[str]:
    practice = knowledge.practice_by_id[key]
    problem = "" if practice.problem == NOT_STATED else practice.problem.of(language)
    texts = (practice.title, practice.summary, practice.done)
    return Counter(_told(*(text.of(language) for text in texts), problem, *practice.keywords.of(language)))


@cache
def _rarity(knowledge: Knowledge, language: str) -> Mapping[str, float]:
    return rarity(_words_of(practice.id, knowledge, language) for practice in knowledge.practices)


@cache
def _row_of(key: str, knowledge: Knowledge, language: str) -> Row:
    return weighed(_words_of(key, knowledge, language), _rarity(knowledge, language))
