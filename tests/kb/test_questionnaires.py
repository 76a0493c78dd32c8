"""The question bank: whole in both languages, every criterion its own, and a hash for each wording."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.folding import words
from kb.knowledge import Knowledge
from kb.questionnaires import Question
from kb.vocabulary import Model, Text, Words


def texts(value: object, path: str = "") -> Iterator[tuple[str, Text | Words]]:
    """Every text and list of words in a model, with its place."""
    if isinstance(value, Text | Words):
        yield path, value
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), f"{path}.{name}".strip("."))
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from texts(part, f"{path}.{part.id if isinstance(part, Question) else number}")


def test_every_field_stands_in_both_languages(knowledge: Knowledge) -> None:
    assert [path for path, value in texts(knowledge.bank) if not value.fr or not value.en] == []


def test_examples_of_evidence_are_as_many_in_both_languages(knowledge: Knowledge) -> None:
    uneven = [q.id for q in knowledge.bank.questions if len(q.evidence.en) != len(q.evidence.fr) or not q.evidence.en]
    assert uneven == []


def test_no_criterion_is_used_twice(knowledge: Knowledge) -> None:
    for language in ("en", "fr"):
        criteria = Counter(
            " ".join(words(level.of(language))) for question in knowledge.bank.questions for level in question.levels
        )
        assert [text for text, count in criteria.items() if count > 1] == []


def test_questions_stand_in_the_order_of_the_declaration(knowledge: Knowledge) -> None:
    def place(question: str) -> list[object]:
        factor, element, number = question.split(".")
        return [int(factor), element, int(number)]

    ids = [question.id for question in knowledge.bank.questions]
    assert ids == sorted(set(ids), key=place)


def test_the_scale_has_five_named_levels(knowledge: Knowledge) -> None:
    assert [level.level for level in knowledge.bank.scale] == [0, 1, 2, 3, 4]


def test_questions_are_found_by_id_element_and_factor(knowledge: Knowledge) -> None:
    bank = knowledge.bank
    for question in bank.questions:
        assert bank.by_id[question.id] is question
        assert question in bank.of_element(question.element)
        assert question in bank.of_factor(question.factor)
        assert question.id.startswith(f"{question.element}.")
        assert question.element.startswith(f"{question.factor}.")


def reworded(question: Question, **fields: object) -> Question:
    values = {name: getattr(question, name) for name in Question.model_fields}
    return Question.model_construct(**(values | fields))


def respelt(text: Text, language: str) -> Text:
    return Text(**(text.model_dump() | {language: f"{text.of(language)}!"}))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_hash_changes_with_the_question_and_with_each_criterion(knowledge: Knowledge, language: str) -> None:
    question = knowledge.bank.questions[0]
    hashes = {question.wording, reworded(question, text=respelt(question.text, language)).wording}
    for number, level in enumerate(question.levels):
        levels = (*question.levels[:number], respelt(level, language), *question.levels[number + 1 :])
        hashes.add(reworded(question, levels=levels).wording)
    assert len(hashes) == 7


def test_the_hash_changes_when_criteria_change_places_or_a_translation_goes(knowledge: Knowledge) -> None:
    question = knowledge.bank.questions[0]
    assert reworded(question, levels=question.levels[::-1]).wording != question.wording
    assert reworded(question, text=Text(en=question.text.en)).wording != question.wording


def test_the_hash_stays_when_what_stands_beside_the_wording_changes(knowledge: Knowledge) -> None:
    question = knowledge.bank.questions[0]
    other = knowledge.bank.questions[-1]
    beside = set(Question.model_fields) - {"text", "levels"}
    changed = reworded(question, **{name: getattr(other, name) for name in beside})
    assert changed.why != question.why
    assert changed.wording == question.wording


TEXTS = st.builds(Text, en=st.text(min_size=1).filter(str.strip), fr=st.none() | st.text(min_size=1).filter(str.strip))
WORDINGS = st.tuples(TEXTS, st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS))


@settings(max_examples=100, deadline=None)
@given(WORDINGS, WORDINGS)
def test_wordings_are_the_same_if_and_only_if_their_hashes_are(knowledge: Knowledge, one: tuple, other: tuple) -> None:
    first = knowledge.bank.questions[0]
    hashes = [reworded(first, text=text, levels=levels).wording for text, levels in (one, other, one)]
    assert hashes[0] == hashes[2]
    assert (hashes[0] == hashes[1]) == (one == other)


def test_wordings_of_the_bank_have_each_a_hash_of_their_own(knowledge: Knowledge) -> None:
    hashes = {question.wording for question in knowledge.bank.questions}
    assert len(hashes) == len(knowledge.bank.questions)
    assert all(len(value) == 12 and int(value, 16) >= 0 for value in hashes)
