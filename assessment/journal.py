"""What a journal amounts to: a fold over its entries, and the entries themselves as they are written.

Nothing is ever overwritten: a later entry on the same thing stands, and the earlier one stays for the history.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from assessment.agreement import MOVES, Agreement, Spread, Standing, State, standing
from assessment.answers import Answer
from assessment.evidence import Piece
from assessment.own import Own, applied, with_questions
from assessment.people import Assignment, Person, expected
from assessment.risks import Risk
from assessment.store import AssessmentFile, Entry, Kept, sha256
from kb.errors import ArushaError
from kb.questionnaires import Bank, Question

Opening = tuple[str, dict[str, Any], tuple[bytes, ...]]


@dataclass(frozen=True)
class Moved:
    """A change of a question's state: to what, when, by whom and why."""

    to: State
    at: str
    by: str
    why: str


@dataclass(frozen=True)
class Assessment:
    """The state of an assessment: whose it is, who takes part, what was given, agreed, shown and found.

    *bank* holds the questions as this file asks them: those remembered since it was opened or upgraded, with the Member's own
    questions and weights. *answers*: given once for the whole team. *given*: private scores, by question and person.
    *wordings*: of each question the wording that was last answered. *lapsed*: questions whose answers no longer stand since an
    upgrade reworded or dropped them. *fingerprint*: once sealed, the hash that the whole journal chains into.
    """

    administration: str
    member: str | None
    language: str
    opened: str
    changed: str
    bank: Bank
    version: str
    chosen: str = "full"
    names: bool = False
    own: Own = field(default_factory=Own)
    fingerprint: str | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    assignments: tuple[Assignment, ...] = ()
    closed: frozenset[str] = frozenset()
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    moves: Mapping[str, tuple[Moved, ...]] = field(default_factory=dict)
    evidence: Mapping[str, Piece] = field(default_factory=dict)
    risks: Mapping[str, Risk] = field(default_factory=dict)
    lapsed: frozenset[str] = frozenset()

    def expected(self, question: Question) -> tuple[Person, ...]:
        """Who is to score a question."""
        return expected(question, self.people.values(), self.assignments)

    def missing(self, question: Question) -> tuple[Person, ...]:
        """Who has not scored it yet."""
        given = self.given.get(question.id, {})
        return tuple(person for person in self.expected(question) if person.id not in given)

    def revealed(self, question: Question) -> bool:
        """Whether its private scores may be seen: everyone asked has given one, or the facilitator has closed it."""
        given = self.given.get(question.id)
        return bool(given) and (question.id in self.closed or not self.missing(question))

    def state(self, question: str) -> State:
        """How far the work on a question has come."""
        moves = self.moves.get(question)
        return moves[-1].to if moves else State.DRAFT

    @cached_property
    def standing(self) -> dict[str, Standing]:
        """What stands for each question that has anything standing."""
        found = {}
        for question in self.bank.questions:
            key = question.id
            stands = standing(
                self.answers.get(key),
                self.given.get(key, {}),
                self.agreements.get(key),
                revealed=self.revealed(question),
            )
            if stands is not None:
                found[key] = stands
        return found

    @cached_property
    def spreads(self) -> dict[str, Spread]:
        """The spread of each question whose private scores may be seen."""
        return {
            question.id: Spread.of(self.given[question.id].values())
            for question in self.bank.questions
            if self.revealed(question)
        }


def opening(
    administration: str, member: str | None, language: str, bank: Bank, chosen: str = "full", own: Own | None = None
) -> Opening:
    """The first entry of a journal and the bank that it attaches; *chosen* is `full` or `quick`."""
    asked = with_questions(bank, [question for question in bank.questions if chosen != "quick" or question.quick])
    remembered = _packed(asked)
    body: dict[str, Any] = {
        "administration": administration,
        "member": member,
        "language": language,
        "questionnaire": bank.id,
        "version": bank.version,
        "chosen": chosen,
        "bank": {"sha256": sha256(remembered)},
    }
    if own is not None:
        body["own"] = own.model_dump(mode="json", exclude_defaults=True)
    return "opened", body, (remembered,)


