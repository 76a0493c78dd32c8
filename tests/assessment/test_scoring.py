"""Scores: the laws that hold for every set of answers, a reference, and an example reckoned by hand."""

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessment.answers import Answer
from assessment.scoring import Score, Scores, as_json, rounded, score, score_questions
from kb.base.vocabulary import QuestionSide, factor_of
from kb.library.knowledge import load
from kb.library.questionnaires import Question

law = settings(max_examples=120, deadline=None, derandomize=True)
NAMES = {number: f"Factor {number}" for number in range(1, 11)}
NOT_APPLICABLE, DONT_KNOW = Answer(not_applicable="No such service"), Answer(dont_know=True)
LEVELS = [Answer(level=level) for level in range(5)]
KINDS = [None, DONT_KNOW, NOT_APPLICABLE, *LEVELS]


def question(key: str, weight: float = 1, side: QuestionSide = QuestionSide.DE_JURE) -> Question:
    return load().bank.questions[0].model_copy(update={"id": key, "weight": weight, "side": side})


keys = st.builds("{}.{}.{}".format, st.integers(1, 4), st.sampled_from("abc"), st.integers(1, 3))
weights = st.one_of(st.just(1), st.integers(1, 100), st.floats(0.01, 100))
generated = st.lists(
    st.builds(question, keys, weights, st.sampled_from(QuestionSide)), min_size=1, max_size=14, unique_by=lambda q: q.id
)
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


def everything(scores: Scores) -> list[Score]:
    return [scores.overall, *scores.factors.values(), *scores.elements.values()]


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


def plainly(questions: Sequence[Question], answers: Mapping[str, Answer]) -> list[list[float | None]]:
    """Score, low and high in floats: overall, then of each factor."""

    def mean(pairs: Iterable[tuple[float, float | None]]) -> float | None:
        known = [(weight, value) for weight, value in pairs if value is not None]
        return sum(w * v for w, v in known) / sum(w for w, _ in known) if known else None

    def whole(parts: list[list[float | None]], own: Sequence[Question], enough: float) -> list[float | None]:
        states = [answers.get(q.id, DONT_KNOW) for q in own]
        applies = [state for state in states if state.not_applicable is None]
        there = [part for part in parts if part[1] is not None]
        least = [(1.0, 0.0 if part[0] is None else part[1]) for part in there]
        most = [(1.0, 100.0 if part[0] is None else part[2]) for part in there]
        covered = bool(applies) and sum(state.level is not None for state in applies) >= enough * len(applies)
        return [mean((1.0, part[0]) for part in there) if covered else None, mean(least), mean(most)]

    factors = []
    for number in sorted({q.factor for q in questions}):
        own, elements = [q for q in questions if q.factor == number], []
        for element in dict.fromkeys(q.element for q in own):
            kept = [(q.weight, answers.get(q.id, DONT_KNOW)) for q in own if q.element == element]
            kept = [(w, answer.level) for w, answer in kept if answer.not_applicable is None]
            known = mean((w, level) for w, level in kept)
            least, most = (
                mean((w, level or 0) for w, level in kept),
                mean((w, 4 if level is None else level) for w, level in kept),
            )
            elements.append([None if each is None else each * 25 for each in (known, least, most)])
        factors.append(whole(elements, own, 0.5))
    return [whole(factors, questions, 0.8), *factors]


def same(found: Sequence[Fraction | None], expected: Sequence[float | None]) -> bool:
    return all(
        (value is None) == (other is None) and (value is None or math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9))
        for value, other in zip(found, expected, strict=True)
    )


@law
@given(cases())
def test_scores_are_what_a_plain_reckoning_gives(case):
    for part, expected in zip(parts(*case), plainly(*case), strict=True):
        assert same([part.score, part.low, part.high], expected)


@law
@given(cases(), st.data())
def test_the_evidenced_score_is_that_of_levels_up_to_two_where_nothing_stands_behind_them(case, data):
    questions, answers = case
    supported = data.draw(st.sets(st.sampled_from([q.id for q in questions])))
    capped = {
        key: Answer(level=min(each.level, 2)) if each.level is not None and key not in supported else each
        for key, each in answers.items()
    }
    scores = score(questions, answers, supported)
    for part, expected in zip([scores.overall, *scores.factors.values()], plainly(questions, capped), strict=True):
        assert same([part.evidenced], expected[:1])


@law
@given(cases(), st.data())
def test_evidence_raises_the_evidenced_score_or_leaves_it_and_never_above_the_claimed(case, data):
    questions, answers = case
    ids = [q.id for q in questions]
    some = data.draw(st.sets(st.sampled_from(ids)))
    more = some | data.draw(st.sets(st.sampled_from(ids)))
    fewer, most = (score(questions, answers, behind) for behind in (some, more))
    for one, other in zip(everything(fewer), everything(most), strict=True):
        assert (one.score, one.law, one.practice) == (other.score, other.law, other.practice)
        assert (one.evidenced is None) == (one.score is None)
        assert one.score is None or one.evidenced <= other.evidenced <= one.score


