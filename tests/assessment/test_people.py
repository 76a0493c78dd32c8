"""People by group: whose questions are whose, private scores first, and who may do what."""

import json

import pytest

from assessment.people import Assignment, Person, Role, due, expected
from kb.library.knowledge import load


@pytest.fixture
def group(arusha, tmp_path):
    """An assessment of six respondents, a facilitator, a reviewer and an approver."""
    file = tmp_path / "g.arusha"
    arusha("assess", "new", file, "--administration", "Testland Customs", "--quick")
    for unit in ("Headquarters", "Ports", "Airport", "Audit", "Human resources"):
        arusha("assess", "people", "add", file, "--unit", unit)
    arusha("assess", "people", "add", file, "--side", "business", "--unit", "Brokers")
    for role in ("facilitator", "reviewer", "approver"):
        arusha("assess", "people", "add", file, "--role", role, "--id", role)
    return file


@pytest.fixture
def scored(arusha, group, tmp_path):
    """Give private scores of one question, one for each respondent from the first on."""

    def give(levels, question="1.a.1"):
        for number, level in enumerate(levels, 1):
            path = tmp_path / f"p{number}.json"
            head = {
                "questionnaire": "self-assessment",
                "version": load().bank.version,
                "respondent": {"id": f"p{number}"},
            }
            path.write_text(json.dumps(head | {"answers": {question: {"level": level}}}))
            assert arusha("assess", "collect", group, path).exit_code == 0
        return group

    return give


