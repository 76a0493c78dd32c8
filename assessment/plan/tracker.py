"""The public page of commitments: the plan cut to what everybody may see, by expected result, in English and French."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.actions import Action, Status, achievement
from assessment.audience import Audience, cut
from assessment.plan import telling
from assessment.rendering.templates import filled
from kb.base import policy
from kb.base.interface import Phrases, phrases
from kb.base.vocabulary import Model
from kb.library.knowledge import Knowledge

PAGES = {"en": "index.html", "fr": "fr/index.html"}


class _Plan(Model):
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Commitment:
    """One expected result with the actions for it; *achieved*: their mean weighted achievement, 0 to 100."""

    anchor: str
    result: str
    elements: tuple[str, ...]
    actions: tuple[Action, ...]
    counts: dict[Status, int]
    achieved: Fraction | None


def commitments(actions: Sequence[Action]) -> list[Commitment]:
    """The published actions by expected result, in the order of the plan; those without one stand alone.

    They are cut as the public report is: what it withholds of an action is empty.
    """
    public, _ = cut(_Plan(actions=tuple(actions)), Audience.PUBLIC)
    groups: dict[str, list[Action]] = {}
    for action in public.actions:
        groups.setdefault(action.result or action.id, []).append(action)
    return [
        Commitment(
            anchor=f"result-{found[0].id}",
            result=found[0].result or found[0].measure or found[0].id,
            elements=tuple(dict.fromkeys(element for action in found for element in action.elements)),
            actions=tuple(found),
            counts={status: sum(action.status is status for action in found) for status in Status},
            achieved=_mean([achievement(action) for action in found]),
        )
        for found in groups.values()
    ]


def _mean(values: Sequence[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def pages(
    actions: Sequence[Action],
    administration: str,
    language: str,
    day: str,
    fingerprint: str | None,
    knowledge: Knowledge,
) -> dict[str, str]:
    """The pages by their path. *language*: in which the plan is written; *day*: of its last change."""
    found = commitments(actions)
    return {
        path: _page(found, administration, language, day, fingerprint, knowledge, phrases(spoken))
        for spoken, path in PAGES.items()
    }


def _page(
    found: Sequence[Commitment],
    administration: str,
    language: str,
    day: str,
    fingerprint: str | None,
    knowledge: Knowledge,
    say: Phrases,
) -> str:
    public = [action for commitment in found for action in commitment.actions]
    page = filled(
        "tracker.html.j2",
        commitments=found,
        actions=public,
        administration=administration,
        written=language,
        day=day,
        fingerprint=fingerprint,
        elements=knowledge.declaration.elements,
        counts={status: sum(action.status is status for action in public) for status in Status},
        achieved=_mean([achievement(action) for action in public]),
        other={"en": ("fr", "fr/index.html"), "fr": ("en", "../index.html")}[say.language],
        tell=telling,
        say=say,
    )
    return policy.for_one_page(page)
