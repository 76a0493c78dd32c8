"""The action plan: laws of achievement, time and priority, and what an action must have."""

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assessment.actions import (
    SLACK,
    Action,
    Check,
    Consulted,
    Degree,
    Direction,
    Horizon,
    Indicator,
    IndicatorKind,
    Monitored,
    Source,
    Status,
    Timing,
    achievement,
    elapsed,
    lacking,
    priorities,
    reached,
    share,
    timing,
    unmet,
)
from assessment.audience import Audience, UpTo
from assessment.plan import calendars, document, merging, pictures, telling, tracker, workbook
from assessment.plan.drafts import made, settled
from assessment.risks import Risk, Vulnerability, Zone
from kb.base.errors import ArushaError, FaultsError
from kb.base.interface import in_words, phrases
from kb.library.content import expect

law = settings(max_examples=60, deadline=None, derandomize=True)
ENGLISH, FRENCH = phrases("en"), phrases("fr")

number = st.decimals(-(10**6), 10**6, places=2)
maybe_number = st.none() | number
weight = st.decimals(Decimal("0.1"), 100, places=1)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat)
text = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=60
)
filled = text.filter(lambda value: value.strip() and "x005F" not in value)


def action(**fields):
    base = {"id": "a1", "origin": Source(decision="A decision"), "problem": "A problem"}
    return Action(**base | fields)


def indicator(baseline=0, target=10, **fields):
    return Indicator(text="Cases", baseline=Decimal(baseline), target=Decimal(target), **fields)


def found(day="2026-06-01", **values):
    return Monitored(date=day, values={key[1:]: Decimal(str(value)) for key, value in values.items()})


@st.composite
def measured(draw):
    """An action with one to five indicators, some retired, and a value for some of them."""
    count = draw(st.integers(1, 5))
    weighed = draw(st.booleans())
    indicators = tuple(
        Indicator(
            text="Cases",
            baseline=draw(st.none() | number),
            target=draw(st.none() | number),
            weight=draw(weight) if weighed else None,
            retired=draw(st.none() | st.just("No longer counted")),
        )
        for _ in range(count)
    )
    values = {str(place): draw(number) for place in range(1, count + 1) if draw(st.booleans())}
    return action(indicators=indicators, results=(Monitored(date="2026-01-01", values=values),))


@law
@given(measured())
def test_achievement_is_an_exact_share_of_100_and_the_weights_of_what_counts_make_one(made):
    whole = achievement(made)
    if not made.at_work:
        assert whole is None
        return
    assert isinstance(whole, Fraction)
    assert -100 <= whole <= 100
    assert sum(each.weight for each in reached(made)) == 1


@law
@given(number, number, number, st.decimals(0, 1, places=3), st.lists(st.tuples(number, number, number), max_size=3))
def test_achievement_never_falls_when_a_value_comes_nearer_to_its_target(baseline, target, value, step, others):
    indicators = [indicator(baseline, target), *(indicator(*pair) for pair in (other[:2] for other in others))]
    values = {str(place): other[2] for place, other in enumerate(others, 2)}

    def with_value(told):
        return action(
            indicators=tuple(indicators), results=(Monitored(date="2026-01-01", values=values | {"1": told}),)
        )

    nearer = value + (target - value) * step
    assert achievement(with_value(nearer)) >= achievement(with_value(value))


@law
@given(measured())
def test_a_retired_indicator_changes_nothing_whatever_its_value(made):
    gone = [str(place) for place, each in enumerate(made.indicators, 1) if each.retired]
    values = {key: value for key, value in made.results[0].values.items() if key not in gone}
    without = made.model_copy(update={"results": (made.results[0].model_copy(update={"values": values}),)})
    assert achievement(without) == achievement(made)


@law
@given(measured(), weight)
def test_equal_weights_are_no_weights(made, each):
    assume(all(i.weight is None for i in made.indicators))
    weighed = tuple(i.model_copy(update={"weight": each}) for i in made.indicators)
    assert achievement(made.model_copy(update={"indicators": weighed})) == achievement(made)


