"""Commands of the editor about what editions hold: skeleton, tags, harvest, the series."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click

from kb.base.files import write_whole
from kb.base.interface import Phrases, Refusal, phrases
from kb.cli import options
from kb.cli.options import (
    CONTENT,
    DAY,
    DIRECTORIES,
    DIRECTORY,
    FORMAT,
    LANGUAGE,
    PATH,
    bold,
    indented,
    show,
)
from kb.library.knowledge import Knowledge, load
from kb.library.members import find_code
from kb.newsletter.folder import Article, find_article, read
from kb.newsletter.harvest import harvesting, tagging
from kb.newsletter.harvest import series as whole
from kb.newsletter.harvest import skeleton as skeletons


@click.command()
@DIRECTORY
@click.option("-o", "target", type=PATH, help="A file to write it to; shown if not given.")
@options.language("Language; the edition's own if not given.", default=False)
@CONTENT
def skeleton(directory: Path, target: Path | None, language: str | None, content: Path | None) -> None:
    """Make the skeleton of an editorial: Members, topics, contents, and the abbreviations that the text uses."""
    folder, knowledge = read(directory), load(content)
    say = phrases(language or folder.head.language)
    proposals = tagging.proposals(folder, knowledge)
    proposed = {article.file: [each.factor for each in proposals[article][:2]] for article in proposals}
    text = skeletons.editorial(folder, knowledge.members, knowledge.declaration, proposed, say)
    if target is None:
        click.echo(text, nl=False)
        return
    if target.exists():
        raise Refusal("edition.file_there", path=target)
    write_whole(target, text)
    click.echo(say("call.written", file=target))


@click.command()
@DIRECTORY
@click.option(
    "--confirm",
    nargs=2,
    multiple=True,
    metavar="ARTICLE TAGS",
    help="Keep tags in an article: key factors and elements, such as 8,2 or 8.b,2.a; needs --by.",
)
@options.by("Who confirms them.")
@DAY
@FORMAT
@LANGUAGE
@CONTENT
def tags(
    directory: Path,
    confirm: tuple[tuple[str, str], ...],
    name: str,
    day: str,
    form: str,
    language: str,
    content: Path | None,
) -> None:
    """Propose key factors for each article with the words that speak for them, or keep those that a person confirms."""
    say, folder, knowledge = phrases(language), read(directory), load(content)
    for asked, chosen in confirm:
        article = tagging.confirm(folder, find_article(folder, asked), chosen, knowledge.declaration, name, day)
        click.echo(say("tags.kept", file=article.file, tags=", ".join(tagging.tags_of(article)), name=name))
    if not confirm:
        proposals = tagging.proposals(folder, knowledge)
        as_json = [
            {"file": each.file, "confirmed": tagging.tags_of(each), "proposed": [vars(one) for one in proposed]}
            for each, proposed in proposals.items()
        ]
        lines = (line for each, proposed in proposals.items() for line in _tags(each, proposed, knowledge, say))
        show(form, lambda: as_json, lines)


def _tags(article: Article, proposed: Sequence[tagging.Proposal], knowledge: Knowledge, say: Phrases) -> Iterator[str]:
    yield say("tags.article", file=article.file, title=bold(article.head.title))
    if kept := tagging.tags_of(article):
        yield f"  {say('tags.confirmed', tags=', '.join(kept))}"
    for each in proposed:
        label = knowledge.declaration.factor(each.factor).name.of(say.language)
        elements, words = ", ".join(each.elements), ", ".join(each.words)
        yield f"  {say('tags.proposed', factor=each.factor, name=label, elements=elements, words=words)}"
    if not proposed:
        yield f"  {say('tags.none')}"


@click.command()
@DIRECTORIES
@click.option(
    "-o", "target", metavar="DIR", required=True, type=PATH, help="A content folder, or a folder for the drafts."
)
@click.option("--article", "only", multiple=True, metavar="ARTICLE", help="Only this article, of one edition.")
@click.option("--all", "everything", is_flag=True, help="Also what is not approved, as in editions printed long ago.")
@DAY
@FORMAT
@LANGUAGE
@CONTENT
def harvest(
    directories: tuple[Path, ...],
    target: Path,
    only: tuple[str, ...],
    everything: bool,
    day: str,
    form: str,
    language: str,
    content: Path | None,
) -> None:
    """Draft practice records, activities and glossary entries from approved articles, of one edition or a whole series.

    Drafts are marked, and `arusha kb check` refuses them until they are written in our own words. Exit code 1 if an
    edition was refused and others taken, 2 if none was taken.
    """
    say, own = phrases(language), (target / "declaration.yml").is_file()
    harvester = harvesting.Harvester(load(content or (target if own else None)), target, day, say)
    done = harvester.take_folders(directories, only, all_states=everything)
    refused = [each.refused for each in done if each.refused]
    for sentence in refused:
        click.echo(f"arusha: {sentence}", err=True)
    report = harvesting.report(done, say)
    if len(refused) < len(done) and not own:
        write_whole(target / "report.md", report)
    show(form, lambda: [each.as_json() for each in done], [report.rstrip("\n")])
    if refused:
        raise SystemExit(1 if len(refused) < len(done) else 2)


@click.command()
@DIRECTORIES
@FORMAT
@LANGUAGE
@CONTENT
def series(directories: tuple[Path, ...], form: str, language: str, content: Path | None) -> None:
    """Show the balance over editions: these folders, and those of the knowledge base, by key factor, region, type, language."""
    say, knowledge = phrases(language), load(content)
    balances = whole.balances([read(directory) for directory in directories], knowledge)
    show(form, lambda: [each.as_json() for each in balances], [whole.table(balances, knowledge, say)])


@click.command()
@click.argument("member")
@DIRECTORIES
@DAY
@FORMAT
@LANGUAGE
@CONTENT
def earlier(
    member: str, directories: tuple[Path, ...], day: str, form: str, language: str, content: Path | None
) -> None:
    """Show what MEMBER (code or name) told before, in these folders and the knowledge base, and what may be asked of it."""
    say, knowledge = phrases(language), load(content)
    code = find_code(knowledge.members, member)
    told = whole.earlier(code, [read(directory) for directory in directories], knowledge, day, say)
    nothing = say("series.nothing", member=knowledge.members.by_code[code].name.of(language))
    show(form, lambda: [each.as_json() for each in told], _earlier(told, say) if told else [nothing])


def _earlier(told: Sequence[whole.Precedent], say: Phrases) -> Iterator[str]:
    for edition, group in groupby(told, key=lambda each: each.edition):
        yield bold(say("edition.n", number=edition) if edition else say("series.unnumbered"))
        for each in group:
            if each.practice is None:
                yield f"  {say('series.article', title=each.title, article=each.article)}"
            else:
                yield f"  {say('series.practice', title=each.title, id=each.practice.id)}"
            yield from (f"    → {question}" for question in each.questions)


@click.command()
@click.option("--member", help="Only this Member: code or name.")
@click.option("--text", "texts", is_flag=True, help="With a letter to each Member, ready to be sent.")
@DAY
@FORMAT
@LANGUAGE
@CONTENT
def reminders(member: str | None, texts: bool, day: str, form: str, language: str, content: Path | None) -> None:
    """List practices last told more than three years ago, to be confirmed with their Member."""
    say, knowledge = phrases(language), load(content)
    code = find_code(knowledge.members, member) if member else None
    due = whole.reminders(knowledge, day, code)
    lines = (line for each in due for line in _reminder(each, knowledge, say, texts))
    show(form, lambda: [each.as_json(knowledge, say) for each in due], lines if due else [say("series.up_to_date")])


def _reminder(reminder: whole.Reminder, knowledge: Knowledge, say: Phrases, texts: bool) -> Iterator[str]:
    name = knowledge.members.by_code[reminder.member].name.of(say.language)
    yield bold(say.count("series.reminders", len(reminder.practices), member=name))
    if texts:
        yield indented(whole.letter(reminder, knowledge, say))
        return
    for practice, told in reminder.practices:
        yield f"  {say('series.old', title=practice.title.of(say.language), id=practice.id, told=say.date(told))}"