@law
@given(cases())
def test_rules_and_practice_are_the_score_of_the_questions_of_one_side(case):
    questions, answers = case
    scores = score(questions, answers)
    for side, name in ((QuestionSide.DE_JURE, "law"), (QuestionSide.DE_FACTO, "practice")):
        alone = score([q for q in questions if q.side is side], answers)
        assert getattr(scores.overall, name) == alone.overall.score
        assert getattr(scores.overall, f"of_{name}") == alone.overall.answered
        for number, part in scores.factors.items():
            assert getattr(part, name) == (alone.factors[number].score if number in alone.factors else None)
        for element, part in scores.elements.items():
            assert getattr(part, name) == (alone.elements[element].score if element in alone.elements else None)


@law
@given(cases())
def test_there_is_a_score_only_where_enough_is_answered(case):
    scores = score(*case)
    for part, enough in [
        (scores.overall, Fraction(4, 5)),
        *((each, Fraction(1, 2)) for each in scores.factors.values()),
    ]:
        assert part.sufficient == (part.score is not None)
        if part.sufficient:
            assert part.coverage >= enough
    if scores.overall.coverage is not None and scores.overall.coverage >= Fraction(4, 5):
        assert scores.overall.sufficient


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
        assert (part.answered == 0) == (part.weakest is None)


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
    """Element 1.a: (1·4 + 3·1) / 4 of 4 = 43.75. Element 1.b: a don't know, and one that does not apply. 1.c: unanswered, so that
    factor 1 has 2 of 4 answered: just enough. Factor 2: (75 + 25) / 2. Factor 3: nothing answered. Factor 4: nothing applies.
    Overall 4 of 7: not enough."""
    questions = [
        question("1.a.1"),
        question("1.a.2", 3, QuestionSide.DE_FACTO),
        question("1.b.1"),
        question("1.b.2"),
        question("1.c.1"),
        question("2.a.1", 50),
        question("2.b.1", side=QuestionSide.DE_FACTO),
        question("3.a.1"),
        question("4.a.1"),
    ]
    answers = {
        "1.a.1": Answer(level=4),
        "1.a.2": Answer(level=1),
        "1.b.1": DONT_KNOW,
        "1.b.2": NOT_APPLICABLE,
        "2.a.1": Answer(level=3),
        "2.b.1": Answer(level=1),
        "4.a.1": NOT_APPLICABLE,
    }
    names = ("score", "low", "high", "coverage", "evidenced", "law", "practice", "sufficient")
    counted = ("answered", "dont_know", "unanswered", "not_applicable", "weakest")
    found = as_json(score(questions, answers, {"2.a.1"}), NAMES)
    assert list(found) == ["overall", "factors"]
    assert list(found["overall"]) == list(names)
    assert list(found["overall"].values()) == [None, 21.53, 77.08, 0.57, None, None, 25.0, False]
    shown = [[each[name] for name in ("number", *names, *counted)] for each in found["factors"]]
    assert shown == [
        [1, 43.75, 14.58, 81.25, 0.5, 31.25, None, 25.0, True, 2, 1, 1, 1, "1.a.2"],
        [2, 50.0, 50.0, 50.0, 1.0, 50.0, 75.0, 25.0, True, 2, 0, 0, 0, "2.b.1"],
        [3, None, 0.0, 100.0, 0.0, None, None, None, False, 0, 0, 1, 0, None],
        [4, None, None, None, None, None, None, None, False, 0, 0, 0, 1, None],
    ]
    elements = [[each[name] for name in ("id", *names[:3], *names[4:])] for each in found["factors"][0]["elements"]]
    assert elements == [
        ["1.a", 43.75, 43.75, 43.75, 31.25, 100.0, 25.0, True],
        ["1.b", None, 0.0, 100.0, None, None, None, False],
        ["1.c", None, 0.0, 100.0, None, None, None, False],
    ]


def test_four_in_five_and_a_half_are_enough_and_one_fewer_is_not():
    questions = [question(f"{factor}.a.{n}") for factor in (1, 2) for n in range(1, 6)]
    answers = {q.id: LEVELS[2] for q in questions[:8]}
    assert [each.score for each in parts(questions, answers)] == [50, 50, 50]
    del answers["2.a.3"]
    assert [each.score for each in parts(questions, answers)] == [None, 50, None]
    assert [each.score for each in parts(questions[:4], {q.id: LEVELS[2] for q in questions[:2]})] == [None, 50]


def test_nothing_answered_has_no_score_and_may_be_anything():
    overall = as_json(score(load().bank.questions, {}), NAMES)["overall"]
    nothing = dict.fromkeys(("score", "evidenced", "law", "practice"))
    assert overall == nothing | {"low": 0.0, "high": 100.0, "coverage": 0.0, "sufficient": False}


def test_answers_to_questions_of_another_version_count_for_nothing():
    assert score([question("1.a.1")], {"1.a.2": LEVELS[4]}) == score([question("1.a.1")], {})
