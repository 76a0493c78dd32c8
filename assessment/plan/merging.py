"""A workbook merged into the plan, against the state that it was made from: only what was changed in it counts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from textwrap import shorten
from typing import Any

from assessment import replay
from assessment.actions import Action, Status
from assessment.plan.drafts import Fields
from assessment.plan.sheets import ACTIONS, INDICATORS, NEEDED, WORDS, fields, indicator_fields, results, rows, word
from assessment.plan.workbook import MOST_CHARACTERS, MOST_FAULTS, Row, Workbook, together
from assessment.rounds.people import free
from assessment.storing.journal import Journal
from kb.base.errors import ArushaError, FaultsError
from kb.base.interface import Phrases, Refusal, Word, phrases
from kb.library.questionnaires import Bank

Actions = Mapping[str, Action]
_NEW = re.compile(r"(new|nouveau|nouvelle) ?[0-9]*", re.I)  # how the sheets name an action that has no id yet
_QUESTION = re.compile(r"[0-9]{1,2}\.[a-z]\.m?[0-9]{1,2}|g[0-9]{1,2}\.[0-9]{1,2}")
_CELLS = {  # the columns that refusals of the plan are about
    **{"draft.person": "owner", "risk.no_element": "elements", "draft.no_question": "origin", "risk.none": "origin"},
    **{"plan.day_ahead": "date", "workbook.no_such_number": "number", "workbook.not_over": "ended"},
}
_NOTHING = dict.fromkeys(column.name for column in INDICATORS[2:])  # the fields of an indicator that is not there yet


@dataclass(frozen=True)
class Edit:
    """One field as the workbook changes it; *number* that of the indicator, if it is one's.

    *base*: what it was when the workbook was made, *ours* in the plan now, *theirs* in the workbook. A *clash* is one that both
    changed, to different values.
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
class Added:
    """A new action, with the id that it gets; its indicators are among the edits."""

    id: str
    fields: Fields
    row: Row


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

    *rows*: where each action and indicator stands in it; *absent*: the actions, indicators and days of monitoring that it lacks,
    which stay as they are; *unread*: what in it counts for nothing.
    """

    edits: tuple[Edit, ...]
    added: tuple[Added, ...]
    results: tuple[Result, ...]
    rows: Mapping[tuple[str, int | None], Row]
    absent: tuple[tuple[str, int | None, str], ...]
    unread: tuple[Word, ...]

    def expect_decided(self, workbook: Path, say: Phrases, *, known: bool) -> None:
        """Raise Refusal where both sides changed a field, or where the state that the workbook was made from is not *known*."""
        clashes = [clash(edit, say, 60) for edit in self.edits if edit.clash]
        if clashes:
            raise Refusal("workbook.clashes", path=workbook, n=len(clashes), what=" ".join(clashes[:MOST_FAULTS]))
        if self.changes and not known:
            raise Refusal("workbook.of_unknown_state", path=workbook)

    @property
    def changes(self) -> int:
        """How many fields, new actions and monitoring entries there are."""
        return len(self.edits) + len(self.added) + len(self.results)

    def decided(self, workbook_counts: Callable[[Edit], bool]) -> "Merged":
        """The same without clashes: the workbook's value counts where that is said, the plan's elsewhere."""
        kept = [replace(edit, clash=False) for edit in self.edits if not edit.clash or workbook_counts(edit)]
        return replace(self, edits=tuple(kept))

    def stated(self, action: str, body: Fields) -> Fields:
        """The fields of an action, as new or as its edits change those of its *body*."""
        new = next((each.fields for each in self.added if each.id == action), {})
        stated = {**body, **new, "indicators": [dict(each) for each in body.get("indicators", ())]}
        for edit in self.edits:
            if edit.action == action and edit.number is None:
                stated[edit.field] = edit.theirs
            elif edit.action == action and edit.number is not None:
                indicators = stated["indicators"]
                indicators += [{} for _ in range(edit.number - len(indicators))]
                indicators[edit.number - 1]["text" if edit.field == "indicator" else edit.field] = edit.theirs
        stated["indicators"] = [_given(each) for each in stated["indicators"]]
        return _given(stated)

    def placed(self, action: str, row: Row, fault: ArushaError) -> list[ArushaError]:
        """What an action, or monitoring of it, of a *row* is refused for, by the cells where they are known."""
        if isinstance(fault, Refusal) and fault.key == "plan.no_such_value":
            fault = Refusal("workbook.no_such_number", fault.values)
        if not isinstance(fault, FaultsError):
            return [row.fault(_CELLS.get(fault.key) if isinstance(fault, Refusal) else None, fault)]
        found: list[ArushaError] = []
        for each in fault.faults:
            name, *inside = each.field.split(".")
            at = self.rows.get((action, int(inside[0]) + 1), row) if name == "indicators" and inside else row
            name = inside[-1] if name == "indicators" and inside else name
            what = ArushaError(f"{action}: {each.message}; {each.remedy}")
            found.append(at.fault({"text": "indicator", "values": "value"}.get(name, name), what))
        return found


def _given(stated: Fields) -> Fields:
    return {name: value for name, value in stated.items() if value is not None}


def made_from(workbook: Workbook, journal: Journal, current: Bank) -> Actions | None:
    """The actions of a *journal* as they were when a workbook was made from it; None if it was not, or does not say so."""
    entries = journal.entries()
    if workbook.entry is None or not 0 < workbook.entry <= len(entries):
        return None
    kept = entries[: workbook.entry]
    if workbook.hash not in (None, kept[-1].hash):
        return None
    return replay.state(kept, current, journal.attachment, plan=True).actions


def merge(workbook: Workbook, base: Actions | None, now: Actions) -> Merged:
    """What a workbook made from the *base* changes in the actions as they are *now*. Raises ArushaError with each row at fault.

    A cell that is as it was then, or as the plan is now, changes nothing. Without a *base* whatever differs is a clash.
    """
    work = _Merge(base, now)
    for name, take in (("actions", work.action), ("indicators", work.indicator), ("results", work.result)):
        for row in sorted(workbook.rows.get(name, ()), key=lambda row: row.values.get("number") or 0):
            try:
                take(row)
            except Refusal as fault:
                work.faults.append(fault)
    found = work.monitored()
    if work.faults:
        raise together(work.faults)
    unread = (*workbook.unread, *work.not_read(workbook))
    absent = work.absent(workbook.rows)
    return Merged(tuple(work.edits), tuple(work.added.values()), tuple(found), work.rows, absent, unread)


@dataclass
class _Merge:
    base: Actions | None
    now: Actions
    edits: list[Edit] = field(default_factory=list)
    added: dict[str, Added] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)
    rows: dict[tuple[str, int | None], Row] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)  # of new actions, by what the workbook calls them
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)  # of indicators, by their numbers in the workbook
    told: dict[tuple[Any, ...], Row] = field(default_factory=dict)  # the rows of monitoring

    @cached_property
    def kept(self) -> set[tuple[Any, ...]]:
        """The rows of monitoring that the plan has already."""
        return {told for action in self.now.values() for told in results(action)}

    @property
    def then(self) -> Actions:
        """The state to compare with."""
        return self.now if self.base is None else self.base

    def action(self, row: Row) -> None:
        """Take a row of actions."""
        key = row.values["id"]
        if key is None or _NEW.fullmatch(key):
            self._new(row, key)
            return
        action = self._known(row)
        if (action.id, None) in self.rows:
            raise row.fault("id", Refusal("workbook.twice", id=action.id))
        self.rows[action.id, None] = row
        before = self.then.get(action.id)
        self._compare(row, action.id, None, fields(before) if before else {}, fields(action))

    def _known(self, row: Row) -> Action:
        key = (row.values["id"] or "").casefold()
        if key not in self.now:
            raise row.fault("id", Refusal("workbook.no_action", id=key[:40]))
        return self.now[key]

    def _compare(self, row: Row, action: str, number: int | None, base: Fields, ours: Fields) -> None:
        for name, theirs in row.values.items():
            if name not in ours:
                continue  # a column that says what the row is about, or is shown only
            before, here = base.get(name), ours[name]
            if theirs in (before, here):
                continue
            if theirs is None and name in (*NEEDED["actions"], "public", "indicator"):
                raise row.fault(name, Refusal("workbook.blank_indicator" if name == "indicator" else "workbook.blank"))
            clash = before != here or (self.base is None and here is not None)
            self.edits.append(Edit(action, number, name, before, here, theirs, row, clash))

    def _new(self, row: Row, label: str | None) -> None:
        if label and label.casefold() in self.ids:
            raise row.fault("id", Refusal("workbook.twice", id=label))
        if row.values["problem"] is None:
            raise row.fault("problem", Refusal("workbook.blank"))
        shown = {column.name for column in ACTIONS if column.kind in ("key", "fixed")}
        stated = _given({name: value for name, value in row.values.items() if name not in shown})
        stated["origin"] = _origin(row)
        key = self._taken_already(stated)
        if key is None:
            for other in self.now.values():
                if (other.problem, other.measure) == (stated["problem"], stated.get("measure", "")):
                    raise row.fault("id", Refusal("workbook.same_problem", id=other.id))
            key = free("a", {*self.now, *self.added})
            self.added[key] = Added(key, stated, row)
        self.rows[key, None] = row
        if label:
            self.ids[label.casefold()] = key

    def _taken_already(self, stated: Fields) -> str | None:
        """The action that a new row has become since the workbook was made."""
        for key in self.now.keys() - self.then.keys():
            action = self.now[key]
            has = fields(action) | {"origin": action.origin.model_dump(mode="json", exclude_defaults=True)}
            if all(has[name] == value for name, value in stated.items()):
                return key
        return None

    def _about(self, row: Row) -> str:
        """The action that a row of another sheet is about."""
        return self.ids.get((row.values["id"] or "").casefold()) or self._known(row).id

    def indicator(self, row: Row) -> None:
        """Take a row of indicators: one that was there then, or a new one, which gets the next number that is free now."""
        key, number = self._about(row), row.values["number"]
        if number is None:
            raise row.fault("number", Refusal("workbook.no_indicator"))
        if (key, number) in self.numbers:
            raise row.fault("number", Refusal("workbook.indicator_twice", number=number, id=key))
        before = self.then[key].indicators if key in self.then else ()
        ours = self.now[key].indicators if key in self.now else ()
        own = [each for action, each in self.numbers if action == key]
        if number > (last := max([len(before), *own])) + 1:
            raise row.fault("number", Refusal("workbook.not_next", id=key, next=last + 1))
        place, base = number, {}
        if number <= len(before):
            base = indicator_fields(before[number - 1])
        else:
            same = [at for at, each in enumerate(ours, 1) if at > len(before) and each.text == row.values["indicator"]]
            taken = [each for (action, _), each in self.numbers.items() if action == key]
            place = same[0] if same else max([len(ours), *taken]) + 1
        self.numbers[key, number] = place
        self.rows[key, place] = row
        if number > len(before) and row.values["indicator"] is None:
            raise row.fault("indicator", Refusal("workbook.blank_indicator"))
        self._compare(row, key, place, base, indicator_fields(ours[place - 1]) if place <= len(ours) else _NOTHING)

    def result(self, row: Row) -> None:
        """Take a row of monitoring."""
        key = self._about(row)
        day, number, value, note, remark, by = (
            row.values.get(name) for name in ("date", "number", "value", "note", "remark", "by")
        )
        number = self.numbers.get((key, number or 0), number)
        told = (key, day, number, value, note, remark, by)
        if told in self.kept:
            self.told[told] = row
            return
        if day is None:
            raise row.fault("date", Refusal("workbook.no_date"))
        if number is None and value is not None:
            at_work = self.now[key].at_work if key in self.now else ()
            if len(at_work) != 1:
                raise row.fault("number", Refusal("workbook.which_indicator", id=key))
            number = at_work[0][0]
        if number is not None and value is None:
            raise row.fault("value", Refusal("workbook.no_value_there"))
        if value is None and not (note or remark):
            raise row.fault(None, Refusal("workbook.nothing_monitored"))
        self.told[key, day, number, value, note, remark, by] = row

    def monitored(self) -> list[Result]:
        """The monitoring that is new; rows alike but for indicator and value are one entry."""
        gone = {told[:3] for action in self.then.values() for told in results(action) if told not in self.told}
        found: dict[tuple[Any, ...], Result] = {}
        for told, row in self.told.items():
            key, day, number, value, note, remark, by = told
            if told in self.kept:
                continue
            if told[:3] in gone:
                self.faults.append(row.fault(None, Refusal("workbook.result_changed")))
            stated = _given({"date": day, "note": note, "remark": remark, "by": by})
            same = found.setdefault((key, day, note, remark, by), Result(key, {}, stated, row))
            if number in same.values:
                self.faults.append(row.fault("number", Refusal("plan.value_twice", number=number, id=key)))
            elif number is not None:
                found[key, day, note, remark, by] = replace(same, values={**same.values, number: value})
        self._begun(found.values())
        return list(found.values())

    def _begun(self, found: Iterable[Result]) -> None:
        """What is monitored has begun, unless its status is told."""
        told = {edit.action for edit in self.edits if edit.field == "status"}
        for key, row in {each.action: each.row for each in found}.items():
            if key in self.now and key not in told and (now := self.now[key].status) is Status.NOT_STARTED:
                self.edits.append(Edit(key, None, "status", now, now, Status.IN_PROGRESS.value, row, clash=False))

    def absent(self, sheets: Mapping[str, Sequence[Row]]) -> tuple[tuple[str, int | None, str], ...]:
        """What the sheets that are there lack of the state that they were made from."""
        found: list[tuple[str, int | None, str]] = []
        for key, action in self.then.items():
            if (key, None) not in self.rows:
                found.append((key, None, ""))
                continue
            numbers = range(1, len(action.indicators) + 1) if "indicators" in sheets else ()
            found += [(key, number, "") for number in numbers if (key, number) not in self.rows]
            days = [str(told[1]) for told in results(action) if told not in self.told] if "results" in sheets else []
            found += [(key, None, day) for day in dict.fromkeys(days)]
        return tuple(found)

    def not_read(self, workbook: Workbook) -> Iterator[Word]:
        """The columns that are shown only and were changed all the same."""
        say = phrases(workbook.language)
        listed = [action for key, action in (self.base or {}).items() if (key, None) in self.rows]
        changed: dict[str, list[Row]] = {}
        for action, cells in zip(listed, rows(listed, "actions", say), strict=True):
            row = self.rows[action.id, None]
            for column, cell in zip(ACTIONS, cells, strict=True):
                if column.kind == "fixed" and not _alike(row.values.get(column.name, cell), cell):
                    changed.setdefault(column.name, []).append(row)
        for name, where in changed.items():
            letter, heading = where[0].places[name]
            lines = ", ".join(str(row.number) for row in where)
            yield Word("plan.shown_only", sheet=where[0].sheet, column=letter, heading=heading, rows=lines)


def _alike(theirs: str | None, cell: Any) -> bool:
    try:
        return theirs == cell or bool(Decimal(theirs or "NaN") == cell)
    except InvalidOperation:
        return " ".join((theirs or "").split()) == " ".join(str(cell or "").split())


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


def lines(merged: Merged, say: Phrases) -> Iterator[str]:
    """What a workbook changes, for people: each new action, field and monitoring entry."""
    for new in merged.added:
        yield say("plan.new_action", id=new.id, row=new.row.number, what=new.fields["problem"].split("\n")[0])
        hidden = ("problem", "origin")
        for name, value in new.fields.items():
            if name not in hidden:
                yield say("plan.new_field", action=new.id, field=say(f"action.{name}"), value=quoted(name, value, say))
    for edit in merged.edits:
        yield _line(edit, "plan.edit", say)
    for each in merged.results:
        values = [
            say("plan.new_value", number=number, value=_plain(value, say)) for number, value in each.values.items()
        ]
        words = [say("plan.quoted", text=each.stated[name]) for name in ("note", "remark") if name in each.stated]
        what = "; ".join((*values, *words))
        yield say("plan.new_result", action=each.action, row=each.row.number, date=each.stated["date"], what=what)


def notes(merged: Merged, say: Phrases) -> Iterator[str]:
    """What a workbook lacks, or holds and is not read for, for people."""
    for each in merged.unread:
        yield say(each.key, **each.values)
    absent = [
        key + (say("plan.edit_indicator", number=number) if number else "") + (f" ({day})" if day else "")
        for key, number, day in merged.absent
    ]
    if absent:
        yield say("plan.absent", what="; ".join(absent))


def clash(edit: Edit, say: Phrases, most: int = MOST_CHARACTERS) -> str:
    """A field that both sides changed, or that differs where nobody knows who did, for people; values cut to *most* characters."""
    return _line(edit, "plan.differs" if edit.base == edit.ours else "plan.clash", say, most)


def _line(edit: Edit, key: str, say: Phrases, most: int = MOST_CHARACTERS) -> str:
    number = say("plan.edit_indicator", number=edit.number) if edit.number else ""
    sides = {"base": edit.base, "before": edit.ours, "after": edit.theirs}
    shown = {name: quoted(edit.field, value, say, most) for name, value in sides.items()}
    return say(key, action=edit.action, number=number, field=say(f"action.{edit.field}"), **shown)


def quoted(name: str, value: Any, say: Phrases, most: int = MOST_CHARACTERS) -> str:
    """The value of a field, for people, on one line."""
    if value in (None, "", []):
        return say("plan.blank")
    if name in WORDS:
        return str(word(name, value if isinstance(value, bool) else str(value), say))
    text = "; ".join(value) if isinstance(value, list) else _plain(value, say)
    return say("plan.quoted", text=shorten(text, most, placeholder="…"))


def _plain(value: Any, say: Phrases) -> str:
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text.replace(".", ",") if isinstance(value, Decimal) and say.language == "fr" else text
