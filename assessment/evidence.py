"""Evidence: what shows that a level is true, with its own date, and how long it can be relied on."""

import hashlib
import os
import re
import stat
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, StringConstraints

from assessment.agreement import Standing
from assessment.answers import Evidence, Kind
from assessment.people import Short
from kb.base.folding import clean, on_one_line
from kb.base.interface import Refusal
from kb.base.vocabulary import Filled, ManyLines, Model, QuestionSide
from kb.base.wrong import WrongValueError
from kb.library.content import Date, shown
from kb.library.questionnaires import LensQuestion, Question

LARGEST_FILE = 25_000_000  # bytes of one attached file
LONGEST_NAME = 200  # characters of its name
NEEDS_EVIDENCE = 3  # the lowest level that needs some
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # of two letters or more, since “C:” is a drive
EvidenceId = Annotated[str, StringConstraints(pattern=r"^e[1-9][0-9]{0,4}$")]
LongText = Annotated[Filled, Field(max_length=2000), ManyLines]


def _a_link(value: Any) -> Any:
    """Let a web address or a path pass as text, and no other address, since a page may one day make a link of it."""
    if not isinstance(value, str):
        return value
    link = clean(value).replace("\t", "").replace("\n", "").strip()  # as browsers do before they follow an address
    if not link:
        raise WrongValueError("blank")
    if _SCHEME.match(link):
        try:
            parts = urlsplit(link)
            whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            whole = False
        if not whole:
            raise WrongValueError("no_link", link=shown(link))
    return link


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
    Kind.OTHER: 24,
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
    """One piece of evidence: a text, a link or a file, with the questions that it supports; *why* it was withdrawn if so."""

    id: EvidenceId
    text: LongText
    link: Annotated[str, Field(max_length=2000), BeforeValidator(_a_link)] | None = None
    file: Attached | None = None
    kind: Kind = Kind.OTHER
    date: Date | None = None
    months: Annotated[int, Field(ge=1, le=600)] | None = None
    owner: Short | None = None
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    questions: tuple[str, ...] = ()
    withdrawn: bool = False
    why: LongText | None = None

    @property
    def validity(self) -> int | None:
        """Months for which it can be relied on; None without end."""
        return self.months or VALIDITY[self.kind]


