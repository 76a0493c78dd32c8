"""One reader: the linter, the harvest and the print see the same blocks, in the same lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.base.vocabulary import ArticleKind
from kb.newsletter.folder import Article, ArticleHead
from kb.newsletter.harvest.harvesting import units
from kb.newsletter.prose import passages
from kb.press.commonmark import Kind
from kb.press.document import Heading, text_of
from kb.press.markdown import parse

CASES = {
    "setext heading": ("Results\n=======\n\nText.", [(Kind.HEADING, 1, "Results"), (Kind.PARAGRAPH, 4, "Text.")]),
    "setext heading of two lines": ("Two\nlines\n---\n", [(Kind.HEADING, 1, "Two\nlines")]),
    "indented code": ("    x = 1\n\nText.", [(Kind.PARAGRAPH, 3, "Text.")]),
    "fenced code": ("```\n# no heading\n```\nText.", [(Kind.PARAGRAPH, 4, "Text.")]),
    "heading in a list": ("- # inner\n", [(Kind.ITEM, 1, "inner")]),
    "heading in a quotation": ("> # inner\n> text", [(Kind.QUOTE, 1, "inner"), (Kind.QUOTE, 2, "text")]),
    "lazy continuation": ("> one\ntwo\n\nthree", [(Kind.QUOTE, 1, "one\ntwo"), (Kind.PARAGRAPH, 4, "three")]),
    "nested list": ("- a\n  - b\n\n- c", [(Kind.ITEM, 1, "a"), (Kind.ITEM, 2, "b"), (Kind.ITEM, 4, "c")]),
    "comment": (
        "a\n\n<!-- # b -->\n\nc",
        [(Kind.PARAGRAPH, 1, "a"), (Kind.PARAGRAPH, 3, ""), (Kind.PARAGRAPH, 5, "c")],
    ),
    "table": ("| a | b |\n|---|---|\n| c | d |", [(Kind.ROW, 1, "| a | b |"), (Kind.ROW, 3, "| c | d |")]),
    "bar without a table": ("| a | b |\ntext", [(Kind.PARAGRAPH, 1, "| a | b |\ntext")]),
    "closed heading": ("## 1. Title ##\ntext", [(Kind.HEADING, 1, "1. Title"), (Kind.PARAGRAPH, 2, "text")]),
    "no blank after the sign": ("#no heading", [(Kind.PARAGRAPH, 1, "#no heading")]),
    "footnote between": (
        "a[^1]\n\n[^1]: note\n  more\n\n# H",
        [(Kind.PARAGRAPH, 1, "a"), (Kind.FOOTNOTE, 3, "note\nmore"), (Kind.HEADING, 6, "H")],
    ),
    "list with a number": ("1986. A year\n\ntext", [(Kind.ITEM, 1, "A year"), (Kind.PARAGRAPH, 3, "text")]),
}
PIECES = [
    "# a",
    "b",
    "===",
    "---",
    "- c",
    "  - d",
    "> e",
    "    f",
    "",
    "| g | h |",
    "|---|---|",
    "```",
    "1. i",
    "[^1]: j",
    "  k",
    "## ",
]


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_the_linter_reads_the_blocks_that_commonmark_knows_in_their_lines(body, expected):
    read = [(each.kind, each.line, each.text.replace("\ufffc", "").strip()) for each in passages(body)]
    assert read == expected


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("\n".join))
def test_a_heading_of_the_linter_is_a_heading_in_print(body):
    linted = [each.flat.split() for each in passages(body) if each.kind is Kind.HEADING and each.text]
    printed = [text_of(each.runs).split() for each in parse(body, "en", {}).blocks if isinstance(each, Heading)]
    assert linted == printed


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("\n".join), st.integers(1, 9))
def test_every_passage_begins_on_its_line(body, first):
    lines = body.split("\n")
    assert all(each.raw.split("\n")[0] in lines[each.line - first] for each in passages(body, first))


def test_the_harvest_takes_its_sections_from_the_headings_of_print():
    long = "The administration opened a hotline for officers and for traders in every port of the country. " * 8
    body = f"Hotline for officers\n===\n\n{long}\n\nScanners at the ports\n===\n\n{long}\n\n- # inner\n"
    article = Article("01-a.md", ArticleHead(kind=ArticleKind.MEMBER, title="T", member="BG"), body)
    assert [unit.title for unit in units(article)] == ["Hotline for officers", "Scanners at the ports"]
