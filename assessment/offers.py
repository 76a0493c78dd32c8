"""Practices of other Members for a weak element, and why each was chosen."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    it comes from the Member's own region, how its results are shown, and the rare terms of the thesaurus that it
    shares with the questions.
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
    rare = _rarity(knowledge, language)
    told = [word for q in asked for word in _told(q.text.of(language), q.levels[-1].of(language))]
    need = _Need(element, member, asked, weighed(Counter(told), rare), rare)
    offered = (_scored(practice, need, knowledge, language) for practice in knowledge.practices if need.fits(practice))
    scored = sorted(offered, key=lambda row: (-round(row[0], 9), row[1].practice))
    members: set[str] = set()
    first: list[Offer] = []
    for _, offer in scored:
        its = set(knowledge.practice_by_id[offer.practice].members)
        if not members & its:
            first.append(offer)
            members |= its
    return tuple([*first, *(offer for _, offer in scored if offer not in first)][:most])


@dataclass(frozen=True)
class _Need:
    """What an element of a *member* lacks: its *weak* questions and their words, weighed by how *rare* they are."""

    element: str
    member: str | None
    weak: Sequence[Question]
    words: Row
    rare: Mapping[str, float]

    def answers(self, practice: Practice) -> tuple[str, ...]:
        """The questions for which the bank names a practice."""
        return tuple(question.id for question in self.weak if practice.id in question.practices)

    def fits(self, practice: Practice) -> bool:
        """Whether a practice of another Member serves the element, or is named for one of its questions."""
        serves = self.element in practice.elements or bool(self.answers(practice))
        return serves and self.member not in practice.members


def _scored(practice: Practice, need: _Need, knowledge: Knowledge, language: str) -> tuple[float, Offer]:
    own, answers = _row_of(practice.id, knowledge, language), need.answers(practice)
    region = _regions({need.member or ""}, knowledge)
    near = bool(region & _regions(practice.members, knowledge))
    first = practice.elements[0] == need.element
    value = (
        (ANSWERS if answers else 0)
        + (FIRST if first else SERVES if need.element in practice.elements else 0)
        + (REGION if near else 0)
        + STRENGTH[practice.evidence]
        + LIKE * cosine(need.words, own)
    )
    subjects = _subjects(knowledge, language)
    common = [word for word in shared(need.words, own) if word in subjects and need.rare.get(word, 0.0) > _RARE]
    return value, Offer(practice.id, answers, first, near, practice.evidence, tuple(common[:_SHARED]))


def _regions(members: Iterable[str], knowledge: Knowledge) -> set[str]:
    known = (knowledge.members.by_code.get(code) for code in members)
    return {member.region for member in known if member is not None and member.region}


def _told(*texts: str) -> list[str]:
    return [word for text in texts for word in _WORD.findall(text.casefold())]


@cache
def _subjects(knowledge: Knowledge, language: str) -> frozenset[str]:
    """The single words by which the thesaurus knows its concepts: numbers, measures and results are none."""
    listed = (word for concept in knowledge.thesaurus.concepts for word in concept.words.of(language))
    return frozenset(word.casefold() for word in listed if _WORD.fullmatch(word))


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
