"""Making an assessment file, fitting it to the Member, and taking it to a newer bank: `new`, `own`, `upgrade`."""

from collections.abc import Iterator
from pathlib import Path

import click

from assessment import own as owns
from assessment import replay, telling
from assessment.cli.session import FILE, Session, about, on_file, sure, wrapped
from assessment.own import Own
from assessment.rounds import opening
from assessment.storing.sqlite import AssessmentFile
from assessment.versions import Changes
from kb.base import bounded
from kb.base.interface import phrases
from kb.base.vocabulary import Language
from kb.cli import options
from kb.library.knowledge import Knowledge, load
from kb.library.members import find_code
from kb.library.notes import between
from kb.library.questionnaires import Bank


@click.command()
@click.argument("file", type=FILE)
@click.option("--administration", required=True, help="Name of the administration, as the report shows it.")
@click.option("--member", help="Code of the Member, such as NZ; its own practices are then not offered to it.")
@options.language("Language of questions and report.")
@click.option("--quick", is_flag=True, help="Only the 20 questions of the quick scan, for a first morning.")
@click.option("--gender", is_flag=True, help="Ask the gender lens as well; its scores stand apart.")
@click.option("--own", "own_", type=FILE, help="The Member’s own questions and weights, a YAML file.")
def new(
    file: Path,
    administration: str,
    member: str | None,
    language: Language,
    quick: bool,
    gender: bool,
    own_: Path | None,
) -> None:
    """Make the assessment file FILE."""
    known = load()
    code = find_code(known.members, member) if member else None
    added = _read_own(own_, known.bank, known) if own_ else None
    lens = known.gender if gender else None
    first = opening.opening(administration, code, language.value, known.bank, "quick" if quick else "full", added, lens)
    with AssessmentFile.create(file, *first) as made:
        a = replay.read(made, known.bank)
    say = phrases(language)
    click.echo(say("answer.made", file=file, name=a.administration, n=len(a.asked), version=a.version))
    click.echo(say("answer.resume", file=file, options=""))


@on_file()
@click.argument("own_file", metavar="OWN", type=FILE)
def own(s: Session, own_file: Path) -> None:
    """Give FILE the Member's own questions and weights of OWN (YAML), in place of earlier ones."""
    read = _read_own(own_file, opening.shared(s.assessment), s.knowledge)
    s.do(opening.tailor, read)
    click.echo(s.say("own.taken", file=own_file, questions=len(read.questions), weights=len(read.weights)))


@on_file()
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
def upgrade(s: Session, yes: bool) -> None:
    """Take FILE to the questions of this release: unchanged ones keep their answers, the rest is listed."""
    a, say, now = s.assessment, s.say, s.knowledge.bank
    lens = s.knowledge.gender if a.lens else None
    with about(s.path):
        view = opening.to_upgrade(a, now, lens)
    if view is None:
        click.echo(say("upgrade.none", version=now.version))
        return
    for line in _changes(s, view):
        click.echo(line)
    if lapsed := [key for key in view.lapsed if key in a.standing or key in a.given]:
        click.echo(say("upgrade.lapse", questions=", ".join(lapsed)))
    if not (yes or sure(say("upgrade.sure"), say)):
        raise click.Abort
    entry, attached = opening.upgraded(now, a.chosen, view.lapsed, lens)
    s.do(opening.upgrade, entry, attached=attached)
    click.echo(say("upgrade.done", version=now.version))


def _changes(s: Session, view: Changes) -> Iterator[str]:
    """From which questions to which, why, and what changes."""
    say, before, after = s.say, s.assessment.version, s.knowledge.bank.version
    yield say("upgrade.head", before=before, after=after)
    for note in between(s.knowledge.notes, before, after):
        yield wrapped(f"  {note.version} ({say.date(note.date)}){say('colon')}{note.text.of(say.language)}", hang=2)
    for line in telling.kinds(vars(view), say):
        yield f"  {line}"


def _read_own(file: Path, bank: Bank, knowledge: Knowledge) -> Own:
    return bounded.call(str(file), owns.LIMITS, owns.read, file, bank, set(knowledge.declaration.elements))