@pytest.mark.parametrize(
    ("baseline", "target", "value", "expected", "degree"),
    [
        (0, 10, None, None, Degree.UNMEASURED),
        (0, 10, 0, 0, Degree.NOT),
        (0, 10, -5, Fraction(-1, 2), Degree.WORSE),
        (0, 10, -50, -1, Degree.WORSE),
        (0, 10, 4, Fraction(2, 5), Degree.PARTLY),
        (0, 10, 12, 1, Degree.FULLY),
        (30, 10, 20, Fraction(1, 2), Degree.PARTLY),
        (0, 0, 0, 1, Degree.FULLY),
        (0, 0, 1, 0, Degree.NOT),
    ],
)
def test_an_indicator_counts_the_share_of_its_way(baseline, target, value, expected, degree):
    one = indicator(baseline, target)
    assert share(one, None if value is None else Decimal(value)) == expected
    results = () if value is None else (found(i1=value),)
    assert [each.degree for each in reached(action(indicators=(one,), results=results))] == [degree]


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "tolerance", "value", "expected", "degree"),
    [
        ("increase", 0, 10, 2, 8, 1, Degree.FULLY),
        ("increase", 0, 10, 2, 4, Fraction(1, 2), Degree.PARTLY),
        ("decrease", 40, 10, 0, 55, Fraction(-1, 2), Degree.WORSE),
        ("at_most", 5, 5, 0, 4, 1, Degree.FULLY),
        ("at_most", 3, 5, 0, 6, 0, Degree.WORSE),
        ("at_most", 15, 5, 0, 10, Fraction(1, 2), Degree.PARTLY),
        ("keep_at", 5, 5, 1, 6, 1, Degree.FULLY),
        ("keep_at", 5, 5, 1, 7, 0, Degree.WORSE),
        ("keep_at", 5, 5, 1, 3, 0, Degree.WORSE),
        ("keep_at", 0, 10, 0, 12, Fraction(4, 5), Degree.PARTLY),
    ],
)
def test_an_indicator_with_a_direction_meets_its_target_within_its_tolerance_or_holds_it(
    direction, baseline, target, tolerance, value, expected, degree
):
    one = indicator(baseline, target, direction=Direction(direction), tolerance=Decimal(tolerance))
    assert share(one, Decimal(value)) == expected
    assert [each.degree for each in reached(action(indicators=(one,), results=(found(i1=value),)))] == [degree]


@law
@given(number, number, number)
def test_an_indicator_of_an_earlier_release_counts_what_it_counted_and_less_than_nought_only_below_its_baseline(
    baseline, target, value
):
    """Without direction and tolerance: the share of the way, 0 to 1, and where there is no way whether the value is met."""
    now = share(indicator(baseline, target), value)
    if baseline == target:
        assert now == (value == target)
        return
    way = Fraction(value - baseline) / Fraction(target - baseline)
    assert max(Fraction(0), now) == min(Fraction(1), max(Fraction(0), way))
    assert (now < 0) == (way < 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"direction": Direction.INCREASE, "target": 0},
        {"direction": Direction.DECREASE},
        {"direction": Direction.INCREASE, "baseline": 10},
        {"tolerance": Decimal(10)},
    ],
)
def test_what_is_to_move_and_stands_at_its_target_from_the_start_is_refused(fields):
    with pytest.raises(FaultsError) as caught:
        expect(Indicator, {"text": "Cases", "baseline": 0, "target": 10} | fields)
    assert "meets its target" in in_words(caught.value, ENGLISH)
    assert "atteint déjà sa cible" in in_words(caught.value, FRENCH)


def test_the_last_value_stands_by_its_day_and_a_later_entry_of_the_same_day_corrects_it():
    one = action(indicators=(indicator(),), results=(found("2026-06-01", i1=8), found("2026-03-01", i1=2)))
    assert achievement(one) == 80
    assert achievement(one, "2026-05-01") == 20
    assert achievement(one, "2026-01-01") == 0
    assert achievement(one.model_copy(update={"results": (*one.results, found("2026-06-01", i1=5))})) == 50


@law
@given(days, days, days)
def test_time_goes_from_nought_to_one_and_never_back(start, due, day):
    assume(start <= due)
    one = action(start=start, due=due)
    gone, later = elapsed(one, day), elapsed(one, (date.fromisoformat(day) + timedelta(days=1)).isoformat())
    assert 0 <= gone <= later <= 1
    assert (gone == 1) == (day >= due)
    assert (gone == 0) == (day < start)


