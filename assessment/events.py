"""The kinds of entries that a journal holds, each with the model of its body, by which every entry is read, wherever it comes from.

A *fault* is what no release wrote: a journal that has one is refused. A *remark* tells what an earlier release accepted and a
later rule forbids: such a journal still opens, `verify` names the entry, and the entry backs no score. New entries have neither.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from assessment.actions import Action, ActionId, Monitored
from assessment.agreement import Agreement, State
from assessment.answers import Answer, Evidence
from assessment.evidence import Piece
from assessment.own import Own
from assessment.people import Assignment, Person, PersonId
from assessment.risks import Risk
from kb.base.folding import clean
from kb.base.interface import Refusal, Word
from kb.base.vocabulary import Filled, Model
from kb.base.wrong import WrongValueError
from kb.library.content import faults_of, shown

DEEPEST = 40  # brackets in one another, in a body
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_MAY_BE_CONTROL = re.compile(r"\\[bfru]|[\x7f-\x9f\u2028\u2029]")  # in a body as JSON
_AHEAD = timedelta(hours=14)  # by which the first places on Earth have a day before UTC has it


class EntryError(Refusal):
    """An entry that cannot be part of a journal: *what* is wrong with it, and what mends it."""

    def __init__(self, seq: int, what: Word, remedy: str = "copy") -> None:
        self.what = what
        super().__init__("entry.unfit", seq=seq, what=what, remedy=Word(f"refused.entry.remedy.{remedy}"))


@lru_cache
def _a_moment(value: str) -> str:
    try:
        real = bool(_MOMENT.fullmatch(value)) and 1970 <= datetime.fromisoformat(value).year <= 9998
    except ValueError:
        real = False
    if not real:
        raise WrongValueError("no_moment", value=shown(value))
    return value


Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00$"), AfterValidator(_a_moment)
]
Number = Annotated[int, Field(ge=0)]
Question = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Event = Model  # of one of the types in `KINDS`


class Named(Model):
    """Questions that are attached, by the SHA-256 of their bytes."""

    sha256: Hash


class Opened(Model):
    """An assessment begins."""

    administration: Filled
    member: str | None = None
    language: Literal["en", "fr"]
    questionnaire: Literal["self-assessment"]
    version: Filled
    chosen: Literal["full", "quick"] = "full"
    bank: Named | None = None
    lens: Named | None = None
    own: Own | None = None


class Round(Model):
    """The sealed round that a plan goes on from."""

    fingerprint: Hash
    opened: Moment


def _a_level(value: str) -> str:
    if Fraction(value) > 4:
        raise WrongValueError("above_4", value=shown(value))
    return value


class Planned(Opened):
    """A plan of its own begins, with the levels, open risks and actions of its round."""

    round: Round
    levels: dict[
        Question,
        Annotated[
            str,
            StringConstraints(pattern=r"^[0-4](\.[0-9]+)?$|^[0-9]{1,6}/[1-9][0-9]{0,5}$", max_length=100),
            AfterValidator(_a_level),
        ],
    ]
    risks: tuple[Risk, ...]
    actions: tuple[Action, ...]


class Answered(Model):
    """An answer: the team's, or *by* one person and then private."""

    question: Question
    wording: str
    answer: Answer
    by: str | None = None
    respondent: dict[str, Any] | None = None
    salt: str | None = None


class CodeGiven(Model):
    """A person was given a code, in place of an earlier one; only its hash is kept."""

    person: PersonId
    sha256: Hash


class Names(Model):
    """Names of people are kept from now on, or no longer."""

    on: bool


class Unassigned(Assignment):
    """An assignment is taken back."""


class Closed(Model):
    """Private scores of these questions are closed."""

    questions: tuple[Question, ...]
    by: str | None = None


class Reopened(Closed):
    """They are open again."""


class Agreed(Agreement):
    """The group agreed on an answer."""

    question: Question
    by: str


class Moved(Model):
    """The work on these questions went on to another state, or back."""

    questions: tuple[Question, ...]
    to: State
    by: str
    why: str


class MonitoringEntered(Monitored):
    """What a monitoring round found for one action."""

    action: ActionId


