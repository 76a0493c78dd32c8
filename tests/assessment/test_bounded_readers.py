"""Each command that reads a file from elsewhere reads it in a child process, whose CPU time and memory are bounded."""

import json
import threading

import pytest

import assessment.exchange.cards
import assessment.rendering.word_filling
from assessment import answers, events, own
from assessment.exchange import as_json, cards, locking
from assessment.plan import workbook
from assessment.rendering import word_template
from assessment.storing.journal import sha256
from assessment.storing.sqlite import AssessmentFile
from kb.base import bounded
from kb.base.bounded import Limits
from kb.base.errors import ArushaError
from kb.library.knowledge import load
from kb.newsletter.intake import formats

SECRET = "correct horse battery staple"
TINY = Limits(seconds=5, memory=30_000_000, remedy="leave it out")  # too little for any of them


@pytest.fixture
def commands(arusha, start, tmp_path, bank):
    """Files that every command takes, each with the command that reads it and what is told of it."""
    for name in ("responses.json", "own.yml", "text.md"):
        (tmp_path / name).touch()
    (tmp_path / "responses.json").write_text(
        json.dumps({"questionnaire": bank.id, "version": bank.version, "answers": {"1.a.1": {"level": 1}}})
    )
    (tmp_path / "own.yml").write_text("weights: {8.d.1: 2}\n")
    (tmp_path / "text.md").write_text("# Ghana\n\nA text of some words.\n")
    (tmp_path / "template.docx").write_bytes(word_template.make())
    (tmp_path / "secret").write_text(SECRET)
    file = start(tmp_path / "a.arusha", {q.id: 1 for q in bank.questions})
    for words in (
        ("assess", "export", file, "-o", tmp_path / "export.json"),
        ("assess", "lock", file, "-o", tmp_path / "a.age", "--passphrase-file", tmp_path / "secret"),
        ("plan", "from-gap", file, "--top", "1"),
        ("plan", "export", file, "-o", tmp_path / "plan.xlsx"),
    ):
        done = arusha(*words)
        assert done.exit_code == 0, done.stderr
    new = tmp_path / "new"
    return {
        "collect": (("assess", "collect", file, tmp_path / "responses.json"), "responses.json"),
        "import": (("assess", "import", tmp_path / "export.json", new), "export.json"),
        "unlock": (
            ("assess", "unlock", tmp_path / "a.age", "-o", new, "--passphrase-file", tmp_path / "secret"),
            "a.age",
        ),
        "own": (("assess", "own", file, tmp_path / "own.yml"), "own.yml"),
        "new": (("assess", "new", new, "--administration", "X", "--own", tmp_path / "own.yml"), "own.yml"),
        "pool": (("assess", "pool", *[tmp_path / "responses.json"] * 5), "the cards"),
        "plan import": (("plan", "import", file, tmp_path / "plan.xlsx", "--yes"), "plan.xlsx"),
        "template": (
            ("assess", "report", file, "-o", tmp_path / "new.docx", "--template", tmp_path / "template.docx"),
            "template.docx",
        ),
        "edition import": (("edition", "import", tmp_path / "text.md", "-o", new), "text.md"),
        "edition missing": (("edition", "missing", tmp_path / "text.md"), "text.md"),
    }


@pytest.fixture
def too_little(monkeypatch):
    for module in (answers, own, cards, workbook, assessment.rendering.word_filling, formats):
        monkeypatch.setattr(module, "LIMITS", TINY)
    for module in (as_json, locking):
        monkeypatch.setattr(module, "limits", lambda _size: TINY)


@pytest.mark.parametrize("threaded", [False, True], ids=["main thread", "another thread"])
def test_a_file_that_costs_too_much_is_one_sentence_and_leaves_nothing(
    commands, too_little, arusha, tmp_path, threaded
):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for name, (words, told) in commands.items():
        done = []
        if threaded:
            thread = threading.Thread(target=lambda words=words, done=done: done.append(arusha(*words)))
            thread.start()
            thread.join()
        else:
            done.append(arusha(*words))
        assert done[0].exit_code == 2, name
        lines = [line for line in done[0].stderr.splitlines() if line]
        assert len(lines) == 1, (name, lines)
        assert told in lines[0], name
        assert lines[0].endswith("; leave it out"), (name, lines)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before, name


def test_the_same_files_are_taken_within_the_limits_there_are(commands, arusha, tmp_path):
    for name, (words, _) in commands.items():
        if name not in ("pool", "edition missing"):  # which these files are not meant for
            done = arusha(*words)
            assert done.exit_code == 0, (name, done.stderr)
        for new in (tmp_path / "new", tmp_path / "new.docx"):
            if new.is_file():
                new.unlink()


BIG = 3_000_000
HEAD = f'{{"questionnaire": "self-assessment", "version": "{load().bank.version}", "answers": {{'


