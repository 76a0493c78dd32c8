"""The question bank of the self-assessment and the gender lens: own questions, traceable to the elements."""

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer, model_validator

from kb.base.errors import ContentError, Fault
from kb.base.vocabulary import (
    Effect,
    ElementId,
    Filled,
    Model,
    QuestionId,
    QuestionSide,
    Slug,
    Text,
    Words,
    element_of,
    factor_of,
)
from kb.library.content import name_of, parse, read_yaml

LEVELS = range(5)
GENDER = "questionnaires/gender.yml"
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+$")]
LensId = Annotated[str, StringConstraints(pattern=r"^g(10|[1-9])\.[1-9]$")]


class References(Model):
    """Numbers of articles, standards and clauses elsewhere; their texts are not copied."""

    uncac: tuple[Filled, ...] = ()
    rkc: tuple[Filled, ...] = ()
    tfa: tuple[Filled, ...] = ()
    safe: tuple[Filled, ...] = ()
    iso37001: tuple[Filled, ...] = ()
    sdg: tuple[Filled, ...] = ()


class _Asked(Model):
    """What every question has: its words, who would know, and the practices that answer it, best first.

    The *goal* says in one sentence what is true when the gap is closed; questions have one from version 2.0 on.
    """

    id: str
    text: Text
    why: Text
    evidence: Words
    levels: Annotated[tuple[Text, ...], Field(min_length=5, max_length=5)]
    goal: Text | None = None
    who: Text
    practices: Annotated[tuple[Slug, ...], Field(max_length=4)] = ()
    references: References = References()

    @cached_property
    def wording(self) -> str:
        """Twelve hexadecimal digits that change when the question or a criterion is reworded in any language."""
        words = [self.text.model_dump(), [level.model_dump() for level in self.levels]]
        return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


class Question(_Asked):
    """One question with criteria for each level 0 to 4 written for it."""

    id: QuestionId
    side: QuestionSide
    quick: bool = False
    weight: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] = 1
    tags: tuple[Literal["gender", "private_sector", "technology"], ...] = ()
    risks: tuple[Effect, ...] = ()
    one_side: Text | None = None

    @property
    def element(self) -> str:
        """The element of the Declaration that the question asks for."""
        return element_of(self.id)

    @property
    def factor(self) -> int:
        """The key factor that the question belongs to."""
        return factor_of(self.id)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it may be called by when several are meant: its key factor, its element, itself."""
        return str(self.factor), self.element, self.id


class LensQuestion(_Asked):
    """One question on how gender bears on a key factor, with criteria of its own on the bank's scale."""

    id: LensId
    elements: Annotated[tuple[ElementId, ...], Field(min_length=1, max_length=3)]

    @property
    def factor(self) -> int:
        """The key factor that the question belongs to: `g8.2` looks at key factor 8."""
        return factor_of(self.id.removeprefix("g"))

    @property
    def weight(self) -> float:
        """All questions of a lens weigh the same."""
        return 1

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it may be called by when several are meant: the lens, its part on a key factor, itself."""
        return "gender", f"g{self.factor}", self.id


class _FactorFile(Model):
    factor: Annotated[int, Field(ge=1, le=10)]
    questions: tuple[Question, ...]


class Level(Model):
    """One level of the project's own maturity scale."""

    level: Annotated[int, Field(ge=0, le=4)]
    name: Text
    text: Text


Levels = Annotated[tuple[Level, ...], Field(min_length=5, max_length=5, strict=False)]  # read from YAML or JSON


class Scale(Model):
    """What the levels 0 to 4 are called, for rules and for practice, and the *rule* by which a level counts.

    Banks before version 2.0 have one set of names, a list, which both sides then bear, and no such rule.
    """

    rule: Text | None = None
    de_jure: Levels
    de_facto: Levels

    @model_validator(mode="before")
    @classmethod
    def _one_set(cls, given: Any) -> Any:
        return {"de_jure": given, "de_facto": given} if isinstance(given, list | tuple) else given

    @model_serializer(mode="wrap")
    def _as_read(self, plain: SerializerFunctionWrapHandler) -> Any:
        written = plain(self)
        return written["de_facto"] if self.de_jure == self.de_facto and self.rule is None else written

    def of(self, question: Question | LensQuestion) -> tuple[Level, ...]:
        """The levels as they are called beside a question; one of a lens, which has no side, bears the names of practice."""
        return self.de_jure if getattr(question, "side", None) is QuestionSide.DE_JURE else self.de_facto


class _BankFile(Model):
    id: Literal["self-assessment"]
    version: Version
    title: Text
    note: Text
    scale: Scale


