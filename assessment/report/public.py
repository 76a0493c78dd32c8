"""The public version's numbers: whole, and none from which the answer to one question could be read.

A score that rests on one answered question is that question's level. Such a score of an element or of a key factor is left out, and
where it is the only one among those whose mean is told, the one that rests on the fewest questions of the others too, since the
mean would give it away. The evidenced score, rules and practice are told of key factors alone, the two sides where each rests on
two questions or more: beside the score of an element of two questions, any of them would give both levels away.
"""

from collections.abc import Sequence

from assessment.report.figures import ElementView, FactorView, LineView, Report, ScoreView, furthest

_SIDES = ("law", "practice", "gap")
NUMBERS = ("score", "low", "high", "evidenced", *_SIDES)
_LINE = (*(f"{end}{part}" for end in ("before", "after") for part in ("", "_low", "_high", "_evidenced")), "points")


def of(report: Report) -> Report:
    """The report with whole numbers, and without scores that tell of one question."""
    hidden = _telling([factor.score for factor in report.factors])
    factors = tuple(_factor(factor, hidden=at in hidden) for at, factor in enumerate(report.factors))
    lens = report.lens and report.lens.model_copy(
        update={"factors": tuple((number, name, _lens(score)) for number, name, score in report.lens.factors)}
    )
    compared = report.comparison and report.comparison.model_copy(
        update={
            "overall": _line(report.comparison.overall),
            "factors": tuple(
                _blank_line(line) if at in hidden else _line(line) for at, line in enumerate(report.comparison.factors)
            ),
        }
    )
    return report.model_copy(
        update={
            "overall": _without(_whole(report.overall), _SIDES),
            "factors": factors,
            "lens": lens,
            "comparison": compared,
            "strong_elements": furthest(factors, -1),
            "weak_elements": furthest(factors, 1),
        }
    )


def _telling(scores: Sequence[ScoreView]) -> set[int]:
    """The places of the scores to leave out among those of which a mean is told."""
    single = {at for at, each in enumerate(scores) if each.answered == 1}
    others = [at for at, each in enumerate(scores) if each.answered > 1]
    if len(single) == 1 and others:
        single.add(min(others, key=lambda at: scores[at].answered))
    return single


def _factor(factor: FactorView, *, hidden: bool) -> FactorView:
    elements = factor.elements
    left_out = set(range(len(elements))) if hidden else _telling([each.score for each in elements])
    shown = tuple(_element(each, hidden=at in left_out) for at, each in enumerate(elements))
    return factor.model_copy(
        update={"score": _blank(factor.score) if hidden else _whole(factor.score), "elements": shown}
    )


def _element(element: ElementView, *, hidden: bool) -> ElementView:
    if hidden:
        return element.model_copy(update={"score": _blank(element.score), "grade": "none", "weak": False, "offers": ()})
    return element.model_copy(update={"score": _without(_whole(element.score), ("evidenced", *_SIDES))})


def _lens(score: ScoreView) -> ScoreView:
    return _blank(score) if score.answered == 1 else _whole(score)


def _whole(score: ScoreView) -> ScoreView:
    """The same in whole numbers, without its sides where one of them rests on one question."""
    whole = score.model_copy(update={name: _round(getattr(score, name)) for name in NUMBERS})
    return _without(whole, _SIDES) if 1 in (score.of_law, score.of_practice) else whole


def _round(value: float | None) -> float | None:
    return None if value is None else float(round(value))


def _blank(score: ScoreView) -> ScoreView:
    return _without(score, NUMBERS)


def _without(score: ScoreView, names: Sequence[str]) -> ScoreView:
    return score.model_copy(update=dict.fromkeys(names))


def _line(line: LineView) -> LineView:
    return line.model_copy(update={name: _round(getattr(line, name)) for name in _LINE})


def _blank_line(line: LineView) -> LineView:
    return line.model_copy(update=dict.fromkeys(_LINE))
