"""The action plan in files: Excel, Word, calendar, pictures, the public page, articles."""

from pathlib import Path
from typing import Any

import click

from assessment.cli.plan import a_day, as_of, today
from assessment.cli.session import FILE, Session, in_language, session, sure, wrapped
from assessment.journal import Assessment
from assessment.output import write
from assessment.plan import article as articles
from assessment.plan import calendars, changes, document
from assessment.plan import workbook as workbooks
from assessment.plan.pictures import burnup_svg, timeline_svg
from assessment.plan.sheets import WORDS, word
from assessment.plan.tracker import commitments, pages
from kb.base import bounded
from kb.base.interface import Phrases, Refusal

ENDINGS = (".xlsx", ".docx", ".ics", ".csv", ".json")


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "-o", "--output", required=True, type=FILE, help=f"The file to write; its ending says what: {', '.join(ENDINGS)}."
)
@in_language
def export(file: Path, output: Path, language: str | None) -> None:
    """Write the plan of FILE for Excel, Word, a calendar, or programs. The whole of it is internal."""
    ending = output.suffix.lower()
    if ending not in ENDINGS:
        raise Refusal("shell.ending", path=output, endings=ENDINGS)
    with session(file, language, plan=True) as s:
        a, say, listed = s.assessment, s.say, _some(s, file)
        entries = s.file.entries()
        made: bytes | str
        if ending == ".xlsx":
            title = f"{say('plan.title')} – {a.administration}"
            made = workbooks.as_workbook(listed, title, a.changed, entries[-1].seq, say)
        elif ending == ".docx":
            made = document.as_document(listed, a.administration, a.changed, say)
        elif ending == ".ics":
            name = f"{say('plan.title')} – {a.administration}"
            made = calendars.as_calendar(listed, name, entries[0].hash[:12], a.changed, say)
        elif ending == ".csv":
            made = document.as_csv(listed, say)
        else:
            made = document.as_json(listed, a.administration, _fingerprint(a), a.changed[:10])
        write(output, made)
        shown = sum(a.due is not None and a.status != "done" for a in listed) if ending == ".ics" else len(listed)
        click.echo(say.count("plan.wrote", shown, file=output))


@click.command(name="import")
@click.argument("file", type=FILE)
@click.argument("workbook", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask whether the changes shown are meant.")
@in_language
def import_(file: Path, workbook: Path, yes: bool, language: str | None) -> None:
    """Take an Excel WORKBOOK made by “arusha plan export” back into FILE; each changed field is shown first."""
    with session(file, language, plan=True) as s:
        say = s.say
        changes.expect_open(s.assessment)
        taken = bounded.call(str(workbook), workbooks.LIMITS, workbooks.read, workbook, s.assessment.actions)
        if not taken.edits:
            click.echo(say("plan.no_edits", file=workbook))
            return

        desk, seen = changes.Desk(s.knowledge, say), s.assessment.actions
        wanted = (desk, seen, taken.fields, today(), str(workbook))
        changes.take(s.assessment, *wanted)  # every fault is shown before anything is asked
        newer = s.file.entries()[-1].seq - (taken.entry or 0)
        if taken.entry is not None and newer > 0:
            click.echo(wrapped(say.count("plan.newer", newer)))
        for edit in taken.edits:
            number = say("plan.edit_indicator", number=edit.number) if edit.number else ""
            told = {"before": _shown(edit.field, edit.before, say), "after": _shown(edit.field, edit.after, say)}
            field = say(f"action.{edit.field}")
            click.echo(wrapped(say("plan.edit", action=edit.action, number=number, field=field, **told), hang=4))
        click.echo(say.count("plan.edits", len(taken.edits), file=workbook))
        if not (yes or sure(say("plan.edit_sure"), say)):
            raise click.Abort
        s.do(changes.take, *wanted)
        click.echo(say.count("plan.taken", len(taken.fields)))


def _shown(field: str, value: Any, say: Phrases) -> str:

    if value in (None, "", []):
        return str(say("plan.blank"))
    if field in WORDS:
        told = value if isinstance(value, bool) else str(value)
        return str(word(field, told, say))
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"“{text}”"


@click.command()
@click.argument("file", type=FILE)
@click.option("-o", "--output", required=True, type=FILE, help="The picture to write, such as timeline.svg.")
@as_of
@in_language
def timeline(file: Path, output: Path, day: str | None, language: str | None) -> None:
    """Draw the actions of FILE on an axis of time, with what is achieved, overdue and slipping."""
    now = a_day(day)
    with session(file, language, plan=True) as s:
        listed = _some(s, file)
        write(output, timeline_svg(listed, s.assessment.administration, now, s.say))
        click.echo(s.say.count("plan.wrote", len(listed), file=output))


@click.command()
@click.argument("file", type=FILE)
@click.option("-o", "--output", required=True, type=FILE, help="The picture to write, such as burnup.svg.")
@as_of
@in_language
def burnup(file: Path, output: Path, day: str | None, language: str | None) -> None:
    """Draw how many actions of FILE were to be done by each day, and how many were."""
    now = a_day(day)
    with session(file, language, plan=True) as s:
        listed = _some(s, file)
        write(output, burnup_svg(listed, s.assessment.administration, now, s.say))
        click.echo(s.say.count("plan.wrote", len(listed), file=output))


@click.command()
@click.argument("file", type=FILE)
@click.option("-o", "--output", required=True, type=FILE, help="The folder for the page, in English and in French.")
@in_language
def tracker(file: Path, output: Path, language: str | None) -> None:
    """Write the public page of commitments: only actions made --public, without origin, resources, risks and remarks."""
    if output.exists() and not output.is_dir():
        raise Refusal("shell.is_a_file", path=output)
    with session(file, language, plan=True) as s:
        a = s.assessment
        listed = list(a.actions.values())
        made = pages(listed, a.administration, a.language, a.changed[:10], _fingerprint(a), s.knowledge)
        for path, text in made.items():
            write(output / path, text)
        shown = sum(len(commitment.actions) for commitment in commitments(listed))
        click.echo(s.say.count("plan.wrote", shown, file=output / "index.html"))


@click.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@click.option(
    "-o", "--output", required=True, type=FILE, help="A folder; that of an edition takes it as its last article."
)
@click.option("--internal", is_flag=True, help="Tell of an action that is not public.")
@in_language
def article(file: Path, key: str, output: Path, internal: bool, language: str | None) -> None:
    """Draft a newsletter article from the action ID of FILE, which is done and has a measured result."""
    if output.exists() and not output.is_dir():
        raise Refusal("shell.is_a_file", path=output)
    with session(file, language, plan=True) as s:
        made = articles.draft(changes.action(s.assessment, key), s.assessment.member, s.say, internal=internal)
        click.echo(s.say("plan.article_made", file=articles.write(output, made), id=key))


def _fingerprint(assessment: Assessment) -> str | None:
    """That of the sealed round that the plan belongs to."""
    found: str | None = assessment.carried.fingerprint if assessment.carried else assessment.fingerprint
    return found


def _some(s: Session, file: Path) -> list[Any]:
    """The actions. Raises ArushaError where there are none."""
    if not s.assessment.actions:
        raise Refusal("shell.no_action", path=file)
    return list(s.assessment.actions.values())
