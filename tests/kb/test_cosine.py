"""Texts compared: the bounds, and what counts more."""

import math

from hypothesis import given
from hypothesis import strategies as st

from kb.search.cosine import cosine, rarity, shared, unit, weighed

COUNTS = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 20), max_size=8)


@given(COUNTS, COUNTS)
def test_likeness_is_between_none_and_all_and_the_same_from_both_sides(one, other):
    rare = rarity([one, other, ["else"]])
    value = cosine(weighed(one, rare), weighed(other, rare))
    assert -1e-9 <= value <= 1 + 1e-9
    assert math.isclose(value, cosine(weighed(other, rare), weighed(one, rare)), abs_tol=1e-9)


@given(COUNTS.filter(bool))
def test_a_text_is_most_like_itself(counts):
    row = unit(counts)
    assert math.isclose(cosine(row, row), 1)


def test_a_word_that_few_texts_use_tells_more():
    rare = rarity([["customs", "scanner"], ["customs", "hotline"], ["customs", "customs"]])
    assert rare["scanner"] == rare["hotline"] > rare["customs"] > 0


def test_words_in_common_come_with_the_most_telling_first():
    rare = {"customs": 0.1, "scanner": 2.0}
    row = weighed({"customs": 3, "scanner": 1, "alone": 1}, rare, unknown=5)
    assert shared(row, weighed({"customs": 1, "scanner": 1}, rare)) == ["scanner", "customs"]
