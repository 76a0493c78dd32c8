"""An action told in labelled lines, the same wherever a person reads it."""

from fractions import Fraction

from assessment.actions import Action, Degree, Direction, Indicator, Reached, achievement, reached
from assessment.plan.sheets import origin
from assessment.rendering.texts import first_line
from kb.base.interface import Phrases


def title(action: Action, say: Phrases, *, public: bool = False) -> str:
    """What an action is called in one line: its measure, never its result, marked where nobody has read it.

    Without a measure that is said, with the origin, which is not for the *public*.
    """
    named = first_line(action.measure)
    if not named:
        named = say("plan.unnamed") if public else say("plan.unnamed_of", origin=origin(action, say))
    return say("plan.as_drafted", title=named) if action.as_drafted else named


def measure(action: Action, say: Phrases, *, public: bool = False) -> str:
    """The whole measure, its first line as the title has it."""
    rest = action.measure.strip().partition("\n")[2]
    return "\n".join([title(action, say, public=public), *([rest] if rest else [])])


def facts(action: Action, say: Phrases) -> list[tuple[str, str]]:
    """What there is to say of an action, as the name of the field and its text; blank fields are left out."""
    told = {
        "origin": origin(action, say),
        "elements": ", ".join(action.elements),
        "problem": action.problem,
        "result": action.result,
        "measure": action.measure,
        "owner": action.owner or "",
        "co_owners": "; ".join(action.co_owners),
        "period": period(action, say),
        "horizon": say(f"horizon.{action.term}") if action.term else "",
        "authority": action.authority or "",
        "resources": action.resources,
        "risks": action.risks,
        "effort": str(action.effort or ""),
        "status": status(action, say),
        "achievement": percent(achievement(action), say) if action.at_work else "",
        "practices": "\n".join(each.citation for each in action.practices),
        "public": say("plan.yes" if action.public else "plan.no"),
    }
    return [(name, text) for name, text in told.items() if text]


def status(action: Action, say: Phrases) -> str:
    """The status, with the day it ended."""
    told = say(f"action_status.{action.status}")
    return say("plan.ended_on", status=told, date=say.date(action.ended)) if action.ended else told


def period(action: Action, say: Phrases) -> str:
    """From when to when, as far as it is said."""
    if action.start and action.due:
        return say("plan.from_to", start=say.date(action.start), due=say.date(action.due))
    if action.due:
        return say("plan.until", due=say.date(action.due))
    return say("plan.since", start=say.date(action.start)) if action.start else ""


def percent(value: Fraction | float | None, say: Phrases) -> str:
    """A share of 100 as shown: whole, halves to the even number."""
    return "–" if value is None else say("plan.percent", n=say.number(round(value)).replace("-", "−"))


def quantity(value: object, indicator: Indicator, say: Phrases) -> str:
    """A value with its unit; a dash for none."""
    return "–" if value is None else " ".join(filter(None, (_number(value, say), indicator.unit)))


def _number(value: object, say: Phrases) -> str:
    whole, _, exponent = str(value).partition("E")
    digits = max(0, -int(exponent or 0), len(whole.partition(".")[2]))
    return say.number(float(str(value)), min(digits, 6))


def target(indicator: Indicator, say: Phrases) -> str:
    """The target with its direction, where it is one to be held, and its tolerance."""
    words = {Direction.KEEP_AT: "plan.keep_at", Direction.AT_MOST: "plan.at_most"}
    goal = quantity(indicator.target, indicator, say)
    if indicator.direction in words:
        goal = say(words[indicator.direction], target=goal)
    if indicator.tolerance:
        goal = say("plan.tolerance", target=goal, tolerance=_number(indicator.tolerance, say))
    return goal


def degree(each: Reached, say: Phrases) -> str:
    """How far an indicator has come, in words, and of a way gone in part or backwards how much."""
    held = each.indicator.direction and each.indicator.holds
    if held and each.degree in (Degree.FULLY, Degree.WORSE):
        return say(f"degree.{'held' if each.share else 'not_held'}")
    part = percent(100 * each.share, say) if each.share and each.share < 1 else ""
    return say(f"degree.{each.degree}") + (f" ({part})" if part else "")


def measured(each: Reached, say: Phrases) -> str:
    """What an indicator has come to, in one line."""
    indicator = each.indicator
    held = indicator.direction in (Direction.KEEP_AT, Direction.AT_MOST)
    way = say(
        "plan.held" if held else f"plan.way_{indicator.direction or 'open'}",
        baseline=quantity(indicator.baseline, indicator, say),
        target=target(indicator, say),
    )
    if each.value is None:
        return say("plan.semicolon").join((way, say("plan.no_value")))
    now = say("plan.now", value=quantity(each.value, indicator, say), date=say.date(each.date or ""))
    return say("plan.semicolon").join((way, now, degree(each, say)))


def indicators(action: Action, say: Phrases) -> list[tuple[str, str]]:
    """The indicators at work: the name with its kind and weight, and what it has come to."""
    return [
        (
            say(
                "plan.indicator",
                number=each.number,
                text=each.indicator.text,
                weight=percent(each.weight * 100, say),
                kind=f"{say(f'indicator_kind.{each.indicator.kind}')}, " if each.indicator.kind else "",
            ),
            measured(each, say),
        )
        for each in reached(action)
    ]
