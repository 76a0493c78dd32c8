"""What came after: the elements with completed actions, and whether a later round found them changed. It never says why."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessment.actions import Action, Status, elements_of
from assessment.comparison import Change, Verdict, change, compare
from assessment.journal import Assessment
from assessment.scoring import Score, score_questions


@dataclass(frozen=True)
class Moved:
    """One element with completed actions in both rounds, on *questions* of the common core."""

    element: str
    actions: tuple[str, ...]
    questions: tuple[str, ...]
    before: Score
    after: Score
    change: Change


@dataclass(frozen=True)
class Effect:
    """The elements with completed actions, and of the *others* on the common core how many went each way."""

    moved: tuple[Moved, ...]
    others: dict[Verdict, int]


def effect(actions: Iterable[Action], earlier: Assessment, later: Assessment) -> Effect:
    """Compare two rounds by element. Raises ArushaError where they cannot be compared."""
    compared = compare([earlier, later])
    first, last = compared.rounds
    core = [question for question in last.asked if question.id in set(compared.core)]
    done = _done(actions, last)
    found: list[Moved] = []
    others = dict.fromkeys(Verdict, 0)
    elements = dict.fromkeys(element for question in core for element in elements_of(question))
    for element in dict.fromkeys([*elements, *done]):
        questions = [question for question in core if element in elements_of(question)]
        before, after = score_questions(questions, first.standing), score_questions(questions, last.standing)
        moved = change(before, after)
        if element in done:
            ids = tuple(question.id for question in questions)
            found.append(Moved(element, tuple(done[element]), ids, before, after, moved))
        else:
            others[moved.verdict] += 1
    return Effect(tuple(found), others)


def _done(actions: Iterable[Action], last: Assessment) -> dict[str, list[str]]:
    """The completed actions by the elements that they serve, or whose questions they come from."""
    done: dict[str, list[str]] = {}
    for action in actions:
        asked = (last.by_id[key] for key in action.origin.gaps if key in last.by_id)
        elements = [*action.elements, *(element for question in asked for element in elements_of(question))]
        for element in dict.fromkeys(elements if action.status is Status.DONE else ()):
            done.setdefault(element, []).append(action.id)
    return done
