"""Commands of the editor about what editions hold: skeleton, tags, harvest, the series."""

from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from kb.base.errors import ArushaError
from kb.base.files import write_whole
from kb.base.interface import Refusal, in_words, phrases
from kb.base.vocabulary import ArticleKind, PracticeType
from kb.cli import options
from kb.cli.options import CONTENT, DAY, DIRECTORIES, DIRECTORY, FORMAT, LANGUAGE, PATH, echo_json, knowledge_of, today
from kb.library.knowledge import Knowledge
from kb.library.members import find_code
from kb.newsletter.folder import Article, EditionFolder, find_article, read
from kb.newsletter.harvest import harvesting, tagging
from kb.newsletter.harvest import series as whole
from kb.newsletter.harvest import skeleton as skeletons
from kb.newsletter.harvest.tagging import Proposal


@click.command()
@DIRECTORY
@click.option("-o", "target", type=PATH, help="A file to write it to; shown if not given.")
@options.language("Language; the edition's own if not given.", default=False)
@CONTENT
def skeleton(directory: Path, target: Path | None, language: str | None, content: Path | None) -> None:
    """Make the skeleton of an editorial: Members, topics, contents, and the abbreviations that the text uses."""
    folder, knowledge = read(directory), knowledge_of(content)
    say = phrases(language or folder.head.language)
    proposed = {file: [each.factor for each in found[:2]] for file, found in _proposals(folder, knowledge).items()}
    text = skeletons.editorial(folder, knowledge.members, knowledge.declaration, proposed, say)
    if target is None:
        click.echo(text, nl=False)
        return
    if target.exists():
        raise Refusal("edition.file_there", path=target)
    write_whole(target, text)
    click.echo(say("call.written", file=target))


def _proposals(folder: EditionFolder, knowledge: Knowledge) -> dict[str, tuple[Proposal, ...]]:
    """What is proposed for each article of a Member or project, by file."""
    told = [each for each in folder.articles if each.head.kind in (ArticleKind.MEMBER, ArticleKind.PROJECT)]
    pointers = tagging.read_pointers(knowledge.root)
    taggers = {
        language: tagging.Tagger(knowledge, pointers, language)
        for language in {str(each.head.language or folder.head.language) for each in told}
    }
    return {
        each.file: taggers[str(each.head.language or folder.head.language)].propose(
            each.head.title, tagging.text_of(each)
        )
        for each in told
    }


@click.command()
@DIRECTORY
@click.option(
    "--confirm",
    nargs=2,
    multiple=True,
    metavar="ARTICLE TAGS",
    help="Keep tags in an article: key factors and elements, such as 8,2 or 8.b,2.a; needs --by.",
)
@click.option("--by", "name", default="", metavar="NAME", help="Who confirms them.")
@DAY
@FORMAT
@LANGUAGE
@CONTENT
def tags(
    directory: Path,
    confirm: tuple[tuple[str, str], ...],
    name: str,
    day: datetime | None,
    form: str,
    language: str,
    content: Path | None,
) -> None:
    """Propose key factors for each article with the words that speak for them, or keep those that a person confirms."""
    say, folder, knowledge = phrases(language), read(directory), knowledge_of(content)
    if confirm:
        if not name.strip():
            raise Refusal("desk.tags_by")
        for asked, told in confirm:
            done = tagging.confirm(
                folder, find_article(folder, asked), told, knowledge.declaration, name.strip(), today(day)
            )
            click.echo(say("tags.kept", file=done.file, tags=", ".join(tagging.tags_of(done)), name=name.strip()))
        return
    proposals = _proposals(folder, knowledge)
    if form == "json":
        echo_json(
            [
                {
                    "file": article.file,
                    "confirmed": list(tagging.tags_of(article)),
                    "proposed": [vars(each) for each in proposals[article.file]],
                }
                for article in folder.articles
                if article.file in proposals
            ]
        )
        return
    for article in folder.articles:
        if article.file in proposals:
            click.echo(say("tags.article", file=article.file, title=click.style(article.head.title, bold=True)))
            if kept := tagging.tags_of(article):
                click.echo(f"  {say('tags.confirmed', tags=', '.join(kept))}")
            for each in proposals[article.file]:
                label = knowledge.declaration.factor(each.factor).name.of(language)
                elements, words = ", ".join(each.elements), ", ".join(each.words)
                click.echo(f"  {say('tags.proposed', factor=each.factor, name=label, elements=elements, words=words)}")
            if not proposals[article.file]:
                click.echo(f"  {say('tags.none')}")


@click.command()
@DIRECTORIES
@click.option(
    "-o",
    "target",
    metavar="DIR",
    required=True,
    type=PATH,
    help="A content folder, or a folder for the drafts.",
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
    day: datetime | None,
    form: str,
    language: str,
    content: Path | None,
) -> None:
    """Draft practice records, activities and glossary entries from approved articles, of one edition or a whole series.

    Drafts are marked, and `arusha kb check` refuses them until they are written in our own words. Exit code 1 if an
    edition was refused and others taken, 2 if none was taken.
    """
    if not directories:
        raise Refusal("edition.none_named")
    if only and len(directories) > 1:
        raise Refusal("edition.one_only")
    if target.exists() and not target.is_dir():
        raise Refusal("edition.is_file", path=target)
    say = phrases(language)
    if content is None and (target / "declaration.yml").is_file():
        content = target
    harvester = harvesting.Harvester(knowledge_of(content), target, today(day), say)
    done: list[harvesting.Harvest] = []
    for directory in directories:
        try:
            folder = read(directory)
            chosen = [find_article(folder, asked) for asked in only] or None
            done.append(harvester.take(folder, chosen, all_states=everything))
        except ArushaError as error:
            done.append(harvesting.Harvest(directory, refused=in_words(error, say, "command")))
            click.echo(f"arusha: {done[-1].refused}", err=True)
    refused = sum(bool(each.refused) for each in done)
    report = harvesting.report(done, say)
    if refused < len(done) and not (target / "declaration.yml").is_file():
        write_whole(target / "report.md", report)
    if form == "json":
        echo_json([each.as_json() for each in done])
    else:
        click.echo(report, nl=False)
    if refused:
        raise SystemExit(1 if refused < len(done) else 2)


