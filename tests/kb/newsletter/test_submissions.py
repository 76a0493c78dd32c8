"""The call and its form: a filled form comes back with its fields, and the letter asks for what is missing and no more."""

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest

from kb.base.interface import phrases
from kb.newsletter.desk import completeness
from kb.newsletter.folder import read
from kb.newsletter.intake import submissions
from kb.newsletter.intake.submissions import LONG, PICTURE, SHORT

FILLED = {
    "member": "Kenya",
    "unit": "Ethics Division",
    "title": "A hotline at the port",
    "contact": "Ethics Office",
    "email": "ethics@example.org",
    "consent": "☒ agreed",
    "expires": "June 2028",
    "elements": "6.c, 8",
    "period": "2024 to 2025",
}
TOLD = {
    "problem": "Nobody knew whom to tell.",
    "done": "A telephone line was opened at the port. It takes calls at any hour, and nobody has to give a name.",
    "results": "The line took 96 calls.",
    "lessons": "Answer within a week.",
    "pictures": "",
}
PICTURES = {
    "file": "line.png",
    "alt": "A telephone on a desk",
    "caption": "The line",
    "permission": "Ethics Office, 2025",
}


@pytest.fixture(scope="session")
def forms(run, tmp_path_factory):
    target = tmp_path_factory.mktemp("call")
    result = run("edition", "call", "-o", target, "--edition", 17, "--deadline", "2027-01-31")
    assert result.exit_code == 0
    return target


def fill(form: Path, target: Path, language="en", skip=(), picture=None):
    """Fill the form as a person does in a word processor."""
    say = phrases(language)
    document = docx.Document(str(form))
    table, pictures = document.tables[:2]
    for row in table.rows:
        name = next(name for name in SHORT if say(f"call.field.{name}") == row.cells[0].text)
        if name not in skip:
            row.cells[1].text = FILLED[name]
    for paragraph in list(document.paragraphs):
        name = next((name for name in LONG if say(f"call.hint.{name}") == paragraph.text), None)
        if name and name not in skip and TOLD[name]:
            paragraph.text = TOLD[name]
        if name == "pictures" and picture:
            paragraph.text = ""
            paragraph.add_run().add_picture(io.BytesIO(picture))
    for cell, name in zip(pictures.rows[1].cells, PICTURE, strict=True):
        cell.text = PICTURES[name] if picture and name not in skip else ""
    document.save(str(target))
    return target


def taken(run, tmp_path, *files):
    result = run("edition", "import", *files, "-o", tmp_path / "e", "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    return read(tmp_path / "e").articles, json.loads((tmp_path / "e" / "import.json").read_text(encoding="utf-8"))


def test_the_call_is_made_in_both_languages_and_all_forms(forms):
    names = {f"{stem}-{language}.{ending}" for language in ("en", "fr") for stem, ending in
             (("call", "md"), ("call", "txt"), ("call", "docx"), ("form", "docx"))}  # fmt: skip
    assert {path.name for path in forms.iterdir()} == names
    assert "31 January 2027" in (forms / "call-en.txt").read_text(encoding="utf-8")
    assert "31 janvier 2027" in (forms / "call-fr.md").read_text(encoding="utf-8")
    assert "form-fr.docx" in "\n".join(each.text for each in docx.Document(str(forms / "call-fr.docx")).paragraphs)


def test_the_same_call_has_the_same_bytes(forms, run, tmp_path):
    assert run("edition", "call", "-o", tmp_path, "--edition", 17, "--deadline", "2027-01-31").exit_code == 0
    assert all(path.read_bytes() == (tmp_path / path.name).read_bytes() for path in forms.iterdir())


def test_nobody_is_named_as_author_of_the_form(forms):
    with zipfile.ZipFile(forms / "form-en.docx") as archive:
        assert b"python-docx" not in archive.read("docProps/core.xml")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_filled_form_comes_back_with_its_fields(language, forms, run, make, tmp_path):
    filled = fill(forms / f"form-{language}.docx", tmp_path / "filled.docx", language, picture=make.png)
    (article,), account = taken(run, tmp_path, filled)
    head = article.head
    assert (head.kind, head.member, head.title, head.language) == ("member", "KE", FILLED["title"], language)
    assert head.contact.model_dump(mode="json") == {
        "name": "Ethics Office", "email": "ethics@example.org", "consent": True, "expires": "2028-06", "unit": "Ethics Division",
    }  # fmt: skip
    assert (head.elements, head.factors, head.confidence) == (("6.c",), (8,), 1.0)
    (image,) = head.images
    assert {name: getattr(image, name) for name in PICTURE[1:]} == {name: PICTURES[name] for name in PICTURE[1:]}
    say = phrases(language)
    told = [TOLD[name] for name in ("problem", "done", "results", "lessons")]
    assert [text in article.body for text in told] == [True] * 4
    assert article.body.index(say("call.section.results")) < article.body.index(FILLED["period"])
    assert "8" not in article.body.split("96")[1].split("](")[0].replace(FILLED["period"], "")
    assert account["sources"][0]["words"]["unexplained"] == 0
    assert completeness.of_article(article) == ()


@pytest.mark.parametrize("ending", ["odt", "html"])
def test_a_form_survives_another_word_processor(ending, forms, run, make, tmp_path):
    filled = fill(forms / "form-en.docx", tmp_path / "filled.docx")
    (article,), _ = taken(run, tmp_path, make.convert(filled, ending, tmp_path))
    assert (article.head.member, article.head.title, article.head.contact.consent) == ("KE", FILLED["title"], True)
    assert TOLD["done"] in article.body


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("mark", "given"), [("☒", True), ("X", True), ("x", True), ("☐", False), ("", False)])
def test_a_tick_counts_though_the_words_beside_it_stay(mark, given, language, forms, members, tmp_path):
    document = docx.Document(str(forms / f"form-{language}.docx"))
    (cell,) = [row.cells[1] for row in document.tables[0].rows if "☐" in row.cells[1].text]
    cell.text = cell.text.replace("☐", mark)
    document.save(str(tmp_path / "form.docx"))
    contact = submissions.read_submission(tmp_path / "form.docx", members).head.contact
    assert (contact is not None and contact.consent) is given


