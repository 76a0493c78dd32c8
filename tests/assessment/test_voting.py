"""Votes: whatever is done to a round, no two outputs differ by one person's score, and don't-knows never make a mean look sure."""

import json
import re
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assessment import replay
from assessment.agreement import SMALLEST, Vote, standing
from assessment.answers import Answer
from assessment.audience import Audience
from assessment.events import as_json, as_kept, parse
from assessment.report.compute import for_audience
from assessment.report.compute import make as make_report
from assessment.rounds import answering
from assessment.rounds import opening as openings
from assessment.scoring import score, score_questions
from assessment.storing.journal import Entry
from assessment.voting import Votes
from kb.base.errors import ArushaError
from kb.base.interface import phrases
from kb.library.knowledge import load

QUESTION = "1.a.1"
DONT_KNOW, NOT_APPLICABLE = Answer(dont_know=True), Answer(not_applicable="No rail")
ANSWERS = [*(Answer(level=level) for level in range(5)), DONT_KNOW, NOT_APPLICABLE]
answers = st.sampled_from(ANSWERS)
people = [f"p{n}" for n in range(1, 13)]
law = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def votes(draw, least=0):
    """A vote that has ended: some people asked, some of whom answered."""
    asked = draw(st.lists(st.sampled_from(people), min_size=1, unique=True))
    given_ = draw(st.dictionaries(st.sampled_from(asked), answers, min_size=min(least, len(asked))))
    return Vote(frozenset(asked), given_)


def bounds(vote):
    stands = standing(None, vote, None)
    if stands is None:
        return Fraction(0), None, Fraction(4)
    return stands.low, stands.level, stands.high


@law
@given(votes())
def test_a_mean_stands_between_the_ends_that_the_silent_could_have_given(vote):
    stands = standing(None, vote, None)
    levels = [answer.level for answer in vote.answers.values() if answer.level is not None]
    n = len(vote.asked) - sum(answer == NOT_APPLICABLE for answer in vote.answers.values())
    if n == 0 and len(vote.answers) >= SMALLEST:
        assert stands.not_applicable is not None
    elif len(levels) < SMALLEST or 2 * len(levels) < n:
        assert stands is None
    else:
        assert stands.level == Fraction(sum(levels), len(levels))
        assert stands.low == Fraction(sum(levels), n)
        assert stands.high == Fraction(sum(levels) + 4 * (n - len(levels)), n)
        assert stands.low <= stands.level <= stands.high


@law
@given(votes(), st.data())
def test_a_further_answer_never_widens_the_interval_and_a_dont_know_never_narrows_it(vote, data):
    silent = sorted(vote.asked - vote.answers.keys())
    assume(silent)
    before = bounds(vote)
    person, answer = data.draw(st.sampled_from(silent)), data.draw(answers)
    after_vote = Vote(vote.asked, {**vote.answers, person: answer})
    stands = standing(None, after_vote, None)
    if stands is not None and stands.not_applicable is not None:
        return
    after = bounds(after_vote)
    assert after[2] - after[0] <= before[2] - before[0]
    if answer.dont_know:
        assert after == before


def test_three_who_do_not_know_beside_one_four_leave_the_question_unanswered(bank):
    vote = Vote(frozenset("abcd"), {"a": Answer(level=4), "b": DONT_KNOW, "c": DONT_KNOW, "d": DONT_KNOW})
    assert standing(None, vote, None) is None
    found = score_questions([bank.questions[0]], {})
    assert (found.score, found.low, found.high) == (None, 0, 100)


def test_dont_knows_widen_the_interval_of_the_score(bank):
    given_ = {str(n): Answer(level=4) for n in range(5)} | {"x": DONT_KNOW, "y": DONT_KNOW}
    question = bank.questions[0]
    stands = standing(None, Vote(frozenset([*given_, "z"]), given_), None)
    found = score_questions([question], {question.id: stands})
    assert (found.score, found.low, found.high) == (100, Fraction(20, 32) * 100, 100)


# ---- one law for the whole life of a vote

acts = st.one_of(
    st.tuples(st.just("score"), st.sampled_from(people), answers),
    st.tuples(st.just("close")),
    st.tuples(st.just("reopen")),
    st.tuples(st.just("leave"), st.sampled_from(people)),
    st.tuples(st.just("join"), st.sampled_from(people)),
    st.tuples(st.just("assign"), st.sampled_from(people)),
    st.tuples(st.just("unassign"), st.sampled_from(people)),
)


