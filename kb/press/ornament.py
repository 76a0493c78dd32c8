"""The abstract ornament of the series: ten rings for the ten key factors, 53 segments for the 53 elements."""

from math import cos, radians, sin

from kb.press.palette import LIGHT, PETROL, SHADES

__all__ = ["ELEMENTS", "PETROL", "svg"]

ELEMENTS = (6, 6, 6, 5, 4, 6, 5, 6, 4, 5)  # of each key factor of the Declaration
_SIDE, _INNER, _STEP, _BAND, _GAP = 1000, 150, 84, 60, 1.1  # the gap in degrees at the outermost ring


def svg(ground: str = "") -> str:
    """The ornament as an SVG drawing without words: a fan that opens from the lower right corner, on *ground* if given."""
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}">']
    if ground:
        parts.append(f'<rect width="{_SIDE}" height="{_SIDE}" fill="{ground}"/>')
    outermost = _INNER + _STEP * (len(ELEMENTS) - 1)
    for ring, many in enumerate(ELEMENTS):
        radius = _INNER + _STEP * ring
        gap = _GAP * outermost / radius
        for at in range(many):
            start = 180 + 90 * at / many + gap / 2
            stop = 180 + 90 * (at + 1) / many - gap / 2
            warm = (ring * 3 + at * 2) % 11 == 4
            colour = LIGHT if warm else SHADES[(ring + at * 2) % len(SHADES)]
            parts.append(
                f'<path d="{_arc(radius, start, stop)}" fill="none" stroke="{colour}" stroke-width="{_BAND}"/>'
            )
    return "".join([*parts, "</svg>"])


def _arc(radius: float, start: float, stop: float) -> str:
    (x1, y1), (x2, y2) = (_point(radius, angle) for angle in (start, stop))
    return f"M{x1} {y1}A{radius} {radius} 0 0 1 {x2} {y2}"


def _point(radius: float, angle: float) -> tuple[float, float]:
    x, y = _SIDE + radius * cos(radians(angle)), _SIDE + radius * sin(radians(angle))
    return round(x, 1), round(y, 1)
