"""The kept fold: whatever is entered, in whatever pieces it is read, the state is that of the whole journal folded from the start."""

from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment import replay as replays
from assessment.agreement import State
from assessment.answers import Answer
from assessment.events import Agreed, Moved
from assessment.own import with_questions
from assessment.rounds import answering
from assessment.rounds import opening as openings
from assessment.rounds.people import code_given
from assessment.storing.journal import sha256
from assessment.storing.memory import MemoryJournal
from kb.base.errors import ArushaError
from kb.library.knowledge import load

PEOPLE = [f"p{number}" for number in range(1, 8)]
BANK = with_questions(load().bank, load().bank.questions[:4])
QUESTIONS = [question.id for question in BANK.questions]
TURNING = "Yard \u202e fees"
OWN_QUESTION = {"id": "1.a.m1", "text": {"en": "Ours?"}, "levels": [{"en": f"Level {n}"} for n in range(5)]}
law = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
people, questions = st.sampled_from(PEOPLE), st.sampled_from(QUESTIONS)
answers = st.sampled_from(
    [*(Answer(level=level) for level in range(5)), Answer(dont_know=True), Answer(level=1, note=TURNING)]
)


def answered(question, answer, by=None):
    return answering.answered(question, answer, BANK, by=by)


def action(number, due="2026-12-31"):
    plain = {"id": f"a{number}", "problem": "No register", "owner": "Ports", "start": "2026-02-01", "due": due}
    measured = {"indicators": [{"text": "Ports", "baseline": 0, "target": 80, "unit": "%"}]}
    return "action", {**plain, "origin": {"gaps": [QUESTIONS[0]]}, "status": "in_progress", **measured}


def risk(number, text):
    body = {"id": f"r{number}", "process": "Yard", "text": text, "vulnerability": "inspection"}
    return "risk", {**body, "likelihood": 4, "impact": 5, "control": "none", "elements": ["1.a"]}


def upgraded(lapsed):
    entry, attached = openings.upgraded(BANK, "full", lapsed)
    return [entry], attached


entries = st.one_of(
    st.builds(answered, questions, answers, people),
    st.builds(answered, questions, answers, people),  # twice, since most of a round are private scores
    st.builds(answered, questions, answers),
    st.builds(
        lambda kind, some: (kind, {"questions": some}), st.sampled_from(["closed", "reopened"]), st.lists(questions)
    ),
    st.builds(lambda p, left: ("person", {"id": p, "name": f"Name of {p}", "left": left}), people, st.booleans()),
    st.builds(lambda on: ("names", {"on": on}), st.booleans()),
    st.builds(
        lambda kind, q, p: (kind, {"scope": q, "person": p}),
        st.sampled_from(["assigned", "unassigned"]),
        questions,
        people,
    ),
    st.builds(lambda p: code_given(p, "ABCD-EFGH-JKMN-PQRS"), people),
    st.builds(lambda q, a: Agreed(question=q, answer=a, reason="Seen", by="f1"), questions, answers),
    st.builds(
        lambda some, to: Moved(questions=tuple(some), to=to, by="f1", why=""),
        st.lists(questions),
        st.sampled_from(State),
    ),
    st.builds(
        lambda n, q: ("evidence", {"id": f"e{n}", "text": "Register", "questions": [q]}), st.integers(1, 3), questions
    ),
    st.builds(risk, st.integers(1, 3), st.sampled_from(["Fees", TURNING])),
    st.builds(action, st.integers(1, 2), st.sampled_from(["2026-12-31", "2027-06-30"])),
    st.builds(lambda w: ("tailored", {"weights": {QUESTIONS[0]: w}, "questions": [OWN_QUESTION]}), st.integers(1, 3)),
    st.just(("joined", {"until": sha256(b"1"), "since": sha256(b"2"), "entries": 0})),
)
changes = st.one_of(
    st.lists(entries, min_size=1, max_size=4).map(lambda some: (some, ())), st.builds(upgraded, st.lists(questions))
)


@pytest.fixture
def opened():
    return begun()


def begun():
    kept = MemoryJournal()
    first, attached = openings.opening("Testland Customs", None, "en", BANK)
    kept.change(lambda _: [first], attached)
    kept.change(lambda _: [("person", {"id": person}) for person in PEOPLE[:3]] + [action(1), action(2)])
    return kept


def outcome(state):
    """A state with the order in which everything in it stands."""
    orders = [list(getattr(state, each.name)) for each in fields(state) if isinstance(getattr(state, each.name), dict)]
    return state, orders, state.standing


@law
@given(
    st.lists(st.tuples(changes, st.sampled_from(["by another", "by this one", "unseen"])), max_size=12), st.booleans()
)
def test_what_is_new_folded_onto_a_state_comes_to_the_whole_folded_from_the_start(made, sealed):
    kept = begun()
    replay = replays.Replay(kept, lambda: BANK)
    states = []
    last = [(([("sealed", {"answers": 0})], ()), "by this one")] if sealed else []
    for (new, attached), how in made + last:
        if how == "by this one":
            replay.change(lambda _, new=new: new, attached)
        else:
            kept.change(lambda _, new=new: new, attached)
        if how != "unseen":
            whole = replays.state(kept.entries(), BANK, kept.attachment)
            states.append((replay.assessment(), whole))
            assert outcome(states[-1][0]) == outcome(whole)
    assert [outcome(state) for state, _ in states] == [outcome(whole) for _, whole in states], "a state altered later"


def test_a_change_is_made_of_what_another_wrote_a_moment_before(opened):
    replay = replays.Replay(opened, lambda: BANK)
    assert replay.assessment().answers == {}
    opened.change(lambda _: [answered(QUESTIONS[0], Answer(level=2))])
    replay.change(lambda state: [answered(QUESTIONS[1], state.answers[QUESTIONS[0]])])
    assert {key: answer.level for key, answer in replay.assessment().answers.items()} == dict.fromkeys(QUESTIONS[:2], 2)


def test_a_state_is_given_again_until_something_is_new(opened):
    replay = replays.Replay(opened, lambda: BANK)
    before = replay.assessment()
    assert replay.assessment() is before
    replay.change(lambda _: [("names", {"on": True})])
    assert replay.assessment() is not before


def test_an_entry_that_does_not_fit_is_told_of_each_time_and_never_left_out(opened):
    replay = replays.Replay(opened, lambda: BANK)
    replay.assessment()
    opened.change(lambda _: [("monitored", {"action": "a9", "date": "2026-03-01", "values": {}})])
    for _ in range(3):
        with pytest.raises(
            ArushaError, match=r"journal: entry 7 .* is about something that no entry before it entered"
        ):
            replay.assessment()
        with pytest.raises(ArushaError, match=r"journal: entry 7 "):
            replay.change(lambda _: [("names", {"on": True})])
    assert len(opened.entries()) == 7
