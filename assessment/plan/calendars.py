"""The days on which actions start and are due, as a calendar (RFC 5545) that any calendar program takes."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from assessment.actions import Action, Status
from assessment.plan.telling import indicators, measure, title
from assessment.rendering.texts import short
from kb.base.interface import Phrases

REMINDER = "P14D"  # before the day
_WIDTH = 75  # octets of one line, without its end
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def as_calendar(actions: Iterable[Action], name: str, key: str, stamp: str, say: Phrases) -> str:
    """Events of a whole day for the start and the due day of each action that is not done; a cancelled one takes them back.

    *key* tells this plan from others; *stamp* is the moment (UTC, ISO 8601) of the plan's last change.
    """
    moment = datetime.fromisoformat(stamp).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Arusha//Action plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for action in dated(actions):
        if action.start:
            lines += _event(action, action.start, "start", f"{action.id}-start-{key}", moment, say)
        if action.due:
            lines += _event(action, action.due, "due", f"{action.id}-{key}", moment, say)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def dated(actions: Iterable[Action]) -> list[Action]:
    """Those with a day in the calendar."""
    return [action for action in actions if (action.start or action.due) and action.status is not Status.DONE]


def _event(action: Action, on: str, what: str, uid: str, moment: str, say: Phrases) -> list[str]:
    """One event, with a reminder as long before as REMINDER says."""
    day = date.fromisoformat(on)
    summary = _text(say(f"plan.ics_{what}", id=action.id, what=short(title(action, say), 120)))
    told = [measure(action, say), *((f"{say('action.owner')}{say('colon')}{action.owner}",) if action.owner else ())]
    told += [f"{name}{say('colon')}{text}" for name, text in indicators(action, say)]
    cancelled = action.status is Status.CANCELLED
    alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-{REMINDER}", f"DESCRIPTION:{summary}", "END:VALARM"]
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@arusha.invalid",
        f"DTSTAMP:{moment}",
        f"LAST-MODIFIED:{moment}",
        f"DTSTART;VALUE=DATE:{_day(day)}",
        *((f"DTEND;VALUE=DATE:{_day(day + timedelta(days=1))}",) if day < date.max else ()),
        f"SUMMARY:{summary}",
        f"DESCRIPTION:{_text(chr(10).join(told))}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        *(() if cancelled else alarm),
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    return value.translate(_ESCAPED)


def _folded(line: str) -> str:
    """The line in parts of at most 75 octets, no character divided, each part but the first after a space."""
    parts: list[str] = []
    part = ""
    for character in line:
        room = _WIDTH if not parts else _WIDTH - 1
        if len((part + character).encode()) > room:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")
