"""Options and arguments that the commands of the newsletter share."""

from pathlib import Path

import click

LANGUAGE = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "fr"]),
    default="en",
    show_default=True,
    help="Language of what is shown.",
)
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or JSON for programs.",
)
DIRECTORY = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
