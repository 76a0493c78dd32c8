"""Answers: what a response file may hold, how each fault in it is told, and which of a journal’s answers stands."""

import json
import unicodedata

import forging
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.actions import Action, Indicator, Monitored
from assessment.agreement import Agreement, Dissent
from assessment.answers import Answer, Evidence, read_responses
from assessment.events import as_kept
from assessment.evidence import Piece
from assessment.people import Person
from assessment.replay import state
from assessment.risks import Risk
from assessment.rounds.answering import answered
from assessment.rounds.opening import opening
from assessment.storing.sqlite import AssessmentFile
from kb.base.errors import ArushaError

HEAD = {"questionnaire": "self-assessment", "version": "1.0"}


@pytest.fixture
def responses(tmp_path, bank):
    """Write a response file: bytes and text as they are, a dict as the answers of a file that is otherwise right."""
    path = tmp_path / "responses.json"

    def write(content):
        if isinstance(content, dict):
            content = json.dumps({**HEAD, "version": bank.version, "answers": content})
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def faults(responses, bank):
    """The sentences with which a response file is refused."""

    def read(content):
        path = responses(content)
        with pytest.raises(ArushaError) as caught:
            read_responses(path, bank)
        *lines, last = str(caught.value).split("\n")
        if not lines:
            lines = [last]
        else:
            assert last == "Nothing was taken from the file."
        for line in lines:
            assert line.startswith(f"{path}: "), "the file is not named"
            assert "; " in line, "there is no remedy"
        return [line.removeprefix(f"{path}: ") for line in lines]

    return read


BAD_ANSWERS = [
    ({"level": 5}, "level", "5 is not a level"),
    ({"level": -1}, "level", "-1 is not a level"),
    ({"level": 2.5}, "level", "2.5 is not a level"),
    ({"level": 3.0}, "level", "3.0 is not a level"),
    ({"level": True}, "level", "True is not a level"),
    ({"level": "3"}, "level", "'3' is not a level"),
    ({"level": [3]}, "level", "[3] is not a level"),
    ({"level": 3, "dont_know": True}, "", "exactly one"),
    ({"level": 3, "not_applicable": "No rail"}, "", "exactly one"),
    ({"not_applicable": "No rail", "dont_know": True}, "", "exactly one"),
    ({}, "", "exactly one"),
    ({"dont_know": False}, "", "exactly one"),
    ({"dont_know": "true"}, "dont_know", "neither true nor false"),
    ({"dont_know": 1}, "dont_know", "neither true nor false"),
    ({"not_applicable": " \t"}, "not_applicable", "blank"),
    ({"not_applicable": True}, "not_applicable", "True"),
    ({"level": 3, "remark": "x"}, "remark", "not a field"),
    ({"level": 3, "note": 7}, "note", "7"),
    ({"level": 3, "note": "x" * 20_001}, "note", "20000"),
    ({"level": 3, "evidence": "Order 6"}, "evidence", "Order 6"),
    ({"level": 3, "evidence": [" "]}, "evidence.0.text", "blank"),
    ({"level": 3, "evidence": [{"link": "x"}]}, "evidence.0.text", "missing"),
    ({"level": 3, "evidence": [{"text": "x", "date": "2024-13"}]}, "evidence.0.date", "calendar"),
    ({"level": 3, "evidence": [{"text": "x", "date": "May"}]}, "evidence.0.date", "not a date"),
    (3, "", "not a set of fields"),
    (None, "", "not a set of fields"),
]


@pytest.mark.parametrize(("answer", "field", "reason"), BAD_ANSWERS)
def test_a_wrong_answer_is_refused_with_its_place(faults, answer, field, reason):
    (fault,) = faults({"1.a.1": {"level": 2}, "1.b.1": answer})
    place, _, said = fault.partition(": ")
    assert place == f"answers.1.b.1.{field}".rstrip(".")
    assert reason in said


@pytest.mark.parametrize("key", ["1.a.99", "11.a.1", "1.a", "", "1.A.1", "1.a.1 ", "toString"])
def test_an_unknown_question_is_refused(faults, key):
    (fault,) = faults({key: {"level": 1}})
    assert fault.startswith(f"answers.{key}: is not a question of this version; ")


def test_an_unknown_id_cannot_break_its_sentence_or_steer_a_terminal(faults):
    (fault,) = faults({"1.a.1\nAll is well.\x1b[2J": {"level": 1}})
    assert "\x1b" not in fault


