"""Use cases of a round: what a request comes to under the round's rules, as new entries or as a refusal. No input or output here."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from assessment import journal
from assessment.agreement import State, same_score
from assessment.answers import Answer, Responses
from assessment.evidence import unsupported
from assessment.journal import Assessment
from assessment.people import Person, Role
from assessment.store import Kept
from kb.content import parse
from kb.errors import ArushaError, Fault

_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another when read aloud or copied
_OF_A_GROUP: Final = ("role", "side", "unit", "grade", "function", "region", "sex")
_REGISTERED: Final = ("side", "unit", "grade", "function", "region", "sex")


def new_code() -> str:
    """A code for one person, of 16 letters and digits in groups of four (78 bits of chance)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def first_code(assessment: Assessment, person: str, code: str) -> Kept:
    """The entry that gives a code to a person who has none. Raises ArushaError for one who has: a second would open what is theirs."""
    if person in assessment.codes:
        raise ArushaError(
            f"{person} has a code already, and no other is made, since whoever had it could read what {person} answered; "
            "without a code a person can still answer"
        )
    return code_given(person, code)


def code_given(person: str, code: str) -> Kept:
    """The entry that gives a person a code; only its hash is kept."""
    return "code", {"person": person, "sha256": _hash(person, code)}


def check_code(assessment: Assessment, person: str, code: str) -> None:
    """Whether a code is the person's. Raises ArushaError if it is not, or if the person has none."""
    kept = assessment.codes.get(person)
    if kept is None:
        raise ArushaError(f"{person} has no code yet; make one with “arusha assess people code FILE {person}”")
    if not hmac.compare_digest(kept, _hash(person, code)):
        raise ArushaError(f"that is not the code of {person}; check it, or leave --code out and answer without it")


def _hash(person: str, code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in _LETTERS)
    return hashlib.sha256(f"{person}\0{plain}".encode()).hexdigest()


def answer(assessment: Assessment, question: str, given: Answer, by: str | None, before: Answer | None = None) -> Kept:
    """The entry for one answer, the team's or a person's private one. Raises ArushaError where none is taken any more.

    *before*: what the person has given in this very sitting. Whoever gave the last score of a vote, which has ended with it, may
    still add a note or evidence to that score; nobody else is told whether a score is the one that was given.
    """
    if by is None:
        only_agree(assessment, (question,))
        if question in assessment.agreements:
            raise ArushaError(f"{question}: is agreed on by now; reopen it first with “arusha assess reopen”")
    elif question in assessment.shut and not (before is not None and same_score(before, given)):
        raise ArushaError(
            f"{question}: its vote has ended by now, and what was scored is fixed; ask the facilitator to reopen it for a second vote"
        )
    return journal.answered(question, given, assessment, by=by)


def doubts(assessment: Assessment, responses: Responses, by: str) -> str | None:
    """What speaks against taking a response file as that of the person *by*: unknown, or registered otherwise; None if nothing."""
    stated, known = _person(by, responses.respondent), assessment.people.get(by)
    if known is None:
        return f"{by} is not among the people of this assessment"
    fields = [name for name in _REGISTERED if name in responses.respondent and _differ(known, stated, name)]
    if not fields:
        return None
    other = ", ".join(
        f"{name} “{getattr(stated, name)}”, registered “{getattr(known, name) or '–'}”" for name in fields
    )
    return f"{by} is registered otherwise: {other}"


def _differ(one: Person, other: Person, name: str) -> bool:
    pair = (str(getattr(each, name) or "").casefold() for each in (one, other))
    return next(pair) != next(pair)


def _person(by: str, respondent: Mapping[str, Any]) -> Person:
    faults: list[Fault] = []
    fields = {name: value for name, value in respondent.items() if name in _REGISTERED}
    person = parse(Person, fields | {"id": by}, "respondent", faults)
    if person is None:
        raise ArushaError("\n".join(map(str, faults)) + "\nNothing was taken from the file.")
    return person


def collect_private(assessment: Assessment, responses: Responses, by: str) -> list[Kept]:
    """The entries for a person's private scores. Every answer is entered, so that nobody can tell whether one was there before.

    Raises ArushaError where a vote takes no more scores, whatever the file says.
    """
    if shut := [key for key in responses.answers if key in assessment.shut]:
        raise ArushaError(
            f"{_some(shut)}: takes no more private scores, since its vote has ended; take the answer out of the file, "
            "or reopen the question for a second vote with “arusha assess reopen”"
        )
    _expect_past(responses.answers)
    person = assessment.people.get(by)
    if person is not None and person.left:
        raise ArushaError(f"{by} no longer takes part; see “arusha assess people list”")
    new = (
        [] if person else [("person", _person(by, responses.respondent).model_dump(mode="json", exclude_defaults=True))]
    )
    return new + [journal.answered(key, given, assessment, by=by) for key, given in responses.answers.items()]


