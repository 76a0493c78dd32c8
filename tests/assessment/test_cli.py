"""The commands of the assessment, typed and piped: the main job from a new file to its report, and every bad input."""

import json
import os
import re
import sqlite3
import subprocess
from contextlib import closing

import pytest

from assessment.answers import Answer, Evidence, Kind
from assessment.storing.sqlite import AssessmentFile
from kb.base.interface import phrases
from kb.base.vocabulary import factor_of

_ASKED = re.compile(r"^(\d+\.[a-z]\.\d+)  ", re.M)


def asked(result):
    """The questions asked in a session, in order."""
    return _ASKED.findall(result.stdout)


def lines(*typed):
    return "".join(f"{line}\n" for line in typed)


@pytest.fixture
def answer(arusha, assessment_file):
    """A session with the lines typed, which ends well and says nothing on stderr."""

    def run(*typed, factor=None):
        options = ["--factor", factor] if factor else []
        result = arusha("assess", "answer", assessment_file, *options, typed=lines(*typed))
        assert (result.exit_code, result.stderr) == (0, ""), result.exception
        return result

    return run


@pytest.fixture
def kept(assessment_file, stands):
    return lambda: stands(assessment_file).answers


def test_from_a_new_file_to_its_report(arusha, tmp_path, bank, page):
    file, out = tmp_path / "a.arusha", tmp_path / "out.html"
    made = arusha("assess", "new", file, "--administration", " Testland Customs ", "--member", "mk")
    assert made.exit_code == 0
    assert f"{len(bank.questions)} questions" in made.stdout
    assert f"arusha assess answer {file}" in made.stdout
    arusha("assess", "answer", file, typed=lines("3", "Signed", "Order 6", "", "", "", "d", "", "n", "No rail"))
    scored = arusha("assess", "score", file, "--format", "json")
    found = json.loads(scored.stdout)
    first = found["factors"][0]
    assert list(found) == ["overall", "factors"]
    assert [factor["number"] for factor in found["factors"]] == [*range(1, 11)]
    assert (first["name"], first["score"], first["weakest"]) == ("Leadership and Commitment", None, "1.a.1")
    assert (first["elements"][0]["id"], first["elements"][0]["score"]) == ("1.a", 75.0)
    assert (first["answered"], first["dont_know"], first["not_applicable"]) == (1, 1, 1)
    assert arusha("assess", "report", file, "-o", out).stdout == f"Wrote {out}\n"
    shown = page(out.read_text(encoding="utf-8")).text
    for text in ("Testland Customs", "North Macedonia", "Signed", "Order 6", "No rail"):
        assert text in shown


def test_every_kind_of_answer_is_kept(answer, kept):
    answer(
        "3", "A note", "Order 6", "", "", "Plan 7", "2024", "1", "", "n", "No rail border", "d", "Ask", "0", "", "", "q"
    )
    assert kept() == {
        "1.a.1": Answer(
            level=3,
            note="A note",
            evidence=(Evidence(text="Order 6"), Evidence(text="Plan 7", date="2024", kind=Kind.LAW)),
        ),
        "1.a.2": Answer(not_applicable="No rail border"),
        "1.a.3": Answer(dont_know=True, note="Ask"),
        "1.b.1": Answer(level=0),
    }


def test_a_session_goes_on_at_the_next_unanswered_question(answer, bank):
    ids = [question.id for question in bank.questions]
    assert asked(answer("2", "", "", "s", "", "2", "", "", "q")) == ids[:5]
    resumed = answer("q")
    assert asked(resumed) == [ids[1]]
    assert f"2 of {len(ids)} questions answered" in resumed.stdout


def test_skipping_to_the_end_keeps_what_is_open_for_the_next_session(answer, bank):
    result = answer("1", "", "", *["s"] * len(bank.questions))
    assert asked(result) == [question.id for question in bank.questions]
    assert f"End of the questions. 1 of {len(bank.questions)}" in result.stdout
    assert asked(answer("q")) == ["1.a.2"]


