"""The public version's numbers: whole, and none that is the level of one question or lets it be subtracted."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from assessment.answers import Answer, Evidence, Kind
from assessment.audience import Audience
from assessment.journal import Assessment
from assessment.report.compute import _shown as shown_score
from assessment.report.compute import for_audience, make
from assessment.report.figures import Report, ScoreView
from assessment.report.public import _few as few
from assessment.scoring import Score
from kb.base.interface import phrases
from kb.library.knowledge import load

SAY = phrases("en")
BANK = load().bank
NUMBERS = ("score", "low", "high", "evidenced", "law", "practice", "gap")
MOMENTS = {"opened": "2026-01-02", "changed": "2026-03-01T10:00:00+00:00"}
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


def both(state: Assessment, **about: Assessment) -> tuple[Report, Report]:
    """The internal report and the public one."""
    internal = make(state, load(), SAY, "0.1.0", **about)
    return internal, for_audience(internal, Audience.PUBLIC, SAY)


def published(of: Score) -> ScoreView:
    """A factor's score as the public sees it."""
    return few(shown_score(of, {}))


def report(shape: str, seed: int) -> tuple[Report, Report]:
    """Those of random answers."""
    bank = BANK.model_copy(update={"questions": tuple(BANK.quick)}) if shape == "quick" else BANK
    return both(
        Assessment("Testland Customs", None, "en", **MOMENTS, bank=bank, version="2.0", answers=answered(shape, seed))
    )


def scores(of: Report) -> Iterator[ScoreView]:
    yield of.overall
    yield from (factor.score for factor in of.factors)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_public_numbers_are_whole_and_are_those_of_the_internal_report_rounded(shape, seed):
    internal, public = report(shape, seed)
    for inside, outside in zip(scores(internal), scores(public), strict=True):
        for name in NUMBERS[:-1]:
            told = getattr(outside, name)
            assert told is None or (told == int(told) and abs(told - getattr(inside, name)) <= 0.5)
        assert outside.gap is None or outside.gap == outside.law - outside.practice
    assert not [word for word in public.interval_text.split() if word.rstrip(".").count(".")]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_published_rests_on_several_questions(shape, seed):
    """None of an element or of a factor with one answered question; evidenced and sides only of more; none given away by the mean."""
    internal, public = report(shape, seed)
    for factor in public.factors:
        assert factor.elements == ()
        assert (factor.score.of_law, factor.score.of_practice) == (0, 0)
        if factor.score.answered == 1:
            assert {getattr(factor.score, name) for name in NUMBERS} == {None}
        if factor.score.answered < 5:
            assert factor.score.evidenced is None
    for inside, factor in zip(internal.factors, public.factors, strict=True):
        if min(inside.score.of_law, inside.score.of_practice) < 3:
            assert (factor.score.law, factor.score.practice, factor.score.gap) == (None, None, None)
    assert (public.overall.law, public.overall.practice, public.overall.gap) == (None, None, None)
    pairs = [(i.score.score, o.score.score) for i, o in zip(internal.factors, public.factors, strict=True)]
    hidden = [inside for inside, outside in pairs if inside is not None and outside is None]
    assert public.overall.score is None or len(hidden) != 1


def test_an_overall_score_of_few_questions_is_not_published():
    keys = [question.id for question in BANK.questions]
    answers = {key: Answer(not_applicable="None here") for key in keys} | {keys[0]: Answer(level=4)}
    internal, public = both(
        Assessment("Testland Customs", None, "en", **MOMENTS, bank=BANK, version="2.0", answers=answers)
    )
    assert internal.overall.score == 100
    assert {getattr(public.overall, name) for name in NUMBERS} == {None}


def test_the_public_method_tells_of_nothing_that_is_left_out():
    internal, public = report("full", 0)
    assert [each for each in internal.method if each not in public.method] == [
        SAY("report.method_weakest"),
        SAY("report.method_offers"),
    ]
    assert public.practices == ()


def test_rounds_are_compared_in_numbers_overall_alone():
    """Where two rounds share one question of a factor, its two scores would be that question's levels."""
    moments = {"opened": "2027-01-02", "changed": "2027-03-01T10:00:00+00:00"}
    rounds = [
        Assessment(
            *("Testland Customs", None, "en"),
            **when,
            bank=BANK,
            version="2.0",
            answers=given,
            wordings=dict.fromkeys(given, ""),
        )
        for when, given in ((MOMENTS, answered("full", 0)), (moments, answered("full", 1)))
    ]
    _, public = both(rounds[1], earlier=rounds[0])
    assert public.comparison.overall.points == public.comparison.overall.after - public.comparison.overall.before
    assert {(line.before, line.after, line.points, line.up) for line in public.comparison.factors} == {(None,) * 4}
    assert all(line.verdict_label for line in public.comparison.factors)


def test_levels_cannot_be_reckoned_back_from_what_is_published_of_a_factor():
    """Every way to answer three elements of two questions: the published numbers fit several, so that few levels, those of extreme
    scores, are known."""
    fitting = defaultdict(list)
    for levels in product(range(5), repeat=6):
        whole, law, practice = (Fraction(25 * sum(each), len(each)) for each in (levels, levels[::2], levels[1::2]))
        capped = Fraction(25 * sum(min(level, 2) for level in levels), 6)
        shown = published(Score(whole, whole, whole, 6, 0, 0, 0, None, capped, law, practice, 3, 3))
        fitting[tuple(getattr(shown, name) for name in NUMBERS)].append(levels)
    known = sum(
        len(each) * sum(len(set(column)) == 1 for column in zip(*each, strict=True)) for each in fitting.values()
    )
    assert known / (6 * 5**6) < 0.02
