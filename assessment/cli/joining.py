"""Copies that grew apart: `arusha assess join A B`."""

from collections.abc import Iterator
from pathlib import Path

import click

from assessment.cli.session import FILE, Session, about, answered, on_file, sure, wrapped
from assessment.exchange import as_json, joining, tables
from assessment.exchange.joining import Foreseen
from kb.base.folding import turns_shown
from kb.base.interface import Phrases, Refusal


@on_file(plan=True, metavar="A")
@click.argument("copy", metavar="B", type=FILE)
@click.option(
    "--prefer",
    type=click.Choice(["A", "B"]),
    default="A",
    show_default=True,
    help="Whose change stands where both changed the same thing.",
)
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
def join(s: Session, copy: Path, prefer: str, yes: bool) -> None:
    """Take over into the file A what was done in B, a copy of it or an export of one, after their common beginning.

    What both changed is shown, and both changes stay in the history. Of private scores nothing but whose they are is shown.
    """
    with as_json.opened(copy, s.path, s.knowledge.bank) as other:
        with about(copy):
            foreseen = joining.foresee(s.file, other, s.knowledge.bank, prefer_theirs=prefer == "B")
        for line in _foreseen(foreseen, copy, prefer, s.say):
            click.echo(line)
        if not (yes or answered(lambda: sure(s.say("join.sure"), s.say))):
            raise Refusal("shell.not_joined", path=copy)
        s.change(lambda _: joining.still(s.file, copy, foreseen), joining.attachments(other, foreseen))
        s.tell(s.say.count("join.took", foreseen.joining.taken.total(), file=s.path, copy=copy))
        for person in foreseen.joining.codeless:
            s.tell(s.say("join.codeless", person=person, file=s.path))


def _foreseen(foreseen: Foreseen, copy: Path, prefer: str, say: Phrases) -> Iterator[str]:
    """What would be taken, and what both changed."""
    made = foreseen.joining
    yield wrapped(say.count("join.takes", made.taken.total(), copy=copy, common=made.common))
    for kind, n in made.taken.items():
        yield f"  {say('journal.private' if kind == 'score' else f'journal.{kind}')}{say('colon')}{n}"
    for there, here in made.renumbered:
        yield f"  {say('join.renumbered', there=there, here=here)}"
    if made.sealed:
        yield wrapped(say("join.seal"))
    if made.left_out:
        yield wrapped(say.count("join.left_out", made.left_out))
    if foreseen.uncounted:
        yield wrapped(say.count("join.uncounted", foreseen.uncounted))
    if made.conflicts:
        yield wrapped(say.count("join.conflicts", len(made.conflicts), prefer=prefer))
    for conflict in made.conflicts:
        yield turns_shown(tables.conflict(conflict, say))
