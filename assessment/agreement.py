"""From private scores to an agreed level: the spread, how far people agree, and the dissent that stays on record.

Each person's score is private until the vote ends: everyone asked has given one, or the facilitator closes the question. Then
the group agrees on a level and says why; who still sees it otherwise is recorded with the reason and never averaged away.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import log2, sqrt
from typing import Annotated

from pydantic import BeforeValidator, Field

from assessment.answers import Answer, Evidence, whole
from assessment.people import Short
from kb.base.vocabulary import Filled, ManyLines, Model

WIDTH = 4  # from the lowest level to the highest
SMALLEST = 5  # private scores, or people of a group, below which nothing is shown of them
Reason = Annotated[Filled, Field(max_length=5000), ManyLines]


class Dissent(Model):
    """Who sees a question otherwise than agreed (a group, not a name), at which level if any, and why."""

    group: Short
    level: Annotated[int, BeforeValidator(whole)] | None = None
    why: Reason

    def distance(self, agreed: int | None) -> int | None:
        """How many levels above (positive) or below the agreed one; None where either has none."""
        return None if self.level is None or agreed is None else self.level - agreed


class Agreement(Model):
    """What the group agreed on for one question, why, and who does not share it."""

    answer: Answer
    reason: Reason
    dissent: tuple[Dissent, ...] = ()


class State(StrEnum):
    """How far the work on a question has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    AGREED = "agreed"
    APPROVED = "approved"


MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.AGREED}),
    State.SUBMITTED: frozenset({State.CHANGES_REQUESTED, State.AGREED}),
    State.CHANGES_REQUESTED: frozenset({State.SUBMITTED, State.AGREED}),
    State.AGREED: frozenset({State.AGREED, State.CHANGES_REQUESTED, State.APPROVED}),
    State.APPROVED: frozenset({State.CHANGES_REQUESTED}),
}


