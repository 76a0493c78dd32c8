"""The memory of an assessment: `history`, `verify`, `seal`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from assessment.cli.session import FILE, in_language, session, wrapped


@click.command()
@click.argument("file", type=FILE)
@in_language
def verify(file: Path, language: str | None) -> None:
    """Check that nothing in FILE was changed outside arusha. Exit code 1 if something was."""
    from kb.errors import ArushaError

    try:
        with session(file, language, plan=True) as s:
            entries = s.file.check()
            click.echo(s.say.count("journal.whole", len(entries)))
            click.echo(_seal(s.assessment.fingerprint, s.say))
    except ArushaError as error:
        click.echo(f"arusha: {error}", err=True)
        raise SystemExit(1) from None


@click.command()
@click.argument("file", type=FILE)
@click.argument("question", required=False)
@in_language
def history(file: Path, question: str | None, language: str | None) -> None:
    """Print what was entered in FILE and when (UTC), for one QUESTION such as 1.a.1 or for all.

    Of private scores only that they were given; “arusha assess spread” tells how they lie.
    """
    from kb.errors import ArushaError

    with session(file, language, plan=True) as s:
        known = {*s.knowledge.bank.by_id, *s.assessment.by_id}
        if question is not None and question not in known:
            raise ArushaError(f"“{question}” is not a question; they are named like 1.a.1")
        for entry in s.file.entries():
            body = entry.body
            about = body.get("questions") or [body.get("question")]
            if question is None or (isinstance(about, list) and question in about):
                click.echo(f"{entry.seq:>5}  {entry.at}  {_what(entry.kind, body, s)}")


def _what(kind: str, body: dict[str, Any], s: Any) -> str:
    from assessment import answers
    from assessment.asking import told

    say = s.say
    what = str(say(f"journal.{kind}"))
    if kind == "answered":
        if "by" in body:
            return f"{body['question']}  {say('journal.private')}"
        given = answers.Answer.model_validate(body["answer"], strict=False)
        note = f" · {given.note}" if given.note else ""
        return f"{body['question']}  {told(given, say)}{note}"
    if kind == "agreed":
        given = answers.Answer.model_validate(body["answer"], strict=False)
        dissent = say.count("journal.dissent", len(body["dissent"])) if body.get("dissent") else ""
        return f"{body['question']}  {what}{say('colon')}{told(given, say)} · {body['reason']} ({body['by']}){dissent}"
    if kind == "moved":
        why = f" · {body['why']}" if body["why"] else ""
        return f"{', '.join(body['questions'])}  {say('work.' + body['to'])} ({body['by']}){why}"
    if kind == "code":
        return f"{body['person']}  {what}"
    if kind in ("closed", "reopened"):
        return f"{', '.join(body['questions'])}  {what}"
    if kind == "monitored":
        return f"{body['action']}  {what} ({body['date']})"
    if kind in ("evidence", "risk", "person", "action"):
        text = body.get("text") or body.get("unit") or body.get("problem") or ""
        ended = next((name for name in ("withdrawn", "closed") if body.get(name)), None)
        over = f" · {say(f'journal.{kind}_{ended}')}{say('colon')}{body.get('why') or '–'}" if ended else ""
        return f"{body['id']}  {what}" + (f"{say('colon')}{text}" if text else "") + over
    if kind in ("assigned", "unassigned"):
        return f"{body['scope']}  {what} → {body.get('person') or body.get('unit')}"
    return what


@click.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
@in_language
def seal(file: Path, yes: bool, language: str | None) -> None:
    """Close the round in FILE for good and print the fingerprint that its reports carry.

    First it lists what is loose: returned, not approved, not agreed, unanswered, without evidence.
    """
    from assessment import rounds

    with session(file, language) as s:
        if s.assessment.fingerprint is None:
            answered = len(s.assessment.standing)
            for kind, questions in rounds.loose_ends(s.assessment).items():
                click.echo(wrapped(s.say.count(f"loose.{kind}", len(questions), questions=_few(questions)), hang=2))
            if not yes:
                click.confirm(s.say("journal.sure", n=answered), abort=True)
            s.append([("sealed", {"answers": answered})])
        click.echo(_seal(s.assessment.fingerprint, s.say))


def _few(questions: Sequence[str]) -> str:
    """The first of some questions, and whether there are more."""
    return ", ".join(questions[:12]) + (" …" if len(questions) > 12 else "")


def _seal(fingerprint: str | None, say: Any) -> str:
    return str(say("journal.fingerprint", fingerprint=fingerprint) if fingerprint else say("journal.open"))
