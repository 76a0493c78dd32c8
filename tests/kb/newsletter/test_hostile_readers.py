"""Documents made to hold a reader up: read or refused at a cost that their size sets, or ended with one sentence."""

import io
import threading
import zipfile

import pytest

from kb.base.bounded import Limits, call
from kb.base.errors import ArushaError
from kb.newsletter.desk.membership import load_members
from kb.newsletter.intake import formats, importing
from kb.newsletter.intake.blocks import escape
from kb.newsletter.intake.lines import ended, is_entry
from kb.newsletter.intake.naming import Names
from kb.newsletter.intake.readers.markdown import from_markdown

SIZE = 900_000
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PARAGRAPH = "<w:p><w:r><w:t>word</w:t></w:r></w:p>"
BOX, BOXED = "<w:p><w:r><w:drawing><w:txbxContent>", "</w:txbxContent></w:drawing></w:r></w:p>"
CELL, CELLED = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"


def docx(body):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("leaders.txt", "x " + "." * SIZE),
        ("leaders apart.txt", "x " + ". " * (SIZE // 2)),
        ("halved.txt", "word-\n" * 29_000),
        ("slashes.txt", ("a" * 29 + "/\n") * 29_000),
        ("braces.txt", "x " + "{" * SIZE),
        ("contents.txt", "Contents\n\n" + "".join(f"Entry {n} .... 5\n" for n in range(25_000))),
        ("comments.html", "<!---->" * 600),
        ("braces.md", "x " + "{" * SIZE),
        ("notes.md", "[^1]: a\n" * (SIZE // 8) + "x\n"),
        ("levels.md", "* " * (SIZE // 2) + "x\n"),
        ("blanks.md", "# a" + " " * SIZE + "b\n"),
        ("signs.md", "# x" + " #" * (SIZE // 2) + "x\n"),
        ("base60.md", "---\na: !!int 1" + ":1" * (SIZE // 2) + "\n---\nx\n"),
        ("boxes.docx", docx(PARAGRAPH + (BOX * 30 + PARAGRAPH + BOXED * 30) * 300)),
        (
            "deletions.docx",
            docx(PARAGRAPH + "<w:p>" + "<w:del><w:r><w:t>word</w:t></w:r></w:del>" * 180_000 + "</w:p>"),
        ),
        ("tables.docx", docx(CELL * 200 + PARAGRAPH * 40_000 + CELLED * 200)),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_no_shape_of_a_document_costs_more_than_its_size(file, text):
    """Each took minutes, or would take longer than the sun burns; the CPU limit would end it."""
    data = text if isinstance(text, bytes) else text.encode()
    said = ""
    try:
        call(file, Limits(seconds=60, memory=2 * 10**9), importing.read_apart, data, file, Names(load_members()))
    except ArushaError as error:
        said = str(error)
    assert "seconds of computing" not in said
    assert "cannot be read;" not in said


@pytest.mark.parametrize("threaded", [False, True], ids=["main thread", "another thread"])
def test_one_that_costs_too_much_is_refused_and_the_others_are_taken(tmp_path, monkeypatch, threaded):
    monkeypatch.setattr(formats, "LIMITS", Limits(seconds=2, memory=10**9, remedy="leave it out"))
    slow = tmp_path / "1.txt"
    slow.write_text("e" + "\u0316\u0301" * 240_000)  # putting marks in order takes the square of their number
    good = tmp_path / "2.txt"
    good.write_text("Ghana\n\nA text of some words about integrity.\n")
    outcomes = []

    def take():
        outcomes.append(importing.import_files([slow, good], tmp_path / "edition", load_members()))

    if threaded:
        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
    else:
        take()
    (refusal,) = outcomes[0].refusals
    assert refusal.sentence == "1.txt: takes more than 2 seconds of computing to read; leave it out"
    assert len(outcomes[0].articles) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a {b} c {d", "a &#123;b} c {d"),
        ("{{a}", "&#123;&#123;a}"),
        ("{\n}", "{\n}"),
        ("a_{b_}_", "a\\_&#123;b\\_}\\_"),
    ],
)
def test_a_brace_is_escaped_where_its_line_closes_one(text, shown):
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("text", "words"),
    [("a ##", "a"), ("a#", "a#"), ("a # #", "a #"), ("a  ", "a"), ("a #b", "a #b")],
)
def test_a_heading_may_be_closed_by_signs(text, words):
    assert [block.text for block in from_markdown(f"# {text}\n", "x.md").blocks] == [words]


def test_ends_of_lines_are_known_however_long_the_line_is():
    assert ended("x" * 10_000 + ".”)")
    assert not ended("." * 10_000 + "x")
    assert not ended("")
    assert is_entry("x" * 10_000 + " ..... 12")
    assert not is_entry("." * 10_000 + "x")
