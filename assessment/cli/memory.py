"""The memory of an assessment: `history`, `verify`, `seal`."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from assessment import events
from assessment.asking import told
from assessment.cli.session import FILE, Session, in_language, session, sure, wrapped
from assessment.events import KINDS
from assessment.people import Assignment
from assessment.rounds import agreeing
from assessment.storing.journal import Entry
from kb.base.errors import ArushaError
from kb.base.folding import turns_shown
from kb.base.interface import Phrases, Refusal


@click.command()
@click.argument("file", type=FILE)
@click.option("--fingerprint", "kept", metavar="HEX", help="A fingerprint kept elsewhere, or its first 32 digits.")
@in_language
def verify(file: Path, kept: str | None, language: str | None) -> None:
    """Check that the chain of entries in FILE is whole. Exit code 1 if not, or if an entry breaks a later rule.

    A whole chain shows that no entry was changed, added or taken out by itself. Only a fingerprint kept elsewhere, as on a report,
    shows that nobody made the whole chain anew: with --fingerprint the exit code is 1 too if the file has another.
    """
    try:
        with session(file, language, plan=True) as s:
            entries = s.file.check()
            click.echo(s.say.count("journal.whole", len(entries)))
            click.echo(_seal(s.assessment.fingerprint, s.say))
            if s.assessment.fingerprint is None:
                click.echo(s.say("journal.so_far", fingerprint=entries[-1].hash))
            click.echo(wrapped(_compared(kept, entries, s) if kept is not None else s.say("journal.whole_means")))
            remarked = [_remarked(entry) for entry in entries if entry.remarks]
            remarked += [
                f"entry {seq} of its journal {why}; no score rests on it" for seq, why in s.assessment.uncounted
            ]
            for remark in remarked:
                click.echo(f"arusha: {file}: {remark}", err=True)
    except ArushaError as error:
        click.echo(f"arusha: {error}", err=True)
        raise SystemExit(1) from None
    if remarked:
        raise SystemExit(1)


def _compared(kept: str, entries: Sequence[Entry], s: Session) -> str:
    """What a fingerprint that was kept elsewhere shows. Raises ArushaError if the file has another."""
    path, given = s.file.path, _digits(kept)
    entry = next((entry for entry in entries if entry.hash.startswith(given)), None)
    if entry is None and s.assessment.fingerprint:
        raise Refusal("shell.other_fingerprint", path=path)
    if entry is None:
        raise Refusal("shell.fingerprint_nowhere", path=path)
    if entry is entries[-1]:
        return str(s.say("journal.same"))
    return str(s.say("journal.same_until", seq=entry.seq, later=len(entries) - entry.seq))


def _digits(kept: str) -> str:
    """A fingerprint as it is printed or typed: with blanks, in capitals, with the words before it. Raises ArushaError.

    Half of it, 128 bits, is as much as nobody can forge.
    """
    digits = "".join(kept.rpartition(":")[2].split()).rstrip(".…").lower()
    if not re.fullmatch("[0-9a-f]{32,64}", digits):
        raise Refusal("shell.no_fingerprint")
    return digits


def _remarked(entry: Entry) -> str:
    """What a later rule forbids in an entry that an earlier release took."""
    effect = "no score rests on it" if KINDS[entry.kind].scored else "it is shown without that"
    return f"entry {entry.seq} of its journal {'; it '.join(entry.remarks)}; an earlier release took it, and {effect}"


@click.command()
@click.argument("file", type=FILE)
@click.argument("question", required=False)
@in_language
def history(file: Path, question: str | None, language: str | None) -> None:
    """Print what was entered in FILE and when (UTC), for one QUESTION such as 1.a.1 or for all.

    Of private scores only that they were given; “arusha assess spread” tells how they lie.
    """
    with session(file, language, plan=True) as s:
        known = {*s.knowledge.bank.by_id, *s.assessment.by_id}
        if question is not None and question not in known:
            raise Refusal("shell.no_question", question=question)
        for entry in s.file.entries():
            about = getattr(entry.event, "questions", None) or (getattr(entry.event, "question", None),)
            if question is None or question in about:
                click.echo(f"{entry.seq:>5}  {entry.at}  {turns_shown(described(entry.event, entry.kind, s.say))}")


def described(event: Any, kind: str, say: Phrases) -> str:
    """What an entry says, in a few words; of a private score only that it was given."""
    what = str(say(f"journal.{kind}"))
    if isinstance(event, events.Answered):
        if event.by is not None:
            return f"{event.question}  {say('journal.private')}"
        note = f" · {event.answer.note}" if event.answer.note else ""
        return f"{event.question}  {told(event.answer, say)}{note}"
    if isinstance(event, events.Agreed):
        dissent = say.count("journal.dissent", len(event.dissent)) if event.dissent else ""
        agreed = f"{told(event.answer, say)} · {event.reason} ({event.by}){dissent}"
        return f"{event.question}  {what}{say('colon')}{agreed}"
    if isinstance(event, events.Moved):
        why = f" · {event.why}" if event.why else ""
        return f"{', '.join(event.questions)}  {say(f'work.{event.to.value}')} ({event.by}){why}"
    if isinstance(event, events.Closed):
        return f"{', '.join(event.questions)}  {what}"
    if isinstance(event, events.CodeGiven):
        return f"{event.person}  {what}"
    if isinstance(event, events.MonitoringEntered):
        return f"{event.action}  {what} ({event.date})"
    if isinstance(event, Assignment):
        return f"{event.scope}  {what} → {event.person or event.unit}"
    if isinstance(event, events.Joined):
        return f"{what}{say('colon')}{say.count('journal.entries', event.entries)}"
    return _entered(event, kind, what, say) if "id" in type(event).model_fields else what


def _entered(event: Any, kind: str, what: str, say: Phrases) -> str:
    """A person, a piece of evidence, a risk or an action, and why it is over if it is."""
    fields = event.model_dump()
    text = fields.get("text") or fields.get("unit") or fields.get("problem") or ""
    ended = next((name for name in ("withdrawn", "closed") if fields.get(name)), None)
    over = f" · {say(f'journal.{kind}_{ended}')}{say('colon')}{fields.get('why') or '–'}" if ended else ""
    return f"{fields['id']}  {what}" + (f"{say('colon')}{text}" if text else "") + over


@click.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
@in_language
def seal(file: Path, yes: bool, language: str | None) -> None:
    """Close the round in FILE for good and print the fingerprint that its reports carry.

    First it lists what is loose: returned, not approved, not agreed, unanswered, at level 3 or 4 without evidence.
    """
    with session(file, language) as s:
        if s.assessment.fingerprint is None:
            answered = len(s.assessment.standing)
            for kind, questions in agreeing.loose_ends(s.assessment).items():
                click.echo(wrapped(s.say.count(f"loose.{kind}", len(questions), questions=_few(questions)), hang=2))
            if not (yes or sure(s.say.count("journal.sure", answered), s.say)):
                raise click.Abort
            s.do(agreeing.seal)
        click.echo(_seal(s.assessment.fingerprint, s.say))


def _few(questions: Sequence[str]) -> str:
    """The first of some questions, and whether there are more."""
    return ", ".join(questions[:12]) + (" …" if len(questions) > 12 else "")


def _seal(fingerprint: str | None, say: Phrases) -> str:
    """That the file is open, or the fingerprint under its seal, last, and where to keep it."""
    if fingerprint is None:
        return str(say("journal.open"))
    return f"{wrapped(say('journal.keep'))}\n{say('journal.fingerprint', fingerprint=fingerprint)}"
