"""Geometry of the charts: numbers in, points out; the drawing is done by a template."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIZE = 560
_CENTRE = SIZE / 2
_RADIUS = 188


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
    angles = [2 * math.pi * index / len(values) - math.pi / 2 for index in range(len(values))]
    scored = [(angle, value) for angle, value in zip(angles, values, strict=True) if value.score is not None]
    spanned = [
        (angle, value)
        for angle, value in zip(angles, values, strict=True)
        if value.low is not None and value.high is not None
    ]
    return Radar(
        size=SIZE,
        centre=_CENTRE,
        rings=tuple((level, round(_RADIUS * level / 100, 2)) for level in (25, 50, 75, 100)),
        axes=tuple(_axis(angle, value) for angle, value in zip(angles, values, strict=True)),
        band=" ".join(
            [
                _path([_at(angle, value.high or 0) for angle, value in spanned]),
                _path([_at(angle, value.low or 0) for angle, value in reversed(spanned)]),
            ]
        ).strip(),
        line=_path([_at(angle, value.score or 0) for angle, value in scored]),
        dots=tuple(Dot(*_at(angle, value.score or 0), value.told) for angle, value in scored),
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
