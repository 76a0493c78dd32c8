"""Evidence: what shows that a level is true, with its own date, and how long it can be relied on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from assessment.agreement import Standing
from assessment.answers import Evidence
from assessment.people import Short
from kb.content import Date
from kb.folding import clean
from kb.questionnaires import Question
from kb.vocabulary import Filled, Model

LARGEST_FILE = 25_000_000  # bytes of one attached file
EvidenceId = Annotated[str, StringConstraints(pattern=r"^e[1-9][0-9]{0,4}$")]
LongText = Annotated[
    Filled, Field(max_length=2000), BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)
]


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


# Months for which a piece can be relied on; None: until it is repealed or replaced. Surveys: the two-year cycle that the WCO
# recommends for its perception survey. The others are this project's own choice, and a piece may carry its own.
VALIDITY: Mapping[Kind, int | None] = {
    Kind.LAW: None,
    Kind.PROCEDURE: 36,
    Kind.DECISION: 36,
    Kind.STATISTIC: 12,
    Kind.RECORD: 12,
    Kind.AUDIT: 24,
    Kind.SURVEY: 24,
    Kind.TRAINING: 24,
    Kind.PUBLICATION: 24,
    Kind.INTERVIEW: 12,
    Kind.OTHER: 12,
}


class Confidentiality(StrEnum):
    """Who may see a piece: anybody, peers and the WCO, the administration, or the assessment team alone."""

    PUBLIC = "public"
    PEERS = "peers"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


class Freshness(StrEnum):
    """Whether a piece can still be relied on: ageing in the last quarter of its time, stale after it or without a date."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"


class Attached(Model):
    """A file kept inside the assessment under the SHA-256 of its bytes."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    name: Short
    size: Annotated[int, Field(ge=0, le=LARGEST_FILE)]


class Piece(Model):
    """One piece of evidence: a text, a link or a file, with the questions that it supports."""

    id: EvidenceId
    text: LongText
    link: Annotated[str, Field(max_length=2000)] | None = None
    file: Attached | None = None
    kind: Kind = Kind.OTHER
    date: Date | None = None
    months: Annotated[int, Field(ge=1, le=600)] | None = None
    owner: Short | None = None
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    questions: tuple[str, ...] = ()
    withdrawn: bool = False

    @property
    def validity(self) -> int | None:
        """Months for which it can be relied on; None without end."""
        return self.months or VALIDITY[self.kind]


def freshness(dated: str | None, months: int | None, as_of: date) -> Freshness:
    """How fresh a piece dated *dated* (YYYY, YYYY-MM or YYYY-MM-DD, taken at its end) is as of a day.

    Without a date nobody can tell, so it counts as stale; without an end to its validity it stays fresh.
    """
    if months is None:
        return Freshness.FRESH
    if dated is None:
        return Freshness.STALE
    age = _months_since(dated, as_of)
    if age > months:
        return Freshness.STALE
    return Freshness.AGEING if age > Fraction(3, 4) * months else Freshness.FRESH


def _months_since(dated: str, as_of: date) -> Fraction:
    """Months and part months between a date and a day; never below 0."""
    parts = [int(part) for part in dated.split("-")]
    year, month, day = (*parts, *([12, 31] if len(parts) == 1 else [31] if len(parts) == 2 else []))
    months = (as_of.year - year) * 12 + as_of.month - month
    return max(Fraction(0), months + Fraction(as_of.day - day, 31))


@dataclass(frozen=True)
class Shares:
    """How much of a score (by weight, 0 to 1) rests on fresh, ageing or stale evidence, or on none."""

    fresh: Fraction
    ageing: Fraction
    stale: Fraction
    none: Fraction


def of_question(question: str, standing: Standing | None, pieces: Iterable[Piece], as_of: date) -> dict[str, Freshness]:
    """Every piece that supports a question with its freshness: by id, and those noted with the answer by their text."""
    found = {
        piece.id: freshness(piece.date, piece.validity, as_of)
        for piece in pieces
        if question in piece.questions and not piece.withdrawn
    }
    noted: Sequence[Evidence] = standing.evidence if standing else ()
    return found | {piece.text: freshness(piece.date, VALIDITY[Kind.OTHER], as_of) for piece in noted}


def shares(
    questions: Iterable[Question], standing: Mapping[str, Standing], pieces: Sequence[Piece], as_of: date
) -> Shares | None:
    """The shares of the weight of all scored *questions*, each counted by its freshest piece; None where none is scored."""
    weights: dict[Freshness | None, Fraction] = dict.fromkeys((*Freshness, None), Fraction(0))
    for question in questions:
        stands = standing.get(question.id)
        if stands is None or stands.level is None:
            continue
        ages = set(of_question(question.id, stands, pieces, as_of).values())
        best = next((age for age in Freshness if age in ages), None)
        weights[best] += Fraction(question.weight)
    total = sum(weights.values())
    if not total:
        return None
    return Shares(
        fresh=weights[Freshness.FRESH] / total,
        ageing=weights[Freshness.AGEING] / total,
        stale=weights[Freshness.STALE] / total,
        none=weights[None] / total,
    )
