"""The book of good practices: `arusha kb compile`."""

from pathlib import Path

import click

from kb.base.interface import phrases
from kb.book import compilation, press
from kb.cli import options
from kb.cli.options import CONTENT, PATH
from kb.library.content import find_root
from kb.library.knowledge import load
from kb.library.members import find_code


@click.command("compile")
@click.option(
    "-o",
    "--output",
    type=PATH,
    required=True,
    help="The book to write; its ending (.pdf, .docx, .epub, .html) says the kind. A folder gets all four.",
)
@options.language("Language of the book.")
@click.option(
    "--factor", "factors", type=click.IntRange(1, 10), multiple=True, help="Only this key factor; may be given again."
)
@click.option("--member", "members", multiple=True, help="Only this Member: code or name; may be given again.")
@options.paper("Size of the pages of PDF and Word.")
@CONTENT
def compile_(
    output: Path,
    language: str,
    factors: tuple[int, ...],
    members: tuple[str, ...],
    paper: options.Paper,
    content: Path | None,
) -> None:
    """Make a book of the good practices by key factor, with contents, sources and an index of Members."""
    files = press.targets(output, language)
    root = find_root(content)
    knowledge, say = load(root), phrases(language)
    codes = [find_code(knowledge.members, member) for member in members]
    press.write(compilation.make(knowledge, say, factors, codes), say, files, paper)
    for path in files.values():
        click.echo(say("answer.wrote", file=path))
