"""A facilitator's path: where people lie apart first, many agreements at once, what is to be done next; one's own answers."""

import json
import re
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.agreement import Spread, Vote
from assessment.answers import Answer, Evidence
from assessment.people import Person, Role
from assessment.replay import read
from assessment.rounds import agreeing, answering, people
from assessment.rounds import opening as openings
from assessment.storing.sqlite import AssessmentFile
from kb.base.interface import Refusal, phrases
from kb.library.knowledge import load

BANK = load().bank
NONE = Answer(dont_know=True)
CODE = "AAAA-BBBB-CCCC-DDDD"
SCORES = {  # of six people
    "1.a.1": [2, 2, 2, 2, 2, 3],
    "1.a.2": [0, 4, 0, 4, 0, 4],
    "1.a.3": [3, 3, 3, 3, 3, 3],
    "1.b.1": [1, 1, 1, 2, 2, 2],
    "1.b.2": [4, 4, 4, 4, None, None],
    "2.a.1": [1, 1, 1, 1, 2, 2],
    "2.a.2": [1, 1, None, None, None, 1],
}
levels = st.lists(st.integers(0, 4), min_size=1, max_size=20)


@pytest.fixture
def file(tmp_path):
    """Six respondents, a facilitator and an approver; every vote has ended, two of them with fewer than five levels."""
    path = tmp_path / "ours.arusha"
    with AssessmentFile.create(path, *openings.opening("Testland Customs", None, "en", BANK)) as opened:
        opened.append([Person(id=f"p{n}", unit="Ports") for n in range(1, 7)])
        opened.append([Person(id="f1", role=Role.FACILITATOR), Person(id="a1", role=Role.APPROVER)])
        opened.append([people.code_given("p1", CODE)])
        for question, scores in SCORES.items():
            for n, level in enumerate(scores, 1):
                answer = NONE if level is None else Answer(level=level)
                opened.append([answering.answered(question, answer, BANK, by=f"p{n}")])
    return path


def state(path):
    with AssessmentFile.open(path) as opened:
        return read(opened, BANK)


def words(result):
    return " ".join(result.output.split())


# ---- the middle of the scores


@given(levels)
def test_the_median_and_the_range_are_those_of_the_levels(given_levels):
    of = Spread.of(Answer(level=level) for level in given_levels)
    assert of.median == statistics.median(given_levels)
    assert of.ends == (min(given_levels), max(given_levels))


@given(levels, st.integers(0, 9), st.integers(0, 9))
def test_a_level_is_typical_only_if_it_is_the_median_and_the_one_answer_given_most(given_levels, unsure, apart):
    answers = [
        *(Answer(level=level) for level in given_levels),
        *[NONE] * unsure,
        *[Answer(not_applicable="No")] * apart,
    ]
    typical = Spread.of(answers).typical
    most = [n for n in range(5) if given_levels.count(n) == max(given_levels.count(level) for level in range(5))]
    if typical is None:
        assert (
            len(most) > 1
            or most[0] != statistics.median(given_levels)
            or given_levels.count(most[0]) <= max(unsure, apart)
        )
    else:
        assert most == [typical]
        assert statistics.median(given_levels) == typical
        assert given_levels.count(typical) > max(unsure, apart)


def test_a_level_that_less_than_half_of_those_asked_gave_is_never_clear():
    asked = frozenset(f"p{n}" for n in range(13))
    assert Vote(asked, {f"p{n}": Answer(level=2) for n in range(6)}).clear is None
    assert Vote(asked, {f"p{n}": Answer(level=2) for n in range(7)}).clear == 2


# ---- conditions


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "consensus",
            "consensus>=",
            ">=0.5",
            "consensus==0.5",
            "consensus=>0.5",
            "consensus>=0.5 and deviation<1",
        ),
        *("mean>=2", "consensus>=1.2", "consensus>=85", "consensus>=85%", "deviation<2.1", "consensus>=-1"),
        *("consensus>=nan", "consensus>=１", "Consensus>=0.5", "consensus>=0.5.1", "consensus>=.5", "consensus>=1e-1"),
        "x" * 9000,
    ],
)
def test_a_condition_is_one_of_two_measures_a_sign_and_a_number_and_anything_else_is_refused(text):
    with pytest.raises(Refusal, match="consensus"):
        agreeing.Condition.read(text)


