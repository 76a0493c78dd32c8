"""Rounds of one administration compared: each question's wording then and now, and scores on what all rounds asked alike.

The *common core* holds the questions that every round asked in the same words and that applied in every round: a question that
applied in one round alone would show a change of scope as a change of level. All rounds are scored on it with the last round's
weights. A score is called up or down only where it lies more than five points off and the intervals of the two lie apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from assessment.agreement import Standing
from assessment.journal import Assessment
from assessment.scoring import Score, rounded, score, score_questions
from kb.base.folding import words
from kb.base.interface import Refusal
from kb.library.questionnaires import Bank, Lens, LensQuestion, Question

LEAST = 5  # points up to which a change is not told


class Kind(StrEnum):
    """What became of a question from one round to the next; *absent* where neither asked it."""

    SAME = "same"
    REWORDED = "reworded"
    NEW = "new"
    DROPPED = "dropped"
    ABSENT = "absent"


class Verdict(StrEnum):
    """What a change of a score amounts to: *within* is about the same; *unknown* where one of the two has none."""

    UP = "up"
    DOWN = "down"
    WITHIN = "within"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """From one score to another: the difference in points, and what it amounts to."""

    points: Fraction | None
    verdict: Verdict


@dataclass(frozen=True)
class Moves:
    """Of the questions behind a score that have a level in the first and in the last round, how many went which way."""

    up: int
    down: int
    same: int


@dataclass(frozen=True)
class Line:
    """One score (of a key factor, or overall) in every round, from round to round, and from the first to the last."""

    scores: tuple[Score, ...]
    steps: tuple[Change, ...]
    whole: Change
    moves: Moves


@dataclass(frozen=True)
class Asked:
    """One question in every round: what became of it at each step, and what stood.

    *moved*: the difference of its level from the first to the last round, where it is of the core and has both.
    """

    id: str
    kinds: tuple[Kind, ...]
    whole: Kind
    standing: tuple[Standing | None, ...]
    core: bool
    moved: Fraction | None


@dataclass(frozen=True)
class Comparison:
    """Rounds in the order of their opening, compared on the core common to all.

    *order*: for each round its place among those given. *apart*: questions in the same words everywhere that did not apply in
    some round. *reweighed*: questions of the core whose weight differs between rounds. *lens*: the gender lens, where all
    rounds asked it.
    """

    rounds: tuple[Assessment, ...]
    order: tuple[int, ...]
    core: tuple[str, ...]
    apart: tuple[str, ...]
    reweighed: tuple[str, ...]
    overall: Line
    factors: dict[int, Line]
    lens: Line | None
    questions: tuple[Asked, ...]


def compare(given: Sequence[Assessment], as_of: date | None = None) -> Comparison:
    """Compare two rounds or more of one administration. Raises ArushaError for fewer, or where administrations differ.

    Evidence is judged in each round as of its last change, in the last one as of another day if that is given.
    """
    if len(given) < 2:
        raise Refusal("comparison.single")
    order = tuple(sorted(range(len(given)), key=lambda place: given[place].opened))
    rounds = tuple(given[place] for place in order)
    _expect_one_administration(rounds)
    asked = [wordings(each) for each in rounds]
    last = rounds[-1]
    core, apart = _core(rounds, asked)
    questions = _of_core(last.bank, core)
    scores = [score(questions, each.standing, each.supported(as_of if each is last else None)) for each in rounds]
    ids = dict.fromkeys(key for each in reversed(rounds) for key in each.by_id)
    return Comparison(
        rounds=rounds,
        order=order,
        core=core,
        apart=apart,
        reweighed=_reweighed(rounds, core),
        overall=_line([each.overall for each in scores], _moves(rounds, questions)),
        factors={
            number: _line([each.factors[number] for each in scores], _moves(rounds, _of_factor(questions, number)))
            for number in scores[-1].factors
        },
        lens=_lens(rounds, core),
        questions=tuple(_asked(key, asked, rounds, key in core) for key in ids),
    )


def _expect_one_administration(rounds: Sequence[Assessment]) -> None:
    for other in rounds[1:]:
        if not _one_administration(rounds[0], other):
            raise Refusal("comparison.differing", one=rounds[0].administration, other=other.administration)


def _core(rounds: Sequence[Assessment], asked: Sequence[Mapping[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The questions in the same words everywhere: those that applied in every round, and the others."""
    alike = [key for key in rounds[-1].by_id if len({each.get(key) for each in asked}) == 1]
    apart = {key for key in alike for each in rounds if _not_applicable(each.standing.get(key))}
    return tuple(key for key in alike if key not in apart), tuple(key for key in alike if key in apart)


def _reweighed(rounds: Sequence[Assessment], core: Sequence[str]) -> tuple[str, ...]:
    return tuple(key for key in core if len({each.by_id[key].weight for each in rounds}) > 1)


def _of_core(bank: Bank | Lens, core: Sequence[str]) -> list[Any]:
    return [bank.by_id[key] for key in core if key in bank.by_id]


def _lens(rounds: Sequence[Assessment], core: Sequence[str]) -> Line | None:
    lens = rounds[-1].lens
    questions = _of_core(lens, core) if lens else []
    scores = [score_questions(questions, each.standing) for each in rounds]
    return _line(scores, _moves(rounds, questions)) if questions else None


