"""Benchmark cards: a sealed round's factor scores, rounded and without a name, and what five cards or more have in common.

**What a card lets be seen.** Who receives a card reads it, so nothing on it may name its administration: ten scores rounded to
5 points, the coverage in three classes, the questions' version and set, the year, the WCO region and the size class. How many
Members a region has is known; how many of them are of one size is published nowhere. So a card bears region *and* size only
where the administration itself vouches that `FEWEST` Members or more share both; otherwise the size is left out, and so is
a region with fewer Members than that. No overall score is on it, nor anything that one file alone holds. Each card is signed
with a key made for it alone, so that two cards of one administration have nothing in common but their scores. The signature
shows that a card is as it was made; only who kept its key can show whose it is.

**What a pool lets be seen.** Per factor the median, and from ten cards on the two quartiles between which the middle half of the
cards lies, each told as a band of ten points, and no lowest or highest value, which would be one card's own. Quartiles of fewer
cards would be single cards' scores. A band holds two values of a card or
more. So whoever knows five cards' pool and one of the cards can tell the value of no other, and cannot even tell that some other
card must bear a value: `tests/assessment/test_cards.py` tries every pool of five. Two pools that differ by one card say more
together than each alone; publish one of them. Two rounds of one administration look like two administrations: take one.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import Field, StringConstraints, model_validator

from assessment.journal import Assessment
from assessment.scoring import Scores, score
from kb.base import strict_json
from kb.base.bounded import Limits
from kb.base.errors import Fault, FaultsError
from kb.base.interface import Refusal, Word
from kb.base.vocabulary import FACTORS, Model
from kb.base.wrong import WrongValueError
from kb.library.content import parse
from kb.library.members import Members
from kb.library.questionnaires import Bank, Question

FORMAT: Final = "arusha-benchmark-card"
VERSION: Final = 2  # 1: of the score before its elements counted
STEP = 5  # points to which a score is rounded
BAND = 10  # points within which a pool tells a value
FOR_QUARTILES = 10  # cards from which on the middle half is told
FEWEST = 5  # cards of a pool, and Members that share what a card says of its administration
ANY: Final = "all"
LARGEST = 20_000  # bytes of a card
LIMITS = Limits()


class Size(StrEnum):
    """Staff: fewer than 500, up to 4,999, more. The bounds are ours, and the choice is the administration's."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Coverage(StrEnum):
    """How many of the questions that apply are answered: nine in ten or more, six in ten or more, or fewer."""

    NEARLY_ALL = "nearly_all"
    MOST = "most"
    PART = "part"


class Card(Model):
    """What a card says, and nothing else is allowed on it; *region* and *size* may be `all`, *scores* are those of factors 1 to 10."""

    format: Literal["arusha-benchmark-card"]
    version: Literal[2]
    region: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2,4}|all)$")]
    size: Size | Literal["all"]
    year: Annotated[int, Field(ge=2000, le=2200)]
    bank: Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+){0,3}$", max_length=20)]
    chosen: Literal["full", "quick"]
    coverage: Coverage
    scores: Annotated[
        tuple[Annotated[int, Field(ge=0, le=100, multiple_of=STEP)], ...],
        Field(min_length=len(FACTORS), max_length=len(FACTORS)),
    ]


class SignedCard(Model):
    """A card with the public key made for it and the signature of its data, both in base64."""

    card: Card
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
    signature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]

    @model_validator(mode="after")
    def _as_it_was_made(self) -> Self:
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.key, validate=True))
            key.verify(base64.b64decode(self.signature, validate=True), _signed(self.card))
        except (InvalidSignature, ValueError, binascii.Error):
            raise WrongValueError("signature") from None
        return self


@dataclass(frozen=True)
class Band:
    """Where a value lies: from *low* to less than *high*; the last band holds 100 too."""

    low: int
    high: int


@dataclass(frozen=True)
class Pooled:
    """What cards have in common on one factor; *mine* is the own card's score, *place* where it lies to the middle half.

    Below ten cards there are no quartiles, and *place* is to the median's band.
    """

    median: Band
    lower: Band | None
    upper: Band | None
    mine: int | None
    place: Literal["below", "within", "above"] | None


