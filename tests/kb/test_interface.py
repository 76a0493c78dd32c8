"""Every phrase a person reads: the same keys in each language, each with the values its callers give."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from kb.base.errors import ArushaError
from kb.base.interface import Phrases, phrases
from kb.base.places import project_folder
from kb.base.vocabulary import ArticleKind, EvidenceStrength, PracticeType, Status

ENGLISH, FRENCH = phrases("en"), phrases("fr")
KEYS = ENGLISH.keys()
CODE = project_folder()


def places(say: Phrases, key: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(say(key)) if name is not None}


class Call(NamedTuple):
    """One use of a phrase; *key* ends in * where the code adds the rest."""

    where: str
    key: str
    given: frozenset[str | None]
    counted: bool

    def gives(self, key: str) -> bool:
        """Whether *key* exists and this call names all its values (or hands on a set of values as it is)."""
        named = self.given | ({"n"} if self.counted else set())
        return key in KEYS and (None in named or places(ENGLISH, key) <= named)


def calls_in_python(path: Path) -> Iterator[Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = ast.unparse(node.func)
        if called.split(".")[-1] != "say" and not called.endswith("say.count"):
            continue
        yield from named(path.name, node, called.endswith("count"))


def named(where: str, node: ast.Call, counted: bool = False) -> Iterator[Call]:
    given = frozenset(word.arg for word in node.keywords)
    first = node.args[0]
    for key in [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]:
        if isinstance(key, ast.Constant):
            yield Call(where, str(key.value), given, counted)
        elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
            yield Call(where, f"{key.values[0].value}*", given, counted)


def calls_in_template(path: Path) -> Iterator[Call]:
    for node in Environment().parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
        counted = isinstance(node.node, nodes.Getattr) and node.node.attr == "count"
        called = node.node.node if counted else node.node
        if not isinstance(called, nodes.Name) or called.name != "say":
            continue
        given = frozenset(word.key for word in node.kwargs)
        if isinstance(node.args[0], nodes.Const):
            yield Call(path.name, node.args[0].value, given, counted)
        elif isinstance(node.args[0], nodes.Concat) and isinstance(node.args[0].nodes[0], nodes.Const):
            yield Call(path.name, f"{node.args[0].nodes[0].value}*", given, counted)


CALLS = sorted(
    {
        *(
            call
            for folder in ("assessment", "kb")
            for path in (CODE / folder).rglob("*.py")
            for call in calls_in_python(path)
        ),
        *(
            call
            for folder in ("assessment", "kb")
            for path in (CODE / folder).rglob("*.j2")
            for call in calls_in_template(path)
        ),
    },
    key=lambda call: (call.where, call.key, sorted(map(str, call.given))),
)


def refuses(node: ast.Call) -> bool:
    """Whether a call makes a refusal, or is that of a kind of refusal which has one key."""
    called = ast.unparse(node.func)
    if called == "super().__init__":
        return isinstance(node.args[0], ast.Constant)
    return called.split(".")[-1] in ("Refusal", "JournalError")


def refusals() -> Iterator[Call]:
    """Every `Refusal(key, values…)` in the code."""
    for folder in ("assessment", "kb"):
        for path in (CODE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and refuses(node):
                    assert len(node.args) == 1, f"{path.name}:{node.lineno}: values are named"
                    first = node.args[0]
                    for key in [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]:
                        if isinstance(key, ast.Constant):
                            yield Call(path.name, str(key.value), frozenset(word.arg for word in node.keywords), False)


REFUSALS = list(refusals())


def words() -> Iterator[Call]:
    """Every `Word(key, values…)` in the code."""
    for folder in ("assessment", "kb"):
        for path in (CODE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "Word" and node.args:
                    yield from named(path.name, node)
                elif isinstance(node, ast.Call) and ast.unparse(node.func) == "WrongValueError":
                    yield from (call._replace(key=f"fault.{call.key}") for call in named(path.name, node))


@pytest.mark.parametrize("call", list(words()), ids=lambda call: call.key)
def test_every_word_in_a_refusal_has_its_phrase_and_gets_its_values(call: Call) -> None:
    if call.key.endswith("*"):
        assert any(key.startswith(call.key[:-1]) for key in KEYS)
    else:
        assert call.gives(call.key)


@pytest.mark.parametrize("call", REFUSALS, ids=lambda call: call.key)
def test_every_refusal_has_its_sentence_and_gets_its_values(call: Call) -> None:
    forms = [
        key
        for place in ("refusal", "command")
        for key in (f"{place}.{call.key}", f"{place}.{call.key}.one", f"{place}.{call.key}.other")
        if key in KEYS
    ]
    assert any(key.startswith("refusal.") for key in forms)
    for key in forms:
        assert None in call.given or places(ENGLISH, key) <= call.given, key


def test_no_sentence_of_a_refusal_is_left_over() -> None:
    used = {call.key for call in REFUSALS}
    beginnings = tuple(key.removesuffix("*") for key in used if key.endswith("*"))
    kept = {
        key.partition(".")[2].removesuffix(".one").removesuffix(".other")
        for key in KEYS
        if key.startswith(("refusal.", "command."))
    }
    assert [key for key in sorted(kept - used) if not (beginnings and key.startswith(beginnings))] == []


def test_only_what_a_command_says_names_a_command() -> None:
    assert [
        key for say in (ENGLISH, FRENCH) for key in KEYS if key.startswith("refusal.") and "“arusha " in say(key)
    ] == []


def test_languages_have_the_same_keys() -> None:
    assert FRENCH.keys() == KEYS


def test_languages_have_the_same_places_in_every_phrase() -> None:
    assert {key: places(ENGLISH, key) for key in KEYS} == {key: places(FRENCH, key) for key in KEYS}


def test_no_phrase_is_empty() -> None:
    assert [key for say in (ENGLISH, FRENCH) for key in KEYS if not say(key).strip()] == []


def test_the_search_for_uses_finds_them() -> None:
    assert len(CALLS) > 150
    assert {"search", "templates"} <= {
        path.parent.name for path in CODE.rglob("*.[pj]*") if path.name in {c.where for c in CALLS}
    }


def test_every_phrase_that_is_used_exists_and_gets_its_values() -> None:
    wrong = []
    for call in CALLS:
        if call.key.endswith("*"):
            found = any(key.startswith(call.key[:-1]) for key in KEYS)
        elif call.counted:
            found = all(call.gives(f"{call.key}.{form}") for form in ("one", "other"))
        else:
            found = call.gives(call.key)
        if not found:
            wrong.append(f"{call.where}: {call.key}")
    assert wrong == []


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("type", PracticeType),
        ("evidence", EvidenceStrength),
        ("evidence.long", EvidenceStrength),
        ("status", Status),
        ("kind", ArticleKind),
        ("state", ["not_applicable", "dont_know", "unanswered", "level"]),
    ],
)
def test_every_word_of_the_vocabulary_has_a_phrase(prefix: str, values: list[str]) -> None:
    assert [value for value in values if f"{prefix}.{value}" not in KEYS] == []


@pytest.mark.parametrize(("n", "english", "french"), [(0, "other", "one"), (1, "one", "one"), (2, "other", "other")])
def test_plurals_follow_the_language(n: int, english: str, french: str) -> None:
    assert ENGLISH.count("site.practice_count", n) == ENGLISH(f"site.practice_count.{english}", n=n)
    assert FRENCH.count("site.practice_count", n) == FRENCH(f"site.practice_count.{french}", n=n)


@pytest.mark.parametrize(
    ("value", "digits", "english", "french"),
    [
        (None, 0, "–", "–"),
        (0, 0, "0", "0"),
        (12.345, 1, "12.3", "12,3"),
        (70000, 0, "70,000", "70\u00a0000"),
        (1234567.5, 2, "1,234,567.50", "1\u00a0234\u00a0567,50"),
    ],
)
def test_numbers_are_written_as_the_language_does(value: float | None, digits: int, english: str, french: str) -> None:
    assert ENGLISH.number(value, digits) == english
    assert FRENCH.number(value, digits) == french


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        ("2018", "2018", "2018"),
        ("2018-07", "July 2018", "juillet 2018"),
        ("2018-08-01", "1 August 2018", "1er août 2018"),
        ("2018-12-21", "21 December 2018", "21 décembre 2018"),
    ],
)
def test_dates_are_written_as_the_language_does(value: str, english: str, french: str) -> None:
    assert ENGLISH.date(value) == english
    assert FRENCH.date(value) == french


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_a_value_is_put_in_as_it_is(value: str) -> None:
    assert ENGLISH("search.none", query=value) == f"No practice found for “{value}”."


def test_a_key_that_there_is_not_is_a_fault_of_the_code() -> None:
    with pytest.raises(KeyError):
        ENGLISH("no.such.key")


def test_a_language_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(ArushaError, match="choose one of en, fr"):
        phrases("de")


def test_phrases_that_are_no_set_are_a_fault_with_its_file(content: Path) -> None:
    (content / "interface" / "en.yml").write_text("- a\n", encoding="utf-8")
    with pytest.raises(ArushaError, match=r"^interface/en\.yml: is not a set of phrases; "):
        phrases("en", content)
