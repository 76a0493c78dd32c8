"""YAML without surprises."""

from contextlib import suppress

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.base.strict_yaml import YamlError, load


class QuotedDumper(yaml.SafeDumper):
    """Writes every text between quotes, and everything in full."""

    def ignore_aliases(self, data: object) -> bool:
        return True


QuotedDumper.add_representer(
    str, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"')
)

TREES = st.recursive(
    st.one_of(st.text(), st.integers(), st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_what_yaml_writes_comes_back_the_same(data: object) -> None:
    assert load(yaml.dump(data, Dumper=QuotedDumper, allow_unicode=True), "x.yml") == data


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    with suppress(YamlError):
        load(text, "x.yml")


@pytest.mark.parametrize(
    "word",
    [
        "NO",
        "no",
        "yes",
        "Yes",
        "on",
        "OFF",
        "True",
        "FALSE",
        "Null",
        "~",
        "y",
        "1.10",
        "1e3",
        ".5",
        ".inf",
        ".nan",
        "010",
        "0x1F",
        "0o17",
        "1_000",
        "+1",
        "-0",
        "12:30",
        "2019-07-01",
        "=",
        "<<",
    ],
)
def test_a_plain_scalar_is_text(word: str) -> None:
    assert load(f"key: {word}", "x.yml") == {"key": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [("true", True), ("false", False), ("0", 0), ("42", 42), ("-7", -7), ("null", None), ("", None), ('"42"', "42")],
)
def test_true_false_whole_numbers_and_nothing_have_their_meaning(word: str, value: object) -> None:
    loaded = load(f"key: {word}", "x.yml")["key"]
    assert loaded == value
    assert type(loaded) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\na: 2", 2, "“a” stands twice"),
        ('1: x\n"1": y', 2, "“1” stands twice"),
        ("a:\n  - {b: 1, b: 2}", 2, "“b” stands twice"),
        ("a: &x 1\nb: *x", 1, "anchors and aliases"),
        ("a: 1\nb: *x", 2, "anchors and aliases"),
        ("? [a, b]\n: 1", 1, "a key must be plain text"),
        ("a: b: c", 1, "mapping values are not allowed"),
        ("a: [1\nb: 2", 2, "not readable as YAML"),
        ("a:\n\t- 1", 2, "not readable as YAML"),
        ("a: 1\n---\nb: 2", 2, "found another document"),
        ("a: !!python/object:os.system x", 1, "tags are not used here"),
        ("a: !!int 1:1:1", 1, "tags are not used here"),
        ("b: 1\n!!merge a: {c: 1}", 2, "tags are not used here"),
        ("[" * 500, 1, "nested too deeply"),
        ("[" * 100_000, 1, "nest"),  # where the parser may refuse before us
    ],
)
def test_what_is_refused_names_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(YamlError) as caught:
        load(text, "x.yml")
    assert (caught.value.file, caught.value.line) == ("x.yml", line)
    assert message in str(caught.value)


def test_forty_levels_are_read_and_one_more_is_refused() -> None:
    assert load("[" * 40 + "]" * 40, "x.yml")
    with pytest.raises(YamlError, match="nested too deeply"):
        load("[" * 41 + "]" * 41, "x.yml")


def test_lines_are_counted_from_where_the_text_began_in_its_file() -> None:
    with pytest.raises(YamlError) as caught:
        load("a: 1\na: 2", "x.md", first_line=2)
    assert caught.value.line == 3


@pytest.mark.parametrize("text", ['a: !!timestamp "2019-13-45"', 'a: !!int "x"', 'a: !!float "x"', 'a: !!binary "é"'])
def test_a_tag_that_does_not_fit_its_value_is_a_fault_and_no_crash(text: str) -> None:
    with pytest.raises(YamlError):
        load(text, "x.yml")
