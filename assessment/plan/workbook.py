"""The plan as an Excel workbook, typed cell by cell, and such a workbook read back: every change, field by field."""

import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter

from assessment.actions import MOST_EVER, Action
from assessment.plan.sheets import SHEETS, WORDS, Column, Kind, fields, indicator_fields, rows, word
from kb.base.bounded import Limits
from kb.base.folding import clean, may_be_formula
from kb.base.interface import Phrases, Refusal, Word, phrases
from kb.press.palette import TEAL

LARGEST, LARGEST_UNPACKED, MOST_ROWS = 10_000_000, 100_000_000, 20_000
MOST_CHARACTERS = 32_767  # of one cell
LIMITS = Limits(seconds=60, memory=2_000_000_000, remedy=Word("refused.anew.workbook"))
LANGUAGES = ("en", "fr")
NEEDED = ("problem", "status", "public")
_LOOKS: Mapping[Kind, str] = {
    **{"text": "text", "lines": "text", "word": "text"},
    **{"day": "day", "number": "number", "whole": "number", "fixed": "fixed"},
}
_ESCAPED = re.compile("_x(00[01][0-9A-F]|007F|FFF[EF])_", re.I)  # how a workbook writes what XML cannot hold
_FIRST_DAY = date(1900, 3, 1)  # before it Excel and the calendar disagree


def as_workbook(actions: Sequence[Action], title: str, moment: str, entry: int, say: Phrases) -> bytes:
    """The workbook; *moment* (UTC) and the number of the plan's last *entry* are kept in it. The same input gives the same bytes."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": datetime.fromisoformat(moment).replace(tzinfo=None)})
    look = {
        "head": book.add_format({"bold": True, "bg_color": TEAL.upper(), "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),  # what is typed there stays text
        "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        "number": book.add_format({"num_format": "General", "valign": "top"}),
        "fixed": book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#ECE9E1"}),
        "fixed_day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left", "bg_color": "#ECE9E1"}),
    }  # fmt: skip
    for kind in ("text", "fixed"):  # a text that stays one also when somebody edits its cell
        look[f"{kind}_kept"] = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    look["fixed_kept"].set_bg_color("#ECE9E1")
    for name, columns in SHEETS.items():
        sheet = book.add_worksheet(say(f"plan.sheet_{name}"))
        found = rows(actions, name, say)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, None if column.kind == "fixed" else look[_LOOKS[column.kind]])
            sheet.write_string(0, place, say(f"action.{column.name}"), look["head"])
            if column.kind == "word" and found:
                words = [word(column.name, value, say) for value in WORDS[column.name]]
                sheet.data_validation(1, place, len(found), place, {"validate": "list", "source": words})
        for line, row in enumerate(found, 1):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                _write(sheet, line, place, column, value, look)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(found)), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    about = book.add_worksheet(say("plan.sheet_about"))
    about.set_column(0, 0, 100)
    for line, text in enumerate((title, say("plan.about_excel"))):
        about.write_string(line, 0, text, look["text"])
    about.write_number(2, 0, entry)
    about.set_row(2, None, None, {"hidden": True})
    book.close()
    return output.getvalue()


def _write(sheet: Any, line: int, place: int, column: Column, value: Any, look: Mapping[str, Any]) -> None:
    fixed = column.kind == "fixed"
    if value is None:
        sheet.write_blank(line, place, None, look[_LOOKS[column.kind]])
    elif (column.kind == "day" or column.name == "date") and date.fromisoformat(value) >= _FIRST_DAY:
        sheet.write_datetime(line, place, datetime.fromisoformat(value), look["fixed_day" if fixed else "day"])
    elif isinstance(value, Decimal | int):
        sheet.write_number(line, place, float(value), look["fixed" if fixed else "number"])
    else:
        kind = "fixed" if fixed else "text"
        sheet.write_string(
            line, place, value[:MOST_CHARACTERS], look[f"{kind}_kept" if may_be_formula(value) else kind]
        )


@dataclass(frozen=True)
class Edit:
    """One field as the workbook changes it; *number* that of the indicator, if it is one's."""

    action: str
    number: int | None
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Taken:
    """What a workbook changes: the edits, the fields of each action that they touch, and the entry it was made at."""

    edits: tuple[Edit, ...]
    fields: Mapping[str, dict[str, Any]]
    entry: int | None


def read(path: Path, actions: Mapping[str, Action]) -> Taken:
    """The changes of a workbook against the plan as it stands. Raises ArushaError, naming sheet, row and column."""
    book = _opened(path)
    names = book.sheetnames
    spoken = [
        say for say in map(phrases, LANGUAGES) if {say("plan.sheet_indicators"), say("plan.sheet_about")} & {*names}
    ]
    say = next(iter(spoken), phrases("en"))
    if say("plan.sheet_actions") not in names:
        raise Refusal("workbook.no_actions", path=path)
    edits: list[Edit] = []
    changed = _actions(_lines(path, book, "actions", say), actions, edits)
    if say("plan.sheet_indicators") in names:
        for key, kept in _indicators(_lines(path, book, "indicators", say), actions, edits).items():
            changed.setdefault(key, {})["indicators"] = kept
    if say("plan.sheet_results") in names:
        _results_kept(path, book, actions, say)
    return Taken(tuple(edits), changed, _entry(book, say))


