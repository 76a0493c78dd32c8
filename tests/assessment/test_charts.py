"""Charts: where the points of a radar lie."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.charts import Value, radar

law = settings(max_examples=100, deadline=None, derandomize=True)
HALF_A_STEP = 0.01  # points are rounded to two decimals


def values(scores, low=None, high=None):
    return [
        Value(number, f"Factor {number}", f"{number} Factor {number}: {score}", score, low, high)
        for number, score in enumerate(scores, 1)
    ]


def points(path):
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def reach(chart, point):
    """How far from the centre a point lies, 0 to 100."""
    return math.dist(point, (chart.centre, chart.centre)) / dict(chart.rings)[100] * 100


score = st.one_of(st.none(), st.floats(0, 100))


@law
@given(st.lists(score, min_size=1, max_size=12))
def test_a_dot_lies_as_far_out_as_its_score_and_the_line_passes_through_the_dots(scores):
    chart = radar(values(scores))
    known = [value for value in scores if value is not None]
    assert points(chart.line) == [(dot.x, dot.y) for dot in chart.dots]
    for dot, value in zip(chart.dots, known, strict=True):
        assert math.isclose(reach(chart, (dot.x, dot.y)), value, abs_tol=HALF_A_STEP)


@law
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=12))
def test_the_band_lies_between_the_intervals_ends_and_inside_the_rim(pairs):
    chart = radar([Value(n, "x", "x", None, min(pair), max(pair)) for n, pair in enumerate(pairs, 1)])
    found = [reach(chart, point) for point in points(chart.band)]
    expected = [max(pair) for pair in pairs] + [min(pair) for pair in reversed(pairs)]
    assert found == pytest.approx(expected, abs=HALF_A_STEP)
    assert max(found) <= 100 + HALF_A_STEP


def test_nought_is_the_centre_a_hundred_the_rim_and_the_first_axis_points_up():
    chart = radar(values([100, 0, 100, 0]))
    rim = dict(chart.rings)[100]
    assert [(dot.x, dot.y) for dot in chart.dots] == [
        (chart.centre, chart.centre - rim),
        (chart.centre, chart.centre),
        (chart.centre, chart.centre + rim),
        (chart.centre, chart.centre),
    ]


def test_a_missing_score_has_an_axis_but_no_dot():
    chart = radar(values([50, None, 0]))
    assert [axis.number for axis in chart.axes] == [1, 2, 3]
    assert [dot.title for dot in chart.dots] == ["1 Factor 1: 50", "3 Factor 3: 0"]
    assert len(points(chart.line)) == 2


def test_without_any_score_nothing_is_drawn_but_the_axes():
    chart = radar(values([None] * 10))
    assert (chart.line, chart.band, chart.dots) == ("", "", ())
    assert len(chart.axes) == 10


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_labels_keep_every_word_and_stay_on_the_picture(knowledge, language):
    factors = knowledge.declaration.factors
    chart = radar([Value(f.number, f.name.of(language), "", 50, 0, 100) for f in factors])
    for axis, factor in zip(chart.axes, factors, strict=True):
        assert " ".join(axis.lines).split() == f"{factor.number} {factor.name.of(language)}".split()
        assert axis.label_y >= 14
        assert axis.label_y + 18 * (len(axis.lines) - 1) <= chart.size
