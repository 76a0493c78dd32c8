"""A workbook merged into the plan, against the state that it was made from: only what was changed in it counts."""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from textwrap import shorten
from typing import Any

from assessment import replay
from assessment.actions import Action, Indicator, Status
from assessment.plan.drafts import Fields
from assessment.plan.sheets import ACTIONS, INDICATORS, RESULTS, WORDS, fields, indicator_fields, rows, word
from assessment.plan.workbook import MOST_CHARACTERS, MOST_FAULTS, Row, Workbook, together
from assessment.rounds.people import free
from assessment.storing.journal import Journal
from kb.base.errors import ArushaError, FaultsError
from kb.base.interface import Phrases, Refusal, Word, phrases
from kb.library.questionnaires import Bank

Actions = Mapping[str, Action]
_NEW = re.compile(r"(new|nouveau|nouvelle) ?[0-9]*", re.I)  # how the sheets name an action that has no id yet
_QUESTION = re.compile(r"[0-9]{1,2}\.[a-z]\.m?[0-9]{1,2}|g[0-9]{1,2}\.[0-9]{1,2}")
_UNTOLD = dict.fromkeys(column.name for column in INDICATORS[2:])  # the fields of an indicator that is not there yet
_CELLS = {  # the columns that refusals of the plan are about
    **{"draft.person": "owner", "risk.no_element": "elements", "draft.no_question": "origin", "risk.none": "origin"},
    **{"plan.day_ahead": "date", "workbook.no_such_number": "number", "workbook.not_over": "ended"},
    **{"text": "indicator", "values": "value"},
}


@dataclass(frozen=True)
class Edit:
    """One field as the workbook changes it; *number* that of the indicator, if it is one's.

    *base*: what it was when the workbook was made, *ours* in the plan now, *theirs* in the workbook. A *clash* is one that both
    changed, to different values, or that differs where nobody knows who changed it.
    """

    action: str
    number: int | None
    field: str
    base: Any
    ours: Any
    theirs: Any
    row: Row
    clash: bool


@dataclass(frozen=True)
class Result:
    """New monitoring of an action: the *values* by number of indicator, with `date`, `note`, `remark` and `by` as *stated*."""

    action: str
    values: Mapping[int, Decimal]
    stated: Mapping[str, str]
    row: Row


@dataclass(frozen=True)
class Merged:
    """What a workbook comes to in the plan.

    *rows*: where each action and indicator stands in it; *notes*: what it lacks, which stays as it is, and what in it counts for
    nothing.
    """

    edits: tuple[Edit, ...]
    results: tuple[Result, ...]
    rows: Mapping[tuple[str, int | None], Row]
    notes: tuple[Word, ...]

    @property
    def actions(self) -> set[str]:
        """The ids of the actions that change or are new."""
        return {edit.action for edit in self.edits} | {each.action for each in self.results}

    def expect_decided(self, workbook: Path, say: Phrases, *, known: bool) -> None:
        """Raise Refusal where fields clash, or where the state that the workbook was made from is not *known*."""
        clashes = [clash(edit, say, 60) for edit in self.edits if edit.clash]
        if clashes:
            raise Refusal("workbook.clashes", path=workbook, n=len(clashes), what=" ".join(clashes[:MOST_FAULTS]))
        if self.actions and not known:
            raise Refusal("workbook.of_unknown_state", path=workbook)

    def decided(self, workbook_counts: Callable[[Edit], bool]) -> "Merged":
        """The same without clashes: the workbook's value counts where that is said, the plan's elsewhere."""
        kept = [replace(edit, clash=False) for edit in self.edits if not edit.clash or workbook_counts(edit)]
        return replace(self, edits=tuple(kept))

    def stated(self, action: str, body: Fields) -> Fields:
        """The fields of an action as its edits change those of its *body*."""
        indicators = [dict(each) for each in body.get("indicators", ())]
        stated = {**body, "indicators": indicators}
        for edit in (edit for edit in self.edits if edit.action == action):
            if edit.number is None:
                stated[edit.field] = edit.theirs
                continue
            indicators += [{} for _ in range(edit.number - len(indicators))]
            indicators[edit.number - 1]["text" if edit.field == "indicator" else edit.field] = edit.theirs
        indicators[:] = map(_given, indicators)
        return _given(stated)

    def placed(self, action: str, row: Row, fault: ArushaError) -> list[ArushaError]:
        """What an action, or monitoring of it, of a *row* is refused for, by the cells where they are known."""
        if isinstance(fault, Refusal) and fault.key == "plan.no_such_value":
            fault = Refusal("workbook.no_such_number", **fault.values)
        if not isinstance(fault, FaultsError):
            return [row.fault(_CELLS.get(fault.key) if isinstance(fault, Refusal) else None, fault)]
        found: list[ArushaError] = []
        for each in fault.faults:
            name, *inside = each.field.split(".")
            at = row
            if name == "indicators" and inside:
                at, name = self.rows.get((action, int(inside[0]) + 1), row), inside[-1]
            found.append(at.fault(_CELLS.get(name, name), FaultsError([replace(each, file=action, field="")])))
        return found


