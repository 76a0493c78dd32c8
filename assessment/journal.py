"""What a journal amounts to: a fold over its entries, and the entries themselves as they are written.

Nothing is ever overwritten: a later entry on the same thing stands, and the earlier one stays for the history.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from pydantic import ValidationError

from assessment.agreement import MOVES, Agreement, Spread, Standing, State, Vote, standing
from assessment.answers import Answer
from assessment.evidence import Piece
from assessment.own import Own, applied, with_questions
from assessment.people import Assignment, Person, expected
from assessment.plan import Action, Monitored
from assessment.risks import Risk
from assessment.store import AssessmentFile, Entry, Kept, sha256
from assessment.voting import Votes
from kb.errors import ArushaError
from kb.questionnaires import Bank, Lens, LensQuestion, Question

M = TypeVar("M", Bank, Lens)
_LARGEST_BANK = 20_000_000
Opening = tuple[str, dict[str, Any], tuple[bytes, ...]]


@dataclass(frozen=True)
class Moved:
    """A change of a question's state: to what, when, by whom and why."""

    to: State
    at: str
    by: str
    why: str


@dataclass(frozen=True)
class Carried:
    """What a plan of its own goes on from: the fingerprint of the sealed round, its opening, and the levels that stood in it."""

    fingerprint: str
    opened: str
    levels: Mapping[str, Fraction]


@dataclass(frozen=True)
class Assessment:
    """The state of an assessment: whose it is, who takes part, what was given, agreed, shown and found.

    *bank* holds the questions as this file asks them: those remembered since it was opened or upgraded, with the Member's own
    questions and weights; *lens* those of the gender lens, if it is asked.
    *answers*: given once for the whole team. *given*: private scores of each question's present vote, by person; *fixed*: the
    questions whose present vote has ended; *votes*: each question's votes that have ended, the last one last.
    *codes*: of each person who has one, the SHA-256 of the code that shows them their own earlier answers.
    *wordings*: of each question the wording that was last answered. *lapsed*: questions whose answers no longer stand since an
    upgrade reworded or dropped them. *fingerprint*: once sealed, the hash that the whole journal chains into.
    *carried*: only of a plan that goes on after its round was sealed.
    """

    administration: str
    member: str | None
    language: str
    opened: str
    changed: str
    bank: Bank
    version: str
    chosen: str = "full"
    lens: Lens | None = None
    names: bool = False
    own: Own = field(default_factory=Own)
    fingerprint: str | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    votes: Mapping[str, tuple[Vote, ...]] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    assignments: tuple[Assignment, ...] = ()
    closed: frozenset[str] = frozenset()
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    moves: Mapping[str, tuple[Moved, ...]] = field(default_factory=dict)
    evidence: Mapping[str, Piece] = field(default_factory=dict)
    risks: Mapping[str, Risk] = field(default_factory=dict)
    lapsed: frozenset[str] = frozenset()
    actions: Mapping[str, Action] = field(default_factory=dict)
    carried: Carried | None = None

    @cached_property
    def asked(self) -> tuple[Question | LensQuestion, ...]:
        """All questions that this file asks, the lens last."""
        return (*self.bank.questions, *(self.lens.questions if self.lens else ()))

    @cached_property
    def by_id(self) -> dict[str, Question | LensQuestion]:
        """All questions that this file asks, by id."""
        return {question.id: question for question in self.asked}

    def expected(self, question: Question | LensQuestion) -> tuple[Person, ...]:
        """Who is to score a question."""
        return expected(question, self.people.values(), self.assignments)

    def missing(self, question: Question | LensQuestion) -> tuple[Person, ...]:
        """Who has not scored it in its present vote; nobody once that has ended."""
        if question.id in self.fixed:
            return ()
        given = self.given.get(question.id, {})
        return tuple(person for person in self.expected(question) if person.id not in given)

    @cached_property
    def shut(self) -> frozenset[str]:
        """The questions that take no private scores: closed, agreed, or of a vote that has ended."""
        return self.closed | self.fixed | self.agreements.keys()

    @cached_property
    def to_close(self) -> tuple[str, ...]:
        """The questions that everyone asked has scored, but whose vote ends only when the facilitator closes it."""
        return tuple(q.id for q in self.asked if q.id in self.given and q.id not in self.shut and not self.missing(q))

    def vote(self, question: str) -> Vote | None:
        """The last vote on a question that has ended."""
        votes = self.votes.get(question)
        return votes[-1] if votes else None

    def state(self, question: str) -> State:
        """How far the work on a question has come."""
        moves = self.moves.get(question)
        return moves[-1].to if moves else State.DRAFT

    @cached_property
    def standing(self) -> dict[str, Standing]:
        """What stands for each question that has anything standing."""
        found = {}
        for question in self.asked:
            key = question.id
            stands = standing(
                self.answers.get(key),
                self.vote(key),
                self.agreements.get(key),
                self.given.get(key, {}).values(),
            )
            if stands is not None:
                found[key] = stands
        return found

    @cached_property
    def levels(self) -> Mapping[str, Fraction]:
        """The level of each question that has one: what stands, or what a plan carries from its round."""
        if self.carried:
            return self.carried.levels
        return {key: Fraction(stands.level) for key, stands in self.standing.items() if stands.level is not None}

    @cached_property
    def spreads(self) -> dict[str, Spread]:
        """The spread of each question whose last vote may be shown to everyone."""
        last = {question.id: self.vote(question.id) for question in self.asked}
        return {key: vote.spread for key, vote in last.items() if vote is not None and vote.shown}


