"""Commands of the editor's desk, added to `arusha edition`: call, completeness, editing, tags, harvest, the series."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb.newsletter.options import DIRECTORY, FORMAT, LANGUAGE

if TYPE_CHECKING:
    from kb.interface import Phrases
    from kb.knowledge import Knowledge
    from kb.newsletter.folder import Article, EditionFolder
    from kb.newsletter.tagging import Proposal
    from kb.newsletter.workplan import Row

_CONTENT = click.option(
    "--content",
    type=click.Path(path_type=Path),
    envvar="ARUSHA_CONTENT",
    help="A content folder; this project's own if not given.",
)
_DAY = click.option(
    "--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day that counts as today; today if not given."
)
_BY = click.option("--by", "name", required=True, metavar="NAME", help="Who does it; kept in the history.")
_DIRECTORIES = click.argument("directories", metavar="DIR...", nargs=-1, type=click.Path(path_type=Path))
_ARTICLE = click.argument("article", metavar="ARTICLE")


def _today(day: datetime | None) -> str:
    from datetime import UTC

    return (day or datetime.now(UTC)).date().isoformat()


def _find(folder: "EditionFolder", asked: str) -> "Article":
    """The article named by its file, with or without number and ending, or by its Member. Raises ArushaError."""
    from kb.errors import ArushaError

    name = asked.removesuffix(".md")
    found = [one for one in folder.articles if name in (stem := one.file.removesuffix(".md"), stem.partition("-")[2])]
    found = found or [one for one in folder.articles if one.head.member == asked]
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.file.removesuffix(".md") for one in folder.articles)
    if not found:
        raise ArushaError(f"{folder.path}: has no article “{asked}”; there are {known}")
    raise ArushaError(f"{folder.path}: has {len(found)} articles “{asked}”; name one of {known}")


def _load(content: Path | None) -> "Knowledge":
    from kb.content import find_root
    from kb.knowledge import load

    return load(find_root(content))


def _json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@click.command()
@click.option(
    "-o", "target", metavar="DIR", required=True, type=click.Path(path_type=Path), help="The folder for the files."
)
@click.option("--edition", "number", type=click.IntRange(1, 10_000), help="Number of the edition.")
@click.option("--deadline", type=click.DateTime(["%Y-%m-%d"]), help="The last day for contributions.")
@click.option("--lang", "language", type=click.Choice(["en", "fr"]), help="One language only; both if not given.")
@_CONTENT
def call(
    target: Path, number: int | None, deadline: datetime | None, language: str | None, content: Path | None
) -> None:
    """Make the call for contributions (Markdown, Word, e-mail) and the Word form that goes with it."""
    from kb.errors import ArushaError
    from kb.files import write_whole
    from kb.interface import phrases
    from kb.newsletter import calling

    declaration = _load(content).declaration
    if target.exists() and not target.is_dir():
        raise ArushaError(f"{target}: is a file; name a folder with -o")
    due = deadline.date().isoformat() if deadline else ""
    for each in [language] if language else ["en", "fr"]:
        say = phrases(each)
        for name, data in calling.files(say, declaration, number, due).items():
            write_whole(target / name, data)
            click.echo(say("call.written", file=target / name))


@click.command()
@click.argument("source", metavar="DIR|FILE", type=click.Path(path_type=Path))
@click.option("--deadline", type=click.DateTime(["%Y-%m-%d"]), help="The day by which an answer is asked for.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "fr"]),
    help="Language of the letters; each article's own if not given.",
)
@FORMAT
def missing(source: Path, deadline: datetime | None, language: str | None, form: str) -> None:
    """Tell what each contribution lacks, with a letter that asks for it. Exit code 1 if something is missing."""
    from kb import bounded
    from kb.errors import ArushaError
    from kb.interface import phrases
    from kb.newsletter import completeness, formats
    from kb.newsletter.folder import is_edition, read
    from kb.newsletter.membership import load_members
    from kb.newsletter.submissions import read_submission
    from kb.vocabulary import ArticleKind

    if source.is_dir() or is_edition(source):
        articles = [each for each in read(source).articles if each.head.kind is ArticleKind.MEMBER]
        found = [(each.file, each.head, completeness.of_article(each)) for each in articles]
    else:
        submission = bounded.call(source.name, formats.LIMITS, read_submission, source, load_members())
        if submission is None:
            raise ArushaError(
                f"{source}: is not the form of the call; import it, then ask for the folder: arusha edition missing DIR"
            )
        found = [(submission.file, submission.head, completeness.of_submission(submission))]
    due = deadline.date().isoformat() if deadline else ""
    told = []
    for file, head, lacks in found:
        say = phrases(language or head.language or "en")
        letter = completeness.reply(head, lacks, say, due)
        told.append({"file": file, "missing": [vars(lack) for lack in lacks], "reply": letter})
        if form == "text":
            heading = say.count("missing.lacks", len(lacks), file=file) if lacks else say("missing.complete", file=file)
            click.secho(heading, bold=True)
            if lacks:
                click.echo("\n" + "\n".join(f"    {line}" if line else "" for line in letter.splitlines()) + "\n")
    if form == "json":
        _json(told)
    if any(lacks for _, _, lacks in found):
        raise SystemExit(1)


@click.command()
@DIRECTORY
@_ARTICLE
@click.argument("state", type=click.Choice(["received", "in-review", "with-member", "approved", "ready"]))
@_BY
@click.option(
    "--why", default="", metavar="REASON", help="Needed to go back, and to approve what the Member has not seen."
)
@_DAY
@LANGUAGE
def state(directory: Path, article: str, state: str, name: str, why: str, day: datetime | None, language: str) -> None:
    """Put ARTICLE into a state: received, in-review, with-member, approved, ready; who approves did not write the text.

    Whoever changes a text puts their name to it by giving the state in which it is.
    """
    from kb.interface import phrases
    from kb.newsletter import history
    from kb.newsletter.folder import ArticleState, read

    say, folder = phrases(language), read(directory)
    found = _find(folder, article)
    moved = history.move(folder, found, ArticleState(state), name.strip(), why.strip(), _today(day))
    before, after = (say(f"desk.state.{each.head.state}") for each in (found, moved))
    click.echo(say("desk.moved", file=found.file, before=before, after=after, name=name.strip()))


@click.command()
@DIRECTORY
@_ARTICLE
@click.argument("text")
@_BY
@click.option(
    "--line", type=int, help="The line of the article's file that it is about; the whole article if not given."
)
@_DAY
@LANGUAGE
def comment(
    directory: Path, article: str, text: str, name: str, line: int | None, day: datetime | None, language: str
) -> None:
    """Keep a comment TEXT on ARTICLE beside it, in comments.yml."""
    from kb.interface import phrases
    from kb.newsletter import comments as store
    from kb.newsletter.folder import read

    folder = read(directory)
    found = _find(folder, article)
    made = store.add(folder, found, text, name.strip(), _today(day), line)
    click.echo(phrases(language)("desk.commented", id=made.id, file=found.file))


@click.command()
@DIRECTORY
@click.argument("article", metavar="[ARTICLE]", required=False)
@click.option("--resolve", "key", metavar="ID", help="Settle this comment; needs --by.")
@click.option("--by", "name", default="", metavar="NAME", help="Who settles it.")
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@_DAY
@LANGUAGE
def comments(
    directory: Path,
    article: str | None,
    key: str | None,
    name: str,
    everything: bool,
    day: datetime | None,
    language: str,
) -> None:
    """List the open comments of an edition, or settle one."""
    from kb.errors import ArushaError
    from kb.interface import phrases
    from kb.newsletter import comments as store
    from kb.newsletter.folder import read
    from kb.newsletter.history import name as name_of

    say, folder = phrases(language), read(directory)
    if key:
        if not name.strip():
            raise ArushaError("who settles a comment gives a name: --by NAME")
        click.echo(say("desk.resolved", id=store.resolve(directory, key, name.strip(), _today(day)).id))
        return
    only = name_of(_find(folder, article)) if article else None
    listed = [
        each
        for each in store.read(directory)
        if (only is None or each.article == only) and (everything or each.resolved is None)
    ]
    for each in listed:
        now = store.line_of(folder, each)
        place = say("desk.whole") if each.line is None else say("desk.line", line=now) if now else ""
        told = say(
            "desk.comment",
            id=each.id,
            article=each.article,
            place=place or say("desk.line_gone", line=each.line),
            text=each.text,
            name=each.by,
            date=say.date(each.day),
        )
        click.echo(told + (f" – {say('desk.is_settled', name=each.resolved.by)}" if each.resolved else ""))
    if not listed:
        click.echo(say("desk.no_comments"))


@click.command()
@DIRECTORY
@click.option(
    "--set",
    "settings",
    nargs=2,
    multiple=True,
    metavar="ARTICLE FIELD=VALUE",
    help="Plan an article, or one awaited from a Member (code): words=600, owes=TEXT, who=NAME, due=2027-01-31.",
)
@_DAY
@FORMAT
@LANGUAGE
def plan(
    directory: Path, settings: tuple[tuple[str, str], ...], day: datetime | None, form: str, language: str
) -> None:
    """Show the plan of an edition: order, length, state, who owes what by when, pairs of languages."""
    from kb.interface import phrases
    from kb.newsletter import workplan
    from kb.newsletter.folder import read
    from kb.newsletter.membership import load_members

    say, folder, members, today = phrases(language), read(directory), load_members(), _today(day)
    for asked, setting in settings:
        key = asked if asked in members.by_code and all(each.head.member != asked for each in folder.articles) else ""
        workplan.change(folder, members, key or _find(folder, asked).file.removesuffix(".md"), [setting])
    rows = workplan.rows(folder)
    if form == "json":
        _json(
            [
                {
                    "article": row.key,
                    "kind": row.article.head.kind if row.article else None,
                    "member": row.article.head.member if row.article else row.key,
                    "state": row.article.head.state if row.article else None,
                    "words": row.words,
                    **{"planned" if name == "words" else name: value for name, value in row.task.model_dump().items()},
                    "late": row.is_late(today),
                    "comments": row.comments,
                    "pair": row.pair,
                    "partner": row.partner or None,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        name = members.by_code[row.key].name.of(language) if row.article is None else row.article.head.title
        state = say("desk.awaited") if row.article is None else say(f"desk.state.{row.article.head.state}")
        click.echo(f"{row.key:<24}{state:<18}{click.style(name, bold=True)}")
        click.echo(f"{'':<24}{' · '.join(_told(row, today, say))}")
    there = [row for row in rows if row.article]
    click.echo(
        say.count(
            "desk.summary",
            len(there),
            words=sum(row.words for row in there),
            ready=sum(row.article.head.state == "ready" for row in there if row.article),
            late=sum(row.is_late(today) for row in rows),
            behind=sum(row.pair is workplan.Pair.BEHIND for row in rows),
        )
    )


def _told(row: "Row", today: str, say: "Phrases") -> list[str]:
    """One line of the plan in words."""
    task, parts = row.task, list[str]()
    if row.article:
        parts.append(
            say("desk.words_of", n=row.words, planned=task.words) if task.words else say("desk.words", n=row.words)
        )
    if task.who and task.owes:
        parts.append(say("desk.owes", who=task.who, what=task.owes))
    elif task.who or task.owes:
        parts.append(say("desk.owes_who", who=task.who) if task.who else say("desk.owes_what", what=task.owes))
    if task.due:
        due = say.date(task.due)
        parts.append(
            click.style(say("desk.late", date=due), fg="red") if row.is_late(today) else say("desk.due", date=due)
        )
    if row.comments:
        parts.append(say.count("desk.comments", row.comments))
    if row.partner:
        parts.append(say(f"desk.pair_{row.pair}", partner=row.partner))
    return parts


@click.command()
@DIRECTORY
@_ARTICLE
@click.option("--of", "source", required=True, metavar="ARTICLE", help="The article that it translates.")
@LANGUAGE
def translated(directory: Path, article: str, source: str, language: str) -> None:
    """Note that ARTICLE translates another as it is now; if that one changes, the plan and the check say so."""
    from kb.interface import phrases
    from kb.newsletter import workplan
    from kb.newsletter.folder import read

    folder = read(directory)
    made, other = _find(folder, article), _find(folder, source)
    workplan.join(folder, made, other)
    click.echo(phrases(language)("desk.joined", file=made.file, partner=other.file))


@click.command()
@DIRECTORY
@click.option("-o", "target", type=click.Path(path_type=Path), help="A file to write it to; shown if not given.")
@click.option("--lang", "language", type=click.Choice(["en", "fr"]), help="Language; the edition's own if not given.")
@_CONTENT
def skeleton(directory: Path, target: Path | None, language: str | None, content: Path | None) -> None:
    """Make the skeleton of an editorial: Members, topics, contents, and the abbreviations that the text uses."""
    from kb.errors import ArushaError
    from kb.files import write_whole
    from kb.interface import phrases
    from kb.newsletter import skeleton as skeletons
    from kb.newsletter.folder import read

    folder, knowledge = read(directory), _load(content)
    say = phrases(language or folder.head.language)
    proposed = {file: [each.factor for each in found[:2]] for file, found in _proposals(folder, knowledge).items()}
    text = skeletons.editorial(folder, knowledge.members, knowledge.declaration, proposed, say)
    if target is None:
        click.echo(text, nl=False)
        return
    if target.exists():
        raise ArushaError(f"{target}: there is such a file already; name another with -o")
    write_whole(target, text)
    click.echo(say("call.written", file=target))


def _proposals(folder: "EditionFolder", knowledge: "Knowledge") -> "dict[str, tuple[Proposal, ...]]":
    """What is proposed for each article of a Member or project, by file."""
    from kb.newsletter import tagging
    from kb.vocabulary import ArticleKind

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
@_DAY
@FORMAT
@LANGUAGE
@_CONTENT
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
    from kb.errors import ArushaError
    from kb.interface import phrases
    from kb.newsletter import tagging
    from kb.newsletter.folder import read

    say, folder, knowledge = phrases(language), read(directory), _load(content)
    if confirm:
        if not name.strip():
            raise ArushaError("tags are confirmed by a person; give --by NAME")
        for asked, told in confirm:
            done = tagging.confirm(folder, _find(folder, asked), told, knowledge.declaration, name.strip(), _today(day))
            click.echo(say("tags.kept", file=done.file, tags=", ".join(tagging.tags_of(done)), name=name.strip()))
        return
    proposals = _proposals(folder, knowledge)
    if form == "json":
        _json(
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
@_DIRECTORIES
@click.option(
    "-o",
    "target",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="A content folder, or a folder for the drafts.",
)
@click.option("--article", "only", multiple=True, metavar="ARTICLE", help="Only this article, of one edition.")
@click.option("--all", "everything", is_flag=True, help="Also what is not approved, as in editions printed long ago.")
@_DAY
@FORMAT
@LANGUAGE
@_CONTENT
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
    from kb.errors import ArushaError
    from kb.files import write_whole
    from kb.interface import phrases
    from kb.newsletter import harvesting
    from kb.newsletter.folder import read

    if not directories:
        raise ArushaError("no edition is named; give its folder, as in: arusha edition harvest DIR -o drafts")
    if only and len(directories) > 1:
        raise ArushaError("--article goes with one edition; name one folder")
    if target.exists() and not target.is_dir():
        raise ArushaError(f"{target}: is a file; name a folder with -o")
    say = phrases(language)
    if content is None and (target / "declaration.yml").is_file():
        content = target
    harvester = harvesting.Harvester(_load(content), target, _today(day), say)
    done: list[harvesting.Harvest] = []
    for directory in directories:
        try:
            folder = read(directory)
            chosen = [_find(folder, asked) for asked in only] or None
            done.append(harvester.take(folder, chosen, all_states=everything))
        except ArushaError as error:
            click.echo(f"arusha: {error}", err=True)
            done.append(harvesting.Harvest(directory, refused=str(error)))
    refused = sum(bool(each.refused) for each in done)
    report = harvesting.report(done, say)
    if refused < len(done) and not (target / "declaration.yml").is_file():
        write_whole(target / "report.md", report)
    if form == "json":
        _json([each.as_json() for each in done])
    else:
        click.echo(report, nl=False)
    if refused:
        raise SystemExit(1 if refused < len(done) else 2)


@click.command()
@_DIRECTORIES
@FORMAT
@LANGUAGE
@_CONTENT
def series(directories: tuple[Path, ...], form: str, language: str, content: Path | None) -> None:
    """Show the balance over editions: these folders, and those of the knowledge base, by key factor, region, type, language."""
    from kb.interface import phrases
    from kb.newsletter import series as whole
    from kb.newsletter import tagging
    from kb.newsletter.folder import read
    from kb.vocabulary import PracticeType

    say, knowledge = phrases(language), _load(content)
    folders = [read(directory) for directory in directories]
    pointers = tagging.read_pointers(knowledge.root)
    balances: list[tuple[int, whole.Balance]] = []
    for folder in folders:
        proposals = _proposals(folder, knowledge)

        def guess(
            article: "Article",
            proposals: "dict[str, tuple[Proposal, ...]]" = proposals,
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
        _json(
            [
                {**vars(each), "counts": {kind: dict(sorted(c.items())) for kind, c in each.counts.items()}}
                for each in ordered
            ]
        )
    else:
        click.echo(whole.table(ordered, knowledge, say))


@click.command()
@click.argument("member")
@_DIRECTORIES
@_DAY
@FORMAT
@LANGUAGE
@_CONTENT
def earlier(
    member: str, directories: tuple[Path, ...], day: datetime | None, form: str, language: str, content: Path | None
) -> None:
    """Show what MEMBER (code or name) told before, in these folders and the knowledge base, and what may be asked of it."""
    from itertools import groupby

    from kb.interface import phrases
    from kb.members import find_code
    from kb.newsletter import series as whole
    from kb.newsletter.folder import read

    say, knowledge = phrases(language), _load(content)
    code = find_code(knowledge.members, member)
    told = whole.earlier(code, [read(directory) for directory in directories], knowledge, _today(day), say)
    if form == "json":
        _json(
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
@_DAY
@FORMAT
@LANGUAGE
@_CONTENT
def reminders(
    member: str | None, texts: bool, day: datetime | None, form: str, language: str, content: Path | None
) -> None:
    """List practices last told more than three years ago, to be confirmed with their Member."""
    from kb.interface import phrases
    from kb.members import find_code
    from kb.newsletter import series as whole

    say, knowledge = phrases(language), _load(content)
    code = find_code(knowledge.members, member) if member else None
    found = whole.reminders(knowledge, _today(day), code)
    if form == "json":
        _json(
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


COMMANDS: tuple[click.Command, ...] = (
    call,
    missing,
    state,
    comment,
    comments,
    plan,
    translated,
    skeleton,
    tags,
    harvest,
    series,
    earlier,
    reminders,
)
