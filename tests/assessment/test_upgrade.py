"""An assessment taken to a newer bank: unchanged questions keep their answers, the rest is listed, the notes are told."""

import pytest

from assessment import replay
from assessment.answers import Answer
from assessment.own import Own, with_questions
from assessment.rounds import answering
from assessment.rounds import opening as openings
from assessment.storing.sqlite import AssessmentFile
from assessment.versions import changes
from kb.library import questionnaires
from kb.library.content import find_root
from kb.library.questionnaires import Bank, LensQuestion, Question

REWORDED, NEW, DROPPED = "8.c.1", "7.a.1", "9.a.9"


@pytest.fixture(scope="module")
def earlier(bank):
    """The bank as an earlier release could have had it: one question in other words, one not yet there, one since dropped."""

    def like(question, **fields):
        return Question.model_validate(bank.by_id[question].model_dump() | fields, strict=False)

    dropped, before = like("9.a.2", id=DROPPED), like(REWORDED, text={"en": "As it was worded before?"})
    questions = [before if q.id == REWORDED else q for q in bank.questions if q.id != NEW]
    return with_questions(bank, [*questions, dropped]).model_copy(update={"version": "0.9"})


@pytest.fixture(params=["full", "quick"])
def old(request, tmp_path, earlier):
    """A file of that bank with four answers."""
    path = tmp_path / "old.arusha"
    own = Own.model_validate(
        {"questions": [{"id": "8.d.m1", "text": {"en": "Ours?"}, "levels": [{"en": f"L{n}"} for n in range(5)]}]},
        strict=False,
    )
    with AssessmentFile.create(path, *openings.opening("Testland", None, "en", earlier, request.param, own)) as file:
        asking = replay.read(file, earlier)
        for question in ("1.a.1", REWORDED, DROPPED, "8.d.m1"):
            file.append([answering.answered(question, Answer(level=3), asking)])
    return path


def test_a_file_remembers_its_bank_whatever_the_release_asks(old, stands, earlier):
    asked = stands(old)
    assert asked.version == "0.9"
    assert asked.bank.by_id[REWORDED].text.en == "As it was worded before?"
    assert set(asked.standing) == {"1.a.1", REWORDED, DROPPED, "8.d.m1"}


def test_upgrade_lists_what_changed_and_keeps_the_answers_of_what_did_not(arusha, old, stands, bank):
    told = arusha("assess", "upgrade", old, "--yes")
    assert (told.exit_code, told.stderr) == (0, "")
    for line in (f"reworded 1: {REWORDED}", f"new 1: {NEW}", f"dropped 1: {DROPPED}"):
        assert line in told.stdout
    assert (
        f"no longer stand, since the question changed; they stay in the history: {REWORDED}, {DROPPED}" in told.stdout
    )
    after = stands(old)
    assert after.version == bank.version
    assert {key: answer.level for key, answer in after.answers.items()} == {"1.a.1": 3, "8.d.m1": 3}
    assert after.lapsed >= {REWORDED, DROPPED}
    assert after.bank.by_id[REWORDED].wording == bank.by_id[REWORDED].wording
    assert NEW in after.bank.by_id
    assert DROPPED not in after.bank.by_id
    assert REWORDED in arusha("assess", "history", old, REWORDED).stdout


def test_upgrade_tells_the_notes_of_the_versions_in_between(arusha, old, knowledge):
    told = " ".join(arusha("assess", "upgrade", old, "--yes").stdout.split())
    for note in knowledge.notes:
        assert " ".join(note.text.en.split()) in told


def test_upgrade_in_french_is_french(arusha, old, knowledge):
    told = arusha("assess", "upgrade", old, "--yes", "--lang", "fr").stdout
    assert " ".join(knowledge.notes[-1].text.fr.split(" ")[:3]) in told


def test_a_second_upgrade_finds_nothing_to_do(arusha, old):
    arusha("assess", "upgrade", old, "--yes")
    before = old.read_bytes()
    assert "already" in arusha("assess", "upgrade", old, "--yes").stdout
    assert old.read_bytes() == before


def test_a_no_leaves_the_file_as_it_was(arusha, old):
    before = old.read_bytes()
    assert arusha("assess", "upgrade", old, typed="n\n").exit_code == 1
    assert old.read_bytes() == before


