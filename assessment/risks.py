"""The register of corruption risks beside the questionnaire: processes, what makes them vulnerable, and what is left after controls.

The inherent vulnerabilities and the enhancing factors are those of IntoSAINT (INTOSAI); the scales of likelihood and impact,
1 to 5, and of control are this project's own.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from assessment.people import Short
from kb.base.vocabulary import Effect, ElementId, Filled, ManyLines, Model
from kb.base.wrong import WrongValueError
from kb.library.content import Date

RiskId = Annotated[str, StringConstraints(pattern=r"^r[1-9][0-9]{0,4}$")]
LongText = Annotated[Filled, Field(max_length=5000), ManyLines]
Five = Annotated[int, Field(ge=1, le=5)]


class Vulnerability(StrEnum):
    """The ten activities that are vulnerable by their nature."""

    CONTRACTING = "contracting"
    PAYMENT = "payment"
    GRANTING = "granting"
    REGULATING = "regulating"
    INSPECTION = "inspection"
    ENFORCEMENT = "enforcement"
    INFORMATION = "information"
    MONEY = "money"
    GOODS = "goods"
    REAL_ESTATE = "real_estate"


class Enhancing(StrEnum):
    """The five groups of circumstances that make a vulnerable activity worse."""

    COMPLEXITY = "complexity"
    CHANGE = "change"
    MANAGEMENT = "management"
    PERSONNEL = "personnel"
    PROBLEM_HISTORY = "problem_history"


class Control(StrEnum):
    """How far the controls of a risk have come."""

    NONE = "none"
    EXISTING = "existing"
    OPERATING = "operating"
    EFFECTIVE = "effective"


class Origin(StrEnum):
    """What brought the risk to light."""

    WORKSHOP = "workshop"
    SURPRISE_CHECK = "surprise_check"
    INVESTIGATION = "investigation"
    AUDIT = "audit"
    COMPLAINT = "complaint"
    SURVEY = "survey"
    OTHER = "other"


class Zone(StrEnum):
    """Where a risk lies on the heat map."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


class Risk(Model):
    """One risk: where, what could happen, how likely and how grave before and after controls (each 1 to 5).

    *why*: of its closing, once it is closed.
    """

    id: RiskId
    process: Short
    text: LongText
    vulnerability: Vulnerability
    enhancing: tuple[Enhancing, ...] = ()
    likelihood: Five
    impact: Five
    controls: Annotated[str, Field(max_length=5000), ManyLines] = ""
    control: Control = Control.NONE
    residual_likelihood: Five | None = None
    residual_impact: Five | None = None
    elements: tuple[ElementId, ...] = ()
    effects: tuple[Effect, ...] = ()
    origin: Origin = Origin.WORKSHOP
    source: Annotated[str, Field(max_length=2000), ManyLines] = ""
    date: Date | None = None
    owner: Short | None = None
    closed: bool = False
    why: LongText | None = None

    @model_validator(mode="after")
    def _controls_lower(self) -> Self:
        if self.residual[0] > self.likelihood or self.residual[1] > self.impact:
            raise WrongValueError("controls_raise")
        return self

    @property
    def inherent(self) -> tuple[int, int]:
        """Likelihood and impact before controls."""
        return self.likelihood, self.impact

    @property
    def residual(self) -> tuple[int, int]:
        """Likelihood and impact as they are left; those before controls where nobody rated them."""
        return self.residual_likelihood or self.likelihood, self.residual_impact or self.impact


def zone(place: tuple[int, int]) -> Zone:
    """The zone of a place (likelihood, impact) by their product: up to 4 low, to 9 moderate, to 15 high, above critical."""
    product = place[0] * place[1]
    return (
        Zone.LOW if product <= 4 else Zone.MODERATE if product <= 9 else Zone.HIGH if product <= 15 else Zone.CRITICAL
    )


def worst_first(risks: Iterable[Risk]) -> list[Risk]:
    """Risks by what is left after controls, the worst first; then by impact, by what was there before, and by id."""

    def rank(risk: Risk) -> tuple[int, ...]:
        (likelihood, impact), (before, grave) = risk.residual, risk.inherent
        return -likelihood * impact, -impact, -before * grave, int(risk.id[1:])

    return sorted(risks, key=rank)


def heat_map(risks: Iterable[Risk], *, residual: bool = True) -> dict[tuple[int, int], tuple[str, ...]]:
    """The ids of all open risks by their place (likelihood, impact)."""
    places: dict[tuple[int, int], tuple[str, ...]] = {}
    for risk in sorted(risks, key=lambda risk: int(risk.id[1:])):
        if not risk.closed:
            place = risk.residual if residual else risk.inherent
            places[place] = (*places.get(place, ()), risk.id)
    return places
