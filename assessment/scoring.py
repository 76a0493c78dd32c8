"""Scores of an assessment: pure arithmetic in exact fractions, so that no order of answers can change a result.

These formulas are this project's own, and stand here alone.

- **Question**: level × 25. *Not applicable* leaves every sum. *Don't know* and *unanswered* never count as 0: they have no score,
  and may be anything from 0 to 100. Where the mean of a vote stands, it has the interval of its `Standing`: of n people asked, those
  who said *not applicable* left out, g gave levels that sum to s, so it lies between s/n and (s + 4(n - g))/n.
- **Element**: the weighted mean of its questions. **Factor**: the plain mean of its elements. **Overall**: the plain mean of the
  factors. Each of those that have a score.
- **Low and high**: the same means over everything applicable, whatever has no score taken at 0 and at 100.
- **Enough answered**: below half of its applicable questions a factor has no score, below four in five there is none overall.
- **Evidenced**: the same with every level above 2 counted as 2 where no evidence can be relied on for it.
- **Law and practice**: the same over the questions of one side.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeVar

from assessment.agreement import Standing
from assessment.answers import Answer
from kb.base.vocabulary import QuestionSide
from kb.library.questionnaires import LensQuestion, Question

HIGHEST = 4
ENOUGH = Fraction(4, 5)  # coverage below which there is no overall score
ENOUGH_OF_FACTOR = Fraction(1, 2)  # and no score of a factor
UNEVIDENCED = 2  # the highest level that counts without evidence
Asked = Question | LensQuestion
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Score:
    """A score with its interval, each in 0 to 100 or None, and the numbers of questions that it rests on.

    *evidenced*: the score that evidence bears out; *law*, *practice*: of the questions of one side alone, of which *of_law* and
    *of_practice* are answered. *weakest* is the id of the answered question with the lowest level, the first in the
    questionnaire's order.
    """

    score: Fraction | None
    low: Fraction | None
    high: Fraction | None
    answered: int
    dont_know: int
    unanswered: int
    not_applicable: int
    weakest: str | None
    evidenced: Fraction | None = None
    law: Fraction | None = None
    practice: Fraction | None = None
    of_law: int = 0
    of_practice: int = 0

    @property
    def applicable(self) -> int:
        """How many questions apply."""
        return self.answered + self.dont_know + self.unanswered

    @property
    def coverage(self) -> Fraction | None:
        """Answered questions over applicable ones, unweighted, 0 to 1; None where none applies."""
        return Fraction(self.answered, self.applicable) if self.applicable else None

    @property
    def sufficient(self) -> bool:
        """Whether enough is answered for a score."""
        return self.score is not None

    @property
    def gap(self) -> Fraction | None:
        """By how many points the rules are ahead of the practice; None where one of them has no score."""
        return None if self.law is None or self.practice is None else self.law - self.practice


@dataclass(frozen=True)
class Scores:
    """The overall score, that of each key factor by its number, and that of each element by its id."""

    overall: Score
    factors: Mapping[int, Score]
    elements: Mapping[str, Score]


@dataclass(frozen=True)
class _Level:
    """What an answer counts: a level with its ends, or none; *state* is the name of its count in `Score`."""

    state: str
    level: Fraction | None = None
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(HIGHEST)

    def at_most(self, most: int) -> "_Level":
        """The same with no level above *most*; one that is open stays open."""
        if self.level is None:
            return self
        cap = Fraction(most)
        return _Level(self.state, min(self.level, cap), min(self.low, cap), min(self.high, cap))


_Levels = Mapping[str, _Level]


def score(
    questions: Sequence[Asked], answers: Mapping[str, Answer | Standing], supported: Collection[str] = ()
) -> Scores:
    """The scores of a whole questionnaire; *supported*: the questions whose evidence can be relied on, by id.

    A lens, whose questions ask for no one element, has one group of questions a factor and neither side.
    """
    levels = {question.id: _level(answers.get(question.id)) for question in questions}
    capped = {key: each if key in supported else each.at_most(UNEVIDENCED) for key, each in levels.items()}
    evidenced = _scores(questions, capped)
    law, practice = (
        _scores([each for each in questions if getattr(each, "side", None) == side], levels) for side in QuestionSide
    )
    claimed = _scores(questions, levels)
    return Scores(
        _beside(claimed.overall, evidenced.overall, law.overall, practice.overall),
        {
            number: _beside(each, evidenced.factors[number], law.factors.get(number), practice.factors.get(number))
            for number, each in claimed.factors.items()
        },
        {
            key: _beside(each, evidenced.elements[key], law.elements.get(key), practice.elements.get(key))
            for key, each in claimed.elements.items()
        },
    )


def _beside(claimed: Score, evidenced: Score, law: Score | None, practice: Score | None) -> Score:
    """A score with its evidenced one and those of the two sides beside it."""
    return replace(
        claimed,
        evidenced=evidenced.score,
        law=law.score if law else None,
        practice=practice.score if practice else None,
        of_law=law.answered if law else 0,
        of_practice=practice.answered if practice else 0,
    )


def score_questions(questions: Sequence[Asked], answers: Mapping[str, Answer | Standing]) -> Score:
    """The weighted mean of any questions: those of an element, or one alone."""
    return _weighted(questions, {question.id: _level(answers.get(question.id)) for question in questions})


def _level(answer: Answer | Standing | None) -> _Level:
    if answer is None:
        return _Level("unanswered")
    if answer.not_applicable is not None:
        return _Level("not_applicable")
    if answer.level is None:
        return _Level("dont_know")
    level = Fraction(answer.level)
    if isinstance(answer, Answer) or answer.low is None or answer.high is None:
        return _Level("answered", level, level, level)
    return _Level("answered", level, Fraction(answer.low), Fraction(answer.high))


def _scores(questions: Sequence[Asked], levels: _Levels) -> Scores:
    by_factor = _grouped(questions, lambda question: question.factor)
    elements: dict[str, Score] = {}
    factors: dict[int, Score] = {}
    for number in sorted(by_factor):
        by_element = _grouped(by_factor[number], lambda question: getattr(question, "element", ""))
        parts = {element: _weighted(own, levels) for element, own in by_element.items()}
        elements |= {element: part for element, part in parts.items() if element}
        factors[number] = _mean(by_factor[number], levels, parts.values(), ENOUGH_OF_FACTOR)
    return Scores(_mean(questions, levels, factors.values(), ENOUGH), factors, elements)


def _grouped(questions: Iterable[Asked], by: Callable[[Asked], Key]) -> dict[Key, list[Asked]]:
    groups: dict[Key, list[Asked]] = {}
    for question in questions:
        groups.setdefault(by(question), []).append(question)
    return groups


def _weighted(questions: Sequence[Asked], levels: _Levels) -> Score:
    """The score of an element."""
    applicable = [(Fraction(q.weight), levels[q.id]) for q in questions if levels[q.id].state != "not_applicable"]
    known = [(weight, each.level) for weight, each in applicable if each.level is not None]
    return _part(
        questions,
        levels,
        _over(known),
        _over([(weight, each.low) for weight, each in applicable]),
        _over([(weight, each.high) for weight, each in applicable]),
    )


def _over(pairs: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The weighted mean of levels, as a score."""
    weights = sum(weight for weight, _ in pairs)
    return sum(weight * level for weight, level in pairs) * 100 / (HIGHEST * weights) if weights else None