def test_a_condition_holds_of_what_is_shown():
    """0.846 is shown as 0.85, so it meets the condition of 0.85."""
    of = Spread((0, 2, 8, 2, 0), 0, 0)
    shown = round(of.consensus, 2)
    assert shown != of.consensus
    assert agreeing.Condition.read(f" consensus >= {shown} ").holds(of)
    assert not agreeing.Condition.read(f"consensus>{shown}".replace(".", ",")).holds(of)
    assert agreeing.Condition.read("deviation<=2").holds(of)
    assert not agreeing.Condition.read("deviation<=2").holds(Spread((0, 0, 0, 0, 0), 3, 0)), "nobody gave a level"


# ---- many at once


def test_only_what_the_scores_give_beyond_doubt_is_taken_and_the_rest_is_listed(arusha, file):
    condition = ("--where", "consensus>=0.7", "--confirm", "--reason", "Confirmed in the room")
    asked = arusha("assess", "agree", file, *condition, typed="y\n")
    assert asked.exit_code == 0, asked.output
    told = words(asked)
    taken = state(file).agreements
    assert {key: agreement.answer.level for key, agreement in taken.items()} == {"1.a.1": 2, "1.a.3": 3, "2.a.1": 1}
    assert {agreement.reason for agreement in taken.values()} == {"Confirmed in the room"}
    names = load().declaration.elements
    assert all(names[element].short.en in told for element in ("1.a", "2.a")), "what the ids are about"
    assert "1 level" not in told
    assert "scores do not give one level beyond doubt: 1.b.1" in told
    assert "2 left, since their scores are too few to be shown: 1.b.2, 2.a.2" in told
    assert "does not meet the condition: 1.a.2" in told


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_what_would_be_agreed_is_listed_first_and_a_no_writes_nothing(arusha, file, typed):
    before = file.read_bytes()
    asked = arusha("assess", "agree", file, "1", "--where", "consensus>=0.9", "--confirm", "--reason", "x", typed=typed)
    assert asked.exit_code == 1
    assert any(line.split()[:2] == ["1.a.3", "–"] for line in asked.stdout.splitlines())
    assert file.read_bytes() == before


def test_all_are_agreed_in_one_step_or_none(file):
    with AssessmentFile.open(file) as opened:
        assessment = read(opened, BANK)
        with pytest.raises(Refusal, match=r"1\.a\.2"):
            agreeing.confirm(assessment, {"1.a.1": 2, "1.a.2": 2}, "x", "f1", small=False)
        with pytest.raises(Refusal, match=r"1\.b\.2"):
            agreeing.confirm(assessment, {"1.b.2": 4}, "four scores", "f1", small=False)
        entries = agreeing.confirm(assessment, {"1.a.1": 2, "1.a.3": 3}, "x", "f1", small=False)
        opened.append(entries)
        with pytest.raises(Refusal, match=r"1\.a\.1"):
            agreeing.confirm(read(opened, BANK), {"1.a.1": 2}, "again", "f1", small=False)


@pytest.mark.parametrize(
    "options",
    [
        ("--confirm", "--reason", "x"),
        ("--confirm", "--where", "consensus>0"),
        ("--confirm", "--where", "consensus>0", "--reason", " "),
        ("--confirm", "--where", "consensus>0", "--reason", "x", "--level", 2),
        ("1.a.1", "--where", "consensus>0", "--level", 0, "--reason", "x"),
        ("1.a.1", "1.a.3", "--level", 2, "--reason", "x"),
        ("--where", "consensus"),
        ("1", "--confirm", "--where", "consensus>0", "--reason", "x", "--yes", "--by", "p1"),
    ],
)
def test_what_does_not_go_together_is_one_sentence_and_writes_nothing(arusha, refused, file, options):
    before = file.read_bytes()
    refused(arusha("assess", "agree", file, *options))
    assert file.read_bytes() == before


def test_where_nobody_is_registered_as_facilitator_whoever_works_the_file_agrees(arusha, file):
    arusha("assess", "people", "add", file, "--id", "f1", "--left")
    assert arusha("assess", "agree", file, "1.a.2", typed="2\nSeen\n\n").exit_code == 0
    options = ("--where", "consensus>=0.9", "--confirm", "--reason", "x", "--yes")
    assert arusha("assess", "agree", file, *options).exit_code == 0
    assert state(file).agreements.keys() >= {"1.a.2", "1.a.3"}
    assert state(file).moves["1.a.3"][-1].by == "facilitator"


