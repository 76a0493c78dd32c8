"""Every kind of file says the same numbers, is the same bytes each time, and bears what is rare or hostile."""

import hashlib
import json
import re
import subprocess
import sys
from html import unescape
from io import BytesIO

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from markdown_it import MarkdownIt
from pypdfium2 import PdfDocument

from assessment.audience import Audience
from assessment.rendering.blocks import as_data
from assessment.report import document, files
from assessment.report.figures import Report
from kb.base.interface import phrases

ENDINGS = tuple(files.KINDS)
NARROW = str.maketrans({"\u00a0": " ", "\u202f": " "})


def shown(report, say):
    """The row of each factor as every kind of file shows it: claimed, evidenced, interval, answered; whole numbers for the public."""
    digits = 0 if report.audience is Audience.PUBLIC else 1
    return [
        (
            f"{f.number} {f.name}",
            say.number(f.score.score, digits),
            say.number(f.score.evidenced, digits),
            "–" if f.score.low is None else f"{say.number(f.score.low, digits)}–{say.number(f.score.high, digits)}",
            say("score.of", answered=f.score.answered, applicable=f.score.applicable),
        )
        for f in report.factors
    ]


def rows_of(data, ending, page):
    """The first table of ten factors in a file, as rows of plain texts."""
    if ending == ".html":
        return [
            tuple(" ".join(row[at].split()) for at in (0, 1, 2, 4, 5))
            for row in page(data.decode()).rows[1:]
            if len(row) in (6, 7)
        ][:10]
    if ending == ".md":
        found = [
            [cell.strip() for cell in line.split("|")[1:6]]
            for line in data.decode().splitlines()
            if line.startswith("| ")
        ]
        return [tuple(row) for row in found if re.match(r"\d+ ", row[0]) and len(row) == 5][:10]
    if ending == ".docx":
        tables = [table for table in docx.Document(BytesIO(data)).tables if len(table.columns) in (5, 6)]
        return [tuple(cell.text for cell in row.cells[:5]) for row in tables[0].rows][1:]
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in PdfDocument(data)).split())
    number = r"([\d,.]+|–)"
    pattern = rf"(?<![\d.])(10|[1-9]) ([^\d]+?) {number} {number} ({number}–{number}|–) (\d+ (?:of|sur) \d+)"
    return [(f"{f[0]} {f[1]}", f[2], f[3], f[4], f[7]) for f in re.findall(pattern, text)][:10]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.PUBLIC])
@pytest.mark.parametrize("ending", [".html", ".md", ".docx", ".pdf"])
def test_the_numbers_of_every_file_are_those_of_the_report(report_of, page, ending, audience, language):
    say, report = phrases(language), report_of(language, audience)
    data = files.render(report, say, ending)
    found = [tuple(cell.translate(NARROW) for cell in row) for row in rows_of(data, ending, page)]
    assert found == [tuple(cell.translate(NARROW) for cell in row) for row in shown(report, say)]


LAYOUT = {"kind", "href", "anchor", "svg", "style", "tone", "grade", "look", "language", "day"}
ELSEWHERE = {
    "foot",
    "version",
    "member",
    "fingerprint",
    "contents",
}  # of the pages, of a template, of a list of contents
BADGE = {"shown", "state"}  # a level as a figure or in words


def sentences(value, kind=""):
    """Every text of a document that all its forms show, as far as it runs on without a break."""
    if isinstance(value, dict):
        names = {"listing": {"mark"}, "drawing": {"name", "alt"}}.get(value["kind"], set())
        for name in value.keys() - LAYOUT - ELSEWHERE - BADGE - names - {"fonts"}:
            yield from sentences(value[name])
    elif isinstance(value, list):
        for each in value:
            yield from sentences(each)
    elif isinstance(value, str):
        yield from filter(None, map(run_on, value.split("\n")))


def run_on(text):
    return re.sub("[-\\s\u0002\u00ad\ufffe]", "", text).casefold()


def shown_text(data, ending, page):
    """All that a reader of a file sees, in one run of letters."""
    if ending == ".html":
        text = page(data.decode()).text
    elif ending == ".md":
        text = page(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(data.decode())).text
    elif ending == ".docx":
        text = "".join(each.text or "" for each in docx.Document(BytesIO(data)).element.body.iter(qn("w:t")))
    else:
        pages = [page.get_textpage().get_text_bounded().splitlines() for page in PdfDocument(data)]
        text = "".join(line for lines in pages for line in lines if not re.search(r"\d+ / \d+$", line))
    return run_on(text)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("ending", [".html", ".md", ".docx", ".pdf"])
