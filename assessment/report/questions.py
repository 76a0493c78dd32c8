"""A question in the report: its answer, the criteria reached and next, how people saw it, and what shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from assessment import evidence as proofs
from assessment.agreement import SMALLEST, Spread, Standing, remarks
from assessment.answers import Evidence, Kind
from assessment.journal import Assessment
from assessment.report.figures import DissentView, EvidenceView, QuestionView, SpreadView
from assessment.scoring import rounded
from kb.base.interface import Phrases
from kb.library.knowledge import Knowledge
from kb.library.questionnaires import LensQuestion, Question

_TOP = 3
_NONE = Standing(None, None, dont_know=False, basis="")


@dataclass(frozen=True)
class Source:
    """What a report is computed from; evidence is judged on the day *as_of*."""

    assessment: Assessment
    knowledge: Knowledge
    say: Phrases
    as_of: date

    @cached_property
    def supported(self) -> frozenset[str]:
        """The questions with evidence that can be relied on."""
        return self.assessment.supported(self.as_of)

    @property
    def pieces(self) -> tuple[proofs.Piece, ...]:
        """The evidence that is not withdrawn."""
        return tuple(piece for piece in self.assessment.evidence.values() if not piece.withdrawn)


def question_view(source: Source, question: Question | LensQuestion) -> QuestionView:
    """One question."""
    say, key = source.say, question.id
    stands = source.assessment.standing.get(key) or _NONE
    level = None if stands.level is None else round(float(stands.level), 2)
    element = getattr(question, "element", "")
    shown = _evidence(source, key, stands)
    return QuestionView(
        id=key,
        element=source.knowledge.declaration.elements[element].short.of(say.language) if element else "",
        text=question.text.of(say.language),
        weight=question.weight,
        own=".m" in key,
        status=say(f"work.{source.assessment.state(key)}"),
        state=_state(source.assessment.standing.get(key)),
        basis=stands.basis,
        basis_label=say(f"basis.{stands.basis}") if stands.basis else "",
        level=level,
        criteria=tuple(each.of(say.language) for each in question.levels),
        reached=_criterion(source, question, stands, 0),
        following=_criterion(source, question, stands, 1),
        reason=stands.not_applicable or "",
        note=stands.note,
        remarks=_remarks(source.assessment, key),
        agreed_reason=stands.reason,
        dissent=_dissent(stands),
        spread=_spread(stands.spread) if stands.spread else None,
        evidence=shown,
        unsupported=bool((level or 0) >= proofs.NEEDS_EVIDENCE and not shown),
        evidenced=key in source.supported,
    )


def _state(stands: Standing | None) -> str:
    if stands is None:
        return "unanswered"
    if stands.level is not None:
        return "level"
    return "dont_know" if stands.dont_know else "not_applicable"


def _criterion(source: Source, question: Question | LensQuestion, stands: Standing, further: int) -> str:
    """The criterion of the level reached, or of one *further*; blank where there is none."""
    if stands.level is None or int(stands.level) + further >= len(question.levels):
        return ""
    return question.levels[int(stands.level) + further].of(source.say.language)


def _remarks(assessment: Assessment, question: str) -> tuple[str, ...]:
    """What five people or more wrote beside their private scores, or fewer once the question is agreed; nobody's by name."""
    given = assessment.given.get(question, {})
    enough = question in assessment.fixed and len(given) >= SMALLEST
    return remarks(given.values()) if enough or question in assessment.agreements else ()


def _dissent(stands: Standing) -> tuple[DissentView, ...]:
    agreed = int(stands.level) if stands.basis == "agreed" and stands.level is not None else None
    return tuple(
        DissentView(group=each.group, level=each.level, distance=each.distance(agreed), why=each.why)
        for each in stands.dissent
    )


def _spread(spread: Spread) -> SpreadView:
    return SpreadView(
        counts=spread.counts,
        dont_know=spread.dont_know,
        not_applicable=spread.not_applicable,
        median=rounded(spread.median),
        lowest=spread.ends[0] if spread.ends else None,
        highest=spread.ends[1] if spread.ends else None,
        mean=rounded(spread.mean),
        deviation=two(spread.deviation),
        consensus=two(spread.consensus),
    )


def two(value: float | None) -> float | None:
    """A measure of disagreement as shown: two decimals."""
    return None if value is None else round(value, 2)


def _evidence(source: Source, question: str, stands: Standing) -> tuple[EvidenceView, ...]:
    """What shows the level of a question: the pieces that support it, then those noted with the answer."""
    say = source.say
    registered = (
        _shown(
            source,
            piece,
            piece.validity,
            id=piece.id,
            file=piece.file.name if piece.file else "",
            kind=say(f"piece_kind.{piece.kind}"),
            owner=piece.owner or "",
            confidentiality=piece.confidentiality,
        )
        for piece in source.pieces
        if question in piece.questions
    )
    noted = (
        _shown(
            source,
            each,
            proofs.VALIDITY[each.kind],
            id="",
            file="",
            kind="" if each.kind is Kind.OTHER else say(f"piece_kind.{each.kind}"),
            owner="",
            confidentiality=proofs.Confidentiality.INTERNAL,
        )
        for each in stands.evidence
    )
    return (*registered, *noted)


def _shown(source: Source, each: proofs.Piece | Evidence, months: int | None, **about: Any) -> EvidenceView:
    age = proofs.freshness(each.date, months, source.as_of)
    return EvidenceView(
        text=each.text,
        link=each.link or "",
        date=each.date or "",
        freshness=age,
        freshness_label=source.say(f"freshness.{age}"),
        **about,
    )


def strong(questions: Sequence[QuestionView], *, evidenced: bool = False) -> list[QuestionView]:
    """Those at level 3 or 4, the highest first; only those *evidenced*, if that is asked."""
    found = (q for q in questions if (q.level or 0) >= 3 and (q.evidenced or not evidenced))
    return sorted(found, key=lambda q: -(q.level or 0))


def weak(questions: Sequence[QuestionView]) -> list[QuestionView]:
    """Those at level 0 or 1, the lowest first."""
    return sorted((q for q in questions if q.level is not None and q.level <= 1), key=lambda q: q.level or 0)


def disputed(questions: Sequence[QuestionView]) -> tuple[QuestionView, ...]:
    """Those on which people disagree most, at most three: by the consensus of the scores that may be shown, then by dissents."""
    apart = [(each.spread.consensus if each.spread else None, each) for each in questions]
    found = [(1.0 if of is None else of, -len(each.dissent), each) for of, each in apart]
    order = sorted((row for row in found if row[:2] != (1, 0)), key=lambda row: row[:2])
    return tuple(each for _, _, each in order[:_TOP])


def top(ordered: Sequence[QuestionView]) -> tuple[QuestionView, ...]:
    """Three of the questions in their order, each from another key factor as long as there is one.

    Among equals those with evidence come first, then the Declaration's order.
    """
    levels = {level: at for at, level in enumerate(dict.fromkeys(q.level for q in ordered))}
    order = sorted(ordered, key=lambda q: (levels[q.level], not q.evidence))
    firsts = list({question.id.split(".")[0]: question for question in reversed(order)}.values())
    others = [question for question in order if question not in firsts]
    return tuple([*(question for question in order if question in firsts), *others][:_TOP])
