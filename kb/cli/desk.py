"""Commands of the editor's desk, added to `arusha edition`: call, completeness, editing, tags, harvest, the series."""

from datetime import datetime
from pathlib import Path

import click

from kb.base import bounded
from kb.base.files import write_whole
from kb.base.interface import Phrases, Refusal, phrases
from kb.base.vocabulary import ArticleKind
from kb.cli import options
from kb.cli.options import (
    ARTICLE,
    CONTENT,
    DATE,
    DAY,
    DIRECTORY,
    FORMAT,
    LANGUAGE,
    PATH,
    OneOf,
    echo_json,
    knowledge_of,
    today,
)
from kb.newsletter.desk import calling, completeness, history, workplan
from kb.newsletter.desk import comments as store
from kb.newsletter.desk.history import name as name_of
from kb.newsletter.desk.membership import load_members
from kb.newsletter.desk.workplan import Row
from kb.newsletter.folder import ArticleState, find_article, is_edition, read
from kb.newsletter.intake import formats
from kb.newsletter.intake.submissions import read_submission

_BY = click.option("--by", "name", required=True, metavar="NAME", help="Who does it; kept in the history.")


@click.command()
@click.option("-o", "target", metavar="DIR", required=True, type=PATH, help="The folder for the files.")
@click.option("--edition", "number", type=click.IntRange(1, 10_000), help="Number of the edition.")
@click.option("--deadline", type=DATE, help="The last day for contributions.")
@options.language("One language only; both if not given.", default=False)
@CONTENT
def call(
    target: Path, number: int | None, deadline: datetime | None, language: str | None, content: Path | None
) -> None:
    """Make the call for contributions (Markdown, Word, e-mail) and the Word form that goes with it."""
    declaration = knowledge_of(content).declaration
    if target.exists() and not target.is_dir():
        raise Refusal("edition.is_file", path=target)
    due = deadline.date().isoformat() if deadline else ""
    for each in [language] if language else ["en", "fr"]:
        say = phrases(each)
        for name, data in calling.files(say, declaration, number, due).items():
            write_whole(target / name, data)
            click.echo(say("call.written", file=target / name))


@click.command()
@click.argument("source", metavar="DIR|FILE", type=PATH)
@click.option("--deadline", type=DATE, help="The day by which an answer is asked for.")
@options.language("Language of the letters; each article's own if not given.", default=False)
@FORMAT
def missing(source: Path, deadline: datetime | None, language: str | None, form: str) -> None:
    """Tell what each contribution lacks, with a letter that asks for it. Exit code 1 if something is missing."""
    if source.is_dir() or is_edition(source):
        articles = [each for each in read(source).articles if each.head.kind is ArticleKind.MEMBER]
        found = [(each.file, each.head, completeness.of_article(each)) for each in articles]
    else:
        submission = bounded.call(source.name, formats.LIMITS, read_submission, source, load_members())
        if submission is None:
            raise Refusal("desk.no_form", path=source)
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
        echo_json(told)
    if any(lacks for _, _, lacks in found):
        raise SystemExit(1)


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
def state(directory: Path, article: str, state: str, name: str, why: str, day: datetime | None, language: str) -> None:
    """Put ARTICLE into a state: received, in-review, with-member, approved, ready; who approves did not write the text.

    Whoever changes a text puts their name to it by giving the state in which it is.
    """
    say, folder = phrases(language), read(directory)
    found = find_article(folder, article)
    moved = history.move(folder, found, ArticleState(state), name.strip(), why.strip(), today(day))
    before, after = (say(f"desk.state.{each.head.state}") for each in (found, moved))
    click.echo(say("desk.moved", file=found.file, before=before, after=after, name=name.strip()))


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
def comment(
    directory: Path, article: str, text: str, name: str, line: int | None, day: datetime | None, language: str
) -> None:
    """Keep a comment TEXT on ARTICLE beside it, in comments.yml."""
    folder = read(directory)
    found = find_article(folder, article)
    made = store.add(folder, found, text, name.strip(), today(day), line)
    click.echo(phrases(language)("desk.commented", id=made.id, file=found.file))


@click.command()
@DIRECTORY
@click.argument("article", metavar="[ARTICLE]", required=False)
@click.option("--resolve", "key", metavar="ID", help="Settle this comment; needs --by.")
@click.option("--by", "name", default="", metavar="NAME", help="Who settles it.")
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@DAY
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
    say, folder = phrases(language), read(directory)
    if key:
        if not name.strip():
            raise Refusal("desk.settled_by")
        click.echo(say("desk.resolved", id=store.resolve(directory, key, name.strip(), today(day)).id))
        return
    only = name_of(find_article(folder, article)) if article else None
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
@DAY
@FORMAT
@LANGUAGE
def plan(
    directory: Path, settings: tuple[tuple[str, str], ...], day: datetime | None, form: str, language: str
) -> None:
    """Show the plan of an edition: order, length, state, who owes what by when, pairs of languages."""
    say, folder, members, as_of = phrases(language), read(directory), load_members(), today(day)
    for asked, setting in settings:
        key = asked if asked in members.by_code and all(each.head.member != asked for each in folder.articles) else ""
        workplan.change(folder, members, key or find_article(folder, asked).file.removesuffix(".md"), [setting])
    rows = workplan.rows(folder)
    if form == "json":
        echo_json(
            [
                {
                    "article": row.key,
                    "kind": row.article.head.kind if row.article else None,
                    "member": row.article.head.member if row.article else row.key,
                    "state": row.article.head.state if row.article else None,
                    "words": row.words,
                    **{"planned" if name == "words" else name: value for name, value in row.task.model_dump().items()},
                    "late": row.is_late(as_of),
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
        click.echo(f"{'':<24}{' · '.join(_told(row, as_of, say))}")
    there = [row for row in rows if row.article]
    click.echo(
        say.count(
            "desk.summary",
            len(there),
            words=sum(row.words for row in there),
            ready=sum(row.article.head.state == "ready" for row in there if row.article),
            late=sum(row.is_late(as_of) for row in rows),
            behind=sum(row.pair is workplan.Pair.BEHIND for row in rows),
        )
    )


def _told(row: Row, as_of: str, say: Phrases) -> list[str]:
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
            click.style(say("desk.late", date=due), fg="red") if row.is_late(as_of) else say("desk.due", date=due)
        )
    if row.comments:
        parts.append(say.count("desk.comments", row.comments))
    if row.partner:
        parts.append(say(f"desk.pair_{row.pair}", partner=row.partner))
    return parts


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
