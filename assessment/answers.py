"""Answers to the questionnaire: their shape, and response files."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from kb.content import Date, parse, shown
from kb.errors import ArushaError, Fault
from kb.folding import clean
from kb.questionnaires import Bank
from kb.vocabulary import Filled, Model

LARGEST = 50_000_000


def whole(value: Any) -> Any:
    """Let only a level pass. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in range(5):
        raise ValueError(f"{shown(value)} is not a level; levels are the whole numbers 0 to 4")
    return value


def _true(value: Any) -> Any:
    if not isinstance(value, bool):
        raise ValueError(f"{shown(value)} is neither true nor false")
    return value


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _text_alone(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Evidence(Model):
    """One piece of evidence: what it is, where it is, and its own date."""

    text: Annotated[Filled, Field(max_length=2000), BeforeValidator(_cleaned)]
    link: Annotated[str, Field(max_length=2000), BeforeValidator(_cleaned)] | None = None
    date: Date | None = None


class Answer(Model):
    """One answer: a level 0 to 4, or *not applicable* with its reason, or *don't know*; never two of them."""

    level: Annotated[int, BeforeValidator(whole)] | None = None
    not_applicable: Annotated[Filled, Field(max_length=5000), BeforeValidator(_cleaned)] | None = None
    dont_know: Annotated[bool, BeforeValidator(_true)] = False
    note: Annotated[str, Field(max_length=20000), BeforeValidator(_cleaned)] = ""
    evidence: tuple[Annotated[Evidence, BeforeValidator(_text_alone)], ...] = ()

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if [self.level is not None, self.not_applicable is not None, self.dont_know].count(True) != 1:
            raise ValueError("needs exactly one of level, not_applicable (with a reason) and dont_know: true")
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


def read_responses(path: Path, bank: Bank) -> Responses:
    """Read a response file against the *bank*. Raises ArushaError with every fault in it, one line each."""
    data = _read_json(path)
    name = str(path)
    faults: list[Fault] = []
    head = parse(_Responses, data, name, faults)
    answers: dict[str, Answer] = {}
    if head is not None:
        if head.questionnaire != bank.id:
            faults.append(
                Fault(
                    name,
                    "questionnaire",
                    f"“{head.questionnaire}” is not this one",
                    f"collect responses to “{bank.id}”",
                )
            )
        if head.version != bank.version:
            faults.append(
                Fault(
                    name,
                    "version",
                    f"answers version {head.version} of the questions, this file holds {bank.version}",
                    "have them answered again",
                )
            )
        for question, given in head.answers.items():
            if question not in bank.by_id:
                faults.append(
                    Fault(
                        name,
                        f"answers.{question[:60].replace(chr(10), ' ')}",
                        "is not a question of this version",
                        "take it out or correct the id",
                    )
                )
            elif (answer := parse(Answer, given, name, faults, at=f"answers.{question}")) is not None:
                answers[question] = answer
    if faults:
        raise ArushaError("\n".join(str(fault) for fault in faults) + "\nNothing was taken from the file.")
    assert head is not None  # noqa: S101 - no fault means it was read
    return Responses(head.respondent, answers)


class _Unfit:
    """Stands in the data where the file has something that no response can hold, so that its place can be told."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _read_json(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise ArushaError(f"{path}: is larger than 50 MB, so it is no response file; name the right one")
        data = json.loads(
            path.read_text(encoding="utf-8-sig"),
            object_pairs_hook=_no_key_twice,
            parse_constant=lambda name: _Unfit(f"{name} is not a number that an answer can hold"),
            parse_float=lambda digits: _Unfit(f"{digits} is too large") if math.isinf(float(digits)) else float(digits),
            parse_int=lambda digits: int(digits) if len(digits) < 1000 else _Unfit("is too long a number"),
        )
        for place, unfit in _unfit(data):
            where = f"{place}: " if place else ""
            raise ArushaError(f"{path}: {where}{unfit.reason}; correct it\nNothing was taken from the file.")
        return _cleaned_whole(data)
    except UnicodeDecodeError:
        raise ArushaError(f"{path}: is not UTF-8 text; save the responses as UTF-8 JSON") from None
    except json.JSONDecodeError as error:
        raise ArushaError(
            f"{path}: line {error.lineno}: not readable as JSON ({error.msg}); correct the file there"
        ) from None
    except RecursionError:
        raise ArushaError(f"{path}: is nested too deeply to be a response file; name the right one") from None


def _no_key_twice(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        return _Unfit(f"“{twice}” stands twice")
    return found


def _unfit(data: Any, place: str = "") -> Iterator[tuple[str, _Unfit]]:
    if isinstance(data, _Unfit):
        yield place, data
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from _unfit(value, f"{place}.{key}".lstrip("."))


def _cleaned_whole(data: Any) -> Any:
    if isinstance(data, dict):
        return {clean(key): _cleaned_whole(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_cleaned_whole(value) for value in data]
    return _cleaned(data)
