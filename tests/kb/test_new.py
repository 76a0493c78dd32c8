"""`arusha kb new` asks, makes a record, and names it in its article; what is unfinished is told and never published."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import arusha
from kb.base import strict_yaml
from kb.base.vocabulary import NOT_STATED
from kb.library.editions import with_practice
from kb.library.knowledge import read, read_in_part
from kb.library.practices import HEADINGS, Practice

Plant = Callable[[str, str, str], None]
Run = Callable[..., Result]
EDITION = "editions/16/edition.yml"
ANSWERS = ["NZ", "Lockers that anyone may open", "", "8.b, 6.a", "policy", "16", "new-zealand"]
KEY = "nz-lockers-that-anyone-may-open"
RECORD = f"practices/{KEY}.md"


def dialogue(content: Path, *answers: str, language: str = "en") -> Result:
    """`arusha kb new` with its answers typed in."""
    typed = "".join(f"{answer}\n" for answer in answers)
    return CliRunner().invoke(arusha.main, ["kb", "new", "--content", str(content), "--lang", language], input=typed)


def answering(**others: str | list[str]) -> list[str]:
    """The usual answers with other ones to some questions, several where a question comes again."""
    names = ("member", "title", "id", "elements", "type", "edition", "article")
    told: list[str] = []
    for name, usual in zip(names, ANSWERS, strict=True):
        other = others.get(name, usual)
        told += other if isinstance(other, list) else [other]
    return told


def elements_line(content: Path) -> str:
    lines = (content / RECORD).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("elements:"))


def test_the_record_is_named_in_its_article_and_nothing_else_of_the_edition_changes(content: Path) -> None:
    before = (content / EDITION).read_text(encoding="utf-8")
    result = dialogue(content, *ANSWERS)
    assert result.exit_code == 0, result.output
    after = (content / EDITION).read_text(encoding="utf-8")
    assert after == before.replace("nz-systems-and-devices-policy]", f"nz-systems-and-devices-policy, {KEY}]")
    assert after != before


def test_a_second_record_is_made_while_the_first_is_unfinished(content: Path, run: Run) -> None:
    dialogue(content, *ANSWERS)
    result = dialogue(content, *answering(title="A second thing"))
    assert result.exit_code == 0, result.output
    said = run("kb", "check", "--content", content).stdout
    assert "does not name" not in said
    assert {line.partition(":")[0] for line in said.splitlines()} == {RECORD, "practices/nz-a-second-thing.md"}


def test_a_record_is_made_beside_faults_that_the_questions_do_not_need(content: Path, plant: Plant) -> None:
    plant("practices/nz-code-of-conduct.md", "type: policy", "type: polity")
    plant("thesaurus.yml", "concepts:", "concepts: [")
    assert dialogue(content, *ANSWERS).exit_code == 0
    assert (content / RECORD).is_file()


@pytest.mark.parametrize(
    ("file", "old"), [("members.yml", "members:"), ("declaration.yml", "factors:"), (EDITION, "articles:")]
)
def test_what_the_questions_need_is_asked_for_in_one_sentence(content: Path, plant: Plant, file: str, old: str) -> None:
    plant(file, f"\n{old}", f"\nx{old}")
    result = dialogue(content, *ANSWERS)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"arusha: {file}: ")
    assert result.stderr.count("\n") == 1


def test_content_without_an_edition_is_told(content: Path) -> None:
    (content / EDITION).unlink()
    result = dialogue(content, *ANSWERS)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"arusha: {content / 'editions/'}")


def test_where_the_edition_cannot_be_edited_safely_it_stays_and_the_writer_is_told(content: Path, plant: Plant) -> None:
    lone = "  - {id: lone, kind: project, title: {en: A}, summary: {en: B}}\n"
    plant(EDITION, "  - id: editorial\n", f"{lone}  - id: editorial\n")
    before = (content / EDITION).read_bytes()
    result = dialogue(content, *answering(article="lone"))
    assert result.exit_code == 0, result.output
    assert (content / EDITION).read_bytes() == before
    assert f"Add {KEY} by hand to the practices of the article lone in {content / EDITION}" in result.stdout


ONE = "number: 1 # one\narticles:\n  - id: a\n    kind: member\n{}  - id: b # last\n    summary: {{en: B}}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    practices: [] # none\n", "    practices: [x-y] # none\n"),
        ("    practices: [k] # one\n", "    practices: [k, x-y] # one\n"),
        ("    practices: [k,\n      'é', ]\n", "    practices: [k,\n      'é', x-y, ]\n"),
        (
            "    practices:\n      - k # é\n      - l # m\n",
            "    practices:\n      - k # é\n      - l # m\n      - x-y\n",
        ),
        (
            "    practices:\n    - k\n    summary: {en: A}\n",
            "    practices:\n    - k\n    - x-y\n    summary: {en: A}\n",
        ),
        ("    title:\n      en: A\n      fr: É\n", "    title:\n      en: A\n      fr: É\n    practices: [x-y]\n"),
        ("    practices: [k, x-y]\n", "    practices: [k, x-y]\n"),
    ],
)
@pytest.mark.parametrize("feed", ["\n", "\r\n"])
def test_an_id_is_put_where_the_list_has_room_and_all_else_stays(old: str, new: str, feed: str) -> None:
    before, after = (ONE.format(part).replace("\n", feed) for part in (old, new))
    assert with_practice(before, "a", "x-y") == after


def test_an_id_is_put_at_the_end_of_a_file_without_a_last_line_end() -> None:
    text = "articles:\n  - id: a\n    practices:\n      - k"
    assert with_practice(text, "a", "x-y") == f"{text}\n      - x-y"


@pytest.mark.parametrize(
    "text",
    [
        "articles:\n  - {id: a}\n",
        "articles:\n  - id: a\n    summary: |\n      A\n  - id: b\n    summary: |\n      B\n",
        "articles:\n  - id: a\n  - id: a\n",
        "articles:\n  - id: b\n",
        "articles: [\n",
        "number: 1\n",
    ],
)
def test_what_would_not_read_as_the_same_edition_and_one_id_more_is_not_edited(text: str) -> None:
    assert with_practice(text, "a", "x-y") is None


def test_the_skeleton_holds_every_field_and_is_found_unfinished_in_each_place_that_waits(content: Path) -> None:
    dialogue(content, *ANSWERS)
    text = (content / RECORD).read_text(encoding="utf-8")
    fields = strict_yaml.load(text.split("---\n")[1], RECORD)
    assert set(Practice.model_fields) - {"done", "formerly", "action", "confirmed"} == set(fields)
    assert {name for name, value in fields.items() if value == NOT_STATED} >= {
        "stakeholders",
        "gender",
        "cost",
        "contact",
    }
    assert (fields["instruments"], fields["related"]) == ([], [])
    _, faults = read(content)
    waiting = [(fault.file, fault.field) for fault in faults]
    assert waiting == [(RECORD, "body"), (RECORD, "keywords.en.0"), (RECORD, "summary.en")]


def test_the_title_of_a_skeleton_counts_as_not_translated(content: Path) -> None:
    dialogue(content, *ANSWERS)
    assert read_in_part(content).practice_by_id[KEY].title.falls_back("fr")


def test_an_unfinished_record_stops_a_search_with_one_sentence_that_names_file_and_field(
    content: Path, run: Run
) -> None:
    dialogue(content, *ANSWERS)
    result = run("kb", "search", "lockers", "--content", content)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"arusha: {RECORD}: body: holds no word yet under “{HEADINGS['en']}”; tell there what was done\n"
    )


@pytest.mark.parametrize("alone", [True, False])
def test_a_skeleton_filled_in_is_found_without_keywords_whether_indexed_alone_or_with_all(
    content: Path, plant: Plant, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    monkeypatch.setenv("ARUSHA_CACHE", str(tmp_path / "cache"))
    if alone:
        run("kb", "search", "lockers")
    dialogue(content, *ANSWERS)
    plant(RECORD, 'en: ["…"]', "en: []")
    plant(RECORD, 'en: "…"', 'en: "Every locker opens."')
    plant(RECORD, "\n…\n", "\nThe locks went.\n")
    assert run("kb", "check", "--content", content).stdout.startswith("No fault: ")
    assert KEY in run("kb", "search", "lockers", "--content", content).stdout


@pytest.mark.parametrize(
    ("question", "wrong", "said"),
    [
        ("member", "Atlantis", "“Atlantis” is no Member of the WCO known here"),
        ("title", " ", "the title is blank"),
        ("id", "nz-gift-register", "there is a record nz-gift-register already"),
        ("id", "…", "“…” gives no id"),
        ("elements", "8.b, 8.z", "“8.z” is no element of the Declaration"),
        ("elements", ",", "“,” is no element of the Declaration"),
        ("type", "polity", "'polity' is not one of"),
    ],
)
def test_a_wrong_answer_is_told_in_one_sentence_and_asked_again(
    content: Path, question: str, wrong: str, said: str
) -> None:
    right = dict(zip(("member", "title", "id", "elements", "type"), ANSWERS, strict=False))[question]
    result = dialogue(content, *answering(**{question: [wrong, right]}))
    assert result.exit_code == 0, result.output
    assert f"Error: {said}" in result.output
    assert result.output.count("Error: ") == 1
    assert elements_line(content) == "elements: [8.b, 6.a]"


def test_an_element_typed_twice_is_written_once(content: Path) -> None:
    dialogue(content, *answering(elements="8.b, 8.B,6.a 8.b"))
    assert elements_line(content) == "elements: [8.b, 6.a]"


def test_it_asks_and_refuses_in_french(content: Path) -> None:
    result = dialogue(content, *answering(member=["QQ", "NZ"]), language="fr")
    assert result.exit_code == 0, result.output
    assert "Membre (code ou nom): " in result.output
    assert "«\u00a0QQ\u00a0» n’est pas un Membre" in result.output
    assert f"Fichier créé : {content / RECORD}" in result.output
    assert "Remplissez la fiche" in result.output
