"""A sign in the content that turns the order of a text is shown where it stands, and obeyed by no page."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kb.base.folding import may_be_formula, turns_shown, turns_shown_in
from kb.base.interface import phrases
from kb.library.knowledge import load
from kb.site.pages import make

Plant = Callable[[str, str, str], None]
Run = Callable[..., Result]
RECORD = "practices/nz-code-of-conduct.md"
TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]|&#(?:0*82(?:3[4-8]|9[4-7])|x0*20(?:2[a-e]|6[6-9]))", re.I)


@pytest.mark.parametrize("sign", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_each_such_sign_is_written_out(sign: int) -> None:
    assert turns_shown(f"a{chr(sign)}b") == f"a‹U+{sign:04X}›b"


@pytest.mark.parametrize("text", ["", "plain", "بيان\u200f", "שלום\u200e", "\u061c", "é ‹ ›", "a\u200bb"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert turns_shown(text) == text
    data = {"a": [text, (text,)], text: frozenset({text})}
    assert turns_shown_in(data) is data


@pytest.mark.parametrize("told", ["\u202e", "&#x202E;", "&#8238;", "&#X0000202e;", "&#008238", "&#x2067"])
def test_no_page_obeys_one_however_it_is_written(content: Path, plant: Plant, told: str) -> None:
    text = (content / RECORD).read_text(encoding="utf-8")
    body = text.partition("\n---\n")[2].strip().splitlines()[2]
    plant(RECORD, body, f"{told} {body}")
    load.cache_clear()
    made = make(load(content), phrases("en", content))
    assert "‹U+20" in made[RECORD]
    assert not [name for name, page in made.items() if TURNS.search(page)]


def test_a_field_with_an_escaped_sign_is_shown_too(content: Path, plant: Plant) -> None:
    text = (content / RECORD).read_text(encoding="utf-8")
    title = re.search(r"title: *\{? *(?:en: *)?\"?([A-Z]\w+)|title:\n +en: \"?([A-Z]\w+)", text)
    assert title is not None
    line = next(each for each in text.splitlines() if (title[1] or title[2]) in each)
    plant(RECORD, line, re.sub(r"en: .*?(?=, fr:|\}|$)", r'en: "\\u202Etxt"', line))
    load.cache_clear()
    knowledge = load(content)
    (record,) = [each for each in knowledge.practices if each.id == "nz-code-of-conduct"]
    assert record.title.en == "‹U+202E›txt"


def test_an_imported_document_brings_none_into_its_edition(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "kenya\u202e.md"
    source.write_text(
        "# Kenya\n\n## A \u202eretsiger\u202c of gifts\n\nOfficers \u2067enter\u2069 each gift.\n", "utf-8"
    )
    result = run("edition", "import", source, "-o", tmp_path / "edition")
    assert result.exit_code == 0, result.output
    assert not TURNS.search(result.output)
    articles = [path.read_text(encoding="utf-8") for path in (tmp_path / "edition").glob("*.md")]
    assert articles
    assert not [text for text in articles if TURNS.search(text)]
    assert any("‹U+202E›" in text for text in articles)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠x"])
def test_what_a_spreadsheet_may_take_for_a_formula(text: str) -> None:
    assert may_be_formula(text)
    assert not may_be_formula(f"x{text}")
