"""From private scores to an agreed level, its review, and the seal."""

import operator
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assessment.agreement import MOVES, Agreement, Spread, State, Vote, may_show
from assessment.events import Agreed, Closed, Event, Moved, Reopened, Sealed
from assessment.evidence import unsupported
from assessment.journal import Assessment
from assessment.people import Role
from assessment.rounds.people import ALL, acting, asked
from kb.base.folding import clean
from kb.base.interface import Refusal, Word
from kb.library.content import expect
from kb.library.questionnaires import LensQuestion, Question

Asked = Question | LensQuestion
_SIGNS: Final = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_HIGHEST: Final = {"consensus": 1, "deviation": 2}
_CONDITION: Final = re.compile(r"\s*(consensus|deviation)\s*([<>]=?)\s*([0-9](?:[.,][0-9]{1,9})?)\s*")
UNDER_REVIEW: Final = (State.SUBMITTED, State.CHANGES_REQUESTED)
MAY_MOVE: Final = {
    State.SUBMITTED: ("facilitator", "respondent"),
    State.CHANGES_REQUESTED: ("reviewer", "approver", "facilitator"),
    State.APPROVED: ("approver",),
}


def close(assessment: Assessment, scopes: Sequence[str], by: str | None) -> list[Event]:
    """The entry that ends the votes of questions that are open, if there are any; of `all`, those with scores. Raises Refusal."""
    chosen = [q.id for q in asked(assessment, scopes) if ALL not in scopes or q.id in assessment.given]
    return _shut(Closed, [key for key in chosen if key not in assessment.shut], assessment, by)


def reopen(assessment: Assessment, scopes: Sequence[str], by: str | None) -> list[Event]:
    """The entry that opens questions again that are shut, if there are any. Raises Refusal for what is approved."""
    shut = [question.id for question in asked(assessment, scopes) if question.id in assessment.shut]
    if approved := tuple(key for key in shut if assessment.state(key) is State.APPROVED):
        raise Refusal("round.approved", questions=approved)
    return _shut(Reopened, shut, assessment, by)


def _shut(kind: type[Closed], questions: list[str], assessment: Assessment, by: str | None) -> list[Event]:
    facilitator = acting(assessment, by, "facilitator")
    return [kind(questions=tuple(questions), by=facilitator)] if questions else []


def question(assessment: Assessment, key: str) -> Asked:
    """The question of an id. Raises Refusal."""
    if key not in assessment.by_id:
        raise Refusal("round.no_question", question=key)
    return assessment.by_id[key]


def agree(assessment: Assessment, key: str, agreement: Agreement, by: str | None) -> list[Event]:
    """The entry for what the group agreed on. Raises Refusal while a vote goes on, and for what is under review."""
    facilitator = acting(assessment, by, "facilitator")
    missing = assessment.missing(question(assessment, key)) if assessment.given.get(key) else ()
    if missing:
        raise Refusal("round.still_missing", n=len(missing), question=key)
    may_move(assessment, key, State.AGREED)
    return [Agreed(question=key, by=facilitator, **dict(agreement))]


def to_agree(assessment: Assessment, scopes: Sequence[str] = ()) -> list[Asked]:
    """The questions with private scores, none of them still waited for, that nobody has agreed on. Raises Refusal."""
    return [
        each
        for each in asked(assessment, scopes)
        if each.id in assessment.given and each.id not in assessment.agreements and not assessment.missing(each)
    ]


def to_review(assessment: Assessment, scopes: Sequence[str] = ()) -> list[Asked]:
    """The questions that are under review or were sent back, and that nobody is waited for to score. Raises Refusal."""
    voting = {key for key in assessment.given if assessment.missing(assessment.by_id[key])}
    return [q for q in asked(assessment, scopes) if assessment.state(q.id) in UNDER_REVIEW and q.id not in voting]


def settled(assessment: Assessment) -> frozenset[str]:
    """The questions that are agreed on, and neither under review nor sent back since."""
    return frozenset(key for key in assessment.agreements if assessment.state(key) not in UNDER_REVIEW)


def shown(assessment: Assessment, key: str, *, small: bool) -> Vote | None:
    """The vote that a question is to be agreed on after, if it may be shown."""
    vote = assessment.vote(key) if key in assessment.fixed else None
    return vote if may_show(vote, small=small) else None


def apart(vote: Vote | None) -> tuple[bool, float, float]:
    """What sorts votes by disagreement: the lowest consensus first, then the highest deviation; where there is no vote, last."""
    spread = vote.spread if vote else Spread.of(())
    return vote is None, spread.consensus or 0.0, -(spread.deviation or 0.0)


def furthest_apart(assessment: Assessment, questions: Iterable[Asked], *, small: bool) -> list[Asked]:
    """Questions to agree on, those where people lie furthest apart first; those whose scores may not be shown come last."""
    return sorted(questions, key=lambda each: apart(shown(assessment, each.id, small=small)))


@dataclass(frozen=True)
class Condition:
    """A condition on how scores lie, such as `consensus>=0.85`: a *measure*, a *sign* and a number."""

    measure: str
    sign: str
    number: float

    @classmethod
    def read(cls, text: str) -> "Condition":
        """The condition that a text writes. Raises Refusal for anything else."""
        match = _CONDITION.fullmatch(text)
        number = float(match[3].replace(",", ".")) if match else 0.0
        if not match or number > _HIGHEST[match[1]]:
            raise Refusal("round.no_condition", text=text[:60])
        return cls(match[1], match[2], number)

    def holds(self, spread: Spread) -> bool:
        """Whether it holds, of the measure with the two decimals that it is shown with."""
        value = getattr(spread, self.measure)
        return value is not None and bool(_SIGNS[self.sign](round(value, 2), self.number))


