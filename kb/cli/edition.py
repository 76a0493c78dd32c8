"""Commands of the newsletter: `arusha edition …`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from kb.base.folding import turns_shown
from kb.base.interface import Phrases, Refusal, phrases
from kb.base.vocabulary import ArticleKind
from kb.cli import options
from kb.cli.options import DATE, DIRECTORY, FORMAT, LANGUAGE, PATH, OneOf
from kb.newsletter.desk import reviewing
from kb.newsletter.desk.membership import load_members
from kb.newsletter.edition import issue, press
from kb.newsletter.folder import read
from kb.newsletter.intake.account import reasons
from kb.newsletter.intake.importing import Outcome, import_files
from kb.newsletter.linter import checking, mending


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PATH)
@click.option(
    "-o",
    "--out",
    "target",
    metavar="DIR",
    required=True,
    type=PATH,
    help="The edition folder: a new one, or one there already, which then gets more articles.",
)
@FORMAT
@LANGUAGE
def import_(files: tuple[Path, ...], target: Path, form: str, language: str) -> None:
    """Read documents (DOCX, ODT, PDF, HTML, Markdown, text) into an edition folder, each edition split into its articles.

    Exit code 1 if some files were refused and others taken, 2 if none was taken.
    """
    outcome = import_files(files, target, load_members(), language)
    for refusal in outcome.refusals:
        click.echo(f"arusha: {turns_shown(refusal.sentence)}", err=True)
    if form == "json":
        click.echo(json.dumps(outcome.as_json(), ensure_ascii=False, indent=2))
    else:
        _tell(outcome, target, phrases(language))
    if outcome.refusals or not outcome.articles:
        raise SystemExit(1 if outcome.articles else 2)


def _tell(outcome: Outcome, target: Path, say: Phrases) -> None:

    for article, count in outcome.articles:
        sure = f"{round(100 * (article.head.confidence or 0)):>3} %"
        label = article.head.member or say(f"kind.{article.head.kind}")
        click.echo(f"{sure}  {article.file}  " + click.style(article.head.title, bold=True))
        click.echo(f"       {label} · {say.count('edition.import.words', count)}")
    refused = {refusal.sentence for refusal in outcome.refusals}
    for warning in outcome.warnings:
        if warning not in refused:
            click.echo(f"! {turns_shown(warning)}")
    if not outcome.articles:
        click.echo(say("edition.import.none"))
        return
    found = sum(account.found for account in outcome.accounts)
    placed = sum(account.placed for account in outcome.accounts)
    joined = sum(account.joined for account in outcome.accounts)
    click.echo(say("edition.import.account", found=found, placed=placed, joined=joined))
    for reason, number in reasons(outcome.accounts).items():
        click.echo(f"  {reason}: {say.count('edition.import.words', number)}")
    click.echo(say.count("edition.import.done", len(outcome.articles), folder=target))


@click.command()
@DIRECTORY
@click.option("--page", is_flag=True, help="Write one local page, review.html, with original and result side by side.")
@LANGUAGE
def review(directory: Path, page: bool, language: str) -> None:
    """Confirm or correct what the import was not sure of: kind, Member and title, the least sure first."""
    say, folder, members = phrases(language), read(directory), load_members()
    if page:
        click.echo(say("edition.review.page", file=reviewing.write_page(folder, members, say)))
        return
    waiting = reviewing.waiting(folder)
    for place, article in enumerate(waiting, 1):
        click.echo()
        click.secho(f"{place}/{len(waiting)}  {article.file}", bold=True)
        for line in reviewing.summary(article, members, say):
            click.echo(f"  {line}")
        while True:
            kind = click.prompt(
                f"  {say('edition.review.kind')}", default=article.head.kind.value, type=OneOf(ArticleKind)
            )
            member = click.prompt(f"  {say('edition.review.member')}", default=article.head.member or "-")
            title = click.prompt(f"  {say('edition.review.title')}", default=article.head.title)
            try:
                reviewing.confirm(folder, article, members, kind, member, title)
            except reviewing.UnfitError as error:
                click.echo(f"  {say(f'edition.review.{error}')}")
                continue
            break
    click.echo(say.count("edition.review.done", len(waiting)))


@click.command()
@DIRECTORY
@FORMAT
@LANGUAGE
@click.option("--fix", is_flag=True, help="Mend what needs no person; each change is shown before it is written.")
@click.option(
    "--as-of",
    "day",
    type=DATE,
    help="The day on which consents must be good; today if not given.",
)
def check(directory: Path, form: str, language: str, fix: bool, day: datetime | None) -> None:
    """Check an edition against the rules of the house. Exit code 1 if there is an error or a warning."""
    say, members, folder = phrases(language), load_members(), read(directory)
    if fix:
        changed = list(mending.mend(folder))
        for each in changed:
            click.echo(each.diff, err=form == "json")
        for each in changed:
            each.write()
        click.echo(say.count("check.mended", len(changed)) + "\n", err=form == "json")
        folder = read(directory)
    findings = checking.check(folder, members, say, (day or datetime.now(UTC)).date())
    if form == "json":
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        click.echo(checking.told(findings, say, len(folder.articles)))
    if checking.must_be_mended(findings):
        raise SystemExit(1)


@click.command()
@FORMAT
@LANGUAGE
def rules(form: str, language: str) -> None:
    """List the rules of `arusha edition check`: id, severity and what each asks."""
    listed = checking.described(phrases(language))
    if form == "json":
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for one in listed:
        click.echo(f"{one['rule']:<26}{one['severity']:<9}{one['asks']}")


@click.command()
@DIRECTORY
@click.option("-o", "target", required=True, type=PATH, help="The folder to build into.")
@click.option("--draft", is_flag=True, help="Mark every form as a draft; errors are then only told.")
@options.paper("Size of the pages.")
@click.option(
    "--site", default="", metavar="URL", help="Address where the folder `web` will stand, for links in the e-mail."
)
@options.language("Language of the labels; the edition's own if not given.", default=False)
@click.option(
    "--anyway", "reason", default="", metavar="REASON", help="Publish in spite of errors; the reason is kept."
)
@click.option(
    "--as-of",
    "day",
    type=DATE,
    help="The day on which consents must be good; today if not given.",
)
def build(
    directory: Path,
    target: Path,
    draft: bool,
    paper: Literal["a4", "letter"],
    site: str,
    language: str | None,
    reason: str,
    day: datetime | None,
) -> None:
    """Publish an edition: web pages, PDF, Word, e-book, e-mail and Atom, and a page that previews them all."""
    folder, members = read(directory), load_members()
    say = phrases(language or folder.head.language)
    if site and not site.startswith(("http://", "https://")):
        raise Refusal("publishing.no_site", site=site)
    if target.resolve() == directory.resolve() or target.resolve() in directory.resolve().parents:
        raise Refusal("publishing.holds_edition", path=target)
    press.expect_free(target)
    standing = press.errors(checking.check(folder, members, say, (day or datetime.now(UTC)).date()))
    if standing and not draft and not reason.strip():
        first = standing[0]
        raise Refusal(
            "publishing.errors",
            path=directory,
            n=len(standing),
            file=first.file,
            line=first.line,
            message=first.message,
        )
    if standing and draft:
        click.echo(say("print.unmended", errors=say.count("check.errors", len(standing))), err=True)
    overridden = standing if reason.strip() else ()
    made = press.make(
        issue.make(folder, members, say, draft=draft, site=site),
        say,
        paper,
        overridden,
        reason.strip() if overridden else "",
    )
    done = press.write(made, target)
    size = say.number(done.size / 1000)
    click.echo(say("print.built", files=done.files, size=size, preview=str(done.preview)))