@dataclass(frozen=True)
class Spread:
    """How private scores of one question lie: *counts* of the levels 0 to 4, and those who gave none."""

    counts: tuple[int, int, int, int, int]
    dont_know: int
    not_applicable: int

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> "Spread":
        """The spread of some answers, whatever their order."""
        counts, dont_know, not_applicable = [0] * (WIDTH + 1), 0, 0
        for answer in answers:
            if answer.level is not None:
                counts[answer.level] += 1
            elif answer.dont_know:
                dont_know += 1
            else:
                not_applicable += 1
        zero, one, two, three, four = counts
        return cls((zero, one, two, three, four), dont_know, not_applicable)

    @property
    def levels(self) -> int:
        """How many gave a level."""
        return sum(self.counts)

    @property
    def mean(self) -> Fraction | None:
        """The mean level, exact; None where nobody gave one."""
        total = sum(level * count for level, count in enumerate(self.counts))
        return Fraction(total, self.levels) if self.levels else None

    @property
    def median(self) -> Fraction | None:
        """The middle level, or half-way between the two in the middle; None where nobody gave one."""
        given = [level for level, count in enumerate(self.counts) for _ in range(count)]
        return Fraction(given[(len(given) - 1) // 2] + given[len(given) // 2], 2) if given else None

    @property
    def ends(self) -> tuple[int, int] | None:
        """The lowest and the highest level given; None where nobody gave one."""
        given = [level for level, count in enumerate(self.counts) if count]
        return (given[0], given[-1]) if given else None

    @property
    def typical(self) -> int | None:
        """The level that is the median and was answered most often; None where that is no single answer."""
        answers = (*self.counts, self.dont_know, self.not_applicable)
        most = max(answers)
        found = answers.index(most)
        return found if answers.count(most) == 1 and found == self.median else None

    @property
    def deviation(self) -> float | None:
        """The standard deviation of the levels given (of these people, not of a sample), 0 to 2."""
        if (mean := self.mean) is None:
            return None
        squares = sum(count * (level - mean) ** 2 for level, count in enumerate(self.counts))
        return sqrt(squares / self.levels)

    @property
    def consensus(self) -> float | None:
        """How far people agree: 1 when all give one level, 0 when half give the lowest and half the highest.

        The measure of Tastle and Wierman (2007): 1 + the mean of log2(1 - |level - mean| / width).
        """
        if (mean := self.mean) is None:
            return None
        if max(self.counts) == self.levels:
            return 1.0
        parts = (count * log2(1 - abs(level - mean) / WIDTH) for level, count in enumerate(self.counts) if count)
        return min(1.0, max(0.0, 1 + sum(parts) / self.levels))


@dataclass(frozen=True)
class Vote:
    """One vote on one question, fixed as it ended: who was asked and what each of them said.

    *number*: 1 for the first vote on the question; a question that is reopened is voted on again, as a whole.
    """

    asked: frozenset[str]
    answers: Mapping[str, Answer]
    number: int = 1

    @cached_property
    def spread(self) -> Spread:
        """How its scores lie."""
        return Spread.of(self.answers.values())

    @property
    def applicable(self) -> int:
        """How many were asked and did not say that the question does not apply."""
        return len(self.asked | self.answers.keys()) - self.spread.not_applicable

    @property
    def shown(self) -> bool:
        """Whether its spread may be shown and its mean may stand: five people or more gave a level."""
        return self.spread.levels >= SMALLEST

    @property
    def small(self) -> bool:
        """Whether it is the first vote of a group of two to four, whose spread is shown only to who asks for it knowing that."""
        return self.number == 1 and 2 <= self.spread.levels < SMALLEST

    @property
    def counts(self) -> bool:
        """Whether its mean stands: it is shown, and at least half of those to whom the question applies gave a level."""
        return self.shown and 2 * self.spread.levels >= self.applicable

    @property
    def clear(self) -> int | None:
        """The level that it gives beyond doubt: the typical one, where at least half of those asked gave a level."""
        asked = len(self.asked | self.answers.keys())
        return self.spread.typical if 2 * self.spread.levels >= asked else None


def may_show(vote: Vote | None, *, small: bool) -> bool:
    """Whether a vote may be shown: five scores, or two to four of a first vote where a *small* group was asked for."""
    return vote is not None and (vote.shown or (small and vote.small))


@dataclass(frozen=True)
class Standing:
    """What stands for one question, and on what it rests.

    *basis*: `agreed` by the group, `answered` once for all, or `mean` of a vote where nothing is agreed yet; its level is then a
    fraction, and *low* and *high* are the levels that it would have if everyone asked who gave none had given 0 or 4. *spread* is
    there once it may be shown.
    """

    level: Fraction | int | None
    not_applicable: str | None
    dont_know: bool
    basis: str
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    dissent: tuple[Dissent, ...] = ()
    spread: Spread | None = None
    low: Fraction | int | None = None
    high: Fraction | int | None = None


def standing(
    team: Answer | None, vote: Vote | None, agreement: Agreement | None, given: Iterable[Answer] = ()
) -> Standing | None:
    """What stands for a question: the agreed answer; else the mean of its last *vote*, if that counts; else the team's answer.

    Evidence of the private answers *given* counts once the question is agreed, sorted by its words. A question that does not
    apply in the eyes of all five people or more who were asked is *not applicable*; any other vote leaves it unanswered.
    """
    spread = vote.spread if vote is not None and vote.shown else None
    if agreement is not None:
        return _agreed(agreement, team or Answer(dont_know=True), given, spread)
    if vote is not None and vote.counts:
        return _mean(vote, spread)
    if vote is not None and not vote.applicable and len(vote.answers) >= SMALLEST:
        return Standing(level=None, not_applicable="", dont_know=False, basis="mean")
    if team is not None:
        return Standing(team.level, team.not_applicable, team.dont_know, "answered", team.note, team.evidence)
    return None


def _agreed(agreement: Agreement, team: Answer, given: Iterable[Answer], spread: Spread | None) -> Standing:
    agreed = agreement.answer
    noted = (*team.evidence, *sorted(_pieces(given), key=lambda piece: piece.model_dump_json()))
    return Standing(
        level=agreed.level,
        not_applicable=agreed.not_applicable,
        dont_know=agreed.dont_know,
        basis="agreed",
        note=agreed.note or team.note,
        evidence=tuple(dict.fromkeys((*agreed.evidence, *noted))),
        reason=agreement.reason,
        dissent=agreement.dissent,
        spread=spread,
    )


def _mean(vote: Vote, spread: Spread | None) -> Standing:
    """The mean of a vote, between what it would be if all who gave no level gave the lowest and the highest."""
    levels, applicable = vote.spread, vote.applicable
    total = sum(level * count for level, count in enumerate(levels.counts))
    return Standing(
        level=levels.mean,
        not_applicable=None,
        dont_know=False,
        basis="mean",
        spread=spread,
        low=Fraction(total, applicable),
        high=Fraction(total + WIDTH * (applicable - levels.levels), applicable),
    )


def _pieces(given: Iterable[Answer]) -> Iterator[Evidence]:
    for answer in given:
        yield from answer.evidence


def same_score(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same, whatever is written beside them."""
    pair = [(each.level, each.dont_know, each.not_applicable is None) for each in (one, other)]
    return pair[0] == pair[1]


def remarks(given: Iterable[Answer]) -> tuple[str, ...]:
    """What people wrote beside their private scores, each text once and sorted, so that nothing tells whose it is."""
    texts = {text for answer in given for text in (answer.note, answer.not_applicable, *_words(answer)) if text}
    return tuple(sorted(texts))


def _words(answer: Answer) -> Iterator[str]:
    for piece in answer.evidence:
        yield " · ".join(filter(None, (piece.text, piece.link, piece.date)))


def mean_disagreement(spreads: Iterable[Spread]) -> tuple[float | None, float | None]:
    """Mean standard deviation and mean consensus of the questions that two people or more gave a level."""
    counted = [spread for spread in spreads if spread.levels > 1]
    if not counted:
        return None, None
    deviations = [spread.deviation or 0.0 for spread in counted]
    agreements = [spread.consensus or 0.0 for spread in counted]
    return sum(sorted(deviations)) / len(counted), sum(sorted(agreements)) / len(counted)
