"""The notes on the versions of the question bank: in order, one for the version that stands, told between two versions."""

import pytest

from kb.base.vocabulary import Text
from kb.library.knowledge import read
from kb.library.notes import FILE, Note, between, numbered

BANK = "questionnaires/self-assessment/bank.yml"


def faults(content):
    return [str(fault) for fault in read(content)[1]]


def notes(*versions):
    return tuple(Note(version=version, date="2026", text=Text(en=version)) for version in versions)


def test_the_shipped_bank_has_a_note_in_both_languages(knowledge):
    assert knowledge.bank.version in {note.version for note in knowledge.notes}
    assert all(note.text.fr for note in knowledge.notes)


def test_a_version_without_a_note_is_a_fault(content, plant):
    plant(BANK, 'version: "2.0"', 'version: "2.1"')
    assert faults(content) == [f"{FILE}: 2.1: has no note; say in words what changed in this version of the questions"]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('version: "1.0"', 'version: "1"', "versions.0.version"),
        ('date: "2026-11-23"', 'date: "2026-02-30"', "versions.0.date"),
        ("      en:", "      de:", "versions.0.text"),
        ("versions:", "version:", "versions: is missing"),
        ("versions:", "versions: []\nmore:", "versions"),
    ],
)
def test_a_note_that_does_not_fit_is_a_fault_with_its_place(content, plant, old, new, part):
    plant(FILE, old, new)
    assert any(fault.startswith(FILE) and part in fault for fault in faults(content))


def test_the_file_missing_is_a_fault(content):
    (content / FILE).unlink()
    assert faults(content) == [f"{FILE}: is missing; put the file back"]


def test_versions_out_of_order_are_a_fault(content):
    path = content / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text[text.index("  - version") :], encoding="utf-8")
    assert "does not come after the version before it" in faults(content)[0]


def test_notes_are_told_after_the_one_version_up_to_the_other():
    found = between(notes("0.9", "1.0", "1.9", "1.10", "2.0"), "1.0", "1.10")
    assert [note.version for note in found] == ["1.9", "1.10"]
    assert numbered("1.10") > numbered("1.9")


def test_a_question_without_one_of_its_criteria_is_a_fault(content):
    path = content / "questionnaires/self-assessment/01-leadership.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if line.strip() == "levels:")
    indent = len(lines[start + 1]) - len(lines[start + 1].lstrip())
    end = next(n for n in range(start + 2, len(lines)) if len(lines[n]) - len(lines[n].lstrip()) <= indent)
    path.write_text("".join(lines[: start + 1] + lines[end:]), encoding="utf-8")
    found = faults(content)
    assert found[0].startswith("questionnaires/self-assessment/01-leadership.yml: questions.0.levels: ")
    assert "\n" not in found[0]
