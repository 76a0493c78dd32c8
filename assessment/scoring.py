"""Scores of an assessment: pure arithmetic in exact fractions, so that no order of answers can change a result.

A question's score is level / 4 × 100; a factor's is the weighted mean of its answered, applicable questions; the overall
score is the plain mean of the factors that have one. *Not applicable* leaves numerator and denominator. *Don't know* and
*unanswered* never count as 0: they widen an interval, all of them taken at level 0 and all at level 4. Where several
respondents have scored and nothing is agreed yet, the level is their mean, an exact fraction, with an interval of its own: of n
people asked, those who said *not applicable* left out, g gave levels that sum to s, so it lies between s/n and (s + 4(n - g))/n.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assessment.agreement import Standing
from assessment.answers import Answer
from kb.library.questionnaires import LensQuestion, Question

HIGHEST = 4


@dataclass(frozen=True)
class Score:
    """A score with its interval, each in 0 to 100 or None, and the numbers of questions that it rests on.

    *weakest* is the id of the answered question with the lowest level, the first of them in the questionnaire's order.
    """

    score: Fraction | None
    low: Fraction | None
    high: Fraction | None
    answered: int
    dont_know: int
    unanswered: int
    not_applicable: int
    weakest: str | None

    @property
    def applicable(self) -> int:
        """How many questions apply."""
        return self.answered + self.dont_know + self.unanswered

    @property
    def coverage(self) -> Fraction | None:
        """Answered questions over applicable ones, 0 to 1; None where none applies."""
        return Fraction(self.answered, self.applicable) if self.applicable else None


@dataclass(frozen=True)
class Scores:
    """The overall score and that of each key factor by its number."""

    overall: Score
    factors: Mapping[int, Score]


def score_questions(questions: Sequence[Question | LensQuestion], answers: Mapping[str, Answer | Standing]) -> Score:
    """The score of any set of questions: those of a factor, of an element, or one alone."""
    known = unknown = points = least = most = Fraction(0)
    counts = {"answered": 0, "dont_know": 0, "unanswered": 0, "not_applicable": 0}
    weakest: tuple[Fraction | int, str] | None = None
    for question in questions:
        answer = answers.get(question.id)
        weight = Fraction(question.weight)
        if answer is None:
            counts["unanswered"] += 1
            unknown += weight
        elif answer.not_applicable is not None:
            counts["not_applicable"] += 1
        elif answer.level is None:
            counts["dont_know"] += 1
            unknown += weight
        else:
            counts["answered"] += 1
            known += weight
            points += weight * answer.level
            low, high = _bounds(answer)
            least += weight * low
            most += weight * high
            if weakest is None or answer.level < weakest[0]:
                weakest = (answer.level, question.id)
    total = known + unknown
    return Score(
        score=points * 100 / (HIGHEST * known) if known else None,
        low=least * 100 / (HIGHEST * total) if total else None,
        high=(most + HIGHEST * unknown) * 100 / (HIGHEST * total) if total else None,
        weakest=weakest[1] if weakest else None,
        **counts,
    )


def _bounds(answer: Answer | Standing) -> tuple[Fraction | int, Fraction | int]:
    """The lowest and the highest level that an answer with a level stands for."""
    level = answer.level or 0
    if isinstance(answer, Answer) or answer.low is None or answer.high is None:
        return level, level
    return answer.low, answer.high


def score(questions: Sequence[Question | LensQuestion], answers: Mapping[str, Answer | Standing]) -> Scores:
    """The scores of a whole questionnaire."""
    numbers = sorted({question.factor for question in questions})
    factors = {number: score_questions([q for q in questions if q.factor == number], answers) for number in numbers}
    together = score_questions(questions, answers)
    overall = Score(
        score=_mean(factor.score for factor in factors.values()),
        low=_mean(factor.low for factor in factors.values()),
        high=_mean(factor.high for factor in factors.values()),
        answered=together.answered,
        dont_know=together.dont_know,
        unanswered=together.unanswered,
        not_applicable=together.not_applicable,
        weakest=together.weakest,
    )
    return Scores(overall, factors)


def _mean(values: Iterable[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def rounded(value: Fraction | None) -> float | None:
    """A value to two decimals, halves to the even digit; None stays None."""
    return None if value is None else float(round(value, 2))


def as_json(scores: Scores, names: Mapping[int, str]) -> dict[str, Any]:
    """The scores as `arusha assess score --format json` prints them; *names* of the factors by number."""
    overall = scores.overall
    return {
        "overall": {
            "score": rounded(overall.score),
            "low": rounded(overall.low),
            "high": rounded(overall.high),
            "coverage": rounded(overall.coverage),
        },
        "factors": [
            {
                "number": number,
                "name": names[number],
                "score": rounded(factor.score),
                "low": rounded(factor.low),
                "high": rounded(factor.high),
                "coverage": rounded(factor.coverage),
                "answered": factor.answered,
                "dont_know": factor.dont_know,
                "unanswered": factor.unanswered,
                "not_applicable": factor.not_applicable,
                "weakest": factor.weakest,
            }
            for number, factor in scores.factors.items()
        ],
    }
