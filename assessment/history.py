"""What an entry of a journal says in a few words; of a private score only that it was given."""

from collections.abc import Callable, Sequence
from typing import Any

from assessment.asking import told
from assessment.events import Agreed, Answered, Closed, CodeGiven, Event, Joined, MonitoringEntered, Moved, Names
from assessment.people import Assignment
from kb.base.interface import Phrases


def described(event: Event, kind: str, say: Phrases) -> str:
    """An event of a kind, with what it is about."""
    describe = next((each for type_, each in _TYPES.items() if isinstance(event, type_)), _thing)
    return describe(event, kind, say)


def change(event: Event, kind: str, say: Phrases) -> str:
    """An event on one line beside another one of the same thing."""
    if isinstance(event, Names):
        return say("people.names_on" if event.on else "people.names_off")
    return " · ".join(described(event, kind, say).split("\n"))


def _thing(event: Event, kind: str, say: Phrases) -> str:
    """A person, a piece of evidence, a risk or an action, and why it is over if it is; another entry by its kind alone."""
    fields, what = event.model_dump(), say(f"journal.{kind}")
    if "id" not in fields:
        return what
    text = fields.get("text") or fields.get("unit") or fields.get("problem") or ""
    ended = next((name for name in ("withdrawn", "closed") if fields.get(name)), None)
    over = f" · {say(f'journal.{kind}_{ended}')}{say('colon')}{fields.get('why') or '–'}" if ended else ""
    return f"{fields['id']}  {what}" + (f"{say('colon')}{text}" if text else "") + over


def _answered(event: Answered, kind: str, say: Phrases) -> str:
    if event.by is not None:
        return f"{event.question}  {say('journal.private')}"
    pieces = say.count("journal.pieces", len(event.answer.evidence)) if event.answer.evidence else ""
    return f"{event.question}  {' · '.join(filter(None, (told(event.answer, say), event.answer.note, pieces)))}"


def _agreed(event: Agreed, kind: str, say: Phrases) -> str:
    dissent = say.count("journal.dissent", len(event.dissent)) if event.dissent else ""
    agreed = f"{told(event.answer, say)} · {event.reason} ({event.by}){dissent}"
    return f"{event.question}  {say('journal.agreed')}{say('colon')}{agreed}"


def _some(questions: Sequence[str], say: Phrases) -> str:
    """The first of some questions, and how many more there are."""
    more = len(questions) - 6
    first = ", ".join(questions[:6])
    return say("refused.and_more", first=first, n=more) if more > 1 else ", ".join(questions)


def _moved(event: Moved, kind: str, say: Phrases) -> str:
    why = f" · {event.why}" if event.why else ""
    return f"{_some(event.questions, say)}  {say(f'work.{event.to.value}')} ({event.by}){why}"


_TYPES: dict[type[Event], Callable[[Any, str, Phrases], str]] = {
    Answered: _answered,
    Agreed: _agreed,
    Moved: _moved,
    Closed: lambda event, kind, say: f"{_some(event.questions, say)}  {say(f'journal.{kind}')}",
    CodeGiven: lambda event, kind, say: f"{event.person}  {say('journal.code')}",
    MonitoringEntered: lambda event, kind, say: f"{event.action}  {say('journal.monitored')} ({event.date})",
    Assignment: lambda event, kind, say: f"{event.scope}  {say(f'journal.{kind}')} → {event.person or event.unit}",
    Joined: lambda event, kind, say: (
        f"{say('journal.joined')}{say('colon')}{say.count('journal.entries', event.entries)}"
    ),
}
