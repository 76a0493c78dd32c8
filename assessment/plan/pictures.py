"""The plan in pictures: a timeline of the actions and a burn-up. Numbers in, geometry out; templates draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from unicodedata import east_asian_width

from assessment.actions import Action, Status, Timing, achievement, timing
from assessment.plan.telling import percent, title
from assessment.rendering.templates import filled
from assessment.rendering.texts import short
from kb.base.interface import Phrases, Refusal

_LEFT, _WIDE, _RIGHT, _HEAD, _ROW, _FOOT = 300, 640, 130, 84, 46, 60
_TALL = 300  # of the burn-up
_LABEL = 38  # letters of one line beside a bar
_MOST_TICKS = 8


@dataclass(frozen=True)
class Tick:
    """A day on the axis: where, and what is written there."""

    x: float
    label: str


@dataclass(frozen=True)
class Bar:
    """One action: its row, from where to where, how wide its achieved part, and what is written and told of it."""

    id: str
    y: float
    x: float
    width: float
    done: float
    timing: Timing
    status: Status
    lines: tuple[str, ...]
    note: str
    told: str


@dataclass(frozen=True)
class Timeline:
    """The actions with both days on one axis of time; *now*: where the day lies, if it does; *undated*: ids of the others."""

    width: int
    height: int
    top: int
    bottom: int
    left: int
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    now: float | None
    undated: tuple[str, ...]


@dataclass(frozen=True)
class Burnup:
    """How many actions were to be over, and how many are done, by each day, as paths of steps; *rows*: counts on the axis."""

    width: int
    height: int
    top: int
    bottom: int
    left: int
    right: int
    due: str
    done: str
    scope: float
    rows: tuple[tuple[int, float], ...]
    ticks: tuple[Tick, ...]
    now: float | None
    end_due: tuple[float, float]
    end_done: tuple[float, float]


@dataclass(frozen=True)
class _Axis:
    first: int
    last: int

    def at(self, day: str) -> float:
        """Where a day lies."""
        share = (date.fromisoformat(day).toordinal() - self.first) / max(1, self.last - self.first)
        return round(_LEFT + _WIDE * min(1.0, max(0.0, share)), 2)

    def now(self, day: str) -> float | None:
        """Where a day lies, if it is on the axis."""
        return self.at(day) if self.first <= date.fromisoformat(day).toordinal() <= self.last else None

    def ticks(self, say: Phrases) -> tuple[Tick, ...]:
        """First days of months, as many as there is room for."""
        start, end = date.fromordinal(self.first), date.fromordinal(self.last)
        months = (end.year - start.year) * 12 + end.month - start.month
        step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if months // step < _MOST_TICKS), 120)
        found = []
        for month in range(start.year * 12, end.year * 12 + 12, step):
            day = date(month // 12, month % 12 + 1, 1)
            if start <= day <= end:
                label = str(day.year) if step >= 12 else say.date(day.isoformat()[:7])
                found.append(Tick(self.at(day.isoformat()), label))
        return tuple(found)


def _axis(days: Sequence[str]) -> _Axis:
    ordinals = [date.fromisoformat(day).toordinal() for day in days]
    return _Axis(min(ordinals), max(ordinals))


def timeline(actions: Sequence[Action], day: str, say: Phrases) -> Timeline:
    """Lay out a timeline as of a day. Raises ArushaError where no action has both a start and a due day."""
    spans = sorted((a.start, a.due, int(a.id[1:]), a) for a in actions if a.start and a.due)
    if not spans:
        raise Refusal("chart.no_days")
    dated = [action for *_, action in spans]
    undated = tuple(action.id for action in actions if action not in dated)
    axis = _axis([day for start, due, *_ in spans for day in (start, due)])
    bottom = _HEAD + _ROW * len(dated)
    return Timeline(
        width=_LEFT + _WIDE + _RIGHT,
        height=bottom + _FOOT + (26 if undated else 0),
        top=_HEAD,
        bottom=bottom,
        left=_LEFT,
        bars=tuple(_bar(action, place, axis, day, say) for place, action in enumerate(dated)),
        ticks=axis.ticks(say),
        now=axis.now(day),
        undated=undated,
    )


def _bar(action: Action, place: int, axis: _Axis, day: str, say: Phrases) -> Bar:
    x, end = axis.at(action.start or day), axis.at(action.due or day)
    width = max(6.0, round(end - x, 2))
    reached = achievement(action, day)
    share = min(Fraction(1), max(Fraction(0), (reached or Fraction(0)) / 100))
    state = timing(action, day)
    status = say(f"action_status.{action.status}") if state is Timing.OVER else say(f"timing.{state}")
    name = title(action, say)
    told = say(
        "plan.bar_told",
        id=action.id,
        name=name,
        start=say.date(action.start or day),
        due=say.date(action.due or day),
        achievement=percent(reached, say),
        state=status,
    )
    return Bar(
        id=action.id,
        y=_HEAD + _ROW * place,
        x=x,
        width=width,
        done=round(width * float(share), 2),
        timing=state,
        status=action.status,
        lines=_lines(f"{action.id} {name}"),
        note=f"{percent(reached, say)} {status}" if reached is not None else status,
        told=told,
    )


def _lines(text: str) -> tuple[str, ...]:
    """A text in two lines at most, cut where it is longer; a word longer than a line is cut too."""
    lines: list[str] = [""]
    for word in text.split():
        if lines[-1] and _width(f"{lines[-1]} {word}") > _LABEL:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    shown = [_cut(line) for line in lines[:2]]
    if len(lines) > 2 and not shown[-1].endswith("…"):
        shown[-1] = f"{shown[-1]}…" if _width(shown[-1]) < _LABEL else _cut(f"{shown[-1]} ")
    return tuple(shown)


def _width(text: str) -> int:
    """How many letters wide a text is; those of East Asia count twice."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _cut(line: str) -> str:
    """The line, or as much of it as there is room for."""
    if _width(line) <= _LABEL:
        return line
    while _width(line) >= _LABEL:
        line = line[:-1]
    return f"{line.rstrip()}…"


