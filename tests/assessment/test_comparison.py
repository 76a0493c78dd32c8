"""Rounds compared: wordings, the common core, and changes that the intervals can bear."""

import json
from dataclasses import replace
from fractions import Fraction

import forging
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.agreement import Agreement, Vote
from assessment.answers import Answer
from assessment.comparison import Kind, Verdict, change, compare
from assessment.events import as_kept
from assessment.journal import Assessment
from assessment.own import Own, OwnQuestion, applied, with_questions
from assessment.rounds import opening as openings
from assessment.scoring import score_questions
from kb.base.errors import ArushaError
from kb.library.knowledge import load
from kb.library.questionnaires import Question

BANK = load().bank
FACTOR = BANK.of_factor(8)


def opened(answers=None, *, bank=BANK, at="2025-01-02", name="Testland Customs", member=None, **more):
    found = {key: Answer(level=level) if isinstance(level, int) else level for key, level in (answers or {}).items()}
    return Assessment(
        name,
        member,
        "en",
        at,
        f"{at}-01-02"[:10],
        bank,
        bank.version,
        answers=found,
        wordings=wordings(bank, found),
        **more,
    )


def wordings(bank, answers):
    return {key: bank.by_id[key].wording for key in answers if key in bank.by_id}


def everywhere(level):
    return {question.id: level for question in BANK.questions}


def reworded(bank, key):
    other = Question.model_validate(
        bank.by_id[key].model_dump() | {"text": {"en": f"Other words: {key}"}}, strict=False
    )
    return with_questions(bank, [other if q.id == key else q for q in bank.questions])


anything = st.one_of(
    st.builds(Answer, level=st.integers(0, 4)),
    st.builds(Answer, dont_know=st.just(True)),
    st.builds(Answer, not_applicable=st.just("No rail")),
)
some = st.dictionaries(st.sampled_from(sorted(BANK.by_id)), anything, max_size=40)


@settings(deadline=None, max_examples=40)
@given(some)
def test_a_round_compared_with_itself_shows_no_change(answers):
    one = opened(answers)
    comparison = compare([one, one])
    assert {each.whole for each in comparison.questions} == {Kind.SAME}
    assert not any(each.moved for each in comparison.questions)
    lines = [comparison.overall, *comparison.factors.values()]
    assert {line.whole.verdict for line in lines} <= {Verdict.WITHIN, Verdict.UNKNOWN}
    assert {(line.moves.up, line.moves.down) for line in lines} == {(0, 0)}
    assert not any(line.whole.points for line in lines)


@settings(deadline=None, max_examples=40)
@given(some, some)
def test_the_other_way_round_every_change_turns_round(first, second):
    there = compare([opened(first, at="2024"), opened(second, at="2025")])
    back = compare([opened(second, at="2024"), opened(first, at="2025")])
    turned = {Verdict.UP: Verdict.DOWN, Verdict.DOWN: Verdict.UP}
    for number, line in there.factors.items():
        other = back.factors[number].whole
        assert other.verdict == turned.get(line.whole.verdict, line.whole.verdict)
        assert (other.points is None) == (line.whole.points is None)
        assert other.points is None or other.points == -line.whole.points


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(3)))
def test_the_order_in_which_files_are_named_changes_nothing(order):
    rounds = [opened({"8.d.1": level}, at=f"202{level}") for level in range(3)]
    named = compare([rounds[place] for place in order])
    assert [each.opened for each in named.rounds] == ["2020", "2021", "2022"]
    assert [order[place] for place in named.order] == [0, 1, 2]


def test_questions_are_the_same_reworded_new_or_dropped_by_their_wording():
    before = with_questions(reworded(BANK, "8.d.1"), [q for q in reworded(BANK, "8.d.1").questions if q.id != "9.a.1"])
    after = with_questions(BANK, [q for q in BANK.questions if q.id != "1.a.1"])
    kinds = {each.id: each.whole for each in compare([opened(bank=before), opened(bank=after, at="2026")]).questions}
    apart = {key: kind for key, kind in kinds.items() if kind is not Kind.SAME}
    assert apart == {"8.d.1": Kind.REWORDED, "9.a.1": Kind.NEW, "1.a.1": Kind.DROPPED}


def test_the_core_holds_what_was_asked_alike_and_applied_in_every_round():
    before = reworded(BANK, "8.d.1")
    rounds = [
        opened({"8.a.1": Answer(not_applicable="None here")}, bank=before),
        opened({"8.a.2": Answer(not_applicable="None here")}, at="2026"),
    ]
    comparison = compare(rounds)
    assert set(comparison.apart) == {"8.a.1", "8.a.2"}
    assert set(BANK.by_id) - set(comparison.core) == {"8.a.1", "8.a.2", "8.d.1"}


