"""Copies that grew apart: joined, they are what one file would be; nothing is lost, nothing private is shown, nothing comes twice."""

import json
import shutil
from pathlib import Path

import forging
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import replay
from assessment.answers import Answer
from assessment.events import as_kept
from assessment.exchange import as_json
from assessment.rounds import answering, people
from assessment.rounds import opening as openings
from assessment.storing.journal import sha256
from assessment.storing.sqlite import AssessmentFile
from kb.base.interface import phrases
from kb.library.knowledge import load

SECRET = "canary-of-a-person"
RISK = {"process": "Yard", "vulnerability": "inspection", "likelihood": 2, "impact": 3}
CODE = "AAAA-BBBB-CCCC-DDDD"


def team(question, level, note=""):
    return as_kept(answering.answered(question, Answer(level=level, note=note), load().bank))


def score(question, person, level, note=SECRET):
    return as_kept(answering.answered(question, Answer(level=level, note=note), load().bank, by=person))


def person(key, unit="Audit"):
    return "person", {"id": key, "unit": unit}


def agreed(question, level, by="facilitator"):
    return "agreed", {"question": question, "by": by, "answer": {"level": level}, "reason": f"We saw {level}"}


def shut(kind, *questions):
    return kind, {"questions": list(questions), "by": "facilitator"}


def add(path, *entries, attached=()):
    with AssessmentFile.open(path) as file:
        file.append(entries, attached)


@pytest.fixture
def apart(tmp_path, start, arusha):
    """Two copies of one file, each with what was done in it alone; and a way to join the second into the first."""

    def make(common=(), a=(), b=()):
        first = start(tmp_path / "a.arusha", {"1.a.1": 1})
        if common:
            add(first, *common)
        second = Path(shutil.copyfile(first, tmp_path / "b.arusha"))
        if a and b and a[0] == b[0]:  # in the same second it would be one entry more in common
            b = [team("9.a.1", 0), *b]
        for path, entries in ((first, a), (second, b)):
            if entries:
                add(path, *entries)
        return first, second

    return make


@pytest.fixture
def join(arusha):
    def run(a, b, *words, lang="en"):
        done = arusha("assess", "join", a, b, "--yes", "--lang", lang, *words)
        assert (done.exit_code, done.stderr) == (0, ""), done.output
        assert SECRET not in done.stdout
        verified = arusha("assess", "verify", a)
        assert "the chain is whole" in verified.stdout or "chaîne est intacte" in verified.stdout
        return " ".join(done.stdout.split())

    return run


# What was done apart is what it would be done together


def _entries(of, step, state):
    """One step of work on an assessment, as a person at this file would do it: with the next free ids."""
    kind, number, level = step
    mine = [q.id for q in state.bank.questions if (q.factor <= 5) == (of == "a")]
    question = mine[number % len(mine)]
    if kind == "answer":
        return [team(question, level)] if question not in state.given else []
    if kind == "score":
        key = f"p{len(state.people) + 1}"
        scored = [] if question in state.answers else [score(question, key, level)]
        return [person(key, f"{of} {number}"), *scored, ("assigned", {"scope": question, "person": key})]
    if kind == "agree":
        return [agreed(question, level)]
    if kind == "evidence":
        return [("evidence", {"id": f"e{len(state.evidence) + 1}", "text": f"{of} {number}", "questions": [question]})]
    risk, action = f"r{len(state.risks) + 1}", f"a{len(state.actions) + 1}"
    return [
        ("risk", {"id": risk, "text": f"{of} {number}", **RISK}),
        ("action", {"id": action, "origin": {"risk": risk}, "problem": f"{of} {number}"}),
        ("monitored", {"action": action, "date": "2026-01-05", "note": f"{of} {level}"}),
    ]


def _work(path, script):
    with AssessmentFile.open(path) as file:
        for of, step in script:
            file.change(
                lambda found, of=of, step=step: _entries(of, step, replay.state(found, load().bank, file.attachment))
            )


def _amounts(path):
    with AssessmentFile.open(path) as file:
        a = replay.read(file, load().bank)
    return a.standing, a.given, a.people, a.assignments, a.agreements, a.evidence, a.risks, a.actions, a.uncounted