def answered(
    question: str, answer: Answer, bank: Bank, respondent: dict[str, Any] | None = None, by: str | None = None
) -> Kept:
    """The entry for one answer, with the wording that was answered: the team's, or *by* a person and then private."""
    body: dict[str, Any] = {"question": question, "wording": bank.by_id[question].wording, "answer": answer.as_json()}
    if by:
        body["by"] = by
    elif respondent:
        body["respondent"] = respondent
    return "answered", body


def agreed(question: str, agreement: Agreement, by: str) -> Kept:
    """The entry for an agreement."""
    return "agreed", {"question": question, "by": by, **agreement.model_dump(mode="json", exclude_defaults=True)}


def moved(questions: Iterable[str], to: State, by: str, why: str) -> Kept:
    """The entry for a change of state."""
    return "moved", {"questions": list(questions), "to": to.value, "by": by, "why": why}


def upgraded(bank: Bank, chosen: str, lapsed: Iterable[str]) -> tuple[Kept, tuple[bytes, ...]]:
    """The entry for going over to a newer bank, and the bank that it attaches; answers to *lapsed* questions no longer stand."""
    asked = with_questions(bank, [question for question in bank.questions if chosen != "quick" or question.quick])
    remembered = _packed(asked)
    body = {"version": bank.version, "bank": {"sha256": sha256(remembered)}, "lapsed": sorted(lapsed)}
    return ("upgraded", body), (remembered,)


def read(file: AssessmentFile, current: Bank) -> Assessment:
    """What an open file amounts to. *current* is used for files that do not remember their bank yet. Raises ArushaError."""
    return state(file.entries(), current, file.attachment)


def state(entries: Iterable[Entry], current: Bank, attachment: Callable[[str], bytes]) -> Assessment:
    """Fold a journal into the state it amounts to; *attachment* gives what an entry attaches by its SHA-256.

    The first entry must be the opening one. Raises ArushaError otherwise.
    """
    first, *rest = entries
    if first.kind != "opened":
        raise ArushaError("the assessment's journal does not begin with its opening; go back to a copy you trust")
    fold = _Fold(first, current, attachment)
    for entry in rest:
        fold.take(entry)
    return fold.amounts()