def _of_factor(questions: Sequence[Question], number: int) -> list[Question]:
    return [question for question in questions if question.factor == number]


def _moves(rounds: Sequence[Assessment], questions: Sequence[Question | LensQuestion]) -> Moves:
    pairs = [[each.levels.get(question.id) for each in (rounds[0], rounds[-1])] for question in questions]
    ways = [(last > first) - (last < first) for first, last in pairs if first is not None and last is not None]
    return Moves(ways.count(1), ways.count(-1), ways.count(0))


def wordings(assessment: Assessment) -> dict[str, str]:
    """The wording of each question as this round asked it: the one that was answered, or that of its bank."""
    stands = {*assessment.answers, *assessment.given}
    return {
        key: assessment.wordings[key] if key in stands else question.wording
        for key, question in assessment.by_id.items()
    }


def change(before: Score, after: Score) -> Change:
    """What lies between two scores: *up* or *down* beyond `LEAST` points and beyond both intervals, else about the same."""
    if before.score is None or after.score is None:
        return Change(None, Verdict.UNKNOWN)
    assert before.low is not None and before.high is not None  # noqa: S101, PT018 - a score has its interval
    assert after.low is not None and after.high is not None  # noqa: S101, PT018
    points = after.score - before.score
    if abs(points) <= LEAST or (before.low <= after.high and after.low <= before.high):
        return Change(points, Verdict.WITHIN)
    return Change(points, Verdict.UP if points > 0 else Verdict.DOWN)


def _one_administration(one: Assessment, other: Assessment) -> bool:
    """Of the same Member where both name theirs; else of the same name, whatever its capitals, accents and signs."""
    if one.member and other.member:
        return one.member == other.member
    return words(one.administration) == words(other.administration)


def _not_applicable(standing: Standing | None) -> bool:
    return standing is not None and standing.not_applicable is not None


def _line(scores: Sequence[Score], moves: Moves) -> Line:
    steps = tuple(change(*pair) for pair in pairwise(scores))
    return Line(tuple(scores), steps, change(scores[0], scores[-1]), moves)


def _kind(before: str | None, after: str | None) -> Kind:
    if before is None:
        return Kind.ABSENT if after is None else Kind.NEW
    if after is None:
        return Kind.DROPPED
    return Kind.SAME if before == after else Kind.REWORDED


def _asked(key: str, asked: Sequence[dict[str, str]], rounds: Sequence[Assessment], core: bool) -> Asked:
    standing = tuple(each.standing.get(key) for each in rounds)
    first, last = (stands.level if stands else None for stands in (standing[0], standing[-1]))
    return Asked(
        id=key,
        kinds=tuple(_kind(before.get(key), after.get(key)) for before, after in pairwise(asked)),
        whole=_kind(asked[0].get(key), asked[-1].get(key)),
        standing=standing,
        core=core,
        moved=Fraction(last) - first if core and first is not None and last is not None else None,
    )


def as_json(comparison: Comparison, names: Sequence[str]) -> dict[str, Any]:
    """The comparison as `arusha assess compare --format json` prints it; *names* of the files as they were given."""
    return {
        "administration": comparison.rounds[-1].administration,
        "rounds": [
            {
                "file": names[place],
                "opened": each.opened,
                "version": each.version,
                "questions": len(each.asked),
                "fingerprint": each.fingerprint,
            }
            for place, each in zip(comparison.order, comparison.rounds, strict=True)
        ],
        "reordered": list(comparison.order) != sorted(comparison.order),
        "core": list(comparison.core),
        "not_applicable": list(comparison.apart),
        "reweighed": list(comparison.reweighed),
        "overall": _line_as_json(comparison.overall),
        "factors": [{"number": number, **_line_as_json(line)} for number, line in comparison.factors.items()],
        "gender": _line_as_json(comparison.lens) if comparison.lens else None,
        "questions": [
            {
                "id": each.id,
                "change": each.whole.value,
                "steps": [kind.value for kind in each.kinds],
                "core": each.core,
                "levels": [_level(stands) for stands in each.standing],
                "basis": [stands.basis if stands else None for stands in each.standing],
                "moved": rounded(each.moved),
            }
            for each in comparison.questions
        ],
    }


def _level(standing: Standing | None) -> float | None:
    return None if standing is None or standing.level is None else rounded(Fraction(standing.level))


def _line_as_json(line: Line) -> dict[str, Any]:
    def told(change: Change) -> dict[str, Any]:
        return {"points": rounded(change.points), "verdict": change.verdict.value}

    return {
        "rounds": [
            {
                "score": rounded(each.score),
                "low": rounded(each.low),
                "high": rounded(each.high),
                "coverage": rounded(each.coverage),
                "evidenced": rounded(each.evidenced),
                "law": rounded(each.law),
                "practice": rounded(each.practice),
                "sufficient": each.sufficient,
            }
            for each in line.scores
        ],
        "steps": [told(step) for step in line.steps],
        "change": told(line.whole),
        "moved": asdict(line.moves),
    }
