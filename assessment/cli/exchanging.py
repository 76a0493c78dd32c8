"""Copies that leave this computer: `export` and `import` as JSON, `lock` and `unlock` in the age format."""

from functools import partial
from pathlib import Path

import click

from assessment.cli.session import FILE, in_language, output
from assessment.exchange import as_json, locking
from assessment.output import expect_writable, write
from assessment.storing.sqlite import AssessmentFile
from kb.base import bounded
from kb.base.interface import Phrases, Refusal
from kb.cli import options
from kb.library.knowledge import load

_PASSPHRASE = click.option(
    "--passphrase-file",
    "secret",
    type=FILE,
    help="A file with the passphrase on its first line; asked for if not given.",
)


@click.command()
@click.argument("file", type=FILE, required=False)
@output("The JSON file to write, such as ours.json.", required=False)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the format, and export nothing.")
@in_language
def export(file: Path | None, output: Path | None, schema: bool, language: str | None) -> None:
    """Write FILE with its whole journal and everything attached as one documented JSON file.

    Private scores, and names where they are kept, are in it: lock it before it leaves your hands.
    """
    if schema:
        options.echo_json(as_json.schema())
        return
    if file is None or output is None:
        raise click.UsageError("give FILE and -o OUT.json, or --schema")
    expect_writable(output)
    with AssessmentFile.open(file) as opened:
        spoken, text = opened.entries()[0].body.get("language", "en"), as_json.as_text(opened)
    write(output, text)
    click.echo(options.speak(language or spoken)("answer.wrote", file=output))


@click.command(name="import")
@click.argument("source", metavar="OUT.json", type=FILE)
@click.argument("file", type=FILE)
@in_language
def import_(source: Path, file: Path, language: str | None) -> None:
    """Make the assessment file FILE of one exported as JSON; each entry is checked against the one before."""
    limits = as_json.limits(source.stat().st_size)
    entries = bounded.call(str(source), limits, as_json.take, source, file, load().bank)
    say = options.speak(language or _language(file))
    click.echo(say.count("exchange.taken", entries, file=file))


@click.command()
@click.argument("file", type=FILE)
@output("The locked copy to write, such as ours.arusha.age.")
@click.option("--to", "recipients", multiple=True, help="A public key, age1… or ssh-…; may be given several times.")
@_PASSPHRASE
@in_language
def lock(file: Path, output: Path, recipients: tuple[str, ...], secret: Path | None, language: str | None) -> None:
    """Encrypt a copy of FILE to public keys, or to a passphrase that is asked for twice (age format)."""
    if recipients and secret:
        raise Refusal("shell.to_or_phrase")
    locking.free(output)
    keys = [locking.recipient(text) for text in recipients]
    AssessmentFile.open(file).close()
    say = options.speak(language or _language(file))
    passphrase = None if keys else _passphrase(secret, say, twice=True)
    size = locking.lock(file, output, passphrase, keys)
    click.echo(say("exchange.locked", file=output, size=say.number(size)))


@click.command()
@click.argument("locked", metavar="FILE.age", type=FILE)
@output("The assessment file to make.")
@click.option("--key", type=FILE, help="A file with your secret key; a passphrase is asked for if not given.")
@_PASSPHRASE
@in_language
def unlock(locked: Path, output: Path, key: Path | None, secret: Path | None, language: str | None) -> None:
    """Open a locked copy again, and check it like any other assessment file."""
    if key and secret:
        raise Refusal("shell.key_or_phrase")
    locking.free(output)
    say = options.speak(language or "en")
    if key:
        locking.identities(key)  # a file of no key is told before anything is opened
    if not locked.is_file():
        raise Refusal("shell.no_file", path=locked)
    passphrase = None if key else _passphrase(secret, say)
    limits = locking.limits(locked.stat().st_size)
    bounded.call(str(locked), limits, locking.unlock_with, locked, output, passphrase, key)
    say = options.speak(language or _language(output))
    click.echo(say("exchange.unlocked", file=output))


def _passphrase(secret: Path | None, say: Phrases, *, twice: bool = False) -> str:
    """The passphrase in a file, or as it is typed. Raises Refusal where it is typed *twice* and not alike."""
    if secret:
        return locking.passphrase_of(secret)
    prompt = partial(
        click.prompt, hide_input=True, default="", show_default=False, prompt_suffix=say("colon"), err=True
    )
    typed = [str(prompt(say(f"exchange.{key}"))) for key in ("passphrase", "again")[: 1 + twice]]
    if typed[0] != typed[-1]:
        raise Refusal("shell.two_phrases")
    return typed[0]


def _language(file: Path) -> str:
    """The language of an assessment file."""
    with AssessmentFile.open(file) as opened:
        return "fr" if opened.entries()[0].body.get("language") == "fr" else "en"
