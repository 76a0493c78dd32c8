"""The action plan in files: Excel, Word, calendar, pictures, the public page, articles."""

from collections.abc import Callable
from pathlib import Path

import click

from assessment.actions import Action
from assessment.cli.plan import a_day, as_of, today
from assessment.cli.session import FILE, ID, Session, asked, on_file, output, sure
from assessment.output import write
from assessment.plan import article as articles
from assessment.plan import calendars, changes, document, merging, views
from assessment.plan import workbook as workbooks
from assessment.plan.pictures import burnup_svg, timeline_svg
from assessment.plan.tracker import commitments, pages
from kb.base import bounded
from kb.base.interface import Refusal

_KINDS: dict[str, Callable[[Session, list[Action], str], str | bytes]] = {
    ".xlsx": lambda s, listed, of: workbooks.as_workbook(
        listed, _title(s), s.assessment.changed, s.file.entries()[-1].seq, s.say, s.file.entries()[-1].hash
    ),
    ".docx": lambda s, listed, of: document.as_document(listed, of, s.assessment.changed, s.say),
    ".ics": lambda s, listed, of: calendars.as_calendar(
        listed, _title(s), s.file.entries()[0].hash[:12], s.assessment.changed, s.say
    ),
    ".csv": lambda s, listed, of: document.as_csv(listed, s.say),
    ".json": lambda s, listed, of: document.as_json(
        listed, of, views.fingerprint(s.assessment), s.assessment.changed[:10]
    ),
}


_OF_FILES = (".md", ".html", ".htm", ".docx", ".pdf", ".txt", ".xlsx")  # a folder is hardly meant


def _title(s: Session) -> str:
    return f"{s.say('plan.title')} – {s.assessment.administration}"


@on_file(plan=True)
@output(f"The file to write; its ending says what: {', '.join(_KINDS)}.")
def export(s: Session, output: Path) -> None:
    """Write the plan of FILE for Excel, Word, a calendar, or programs. The whole of it is internal."""
    if (ending := output.suffix.lower()) not in _KINDS:
        raise Refusal("shell.ending", path=output, endings=tuple(_KINDS))
    listed = _listed(s)
    write(output, _KINDS[ending](s, listed, s.assessment.administration))
    shown = calendars.dated(listed) if ending == ".ics" else listed
    click.echo(s.say.count("plan.wrote", len(shown), file=output))


@on_file("import", plan=True)
@click.argument("workbook", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask whether the changes shown are meant.")
@click.option(
    "--keep",
    type=click.Choice(["plan", "workbook"]),
    help="Whose value stays where the plan has changed a field since, too.  [default: each is asked about]",
)
def import_(s: Session, workbook: Path, yes: bool, keep: str | None) -> None:
    """Take an Excel WORKBOOK made by “arusha plan export” back into FILE: what was changed in it, and new rows; all is shown first.

    It is compared with the plan as it was when the workbook was made; what was changed in the plan since stays.
    """
    say, seen, desk = s.say, s.assessment.actions, changes.Desk(s.knowledge, s.say)
    changes.expect_open(s.assessment)
    held = bounded.call(str(workbook), workbooks.LIMITS, workbooks.read, workbook)
    base = merging.made_from(held, s.file, s.knowledge.bank)
    merged = merging.merge(held, base, seen)
    if yes and keep is None:
        merged.expect_decided(workbook, say, known=base is not None)
    wanted = merged.decided(lambda _: keep == "workbook")
    changes.take(s.assessment, desk, seen, wanted, today())  # every fault is shown before anything is asked
    for note in merged.notes:
        s.tell(note.in_words(say), hang=4)
    if newer := merging.newer(held, base, s.file, say):
        s.tell(newer)
    wanted = wanted if keep else merged.decided(lambda edit: _counts(s, edit))
    lines = merging.lines(wanted, say)
    for line in lines:
        s.tell(line, hang=4)
    click.echo(say.count("plan.edits", len(lines), file=workbook) if lines else say("plan.no_edits", file=workbook))
    if lines:
        if not (yes or sure(say("plan.edit_sure"), say)):
            raise click.Abort
        s.do(changes.take, desk, seen, wanted, today())
        click.echo(say.count("plan.taken", len(wanted.actions)))


def _counts(s: Session, edit: merging.Edit) -> bool:
    """Ask whether the workbook's value of a field that both sides changed counts; the plan's stays otherwise."""
    s.tell(merging.clash(edit, s.say), hang=4)
    answers = {"p": False, "plan": False, **dict.fromkeys(("w", "workbook", "c", "classeur"), True)}
    while (typed := asked(s.say("plan.which_counts")).casefold()) not in answers:
        pass
    return answers[typed]


@on_file(plan=True)
@output("The picture to write, such as timeline.svg.")
@as_of
def timeline(s: Session, output: Path, day: str | None) -> None:
    """Draw the actions of FILE on an axis of time, with what is achieved, overdue and slipping."""
    _draw(s, output, day, timeline_svg)


@on_file(plan=True)
@output("The picture to write, such as burnup.svg.")
@as_of
def burnup(s: Session, output: Path, day: str | None) -> None:
    """Draw how many actions of FILE were to be done by each day, and how many were."""
    _draw(s, output, day, burnup_svg)


def _draw(s: Session, output: Path, day: str | None, picture: Callable[..., str]) -> None:
    now, listed = a_day(day), _listed(s)
    write(output, picture(listed, s.assessment.administration, now, s.say))
    click.echo(s.say.count("plan.wrote", len(listed), file=output))


@on_file(plan=True)
@output("The folder for the page, in English and in French.")
def tracker(s: Session, output: Path) -> None:
    """Write the public page of commitments: only actions made --public, without origin, resources, risks and remarks.

    What the program drafted is left out until a person has given a measure or confirmed it.
    """
    _expect_folder(output)
    a, listed = s.assessment, list(s.assessment.actions.values())
    made = pages(listed, a.administration, a.language, a.changed[:10], views.fingerprint(a), s.knowledge)
    for path, text in made.items():
        write(output / path, text)
    shown = sum(len(commitment.actions) for commitment in commitments(listed))
    click.echo(s.say.count("plan.wrote", shown, file=output / "index.html"))
    if drafts := [action.id for action in listed if action.public and not action.published]:
        s.tell(s.say("plan.left_out", ids=", ".join(drafts), file=s.path))


@on_file(plan=True)
@ID
@output("A folder; that of an edition takes it as its last article.")
@click.option("--internal", is_flag=True, help="Tell of an action that is not public.")
def article(s: Session, key: str, output: Path, internal: bool) -> None:
    """Draft a newsletter article from the action ID of FILE, which is done, says what was done, and has a measured result."""
    _expect_folder(output)
    made = articles.draft(changes.action(s.assessment, key), s.assessment.member, s.say, internal=internal)
    click.echo(s.say("plan.article_made", file=articles.write(output, made), id=key))


def _expect_folder(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise Refusal("shell.is_a_file", path=path)
    if not path.exists() and path.suffix.lower() in _OF_FILES:
        raise Refusal("shell.no_folder", path=path, ending=path.suffix)


def _listed(s: Session) -> list[Action]:
    """The actions. Raises Refusal where there are none."""
    if not s.assessment.actions:
        raise Refusal("shell.no_action", path=s.path)
    return list(s.assessment.actions.values())
