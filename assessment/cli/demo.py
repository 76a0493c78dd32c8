"""`arusha demo`."""

from pathlib import Path

import click

from kb.cli.lazy import LANGUAGE

_FOLDER = click.Path(path_type=Path)


@click.command()
@click.option("--dir", "folder", type=_FOLDER, default="arusha-demo", show_default=True, help="Where the demo goes.")
@click.option("--serve/--no-serve", default=True, help="Serve report and site on this computer when done.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on; 0 takes a free one.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "fr"]),
    default="en",
    show_default=True,
    help="Language of what is shown.",
)
@click.pass_context
def demo(context: click.Context, folder: Path, serve: bool, port: int, language: str) -> None:
    """Show the whole: a fictional administration's answers, its report, and the site of good practices."""
    from assessment import demo as whole

    context.meta[LANGUAGE] = language
    made = whole.make(folder)
    click.echo(whole.told(made, language))
    if serve:
        whole.serve(made, port, language, announce=click.echo)
