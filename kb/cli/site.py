"""Commands of the site: `arusha site …`."""

import sys
from pathlib import Path

import click

from kb.base.interface import phrases
from kb.cli import options
from kb.cli.options import CONTENT, LANGUAGE, PATH
from kb.library.content import find_root
from kb.site.build import build as build_site
from kb.site.build import serve as serve_site
from kb.site.build import write_pages


@click.command()
@click.option("--out", type=PATH, default=Path("site/public"), show_default=True, help="Folder for the site.")
@click.option("--commitments", type=PATH, help="A folder made by “arusha plan tracker”, to go with the site.")
@click.option(
    "--address",
    metavar="URL",
    help="Where the site will stand, such as https://example.org/kb/: for search engines, feeds and citations.",
)
@CONTENT
@LANGUAGE
def build(out: Path, commitments: Path | None, address: str | None, content: Path | None, language: str) -> None:
    """Build the site: plain files for any web server, a stick, or this computer."""
    say = phrases(language)
    if sys.stderr.isatty():  # for a person only: the first build takes some seconds
        click.echo(say("building.began"), err=True)
    click.echo(say.count("building.done", build_site(out, content, commitments, address), file=out / "index.html"))


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to serve on.")
@CONTENT
def serve(port: int, content: Path | None) -> None:
    """Serve the site to this computer while the content changes; a changed record reloads."""
    serve_site(find_root(content), port)


@click.command()
@click.argument("folder", type=PATH)
@options.language("Language of the pages.")
@CONTENT
def pages(folder: Path, language: str, content: Path | None) -> None:
    """Write the site's pages as plain Markdown into FOLDER, for another site generator."""
    count = write_pages(folder, find_root(content), language)
    click.echo(phrases(language).count("building.pages", count, folder=folder))
