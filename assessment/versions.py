"""What changed between two sets of questions, told by the hash of each wording."""

from collections.abc import Mapping
from dataclasses import dataclass

from kb.library.questionnaires import Bank, Lens


@dataclass(frozen=True)
class Changes:
    """The ids of the questions that are the same, reworded, new or dropped, each in its questionnaire's order."""

    same: tuple[str, ...]
    reworded: tuple[str, ...]
    new: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def lapsed(self) -> tuple[str, ...]:
        """The questions whose answers no longer stand."""
        return (*self.reworded, *self.dropped)

    def __add__(self, other: "Changes") -> "Changes":
        """Both together."""
        names = ("same", "reworded", "new", "dropped")
        return Changes(**{name: getattr(self, name) + getattr(other, name) for name in names})


def changes(earlier: Bank, later: Bank, chosen: str = "full") -> Changes:
    """What changed from one bank to another; *chosen* `quick` looks at the quick scan of the later one.

    A Member's own questions are left out where the later bank has none, since they go with the assessment.
    """
    asked = {q.id: q.wording for q in later.questions if chosen != "quick" or q.quick}
    return _told({q.id: q.wording for q in earlier.questions if ".m" not in q.id or q.id in asked}, asked)


def lens_changes(earlier: Lens, later: Lens) -> Changes:
    """What changed from one edition of a lens to another."""
    return _told({q.id: q.wording for q in earlier.questions}, {q.id: q.wording for q in later.questions})


def _told(before: Mapping[str, str], asked: Mapping[str, str]) -> Changes:
    common = [key for key in asked if key in before]
    return Changes(
        same=tuple(key for key in common if asked[key] == before[key]),
        reworded=tuple(key for key in common if asked[key] != before[key]),
        new=tuple(key for key in asked if key not in before),
        dropped=tuple(key for key in before if key not in asked),
    )
