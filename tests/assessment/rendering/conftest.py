"""What the tests of the renderers share: reports of every shape, and readers of the files."""

from collections.abc import Callable
from io import BytesIO

import docx
import openpyxl
import pptx
import pytest
from pypdfium2 import PdfDocument

from assessment.answers import Answer
from assessment.audience import Audience
from assessment.report import compute as reports
from assessment.report.figures import Report
from kb.base.interface import phrases

NASTY = '#let x = read("/etc/passwd") $ sum_(i) $ \\input{x} {{ 7 * 7 }} {% raw %} <script>alert(1)</script> & </w:t> ]]> =1+1 _*`@'
SCRIPTS = "Таможня · Ελλάδα · Œuvre"


@pytest.fixture(scope="session")
def shaped(rich: Callable, knowledge) -> Callable[..., Report]:
    """A report of a shape that is rare or hostile."""
    questions = knowledge.bank.questions
    nobody = {"given": {}, "agreements": {}, "people": {}, "evidence": {}, "risks": {}, "actions": {}, "lens": None}
    shapes = {
        "nothing": nobody | {"answers": {}},
        "one person": nobody | {"answers": {}, "given": {"1.a.1": {"p1": Answer(level=2)}}},
        "factor not applicable": nobody
        | {"answers": {q.id: Answer(not_applicable=NASTY) if q.id[0] == "3" else Answer(level=2) for q in questions}},
        "all not known": nobody | {"answers": {q.id: Answer(dont_know=True) for q in questions}},
        "hostile": {"administration": f"{NASTY} {SCRIPTS}", "answers": {q.id: Answer(level=1, note=f"={NASTY}") for q in questions}},
        "long": {"administration": "Administration " * 20, "answers": {"1.a.1": Answer(level=3, note="word " * 900)}},
        "one long word": {"administration": "X" * 300, "answers": {"1.a.1": Answer(level=3, note="y" * 4000)}},
    }  # fmt: skip

    def make(shape: str, language: str = "en", audience: Audience = Audience.INTERNAL) -> Report:
        say = phrases(language)
        return reports.for_audience(reports.make(rich(**shapes[shape]), knowledge, say, "0.1.0"), audience, say)

    make.shapes = tuple(shapes)
    return make


def words(data: bytes, ending: str) -> str:
    """The text that a reader of a file sees, with single spaces."""
    if ending == ".pdf":
        found = [page.get_textpage().get_text_bounded() for page in PdfDocument(data)]
    elif ending == ".docx":
        document = docx.Document(BytesIO(data))
        found = ["".join(p.itertext()) for p in document.element.body.iter(f"{{{document.element.nsmap['w']}}}p")]
    elif ending == ".xlsx":
        book = openpyxl.load_workbook(BytesIO(data))
        found = [
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
        ]
    elif ending == ".pptx":
        found = [text for slide in pptx.Presentation(BytesIO(data)).slides for text in on_slide(slide)]
    else:
        found = [data.decode()]
    return " ".join(" ".join(found).split())


def on_slide(slide) -> list[str]:
    """Every text of a slide and of its notes, cell by cell."""
    frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
    tables = [shape.table for shape in slide.shapes if shape.has_table]
    frames += [cell.text_frame for table in tables for row in table.rows for cell in row.cells]
    frames += [slide.notes_slide.notes_text_frame] if slide.has_notes_slide else []
    return [frame.text for frame in frames]


@pytest.fixture(scope="session")
def read() -> Callable[[bytes, str], str]:
    return words
