"""What a person wrote in several paragraphs and lists is read back as such from every kind of file, field by field."""

import re
from html.parser import HTMLParser
from io import BytesIO

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from markdown_it import MarkdownIt
from pypdfium2 import PdfDocument

from assessment.actions import Action
from assessment.agreement import Agreement, Dissent
from assessment.answers import Answer, Evidence
from assessment.audience import Audience
from assessment.plan import calendars, document, tracker, workbook
from assessment.report import files
from assessment.report.compute import for_audience, make
from assessment.risks import Risk
from kb.base.interface import phrases

SAY, MOMENT = phrases("en"), "2026-01-01T00:00:00+00:00"
ANSWERED = (
    "note",
    "reason",
    "agreed",
    "dissent",
    "evidence",
)  # of questions, each a paragraph or item of its own in Markdown
IN_TABLES = ("event", "controls", "measure", "result")
PLANNED = ("problem", "result", "measure", "resources", "risks", "monitored")


def told(field):
    """A text whose words name the field that it stands in."""
    return (
        f"{field} leads\n{field} **goes on** <b>here</b>\n\n- {field} first\n• {field} [second](http://x.example)\n  {field} inner\n\n"
        f"{field} between\n1. {field} write\n2. {field} tell\n\na) {field} letter"
    )


def blocks(field):
    """The same as every file should show it; `¦` is a line break."""
    return [
        ("p", f"{field} leads¦{field} **goes on** <b>here</b>"),
        ("ul", f"{field} first"),
        ("ul", f"{field} [second](http://x.example)¦{field} inner"),
        ("p", f"{field} between"),
        ("ol", f"{field} write"),
        ("ol", f"{field} tell"),
        ("ol", f"{field} letter"),
    ]


@pytest.fixture(scope="module")
def action():
    fields = {
        "id": "a1",
        "origin": {"gaps": ["1.a.1"]},
        "public": True,
        "due": "2027-11-30",
        "results": [{"date": "2026-05-05", "values": {}, "note": told("monitored")}],
        **{name: told(name) for name in PLANNED if name != "monitored"},
    }
    return Action.model_validate(fields, strict=False)


@pytest.fixture(scope="module")
def report(rich, knowledge, action):
    one, two = (question.id for question in knowledge.bank.questions[:2])
    risk = {"process": "Release", "text": told("event"), "controls": told("controls"), "vulnerability": "goods"}
    found = rich(
        answers={
            one: Answer(level=1, note=told("note"), evidence=(Evidence(text=told("evidence")),)),
            two: Answer(not_applicable=told("reason")),
        },
        agreements={
            one: Agreement(
                answer=Answer(level=1), reason=told("agreed"), dissent=(Dissent(group="Audit", why=told("dissent")),)
            )
        },
        risks={"r1": Risk.model_validate({"id": "r1", "likelihood": 4, "impact": 5, **risk}, strict=False)},
        actions={"a1": action},
        given={one: {"p1": Answer(level=1, note=told("remark"))}},
        evidence={},
    )
    return for_audience(make(found, knowledge, SAY, "0.1.0"), Audience.INTERNAL, SAY)


class Page(HTMLParser):
    """A page as paragraphs and items of lists in their order."""

    def __init__(self):
        super().__init__()
        self.found, self.lists = [], []

    def handle_starttag(self, tag, attrs):
        if tag in ("ul", "ol"):
            self.lists.append(tag)
        elif tag in ("p", "li"):
            self.found.append([self.lists[-1] if tag == "li" else "p", ""])
        elif tag == "br" and self.found:
            self.found[-1][1] += "¦"

    def handle_endtag(self, tag):
        if tag in ("ul", "ol"):
            self.lists.pop()
        if tag in ("p", "li", "ul", "ol"):
            self.found.append(["", ""])

    def handle_data(self, data):
        if self.found:
            self.found[-1][1] += data


def of_page(text):
    page = Page()
    page.feed(text)
    return [(kind, " ".join(said.split()).replace("¦ ", "¦")) for kind, said in page.found if said.strip()]


def of_word(data):
    opened = docx.Document(BytesIO(data))
    numbering = opened.part.numbering_part.element
    forms = {
        each.get(qn("w:abstractNumId")): each.find(f".//{qn('w:numFmt')}").get(qn("w:val"))
        for each in numbering.findall(qn("w:abstractNum"))
    }
    lists = {
        each.get(qn("w:numId")): forms[each.find(qn("w:abstractNumId")).get(qn("w:val"))]
        for each in numbering.findall(qn("w:num"))
    }
    found = []
    for each in opened.element.body.iter(qn("w:p")):
        number = each.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        kind = "p" if number is None else "ul" if lists[number.get(qn("w:val"))] == "bullet" else "ol"
        text = "".join("¦" if node.tag == qn("w:br") else node.text or "" for node in each.iter(qn("w:t"), qn("w:br")))
        found.append((kind, text))
    return found