def test_a_reworded_question_moves_no_score():
    before, after = reworded(BANK, "8.d.1"), everywhere(2)
    comparison = compare([opened(everywhere(2), bank=before), opened(after | {"8.d.1": 4}, at="2026")])
    assert comparison.factors[8].whole.verdict is Verdict.WITHIN
    assert not comparison.factors[8].whole.points
    (question,) = [each for each in comparison.questions if each.id == "8.d.1"]
    assert ([stands.level for stands in question.standing], question.moved) == ([2, 4], None)


def test_a_change_up_to_five_points_or_within_the_intervals_is_about_the_same():
    known, element = everywhere(2), {q.id for q in BANK.of_element("8.d")}
    one = compare([opened(known), opened(known | {FACTOR[1].id: 3}, at="2026")]).factors[8].whole
    assert (one.verdict, 0 < one.points < 5) == (Verdict.WITHIN, True)
    raised = known | dict.fromkeys(element, 4)
    up = compare([opened(known), opened(raised, at="2026")]).factors[8].whole
    assert (up.verdict, up.points) == (Verdict.UP, Fraction(50, len({q.element for q in FACTOR})))
    unsure = {key: level for key, level in raised.items() if key not in {FACTOR[0].id, FACTOR[1].id}}
    within = compare([opened(known), opened(unsure, at="2026")]).factors[8].whole
    assert (within.verdict, within.points > 5) == (Verdict.WITHIN, True)
    down = compare([opened(known), opened(known | dict.fromkeys(element, 0), at="2026")]).factors[8].whole
    assert down.verdict is Verdict.DOWN


@settings(deadline=None, max_examples=30)
@given(some, some)
def test_beside_a_change_stands_how_many_questions_went_which_way(first, second):
    """Counted again from the questions, those that have a level in both rounds."""
    comparison = compare([opened(first), opened(second, at="2026")])
    for number, line in comparison.factors.items():
        moved = [q.moved for q in comparison.questions if q.moved is not None and BANK.by_id[q.id].factor == number]
        counted = (sum(m > 0 for m in moved), sum(m < 0 for m in moved), sum(m == 0 for m in moved))
        assert (line.moves.up, line.moves.down, line.moves.same) == counted


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=4, max_size=4), st.lists(st.integers(0, 4), min_size=4)
)
def test_up_or_down_only_beyond_five_points_and_both_intervals(first, second):
    questions = FACTOR[:4]
    answers = [
        {q.id: Answer(level=level) for q, level in zip(questions, levels, strict=False) if level is not None}
        for levels in (first, second)
    ]
    before, after = (score_questions(questions, each) for each in answers)
    found = change(before, after)
    if found.verdict is Verdict.UP:
        assert before.high < after.low
        assert found.points > 5
    elif found.verdict is Verdict.DOWN:
        assert after.high < before.low
        assert found.points < -5
    elif found.verdict is Verdict.WITHIN:
        assert abs(found.points) <= 5 or (before.low <= after.high and after.low <= before.high)


def test_a_quick_scan_is_compared_on_its_own_questions():
    quick = with_questions(BANK, BANK.quick)
    comparison = compare([opened(everywhere(1)), opened({q.id: 3 for q in quick.questions}, bank=quick, at="2026")])
    assert comparison.core == tuple(q.id for q in BANK.quick)
    assert comparison.overall.whole.points == 50
    assert sum(each.whole is Kind.DROPPED for each in comparison.questions) == len(BANK.questions) - 20


def test_the_members_own_questions_count_too_and_the_last_weights_hold_for_all():
    own = OwnQuestion(id="8.d.m1", text="Ours?", levels=tuple("abcde"))
    before, after = applied(BANK, Own(questions=(own,))), applied(BANK, Own(questions=(own,), weights={"8.d.m1": 10}))
    levels = dict.fromkeys(before.by_id, 0)
    comparison = compare([opened(levels, bank=before), opened(levels | {"8.d.m1": 4}, bank=after, at="2026")])
    assert "8.d.m1" in comparison.core
    assert comparison.reweighed == ("8.d.m1",)
    elements, own = len({q.element for q in FACTOR}), len(BANK.of_element("8.d"))
    assert comparison.factors[8].whole.points == Fraction(1000, own + 10) / elements
    turned = compare([opened(levels | {"8.d.m1": 4}, bank=after), opened(levels, bank=before, at="2026")])
    assert turned.factors[8].whole.points == -Fraction(100, own + 1) / elements


