"""Making an assessment file, fitting it to the Member, and taking it to a newer bank: `new`, `own`, `upgrade`."""

from pathlib import Path

import click

from assessment import journal
from assessment import own as owns
from assessment.cli.session import FILE, in_language, session, sure, wrapped
from assessment.own import Own
from assessment.storing.sqlite import AssessmentFile
from assessment.versions import changes, lens_changes
from kb.base import bounded
from kb.base.folding import on_one_line
from kb.base.interface import Refusal, phrases
from kb.cli import options
from kb.library.knowledge import Knowledge, load
from kb.library.members import find_code
from kb.library.notes import between, numbered
from kb.library.questionnaires import Bank


@click.command()
@click.argument("file", type=FILE)
@click.option("--administration", required=True, help="Name of the administration, as the report shows it.")
@click.option("--member", help="Code of the Member, such as NZ; its own practices are then not offered to it.")
@options.language("Language of questions and report.")
@click.option("--quick", is_flag=True, help="Only the 20 questions of the quick scan, for a first morning.")
@click.option("--gender", is_flag=True, help="Ask the gender lens as well; its scores stand apart.")
@click.option("--own", "own_file", type=FILE, help="The Member’s own questions and weights, a YAML file.")
def new(
    file: Path, administration: str, member: str | None, language: str, quick: bool, gender: bool, own_file: Path | None
) -> None:
    """Make the assessment file FILE."""
    name = on_one_line(administration)
    if not name:
        raise Refusal("shell.no_name")
    knowledge = load()
    code = find_code(knowledge.members, member) if member else None
    added = _read_own(own_file, knowledge.bank, knowledge) if own_file else None
    chosen, lens = "quick" if quick else "full", knowledge.gender if gender else None
    opening = journal.opening(name, code, language, knowledge.bank, chosen, added, lens)
    with AssessmentFile.create(file, *opening) as made:
        assessment = journal.read(made, knowledge.bank)
    say = phrases(language)
    click.echo(say("answer.made", file=file, name=name, n=len(assessment.asked), version=assessment.version))
    click.echo(say("answer.resume", file=file))


@click.command()
@click.argument("file", type=FILE)
@click.argument("own_file", metavar="OWN", type=FILE)
@in_language
def own(file: Path, own_file: Path, language: str | None) -> None:
    """Give FILE the Member's own questions and weights of OWN (YAML), in place of earlier ones."""
    with session(file, language) as s:
        base = owns.with_questions(s.assessment.bank, [q for q in s.assessment.bank.questions if ".m" not in q.id])
        read = _read_own(own_file, base, s.knowledge)
        s.append([("tailored", read.model_dump(mode="json", exclude_defaults=True))])
        click.echo(s.say("own.taken", file=own_file, questions=len(read.questions), weights=len(read.weights)))


@click.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
@in_language
def upgrade(file: Path, yes: bool, language: str | None) -> None:
    """Take FILE to the questions of this release: unchanged ones keep their answers, the rest is listed."""
    with session(file, language) as s:
        now = s.knowledge.bank
        found = changes(s.assessment.bank, now, chosen=s.assessment.chosen)
        lens = s.knowledge.gender if s.assessment.lens else None
        if s.assessment.lens and lens:
            found += lens_changes(s.assessment.lens, lens)
        if not (found.reworded or found.new or found.dropped) and s.assessment.version == now.version:
            click.echo(s.say("upgrade.none", version=now.version))
            return
        if numbered(s.assessment.version) > numbered(now.version):
            raise Refusal("shell.newer_questions", path=file, version=s.assessment.version, here=now.version)
        click.echo(s.say("upgrade.head", before=s.assessment.version, after=now.version))
        for note in between(s.knowledge.notes, s.assessment.version, now.version):
            click.echo(
                wrapped(
                    f"  {note.version} ({s.say.date(note.date)}){s.say('colon')}{note.text.of(s.say.language)}", hang=2
                )
            )
        for kind in ("same", "reworded", "new", "dropped"):
            ids = getattr(found, kind)
            listed = "" if kind == "same" or not ids else f"{s.say('colon')}{', '.join(ids)}"
            click.echo(f"  {s.say(f'change.{kind}')} {len(ids)}{listed}")
        lapsed = [q for q in (*found.reworded, *found.dropped) if q in s.assessment.standing or q in s.assessment.given]
        if lapsed:
            click.echo(s.say("upgrade.lapse", questions=", ".join(lapsed)))
        if not (yes or sure(s.say("upgrade.sure"), s.say)):
            raise click.Abort
        entry, attached = journal.upgraded(now, s.assessment.chosen, (*found.reworded, *found.dropped), lens)
        s.append([entry], attached)
        click.echo(s.say("upgrade.done", version=now.version))


def _read_own(file: Path, bank: Bank, knowledge: Knowledge) -> Own:

    return bounded.call(str(file), owns.LIMITS, owns.read, file, bank, set(knowledge.declaration.elements))