def _actions(lines: Sequence["_Line"], actions: Mapping[str, Action], edits: list[Edit]) -> dict[str, dict[str, Any]]:
    """The changed fields of each action; each change goes to *edits*."""
    changed: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for line in lines:
        action = _known(line, actions)
        if action.id in seen:
            raise line.fault(0, Refusal("workbook.twice", id=action.id))
        seen.add(action.id)
        now = fields(action)
        for place, column in enumerate(line.columns):
            if column.kind == "fixed":
                continue
            value = line.value(place)
            if value is None and column.name in NEEDED:
                raise line.fault(place, Refusal("workbook.blank"))
            if column.name == "public" and value is not None:
                value = value == "yes"
            if value != now[column.name]:
                edits.append(Edit(action.id, None, column.name, now[column.name], value))
                changed.setdefault(action.id, {})[column.name] = value
    return changed


def _indicators(
    lines: Sequence["_Line"], actions: Mapping[str, Action], edits: list[Edit]
) -> dict[str, list[dict[str, Any]]]:
    """The indicators of each action as they are after the changes, of actions that have some; each change goes to *edits*."""
    before = len(edits)
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for line in lines:
        _indicator(line, _known(line, actions), edits, found)
    touched = dict.fromkeys(edit.action for edit in edits[before:])
    made: dict[str, list[dict[str, Any]]] = {}
    for key in touched:
        kept = [each.model_dump(mode="json", exclude_none=True) for each in actions[key].indicators]
        for number, told in sorted(found[key].items()):
            if number > len(kept):
                kept.append({})
            kept[number - 1] = {name: value for name, value in (kept[number - 1] | told).items() if value is not None}
        made[key] = kept
    return made


def _indicator(line: "_Line", action: Action, edits: list[Edit], found: dict[str, dict[int, dict[str, Any]]]) -> None:
    own = found.setdefault(action.id, {})
    place, known = _place(line, action, own), len(action.indicators)
    now: dict[str, Any] = indicator_fields(action.indicators[place - 1]) if place <= known else {}
    told = {column.name: line.value(at) for at, column in enumerate(line.columns) if column.kind != "fixed"}
    if told["indicator"] is None:
        raise line.fault(2, Refusal("workbook.blank_indicator"))
    edits += [
        Edit(action.id, place, name, now.get(name), value) for name, value in told.items() if value != now.get(name)
    ]
    own[place] = {"text" if name == "indicator" else name: value for name, value in told.items()}


def _place(line: "_Line", action: Action, own: Collection[int]) -> int:
    """The number of the indicator that a line tells: one of the action's, or the next, and none twice."""
    number = line.plain(1)
    if not isinstance(number, Decimal) or number != int(number) or not 1 <= number <= MOST_EVER:
        raise line.fault(1, Refusal("workbook.no_indicator"))
    if (place := int(number)) in own:
        raise line.fault(1, Refusal("workbook.indicator_twice", number=place, id=action.id))
    last = max([len(action.indicators), *own])
    if place > last + 1:
        raise line.fault(1, Refusal("workbook.not_next", id=action.id, next=last + 1))
    return place


def _results_kept(path: Path, book: Any, actions: Mapping[str, Action], say: Phrases) -> None:
    known = [[_same(cell) for cell in row] for row in rows(list(actions.values()), "results", say)]
    for line in _lines(path, book, "results", say):
        row = [_same(_told(line.plain(place))) for place in range(len(line.columns))]
        if row not in known:
            raise Refusal("workbook.results", path=path, sheet=line.sheet, row=line.row)


