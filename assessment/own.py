"""A Member's own questions and weights, in a file beside the assessment; the shared bank is never edited for them.

```yaml
weights: {8.d.1: 2, 2.d.1: 0.5}
questions:
  - id: 8.d.m1            # an element and m1, m2, …
    text: "…"             # one language is enough; or {en: "…", fr: "…"}
    levels: ["…", "…", "…", "…", "…"]
```
"""

from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from kb.base.bounded import Limits
from kb.base.errors import ContentError, Fault, FaultsError
from kb.base.folding import each_text, on_one_line
from kb.base.interface import Word
from kb.base.vocabulary import Filled, Model, QuestionSide, Text, Words, element_of
from kb.base.wrong import WrongValueError
from kb.library.content import parse, read_yaml
from kb.library.questionnaires import Bank, Question

LARGEST_WEIGHT = 100
LIMITS = Limits()


def _a_number(value: Any) -> Any:
    if isinstance(value, bool):
        raise WrongValueError("truth")
    return value


Weight = Annotated[float, Field(gt=0, le=LARGEST_WEIGHT, allow_inf_nan=False), BeforeValidator(_a_number)]
OwnId = Annotated[str, StringConstraints(pattern=r"^(10|[1-9])\.[a-z]\.m[1-9][0-9]?$")]


def _in_one_language(value: Any) -> Any:
    return each_text({"en": value} if isinstance(value, str) else value, on_one_line)


def _in_one_list(value: Any) -> Any:
    return each_text({"en": value} if isinstance(value, list) else value, on_one_line)


OwnText = Annotated[Text, BeforeValidator(_in_one_language)]


class OwnQuestion(Model):
    """One question of the Member's own, with a criterion for each level."""

    id: OwnId
    text: OwnText
    levels: Annotated[tuple[OwnText, ...], Field(min_length=5, max_length=5)]
    why: OwnText | None = None
    who: OwnText | None = None
    evidence: Annotated[Words, BeforeValidator(_in_one_list)] = Words()
    side: QuestionSide = QuestionSide.DE_FACTO
    weight: Weight = 1


class Own(Model):
    """What a Member adds: weights by question, and questions."""

    weights: dict[Filled, Weight] = Field(default_factory=dict)
    questions: tuple[OwnQuestion, ...] = ()


def read(path: Path, bank: Bank, elements: frozenset[str] | set[str]) -> Own:
    """Read the file against the bank and the Declaration's elements. Raises FaultsError with every fault."""
    faults: list[Fault] = []
    try:
        own = parse(Own, read_yaml(path.parent, path), path.name, faults)
    except ContentError as error:
        raise FaultsError([error.fault]) from None
    if own is not None:
        faults += [*_strange_weights(own, bank, path.name), *_strange_questions(own, elements, path.name)]
    if faults or own is None:
        raise FaultsError(faults)
    return own


def _strange_weights(own: Own, bank: Bank, file: str) -> Iterator[Fault]:
    known = {*bank.by_id, *(question.id for question in own.questions)}
    for question in own.weights:
        if question not in known:
            yield Fault(file, f"weights.{question}", Word("fault.no_question"), Word("fault.remedy.id"))


def _strange_questions(own: Own, elements: Container[str], file: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for question in own.questions:
        if element_of(question.id) not in elements:
            yield Fault(file, question.id, Word("fault.no_element"), Word("fault.remedy.own_id"))
        if question.id in seen:
            yield Fault(file, question.id, Word("fault.twice"), Word("fault.remedy.next_number"))
        seen.add(question.id)


def applied(bank: Bank, own: Own) -> Bank:
    """The bank with the Member's weights, and its own questions after those of their elements."""
    added = [
        Question.model_construct(
            id=question.id,
            side=question.side,
            quick=False,
            weight=question.weight,
            text=question.text,
            why=question.why or question.text,
            evidence=question.evidence,
            levels=question.levels,
            who=question.who or Text(en="–", fr="–"),
        )
        for question in own.questions
    ]
    questions: list[Question] = []
    for element in dict.fromkeys([*(q.element for q in bank.questions), *(q.element for q in added)]):
        questions += [question for question in (*bank.questions, *added) if question.element == element]
    weighed = [
        question.model_copy(update={"weight": own.weights[question.id]}) if question.id in own.weights else question
        for question in sorted(questions, key=lambda question: question.factor)
    ]
    return with_questions(bank, weighed)


def with_questions(bank: Bank, questions: Sequence[Question]) -> Bank:
    """The bank with other questions in place of its own."""
    fields = {name: getattr(bank, name) for name in Bank.model_fields}
    return Bank.model_construct(**(fields | {"questions": tuple(questions)}))
