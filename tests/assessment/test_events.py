"""Entries are typed when they are read; what an earlier release took and a later rule forbids opens, is named, and backs no score."""

import json

import forging
import pytest

from assessment import events
from assessment.storing.sqlite import AssessmentFile
from kb.base.errors import ArushaError

AT = "2026-11-27T10:00:00+00:00"


def parsed(kind, body, at=AT):
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, sort_keys=True)
    return events.parse(7, at, kind, text)


def answered(**answer):
    return {"question": "1.a.1", "wording": "?", "answer": {"level": 4} | answer}


REGISTER = {"text": "Register", "date": "2031-01"}


def test_an_entry_is_read_to_its_type_and_keeps_its_body_as_it_stands():
    body = answered(note="Seen\tthere\nand here")
    found = parsed("answered", body)
    assert found.body == body
    assert isinstance(found.event, events.Answered)
    assert found.event.answer.note == "Seen\tthere\nand here"
    assert found.remarks == ()


def test_every_kind_has_one_model_of_its_own_and_a_title():
    models = [kind.model for kind in events.KINDS.values()]
    assert len(set(models)) == len(models)
    assert all(kind.title for kind in events.KINDS.values())


@pytest.mark.parametrize(
    ("kind", "body", "part"),
    [
        ("answered", "{", "not JSON"),
        ("answered", "[" * 100_000, "nested too deeply"),
        ("answered", answered() | {"respondent": {"a": json.loads("[" * 50 + "]" * 50)}}, "nested too deeply"),
        ("answered", '{"a": ' + "9" * 5000 + "}", "not JSON"),
        ("answered", '{"a": NaN}', "not JSON"),
        ("answered", "[]", "not a set of fields"),
        ("names", '{"on": true, "on": true}', "not written as arusha writes it"),
        ("names", '{"on":true}', "not written as arusha writes it"),
        ("answered", '{"wording": "\\ud800"}', "half a character"),
        ("answered", answered(note="a\x1b[2J"), "control character in 'answer.note'"),
        ("answered", answered(note="a\rb"), "control character"),
        ("answered", answered(note="a\x85b"), "control character"),
        ("answered", answered(note="a\u2028b"), "control character"),
        ("answered", answered() | {"a\x07": 1}, "control character in"),
        ("answered", answered(level="3"), "answer.level"),
        ("answered", answered(level=True), "answer.level"),
        ("risk", {"id": "r1", "process": "Yard", "text": "Fee", "vulnerability": "inspection", "likelihood": "4"}, "likelihood"),
        ("names", {"on": 1}, "on"),
        ("answered", answered() | {"more": 1}, "more"),
        ("foreseen", {}, "update arusha"),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence_that_names_the_entry(kind, body, part):
    with pytest.raises(events.EntryError) as caught:
        parsed(kind, body)
    sentence = str(caught.value)
    assert sentence.startswith("entry 7 of its journal ")
    assert part in sentence
    assert sentence.isprintable()
    assert len(sentence) < 600


@pytest.mark.parametrize(
    "at",
    [
        "",
        "yesterday",
        "2026-11-27",
        "2026-11-27T10:00:00",
        "2026-11-27T10:00:00Z",
        "2026-02-30T10:00:00+00:00",
        "2026-11-27T10:00:00+00:00\n",
        "9999-12-31T23:59:59+00:00",
        "0001-01-01T00:00:00+00:00",
        "2026-11-27T10:00:60+00:00",
        "２026-11-27T10:00:00+00:00",
        "\x1b[2J",
    ],
)
def test_a_moment_is_a_real_one_in_one_form(at):
    with pytest.raises(events.EntryError, match="is not a moment written YYYY-MM-DDTHH:MM:SS") as caught:
        parsed("names", {"on": True}, at)
    assert str(caught.value).isprintable()


def test_the_last_moment_that_may_be_is_in_the_year_9998():
    assert parsed("names", {"on": True}, "9998-12-31T23:59:59+00:00").event.on


@pytest.mark.parametrize(
    ("dated", "remarks"),
    [
        ("2026-11-27", 0),
        ("2026-11-28", 0),  # it is that day by then on the first islands
        ("2026-11", 0),
        ("2026", 0),
        ("2026-11-29", 1),
        ("2026-12", 1),
        ("2027", 1),
    ],
)
def test_evidence_of_a_day_that_has_begun_nowhere_is_remarked(dated, remarks):
    piece = {"text": "Register", "date": dated}
    assert len(parsed("evidence", {"id": "e1"} | piece).remarks) == remarks
    assert len(parsed("answered", answered(evidence=[piece])).remarks) == remarks


@pytest.fixture
def earlier(start, tmp_path):
    """A file as an earlier release could write it: evidence of the future came in by `collect`."""
    path = start(tmp_path / "earlier.arusha", {"1.b.1": 2})
    wording = forging.lines(path)[1][2]["wording"]
    forging.append(path, "answered", answered(evidence=[REGISTER]) | {"wording": wording})
    return path


def test_an_answer_that_a_later_rule_forbids_opens_is_named_and_backs_no_score(earlier, arusha, stands):
    found = stands(earlier)
    assert set(found.standing) == {"1.b.1"}
    told = arusha("assess", "verify", earlier)
    assert told.exit_code == 1
    assert "the chain is whole" in told.stdout
    assert told.stderr.startswith(f"arusha: {earlier}: entry 3 of its journal rests on evidence dated 2031-01")
    assert told.stderr.rstrip().endswith("an earlier release took it, and no score rests on it")
    assert "Level 4" in arusha("assess", "history", earlier, "1.a.1").stdout, "the history keeps it"
    assert arusha("assess", "score", earlier).exit_code == 0


def test_an_answer_for_the_team_over_private_scores_is_named_too(start, tmp_path, arusha, stands):
    path = start(tmp_path / "earlier.arusha")
    for by in ({"by": "p1"}, {}):
        forging.append(path, "answered", answered() | by)
    told = arusha("assess", "verify", path)
    assert told.exit_code == 1
    assert told.stderr.startswith(f"arusha: {path}: entry 3 of its journal answers for the team over private scores")
    assert "1.a.1" not in stands(path).answers


def test_such_a_file_is_exported_imported_locked_and_goes_on(earlier, arusha, tmp_path, stands):
    for words in (
        ("export", earlier, "-o", tmp_path / "out.json"),
        ("import", tmp_path / "out.json", tmp_path / "again.arusha"),
        ("answer", earlier),
        ("seal", earlier, "--yes"),
    ):
        told = arusha("assess", *words, typed="3\n\n\nq\n")
        assert (told.exit_code, told.stderr) == (0, ""), words
    assert stands(earlier).answers["1.a.1"].level == 3, "a new answer takes its place"
    assert arusha("assess", "verify", tmp_path / "again.arusha").exit_code == 1


def test_a_rule_binds_every_new_entry_and_nothing_is_kept_of_what_breaks_it(assessment_file, bank):
    with AssessmentFile.open(assessment_file) as file:
        for kind, body, part in (
            ("answered", answered(evidence=[REGISTER]), "rests on evidence dated 2031-01"),
            ("evidence", {"id": "e1", "text": "Register", "date": "2999"}, "is evidence dated 2999"),
            ("moved", {"questions": ["1.a.1"], "to": "submitted", "by": "f1", "why": "a\x07"}, "control character"),
            ("answered", answered(note="\ud800"), "half a character"),
            ("answered", answered(level=5), "answer.level"),
            ("foreseen", {}, "is not one that this release can read"),
        ):
            with pytest.raises(ArushaError, match="nothing was kept: the new entry ") as caught:
                file.append([("names", {"on": True}), (kind, body)])
            assert part in str(caught.value)
        assert len(file.entries()) == 1
        with pytest.raises(ArushaError, match="after the seal"):
            file.append([("sealed", {"answers": 0}), ("names", {"on": True})])
        assert len(file.entries()) == 1


def test_evidence_of_the_future_is_collected_no_more(assessment_file, arusha, tmp_path, bank, refused):
    answers = {"1.a.1": {"level": 4, "evidence": [REGISTER]}}
    responses = tmp_path / "responses.json"
    head = {"questionnaire": "self-assessment", "version": bank.version}
    responses.write_text(json.dumps(head | {"answers": answers}), encoding="utf-8")
    refused(arusha("assess", "collect", assessment_file, responses), responses, "1.a.1", "dated 2031-01")
    assert len(forging.lines(assessment_file)) == 1


def test_control_characters_that_release_0_1_0_let_through_are_named_and_shown_to_nobody(assessment_file, arusha):
    """0.1.0 cleaned all that people type but the reason of `return` and the Member's own questions."""
    why = "Look\x1b[2J again\x07"
    forging.append(assessment_file, "moved", {"questions": ["1.a.1"], "to": "draft", "by": "f1", "why": why})
    own = {"id": "8.d.m1", "text": {"en": "Ours\x1b[31m?"}, "levels": [{"en": f"Level {n}"} for n in range(5)]}
    forging.append(assessment_file, "tailored", {"questions": [own]})
    told = arusha("assess", "verify", assessment_file)
    assert told.exit_code == 1
    assert [line.split(" of its")[0].split(": ")[-1] for line in told.stderr.splitlines()] == ["entry 2", "entry 3"]
    for words in (("history",), ("status",), ("answer", "--factor", "8")):
        shown = arusha("assess", words[0], assessment_file, *words[1:], typed="q\n")
        assert (shown.exit_code, shown.stderr) == (0, "")
        assert not {"\x1b", "\x07"} & set(shown.stdout)


ACTION = {"id": "a1", "origin": {"gaps": ["1.a.1"]}, "elements": ["1.a"], "problem": "No register"}
COUNTED = {"indicators": [{"text": "Ports with a register", "baseline": 0, "target": 8, "unit": "ports"}]}
OF_NOTHING = {"id": "9.z.m1", "text": {"en": "Ours?"}, "levels": [{"en": f"Level {n}"} for n in range(5)]}


@pytest.mark.parametrize(
    "entries",
    [
        [("tailored", {"questions": [OF_NOTHING]})],
        [("action", ACTION | COUNTED), ("monitored", {"action": "a1", "date": "2026-01-01", "values": {"20": 1}})],
        [
            ("action", ACTION | COUNTED),
            ("monitored", {"action": "a1", "date": "2026-01-01", "values": {"1": 1}}),
            ("action", ACTION),
        ],
    ],
    ids=["a question of no element", "a result of no indicator", "an indicator taken away"],
)
def test_what_an_entry_is_about_must_be_there(start, tmp_path, arusha, refused, entries):
    path = start(tmp_path / "a.arusha", {"1.a.1": 2})
    for kind, body in entries:
        forging.append(path, kind, body)
    for words in (("score",), ("report", "-o", tmp_path / "r.html")):
        refused(arusha("assess", words[0], path, *words[1:]), str(path), "go back to a copy you trust")
    refused(arusha("plan", "show", path, "a1"), str(path), "go back to a copy you trust")
