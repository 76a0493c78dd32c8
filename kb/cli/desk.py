"""Commands of the editor's desk, added to `arusha edition`: call, completeness, states, comments, plan, translations."""

from collections.abc import Iterator
from pathlib import Path

import click

from kb.base import bounded
from kb.base.files import write_whole
from kb.base.interface import Phrases, Refusal, phrases
from kb.base.vocabulary import Language
from kb.cli import options
from kb.cli.options import ARTICLE, CONTENT, DAY, DIRECTORY, FORMAT, LANGUAGE, PATH, OneOf, bold, show
from kb.library.knowledge import load
from kb.library.members import Members
from kb.newsletter.desk import calling, completeness, history, workplan
from kb.newsletter.desk import comments as store
from kb.newsletter.desk.completeness import Completeness
from kb.newsletter.desk.membership import load_members
from kb.newsletter.folder import ArticleState, EditionFolder, find_article, is_edition, read
from kb.newsletter.intake import formats
from kb.newsletter.intake.submissions import read_submission

_BY = options.by("Who does it; kept in the history.", required=True)


@click.command()
@click.option("-o", "target", metavar="DIR", required=True, type=PATH, help="The folder for the files.")
@click.option("--edition", "number", type=click.IntRange(1, 10_000), help="Number of the edition.")
@options.day("The last day for contributions.", "--deadline", "deadline")
@options.language("One language only; both if not given.", default=False)
@CONTENT
def call(target: Path, number: int | None, deadline: str, language: Language | None, content: Path | None) -> None:
    """Make the call for contributions (Markdown, Word, e-mail) and the Word form that goes with it."""
    declaration = load(content).declaration
    if target.exists() and not target.is_dir():
        raise Refusal("edition.is_file", path=target)
    for say in map(phrases, [language] if language else Language):
        for name, data in calling.files(say, declaration, number, deadline).items():
            write_whole(target / name, data)
            click.echo(say("call.written", file=target / name))


@click.command()
@click.argument("source", metavar="DIR|FILE", type=PATH)
@options.day("The day by which an answer is asked for.", "--deadline", "deadline")
@options.language("Language of the letters; each article's own if not given.", default=False)
@FORMAT
def missing(source: Path, deadline: str, language: str | None, form: str) -> None:
    """Tell what each contribution lacks, with a letter that asks for it. Exit code 1 if something is missing."""
    judged = _judged(source)
    show(
        form,
        lambda: [each.as_json(phrases(each.language(language)), deadline) for each in judged],
        (line for each in judged for line in _letter(each, phrases(each.language(language)), deadline)),
    )
    if any(each.lacks for each in judged):
        raise SystemExit(1)


def _judged(source: Path) -> list[Completeness]:
    """What each contribution of an edition folder lacks, or that of one filled form."""
    if source.is_dir() or is_edition(source):
        return completeness.of_folder(read(source))
    submission = bounded.call(source.name, formats.LIMITS, read_submission, source, load_members())
    if submission is None:
        raise Refusal("desk.no_form", path=source)
    return [Completeness(submission.file, submission.head, completeness.of_submission(submission))]


def _letter(judged: Completeness, say: Phrases, deadline: str) -> Iterator[str]:
    yield bold(judged.heading(say))
    if judged.lacks:
        yield options.indented(judged.reply(say, deadline))


@click.command()
@DIRECTORY
@ARTICLE
@click.argument("state", type=OneOf(ArticleState))
@_BY
@click.option(
    "--why", default="", metavar="REASON", help="Needed to go back, and to approve what the Member has not seen."
)
@DAY
@LANGUAGE
def state(directory: Path, article: str, state: str, name: str, why: str, day: str, language: str) -> None:
    """Put ARTICLE into a state: received, in-review, with-member, approved, ready; who approves did not write the text.

    Whoever changes a text puts their name to it by giving the state in which it is.
    """
    say, folder = phrases(language), read(directory)
    found = find_article(folder, article)
    moved = history.move(folder, found, ArticleState(state), name, why.strip(), day)
    before, after = (say(f"desk.state.{each.head.state}") for each in (found, moved))
    click.echo(say("desk.moved", file=found.file, before=before, after=after, name=name))


@click.command()
@DIRECTORY
@ARTICLE
@click.argument("text")
@_BY
@click.option(
    "--line", type=int, help="The line of the article's file that it is about; the whole article if not given."
)
@DAY
@LANGUAGE
def comment(directory: Path, article: str, text: str, name: str, line: int | None, day: str, language: str) -> None:
    """Keep a comment TEXT on ARTICLE beside it, in comments.yml."""
    folder = read(directory)
    found = find_article(folder, article)
    made = store.add(folder, found, text, name, day, line)
    click.echo(phrases(language)("desk.commented", id=made.id, file=found.file))


@click.command()
@DIRECTORY
@click.argument("article", metavar="[ARTICLE]", required=False)
@click.option("--resolve", "key", metavar="ID", help="Settle this comment; needs --by.")
@options.by("Who settles it.")
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@DAY
@LANGUAGE
def comments(
    directory: Path, article: str | None, key: str | None, name: str, everything: bool, day: str, language: str
) -> None:
    """List the open comments of an edition, or settle one."""
    say, folder = phrases(language), read(directory)
    if key:
        click.echo(say("desk.resolved", id=store.resolve(directory, key, name, day).id))
        return
    only = find_article(folder, article) if article else None
    for each in (listed := store.of(folder, only, settled=everything)):
        click.echo(store.in_words(folder, each, say))
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
@DAY
@FORMAT
@LANGUAGE
def plan(directory: Path, settings: tuple[tuple[str, str], ...], day: str, form: str, language: str) -> None:
    """Show the plan of an edition: order, length, state, who owes what by when, pairs of languages."""
    folder, members = read(directory), load_members()
    for asked, setting in settings:
        workplan.change(folder, members, workplan.key_of(folder, members, asked), [setting])
    rows = workplan.rows(folder)
    lines = _plan(folder, rows, members, day, phrases(language))
    show(form, lambda: [row.as_json(day) for row in rows], lines)


def _plan(
    folder: EditionFolder, rows: tuple[workplan.Row, ...], members: Members, day: str, say: Phrases
) -> Iterator[str]:
    for row in rows:
        name = row.article.head.title if row.article else members.by_code[row.key].name.of(say.language)
        state = say(f"desk.state.{row.article.head.state}" if row.article else "desk.awaited")
        yield f"{row.key:<24}{state:<18}{bold(name)}"
        late = say("desk.late", date=say.date(row.task.due)) if row.task.due else ""
        parts = (click.style(part, fg="red") if part == late else part for part in row.in_words(day, say))
        yield f"{'':<24}{' · '.join(parts)}"
    yield workplan.summary(folder, rows, day, say)


@click.command()
@DIRECTORY
@ARTICLE
@click.option("--of", "source", required=True, metavar="ARTICLE", help="The article that it translates.")
@LANGUAGE
def translated(directory: Path, article: str, source: str, language: str) -> None:
    """Note that ARTICLE translates another as it is now; if that one changes, the plan and the check say so."""
    folder = read(directory)
    made, other = find_article(folder, article), find_article(folder, source)
    workplan.join(folder, made, other)
    click.echo(phrases(language)("desk.joined", file=made.file, partner=other.file))