@dataclass(frozen=True)
class Pool:
    """What *cards* cards of one version and set have in common, by factor; *repeated* of those given were there already."""

    cards: int
    repeated: int
    bank: str
    chosen: str
    factors: dict[int, Pooled]


def make(
    assessment: Assessment, current: Bank, members: Members, region: str, size: Size | None, alike: int, year: int
) -> Card:
    """The card of a sealed round, coarsened where it would say too much. Raises ArushaError.

    *alike*: how many Members of the region are of that size, the own administration among them, as it vouches itself.
    """
    if assessment.fingerprint is None:
        raise Refusal("card.not_sealed")
    _expect_region(assessment, members, region)
    scores = _scores(assessment, current)
    rounded = {number: _rounded(each.score) for number, each in scores.factors.items() if each.score is not None}
    if lacking := tuple(number for number in FACTORS if number not in rounded):
        raise Refusal("card.no_score", n=len(lacking), factors=lacking)
    where, what = coarsened(members, region, size, alike)
    return Card(
        format=FORMAT,
        version=VERSION,
        region=where,
        size=what,
        year=year,
        bank=assessment.version,
        chosen="quick" if assessment.chosen == "quick" else "full",
        coverage=_coverage(scores.overall.coverage or Fraction(0)),
        scores=tuple(rounded[number] for number in FACTORS),
    )


def _expect_region(assessment: Assessment, members: Members, region: str) -> None:
    """Raise Refusal for a region that is none, or not that of the Member."""
    if region != ANY and region not in members.region_by_code:
        raise Refusal("card.no_region", region=region, known=tuple(members.region_by_code), any=ANY)
    own = members.by_code.get(assessment.member or "")
    if own and region not in (ANY, own.region):
        whose = assessment.administration
        raise Refusal("card.other_region", administration=whose, own=own.region, region=region, any=ANY)


def coarsened(members: Members, region: str, size: Size | None, alike: int) -> tuple[str, Size | Literal["all"]]:
    """Region and size as far as enough Members share them."""
    if region == ANY or sum(member.region == region for member in members.members) < FEWEST:
        return ANY, size or ANY
    return region, size if size and alike >= FEWEST else ANY


def sign(card: Card) -> tuple[str, bytes]:
    """The card's file, signed with a key made for it, and that key (PEM, PKCS 8)."""
    key = Ed25519PrivateKey.generate()
    signed = {
        "card": card.model_dump(mode="json"),
        "key": base64.b64encode(key.public_key().public_bytes_raw()).decode(),
        "signature": base64.b64encode(key.sign(_signed(card))).decode(),
    }
    return json.dumps(signed, indent=1) + "\n", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read(path: Path) -> Card:
    """The card in a file. Raises ArushaError naming the file where it is none, or was changed."""
    data = strict_json.read(path, "benchmark card", LARGEST)
    if not isinstance(data, dict) or not isinstance(data.get("card"), dict) or data["card"].get("format") != FORMAT:
        raise Refusal("card.no_card", path=path)
    if isinstance(version := data["card"].get("version"), int) and version != VERSION:
        raise Refusal("card.newer" if version > VERSION else "card.older", path=path)
    faults: list[Fault] = []
    signed = parse(SignedCard, data, str(path), faults)
    if signed is None:
        raise FaultsError([faults[0] if faults[0].field else replace(faults[0], remedy=Word("fault.remedy.ask_again"))])
    return signed.card