def burnup(actions: Sequence[Action], day: str, say: Phrases) -> Burnup:
    """Lay out a burn-up as of a day over all actions that are not cancelled. Raises ArushaError where none has a due day."""
    counted = [action for action in actions if action.status is not Status.CANCELLED]
    due = sorted(action.due for action in counted if action.due)
    if not due:
        raise Refusal("chart.none_due")
    done = _ended(counted, day)
    axis = _axis([*(action.start for action in counted if action.start), *due, *done])
    until = date.fromordinal(axis.last).isoformat()
    bottom = _HEAD + _TALL
    total = len(counted)

    def up(count: int) -> float:
        return round(bottom - _TALL * count / total, 2)

    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 500, 1000, 100_000) if total // step <= 8)
    return Burnup(
        width=_LEFT + _WIDE + _RIGHT,
        height=bottom + _FOOT + 40,
        top=_HEAD,
        bottom=bottom,
        left=_LEFT,
        right=_LEFT + _WIDE,
        due=_steps(due, axis, up, until),
        done=_steps(done, axis, up, min(day, until)),
        scope=up(total),
        rows=tuple((count, up(count)) for count in range(0, total + 1, step)),
        ticks=axis.ticks(say),
        now=axis.now(day),
        end_due=(axis.at(until), up(len(due))),
        end_done=(axis.at(min(day, until)), up(len(done))),
    )


def _ended(actions: Sequence[Action], day: str) -> list[str]:
    """The days up to *day* on which actions were done."""
    return sorted(a.ended for a in actions if a.status is Status.DONE and a.ended and a.ended <= day)


def _steps(days: Sequence[str], axis: _Axis, up: Any, until: str) -> str:
    path = [f"M{axis.at(date.fromordinal(axis.first).isoformat())} {up(0)}"]
    for count, each in enumerate(days, 1):
        path.append(f"H{axis.at(each)} V{up(count)}")
    return " ".join([*path, f"H{axis.at(until)}"])


def timeline_svg(actions: Sequence[Action], name: str, day: str, say: Phrases) -> str:
    """The timeline as a picture of its own."""
    chart = timeline(actions, day, say)
    told = " ".join(f"{bar.told}." for bar in chart.bars)
    return _drawn("timeline.svg.j2", chart, say("plan.timeline_title", name=name), told, day, say)


def burnup_svg(actions: Sequence[Action], name: str, day: str, say: Phrases) -> str:
    """The burn-up as a picture of its own."""
    chart = burnup(actions, day, say)
    counted = [action for action in actions if action.status is not Status.CANCELLED]
    due = sum(bool(action.due and action.due <= day) for action in counted)
    done = len(_ended(counted, day))
    told = say("plan.burnup_told", date=say.date(day), total=len(counted), due=due, done=done)
    return _drawn("burnup.svg.j2", chart, say("plan.burnup_title", name=name), told, day, say)


def _drawn(template: str, chart: Timeline | Burnup, name: str, told: str, day: str, say: Phrases) -> str:
    return filled(template, chart=chart, title=name, head=short(name, 90), told=told, day=day, say=say)