def stands(found, field):
    """Whether the blocks of a field follow each other; a label may stand before the first."""
    wanted = blocks(field)
    starts = [place for place, (_, text) in enumerate(found) if text.endswith(wanted[0][1])]
    return any(found[place][0] == "p" and found[place + 1 : place + len(wanted)] == wanted[1:] for place in starts)


@pytest.mark.parametrize("field", [*ANSWERED, *IN_TABLES])
@pytest.mark.parametrize("ending", [".html", ".docx"])
def test_page_and_word_show_the_paragraphs_and_items_of_every_field(report, ending, field):
    data = files.render(report, SAY, ending)
    found = of_page(data.decode()) if ending == ".html" else of_word(data)
    assert stands(found, field), [each for each in found if field in each[1]]


@pytest.mark.parametrize("field", ANSWERED)
def test_markdown_shows_the_paragraphs_and_items_of_answers(report, field):
    found = of_page(MarkdownIt("gfm-like", {"linkify": False}).render(files.render(report, SAY, ".md").decode()))
    wanted = blocks(field)
    wanted[-1] = ("p", f"a) {field} letter")  # which Markdown has no list for
    texts = [text for _, text in found]
    start = next(place for place, text in enumerate(texts) if text.endswith(wanted[0][1]))
    assert found[start + 1 : start + len(wanted) - 1] == wanted[1:-1]
    assert texts[start + len(wanted) - 1].startswith(wanted[-1][1])


@pytest.mark.parametrize("field", IN_TABLES)
def test_markdown_keeps_the_lines_in_its_tables(report, field):
    found = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(files.render(report, SAY, ".md").decode())
    said = f"{field} leads<br>{field} **goes on** &lt;b&gt;here&lt;/b&gt;<br>• {field} first<br>"
    assert said in found
    assert f"{field} between<br>1. {field} write<br>2. {field} tell<br>a) {field} letter" in found


@pytest.mark.parametrize("field", [*ANSWERED, *IN_TABLES])
def test_the_pages_show_every_line_with_the_mark_of_its_item(report, field):
    data = files.render(report, SAY, ".pdf")
    pages = [page.get_textpage().get_text_bounded() for page in PdfDocument(data)]
    lines = ["".join(line.split()) for page in pages for line in page.splitlines()]
    lines = [
        line for line in lines if not re.search(r"[0-9]+/[0-9]+$|^Ruvania", line)
    ]  # the foot and the head of a page
    start = next(place for place, line in enumerate(lines) if line.endswith(f"{field}leads"))
    marked = (f"• {field} first", f"• {field} [second](http://x.example)", f"{field} inner", f"{field} between")
    counted = (f"1. {field} write", f"2. {field} tell", f"a) {field} letter")
    wanted = "".join((f"{field} **goes on** <b>here</b>", *marked, *counted)).replace(" ", "")
    assert "".join(lines[start + 1 : start + 20]).startswith(wanted)


