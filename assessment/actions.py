"""The action plan: what is done about gaps, risks and decisions, by whom, until when, and how far it has come.

Achievement is an exact fraction: each indicator counts the share of its way from baseline to target by its weight, 1 where the
target is met or held, below 0 where the value is worse than the baseline; one without a value counts 0, a retired one does not
count. Horizons (short up to one year from start to due, medium up to three, long above) and the order of priorities are this
project's own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, model_validator

from assessment.audience import Audience, Record, UpTo
from assessment.risks import Five, Risk, RiskId, Zone, zone
from kb.base.folding import clean
from kb.base.interface import Word
from kb.base.vocabulary import ElementId, Filled, Model, OneLine, Slug
from kb.base.wrong import WrongValueError
from kb.library.content import shown
from kb.library.questionnaires import LensQuestion, Question

MOST_INDICATORS = 5  # at work in one action; a plan of many indicators is not kept up
MOST_EVER = 20  # with those retired
DIGITS = 15  # of a number
USUAL_EFFORT = 3  # where nobody has said
SLACK = Fraction(1, 4)  # by which achievement may lie behind the time gone
_NO_ANSWER = re.compile(  # what people write into a field that they leave open
    r"\W*(?:0|none|nil|nothing|no|n/?a|tb[acd]|to ?do|unknown|not applicable|to be (?:determined|defined|confirmed)"
    r"|aucune?|néant|rien|non|s/?o|n/?d|inconnue?|sans objet|à (?:définir|déterminer|préciser))?\W*",
    re.IGNORECASE,
)
TO_ALL = UpTo(Audience.PUBLIC, "actions")
TO_HEAD = UpTo(Audience.HEAD, "actions")


def _plain(value: Any) -> Any:
    """A text as every export can hold it."""
    return clean(value).replace("\t", " ") if isinstance(value, str) else value


def _a_day(value: str) -> str:
    try:
        whole = len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        whole = False
    if not whole:
        raise WrongValueError("no_day", value=shown(value))
    return value


def _a_number(value: Any) -> Any:
    """Let a finite number of at most fifteen digits pass, so that every program reads it back as it was."""
    try:
        number = None if isinstance(value, bool) else Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError, ValueError):
        number = None
    if number is None or not number.is_finite():
        raise WrongValueError("no_number", value=shown(value))
    if len(number.as_tuple().digits) > DIGITS or not -DIGITS <= number.adjusted() < DIGITS:
        raise WrongValueError("digits", value=shown(value), most=DIGITS)
    return number


def _no_longer_than(most: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > most:
            raise WrongValueError("long", n=len(value), most=most)
        return value

    return AfterValidator(check)


def _as_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


ActionId = Annotated[str, StringConstraints(pattern=r"^a[1-9][0-9]{0,4}$")]
QuestionKey = Annotated[
    str, StringConstraints(pattern=r"^((10|[1-9])\.[a-z]\.m?[1-9][0-9]?|g(10|[1-9])\.[1-9][0-9]?)$")
]
Line = Annotated[Filled, _no_longer_than(300), OneLine]
Paragraph = Annotated[Filled, _no_longer_than(5000), BeforeValidator(_plain)]
Maybe = Annotated[str, AfterValidator(str.strip), _no_longer_than(5000), BeforeValidator(_plain)]  # it may be blank
Day = Annotated[str, AfterValidator(_a_day)]
Number = Annotated[
    Decimal,
    BeforeValidator(_a_number),
    PlainSerializer(_as_number, when_used="json"),
]
Weight = Annotated[Number, Field(gt=0, le=100)]


class Status(StrEnum):
    """How far an action has come, as those who carry it out say."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