class Round:
    """A journal of one question that takes acts and gives every output after each."""

    def __init__(self, bank, knowledge, registered):
        self.bank, self.knowledge = bank, knowledge
        kind, body = as_kept(openings.opening("Testland Customs", None, "en", bank)[0])
        del body["bank"]  # as in a file of format 1, so that no act unpacks the questions anew
        self.entries = []
        self.add(kind, body)
        for person in registered:
            self.add("person", {"id": person})

    def add(self, kind, body):
        seq, at = len(self.entries) + 1, "2026-01-01T00:00:00+00:00"
        parsed = parse(seq, at, kind, as_json(body))
        self.entries.append(Entry(seq, at, kind, body, "", parsed.event))

    def act(self, act):
        name, *rest = act
        if name == "score":
            given_ = {"question": QUESTION, "wording": "", "answer": rest[1].as_json(), "by": rest[0]}
            self.add("answered", given_)
        elif name in ("close", "reopen"):
            self.add({"close": "closed", "reopen": "reopened"}[name], {"questions": [QUESTION], "by": "f"})
        elif name in ("leave", "join"):
            self.add("person", {"id": rest[0], "left": name == "leave"})
        else:
            self.add(f"{name}ed", {"scope": QUESTION, "person": rest[0]})

    def state(self):
        return replay.state(self.entries, self.bank, {}.__getitem__)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 9), st.lists(acts, max_size=40))
def test_over_any_sequence_each_vote_has_one_output_and_only_of_five_scores_or_more(bank, knowledge, many, done):
    round_ = Round(bank, knowledge, people[:many])
    shown = {}
    for act in done:
        round_.act(act)
        a = round_.state()
        vote = a.vote(QUESTION)
        spread, stands = a.spreads.get(QUESTION), a.standing.get(QUESTION)
        level = stands.level if stands else None
        if spread is None:
            assert level is None
            continue
        assert spread.levels >= SMALLEST
        assert level in (None, spread.mean)
        assert shown.setdefault(vote.number, (spread, level)) == (spread, level), "a vote that was shown has changed"


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 6), st.lists(acts, max_size=40))
def test_over_any_sequence_a_small_first_vote_has_one_output_at_most(bank, knowledge, many, done):
    round_ = Round(bank, knowledge, people[:many])
    seen = set()
    for act in done:
        round_.act(act)
        vote = round_.state().vote(QUESTION)
        if vote is not None and vote.small:
            seen.add((vote.number, vote.spread))
    assert len(seen) <= 1


@pytest.mark.parametrize(
    "later",
    [
        [("assign", "p1")],
        [("leave", "p1")],
        [("leave", person) for person in people[:5]],
        [("reopen",), ("score", "p6", Answer(level=0)), ("close",)],
        [("reopen",), *(("score", person, Answer(level=0)) for person in people[:4]), ("close",)],
        [("score", "p1", Answer(level=0))],
        [("join", "p12"), ("score", "p12", Answer(level=0))],
    ],
    ids=["assigned", "one left", "all but one left", "one more", "second vote of four", "changed", "a newcomer"],
)
def test_nothing_done_after_a_vote_was_shown_gives_one_persons_score(bank, knowledge, later):
    """Each sequence gave one person's score away in version 0.1.0."""
    round_ = Round(bank, knowledge, people[:6])
    for person in people[:6]:
        round_.act(("score", person, Answer(level=4)))
    before = round_.state()
    for act in later:
        round_.act(act)
    after = round_.state()
    spread = after.spreads.get(QUESTION)
    assert spread in (None, before.spreads[QUESTION])


def test_a_second_vote_is_a_whole_vote_and_the_first_stands_until_it_ends(bank, knowledge):
    round_ = Round(bank, knowledge, people[:5])
    for person in people[:5]:
        round_.act(("score", person, Answer(level=1)))
    round_.act(("reopen",))
    for person in people[:4]:
        round_.act(("score", person, Answer(level=3)))
    assert round_.state().standing[QUESTION].level == 1
    round_.act(("score", "p5", Answer(level=3)))
    a = round_.state()
    assert a.standing[QUESTION].level == 3
    assert [vote.spread.mean for vote in a.votes[QUESTION]] == [1, 3]


def test_who_comes_with_an_answer_cannot_end_the_vote_of_those_before(bank, knowledge):
    """People come one by one, each with an answer: everyone known has scored each time, yet nothing is shown till it is closed."""
    round_ = Round(bank, knowledge, [])
    for person in people[:8]:
        round_.act(("join", person))
        round_.act(("score", person, Answer(level=2)))
        assert not round_.state().spreads
    assert round_.state().to_close == (QUESTION,)
    round_.act(("close",))
    assert round_.state().spreads[QUESTION].levels == 8


