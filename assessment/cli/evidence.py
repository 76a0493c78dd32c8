"""What shows that a level is true, and how fresh it is: `arusha assess evidence …`."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from assessment import telling, views
from assessment.answers import Kind
from assessment.cli.session import FILE, ID, Session, given, on_file, output, table, wrapped
from assessment.evidence import VALIDITY, Confidentiality, take
from assessment.output import expect_writable, write
from assessment.rounds import agreeing, register
from kb.base.interface import Refusal
from kb.cli.options import OneOf


@click.group()
def evidence() -> None:
    """What shows that a level is true: texts, links and files, each with its own date."""


@on_file("add", evidence)
@click.argument("text")
@click.option("--for", "questions", multiple=True, help="A question that it supports. May be given several times.")
@click.option("--link", help="Where it is: a web address (http, https) or a path, kept as text.")
@click.option("--file", "attached", type=FILE, help="A file to keep inside FILE, up to 25 MB.")
@click.option("--kind", type=OneOf(Kind), help="What kind of thing it is.  [default: other]")
@click.option("--date", "date", help="Its own date: YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--owner", help="Who keeps it up, such as “Internal Audit”.")
@click.option("--confidentiality", type=OneOf(Confidentiality), help="Who may see it.  [default: internal]")
@click.option(
    "--months", type=click.IntRange(1, 600), help="For how long it holds, if not as long as others of its kind."
)
def add(s: Session, questions: tuple[str, ...], attached: Path | None, **stated: Any) -> None:
    """Add the piece of evidence TEXT to FILE."""
    fields, data = _with_file(stated, attached)
    (piece,) = s.do(register.add_evidence, fields, questions, attached=data)
    _tell(s, piece.id, "added")


@on_file("renew", evidence)
@ID
@click.option("--date", "date", required=True, help="The new date: YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--file", "attached", type=FILE, help="The new file, in place of the one kept until now.")
@click.option("--link", help="The new place: a web address (http, https) or a path.")
@click.option("--text", help="The new text.")
def renew(s: Session, key: str, attached: Path | None, **stated: Any) -> None:
    """Put a newer state of the piece ID of FILE in place of the one kept until now, which stays in the history."""
    fields, data = _with_file(stated, attached)
    s.do(register.renew_evidence, key, fields, attached=data)
    _tell(s, key, "renewed")


@on_file("link", evidence)
@ID
@click.argument("questions", nargs=-1, required=True, metavar="QUESTION...")
def link(s: Session, key: str, questions: tuple[str, ...]) -> None:
    """Let the piece ID of FILE support more questions."""
    s.do(register.link_evidence, key, questions)
    _tell(s, key, "linked")


@on_file("withdraw", evidence)
@ID
@click.option("--why", required=True, help="Why it no longer counts.")
def withdraw(s: Session, key: str, why: str) -> None:
    """Let the piece ID of FILE no longer count; it stays in the history."""
    s.do(register.withdraw_evidence, key, why)
    click.echo(s.say("pieces.withdrawn", id=key, why=s.assessment.evidence[key].why))


@on_file("save", evidence)
@ID
@output("The file to write.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def save(s: Session, key: str, output: Path, force: bool) -> None:
    """Write the file attached to the piece ID of FILE out again."""
    kept = register.attached(s.assessment, key)
    expect_writable(output)
    if os.path.lexists(output) and not force:
        raise Refusal("shell.file_there", path=output)
    write(output, s.file.attachment(kept.sha256))
    click.echo(s.say("pieces.saved", name=kept.name, size=telling.size(kept.size, s.say), file=output))


@on_file("list", evidence, data=True)
@click.argument("question", required=False)
@click.option("--as-of", "as_of", help="The day as of which it is judged, YYYY-MM-DD.  [default: today]")
@click.option("--stale", is_flag=True, help="Only what is no longer to be relied on.")
def list_(s: Session, question: str | None, as_of: str | None, stale: bool) -> None:
    """Print the evidence in FILE, for one QUESTION such as 8.d.1 or for all, and how fresh it is.

    Without QUESTION also how much of each key factor's score rests on fresh, ageing or stale evidence or on none.
    Freshness never changes a score.
    """
    day = _day(as_of)
    only = agreeing.question(s.assessment, question) if question else None
    view = views.evidence(s.assessment, day, only, stale=stale)
    s.show(view.as_json(), _list(s, view, stale=stale))


def _list(s: Session, view: views.EvidenceList, *, stale: bool) -> Iterator[str]:
    say, bare = s.say, view.unsupported
    if view.rows:
        yield table(telling.evidence(view, say))
    else:
        yield say("pieces.none_stale" if stale else "pieces.none", file=s.path)
    if stale:
        return
    if view.factors:
        yield "\n" + wrapped(say("pieces.shares", day=say.date(view.day.isoformat())))
        yield table(telling.shares(view, s.factors(), say))
    if bare:
        listed = ", ".join(each.id for each in bare)
        yield click.style("\n" + wrapped(say.count("pieces.bare", len(bare), questions=listed)), fg="yellow")


def _day(typed: str | None) -> date:
    try:
        return date.fromisoformat(typed) if typed else date.today()
    except ValueError:
        raise Refusal("shell.no_day", day=typed) from None


def _with_file(stated: dict[str, Any], path: Path | None) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """The fields of a piece with its file, and the bytes to attach."""
    if path is None:
        return given(stated), ()
    kept, data = take(path)
    return given(stated) | {"file": kept.model_dump(mode="json")}, (data,)


def _tell(s: Session, key: str, done: str) -> None:
    """Say what was done, and what somebody should know of it: no date, no question."""
    say, piece = s.say, s.assessment.evidence[key]
    file = f" ({piece.file.name}, {telling.size(piece.file.size, say)})" if piece.file else ""
    questions = ", ".join(piece.questions) or "–"
    s.tell(say(f"pieces.{done}", id=piece.id, kind=say(f"piece_kind.{piece.kind}"), questions=questions) + file)
    if piece.date is None and (piece.months or VALIDITY[piece.kind]):
        click.echo(say("pieces.undated"))
    if not piece.questions:
        click.echo(say("pieces.unlinked", id=piece.id, file=s.path))