@pytest.mark.parametrize(
    "text",
    [
        "{" + ",".join(f'"k{n}":0' for n in range(250_000)) + ',"k0":0}',
        "{" + ",".join(['"k":0'] * 400_000) + "}",
        '{"' + "k" * BIG + '":[' + ",".join("0" * (BIG // 2)) + "]}",
        ('{"' + "k" * 50_000 + '":') * 38 + "[" + ",".join(["0"] * 300_000) + ",NaN]" + "}" * 38,
        HEAD + ",".join(f'"9.z.{n}":{{"level":1}}' for n in range(60_000)) + "}}",
        HEAD + '"1.a.1":{' + ",".join(f'"f{n}":1' for n in range(100_000)) + "}}}",
        HEAD + '"1.a.1":{"' + "." * BIG + '":1}}}',
        HEAD + '"1.a.1":{"level":1,"evidence":[' + ",".join(['{"x":1}'] * 100_000) + "]}}}",
        HEAD + ",".join(f'"9.{n}":[' + ",".join(["0"] * 3000) + "]" for n in range(300)) + "}}",
        HEAD + "}," + ",".join(f'"f{n}":1' for n in range(100_000)) + "}",
        HEAD + '"1.a.1":{"level":' + "9" * BIG + "}}}",
        HEAD + '"' + "q" * BIG + '":[' + ",".join(['"\\ud800"'] * 300_000) + "]}}",
        "[" * BIG,
    ],
    ids=[
        "many keys, last twice",
        "one key again and again",
        "long key over many values",
        "levels of long keys",
        "unknown questions",
        "unknown fields",
        "a field of dots",
        "wrong evidence",
        "great values in wrong places",
        "fields beside the three",
        "a long number",
        "halves of characters under a long key",
        "brackets",
    ],
)
def test_no_shape_of_a_response_file_costs_more_than_its_size(tmp_path, bank, text):
    """Each would take minutes and more if a step grew with the square of the size; the CPU limit would end it."""
    path = tmp_path / "r.json"
    path.write_text(text)
    with pytest.raises(ArushaError) as caught:
        bounded.call(str(path), Limits(seconds=60), answers.read_responses, path, bank)
    assert "seconds of computing" not in str(caught.value)
    assert "MB of memory" not in str(caught.value)


def test_places_and_quotes_of_a_fault_are_cut_where_they_are_long(tmp_path, bank):
    path = tmp_path / "r.json"
    for text in ('{"' + "k" * BIG + '": 0, "' + "k" * BIG + '": 0}', HEAD + '"' + "q" * BIG + '": {}}}', '{"a": NaN}'):
        path.write_text(text)
        with pytest.raises(ArushaError) as caught:
            answers.read_responses(path, bank)
        assert len(str(caught.value)) < 1000


def test_a_control_character_under_a_long_key_costs_no_more_than_the_entry():
    value = ["0"] * (BIG // 6) + ["\x07"]
    body = json.dumps({"question": "1.a.1", "respondent": {"k" * BIG: value}}, ensure_ascii=False, sort_keys=True)
    with pytest.raises(ArushaError) as caught:
        bounded.call("entry", Limits(seconds=60), events.parse, 2, "2026-01-01T00:00:00+00:00", "answered", body)
    assert "seconds of computing" not in str(caught.value)


def exported_with(path, pieces, note="a"):
    """Write the export of an assessment that holds some *pieces* of evidence as files."""
    with AssessmentFile.open(path) as file:
        entries = []
        for number, data in enumerate(pieces, 1):
            about = {"sha256": sha256(data), "name": "a.pdf", "size": len(data)}
            entries.append(("evidence", {"id": f"e{number}", "text": note, "file": about}))
        file.append(entries, pieces)
        return as_json.as_text(file)


def test_great_attachments_come_back_byte_for_byte(assessment_file, arusha, tmp_path):
    pieces = [bytes([n]) * size for n, size in enumerate((1, 74_999, 75_000, 75_001, 75_002, 2_000_000))]
    text = exported_with(assessment_file, pieces, "“Ⅴ” 😀")
    (tmp_path / "e.json").write_text(text, encoding="utf-8")
    done = arusha("assess", "import", tmp_path / "e.json", tmp_path / "b.arusha")
    assert done.exit_code == 0, done.stderr
    with AssessmentFile.open(tmp_path / "b.arusha") as file:
        assert as_json.as_text(file) == text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("AQEB", "AQEC", 1), "was changed; go back"),
        (lambda text: text.replace("AQEBAQEB", "AQEBAQE=", 1), "is not base64"),
        (lambda text: text.replace("AQEBAQEB", "AQEBAQE", 1), "is not base64"),
    ],
)
def test_a_great_attachment_that_was_changed_is_refused(assessment_file, arusha, refused, tmp_path, change, told):
    text = exported_with(assessment_file, [b"\1" * 300_000])
    (tmp_path / "e.json").write_text(change(text), encoding="utf-8")
    refused(arusha("assess", "import", tmp_path / "e.json", tmp_path / "b.arusha"), "e.json", told)
    assert not (tmp_path / "b.arusha").exists()


def test_a_long_text_in_an_entry_is_a_text_whatever_its_letters(assessment_file, arusha, bank, tmp_path):
    with AssessmentFile.open(assessment_file) as file:
        body = {"question": "1.a.1", "wording": "x", "answer": {"level": 1}, "respondent": {"unit": "A" * 200_000}}
        file.append([("answered", body)])
        text = as_json.as_text(file)
    (tmp_path / "e.json").write_text(text, encoding="utf-8")
    done = arusha("assess", "import", tmp_path / "e.json", tmp_path / "b.arusha")
    assert done.exit_code == 0, done.stderr
    with AssessmentFile.open(tmp_path / "b.arusha") as file:
        assert as_json.as_text(file) == text