def test_every_file_for_reading_says_every_sentence_of_the_one_document(report_of, page, ending, audience, language):
    say, report = phrases(language), report_of(language, audience)
    wanted = set(sentences(as_data(document.of(report, say))))
    assert len(wanted) > {Audience.HEAD: 100, Audience.PUBLIC: 200}.get(audience, 300)
    found = shown_text(files.render(report, say, ending), ending, page)
    lacking = {each for each in wanted if each not in found}
    if ending == ".pdf":  # a page may end within a row: its running head then stands between
        lacking = {
            each for each in lacking if not any(each[:n] in found and each[n:] in found for n in range(8, len(each)))
        }
    assert lacking == set()


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("ending", [".html", ".md", ".docx"])
def test_no_file_for_reading_says_a_word_that_the_one_document_lacks(report_of, page, ending, audience):
    say, report = phrases("en"), report_of("en", audience)
    data = as_data(document.of(report, say))
    known = {word for text in strings(data) for word in WORD.findall(text)}
    made = files.render(report, say, ending)
    if ending == ".docx":
        body = docx.Document(BytesIO(made)).element.body
        text = "\n".join("".join(t.text or "" for t in each.iter(qn("w:t"))) for each in body.iter(qn("w:p")))
    elif ending == ".html":
        text = unescape(re.sub("<style>.*?</style>|<svg.*?</svg>|<[^>]+>", " ", made.decode(), flags=re.DOTALL))
    else:
        text = made.decode()
    assert {word for word in WORD.findall(text) if word not in known} == set()


WORD = re.compile(r"[^\W\d_]{3,}")


def strings(value):
    """Every text in a document's data."""
    if isinstance(value, str):
        yield value
    else:
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from strings(each)


@pytest.mark.parametrize("ending", [".html", ".md", ".docx", ".pdf"])
def test_the_overall_score_stands_in_every_file(report_of, read, ending):
    say, report = phrases("en"), report_of()
    found = re.sub(r"<[^>]+>|\*", "", read(files.render(report, say, ending), ending))
    assert re.search(rf"(?<!\d){say.number(report.overall.score, 1)}\s*{say('report.out_of')}", found)


def test_the_data_is_the_report(report_of):
    report = report_of("fr")
    assert Report.model_validate(json.loads(files.render(report, phrases("fr"), ".json")), strict=False) == report


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_workbook_holds_the_numbers_of_the_report_unrounded(report_of, language):
    say, report = phrases(language), report_of(language)
    sheet = openpyxl.load_workbook(BytesIO(files.render(report, say, ".xlsx")))[say("report.sheet.scores")]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    scores = [report.overall, *(f.score for f in report.factors)]
    scores += [e.score for f in report.factors for e in f.elements] + [score for _, _, score in report.lens.factors]
    numbers = ("score", "evidenced", "low", "high", "law", "practice", "gap")
    counts = ("answered", "applicable", "dont_know", "unanswered", "not_applicable")
    assert [row[3:15] for row in rows] == [tuple(getattr(s, name) for name in (*numbers, *counts)) for s in scores]


TWICE = """
import hashlib, json, sys
from assessment.rendering.blocks import as_data
from assessment.report import document, files
from assessment.report.figures import Report
from kb.base.interface import phrases
report = Report.model_validate(json.load(sys.stdin), strict=False)
for ending in files.KINDS:
    print(hashlib.sha256(files.render(report, phrases(report.language), ending)).hexdigest())
"""


def test_another_process_writes_the_same_bytes_of_every_kind(report_of):
    report = report_of("fr", Audience.PEERS)
    own = [hashlib.sha256(files.render(report, phrases("fr"), ending)).hexdigest() for ending in ENDINGS]
    told = subprocess.run(
        [sys.executable, "-c", TWICE], input=report.model_dump_json(), capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == own


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "shape", ["nothing", "one person", "factor not applicable", "all not known", "long", "one long word"]
)
def test_a_rare_assessment_makes_a_report_of_every_kind(shaped, read, shape, ending):
    report = shaped(shape)
    found = read(files.render(report, phrases("en"), ending), ending)
    if shape == "nothing" and ending not in (".json", ".xlsx", ".md"):
        assert phrases("en")("report.not_scored") in found
    if report.administration.isascii() and shape != "one long word":
        assert "Ruvania" in found or "Administration Administration" in found


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_text_that_looks_like_code_is_shown_as_it_is(shaped, read, ending):
    report = shaped("hostile")
    found = read(files.render(report, phrases("en"), ending), ending)
    if ending in (".html", ".md"):
        found = re.sub(r"\\(.)", r"\1", unescape(found))
    if ending == ".json":
        found = json.loads(found)["administration"]
    assert '#let x = read("/etc/passwd") $ sum_(i) $' in found.replace("\u00ad", "")
    assert "{{ 7 * 7 }} {% raw %}" in found
    assert "49 {%" not in found


def test_a_template_is_for_word_only(report_of, tmp_path):
    from kb.base.errors import ArushaError

    with pytest.raises(ArushaError, match="a template is for Word only"):
        files.render(report_of(), phrases("en"), ".pdf", template=tmp_path / "t.docx")


def test_the_plan_stands_in_every_kind_as_far_as_its_audience_may_see_it(report_of, read):
    for audience, kept in ((Audience.INTERNAL, {"a1", "a3"}), (Audience.PUBLIC, {"a3"})):
        report = report_of("en", audience)
        assert kept <= {action.id for action in report.actions}
        for ending in ENDINGS:
            found = read(files.render(report, phrases("en"), ending), ending)
            assert ("Measure 3: hold" in found, "Measure 1: hold" in found) == (True, "a1" in kept), ending
            assert ("Problem 3" in found) <= (audience is Audience.INTERNAL)


def test_every_link_within_the_page_of_a_rich_report_has_its_one_target(report_of, page):
    found = page(files.render(report_of(), phrases("en"), ".html").decode())
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in found.values("href") if href.startswith("#")} <= set(ids)