def test_a_reason_that_is_too_long_is_refused_and_nothing_is_agreed(arusha, file):
    before = file.read_bytes()
    options = ("--where", "consensus>0", "--confirm", "--reason", "x" * 5001, "--yes")
    assert "reason" in arusha("assess", "agree", file, *options).stderr
    assert file.read_bytes() == before


# ---- the order of disagreement


def shown_in_order(result):
    return [line.split()[0] for line in result.stdout.splitlines() if line.split()[:1] and line.split()[0] in SCORES]


def test_the_walk_begins_where_people_lie_furthest_apart_and_ends_with_what_may_not_be_shown(arusha, file):
    plain = arusha("assess", "agree", file, "1", typed="\n" * 9)
    assert shown_in_order(plain) == ["1.a.1", "1.a.2", "1.a.3", "1.b.1", "1.b.2"]
    walked = arusha("assess", "agree", file, "--by", "disagreement", "--by", "f1", typed="\n" * 9)
    assert shown_in_order(walked) == ["1.a.2", "1.b.1", "2.a.1", "1.a.1", "1.a.3", "1.b.2", "2.a.2"]
    assert "4: 4" not in walked.stdout, "of fewer than five scores nothing is shown"
    apart = arusha("assess", "agree", file, "--where", "consensus<0.5", typed="\n")
    assert shown_in_order(apart) == ["1.a.2"]


def test_spread_puts_the_furthest_apart_first_and_says_how_many_more_there_are(arusha, file):
    whole = json.loads(arusha("assess", "spread", file, "--format", "json").stdout)
    some = json.loads(arusha("assess", "spread", file, "--by", "disagreement", "--limit", 2, "--format", "json").stdout)
    assert [each["id"] for each in whole["questions"]] == ["1.a.1", "1.a.2", "1.a.3", "1.b.1", "2.a.1"]
    assert [each["id"] for each in some["questions"]] == ["1.a.2", "1.b.1"]
    assert (whole["more"], some["more"], some["factors"]) == (0, 3, whole["factors"])
    measures = [(each["median"], each["lowest"], each["highest"]) for each in some["questions"]]
    assert measures == [(2, 0, 4), (1.5, 1, 2)]
    told = arusha("assess", "spread", file, "--by", "disagreement", "--limit", 2).stdout
    assert "3 more questions" in told
    heads = told.splitlines()[0].split()
    assert heads.index("Median") < heads.index("Range") < heads.index("Consensus")
    assert arusha("assess", "spread", file, "--limit", 0).exit_code == 2


def test_nothing_is_said_of_a_vote_of_fewer_than_five_levels(arusha, file):
    told = json.loads(arusha("assess", "spread", file, "--format", "json").stdout)
    assert {"1.b.2", "2.a.2"} & {each["id"] for each in told["questions"]} == set()
    listed = arusha("assess", "agree", file, "--where", "consensus>=0", "--confirm", "--reason", "x", typed="n\n")
    assert not any(line.startswith(("1.b.2", "2.a.2")) for line in listed.stdout.splitlines())


# ---- what is typed while agreeing


def test_stopping_at_a_later_prompt_agrees_on_nothing(arusha, file):
    before = file.read_bytes()
    for typed in ("2\nq\n", "2\nSeen\nquit\n", "2\nSeen\nPorts\nq\n", "2\nSeen\nPorts\n3\nq\n"):
        told = arusha("assess", "agree", file, "1.a.2", typed=typed)
        assert "this question is not agreed on" in told.stdout
    assert file.read_bytes() == before


def test_what_cannot_be_kept_is_told_and_the_question_asked_again(arusha, file):
    told = arusha("assess", "agree", file, "1.a.2", typed=f"2\nSeen\n{'x' * 301}\ny\n1\nWhy\n\n2\nSeen\n\n")
    assert told.exit_code == 0
    assert "dissent.0.group" in told.stdout
    assert state(file).agreements["1.a.2"].dissent == ()


