"""Answers to the questionnaire: their shape, and response files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from kb.base import strict_json
from kb.base.bounded import Limits
from kb.base.errors import Fault, FaultsError
from kb.base.folding import each_text, has_half, on_one_line
from kb.base.interface import Refusal, Word
from kb.base.vocabulary import Filled, ManyLines, Model, OneLine
from kb.base.wrong import WrongValueError
from kb.library.content import Date, parse, shown
from kb.library.questionnaires import Bank, Lens

LARGEST = 50_000_000
MOST_FAULTS = 200  # told of one file
LIMITS = Limits(seconds=30, memory=1_500_000_000)


def whole(value: Any) -> Any:
    """Let only a level pass. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in range(5):
        raise WrongValueError("no_level", value=shown(value))
    return value


def _true(value: Any) -> Any:
    if not isinstance(value, bool):
        raise WrongValueError("no_truth", value=shown(value))
    return value


def _text_alone(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Kind(StrEnum):
    """What kind of thing a piece of evidence is."""

    LAW = "law"
    PROCEDURE = "procedure"
    DECISION = "decision"
    STATISTIC = "statistic"
    RECORD = "record"
    AUDIT = "audit"
    SURVEY = "survey"
    TRAINING = "training"
    PUBLICATION = "publication"
    INTERVIEW = "interview"
    OTHER = "other"


class Evidence(Model):
    """One piece of evidence: what it is, where it is, its own date and its kind."""

    text: Annotated[Filled, Field(max_length=2000), ManyLines]
    link: Annotated[str, Field(max_length=2000), OneLine] | None = None
    date: Date | None = None
    kind: Kind = Kind.OTHER


class Answer(Model):
    """One answer: a level 0 to 4, or *not applicable* with its reason, or *don't know*; never two of them."""

    level: Annotated[int, BeforeValidator(whole)] | None = None
    not_applicable: Annotated[Filled, Field(max_length=5000), ManyLines] | None = None
    dont_know: Annotated[bool, BeforeValidator(_true)] = False
    note: Annotated[str, Field(max_length=20000), ManyLines] = ""
    evidence: tuple[Annotated[Evidence, BeforeValidator(_text_alone)], ...] = ()

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if [self.level is not None, self.not_applicable is not None, self.dont_know].count(True) != 1:
            raise WrongValueError("one_answer")
        return self

    def as_json(self) -> dict[str, Any]:
        """The answer as a response file writes it, without empty fields."""
        return self.model_dump(mode="json", exclude_defaults=True)


class _Responses(Model):
    questionnaire: str
    version: str
    respondent: dict[str, Any] = Field(default_factory=dict)
    answers: dict[str, Any]


@dataclass(frozen=True)
class Responses:
    """A response file that has passed every check."""

    respondent: dict[str, Any]
    answers: dict[str, Answer]


def read_responses(path: Path, bank: Bank, lens: Lens | None = None) -> Responses:
    """Read a response file against the *bank*, and the *lens* where it is asked.

    Raises ArushaError with every fault in it, one line each.
    """
    _expect_no_assessment(path)
    data = strict_json.read(path, "response file", LARGEST, Word("refused.json.untaken"))
    if isinstance(data, dict) and data.get("format") == "arusha-assessment":
        raise Refusal("responses.exported", path=path)
    name = str(path)
    half = (Word("fault.half"), Word("fault.remedy.anew"))
    _expect_sound(path, [Fault(name, on_one_line(place), *half) for place in _halves(data)])
    faults: list[Fault] = []
    head = parse(_Responses, each_text(data), name, faults)
    answers: dict[str, Answer] = {}
    if head is not None:
        faults += _of_others(name, head, bank)
        known = bank.by_id.keys() | (lens.by_id.keys() if lens else set())
        for question, given in head.answers.items():
            if question not in known:
                place = f"answers.{question[:60].replace(chr(10), ' ')}"
                faults.append(Fault(name, place, Word("fault.no_question"), Word("fault.remedy.take_out")))
            elif (answer := parse(Answer, given, name, faults, at=f"answers.{question}")) is not None:
                answers[question] = answer
    _expect_sound(path, faults)
    assert head is not None  # noqa: S101 - no fault means it was read
    return Responses(each_text(head.respondent, on_one_line), answers)


def _expect_sound(path: Path, faults: list[Fault]) -> None:
    """Raise Refusal for a response file with faults, which tells so many of them."""
    if len(faults) > MOST_FAULTS:
        first = FaultsError(faults[:MOST_FAULTS])
        raise Refusal("responses.many_faults", faults=first, path=path, n=len(faults) - MOST_FAULTS)
    if faults:
        raise Refusal("responses.faults", faults=FaultsError(faults))


def _of_others(name: str, head: _Responses, bank: Bank) -> Iterator[Fault]:
    """What tells that other questions were answered."""
    if head.questionnaire != bank.id:
        wrong = Word("fault.other_questionnaire", other=head.questionnaire)
        yield Fault(name, "questionnaire", wrong, Word("fault.remedy.collect", bank=bank.id))
    if head.version != bank.version:
        wrong = Word("fault.other_version", other=head.version, version=bank.version)
        yield Fault(name, "version", wrong, Word("fault.remedy.answer_again"))


def _expect_no_assessment(path: Path) -> None:
    """Raise ArushaError for an assessment file or an export of one, however large, as its first bytes show."""
    with path.open("rb") as file:
        head = file.read(200)
    if head.startswith(b"SQLite format 3\0"):
        raise Refusal("responses.assessment", path=path)
    if re.match(rb'[\xef\xbb\xbf\s]*\{\s*"format"\s*:\s*"arusha-assessment"', head):
        raise Refusal("responses.exported", path=path)


def _halves(data: Any, place: tuple[str, ...] = ()) -> Iterator[str]:
    """The places of texts and names that hold half a character, put together only where there is one."""
    if isinstance(data, str) and has_half(data):
        yield ".".join(place)
    inner = data.items() if isinstance(data, dict) else enumerate(data, 1) if isinstance(data, list) else ()
    for key, value in inner:
        if isinstance(key, str) and has_half(key):
            yield ".".join(place)
        yield from _halves(value, (*place, str(key)[:60]))
