"""The law of the import: every letter of a document is in exactly one article or listed as dropped with its reason."""

from collections import Counter
from html import escape as as_html

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.base.errors import ArushaError
from kb.newsletter.intake.blocks import count, escape, guarded, plain, tidy
from kb.newsletter.intake.formats import read
from kb.newsletter.intake.markdown import body
from kb.newsletter.intake.readers import markdown as markdown_reader
from kb.newsletter.intake.splitting import split

LETTERS = "abcdeéœüßжαع中ABCDEÉ0123456789"
WORD = st.text(alphabet=LETTERS + "-’.,()/&%", min_size=1, max_size=9).filter(lambda word: any(map(str.isalnum, word)))
TEXT = st.lists(WORD, min_size=1, max_size=12).map(" ".join)
MARKS = ["[^1]", "[a](b)", "![x](y)", "&lt;", "&#0;", "\\", "**a**", "<b>", "1. a", "---", "| a |"]
SIGNS = st.text(alphabet=LETTERS + " *_`[]<>{}#&|!\\+-=~:.1)(\"'", min_size=1, max_size=40)
HARD = st.lists(st.one_of(SIGNS, st.sampled_from(MARKS)), min_size=1, max_size=6).map("".join)
BLOCK = st.tuples(
    st.sampled_from(["heading", "paragraph", "paragraph", "item"]),
    st.one_of(
        TEXT, st.sampled_from(["Bulgaria", "Éditorial", "Togo", "Contents", "Abbreviations", "12", "Source: x y"])
    ),
)
DOCUMENT = st.lists(BLOCK, min_size=1, max_size=14)
law = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def letters(*texts):
    return Counter(letter for text in texts for letter in tidy(text) if letter.isalnum())


def accounted(data, file, names):
    """Letters in articles and dropped, after a look at the account's own sum."""
    try:
        document = read(data, file)
    except ArushaError:  # nothing to read but what looks like page numbers
        assert not any(map(str.isalpha, data.decode("utf-8", "ignore"))) or not file.endswith((".txt", ".md"))
        return None
    found = split(document, names)
    dropped = [*document.dropped, *found.dropped]
    placed = sum(draft.words for draft in found.drafts)
    assert document.found - document.joined == placed + sum(each.words for each in dropped)
    assert all(each.reason for each in dropped)
    texts = [block.plain + (block.marker if block.printed else "") for draft in found.drafts for block in draft.blocks]
    return letters(*texts, *(each.text for each in dropped))


def docx_of(blocks, make):
    styles = {"heading": "H2", "paragraph": "", "item": ""}
    return make.docx("".join(make.paragraph(text, styles[kind]) for kind, text in blocks))


def odt_of(blocks, make):
    marks = {
        "heading": '<text:h text:outline-level="2">{}</text:h>',
        "paragraph": "<text:p>{}</text:p>",
        "item": "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>",
    }
    return make.odt("".join(marks[kind].format(as_html(text)) for kind, text in blocks))


def html_of(blocks, make):
    marks = {"heading": "<h2>{}</h2>", "paragraph": "<p>{}</p>", "item": "<ul><li>{}</li></ul>"}
    return ("<html><body>" + "".join(marks[kind].format(as_html(text)) for kind, text in blocks)).encode()


def markdown_of(blocks, make):
    marks = {"heading": "## {}", "paragraph": "{}", "item": "- {}"}
    return "\n\n".join(marks[kind].format(guarded(escape(text))) for kind, text in blocks).encode()


def text_of(blocks, make):
    marks = {"heading": "\f{}\n\n", "paragraph": "{}\n", "item": "- {}\n\n\n"}
    return "".join(marks[kind].format(text) for kind, text in blocks).encode()


@pytest.mark.parametrize(
    ("ending", "maker"),
    [("docx", docx_of), ("odt", odt_of), ("html", html_of), ("md", markdown_of), ("txt", text_of)],
    ids=["docx", "odt", "html", "md", "txt"],
)
@given(blocks=DOCUMENT)
@law
def test_every_letter_is_accounted_for(ending, maker, blocks, make, names):
    found = accounted(maker(blocks, make), f"x.{ending}", names)
    assert found is None or found == letters(*(text for _, text in blocks))


@given(
    lines=st.lists(st.lists(TEXT, max_size=3).map("  ".join), max_size=40),
    breaks=st.sampled_from(["\n", "\r\n", "\n\n", "\f"]),
)
@law
def test_every_letter_of_any_text_is_accounted_for(lines, breaks, names):
    text = breaks.join(lines)
    found = accounted(text.encode(), "x.txt", names) if text else None
    assert found is None or found == letters(text)


def test_every_letter_of_a_pdf_is_accounted_for(make, names, tmp_path):
    sections = make.editions["en"]
    path = make.makers["pdf"](sections, "en", tmp_path / "x.pdf")
    found = accounted(path.read_bytes(), "x.pdf", names)
    wanted = letters(*(text for s in sections for text in (s.label, s.title, *(words for _, words in s.blocks))))
    assert wanted - found == Counter()


@given(text=HARD)
@law
def test_escaped_text_reads_as_it_was(text):
    assert plain(escape(tidy(text))) == tidy(text)


@given(texts=st.lists(st.tuples(st.sampled_from(["heading", "paragraph", "item", "quote"]), HARD), max_size=6))
@law
def test_a_body_read_again_has_the_same_words(texts):
    """What the import writes as Markdown is no other kind of block, and says the same, when it is read."""
    from kb.newsletter.intake.blocks import Block, Kind

    blocks = [Block(Kind(kind), escape(tidy(text)), level=1) for kind, text in texts if count(text)]
    again = markdown_reader.from_markdown(body(blocks, {}), "x.md").blocks
    assert [tidy(block.plain) for block in again] == [tidy(block.plain) for block in blocks]


def mutated(data, changes):
    changed = bytearray(data)
    for place, value, length in changes:
        start = place % max(1, len(changed))
        changed[start : start + length] = bytes([value]) * (length // 2)
    return bytes(changed)


CHANGES = st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 255), st.integers(1, 40)), max_size=8)


@pytest.mark.parametrize("ending", ["docx", "odt", "html", "md", "txt"])
@given(changes=CHANGES)
@settings(max_examples=150, deadline=None)
def test_a_spoilt_file_gives_a_sentence_or_a_whole_account(ending, changes, make, names):
    makers = {"docx": docx_of, "odt": odt_of, "html": html_of, "md": markdown_of, "txt": text_of}
    blocks = [block for section in make.editions["fr"] for block in (("heading", section.label), *section.blocks)]
    data = mutated(makers[ending](blocks, make), changes)
    try:
        document = read(data, f"x.{ending}")
    except ArushaError:
        return
    found = split(document, names)
    dropped = sum(each.words for each in (*document.dropped, *found.dropped))
    assert document.found - document.joined == sum(draft.words for draft in found.drafts) + dropped