def test_a_vote_that_nobody_could_see_goes_on_after_reopening():
    found = Votes(lambda _: frozenset(people[:6]))
    found.score(QUESTION, "p1", Answer(level=2))
    found.close([QUESTION])
    found.reopen([QUESTION])
    for person in people[1:6]:
        found.score(QUESTION, person, Answer(level=2))
    assert [vote.spread.levels for vote in found.ended[QUESTION]] == [6]


def test_a_sealed_round_of_the_earlier_release_keeps_the_means_of_five(bank, knowledge):
    round_ = Round(bank, knowledge, [])
    for person in people[:6]:
        round_.act(("join", person))
        round_.act(("score", person, Answer(level=2)))
    round_.add("sealed", {"answers": 1})
    assert round_.state().standing[QUESTION].level == 2


def test_a_team_answer_over_private_scores_backs_nothing(bank, knowledge):
    round_ = Round(bank, knowledge, people[:6])
    round_.act(("score", "p1", Answer(level=2)))
    round_.add("answered", {"question": QUESTION, "wording": "", "answer": {"level": 4}})
    assert QUESTION not in round_.state().standing
    assert score(bank.questions, round_.state().standing).overall.score is None


# ---- what people wrote

SECRET = "zebra-secret"


def secretive(level):
    if level is None:
        return Answer(not_applicable=f"{SECRET} reason", note=f"{SECRET} note")
    return Answer(level=level, note=f"{SECRET} note", evidence=({"text": f"{SECRET} order"},))


@pytest.mark.parametrize("audience", ["internal", "head", "peers", "public"])
@pytest.mark.parametrize("levels", [[1, 2, 3, 4, 0, 1], [None] * 6, [1, 2]], ids=["mean", "all apart", "two"])
def test_until_a_question_is_agreed_no_text_of_a_person_leaves_but_in_the_internal_annex(
    bank, knowledge, audience, levels
):
    round_ = Round(bank, knowledge, people[: len(levels)])
    for person, level in zip(people, levels, strict=False):
        round_.act(("score", person, secretive(level)))
    round_.act(("close",))
    say = phrases("en")
    report = for_audience(make_report(round_.state(), knowledge, say, "0.1.0"), Audience(audience), say)
    whole = report.model_dump_json()
    if audience != "internal" or len(levels) < SMALLEST:
        assert SECRET not in whole
        return
    (question,) = [q for q in report.factors[0].questions if q.id == QUESTION]
    assert question.remarks
    assert list(question.remarks) == sorted(question.remarks)
    without = [f.model_copy(update={"questions": (), "strengths": (), "gaps": ()}) for f in report.factors]
    rest = report.model_copy(
        update={"factors": tuple(without), **dict.fromkeys(("strengths", "gaps", "priorities", "disputed"), ())}
    )
    assert SECRET not in rest.model_dump_json()
    assert SECRET not in question.model_copy(update={"remarks": ()}).model_dump_json()


# ---- the commands


codes: dict[str, str] = {}  # of the people of the last team, as they were printed


@pytest.fixture
def team(arusha, tmp_path):
    """A file of six registered people, and a way to hand in one answer of one of them."""
    file = tmp_path / "t.arusha"
    assert arusha("assess", "new", file, "--administration", "Testland", "--quick").exit_code == 0
    codes.clear()
    for unit in ("HR", "Ports", "Ports", "Ports", "Ports", "Ports"):
        told = arusha("assess", "people", "add", file, "--unit", unit).stdout
        codes[f"p{len(codes) + 1}"] = next(word for word in told.split() if word.count("-") == 3).rstrip(".")

    def hand_in(respondent, answer, *more, question=QUESTION, typed=""):
        path = tmp_path / "r.json"
        head = {"questionnaire": "self-assessment", "version": load().bank.version, "respondent": respondent}
        path.write_text(json.dumps(head | {"answers": {question: answer}}), encoding="utf-8")
        return arusha("assess", "collect", file, path, *more, typed=typed)

    return file, hand_in


