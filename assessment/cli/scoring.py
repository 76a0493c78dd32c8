"""The scores of an assessment: `score`."""

from collections.abc import Iterator
from datetime import datetime

import click

from assessment import scoring, telling
from assessment.cli.session import Session, on_file, table, wrapped
from assessment.scoring import Scores
from kb.cli.options import DATE


@on_file(data=True)
@click.option(
    "--as-of", "day", type=DATE, help="The day on which evidence is judged; that of the last change if not given."
)
def score(s: Session, day: datetime | None) -> None:
    """Print the scores of FILE: claimed and evidenced, with their intervals, and rules against practice."""
    a, names = s.assessment, s.factors()
    supported = a.supported(day.date() if day else None)
    scores = scoring.score(a.bank.questions, a.standing, supported)
    lens = scoring.score(a.lens.questions, a.standing, supported) if a.lens else None
    data = scoring.as_json(scores, names) | ({"gender": scoring.as_json(lens, names)} if lens else {})
    s.show(data, _scores(s, scores, lens))


def _scores(s: Session, scores: Scores, lens: Scores | None) -> Iterator[str]:
    say, names, standing = s.say, s.factors(), s.assessment.standing
    yield table(telling.scores(scores, "factor", names, say))
    yield say("score.self")
    yield from map(wrapped, telling.insufficient(scores, say))
    if s.assessment.chosen == "quick":
        yield say.count("report.quick", len(s.assessment.bank.questions))
    yield "\n" + table(telling.sides(scores, standing, names, say))
    if lens:
        yield "\n" + table(telling.scores(lens, "lens", names, say))
    if means := sum(stands.basis == "mean" for stands in standing.values()):
        yield wrapped(say.count("score.means", means))
