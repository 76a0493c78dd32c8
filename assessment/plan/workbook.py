"""The plan as an Excel workbook, typed cell by cell, and such a workbook read back, row by row."""

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.cell import MergedCell
from openpyxl.utils import get_column_letter

from assessment.actions import DIGITS, MOST_EVER, Action
from assessment.plan.sheets import NEEDED, SHEETS, WORDS, Column, Kind, rows, word
from kb.base.bounded import Limits
from kb.base.errors import ArushaError
from kb.base.folding import clean, may_be_formula, on_one_line, turns_shown
from kb.base.interface import Phrases, Refusal, Word, phrases
from kb.press.palette import TEAL

LARGEST, LARGEST_UNPACKED, MOST_ROWS = 10_000_000, 100_000_000, 20_000
MOST_CHARACTERS = 32_767  # of one cell
MOST_COLUMNS, MOST_FAULTS, SPARE = 200, 20, 200  # spare: rows below ours that are prepared for new ones
LIMITS = Limits(seconds=60, memory=2_000_000_000, remedy=Word("refused.anew.workbook"))
LANGUAGES = ("en", "fr")
_WHOLE = r"[+-]?(?:[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+|[0-9]+)"  # thousands apart or not
_NUMBER = {"en": re.compile(rf"{_WHOLE}(?:\.[0-9]+)?"), "fr": re.compile(rf"{_WHOLE}(?:[.,][0-9]+)?")}
_LOOKS: Mapping[Kind, str] = {
    **{"text": "text", "lines": "text", "word": "text"},
    **{"day": "day", "number": "number", "whole": "number", "key": "fixed", "fixed": "fixed"},
}
_ESCAPED = re.compile("_x(00[01][0-9A-F]|007F|FFF[EF])_", re.I)  # how a workbook writes what XML cannot hold
_FIRST_DAY = date(1900, 3, 1)  # before it Excel and the calendar disagree


def as_workbook(
    actions: Sequence[Action], title: str, moment: str, entry: int, say: Phrases, digest: str = ""
) -> bytes:
    """The workbook; *moment* (UTC), the number of the plan's last *entry* and its hash (*digest*) are kept in it.

    The same input gives the same bytes.
    """
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
            plain = None if _LOOKS[column.kind] == "fixed" else look[_LOOKS[column.kind]]
            sheet.set_column(place, place, column.width, look["text"] if column.name == "id" else plain)
            sheet.write_string(0, place, say(f"action.{column.name}"), look["head"])
            if column.kind == "word":
                words = [word(column.name, value, say) for value in WORDS[column.name]]
                sheet.data_validation(1, place, len(found) + SPARE, place, {"validate": "list", "source": words})
        for line, row in enumerate(found, 1):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                fixed = name == "results" or _LOOKS[column.kind] == "fixed"  # what was monitored stays as it is
                _write(sheet, line, place, column, value, look, fixed=fixed)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(found)), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    _write_about(
        book.add_worksheet(say("plan.sheet_about")), (title, say("plan.about_excel")), entry, digest, look["text"]
    )
    book.close()
    return output.getvalue()