def _same(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) else value


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _entry(book: Any, say: Phrases) -> int | None:
    name = say("plan.sheet_about")
    value = book[name].cell(3, 1).value if name in book.sheetnames else None
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(frozen=True)
class _Line:
    """One row of a sheet that is not blank."""

    path: Path
    sheet: str
    row: int
    columns: Sequence[Column]
    headings: Sequence[str]
    cells: Sequence[Any]
    say: Phrases

    def fault(self, place: int, what: Refusal) -> Refusal:
        """The error for one cell."""
        column, heading = get_column_letter(place + 1), self.headings[place]
        return Refusal(
            "workbook.cell", path=self.path, sheet=self.sheet, row=self.row, column=column, heading=heading, what=what
        )

    def plain(self, place: int) -> Any:
        """A cell as a text, a day, a number or None. Raises ArushaError for a formula or a fault of Excel."""
        cell = self.cells[place]
        value = cell.value
        if cell.data_type in ("f", "e"):
            raise self.fault(place, Refusal("workbook.formula"))
        if isinstance(value, bool):
            raise self.fault(place, Refusal("workbook.truth"))
        if isinstance(value, datetime):
            if (value.hour, value.minute, value.second) != (0, 0, 0):
                raise self.fault(place, Refusal("workbook.time"))
            return value.date()
        if isinstance(value, int | float):
            return Decimal(repr(value)).normalize() if value else Decimal(0)
        if value is None or isinstance(value, str):
            return clean(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), value or "")).strip() or None
        raise self.fault(place, Refusal("workbook.no_value"))

    def value(self, place: int) -> Any:
        """A cell as its column has it. Raises ArushaError for one that does not fit."""
        column = self.columns[place]
        if _LOOKS[column.kind] == "text":
            self._refuse_what_excel_made(place)
        elif "%" in self.cells[place].number_format:
            raise self.fault(place, Refusal("workbook.percent"))
        value = self.plain(place)
        if value is None:
            return None
        if column.kind == "day":
            return self._day(place, value)
        if column.kind in ("number", "whole"):
            return self._number(place, value, whole=column.kind == "whole")
        text = str(value)
        if column.kind == "word":
            return self._word(place, text)
        if column.kind == "lines":
            return [part.strip() for part in text.split("\n") if part.strip()]
        return text

    def _refuse_what_excel_made(self, place: int) -> None:
        """Texts are texts in the workbook: of 3/4 Excel makes a day, of 0042 the number 42, and what was typed is gone."""
        cell = self.cells[place]
        if cell.value is None or isinstance(cell.value, str) or cell.data_type in ("f", "e"):
            return
        kind = "a_number" if isinstance(cell.value, int | float) else "a_time"
        kind = "a_truth" if isinstance(cell.value, bool) else kind
        raise self.fault(
            place, Refusal("workbook.not_text", kind=Word(f"plan.cell_{kind}"), value=str(cell.value)[:40])
        )

    def _day(self, place: int, value: Any) -> str:
        try:
            if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                return date.fromisoformat(value).isoformat()
            if isinstance(value, date):
                return value.isoformat()
        except ValueError:
            pass
        raise self.fault(place, Refusal("workbook.no_day", value=str(value)[:40]))

    def _number(self, place: int, value: Any, *, whole: bool) -> Decimal | int:
        try:
            number = value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or (whole and number != number.to_integral_value()):
            kept = str(value)[:40]
            raise self.fault(place, Refusal("workbook.no_whole" if whole else "workbook.no_number", value=kept))
        return int(number) if whole else number

    def _word(self, place: int, text: str) -> str:
        name = self.columns[place].name
        for value in WORDS[name]:
            if text.casefold() in {value, *(str(word(name, value, say)).casefold() for say in map(phrases, LANGUAGES))}:
                return str(value)
        known = tuple(str(word(name, value, self.say)) for value in WORDS[name])
        raise self.fault(place, Refusal("workbook.no_word", value=text[:40], known=known))


def _lines(path: Path, book: Any, name: str, say: Phrases) -> list[_Line]:
    title, columns = say(f"plan.sheet_{name}"), SHEETS[name]
    sheet = book[title]
    headings = [say(f"action.{column.name}") for column in columns]
    found: list[_Line] = []
    for row, cells in enumerate(sheet.iter_rows(max_col=len(columns)), 1):
        if row > MOST_ROWS:
            raise Refusal("workbook.many_rows", path=path, sheet=title, most=MOST_ROWS)
        padded = [*cells]
        if row == 1:
            for place, (expected, cell) in enumerate(zip(headings, padded, strict=False)):
                if str(cell.value or "").strip() != expected:
                    column = get_column_letter(place + 1)
                    raise Refusal("workbook.heading", path=path, sheet=title, column=column, heading=expected)
            if len(padded) < len(headings):
                raise Refusal("workbook.no_column", path=path, sheet=title, heading=headings[len(padded)])
        elif any(cell.value is not None for cell in padded):
            found.append(_Line(path, title, row, columns, headings, padded, say))
    return found


def _known(line: _Line, actions: Mapping[str, Action]) -> Action:
    key = line.plain(0)
    if key not in actions:
        raise line.fault(0, Refusal("workbook.no_action", id=str(key or "")[:40]))
    return actions[key]


def _opened(path: Path) -> Any:
    """The workbook, looked at before anything is unpacked. Raises ArushaError."""
    if path.is_dir():
        raise Refusal("workbook.folder", path=path)
    if path.stat().st_size > LARGEST:
        raise Refusal("workbook.large", path=path, most=LARGEST // 10**6)
    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
                raise Refusal("workbook.unpacked", path=path, most=LARGEST_UNPACKED // 10**6)
            if any(
                b"<!DOCTYPE" in parts.read(part)
                for part in parts.infolist()
                if part.filename.endswith((".xml", ".rels"))
            ):
                raise Refusal("workbook.declarations", path=path)
        return openpyxl.load_workbook(path)
    except (Refusal, OSError, MemoryError):
        raise
    except Exception:
        # the reader of workbooks raises many kinds of error for one that is broken
        raise Refusal("workbook.unreadable", path=path) from None
