"""The paragraphs and lists of a person's text are seen as such, nothing else in it means anything, and no word is lost."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assessment.rendering import texts
from assessment.rendering.blocks import Passage, paragraphs
from assessment.rendering.markdown import as_markdown, of_passage, plain
from kb.base.folding import clean
from kb.press.document import text_of

BREAKS = ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\n\n", "\n  ")
SIGNS = (
    *("-", "*", "•", "1.", "2.", "3)", "(1)", "a)", "b)", "(a)", "i)", "#", ">", "+", "=", "**", "_", "[x](y)", "<b>"),
    *("&amp;", "|", "`", "~~~", ":", "![", "\\"),
)
free = st.lists(st.sampled_from([*BREAKS, *SIGNS]) | st.text("ab -*1.)\n", max_size=5), max_size=25).map(" ".join)


def kinds(text):
    return [(mark or "¶", items if mark else items[0]) for mark, items in read(text)]


def read(text):
    """Each block as its mark, blank for a paragraph, and its items, each a list of lines."""
    return [
        (getattr(block, "mark", ""), [text_of(each.runs).split("\n") for each in paragraphs(block)])
        for block in texts.read(text)
    ]


def as_lines(text):
    return [line for block in texts.read(text) for line in texts.marked(block)]


def test_a_blank_line_parts_paragraphs_and_a_line_break_stays_one():
    assert kinds("one\ntwo\n\n\nthree") == [("¶", ["one", "two"]), ("¶", ["three"])]


@pytest.mark.parametrize("sign", "-*–—•·▪")
def test_each_sign_people_use_for_points_makes_a_list(sign):
    assert kinds(f"Seen:\n{sign} a\n\n{sign}\tb\nEnd") == [("¶", ["Seen:"]), ("•", [["a"], ["b"]]), ("¶", ["End"])]


@pytest.mark.parametrize("mark", texts.NUMBERED)
def test_each_way_of_counting_makes_a_list_that_counts_so(mark):
    first, second = mark, mark.replace("1", "2").replace("a", "b")
    assert kinds(f"{first} x\n{second} y") == [(mark, [["x"], ["y"]])]
    assert as_lines(f"{first} x\n{second} y") == [f"{first} x", f"{second} y"]


def test_numbers_stay_as_they_were_given():
    assert as_lines("3. c\n4. d\n7. g\n1. a") == ["3. c", "4. d", "7. g", "1. a"]


@pytest.mark.parametrize(
    "line", ["-5 cases", "-", "1.5 million", "2024. A year", "i) roman", "e) mail", "A. Smith", "*bold*"]
)
def test_what_only_looks_like_an_item_stays_a_line(line):
    assert kinds(line) == [("¶", [line])]


def test_lines_further_in_belong_to_the_item_above():
    assert kinds("- a\n  more\n  - inner\n- b\nafter") == [("•", [["a", "more", "- inner"], ["b"]]), ("¶", ["after"])]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(free)
def test_no_word_is_lost_and_the_order_stays(text):
    said = clean(text)
    bullets = re.compile("[-*–—•·●▪◦‣\uf0a7\uf0b7]")
    found = " ".join(as_lines(said)).split()
    assert [bullets.sub("•", word) for word in found] == [bullets.sub("•", word) for word in said.split()]


class Shown(HTMLParser):
    """A page of Markdown as blocks like those of a text; anything else is kept as its tag."""

    def __init__(self):
        super().__init__()
        self.found, self.lists = [], []

    def handle_starttag(self, tag, attrs):
        if tag in ("ul", "ol"):
            self.lists.append((tag, int(dict(attrs).get("start", 1))))
        elif tag == "li":
            self.found.append([self.lists[-1][0], [""]])
        elif tag == "p" and not self.lists:
            self.found.append(["p", [""]])
        elif tag == "br":
            self.found[-1][1].append("")
        elif tag != "p":
            self.found.append([tag, [""]])

    def handle_endtag(self, tag):
        if tag in ("ul", "ol"):
            self.lists.pop()

    def handle_data(self, data):
        if data.strip() or (self.found and self.found[-1][1][-1]):
            self.found[-1][1][-1] += data


def shown(markdown):
    page = Shown()
    page.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))
    return [(tag, [" ".join(line.split()) for line in lines]) for tag, lines in page.found]


def expected(text):
    """What Markdown should show: letters and brackets, and a list that would join the one before, as lines."""
    found, before = [], False
    for number, (mark, items) in enumerate(read(text)):
        texts_of = [[" ".join(line.split()) for line in item] for item in items]
        if mark in ("•", "1.", "1)") and mark != before:
            found += [("ul" if mark == "•" else "ol", item) for item in texts_of]
        else:
            signs = [f"{sign} " for sign in texts.marks(texts.read(text)[number])] if mark else [""]
            lines = [[f"{sign}{item[0]}", *item[1:]] for sign, item in zip(signs, texts_of, strict=True)]
            found.append(("p", [line for each in lines for line in each]))
        before = found[-1][0] != "p" and mark
    return found


@settings(max_examples=400, deadline=None, derandomize=True)
@given(free)
def test_markdown_shows_the_same_paragraphs_and_items_and_nothing_acts(text):
    said = clean(text)
    assert shown(as_markdown(said, plain)) == expected(said)


def test_a_label_leads_its_paragraph_and_stands_above_a_list():
    def told(text):
        return of_passage(Passage(texts.read(text), "Note:"))

    assert told("one\n- a") == "**Note:** one\n\n- a"
    assert told("- a") == "**Note:**\n\n- a"