def test_timing_tells_overdue_slipping_and_on_time_as_of_a_day():
    one = action(start="2026-01-01", due="2026-12-31", status=Status.IN_PROGRESS, indicators=(indicator(),))
    assert timing(one, "2026-01-10") is Timing.ON_TIME
    assert timing(one, "2026-06-01") is Timing.SLIPPING
    assert timing(one, "2027-01-01") is Timing.OVERDUE
    assert elapsed(one, "2026-06-01") - 0 > SLACK
    half = one.model_copy(update={"results": (found("2026-05-01", i1=4),)})
    assert timing(half, "2026-06-01") is Timing.ON_TIME
    assert timing(action(start="2026-01-01", due="2026-12-31"), "2026-01-10") is Timing.SLIPPING
    assert timing(action(), "2026-01-10") is Timing.UNDATED
    over = action(due="2026-03-01", status=Status.DONE, ended="2026-04-01")
    assert timing(over, "2026-04-01") is Timing.OVER
    assert timing(over, "2026-03-15") is Timing.OVERDUE


@pytest.mark.parametrize(
    ("start", "due", "term"),
    [
        ("2026-01-01", "2027-01-01", Horizon.SHORT),
        ("2026-01-01", "2027-01-02", Horizon.MEDIUM),
        ("2026-01-01", "2029-01-01", Horizon.MEDIUM),
        ("2026-01-01", "2029-01-02", Horizon.LONG),
        ("2024-02-29", "2025-02-28", Horizon.SHORT),
        (None, "2027-01-01", None),
    ],
)
def test_the_horizon_follows_from_the_days_unless_it_is_given(start, due, term):
    assert action(start=start, due=due).term is term
    assert action(start=start, due=due, horizon=Horizon.LONG).term is Horizon.LONG


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start": "2026-02-01", "due": "2026-01-31"}, "is due on 2026-01-31, before it starts on 2026-02-01"),
        ({"due": "2026-02"}, "is not a day written YYYY-MM-DD"),
        ({"due": "2026-02-30"}, "is not a day written YYYY-MM-DD"),
        ({"indicators": (indicator(),) * 6}, "has 6 indicators at work, and 5 are the most"),
        ({"indicators": (indicator(weight=Decimal(50)), indicator())}, "has weights for some indicators only"),
        ({"status": Status.DONE}, "only what is done or cancelled has the day it ended"),
        ({"ended": "2026-01-01"}, "only what is done or cancelled has the day it ended"),
        ({"owner": "x" * 301}, "has 301 characters, and 300 are the most"),
        ({"origin": {}}, "needs exactly one of gaps, risk and decision"),
    ],
)
def test_an_action_that_cannot_be_is_refused_in_words(fields, said):
    base = {"id": "a1", "origin": Source(decision="A decision"), "problem": "A problem"}
    with pytest.raises(FaultsError) as caught:
        expect(Action, base | fields, "plan")
    assert said in in_words(caught.value, ENGLISH)


def test_a_name_of_300_characters_and_any_script_stay_as_they_are():
    for owner in ("x" * 300, "مديرية النزاهة", "海关廉政处", "=1+1", "<b>{{x}}</b> #let \\input"):
        assert action(owner=owner).owner == owner


@pytest.mark.parametrize("value", ["abc", "1e400", "NaN", "Infinity", True, "1234567890123456"])
def test_what_is_no_number_of_fifteen_digits_is_refused(value):
    with pytest.raises(ValidationError):
        Indicator.model_validate({"text": "x", "baseline": value}, strict=False)


@law
@given(number)
def test_a_number_comes_back_from_json_as_it_was(value):
    one = Indicator(text="x", baseline=value)
    assert Indicator.model_validate_json(one.model_dump_json(), strict=False) == one


WHOLE = {
    **{"result": "r", "measure": "m", "owner": "o", "resources": "r", "elements": ("8.d",)},
    **{"start": "2026-01-01", "due": "2026-12-31"},
    "indicators": (indicator(unit="%", source="s", kind=IndicatorKind.OUTCOME),),
}


def test_an_empty_draft_lacks_every_field_and_an_outcome_and_a_whole_action_nothing():
    told = {(lack.check, lack.what) for lack in lacking(action(indicators=(Indicator(text="x"),)))}
    fields = _LACKS - {"indicator", "weights"}
    assert told == {*((Check.COMPLETE, what) for what in fields), (Check.SMART, "outcome")}
    assert [lack.what for lack in lacking(action())].count("indicator") == 1
    whole = action(**WHOLE)
    assert lacking(whole) == []
    assert lacking(action(status=Status.CANCELLED, ended="2026-01-01")) == []
    (one,) = whole.indicators
    half = whole.model_copy(update={"indicators": (one.model_copy(update={"weight": Decimal(90)}),)})
    assert [lack.what for lack in lacking(half)] == ["weights"]


