"""What an entry of a journal says in a few words; of a private score only that it was given."""

from functools import singledispatch

from assessment.asking import told
from assessment.events import (
    Agreed,
    Answered,
    Closed,
    CodeGiven,
    Event,
    Joined,
    MonitoringEntered,
    Moved,
    Names,
)
from assessment.people import Assignment
from kb.base.interface import Phrases


def described(event: Event, kind: str, say: Phrases) -> str:
    """An event of a kind, with what it is about."""
    return _described(event, say(f"journal.{kind}"), kind, say)


def change(event: Event, kind: str, say: Phrases) -> str:
    """An event on one line beside another one of the same thing."""
    if isinstance(event, Names):
        return say("people.names_on" if event.on else "people.names_off")
    return " · ".join(described(event, kind, say).split("\n"))


@singledispatch
def _described(event: Event, what: str, kind: str, say: Phrases) -> str:
    """A person, a piece of evidence, a risk or an action, and why it is over if it is; another entry by its kind alone."""
    fields = event.model_dump()
    if "id" not in fields:
        return what
    text = fields.get("text") or fields.get("unit") or fields.get("problem") or ""
    ended = next((name for name in ("withdrawn", "closed") if fields.get(name)), None)
    over = f" · {say(f'journal.{kind}_{ended}')}{say('colon')}{fields.get('why') or '–'}" if ended else ""
    return f"{fields['id']}  {what}" + (f"{say('colon')}{text}" if text else "") + over


@_described.register
def _(event: Answered, what: str, kind: str, say: Phrases) -> str:
    if event.by is not None:
        return f"{event.question}  {say('journal.private')}"
    return f"{event.question}  {told(event.answer, say)}" + (f" · {event.answer.note}" if event.answer.note else "")


@_described.register
def _(event: Agreed, what: str, kind: str, say: Phrases) -> str:
    dissent = say.count("journal.dissent", len(event.dissent)) if event.dissent else ""
    return f"{event.question}  {what}{say('colon')}{told(event.answer, say)} · {event.reason} ({event.by}){dissent}"


@_described.register
def _(event: Moved, what: str, kind: str, say: Phrases) -> str:
    why = f" · {event.why}" if event.why else ""
    return f"{', '.join(event.questions)}  {say(f'work.{event.to.value}')} ({event.by}){why}"


@_described.register
def _(event: Closed, what: str, kind: str, say: Phrases) -> str:
    return f"{', '.join(event.questions)}  {what}"


@_described.register
def _(event: CodeGiven, what: str, kind: str, say: Phrases) -> str:
    return f"{event.person}  {what}"


@_described.register
def _(event: MonitoringEntered, what: str, kind: str, say: Phrases) -> str:
    return f"{event.action}  {what} ({event.date})"


@_described.register
def _(event: Assignment, what: str, kind: str, say: Phrases) -> str:
    return f"{event.scope}  {what} → {event.person or event.unit}"


@_described.register
def _(event: Joined, what: str, kind: str, say: Phrases) -> str:
    return f"{what}{say('colon')}{say.count('journal.entries', event.entries)}"
