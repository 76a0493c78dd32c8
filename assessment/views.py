"""What a shell shows of an assessment: frozen views; a table and JSON are two renderings of one of them."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from assessment import people as persons
from assessment.agreement import Spread, Standing, State, Vote, may_show, mean_disagreement
from assessment.answers import Answer, Evidence
from assessment.events import KINDS, Sealed
from assessment.evidence import VALIDITY, Freshness, Piece, Shares, freshness, shares, unsupported
from assessment.journal import Assessment
from assessment.people import Person, Role
from assessment.risks import Risk, worst_first, zone
from assessment.rounds.agreeing import apart, listed
from assessment.storing.journal import Entry
from kb.base.interface import Phrases, Refusal
from kb.library.questionnaires import LensQuestion, Question

Json = dict[str, Any]
Answers = Mapping[str, Answer] | Mapping[str, Standing]
Asked = Question | LensQuestion
Q = TypeVar("Q", Question, Asked)


@dataclass(frozen=True)
class FactorStatus:
    """How far the work on a key factor, the gender lens or all has come; *states*: how many of its questions are in each state."""

    questions: int
    standing: int
    to_agree: int
    states: dict[State, int]

    @property
    def counts(self) -> dict[str, int]:
        """How many questions there are, by what is to be known of them."""
        named = {"questions": self.questions, "standing": self.standing, "to_agree": self.to_agree}
        return named | {state.value: count for state, count in self.states.items()}


@dataclass(frozen=True)
class Waiting:
    """Who has still to score which questions, and the day (YYYY-MM-DD) by which the first of them is due."""

    person: Person
    questions: tuple[Asked, ...]
    due: str | None


@dataclass(frozen=True)
class Status:
    """What is open, whose it is, and by when; *open*: the questions by what is to be done next with them, in the order of the work.

    *lens*: the gender lens, where it is asked. *total*: of all questions. *sealed*: the fingerprint of a round that is sealed.
    """

    factors: tuple[FactorStatus, ...]
    lens: FactorStatus | None
    total: FactorStatus
    sealed: str | None
    waiting: tuple[Waiting, ...]
    lapsed: tuple[str, ...]
    open: dict[str, tuple[str, ...]]

    def as_json(self, names: dict[int, str]) -> Json:
        """With the *names* of the key factors."""
        return {
            "sealed": self.sealed,
            "factors": [
                each.counts | {"number": number, "name": names[number]} for number, each in enumerate(self.factors, 1)
            ],
            "gender": self.lens.counts if self.lens else None,
            "total": self.total.counts,
            "waiting": [
                {
                    "person": each.person.id,
                    "group": each.person.group,
                    "questions": [q.id for q in each.questions],
                    "due": each.due,
                }
                for each in self.waiting
            ],
            "to_close": list(self.open.get("close", ())),
            "open": {what: list(questions) for what, questions in self.open.items()},
        }


def status(a: Assessment, person: str | None = None) -> Status:
    """Of everybody, or of what is asked of one *person*."""
    factors = tuple(_work(a, [q for q in a.bank.questions if q.factor == n]) for n in range(1, 11))
    lens = _work(a, a.lens.questions) if a.lens else None
    waiting = () if a.fingerprint else _waiting(a, person)
    todo = {what: listed for what, listed in _open(a, waiting).items() if person is None or what == "answer"}
    return Status(factors, lens, _work(a, a.asked), a.fingerprint, waiting, tuple(sorted(a.lapsed)), todo)


def _work(a: Assessment, questions: Sequence[Asked]) -> FactorStatus:
    return FactorStatus(
        len(questions),
        sum(q.id in a.standing for q in questions),
        sum(q.id in a.fixed and q.id not in a.agreements for q in questions),
        {state: sum(a.state(q.id) is state for q in questions) for state in State},
    )


def _open(a: Assessment, waiting: Iterable[Waiting]) -> dict[str, tuple[str, ...]]:
    """What is to be done next with which questions: *answer*, *close*, *agree*, *review*, *mend*, *approve*; last *seal* all."""
    if a.fingerprint:
        return {}
    states = {state: {key for key in a.moves if a.state(key) is state} for state in State}
    approver = any(person.role is Role.APPROVER and not person.left for person in a.people.values())
    todo: dict[str, Collection[str]] = {
        "answer": _unanswered(a, waiting),
        "close": a.to_close,
        "agree": a.fixed - a.agreements.keys(),
        "review": states[State.SUBMITTED],
        "mend": states[State.CHANGES_REQUESTED],
        "approve": states[State.AGREED] if approver else (),
    }
    return listed(a, todo) or listed(a, {"seal": a.standing.keys()})


def _unanswered(a: Assessment, waiting: Iterable[Waiting]) -> set[str]:
    """The questions that people have still to score, and those that nobody is asked to score and the team has not answered."""
    nobodys = {q.id for q in a.asked if q.id not in a.standing and not a.expected(q)}
    return nobodys.union(*((q.id for q in each.questions) for each in waiting))


def _waiting(a: Assessment, person: str | None) -> tuple[Waiting, ...]:
    missing = {q: {each.id for each in a.missing(q)} for q in a.asked if q.id not in a.shut}
    waiting = []
    for member in a.people.values():
        own = tuple(q for q, ids in missing.items() if person in (None, member.id) and member.id in ids)
        if own:
            days = [day for q in own if (day := persons.due(q, member, a.assignments))]
            waiting.append(Waiting(member, own, min(days, default=None)))
    return tuple(waiting)


@dataclass(frozen=True)
class Participant:
    """A person, and how many of the questions asked of them they have scored."""

    person: Person
    answered: int
    asked: int

    def as_json(self) -> Json:
        """The person's fields and the two numbers."""
        return {**self.person.model_dump(mode="json"), "answered": self.answered, "asked": self.asked}