def _write_about(about: Any, texts: Sequence[str], entry: int, digest: str, look: Any) -> None:
    about.set_column(0, 0, 100)
    about.fit_to_pages(1, 0)
    about.set_row(1, 16 * sum(1 + len(text) // 95 for text in texts[1].split("\n")))
    for line, text in enumerate(texts):
        about.write_string(line, 0, text, look)
    about.write_number(2, 0, entry)
    about.write_string(2, 1, digest, look)
    about.set_row(2, None, None, {"hidden": True})


def _write(
    sheet: Any, line: int, place: int, column: Column, value: Any, look: Mapping[str, Any], *, fixed: bool
) -> None:
    if value is None:
        sheet.write_blank(line, place, None, look["fixed" if fixed else _LOOKS[column.kind]])
    elif column.kind == "day" and date.fromisoformat(value) >= _FIRST_DAY:
        sheet.write_datetime(line, place, datetime.fromisoformat(value), look["fixed_day" if fixed else "day"])
    elif isinstance(value, Decimal | int):
        sheet.write_number(line, place, float(value), look["fixed" if fixed else "number"])
    else:
        kind = "fixed" if fixed else "text"
        sheet.write_string(
            line, place, value[:MOST_CHARACTERS], look[f"{kind}_kept" if may_be_formula(value) else kind]
        )


@dataclass(frozen=True)
class Row:
    """One row of a sheet that is not blank: what its columns hold, by name; None for a blank cell.

    *places*: the letter and the heading of each column that the sheet has; *sheet*: its title.
    """

    path: str
    sheet: str
    number: int
    places: Mapping[str, tuple[str, str]]
    values: Mapping[str, Any]

    def fault(self, name: str | None, what: ArushaError) -> Refusal:
        """The error for the cell of a column, or for the whole row."""
        at = {"path": self.path, "sheet": self.sheet, "row": self.number, "what": what}
        if name is None or name not in self.places:
            return Refusal("workbook.row", **at)
        column, heading = self.places[name]
        return Refusal("workbook.cell", **at, column=column, heading=heading)


@dataclass(frozen=True)
class Workbook:
    """What a workbook holds: the rows of each sheet by its name here, those of a sheet that it lacks being None.

    *entry* and *hash*: of the last entry of the journal that it was made from, if it says so; an earlier release kept the number
    alone. *unread*: the columns and sheets that are somebody's own, and those of ours that it lacks.
    """

    language: str
    rows: Mapping[str, tuple[Row, ...]]
    entry: int | None
    hash: str | None
    unread: tuple[Word, ...]


def read(path: Path) -> Workbook:
    """A workbook. Raises ArushaError with each cell that does not fit, by its sheet, row and column."""
    book = _opened(path)
    _, say, sheets = max((_placed(book, say) for say in map(phrases, LANGUAGES)), key=lambda placed: placed[0])
    if "actions" not in sheets:
        raise Refusal("workbook.no_actions", path=path)
    others = [sheet for sheet in book.worksheets if sheet not in sheets.values()]
    about, entry, hash_ = _made_at(others, say)
    unread = [Word("plan.own_sheet", sheet=sheet.title) for sheet in others if sheet is not about]
    unread += [Word("plan.no_sheet", sheet=say(f"plan.sheet_{name}")) for name in SHEETS if name not in sheets]
    faults: list[Refusal] = []
    rows = {name: _rows(path, name, sheet, say, faults, unread) for name, sheet in sheets.items()}
    if faults:
        raise together(faults)
    return Workbook(say.language, rows, entry, hash_, tuple(unread))


def together(faults: Sequence[ArushaError]) -> ArushaError:
    """Several errors as one, a line for each; no more than twenty."""
    return reduce(lambda first, then: Refusal("workbook.several", first=first, then=then), faults[:MOST_FAULTS])


def _placed(book: Any, say: Phrases) -> tuple[int, Phrases, dict[str, Any]]:
    """How many of our headings a workbook has in a language, the language, and our sheets.

    A sheet is known by its title, or by its headings where one sheet alone has them.
    """
    heads = {sheet.title: {*_heads(sheet, say)[1]} for sheet in book.worksheets}
    titles = {name: say(f"plan.sheet_{name}") for name in SHEETS}
    sheets: dict[str, Any] = {}
    for name in SHEETS:
        needed = {_heading(say(f"action.{each}")) for each in NEEDED[name]}
        others = [each for each in book.worksheets if each.title not in titles.values() and needed <= heads[each.title]]
        found = [book[titles[name]]] if titles[name] in heads else others
        if len(found) == 1:
            sheets[name] = found[0]
    return sum(len(_named(name, say).keys() & heads[each.title]) for name, each in sheets.items()), say, sheets


def _named(name: str, say: Phrases) -> dict[str, Column]:
    """The columns of a sheet by their headings."""
    return {_heading(say(f"action.{column.name}")): column for column in SHEETS[name]}


def _heads(sheet: Any, say: Phrases) -> tuple[int, list[str]]:
    """The row of the headings, that of the first ten which has most of ours, and what stands there."""
    known = {heading for name in SHEETS for heading in _named(name, say)}
    lines = [
        [_heading(cell.value) for cell in row]
        for row in sheet.iter_rows(max_row=min(10, sheet.max_row), max_col=min(MOST_COLUMNS, sheet.max_column))
    ] or [[]]
    best = max(range(len(lines)), key=lambda at: (len(known & {*lines[at]}), -at))
    return best + 1, lines[best]


def _heading(value: Any) -> str:
    return on_one_line(str(value or "")).casefold()


def _made_at(sheets: Sequence[Any], say: Phrases) -> tuple[Any, int | None, str | None]:
    """The sheet that says what entry the workbook was made from, that entry's number, and its hash if it says so too."""
    for sheet in sheets:
        for number, digest in sheet.iter_rows(max_row=20, max_col=2, values_only=True):
            if isinstance(number, int | float) and isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest):
                return sheet, int(number), digest
    for sheet in sheets:
        if sheet.title == say("plan.sheet_about"):
            value = sheet.cell(3, 1).value
            return sheet, int(value) if isinstance(value, int | float) else None, None
    return None, None, None


def _rows(
    path: Path, name: str, sheet: Any, say: Phrases, faults: list[Refusal], unread: list[Word]
) -> tuple[Row, ...]:
    """The rows of a sheet below its headings; what is wrong goes to *faults*, what is not read to *unread*."""
    top, heads = _heads(sheet, say)
    if sheet.max_row > MOST_ROWS + top:
        raise Refusal("workbook.many_rows", path=path, sheet=sheet.title, most=MOST_ROWS)
    columns = _columns(path, name, sheet.title, top, heads, say, unread)
    places = {column.name: (get_column_letter(at + 1), say(f"action.{column.name}")) for column, at in columns}
    found = []
    for number, cells in enumerate(sheet.iter_rows(min_row=top + 1, max_col=len(heads)), top + 1):
        if all(_is_blank(cells[at]) for _, at in columns):
            continue
        values: dict[str, Any] = {}
        row = Row(turns_shown(str(path)), sheet.title, number, places, values)
        for column, at in columns:
            try:
                values[column.name] = _value(cells[at], column, say)
            except Refusal as what:
                faults.append(row.fault(column.name, what))
        found.append(row)
    return tuple(found)


def _columns(
    path: Path, name: str, title: str, top: int, heads: Sequence[str], say: Phrases, unread: list[Word]
) -> list[tuple[Column, int]]:
    """The columns of a sheet with their places, wherever they stand; what is not ours, or lacks, goes to *unread*."""
    place, known, before = {"path": path, "sheet": title, "row": top}, _named(name, say), -1
    found: list[tuple[Column, int]] = []
    for text, column in known.items():
        heading, later = say(f"action.{column.name}"), known.keys() & {*heads[before + 2 :]}
        if heads.count(text) > 1:
            raise Refusal("workbook.two_columns", **place, heading=heading)
        if text in heads:
            before = heads.index(text)
            found.append((column, before))
        elif later and heads[before + 1] and heads[before + 1] not in known:
            raise Refusal("workbook.heading", **place, column=get_column_letter(before + 2), heading=heading)
        elif column.name in NEEDED[name]:
            raise Refusal("workbook.no_column", **place, heading=heading)
        else:
            unread.append(Word("plan.no_column", sheet=title, heading=heading))
    own = (get_column_letter(at) for at, text in enumerate(heads, 1) if text and text not in known)
    unread += [Word("plan.own_column", sheet=title, column=column) for column in own]
    return found


def _is_blank(cell: Any) -> bool:
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def _plain(cell: Any) -> str | date | Decimal | None:
    """A cell as a text, a day, a number or None. Raises Refusal for a formula or a fault of Excel."""
    value = cell.value
    if cell.data_type in ("f", "e"):
        raise Refusal("workbook.formula")
    if isinstance(value, bool):
        raise Refusal("workbook.truth")
    if isinstance(value, datetime):
        if (value.hour, value.minute, value.second) != (0, 0, 0):
            raise Refusal("workbook.time")
        return value.date()
    if isinstance(value, int | float):
        return Decimal(f"{value:.{DIGITS}g}")  # as Excel shows it
    if value is None or isinstance(value, str):
        return clean(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), value or "")).strip() or None
    raise Refusal("workbook.no_value")


