"""Copies that grew apart: `arusha assess join A B`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from assessment import journal
from assessment.cli.memory import described
from assessment.cli.session import FILE, Session, in_language, session, wrapped
from assessment.events import KINDS, Names, attached
from assessment.exchange import as_json, joining
from assessment.exchange.joining import Conflict, Joining
from assessment.journal import Assessment
from assessment.storing.journal import Entry, Kept
from assessment.storing.sqlite import AssessmentFile, is_assessment
from kb.base import bounded
from kb.base.errors import ArushaError
from kb.base.files import workplace
from kb.base.folding import turns_shown
from kb.base.interface import Phrases, Refusal


@click.command()
@click.argument("file", metavar="A", type=FILE)
@click.argument("copy", metavar="B", type=FILE)
@click.option(
    "--prefer",
    type=click.Choice(["A", "B"]),
    default="A",
    show_default=True,
    help="Whose change stands where both changed the same thing.",
)
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
@in_language
def join(file: Path, copy: Path, prefer: str, yes: bool, language: str | None) -> None:
    """Take over into the file A what was done in B, a copy of it or an export of one, after their common beginning.

    What both changed is shown, and both changes stay in the history. Of private scores nothing but whose they are is shown.
    """
    with session(file, language, plan=True) as s, _opened(copy, file, s) as other:
        theirs = other.entries()
        foreseen = _foreseen(s, copy, theirs, prefer)
        _show(s, copy, prefer, foreseen)
        if not yes:
            _confirm(s, copy)
        _take(s, other, copy, theirs, prefer, foreseen)
        _tell(s, file, copy, foreseen)


class _Foreseen:
    """What joining would come to: the entries of A *before* it, the *joining*, and how many new entries then count nothing."""

    def __init__(self, before: Sequence[Entry], joining: Joining, uncounted: int) -> None:
        self.before, self.joining, self.uncounted = before, joining, uncounted


@contextmanager
def _opened(copy: Path, file: Path, s: Session) -> Iterator[AssessmentFile]:
    """The copy as an open file; one is made of an export, beside A for as long as it is read. Raises ArushaError."""
    if is_assessment(copy) or not copy.is_file():
        if copy.exists() and copy.samefile(file):
            raise Refusal("shell.same_file", path=copy)
        with AssessmentFile.open(copy) as opened:
            opened.check()
            yield opened
        return
    with workplace(file.parent) as place:
        made, limits = place / "copy.arusha", as_json.limits(copy.stat().st_size)
        bounded.call(str(copy), limits, as_json.take, copy, made, s.knowledge.bank)
        with AssessmentFile.open(made) as opened:
            yield opened


def _foreseen(s: Session, copy: Path, theirs: Sequence[Entry], prefer: str) -> _Foreseen:
    """What joining would come to as A stands. Raises ArushaError, which names the copy."""
    before = s.file.entries()
    try:
        made = joining.join(before, theirs, prefer_theirs=prefer == "B")
        after = journal.state(joining.foreseen(before, made.entries), s.knowledge.bank, s.file.attachment, plan=True)
    except ArushaError as error:
        raise Refusal("of_file", file=copy, what=error) from None
    return _Foreseen(before, made, sum(seq > len(before) for seq, _ in after.uncounted))


def _show(s: Session, copy: Path, prefer: str, foreseen: _Foreseen) -> None:
    """What would be taken, and what both changed."""
    say, made = s.say, foreseen.joining
    taken = made.taken
    click.echo(wrapped(say.count("join.takes", taken.total(), copy=copy, common=made.common)))
    for kind, n in taken.items():
        click.echo(f"  {say('journal.private' if kind == 'score' else f'journal.{kind}')}{say('colon')}{n}")
    for there, here in made.renumbered:
        click.echo(f"  {say('join.renumbered', there=there, here=here)}")
    if made.sealed:
        click.echo(wrapped(say("join.seal")))
    if made.left_out:
        click.echo(wrapped(say.count("join.left_out", made.left_out)))
    if foreseen.uncounted:
        click.echo(wrapped(say.count("join.uncounted", foreseen.uncounted)))
    if made.conflicts:
        click.echo(wrapped(say.count("join.conflicts", len(made.conflicts), prefer=prefer)))
    for conflict in made.conflicts:
        click.echo(turns_shown(_told(conflict, say)))


def _told(conflict: Conflict, say: Phrases) -> str:
    """A conflict on its lines; of private scores and codes only whose they are."""
    about = f"{conflict.of}  " if conflict.of else ""
    what = say(f"join.what.{conflict.kind}") + (f" {conflict.whose}" if conflict.whose else "")
    if conflict.kind in ("score", "code"):
        return f"  {about}{what}"
    sides = (("A", conflict.mine), ("B", conflict.theirs))
    return "\n".join([f"  {about}{what}", *(f"    {name}: {_side(changes, say)}" for name, changes in sides)])


def _side(changes: Sequence[Kept], say: Phrases) -> str:

    kind, body = changes[-1]
    event = KINDS[kind].model.model_validate(body, strict=False)
    if isinstance(event, Names):
        return str(say("people.names_on" if event.on else "people.names_off"))
    return " · ".join(described(event, kind, say).split("\n"))


def _confirm(s: Session, copy: Path) -> None:
    """Ask before anything is written. Raises ArushaError where nobody answers or the answer is no."""
    try:
        sure = click.confirm(s.say("join.sure"), err=True)
    except click.Abort:
        click.echo(err=True)
        sure = False
    if not sure:
        raise Refusal("shell.not_joined", path=copy)


def _take(
    s: Session, other: AssessmentFile, copy: Path, theirs: Sequence[Entry], prefer: str, foreseen: _Foreseen
) -> None:
    """Write it, all in one transaction, if A is still what was shown. Raises ArushaError."""
    names = dict.fromkeys(name for entry in theirs[foreseen.joining.common :] for name in attached(entry.event))

    def made(_: Assessment) -> Sequence[Kept]:
        if s.file.entries()[-1].hash != foreseen.before[-1].hash:
            raise Refusal("shell.changed_since", path=s.file.path, copy=copy)
        return foreseen.joining.entries

    s.change(made, [other.attachment(name) for name in names])


def _tell(s: Session, file: Path, copy: Path, foreseen: _Foreseen) -> None:
    made = foreseen.joining
    click.echo(wrapped(s.say.count("join.took", made.taken.total(), file=file, copy=copy)))
    for person in made.codeless:
        click.echo(wrapped(s.say("join.codeless", person=person, file=file)))