def test_the_workbook_of_a_report_holds_the_texts_as_they_are_and_wraps_them(report):
    book = openpyxl.load_workbook(BytesIO(files.render(report, SAY, ".xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for field in (*ANSWERED, *IN_TABLES):
        held = [cell for cell in cells if str(cell.value).endswith(told(field))]
        assert held, field
        assert all(cell.alignment.wrap_text and cell.number_format == "@" for cell in held if cell.column > 2)


@pytest.mark.parametrize("field", PLANNED)
def test_the_plan_in_word_shows_the_paragraphs_and_items_of_every_field(action, field):
    assert stands(of_word(document.as_document([action], "Testland", MOMENT, SAY)), field)


@pytest.mark.parametrize("field", [field for field in PLANNED if field not in ("problem", "resources", "risks")])
def test_the_public_page_shows_the_paragraphs_and_items_of_every_field(action, knowledge, field):
    page = tracker.pages([action], "Testland", "en", "2026-01-01", None, knowledge)["index.html"]
    found = of_page(page)
    if field == "monitored":  # after its day, in an item of its own
        assert found[[text for _, text in found].index("monitored first")][0] == "ul"
    else:
        assert stands(found, field)


def test_the_plan_in_excel_csv_and_calendar_holds_every_line(action):
    book = openpyxl.load_workbook(BytesIO(workbook.as_workbook([action], "Plan", MOMENT, 1, SAY)))
    cells = [cell for row in book["Actions"].iter_rows() for cell in row]
    table = document.as_csv([action], SAY)
    for field in PLANNED[:-1]:
        (cell,) = [cell for cell in cells if cell.value == told(field)]
        assert cell.alignment.wrap_text
        assert told(field) in table
    said = calendars.as_calendar([action], "Plan", "key", MOMENT, SAY).replace("\r\n ", "")
    described = next(line for line in said.split("\r\n") if line.startswith("DESCRIPTION:"))
    assert described.removeprefix("DESCRIPTION:") == told("measure").replace("\n", "\\n")
    assert "SUMMARY:" in said
    assert "measure leads\r\n" in said


def test_an_article_of_a_finished_action_keeps_paragraphs_and_lists(action):
    from assessment.plan.article import _prose

    found = of_page(MarkdownIt("commonmark").render(_prose(action.problem)))
    assert [kind for kind, _ in found] == ["p", "ul", "ul", "p", "ol", "ol", "p"]


def test_a_template_without_lists_is_given_them(report):
    made = docx.Document()
    numbering = next(rel for rel in made.part.rels.values() if rel.reltype.endswith("/numbering"))
    made.part.drop_rel(numbering.rId)
    from assessment.rendering.texts import read
    from assessment.rendering.word_text import Lists

    Lists(made).write(read(told("own")), made.add_paragraph)
    packed = BytesIO()
    made.save(packed)
    assert stands(of_word(packed.getvalue()), "own")


LONG = "w" * 600
PLAN = {"id": "a1", "origin": {"gaps": ["1.a.1"]}, "problem": "Known"}


@pytest.fixture(scope="module")
def long_words(rich, knowledge):
    one = knowledge.bank.questions[0].id
    risk = {"id": "r1", "process": "p" * 300, "text": LONG, "vulnerability": "goods", "likelihood": 4, "impact": 5}
    plan = {"id": "a1", "origin": {"gaps": [one]}, "problem": LONG, "measure": LONG, "owner": "o" * 300}
    found = rich(
        answers={one: Answer(level=1, note=f"Short. {LONG}", evidence=(Evidence(text=LONG),))},
        risks={"r1": Risk.model_validate({**risk, "controls": f"- {LONG}"}, strict=False)},
        actions={"a1": Action.model_validate(plan, strict=False)},
    )
    return for_audience(make(found, knowledge, SAY, "0.1.0"), Audience.INTERNAL, SAY)


def test_a_word_of_600_letters_stays_on_its_page_and_in_its_column(long_words):
    data = PdfDocument(files.render(long_words, SAY, ".pdf"))
    letters, owners = 0, 0
    for page in data:
        text, width = page.get_textpage(), page.get_width()
        said = text.get_text_range()
        period = next((text.get_charbox(m.start())[0] for m in re.finditer("Period", said)), None)
        for place, letter in enumerate(said):
            if letter in "wpo" and (said[place - 5 : place] == letter * 5 or said[place + 1 : place + 6] == letter * 5):
                box = text.get_charbox(place)
                assert box[2] <= width - 60  # the margin is 24 mm
                letters += 1
                if letter == "o" and period is not None:
                    assert box[2] <= period
                    owners += 1
    assert letters > 2500
    assert owners > 290  # some stand where a line ends


@pytest.mark.parametrize("width", [360, 1280])
def test_a_word_of_600_letters_widens_no_page(long_words, browser, tmp_path, width):
    path = tmp_path / "report.html"
    path.write_bytes(files.render(long_words, SAY, ".html"))
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    blocks = "[...document.querySelectorAll('td, p, li, h1')].filter(e => getComputedStyle(e).display != 'inline')"
    assert page.evaluate(f"{blocks}.filter(e => e.scrollWidth > e.clientWidth + 1).length") == 0
    page.close()


def test_a_text_of_many_short_lines_goes_on_over_the_page_and_covers_nothing(rich, knowledge):
    one = knowledge.bank.questions[0].id
    many = "\n".join(f"- m{n}." for n in range(120))
    risk = {"id": "r1", "process": "Release", "text": many, "vulnerability": "goods", "likelihood": 4, "impact": 5}
    found = rich(
        answers={one: Answer(level=1, note=many)},
        risks={"r1": Risk.model_validate({**risk, "controls": many}, strict=False)},
        actions={"a1": Action.model_validate({**PLAN, "measure": many}, strict=False)},
    )
    report = for_audience(make(found, knowledge, SAY, "0.1.0"), Audience.INTERNAL, SAY)
    pages = list(PdfDocument(files.render(report, SAY, ".pdf")))
    said = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    times = [len(re.findall(rf"(?<!\w)m{n}\.", said)) for n in range(120)]
    assert set(times) <= {4, 5}  # the decisions on the first page have the beginning once more
    for page in pages:
        text = page.get_textpage()
        places = [text.get_charbox(match.start()) for match in re.finditer(r"m\d+\.", text.get_text_range())]
        rounded = [(round(left), round(bottom)) for left, bottom, _, _ in places]
        assert len({*rounded}) == len(rounded)
        assert all(bottom > 60 for _, bottom in rounded)  # above the foot
