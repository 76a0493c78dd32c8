"""Geometry of the charts: numbers in, points out; the drawing is done by a template."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessment.rendering.templates import filled
from assessment.risks import Zone, zone
from kb.base.interface import Phrases

SIZE = 560
_CENTRE = SIZE / 2
_RADIUS = 188
_CELL = (104, 78)  # width and height
_LEFT, _TOP, _FOOT = 96, 64, 104  # room for the labels
_STEPS = range(1, 6)
_MOST_LINES, _LINE = 3, 11  # of ids in one cell, and characters of one line


@dataclass(frozen=True)
class Axis:
    """One axis of a radar: its end, its label in short lines, and how the label is anchored."""

    number: int
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Dot:
    """The score on one axis."""

    x: float
    y: float
    title: str


@dataclass(frozen=True)
class Radar:
    """A radar chart of scores 0 to 100 with the band of their intervals. Paths are in SVG's own notation."""

    size: int
    centre: float
    rings: tuple[tuple[int, float], ...]
    axes: tuple[Axis, ...]
    band: str
    line: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Value:
    """One value to draw: its label, what a reader is told of it, and its score and interval, each 0 to 100 or None."""

    number: int
    label: str
    told: str
    score: float | None
    low: float | None
    high: float | None


def radar(values: Sequence[Value]) -> Radar:
    """Lay out a radar; an axis without a score has no dot, and the line passes it by."""
    turned = [(2 * math.pi * index / len(values) - math.pi / 2, value) for index, value in enumerate(values)]
    dots = tuple(Dot(*_at(angle, value.score), value.told) for angle, value in turned if value.score is not None)
    highs = [_at(angle, value.high) for angle, value in turned if value.high is not None]
    lows = [_at(angle, value.low) for angle, value in turned if value.low is not None]
    return Radar(
        size=SIZE,
        centre=_CENTRE,
        rings=tuple((level, round(_RADIUS * level / 100, 2)) for level in (25, 50, 75, 100)),
        axes=tuple(_axis(angle, value) for angle, value in turned),
        band=f"{_path(highs)} {_path(lows[::-1])}".strip(),
        line=_path([(dot.x, dot.y) for dot in dots]),
        dots=dots,
    )


def _at(angle: float, value: float) -> tuple[float, float]:
    reach = _RADIUS * value / 100
    return round(_CENTRE + reach * math.cos(angle), 2), round(_CENTRE + reach * math.sin(angle), 2)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x} {y}" for x, y in points) + " Z" if points else ""


def _axis(angle: float, value: Value) -> Axis:
    x, y = _at(angle, 100)
    label_x, label_y = _at(angle, 111)
    across = math.cos(angle)
    anchor = "middle" if abs(across) < 0.2 else ("start" if across > 0 else "end")
    lines = _lines(f"{value.number} {value.label}", 16)
    shift = (
        -(len(lines) - 1) if math.sin(angle) < -0.9 else (1 if math.sin(angle) > 0.9 else -(len(lines) - 1) / 2)
    ) * 18
    return Axis(value.number, x, y, label_x, round(label_y + shift + 5, 2), anchor, lines)


def _lines(label: str, width: int) -> tuple[str, ...]:
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


@dataclass(frozen=True)
class Cell:
    """One place of a heat map: its corner, its zone, the ids of all risks there, and those lines of them that have room."""

    x: float
    y: float
    likelihood: int
    impact: int
    zone: Zone
    ids: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Heat:
    """A heat map of five by five cells, the worst at the top right; *columns* and *rows*: the middle of each by its step."""

    width: int
    height: int
    cell: tuple[int, int]
    left: int
    top: int
    cells: tuple[Cell, ...]
    columns: tuple[tuple[int, float], ...]
    rows: tuple[tuple[int, float], ...]


def heat(places: Mapping[tuple[int, int], Sequence[str]]) -> Heat:
    """Lay out the ids of risks by their place (likelihood upwards, impact to the right, each 1 to 5)."""
    wide, high = _CELL
    rows = {likelihood: _TOP + (5 - likelihood) * high for likelihood in _STEPS}
    columns = {impact: _LEFT + (impact - 1) * wide for impact in _STEPS}
    return Heat(
        width=_LEFT + 5 * wide + 16,
        height=_TOP + 5 * high + _FOOT,
        cell=_CELL,
        left=_LEFT,
        top=_TOP,
        cells=tuple(
            _cell(columns[impact], rows[likelihood], (likelihood, impact), tuple(places.get((likelihood, impact), ())))
            for likelihood in reversed(_STEPS)
            for impact in _STEPS
        ),
        columns=tuple((impact, x + wide / 2) for impact, x in columns.items()),
        rows=tuple((likelihood, y + high / 2) for likelihood, y in rows.items()),
    )


def _cell(x: float, y: float, place: tuple[int, int], ids: tuple[str, ...]) -> Cell:
    lines = _lines(" ".join(ids), _LINE)
    if len(lines) > _MOST_LINES:
        shown = lines[: _MOST_LINES - 1]
        lines = (*shown, f"+{len(ids) - len(' '.join(shown).split())}")
    return Cell(x, y, *place, zone(place), ids, lines)


def as_svg(chart: Heat, title: str, told: str, say: Phrases) -> str:
    """A heat map as a picture of its own, with its *title* and what is *told* to those who do not see it."""
    heads = _lines(title, 60)[:2]
    return filled("heat-map.svg.j2", chart=chart, title=title, heads=heads, told=told, say=say, zones=tuple(Zone))
