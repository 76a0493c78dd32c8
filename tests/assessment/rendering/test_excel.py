"""The report in Excel: one sheet for each part, typed cells, filters, frozen heads, and no text that acts as a formula."""

import re
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest

from assessment.audience import Audience
from assessment.report import excel
from kb.base.interface import phrases

NAMES = ("summary", "scores", "charts", "questions", "evidence", "risks", "practices", "plan", "comparison", "method")


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


def tables(book):
    """Every sheet but that of the charts."""
    found, say, _ = book
    return [sheet for sheet in found if sheet.title != say("report.sheet.charts")]


def widths_of(sheet):
    """The width of each column; those that are equal are kept together in the file."""
    groups = sheet.column_dimensions.values()
    return [next(g.width for g in groups if g.min <= place <= g.max) for place in range(1, sheet.max_column + 1)]


def test_two_charts_draw_the_scores_claimed_and_evidenced_and_rules_beside_practice(book):
    found, say, report = book
    charts, scores = found[say("report.sheet.charts")]._charts, found[say("report.sheet.scores")]
    drawn = []
    for chart in charts:
        for series in chart.series:
            name, values = series.tx.strRef.f, series.val.numRef.f
            column = re.fullmatch(r".*!\$([A-Z]+)\$1", name)[1]
            rows = re.fullmatch(r".*!\$([A-Z]+)\$3:\$([A-Z]+)\$12", values)
            assert rows.groups() == (column, column)
            drawn.append([scores[f"{column}{row}"].value for row in range(3, 13)])
    sides = [[getattr(f.score, name) for f in report.factors] for name in ("score", "evidenced", "law", "practice")]
    assert len(charts) == 2
    assert drawn == sides


def test_a_row_is_as_high_as_its_texts_so_that_none_lies_over_another(book):
    """LibreOffice gives a row the height in the file; ten points are the least that a line of it takes."""
    for sheet in tables(book):
        widths = widths_of(sheet)
        for at, row in enumerate(sheet.iter_rows(values_only=True), 1):
            texts = [(str(text), width) for text, width in zip(row, widths, strict=True) if isinstance(text, str)]
            lines = max(
                (sum(max(1, -(-len(line) // width)) for line in t.split("\n")) for t, width in texts), default=1
            )
            assert sheet.row_dimensions[at].height >= min(409, 10 * lines)


def test_every_sheet_prints_to_its_width_with_its_head_on_each_page_and_lies_across_where_it_is_wide(book):
    for sheet in tables(book):
        width = sum(widths_of(sheet))
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1) * 260 >= width  # more would not be read in print
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation == "landscape") == (width > 130)


def test_a_sheet_without_rows_is_left_out(report_of):
    say, names = phrases("en"), opened(report_of("en", Audience.PUBLIC)).sheetnames
    assert say("report.sheet.risks") not in names
    assert say("report.sheet.questions") not in names
    assert say("report.sheet.scores") in names


def test_heads_are_frozen_and_filtered_and_columns_have_widths(book):
    for sheet in tables(book):
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
        ends = [
            getattr(line, f"{when}{end}") for when in ("before", "after") for end in ("", "_evidenced", "_low", "_high")
        ]
        assert row[1:10] == (*ends, line.points)


def test_no_cell_is_a_formula_or_a_link(shaped):
    book = opened(shaped("hostile"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any(str(cell.value).startswith("=#let") for cell in cells)
    assert not any(cell.hyperlink for cell in cells)


def test_numbers_are_numbers(book):
    found, say, _ = book
    for row in rows(found, say, "scores"):
        assert all(isinstance(cell, int | float | None) for cell in row[3:15])
