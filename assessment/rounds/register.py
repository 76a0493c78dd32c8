"""The registers of a round: pieces of evidence and corruption risks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from assessment.events import Event
from assessment.evidence import Attached, Piece
from assessment.journal import Assessment
from assessment.risks import Risk
from assessment.rounds.agreeing import question
from assessment.rounds.people import free
from kb.base.interface import Refusal
from kb.library.content import expect

Fields = Mapping[str, Any]


def last_day() -> str:
    """The day, YYYY-MM-DD, that it is in the first places on Earth: no later one has come."""
    return (datetime.now(UTC) + timedelta(hours=14)).date().isoformat()


def expect_past(dated: str | None) -> None:
    """Refuse evidence of a day that is still to come everywhere on Earth. Raises Refusal."""
    if dated is not None and dated > last_day()[: len(dated)]:
        raise Refusal("evidence.tomorrow", date=dated)


def add_evidence(assessment: Assessment, stated: Fields, questions: Sequence[str]) -> list[Event]:
    """The entry for a new piece that supports *questions*. Raises ArushaError."""
    for key in questions:
        question(assessment, key)
    new = {"id": free("e", assessment.evidence), "questions": list(dict.fromkeys(questions))}
    return [_piece({**stated, **new})]


def renew_evidence(assessment: Assessment, key: str, stated: Fields) -> list[Event]:
    """The entry for a newer state of a piece. Raises ArushaError."""
    return [_piece(_counting(assessment, key) | dict(stated))]


def link_evidence(assessment: Assessment, key: str, questions: Sequence[str]) -> list[Event]:
    """The entry that lets a piece support more questions, if it does not support them already. Raises ArushaError."""
    for each in questions:
        question(assessment, each)
    fields = _counting(assessment, key)
    before = fields.get("questions", [])
    after = list(dict.fromkeys([*before, *questions]))
    return [_piece(fields | {"questions": after})] if after != before else []


def withdraw_evidence(assessment: Assessment, key: str, why: str) -> list[Event]:
    """The entry after which a piece counts no longer. Raises ArushaError."""
    return [_piece(_counting(assessment, key) | {"withdrawn": True, "why": why})]


def evidence(assessment: Assessment, key: str) -> Piece:
    """The piece of an id. Raises Refusal."""
    if key not in assessment.evidence:
        raise Refusal("evidence.none", id=key)
    return assessment.evidence[key]


def attached(assessment: Assessment, key: str) -> Attached:
    """The file attached to a piece. Raises Refusal for one without."""
    if (file := evidence(assessment, key).file) is None:
        raise Refusal("evidence.no_file", id=key)
    return file


def _counting(assessment: Assessment, key: str) -> dict[str, Any]:
    """The fields of a piece that still counts. Raises Refusal."""
    piece = evidence(assessment, key)
    if piece.withdrawn:
        raise Refusal("evidence.withdrawn", id=key, why=piece.why)
    fields: dict[str, Any] = piece.model_dump(mode="json", exclude_defaults=True)
    return fields


def _piece(fields: Fields) -> Piece:
    piece = expect(Piece, dict(fields), "")
    expect_past(piece.date)
    return piece


def add_risk(assessment: Assessment, stated: Fields, elements: Collection[str]) -> list[Event]:
    """The entry for a new risk; *elements* are those of the Declaration. Raises ArushaError."""
    return [_risk({**stated, "id": free("r", assessment.risks)}, elements)]


def change_risk(
    assessment: Assessment, key: str, stated: Fields, elements: Collection[str], *, reopen: bool
) -> list[Event]:
    """The entry for what is said anew of an open risk, or of a closed one that is opened again. Raises ArushaError."""
    if not stated and not reopen:
        raise Refusal("risk.nothing_new")
    before = {name: value for name, value in _risk_at(assessment, key, closed=reopen).items() if name not in _OVER}
    return [_risk(before | dict(stated), elements)]


_OVER = ("closed", "why")


def close_risk(assessment: Assessment, key: str, why: str, elements: Collection[str]) -> list[Event]:
    """The entry after which a risk is one no longer. Raises ArushaError."""
    return [_risk(_risk_at(assessment, key, closed=False) | {"closed": True, "why": why}, elements)]


def _risk_at(assessment: Assessment, key: str, *, closed: bool) -> dict[str, Any]:
    """The fields of an open risk, or of a *closed* one. Raises Refusal."""
    risk = assessment.risks.get(key)
    if risk is None:
        raise Refusal("risk.none", id=key)
    if risk.closed and not closed:
        raise Refusal("risk.closed", id=key, why=risk.why)
    if closed and not risk.closed:
        raise Refusal("risk.open", id=key)
    fields: dict[str, Any] = risk.model_dump(mode="json", exclude_defaults=True)
    return fields


def _risk(fields: Fields, elements: Collection[str]) -> Risk:
    for element in fields.get("elements", ()):
        if element not in elements:
            raise Refusal("risk.no_element", element=element)
    described = {"control": "existing"} if fields.get("controls") and "control" not in fields else {}
    return expect(Risk, {**fields, **described}, "")