@pytest.mark.parametrize(
    "text", ["None", "none.", "n/a", "N/A", "TBD", "-", "–", "?", "Aucun", "néant", "à définir", "s/o", "0", " "]
)
@pytest.mark.parametrize("field", ["resources", "owner", "measure", "result"])
def test_a_field_that_says_nothing_is_not_filled(text, field):
    made = action(**WHOLE | {field: text.strip() or None if field == "owner" else text})
    assert [lack.what for lack in lacking(made)] == [field]


@pytest.mark.parametrize(
    "text", ["None beyond the two posts of Internal Audit", "Not more than 3 days", "No. 4 office", "海关", "3"]
)
def test_a_field_that_says_something_is_filled(text):
    assert lacking(action(**WHOLE | {"resources": text})) == []


@pytest.mark.parametrize("kind", [None, IndicatorKind.ACTIVITY, IndicatorKind.OUTPUT])
def test_a_complete_action_without_an_outcome_is_not_smart(kind):
    (one,) = WHOLE["indicators"]
    made = action(**WHOLE | {"indicators": (one.model_copy(update={"kind": kind}),)})
    assert [(lack.check, lack.what) for lack in lacking(made)] == [(Check.SMART, "outcome")]


def test_a_target_reached_is_to_be_looked_at_but_not_one_that_is_only_held():
    going = WHOLE | {"status": Status.IN_PROGRESS, "results": (found(i1=10),)}
    assert [lack.what for lack in lacking(action(**going))] == ["reached"]
    held = indicator(10, 10, unit="%", source="s", direction=Direction.AT_MOST, kind=IndicatorKind.OUTCOME)
    assert lacking(action(**going | {"indicators": (held,)})) == []
    early = lacking(action(**WHOLE | {"results": (found("2025-12-31", i1=1), found("2025-11-30", i1=1))}))
    assert [(lack.what, lack.date) for lack in early] == [("early", "2025-11-30")]


def test_every_lack_and_word_has_a_phrase_in_both_languages():
    for say in (ENGLISH, FRENCH):
        keys = say.keys()
        assert {f"plan.lack.{what}" for what in (*_LACKS, "outcome", "drafted", "early", "reached")} <= keys
        words = {
            "action_status": Status,
            "horizon": Horizon,
            "timing": Timing,
            "degree": Degree,
            "direction": Direction,
        }
        words |= {"indicator_kind": IndicatorKind, "plan.check": Check, "zone": Zone}
        assert {f"{prefix}.{each}" for prefix, own in words.items() for each in own} <= keys


_LACKS = {
    *("result", "measure", "indicator", "baseline", "target", "unit", "source"),
    *("weights", "owner", "resources", "element", "start", "due"),
}


def risk(key="r1", likelihood=5, impact=5, elements=("8.d",), **fields):
    return Risk(
        id=key, process="p", text="t", vulnerability=Vulnerability.GOODS, likelihood=likelihood, impact=impact,
        elements=elements, **fields,
    )  # fmt: skip


def test_a_critical_risk_behind_no_gap_is_named(bank):
    """Nobody knows the level of what should hold it, or it names no element: no priority would show it."""
    risks = [risk("r1"), risk("r2", elements=()), risk("r3", elements=("8.a",)), risk("r4", likelihood=1)]
    risks.append(risk("r5", closed=True, why="Over"))
    assert unmet(bank.questions, {"8.a.1": Fraction(3)}, risks) == ("r1", "r2")
    assert unmet(bank.questions, {}, risks) == ("r1", "r2", "r3")
    assert unmet(bank.questions, {"8.a.1": Fraction(0), "8.d.1": Fraction(4), "8.d.2": Fraction(3)}, risks) == ("r2",)


def test_a_priority_is_gap_times_weight_within_the_class_of_its_worst_open_risk(bank):
    asked = [bank.by_id["8.d.1"].model_copy(update={"weight": 2.0})]
    levels = {"8.d.1": Fraction(1)}
    (plain,) = priorities(asked, levels, [], [])
    assert (plain.value, plain.zone, plain.risk, plain.told) == (6, None, None, False)
    (risky,) = priorities(asked, levels, [risk(likelihood=3, impact=2), risk("r2")], [], {"8.d.1": 1})
    assert (risky.value, risky.zone, risky.risk, risky.told) == (6, Zone.CRITICAL, "r2", True)
    (closed,) = priorities(asked, levels, [risk(closed=True, why="over")], [])
    assert closed.order == plain.order