def test_collect_says_the_same_whether_or_not_an_answer_equals_the_earlier_one(arusha, team):
    file, hand_in = team
    hand_in({"id": "p1"}, {"level": 3})
    copies = [file.with_name(f"c{level}.arusha") for level in (3, 1)]
    told = []
    for copy, level in zip(copies, (3, 1), strict=True):
        copy.write_bytes(file.read_bytes())
        path = file.with_name("r.json")
        content = json.loads(path.read_text(encoding="utf-8"))
        content["answers"][QUESTION] = {"level": level}
        path.write_text(json.dumps(content), encoding="utf-8")
        result = arusha("assess", "collect", copy, path)
        verified = arusha("assess", "verify", copy)
        told.append((result.exit_code, result.stdout, re.sub("[0-9a-f]{64}", "", verified.stdout)))
    assert told[0] == told[1]


def test_collect_after_the_end_of_a_vote_is_refused_whatever_the_answer(arusha, team, refused):
    file, hand_in = team
    hand_in({"id": "p1"}, {"level": 3})
    arusha("assess", "close", file, QUESTION)
    for level in range(5):
        refused(hand_in({"id": "p1"}, {"level": level}), QUESTION, "vote has ended")


@pytest.mark.parametrize("respondent", [{"id": "p77"}, {"id": "p1", "unit": "Ports"}], ids=["unknown", "otherwise"])
def test_collect_asks_before_it_takes_a_person_on_trust(arusha, team, stands, respondent):
    file, hand_in = team
    before = file.read_bytes()
    for typed in ("", "n\n"):
        result = hand_in(respondent, {"level": 3}, typed=typed)
        assert result.exit_code == 2, result.output
        assert "--new-people" in result.stderr
        assert file.read_bytes() == before
    assert hand_in(respondent, {"level": 3}, typed="y\n").exit_code == 0
    assert hand_in(respondent, {"level": 4}, "--new-people").exit_code == 0
    assert stands(file).given[QUESTION].keys() == {respondent["id"]}
    assert stands(file).people["p1"].unit == "HR"


def test_a_file_without_id_is_taken_with_new_people_as_without(team):
    _, hand_in = team
    assert hand_in({"unit": "HR"}, {"level": 3}, "--new-people").exit_code == 0


def test_names_and_addresses_of_a_respondent_are_not_kept_while_names_are_off(arusha, team):
    file, hand_in = team
    result = hand_in({"name": "Ana Zebra", "email": "zebra@example.org", "unit": "HR"}, {"level": 3})
    assert "email, name" in result.stdout
    hand_in({"id": "p1", "name": "Ana Zebra", "email": "zebra@example.org"}, {"level": 3}, question="1.b.1")
    assert b"ebra" not in file.read_bytes()
    arusha("assess", "people", "names", file, "on")
    hand_in({"name": "Ana Zebra", "unit": "HR"}, {"level": 2})
    assert b"Ana Zebra" in file.read_bytes()


def test_a_team_answer_over_private_scores_is_refused(arusha, team, refused):
    file, hand_in = team
    hand_in({"id": "p1"}, {"level": 3})
    refused(hand_in({}, {"level": 4}), QUESTION, "only an agreement counts")
    result = arusha("assess", "answer", file, "--factor", 1, typed="q\n")
    assert "only an agreement counts" in " ".join(result.stdout.split())


def test_an_earlier_private_answer_is_shown_only_to_who_has_the_code(arusha, team, refused):
    file, hand_in = team
    hand_in({"id": "p1"}, {"level": 3, "note": "zebra"})
    quiet = arusha("assess", "answer", file, "--as", "p1", "--factor", 1, typed="2\n\n\nb\nb\nq\n")
    assert "zebra" not in quiet.stdout
    assert "Level 3" not in quiet.stdout
    code = codes["p1"]
    refused(arusha("assess", "answer", file, "--as", "p1", "--code", "AAAA-AAAA-AAAA-AAAA"), "not the code of p1")
    refused(arusha("assess", "answer", file, "--as", "p2", "--code", code), "not the code of p2")
    refused(arusha("assess", "answer", file, "--code", code), "goes with --as")
    shown = arusha("assess", "answer", file, "--as", "p1", "--factor", 1, "--code", code.lower(), typed="b\nb\nq\n")
    assert "Level 3" in shown.stdout
    asked = arusha("assess", "answer", file, "--as", "p1", "--factor", 1, "--code", typed=f"{code}\nb\nb\nq\n")
    assert asked.exit_code == 0, asked.output


def test_going_back_within_one_sitting_shows_what_was_just_answered(arusha, team):
    file, _ = team
    result = arusha("assess", "answer", file, "--as", "p1", typed="4\n\n\nb\nq\n")
    assert "Answer so far: Level 4" in result.stdout