def _value(cell: Any, column: Column, say: Phrases) -> Any:
    """A cell as its column has it. Raises Refusal for one that does not fit."""
    if isinstance(cell, MergedCell):
        raise Refusal("workbook.merged")
    if column.kind == "fixed":
        return None if cell.data_type in ("f", "e") else str(_shown(cell.value)) if not _is_blank(cell) else None
    if _LOOKS[column.kind] == "text":
        _refuse_what_excel_made(cell)
    elif "%" in cell.number_format and isinstance(cell.value, int | float):
        raise Refusal("workbook.percent")
    value = _plain(cell)
    return None if value is None else _READ[column.kind](value, column, say)


def _shown(value: Any) -> Any:
    """What a cell holds as a sentence quotes it."""
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date()
    return clean(value).strip() if isinstance(value, str) else value


def _refuse_what_excel_made(cell: Any) -> None:
    """Texts are texts in the workbook: of 3/4 Excel makes a day, of 0042 the number 42, and what was typed is gone."""
    if cell.value is None or isinstance(cell.value, str) or cell.data_type in ("f", "e"):
        return
    kind = "a_number" if isinstance(cell.value, int | float) else "a_time"
    kind = "a_truth" if isinstance(cell.value, bool) else kind
    raise Refusal("workbook.not_text", kind=Word(f"plan.cell_{kind}"), value=str(_shown(cell.value))[:40])