def test_an_unchecked_severe_risk_comes_before_comfortable_gaps_whatever_the_effort(bank):
    """An absent control of a risk of 25 of 25 that takes great effort leads a quick gap without any risk."""
    severe, easy, high = "8.d.1", "1.a.1", "6.a.1"
    asked = [bank.by_id[key] for key in (easy, high, severe)]
    levels = {severe: Fraction(0), easy: Fraction(0), high: Fraction(3)}
    register = [risk("r1"), risk("r2", 3, 5, ("6.a",))]
    order = [each.question for each in priorities(asked, levels, register, [], {severe: 5, easy: 1})]
    assert order == [severe, high, easy]


def test_level_0_under_a_critical_risk_leads_whatever_the_weights(bank):
    light, heavy = bank.by_id["8.d.1"], bank.by_id["8.d.2"].model_copy(update={"weight": 100.0})
    found = priorities([heavy, light], {light.id: Fraction(0), heavy.id: Fraction(1)}, [risk()], [])
    assert [each.question for each in found] == [light.id, heavy.id]


def test_a_risk_rated_low_puts_no_gap_before_one_that_nobody_rated(bank):
    asked = [bank.by_id["8.d.1"], bank.by_id["1.a.1"]]
    found = priorities(asked, {"8.d.1": Fraction(3), "1.a.1": Fraction(0)}, [risk(likelihood=2, impact=2)], [])
    assert [(each.question, each.zone) for each in found] == [("1.a.1", None), ("8.d.1", Zone.LOW)]


def test_gaps_that_tie_share_their_rank_and_stand_in_the_order_of_the_questionnaire(bank):
    asked = bank.questions[:4]
    levels = dict(zip((each.id for each in asked), map(Fraction, (3, 1, 2, 1)), strict=True))
    found = priorities(asked, levels, [], [])
    assert [(each.question, each.rank, each.tied) for each in found] == [
        (asked[1].id, 1, 2), (asked[3].id, 1, 2), (asked[2].id, 3, 1), (asked[0].id, 4, 1),
    ]  # fmt: skip


def test_the_effort_of_an_action_under_way_is_shown_and_level_four_is_no_gap(bank):
    asked = [bank.by_id["8.d.1"], bank.by_id["8.d.2"]]
    own = action(origin=Source(gaps=("8.d.1",)), effort=5)
    (one,) = priorities(asked, {"8.d.1": Fraction(0), "8.d.2": Fraction(4)}, [], [own])
    assert (one.effort, one.told, one.actions, one.value) == (5, True, ("a1",), 4)


@law
@given(
    st.fractions(0, 4, max_denominator=5), st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)
)
def test_a_place_comes_earlier_with_gap_and_risk_and_no_effort_moves_it(level, likelihood, impact, effort, other):
    from kb.library.knowledge import load

    asked = [load().bank.by_id["8.d.1"]]
    assume(level < 4)

    def order(level=level, likelihood=likelihood, effort=effort):
        return priorities(asked, {"8.d.1": level}, [risk("r1", likelihood, impact)], [], {"8.d.1": effort})[0].order

    assert order() >= order(level=Fraction(0))
    assert order() >= order(likelihood=5)
    assert order() == order(effort=other)


# Files


indicators = st.builds(
    Indicator,
    text=filled,
    baseline=maybe_number,
    target=maybe_number,
    unit=st.none() | filled,
    direction=st.none() | st.sampled_from([Direction.KEEP_AT, Direction.AT_MOST]),
    tolerance=st.none() | st.just(Decimal(0)) | st.just(Decimal("0.001")),
    kind=st.none() | st.sampled_from(IndicatorKind),
)


