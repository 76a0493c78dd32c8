"""From private scores to an agreed level: the spread, how far people agree, and the dissent that stays on record.

Each person's score is private until everyone asked has given one or the facilitator closes the question. Then the group
agrees on a level and says why; who still sees it otherwise is recorded with the reason and never averaged away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import log2, sqrt
from typing import Annotated

from pydantic import BeforeValidator, Field

from assessment.answers import Answer, Evidence, whole
from assessment.people import Short
from kb.folding import clean
from kb.vocabulary import Filled, Model

WIDTH = 4  # from the lowest level to the highest
Reason = Annotated[
    Filled, Field(max_length=5000), BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)
]


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
class Standing:
    """What stands for one question, and on what it rests.

    *basis*: `agreed` by the group, `answered` once for all, or `mean` of the private scores where nothing is agreed yet; its
    level is then a fraction. *spread* is there once the private scores may be seen.
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


def standing(
    team: Answer | None, given: Mapping[str, Answer], agreement: Agreement | None, *, revealed: bool
) -> Standing | None:
    """What stands for a question: the agreed answer; else the mean of the private scores, once they may be seen; else the team's one.

    Where nobody gave a level the question is *not applicable* if more said so than did not know, else *don't know*.
    """
    spread = Spread.of(given.values()) if given and revealed else None
    notes = team.note if team else ""
    evidence = team.evidence if team else ()
    if revealed:
        evidence += tuple(piece for person in sorted(given) for piece in given[person].evidence)
    evidence = tuple(dict.fromkeys(evidence))
    if agreement is not None:
        agreed = agreement.answer
        return Standing(
            level=agreed.level,
            not_applicable=agreed.not_applicable,
            dont_know=agreed.dont_know,
            basis="agreed",
            note=agreed.note or notes,
            evidence=tuple(dict.fromkeys((*agreed.evidence, *evidence))),
            reason=agreement.reason,
            dissent=agreement.dissent,
            spread=spread,
        )
    if spread is not None:
        mean = spread.mean
        apart = mean is None and spread.not_applicable > spread.dont_know
        reasons = dict.fromkeys(given[person].not_applicable for person in sorted(given))
        return Standing(
            level=mean,
            not_applicable=" / ".join(filter(None, reasons)) if apart else None,
            dont_know=mean is None and not apart,
            basis="mean",
            note=notes,
            evidence=evidence,
            spread=spread,
        )
    if team is not None:
        return Standing(team.level, team.not_applicable, team.dont_know, "answered", team.note, team.evidence)
    return None


def mean_disagreement(spreads: Iterable[Spread]) -> tuple[float | None, float | None]:
    """Mean standard deviation and mean consensus of the questions that two people or more gave a level."""
    counted = [spread for spread in spreads if spread.levels > 1]
    if not counted:
        return None, None
    deviations = [spread.deviation or 0.0 for spread in counted]
    agreements = [spread.consensus or 0.0 for spread in counted]
    return sum(sorted(deviations)) / len(counted), sum(sorted(agreements)) / len(counted)
