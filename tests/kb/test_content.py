"""Reading content files: dates and periods, and faults that tell place and remedy."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.base.errors import ArushaError, ContentError, Fault
from kb.base.vocabulary import Model, NotStated, Slug, Text
from kb.library import content
from kb.library.content import Date, Period, find_root, parse, read_front_matter, read_text, read_yaml


class Dated(Model):
    day: Date | NotStated = "not_stated"
    span: Period | NotStated = "not_stated"


class Record(Model):
    id: Slug
    title: Text
    parts: tuple[Dated, ...] | NotStated = ()


def faults_of(model: type[Model], data: object) -> list[Fault]:
    faults: list[Fault] = []
    assert (parse(model, data, "x.yml", faults) is None) == bool(faults)
    return faults


DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2999, 12, 31))


@settings(max_examples=100, deadline=None)
@given(DAYS, st.sampled_from([4, 7, 10]))
def test_every_day_month_and_year_of_the_calendar_is_a_date(day: date, length: int) -> None:
    assert faults_of(Dated, {"day": day.isoformat()[:length]}) == []


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(0, 5000), st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_a_period_runs_from_a_date_to_the_same_or_a_later_one(day: date, days: int, one: int, other: int) -> None:
    start, end = day.isoformat()[:one], (day + timedelta(days)).isoformat()[:other]
    assert faults_of(Dated, {"span": f"{start}/{end}"}) == []


@pytest.mark.parametrize(
    "written",
    ["2019-13", "2019-00", "2019-02-29", "2019-7", "19", "2019/07", "07-2019", "July 2019", "", " 2019", "２０１９"],
)
def test_what_is_no_date_is_refused(written: str) -> None:
    (fault,) = faults_of(Dated, {"day": written})
    assert fault.field == "day"
    assert written in str(fault.message)


@pytest.mark.parametrize("written", ["2018/2017", "2018-05/2018-04", "2018-05/2017", "2017/2018/2019", "2017/", "/"])
def test_what_is_no_period_is_refused(written: str) -> None:
    (fault,) = faults_of(Dated, {"span": written})
    assert fault.field == "span"


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"title": {"en": "x"}}, "id", "is missing"),
        ({"id": "a", "title": {"fr": "x"}}, "title.en", "is missing"),
        ({"id": "a", "title": {"en": " "}}, "title.en", "is blank"),
        ({"id": "A b", "title": {"en": "x"}}, "id", "'A b' does not have the right form"),
        ({"id": "a", "title": "x"}, "title", "'x' is not a set of fields"),
        ({"id": "a", "title": {"en": "x"}, "titel": 1}, "titel", "is not a field here"),
        ({"id": "a", "title": {"en": "x"}, "parts": [{"day": "2019-13"}]}, "parts.0.day", "“2019-13”"),
        ({"id": "a", "title": {"en": "x"}, "parts": [{"day": 2019}]}, "parts.0.day", "2019"),
        ({"id": "a", "title": {"en": "x"}, "parts": "none"}, "parts", "'none'"),
        ([], "", "is not a set of fields"),
        (None, "", "is not a set of fields"),
    ],
)
def test_one_wrong_field_is_one_fault_with_file_field_and_remedy(data: object, field: str, message: str) -> None:
    (fault,) = faults_of(Record, data)
    assert (fault.file, fault.field) == ("x.yml", field)
    assert message in str(fault.message)
    assert str(fault.remedy)


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        ({"id": "a", "title": {"en": "x"}, "titel": 1}, "the fields are id, parts, title"),
        ({"id": "a", "title": {"en": "x", "es": "y"}}, "the fields are en, fr"),
        ({"id": "a", "title": {"en": "x"}, "parts": [{"date": "2019"}]}, "the fields are day, span"),
    ],
)
def test_an_unknown_field_is_told_with_the_fields_known_in_its_place(data: object, remedy: str) -> None:
    (fault,) = faults_of(Record, data)
    assert str(fault.remedy).endswith(remedy)


def test_every_wrong_field_is_told() -> None:
    data = {"id": "A", "title": {"en": ""}, "parts": [{"day": "x"}, {"span": "y"}], "more": 1}
    assert {fault.field for fault in faults_of(Record, data)} == {
        "id",
        "title.en",
        "parts.0.day",
        "parts.1.span",
        "more",
    }


def test_a_fault_reads_as_place_message_remedy() -> None:
    assert str(Fault("a.yml", "id", "is missing", "add it")) == "a.yml: id: is missing; add it"
    assert str(Fault("a.yml", "", "is missing", "put it back")) == "a.yml: is missing; put it back"


@pytest.mark.parametrize(
    ("bytes_", "field", "message"),
    [
        (b"caf\xe9", "byte 4", "is not UTF-8 text"),
        (b"x" * 2_000_001, "", "is larger than 2 MB"),
        (None, "", "is missing"),
    ],
    ids=["latin-1", "large", "missing"],
)
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, bytes_: bytes | None, field: str, message: str) -> None:
    path = tmp_path / "sub" / "x.yml"
    path.parent.mkdir()
    if bytes_ is not None:
        path.write_bytes(bytes_)
    with pytest.raises(ContentError) as caught:
        read_text(tmp_path, path)
    fault = caught.value.fault
    assert (fault.file, fault.field, str(fault.message)) == ("sub/x.yml", field, message)


def test_what_the_cache_keeps_of_a_yaml_file_is_what_is_read_anew_and_is_read_anew_once_the_file_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARUSHA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(content, "front_matter", content.cache.Kept("front-matter.json"))
    path = tmp_path / "x.yml"
    path.write_text("a: 1\nb: [é, {c: null, d: true, e: 1.5}]\n", encoding="utf-8")
    anew = read_yaml(tmp_path, path)
    assert not (tmp_path / "cache").exists()
    for _ in range(2):
        assert read_yaml(tmp_path, path, keep=True) == anew
        content.front_matter.save()
    assert "é" in (tmp_path / "cache" / "front-matter.json").read_text(encoding="utf-8")
    path.write_text("a: 2\n", encoding="utf-8")
    assert read_yaml(tmp_path, path, keep=True) == {"a": 2}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_line_ends_and_byte_order_mark_make_no_difference(tmp_path: Path, ending: str, mark: str) -> None:
    page, data = tmp_path / "x.md", tmp_path / "x.yml"
    page.write_bytes((mark + ending.join(["---", "a: 1", "---", "", "body", "---", "end"])).encode())
    data.write_bytes((mark + ending.join(["a: 1", "b: é"])).encode())
    front, body = read_front_matter(tmp_path, page)
    assert front == {"a": 1}
    assert body.split() == ["body", "---", "end"]
    assert read_yaml(tmp_path, data) == {"a": 1, "b": "é"}


@pytest.mark.parametrize("text", ["", "# What was done", "---\na: 1\n", "--\na: 1\n---\n", "\n---\na: 1\n---\n"])
def test_a_file_without_front_matter_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"x\.md: line 1: has no front matter; begin the file with"):
        read_front_matter(tmp_path, tmp_path / "x.md")


def test_broken_front_matter_names_the_line_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("---\na: 1\nb: [\n---\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"x\.md: line [34]: not readable as YAML"):
        read_front_matter(tmp_path, tmp_path / "x.md")


def test_a_folder_without_declaration_is_no_content_folder(tmp_path: Path) -> None:
    with pytest.raises(ArushaError, match="not a content folder; name another with --content"):
        find_root(tmp_path)
