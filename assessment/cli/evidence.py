"""What shows that a level is true, and how fresh it is: `arusha assess evidence …`."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from assessment import views
from assessment.answers import Evidence, Kind
from assessment.cli.session import FILE, Session, as_data, in_language, session, table, wrapped
from assessment.evidence import VALIDITY, Confidentiality, Freshness, Piece, take
from assessment.output import expect_writable, write
from assessment.rounds import agreeing, register
from assessment.views import EvidenceRow
from kb.base.interface import Phrases, Refusal
from kb.cli.options import OneOf, echo_json


@click.group()
def evidence() -> None:
    """What shows that a level is true: texts, links and files, each with its own date."""


@evidence.command()
@click.argument("file", type=FILE)
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
@in_language
def add(
    file: Path, text: str, questions: tuple[str, ...], attached: Path | None, language: str | None, **given: Any
) -> None:
    """Add the piece of evidence TEXT to FILE."""
    fields = {"text": text} | {name: value for name, value in given.items() if value is not None}
    with session(file, language) as s:
        data = _attach(fields, attached)
        ((_, body),) = s.do(register.add_evidence, fields, questions, attached=data)
        _told(s, s.assessment.evidence[body["id"]], "added")


@evidence.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@click.option("--date", "date", required=True, help="The new date: YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--file", "attached", type=FILE, help="The new file, in place of the one kept until now.")
@click.option("--link", help="The new place: a web address (http, https) or a path.")
@click.option("--text", help="The new text.")
@in_language
def renew(file: Path, key: str, attached: Path | None, language: str | None, **given: Any) -> None:
    """Put a newer state of the piece ID of FILE in place of the one kept until now, which stays in the history."""
    fields = {name: value for name, value in given.items() if value is not None}
    with session(file, language) as s:
        data = _attach(fields, attached)
        s.do(register.renew_evidence, key, fields, attached=data)
        _told(s, s.assessment.evidence[key], "renewed")


@evidence.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@click.argument("questions", nargs=-1, required=True, metavar="QUESTION...")
@in_language
def link(file: Path, key: str, questions: tuple[str, ...], language: str | None) -> None:
    """Let the piece ID of FILE support more questions."""
    with session(file, language) as s:
        s.do(register.link_evidence, key, questions)
        _told(s, s.assessment.evidence[key], "linked")


@evidence.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@click.option("--why", required=True, help="Why it no longer counts.")
@in_language
def withdraw(file: Path, key: str, why: str, language: str | None) -> None:
    """Let the piece ID of FILE no longer count; it stays in the history."""
    with session(file, language) as s:
        s.do(register.withdraw_evidence, key, why)
        click.echo(s.say("pieces.withdrawn", id=key, why=s.assessment.evidence[key].why))


@evidence.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@click.option("-o", "--output", type=FILE, required=True, help="The file to write.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
@in_language
def save(file: Path, key: str, output: Path, force: bool, language: str | None) -> None:
    """Write the file attached to the piece ID of FILE out again."""
    with session(file, language) as s:
        kept = register.evidence(s.assessment, key).file
        if kept is None:
            raise Refusal("shell.nothing_attached", id=key)
        expect_writable(output)
        if os.path.lexists(output) and not force:
            raise Refusal("shell.file_there", path=output)
        write(output, s.file.attachment(kept.sha256))
        click.echo(s.say("pieces.saved", name=kept.name, size=_size(kept.size, s.say), file=output))


@evidence.command(name="list")
@click.argument("file", type=FILE)
@click.argument("question", required=False)
@click.option("--as-of", "as_of", help="The day as of which it is judged, YYYY-MM-DD.  [default: today]")
@click.option("--stale", is_flag=True, help="Only what is no longer to be relied on.")
@as_data
@in_language
def list_(file: Path, question: str | None, as_of: str | None, stale: bool, form: str, language: str | None) -> None:
    """Print the evidence in FILE, for one QUESTION such as 8.d.1 or for all, and how fresh it is.

    Without QUESTION also how much of each key factor's score rests on fresh, ageing or stale evidence or on none.
    Freshness never changes a score.
    """
    day = _day(as_of)
    with session(file, language) as s:
        a, say = s.assessment, s.say
        only = agreeing.question(a, question) if question else None
        view = views.evidence(a, day, only, stale=stale)
        if form == "json":
            echo_json(view.as_json())
            return
        rows, factors, bare = view.rows, view.factors, view.unsupported
        if rows:
            columns = ("id", "kind", "date", "freshness", "owner", "questions")
            head, *lines = table(
                [say(f"pieces.{name}") for name in columns], [_row(row, say) for row in rows]
            ).splitlines()
            click.echo(head)
            for line, row in zip(lines, rows, strict=True):
                click.echo(line)
                click.echo(wrapped(f"    {_what(row.piece, say)}", hang=4))
        else:
            click.echo(say("pieces.none_stale" if stale else "pieces.none", file=file))
        if factors and not stale:
            names = (*Freshness, "none")
            click.echo("\n" + wrapped(say("pieces.shares", day=say.date(day.isoformat()))))
            cells = [
                [
                    f"{number:>2} {s.knowledge.declaration.factor(number).name.of(say.language)}",
                    *(say("pieces.percent", n=say.number(float(getattr(found, name)) * 100)) for name in names),
                ]
                for number, found in factors.items()
            ]
            heads = [say("score.factor"), *(say(f"freshness.{name}") for name in names)]
            click.echo(table(heads, cells, right=range(1, len(heads))))
        if bare and not stale:
            listed = ", ".join(each.id for each in bare)
            click.secho("\n" + wrapped(say.count("pieces.bare", len(bare), questions=listed)), fg="yellow")


def _row(row: EvidenceRow, say: Phrases) -> list[str]:
    """One line of the list."""
    piece, more = row.piece, len(row.questions) - 3
    return [
        row.id or "–",
        say(f"piece_kind.{piece.kind}") if row.id else say("pieces.noted"),
        say.date(piece.date) if piece.date else "–",
        say(f"freshness.{row.freshness}"),
        " ".join((getattr(piece, "owner", None) or "–").split()),
        ", ".join(row.questions[:3]) + (f" +{more}" if more > 0 else "") or "–",
    ]


def _what(piece: Piece | Evidence, say: Phrases) -> str:
    """What a piece says, with its link, its file, and who may see it where that is not the administration."""
    file = getattr(piece, "file", None)
    seen_by = getattr(piece, "confidentiality", "internal")
    attached = say("pieces.attached", name=file.name, size=_size(file.size, say)) if file else ""
    whose = "" if seen_by == "internal" else say("pieces.seen_by", who=say(f"confidentiality.{seen_by}"))
    return " · ".join(filter(None, (piece.text, piece.link, attached, whose)))


def _size(size: int, say: Phrases) -> str:
    if size < 1000:
        return str(say.count("pieces.bytes", size))
    if size < 1_000_000:
        return str(say("pieces.kilobytes", n=say.number(size / 1e3)))
    return str(say("pieces.megabytes", n=say.number(size / 1e6, 1)))


def _day(typed: str | None) -> date:
    try:
        return date.fromisoformat(typed) if typed else date.today()
    except ValueError:
        raise Refusal("shell.no_day", day=typed) from None


def _attach(fields: dict[str, Any], path: Path | None) -> tuple[bytes, ...]:
    """Put a file into the fields of a piece; the bytes to attach come back."""
    if path is None:
        return ()

    kept, data = take(path)
    fields["file"] = kept.model_dump(mode="json")
    return (data,)


def _told(s: Session, piece: Piece, key: str) -> None:
    """Say what was done, and what somebody should know of it: no date, no question."""
    say = s.say
    file = f" ({piece.file.name}, {_size(piece.file.size, say)})" if piece.file else ""
    questions = ", ".join(piece.questions) or "–"
    click.echo(
        wrapped(say(f"pieces.{key}", id=piece.id, kind=say(f"piece_kind.{piece.kind}"), questions=questions) + file)
    )
    if piece.date is None and (piece.months or VALIDITY[piece.kind]):
        click.echo(say("pieces.undated"))
    if not piece.questions:
        click.echo(say("pieces.unlinked", id=piece.id, file=s.file.path))