@st.composite
def whole(draw, key="a1"):
    """An action with anything in it."""
    start = draw(st.none() | days)
    due = draw(st.none() | days)
    over = draw(st.booleans())
    count = draw(st.integers(0, 3))
    return Action(
        id=key,
        origin=draw(st.sampled_from([Source(decision="d"), Source(gaps=("8.d.1",)), Source(risk="r1")])),
        elements=tuple(draw(st.lists(st.sampled_from(["8.d", "1.a", "10.e"]), unique=True))),
        problem=draw(filled),
        result=draw(st.just("") | filled),
        measure=draw(st.just("") | filled),
        owner=draw(st.none() | filled),
        co_owners=tuple(draw(st.lists(filled, max_size=3))),
        start=start,
        due=None if due and start and due < start else due,
        horizon=draw(st.none() | st.sampled_from(Horizon)),
        indicators=tuple(
            draw(indicators) for _ in range(count)
        ),
        effort=draw(st.none() | st.integers(1, 5)),
        status=Status.DONE if over else Status.IN_PROGRESS,
        ended=draw(days) if over else None,
        practices=tuple(draw(st.lists(st.builds(Consulted, id=st.just("mu-surprise-visits"), citation=filled), max_size=1))),
        public=draw(st.booleans()),
        results=(Monitored(date=draw(days), values={"1": draw(number)} if count else {}, note=draw(st.just("") | filled)),),
    )  # fmt: skip


MOMENT = "2026-11-23T10:00:00+00:00"


@settings(max_examples=25, deadline=None, derandomize=True)
@given(whole(), whole("a2"), st.sampled_from([ENGLISH, FRENCH]))
def test_a_workbook_read_back_changes_nothing(tmp_path_factory, one, two, say):
    path = tmp_path_factory.mktemp("book") / "plan.xlsx"
    path.write_bytes(workbook.as_workbook([one, two], "Plan", MOMENT, 7, say))
    held, actions = workbook.read(path), {"a1": one, "a2": two}
    for base in (actions, None):
        merged = merging.merge(held, base, actions)
        assert (merged.edits, merged.results, merged.notes) == ((), (), ())
    assert (held.entry, held.unread) == (7, ())


@settings(max_examples=25, deadline=None, derandomize=True)
@given(whole(), whole())
def test_a_workbook_turns_one_action_into_another_field_by_field(tmp_path_factory, knowledge, one, other):
    same = ("origin", "practices", "results")
    other = other.model_copy(update={name: getattr(one, name) for name in same} | {"origin": Source(decision="d")})
    one = one.model_copy(update={"origin": Source(decision="d")})
    assume(len(other.indicators) >= len(one.indicators))
    path = tmp_path_factory.mktemp("book") / "plan.xlsx"
    told = other.model_copy(update={"results": one.results})
    path.write_bytes(workbook.as_workbook([told], "Plan", MOMENT, 7, ENGLISH))
    taken = merging.merge(workbook.read(path), {"a1": one}, {"a1": one})
    stated = taken.stated("a1", one.as_body())
    assert Action.model_validate(settled(stated, "2026-01-01"), strict=False) == other.model_copy(
        update={"results": ()}
    )


def test_what_is_no_workbook_is_refused(tmp_path):
    import zipfile

    path = tmp_path / "x.xlsx"
    path.write_text("no")
    with pytest.raises(ArushaError, match="is not an Excel workbook"):
        workbook.read(path)
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>')
    with pytest.raises(ArushaError, match="holds declarations"):
        workbook.read(path)


def unfolded(text):
    assert text.endswith("\r\n")
    lines = text.split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in "".join(lines)
    return re.sub("\r\n ", "", text).split("\r\n")[:-1]


@law
@given(st.lists(whole(), min_size=1, max_size=3))
def test_a_calendar_is_whole_line_by_line(actions):
    actions = [each.model_copy(update={"id": f"a{place}"}) for place, each in enumerate(actions, 1)]
    made = calendars.as_calendar(actions, "Plan; of, all", "abc", MOMENT, ENGLISH)
    lines = unfolded(made)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert "X-WR-CALNAME:Plan\\; of\\, all" in lines
    open_ = [each for each in actions if each.status is not Status.DONE]
    events = [
        (day, f"{each.id}{name}-abc@arusha.invalid")
        for each in open_
        for day, name in ((each.start, "-start"), (each.due, ""))
        if day
    ]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(events)
    assert lines.count("BEGIN:VALARM") == lines.count("END:VALARM") == lines.count("TRIGGER:-P14D") == len(events)
    assert [line for line in lines if line.startswith("DTSTART")] == [
        f"DTSTART;VALUE=DATE:{day.replace('-', '')}" for day, _ in events
    ]
    assert [line for line in lines if line.startswith("UID")] == [f"UID:{uid}" for _, uid in events]
    assert all(re.fullmatch(r"[A-Z-]+(;[A-Z]+=[A-Z]+)?:.*", line, re.S) for line in lines)
    assert made == calendars.as_calendar(actions, "Plan; of, all", "abc", MOMENT, ENGLISH)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text(alphabet="ab é€😀,;", min_size=60, max_size=200))
