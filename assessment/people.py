"""The people of an assessment: who scores, who leads, who reviews and approves; and which questions are whose.

People are known by an id and by the group they belong to. Names are kept only where the administration asks for them.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from kb.base.folding import clean
from kb.base.vocabulary import Filled, Model
from kb.base.wrong import WrongValueError
from kb.library.content import Date
from kb.library.questionnaires import LensQuestion, Question

PersonId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]


def _on_one_line(value: Any) -> Any:
    return " ".join(clean(value).split()) if isinstance(value, str) else value


Short = Annotated[Filled, Field(max_length=300), BeforeValidator(_on_one_line)]


class Role(StrEnum):
    """What a person does in the assessment. Respondents score; the others lead, review or approve what is agreed."""

    RESPONDENT = "respondent"
    FACILITATOR = "facilitator"
    REVIEWER = "reviewer"
    APPROVER = "approver"


class Side(StrEnum):
    """Whom a person speaks for."""

    OFFICER = "officer"
    BUSINESS = "business"


class Person(Model):
    """One person: an id, a role, and attributes of the group; a name only where names are turned on."""

    id: PersonId
    role: Role = Role.RESPONDENT
    side: Side = Side.OFFICER
    unit: Short | None = None
    grade: Short | None = None
    function: Short | None = None
    region: Short | None = None
    name: Short | None = None
    left: bool = False
    sex: Literal["female", "male", "other", "prefer_not_to_say"] | None = Field(
        None, exclude=True
    )  # of older files only

    @property
    def group(self) -> str:
        """The group in a few words: `Audit · senior · North`; the id where nothing is known."""
        return " · ".join(filter(None, (self.unit, self.function, self.grade, self.region))) or self.id


class Assignment(Model):
    """Some questions given to a person or to a unit, with the day by which they are due.

    *scope* is a key factor (`8`), an element (`8.d`), a question (`8.d.1`), or of the gender lens `gender`, `g8` or `g8.1`.
    """

    scope: Annotated[
        str, StringConstraints(pattern=r"^((10|[1-9])(\.[a-z](\.m?[1-9][0-9]?)?)?|gender|g(10|[1-9])(\.[1-9][0-9]?)?)$")
    ]
    person: PersonId | None = None
    unit: Short | None = None
    due: Date | None = None

    @model_validator(mode="after")
    def _to_one(self) -> Self:
        if (self.person is None) == (self.unit is None):
            raise WrongValueError("one_goal")
        return self

    def covers(self, question: Question | LensQuestion) -> bool:
        """Whether the question is among those assigned."""
        return self.scope in question.scopes

    def is_for(self, person: Person) -> bool:
        """Whether the person is meant."""
        same_unit = self.unit is not None and person.unit is not None and self.unit.casefold() == person.unit.casefold()
        return self.person == person.id or same_unit


def expected(
    question: Question | LensQuestion, people: Iterable[Person], assignments: Iterable[Assignment]
) -> tuple[Person, ...]:
    """Who is to score a question: those it is assigned to, or every respondent where it is assigned to nobody present."""
    present = [person for person in people if not person.left]
    meant = [assignment for assignment in assignments if assignment.covers(question)]
    chosen = tuple(person for person in present if any(assignment.is_for(person) for assignment in meant))
    return chosen or tuple(person for person in present if person.role is Role.RESPONDENT)


def due(question: Question | LensQuestion, person: Person, assignments: Iterable[Assignment]) -> str | None:
    """The earliest day by which the person is to have scored the question."""
    days = [a.due for a in assignments if a.due and a.covers(question) and a.is_for(person)]
    return min(days, default=None)