def test_a_fault_is_told_in_few_words_however_long_its_value(faults):
    (fault,) = faults({"1.a.1": {"level": "3" * 100_000}})
    assert len(fault) < 300


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"version": "0.9"}, "version", "0.9"),
        ({"version": 1.0}, "version", "1.0"),
        ({"questionnaire": "perception-survey"}, "questionnaire", "perception-survey"),
        ({"answers": []}, "answers", "[]"),
        ({"respondent": "me"}, "respondent", "me"),
        ({"anwsers": {}}, "anwsers", "not a field"),
    ],
)
def test_a_file_for_something_else_is_refused(faults, bank, change, place, reason):
    (fault,) = faults(json.dumps({**HEAD, "version": bank.version, "answers": {"1.a.1": {"level": 1}}, **change}))
    assert fault.startswith(f"{place}: ")
    assert reason in fault


@pytest.mark.parametrize("name", ["questionnaire", "version", "answers"])
def test_a_missing_part_is_named(faults, bank, name):
    whole = {**HEAD, "version": bank.version, "answers": {}}
    (fault,) = faults(json.dumps({key: value for key, value in whole.items() if key != name}))
    assert fault.startswith(f"{name}: is missing; ")
    assert "not_stated" not in fault, "that word means nothing in a response file"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "line 1"),
        (b"{\n  answers: {}\n}", "line 2"),
        (b'{"questionnaire": "self-assessment",', "line 1"),
        (b"[]", "not a set of fields"),
        (b"3", "not a set of fields"),
        (b"null", "not a set of fields"),
        ('{"version": "é"}'.encode("latin-1"), "UTF-8"),
        ('{"version": "é"}'.encode("utf-16"), "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"PK\x03\x04\xff\xfe", "UTF-8"),
    ],
)
def test_what_is_no_response_file_is_refused(faults, content, reason):
    (fault,) = faults(content)
    assert reason in fault


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("field", ["level", "note"])
def test_a_number_that_json_does_not_have_is_refused_with_its_place(faults, number, field):
    text = json.dumps({**HEAD, "answers": {"1.a.1": {"level": 1}, "1.b.1": {field: "#"}}}, indent=1)
    (fault,) = faults(text.replace('"#"', number))
    assert number in fault
    assert "1.b.1" in fault or "line 9" in fault


def test_a_number_that_json_does_not_have_is_refused_outside_the_answers_too(faults):
    assert "NaN" in faults(json.dumps({**HEAD, "respondent": {"age": float("nan")}, "answers": {}}))[0]


def test_a_key_that_stands_twice_is_refused_with_its_place(faults):
    text = json.dumps({**HEAD, "answers": {"1.a.1": {"level": 1}, "1.b.1": {"level": 2, "LEVEL": 3}}}, indent=1)
    (fault,) = faults(text.replace("LEVEL", "level"))
    assert "“level”" in fault
    assert "1.b.1" in fault or "line 10" in fault


def test_a_question_answered_twice_is_refused(faults):
    text = json.dumps({**HEAD, "answers": {"1.a.1": {"level": 1}, "1.A.1": {"level": 2}}})
    assert "“1.a.1”" in faults(text.replace("1.A.1", "1.a.1"))[0]


def test_a_file_of_sixty_megabytes_is_refused_unread(bank, tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(ArushaError, match=r"large\.json: .*50 MB.*; "):
        read_responses(path, bank)


def test_all_faults_are_told_at_once_a_sentence_each(faults):
    found = faults({key: {"level": 5} for key in ("1.a.1", "1.b.1", "10.a.1")} | {"no": {"level": 1}})
    assert [fault.split(": ")[0] for fault in found] == [
        "answers.1.a.1.level",
        "answers.1.b.1.level",
        "answers.10.a.1.level",
        "answers.no",
    ]


def test_what_a_response_file_may_say_is_taken(responses, bank):
    path = responses(
        {
            "1.a.1": {"level": 3, "note": "So\nsaid", "evidence": ["Order 6", {"text": "Plan", "date": "2024-05"}]},
            "1.b.1": {"not_applicable": " No rail border "},
            "2.a.1": {"dont_know": True, "note": "Ask the audit"},
            "2.b.1": {"level": 0},
        }
    )
    assert read_responses(path, bank).answers == {
        "1.a.1": Answer(
            level=3, note="So\nsaid", evidence=(Evidence(text="Order 6"), Evidence(text="Plan", date="2024-05"))
        ),
        "1.b.1": Answer(not_applicable="No rail border"),
        "2.a.1": Answer(dont_know=True, note="Ask the audit"),
        "2.b.1": Answer(level=0),
    }


def test_a_byte_order_mark_is_no_fault(responses, bank):
    text = json.dumps({**HEAD, "version": bank.version, "answers": {"1.a.1": {"level": 1}}})
    assert read_responses(responses(text.encode("utf-8-sig")), bank).answers == {"1.a.1": Answer(level=1)}


HOSTILE = [
    {"1.a.1": {"level": 1}, "1.b.1": {"level": 5}},
    {"1.a.1": {"level": 1}, "99.z.1": {"level": 1}},
    json.dumps({**HEAD, "version": "0.1", "answers": {"1.a.1": {"level": 1}}}),
    json.dumps({**HEAD, "answers": {"1.a.1": {"level": 1}}})[:-1],
    b"\xff",
]


@pytest.mark.parametrize("content", HOSTILE, ids=["level", "id", "version", "cut", "bytes"])
def test_of_a_refused_file_nothing_is_taken(arusha, responses, start, tmp_path, content):
    file = start(tmp_path / "a.arusha", {"1.a.1": 4})
    before = file.read_bytes()
    result = arusha("assess", "collect", file, responses(content))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"arusha: {tmp_path / 'responses.json'}: ")
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".json"] == ["a.arusha"]