def test_questions_newer_than_this_release_are_left_alone(arusha, tmp_path, bank, refused):
    path = tmp_path / "new.arusha"
    newer = bank.model_copy(update={"version": "99.0"})
    AssessmentFile.create(path, *openings.opening("Testland", None, "en", newer)).close()
    refused(arusha("assess", "upgrade", path, "--yes"), "version 99.0", "update arusha")


def test_an_upgraded_round_is_compared_by_its_new_words(arusha, old, tmp_path):
    copy = tmp_path / "copy.arusha"
    copy.write_bytes(old.read_bytes())
    arusha("assess", "upgrade", copy, "--yes")
    told = arusha("assess", "compare", old, copy).stdout
    assert f"reworded 1: {REWORDED}" in told
    assert f"dropped 1: {DROPPED}" in told


def test_changes_are_told_by_the_hash_of_the_wording_alone(earlier, bank):
    found = changes(earlier, bank)
    assert (found.reworded, found.new, found.dropped) == ((REWORDED,), (NEW,), (DROPPED,))
    assert set(found.same) == set(bank.by_id) - {REWORDED, NEW}


def test_the_gender_lens_is_upgraded_with_the_bank(arusha, tmp_path, bank, knowledge, stands):
    """A lens question in other words loses its answer; the others keep theirs."""
    lens = knowledge.gender
    first, second, *others = lens.questions
    reworded = LensQuestion.model_validate(first.model_dump() | {"text": {"en": "As it was?"}}, strict=False)
    earlier = lens.model_copy(update={"questions": (reworded, second, *others)})
    earlier.__dict__.pop("by_id", None)  # a lens looked into before keeps its old index
    path = tmp_path / "lens.arusha"
    with AssessmentFile.create(path, *openings.opening("Testland", None, "en", bank, "full", None, earlier)) as file:
        asking = replay.read(file, bank)
        for question in (first.id, second.id):
            file.append([answering.answered(question, Answer(level=3), asking)])
    told = arusha("assess", "upgrade", path, "--yes").stdout
    assert f"reworded 1: {first.id}" in told
    now = stands(path)
    assert now.lens == lens
    assert set(now.standing) == {second.id}


@pytest.fixture(scope="module")
def first():
    """The questions and the lens of version 1.0, as they lie beside those in force."""
    faults = []
    folder = find_root() / "earlier" / "1.0"
    found = questionnaires.read(folder, faults), questionnaires.read_lens(folder, faults)
    assert faults == []
    return found


def test_a_file_of_version_1_keeps_the_answers_of_unchanged_questions(arusha, tmp_path, bank, knowledge, first, stands):
    """Every question of 1.0 was answered: the same words keep their answer, others lapse and are named."""
    earlier, lens = first
    path = tmp_path / "first.arusha"
    with AssessmentFile.create(path, *openings.opening("Testland", None, "en", earlier, "full", None, lens)) as file:
        asking = replay.read(file, earlier)
        answered = [*earlier.by_id, *lens.by_id]
        file.append([answering.answered(question, Answer(level=2), asking) for question in answered])
    told = " ".join(arusha("assess", "upgrade", path, "--yes").stdout.split())
    now = {**bank.by_id, **knowledge.gender.by_id}
    before = {**earlier.by_id, **lens.by_id}
    same = {key for key in before if key in now and now[key].wording == before[key].wording}
    after = stands(path)
    assert after.version == bank.version
    assert set(after.standing) == set(after.answers) == same
    assert len(same) >= 10
    assert set(after.lapsed) == set(before) - same
    assert {"7.b.4", "8.b.4"} == set(before) - set(now)
    assert "dropped 2: 7.b.4, 8.b.4" in told
    lapsed = told.split("they stay in the history: ", 1)[1]
    assert all(key in lapsed for key in set(before) - same)
    assert set(after.by_id) == set(now)
    assert " ".join(knowledge.notes[-1].text.en.split()) in told


def test_a_bank_of_version_1_is_packed_as_before(first):
    """A field that version 1.0 did not have leaves no trace in the copy that its files carry."""
    packed = first[0].model_dump_json(exclude_defaults=True)
    assert '"goal":' not in packed
    assert '"scale":[{"level":0,' in packed
    assert Bank.model_validate_json(packed) == first[0]
