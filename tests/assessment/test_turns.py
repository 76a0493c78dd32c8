"""A sign that turns the order of a text is shown where it stands, and obeyed by nobody, in whatever is made of an assessment."""

import json
import re
import zipfile
from html import unescape

import pypdfium2
import pytest

from assessment.storing.sqlite import AssessmentFile
from kb.library.knowledge import load

SIGNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TURNS = re.compile(f"[{SIGNS}]|&#(?:0*82(?:3[4-8]|9[4-7])|x0*20(?:2[a-e]|6[6-9]));", re.I)
ARABIC = "بيان\u200f الجمارك\u200e"  # with the marks that such texts need, and that turn nothing else
OUTPUTS = ["report.html", "report.md", "report.docx", "report.xlsx", "report.json", "report.pdf"]
OUTPUTS += ["plan.csv", "plan.xlsx", "plan.docx", "plan.ics", "plan.json", "timeline.svg", "burnup.svg", "tracker"]


def turned(name):
    return f"{name} \u202efdp.exe\u202c \u2067x\u2069"


@pytest.fixture(scope="module")
def file(arusha, tmp_path_factory):
    """A file as release 0.1.0 could write it: such signs in every text of a person, raw in its journal."""
    folder = tmp_path_factory.mktemp("turns")
    path, responses = folder / "a.arusha", folder / "responses.json"
    arusha("assess", "new", path, "--administration", turned("Testland"), "--member", "NZ")
    evidence = [{"text": turned("Proof"), "link": "https://example.org/x"}]
    answers = {
        "1.a.1": {"level": 3, "note": turned("Note"), "evidence": evidence},
        "1.a.2": {"not_applicable": turned("Reason")},
        "1.a.3": {"level": 1, "note": ARABIC},
    }
    responses.write_text(
        json.dumps({"questionnaire": "self-assessment", "version": load().bank.version, "answers": answers})
    )
    assert arusha("assess", "collect", path, responses).exit_code == 0
    action = ("--problem", turned("Problem"), "--decision", turned("Decision"), "--measure", turned("Measure"))
    indicator = f"{turned('Posts')}; baseline=20; target=90; unit=%"
    dates = ("--start", "2026-01-10", "--due", "2026-09-30", "--public", "--result", turned("Result"))
    done = arusha("plan", "add", path, *action, *dates, "--owner", turned("Owner"), "--indicator", indicator)
    assert done.exit_code == 0, done.output
    progress = ("--date", "2026-05-15", "--value", "1=30", "--note", turned("Halfway"))
    assert arusha("plan", "progress", path, "a1", *progress).exit_code == 0
    with AssessmentFile.open(path) as opened:
        assert any(TURNS.search(json.dumps(entry.body, ensure_ascii=False)) for entry in opened.entries())
    return path


def texts(path):
    """Every text in an output: of its parts, and of its pages."""
    if path.is_dir():
        return [text for each in path.rglob("*.html") for text in texts(each)]
    if path.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(path) as parts:
            return [parts.read(name).decode() for name in parts.namelist() if name.endswith((".xml", ".rels"))]
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pages:
            return [page.get_textpage().get_text_range() for page in pages]
    return [path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", OUTPUTS)
def test_no_output_holds_a_sign_that_turns_it(arusha, file, tmp_path, name):
    made = tmp_path / name
    words = {
        "report": ("assess", "report", file, "-o", made),
        "plan": ("plan", "export", file, "-o", made),
        "timeline": ("plan", "timeline", file, "-o", made),
        "burnup": ("plan", "burnup", file, "-o", made),
        "tracker": ("plan", "tracker", file, "-o", made),
    }[made.stem]
    result = arusha(*words)
    assert result.exit_code == 0, result.output
    whole = "\n".join(texts(made))
    assert not TURNS.search(whole)
    if made.suffix != ".ics":  # which folds its lines
        assert "‹U+202E›" in unescape(whole).replace("\n", "")


@pytest.mark.parametrize(
    "words",
    [
        ("assess", "history"),
        ("assess", "status"),
        ("assess", "answers"),
        ("assess", "evidence", "list"),
        ("plan", "list"),
        ("plan", "show", "a1"),
        ("plan", "check"),
    ],
    ids=" ".join,
)
def test_no_terminal_is_sent_one(arusha, file, words):
    result = arusha(*words[:2], *((words[2], file) if words[2:] == ("list",) else (file, *words[2:])))
    assert result.exit_code in (0, 1), result.output
    assert result.stdout
    assert not TURNS.search(result.output)


def test_an_error_shows_what_was_typed(arusha, tmp_path):
    result = arusha("assess", "status", tmp_path / "a\u202eb.arusha")
    assert "a‹U+202E›b.arusha" in result.stderr
    assert not TURNS.search(result.stderr)


def test_arabic_keeps_its_marks(arusha, file, tmp_path):
    arusha("assess", "report", file, "-o", tmp_path / "r.md")
    assert ARABIC in (tmp_path / "r.md").read_text(encoding="utf-8")


def test_the_journal_keeps_what_was_typed_and_a_workbook_without_edits_changes_nothing(arusha, file, tmp_path):
    arusha("plan", "export", file, "-o", tmp_path / "plan.xlsx")
    with AssessmentFile.open(file) as opened:
        before = opened.entries()
    assert arusha("plan", "import", file, tmp_path / "plan.xlsx").exit_code == 0
    with AssessmentFile.open(file) as opened:
        assert opened.entries() == before
