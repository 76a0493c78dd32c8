"""The question bank of the self-assessment: this project's own questions, traceable to the elements."""

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kb.content import name_of, parse, read_yaml
from kb.errors import ContentError, Fault
from kb.vocabulary import Effect, Filled, Model, QuestionId, Side, Text, Words, element_of, factor_of

LEVELS = range(5)


class References(Model):
    """Numbers of articles, standards and clauses elsewhere; their texts are not copied."""

    uncac: tuple[Filled, ...] = ()
    rkc: tuple[Filled, ...] = ()
    tfa: tuple[Filled, ...] = ()
    safe: tuple[Filled, ...] = ()
    iso37001: tuple[Filled, ...] = ()
    sdg: tuple[Filled, ...] = ()


class Question(Model):
    """One question with criteria for each level 0 to 4 written for it."""

    id: QuestionId
    side: Side
    quick: bool = False
    weight: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] = 1
    text: Text
    why: Text
    evidence: Words
    levels: Annotated[tuple[Text, ...], Field(min_length=5, max_length=5)]
    who: Text
    references: References = References()
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

    @cached_property
    def wording(self) -> str:
        """Twelve hexadecimal digits that change when the question or a criterion is reworded in any language."""
        words = [self.text.model_dump(), [level.model_dump() for level in self.levels]]
        return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


class _FactorFile(Model):
    factor: Annotated[int, Field(ge=1, le=10)]
    questions: tuple[Question, ...]


class Level(Model):
    """One level of the project's own maturity scale."""

    level: Annotated[int, Field(ge=0, le=4)]
    name: Text
    text: Text


class _BankFile(Model):
    id: Literal["self-assessment"]
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+$")]
    title: Text
    note: Text
    scale: Annotated[tuple[Level, ...], Field(min_length=5, max_length=5)]


class Bank(Model):
    """All questions of one version, in the order of the Declaration."""

    id: str
    version: str
    title: Text
    note: Text
    scale: tuple[Level, ...]
    questions: tuple[Question, ...]

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """Questions by id."""
        return {question.id: question for question in self.questions}

    def of_factor(self, number: int) -> list[Question]:
        """The questions of one key factor."""
        return [question for question in self.questions if question.factor == number]

    def of_element(self, element: str) -> list[Question]:
        """The questions that ask for one element."""
        return [question for question in self.questions if question.element == element]


def read(root: Path, faults: list[Fault]) -> Bank | None:
    """Read `questionnaires/self-assessment/`; all faults of its files go to *faults*."""
    folder = root / "questionnaires" / "self-assessment"
    head: _BankFile | None = None
    questions: list[Question] = []
    before = len(faults)
    for path in sorted(folder.glob("*.yml")):
        file = name_of(root, path)
        try:
            data = read_yaml(root, path)
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
    if len(faults) > before:
        return None
    return Bank(**dict(head), questions=tuple(questions))


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


def _repeated(questions: list[Question], folder: str) -> list[Fault]:
    faults: list[Fault] = []
    ids: set[str] = set()
    criteria: dict[str, str] = {}
    for question in questions:
        if question.id in ids:
            faults.append(Fault(folder, question.id, "stands twice", "give one of them the next free number"))
        ids.add(question.id)
        for number, level in enumerate(question.levels):
            for text in filter(None, (level.en, level.fr)):
                place = f"{question.id}.levels.{number}"
                if text in criteria:
                    other = criteria[text]
                    faults.append(
                        Fault(
                            folder,
                            place,
                            f"has the same words as {other}",
                            "write the criterion for this very question",
                        )
                    )
                criteria[text] = place
    return faults
