"""The public version's numbers: whole, and none that is the level of one question or lets it be subtracted."""

from collections.abc import Iterator
from random import Random

import pytest

from assessment.answers import Answer, Evidence, Kind
from assessment.audience import Audience
from assessment.journal import Assessment
from assessment.report.compute import for_audience, make
from assessment.report.figures import Report, ScoreView
from kb.base.interface import phrases
from kb.library.knowledge import load

SAY = phrases("en")
BANK = load().bank
NUMBERS = ("score", "low", "high", "evidenced", "law", "practice", "gap")
SHAPES = ["full", "quick", "sparse", "one a factor"]


def answered(shape: str, seed: int) -> dict[str, Answer]:
    """Random levels, some with evidence, and some open: to all questions, the quick scan, few, or nearly one a factor."""
    draw = Random(seed)
    share = {"full": 0.95, "quick": 0.9, "sparse": 0.6, "one a factor": 0.2}[shape]
    questions = BANK.quick if shape == "quick" else BANK.questions
    kinds = {}
    for question in questions:
        if draw.random() < share:
            shown = (Evidence(text="A count", kind=Kind.STATISTIC, date="2026-01"),) if draw.random() < 0.3 else ()
            kinds[question.id] = Answer(level=draw.randint(0, 4), evidence=shown)
        elif draw.random() < 0.5:
            kinds[question.id] = Answer(not_applicable="None here")
    return kinds


def report(shape: str, seed: int) -> tuple[Report, Report]:
    """The internal report and the public one."""
    bank = BANK.model_copy(update={"questions": tuple(BANK.quick)}) if shape == "quick" else BANK
    moments = {"opened": "2026-01-02", "changed": "2026-03-01T10:00:00+00:00"}
    state = Assessment(
        "Testland Customs", None, "en", **moments, bank=bank, version="2.0", answers=answered(shape, seed)
    )
    internal = make(state, load(), SAY, "0.1.0")
    return internal, for_audience(internal, Audience.PUBLIC, SAY)


def scores(of: Report) -> Iterator[ScoreView]:
    yield of.overall
    for factor in of.factors:
        yield factor.score
        yield from (element.score for element in factor.elements)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_public_numbers_are_whole_and_are_those_of_the_internal_report_rounded(shape, seed):
    internal, public = report(shape, seed)
    for inside, outside in zip(scores(internal), scores(public), strict=True):
        for name in NUMBERS:
            told = getattr(outside, name)
            assert told is None or (told == int(told) and abs(told - getattr(inside, name)) <= 0.5)
    assert not [word for word in public.interval_text.split() if word.rstrip(".").count(".")]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_no_public_score_rests_on_one_question_nor_can_it_be_subtracted(shape, seed):
    internal, public = report(shape, seed)
    for inside, outside in zip(internal.factors, public.factors, strict=True):
        if inside.score.answered == 1:
            assert {getattr(outside.score, name) for name in NUMBERS} == {None}
        known = [each.score for each in inside.elements if each.score.score is not None]
        told = [each for each in outside.elements if each.score.score is not None]
        assert not [each for each in told if each.score.answered < 2]
        assert outside.score.score is None or len(known) < 2 or len(known) - len(told) != 1
        if outside.score.score is None and inside.score.score is not None:
            assert told == []
    pairs = [(i.score.score, o.score.score) for i, o in zip(internal.factors, public.factors, strict=True)]
    hidden = [inside for inside, outside in pairs if inside is not None and outside is None]
    assert public.overall.score is None or len(hidden) != 1


@pytest.mark.parametrize("seed", range(3))
def test_what_two_questions_together_would_give_away_is_told_of_key_factors_alone(seed):
    """Beside an element's score its evidenced score, or that of one side, would tell each of two levels."""
    internal, public = report("full", seed)
    for factor in public.factors:
        assert {getattr(e.score, name) for e in factor.elements for name in NUMBERS[3:]} <= {None}
        assert not [e for e in factor.elements if e.score.score is None and (e.weak or e.offers or e.grade != "none")]
    assert any(factor.score.law is not None for factor in public.factors)
    for factor in public.factors:
        if 1 in (factor.score.of_law, factor.score.of_practice):
            assert (factor.score.law, factor.score.practice, factor.score.gap) == (None, None, None)
    assert public.overall.evidenced is not None
    assert internal.overall.evidenced <= internal.overall.score