def _given(stated: Fields) -> Fields:
    return {name: value for name, value in stated.items() if value is not None}


def made_from(workbook: Workbook, journal: Journal, current: Bank) -> Actions | None:
    """The actions of a *journal* as they were when a workbook was made from it; None if it was not, or does not say so."""
    kept = journal.entries()[: max(0, workbook.entry or 0)]
    if not kept or kept[-1].seq != workbook.entry or workbook.hash not in (None, kept[-1].hash):
        return None
    return replay.state(kept, current, journal.attachment, plan=True).actions


def newer(workbook: Workbook, base: Actions | None, journal: Journal, say: Phrases) -> str:
    """How the state that a workbook was made from lies behind the journal; blank where it does not."""
    behind = journal.entries()[-1].seq - (workbook.entry or 0)
    return say("plan.of_unknown_state") if base is None else say.count("plan.newer", behind) if behind else ""


def merge(workbook: Workbook, base: Actions | None, now: Actions) -> Merged:
    """What a workbook made from the *base* changes in the actions as they are *now*. Raises ArushaError with each row at fault.

    A cell that is as it was then, or as the plan is now, changes nothing. Without a *base* whatever differs is a clash.
    """
    work, say = _Merge(base is not None, now if base is None else base, now), phrases(workbook.language)
    for name, take in (("actions", work.action), ("indicators", work.indicator), ("results", work.result)):
        for row in sorted(workbook.rows.get(name, ()), key=lambda row: row.values.get("number") or 0):
            try:
                take(row)
            except Refusal as fault:
                work.faults.append(fault)
    found = work.monitored()
    if work.faults:
        raise together(work.faults)
    notes = (*workbook.unread, *work.shown_only(say), *work.absent(workbook, say))
    return Merged(tuple(work.edits), tuple(found), work.rows, notes)


