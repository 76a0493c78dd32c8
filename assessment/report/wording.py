"""Words that several parts of the report need."""

from typing import Any

from assessment.report.figures import EvidenceView, QuestionView
from kb.base.interface import Phrases


def level(q: QuestionView, say: Phrases) -> dict[str, Any]:
    """The level of a question as an entry shows it: as a figure and in words, or why it has none."""
    if q.level is None:
        return {"shown": say(f"state.{q.state}"), "state": say(f"state.{q.state}")}
    figure = say.level(q.level)
    return {"level": int(q.level), "shown": figure, "state": say("state.level", level=figure)}


def next_level(q: QuestionView, say: Phrases) -> str:
    """The label of the criterion that is reached next."""
    return say("report.level_next", level=int(q.level or 0) + 1) + say("colon")


def facts(e: EvidenceView, say: Phrases) -> str:
    """What is known of a piece of evidence, on one line."""
    date = say.date(e.date) if e.date else ""
    return " · ".join(filter(None, (e.kind, date, e.freshness_label, e.file, e.link)))


def missing_proof(q: QuestionView, say: Phrases) -> str:
    """That a high level has no evidence, where it has none."""
    return say("report.unsupported", level=say.level(q.level or 0)) if q.unsupported else ""


def signed(value: float | None, say: Phrases, digits: int = 1) -> str:
    """A difference with its sign; a dash for None."""
    if value is None:
        return "–"
    rounded = round(value, digits)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{say.number(abs(rounded), digits)}"