class Upgraded(Model):
    """The file asks newer questions; answers to the *lapsed* ones no longer stand."""

    version: Filled
    bank: Named
    lens: Named | None = None
    lapsed: tuple[Question, ...]


class Joined(Model):
    """A copy that grew apart was joined: its entries after the one of the hash *since*, up to that of the hash *until*.

    *entries*: how many follow that came with it; *again*: which of them, counted from 1, are entries of this file once more.
    *ids*: by kind, what came up in the copy, and its id here.
    """

    until: Hash
    since: Hash
    entries: Number
    again: tuple[Number, ...] = ()
    ids: dict[Literal["person", "evidence", "risk", "action"], dict[PersonId, PersonId]] = Field(default_factory=dict)


class Sealed(Model):
    """The round is over; nothing stands after it."""

    answers: Number


def _nothing(event: Any, day: str) -> Iterator[Word]:
    yield from ()


def _of_the_future(dated: str | None, day: str) -> bool:
    return dated is not None and dated > day[: len(dated)]


def _answer_of_the_future(event: Answered | Agreed, day: str) -> Iterator[Word]:
    pieces: tuple[Evidence, ...] = event.answer.evidence
    for piece in pieces:
        if _of_the_future(piece.date, day):
            yield Word("refused.entry.rests_on_later", date=piece.date)


def _piece_of_the_future(event: Piece, day: str) -> Iterator[Word]:
    if _of_the_future(event.date, day):
        yield Word("refused.entry.is_later", date=event.date)


@dataclass(frozen=True)
class Kind:
    """One kind of entry: the *model* of its body, and a *title*.

    *forbidden* gives what later rules forbid in one whose day, as of the first places on Earth, is given (YYYY-MM-DD).
    *scored*: whether a score may rest on such an entry. *unclean*: whether release 0.1.0 let control characters into one.
    """

    model: type[Event]
    title: str
    forbidden: Callable[[Any, str], Iterator[Word]] = _nothing
    scored: bool = False
    unclean: bool = False


KINDS: Mapping[str, Kind] = {
    "opened": Kind(Opened, "The assessment was opened", unclean=True),
    "planned": Kind(Planned, "The plan was made", unclean=True),
    "answered": Kind(Answered, "A question was answered", _answer_of_the_future, scored=True),
    "person": Kind(Person, "A person was registered or changed"),
    "code": Kind(CodeGiven, "A person was given a code"),
    "names": Kind(Names, "The keeping of names was changed"),
    "assigned": Kind(Assignment, "Questions were assigned"),
    "unassigned": Kind(Unassigned, "An assignment was taken back"),
    "closed": Kind(Closed, "Questions were closed"),
    "reopened": Kind(Reopened, "Questions were opened again"),
    "agreed": Kind(Agreed, "An answer was agreed", _answer_of_the_future, scored=True),
    "moved": Kind(Moved, "Questions were moved to another state", unclean=True),
    "evidence": Kind(Piece, "Evidence was entered or changed", _piece_of_the_future, scored=True),
    "risk": Kind(Risk, "A risk was entered or changed"),
    "action": Kind(Action, "An action was entered or changed"),
    "monitored": Kind(MonitoringEntered, "An action was monitored"),
    "tailored": Kind(Own, "The Member's own questions and weights were changed", unclean=True),
    "upgraded": Kind(Upgraded, "The file went over to newer questions"),
    "joined": Kind(Joined, "A copy that grew apart was joined"),
    "sealed": Kind(Sealed, "The round was sealed"),
}
_KIND_OF = {kind.model: name for name, kind in KINDS.items()}
OPENINGS = ("opened", "planned")  # one of them is the first entry, and no other entry is


@dataclass(frozen=True)
class Parsed:
    """An entry as it was read: its *body* as it stands, the typed *event* without control characters, and the *remarks* on it."""

    body: dict[str, Any]
    event: Event
    remarks: tuple[Word, ...]