@dataclass
class _Merge:
    known: bool  # whether the state then is that of the workbook
    then: Actions
    now: Actions
    edits: list[Edit] = field(default_factory=list)
    faults: list[Refusal] = field(default_factory=list)
    rows: dict[tuple[str, int | None], Row] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)  # of new actions, by what the workbook calls them
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)  # of indicators, by their numbers in the workbook
    told: dict[tuple[Any, ...], Row] = field(default_factory=dict)  # the rows of monitoring

    @cached_property
    def kept(self) -> set[tuple[Any, ...]]:
        """The rows of monitoring that the plan has already."""
        return {tuple(row) for row in rows([*self.now.values()], "results", phrases("en"))}

    def action(self, row: Row) -> None:
        """Take a row of actions: one that is there, or without an id a new one."""
        label = (row.values["id"] or "").casefold()
        new = not label or _NEW.fullmatch(label)
        key = self._new(row, label) if new else self._about(row)
        if (key, None) in self.rows:
            raise row.fault("id", Refusal("workbook.twice", id=key))
        self.rows[key, None] = row
        if not new:
            self._compare(
                row, key, None, *(fields(state[key]) if key in state else {} for state in (self.then, self.now))
            )

    def _about(self, row: Row) -> str:
        """The id of the action that a row is about."""
        key = (row.values["id"] or "").casefold()
        if key not in self.now and key not in self.ids:
            raise row.fault("id", Refusal("workbook.no_action", id=key[:40]))
        return self.ids.get(key, key)

    def _compare(self, row: Row, action: str, number: int | None, base: Fields, ours: Fields) -> None:
        for name, theirs in row.values.items():
            before, here = base.get(name), ours.get(name)
            if name not in ours or theirs in (before, here):  # those say what the row is about, or are shown only
                continue
            if theirs is None and name in ("problem", "status", "public", "indicator"):
                raise row.fault(name, Refusal("workbook.blank_indicator" if name == "indicator" else "workbook.blank"))
            clash = before != here or (not self.known and here is not None)
            self.edits.append(Edit(action, number, name, before, here, theirs, row, clash))

    def _new(self, row: Row, label: str) -> str:
        """The id of a new action: that which the row got when it was taken already, else the next one."""
        if label in self.ids:
            raise row.fault("id", Refusal("workbook.twice", id=row.values["id"]))
        stated = _stated(row)
        what = stated["problem"], stated.get("measure", "")
        alike = [key for key, action in self.now.items() if (action.problem, action.measure) == what]
        key = next((key for key in alike if key not in self.then), None)
        if alike and key is None:
            raise row.fault("id", Refusal("workbook.same_problem", id=alike[0]))
        key = key or free("a", {*self.now, *(key for key, _ in self.rows)})
        ours = fields(self.now[key]) if key in self.now else dict.fromkeys(stated)
        self._compare(replace(row, values=stated), key, None, {}, ours)
        if label:
            self.ids[label] = key
        return key

    def indicator(self, row: Row) -> None:
        """Take a row of indicators: one that was there then, or a new one, which gets the next number that is free now."""
        key, number = self._about(row), row.values["number"]
        before, ours = (state[key].indicators if key in state else () for state in (self.then, self.now))
        own = {told: place for (action, told), place in self.numbers.items() if action == key}
        _expect_next(row, key, max([len(before), *own]), own)
        place = number
        if number > len(before):
            same = (at for at, each in enumerate(ours, 1) if at > len(before) and each.text == row.values["indicator"])
            place = next(same, max([len(ours), *own.values()]) + 1)
            if row.values["indicator"] is None:
                raise row.fault("indicator", Refusal("workbook.blank_indicator"))
        self.numbers[key, number] = place
        self.rows[key, place] = row
        self._compare(row, key, place, _of(before, number), _of(ours, place))

    def result(self, row: Row) -> None:
        """Take a row of monitoring."""
        key = self._about(row)
        day, number, value, *words = (row.values.get(column.name) for column in RESULTS[1:])
        number = self.numbers.get((key, number or 0), number)
        if (key, day, number, value, *words) not in self.kept:
            if day is None:
                raise row.fault("date", Refusal("workbook.no_date"))
            if number is None and value is not None:
                number = self._only_indicator(row, key)
            if number is not None and value is None:
                raise row.fault("value", Refusal("workbook.no_value_there"))
            if value is None and not any(words[:2]):
                raise row.fault(None, Refusal("workbook.nothing_monitored"))
        self.told[key, day, number, value, *words] = row

    def _only_indicator(self, row: Row, key: str) -> int:
        at_work = self.now[key].at_work if key in self.now else ()
        if len(at_work) != 1:
            raise row.fault("number", Refusal("workbook.which_indicator", id=key))
        return at_work[0][0]

    def monitored(self) -> list[Result]:
        """The monitoring that is new; rows alike but for indicator and value are one entry."""
        then = rows([*self.then.values()], "results", phrases("en"))
        gone = {tuple(row[:3]) for row in then if tuple(row) not in self.told}
        found: dict[tuple[Any, ...], Result] = {}
        for told, row in self.told.items():
            key, day, number, value, *words = told
            if told in self.kept:
                continue
            if told[:3] in gone:
                self.faults.append(row.fault(None, Refusal("workbook.result_changed")))
            stated = _given(dict(zip(("date", "note", "remark", "by"), (day, *words), strict=True)))
            same = found.setdefault((key, day, *words), Result(key, {}, stated, row))
            if number in same.values:
                self.faults.append(row.fault("number", Refusal("plan.value_twice", number=number, id=key)))
            elif number is not None:
                found[key, day, *words] = replace(same, values={**same.values, number: value})
        self._begin({each.action: each.row for each in found.values()})
        return list(found.values())

    def _begin(self, monitored: Mapping[str, Row]) -> None:
        """What is monitored has begun, unless its status is told."""
        told_of = {edit.action for edit in self.edits if edit.field == "status"}
        for key, row in monitored.items():
            if key in self.now.keys() - told_of and (now := self.now[key].status) is Status.NOT_STARTED:
                self.edits.append(Edit(key, None, "status", now, now, Status.IN_PROGRESS.value, row, clash=False))

    def absent(self, workbook: Workbook, say: Phrases) -> Iterator[Word]:
        """What the sheets that are there lack of the state that they were made from."""
        for name in workbook.rows:
            gone = [
                " ".join(map(str, row[: 1 if name == "actions" else 2]))
                for row in rows([*self.then.values()], name, say)
                if (tuple(row) not in self.told if name == "results" else _place(name, row) not in self.rows)
            ]
            if gone:
                yield Word("plan.absent", sheet=say(f"plan.sheet_{name}"), what=", ".join(dict.fromkeys(gone)))

    def shown_only(self, say: Phrases) -> Iterator[Word]:
        """The columns that are shown only and were changed all the same, in workbooks whose state is known."""
        listed = [action for key, action in self.then.items() if (key, None) in self.rows and self.known]
        changed: dict[str, list[Row]] = {}
        for action, cells in zip(listed, rows(listed, "actions", say), strict=True):
            row = self.rows[action.id, None]
            for column, cell in zip(ACTIONS, cells, strict=True):
                if column.kind == "fixed" and _plain(row.values.get(column.name, cell)) != _plain(cell):
                    changed.setdefault(column.name, []).append(row)
        for name, where in changed.items():
            letter, heading = where[0].places[name]
            lines = ", ".join(str(row.number) for row in where)
            yield Word("plan.shown_only", sheet=where[0].sheet, column=letter, heading=heading, rows=lines)


