"""Use cases of the plan, pure: what a request about its actions comes to, as new entries or as a Refusal."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from assessment.actions import Action, Priority, Status, priorities
from assessment.events import Event, MonitoringEntered
from assessment.journal import Assessment
from assessment.plan import drafts
from assessment.plan.drafts import Fields, settled
from assessment.plan.merging import Merged
from assessment.plan.workbook import Row, together
from assessment.rounds.people import free
from kb.base.errors import ArushaError
from kb.base.interface import Phrases, Refusal
from kb.library.content import expect
from kb.library.knowledge import Knowledge

_INDICATOR = re.compile(r"^\s*([0-9]{1,2})\s*:\s*(.*)$", re.S)
_OF_INDICATOR = ("baseline", "target", "unit", "source", "weight", "direction", "tolerance", "kind")


class Desk:
    """What a request about the plan of an assessment is judged with: what is known, and the language of what is drafted."""

    def __init__(self, knowledge: Knowledge, say: Phrases) -> None:
        self.knowledge, self.say = knowledge, say


def expect_open(assessment: Assessment) -> None:
    """Raise Refusal for a sealed round, whose plan goes on in a file of its own."""
    if assessment.fingerprint and not assessment.carried:
        raise Refusal("plan.sealed")


def action(assessment: Assessment, key: str) -> Action:
    """The action of an id. Raises Refusal."""
    if key not in assessment.actions:
        raise Refusal("plan.no_action", id=key[:40])
    return assessment.actions[key]


def expect_round(plan: Assessment, sealed: Assessment) -> None:
    """Raise Refusal unless a plan goes on from a *sealed* round."""
    if plan.carried and sealed.fingerprint != plan.carried.fingerprint:
        raise Refusal("plan.other_round", fingerprint=plan.carried.fingerprint)


def ranked(assessment: Assessment, ratings: Sequence[str] = ()) -> list[Priority]:
    """The gaps by priority; *ratings*: of some the effort, 1 to 5, as “8.d.1=2”. Raises Refusal."""
    a, efforts = assessment, {}
    for rating in ratings:
        question, _, effort = rating.partition("=")
        if question not in a.by_id or effort not in tuple("12345"):
            raise Refusal("plan.no_effort", text=rating[:60])
        efforts[question] = int(effort)
    return priorities(a.asked, a.levels, a.risks.values(), a.actions.values(), efforts)


def tied(assessment: Assessment, key: str) -> list[str]:
    """The questions without an action under way whose gap shares the place of the gap that an action comes from."""
    order = ranked(assessment)
    places = {each.rank for each in order if key in each.actions}
    return [each.question for each in order if each.rank in places and not each.actions]


def add(assessment: Assessment, desk: Desk, drafted: Iterable[Fields], stated: Fields) -> list[Event]:
    """The entries for new actions, as drafted, with what is *stated* of them. Raises ArushaError."""
    expect_open(assessment)
    taken, entries = set(assessment.actions), list[Event]()
    for fields in drafted:
        key = free("a", taken)
        entry = _entry(assessment, desk, with_stated(desk, {"id": key, **fields}, stated))
        entries.append(entry)
        taken.add(key)
    return entries


def from_gaps(
    assessment: Assessment, desk: Desk, questions: Sequence[str], top: int | None, stated: Fields
) -> list[Event]:
    """The entries for an action for each gap named, and for the *top* gaps of greatest priority that have none. Raises ArushaError."""
    if not questions and not top:
        raise Refusal("plan.no_gap_named")
    others = [each.question for each in ranked(assessment) if not each.actions and each.question not in questions]
    chosen = [*questions, *others[: top or 0]]
    return add(assessment, desk, [drafts.from_gap(assessment, key, desk.say) for key in chosen], stated)


def from_risk(assessment: Assessment, desk: Desk, key: str, stated: Fields) -> list[Event]:
    """The entries for an action against an open risk. Raises ArushaError."""
    risk = assessment.risks.get(key)
    if risk is None or risk.closed:
        raise Refusal("plan.no_open_risk", id=key)
    return add(assessment, desk, [drafts.from_risk(risk, desk.say)], stated)


def edit(
    assessment: Assessment,
    desk: Desk,
    key: str,
    stated: Fields,
    retired: Sequence[tuple[str, str]],
    day: str,
    *,
    confirmed: bool = False,
) -> list[Event]:
    """The entry for an action with what is *stated* anew; *retired*: numbers of indicators, with reasons. Raises ArushaError.

    *confirmed*: a person has read what the program drafted, and it stands.
    """
    expect_open(assessment)
    fields = with_stated(desk, action(assessment, key).as_body(), stated)
    if confirmed:
        fields.pop("drafted", None)
    indicators = fields.get("indicators", [])
    for number, reason in retired:
        if not (number.strip().isdigit() and 0 < int(number) <= len(indicators) and reason.strip()):
            raise Refusal("plan.not_retired", text=f"{number}={reason}"[:60], id=key)
        indicators[int(number) - 1]["retired"] = reason
    return [_entry(assessment, desk, settled(fields, day))]


def record(
    assessment: Assessment,
    desk: Desk,
    key: str,
    values: Sequence[str],
    status: Status | None,
    stated: Fields,
    today: str,
) -> list[Event]:
    """The entries for what monitoring came to: *values* of indicators, a status, and what is *stated*: `date`, and words.

    Raises ArushaError.
    """
    expect_open(assessment)
    if stated["date"] > today:
        raise Refusal("plan.day_ahead", day=stated["date"])
    if not values and not status and len(stated) == 1:
        raise Refusal("plan.nothing_recorded")
    now = action(assessment, key)
    measured = _values(values, [number for number, _ in now.at_work], key)
    monitored = expect(MonitoringEntered, {"action": key, **stated, "values": measured})
    entries: list[Event] = [monitored]
    after = status or (Status.IN_PROGRESS if now.status is Status.NOT_STARTED else now.status)
    if after is not now.status:
        body = {name: value for name, value in now.as_body().items() if name != "ended"}
        entries.append(_entry(assessment, desk, settled(body | {"status": after.value}, monitored.date)))
    return entries


def take(assessment: Assessment, desk: Desk, seen: Mapping[str, Action], merged: Merged, day: str) -> list[Event]:
    """The entries for what a workbook changes, if the actions are still as they were *seen* when it was merged. Raises ArushaError.

    Every fault names the cell, or the row, that it comes from.
    """
    expect_open(assessment)
    for key in {*seen, *assessment.actions}:
        if assessment.actions.get(key) != seen.get(key):
            raise Refusal("plan.changed_since", id=key)
    now, entries, faults = assessment, list[Event](), list[ArushaError]()
    for key, row, step in _steps(desk, merged, day):
        try:
            made = step(now)
        except ArushaError as fault:
            faults += merged.placed(key, row, fault)
            continue
        entries += made
        now = replace(now, actions={**now.actions, **{each.id: each for each in made if isinstance(each, Action)}})
    if faults:
        raise together(faults)
    return entries


def _steps(desk: Desk, merged: Merged, day: str) -> Iterator[tuple[str, Row, Callable[[Assessment], list[Event]]]]:
    """What is to be entered one after the other: for which action, of which row."""
    for key, row in {edit.action: edit.row for edit in reversed(merged.edits)}.items():
        yield key, merged.rows.get((key, None), row), partial(_merged, desk=desk, merged=merged, key=key, day=day)
    for each in merged.results:
        values = [f"{number}={value}" for number, value in each.values.items()]
        stated = dict(each.stated)
        named: Fields = {"key": each.action, "values": values, "status": None, "stated": stated, "today": day}
        yield each.action, each.row, partial(record, desk=desk, **named)


def _merged(assessment: Assessment, desk: Desk, merged: Merged, key: str, day: str) -> list[Event]:
    now = assessment.actions.get(key)
    fields = merged.stated(key, now.as_body() if now else {"id": key})
    over = fields.get("status") in (Status.DONE, Status.CANCELLED)
    if fields.get("ended") and not over and fields["ended"] != (now.ended if now else None):
        raise Refusal("workbook.not_over", id=key)
    return [_entry(assessment, desk, settled(fields, day))]


def _entry(assessment: Assessment, desk: Desk, fields: Fields) -> Action:
    return drafts.made(fields, assessment, desk.knowledge, fields["id"])


def with_stated(desk: Desk, fields: Fields, stated: Fields) -> Fields:
    """The fields with what is stated; a text stated empty takes a field's content out. Raises ArushaError."""
    fields = dict(fields)
    for name, value in stated.items():
        if name not in ("indicators", "practices"):
            _state(fields, name, value)
    if keys := stated.get("practices"):
        _consult(desk, fields, [key for key in keys if key])
    if texts := stated.get("indicators"):
        fields["indicators"] = [dict(each) for each in fields.get("indicators", ())]
        for text in texts:
            _indicator(fields["indicators"], text)
    return fields