@click.command()
@DIRECTORIES
@FORMAT
@LANGUAGE
@CONTENT
def series(directories: tuple[Path, ...], form: str, language: str, content: Path | None) -> None:
    """Show the balance over editions: these folders, and those of the knowledge base, by key factor, region, type, language."""
    say, knowledge = phrases(language), knowledge_of(content)
    folders = [read(directory) for directory in directories]
    pointers = tagging.read_pointers(knowledge.root)
    balances: list[tuple[int, whole.Balance]] = []
    for folder in folders:
        proposals = _proposals(folder, knowledge)

        def guess(
            article: Article,
            proposals: dict[str, tuple[Proposal, ...]] = proposals,
            spoken: str = str(folder.head.language),
        ) -> tuple[list[int], PracticeType | None]:
            found = [each.factor for each in proposals.get(article.file, ())[:2]]
            kind = tagging.type_of(
                article.head.title, tagging.text_of(article), pointers, str(article.head.language or spoken)
            )
            return found, kind[0] if kind else None

        number = folder.head.number if isinstance(folder.head.number, int) else 0
        label = str(number or folder.path.resolve().name)
        balances.append((number, whole.of_folder(folder, knowledge, label, guess)))
    numbers = {number for number, _ in balances}
    balances += [
        (edition.number, whole.of_edition(edition, knowledge, str(edition.number)))
        for edition in knowledge.editions
        if edition.number not in numbers
    ]
    ordered = [balance for _, balance in sorted(balances, key=lambda pair: (pair[0], pair[1].edition))]
    if form == "json":
        echo_json(
            [
                {**vars(each), "counts": {kind: dict(sorted(c.items())) for kind, c in each.counts.items()}}
                for each in ordered
            ]
        )
    else:
        click.echo(whole.table(ordered, knowledge, say))


@click.command()
@click.argument("member")
@DIRECTORIES
@DAY
@FORMAT
@LANGUAGE
@CONTENT
def earlier(
    member: str, directories: tuple[Path, ...], day: datetime | None, form: str, language: str, content: Path | None
) -> None:
    """Show what MEMBER (code or name) told before, in these folders and the knowledge base, and what may be asked of it."""
    say, knowledge = phrases(language), knowledge_of(content)
    code = find_code(knowledge.members, member)
    told = whole.earlier(code, [read(directory) for directory in directories], knowledge, today(day), say)
    if form == "json":
        echo_json(
            [
                {
                    "edition": each.edition,
                    "article": each.article,
                    "title": each.title,
                    "practice": each.practice.id if each.practice else None,
                    "status": each.practice.status if each.practice else None,
                    "questions": list(each.questions),
                }
                for each in told
            ]
        )
        return
    if not told:
        click.echo(say("series.nothing", member=knowledge.members.by_code[code].name.of(language)))
    for edition, group in groupby(told, key=lambda each: each.edition):
        click.secho(say("edition.n", number=edition) if edition else say("series.unnumbered"), bold=True)
        for each in group:
            if each.practice is None:
                click.echo(f"  {say('series.article', title=each.title, article=each.article)}")
            else:
                click.echo(f"  {say('series.practice', title=each.title, id=each.practice.id)}")
                for question in each.questions:
                    click.echo(f"    → {question}")


@click.command()
@click.option("--member", help="Only this Member: code or name.")
@click.option("--text", "texts", is_flag=True, help="With a letter to each Member, ready to be sent.")
@DAY
@FORMAT
@LANGUAGE
@CONTENT
def reminders(
    member: str | None, texts: bool, day: datetime | None, form: str, language: str, content: Path | None
) -> None:
    """List practices last told more than three years ago, to be confirmed with their Member."""
    say, knowledge = phrases(language), knowledge_of(content)
    code = find_code(knowledge.members, member) if member else None
    found = whole.reminders(knowledge, today(day), code)
    if form == "json":
        echo_json(
            [
                {
                    "member": each.member,
                    "practices": [{"id": practice.id, "told": told or None} for practice, told in each.practices],
                    "letter": whole.letter(each, knowledge, say),
                }
                for each in found
            ]
        )
        return
    if not found:
        click.echo(say("series.up_to_date"))
    for each in found:
        name = knowledge.members.by_code[each.member].name.of(language)
        click.secho(say.count("series.reminders", len(each.practices), member=name), bold=True)
        if texts:
            letter = whole.letter(each, knowledge, say)
            click.echo("\n" + "\n".join(f"    {line}" if line else "" for line in letter.splitlines()) + "\n")
            continue
        for practice, told in each.practices:
            day_told = say.date(told) if told else say("series.undated")
            click.echo(f"  {say('series.old', title=practice.title.of(language), id=practice.id, told=day_told)}")