def _of(indicators: Sequence[Indicator], number: int) -> Fields:
    return indicator_fields(indicators[number - 1]) if number <= len(indicators) else _UNTOLD


def _expect_next(row: Row, action: str, last: int, own: Container[int]) -> None:
    """Raise Refusal unless a row has the number of an indicator, up to the one after the *last*, that no row had before."""
    number = row.values["number"]
    if number is None:
        raise row.fault("number", Refusal("workbook.no_indicator"))
    if number in own:
        raise row.fault("number", Refusal("workbook.indicator_twice", number=number, id=action))
    if number > last + 1:
        raise row.fault("number", Refusal("workbook.not_next", id=action, next=last + 1))


def _stated(row: Row) -> Fields:
    """What a row of a new action states, with what it comes from. Raises Refusal."""
    if row.values["problem"] is None:
        raise row.fault("problem", Refusal("workbook.blank"))
    shown = {column.name for column in ACTIONS if column.kind in ("key", "fixed")}
    return _given({name: value for name, value in row.values.items() if name not in shown}) | {"origin": _origin(row)}


def _place(name: str, row: Sequence[Any]) -> tuple[str, int | None]:
    return row[0], row[1] if name == "indicators" else None


def _plain(cell: Any) -> str:
    """A cell that is shown only, as every program writes it."""
    text = "" if cell is None else " ".join(str(cell).split())
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"-?[0-9]+\.[0-9]+", text) else text


def _origin(row: Row) -> Fields:
    """What a new action comes from: questions, a risk, or else a decision. Raises Refusal."""
    text = row.values.get("origin") or ""
    for kind in ("gap", "risk", "decision"):
        for language in ("en", "fr"):
            text = text.removeprefix(phrases(language)(f"plan.from_{kind}", questions="", risk="", text=""))
    parts = [part for part in re.split(r"[,;\s]+", text) if part]
    if not parts:
        raise row.fault("origin", Refusal("workbook.blank_origin"))
    if all(map(_QUESTION.fullmatch, parts)):
        return {"gaps": parts}
    return {"risk": parts[0]} if re.fullmatch("r[0-9]+", text) else {"decision": text}


def lines(merged: Merged, say: Phrases) -> list[str]:
    """What a workbook changes, for people: each field and monitoring entry."""
    return [*(_line(edit, "plan.edit", say) for edit in merged.edits), *(_entry(each, say) for each in merged.results)]


def _entry(result: Result, say: Phrases) -> str:
    values = [say("plan.new_value", number=number, value=_value(value, say)) for number, value in result.values.items()]
    words = [say("plan.quoted", text=result.stated[name]) for name in ("note", "remark") if name in result.stated]
    told = {"date": result.stated["date"], "what": "; ".join((*values, *words))}
    return say("plan.new_result", action=result.action, row=result.row.number, **told)


def clash(edit: Edit, say: Phrases, most: int = MOST_CHARACTERS) -> str:
    """A field that both sides changed, or that differs where nobody knows who did, for people; values cut to *most* characters."""
    return _line(edit, "plan.differs" if edit.base == edit.ours else "plan.clash", say, most)


def _line(edit: Edit, key: str, say: Phrases, most: int = MOST_CHARACTERS) -> str:
    number = say("plan.edit_indicator", number=edit.number) if edit.number else ""
    sides = {"base": edit.base, "before": edit.ours, "after": edit.theirs}
    shown = {name: _quoted(edit.field, value, say, most) for name, value in sides.items()}
    return say(key, action=edit.action, number=number, field=say(f"action.{edit.field}"), **shown)


def _quoted(name: str, value: Any, say: Phrases, most: int) -> str:
    """The value of a field on one line."""
    if value in (None, "", []):
        return say("plan.blank")
    if name in WORDS:
        return str(word(name, value if isinstance(value, bool) else str(value), say))
    if isinstance(value, dict):
        (value,) = value.values()
    text = "; ".join(value) if isinstance(value, list) else _value(value, say)
    return say("plan.quoted", text=shorten(text, most, placeholder="…"))


def _value(value: Any, say: Phrases) -> str:
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text.replace(".", ",") if isinstance(value, Decimal) and say.language == "fr" else text