def _state(fields: Fields, name: str, value: object) -> None:
    """Set a field to what is stated, if anything is; a blank takes its content out."""
    if value in ("", ("",)):
        fields.pop(name, None)
    elif value not in (None, ()):
        fields[name] = list(dict.fromkeys(value)) if isinstance(value, tuple) else value


def _consult(desk: Desk, fields: Fields, keys: list[str]) -> None:
    """Cite practices in an action; one without a measure takes that of the first. Raises ArushaError."""
    practices = fields["practices"] = drafts.consulted(keys, desk.knowledge, desk.say)
    if practices and not fields.get("measure"):
        fields["measure"] = fields["drafted"] = drafts.measure_of(practices[0]["id"], desk.knowledge, desk.say)


def _indicator(indicators: list[Fields], text: str) -> None:
    """Add the indicator that a text describes, or change the one whose number begins it, as in “2: target=50”. Raises Refusal."""
    numbered = _INDICATOR.match(text)
    if numbered and not 0 < int(numbered[1]) <= len(indicators):
        raise Refusal("plan.no_indicator", number=numbered[1], n=len(indicators))
    stated = _parts(numbered[2] if numbered else text)
    if not stated:
        raise Refusal("plan.empty_indicator", text=text[:60])
    if numbered:
        changed = indicators[int(numbered[1]) - 1] | stated
        indicators[int(numbered[1]) - 1] = {name: value for name, value in changed.items() if value}
    elif "text" not in stated:
        raise Refusal("plan.nothing_measured", text=text[:60])
    else:
        indicators.append({name: value for name, value in stated.items() if value})


