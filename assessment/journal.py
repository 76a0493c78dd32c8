"""What a journal amounts to: the state of an assessment, or of a plan that goes on after one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from assessment.actions import Action
from assessment.agreement import Agreement, Spread, Standing, State, Vote, standing
from assessment.answers import Answer
from assessment.evidence import Piece, supported
from assessment.own import Own
from assessment.people import Assignment, Person, expected
from assessment.risks import Risk
from kb.base.interface import Word
from kb.library.questionnaires import Bank, Lens, LensQuestion, Question


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
    uncounted: tuple[tuple[int, Word], ...] = ()
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

    def supported(self, day: date | None = None) -> frozenset[str]:
        """The questions with evidence that can be relied on as of a day, that of the last change if not given."""
        as_of = day or date.fromisoformat(self.changed[:10])
        return supported(self.asked, self.standing, self.evidence.values(), as_of)

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
