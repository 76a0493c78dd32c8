"""The field's own words, once and typed: languages, kinds, strengths and the shapes of ids."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from kb.base.folding import clean, on_one_line
from kb.base.wrong import WrongValueError

NOT_STATED: Literal["not_stated"] = "not_stated"
NotStated = Literal["not_stated"]
FACTORS = range(1, 11)


class Language(StrEnum):
    """The official languages of the WCO."""

    EN = "en"
    FR = "fr"


SPELLING = {"en": "en-GB", "fr": "fr-FR"}  # what Word checks a text of each language by


class PracticeType(StrEnum):
    """What kind of thing a practice is."""

    POLICY = "policy"
    UNIT = "unit"
    PROCEDURE = "procedure"
    IT_SYSTEM = "it-system"
    TRAINING = "training"
    SURVEY = "survey"
    CAMPAIGN = "campaign"
    AGREEMENT = "agreement"
    SANCTION = "sanction"
    LEGAL_ACT = "legal-act"
    PROGRAMME = "programme"


class EvidenceStrength(StrEnum):
    """How far the results of a practice are shown: the source asserts, gives figures, or somebody else verified."""

    CLAIMED = "claimed"
    FIGURES = "figures"
    VERIFIED = "verified"


class Status(StrEnum):
    """Where a practice stands, as its source tells it."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    NOT_STATED = "not_stated"


class ArticleKind(StrEnum):
    """What part of an edition an article is."""

    EDITORIAL = "editorial"
    MESSAGE = "message"
    MEMBER = "member"
    PROJECT = "project"
    ACTIVITIES = "activities"
    ABBREVIATIONS = "abbreviations"


class QuestionSide(StrEnum):
    """Whether a question asks for the rule or for the rule as it is lived."""

    DE_JURE = "de_jure"
    DE_FACTO = "de_facto"


class Effect(StrEnum):
    """The nine adverse effects of corruption that the Declaration's preamble lists."""

    SECURITY = "security"
    REVENUE = "revenue"
    INVESTMENT = "investment"
    COSTS = "costs"
    BARRIERS = "barriers"
    TRUST = "trust"
    COOPERATION = "cooperation"
    COMPLIANCE = "compliance"
    MORALE = "morale"


def _not_blank(value: str) -> str:
    if not value.strip():
        raise WrongValueError("blank")
    return value.strip()


Filled = Annotated[str, AfterValidator(_not_blank)]
# How a text of a person is taken into a field: of many lines, or of one.
ManyLines = BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)
OneLine = BeforeValidator(lambda value: on_one_line(value) if isinstance(value, str) else value)
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
ElementId = Annotated[str, StringConstraints(pattern=r"^(10|[1-9])\.[a-z]$")]
QuestionId = Annotated[str, StringConstraints(pattern=r"^(10|[1-9])\.[a-z]\.[1-9][0-9]?$")]
MemberCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


def factor_of(element_or_question: str) -> int:
    """The number (1 to 10) of the key factor that an element or question id belongs to."""
    return int(element_or_question.split(".", 1)[0])


def element_of(question: str) -> str:
    """The id of the element that a question id belongs to: `8.d.2` asks for `8.d`."""
    return question.rsplit(".", 1)[0]


class Model(BaseModel):
    """Base of everything read from the content: frozen, and no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Text(Model):
    """A text in English and, where there is a translation, in French."""

    en: Filled
    fr: Filled | None = None

    def of(self, language: str) -> str:
        """The text in *language*, or in English where the translation is missing."""
        return (self.fr if language == Language.FR else None) or self.en

    def falls_back(self, language: str) -> bool:
        """Whether *of(language)* answers in English for want of a translation."""
        return language == Language.FR and self.fr is None


class Words(Model):
    """Lists of words or phrases in English and French."""

    en: tuple[Filled, ...] = ()
    fr: tuple[Filled, ...] = ()

    def of(self, language: str) -> tuple[str, ...]:
        """The list in *language*, or the English one where it is empty."""
        return (self.fr if language == Language.FR else ()) or self.en