def parse(seq: int, at: str, kind: str, text: str) -> Parsed:
    """Read one entry, whose body is JSON *text* with sorted keys and without needless escapes. Raises EntryError."""
    try:
        _a_moment(at)
    except ValueError:
        raise EntryError(seq, Word("refused.entry.no_moment", moment=shown(at))) from None
    if (known := KINDS.get(kind)) is None:
        raise EntryError(seq, Word("refused.entry.no_kind", kind=shown(kind)), "update")
    body = plain = _object(seq, text)
    remarks: list[Word] = []
    if _MAY_BE_CONTROL.search(text) and (place := next(controls(body), None)) is not None:
        what = Word("refused.entry.control", place=shown(place))
        if not known.unclean:
            raise EntryError(seq, what)
        remarks.append(what)
        plain = _cleaned(body)
        text = as_json(plain)
    try:
        event = known.model.model_validate_json(text)
    except ValidationError as error:
        fault = faults_of(error, known.model, "", "")[0]
        wrong = _in_short(fault.message)
        what = Word("refused.entry.field", kind=kind, field=_in_short(fault.field or "it"), wrong=wrong)
        raise EntryError(seq, what, "copy_or_update") from None
    return Parsed(body, event, (*remarks, *known.forbidden(event, _day(at))))


def as_kept(event: Event) -> tuple[str, dict[str, Any]]:
    """An event as a journal keeps it: its kind, and its body without what is as it is by itself."""
    body = event.model_dump(mode="json", exclude_defaults=True)
    if isinstance(event, Opened):
        body |= {"member": event.member, "chosen": event.chosen}
    return _KIND_OF[type(event)], body


def attached(event: Event) -> Iterator[str]:
    """The SHA-256 of everything that an entry attaches."""
    for name in ("bank", "lens", "file"):
        if (each := event.__dict__.get(name)) is not None:
            yield each.sha256


def as_json(body: Any) -> str:
    """A body as it stands in a journal, and as its hash is made of it."""
    return _WRITER.encode(body)


@lru_cache
def _day(at: str) -> str:
    return (datetime.fromisoformat(at) + _AHEAD).date().isoformat()


def _no_number(name: str) -> Any:
    raise ValueError(name)


_READER = json.JSONDecoder(parse_constant=_no_number)  # made once, since thousands of bodies are read
_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def _object(seq: int, text: str) -> dict[str, Any]:
    """The body of an entry, not nested too deeply, and written as this program writes it."""
    try:
        body = _READER.decode(text)
        deep = text.count("[") + text.count("{") > DEEPEST and _depth(body) > DEEPEST
        written = "" if deep else as_json(body)
        written.encode()
    except RecursionError:
        deep, written, body = True, "", {}
    except UnicodeEncodeError:
        raise EntryError(seq, Word("refused.entry.half")) from None
    except ValueError:
        raise EntryError(seq, Word("refused.entry.no_json")) from None
    if deep:
        raise EntryError(seq, Word("refused.entry.deep"))
    if not isinstance(body, dict):
        raise EntryError(seq, Word("refused.entry.no_fields"))
    if written != text:
        raise EntryError(seq, Word("refused.entry.unlike"))
    return body


def _depth(data: Any) -> int:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def controls(data: Any, place: tuple[str, ...] = ()) -> Iterator[str]:
    """The fields whose text or name holds a control character other than line break and tab, put together where there is one."""
    if isinstance(data, str):
        if _CONTROL.search(data):
            yield ".".join(place)
        return
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        if isinstance(key, str) and _CONTROL.search(key):
            yield ".".join((*place, key[:200]))
        yield from controls(value, (*place, str(key)[:200]))


def _cleaned(data: Any) -> Any:
    if isinstance(data, dict):
        return {clean(key): _cleaned(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_cleaned(value) for value in data]
    return clean(data) if isinstance(data, str) else data


def _in_short(text: Any) -> Any:
    """A text, or each in a phrase, on one line and cut where it is long: what a file holds may be anything."""
    if isinstance(text, Word):
        return Word(text.key, **{name: _in_short(value) for name, value in text.values.items()})
    if not isinstance(text, str):
        return text
    line = " ".join(clean(text).split())
    return line if len(line) <= 200 else f"{line[:199]}…"