def test_a_long_line_of_a_calendar_is_divided_after_as_many_octets_as_fit(name):
    """No part is longer than 75 octets, none is empty, and none could have held the next character too."""
    made = calendars.as_calendar([], name, "abc", MOMENT, ENGLISH)
    assert any(line.startswith("X-WR-CALNAME") for line in unfolded(made))
    parts = made.split("\r\nX-WR-CALNAME:")[1].split("\r\nEND:")[0].split("\r\n ")
    sizes = [len(part.encode()) for part in ("X-WR-CALNAME:" + parts[0], *(f" {part}" for part in parts[1:]))]
    following = [len(part[0].encode()) for part in parts[1:]]
    assert all(size + more > 75 for size, more in zip(sizes, following, strict=False))


def counted(actions, draw):
    return [each for each in actions if draw is pictures.timeline_svg or each.status is not Status.CANCELLED]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(whole(), min_size=1, max_size=4), days, st.sampled_from([ENGLISH, FRENCH]))
def test_pictures_are_well_formed_named_and_told(actions, day, say):
    actions = [each.model_copy(update={"id": f"a{place}"}) for place, each in enumerate(actions, 1)]
    for draw in (pictures.timeline_svg, pictures.burnup_svg):
        try:
            made = draw(actions, "Testland <Customs> & Co", day, say)
        except ArushaError:  # only where no action has the days
            assert not any(each.due and (each.start or draw is pictures.burnup_svg) for each in counted(actions, draw))
            continue
        root = ET.fromstring(made)
        space = "{http://www.w3.org/2000/svg}"
        assert root.get("role") == "img"
        title, desc = root.find(f"{space}title"), root.find(f"{space}desc")
        assert root.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
        assert "Testland <Customs> & Co" in title.text
        assert desc.text


def test_a_timeline_bar_is_as_long_as_its_time_and_filled_as_far_as_it_came():
    half = action(start="2026-01-01", due="2026-12-31", indicators=(indicator(),), results=(found(i1=5),))
    short = action(id="a2", start="2026-01-01", due="2026-07-02")
    chart = pictures.timeline([half, short, action(id="a3")], "2026-07-02", ENGLISH)
    first, second = sorted(chart.bars, key=lambda bar: bar.id)
    assert first.done == pytest.approx(first.width / 2, abs=0.02)
    assert second.width == pytest.approx(first.width / 2, abs=1)
    assert chart.now == pytest.approx(second.x + second.width, abs=0.02)
    assert chart.undated == ("a3",)


SECRET = "SECRET-7391"


def test_the_public_pages_hold_public_actions_and_none_of_their_internal_fields(knowledge, page):
    shown = action(
        result="Shorter queues", measure="Open lanes", public=True, elements=("8.d",), origin=Source(decision=SECRET),
        resources=SECRET, risks=SECRET, authority=SECRET, indicators=(indicator(unit="%"), indicator(retired=SECRET)),
        results=(Monitored(date="2026-01-01", values={"1": Decimal(4)}, note="Halfway", remark=SECRET, by=SECRET),),
    )  # fmt: skip
    hidden = action(
        id="a2", problem=SECRET, result=SECRET, measure=SECRET, owner=SECRET, indicators=(indicator(source=SECRET),)
    )
    made = tracker.pages([shown, hidden], "Testland <Customs>", "en", "2026-06-01", "f" * 64, knowledge)
    assert set(made) == {"index.html", "fr/index.html"}
    for text in made.values():
        assert SECRET not in text
        assert not re.search(r"https?://", text)
        assert "script" not in page(text).tags()
        assert "Testland <Customs>" in page(text).text
        assert "Shorter queues" in page(text).text
        assert "f" * 64 in text
    assert "40%" in page(made["index.html"]).text
    assert 'lang="en"' in made["fr/index.html"]


def test_the_public_pages_withhold_what_the_public_report_does(knowledge):
    """By the marks of one model, so that no second list can say otherwise."""
    marked = {
        "problem": "T",
        "resources": "T",
        "risks": "T",
        "authority": "T",
        "effort": 5,
        "origin": Source(decision="T"),
        "drafted": "T",
    }
    narrow = {
        name
        for name, field in Action.model_fields.items()
        if any(isinstance(mark, UpTo) and mark.audience is not Audience.PUBLIC for mark in field.metadata)
    }
    assert narrow == set(marked)
    told = {name: value if name == "effort" else SECRET for name, value in marked.items() if name != "origin"}
    bare = action(public=True, measure="Open lanes", **told | {"origin": Source(decision=SECRET)})
    made = tracker.pages([bare], "Testland", "en", "2026-06-01", None, knowledge)
    for text in made.values():
        assert SECRET not in text
        assert 'id="a1"' in text
    (group,) = tracker.commitments([bare])
    assert (group.result, group.actions[0].problem, group.actions[0].origin) == ("Open lanes", "", None)