class _Fold:
    """The state as it grows, entry by entry."""

    def __init__(self, first: Entry, current: Bank, attachment: Callable[[str], bytes]) -> None:
        body = first.body
        self.first, self.current, self.attachment = first, current, attachment
        self.changed = first.at
        self.fingerprint: str | None = None
        self.version: str = body["version"]
        self.base = _unpacked(attachment(body["bank"]["sha256"])) if "bank" in body else current
        self.own = Own.model_validate(body.get("own", {}), strict=False)
        self.names = False
        self.answers: dict[str, Answer] = {}
        self.given: dict[str, dict[str, Answer]] = {}
        self.wordings: dict[str, str] = {}
        self.people: dict[str, Person] = {}
        self.assignments: list[Assignment] = []
        self.closed: set[str] = set()
        self.agreements: dict[str, Agreement] = {}
        self.moves: dict[str, tuple[Moved, ...]] = {}
        self.evidence: dict[str, Piece] = {}
        self.risks: dict[str, Risk] = {}
        self.lapsed: set[str] = set()

    def take(self, entry: Entry) -> None:
        """Take one entry in. Raises ArushaError for one that this release cannot read."""
        handle = getattr(self, f"_{entry.kind}", None)
        try:
            if handle is None:
                raise KeyError(entry.kind)
            handle(entry)
        except (KeyError, TypeError, ValueError, ValidationError):
            raise ArushaError(
                f"entry {entry.seq} of the journal ({entry.kind}) is not one that this release can read; update arusha"
            ) from None
        if entry.kind != "sealed":
            self.changed = entry.at

    def _answered(self, entry: Entry) -> None:
        body = entry.body
        answer, question = Answer.model_validate(body["answer"], strict=False), body["question"]
        if by := body.get("by"):
            self.given.setdefault(question, {})[by] = answer
        else:
            self.answers[question] = answer
        self.wordings[question] = body["wording"]
        self.lapsed.discard(question)

    def _person(self, entry: Entry) -> None:
        person = Person.model_validate(entry.body, strict=False)
        self.people[person.id] = person

    def _names(self, entry: Entry) -> None:
        self.names = bool(entry.body["on"])

    def _assigned(self, entry: Entry) -> None:
        self.assignments.append(Assignment.model_validate(entry.body, strict=False))

    def _unassigned(self, entry: Entry) -> None:
        gone = Assignment.model_validate(entry.body, strict=False)
        self.assignments = [
            a for a in self.assignments if (a.scope, a.person, a.unit) != (gone.scope, gone.person, gone.unit)
        ]

    def _closed(self, entry: Entry) -> None:
        self.closed.update(entry.body["questions"])

    def _reopened(self, entry: Entry) -> None:
        for question in entry.body["questions"]:
            self.closed.discard(question)
            if self.agreements.pop(question, None):  # it stays in the history
                self.moves[question] = (*self.moves[question], Moved(State.DRAFT, entry.at, entry.body["by"], ""))

    def _agreed(self, entry: Entry) -> None:
        body = {name: value for name, value in entry.body.items() if name not in ("question", "by")}
        agreement, question = Agreement.model_validate(body, strict=False), entry.body["question"]
        self.agreements[question] = agreement
        move = Moved(State.AGREED, entry.at, entry.body["by"], agreement.reason)
        self.moves[question] = (*self.moves.get(question, ()), move)

    def _moved(self, entry: Entry) -> None:
        body = entry.body
        for question in body["questions"]:
            move = Moved(State(body["to"]), entry.at, body["by"], body["why"])
            self.moves[question] = (*self.moves.get(question, ()), move)

    def _evidence(self, entry: Entry) -> None:
        piece = Piece.model_validate(entry.body, strict=False)
        self.evidence[piece.id] = piece

    def _risk(self, entry: Entry) -> None:
        risk = Risk.model_validate(entry.body, strict=False)
        self.risks[risk.id] = risk

    def _tailored(self, entry: Entry) -> None:
        self.own = Own.model_validate(entry.body, strict=False)

    def _upgraded(self, entry: Entry) -> None:
        self.version = entry.body["version"]
        self.base = _unpacked(self.attachment(entry.body["bank"]["sha256"]))
        for question in entry.body["lapsed"]:
            for kept in (self.answers, self.given, self.agreements, self.moves):
                kept.pop(question, None)
            self.closed.discard(question)
            self.lapsed.add(question)

    def _sealed(self, entry: Entry) -> None:
        self.fingerprint = entry.hash

    def amounts(self) -> Assessment:
        """The state."""
        body = self.first.body
        return Assessment(
            administration=body["administration"],
            member=body["member"],
            language=body["language"],
            opened=self.first.at,
            changed=self.changed,
            bank=applied(self.base, self.own),
            version=self.version,
            chosen=body.get("chosen", "full"),
            names=self.names,
            own=self.own,
            fingerprint=self.fingerprint,
            answers=self.answers,
            given=self.given,
            wordings=self.wordings,
            people={
                key: person if self.names else person.model_copy(update={"name": None})
                for key, person in self.people.items()
            },
            assignments=tuple(self.assignments),
            closed=frozenset(self.closed),
            agreements=self.agreements,
            moves=self.moves,
            evidence=self.evidence,
            risks=self.risks,
            lapsed=frozenset(self.lapsed),
        )


def may_move(assessment: Assessment, question: str, to: State) -> None:
    """Whether a question may go to a state from where it is. Raises ArushaError if not."""
    now = assessment.state(question)
    if to not in MOVES[now]:
        ways = " or ".join(sorted(state.value.replace("_", " ") for state in MOVES[now]))
        told, wanted = now.value.replace("_", " "), to.value.replace("_", " ")
        raise ArushaError(f"question {question} is {told}, which cannot become {wanted}; it can become {ways}")


def without_private(assessment: Assessment) -> Assessment:
    """The assessment without the people's private scores, as far as they may not be seen."""
    seen = {key: given for key, given in assessment.given.items() if key in assessment.spreads}
    return replace(assessment, given=seen)


def _packed(bank: Bank) -> bytes:
    data = bank.model_dump(mode="json", exclude_defaults=True)
    return zlib.compress(json.dumps(data, ensure_ascii=False, sort_keys=True).encode(), 9)


def _unpacked(data: bytes) -> Bank:
    try:
        return Bank.model_validate(json.loads(zlib.decompress(data)), strict=False)
    except (zlib.error, ValueError, ValidationError):
        raise ArushaError(
            "the questions kept in the file are not ones that this release can read; update arusha"
        ) from None