@dataclass(frozen=True)
class Confirmable:
    """The *levels* that the scores of questions give beyond doubt, and which questions are *left*, by why.

    *unclear*: the condition holds, but the scores give no one level. *other*: it does not hold. *hidden*: they may not be shown.
    """

    levels: Mapping[str, int]
    left: Mapping[str, tuple[str, ...]]


def confirmable(assessment: Assessment, scopes: Sequence[str], condition: Condition, *, small: bool) -> Confirmable:
    """What a condition selects of the questions to agree on. Raises Refusal."""
    waiting = to_agree(assessment, scopes)
    judged = {each.id: _judged(shown(assessment, each.id, small=small), condition) for each in waiting}
    levels = {key: found for key, found in judged.items() if isinstance(found, int)}
    ends = {why: [key for key in judged if judged[key] == why] for why in ("unclear", "hidden", "other")}
    return Confirmable(levels, listed(assessment, ends))


def _judged(vote: Vote | None, condition: Condition) -> int | str:
    """The level that a vote gives beyond doubt where the condition holds; else why it is left."""
    if vote is None:
        return "hidden"
    if not condition.holds(vote.spread):
        return "other"
    return "unclear" if vote.clear is None else vote.clear


def listed(assessment: Assessment, kinds: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Questions by kind, each kind in the order of the questions, without the kinds that there are none of."""
    ordered = {kind: tuple(key for key in assessment.by_id if key in kinds[kind]) for kind in kinds}
    return {kind: questions for kind, questions in ordered.items() if questions}


def confirm(
    assessment: Assessment, levels: Mapping[str, int], reason: str, by: str | None, *, small: bool
) -> list[Event]:
    """The entries that agree, for one reason, on the *levels* as they were listed. Raises ArushaError if one no longer is so."""
    entries: list[Event] = []
    waiting = {each.id for each in to_agree(assessment)}
    for key, level in levels.items():
        vote = shown(assessment, key, small=small) if key in waiting else None
        if vote is None or vote.clear != level:
            raise Refusal("round.not_clear", question=key, level=level)
        agreement = expect(Agreement, {"answer": {"level": level}, "reason": reason}, "")
        entries += agree(assessment, key, agreement, by)
    return entries


def may_move(assessment: Assessment, key: str, to: State) -> None:
    """Whether a question may go to a state from where it is. Raises Refusal if not."""
    now = assessment.state(key)
    if to not in MOVES[now]:
        ways = tuple(Word(f"work.{state}") for state in sorted(MOVES[now]))
        raise Refusal("round.cannot_move", question=key, state=Word(f"work.{now}"), to=Word(f"work.{to}"), ways=ways)


def _may_submit(assessment: Assessment, key: str, to: State) -> None:
    if to is State.SUBMITTED and assessment.state(key) is State.AGREED:
        raise Refusal("round.past_submitting", question=key)
    may_move(assessment, key, to)
    if to is State.SUBMITTED and key not in assessment.standing:
        raise Refusal("round.nothing_to_submit", question=key)


def move(assessment: Assessment, scopes: Sequence[str], to: State, by: str | None, why: str) -> list[Event]:
    """The entry that submits, sends back or approves questions. Raises Refusal.

    Of a key factor or an element, those that can go on do; of questions named one by one, all must.
    """
    person = acting(assessment, by, *MAY_MOVE[to])
    single = all(scope.count(".") == 2 for scope in scopes)
    moving, refused = [], None
    for each in asked(assessment, scopes):
        try:
            _may_submit(assessment, each.id, to)
            moving.append(each.id)
        except Refusal as refusal:
            refused = refused or refusal
    if refused and single:
        raise refused
    if refused and not moving:
        raise Refusal("round.none_moves", to=Word(f"work.{to}"), why=refused)
    return [Moved(questions=tuple(moving), to=to, by=person, why=clean(why).strip())]


def loose_ends(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """What one should know before sealing: the questions by kind of loose end, without the kinds that there are none of.

    *returned*, *unapproved* (only where something was submitted or somebody approves), *voting* (private scores whose vote has not
    ended), *to_agree*, *unanswered*, and *bare* (level 3 or 4 without evidence). Raises Refusal for a round without any answer.
    """
    if not (assessment.standing or assessment.given or assessment.votes):
        raise Refusal("round.nothing_to_seal")
    pieces = tuple(assessment.evidence.values())
    returned = {key for key in assessment.moves if assessment.state(key) is State.CHANGES_REQUESTED}
    ends: dict[str, Collection[str]] = {
        "returned": returned,
        "unapproved": unapproved(assessment),
        "voting": assessment.given.keys() - assessment.fixed - assessment.agreements.keys(),
        "to_agree": assessment.fixed - assessment.agreements.keys(),
        "unanswered": assessment.by_id.keys() - assessment.standing.keys(),
        "bare": {each.id for each in unsupported(assessment.asked, assessment.standing, pieces)},
    }
    return listed(assessment, ends)


def unapproved(assessment: Assessment) -> tuple[str, ...]:
    """The answered questions that were not approved, in a round whose answers go through review."""
    approvers = any(person.role is Role.APPROVER for person in assessment.people.values())
    reviewed = any(assessment.state(key) not in (State.DRAFT, State.AGREED) for key in assessment.moves)
    if not (approvers or reviewed):
        return ()
    return tuple(key for key in assessment.standing if assessment.state(key) is not State.APPROVED)


def seal(assessment: Assessment) -> list[Event]:
    """The entry that closes a round for good. Raises Refusal for one without any answer."""
    loose_ends(assessment)
    return [Sealed(answers=len(assessment.standing))]
