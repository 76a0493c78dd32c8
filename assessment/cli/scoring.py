"""The scores of an assessment: `score`."""

from collections.abc import Iterator

from assessment import scoring, telling
from assessment.cli.session import Session, on_file, table
from assessment.scoring import Scores


@on_file(data=True)
def score(s: Session) -> None:
    """Print the scores of FILE with their intervals."""
    a, names = s.assessment, s.factors()
    parts = {"factor": scoring.score(a.bank.questions, a.standing)}
    if a.lens:
        parts["lens"] = scoring.score(a.lens.questions, a.standing)
    data = scoring.as_json(parts["factor"], names)
    data |= {"gender": scoring.as_json(parts["lens"], names)} if a.lens else {}
    s.show(data, _scores(s, parts))


def _scores(s: Session, parts: dict[str, Scores]) -> Iterator[str]:
    standing = s.assessment.standing
    for number, (heading, scores) in enumerate(parts.items()):
        yield "\n" * bool(number) + table(telling.scores(scores, heading, standing, s.factors(), s.say))
    if means := sum(stands.basis == "mean" for stands in standing.values()):
        yield s.say.count("score.means", means)