def test_a_whole_dissent_is_understood_where_a_group_is_asked_for_and_an_unknown_group_is_asked_about(arusha, file):
    typed = "2\nSeen\nPorts=1: not kept there\nPortz\nn\nBrokers\ny\n4\nThey say so\n\n"
    told = arusha("assess", "agree", file, "1.a.2", typed=typed)
    assert "“Portz” is none of the groups registered here (Ports)" in words(told)
    dissent = state(file).agreements["1.a.2"].dissent
    assert [(each.group, each.level, each.why) for each in dissent] == [
        ("Ports", 1, "not kept there"),
        ("Brokers", 4, "They say so"),
    ]
    given = arusha("assess", "agree", file, "1.a.1", "--level", 2, "--reason", "x", "--dissent", "Portz=1: y")
    assert "none of the groups registered here" in words(given)
    assert "registered" not in words(
        arusha("assess", "agree", file, "1.a.1", "--level", 2, "--reason", "x", "--dissent", "ports=1: y")
    )


def test_one_goes_back_and_elsewhere_while_agreeing(arusha, file):
    walked = arusha("assess", "agree", file, typed="b\n\nb\n2.a.1\n3.a.1\nf2\nq\n")
    assert shown_in_order(walked) == ["1.a.1", "1.a.2", "1.a.1", "2.a.1", "2.a.1"]
    assert "This is the first question." in walked.stdout
    assert "Question 3.a.1 is not among those asked here." in walked.stdout


def test_where_nothing_waits_it_is_said_whose_votes_go_on(arusha, file):
    assert words(arusha("assess", "agree", file, "3")) == "No question waits for an agreement."
    with AssessmentFile.open(file) as opened:
        opened.append([answering.answered("3.a.1", Answer(level=1), BANK, by="p1")])
    assert "1 question is still being scored" in words(arusha("assess", "agree", file, "3"))


# ---- what is to be done next


def test_status_tells_the_way_of_a_question_and_the_command_for_each_thing_open(arusha, file):
    def told():
        return words(arusha("assess", "status", file))

    def open_():
        return json.loads(arusha("assess", "status", file, "--format", "json").stdout)["open"]

    first = told()
    assert "scored in private → submitted, where somebody reviews it → agreed by the group → approved" in first
    assert f"arusha assess answer {file} --as PERSON" in first
    assert f"arusha assess agree {file} --by disagreement" in first
    assert open_()["agree"] == [*SCORES]
    arusha("assess", "submit", file, "1.a.1", "--by", "f1")
    assert open_()["review"] == ["1.a.1"]
    arusha("assess", "return", file, "1.a.1", "--why", "Which page?", "--by", "f1")
    assert open_()["mend"] == ["1.a.1"]
    assert f"arusha assess history {file}" in told()
    arusha("assess", "agree", file, "1.a.1", "--level", 2, "--reason", "x")
    assert open_()["approve"] == ["1.a.1"]
    late = arusha("assess", "submit", file, "1.a.1", "--by", "f1")
    assert "agreed already, so there is nothing left to submit" in words(late)
    assert "seal" not in open_()


def test_once_nothing_is_open_the_seal_is_next_and_after_it_nothing(arusha, start, tmp_path):
    path = start(tmp_path / "full.arusha", {question.id: 2 for question in BANK.questions})
    assert f"arusha assess seal {path}" in words(arusha("assess", "status", path))
    arusha("assess", "seal", path, "--yes")
    assert json.loads(arusha("assess", "status", path, "--format", "json").stdout)["open"] == {}


def test_what_nobody_is_asked_to_score_is_the_teams_to_answer(arusha, start, tmp_path):
    path = start(tmp_path / "team.arusha", {question.id: 2 for question in BANK.questions[1:]})
    arusha("assess", "people", "add", path, "--role", "facilitator")
    assert json.loads(arusha("assess", "status", path, "--format", "json").stdout)["open"] == {"answer": ["1.a.1"]}
    assert words(arusha("assess", "status", path)).endswith(
        f"1 question is still to be answered: arusha assess answer {path}"
    )


def test_a_persons_status_tells_only_what_is_theirs(arusha, file):
    told = json.loads(arusha("assess", "status", file, "--as", "p1", "--format", "json").stdout)
    assert set(told["open"]) == {"answer"}
    assert f"arusha assess answer {file} --as p1" in words(arusha("assess", "status", file, "--as", "p1"))