class Horizon(StrEnum):
    """How long an action takes."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Direction(StrEnum):
    """Where an indicator is to go, or what it is to hold."""

    INCREASE = "increase"
    DECREASE = "decrease"
    KEEP_AT = "keep_at"
    AT_MOST = "at_most"


class IndicatorKind(StrEnum):
    """What an indicator measures: what was done, what was made by it, or what changed by that."""

    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"


class Degree(StrEnum):
    """How far an indicator has come towards its target; *unmeasured* without a value, a baseline or a target."""

    FULLY = "fully"
    PARTLY = "partly"
    NOT = "not"
    WORSE = "worse"
    UNMEASURED = "unmeasured"


class Timing(StrEnum):
    """How an action lies in its time as of a day."""

    OVERDUE = "overdue"
    SLIPPING = "slipping"
    ON_TIME = "on_time"
    UNDATED = "undated"
    OVER = "over"


class Source(Model):
    """What an action comes from: gaps (question ids), a risk, or a decision in words; one of the three."""

    gaps: tuple[QuestionKey, ...] = ()
    risk: RiskId | None = None
    decision: Line | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [bool(self.gaps), self.risk is not None, self.decision is not None].count(True) != 1:
            raise WrongValueError("one_origin")
        return self


class Indicator(Model):
    """What is measured: from the baseline to the target, in which unit, from which source; *retired*: why it no longer counts.

    *tolerance*: by how much a value may miss the target and still meet it, in the same unit.
    """

    text: Line
    baseline: Number | None = None
    target: Number | None = None
    unit: Line | None = None
    source: Annotated[Line | None, TO_HEAD] = None
    weight: Weight | None = None
    retired: Line | None = None
    direction: Direction | None = None
    tolerance: Annotated[Number | None, Field(ge=0)] = None
    kind: IndicatorKind | None = None

    @model_validator(mode="after")
    def _moves(self) -> Self:
        """A value that is to rise or fall does not meet its target at the start."""
        if self.holds and self.towards in (Direction.INCREASE, Direction.DECREASE):
            raise WrongValueError(f"cannot_{self.towards}", baseline=self.baseline, target=self.target)
        return self

    @property
    def towards(self) -> Direction:
        """The direction given, else that from the baseline to the target; where these are one, the value is kept."""
        if self.direction or self.baseline is None or self.target is None or self.baseline == self.target:
            return self.direction or Direction.KEEP_AT
        return Direction.INCREASE if self.target > self.baseline else Direction.DECREASE

    def misses(self, value: Decimal) -> Fraction:
        """By how much a value misses the target, beyond the tolerance; 0 without a target, and for one that meets it."""
        if self.target is None:
            return Fraction(0)
        short = Fraction(self.target) - Fraction(value)
        far = {Direction.INCREASE: short, Direction.KEEP_AT: abs(short)}.get(self.towards, -short)
        return max(Fraction(0), far - Fraction(self.tolerance or 0))

    @property
    def holds(self) -> bool:
        """Whether it meets its target from the start, and has only to hold it."""
        return self.baseline is not None and self.target is not None and not self.misses(self.baseline)


class Monitored(Model):
    """What a monitoring round found: values by the number of the indicator, and the status in words.

    *note* is published with an action that is public, *remark* never is.
    """

    date: Day
    values: dict[Annotated[str, StringConstraints(pattern=r"^([1-9]|1[0-9]|20)$")], Number] = Field(
        default_factory=dict
    )
    note: Maybe = ""
    remark: Annotated[Maybe, TO_HEAD] = ""
    by: Annotated[Line | None, TO_HEAD] = None


class Consulted(Model):
    """A practice of the knowledge base that was consulted, as it was cited then."""

    id: Slug
    citation: Paragraph


class Action(Record):
    """One action of the plan. The indicators keep their numbers, counted from 1: one is retired, never taken out.

    What is marked goes no further than the head, even of an action that is public.
    *drafted*: the measure as the program drafted it, blank where it drafted the rest only; None for an action that a person wrote
    or confirmed. *ended*: the day on which it was done or cancelled. *results* are kept by the journal in entries of their own.
    """

    id: ActionId
    origin: Annotated[Source, TO_HEAD]
    elements: tuple[ElementId, ...] = ()
    problem: Annotated[Paragraph, TO_HEAD]
    result: Maybe = ""
    measure: Maybe = ""
    owner: Line | None = None
    co_owners: tuple[Line, ...] = ()
    start: Day | None = None
    due: Day | None = None
    horizon: Horizon | None = None
    indicators: Annotated[tuple[Indicator, ...], Field(max_length=MOST_EVER)] = ()
    resources: Annotated[Maybe, TO_HEAD] = ""
    risks: Annotated[Maybe, TO_HEAD] = ""
    authority: Annotated[Line | None, TO_HEAD] = None
    effort: Annotated[Five | None, TO_HEAD] = None
    status: Status = Status.NOT_STARTED
    ended: Day | None = None
    practices: tuple[Consulted, ...] = ()
    public: bool = False
    drafted: Annotated[Maybe | None, TO_HEAD] = None
    results: tuple[Monitored, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.start and self.due and self.due < self.start:
            raise WrongValueError("due_early", due=self.due, start=self.start)
        at_work = self.at_work
        if len(at_work) > MOST_INDICATORS:
            raise WrongValueError("many_indicators", n=len(at_work), most=MOST_INDICATORS)
        if len({indicator.weight is None for _, indicator in at_work}) > 1:
            raise WrongValueError("some_weights")
        if (self.ended is not None) != self.over:
            raise WrongValueError("not_over", status=Word(f"action_status.{self.status.value}"))
        return self.with_results(self.results)

    def with_results(self, results: Iterable[Monitored]) -> Self:
        """The action with other results. Raises ValueError for one of an indicator that it does not have."""
        found = tuple(results)
        if any(int(number) > len(self.indicators) for each in found for number in each.values):
            raise WrongValueError("no_indicator")
        return self if found == self.results else self.model_copy(update={"results": found})

    def up_to(self) -> UpTo:
        """To everybody if it is published."""
        return TO_ALL if self.published else TO_HEAD

    @property
    def as_drafted(self) -> bool:
        """Whether it says what the program drafted: nobody has given it a measure of their own, or confirmed it."""
        return self.drafted is not None and (self.measure == self.drafted or not _given(self.measure))

    @property
    def published(self) -> bool:
        """Whether the public may see it: it is public, and a person has read it."""
        return self.public and not self.as_drafted

    @property
    def over(self) -> bool:
        """Whether it is done or cancelled."""
        return self.status in (Status.DONE, Status.CANCELLED)

    @property
    def at_work(self) -> tuple[tuple[int, Indicator], ...]:
        """The indicators that count, with their numbers."""
        return tuple((number, each) for number, each in enumerate(self.indicators, 1) if each.retired is None)

    @property
    def term(self) -> Horizon | None:
        """The horizon: the one given, else from start to due; None without both days."""
        if self.horizon or not (self.start and self.due):
            return self.horizon
        if self.due <= _years_on(self.start, 1):
            return Horizon.SHORT
        return Horizon.MEDIUM if self.due <= _years_on(self.start, 3) else Horizon.LONG

    def open_on(self, day: str) -> bool:
        """Whether it was neither done nor cancelled on a day."""
        return not self.over or (self.ended is not None and self.ended > day)

    def as_body(self) -> dict[str, Any]:
        """The action as its journal entry holds it, without the monitoring results."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"results"})


