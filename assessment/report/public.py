"""The public version's numbers: whole, few enough that no question's level can be read from them or reckoned back.

An element rests on two or three questions, so nothing is told of elements, not even which are weak. A key factor has a score where it
rests on two questions or more; its evidenced score only with `SEVERAL`, rules and practice, told of factors alone, only with
`OF_A_SIDE` of each, neither of them 0 or 100. Where one factor alone would be left out, another is too, since the overall score would
give it away. Rounds are compared overall; of key factors only up, down or about the same is told.
"""

from collections.abc import Sequence

from assessment.report.figures import FactorView, LineView, Report, ScoreView

SEVERAL = 5  # answered questions behind an evidenced score, and behind whatever is told of all key factors together
OF_A_SIDE = 3
SIDES = ("law", "practice", "gap")
NUMBERS = ("score", "low", "high", "evidenced", *SIDES)
_LINE = (*(f"{end}{part}" for end in ("before", "after") for part in ("", "_low", "_high", "_evidenced")), "points")
_MOVES = ("up", "down", "same")


def of(report: Report) -> Report:
    """The report with whole numbers, and without any from which a level could be reckoned."""
    hidden = _alone([factor.score for factor in report.factors])
    compared = report.comparison
    return report.model_copy(
        update={
            "overall": _without(_few(report.overall, SEVERAL), SIDES),
            "factors": tuple(_factor(each, hidden=at in hidden) for at, each in enumerate(report.factors)),
            "lens": report.lens
            and report.lens.model_copy(
                update={"factors": tuple((number, name, _few(score)) for number, name, score in report.lens.factors)}
            ),
            "comparison": compared
            and compared.model_copy(
                update={"overall": _line(compared.overall), "factors": tuple(map(_words, compared.factors))}
            ),
        }
    )


def _alone(scores: Sequence[ScoreView]) -> set[int]:
    """The places of the scores to leave out: those of one question, and where that is one alone, the one of the fewest others."""
    single = {at for at, each in enumerate(scores) if each.answered == 1}
    others = [at for at, each in enumerate(scores) if each.answered > 1]
    if len(single) == 1 and others:
        single.add(min(others, key=lambda at: scores[at].answered))
    return single


def _factor(factor: FactorView, *, hidden: bool) -> FactorView:
    score = _few(factor.score)
    return factor.model_copy(update={"score": _without(score, NUMBERS) if hidden else score, "elements": ()})


def _few(score: ScoreView, least: int = 2) -> ScoreView:
    """The same in whole numbers; nothing of fewer than *least* answered questions, and of few not all."""
    whole = score.model_copy(update={name: _round(getattr(score, name)) for name in NUMBERS})
    few = min(score.of_law, score.of_practice) < OF_A_SIDE or {whole.law, whole.practice} & {0, 100}
    left = _without(whole, SIDES) if few else whole.model_copy(update={"gap": _less(whole.law, whole.practice)})
    left = _without(left, ("evidenced",)) if score.answered < SEVERAL else left
    left = _without(left, NUMBERS) if score.answered < least else left
    return left.model_copy(update={"of_law": 0, "of_practice": 0})


def _round(value: float | None) -> float | None:
    """To the nearest whole number, halves up."""
    return None if value is None else float(int(value + 0.5))


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _without(score: ScoreView, names: Sequence[str]) -> ScoreView:
    return score.model_copy(update=dict.fromkeys(names))


def _line(line: LineView) -> LineView:
    """A comparison in whole numbers, if it rests on several questions."""
    if (line.up or 0) + (line.down or 0) + (line.same or 0) < SEVERAL:
        return _words(line)
    whole = {name: _round(getattr(line, name)) for name in _LINE if name != "points"}
    return line.model_copy(update=whole | {"points": _less(whole["after"], whole["before"])})


def _words(line: LineView) -> LineView:
    return line.model_copy(update=dict.fromkeys((*_LINE, *_MOVES)))