def _key(value: Any, column: Column, say: Phrases) -> str | int:
    if column.name == "id":
        return on_one_line(str(value))
    number = _number(value, column, say)
    if number != int(number) or not 1 <= number <= MOST_EVER:
        raise Refusal("workbook.no_indicator")
    return int(number)


def _text(value: Any, _column: Column, _say: Phrases) -> str:
    return str(value)


def _parts(value: Any, _column: Column, _say: Phrases) -> list[str] | None:
    return [part.strip() for part in str(value).split("\n") if part.strip()] or None


def _day(value: Any, _column: Column, _say: Phrases) -> str:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return date.fromisoformat(value).isoformat()
        if isinstance(value, date):
            return value.isoformat()
    except ValueError:
        pass
    raise Refusal("workbook.no_day", value=str(value)[:40])


def _number(value: Any, _column: Column, say: Phrases) -> Decimal:
    """A number, of a text with thousands apart and, in French, with a comma, too."""
    if isinstance(value, Decimal):
        return value
    text = str(value).replace("\u2212", "-")
    if not _NUMBER[say.language].fullmatch(text):
        raise Refusal("workbook.no_number", value=text[:40])
    return Decimal(re.sub(r"\s", "", text).replace(",", "."))


def _whole(value: Any, column: Column, say: Phrases) -> int:
    number = _number(value, column, say)
    if number != number.to_integral_value():
        raise Refusal("workbook.no_whole", value=str(value)[:40])
    return int(number)


def _word(value: Any, column: Column, say: Phrases) -> str | bool:
    text, name = on_one_line(str(value)), column.name
    for each in WORDS[name]:
        if text.casefold() in {each, *(str(word(name, each, spoken)).casefold() for spoken in map(phrases, LANGUAGES))}:
            return each == "yes" if each in ("yes", "no") else str(each)
    known = tuple(str(word(name, each, say)) for each in WORDS[name])
    raise Refusal("workbook.no_word", value=text[:40], known=known)


_READ: Mapping[Kind, Callable[[Any, Column, Phrases], Any]] = {
    **{"key": _key, "text": _text, "lines": _parts, "day": _day},
    **{"number": _number, "whole": _whole, "word": _word},
}


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
