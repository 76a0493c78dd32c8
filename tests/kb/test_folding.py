"""A text of a person is cleaned on its way in: every kind of line break is a line break, and no other control is left."""

import unicodedata
from io import BytesIO

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.base.folding import clean, each_text, on_one_line
from kb.library.content import read_yaml
from kb.newsletter.desk import comments
from kb.newsletter.intake import formats

BREAKS = ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
ODD = [*"".join(BREAKS), *"\x00\x07\x1b\x1f\x7f\x9b\ufffe\ud83d\ude00\t \u00a0aé"]
odd = st.text(st.sampled_from(ODD) | st.characters(), max_size=40)


@pytest.mark.parametrize("sign", BREAKS, ids=[ascii(sign) for sign in BREAKS])
def test_each_sign_for_a_line_break_is_one_line_break_or_one_blank(sign):
    assert clean(f"one{sign}two") == "one\ntwo"
    assert on_one_line(f"one{sign}two") == "one two"


@settings(max_examples=400, deadline=None, derandomize=True)
@given(odd)
def test_what_is_cleaned_has_no_control_but_line_break_and_tab_and_can_be_stored(text):
    found = clean(text)
    assert not [sign for sign in found if unicodedata.category(sign) in ("Cc", "Zl", "Zp") and sign not in "\n\t"]
    assert found.encode().decode() == found
    assert clean(found) == found
    assert len(on_one_line(text).splitlines()) <= 1


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs", "Cn"]), min_size=1), min_size=1),
    st.data(),
)
def test_no_word_grows_together_with_its_neighbour(words, data):
    breaks = data.draw(st.lists(st.sampled_from(BREAKS), min_size=len(words), max_size=len(words)))
    text = "".join(word + sign for word, sign in zip(words, breaks, strict=True))
    assert clean(text).split() == words
    assert on_one_line(text).split(" ") == words


def test_halves_of_a_character_that_belong_together_become_it_and_a_half_alone_is_shown():
    assert clean("\ud83d\ude00") == "😀"
    assert clean("a\ud83d") == clean("a\ude00") == "a�"


def test_a_blank_that_does_not_break_stays_in_a_field_of_one_line():
    assert on_one_line(" Qui\u00a0?\v\t oui ") == "Qui\u00a0? oui"


def test_names_that_cleaning_would_make_one_are_left_apart():
    assert each_text({"a\x00": "x\v", "b": ["y\x85z"]}) == {"a": "x\n", "b": ["y\nz"]}
    assert each_text({"a\x00": 1, "a": 2}) == {"a\x00": 1, "a": 2}


def test_yaml_of_a_person_is_cleaned(tmp_path):
    path = tmp_path / "x.yml"
    path.write_text('text: "one\\vtwo\\Lthree\\Nfour\\0five"\n', encoding="utf-8")
    assert read_yaml(tmp_path, path) == {"text": "one\ntwo\nthree\nfourfive"}


def test_a_comment_has_lines_and_its_author_one():
    made = comments.Comment(id="c1", article="01-nz", text="one\vtwo", by="Desk\u2028one", day="2026-01-01")
    assert (made.text, made.by) == ("one\ntwo", "Desk one")


def a_docx():
    document = docx.Document()
    run = document.add_paragraph().add_run("one")
    for tag in ("w:br", "w:cr", "w:tab"):
        run._r.append(run._r.makeelement(docx.oxml.ns.qn(tag), {}))
        run.add_text("two")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


GLUED = " ".join(f"one{sign}two" for sign in BREAKS)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", GLUED.encode()),
        ("a.md", GLUED.encode()),
        ("a.html", f"<p>{GLUED} one<br>two</p>".encode()),
        ("a.docx", a_docx()),
    ],
    ids=["text", "markdown", "html", "word"],
)
def test_no_line_break_of_a_contribution_glues_two_words(name, data):
    words = [word for block in formats.read(data, name).blocks for word in block.plain.split()]
    assert set(words) == {"one", "two"}
