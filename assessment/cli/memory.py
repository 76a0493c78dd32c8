"""The memory of an assessment: `history`, `verify`, `seal`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from assessment import views
from assessment.cli.session import FILE, Session, in_language, on_file, session, sure, wrapped
from assessment.history import described
from assessment.rounds import agreeing
from assessment.storing.journal import Entry
from kb.base.errors import ArushaError
from kb.base.folding import turns_shown
from kb.base.interface import Phrases, Refusal, in_words, phrases
from kb.cli.lazy import LANGUAGE


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
            for line in _verified(s, entries, kept):
                click.echo(line)
            remarks = list(views.remarks(s.assessment, entries, s.say))
            for remark in remarks:
                click.echo(f"arusha: {file}{s.say('colon')}{remark}", err=True)
    except ArushaError as error:
        say = phrases(click.get_current_context().meta.get(LANGUAGE, "en"))
        click.echo(f"arusha: {turns_shown(in_words(error, say, 'command'))}", err=True)
        raise SystemExit(1) from None
    if remarks:
        raise SystemExit(1)


def _verified(s: Session, entries: Sequence[Entry], kept: str | None) -> Iterator[str]:
    fingerprint = s.assessment.fingerprint
    yield s.say.count("journal.whole", len(entries))
    yield _seal(fingerprint, s.say)
    if fingerprint is None:
        yield s.say("journal.so_far", fingerprint=entries[-1].hash)
    if kept is None:
        yield wrapped(s.say("journal.whole_means"))
        return
    entry, later = views.kept(s.path, entries, kept), len(entries)
    yield wrapped(
        s.say("journal.same_until", seq=entry.seq, later=later - entry.seq)
        if entry.seq < later
        else s.say("journal.same")
    )


@on_file(plan=True)
@click.argument("questions", nargs=-1, metavar="[QUESTION]...")
def history(s: Session, questions: tuple[str, ...]) -> None:
    """Print what was entered in FILE and when (UTC), for each QUESTION such as 1.a.1 or for all.

    Of private scores only that they were given; “arusha assess spread” tells how they lie.
    """
    for question in questions:
        if question not in {*s.knowledge.bank.by_id, *s.assessment.by_id}:
            raise Refusal("shell.no_question", question=question)
    for entry in views.history(s.file.entries(), questions):
        click.echo(f"{entry.seq:>5}  {entry.at}  {turns_shown(described(entry.event, entry.kind, s.say))}")


@on_file()
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
def seal(s: Session, yes: bool) -> None:
    """Close the round in FILE for good and print the fingerprint that its reports carry.

    First it lists what is loose: returned, not approved, not agreed, unanswered, at level 3 or 4 without evidence.
    """
    if s.assessment.fingerprint is None:
        for kind, questions in agreeing.loose_ends(s.assessment).items():
            few = ", ".join(questions[:12]) + (" …" if len(questions) > 12 else "")
            s.tell(s.say.count(f"loose.{kind}", len(questions), questions=few), hang=2)
        if not (yes or sure(s.say.count("journal.sure", len(s.assessment.standing)), s.say)):
            raise click.Abort
        s.do(agreeing.seal)
    click.echo(_seal(s.assessment.fingerprint, s.say))


def _seal(fingerprint: str | None, say: Phrases) -> str:
    """That the file is open, or the fingerprint under its seal, last, and where to keep it."""
    if fingerprint is None:
        return say("journal.open")
    return f"{wrapped(say('journal.keep'))}\n{say('journal.fingerprint', fingerprint=fingerprint)}"
