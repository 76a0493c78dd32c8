"""The report of an assessment: `report`."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from assessment.audience import Audience
from assessment.cli.session import FILE, in_language, output
from assessment.demo import write_report
from kb.cli import options
from kb.cli.options import DATE, OneOf


@click.command()
@click.argument("file", type=FILE)
@output("The file to write; its ending (.html, .pdf, .docx, …) says the kind.")
@click.option(
    "--for",
    "audience",
    type=OneOf(Audience),
    default=Audience.INTERNAL.value,
    show_default=True,
    help="Who will read it; what they may not see is left out and told by category.",
)
@click.option("--earlier", type=FILE, help="The file of the round before, to compare with.")
@click.option(
    "--plan", type=FILE, help="The plan that goes on after the sealed round FILE; its actions are then in the report."
)
@click.option(
    "--unit",
    default="",
    metavar="NAME",
    help="Only the private scores of one unit with five respondents or more, of a sealed round.",
)
@click.option("--as-of", "as_of", type=DATE, help="The day on which evidence and actions are judged.")
@options.paper("Size of the PDF’s pages.")
@click.option("--template", type=FILE, help="The administration’s own Word template (.docx) in place of ours.")
@click.option("--site", help="Address of the knowledge base's site, to link the practices cited to their pages.")
@in_language
def report(
    file: Path, output: Path, as_of: datetime | None, site: str | None, language: str | None, **how: Any
) -> None:
    """Write the report of FILE as a page, PDF, Word, Excel, Markdown or data; none needs a network."""
    say = write_report(file, output, language, site, as_of=as_of.date() if as_of else None, **how)
    click.echo(say("answer.wrote", file=output))