def _parts(text: str) -> dict[str, str]:
    """The fields of “TEXT; baseline=12; target=40”; what follows a semicolon and names no field goes on with the one before."""
    parts: list[tuple[str, str]] = []
    for part in text.split(";"):
        name, sign, value = part.partition("=")
        if sign and name.strip() in _OF_INDICATOR:
            word = name.strip() in ("direction", "kind")
            parts.append((name.strip(), re.sub(r"[\s-]+", "_", value.strip().lower()) if word else value.strip()))
        elif parts:
            parts[-1] = (parts[-1][0], f"{parts[-1][1]};{part}")
        elif part.strip():
            parts.append(("text", part.strip()))
    return dict(parts)


def _values(stated: Sequence[str], numbers: Sequence[int], key: str) -> dict[str, str]:
    """Values by the number of their indicator, of texts NUMBER=VALUE, or VALUE where there is one indicator only. Raises Refusal."""
    values: dict[str, str] = {}
    for each in stated:
        number, sign, value = each.partition("=")
        if not sign:
            number, value = (str(numbers[0]) if len(numbers) == 1 else ""), each
        if not (number.strip().isdigit() and int(number) in numbers):
            raise Refusal("plan.no_such_value", text=each[:60], id=key, numbers=tuple(numbers) or ("–",))
        if str(int(number)) in values:
            raise Refusal("plan.value_twice", number=int(number), id=key)
        values[str(int(number))] = value.strip()
    return values
