"""Words that several parts of the report need."""

from assessment.report.figures import EvidenceView, QuestionView
from kb.base.interface import Phrases


def state(q: QuestionView, say: Phrases) -> str:
    """The level of a question, or why it has none."""
    return say(f"state.{q.state}") if q.level is None else say("state.level", level=say.level(q.level))


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