def test_a_code_is_printed_once_and_only_its_hash_is_kept(arusha, team):
    file, _ = team
    told = arusha("assess", "people", "add", file, "--unit", "HR").stdout
    code = next(word for word in told.split() if word.count("-") == 3).rstrip(".")
    assert code.encode() not in file.read_bytes()
    again = arusha("assess", "people", "add", file, "--id", "p7", "--unit", "Audit").stdout
    assert "Code" not in again
    everything = "".join(arusha("assess", *words).stdout for words in (("people", "list", file), ("history", file)))
    assert code not in everything


def test_a_small_group_is_shown_only_to_who_asks_for_it(arusha, team):
    file, hand_in = team
    for person, level in (("p1", 0), ("p2", 4), ("p3", 4)):
        hand_in({"id": person}, {"level": level})
    arusha("assess", "close", file, QUESTION)
    told = json.loads(arusha("assess", "spread", file, "--format", "json").stdout)
    assert (told["questions"], told["too_few"]) == ([], [QUESTION])
    plain = arusha("assess", "spread", file)
    assert "--small-group" in plain.stdout
    small = arusha("assess", "spread", file, "--small-group")
    assert "This group is small" in small.stdout
    assert f"{QUESTION}     1  –  –  –  2" in small.stdout
    assert json.loads(arusha("assess", "score", file, "--format", "json").stdout)["overall"]["score"] is None


@pytest.mark.parametrize(("people", "shown"), [(4, []), (5, [QUESTION])])
def test_five_scores_are_the_fewest_of_which_anything_is_shown(arusha, team, people, shown):
    """Five is the promise made to respondents, so it stands here as a figure."""
    file, hand_in = team
    for number in range(1, people + 1):
        hand_in({"id": f"p{number}"}, {"level": 2})
    arusha("assess", "close", file, QUESTION)
    spread = json.loads(arusha("assess", "spread", file, "--format", "json").stdout)
    assert [each["id"] for each in spread["questions"]] == shown
    score = json.loads(arusha("assess", "score", file, "--format", "json").stdout)
    assert (score["factors"][0]["score"] is not None) == bool(shown)


def test_one_score_is_never_shown(arusha, team):
    file, hand_in = team
    arusha("assess", "people", "assign", file, "1", "--unit", "HR")
    hand_in({"id": "p1"}, {"level": 0})
    arusha("assess", "close", file, QUESTION)
    for more in ((), ("--small-group",)):
        told = arusha("assess", "spread", file, *more, "--format", "json").stdout
        assert json.loads(told)["questions"] == []
    assert json.loads(arusha("assess", "score", file, "--format", "json").stdout)["factors"][0]["score"] is None


def test_spread_shows_those_who_do_not_know_and_those_who_say_it_does_not_apply(arusha, team):
    file, hand_in = team
    for n in range(1, 6):
        hand_in({"id": f"p{n}"}, {"level": 2})
    hand_in({"id": "p6"}, {"dont_know": True})
    shown = arusha("assess", "spread", file).stdout
    assert "Don’t know" in shown
    (row,) = [line for line in shown.splitlines() if line.startswith(QUESTION)]
    assert row.split()[6:8] == ["1", "–"]


# ---- sealing


def test_sealing_lists_what_is_loose_and_asks(arusha, start, tmp_path):
    file = start(tmp_path / "s.arusha", {"1.a.1": 3, "1.a.2": 2})
    asked = arusha("assess", "seal", file, typed="n\n")
    assert asked.exit_code == 1
    told = " ".join(asked.output.split())
    assert "1 question stands at level 3 or 4 without evidence: 1.a.1" in told
    assert f"{len(load().bank.questions) - 2} questions are unanswered" in told
    assert arusha("assess", "seal", file, "--yes").exit_code == 0


def test_an_empty_round_is_not_sealed(arusha, start, tmp_path, refused):
    refused(arusha("assess", "seal", start(tmp_path / "e.arusha"), "--yes"), "nothing to seal")


