"""Scores: the laws that hold for every set of answers, a reference, and an example reckoned by hand."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessment.answers import Answer
from assessment.scoring import Score, as_json, rounded, score, score_questions
from kb.base.vocabulary import factor_of
from kb.library.knowledge import load
from kb.library.questionnaires import Question

law = settings(max_examples=120, deadline=None, derandomize=True)
NAMES = {number: f"Factor {number}" for number in range(1, 11)}
NOT_APPLICABLE, DONT_KNOW = Answer(not_applicable="No such service"), Answer(dont_know=True)
LEVELS = [Answer(level=level) for level in range(5)]
KINDS = [None, DONT_KNOW, NOT_APPLICABLE, *LEVELS]


def question(key: str, weight: float = 1) -> Question:
    return load().bank.questions[0].model_copy(update={"id": key, "weight": weight})


keys = st.builds("{}.{}.{}".format, st.integers(1, 4), st.sampled_from("abc"), st.integers(1, 3))
weights = st.one_of(st.just(1), st.integers(1, 100), st.floats(0.01, 100))
generated = st.lists(st.builds(question, keys, weights), min_size=1, max_size=14, unique_by=lambda q: q.id)
shipped = st.just(load().bank.questions)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Sequence[Question], dict[str, Answer]]:
    """Questions, generated or shipped, and some answers to them."""
    questions = draw(st.one_of(generated, generated, generated, shipped))
    choice = Random(draw(st.integers(0, 2**32)))
    kinds = choice.choices(KINDS, [choice.random() + 0.01 for _ in KINDS], k=len(questions))
    return questions, {q.id: kind for q, kind in zip(questions, kinds, strict=True) if kind is not None}


def parts(questions: Sequence[Question], answers: Mapping[str, Answer]) -> list[Score]:
    """The overall score, then that of each factor."""
    scores = score(questions, answers)
    return [scores.overall, *scores.factors.values()]


@law
@given(cases())
def test_the_interval_contains_the_score_before_and_after_rounding(case):
    for part in parts(*case):
        if part.low is not None:
            assert 0 <= part.low <= part.high <= 100
        if part.score is not None:
            assert part.low <= part.score <= part.high
            assert rounded(part.low) <= rounded(part.score) <= rounded(part.high)


@law
@given(cases(), st.data())
def test_giving_a_level_never_widens_an_interval(case, data):
    questions, answers = case
    open_ = [q.id for q in questions if answers.get(q.id) in (None, DONT_KNOW)]
    assume(open_)
    after = {**answers, data.draw(st.sampled_from(open_)): data.draw(st.sampled_from(LEVELS))}
    for old, new in zip(parts(questions, answers), parts(questions, after), strict=True):
        if old.low is not None:
            assert old.low <= new.low <= new.high <= old.high


@law
@given(cases(), st.data())
def test_not_applicable_changes_no_other_question_and_no_other_factor(case, data):
    questions, answers = case
    marked = data.draw(st.sampled_from(questions)).id
    after = {**answers, marked: NOT_APPLICABLE}
    for other in questions:
        if other.id != marked:
            assert score_questions([other], after) == score_questions([other], answers)
    old, new = score(questions, answers).factors, score(questions, after).factors
    assert {n for n in old if old[n] != new[n]} <= {factor_of(marked)}


@law
@given(cases(), st.data())
def test_a_question_not_applicable_is_as_if_it_were_not_there(case, data):
    questions, answers = case
    marked = data.draw(st.sampled_from(questions)).id
    there = parts(questions, {**answers, marked: NOT_APPLICABLE})[0]
    gone = parts([q for q in questions if q.id != marked], answers)[0]
    assert (there.score, there.low, there.high, there.coverage) == (gone.score, gone.low, gone.high, gone.coverage)


@law
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_answers_and_questions_never_matters(case, random):
    questions, answers = case
    mixed, given_ = list(questions), list(answers.items())
    random.shuffle(mixed)
    random.shuffle(given_)

    def without_ties(part: Score) -> tuple[object, ...]:
        weakest = answers[part.weakest].level if part.weakest else None
        return part.score, part.low, part.high, part.coverage, part.not_applicable, part.dont_know, weakest

    assert parts(questions, dict(given_)) == parts(questions, answers)
    assert [*map(without_ties, parts(mixed, answers))] == [*map(without_ties, parts(questions, answers))]


@law
@given(cases())
def test_scores_are_what_a_plain_reckoning_gives(case):
    questions, answers = case

    def mean(pairs: list[tuple[float, float]]) -> float | None:
        return sum(w * v for w, v in pairs) / sum(w for w, _ in pairs) if pairs else None

    expected: list[list[float | None]] = []
    for number in sorted({q.factor for q in questions}):
        own = [(q.weight, answers.get(q.id, DONT_KNOW)) for q in questions if q.factor == number]
        applicable = [(w, a) for w, a in own if a.not_applicable is None]
        expected.append(
            [
                mean([(w, a.level * 25) for w, a in applicable if a.level is not None]),
                mean([(w, (a.level or 0) * 25) for w, a in applicable]),
                mean([(w, (4 if a.level is None else a.level) * 25) for w, a in applicable]),
            ]
        )
    overall = [mean([(1, v) for v in column if v is not None]) for column in zip(*expected, strict=True)]
    found = [[part.score, part.low, part.high] for part in parts(questions, answers)]
    for got, wanted in zip(found, [overall, *expected], strict=True):
        for value, reference in zip(got, wanted, strict=True):
            assert (value is None) == (reference is None)
            assert value is None or math.isclose(value, reference, rel_tol=1e-9, abs_tol=1e-9)


@law
@given(cases())
def test_every_question_is_counted_once_and_coverage_is_answered_over_applicable(case):
    questions, answers = case
    for part, own in [(parts(*case)[0], questions)] + [
        (value, [q for q in questions if q.factor == number]) for number, value in score(*case).factors.items()
    ]:
        states = [answers.get(q.id) for q in own]
        assert part.unanswered == states.count(None)
        assert part.dont_know == states.count(DONT_KNOW)
        assert part.not_applicable == states.count(NOT_APPLICABLE)
        assert part.answered + part.unanswered + part.dont_know + part.not_applicable == len(own)
        applicable = len(own) - part.not_applicable
        assert part.coverage == (Fraction(part.answered, applicable) if applicable else None)
        assert (part.score is None) == (part.answered == 0) == (part.weakest is None)


@law
@given(cases())
def test_the_weakest_is_the_first_with_the_lowest_level(case):
    questions, answers = case
    levels = {q.id: answers[q.id].level for q in questions if q.id in answers and answers[q.id].level is not None}
    assert parts(*case)[0].weakest == (min(levels, key=levels.get) if levels else None)


@pytest.mark.parametrize("level", range(5))
def test_one_question_scores_a_quarter_of_a_hundred_for_each_level(level):
    part = score_questions([question("1.a.1", 7)], {"1.a.1": LEVELS[level]})
    assert part.score == part.low == part.high == 25 * level


def test_an_example_reckoned_by_hand():
    """Factor 1: (1·4 + 3·1) / 4 of 4; one more unknown and one unanswered, of weight 1 each. Factor 2: one level 3. Factor 3:
    nothing answered. Factor 4: nothing applies."""
    questions = [
        question("1.a.1"),
        question("1.a.2", 3),
        question("1.b.1"),
        question("1.b.2"),
        question("1.c.1"),
        question("2.a.1", 50),
        question("3.a.1"),
        question("4.a.1"),
    ]
    answers = {
        "1.a.1": Answer(level=4),
        "1.a.2": Answer(level=1),
        "1.b.1": DONT_KNOW,
        "1.b.2": NOT_APPLICABLE,
        "2.a.1": Answer(level=3),
        "4.a.1": NOT_APPLICABLE,
    }

    def factor(number, score, low, high, coverage, answered, dont_know, unanswered, not_applicable, weakest):
        return {
            "number": number,
            "name": f"Factor {number}",
            "score": score,
            "low": low,
            "high": high,
            "coverage": coverage,
            "answered": answered,
            "dont_know": dont_know,
            "unanswered": unanswered,
            "not_applicable": not_applicable,
            "weakest": weakest,
        }

    found = as_json(score(questions, answers), NAMES)
    assert found == {
        "overall": {"score": 59.38, "low": 34.72, "high": 79.17, "coverage": 0.5},
        "factors": [
            factor(1, 43.75, 29.17, 62.5, 0.5, 2, 1, 1, 1, "1.a.2"),
            factor(2, 75.0, 75.0, 75.0, 1.0, 1, 0, 0, 0, "2.a.1"),
            factor(3, None, 0.0, 100.0, 0.0, 0, 0, 1, 0, None),
            factor(4, None, None, None, None, 0, 0, 0, 1, None),
        ],
    }
    assert list(found) == ["overall", "factors"]
    assert [list(part) for part in found["factors"]] == [list(factor(*range(10)))] * 4


def test_nothing_answered_has_no_score_and_may_be_anything():
    overall = as_json(score(load().bank.questions, {}), NAMES)["overall"]
    assert overall == {"score": None, "low": 0.0, "high": 100.0, "coverage": 0.0}


def test_answers_to_questions_of_another_version_count_for_nothing():
    assert score([question("1.a.1")], {"1.a.2": LEVELS[4]}) == score([question("1.a.1")], {})