def test_a_level_bears_the_name_of_its_question_s_side_and_the_rule_stands_at_the_start_and_in_the_help(answer, bank):
    """1.a.1 asks for a rule, 1.a.3 for what is done."""
    scale = bank.scale
    result = answer("h", "3", "", "", "s", "3", "", "", "q").stdout
    for side in (scale.de_jure, scale.de_facto):
        assert result.count(f"Level 3 ({side[3].name.en})") == 1
    told = " ".join(result.split())
    assert told.count(scale.rule.en) == 2
    assert told.index(scale.rule.en) < told.index("1.a.1")


def test_going_back_changes_an_answer_and_keeps_its_note_and_evidence(answer, kept, assessment_file):
    result = answer("3", "A note", "Order 6", "", "", "", "b", "1", "", "", "q")
    assert asked(result) == ["1.a.1", "1.a.2", "1.a.1", "1.a.2"]
    assert "Answer so far: Level 3" in result.stdout
    assert kept() == {"1.a.1": Answer(level=1, note="A note", evidence=(Evidence(text="Order 6"),))}
    with AssessmentFile.open(assessment_file) as file:
        levels = [entry.body["answer"]["level"] for entry in file.entries()[1:]]
    assert levels == [3, 3, 3, 1], "the journal keeps what was said before"


def test_a_complete_assessment_can_still_be_changed(arusha, start, tmp_path, bank, stands):
    file = start(tmp_path / "full.arusha", {question.id: 2 for question in bank.questions})
    arusha("assess", "answer", file, "--factor", 8, typed=lines("4", "", "", "q"))
    assert [answer.level for answer in stands(file).answers.values()].count(4) == 1


def test_at_the_first_question_back_stays(answer):
    result = answer("b", "q")
    assert asked(result) == ["1.a.1"]
    assert "This is the first question." in result.stdout


def test_a_jump_goes_to_the_factor_named_and_a_wrong_one_stays(answer):
    result = answer("f8", "f11", "f0", "q")
    assert [factor_of(key) for key in asked(result)] == [1, 8]
    assert "There is no key factor “11”" in result.stdout


def test_one_factor_alone_can_be_asked(answer, bank):
    own = [question.id for question in bank.of_factor(7)]
    result = answer(*["s"] * len(own), factor=7)
    assert asked(result) == own
    assert f"0 of {len(own)}" in result.stdout
    assert "no key factor" in answer("f1", "q", factor=7).stdout


def test_help_says_why_who_and_what_evidence(answer, bank):
    told = " ".join(answer("h", "q").stdout.split())
    question = bank.questions[0]
    for text in (question.why.en, question.who.en, *question.evidence.en):
        assert text in told


@pytest.mark.parametrize("typed", ["5", "-1", "yes", "2.5", "\x1b[A", "é"])
def test_what_is_no_answer_is_told_and_asked_again(answer, kept, typed):
    assert "is not an answer here" in answer(typed, "q").stdout
    assert kept() == {}


def test_not_applicable_without_a_reason_is_not_taken(answer, kept):
    result = answer("n", "", "q")
    assert asked(result) == ["1.a.1", "1.a.1"]
    assert kept() == {}


def test_progress_is_shown(answer, bank):
    assert f"question 2 of {len(bank.questions)}, 1 answered" in answer("1", "", "", "q").stdout


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ([], {}),
        (["n"], {}),
        (["3"], {"1.a.1": Answer(level=3)}),
        (["3", "A note"], {"1.a.1": Answer(level=3, note="A note")}),
        (["3", "", "Order 6"], {"1.a.1": Answer(level=3, evidence=(Evidence(text="Order 6"),))}),
    ],
)
def test_whenever_the_lines_end_what_was_typed_is_kept(answer, kept, typed, expected):
    assert "Stopped." in answer(*typed).stdout
    assert kept() == expected


@pytest.mark.parametrize(("word", "next_asked"), [("q", None), ("b", "1.a.1"), ("1.c.1", "1.c.1"), ("u", "1.a.3")])
@pytest.mark.parametrize("before", [(), ("Seen",), ("Seen", "Order 6"), ("Seen", "Order 6", "2024-05")])
def test_a_word_of_the_session_acts_after_an_answer_too_and_what_was_given_is_kept(
    answer, kept, before, word, next_asked
):
    """At the prompts for the note, the evidence, its date and its kind."""
    result = answer("s", "3", *before, word, "q")
    assert asked(result)[2:] == ([next_asked] if next_asked else [])
    note, text, dated = (*before, *[None] * 3)[:3]
    evidence = (Evidence(text=text, date=dated),) if text else ()
    assert kept() == {"1.a.2": Answer(level=3, note=note or "", evidence=evidence)}