def _years_on(day: str, years: int) -> str:
    return f"{int(day[:4]) + years:04}{day[4:]}"  # 29 February: the last day before 1 March all the same


@dataclass(frozen=True)
class Reached:
    """How far one indicator at work has come: its last value and day, its *share* of the way (-1 to 1) and of the weights."""

    number: int
    indicator: Indicator
    value: Decimal | None
    date: str | None
    share: Fraction | None
    weight: Fraction

    @property
    def degree(self) -> Degree:
        """The share in a word."""
        if self.share is None:
            return Degree.UNMEASURED
        if self.share < 0 or (self.share == 0 and self.indicator.direction and self.indicator.holds):
            return Degree.WORSE
        return Degree.FULLY if self.share == 1 else Degree.PARTLY if self.share else Degree.NOT


def share(indicator: Indicator, value: Decimal | None) -> Fraction | None:
    """The share of the way from baseline to target that a value has made, 1 once it meets the target.

    Below 0 it is worse than the baseline, by as much as the way at -1, the least. A target met at the start is held, 1, or not, 0.
    """
    if value is None or indicator.baseline is None or indicator.target is None:
        return None
    left, whole = indicator.misses(value), indicator.misses(indicator.baseline)
    if not (left and whole):
        return Fraction(not left)
    return max(Fraction(-1), 1 - left / whole)