def collect_for_team(assessment: Assessment, responses: Responses) -> list[Kept]:
    """The entries for those answers of the whole team that are not there yet.

    Raises ArushaError where private scores or an agreement stand.
    """
    only_agree(assessment, responses.answers)
    _expect_past(responses.answers)
    changed = {key: given for key, given in responses.answers.items() if assessment.answers.get(key) != given}
    if agreed := [key for key in changed if key in assessment.agreements]:
        raise ArushaError(
            f"{_some(agreed)}: agreed already; take it out, or reopen it first with “arusha assess reopen”"
        )
    respondent = kept_of(responses.respondent, names=assessment.names)
    return [journal.answered(key, given, assessment, respondent) for key, given in changed.items()]


def _expect_past(answers: Mapping[str, Answer]) -> None:
    """Refuse evidence of a day that is still to come everywhere on Earth. Raises ArushaError naming the first question."""
    today = (datetime.now(UTC) + timedelta(hours=14)).date().isoformat()
    for question, given in answers.items():
        for piece in given.evidence:
            if piece.date is not None and piece.date > today[: len(piece.date)]:
                raise ArushaError(
                    f"{question}: its evidence “{piece.text[:60]}” is dated {piece.date}, which lies ahead; correct it"
                )


def only_agree(assessment: Assessment, questions: Iterable[str]) -> None:
    """Refuse an answer of the whole team to questions that have private scores. Raises ArushaError."""
    if private := [key for key in questions if has_private(assessment, key)]:
        raise ArushaError(
            f"{_some(private)}: has private scores, so only an agreement counts there now; record it with “arusha assess agree”"
        )


def _some(questions: Sequence[str]) -> str:
    """The first of some questions, and how many more there are."""
    more = len(questions) - 8
    return ", ".join(questions[:8]) + (f" and {more} more" if more > 0 else "")


def has_private(assessment: Assessment, question: str) -> bool:
    """Whether private scores of a question were given, in its present vote or an earlier one."""
    return question in assessment.given or question in assessment.votes


def kept_of(respondent: Mapping[str, Any], *, names: bool) -> dict[str, Any]:
    """What is kept of who answered for the team: all of it where names are on, else what tells of a group."""
    return {name: value for name, value in respondent.items() if names or name in _OF_A_GROUP}


def loose_ends(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """What one should know before sealing: the questions by kind of loose end, without the kinds that there are none of.

    *returned*, *unapproved* (only where something was submitted or somebody approves), *voting* (private scores whose vote has not
    ended), *to_agree*, *unanswered*, and *bare* (level 3 or 4 without evidence). Raises ArushaError for a round without any answer.
    """
    if not (assessment.standing or assessment.given or assessment.votes):
        raise ArushaError("nothing is answered yet, so there is nothing to seal; answer with “arusha assess answer”")
    asked = [question.id for question in assessment.asked]
    pieces = tuple(assessment.evidence.values())
    found = {
        "returned": [key for key in asked if assessment.state(key) is State.CHANGES_REQUESTED],
        "unapproved": list(unapproved(assessment)),
        "voting": [
            key
            for key in asked
            if key in assessment.given and key not in assessment.fixed | assessment.agreements.keys()
        ],
        "to_agree": [key for key in asked if key in assessment.fixed and key not in assessment.agreements],
        "unanswered": [key for key in asked if key not in assessment.standing],
        "bare": [question.id for question in unsupported(assessment.asked, assessment.standing, pieces)],
    }
    return {kind: tuple(keys) for kind, keys in found.items() if keys}


def unapproved(assessment: Assessment) -> tuple[str, ...]:
    """The answered questions that were not approved, in a round whose answers go through review."""
    approvers = any(person.role is Role.APPROVER for person in assessment.people.values())
    reviewed = any(assessment.state(key) not in (State.DRAFT, State.AGREED) for key in assessment.moves)
    if not (approvers or reviewed):
        return ()
    return tuple(key for key in assessment.standing if assessment.state(key) is not State.APPROVED)
