"""The report in Excel: one sheet for each part, typed cells, filters, frozen heads, and no text that acts as a formula."""

from datetime import datetime
from io import BytesIO

import openpyxl
import pytest

from assessment.audience import Audience
from assessment.report import excel
from kb.base.interface import phrases

NAMES = ("summary", "scores", "questions", "evidence", "risks", "practices", "plan", "comparison", "method")


def opened(report, language="en"):
    return openpyxl.load_workbook(BytesIO(excel.render(report, phrases(language))))


@pytest.fixture(scope="module", params=["en", "fr"])
def book(request, report_of):
    return opened(report_of(request.param), request.param), phrases(request.param), report_of(request.param)


def rows(book, say, name):
    return list(book[say(f"report.sheet.{name}")].iter_rows(min_row=2, values_only=True))


def test_the_sheets_are_named_in_the_language_of_the_report(book):
    found, say, _ = book
    assert found.sheetnames == [say(f"report.sheet.{name}") for name in NAMES]


def test_a_sheet_without_rows_is_left_out(report_of):
    say, names = phrases("en"), opened(report_of("en", Audience.PUBLIC)).sheetnames
    assert say("report.sheet.risks") not in names
    assert say("report.sheet.questions") not in names
    assert say("report.sheet.scores") in names


def test_heads_are_frozen_and_filtered_and_columns_have_widths(book):
    for sheet in book[0]:
        assert sheet.freeze_panes in ("A2", "B2")
        assert all(sheet.column_dimensions[cell.column_letter].width >= 6 for cell in sheet[1])
        if sheet.max_column > 2:
            assert sheet.auto_filter.ref == f"A1:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"


def test_answers_are_read_back_as_they_stand(book):
    found, say, report = book
    questions = [q for f in report.factors for q in f.questions] + list(report.lens.questions)
    for row, q in zip(rows(found, say, "questions"), questions, strict=True):
        assert (row[2], row[3], row[4], row[6]) == (q.id, q.text, q.weight, q.level)
        assert (row[8] or "", row[9] or "", row[11] or "", row[16] or "") == (
            q.reached,
            q.following,
            q.agreed_reason,
            q.note,
        )
        assert row[17] == len(q.evidence)


def test_evidence_risks_plan_and_comparison_are_read_back_typed(book):
    found, say, report = book
    pieces = [(q.id, e) for f in report.factors for q in f.questions for e in q.evidence]
    for row, (key, e) in zip(rows(found, say, "evidence"), pieces, strict=True):
        whole = datetime.fromisoformat(e.date) if len(e.date) == 10 else e.date or None
        assert (row[0], row[1], row[3], row[6] or "") == (key, e.text, whole, e.link)
    for row, k in zip(rows(found, say, "risks"), report.risks, strict=True):
        assert (row[0], row[4:9]) == (
            k.id,
            (
                *(k.likelihood, k.impact, k.residual_likelihood, k.residual_impact),
                k.residual_likelihood * k.residual_impact,
            ),
        )
    for row, a in zip(rows(found, say, "plan"), report.actions, strict=True):
        assert (row[0], row[7], row[8], row[12]) == (
            a.id,
            *map(datetime.fromisoformat, (a.start, a.due)),
            a.achievement,
        )
    lines = (*report.comparison.factors, report.comparison.overall)
    for row, line in zip(rows(found, say, "comparison"), lines, strict=True):
        assert row[1:8] == (
            *(line.before, line.before_low, line.before_high, line.after, line.after_low, line.after_high),
            line.points,
        )


def test_no_cell_is_a_formula_or_a_link(shaped):
    book = opened(shaped("hostile"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any(str(cell.value).startswith("=#let") for cell in cells)
    assert not any(cell.hyperlink for cell in cells)


def test_numbers_are_numbers(book):
    found, say, _ = book
    for row in rows(found, say, "scores"):
        assert all(isinstance(cell, int | float | None) for cell in row[3:11])
