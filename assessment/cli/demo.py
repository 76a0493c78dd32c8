"""`arusha demo`."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default="arusha-demo",
    show_default=True,
    help="Where the demo goes.",
)
@click.option("--serve/--no-serve", default=True, help="Serve report and site on this computer when done.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on; 0 takes a free one.")
def demo(folder: Path, serve: bool, port: int) -> None:
    """Show the whole: a fictional administration's answers, its report, and the site of good practices."""
    from assessment import demo as whole

    made = whole.make(folder)
    click.echo(f"Assessment  {made.assessment}\nReport      {made.report}\nSite        {made.site / 'index.html'}")
    if serve:
        whole.serve(made, port, announce=click.echo)