@pytest.mark.parametrize(
    "text",
    [
        '{"level": 1, "note": "\\ud800"}',
        '{"not_applicable": "\\udfff."}',
        '{"level": 1, "evidence": ["\\u0000 a \\ud800"]}',
        f'{{"level": {"9" * 5000}}}',
        '{"level": 1e999}',
    ],
)
@pytest.mark.parametrize("place", ["answers", "respondent"])
def test_whatever_json_can_write_is_taken_or_refused_without_a_crash(arusha, responses, assessment_file, text, place):
    whole = {**HEAD, "answers": {"1.a.1": {"level": 1}}, place: {"1.a.1": "#"}}
    result = arusha("assess", "collect", assessment_file, responses(json.dumps(whole).replace('"#"', text)))
    assert result.exit_code in (0, 2), result.exception
    assert arusha("assess", "score", assessment_file).exit_code == 0


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
filled = texts.map(str.strip).filter(bool)
pieces = st.lists(st.builds(Evidence, text=filled, date=st.sampled_from([None, "2024", "2024-02-29"])), max_size=3).map(
    tuple
)
any_answer = st.one_of(
    st.builds(Answer, level=st.integers(0, 4), note=texts, evidence=pieces),
    st.builds(Answer, not_applicable=filled),
    st.builds(Answer, dont_know=st.just(True), note=texts),
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(any_answer)
def test_an_answer_comes_back_from_json_as_it_was(answer):
    assert Answer.model_validate(json.loads(json.dumps(answer.as_json())), strict=False) == answer


@settings(max_examples=50, deadline=None, derandomize=True)
@given(sequence=st.lists(st.tuples(st.sampled_from(["1.a.1", "1.b.1", "9.a.1"]), any_answer), max_size=12))
def test_the_last_answer_to_each_question_stands(bank, sequence):
    first, (remembered,) = opening("Testland Customs", "NZ", "fr", bank)
    given_ = [as_kept(each) for each in (first, *(answered(key, value, bank) for key, value in sequence))]
    entries = forging.entries([(f"2026-01-{day:02}T10:00:00+00:00", *each) for day, each in enumerate(given_, 1)])
    amounts = state(entries, bank, lambda _: remembered)
    assert amounts.answers == dict(sequence)
    assert amounts.wordings == {key: bank.by_id[key].wording for key, _ in sequence}
    assert (amounts.administration, amounts.member, amounts.language) == ("Testland Customs", "NZ", "fr")
    assert (amounts.opened, amounts.changed) == (entries[0].at, entries[-1].at)


def test_a_journal_that_does_not_begin_with_its_opening_is_refused(bank):
    kind, body = as_kept(answered("1.a.1", Answer(level=1), bank))
    with pytest.raises(ArushaError, match=r"a journal begins with its opening; "):
        forging.entries([("2026-01-01T10:00:00+00:00", kind, body)])


ODD = "one\vtwo\u2028three\rfour\x85five\fsix\u2029seven\r\neight\x00\x1b"
LINES, LINE = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight", "one two three four five six seven eight"


def test_odd_line_breaks_of_a_response_file_are_line_breaks_or_a_blank_in_one_line(responses, bank):
    given = {
        "1.a.1": {"level": 1, "note": ODD, "evidence": [ODD, {"text": ODD, "link": ODD}]},
        "1.b.1": {"not_applicable": ODD},
    }
    whole = {**HEAD, "version": bank.version, "answers": given, "respondent": {"id": "p1", "unit": ODD}}
    read = read_responses(responses(json.dumps(whole)), bank)
    one, two = read.answers["1.a.1"], read.answers["1.b.1"]
    assert [one.note, two.not_applicable, *(piece.text for piece in one.evidence)] == [LINES] * 4
    assert one.evidence[1].link == read.respondent["unit"] == LINE


def test_what_is_collected_with_odd_line_breaks_is_clean_in_the_journal(arusha, responses, assessment_file):
    given = {"1.a.1": {"level": 1, "note": ODD, "evidence": [ODD]}}
    assert arusha("assess", "collect", assessment_file, responses(given)).exit_code == 0
    with AssessmentFile.open(assessment_file) as file:
        body = json.dumps([entry.body for entry in file.entries()], ensure_ascii=False)
    assert json.dumps(LINES) in body
    assert not [sign for sign in body if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs")]


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ('{"level": 1, "note": "a \\ud83d b"}', "answers.1.a.1.note"),
        ('{"level": 1, "evidence": ["ok", "\\udc00"]}', "answers.1.a.1.evidence.2"),
        ('{"level": 1, "\\ud800": 1}', "answers.1.a.1"),
    ],
)
def test_half_a_character_is_refused_with_its_place(faults, answer, place):
    (fault,) = faults(json.dumps({**HEAD, "answers": {"1.a.1": "#"}}).replace('"#"', answer))
    assert fault.startswith(f"{place}: holds half a character")