# ---- one's own answers


def test_ones_own_answers_are_shown_to_who_has_the_code_and_to_nobody_else(arusha, refused, file):
    own = ("assess", "answers", file, "--as", "p1", "1")
    shown = arusha(*own, "--code", CODE)
    assert "Level 0" in shown.stdout
    assert "Level 2" in arusha(*own, typed=f"{CODE}\n").stdout
    for wrong in ("AAAA-BBBB-CCCC-DDDE", "x"):
        refused(arusha(*own, "--code", wrong), "not the code")
    assert arusha(*own).exit_code == 1, "nothing typed"
    refused(arusha("assess", "answers", file, "--as", "p2", "--code", CODE), "has no code")
    refused(arusha("assess", "answers", file, "--code", CODE), "--as")
    refused(arusha("assess", "answers", file, "--as", "p77", "--code", CODE), "nobody here")
    data = json.loads(arusha("assess", "answers", file, "1", "--format", "json").stdout)
    assert {each["basis"] for each in data["answers"]} == {"mean"}, "without a code only what stands"
    assert "1.b.2" not in {each["id"] for each in data["answers"]}, "only four gave a level"


def test_an_answer_is_listed_with_its_note_its_evidence_and_its_reason(arusha, file):
    piece = Evidence(text="Order 6", date="2026-03", link="https://example.org/6")
    with AssessmentFile.open(file) as opened:
        new = {
            "3.a.1": Answer(level=2, note="Ports only", evidence=(piece,)),
            "3.a.2": Answer(not_applicable="No rail"),
        }
        opened.append([answering.answered(key, answer, BANK, by="p1") for key, answer in new.items()])
    own = ("assess", "answers", file, "--as", "p1", "--code", CODE, "3.a")
    told = arusha(*own).stdout
    for text in (
        "Level 2 (",
        "Note: Ports only",
        "Order 6 · https://example.org/6 · March 2026",
        "Not applicable: No rail",
    ):
        assert text in told
    data = json.loads(arusha(*own, "--format", "json").stdout)
    assert [each["id"] for each in data["answers"]] == ["3.a.1", "3.a.2"]
    assert data["answers"][0]["evidence"][0]["text"] == "Order 6"
    assert data["unanswered"] == [q.id for q in BANK.questions if q.element == "3.a"][2:]


def test_the_answers_of_the_whole_team_are_listed_without_a_code(arusha, start, tmp_path):
    path = start(tmp_path / "team.arusha", {"1.a.1": 3})
    told = arusha("assess", "answers", path, "1.a").stdout
    assert "Level 3" in told
    assert "Unanswered: 1.a.2, 1.a.3" in told


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("sealed", [False, True])
def test_the_answers_of_a_round_are_what_stands_and_on_what_it_rests(arusha, file, sealed, language):
    agreed = ("--level", "3", "--reason", "The order was shown", "--dissent", "Ports=1: nobody there has seen it")
    assert arusha("assess", "agree", file, "1.a.1", *agreed).exit_code == 0
    with AssessmentFile.open(file) as opened:
        opened.append([answering.answered("3.a.1", Answer(level=1, note="Partly"), BANK)])
    assert not sealed or arusha("assess", "seal", file, "--yes").exit_code == 0
    say, listed = phrases(language), ("assess", "answers", file, "--lang", language)
    found = {each["id"]: each for each in json.loads(arusha(*listed, "--format", "json").stdout)["answers"]}
    assert {key: found[key]["basis"] for key in found} == {
        key: {"1.a.1": "agreed", "3.a.1": "answered"}.get(key, "mean") for key in state(file).standing
    }
    assert (found["1.a.1"]["level"], found["1.a.1"]["reason"]) == (3, "The order was shown")
    assert found["1.a.1"]["dissent"] == [{"group": "Ports", "level": 1, "why": "nobody there has seen it"}]
    assert (found["3.a.1"]["level"], found["3.a.1"]["note"]) == (1, "Partly")
    assert found["1.b.1"]["level"] == 1.5
    told = words(arusha(*listed))
    for text in (*(say(f"basis.{each}") for each in ("agreed", "answered", "mean")), "The order was shown", "Partly"):
        assert text in told
    assert f"Ports {say('state.level', level=1)} (-2)" in told


