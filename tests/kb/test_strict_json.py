"""JSON from outside: read as it is, or refused in one sentence with its place."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.base import strict_json
from kb.base.errors import ArushaError

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(anything)
def test_what_json_writes_is_read_as_it_is(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert strict_json.read(path, "response file", 1_000_000) == data


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{"a": {"b": [1, NaN]}}', "a.b.1: NaN is not a number that can be kept"),
        ('{"a": -Infinity}', "a: -Infinity"),
        ('{"a": -1e999}', "a: -1e999 is too large"),
        ('{"a": ' + "1" * 1000 + "}", "a: is too long a number"),
        ('[{"a": 1, "a": 1}]', "0: “a” stands twice"),
        ("[" * 42 + "]" * 42, "nested too deeply"),
        ("[" * 10**6, "nested too deeply"),
        ("{'a': 1}", "line 1: not readable as JSON"),
        ('"' + "x" * 1001 + '"', "larger than 0 MB, so it is no response file"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(tmp_path, text, part):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ArushaError) as caught:
        strict_json.read(path, "response file", 10**7 if "larger" not in part else 1000)
    assert str(caught.value).startswith(f"{path}: ")
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