def test_help_and_what_is_no_note_keep_one_at_the_prompt(answer, kept):
    result = answer("3", "h", "n", "4", "A note", "d", "s", "q")
    assert "“4” is not an answer here." in result.stdout
    assert kept() == {"1.a.1": Answer(level=3, note="A note")}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_evidence_is_asked_for_its_date_and_its_kind_and_what_is_wrong_is_asked_again(
    arusha, tmp_path, stands, language
):
    file = tmp_path / "a.arusha"
    arusha("assess", "new", file, "--administration", "Douanes", "--lang", language)
    say = phrases(language)
    wrong_dates, wrong_kinds = (
        ("May", "2024-13", "2999-01-01", "13"),
        ("0", "12", "zz", "P" if language == "en" else "D"),
    )
    typed = ("3", "", "One", *wrong_dates, "2025-05-31", *wrong_kinds, say("piece_kind.audit").upper(), "Two", "", "")
    told = arusha("assess", "answer", file, typed=lines(*typed, "", "q")).stdout
    one, two = stands(file).answers["1.a.1"].evidence
    assert one == Evidence(text="One", date="2025-05-31", kind=Kind.AUDIT)
    assert two == Evidence(text="Two")
    assert told.count(say("answer.undated")) == 1
    assert max(len(line) for line in told.splitlines() if "1 " in line and " · 2 " in line) <= 80
    assert all(f"{number} {say(f'piece_kind.{kind}')}" in " ".join(told.split()) for number, kind in enumerate(Kind, 1))


def test_a_long_note_and_text_of_any_language_are_kept(answer, kept):
    note = "Ґ 測試 😀 العربية " * 400
    answer("2", note, "Указ № 6", "", "", "", "q")
    assert kept() == {"1.a.1": Answer(level=2, note=note.strip(), evidence=(Evidence(text="Указ № 6"),))}


def test_a_session_in_french(arusha, tmp_path, stands, page, knowledge):
    file, out = tmp_path / "f.arusha", tmp_path / "f.html"
    arusha("assess", "new", file, "--administration", "Douanes", "--lang", "fr")
    result = arusha("assess", "answer", file, typed=lines("a", "p", "r", "i", "", "n", "Sans objet", "4", "", "", "q"))
    assert result.stdout.count("Réponse enregistrée") == 3
    assert "Dans quelle mesure" in result.stdout
    assert "Answer" not in result.stdout
    assert list(stands(file).answers) == ["1.a.1", "1.a.2", "1.a.3"]
    assert f" 1 {knowledge.declaration.factor(1).name.fr} " in arusha("assess", "score", file).stdout
    arusha("assess", "report", file, "-o", out)
    assert page(out.read_text(encoding="utf-8")).elements[0] == ("html", {"lang": "fr"})
    arusha("assess", "report", file, "-o", out, "--lang", "en")
    assert page(out.read_text(encoding="utf-8")).elements[0] == ("html", {"lang": "en"})


@pytest.fixture
def responses(tmp_path, bank):
    path = tmp_path / "r.json"

    def write(answers):
        content = {"questionnaire": bank.id, "version": bank.version, "respondent": {"role": "x"}, "answers": answers}
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


def test_collect_takes_all_and_says_what_was_new(arusha, responses, start, tmp_path, stands):
    file = start(tmp_path / "a.arusha", {"1.a.1": 1, "1.a.2": 2})
    path = responses({"1.a.1": {"level": 3}, "1.a.2": {"level": 2}, "1.b.1": {"dont_know": True}})
    said = arusha("assess", "collect", file, path)
    assert (said.exit_code, said.stderr) == (0, "")
    assert "1 new, 1 in place of an earlier one; 1 stood there already" in said.stdout
    assert stands(file).answers == {
        "1.a.1": Answer(level=3),
        "1.a.2": Answer(level=2),
        "1.b.1": Answer(dont_know=True),
    }
    before = file.read_bytes()
    assert "0 new, 0 in place" in arusha("assess", "collect", file, path).stdout
    assert file.read_bytes() == before, "the same answers again are no change"