def opening(
    administration: str,
    member: str | None,
    language: str,
    bank: Bank,
    chosen: str = "full",
    own: Own | None = None,
    lens: Lens | None = None,
) -> Opening:
    """The first entry of a journal and the questions that it attaches; *chosen* is `full` or `quick`."""
    remembered = _packed(with_questions(bank, bank.quick if chosen == "quick" else bank.questions))
    attached = [remembered]
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
    if lens is not None:
        attached.append(_packed(lens))
        body["lens"] = {"sha256": sha256(attached[-1])}
    return "opened", body, tuple(attached)


def planned(after: Assessment) -> Opening:
    """The first entry of a plan that goes on after a sealed round: its levels, open risks and actions. Raises ArushaError."""
    if after.carried:
        raise ArushaError("that is a plan already; work on it with “arusha plan”, or name the file of the sealed round")
    if after.fingerprint is None:
        raise ArushaError(
            "the round is not sealed yet, so its file still takes its plan; seal it first with “arusha assess seal”, or plan in it"
        )
    shared = with_questions(after.bank, [question for question in after.bank.questions if ".m" not in question.id])
    attached = [_packed(shared)]
    body: dict[str, Any] = {
        "administration": after.administration,
        "member": after.member,
        "language": after.language,
        "questionnaire": after.bank.id,
        "version": after.version,
        "chosen": after.chosen,
        "bank": {"sha256": sha256(attached[0])},
        "own": after.own.model_dump(mode="json", exclude_defaults=True),
        "round": {"fingerprint": after.fingerprint, "opened": after.opened},
        "levels": {key: str(level) for key, level in after.levels.items()},
        "risks": [
            risk.model_dump(mode="json", exclude_defaults=True) for risk in after.risks.values() if not risk.closed
        ],
        "actions": [action.model_dump(mode="json", exclude_defaults=True) for action in after.actions.values()],
    }
    if after.lens is not None:
        attached.append(_packed(after.lens))
        body["lens"] = {"sha256": sha256(attached[-1])}
    return "planned", body, tuple(attached)


def answered(
    question: str,
    answer: Answer,
    asking: "Bank | Assessment",
    respondent: dict[str, Any] | None = None,
    by: str | None = None,
) -> Kept:
    """The entry for one answer, with the wording that was answered: the team's, or *by* a person and then private."""
    body: dict[str, Any] = {"question": question, "wording": asking.by_id[question].wording, "answer": answer.as_json()}
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