def test_two_halves_that_make_a_character_are_it(responses, bank):
    text = json.dumps({**HEAD, "version": bank.version, "answers": {"1.a.1": {"level": 1, "note": "😀"}}})
    assert "ud83d" in text
    assert read_responses(responses(text), bank).answers["1.a.1"].note == "😀"


@pytest.mark.parametrize(
    ("model", "fields", "lines", "line"),
    [
        (Dissent, {"group": ODD, "why": ODD}, ["why"], ["group"]),
        (Agreement, {"answer": {"level": 1}, "reason": ODD}, ["reason"], []),
        (Person, {"id": "p1", "unit": ODD, "grade": ODD, "name": ODD}, [], ["unit", "grade", "name"]),
        (Piece, {"id": "e1", "text": ODD, "owner": ODD, "why": ODD}, ["text", "why"], ["owner"]),
        (
            Risk,
            {
                **dict.fromkeys(("process", "text", "controls", "source", "owner", "why"), ODD),
                **{"id": "r1", "vulnerability": "goods", "likelihood": 1, "impact": 1},
            },
            ["text", "controls", "source", "why"],
            ["process", "owner"],
        ),
        (
            Action,
            {
                **dict.fromkeys(("problem", "result", "measure", "resources", "risks", "owner", "authority"), ODD),
                **{"id": "a1", "origin": {"decision": "Board"}},
            },
            ["problem", "result", "measure", "resources", "risks"],
            ["owner", "authority"],
        ),
        (Indicator, {"text": ODD, "unit": ODD, "source": ODD, "retired": ODD}, [], ["text", "unit", "source", "retired"]),
        (Monitored, {"date": "2026-01-01", "note": ODD, "remark": ODD, "by": ODD}, ["note", "remark"], ["by"]),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)  # fmt: skip
def test_every_text_of_a_person_has_clean_lines_or_is_one(model, fields, lines, line):
    made = model.model_validate(fields, strict=False)
    assert {name: getattr(made, name) for name in lines} == dict.fromkeys(lines, LINES)
    assert {name: getattr(made, name) for name in line} == dict.fromkeys(line, LINE)


def test_what_is_typed_at_a_prompt_is_one_clean_line(arusha, start, tmp_path):
    file = start(tmp_path / "a.arusha", {})
    arusha("assess", "answer", file, typed="1\none\vtwo\u2028three\x1b\n\nq\n")
    with AssessmentFile.open(file) as opened:
        assert '"one two three"' in json.dumps([entry.body for entry in opened.entries()])


def test_the_word_on_a_step_of_the_work_is_cleaned(arusha, start, tmp_path):
    file = start(tmp_path / "a.arusha", {"1.a.1": 1})
    result = arusha("assess", "submit", file, "1.a.1", "--why", ODD)
    assert result.exit_code == 0, result.output
    with AssessmentFile.open(file) as opened:
        assert opened.entries()[-1].body["why"] == LINES


def test_of_very_many_faults_the_first_are_told_and_the_rest_counted(faults):
    told = faults(json.dumps({**HEAD, "answers": {f"0.z.{n}": {"level": 1} for n in range(5_000)}}))
    assert len(told) <= 202
    assert "more faults" in " ".join(told)
