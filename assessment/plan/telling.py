"""An action told in labelled lines, the same wherever a person reads it."""

from fractions import Fraction

from assessment.actions import Action, Indicator, Reached, achievement, reached
from assessment.plan.sheets import origin
from kb.base.interface import Phrases


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


def percent(value: Fraction | None, say: Phrases) -> str:
    """A share of 100 as shown: whole, halves to the even number."""
    return "–" if value is None else say("plan.percent", n=say.number(round(value)))


def quantity(value: object, indicator: Indicator, say: Phrases) -> str:
    """A value with its unit; a dash for none."""
    if value is None:
        return "–"
    number = float(str(value))
    digits = max(0, -int(str(value).partition("E")[2] or 0), len(str(value).partition("E")[0].partition(".")[2]))
    return " ".join(filter(None, (say.number(number, min(digits, 6)), indicator.unit)))


def measured(each: Reached, say: Phrases) -> str:
    """What an indicator has come to, in one line."""
    indicator = each.indicator
    way = say(
        "plan.way",
        baseline=quantity(indicator.baseline, indicator, say),
        target=quantity(indicator.target, indicator, say),
    )
    if each.value is None:
        return f"{way}; {say('plan.no_value')}"
    now = say("plan.now", value=quantity(each.value, indicator, say), date=say.date(each.date or ""))
    return f"{way}; {now}; {say(f'degree.{each.degree}')}"


def indicators(action: Action, say: Phrases) -> list[tuple[str, str]]:
    """The indicators at work: the name with its weight, and what it has come to."""
    return [
        (
            say(
                "plan.indicator",
                number=each.number,
                text=each.indicator.text,
                weight=percent(each.weight * 100, say),
            ),
            measured(each, say),
        )
        for each in reached(action)
    ]