def test_a_long_answer_in_the_table_does_not_spoil_the_form(forms, run, tmp_path):
    filled = fill(forms / "form-en.docx", tmp_path / "filled.docx")
    document = docx.Document(str(filled))
    document.tables[0].rows[SHORT.index("unit")].cells[1].text = "The Ethics Division, " + "and its many offices, " * 40
    document.save(str(filled))
    (article,), account = taken(run, tmp_path, filled)
    assert (article.head.member, article.head.title, article.head.elements) == ("KE", FILLED["title"], ("6.c",))
    assert article.head.contact.unit.startswith("The Ethics Division, and its")
    assert TOLD["done"] in article.body
    assert account["sources"][0]["words"]["unexplained"] == 0


@pytest.mark.parametrize(
    ("value", "code"), [("Kenya Revenue Authority", "KE"), ("ke", "KE"), ("La Douane", None), ("Kenya and Togo", None)]
)
def test_the_member_is_found_in_what_people_write(value, code, names):
    assert submissions.member_of(value, names) == code


def test_an_empty_form_lacks_everything_and_its_guidance_is_no_text(forms, members):
    submission = submissions.read_submission(forms / "form-en.docx", members)
    missing = [lack.what for lack in completeness.of_submission(submission)]
    assert missing == [
        "title", "member", "unit", "contact", "email", "consent", "expires", "elements", "done", "results", "lessons",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("gone", ["unit", "email", "consent", "expires", "elements", "period", "done", "lessons"])
def test_the_letter_asks_for_what_is_missing_and_nothing_else(gone, language, forms, run, tmp_path):
    filled = fill(forms / f"form-{language}.docx", tmp_path / "filled.docx", language, skip=(gone,))
    result = run("edition", "missing", filled, "--format", "json", "--deadline", "2027-02-15")
    assert result.exit_code == 1
    (told,) = json.loads(result.stdout)
    assert [lack["what"] for lack in told["missing"]] == [gone]
    say = phrases(language)
    asked = [key for key in sorted(say.keys()) if key.startswith("missing.") and f"  - {say(key)}\n" in told["reply"]]
    assert asked == [f"missing.{gone}"]
    assert say.date("2027-02-15") in told["reply"]


def test_a_complete_contribution_is_thanked_for(forms, run, tmp_path):
    filled = fill(forms / "form-en.docx", tmp_path / "filled.docx")
    result = run("edition", "missing", filled)
    assert (result.exit_code, result.stdout) == (0, "filled.docx: complete\n")


def test_pictures_are_asked_for_one_by_one(forms, run, make, tmp_path):
    filled = fill(forms / "form-en.docx", tmp_path / "filled.docx", skip=("permission",), picture=make.png)
    taken(run, tmp_path, filled)
    (told,) = json.loads(run("edition", "missing", tmp_path / "e", "--format", "json").stdout)
    assert told["missing"] == [{"what": "permission", "file": "01-kenya-1.png"}]


def test_a_free_contribution_is_judged_by_its_whole_text(lay, run):
    body = (
        "In 2024 the unit handled 40 cases. "
        + "Officers were told what to do and did it. " * 10
        + "We learned to listen."
    )
    path = lay(("01-kenya", {"member": "KE", "factors": [6]}, body), ("02-end", {"kind": "editorial"}, "End."))
    (told,) = json.loads(run("edition", "missing", path, "--format", "json").stdout)
    assert [lack["what"] for lack in told["missing"]] == ["unit", "contact", "email", "consent", "expires"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2028-06", "2028-06"), ("until 30.06.2028", "2028-06-30"), ("06/2028", "2028-06"), ("June 2028", "2028-06"),
        ("fin août 2028", "2028-08"), ("soon", None), ("13/2028", None), ("", None),
    ],
)  # fmt: skip
def test_a_month_is_read_as_people_write_it(value, found):
    assert submissions.month(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [("☒ agreed", True), ("Yes", True), ("oui", True), ("☐ agreed", False), ("no", False), ("", False)],
)
def test_consent_is_given_only_by_a_tick_or_a_yes(value, found):
    assert submissions.ticked(value) is found


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [("a.txt", "Some text of no form at all.", "is not the form of the call"), ("b.docx", "", "is empty")],
)
def test_what_is_no_form_is_refused_in_one_sentence(name, text, sentence, run, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    result = run("edition", "missing", tmp_path / name)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_call_is_not_written_over_a_file(run, tmp_path):
    (tmp_path / "f").touch()
    result = run("edition", "call", "-o", tmp_path / "f")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
