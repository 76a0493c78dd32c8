"""What changed between two sets of questions, told by the hash of each wording."""

from dataclasses import dataclass

from kb.questionnaires import Bank


@dataclass(frozen=True)
class Changes:
    """The ids of the questions that are the same, reworded, new or dropped, each in its questionnaire's order."""

    same: tuple[str, ...]
    reworded: tuple[str, ...]
    new: tuple[str, ...]
    dropped: tuple[str, ...]


def changes(earlier: Bank, later: Bank, chosen: str = "full") -> Changes:
    """What changed from one bank to another; *chosen* `quick` looks at the quick scan of the later one.

    A Member's own questions are left out where the later bank has none, since they go with the assessment.
    """
    asked = {q.id: q for q in later.questions if chosen != "quick" or q.quick}
    before = {q.id: q for q in earlier.questions if ".m" not in q.id or q.id in asked}
    common = [key for key in asked if key in before]
    return Changes(
        same=tuple(key for key in common if asked[key].wording == before[key].wording),
        reworded=tuple(key for key in common if asked[key].wording != before[key].wording),
        new=tuple(key for key in asked if key not in before),
        dropped=tuple(key for key in before if key not in asked),
    )
