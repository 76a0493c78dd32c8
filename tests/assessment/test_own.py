"""The Member's own questions and weights: taken beside the bank, and refused in one clear line each where they cannot be."""

import forging
import pytest

from assessment import own
from assessment.answers import Answer
from assessment.scoring import score
from kb.base.errors import ArushaError

LEVELS = '["Absent", "On paper", "In part", "Throughout", "Reviewed"]'
QUESTION = f'questions:\n  - id: 8.d.m1\n    text: "Is the yard book kept?"\n    levels: {LEVELS}\n'


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "own.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def read(written, knowledge):
    return lambda text: own.read(written(text), knowledge.bank, set(knowledge.declaration.elements))


def test_own_questions_stand_after_those_of_their_element_and_own_weights_in_place_of_the_banks(read, bank):
    made = own.applied(bank, read(f'weights: {{8.d.1: 2, 8.d.m1: "0.5"}}\n{QUESTION}'))
    assert [question.id for question in made.of_element("8.d")] == [*(q.id for q in bank.of_element("8.d")), "8.d.m1"]
    assert (made.by_id["8.d.1"].weight, made.by_id["8.d.m1"].weight) == (2, 0.5)
    assert made.by_id["8.d.m1"].text.of("fr") == "Is the yard book kept?"
    assert len(bank.by_id) + 1 == len(made.by_id)
    assert bank.by_id["8.d.1"].weight == 1


def test_the_weights_of_an_own_file_count_in_the_score(read, bank):
    made = own.applied(bank, read("weights: {8.d.1: 3}"))
    answers = {"8.d.1": Answer(level=4), "8.d.2": Answer(level=0)}
    assert score(made.questions, answers).elements["8.d"].score == 75


@pytest.mark.parametrize(
    "weight", ["-1", "0", '"0"', '"NaN"', ".nan", '"1e308"', "1e308", '"inf"', "101", "true", "[]", "null", '"a"']
)
def test_a_weight_that_cannot_count_is_one_line_with_its_place(read, weight):
    for text in (f"weights: {{8.d.1: {weight}}}", f"{QUESTION}    weight: {weight}\n"):
        with pytest.raises(ArushaError) as caught:
            read(text)
        sentence = str(caught.value)
        assert sentence.startswith("own.yml: ")
        assert "weight" in sentence
        assert "; " in sentence, "there is no remedy"
        assert "\n" not in sentence


@pytest.mark.parametrize("weight", ['"0.001"', "1", '"99.5"', "100"])
def test_weights_above_0_up_to_100_are_taken(read, weight):
    assert 0 < read(f"weights: {{8.d.1: {weight}}}").weights["8.d.1"] <= 100


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (QUESTION.replace(', "Reviewed"', ""), ["questions.0.levels"]),
        (QUESTION.replace('"Reviewed"', '"Reviewed", "More"'), ["questions.0.levels"]),
        (QUESTION.replace('"In part"', '" "'), ["questions.0.levels.2", "blank"]),
        (QUESTION.replace('"Is the yard book kept?"', '""'), ["questions.0.text", "blank"]),
        (QUESTION.replace("    text", "    texte"), ["texte"]),
        (QUESTION.replace("8.d.m1", "8.d.1"), ["questions.0.id", "right form"]),
        (QUESTION.replace("8.d.m1", "8.z.m1"), ["8.z.m1", "no element of the Declaration"]),
        (QUESTION.replace("8.d.m1", "11.a.m1"), ["questions.0.id"]),
        (QUESTION + QUESTION.removeprefix("questions:\n"), ["8.d.m1", "stands twice"]),
        ("weights: {8.d.99: 2}", ["weights.8.d.99", "is not a question"]),
        ("weights: {8.d.1: 2, 8.d.1: 3}", ["line 1", "stands twice"]),
        ("- 1", ["is not a set of fields"]),
        ("", ["is not a set of fields"]),
        ("questions: {", ["not readable as YAML"]),
        ("a: &x 1\nb: *x", ["anchors and aliases"]),
        (b"\xff\xfe\x00", ["UTF-8"]),
        ("questions: " + "[" * 500, ["line 1"]),
        ("weights: {" + "x" * 2_000_001 + ": 1}", ["larger than 2 MB"]),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(read, text, parts):
    with pytest.raises(ArushaError) as caught:
        read(text)
    first = str(caught.value).splitlines()[0]
    assert first.startswith("own.yml")
    assert "; " in first
    for part in parts:
        assert part in str(caught.value)


def test_every_fault_is_told_one_line_each(read):
    with pytest.raises(ArushaError) as caught:
        read('weights: {8.d.1: -1, 8.d.2: "NaN"}')
    assert len(str(caught.value).splitlines()) == 2


def test_a_refused_file_makes_no_assessment_and_changes_none(arusha, written, tmp_path, assessment_file, refused):
    path, before = written("weights: {8.d.1: -1}"), assessment_file.read_bytes()
    refused(arusha("assess", "new", tmp_path / "b.arusha", "--administration", "T", "--own", path), "weights.8.d.1")
    refused(arusha("assess", "own", assessment_file, path), "weights.8.d.1")
    refused(arusha("assess", "own", assessment_file, tmp_path / "no.yml"), "no.yml")
    assert not (tmp_path / "b.arusha").exists()
    assert assessment_file.read_bytes() == before


def test_a_later_own_file_stands_in_place_of_an_earlier_one(arusha, written, assessment_file, stands):
    for text in (QUESTION, "weights: {8.d.1: 2}"):
        told = arusha("assess", "own", assessment_file, written(text))
        assert (told.exit_code, told.stderr) == (0, "")
    found = stands(assessment_file)
    assert "8.d.m1" not in found.bank.by_id
    assert found.bank.by_id["8.d.1"].weight == 2


@pytest.fixture
def later_entry(assessment_file):
    """An assessment whose last entry lies in the year 2099, as a clock that ran ahead would have written it."""
    forging.append(assessment_file, "names", {"on": True}, "2099-01-01T00:00:00+00:00")
    return assessment_file


def test_a_clock_set_back_is_told_and_turns_no_order_round(later_entry, arusha):
    result = arusha("assess", "people", "add", later_entry, "--id", "p1")
    assert result.exit_code == 0
    assert result.stderr.startswith("arusha: The clock of this computer stands before the last entry of 2099-01-01")
    assert result.stderr.count("\n") == 1
    history = arusha("assess", "history", later_entry).stdout
    assert [line.split()[1][:4] for line in history.splitlines()][-2:] == ["2099", "2099"]
    assert arusha("assess", "verify", later_entry).exit_code == 0


def test_odd_line_breaks_in_own_questions_are_blanks(read):
    odd = QUESTION.replace("yard book", "yard\\vbook\\Lof\\Ngoods\\0").replace("On paper", "On\\rpaper")
    (question,) = read(odd).questions
    assert question.text.en == "Is the yard book of goods kept?"
    assert question.levels[1].en == "On paper"