def test_an_answer_that_one_goes_back_to_is_shown_whole_and_a_skip_is_told(arusha, assessment_file):
    told = arusha("assess", "answer", assessment_file, "--factor", 1, typed="3\nSeen\nOrder 6\n\n\n\nb\n\n\nq\n").stdout
    assert "Answer so far: Level 3" in told
    assert "Note: Seen\n  Evidence: Order 6\n" in told
    assert "1.a.1 stays as it was answered." in told
    assert "1.a.2 is left open." in told
    assert f"arusha assess answer {assessment_file} --factor 1" in told


def test_the_command_that_goes_on_keeps_person_and_factor(arusha, file):
    told = arusha("assess", "answer", file, "--as", "p1", "--factor", 3, typed="q\n").stdout
    assert f"arusha assess answer {file} --factor 3 --as p1\n" in told


def test_the_history_of_many_questions_is_one_short_line(arusha, file):
    arusha("assess", "close", file, "3", "4", "--by", "f1")
    last = arusha("assess", "history", file).stdout.splitlines()[-1]
    assert len(last) < 120
    n = len(BANK.of_factor(3)) + len(BANK.of_factor(4)) - 6
    assert f"and {n} more" in last


# ---- the commands that `status` prints


def printed(arusha, file, *options):
    """The commands that `status` prints, without the program's name."""
    lines = arusha("assess", "status", file, *options).stdout.splitlines()
    return [line.split()[1:] for line in lines if line.startswith("  arusha ")]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_question_sent_back_is_agreed_on_again_by_the_commands_that_status_prints(arusha, file, language):
    for key in ("1.a.1", "1.a.2"):
        assert arusha("assess", "agree", file, key, "--level", "2", "--reason", "So it is").exit_code == 0
    assert arusha("assess", "return", file, "1.a.1", "--why", "Bring the order", "--by", "f1").exit_code == 0
    commands = [words for words in printed(arusha, file, "--lang", language) if "1.a.1" in words]
    assert [words[1] for words in commands] == ["history", "agree", "submit"]
    history, agree, submit = commands
    assert "Bring the order" in arusha(*history).stdout
    walked = arusha(*agree, "--lang", language, typed="3\nBrought\n\n").stdout
    assert "Bring the order" in walked
    assert "1.a.2" not in walked, "what was not sent back stays agreed"
    assert state(file).standing["1.a.1"].level == 3
    assert arusha("assess", "return", file, "1.a.1", "--why", "Once more", "--by", "f1").exit_code == 0
    assert arusha(*submit).exit_code == 0
    assert "1.a.1" in arusha("assess", "agree", file, typed="q\n").stdout


def test_a_question_sent_back_is_not_agreed_on_with_many_others(arusha, file):
    assert arusha("assess", "agree", file, "1.a.3", "--level", "3", "--reason", "So it is").exit_code == 0
    assert arusha("assess", "return", file, "1.a.3", "--why", "Bring the order", "--by", "f1").exit_code == 0
    arusha("assess", "agree", file, "--where", "consensus>=0.9", "--confirm", "--reason", "Plain", "--yes")
    assert state(file).agreements["1.a.3"].reason == "So it is"


def test_every_command_that_status_prints_runs_as_it_stands(arusha, file):
    """With several people of every role, so that each command must say who acts."""
    with AssessmentFile.open(file) as opened:
        opened.append([Person(id="f2", role=Role.FACILITATOR), Person(id="a2", role=Role.APPROVER)])
    by = ("--by", "f2")
    assert arusha("assess", "submit", file, "1.a.2", *by).exit_code == 0
    for key in ("1.a.1", "1.b.1"):
        assert arusha("assess", "agree", file, key, "--level", "2", "--reason", "So it is", *by).exit_code == 0
    assert arusha("assess", "return", file, "1.b.1", "--why", "Bring the order", *by).exit_code == 0
    commands = printed(arusha, file)
    assert {words[1] for words in commands} >= {"agree", "return", "history", "submit", "approve"}
    for words in commands:
        if words[1] != "answer":
            result = arusha(*words, typed="q\n")
            assert result.exit_code == 0, (words, result.output)


