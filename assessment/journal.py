"""What a journal amounts to: a fold over its entries, and the entries themselves as they are written.

Nothing is ever overwritten: a later entry on the same thing stands, and the earlier one stays for the history.
"""

import json
import secrets
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, singledispatchmethod
from typing import Any, TypeVar

from pydantic import ValidationError

from assessment import events
from assessment.actions import Action, Monitored
from assessment.agreement import Agreement, Spread, Standing, State, Vote, standing
from assessment.answers import Answer
from assessment.events import (
    KINDS,
    Agreed,
    Answered,
    Closed,
    CodeGiven,
    Joined,
    MonitoringEntered,
    Names,
    Opened,
    Planned,
    Reopened,
    Sealed,
    Unassigned,
    Upgraded,
    as_json,
)
from assessment.evidence import Piece
from assessment.own import Own, applied, with_questions
from assessment.people import Assignment, Person, expected
from assessment.risks import Risk
from assessment.storing.journal import Entry, Journal, Kept, sha256
from assessment.voting import Votes
from kb.base.errors import ArushaError
from kb.base.folding import clean, turns_shown_in
from kb.base.interface import Refusal
from kb.base.vocabulary import Model
from kb.library.questionnaires import Bank, Lens, LensQuestion, Question

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
    *uncounted*: the numbers of entries that back no score, and why.
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
    uncounted: tuple[tuple[int, str], ...] = ()
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
        raise Refusal("plan.is_plan")
    if after.fingerprint is None:
        raise Refusal("plan.not_sealed")
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
        body |= {"by": by, "salt": secrets.token_hex(16)}  # so that nobody finds a score by trying which gives the hash
    elif respondent:
        body["respondent"] = respondent
    return "answered", body


def agreed(question: str, agreement: Agreement, by: str) -> Kept:
    """The entry for an agreement."""
    return "agreed", {"question": question, "by": by, **agreement.model_dump(mode="json", exclude_defaults=True)}


def moved(questions: Iterable[str], to: State, by: str, why: str) -> Kept:
    """The entry for a change of state."""
    return "moved", {"questions": list(questions), "to": to.value, "by": by, "why": clean(why).strip()}


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


class Replay:
    """A journal and what it amounts to: each entry is folded once, however often the state is asked for.

    *current* is used for journals that do not remember their bank yet; a *plan* is taken only where that is said.
    """

    def __init__(self, journal: Journal, current: Bank, *, plan: bool = False) -> None:
        self._journal, self._current, self._plan = journal, current, plan
        self._fold: _Fold | None = None
        self._state: Assessment | None = None

    def assessment(self) -> Assessment:
        """The state of the journal now, which later entries do not alter. Raises ArushaError naming the journal."""
        return self._after(self._journal.entries(self._seq()))

    def change(self, make: Callable[[Assessment], Sequence[Kept]], attached: Iterable[bytes] = ()) -> Sequence[Kept]:
        """Add what *make* gives for the state as it is at that moment, with no other writer in between; the entries come back."""
        return self._journal.change(lambda entries: make(self._after(entries[self._seq() :])), attached)

    def _seq(self) -> int:
        return self._fold.seq if self._fold else 0

    def _after(self, new: Sequence[Entry]) -> Assessment:
        """The state once *new* entries are folded; one that does not fit is met again by whoever asks next."""
        try:
            for entry in new:
                self._state = None
                if self._fold is None:
                    self._fold = _Fold(entry, self._current, self._journal.attachment, self._plan)
                else:
                    self._fold.take(entry)
            assert self._fold is not None  # noqa: S101 - a journal has its first entry
            self._state = self._state or self._fold.state()
        except ArushaError as error:
            self._fold = None
            if str(error).startswith(f"{self._journal.name}: "):
                raise
            raise Refusal("of_file", file=self._journal.name, what=error) from None
        return self._state


def read(journal: Journal, current: Bank, *, plan: bool = False) -> Assessment:
    """What a journal amounts to, as `Replay` gives it. Raises ArushaError."""
    return Replay(journal, current, plan=plan).assessment()


def state(
    entries: Iterable[Entry], current: Bank, attachment: Callable[[str], bytes], *, plan: bool = False
) -> Assessment:
    """Fold a journal into the state it amounts to; *attachment* gives what an entry attaches by its SHA-256.

    The first entry must be the opening one, of an assessment, or of a *plan* too where that is said. Raises ArushaError otherwise.
    An entry that a later rule forbids backs no score: what it answers, agrees on or shows is left out.
    """
    first, *rest = entries
    fold = _Fold(first, current, attachment, plan)
    for entry in rest:
        fold.take(entry)
    return fold.state()


