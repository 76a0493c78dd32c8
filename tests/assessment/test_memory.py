"""Memory: the journal verified, told, and sealed."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import arusha
from assessment import answers, replay
from assessment.rounds import answering
from assessment.rounds import opening as openings
from assessment.storing.sqlite import AssessmentFile
from kb.base.errors import ArushaError
from kb.base.interface import phrases
from kb.library.knowledge import load


def run(*words: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(arusha.main, [str(word) for word in words], input=typed)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An assessment with three answers, one of them given twice."""
    path, bank = tmp_path / "ours.arusha", load().bank
    with AssessmentFile.create(path, *openings.opening("Service", None, "en", bank)) as opened:
        for question, level in (("1.a.1", 1), ("8.d.2", 2), ("1.a.1", 3)):
            opened.append([answering.answered(question, answers.Answer(level=level, note="as agreed"), bank)])
    return path


def test_history_tells_every_answer_to_a_question_in_order(file: Path) -> None:
    lines = run("assess", "history", file, "1.a.1").stdout.splitlines()
    assert [line.split("  ")[-1] for line in lines] == ["Level 1 · as agreed", "Level 3 · as agreed"]
    assert len(run("assess", "history", file).stdout.splitlines()) == 4


def test_history_refuses_what_is_no_question(file: Path) -> None:
    result = run("assess", "history", file, "99.z.1")
    assert (result.exit_code, result.stderr) == (2, "arusha: “99.z.1” is not a question; they are named like 1.a.1\n")


def test_a_whole_journal_is_told_so(file: Path) -> None:
    result = run("assess", "verify", file)
    assert result.exit_code == 0
    assert "4 entries in the journal; the chain is whole" in result.stdout
    assert "not sealed" in result.stdout


@pytest.mark.parametrize("entry", [2, 3, 4])
def test_one_changed_byte_is_found_and_its_entry_named(file: Path, entry: int) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE journal SET body = replace(body, 'as agreed', 'as agreeD') WHERE seq = ?", (entry,))
    connection.close()
    result = run("assess", "verify", file)
    assert result.exit_code == 1
    assert f"entry {entry} of its journal was changed" in result.stderr


def test_a_sealed_round_takes_no_more_answers_by_any_way_in(file: Path) -> None:
    assert run("assess", "seal", file, "--yes").exit_code == 0
    before = file.read_bytes()
    assert "is sealed" in run("assess", "answer", file, typed="3\n").stderr
    with AssessmentFile.open(file) as opened, pytest.raises(ArushaError, match="is sealed"):
        opened.append([answering.answered("1.a.1", answers.Answer(level=0), load().bank)])
    assert file.read_bytes() == before


def test_the_seal_asks_first_and_a_no_leaves_the_round_open(file: Path) -> None:
    before = file.read_bytes()
    assert run("assess", "seal", file, typed="n\n").exit_code == 1
    assert file.read_bytes() == before


def test_sealing_again_prints_the_same_fingerprint_and_the_report_carries_it(file: Path, tmp_path: Path) -> None:
    first, second = (run("assess", "seal", file, "--yes").stdout for _ in range(2))
    assert first.endswith(second)
    fingerprint = first.split()[-1]
    assert len(fingerprint) == 64
    report = tmp_path / "report.html"
    run("assess", "report", file, "-o", report)
    assert fingerprint in report.read_text(encoding="utf-8")


def test_two_journals_that_differ_have_different_fingerprints(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.arusha"
    other.write_bytes(file.read_bytes())
    with AssessmentFile.open(other) as opened:
        opened.append([answering.answered("9.a.1", answers.Answer(level=4), load().bank)])
    assert run("assess", "seal", file, "--yes").stdout != run("assess", "seal", other, "--yes").stdout


def test_a_sealed_assessment_keeps_its_answers_and_its_date(file: Path) -> None:
    with AssessmentFile.open(file) as opened:
        before = replay.read(opened, load().bank)
    run("assess", "seal", file, "--yes")
    with AssessmentFile.open(file) as opened:
        after = replay.read(opened, load().bank)
    assert (after.answers, after.changed) == (before.answers, before.changed)
    assert phrases("en")("journal.fingerprint", fingerprint=after.fingerprint) in run("assess", "verify", file).stdout


def test_history_says_why_evidence_was_withdrawn(file: Path) -> None:
    run("assess", "evidence", "add", file, "Order 6", "--for", "1.a.1")
    run("assess", "evidence", "withdraw", file, "e1", "--why", "It was repealed")
    assert run("assess", "history", file, "1.a.1").stdout.splitlines()[-1].endswith("withdrawn: It was repealed")