steps = st.lists(
    st.tuples(st.sampled_from(["answer", "score", "agree", "evidence", "risk"]), st.integers(0, 20), st.integers(0, 4)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=10, deadline=None)
@given(a=steps, b=steps)
def test_disjoint_work_joined_is_as_all_done_in_one_file_either_way_round(a, b, tmp_path_factory, arusha):
    folder = tmp_path_factory.mktemp("apart")
    begun = folder / "begun.arusha"
    AssessmentFile.create(begun, *openings.opening("Testland Customs", None, "en", load().bank, "quick")).close()
    one, other = [("a", step) for step in a], [("b", step) for step in b]
    for first, second in ((one, other), (other, one)):
        apart, copy, together = (folder / name for name in ("apart", "copy", "together"))
        for path, script in ((apart, first), (copy, second), (together, first + second)):
            shutil.copyfile(begun, path)
            _work(path, script)
        if not _new(begun, copy):
            continue
        done = arusha("assess", "join", apart, copy, "--yes")
        assert done.exit_code == 0, done.output
        assert "Changed in both" not in done.stdout
        assert _amounts(apart) == _amounts(together)


def _new(begun, copy):
    return len(forging.lines(copy)) > len(forging.lines(begun))


# Conflicts

CONFLICTS = {
    "answer": (
        [team("2.a.1", 3, "ours")],
        [team("2.a.1", 1, "theirs")],
        lambda a: a.answers["2.a.1"].level,
        (3, 1),
    ),
    "agreement": ([agreed("2.a.1", 3)], [agreed("2.a.1", 1)], lambda a: a.agreements["2.a.1"].answer.level, (3, 1)),
    "agreement and its reopening": (
        [agreed("2.a.1", 3)],
        [shut("reopened", "2.a.1")],
        lambda a: "2.a.1" in a.agreements,
        (True, False),
    ),
    "closing of the vote": (
        [shut("reopened", "3.a.1")],
        [shut("reopened", "3.a.1", "4.a.1"), shut("closed", "3.a.1")],
        lambda a: "3.a.1" in a.closed,
        (False, True),
    ),
    "person": ([person("p1", "Ours")], [person("p1", "Theirs")], lambda a: a.people["p1"].unit, ("Ours", "Theirs")),
    "evidence": (
        [("evidence", {"id": "e1", "text": "ours"})],
        [("evidence", {"id": "e1", "text": "theirs", "withdrawn": True})],
        lambda a: a.evidence["e1"].text,
        ("ours", "theirs"),
    ),
    "risk": (
        [("risk", {"id": "r1", "text": "ours", **RISK})],
        [("risk", {"id": "r1", "text": "theirs", **RISK})],
        lambda a: a.risks["r1"].text,
        ("ours", "theirs"),
    ),
    "action": (
        [("action", {"id": "a1", "origin": {"risk": "r1"}, "problem": "ours"})],
        [("action", {"id": "a1", "origin": {"risk": "r1"}, "problem": "theirs"})],
        lambda a: a.actions["a1"].problem,
        ("ours", "theirs"),
    ),
    "assignment to": (
        [("assigned", {"scope": "8", "person": "p1", "due": "2027-01-01"})],
        [("unassigned", {"scope": "8", "person": "p1"})],
        lambda a: [each.due for each in a.assignments],
        (["2027-01-01"], []),
    ),
    "keeping of names": (
        [("names", {"on": False}), ("names", {"on": True})],
        [("names", {"on": False})],
        lambda a: a.names,
        (True, False),
    ),
    "own questions and weights": (
        [("tailored", {"weights": {"2.a.1": 3}})],
        [("tailored", {"weights": {"2.a.1": 1}})],
        lambda a: a.own.weights["2.a.1"],
        (3, 1),
    ),
    "code of this person": (
        [as_kept(people.code_given("p1", "A" * 16))],
        [as_kept(people.code_given("p1", "B" * 16))],
        lambda a: a.codes["p1"],
        (people.code_given("p1", "A" * 16).sha256, people.code_given("p1", "B" * 16).sha256),
    ),
}
COMMON = [
    person("p1"),
    ("evidence", {"id": "e1", "text": "common"}),
    ("risk", {"id": "r1", "text": "common", **RISK}),
    ("action", {"id": "a1", "origin": {"risk": "r1"}, "problem": "common"}),
    shut("closed", "3.a.1", "4.a.1"),
]


@pytest.mark.parametrize("what", CONFLICTS)
@pytest.mark.parametrize("prefer", ["A", "B"])
def test_of_what_both_changed_one_stands_and_both_stay_in_the_journal(what, prefer, apart, join, stands):
    mine, theirs, value, (ours, others) = CONFLICTS[what]
    a, b = apart(COMMON, mine, theirs)
    told = join(a, b, "--prefer", prefer)
    assert value(stands(a)) == (ours if prefer == "A" else others)
    assert "Changed in both" in told
    assert what.removesuffix(" and its reopening") in told
    kept = [(kind, body) for _, kind, body in forging.lines(a)]
    assert all(entry in kept for entry in (*mine, *theirs))


def test_the_same_change_in_both_is_no_conflict(apart, join):
    same = [team("2.a.1", 3), agreed("3.a.1", 2), ("evidence", {"id": "e1", "text": "the same"})]
    a, b = apart(COMMON, same, same)
    assert "Changed in both" not in join(a, b)


def test_an_approval_stands_with_the_agreement_that_it_is_of(apart, join, stands):
    approved = ("moved", {"questions": ["2.a.1", "3.a.1"], "to": "approved", "by": "p1", "why": ""})
    a, b = apart((), [agreed("2.a.1", 3), agreed("3.a.1", 3), approved], [agreed("2.a.1", 1)])
    join(a, b)
    assert (stands(a).agreements["2.a.1"].answer.level, stands(a).state("2.a.1")) == (3, "approved")
    assert len(stands(a).moves["3.a.1"]) == 2


@pytest.mark.parametrize("level", [1, 3])
@pytest.mark.parametrize("prefer", ["A", "B"])
def test_of_a_private_score_in_both_only_whose_it_is_is_shown_equal_or_not(level, prefer, apart, join, stands):
    a, b = apart([person("p3")], [score("8.d.1", "p3", 3)], [score("8.d.1", "p3", level), shut("closed", "8.d.1")])
    told = join(a, b, "--prefer", prefer)
    assert "8.d.1 private score of p3" in told
    assert "Level" not in told
    assert stands(a).given["8.d.1"]["p3"].level == (3 if prefer == "A" else level)
    assert stands(a).vote("8.d.1").answers["p3"].level == (3 if prefer == "A" else level)


def test_private_scores_whose_vote_had_ended_stay_and_are_said_to_count_nothing(apart, join, stands, arusha):
    a, b = apart(
        [person("p1"), person("p2")],
        [score("8.d.1", "p1", 3), shut("closed", "8.d.1")],
        [score("8.d.1", "p2", 0), score("8.d.2", "p2", 1)],
    )
    assert "1 entry will stay in the history but count nothing" in join(a, b)
    assert stands(a).given["8.d.1"].keys() == {"p1"}
    assert stands(a).given["8.d.2"].keys() == {"p2"}
    assert "came after its vote had ended" in arusha("assess", "verify", a).stderr


# Ids


def test_what_comes_is_renumbered_with_everything_that_refers_to_it(apart, join, stands):
    def new(unit, action):
        return [
            person("p1", unit),
            people.code_given("p1", CODE),
            ("person", {"id": "head", "role": "facilitator", "unit": unit}),
            ("assigned", {"scope": "8", "person": "p1"}),
            score("8.d.1" if unit == "A" else "8.d.2", "p1", 2),
            ("closed", {"questions": ["8.d.2"] if unit == "B" else ["1.a.1"], "by": "head"}),
            agreed("8.d.2" if unit == "B" else "2.a.1", 2, by="head"),
            ("evidence", {"id": "e1", "text": unit, "questions": ["8.d.1"]}),
            ("risk", {"id": "r1", "text": unit, **RISK}),
            ("action", {"id": "a1", "origin": {"risk": "r1"}, "problem": action}),
            ("monitored", {"action": "a1", "date": "2026-01-05", "note": unit}),
            ("evidence", {"id": "e1", "text": unit, "questions": ["8.d.1"], "withdrawn": True, "why": unit}),
        ]

    a, b = apart((), new("A", "ours"), [*new("B", "theirs"), ("risk", {"id": "r2", "text": "second", **RISK})])
    told = join(a, b)
    for there, here in (("p1", "p2"), ("head", "head-1"), ("e1", "e2"), ("r1", "r2"), ("r2", "r3"), ("a1", "a2")):
        assert f"{there} of the copy becomes {here} here" in told
    assert "p2 was renumbered and needs a new code" in told
    found = stands(a)
    assert {key: each.unit for key, each in found.people.items()} == {"p1": "A", "head": "A", "p2": "B", "head-1": "B"}
    assert found.codes.keys() == {"p1"}
    assert [each.person for each in found.assignments] == ["p1", "p2"]
    assert (found.given["8.d.1"].keys(), found.given["8.d.2"].keys()) == ({"p1"}, {"p2"})
    assert found.moves["8.d.2"][-1].by == "head-1"
    assert {key: (each.text, each.why) for key, each in found.evidence.items()} == {"e1": ("A", "A"), "e2": ("B", "B")}
    assert {key: each.text for key, each in found.risks.items()} == {"r1": "A", "r2": "B", "r3": "second"}
    assert {key: each.origin.risk for key, each in found.actions.items()} == {"a1": "r1", "a2": "r2"}
    assert found.actions["a2"].results[0].note == "B"


def test_one_thing_entered_in_both_in_the_same_way_is_one_thing_and_people_with_other_codes_are_two(
    apart, join, stands
):
    both = [person("p1"), person("p2"), ("evidence", {"id": "e1", "text": "Order 5"})]
    a, b = apart(
        (), [*both, people.code_given("p2", CODE), team("2.a.1", 1)], [*both, people.code_given("p2", CODE[::-1])]
    )
    told = join(a, b)
    assert stands(a).people.keys() == {"p1", "p2", "p3"}
    assert stands(a).evidence.keys() == {"e1"}
    assert "p2 of the copy becomes p3 here" in told


# Again, and the other way round


def test_joined_again_the_same_copy_gives_only_what_is_new_under_the_same_ids(apart, join, stands, arusha, refused):
    a, b = apart(
        (),
        [("evidence", {"id": "e1", "text": "A"}), team("2.a.1", 3)],
        [("evidence", {"id": "e1", "text": "B"}), team("2.a.1", 1), person("p1")],
    )
    join(a, b, "--prefer", "B")
    before = a.read_bytes()
    refused(arusha("assess", "join", a, b, "--yes"), b, "has nothing that is not in the file already")
    assert a.read_bytes() == before
    add(b, ("evidence", {"id": "e1", "text": "B, renewed"}), ("evidence", {"id": "e2", "text": "B2"}), team("2.a.1", 2))
    told = join(a, b)
    assert "has 3 entries that are not here" in told
    assert "Changed in both" not in told, "A has not changed anything since it took the copy’s"
    assert {key: each.text for key, each in stands(a).evidence.items()} == {"e1": "A", "e2": "B, renewed", "e3": "B2"}
    assert stands(a).answers["2.a.1"].level == 2
    refused(arusha("assess", "join", a, b, "--yes"), "there is nothing to join")


def test_what_stood_as_ones_own_is_a_conflict_again_when_the_copy_changes_it_again(apart, join, stands):
    a, b = apart((), [team("2.a.1", 3)], [team("2.a.1", 1)])
    join(a, b)
    add(b, team("2.a.1", 2))
    assert "Changed in both" in join(a, b)
    assert stands(a).answers["2.a.1"].level == 3


def test_a_copy_that_has_taken_this_file_in_is_the_one_to_go_on_with(apart, join, arusha, refused):
    a, b = apart((), [team("2.a.1", 3)], [team("3.a.1", 1)])
    join(a, b)
    refused(arusha("assess", "join", b, a, "--yes"), a, "go on with that one")


def test_three_copies_are_joined_along_any_way(apart, join, stands, tmp_path, arusha, refused):
    a, b = apart((), [("evidence", {"id": "e1", "text": "A"})], [("evidence", {"id": "e1", "text": "B"})])
    c = start_copy(a, tmp_path / "c.arusha", 2)
    add(c, ("evidence", {"id": "e1", "text": "C"}), team("2.a.1", 1))
    join(b, c)
    join(a, b)
    assert {key: each.text for key, each in stands(a).evidence.items()} == {"e1": "A", "e2": "B", "e3": "C"}
    refused(arusha("assess", "join", a, c, "--yes"), "there is nothing to join")
    add(c, ("evidence", {"id": "e1", "text": "C, renewed"}), team("2.a.1", 2))
    assert "Changed in both" not in join(a, c)
    assert stands(a).evidence["e3"].text == "C, renewed"


def start_copy(path, to, entries):
    """A copy as it was when it had so many entries."""
    shutil.copyfile(path, to)
    forging.write(to, forging.lines(to)[:entries])
    return to


# What comes with it


def test_attachments_come_along_and_an_export_does_as_well_as_the_file(apart, join, tmp_path, arusha):
    a, b = apart((), [team("2.a.1", 3)])
    data = b"An order, as it was signed"
    piece = {"id": "e1", "text": "Order", "file": {"sha256": sha256(data), "name": "order.pdf", "size": len(data)}}
    add(b, ("evidence", piece), attached=[data])
    arusha("assess", "export", b, "-o", tmp_path / "b.json")
    other = Path(shutil.copyfile(a, tmp_path / "other.arusha"))
    join(a, b)
    join(other, tmp_path / "b.json")
    for path in (a, other):
        with AssessmentFile.open(path) as file:
            file.check()
            assert file.attachment(sha256(data)) == data
    assert [line[1:] for line in forging.lines(a)] == [line[1:] for line in forging.lines(other)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.arusha", "b.arusha", "b.json", "other.arusha"]


def test_the_entry_that_says_so_names_the_last_of_the_copy_and_the_last_in_common(apart, join, arusha):
    a, b = apart((), [team("2.a.1", 3)], [team("3.a.1", 1)])
    with AssessmentFile.open(b) as file:
        last, before = file.entries()[-1].hash, file.entries()[-2].hash
    join(a, b)
    (head,) = [body for _, kind, body in forging.lines(a) if kind == "joined"]
    assert head == {"until": last, "since": before, "entries": 1, "ids": {}}
    assert "A copy that grew apart was joined: 1 entry" in arusha("assess", "history", a).stdout
    with AssessmentFile.open(a) as file:
        text = as_json.as_text(file)
    assert json.loads(text)["journal"][-2]["kind"] == "joined"


def test_a_plan_after_its_round_is_joined_with_a_copy_of_it(tmp_path, start, arusha, join, stands):
    ours = start(tmp_path / "round.arusha", {"1.a.1": 1})
    add(ours, ("action", {"id": "a1", "origin": {"gaps": ["1.a.1"]}, "problem": "common"}))
    arusha("assess", "seal", ours, "--yes")
    a = tmp_path / "a.arusha"
    assert arusha("plan", "new", a, "--from", ours).exit_code == 0
    b = Path(shutil.copyfile(a, tmp_path / "b.arusha"))
    add(a, ("action", {"id": "a2", "origin": {"decision": "Board"}, "problem": "ours"}))
    add(
        b,
        ("action", {"id": "a2", "origin": {"decision": "Board"}, "problem": "theirs"}),
        ("monitored", {"action": "a1", "date": "2026-01-05"}),
    )
    join(a, b)
    with AssessmentFile.open(a) as file:
        actions = replay.read(file, load().bank, plan=True).actions
    assert {key: each.problem for key, each in actions.items()} == {"a1": "common", "a2": "ours", "a3": "theirs"}
    assert len(actions["a1"].results) == 1


# Refused, and then nothing is written


def sealed(path):
    add(path, ("sealed", {"answers": 1}))


def test_a_sealed_file_takes_nothing_and_a_seal_is_not_taken(apart, join, arusha, refused, stands):
    a, b = apart((), [team("2.a.1", 3)], [team("3.a.1", 1)])
    sealed(b)
    assert "Its seal is not taken" in join(a, b)
    assert stands(a).fingerprint is None
    refused(arusha("assess", "join", a, b, "--yes"), "there is nothing to join")
    before = b.read_bytes()
    refused(arusha("assess", "join", b, a, "--yes"), "is sealed and stays as it is")
    assert b.read_bytes() == before


def test_what_is_no_copy_is_refused(apart, tmp_path, start, arusha, refused, bank):
    a, b = apart((), [team("2.a.1", 3)], [team("3.a.1", 1)])
    stranger = tmp_path / "stranger.arusha"
    AssessmentFile.create(stranger, *openings.opening("Elsewhere", None, "en", bank)).close()
    sealed(b)
    arusha("plan", "new", tmp_path / "plan.arusha", "--from", b)
    (tmp_path / "empty.json").write_text("{}", encoding="utf-8")
    (tmp_path / "text.txt").write_text("1,2", encoding="utf-8")
    before = a.read_bytes()
    for other, part in (
        (stranger, "is no copy of the file"),
        (tmp_path / "plan.arusha", "is a plan, and the file is an assessment"),
        (a, "is the same file"),
        (tmp_path / "none.arusha", "there is no such file"),
        (tmp_path, "is a folder"),
        (tmp_path / "empty.json", "is not an exported assessment"),
        (tmp_path / "text.txt", "not readable as JSON"),
    ):
        refused(arusha("assess", "join", a, other, "--yes"), other, part)
    refused(arusha("assess", "join", tmp_path / "plan.arusha", a, "--yes"), "is an assessment, and the file is a plan")
    assert a.read_bytes() == before


@pytest.mark.parametrize("which", [0, 1])
def test_copies_of_which_one_went_over_to_newer_questions_are_refused(which, apart, arusha, refused, bank):
    copies = apart((), [team("2.a.1", 3)], [team("3.a.1", 1)])
    entry, attached = openings.upgraded(bank, "full", ())
    add(copies[which], entry, attached=attached)
    refused(arusha("assess", "join", *copies, "--yes"), "went over to newer questions")


@pytest.mark.parametrize("typed", ["", "n\n"])
def test_without_yes_nothing_is_written_unless_it_is_confirmed(typed, apart, arusha, stands):
    a, b = apart([person("p1")], [team("2.a.1", 3)], [team("2.a.1", 1), score("8.d.1", "p1", 1)])
    before = a.read_bytes()
    done = arusha("assess", "join", a, b, typed=typed)
    assert done.exit_code == 2
    assert "nothing was taken" in done.stderr
    assert "2.a.1 answer of the team" in " ".join(done.stdout.split())
    assert SECRET not in done.output
    assert a.read_bytes() == before
    assert arusha("assess", "join", a, b, typed="y\n").exit_code == 0
    assert stands(a).given["8.d.1"]["p1"].level == 1


def test_what_a_later_rule_forbids_is_left_out_and_said(apart, join, stands):
    a, b = apart((), [team("2.a.1", 3)], [team("3.a.1", 1)])
    future = {
        "question": "4.a.1",
        "wording": "?",
        "answer": {"level": 4, "evidence": [{"text": "Order", "date": "2999-01"}]},
    }
    forging.append(b, "answered", future)
    forging.append(b, "moved", {"questions": ["3.a.1"], "to": "submitted", "by": "x", "why": "a\x85b"})
    assert "1 entry is left out" in join(a, b)
    assert "4.a.1" not in stands(a).answers
    assert stands(a).moves["3.a.1"][-1].why == "a\nb"


def test_in_french(apart, join, arusha):
    a, b = apart(
        [person("p3")],
        [team("2.a.1", 3), score("8.d.1", "p3", 1), ("evidence", {"id": "e1", "text": "A"})],
        [team("2.a.1", 1), score("8.d.1", "p3", 2), ("evidence", {"id": "e1", "text": "B"})],
    )
    told = join(a, b, lang="fr")
    for part in ("note privée de p3", "réponse de l’équipe", "e1 de la copie devient e2 ici", "a repris 3 entrées"):
        assert part in told
    assert phrases("fr")("journal.joined") in arusha("assess", "history", a, "--lang", "fr").stdout


# A whole assessment where a response file is expected


def test_collect_says_what_an_assessment_is_and_what_to_do(apart, arusha, refused, tmp_path):
    a, b = apart((), (), [team("3.a.1", 1)])
    arusha("assess", "export", b, "-o", tmp_path / "b.json")
    turned = dict(reversed(json.loads((tmp_path / "b.json").read_text(encoding="utf-8")).items()))
    (tmp_path / "turned.json").write_text(json.dumps(turned), encoding="utf-8")
    before = a.read_bytes()
    for name in ("b.json", "turned.json"):
        told = arusha("assess", "collect", a, tmp_path / name)
        refused(told, tmp_path / name, "is an exported assessment", "assess import", "assess join")
    refused(arusha("assess", "collect", a, b), b, "is an assessment file, not a response file", "assess join")
    assert a.read_bytes() == before
