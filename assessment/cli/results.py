"""What came of it: `score`, `report`."""

from pathlib import Path
from typing import Any

import click

from assessment import scoring
from assessment.audience import Audience
from assessment.cli.session import FILE, as_data, in_language, session, table
from assessment.demo import write_report
from assessment.journal import Assessment
from assessment.scoring import rounded
from kb.base.interface import Phrases
from kb.cli import options
from kb.cli.options import DATE, OneOf, echo_json


@click.command()
@click.argument("file", type=FILE)
@as_data
@in_language
def score(file: Path, form: str, language: str | None) -> None:
    """Print the scores of FILE with their intervals."""
    with session(file, language) as s:
        a, say = s.assessment, s.say
    names = {factor.number: factor.name.of(say.language) for factor in s.knowledge.declaration.factors}
    scores = scoring.score(a.bank.questions, a.standing)
    lens = scoring.score(a.lens.questions, a.standing) if a.lens else None
    if form == "json":
        data = scoring.as_json(scores, names) | ({"gender": scoring.as_json(lens, names)} if lens else {})
        echo_json(data)
        return
    click.echo(_told(scores, "score.factor", names, a, say))
    if lens:
        click.echo()
        click.echo(_told(lens, "score.lens", names, a, say))
    if means := sum(stands.basis == "mean" for stands in a.standing.values()):
        click.echo(say.count("score.means", means))


def _told(scores: Any, heading: str, names: dict[int, str], a: Assessment, say: Phrases) -> str:

    rows = []
    for number, value in (*scores.factors.items(), (0, scores.overall)):
        low, high = (say.number(rounded(end), 2) for end in (value.low, value.high))
        level = a.standing[value.weakest].level or 0 if value.weakest else 0
        rows.append(
            [
                f"{number:>2} {names[number]}" if number else f"   {say('score.overall')}",
                say.number(rounded(value.score), 2),
                "–" if value.low is None else f"{low}–{high}",
                say("score.of", answered=value.answered, applicable=value.applicable),
                say("score.level_of", question=value.weakest, level=say.level(level)) if value.weakest else "–",
            ]
        )
    heads = [say(heading), *(say(f"score.{name}") for name in ("score", "interval", "answered", "weakest"))]
    return table(heads, rows, right=[1, 2, 3])


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "-o",
    "--output",
    "output",
    type=FILE,
    required=True,
    help="The file to write; its ending (.html, .pdf, .docx, …) says the kind.",
)
@click.option(
    "--for",
    "audience",
    type=OneOf(Audience),
    default=Audience.INTERNAL.value,
    show_default=True,
    help="Who will read it; what they may not see is left out and told by category.",
)
@click.option("--earlier", type=FILE, help="The file of the round before, to compare with.")
@click.option("--as-of", "as_of", type=DATE, help="The day on which evidence is judged.")
@options.paper("Size of the PDF’s pages.")
@click.option("--template", type=FILE, help="The administration’s own Word template (.docx) in place of ours.")
@click.option("--site", help="Address of the knowledge base's site, to link the practices cited to their pages.")
@in_language
def report(
    file: Path,
    output: Path,
    audience: str,
    earlier: Path | None,
    as_of: Any,
    paper: str,
    template: Path | None,
    site: str | None,
    language: str | None,
) -> None:
    """Write the report of FILE as a page, PDF, Word, Excel, Markdown or data; none needs a network."""
    day = as_of.date() if as_of else None
    say = write_report(
        *(file, output, language, site),
        audience=Audience(audience),
        earlier=earlier,
        as_of=day,
        paper=paper,
        template=template,
    )
    click.echo(say("answer.wrote", file=output))
