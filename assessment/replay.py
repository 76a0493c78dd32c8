"""The replay of a journal: a fold over its entries, each taken in by the type of its event.

Nothing is ever overwritten: a later entry on the same thing stands, and the earlier one stays for the history.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import singledispatchmethod
from typing import TypeVar

from pydantic import ValidationError

from assessment import events
from assessment.actions import Action, Monitored
from assessment.agreement import Agreement, State
from assessment.answers import Answer
from assessment.events import (
    KINDS,
    Agreed,
    Answered,
    Closed,
    CodeGiven,
    Event,
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
from assessment.journal import Assessment, Carried, Moved
from assessment.own import Own, applied
from assessment.people import Assignment, Person, expected
from assessment.risks import Risk
from assessment.storing.journal import Entry, Journal, New
from assessment.voting import Votes
from kb.base.errors import ArushaError
from kb.base.folding import turns_shown_in
from kb.base.interface import Refusal, Word
from kb.library import declaration
from kb.library.questionnaires import Bank, Lens, LensQuestion, Question

M = TypeVar("M", Bank, Lens)
E = TypeVar("E", bound=New)
_LARGEST_BANK = 20_000_000


class Replay:
    """A journal and what it amounts to: each entry is folded once, however often the state is asked for.

    *current* gives the bank of journals that do not remember theirs; a *plan* is taken only where that is said.
    """

    def __init__(self, journal: Journal, current: Callable[[], Bank], *, plan: bool = False) -> None:
        self._journal, self._current, self._plan = journal, current, plan
        self._fold: _Fold | None = None
        self._state: Assessment | None = None

    def assessment(self) -> Assessment:
        """The state of the journal now, which later entries do not alter. Raises ArushaError naming the journal."""
        return self._after(self._journal.entries(self._seq()))

    def change(self, make: Callable[[Assessment], Sequence[E]], attached: Iterable[bytes] = ()) -> Sequence[E]:
        """Add what *make* gives for the state as it is at that moment, with no other writer in between; it comes back."""
        made: list[E] = []

        def of(entries: Sequence[Entry]) -> Sequence[E]:
            made[:] = make(self._after(entries[self._seq() :]))
            return made

        self._journal.change(of, attached)
        return made

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
    return Replay(journal, lambda: current, plan=plan).assessment()


def state(
    entries: Iterable[Entry], current: Bank, attachment: Callable[[str], bytes], *, plan: bool = False
) -> Assessment:
    """Fold a journal into the state it amounts to; *attachment* gives what an entry attaches by its SHA-256.

    The first entry must be the opening one, of an assessment, or of a *plan* too where that is said. Raises ArushaError otherwise.
    An entry that a later rule forbids backs no score: what it answers, agrees on or shows is left out.
    """
    first, *rest = entries
    fold = _Fold(first, lambda: current, attachment, plan)
    for entry in rest:
        fold.take(entry)
    return fold.state()


class _Fold:
    """The state as it grows, entry by entry; *seq* is the number of the last."""

    def __init__(
        self, first: Entry, current: Callable[[], Bank], attachment: Callable[[str], bytes], plan: bool
    ) -> None:
        assert isinstance(first.event, Opened)  # noqa: S101 - the store reads no other as the first
        if isinstance(first.event, Planned) and not plan:
            raise Refusal("plan.no_assessment")
        self.opened: Opened = first.event
        self.seq = first.seq
        self.turning = _turns(first)
        self.first, self.attachment, self.current = first, attachment, current
        self.changed = first.at
        self.fingerprint: str | None = None
        self.version = self.opened.version
        self.base = _unpacked(attachment(self.opened.bank.sha256), Bank) if self.opened.bank else current()
        self.lens = _unpacked(attachment(self.opened.lens.sha256), Lens) if self.opened.lens else None
        self.own = self.opened.own or Own()
        self.bank: Bank | None = None  # as it is asked, while questions and weights stay as they are
        self.by_id: dict[str, Question | LensQuestion] = {}
        self.names = False
        self.answers: dict[str, Answer] = {}
        self.votes = Votes(self._asked)
        self.expected: dict[str, frozenset[str]] = {}  # by question, while people and assignments stay as they are
        self.uncounted: list[tuple[int, Word]] = []
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
    def _take(self, event: Event, entry: Entry) -> None:
        raise TypeError(type(event))  # a kind of entry without its place here

    @_take.register
    def _answered(self, event: Answered, entry: Entry) -> None:
        question = event.question
        if event.by:
            if not self.votes.score(question, event.by, event.answer):
                self.uncounted.append((entry.seq, Word("refused.entry.late_score")))
        elif question in self.votes.given or question in self.votes.ended:
            self.uncounted.append((entry.seq, Word("refused.entry.over_scores")))
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
        if strange := {question.element for question in bank.questions} - declaration.load().elements.keys():
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


def _unpacked(data: bytes, model: type[M]) -> M:
    try:
        plain = zlib.decompressobj().decompress(data, _LARGEST_BANK)  # a few bytes can unpack to gigabytes
        found = json.loads(plain)
        if next(events.controls(found), None) is not None:
            raise ValueError
        return model.model_validate(turns_shown_in(found), strict=False)
    except (zlib.error, ValueError, ValidationError, RecursionError):
        raise Refusal("store.questions") from None
