"""A practice record: front matter, and what was done in one or two languages."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.base.errors import Fault
from kb.base.vocabulary import Text
from kb.library.practices import Practice, read

FRONT = """---
id: xx-thing
title: {en: "Thing"}
members: [NZ, MK]
elements: [8.d, 6.a, 8.a]
type: policy
summary: {en: "A thing.", fr: "Une chose."}
problem: not_stated
results: not_stated
evidence: claimed
lessons: not_stated
start: "2018-07"
end: not_stated
status: running
reported: "2019-12"
source: {edition: 16, article: new-zealand}
last_checked: "2026-01-31"
---
"""
ENGLISH, FRENCH = "# What was done\n\nThis.\n\n- one\n", "# Ce qui a été fait\n\nCeci.\n"

Reader = Callable[[str], tuple[Practice | None, list[Fault]]]


@pytest.fixture
def reading(tmp_path: Path) -> Reader:
    def read_text(text: str) -> tuple[Practice | None, list[Fault]]:
        path = tmp_path / "practices" / "xx-thing.md"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
        faults: list[Fault] = []
        return read(tmp_path, path, faults), faults

    return read_text


@pytest.mark.parametrize(
    ("body", "english", "french"),
    [
        (ENGLISH + FRENCH, "This.\n\n- one", "Ceci."),
        (FRENCH + ENGLISH, "This.\n\n- one", "Ceci."),
        (ENGLISH, "This.\n\n- one", None),
        (ENGLISH + "# Ce qui a été fait\n\n", "This.\n\n- one", None),
        ("Aside.\n" + ENGLISH + "## Ce qui a été fait\n", "This.\n\n- one\n## Ce qui a été fait", None),
        (ENGLISH.replace("done", "done  "), "This.\n\n- one", None),
    ],
)
def test_each_telling_runs_from_its_heading_to_the_next(
    reading: Reader, body: str, english: str, french: str | None
) -> None:
    practice, faults = reading(FRONT + body)
    assert faults == []
    assert practice is not None
    assert practice.done == Text(en=english, fr=french)


def test_windows_line_ends_read_the_same(reading: Reader) -> None:
    text = FRONT + ENGLISH + FRENCH
    assert reading(text.replace("\n", "\r\n")) == reading(text)


def test_missing_french_falls_back_to_english_and_says_so(reading: Reader) -> None:
    practice, _ = reading(FRONT + ENGLISH)
    assert practice is not None
    assert practice.title.of("fr") == "Thing"
    assert practice.title.falls_back("fr")
    assert not practice.title.falls_back("en")
    assert practice.summary.of("fr") == "Une chose."
    assert not practice.summary.falls_back("fr")


@pytest.mark.parametrize(("body", "file"), [(FRENCH, FRONT), ("", FRONT), ("# What was done\n \n", FRONT)])
def test_a_record_without_english_telling_is_a_fault(reading: Reader, body: str, file: str) -> None:
    practice, (fault,) = reading(file + body)
    assert practice is None
    assert (fault.file, fault.field) == ("practices/xx-thing.md", "body")
    assert "“# What was done”" in str(fault.message)


def test_what_was_done_is_told_in_the_body_only(reading: Reader) -> None:
    _, faults = reading(FRONT.replace("id:", "done: {en: x}\nid:") + ENGLISH)
    assert [fault.field for fault in faults] == ["done"]


def test_an_id_is_the_name_of_its_file(reading: Reader) -> None:
    practice, (fault,) = reading(FRONT.replace("xx-thing", "xx-other") + ENGLISH)
    assert practice is None
    assert (fault.field, str(fault.remedy)) == ("id", "use xx-thing in both")


def test_factors_and_year_follow_from_elements_and_report(reading: Reader) -> None:
    practice, _ = reading(FRONT + ENGLISH)
    assert practice is not None
    assert (practice.factors, practice.year) == ((8, 6), 2019)


def test_a_record_says_when_it_was_reported(reading: Reader) -> None:
    _, (fault,) = reading(FRONT.replace('reported: "2019-12"\n', "") + ENGLISH)
    assert (fault.field, str(fault.message)) == ("reported", "is missing")


@pytest.mark.parametrize(
    "source",
    ["{edition: 16}", "{article: x}", "{}", "{edition: 16, article: x, reference: y}", "{edition: 16, reference: y}"],
)
def test_a_source_is_an_article_of_an_edition_or_a_reference_and_never_both(reading: Reader, source: str) -> None:
    _, (fault,) = reading(FRONT.replace("{edition: 16, article: new-zealand}", source) + ENGLISH)
    assert (fault.field, str(fault.message)) == ("source", "is neither an edition with an article nor a reference")


def test_a_confirmation_says_who_and_when(reading: Reader) -> None:
    line = 'reported: "2019-12"\n'
    practice, _ = reading(FRONT.replace(line, f'{line}confirmed: {{date: "2026-05", by: "New Zealand"}}\n') + ENGLISH)
    assert practice is not None
    assert practice.last_known == "2026-05"
    for half, field in (('{date: "2026-05"}', "confirmed.by"), ('{by: "New Zealand"}', "confirmed.date")):
        _, (fault,) = reading(FRONT.replace(line, f"{line}confirmed: {half}\n") + ENGLISH)
        assert (fault.field, str(fault.message)) == (field, "is missing")


@pytest.mark.parametrize(
    ("reported", "day", "aged"),
    [
        ("2019-12", "2022-12-31", False),
        ("2019-12", "2023-01-01", True),
        ("2023-11-28", "2026-11-28", False),
        ("2023-11-27", "2026-11-28", True),
        ("2023", "2026-11-28", False),
        ("2022", "2026-11-28", True),
    ],
)
def test_a_record_is_old_after_three_years(reading: Reader, reported: str, day: str, aged: bool) -> None:
    practice, _ = reading(FRONT.replace("2019-12", reported) + ENGLISH)
    assert practice is not None
    assert practice.aged(day) is aged


@pytest.mark.parametrize("field", ["problem", "results", "lessons", "start", "end", "status"])
def test_a_silent_source_is_said_and_not_left_out(reading: Reader, field: str) -> None:
    lines = [line for line in FRONT.splitlines(keepends=True) if not line.startswith(f"{field}:")]
    _, (fault,) = reading("".join(lines) + ENGLISH)
    assert (fault.field, str(fault.message)) == (field, "is missing")
    assert "“not_stated”" in str(fault.remedy)