def participants(a: Assessment) -> tuple[Participant, ...]:
    """Everybody, in the order of registration."""
    rows = []
    for person in a.people.values():
        asked = [q for q in a.asked if person in a.expected(q)]
        rows.append(Participant(person, sum(person.id in a.given.get(q.id, {}) for q in asked), len(asked)))
    return tuple(rows)


@dataclass(frozen=True)
class Spreads:
    """How far private scores lie apart, where that may be shown.

    *votes*: those shown, by question. *factors*: standard deviation and consensus of key factors. *private*: questions with scores
    whose vote goes on. *hidden*: votes of too few scores. *waiting*: those of them that wait for their agreement. *more*: how many
    votes could be shown too.
    """

    votes: dict[str, Vote]
    factors: dict[int, tuple[float | None, float | None]]
    private: tuple[Asked, ...]
    hidden: dict[str, Vote]
    waiting: tuple[str, ...]
    more: int = 0

    def as_json(self) -> Json:
        """Without what is hidden."""
        return {
            "questions": [_spread(key, vote.number, vote.spread) for key, vote in self.votes.items()],
            "factors": [
                {"number": number, "deviation": _four(pair[0]), "consensus": _four(pair[1])}
                for number, pair in self.factors.items()
            ],
            "private": [q.id for q in self.private],
            "too_few": list(self.hidden),
            "more": self.more,
        }


def _spread(key: str, number: int, spread: Spread) -> Json:
    return {
        "id": key,
        "vote": number,
        "counts": list(spread.counts),
        "dont_know": spread.dont_know,
        "not_applicable": spread.not_applicable,
        "median": _four(spread.median),
        "lowest": spread.ends and spread.ends[0],
        "highest": spread.ends and spread.ends[1],
        "mean": _four(spread.mean),
        "deviation": _four(spread.deviation),
        "consensus": _four(spread.consensus),
    }