def test_three_rounds_make_a_trend_on_what_is_common_to_all():
    rounds = [
        opened(everywhere(1), at="2024"),
        opened(everywhere(2), at="2025", bank=reworded(BANK, "8.d.1")),
        opened(everywhere(4), at="2026"),
    ]
    comparison = compare(rounds)
    assert "8.d.1" not in comparison.core
    assert [each.score for each in comparison.overall.scores] == [25, 50, 100]
    assert [step.points for step in comparison.overall.steps] == [25, 50]
    assert comparison.overall.whole.points == 75
    (question,) = [each for each in comparison.questions if each.id == "8.d.1"]
    assert (question.kinds, question.whole) == ((Kind.REWORDED, Kind.REWORDED), Kind.SAME)


def test_the_agreed_level_is_compared_and_the_mean_where_nothing_is_agreed():
    given_ = {"8.d.1": {f"p{n}": Answer(level=1 + n % 2) for n in range(1, 7)}}
    votes = {"8.d.1": (Vote(frozenset(given_["8.d.1"]), given_["8.d.1"]),)}
    words = wordings(BANK, given_)
    mean = replace(opened(), given=given_, votes=votes, wordings=words, closed=frozenset({"8.d.1"}))
    agreed = replace(mean, opened="2026", agreements={"8.d.1": Agreement(answer=Answer(level=3), reason="Seen")})
    (question,) = [each for each in compare([mean, agreed]).questions if each.id == "8.d.1"]
    assert [stands.basis for stands in question.standing] == ["mean", "agreed"]
    assert question.moved == Fraction(3, 2)


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ({"name": "Testland Customs"}, {"name": "TESTLAND  customs"}, True),
        ({"name": "Testland Customs"}, {"name": "Ruvania Customs"}, False),
        ({"name": "NZ Customs", "member": "NZ"}, {"name": "New Zealand Customs", "member": "NZ"}, True),
        ({"member": "NZ"}, {"member": "FJ"}, False),
        ({"member": "NZ"}, {}, True),
    ],
)
def test_only_rounds_of_one_administration_are_compared(first, second, alike):
    rounds = [opened(**first), opened(at="2026", **second)]
    if alike:
        assert compare(rounds)
    else:
        with pytest.raises(ArushaError, match="two administrations"):
            compare(rounds)


def test_one_file_alone_is_refused(arusha, start, tmp_path, refused):
    refused(arusha("assess", "compare", start(tmp_path / "a.arusha")), "two assessments or more")


def test_the_command_tells_what_moved_and_what_does_not_count(arusha, start, tmp_path):
    full = everywhere(2)
    a, b = start(tmp_path / "a.arusha", full), start(tmp_path / "b.arusha", full | {"8.d.1": 4, "8.d.2": 4})
    told = arusha("assess", "compare", a, b, "--format", "json")
    assert (told.exit_code, told.stderr) == (0, "")
    data = json.loads(told.stdout)
    assert [each["file"] for each in data["rounds"]] == [str(a), str(b)]
    assert data["overall"]["change"]["verdict"] == "within"
    assert [each["number"] for each in data["factors"] if each["change"]["verdict"] == "up"] == [8]
    assert data["factors"][7]["moved"] == {"up": 2, "down": 0, "same": len(FACTOR) - 2}
    assert [q["id"] for q in data["questions"] if q["moved"]] == ["8.d.1", "8.d.2"]
    shown = arusha("assess", "compare", a, b).stdout
    assert "8.d.1" in shown
    assert "up" in shown
    french = arusha("assess", "compare", b, a, "--lang", "fr", "--all").stdout
    assert "Évolution" in french
    assert all(question.id in french for question in BANK.questions)


def test_files_named_in_another_order_are_put_right_and_that_is_told(arusha, stands, tmp_path):
    from assessment.storing.sqlite import AssessmentFile

    files = []
    for year in (2025, 2024):
        first, attached = openings.opening("Testland", None, "en", BANK)
        made = forging.entries([(f"{year}-05-01T10:00:00+00:00", *as_kept(first))])
        files.append(tmp_path / f"{year}.arusha")
        AssessmentFile.restore(files[-1], made, attached).close()
    told = arusha("assess", "compare", *files).stdout
    assert "in the order of their opening" in told
    assert told.index("2024.arusha") < told.index("2025.arusha")
    assert json.loads(arusha("assess", "compare", *files, "--format", "json").stdout)["reordered"] is True
    assert "in the order of their opening" not in arusha("assess", "compare", *reversed(files)).stdout


def test_a_lens_that_every_round_asked_is_compared_apart():
    lens = load().gender
    first, last = ({lens.questions[0].id: Answer(level=level)} for level in (1, 3))
    words = {lens.questions[0].id: lens.questions[0].wording}
    rounds = [
        replace(opened(), lens=lens, answers=first, wordings=words),
        replace(opened(at="2026"), lens=lens, answers=last, wordings=words),
    ]
    comparison = compare(rounds)
    assert comparison.lens.whole.points == 50
    assert comparison.overall.whole.verdict is Verdict.UNKNOWN
    assert compare([rounds[0], opened(at="2026")]).lens is None