def test_a_public_action_without_a_measure_is_named_without_its_origin_outside_and_with_it_inside(knowledge):
    bare = action(public=True, result="Shorter queues", origin=Source(decision=SECRET))
    assert telling.title(bare, ENGLISH) == f"Measure to be named (decision: {SECRET})"
    for text, say in zip(
        tracker.pages([bare], "T", "en", "2026-06-01", None, knowledge).values(), (ENGLISH, FRENCH), strict=True
    ):
        assert SECRET not in text
        assert f"a1 · {say('plan.unnamed')}" in text
    document = tracker.pages([action(public=True, drafted="")], "T", "en", "2026-06-01", None, knowledge)["index.html"]
    assert "No commitment has been made public yet" in document


def test_expected_results_gather_their_actions_with_counts_and_the_mean_achievement():
    one = action(result="R", public=True, indicators=(indicator(),), results=(found(i1=5),))
    two = action(
        id="a2",
        result="R",
        public=True,
        status=Status.DONE,
        ended="2026-01-01",
        indicators=(indicator(),),
        results=(found(i1=10),),
    )
    (group,) = tracker.commitments([one, two, action(id="a3", result="R")])
    assert [each.id for each in group.actions] == ["a1", "a2"]
    assert group.counts[Status.DONE] == 1
    assert group.achieved == 75


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1+1", "＠x"])
def test_no_text_becomes_a_formula_in_csv(text):
    import csv
    import io

    made = document.as_csv([action(problem=text, owner=text)], ENGLISH)
    rows = list(csv.reader(io.StringIO(made.removeprefix("\ufeff"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "＝", "＠"))]
    assert f"'{text}" in rows[1]


@pytest.mark.parametrize("text", ["=1+1", "-1", "＝1+1"])
def test_a_cell_of_excel_stays_a_text_when_it_is_edited(text):
    from io import BytesIO

    import openpyxl

    made = workbook.as_workbook([action(problem=text, owner="Plain")], "Plan", "2026-01-01T00:00:00+00:00", 1, ENGLISH)
    row = {cell.value: cell for cell in openpyxl.load_workbook(BytesIO(made)).worksheets[0][2]}
    assert (row[text].data_type, row[text].quotePrefix) == ("s", True)
    assert not row["Plain"].quotePrefix


def test_a_word_document_holds_every_action_and_is_the_same_each_time():
    from io import BytesIO

    import docx

    one = action(measure="Open lanes", indicators=(indicator(unit="%"),), results=(found(i1=4),))
    data = document.as_document([one], "Testland", MOMENT, FRENCH)
    assert data == document.as_document([one], "Testland", MOMENT, FRENCH)
    read = docx.Document(BytesIO(data))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    assert "Open lanes" in cells
    heads = [p.text for p in read.paragraphs if p.style.name == "Heading 1"]
    assert [head for head in heads if head.startswith("a1")] == ["a1  Open lanes"]


def test_an_action_of_an_earlier_release_is_read_and_kept_as_it_was_and_is_no_draft():
    body = {
        **{"id": "a1", "origin": {"gaps": ["1.d.2"]}, "problem": "No register", "public": True},
        "indicators": [{"text": "Ports with a register", "baseline": 0, "target": 80, "unit": "%"}],
    }
    one = Action.model_validate(body, strict=False)
    assert one.as_body() == body
    assert (one.as_drafted, one.published) == (False, True)
    assert [(each.towards, each.holds) for each in one.indicators] == [(Direction.INCREASE, False)]


def test_an_unknown_element_question_or_person_is_refused(knowledge, stands, assessment_file):
    assessment = stands(assessment_file)
    base = {"id": "a1", "origin": {"decision": "d"}, "problem": "p"}
    for fields, said in (
        ({"elements": ["1.z"]}, "no element"),
        ({"origin": {"gaps": ["1.a.99"]}}, "is not a question"),
    ):
        with pytest.raises(ArushaError, match=said):
            made(base | fields, assessment, knowledge, "x")