def reached(action: Action, day: str | None = None) -> tuple[Reached, ...]:
    """How far each indicator at work has come by its last value, up to a *day*."""
    at_work = action.at_work
    weights = [Fraction(each.weight) if each.weight is not None else Fraction(1) for _, each in at_work]
    total = sum(weights, Fraction(0))
    found = []
    for (number, each), weight in zip(at_work, weights, strict=True):
        values = [
            (result.date, place, result.values[str(number)])
            for place, result in enumerate(action.results)
            if str(number) in result.values and (day is None or result.date <= day)
        ]
        when, _, value = max(values, default=(None, 0, None), key=lambda told: (told[0] or "", told[1]))
        found.append(Reached(number, each, value, when, share(each, value), weight / total))
    return tuple(found)


def achievement(action: Action, day: str | None = None) -> Fraction | None:
    """The weighted achievement, -100 to 100, up to a *day*; None without an indicator at work."""
    found = reached(action, day)
    return 100 * sum((each.weight * (each.share or 0) for each in found), Fraction(0)) if found else None


def elapsed(action: Action, day: str) -> Fraction | None:
    """The share of the time from start to due that is gone by the end of a day, 0 to 1; None without both days."""
    if not (action.start and action.due):
        return None
    start, due, now = (date.fromisoformat(each).toordinal() for each in (action.start, action.due, day))
    return min(Fraction(1), max(Fraction(0), Fraction(now - start + 1, due - start + 1)))


def timing(action: Action, day: str) -> Timing:
    """How an action lies in its time: *slipping* if it has not begun though it should have, or lies more than SLACK behind."""
    if not action.open_on(day):
        return Timing.OVER
    if action.due and action.due < day:
        return Timing.OVERDUE
    if action.start and action.start < day and action.status is Status.NOT_STARTED:
        return Timing.SLIPPING
    gone, done = elapsed(action, day), achievement(action, day)
    if gone is not None and done is not None and gone - done / 100 > SLACK:
        return Timing.SLIPPING
    return Timing.ON_TIME if action.due else Timing.UNDATED


class Check(StrEnum):
    """What is asked of an action: fields that are filled, an outcome that is measured, and what a person should look at."""

    COMPLETE = "complete"
    SMART = "smart"
    LOOK = "look"


@dataclass(frozen=True)
class Lack:
    """What an action lacks; *what* is the phrase under `plan.lack`, *number* that of the indicator, *date* that of a result."""

    action: str
    check: Check
    what: str
    number: int | None = None
    date: str | None = None


def lacking(action: Action) -> list[Lack]:
    """What an action lacks to be complete, what to be SMART besides, and what looks wrong in it; nothing once it is over.

    Complete says that each field is filled, and no more: whether it is achievable and relevant, people judge.
    """
    if action.over:
        return []
    changes = any(indicator.kind is IndicatorKind.OUTCOME for _, indicator in action.at_work)
    smart = [] if changes else [Lack(action.id, Check.SMART, "outcome")]
    return [*_incomplete(action), *smart, *to_look_at(action)]


def _incomplete(action: Action) -> Iterator[Lack]:
    """The fields that are not filled."""
    texts = ("result", "measure", "owner", "resources", "start", "due")
    filled = {name: _given(getattr(action, name)) for name in texts}
    filled |= {"element": bool(action.elements or action.origin.gaps), "indicator": bool(action.at_work)}
    yield from (Lack(action.id, Check.COMPLETE, name) for name, given in filled.items() if not given)
    for number, indicator in action.at_work:
        named = {name: getattr(indicator, name) for name in ("baseline", "target", "unit", "source")}
        yield from (Lack(action.id, Check.COMPLETE, name, number) for name, value in named.items() if value is None)
    if sum(indicator.weight or 0 for _, indicator in action.at_work) not in (0, 100):  # 0 where none has one
        yield Lack(action.id, Check.COMPLETE, "weights")


def to_look_at(action: Action) -> list[Lack]:
    """What looks wrong in an action under way: a draft that nobody read, results of before it began, a target reached and no end."""
    early = min((each.date for each in action.results if action.start and each.date < action.start), default=None)
    moving = any(not indicator.holds for _, indicator in action.at_work)
    reached = action.status is Status.IN_PROGRESS and moving and achievement(action) == 100
    found = {"drafted": action.as_drafted, "early": early, "reached": reached}
    return [Lack(action.id, Check.LOOK, what, date=early) for what, is_so in found.items() if is_so]


def _given(value: str | None) -> bool:
    """Whether a field says something: “None” or “tbd” does not."""
    return not _NO_ANSWER.fullmatch(value or "")


