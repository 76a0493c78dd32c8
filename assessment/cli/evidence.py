"""What shows that a level is true, and how fresh it is: `arusha assess evidence …`."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from assessment import evidence as kept
from assessment.answers import Kind
from assessment.cli.session import FILE, Session, as_data, in_language, session, table, wrapped
from assessment.evidence import VALIDITY, Confidentiality, Freshness, Piece, take
from assessment.output import expect_writable, write
from assessment.rounds import agreeing, register
from kb.cli.options import OneOf, echo_json
from kb.errors import ArushaError
from kb.interface import Phrases


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
            raise ArushaError(f"no file is attached to {key}; see “arusha assess evidence list {file}”")
        expect_writable(output)
        if os.path.lexists(output) and not force:
            raise ArushaError(
                f"{output}: there is such a file already; choose another name, or write over it with --force"
            )
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
        questions = [agreeing.question(a, question)] if question else list(a.asked)
        pieces = sorted(a.evidence.values(), key=lambda piece: int(piece.id[1:]))
        rows: list[tuple[Any, ...]] = []
        for piece in pieces:
            fresh = kept.freshness(piece.date, piece.validity, day)
            if not piece.withdrawn and (question is None or question in piece.questions):
                rows.append((piece.id, piece.questions, piece, fresh))
        for each in questions:
            stands = a.standing.get(each.id)
            rows += [
                (None, (each.id,), noted, kept.freshness(noted.date, kept.VALIDITY[noted.kind], day))
                for noted in (stands.evidence if stands else ())
            ]
        if stale:
            rows = [row for row in rows if row[3] is Freshness.STALE]
        factors = {
            number: found
            for number in (dict.fromkeys(q.factor for q in a.bank.questions) if question is None else ())
            if (found := kept.shares([q for q in a.bank.questions if q.factor == number], a.standing, pieces, day))
        }
        bare = kept.unsupported(questions, a.standing, pieces)
        if form == "json":
            data = {
                "as_of": day.isoformat(),
                "evidence": [
                    {"id": key, "questions": list(of), "freshness": fresh.value}
                    | piece.model_dump(mode="json", exclude={"id", "questions", "withdrawn", "why"})
                    for key, of, piece, fresh in rows
                ],
                "factors": [
                    {"number": number} | {name: round(float(getattr(found, name)), 4) for name in (*Freshness, "none")}
                    for number, found in factors.items()
                ],
                "unsupported": [each.id for each in bare],
            }
            echo_json(data)
            return
        if rows:
            columns = ("id", "kind", "date", "freshness", "owner", "questions")
            head, *lines = table(
                [say(f"pieces.{name}") for name in columns], [_row(row, say) for row in rows]
            ).splitlines()
            click.echo(head)
            for line, row in zip(lines, rows, strict=True):
                click.echo(line)
                click.echo(wrapped(f"    {_what(row[2], say)}", hang=4))
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


def _row(row: tuple[Any, ...], say: Phrases) -> list[str]:
    """One line of the list; a piece noted with an answer has no id."""
    key, of, piece, fresh = row
    return [
        key or "–",
        say(f"piece_kind.{piece.kind}") if key else say("pieces.noted"),
        say.date(piece.date) if piece.date else "–",
        say(f"freshness.{fresh}"),
        " ".join(((key and piece.owner) or "–").split()),
        ", ".join(of[:3]) + (f" +{len(of) - 3}" if len(of) > 3 else "") or "–",
    ]


def _what(piece: Piece, say: Phrases) -> str:
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


def _day(typed: str | None) -> Any:

    try:
        return date.fromisoformat(typed) if typed else date.today()
    except ValueError:
        raise ArushaError(
            f"“{typed}” is not a day of the calendar written YYYY-MM-DD; correct it after --as-of"
        ) from None


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
