"""The days by which actions are due, as a calendar (RFC 5545) that any calendar program takes."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from assessment.actions import Action, Status
from assessment.rendering.texts import first_line
from kb.base.interface import Phrases

_WIDTH = 75  # octets of one line, without its end
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def as_calendar(actions: Iterable[Action], name: str, key: str, stamp: str, say: Phrases) -> str:
    """One event of a whole day for each action with a due day that is not done; a cancelled one takes its event back.

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
    for action in actions:
        if action.due is None or action.status is Status.DONE:
            continue
        day = date.fromisoformat(action.due)
        what = action.measure or action.result or action.problem
        told = [what, *((f"{say('action.owner')}{say('colon')}{action.owner}",) if action.owner else ())]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{action.id}-{key}@arusha.invalid",
            f"DTSTAMP:{moment}",
            f"LAST-MODIFIED:{moment}",
            f"DTSTART;VALUE=DATE:{_day(day)}",
            *((f"DTEND;VALUE=DATE:{_day(day + timedelta(days=1))}",) if day < date.max else ()),
            f"SUMMARY:{_text(say('plan.ics_due', id=action.id, what=_short(what)))}",
            f"DESCRIPTION:{_text(chr(10).join(told))}",
            f"STATUS:{'CANCELLED' if action.status is Status.CANCELLED else 'CONFIRMED'}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(value: str) -> str:
    return value.translate(_ESCAPED)


def _short(value: str) -> str:
    first = first_line(value)
    return first if len(first) <= 120 else f"{first[:119].rstrip()}…"


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