def pool(paths: Sequence[Path], mine: Path | None = None) -> Pool:
    """What the cards in files have in common; their order says nothing. Raises ArushaError for fewer than five, or unlike ones.

    Cards with the same ten scores are one round's, made twice, perhaps with another region or size: that two administrations agree
    in all ten is as good as impossible, and to count one of them twice would show more of it.
    """
    own = read(mine) if mine else None
    given = [read(path) for path in paths]
    first = own or given[0]
    for path, card in zip(paths, given, strict=True):
        _expect_alike(path, card, first)
    repeated = len(given) - len({card.scores for card in given})
    cards = dict.fromkeys(card.scores for card in (*given, *([own] if own else ())))
    if len(cards) < FEWEST:
        raise Refusal("card.few", n=len(cards), fewest=FEWEST)
    factors = {
        number: pooled([scores[place] for scores in cards], own.scores[place] if own else None)
        for place, number in enumerate(FACTORS)
    }
    return Pool(len(cards), repeated, first.bank, first.chosen, factors)


def _expect_alike(path: Path, card: Card, other: Card) -> None:
    """Raise Refusal for a card of other questions."""
    if (card.bank, card.chosen) != (other.bank, other.chosen):
        own_set, other_set = Word(f"card.set.{card.chosen}"), Word(f"card.set.{other.chosen}")
        raise Refusal("card.unlike", path=path, set=own_set, bank=card.bank, others=other_set, other=other.bank)


def pooled(scores: Sequence[int], mine: int | None = None) -> Pooled:
    """What the scores of one factor have in common, the own score among them."""
    lower, median, upper = (_band(_quantile(sorted(scores), Fraction(quarter, 4))) for quarter in (1, 2, 3))
    place: Literal["below", "within", "above"] | None = None
    whole = len(scores) >= FOR_QUARTILES
    least, most = (lower, upper) if whole else (median, median)
    if mine is not None:
        own = _band(Fraction(mine))
        place = "below" if own.low < least.low else "above" if own.low > most.low else "within"
    return Pooled(median, lower if whole else None, upper if whole else None, mine, place)


def as_json(found: Pool, names: dict[int, str]) -> dict[str, Any]:
    """A pool as `arusha assess pool --format json` prints it; *names* of the factors by number."""

    def told(band: Band | None) -> dict[str, int] | None:
        return {"from": band.low, "to": band.high} if band else None

    return {
        "cards": found.cards,
        "repeated": found.repeated,
        "questionnaire": {"version": found.bank, "set": found.chosen},
        "band": BAND,
        "factors": [
            {
                "number": number,
                "name": names[number],
                "median": told(each.median),
                "lower_quartile": told(each.lower),
                "upper_quartile": told(each.upper),
                "mine": each.mine,
                "place": each.place,
            }
            for number, each in found.factors.items()
        ],
    }


def _signed(card: Card) -> bytes:
    """What the signature is of: the card as JSON with its keys sorted."""
    return json.dumps(card.model_dump(mode="json"), sort_keys=True, separators=(",", ":")).encode()


def _scores(assessment: Assessment, current: Bank) -> Scores:
    """The scores by the questions and weights that all share: without a Member's own ones. Raises ArushaError."""
    weighed = {key for key in assessment.own.weights if key in assessment.by_id and ".m" not in key}
    if weighed and assessment.version != current.version:
        raise Refusal("card.no_weights", version=assessment.version)
    shared: list[Question] = []
    for question in assessment.bank.questions:
        if ".m" not in question.id:
            own = question.id in weighed
            shared.append(
                question.model_copy(update={"weight": current.by_id[question.id].weight}) if own else question
            )
    return score(shared, assessment.standing)


def _rounded(value: Fraction) -> int:
    """A score to the nearest 5 points, halves up."""
    return STEP * int(value / STEP + Fraction(1, 2))


def _coverage(share: Fraction) -> Coverage:
    if share >= Fraction(9, 10):
        return Coverage.NEARLY_ALL
    return Coverage.MOST if share >= Fraction(6, 10) else Coverage.PART


def _quantile(ordered: Sequence[int], share: Fraction) -> Fraction:
    """The value below which *share* of the values lie, between neighbours in proportion."""
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return Fraction(ordered[low]) + (ordered[high] - ordered[low]) * (at - low)


def _band(value: Fraction) -> Band:
    low = min(int(value // BAND) * BAND, 100 - BAND)
    return Band(low, low + BAND)
