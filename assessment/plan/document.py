"""The plan as a Word document, as CSV and as JSON."""

import csv
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from assessment.actions import Action, achievement, timing
from assessment.plan.sheets import ACTIONS, INDICATORS, indicator_fields, rows
from assessment.plan.telling import facts, indicators, percent, quantity
from assessment.rendering.texts import blocks, first_line
from assessment.rendering.word_lists import Lists
from assessment.scoring import rounded
from kb.base.folding import may_be_formula
from kb.base.interface import Phrases
from kb.base.vocabulary import SPELLING
from kb.press.packing import saved
from kb.press.palette import TEAL, bare

_DAY = "1980-01-01"  # of the parts of the file, so that the same plan has the same bytes
_PETROL = RGBColor.from_string(bare(TEAL))


def as_document(actions: Sequence[Action], administration: str, moment: str, say: Phrases) -> bytes:
    """The plan in Word: a table of all actions, then each with its fields, indicators and monitoring. Same input, same bytes."""
    document = docx.Document()
    title = say("plan.title")
    _prepare(document, title, administration, moment, say)
    document.add_heading(title, 0)
    document.add_paragraph(administration, style="Subtitle")
    document.add_paragraph(say("plan.as_of", date=say.date(moment[:10])))
    _overview(document, actions, say)
    lists = Lists(document)
    for action in actions:
        document.add_heading(f"{action.id}  {_heading(action)}", 1)
        _grid(document, lists, [(say(f"action.{name}"), text) for name, text in facts(action, say)])
        if action.at_work:
            document.add_heading(say("plan.sheet_indicators"), 2)
            _grid(document, lists, indicators(action, say))
        if action.results:
            document.add_heading(say("plan.sheet_results"), 2)
            _grid(document, lists, [(say.date(each.date), _result(action, each, say)) for each in action.results])
    return saved(document.save, _DAY)


def _heading(action: Action) -> str:
    text = first_line(action.measure or action.result or action.problem)
    return text if len(text) <= 110 else f"{text[:109].rstrip()}…"


def _result(action: Action, result: Any, say: Phrases) -> str:
    values = [
        f"{action.indicators[int(number) - 1].text}{say('colon')}{quantity(value, action.indicators[int(number) - 1], say)}"
        for number, value in result.values.items()
        if int(number) <= len(action.indicators)
    ]
    return "\n".join(filter(None, (*values, result.note, result.remark, result.by)))


def _prepare(document: Any, title: str, administration: str, moment: str, say: Phrases) -> None:
    day = datetime.fromisoformat(moment).replace(tzinfo=None)
    about = document.core_properties
    about.title, about.author, about.language = f"{title} – {administration}"[:255], administration[:255], say.language
    about.created = about.modified = day
    about.comments, about.last_modified_by = "", ""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.footer.paragraphs[0].text = f"{title} – {administration}"
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), SPELLING[say.language])
    normal.element.get_or_add_rPr().append(spoken)
    for name in ("Title", "Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = _PETROL


def _overview(document: Any, actions: Sequence[Action], say: Phrases) -> None:
    heads = [say(f"action.{name}") for name in ("id", "measure", "owner", "due", "status", "achievement")]
    table = document.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    _repeat(table.rows[0])
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    for action in actions:
        cells = (
            action.id,
            _heading(action),
            action.owner or "–",
            say.date(action.due) if action.due else "–",
            say(f"action_status.{action.status}"),
            percent(achievement(action), say),
        )
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    _widths(table, (1.7, 4.9, 2.8, 2.3, 2.1, 2.9))


def _widths(table: Any, widths: Sequence[float]) -> None:
    """Give the columns their widths in centimetres; Word asks the cells, others the columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def _repeat(row: Any) -> None:
    """Let a row stand again at the head of each page."""
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)


def _grid(document: Any, lists: Lists, pairs: Sequence[tuple[str, str]]) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for label, text in pairs:
        first, second = table.add_row().cells
        first.text = label
        first.paragraphs[0].runs[0].bold = True
        free = iter(second.paragraphs)
        lists.write(blocks(text), lambda free=free, cell=second: next(free, None) or cell.add_paragraph())  # type: ignore[misc]
    _widths(table, (4.6, 12.1))


def as_csv(actions: Sequence[Action], say: Phrases) -> str:
    """One row for each action and each of its indicators, in UTF-8 with the mark by which Excel knows it.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    output = StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    columns = [*ACTIONS, *INDICATORS[1:]]
    writer.writerow([say(f"action.{column.name}") for column in columns])
    for action, told in zip(actions, rows(actions, "actions", say), strict=True):
        found = [
            [number, *(indicator_fields(each)[column.name] for column in INDICATORS[2:])]
            for number, each in enumerate(action.indicators, 1)
        ]
        for indicator in found or [[None] * (len(INDICATORS) - 1)]:
            writer.writerow([_harmless(value) for value in (*told, *indicator)])
    return "\ufeff" + output.getvalue()


def _harmless(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = "" if value is None else str(value)
    return f"'{text}" if may_be_formula(text) else text


def as_data(action: Action, day: str) -> dict[str, Any]:
    """An action as JSON, with what is worked out from it as of a day."""
    return action.model_dump(mode="json") | {
        "horizon": action.term,
        "achievement": rounded(achievement(action, day)),
        "timing": timing(action, day).value,
    }


def as_json(actions: Sequence[Action], administration: str, fingerprint: str | None, day: str) -> str:
    """The whole plan as JSON; *fingerprint* of the sealed round that it belongs to, if it is sealed."""
    data = {
        "format": "arusha-plan",
        "version": 1,
        "administration": administration,
        "round": fingerprint,
        "as_of": day,
        "actions": [as_data(action, day) for action in actions],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