def take(path: Path) -> tuple[Attached, bytes]:
    """A file to attach, and its bytes. Nothing is read of what is too large or no plain file.

    Raises ArushaError for such a one; OSError as the system gives it.
    """
    found = path.lstat()  # of a link itself, not of what it leads to
    name = on_one_line(str(path))
    if stat.S_ISLNK(found.st_mode):
        raise Refusal("attachment.link", path=name)
    if stat.S_ISDIR(found.st_mode):
        raise Refusal("attachment.folder", path=name)
    if not stat.S_ISREG(found.st_mode):
        raise Refusal("attachment.device", path=name)
    if found.st_size > LARGEST_FILE or len(data := _read(path)) > LARGEST_FILE:
        raise Refusal("attachment.large", path=name, most=LARGEST_FILE // 10**6)
    if not data:
        raise Refusal("attachment.empty", path=name)
    return Attached(sha256=hashlib.sha256(data).hexdigest(), name=stored_name(path.name), size=len(data)), data


def _read(path: Path) -> bytes:
    """At most one byte more than allowed; neither led elsewhere nor held up if the file is another by now."""
    flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        error.filename = str(path)  # which a fault while reading does not name
        raise


def stored_name(name: str) -> str:
    """The last part of a file's name, whichever system wrote it, without what cannot be shown; `file` where nothing is left."""
    last = re.split(r"[/\\]", clean(name))[-1]
    seen = "".join(character for character in last if unicodedata.category(character)[0] != "C")
    return seen.strip(" .")[-LONGEST_NAME:].strip() or "file"


def freshness(dated: str | None, months: int | None, as_of: date) -> Freshness:
    """How fresh a piece dated *dated* (YYYY, YYYY-MM or YYYY-MM-DD, taken at its end) is as of a day.

    Without a date nobody can tell, so it counts as stale; without an end to its validity it stays fresh.
    """
    if dated is None:
        return Freshness.STALE
    if months is None:
        return Freshness.FRESH
    age = _months_since(dated, as_of)
    if age > months:
        return Freshness.STALE
    return Freshness.AGEING if age > Fraction(3, 4) * months else Freshness.FRESH


def _months_since(dated: str, as_of: date) -> Fraction:
    """Months and part months between a date and a day; never below 0."""
    parts = [int(part) for part in dated.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else monthrange(year, month)[1]
    months = (as_of.year - year) * 12 + as_of.month - month
    return max(Fraction(0), months + Fraction(as_of.day - day, 31))


@dataclass(frozen=True)
class Shares:
    """How much of a score (by weight, 0 to 1) rests on fresh, ageing or stale evidence, or on none."""

    fresh: Fraction
    ageing: Fraction
    stale: Fraction
    none: Fraction


def behind(question: str, standing: Standing | None, pieces: Iterable[Piece]) -> list[Piece | Evidence]:
    """What supports a question: the pieces that name it, then what was noted with the answer that stands."""
    registered = [piece for piece in pieces if question in piece.questions and not piece.withdrawn]
    return [*registered, *(standing.evidence if standing else ())]


def of_question(question: str, standing: Standing | None, pieces: Iterable[Piece], as_of: date) -> set[Freshness]:
    """How fresh what supports a question is as of a day; what is of a later day shows nothing yet."""
    return {
        freshness(each.date, _validity(each), as_of)
        for each in behind(question, standing, pieces)
        if not _later(each, as_of)
    }


def _validity(piece: Piece | Evidence) -> int | None:
    return piece.validity if isinstance(piece, Piece) else VALIDITY[piece.kind]


def _later(piece: Piece | Evidence, as_of: date) -> bool:
    """Whether a piece is of a later day; east of Greenwich the next may have begun."""
    return piece.date is not None and piece.date > (as_of + timedelta(days=1)).isoformat()[: len(piece.date)]


def supported(
    questions: Iterable[Question | LensQuestion],
    standing: Mapping[str, Standing],
    pieces: Iterable[Piece],
    as_of: date,
) -> frozenset[str]:
    """The questions behind which evidence stands that can be relied on as of a day: fresh or ageing, and of a fitting kind.

    What is done in practice is not shown by a law, a procedure or a bare note.
    """
    registered: dict[str, list[Piece]] = {}
    for piece in pieces:
        for key in piece.questions:
            registered.setdefault(key, []).append(piece)
    found = set()
    for question in questions:
        practice = getattr(question, "side", None) == QuestionSide.DE_FACTO
        shown = behind(question.id, standing.get(question.id), registered.get(question.id, ()))
        if any(_relied_on(each, as_of) and not (practice and _of_words_alone(each)) for each in shown):
            found.add(question.id)
    return frozenset(found)


def _relied_on(piece: Piece | Evidence, as_of: date) -> bool:
    """Fresh or ageing, and not of a later day."""
    return not _later(piece, as_of) and freshness(piece.date, _validity(piece), as_of) is not Freshness.STALE


def _of_words_alone(piece: Piece | Evidence) -> bool:
    """Whether a piece says what should be, or only that something is: a law, a procedure, or a note that leads nowhere."""
    bare = not piece.link and not getattr(piece, "file", None)
    return piece.kind in (Kind.LAW, Kind.PROCEDURE) or (piece.kind is Kind.OTHER and bare)


def shares(
    questions: Iterable[Question], standing: Mapping[str, Standing], pieces: Sequence[Piece], as_of: date
) -> Shares | None:
    """The shares of the weight of all scored *questions*, each counted by its freshest piece; None where none is scored."""
    weights: dict[Freshness | None, Fraction] = dict.fromkeys((*Freshness, None), Fraction(0))
    for question in questions:
        stands = standing.get(question.id)
        if stands is None or stands.level is None:
            continue
        ages = of_question(question.id, stands, pieces, as_of)
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


def unsupported(
    questions: Iterable[Question | LensQuestion], standing: Mapping[str, Standing], pieces: Sequence[Piece]
) -> list[Question | LensQuestion]:
    """The questions that stand at level 3 or 4 without any evidence."""
    found = []
    for question in questions:
        stands = standing.get(question.id)
        if stands is None or stands.level is None or stands.level < NEEDS_EVIDENCE:
            continue
        if not behind(question.id, stands, pieces):
            found.append(question)
    return found