class _Fold:
    """The state as it grows, entry by entry; *seq* is the number of the last."""

    def __init__(self, first: Entry, current: Bank, attachment: Callable[[str], bytes], plan: bool) -> None:
        assert isinstance(first.event, Opened)  # noqa: S101 - the store reads no other as the first
        if isinstance(first.event, Planned) and not plan:
            raise Refusal("plan.no_assessment")
        self.opened: Opened = first.event
        self.seq = first.seq
        self.turning = _turns(first)
        self.first, self.attachment = first, attachment
        self.elements = {question.element for question in current.questions}  # all, as a test holds
        self.changed = first.at
        self.fingerprint: str | None = None
        self.version = self.opened.version
        self.base = _unpacked(attachment(self.opened.bank.sha256), Bank) if self.opened.bank else current
        self.lens = _unpacked(attachment(self.opened.lens.sha256), Lens) if self.opened.lens else None
        self.own = self.opened.own or Own()
        self.bank: Bank | None = None  # as it is asked, while questions and weights stay as they are
        self.by_id: dict[str, Question | LensQuestion] = {}
        self.names = False
        self.answers: dict[str, Answer] = {}
        self.votes = Votes(self._asked)
        self.expected: dict[str, frozenset[str]] = {}  # by question, while people and assignments stay as they are
        self.uncounted: list[tuple[int, str]] = []
        self.codes: dict[str, str] = {}
        self.wordings: dict[str, str] = {}
        self.people: dict[str, Person] = {}
        self.nameless: dict[str, Person] = {}
        self.assignments: list[Assignment] = []
        self.agreements: dict[str, Agreement] = {}
        self.moves: dict[str, tuple[Moved, ...]] = {}
        self.evidence: dict[str, Piece] = {}
        self.risks: dict[str, Risk] = {}
        self.lapsed: set[str] = set()
        self.actions: dict[str, Action] = {}
        self.carried: Carried | None = None
        if isinstance(self.opened, Planned):
            levels = {key: Fraction(level) for key, level in self.opened.levels.items()}
            self.carried = Carried(self.opened.round.fingerprint, self.opened.round.opened, levels)
            self.risks = {risk.id: risk for risk in self.opened.risks}
            self.actions = {action.id: action for action in self.opened.actions}

    def take(self, entry: Entry) -> None:
        """Take one entry in. Raises ArushaError for one that does not fit those before."""
        if not (entry.remarks and KINDS[entry.kind].scored):
            try:
                self._take(entry.event, entry)
            except (LookupError, ValueError):
                raise Refusal("store.about_nothing", seq=entry.seq, kind=entry.kind) from None
        if not isinstance(entry.event, Sealed):
            self.changed = entry.at
        self.seq = entry.seq
        self.turning = self.turning or _turns(entry)

    @singledispatchmethod
    def _take(self, event: Model, entry: Entry) -> None:
        raise TypeError(type(event))  # a kind of entry without its place here

    @_take.register
    def _answered(self, event: Answered, entry: Entry) -> None:
        question = event.question
        if event.by:
            if not self.votes.score(question, event.by, event.answer):
                self.uncounted.append((entry.seq, "is a private score that came after its vote had ended"))
        elif question in self.votes.given or question in self.votes.ended:
            self.uncounted.append(
                (entry.seq, "answers for the team over private scores, where only an agreement counts")
            )
        else:
            self.answers[question] = event.answer
        self.wordings[event.question] = event.wording
        self.lapsed.discard(event.question)

    @_take.register
    def _person(self, event: Person, entry: Entry) -> None:
        self.people[event.id] = event
        self.nameless[event.id] = event.model_copy(update={"name": None})
        self._people_changed()

    @_take.register
    def _code(self, event: CodeGiven, entry: Entry) -> None:
        self.codes[event.person] = event.sha256

    @_take.register
    def _names(self, event: Names, entry: Entry) -> None:
        self.names = event.on

    @_take.register
    def _assigned(self, event: Assignment, entry: Entry) -> None:
        self.assignments.append(event)
        self._people_changed()

    @_take.register
    def _unassigned(self, event: Unassigned, entry: Entry) -> None:
        gone = (event.scope, event.person, event.unit)
        self.assignments = [each for each in self.assignments if (each.scope, each.person, each.unit) != gone]
        self._people_changed()

    @_take.register
    def _closed(self, event: Closed, entry: Entry) -> None:
        self.votes.close(event.questions)

    @_take.register
    def _reopened(self, event: Reopened, entry: Entry) -> None:
        self.votes.reopen(event.questions)
        for question in event.questions:
            if self.agreements.pop(question, None):  # it stays in the history
                self._move(question, Moved(State.DRAFT, entry.at, event.by or "", ""))

    @_take.register
    def _agreed(self, event: Agreed, entry: Entry) -> None:
        agreement = Agreement(answer=event.answer, reason=event.reason, dissent=event.dissent)
        self.agreements[event.question] = agreement
        self._move(event.question, Moved(State.AGREED, entry.at, event.by, agreement.reason))

    @_take.register
    def _moved(self, event: events.Moved, entry: Entry) -> None:
        for question in event.questions:
            self._move(question, Moved(event.to, entry.at, event.by, event.why))

    def _move(self, question: str, move: Moved) -> None:
        self.moves[question] = (*self.moves.get(question, ()), move)

    @_take.register
    def _evidence(self, event: Piece, entry: Entry) -> None:
        self.evidence[event.id] = event

    @_take.register
    def _risk(self, event: Risk, entry: Entry) -> None:
        self.risks[event.id] = event

    @_take.register
    def _action(self, event: Action, entry: Entry) -> None:
        earlier = self.actions.get(event.id)
        self.actions[event.id] = event.with_results(earlier.results) if earlier else event

    @_take.register
    def _monitored(self, event: MonitoringEntered, entry: Entry) -> None:
        action = self.actions[event.action]
        found = Monitored.model_validate({name: getattr(event, name) for name in Monitored.model_fields})
        self.actions[action.id] = action.with_results((*action.results, found))

    @_take.register
    def _tailored(self, event: Own, entry: Entry) -> None:
        self.own = event
        self.bank = None

    @_take.register
    def _upgraded(self, event: Upgraded, entry: Entry) -> None:
        self.version = event.version
        self.base = _unpacked(self.attachment(event.bank.sha256), Bank)
        if event.lens:
            self.lens = _unpacked(self.attachment(event.lens.sha256), Lens)
        self.bank = None
        for question in event.lapsed:
            for kept in (self.answers, self.agreements, self.moves):
                kept.pop(question, None)
            self.votes.lapse(question)
            self.lapsed.add(question)

    @_take.register
    def _joined(self, event: Joined, entry: Entry) -> None:
        """It says only where the entries after it come from."""

    @_take.register
    def _sealed(self, event: Sealed, entry: Entry) -> None:
        self.fingerprint = entry.hash
        self.votes.seal()

    def _asked(self, question: str) -> frozenset[str]:
        """The ids of those who are to score a question."""
        if question not in self.expected:
            self._applied()
            asked = self.by_id.get(question)
            meant = expected(asked, self.people.values(), self.assignments) if asked else ()
            self.expected[question] = frozenset(person.id for person in meant)
        return self.expected[question]

    def _applied(self) -> Bank:
        """The bank as the file asks it now; *by_id* holds its questions and those of the lens."""
        if self.bank is None:
            self.bank = applied(self.base, self.own)
            self.by_id = {question.id: question for question in self.bank.questions}
            self.by_id.update((question.id, question) for question in self._of_lens())
        return self.bank

    def _of_lens(self) -> tuple[LensQuestion, ...]:
        return self.lens.questions if self.lens else ()

    def _people_changed(self) -> None:
        self.expected.clear()
        self.votes.people_changed()

    def state(self) -> Assessment:
        """The state, which later entries do not alter.

        Raises ArushaError where a question is asked twice, or of an element that the Declaration does not have.
        """
        bank = self._applied()
        if len(self.by_id) < len(bank.questions) + len(self._of_lens()):
            raise Refusal("store.asked_twice")
        if strange := {question.element for question in bank.questions} - self.elements:
            raise Refusal("store.no_element", element=min(strange))
        state = Assessment(
            administration=self.opened.administration,
            member=self.opened.member,
            language=self.opened.language,
            opened=self.first.at,
            changed=self.changed,
            bank=bank,
            version=self.version,
            chosen=self.opened.chosen,
            lens=self.lens,
            names=self.names,
            own=self.own,
            fingerprint=self.fingerprint,
            answers=dict(self.answers),
            given=self.votes.hand_out(),
            votes=dict(self.votes.ended),
            fixed=frozenset(key for key in self.votes.given if self.votes.has_ended(key)),
            codes=dict(self.codes),
            uncounted=tuple(self.uncounted),
            wordings=dict(self.wordings),
            people=dict(self.people if self.names else self.nameless),
            assignments=tuple(self.assignments),
            closed=frozenset(self.votes.closed),
            agreements=dict(self.agreements),
            moves=dict(self.moves),
            evidence=dict(self.evidence),
            risks=dict(self.risks),
            lapsed=frozenset(self.lapsed),
            actions=dict(self.actions),
            carried=self.carried,
        )
        return turns_shown_in(state) if self.turning else state


def _turns(entry: Entry) -> bool:
    """Whether an entry holds a sign that turns the order of text."""
    return not as_json(entry.body).isascii() and turns_shown_in(entry.body) is not entry.body


def _packed(questions: Bank | Lens) -> bytes:
    data = questions.model_dump(mode="json", exclude_defaults=True)
    return zlib.compress(json.dumps(data, ensure_ascii=False, sort_keys=True).encode(), 9)


def _unpacked(data: bytes, model: type[M]) -> M:
    try:
        plain = zlib.decompressobj().decompress(data, _LARGEST_BANK)  # a few bytes can unpack to gigabytes
        found = json.loads(plain)
        if next(events.controls(found), None) is not None:
            raise ValueError
        return model.model_validate(turns_shown_in(found), strict=False)
    except (zlib.error, ValueError, ValidationError, RecursionError):
        raise Refusal("store.questions") from None