def test_questions_are_named_by_what_they_are_the_whole_of(file):
    assessment = state(file)
    whole = [question.id for question in BANK.questions if question.factor == 1]
    assert people.scopes(assessment, whole) == ("1",)
    assert people.scopes(assessment, [*whole[1:], "2.a.1"])[-1] == "2.a.1"
    for chosen in (whole, whole[1:], ["1.a.1"], [question.id for question in BANK.questions]):
        assert [question.id for question in people.asked(assessment, people.scopes(assessment, chosen))] == chosen


# ---- closing


def test_all_closes_every_question_that_has_scores_and_no_other(arusha, tmp_path):
    path = tmp_path / "a.arusha"
    with AssessmentFile.create(path, *openings.opening("Testland Customs", None, "en", BANK)) as opened:
        opened.append([Person(id=f"p{n}") for n in range(1, 4)])
        opened.append([answering.answered(key, Answer(level=1), BANK, by="p1") for key in ("1.a.1", "8.d.1")])
    assert arusha("assess", "close", path, "all").exit_code == 0
    assert state(path).closed == {"1.a.1", "8.d.1"}
    told = words(arusha("assess", "close", "--help"))
    for scope in ("key factor", "element", "question", "gender", "all"):
        assert scope in told


@pytest.mark.parametrize("language", ["en", "fr"])
def test_taking_a_file_names_the_questions_that_its_scores_leave_to_be_closed_and_the_command(
    arusha, tmp_path, language
):
    path, scores = tmp_path / "a.arusha", tmp_path / "scores.json"
    element = [question.id for question in BANK.questions if question.factor == 8][:7]
    with AssessmentFile.create(path, *openings.opening("Testland Customs", None, "en", BANK)) as opened:
        opened.append([Person(id="p1")])
    answers = {key: {"level": 2} for key in element}
    head = {"questionnaire": BANK.id, "version": BANK.version, "respondent": {"id": "p1"}}
    scores.write_text(json.dumps(head | {"answers": answers}), encoding="utf-8")
    told = arusha("assess", "collect", path, scores, "--lang", language).stdout
    listed = told[: told.index("arusha")]
    assert all(key in listed for key in element[:5])
    assert element[5] not in listed
    command = next(line for line in told.splitlines() if line.startswith("  arusha ")).split()[1:]
    assert arusha(*command).exit_code == 0
    assert state(path).closed == set(element)


# ---- how far the round is


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sealed_round_says_so_and_what_comes_next(arusha, file, tmp_path, monkeypatch, language):
    assert arusha("assess", "seal", file, "--yes").exit_code == 0
    monkeypatch.chdir(tmp_path)
    said = words(arusha("assess", "status", file, "--lang", language))
    commands = printed(arusha, file, "--lang", language)
    assert [each[:2] for each in commands] == [["assess", "report"], ["plan", "new"]]
    assert phrases(language)("work.sealed.other", n=6, file=file).split(",")[0] in said
    for absent in ("work.way", "work.nobody"):
        assert phrases(language)(absent) not in said
    assert all(arusha(*each).exit_code == 0 for each in commands)
    data = json.loads(arusha("assess", "status", file, "--format", "json").stdout)
    assert (data["sealed"], data["waiting"], data["open"]) == (state(file).fingerprint, [], {})


def test_the_lens_is_counted_with_the_key_factors_so_that_the_sums_agree(arusha, tmp_path):
    path = tmp_path / "lens.arusha"
    assert arusha("assess", "new", path, "--administration", "Testland Customs", "--gender").exit_code == 0
    arusha("assess", "answer", path, "--gender", typed="2\n\n\nq\n")
    data = json.loads(arusha("assess", "status", path, "--format", "json").stdout)
    parts = [*data["factors"], data["gender"]]
    for name in ("questions", "standing", "to_agree", "draft"):
        assert sum(each[name] for each in parts) == data["total"][name]
    assert data["total"]["questions"] - data["total"]["standing"] == len(data["open"]["answer"])
    assert data["gender"]["standing"] == 1
    told = arusha("assess", "status", path).stdout
    assert re.search(rf"Gender .* {data['gender']['questions']} +1\b", told)
    assert re.search(rf"All  .* {data['total']['questions']} +1\b", told)