def test_the_table_of_scores_has_a_row_for_each_factor_and_one_for_all(arusha, start, tmp_path, bank):
    file = start(tmp_path / "a.arusha", {question.id: 3 for question in bank.of_factor(2)})
    text = arusha("assess", "score", file).stdout
    claimed, sides = (part.splitlines() for part in text.split("\n\n"))
    asked = len(bank.of_factor(2))
    assert re.search(rf"^ 2 Regulatory Framework +75\.0 +50\.0 +75\.0–75\.0 +{asked} of {asked}$", claimed[2])
    assert re.search(r"^ 1 Leadership and Commitment +– +– +0\.0–100\.0 ", claimed[1])
    assert re.search(r"^ +Overall +– +– +7\.5–97\.5 ", claimed[11])
    assert [line[:2].strip() for line in sides[1:]] == [*map(str, range(1, 11)), ""]
    assert re.search(r"^ 2 Regulatory Framework +75\.0 +75\.0 +0\.0 +2\.a\.1 \(level 3\)$", sides[2])
    assert "own judgement, not verified" in text
    assert f"No overall score: {asked} of {len(bank.questions)} applicable questions" in " ".join(text.split())


def test_a_report_replaces_an_earlier_one_and_makes_its_folder(arusha, assessment_file, tmp_path):
    out = tmp_path / "new" / "out.html"
    for _ in range(2):
        assert arusha("assess", "report", assessment_file, "-o", out).exit_code == 0
    assert [path.name for path in out.parent.iterdir()] == ["out.html"]


