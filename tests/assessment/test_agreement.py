"""Many voices: the spread of private scores, how far they agree, and what stands for a question."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessment.agreement import (
    MOVES,
    SMALLEST,
    Agreement,
    Dissent,
    Spread,
    State,
    Vote,
    mean_disagreement,
    remarks,
    same_score,
    standing,
)
from assessment.answers import Answer, Evidence
from assessment.scoring import score_questions

levels = st.lists(st.integers(0, 4), min_size=1, max_size=30)
answers = st.one_of(
    st.builds(Answer, level=st.integers(0, 4)),
    st.builds(Answer, dont_know=st.just(True)),
    st.builds(Answer, not_applicable=st.just("No rail")),
)


def spread(given_levels):
    return Spread.of(Answer(level=level) for level in given_levels)


@given(st.integers(0, 4), st.integers(1, 30))
def test_consensus_is_one_and_deviation_zero_where_all_agree(level, many):
    of = spread([level] * many)
    assert (of.consensus, of.deviation, of.mean) == (1.0, 0.0, level)


@given(st.integers(1, 15))
def test_consensus_is_zero_and_deviation_highest_where_half_give_the_lowest_and_half_the_highest(many):
    of = spread([0] * many + [4] * many)
    assert of.consensus == pytest.approx(0)
    assert of.deviation == pytest.approx(2)


@given(levels)
def test_consensus_lies_between_nought_and_one(given_levels):
    assert 0 <= spread(given_levels).consensus <= 1


@given(levels.filter(lambda found: len(found) > 1), st.data())
def test_consensus_falls_and_deviation_grows_as_two_scores_move_apart_around_the_same_mean(given_levels, data):
    given_levels = sorted(given_levels)
    low = data.draw(st.integers(0, len(given_levels) - 2))
    high = data.draw(st.integers(low + 1, len(given_levels) - 1))
    assume(given_levels[low] > 0 and given_levels[high] < 4)
    apart = list(given_levels)
    apart[low] -= 1
    apart[high] += 1
    before, after = spread(given_levels), spread(apart)
    assert after.mean == before.mean
    assert after.deviation > before.deviation
    assert after.consensus < before.consensus + 1e-12


def test_equal_means_and_different_spreads_read_differently():
    close, wide = spread([2, 2, 2, 2]), spread([0, 0, 4, 4])
    assert close.mean == wide.mean
    assert (close.deviation, close.consensus) != (wide.deviation, wide.consensus)


@given(st.lists(answers, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_respondents_changes_nothing(given_answers, chance):
    shuffled = list(given_answers)
    chance.shuffle(shuffled)
    assert Spread.of(given_answers) == Spread.of(shuffled)


def vote(scores):
    return Vote(frozenset(scores), scores)


names = st.text("abcdefgh", min_size=1, max_size=3)


@given(st.dictionaries(names, answers, min_size=1), st.randoms(use_true_random=False))
def test_what_stands_does_not_depend_on_the_order_of_respondents(scores, chance):
    order = list(scores)
    chance.shuffle(order)
    again = {name: scores[name] for name in order}
    assert standing(None, vote(scores), None) == standing(None, vote(again), None)


@given(st.dictionaries(names, st.builds(Answer, level=st.integers(0, 4)), min_size=SMALLEST))
def test_where_nothing_is_agreed_the_exact_mean_of_five_respondents_or_more_stands_and_is_marked(scores):
    stands = standing(None, vote(scores), None)
    assert stands.basis == "mean"
    assert stands.level == Fraction(sum(answer.level for answer in scores.values()), len(scores))


@given(st.dictionaries(names, st.builds(Answer, level=st.integers(0, 4)), max_size=SMALLEST - 1))
def test_fewer_than_five_levels_stand_for_nothing_and_are_not_shown(scores):
    assert standing(None, vote(scores), None) is None
    agreed = standing(None, vote(scores), Agreement(answer=Answer(level=3), reason="Seen"))
    assert (agreed.level, agreed.spread) == (3, None)


@given(st.dictionaries(names, answers, min_size=1))
def test_private_scores_give_nothing_away_before_their_vote_ends(scores):
    assert standing(None, None, None, scores.values()) is None
    team = Answer(level=1, note="The team’s")
    stands = standing(team, None, None, scores.values())
    assert (stands.level, stands.basis, stands.spread, stands.evidence) == (1, "answered", None, ())


def test_the_agreed_level_stands_over_the_mean_and_keeps_spread_and_dissent():
    scores = {f"p{n}": Answer(level=4 * (n % 2)) for n in range(5)}
    dissent = (Dissent(group="Ports", level=0, why="No register is kept there"),)
    agreement = Agreement(answer=Answer(level=3), reason="Seen at headquarters", dissent=dissent)
    stands = standing(None, vote(scores), agreement)
    assert (stands.level, stands.basis, stands.dissent) == (3, "agreed", dissent)
    assert stands.spread == Spread.of(scores.values())
    assert dissent[0].distance(3) == -3


def test_a_question_that_applies_in_nobodys_eyes_is_not_applicable_and_repeats_no_reason():
    not_here, unknown = Answer(not_applicable="No rail"), Answer(dont_know=True)
    apart = standing(None, vote(dict.fromkeys("abcde", not_here)), None)
    assert (apart.not_applicable, apart.dont_know, apart.level) == ("", False, None)
    assert standing(None, vote(dict.fromkeys("abcde", not_here) | {"f": unknown}), None) is None
    assert standing(None, vote(dict.fromkeys("abcd", not_here)), None) is None


def test_evidence_of_respondents_counts_once_a_question_is_agreed_without_doubles_and_in_the_order_of_its_words():
    piece, other = Evidence(text="Order 6"), Evidence(text="Minutes")
    scores = {"p2": Answer(level=2, evidence=(piece, other)), "p1": Answer(level=3, evidence=(piece,))}
    agreement = Agreement(answer=Answer(level=3), reason="Seen")
    assert standing(None, None, agreement, scores.values()).evidence == (other, piece)
    five = vote({f"p{n}": Answer(level=2, evidence=(piece,)) for n in range(5)})
    assert standing(None, five, None, five.answers.values()).evidence == ()


def test_a_mean_counts_in_the_score_as_the_exact_fraction(bank):
    question = bank.questions[0]
    scores = {name: Answer(level=level) for name, level in zip("abcdef", (1, 2, 2, 1, 2, 2), strict=True)}
    found = score_questions([question], {question.id: standing(None, vote(scores), None)})
    assert found.score == Fraction(5, 3) * 25
    assert found.low == found.score == found.high


def test_disagreement_of_a_factor_is_the_mean_over_questions_that_two_or_more_have_scored():
    deviation, consensus = mean_disagreement([spread([0, 4]), spread([2, 2]), spread([3])])
    assert (deviation, consensus) == (pytest.approx(1), pytest.approx(0.5))
    assert mean_disagreement([spread([3])]) == (None, None)


def test_every_state_can_be_left_and_approval_comes_only_after_agreement():
    assert all(MOVES[state] for state in State)
    assert [state for state in State if State.APPROVED in MOVES[state]] == [State.AGREED]
    assert MOVES[State.APPROVED] == {State.CHANGES_REQUESTED}


@settings(max_examples=50)
@given(st.lists(answers, min_size=1, max_size=12))
def test_the_interval_contains_what_stands(bank, given_answers):
    question = bank.questions[0]
    stands = standing(None, vote({str(n): a for n, a in enumerate(given_answers)}), None)
    found = score_questions([question], {question.id: stands} if stands else {})
    if found.score is not None:
        assert found.low <= found.score <= found.high


def test_an_agreement_stands_with_its_reason_its_dissent_and_all_that_is_known():
    """Its own note and evidence come first, then the team's, then the private answers' by their words, each piece once."""
    one, two, three, four = (Evidence(text=text) for text in ("Zeal", "Audit", "Charter", "Bulletin"))
    dissent = (Dissent(group="Ports", level=1, why="No port has seen it."),)
    agreement = Agreement(answer=Answer(level=3, note="Agreed", evidence=(one,)), reason="Seen by all", dissent=dissent)
    team = Answer(level=1, note="The team's", evidence=(two, one))
    private = [Answer(level=2, evidence=(three, four)), Answer(level=4, evidence=(four,))]
    stands = standing(team, None, agreement, private)
    assert (stands.level, stands.basis, stands.note, stands.reason) == (3, "agreed", "Agreed", "Seen by all")
    assert (stands.dissent, stands.evidence) == (dissent, (one, two, four, three))
    assert (stands.not_applicable, stands.dont_know, stands.spread, stands.low, stands.high) == (
        None,
        False,
        *[None] * 3,
    )
    silent = Agreement(answer=Answer(level=3), reason="Seen by all")
    assert standing(team, None, silent).note == "The team's"


def test_answers_are_the_same_by_what_they_say_and_not_by_their_notes():
    assert same_score(Answer(level=2, note="a"), Answer(level=2, note="b"))
    assert same_score(Answer(not_applicable="No rail"), Answer(not_applicable="No port"))
    assert not same_score(Answer(level=2), Answer(level=3))
    assert not same_score(Answer(dont_know=True), Answer(not_applicable="No rail"))
    assert not same_score(Answer(level=0), Answer(dont_know=True))


def test_remarks_are_told_once_and_sorted():
    paper = Evidence(text="Order", link="https://example.org/7", date="2026-03")
    private = [
        Answer(level=1, note="Late"),
        Answer(not_applicable="No rail"),
        Answer(level=3, note="Late", evidence=(paper, Evidence(text="Audit"))),
    ]
    assert remarks(private) == ("Audit", "Late", "No rail", "Order · https://example.org/7 · 2026-03")
    assert remarks([Answer(level=1)]) == ()


def test_disagreement_is_a_mean_over_the_questions_that_two_or_more_scored():
    apart, alike, alone = spread([0, 4]), spread([2, 2]), spread([3])
    deviation, consensus = mean_disagreement([apart, alike, alone])
    assert deviation == pytest.approx((apart.deviation + alike.deviation) / 2)
    assert consensus == pytest.approx((apart.consensus + alike.consensus) / 2)
    assert mean_disagreement([alone]) == (None, None)