def _mean(questions: Sequence[Asked], levels: _Levels, parts: Iterable[Score], enough: Fraction) -> Score:
    """The score of a factor from its elements, or of all factors; None below the coverage that is *enough*."""
    applicable = [part for part in parts if part.low is not None]
    known = [part.score for part in applicable if part.score is not None]
    found = _part(
        questions,
        levels,
        sum(known) / Fraction(len(known)) if known else None,
        _plain([part.low if part.sufficient else Fraction(0) for part in applicable]),
        _plain([part.high if part.sufficient else Fraction(100) for part in applicable]),
    )
    return found if found.coverage is not None and found.coverage >= enough else replace(found, score=None)


def _plain(values: Sequence[Fraction | None]) -> Fraction | None:
    return sum((value or Fraction(0) for value in values), Fraction(0)) / len(values) if values else None


def _part(
    questions: Sequence[Asked], levels: _Levels, value: Fraction | None, low: Fraction | None, high: Fraction | None
) -> Score:
    """A score with the numbers of questions behind it."""
    counts = Counter(levels[question.id].state for question in questions)
    answered = [(level, q.id) for q in questions if (level := levels[q.id].level) is not None]
    return Score(
        score=value,
        low=low,
        high=high,
        answered=counts["answered"],
        dont_know=counts["dont_know"],
        unanswered=counts["unanswered"],
        not_applicable=counts["not_applicable"],
        weakest=min(answered, key=lambda pair: pair[0])[1] if answered else None,
    )


def rounded(value: Fraction | None) -> float | None:
    """A value to two decimals, halves to the even digit; None stays None."""
    return None if value is None else float(round(value, 2))


def as_json(scores: Scores, names: Mapping[int, str]) -> dict[str, Any]:
    """The scores as `arusha assess score --format json` prints them; *names* of the factors by number."""
    factors: dict[int, list[dict[str, Any]]] = {number: [] for number in scores.factors}
    for element, each in scores.elements.items():
        factors[int(element.split(".")[0])].append({"id": element, **_values(each), **_counts(each)})
    return {
        "overall": _values(scores.overall),
        "factors": [
            {"number": number, "name": names[number], **_values(factor), **_counts(factor), "elements": factors[number]}
            for number, factor in scores.factors.items()
        ],
    }


def _values(each: Score) -> dict[str, Any]:
    numbers = ("score", "low", "high", "coverage", "evidenced", "law", "practice")
    return {name: rounded(getattr(each, name)) for name in numbers} | {"sufficient": each.sufficient}


def _counts(each: Score) -> dict[str, Any]:
    return {name: getattr(each, name) for name in ("answered", "dont_know", "unanswered", "not_applicable", "weakest")}