def upgraded(
    bank: Bank, chosen: str, lapsed: Iterable[str], lens: Lens | None = None
) -> tuple[Kept, tuple[bytes, ...]]:
    """The entry for going over to newer questions, and those that it attaches; answers to *lapsed* ones no longer stand."""
    attached = [_packed(with_questions(bank, bank.quick if chosen == "quick" else bank.questions))]
    body: dict[str, Any] = {"version": bank.version, "bank": {"sha256": sha256(attached[0])}, "lapsed": sorted(lapsed)}
    if lens is not None:
        attached.append(_packed(lens))
        body["lens"] = {"sha256": sha256(attached[-1])}
    return ("upgraded", body), tuple(attached)


def read(file: AssessmentFile, current: Bank, *, plan: bool = False) -> Assessment:
    """What an open file amounts to. *current* is used for files that do not remember their bank yet. Raises ArushaError."""
    return state(file.entries(), current, file.attachment, plan=plan)


def state(
    entries: Iterable[Entry], current: Bank, attachment: Callable[[str], bytes], *, plan: bool = False
) -> Assessment:
    """Fold a journal into the state it amounts to; *attachment* gives what an entry attaches by its SHA-256.

    The first entry must be the opening one, of an assessment, or of a *plan* too where that is said. Raises ArushaError otherwise.
    """
    first, *rest = entries
    if first.kind == "planned" and not plan:
        raise ArushaError("this file is a plan, not an assessment; work on it with “arusha plan”")
    if first.kind not in ("opened", "planned"):
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
        self.base = _unpacked(attachment(body["bank"]["sha256"]), Bank) if "bank" in body else current
        self.lens = _unpacked(attachment(body["lens"]["sha256"]), Lens) if "lens" in body else None
        self.own = Own.model_validate(body.get("own", {}), strict=False)
        self.by_id: dict[str, Question | LensQuestion] | None = None
        self.names = False
        self.answers: dict[str, Answer] = {}
        self.votes = Votes(self._asked)
        self.expected: dict[
            str, frozenset[str]
        ] = {}  # of a question, as long as people and assignments stay as they are
        self.codes: dict[str, str] = {}
        self.wordings: dict[str, str] = {}
        self.people: dict[str, Person] = {}
        self.assignments: list[Assignment] = []
        self.agreements: dict[str, Agreement] = {}
        self.moves: dict[str, tuple[Moved, ...]] = {}
        self.evidence: dict[str, Piece] = {}
        self.risks: dict[str, Risk] = {}
        self.lapsed: set[str] = set()
        self.actions: dict[str, Action] = {}
        self.carried: Carried | None = None
        if first.kind == "planned":
            levels = {key: Fraction(level) for key, level in body["levels"].items()}
            self.carried = Carried(body["round"]["fingerprint"], body["round"]["opened"], levels)
            risks = [Risk.model_validate(risk, strict=False) for risk in body["risks"]]
            actions = [Action.model_validate(action, strict=False) for action in body["actions"]]
            self.risks = {risk.id: risk for risk in risks}
            self.actions = {action.id: action for action in actions}

    def take(self, entry: Entry) -> None:
        """Take one entry in. Raises ArushaError for one that this release cannot read."""
        handle = getattr(self, f"_{entry.kind}", None) if entry.kind.isalpha() else None
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
            self.votes.score(question, by, answer)
        elif question not in self.votes.given and question not in self.votes.ended:
            self.answers[question] = answer  # over private scores only an agreement counts
        self.wordings[question] = body["wording"]
        self.lapsed.discard(question)

    def _person(self, entry: Entry) -> None:
        person = Person.model_validate(entry.body, strict=False)
        self.people[person.id] = person
        self._people_changed()

    def _names(self, entry: Entry) -> None:
        self.names = bool(entry.body["on"])

    def _assigned(self, entry: Entry) -> None:
        self.assignments.append(Assignment.model_validate(entry.body, strict=False))
        self._people_changed()

    def _unassigned(self, entry: Entry) -> None:
        gone = Assignment.model_validate(entry.body, strict=False)
        self.assignments = [
            a for a in self.assignments if (a.scope, a.person, a.unit) != (gone.scope, gone.person, gone.unit)
        ]
        self._people_changed()

    def _code(self, entry: Entry) -> None:
        self.codes[entry.body["person"]] = entry.body["sha256"]

    def _closed(self, entry: Entry) -> None:
        self.votes.close(entry.body["questions"])

    def _reopened(self, entry: Entry) -> None:
        self.votes.reopen(entry.body["questions"])
        for question in entry.body["questions"]:
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

    def _action(self, entry: Entry) -> None:
        action = Action.model_validate(entry.body, strict=False)
        earlier = self.actions.get(action.id)
        self.actions[action.id] = action.model_copy(update={"results": earlier.results}) if earlier else action

    def _monitored(self, entry: Entry) -> None:
        body = dict(entry.body)
        action = self.actions[body.pop("action")]
        found = Monitored.model_validate(body, strict=False)
        self.actions[action.id] = action.model_copy(update={"results": (*action.results, found)})

    def _tailored(self, entry: Entry) -> None:
        self.own = Own.model_validate(entry.body, strict=False)
        self.by_id = None

    def _upgraded(self, entry: Entry) -> None:
        self.version = entry.body["version"]
        self.base = _unpacked(self.attachment(entry.body["bank"]["sha256"]), Bank)
        if "lens" in entry.body:
            self.lens = _unpacked(self.attachment(entry.body["lens"]["sha256"]), Lens)
        self.by_id = None
        for question in entry.body["lapsed"]:
            for kept in (self.answers, self.agreements, self.moves):
                kept.pop(question, None)
            self.votes.lapse(question)
            self.lapsed.add(question)

    def _sealed(self, entry: Entry) -> None:
        self.fingerprint = entry.hash
        self.votes.seal()

    def _asked(self, question: str) -> frozenset[str]:
        """The ids of those who are to score a question."""
        if question not in self.expected:
            asked = self._questions().get(question)
            meant = expected(asked, self.people.values(), self.assignments) if asked else ()
            self.expected[question] = frozenset(person.id for person in meant)
        return self.expected[question]

    def _questions(self) -> dict[str, Question | LensQuestion]:
        """All questions that the file asks now, by id."""
        if self.by_id is None:
            self.by_id = {question.id: question for question in applied(self.base, self.own).questions}
            self.by_id.update((question.id, question) for question in (self.lens.questions if self.lens else ()))
        return self.by_id

    def _people_changed(self) -> None:
        self.expected.clear()
        self.votes.people_changed()

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
            lens=self.lens,
            names=self.names,
            own=self.own,
            fingerprint=self.fingerprint,
            answers=self.answers,
            given=self.votes.given,
            votes=self.votes.ended,
            fixed=frozenset(key for key in self.votes.given if self.votes.has_ended(key)),
            codes=self.codes,
            wordings=self.wordings,
            people={
                key: person if self.names else person.model_copy(update={"name": None})
                for key, person in self.people.items()
            },
            assignments=tuple(self.assignments),
            closed=frozenset(self.votes.closed),
            agreements=self.agreements,
            moves=self.moves,
            evidence=self.evidence,
            risks=self.risks,
            lapsed=frozenset(self.lapsed),
            actions=self.actions,
            carried=self.carried,
        )


def may_move(assessment: Assessment, question: str, to: State) -> None:
    """Whether a question may go to a state from where it is. Raises ArushaError if not."""
    now = assessment.state(question)
    if to not in MOVES[now]:
        ways = " or ".join(sorted(state.value.replace("_", " ") for state in MOVES[now]))
        told, wanted = now.value.replace("_", " "), to.value.replace("_", " ")
        raise ArushaError(f"question {question} is {told}, which cannot become {wanted}; it can become {ways}")


def _packed(questions: Bank | Lens) -> bytes:
    data = questions.model_dump(mode="json", exclude_defaults=True)
    return zlib.compress(json.dumps(data, ensure_ascii=False, sort_keys=True).encode(), 9)


def _unpacked(data: bytes, model: type[M]) -> M:
    try:
        plain = zlib.decompressobj().decompress(data, _LARGEST_BANK)  # a few bytes can unpack to gigabytes
        return model.model_validate(json.loads(plain), strict=False)
    except (zlib.error, ValueError, ValidationError, RecursionError):
        raise ArushaError(
            "the questions kept in the file are not ones that this release can read; update arusha"
        ) from None
