"""A shell without commands: a whole round and its plan by the use cases alone, in memory, with refusals in French."""

import inspect
import sys
from dataclasses import replace

import pytest

from assessment import views
from assessment.agreement import Agreement, State
from assessment.answers import Answer, Responses
from assessment.journal import Carried
from assessment.own import Own
from assessment.plan import changes, merging, workbook
from assessment.replay import Replay
from assessment.rounds import agreeing, answering, people, register
from assessment.rounds import opening as openings
from assessment.storing.memory import MemoryJournal
from kb.base.interface import Refusal, in_words, phrases
from kb.library.knowledge import load

KNOWN, FRENCH = load(), phrases("fr")
ELEMENTS = KNOWN.declaration.elements
DESK = changes.Desk(KNOWN, FRENCH)
NOT_ENTRIES = {  # what a use case asks, not what it enters
    "people": {
        "asked",
        "scopes",
        "to_name",
        "acting",
        "known",
        "present",
        "free",
        "new_code",
        "code_given",
        "check_code",
        "groups",
    },
    "answering": {
        "doubts",
        "only_agree",
        "some",
        "has_private",
        "kept_of",
        "among",
        "answered",
        "of_person",
        "of_team",
    },
    "opening": {"opening", "planned", "shared", "to_upgrade", "upgraded"},
    "agreeing": {
        "question",
        "to_agree",
        "to_review",
        "settled",
        "shown",
        "apart",
        "furthest_apart",
        "confirmable",
        "listed",
        "may_move",
        "loose_ends",
        "unapproved",
    },
    "register": {"last_day", "expect_past", "evidence", "attached"},
    "changes": {"expect_open", "expect_round", "action", "ranked", "tied", "with_stated"},
}


class Shell:
    """A round in memory; *used*: the use cases that were called."""

    def __init__(self) -> None:
        kept = MemoryJournal()
        first, attached = openings.opening("Testland", None, "fr", KNOWN.bank)
        kept.change(lambda _: [first], attached)
        self.kept, self.replay, self.used = kept, Replay(kept, lambda: KNOWN.bank), set()

    def do(self, use_case, *args, attached=(), **named):
        self.used.add(use_case)
        return self.replay.change(lambda assessment: use_case(assessment, *args, **named), attached)

    def refused(self, use_case, *args, **named):
        """The sentence, in French, with which a request is refused; nothing is entered."""
        before = self.state
        with pytest.raises(Refusal) as caught:
            self.do(use_case, *args, **named)
        assert self.state == before
        return in_words(caught.value, FRENCH)

    def workbook(self, path, owner):
        """The workbook of the plan with another owner of the first action, merged back."""
        actions, last = self.state.actions, self.kept.entries()[-1]
        owned = actions["a1"].model_copy(update={"owner": owner})
        path.write_bytes(workbook.as_workbook([owned], "Plan", last.at, last.seq, FRENCH, last.hash))
        held = workbook.read(path)
        return merging.merge(held, merging.made_from(held, self.kept, KNOWN.bank), actions)

    @property
    def state(self):
        return self.replay.assessment()


@pytest.fixture
def shell():
    return Shell()