@dataclass(frozen=True)
class Priority:
    """A gap in the order of priorities, with the numbers that its place comes from.

    *worst*: the greatest product of likelihood and impact after controls among the open risks of its elements, 0 without one.
    *effort*: beside the order, which it does not change; *told*: whether somebody rated it. *actions*: those under way for the gap.
    *rank*: its place, from 1; *tied*: how many gaps share that place, itself counted.
    """

    question: str
    level: Fraction
    weight: Fraction
    worst: int
    risk: str | None
    effort: int
    told: bool
    actions: tuple[str, ...]
    rank: int = 1
    tied: int = 1

    @property
    def gap(self) -> Fraction:
        """What lacks to the highest level."""
        return 4 - self.level

    @property
    def value(self) -> Fraction:
        """The gap by its weight: what orders gaps of one class of risk."""
        return self.gap * self.weight

    @property
    def zone(self) -> Zone | None:
        """The class of risk: the zone of the worst open risk; None without one."""
        return zone((self.worst, 1)) if self.risk else None

    @property
    def order(self) -> tuple[bool, int, Fraction]:
        """What gaps are sorted by: level 0 under a critical risk before all, then the class of risk, then gap × weight.

        A low risk and none are one class: that a risk was rated low makes no gap more urgent than one that nobody rated.
        """
        unchecked = self.zone is Zone.CRITICAL and self.level == 0
        place = {Zone.CRITICAL: 0, Zone.HIGH: 1, Zone.MODERATE: 2}.get(self.zone or Zone.LOW, 3)
        return not unchecked, place, -self.value


def elements_of(question: Question | LensQuestion) -> tuple[str, ...]:
    """The elements that a question asks for."""
    return (question.element,) if isinstance(question, Question) else question.elements


def priorities(
    questions: Sequence[Question | LensQuestion],
    levels: Mapping[str, Fraction],
    risks: Iterable[Risk],
    actions: Iterable[Action],
    efforts: Mapping[str, int] | None = None,
) -> list[Priority]:
    """The gaps (levels below 4) by `Priority.order`; equal ones share a rank and stand in the questionnaire's order.

    The effort is the one of *efforts*, else that of the first action under way for the gap, else USUAL_EFFORT.
    """
    register = [risk for risk in risks if not risk.closed]
    under_way = [action for action in actions if not action.over]
    gaps = [question for question in questions if levels.get(question.id, 4) < 4]
    found = [_priority(gap, levels[gap.id], register, under_way, (efforts or {}).get(gap.id)) for gap in gaps]
    found.sort(key=lambda each: each.order)
    orders = [each.order for each in found]
    return [replace(each, rank=orders.index(each.order) + 1, tied=orders.count(each.order)) for each in found]


def unmet(
    questions: Iterable[Question | LensQuestion], levels: Mapping[str, Fraction], risks: Iterable[Risk]
) -> tuple[str, ...]:
    """The critical open risks that stand behind no gap, as no question of their elements has a level below 4."""
    gaps = {element for each in questions if levels.get(each.id, 4) < 4 for element in elements_of(each)}
    critical = [risk for risk in risks if not risk.closed and zone(risk.residual) is Zone.CRITICAL]
    return tuple(risk.id for risk in critical if not gaps & {*risk.elements})


def _priority(
    question: Question | LensQuestion,
    level: Fraction,
    register: Iterable[Risk],
    under_way: Iterable[Action],
    effort: int | None,
) -> Priority:
    own = [action for action in under_way if question.id in action.origin.gaps]
    effort = effort or next((action.effort for action in own if action.effort), None)
    risk, worst = _worst(register, elements_of(question))
    return Priority(
        question=question.id,
        level=level,
        weight=Fraction(question.weight),
        worst=worst,
        risk=risk,
        effort=effort or USUAL_EFFORT,
        told=effort is not None,
        actions=tuple(action.id for action in own),
    )


def _worst(register: Iterable[Risk], elements: Iterable[str]) -> tuple[str | None, int]:
    """The risk of some elements with the greatest product after controls, and that product; nothing and 0 without one."""
    products = [(risk.residual[0] * risk.residual[1], risk.id) for risk in register if {*risk.elements} & {*elements}]
    worst, key = max(products, key=lambda pair: pair[0], default=(0, None))
    return key, worst