def piped(command, *words, typed="", **extra):
    """The command in its own process, fed through a pipe."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:strict", **extra}
    raw = typed if isinstance(typed, bytes) else typed.encode()
    done = subprocess.run([*command, *map(str, words)], input=raw, capture_output=True, env=environment, check=False)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_session_can_be_piped(command, assessment_file, kept):
    done = piped(command, "assess", "answer", assessment_file, typed=lines("3", "É", "", "n", "No rail", "b", "d"))
    assert (done.returncode, done.stderr) == (0, "")
    assert asked(done) == ["1.a.1", "1.a.2", "1.a.3", "1.a.2"]
    assert kept() == {"1.a.1": Answer(level=3, note="É"), "1.a.2": Answer(dont_know=True)}


def test_bytes_that_are_no_text_end_nothing(command, assessment_file, kept):
    done = piped(command, "assess", "answer", assessment_file, typed=b"3\nd\xe9cret\n\n2\n\n\nq\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert [answer.level for answer in kept().values()] == [3, 2]


def test_a_terminal_that_cannot_show_a_letter_ends_nothing(command, assessment_file):
    done = piped(command, "assess", "answer", assessment_file, typed="q\n", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("number", [11, 0, -3])
def test_a_factor_that_is_none_of_the_ten_is_refused(arusha, refused, assessment_file, number):
    refused(arusha("assess", "answer", assessment_file, "--factor", number), f"key factor {number};", "1 to 10")


@pytest.mark.parametrize(
    ("name", "member", "reason"),
    [("  ", "NZ", "is empty; give it after --administration"), ("Testland", "ZZ", "ZZ"), ("Testland", "Testland", "")],
)
def test_an_assessment_of_nobody_is_not_made(arusha, refused, tmp_path, name, member, reason):
    file = tmp_path / "a.arusha"
    refused(arusha("assess", "new", file, "--administration", name, "--member", member), reason)
    assert not file.exists()


def test_an_existing_file_is_not_made_anew(arusha, refused, assessment_file):
    before = assessment_file.read_bytes()
    refused(arusha("assess", "new", assessment_file, "--administration", "X"), assessment_file, "choose another name")
    assert assessment_file.read_bytes() == before


@pytest.mark.parametrize("place", ["no/a.arusha", "file/a.arusha"])
def test_a_file_that_cannot_be_made_is_named_as_it_was_typed(arusha, refused, tmp_path, place):
    (tmp_path / "file").touch()
    refused(arusha("assess", "new", tmp_path / place, "--administration", "X"), f"{tmp_path / place}: ", "; ")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_report_that_cannot_be_written_is_refused_and_the_assessment_left_alone(
    arusha, refused, assessment_file, tmp_path
):
    before = assessment_file.read_bytes()
    (tmp_path / "folder").mkdir()
    for output, reason in [
        (assessment_file, "is an assessment, which this would overwrite; "),
        (tmp_path / "folder", "is a folder; "),
        (assessment_file / "out.html", "; "),
    ]:
        refused(arusha("assess", "report", assessment_file, "-o", output), assessment_file.parent, reason)
    assert assessment_file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.arusha", "folder"]


COMMANDS = [["answer"], ["score"], ["collect", "r.json"], ["report", "-o", "out.html"]]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("state", ["missing", "folder", "text", "foreign", "changed", "cut"])
def test_a_file_that_cannot_be_trusted_is_refused_by_every_command(
    arusha, refused, responses, assessment_file, tmp_path, monkeypatch, words, state
):
    monkeypatch.chdir(tmp_path)
    responses({"1.a.1": {"level": 1}})
    if state in ("foreign", "changed"):
        change = "PRAGMA application_id = 7" if state == "foreign" else "UPDATE journal SET at = 'x'"
        with closing(sqlite3.connect(assessment_file)) as connection:
            connection.execute(change)
            connection.commit()
    elif state == "cut":
        assessment_file.write_bytes(assessment_file.read_bytes()[:5000])
    else:
        assessment_file.unlink()
        if state == "folder":
            assessment_file.mkdir()
        elif state == "text":
            assessment_file.write_text("Hello")
    before = assessment_file.read_bytes() if assessment_file.is_file() else None
    refused(arusha("assess", words[0], assessment_file, *words[1:]), f"{assessment_file}: ", "; ")
    assert before == (assessment_file.read_bytes() if assessment_file.is_file() else None)
    assert not (tmp_path / "out.html").exists()


@pytest.mark.parametrize("name", ["no.json", ".", "r.json/r.json"])
def test_responses_that_are_not_there_are_refused(arusha, refused, responses, assessment_file, tmp_path, name):
    responses({})
    refused(arusha("assess", "collect", assessment_file, tmp_path / name), tmp_path / name, "; ")


def test_a_refusal_is_one_sentence_in_a_real_process_too(command, refused, tmp_path):
    (tmp_path / "x").write_text("Hello")
    refused(piped(command, "assess", "score", tmp_path / "x"), f"{tmp_path / 'x'}: is not an assessment file; ")


def test_a_full_disk_stops_a_session_with_one_sentence_and_keeps_what_was_kept(
    command, start, stands, fill, small_disk, bank
):
    file = start(small_disk / "a.arusha", {"1.a.1": 1})
    filler = fill(small_disk)
    typed = lines(*["2", "x" * 9000, ""] * len(bank.questions))
    done = piped(command, "assess", "answer", file, typed=typed)
    acknowledged = done.stdout.count("Kept: Level 2")
    assert done.returncode == 2
    assert done.stderr.startswith(f"arusha: {file}: the disk is full; free some space")
    assert done.stderr.count("\n") == 1
    filler.unlink()
    assert [answer.level for answer in stands(file).answers.values()] == [1, *[2] * acknowledged]
    done = piped(command, "assess", "answer", file, typed=lines("3", "", "", "q"))
    assert done.returncode == 0
    assert len(stands(file).answers) == acknowledged + 2


def test_a_report_that_a_full_disk_has_no_room_for_leaves_the_earlier_one(
    arusha, refused, assessment_file, fill, small_disk
):
    out = small_disk / "out.html"
    out.write_text("earlier")
    fill(small_disk)
    refused(arusha("assess", "report", assessment_file, "-o", out), "the disk is full; free some space")
    assert out.read_text() == "earlier"
    assert sorted(path.name for path in small_disk.iterdir()) == ["filler", "out.html"]
