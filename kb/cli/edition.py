"""Commands of the newsletter: `arusha edition …`."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from kb.base.folding import turns_shown
from kb.base.interface import Phrases, Refusal, phrases
from kb.base.vocabulary import ArticleKind
from kb.cli import options
from kb.cli.options import DIRECTORY, FORMAT, LANGUAGE, PATH, OneOf, bold, show
from kb.library.members import Members
from kb.newsletter.desk import reviewing
from kb.newsletter.desk.membership import load_members
from kb.newsletter.edition import issue, press
from kb.newsletter.folder import Article, EditionFolder, read
from kb.newsletter.intake.account import reasons, why
from kb.newsletter.intake.importing import Outcome, import_files
from kb.newsletter.linter import checking, mending

_CONSENTS = options.as_of("The day on which consents must be good; today if not given.")


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
    show(form, outcome.as_json, _outcome(outcome, target, phrases(language)))
    if outcome.refusals or not outcome.articles:
        raise SystemExit(1 if outcome.articles else 2)


def _outcome(outcome: Outcome, target: Path, say: Phrases) -> Iterator[str]:
    for article, count in outcome.articles:
        sure = f"{round(100 * (article.head.confidence or 0)):>3} %"
        label = article.head.member or say(f"kind.{article.head.kind}")
        yield f"{sure}  {article.file}  {bold(article.head.title)}"
        yield f"       {label} · {say.count('edition.import.words', count)}"
    refused = {refusal.sentence for refusal in outcome.refusals}
    yield from (f"! {turns_shown(warning)}" for warning in outcome.warnings if warning not in refused)
    if not outcome.articles:
        yield say("edition.import.none")
        return
    sums = {name: sum(getattr(each, name) for each in outcome.accounts) for name in ("found", "placed", "joined")}
    yield say("edition.import.account", **sums)
    for reason, number in reasons(outcome.accounts).items():
        yield f"  {why(reason, say)}{say('colon')}{say.count('edition.import.words', number)}"
    yield say.count("edition.import.done", len(outcome.articles), folder=target)


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
        click.echo(f"\n{bold(f'{place}/{len(waiting)}  {article.file}')}")
        for line in reviewing.summary(article, members, say):
            click.echo(f"  {line}")
        while not _confirmed(folder, article, members, say):
            pass
    click.echo(say.count("edition.review.done", len(waiting)))


def _confirmed(folder: EditionFolder, article: Article, members: Members, say: Phrases) -> bool:
    """Ask for kind, Member and title; False if they do not fit together, which is told."""
    head = article.head
    kind = click.prompt(f"  {say('edition.review.kind')}", default=head.kind.value, type=OneOf(ArticleKind))
    member = click.prompt(f"  {say('edition.review.member')}", default=head.member or "-")
    title = click.prompt(f"  {say('edition.review.title')}", default=head.title)
    try:
        reviewing.confirm(folder, article, members, kind, member, title)
    except reviewing.UnfitError as error:
        click.echo(f"  {say(f'edition.review.{error}')}")
        return False
    return True


@click.command()
@DIRECTORY
@FORMAT
@LANGUAGE
@click.option("--fix", is_flag=True, help="Mend what needs no person; each change is shown before it is written.")
@_CONSENTS
def check(directory: Path, form: str, language: str, fix: bool, day: str) -> None:
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
    findings = checking.check(folder, members, say, date.fromisoformat(day))
    text = checking.report(findings, say, len(folder.articles))
    show(form, lambda: [finding.as_json() for finding in findings], [text])
    if checking.must_be_mended(findings):
        raise SystemExit(1)


@click.command()
@FORMAT
@LANGUAGE
def rules(form: str, language: str) -> None:
    """List the rules of `arusha edition check`: id, severity and what each asks."""
    listed = checking.described(phrases(language))
    show(form, lambda: listed, (f"{one['rule']:<26}{one['severity']:<9}{one['asks']}" for one in listed))


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
@_CONSENTS
def build(
    directory: Path,
    target: Path,
    draft: bool,
    paper: options.Paper,
    site: str,
    language: str | None,
    reason: str,
    day: str,
) -> None:
    """Publish an edition: web pages, PDF, Word, e-book, e-mail and Atom, and a page that previews them all."""
    folder, members = read(directory), load_members()
    say, reason = phrases(language or folder.head.language), reason.strip()
    if site and not site.startswith(("http://", "https://")):
        raise Refusal("publishing.no_site", site=site)
    if target.resolve() == directory.resolve() or target.resolve() in directory.resolve().parents:
        raise Refusal("publishing.holds_edition", path=target)
    press.expect_free(target)
    errors = press.errors(checking.check(folder, members, say, date.fromisoformat(day)))
    if errors and draft:
        click.echo(say("print.unmended", errors=say.count("check.errors", len(errors))), err=True)
    elif errors and not reason:
        first = errors[0]
        where = {"file": first.file, "line": first.line, "message": first.message}
        raise Refusal("publishing.errors", path=directory, n=len(errors), **where)
    overridden = errors if reason else ()
    made = issue.make(folder, members, say, draft=draft, site=site)
    done = press.write(press.make(made, say, paper, overridden, reason if overridden else ""), target)
    click.echo(say("print.built", files=done.files, size=say.number(done.size / 1000), preview=str(done.preview)))