class Bank(Model):
    """All questions of one version, in the order of the Declaration."""

    id: str
    version: str
    title: Text
    note: Text
    scale: Scale
    questions: tuple[Question, ...]

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """Questions by id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def quick(self) -> list[Question]:
        """The quick scan: the questions for a first morning, in the order of the Declaration."""
        return [question for question in self.questions if question.quick]

    def of_factor(self, number: int) -> list[Question]:
        """The questions of one key factor."""
        return [question for question in self.questions if question.factor == number]

    def of_element(self, element: str) -> list[Question]:
        """The questions that ask for one element."""
        return [question for question in self.questions if question.element == element]


class Lens(Model):
    """Further questions that look at every key factor from one point of view, on the scale of the bank."""

    id: Literal["gender"]
    version: Version
    title: Text
    note: Text
    questions: tuple[LensQuestion, ...]

    @cached_property
    def by_id(self) -> dict[str, LensQuestion]:
        """Questions by id."""
        return {question.id: question for question in self.questions}

    def of_factor(self, number: int) -> list[LensQuestion]:
        """The questions of one key factor."""
        return [question for question in self.questions if question.factor == number]

    def of_element(self, element: str) -> list[LensQuestion]:
        """The questions that bear on one element."""
        return [question for question in self.questions if element in question.elements]


def read(root: Path, faults: list[Fault]) -> Bank | None:
    """Read `questionnaires/self-assessment/`; all faults of its files go to *faults*."""
    folder = root / "questionnaires" / "self-assessment"
    head: _BankFile | None = None
    questions: list[Question] = []
    before = len(faults)
    for path in sorted(folder.glob("*.yml")):
        if path.name == "notes.yml":  # what changed in each version, read by kb.library.notes
            continue
        file = name_of(root, path)
        try:
            data = read_yaml(root, path, keep=True)
        except ContentError as error:
            faults.append(error.fault)
            continue
        if path.name == "bank.yml":
            head = parse(_BankFile, data, file, faults)
        elif (factor := parse(_FactorFile, data, file, faults)) is not None:
            faults.extend(_misplaced(factor, file))
            questions.extend(factor.questions)
    if head is None:
        if not (folder / "bank.yml").exists():
            faults.append(Fault(name_of(root, folder / "bank.yml"), "", "is missing", "put the file back"))
        return None
    faults.extend(_repeated(questions, name_of(root, folder)))
    faults.extend(_without_goal(questions, head.version, name_of(root, folder)))
    if len(faults) > before:
        return None
    return Bank(**dict(head), questions=tuple(questions))


def read_lens(root: Path, faults: list[Fault]) -> Lens | None:
    """Read the gender lens `questionnaires/gender.yml`; its faults go to *faults*."""
    try:
        lens = parse(Lens, read_yaml(root, root / GENDER, keep=True), GENDER, faults)
    except ContentError as error:
        faults.append(error.fault)
        return None
    if lens is None:
        return None
    own = [*_repeated(lens.questions, GENDER), *_without_goal(lens.questions, lens.version, GENDER)]
    faults.extend(own)
    return None if own else lens


def shared_criteria(bank: Bank, lens: Lens) -> list[Fault]:
    """Criteria of the lens that stand in the bank too, as faults of the lens."""
    return _repeated((*bank.questions, *lens.questions), GENDER)


def _misplaced(factor: _FactorFile, file: str) -> list[Fault]:
    return [
        Fault(
            file,
            question.id,
            f"belongs to key factor {question.factor}",
            f"move it out of the file of factor {factor.factor}",
        )
        for question in factor.questions
        if question.factor != factor.factor
    ]


def _without_goal(questions: Iterable[_Asked], version: str, file: str) -> list[Fault]:
    if float(version) < 2:
        return []
    return [
        Fault(file, f"{question.id}.goal", "is missing", "say in one sentence what is true when the gap is closed")
        for question in questions
        if question.goal is None
    ]


def _repeated(questions: Iterable[_Asked], file: str) -> list[Fault]:
    faults: list[Fault] = []
    ids: set[str] = set()
    criteria: dict[str, str] = {}
    for question in questions:
        if question.id in ids:
            faults.append(Fault(file, question.id, "stands twice", "give one of them the next free number"))
        ids.add(question.id)
        for number, level in enumerate(question.levels):
            for text in filter(None, (level.en, level.fr)):
                place = f"{question.id}.levels.{number}"
                if text in criteria:
                    other = criteria[text]
                    faults.append(
                        Fault(
                            file, place, f"has the same words as {other}", "write the criterion for this very question"
                        )
                    )
                criteria[text] = place
    return faults
