"""The plan in rows: the columns that Excel and CSV show, and how each value is written and read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from assessment.actions import Action, Direction, Horizon, Indicator, IndicatorKind, Status, achievement
from kb.base.interface import Phrases

Cell = str | Decimal | int | None
Kind = Literal["text", "lines", "day", "number", "whole", "word", "key", "fixed"]

WORDS: dict[str, tuple[str, ...]] = {
    "horizon": tuple(Horizon),
    "status": tuple(Status),
    "public": ("yes", "no"),
    "direction": tuple(Direction),
    "kind": tuple(IndicatorKind),
}


@dataclass(frozen=True)
class Column:
    """One column: the field it holds, of what kind, and its width in characters.

    A `key` says what a row is about. A `fixed` one is shown, and read of a new row only.
    """

    name: str
    kind: Kind
    width: int = 16


ACTIONS = (
    Column("id", "key", 7),
    Column("origin", "fixed", 22),
    Column("elements", "lines", 10),
    Column("problem", "text", 40),
    Column("result", "text", 40),
    Column("measure", "text", 40),
    Column("owner", "text", 20),
    Column("co_owners", "lines", 20),
    Column("start", "day", 12),
    Column("due", "day", 12),
    Column("horizon", "word", 12),
    Column("status", "word", 14),
    Column("ended", "day", 12),
    Column("achievement", "fixed", 12),
    Column("effort", "whole", 8),
    Column("resources", "text", 30),
    Column("risks", "text", 30),
    Column("authority", "text", 20),
    Column("practices", "fixed", 30),
    Column("public", "word", 10),
)
INDICATORS = (
    Column("id", "key", 7),
    Column("number", "key", 9),
    Column("indicator", "text", 44),
    Column("baseline", "number", 11),
    Column("target", "number", 11),
    Column("unit", "text", 16),
    Column("source", "text", 30),
    Column("weight", "number", 10),
    Column("retired", "text", 30),
    Column("direction", "word", 14),
    Column("tolerance", "number", 11),
    Column("kind", "word", 14),
)
RESULTS = (
    Column("id", "key", 7),
    Column("date", "day", 12),
    Column("number", "key", 9),
    Column("value", "number", 11),
    Column("note", "text", 44),
    Column("remark", "text", 30),
    Column("by", "text", 20),
)
SHEETS: dict[str, tuple[Column, ...]] = {"actions": ACTIONS, "indicators": INDICATORS, "results": RESULTS}
NEEDED = {
    "actions": ("id", "problem", "status"),
    "indicators": ("id", "number", "indicator"),
    "results": ("id", "date", "value"),
}


def origin(action: Action, say: Phrases) -> str:
    """What an action comes from, in words."""
    source = action.origin
    if source.gaps:
        return say("plan.from_gap", questions=", ".join(source.gaps))
    return say("plan.from_risk", risk=source.risk) if source.risk else say("plan.from_decision", text=source.decision)


def word(name: str, value: str | bool | None, say: Phrases) -> str | None:
    """A word of a column as the language has it."""
    if value is None:
        return None
    return say(f"plan.{'yes' if value else 'no'}") if isinstance(value, bool) else say(f"{_PREFIX[name]}.{value}")


_PREFIX = {
    **{"horizon": "horizon", "status": "action_status", "public": "plan"},
    **{"direction": "direction", "kind": "indicator_kind"},
}


def fields(action: Action) -> dict[str, Any]:
    """What the columns of an action hold, by name, as its record says it; None for what is blank."""
    return {
        "elements": list(action.elements) or None,
        **{name: getattr(action, name) or None for name in ("problem", "result", "measure", "resources", "risks")},
        **{name: getattr(action, name) for name in ("owner", "start", "due", "ended", "effort", "authority", "public")},
        "co_owners": list(action.co_owners) or None,
        "horizon": action.horizon.value if action.horizon else None,
        "status": action.status.value,
    }


def indicator_fields(indicator: Indicator) -> dict[str, Any]:
    """The same of an indicator."""
    named = ((column.name, "text" if column.name == "indicator" else column.name) for column in INDICATORS[2:])
    return {name: getattr(indicator, field) for name, field in named}


def rows(actions: Sequence[Action], sheet: str, say: Phrases) -> list[list[Cell]]:
    """The rows of one sheet, without its headings."""
    made: Callable[[Action], list[list[Cell]]] = {
        "actions": lambda action: [_of_action(action, say)],
        "indicators": lambda action: [
            _cells(INDICATORS, {"id": action.id, "number": number, **indicator_fields(each)}, say)
            for number, each in enumerate(action.indicators, 1)
        ],
        "results": _of_results,
    }[sheet]
    return [row for action in actions for row in made(action)]


def _of_action(action: Action, say: Phrases) -> list[Cell]:
    reached = achievement(action)
    told = fields(action) | {
        "id": action.id,
        "origin": origin(action, say),
        "achievement": None if reached is None else Decimal(str(round(float(reached), 2) + 0.0)),
        "practices": "\n".join(f"{each.id}: {each.citation}" for each in action.practices) or None,
    }
    return _cells(ACTIONS, told, say)


def _cells(columns: Sequence[Column], told: dict[str, Any], say: Phrases) -> list[Cell]:
    cells: list[Cell] = []
    for column in columns:
        value = told[column.name]
        if column.kind == "word":
            value = word(column.name, value, say)
        elif column.kind == "lines" and value is not None:
            value = "\n".join(value)
        cells.append(value)
    return cells


def _of_results(action: Action) -> list[list[Cell]]:
    found: list[list[Cell]] = []
    for result in action.results:
        values: list[tuple[int | None, Decimal | None]] = [
            (int(number), value) for number, value in result.values.items()
        ]
        for number, value in values or [(None, None)]:
            found.append([action.id, result.date, number, value, result.note or None, result.remark or None, result.by])
    return found