def data(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_question_assigned_to_nobody_is_every_respondents(bank):
    people = [Person(id="p1"), Person(id="p2", unit="Audit"), Person(id="boss", role=Role.APPROVER)]
    question = bank.by_id["8.d.1"]
    assert [p.id for p in expected(question, people, [])] == ["p1", "p2"]
    assert [p.id for p in expected(question, people, [Assignment(scope="9", person="p1")])] == ["p1", "p2"]


@pytest.mark.parametrize("scope", ["8", "8.d", "8.d.1"])
def test_an_assigned_question_is_asked_of_the_person_or_the_unit_alone(bank, scope):
    people = [Person(id="p1"), Person(id="p2", unit="Audit"), Person(id="p3", unit="audit", left=True)]
    question, other = bank.by_id["8.d.1"], bank.by_id["9.a.1"]
    for assignment in (Assignment(scope=scope, person="p2"), Assignment(scope=scope, unit="AUDIT")):
        assert [p.id for p in expected(question, people, [assignment])] == ["p2"]
        assert [p.id for p in expected(other, people, [assignment])] == ["p1", "p2"]


def test_the_earliest_day_counts(bank):
    person = Person(id="p1", unit="Audit")
    days = [
        Assignment(scope="8", person="p1", due="2026-05-01"),
        Assignment(scope="8.d", unit="Audit", due="2026-04-01"),
    ]
    assert due(bank.by_id["8.d.1"], person, days) == "2026-04-01"
    assert due(bank.by_id["9.a.1"], person, days) is None


def test_scores_are_private_until_everyone_asked_has_scored(arusha, group, scored):
    scored([3, 1, 4, 1, 2])
    early = data(arusha("assess", "spread", group, "--format", "json"))
    assert (early["questions"], early["private"]) == ([], ["1.a.1"])
    assert data(arusha("assess", "score", group, "--format", "json"))["factors"][0]["score"] is None
    scored([3, 1, 4, 1, 2, 1])
    late = data(arusha("assess", "spread", group, "--format", "json"))
    assert late["questions"][0]["counts"] == [0, 3, 1, 1, 1]
    assert data(arusha("assess", "score", group, "--format", "json"))["factors"][0]["score"] == 50


def test_the_facilitator_may_close_a_question_and_then_no_more_is_waited_for(arusha, group, scored):
    scored([4, 0, 4, 0, 2])
    assert arusha("assess", "agree", group, "1.a.1", "--level", 2, "--reason", "x").exit_code == 2
    arusha("assess", "close", group, "1.a.1")
    assert data(arusha("assess", "spread", group, "--format", "json"))["questions"][0]["mean"] == 2
    late = arusha("assess", "collect", group, group.with_name("p2.json"))
    assert late.exit_code == 2, "nothing is taken any more, whether it is new or stands there already"


def test_no_output_names_a_person_beside_a_private_score(arusha, group, scored, tmp_path):
    scored([3, 1, 4, 1, 2, 1])
    report = tmp_path / "r.html"
    arusha("assess", "report", group, "-o", report)
    told = arusha("assess", "history", group).stdout + arusha("assess", "spread", group).stdout
    for line in told.splitlines():
        if "1.a.1" in line:
            assert not any(f"p{n}" in line for n in range(1, 7)), line
    assert not any(f">p{n}<" in report.read_text(encoding="utf-8") for n in range(1, 7))
    assert "Level" not in arusha("assess", "history", group, "1.a.1").stdout


def test_agreement_keeps_reason_and_dissent_and_stands_over_the_mean(arusha, group, scored, stands):
    scored([3, 1, 4, 1, 2, 1])
    words = ("--level", 3, "--reason", "The policy was shown", "--dissent", "Ports=1: nobody there has seen it")
    result = arusha("assess", "agree", group, "1.a.1", *words)
    assert result.exit_code == 0
    standing = stands(group).standing["1.a.1"]
    assert (standing.level, standing.basis, standing.reason) == (3, "agreed", "The policy was shown")
    assert [(d.group, d.level, d.why) for d in standing.dissent] == [("Ports", 1, "nobody there has seen it")]
    assert standing.spread.counts == (0, 3, 1, 1, 1)
    assert arusha("assess", "collect", group, group.with_name("p1.json")).exit_code == 2
    told = arusha("assess", "agree", group, "1.b.2", "--level", 3, "--reason", "x")
    assert told.exit_code == 2 or "1.b.2" not in stands(group).bank.by_id


def test_states_go_their_way_and_each_change_says_who_and_why(arusha, group, scored, stands):
    scored([2, 2, 2, 2, 2, 2])
    assert arusha("assess", "approve", group, "1.a.1").exit_code == 2, "not agreed yet"
    steps = [
        ("submit", "1.a.1", "--by", "facilitator"),
        ("return", "1.a.1", "--by", "reviewer", "--why", "Where is the letter?"),
        ("agree", "1.a.1", "--level", 2, "--reason", "All see it so"),
        ("approve", "1.a.1"),
    ]
    for command, question, *more in steps:
        result = arusha("assess", command, group, question, *more)
        assert result.exit_code == 0, result.output
    moves = stands(group).moves["1.a.1"]
    assert [(m.to.value, m.by, m.why) for m in moves] == [
        ("submitted", "facilitator", ""),
        ("changes_requested", "reviewer", "Where is the letter?"),
        ("agreed", "facilitator", "All see it so"),
        ("approved", "approver", ""),
    ]
    assert arusha("assess", "agree", group, "1.a.1", "--level", 3, "--reason", "x").exit_code == 2


def test_only_who_holds_the_role_may_approve(arusha, group, scored, refused):
    scored([2, 2, 2, 2, 2, 2])
    arusha("assess", "agree", group, "1.a.1", "--level", 2, "--reason", "x")
    refused(arusha("assess", "approve", group, "1.a.1", "--by", "p1"), "p1 is a respondent", "approver")
    refused(arusha("assess", "approve", group, "1.a.1", "--by", "p99"), "nobody here")


def test_reopening_sets_an_agreement_aside_and_keeps_it_in_the_history(arusha, group, scored, stands):
    scored([1, 1, 1, 1, 1, 3])
    arusha("assess", "agree", group, "1.a.1", "--level", 1, "--reason", "Agreed too soon")
    arusha("assess", "reopen", group, "1.a.1")
    assert stands(group).standing["1.a.1"].basis == "mean"
    assert "Agreed too soon" in arusha("assess", "history", group, "1.a.1").stdout


def test_my_questions_are_only_those_asked_of_me(arusha, group):
    arusha("assess", "people", "assign", group, "8", "--unit", "human resources", "--due", "2026-01-31")
    told = data(arusha("assess", "status", group, "--format", "json"))["waiting"]
    asked = {row["person"]: (len(row["questions"]), row["due"]) for row in told}
    assert asked["p5"] == (20, "2026-01-31")
    assert asked["p1"] == (18, None)
    mine = arusha("assess", "status", group, "--as", "p1").stdout
    assert "8." not in mine
    assert "overdue" in arusha("assess", "status", group, "--as", "p5").stdout


def test_a_person_answers_only_what_is_asked_of_them_and_privately(arusha, group, stands):
    arusha("assess", "people", "assign", group, "1", "--to", "p2")
    result = arusha("assess", "answer", group, "--as", "p2", "--factor", 1, typed="3\n\n\nq\n")
    assert "private" in result.stdout
    assert stands(group).given["1.a.1"].keys() == {"p2"}
    nothing = arusha("assess", "answer", group, "--as", "p1", "--factor", 1, typed="q\n")
    assert nothing.exit_code == 0
    assert "nothing to answer" in nothing.stdout


def test_names_are_kept_only_where_they_are_turned_on(arusha, group, refused):
    refused(arusha("assess", "people", "add", group, "--id", "p1", "--name", "Ana"), "names are not kept")
    arusha("assess", "people", "names", group, "on")
    arusha("assess", "people", "add", group, "--id", "p1", "--name", "Ana")
    assert "Ana" in arusha("assess", "people", "list", group).stdout
    arusha("assess", "people", "names", group, "off")
    assert "Ana" not in arusha("assess", "people", "list", group).stdout


def test_the_sex_of_a_person_is_read_in_older_files_and_kept_in_no_new_entry():
    person = Person(id="p1", unit="Ports", sex="female")
    assert person.model_dump(mode="json", exclude_defaults=True) == {"id": "p1", "unit": "Ports"}


def test_the_sex_of_a_person_is_asked_for_nowhere(arusha, group):
    assert "--sex" not in arusha("assess", "people", "add", "--help").stdout
    assert arusha("assess", "people", "add", group, "--sex", "female").exit_code == 2


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("people", "assign", "FILE", "11", "--to", "p1"), "“11” is no key factor"),
        (("people", "assign", "FILE", "8", "--to", "p77"), "nobody here"),
        (("people", "assign", "FILE", "8", "--unit", "Moon"), "nobody here is of the unit"),
        (("people", "assign", "FILE", "8", "--undo", "--to", "p1"), "8 is not assigned to p1"),
        (("people", "assign", "FILE", "8"), "goes to a person or to a unit"),
        (("people", "assign", "FILE", "8", "--to", "p1", "--due", "soon"), "“soon” is not a date"),
        (("people", "add", "FILE", "--id", "a b"), "does not have the right form"),
        (("agree", "FILE", "1.a.1", "--reason", "x"), "exactly one of --level"),
        (("agree", "FILE", "--level", "2", "--reason", "x"), "are for one question"),
        (("agree", "FILE", "11"), "“11” is no key factor"),
        (("agree", "FILE", "1.a.1", "--level", "2"), "needs its reason"),
        (("agree", "FILE", "8", "--level", "2", "--reason", "x"), "is not a question"),
        (("agree", "FILE", "1.a.1", "--level", "2", "--reason", "x", "--dissent", "Ports"), "is not a dissent"),
        (("close", "FILE", "1.z"), "“1.z” is no key factor"),
        (("submit", "FILE", "1.a.1", "--by", "facilitator"), "no answer that stands"),
        (("answer", "FILE", "--as", "p77"), "nobody here"),
    ],
)
def test_what_cannot_be_is_one_sentence(arusha, group, refused, words, part):
    before = group.read_bytes()
    refused(arusha("assess", *[group if word == "FILE" else word for word in words]), part)
    assert group.read_bytes() == before


def test_going_through_what_waits_for_an_agreement(arusha, group, scored, stands):
    scored([0, 4, 0, 4, 0, 4])
    typed = "7\n2\nSeen and discussed\nAirport\n0\nNo sign of it\n\n"
    result = arusha("assess", "agree", group, "--by", "facilitator", typed=typed)
    assert result.exit_code == 0
    assert "“7” is not an answer" in result.stdout
    standing = stands(group).standing["1.a.1"]
    assert (standing.level, standing.reason, standing.dissent[0].group) == (2, "Seen and discussed", "Airport")
    assert "consensus 0.00" in result.stdout
    assert "Median 2, range 0–4. Mean" in " ".join(result.stdout.split())
    again = arusha("assess", "agree", group, "--by", "facilitator", "--lang", "fr")
    assert "Aucune question n’attend d’accord" in again.stdout
