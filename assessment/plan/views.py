"""What a shell shows of a plan: frozen views; a table and JSON are two renderings of one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from assessment.actions import Action, Priority, Status, Timing, achievement, elapsed, timing
from assessment.journal import Assessment
from assessment.plan.document import as_data
from assessment.plan.telling import percent
from assessment.scoring import rounded
from kb.base.interface import Phrases


@dataclass(frozen=True)
class Listed:
    """An action as of a *day*, YYYY-MM-DD."""

    action: Action
    day: str

    @property
    def timing(self) -> Timing:
        """How it lies in its time."""
        return timing(self.action, self.day)

    @property
    def achievement(self) -> Fraction | None:
        """How far it has come, 0 to 100."""
        return achievement(self.action, self.day)

    def as_json(self) -> dict[str, Any]:
        """Its fields, and what is worked out from them."""
        return as_data(self.action, self.day)

    def why_late(self, say: Phrases) -> str | None:
        """Why it is overdue or slips; None for one that does neither."""
        action = self.action
        gone = elapsed(action, self.day)
        if self.timing is Timing.OVERDUE and action.due:
            days = (date.fromisoformat(self.day) - date.fromisoformat(action.due)).days
            return say.count("plan.late_overdue", days, due=say.date(action.due))
        if self.timing is not Timing.SLIPPING:
            return None
        if action.status is Status.NOT_STARTED and action.start:
            return say("plan.late_unbegun", start=say.date(action.start))
        achieved = percent(self.achievement, say)
        return (
            None if gone is None else say("plan.late_slipping", elapsed=percent(gone * 100, say), achievement=achieved)
        )


def actions(a: Assessment, day: str) -> list[Listed]:
    """All actions, in the order in which they were entered."""
    return [Listed(action, day) for action in a.actions.values()]


def by_due(listed: Iterable[Listed]) -> list[Listed]:
    """Actions by the day on which they are due, those without one last."""
    return sorted(listed, key=lambda each: each.action.due or "9")


def fingerprint(a: Assessment) -> str | None:
    """That of the sealed round that the plan belongs to."""
    return a.carried.fingerprint if a.carried else a.fingerprint


def priority_as_json(priority: Priority) -> dict[str, Any]:
    """A gap with the numbers that its place comes from; *tied*: how many share its rank."""
    return {
        "question": priority.question,
        "rank": priority.rank,
        "tied": priority.tied,
        "risk_class": priority.zone,
        "priority": rounded(priority.value),
        "level": rounded(priority.level),
        "gap": rounded(priority.gap),
        "weight": rounded(priority.weight),
        "risk": priority.risk,
        "residual": priority.worst,
        "effort": priority.effort,
        "effort_rated": priority.told,
        "actions": list(priority.actions),
    }