def _four(value: Fraction | float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def spreads(
    a: Assessment, questions: Sequence[Asked], *, small: bool, furthest: bool = False, limit: int | None = None
) -> Spreads:
    """Of these questions; the *furthest* apart first and no more than a *limit* of them, where that is asked for."""
    votes = {q.id: vote for q in questions if (vote := a.vote(q.id)) is not None}
    seen = {key: vote for key, vote in votes.items() if may_show(vote, small=small)}
    hidden = {key: vote for key, vote in votes.items() if key not in seen}
    factors = _disagreement(a, [each for each in questions if each.id in seen and each.id in a.spreads])
    waiting = tuple(key for key in hidden if key not in a.agreements)
    first = dict(_in_order(seen, furthest=furthest)[:limit])
    return Spreads(first, factors, _private(a, questions), hidden, waiting, len(seen) - len(first))


def _in_order(votes: Mapping[str, Vote], *, furthest: bool) -> list[tuple[str, Vote]]:
    return sorted(votes.items(), key=lambda each: apart(each[1])) if furthest else list(votes.items())


def _disagreement(a: Assessment, questions: Sequence[Asked]) -> dict[int, tuple[float | None, float | None]]:
    """Standard deviation and consensus of each key factor with such questions."""
    by_factor = _by_factor(questions).items()
    return {number: mean_disagreement(a.spreads[each.id] for each in group) for number, group in by_factor}


def _by_factor(questions: Iterable[Q]) -> dict[int, list[Q]]:
    found: dict[int, list[Q]] = {}
    for question in questions:
        found.setdefault(question.factor, []).append(question)
    return found


def _private(a: Assessment, questions: Sequence[Asked]) -> tuple[Asked, ...]:
    """The questions with scores whose vote goes on."""
    settled = a.fixed | a.agreements.keys()
    return tuple(q for q in questions if a.given.get(q.id) and q.id not in settled)


@dataclass(frozen=True)
class Given:
    """What one *person* answered in private, or what stands of all; *unanswered*: the questions still open to them."""

    person: str | None
    answers: tuple[tuple[Asked, Answer | Standing], ...]
    unanswered: tuple[str, ...]

    def as_json(self) -> Json:
        """Each answer with its question's id, and what stands with its basis, reason and dissent."""
        answers = [{"id": q.id} | _as_json(answer) for q, answer in self.answers]
        return {"person": self.person, "answers": answers, "unanswered": list(self.unanswered)}


def _as_json(answer: Answer | Standing) -> Json:
    if isinstance(answer, Answer):
        return answer.model_dump(mode="json")
    named: Json = {name: getattr(answer, name) for name in ("not_applicable", "dont_know", "note", "basis", "reason")}
    listed = {
        name: [each.model_dump(mode="json") for each in getattr(answer, name)] for name in ("evidence", "dissent")
    }
    return {"level": _four(answer.level) if answer.basis == "mean" else answer.level} | named | listed


def given(
    questions: Sequence[Asked], asked: Iterable[Asked], answers: Answers, settled: Collection[str], by: str | None
) -> Given:
    """Of these *questions*; open are those *asked* of whose answers they are, unless *settled* by now."""
    rows = tuple((q, answers[q.id]) for q in questions if q.id in answers)
    return Given(by, rows, tuple(q.id for q in asked if q.id not in answers and q.id not in settled))


@dataclass(frozen=True)
class EvidenceRow:
    """A piece, or what was noted with an answer and then has no *id*; the questions that it supports, and how fresh it is."""

    id: str | None
    questions: tuple[str, ...]
    piece: Piece | Evidence
    freshness: Freshness

    def as_json(self) -> Json:
        """Its fields, freshness and questions."""
        fields = self.piece.model_dump(mode="json", exclude={"id", "questions", "withdrawn", "why"})
        return {"id": self.id, "questions": list(self.questions), "freshness": self.freshness.value} | fields


@dataclass(frozen=True)
class EvidenceList:
    """The evidence as of a *day*; *factors*: on what each score rests; *unsupported*: questions at level 3 or 4 without any."""

    day: date
    rows: tuple[EvidenceRow, ...]
    factors: dict[int, Shares]
    unsupported: tuple[Asked, ...]

    def as_json(self) -> Json:
        """The rows, and the shares of each key factor as parts of 1."""
        return {
            "as_of": self.day.isoformat(),
            "evidence": [row.as_json() for row in self.rows],
            "factors": [
                {"number": number} | {name: _four(getattr(found, name)) for name in (*Freshness, "none")}
                for number, found in self.factors.items()
            ],
            "unsupported": [each.id for each in self.unsupported],
        }


def evidence(a: Assessment, day: date, only: Asked | None = None, *, stale: bool = False) -> EvidenceList:
    """Of all questions, or of one *only*; only what is *stale* if that is asked for."""
    questions: Collection[Asked] = a.asked if only is None else (only,)
    pieces = sorted(a.evidence.values(), key=lambda piece: int(piece.id[1:]))
    about = [piece for piece in pieces if not piece.withdrawn and (only is None or only.id in piece.questions)]
    rows = [EvidenceRow(p.id, p.questions, p, freshness(p.date, p.validity, day)) for p in about]
    rows += _noted(a, questions, day)
    factors = {} if only else _shares(a, pieces, day)
    shown = tuple(row for row in rows if not stale or row.freshness is Freshness.STALE)
    return EvidenceList(day, shown, factors, tuple(unsupported(questions, a.standing, pieces)))


def _noted(a: Assessment, questions: Iterable[Asked], day: date) -> Iterator[EvidenceRow]:
    """What was noted with the answers that stand."""
    for each in questions:
        for piece in a.standing[each.id].evidence if each.id in a.standing else ():
            yield EvidenceRow(None, (each.id,), piece, freshness(piece.date, VALIDITY[piece.kind], day))


def _shares(a: Assessment, pieces: Sequence[Piece], day: date) -> dict[int, Shares]:
    """On what the score of each key factor rests, where it has one."""
    by_factor = _by_factor(a.bank.questions)
    found = {number: shares(questions, a.standing, pieces, day) for number, questions in by_factor.items()}
    return {number: share for number, share in found.items() if share}


def risks(a: Assessment, *, closed: bool) -> tuple[Risk, ...]:
    """The open risks, and *closed* ones if asked for, the worst after controls first."""
    return tuple(risk for risk in worst_first(a.risks.values()) if closed or not risk.closed)


def risk_as_json(risk: Risk) -> Json:
    """Its fields, and where it lies before and after controls."""
    places = {"inherent": risk.inherent, "residual": risk.residual}
    return risk.model_dump(mode="json") | {
        name: {
            "likelihood": place[0],
            "impact": place[1],
            "product": place[0] * place[1],
            "zone": zone(place).value,
        }
        for name, place in places.items()
    }


def history(entries: Iterable[Entry], questions: Collection[str] = ()) -> Iterator[Entry]:
    """The entries about some questions, or all."""
    for entry in entries:
        about = getattr(entry.event, "questions", None) or (getattr(entry.event, "question", None),)
        if not questions or not set(questions).isdisjoint(about):
            yield entry


def kept(path: Path, entries: Sequence[Entry], fingerprint: str) -> Entry:
    """The entry with a fingerprint that was kept elsewhere, as it was printed or typed: with blanks, in capitals, with words before.

    Half of it, 128 bits, is as much as nobody can forge. Raises Refusal for fewer, and if a file has no such entry.
    """
    digits = "".join(fingerprint.rpartition(":")[2].split()).rstrip(".…").lower()
    if not re.fullmatch("[0-9a-f]{32,64}", digits):
        raise Refusal("shell.no_fingerprint")
    entry = next((entry for entry in entries if entry.hash.startswith(digits)), None)
    if entry is None:
        sealed = isinstance(entries[-1].event, Sealed)
        raise Refusal("shell.other_fingerprint" if sealed else "shell.fingerprint_nowhere", path=path)
    return entry


def remarks(a: Assessment, entries: Iterable[Entry], say: Phrases) -> Iterator[str]:
    """What a later rule forbids in entries that an earlier release took, and which back no score."""
    for entry in entries:
        if entry.remarks:
            effect = "journal.unscored" if KINDS[entry.kind].scored else "journal.shown_without"
            what = say("journal.and_it").join(say(remark.key, **remark.values) for remark in entry.remarks)
            yield say("journal.remarked", seq=entry.seq, what=what, effect=say(effect))
    for seq, why in a.uncounted:
        yield say("journal.uncounted", seq=seq, why=say(why.key, **why.values), effect=say("journal.unscored"))