def test_what_was_returned_is_told_at_the_seal_and_in_every_report(arusha, start, tmp_path):
    file = start(tmp_path / "r.arusha", {"1.a.1": 3, "1.a.2": 2})
    arusha("assess", "people", "add", file, "--role", "reviewer", "--id", "rev")
    for words in (
        ("agree", file, "1.a.1", "--level", 3, "--reason", "Seen"),
        ("return", file, "1.a.1", "--why", "Page?"),
    ):
        assert arusha("assess", *words).exit_code == 0
    sealed = " ".join(arusha("assess", "seal", file, "--yes").stdout.split())
    assert "1 question was sent back and not agreed again: 1.a.1" in sealed
    assert "2 answered questions are not approved: 1.a.1, 1.a.2" in sealed
    for audience in ("internal", "head", "peers", "public"):
        for kind in ("md", "html"):
            report = tmp_path / f"{audience}.{kind}"
            assert arusha("assess", "report", file, "-o", report, "--for", audience).exit_code == 0
            assert "2 answers were not approved: 1.a.1, 1.a.2." in report.read_text(encoding="utf-8")


def test_a_person_of_a_registered_team_may_be_left_out_of_the_vote_by_leaving(bank, knowledge):
    round_ = Round(bank, knowledge, people[:6])
    for person in people[:5]:
        round_.act(("score", person, Answer(level=2)))
    assert not round_.state().spreads
    round_.act(("leave", "p6"))
    assert round_.state().spreads[QUESTION].levels == 5


def test_the_last_to_score_may_add_a_note_to_it_but_not_change_it(arusha, team, stands):
    file, hand_in = team
    for n in range(1, 6):
        hand_in({"id": f"p{n}"}, {"level": 2})
    told = arusha(
        "assess", "answer", file, "--as", "p6", "--factor", 1, typed="3\nSeen at the port\nOrder 6\n\n\n\nb\n1\nq\n"
    )
    assert "its vote has ended" in " ".join(told.stdout.split())
    a = stands(file)
    mine = a.given[QUESTION]["p6"]
    assert (mine.level, mine.note, [piece.text for piece in mine.evidence]) == (3, "Seen at the port", ["Order 6"])
    assert a.spreads[QUESTION].counts == (0, 0, 5, 1, 0)


def test_a_sitting_begun_before_the_end_of_a_vote_does_not_tell_whether_a_guess_is_right(bank, knowledge):
    round_ = Round(bank, knowledge, people[:6])
    round_.act(("score", "p1", Answer(level=3, note="mine")))
    round_.act(("close",))
    told = set()
    for guess in range(5):
        with pytest.raises(ArushaError) as caught:
            answering.answer(round_.state(), QUESTION, Answer(level=guess), "p1")
        told.add(str(caught.value))
    assert len(told) == 1
    assert round_.state().given[QUESTION]["p1"].note == "mine"


def test_no_second_code_is_made_which_would_open_what_the_first_one_guards(arusha, team, refused):
    file, _ = team
    refused(arusha("assess", "people", "code", file, "p1"), "p1 has a code already")


def test_a_private_score_cannot_be_found_by_trying_which_gives_the_hash(arusha, team):
    """Two equal answers at the same place of two equal journals have different hashes."""
    _, hand_in = team
    hand_in({"id": "p1"}, {"level": 3})
    salts = [answering.answered(QUESTION, Answer(level=3), load().bank, by="p1").salt for _ in range(2)]
    assert salts[0] != salts[1]


def test_an_agreed_question_waits_for_nothing(arusha, team):
    file, hand_in = team
    arusha("assess", "people", "assign", file, "1", "--unit", "HR")
    hand_in({"id": "p1"}, {"level": 2})
    assert "close it with" in " ".join(arusha("assess", "spread", file).stdout.split())
    assert arusha("assess", "agree", file, QUESTION, "--level", 2, "--reason", "Seen").exit_code == 0
    told = arusha("assess", "spread", file).stdout
    assert "close" not in told
    assert "waits for its agreement" not in told


@pytest.mark.parametrize(
    ("typed", "sealed"), [("oui\n", True), ("o\n", True), ("y\n", True), ("non\n", False), ("\n", False)]
)
def test_a_question_in_french_takes_an_answer_in_french(arusha, start, tmp_path, stands, typed, sealed):
    file = start(tmp_path / "f.arusha", {"1.a.1": 2}, "fr")
    arusha("assess", "seal", file, typed=typed)
    assert bool(stands(file).fingerprint) is sealed


@pytest.mark.parametrize("respondent", [{"id": "p1"}, {}], ids=["private", "team"])
def test_evidence_of_a_day_to_come_is_refused_with_its_question(team, refused, respondent):
    file, hand_in = team
    before = file.read_bytes()
    answer = {"level": 3, "evidence": [{"text": "Order 7", "date": "2999-01-01"}]}
    refused(hand_in(respondent, answer), "r.json", QUESTION, "Order 7", "2999-01-01")
    assert file.read_bytes() == before