def test_a_whole_round_and_its_plan_without_a_command(shell, tmp_path):
    codes = [people.new_code() for _ in range(8)]
    shell.do(people.register, None, {"role": "facilitator", "unit": "Audit"}, codes[0])
    for code in codes[1:6]:
        shell.do(people.register, None, {"unit": "Ports"}, code)
    shell.do(people.register, None, {"role": "approver"}, codes[6])
    assert shell.refused(people.first_code, "p1", codes[7]).startswith("p1 a déjà un code")
    assert shell.refused(people.assign, ["1.a"], None, "Portz", None, undo=False).startswith("personne ici n’est de")
    shell.do(people.assign, ["1.a"], None, "Ports", "2027-01-31", undo=False)

    shell.do(people.keep_names, on=True)
    shell.do(openings.tailor, Own(weights={"2.a.1": 2}))
    newer, attached = openings.upgraded(KNOWN.bank.model_copy(update={"version": "9.0"}), "full", ())
    shell.do(openings.upgrade, newer, attached=attached)
    older, attached = openings.upgraded(KNOWN.bank, "full", ())
    assert "plus récente que la version" in shell.refused(openings.upgrade, older, attached=attached)
    assert "plus récente que la version" in asking(openings.to_upgrade, shell.state, KNOWN.bank, None)
    assert asking(answering.among, shell.state, None, gender=True).startswith("a été créé sans le volet genre")

    shell.do(answering.answer, "2.a.1", Answer(level=3), None)
    for person in ("p2", "p3", "p4", "p5"):
        shell.do(answering.answer, "1.a.1", Answer(level=2), person)
    assert "n’ont pas encore noté" in shell.refused(agreeing.agree, "1.a.1", agreed(2), "p1")
    shell.do(answering.collect_private, Responses({"id": "p6"}, {"1.a.1": Answer(level=4)}), "p6")
    assert "le vote est terminé" in shell.refused(answering.answer, "1.a.1", Answer(level=1), "p2")
    assert views.spreads(shell.state, people.asked(shell.state, ["1.a.1"]), small=False).votes["1.a.1"].shown
    shell.do(agreeing.reopen, ["1.a.1"], None)
    for person in ("p2", "p3", "p4", "p5", "p6"):
        shell.do(answering.answer, "1.a.1", Answer(level=1), person)
    shell.do(agreeing.agree, "1.a.1", agreed(1), "p1")
    assert "seule une réponse convenue y compte" in shell.refused(answering.answer, "1.a.1", Answer(level=4), None)
    shell.do(answering.collect_for_team, Responses({}, {"3.a.1": Answer(level=1)}))
    for person in ("p2", "p3", "p4", "p5", "p6"):
        shell.do(answering.answer, "6.a.1", Answer(level=2 if person < "p4" else 3), person)
        shell.do(answering.answer, "6.a.2", Answer(level=4 if person < "p4" else 0), person)
    waiting = agreeing.to_agree(shell.state)
    assert [each.id for each in agreeing.furthest_apart(shell.state, waiting, small=False)] == ["6.a.2", "6.a.1"]
    assert "n’est pas une condition" in asking(agreeing.Condition.read, "mean>2")
    chosen = agreeing.confirmable(shell.state, ["6"], agreeing.Condition.read("consensus>=0,7"), small=False)
    assert (chosen.levels, chosen.left) == ({"6.a.1": 3}, {"other": ("6.a.2",)})
    assert "ne donnent plus le niveau 2" in shell.refused(agreeing.confirm, {"6.a.1": 2}, "vu", "p1", small=False)
    shell.do(agreeing.confirm, chosen.levels, "vu en salle", "p1", small=False)
    assert "est déjà convenue" in shell.refused(agreeing.move, ["6.a.1"], State.SUBMITTED, "p1", "")
    assert "n’est pas attribué" in shell.refused(people.assign, ["8"], None, "Ports", None, undo=True)
    shell.do(agreeing.close, ["4"], "p1")

    assert shell.refused(agreeing.move, ["5.a.1"], State.SUBMITTED, "p1", "").startswith("la question 5.a.1 n’a pas")
    shell.do(agreeing.move, ["2"], State.SUBMITTED, "p1", "")
    assert [each.id for each in agreeing.to_review(shell.state)] == ["2.a.1"]
    assert agreeing.settled(shell.state) == {"1.a.1", "6.a.1"}
    assert "revient à" in shell.refused(agreeing.move, ["1.a.1"], State.APPROVED, "p2", "")
    shell.do(agreeing.move, ["1.a.1"], State.APPROVED, "p7", "")
    assert shell.refused(agreeing.reopen, ["1.a.1"], "p1").startswith(
        "1.a.1 : réponse approuvée".replace(" :", "\u00a0:")
    )

    shell.do(register.add_evidence, {"text": "Décret", "date": "2025"}, ["1.a.1"])
    assert "à venir" in shell.refused(register.renew_evidence, "e1", {"date": "2999"})
    shell.do(register.renew_evidence, "e1", {"date": "2026"})
    shell.do(register.link_evidence, "e1", ["2.a.1"])
    shell.do(register.withdraw_evidence, "e1", "abrogé")
    risk = {"process": "Cargo", "text": "x", "vulnerability": "goods", "likelihood": 4, "impact": 4}
    shell.do(register.add_risk, risk, ELEMENTS)
    shell.do(register.change_risk, "r1", {"impact": 5}, ELEMENTS, reopen=False)

    shell.do(changes.add, DESK, [{"origin": {"decision": "D"}}], {"problem": "P"})
    shell.do(changes.from_gaps, DESK, ["1.a.1"], None, {})
    assert shell.state.actions["a2"].as_drafted
    shell.do(changes.edit, DESK, "a2", {}, [], "2026-11-01", confirmed=True)
    assert not shell.state.actions["a2"].as_drafted
    shell.do(changes.from_risk, DESK, "r1", {})
    shell.do(changes.edit, DESK, "a1", {"indicators": ("N; baseline=1; target=5",)}, [], "2026-11-01")
    shell.do(changes.record, DESK, "a1", ["3"], None, {"date": "2026-11-02"}, "2026-11-02")
    late = (["3"], None, {"date": "2026-11-03"}, "2026-11-02")
    assert shell.refused(changes.record, DESK, "a1", *late).startswith("2026-11-03 est à venir")
    seen = shell.state.actions
    merged = shell.workbook(tmp_path / "plan.xlsx", "Audit")
    shell.do(changes.take, DESK, seen, merged, "2026-11-03")
    assert "modifiée entre-temps" in shell.refused(changes.take, DESK, seen, merged, "2026-11-03")
    shell.do(register.close_risk, "r1", "réglé", ELEMENTS)

    assert {"voting", "unanswered"} & set(agreeing.loose_ends(shell.state))
    shell.do(agreeing.seal)
    assert shell.state.fingerprint
    assert "scellé" in asking(changes.expect_open, shell.state)
    assert "ce cycle est scellé" in shell.refused(people.keep_names, on=False)
    plan = openings.planned(shell.state)[0]
    assert {key for key, level in plan.levels.items() if level == "1"} == {"1.a.1", "3.a.1"}
    assert "déjà un plan" in asking(openings.planned, replace(shell.state, carried=Carried("0", "0", {})))
    assert shell.used == use_cases()


def agreed(level):
    return Agreement(answer=Answer(level=level), reason="convenu")


def asking(ask, *args, **named):
    """The sentence, in French, with which what is asked is refused."""
    with pytest.raises(Refusal) as caught:
        ask(*args, **named)
    return in_words(caught.value, FRENCH)


def use_cases():
    """Every public function of the rooms of use cases that gives entries."""
    return {
        function
        for module in (people, answering, agreeing, register, openings, changes)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and name not in NOT_ENTRIES[module.__name__.rpartition(".")[2]]
    }


def test_no_use_case_knows_a_shell():
    for module in (people, answering, agreeing, register, openings, changes, views):
        names = set(vars(sys.modules[module.__name__]))
        assert not names & {"click", "sys", "os", "sqlite3"}, module.__name__
