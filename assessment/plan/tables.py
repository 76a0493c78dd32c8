"""What views of a plan say to people, in tables and in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from textwrap import shorten

from assessment.actions import Action, Lack, Monitored, Priority
from assessment.plan.effect import Effect, Moved
from assessment.plan.telling import facts, indicators, percent, quantity, title
from assessment.plan.views import Listed
from assessment.scoring import rounded
from assessment.tables import Table
from assessment.tables import heads as heads_of
from kb.base.interface import Phrases
from kb.library.knowledge import Knowledge


def actions(listed: Iterable[Listed], say: Phrases) -> Table:
    """Actions with their time and achievement."""
    heads = heads_of(say, "action", "id", "measure", "owner", "due", "horizon", "status", "timing", "achievement")
    return Table(heads, [_action(each, say) for each in listed], [7])


def _action(listed: Listed, say: Phrases) -> list[str]:
    action = listed.action
    return [
        action.id,
        shorten(title(action, say), 44, placeholder="…"),
        shorten(action.owner or "–", 24, placeholder="…"),
        action.due or "–",
        say(f"horizon.{action.term}") if action.term else "–",
        say(f"action_status.{action.status}"),
        say(f"timing.{listed.timing}"),
        percent(listed.achievement, say),
    ]


def lack(of: Lack, say: Phrases) -> str:
    """What an action lacks, and what to do about it."""
    named = {"id": of.action, "number": of.number, "date": say.date(of.date) if of.date else ""}
    return f"{of.action}  {say(f'plan.check.{of.check}')}{say('colon')}{say(f'plan.lack.{of.what}', **named)}"


def sheet(action: Action, say: Phrases) -> Iterator[tuple[str, list[str]]]:
    """Everything about an action, in parts: the title of each, and its lines."""
    yield action.id, [f"{say(f'action.{name}')}{say('colon')}{text}" for name, text in facts(action, say)]
    if action.indicators:
        lines = [f"{name}{say('colon')}{text}" for name, text in indicators(action, say)]
        lines += [
            say("plan.retired", number=number, text=each.text, reason=each.retired)
            for number, each in enumerate(action.indicators, 1)
            if each.retired
        ]
        yield say("plan.sheet_indicators"), lines
    if action.results:
        yield say("plan.sheet_results"), [_result(each, action, say) for each in action.results]


def _result(result: Monitored, action: Action, say: Phrases) -> str:
    values = [f"{n}: {quantity(v, action.indicators[int(n) - 1], say)}" for n, v in result.values.items()]
    return f"{result.date}  {' · '.join(filter(None, (*values, result.note, result.remark, result.by)))}"


def late(listed: Iterable[Listed], say: Phrases) -> Table:
    """The actions that are overdue or slip, and why."""
    rows = [
        [each.action.id, say(f"timing.{each.timing}"), each.action.owner or "–", why]
        for each in listed
        if (why := each.why_late(say)) is not None
    ]
    return Table([*heads_of(say, "action", "id", "timing", "owner"), ""], rows)


def priorities(ranked: Sequence[Priority], names: Mapping[str, str], say: Phrases) -> Iterator[str]:
    """How gaps are ordered, each with the *names* of its element and the numbers that its place comes from, and which tie."""
    yield say("plan.priority_how" if ranked else "plan.no_priority")
    for each in ranked:
        yield _priority(each, names, say)
    for rank, tied in dict.fromkeys((each.rank, each.tied) for each in ranked if each.tied > 1):
        shown = sum(each.rank == rank for each in ranked)
        yield say("plan.priority_tie" if shown == tied else "plan.priority_tie_cut", rank=rank, n=tied, shown=shown)


def _priority(of: Priority, names: Mapping[str, str], say: Phrases) -> str:
    """A gap and the numbers that its place comes from."""
    risk = say("plan.priority_risk", id=of.risk, product=of.worst, zone=say(f"zone.{of.zone}")) if of.zone else ""
    row = say(
        "plan.priority_row",
        rank=say("plan.priority_equal", rank=of.rank) if of.tied > 1 else of.rank,
        question=of.question,
        name=names[of.question],
        risk=risk or say("plan.priority_no_risk"),
        value=_short(of.value, say),
        gap=_short(of.gap, say),
        level=say.level(of.level),
        weight=_short(of.weight, say),
        effort=say("plan.priority_effort" if of.told else "plan.priority_effort_usual", effort=of.effort),
    )
    return f"{row} · {say('plan.priority_action', ids=', '.join(of.actions))}" if of.actions else row


def _short(value: Fraction, say: Phrases) -> str:
    """A fraction with two decimals at most."""
    short = round(float(value), 2)
    return say.number(short, 0 if short == int(short) else 2)


def effect(view: Effect, knowledge: Knowledge, say: Phrases) -> Table:
    """The elements with completed actions, before and after."""
    heads = heads_of(say, "effect", "element", "actions", "before", "after", "change")
    return Table(heads, [_moved(each, knowledge, say) for each in view.moved], [2, 3])


def _moved(moved: Moved, knowledge: Knowledge, say: Phrases) -> list[str]:
    element = knowledge.declaration.elements[moved.element].short.of(say.language)
    cells = [f"{moved.element} {element}", ", ".join(moved.actions)]
    if not moved.questions:
        return [*cells, "–", "–", say("effect.off_core")]
    scores = [say.number(rounded(score.score), 1) for score in (moved.before, moved.after)]
    return [*cells, *scores, say(f"compare.{moved.change.verdict}")]
