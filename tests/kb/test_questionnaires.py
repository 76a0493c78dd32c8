"""The question bank and the gender lens: whole in both languages, every criterion its own, a hash for each wording."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.base.folding import words
from kb.base.vocabulary import FACTORS, Model, QuestionSide, Text, Words
from kb.library.knowledge import Knowledge, read
from kb.library.questionnaires import LensQuestion, Question

BANK, LENS = "questionnaires/self-assessment", "questionnaires/gender.yml"


@pytest.fixture(scope="module")
def every(knowledge: Knowledge) -> list[Question | LensQuestion]:
    return [*knowledge.bank.questions, *knowledge.gender.questions]


def texts(value: object, path: str = "") -> Iterator[tuple[str, Text | Words]]:
    """Every text and list of words in a model, with its place."""
    if isinstance(value, Text | Words):
        yield path, value
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), f"{path}.{name}".strip("."))
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from texts(part, f"{path}.{part.id if isinstance(part, Question | LensQuestion) else number}")


def test_every_field_stands_in_both_languages(knowledge: Knowledge) -> None:
    for whole in (knowledge.bank, knowledge.gender):
        found = list(texts(whole))
        assert [path for path, value in found if not value.fr or not value.en] == []
        for question in whole.questions:
            own = {path.removeprefix(f"questions.{question.id}.") for path, _ in found if f".{question.id}." in path}
            assert own >= {"text", "why", "evidence", "goal", "who", *(f"levels.{number}" for number in range(5))}


def test_every_question_of_the_bank_names_a_risk(knowledge: Knowledge) -> None:
    assert [question.id for question in knowledge.bank.questions if not 1 <= len(set(question.risks)) <= 3] == []


def test_examples_of_evidence_are_as_many_in_both_languages(every: list[Question | LensQuestion]) -> None:
    assert [q.id for q in every if not 2 <= len(q.evidence.en) == len(q.evidence.fr)] == []


def test_no_criterion_is_used_twice(every: list[Question | LensQuestion]) -> None:
    for language in ("en", "fr"):
        criteria = Counter(" ".join(words(level.of(language))) for question in every for level in question.levels)
        assert [text for text, count in criteria.items() if count > 1] == []


def test_the_bank_is_full(knowledge: Knowledge) -> None:
    assert len(knowledge.bank.questions) >= 110


def test_every_element_is_asked_from_both_sides_or_says_why_not(knowledge: Knowledge) -> None:
    for element in knowledge.declaration.elements:
        questions = knowledge.bank.of_element(element)
        both = len(questions) >= 2 and {question.side for question in questions} == set(QuestionSide)
        assert both or any(question.one_side for question in questions), element


def test_the_quick_scan_is_twenty_questions_two_of_each_factor(knowledge: Knowledge) -> None:
    quick = knowledge.bank.quick
    assert len(quick) == 20
    assert Counter(question.factor for question in quick) == dict.fromkeys(FACTORS, 2)
    assert quick == [question for question in knowledge.bank.questions if question.quick]
    sides = [{question.side for question in quick if question.factor == number} for number in FACTORS]
    assert sides.count(set(QuestionSide)) > len(FACTORS) / 2


def test_no_element_is_asked_twice_in_the_quick_scan(knowledge: Knowledge) -> None:
    assert len({question.element for question in knowledge.bank.quick}) == 20


def test_where_practices_serve_an_element_its_questions_mostly_name_some(knowledge: Knowledge) -> None:
    served = [q for q in knowledge.bank.questions if knowledge.practices_of(element=q.element)]
    assert sum(bool(question.practices) for question in served) > 0.75 * len(served)


def test_records_reported_since_2020_are_mostly_named_under_questions(
    knowledge: Knowledge, every: list[Question | LensQuestion]
) -> None:
    named = {key for question in every for key in question.practices}
    newer = {practice.id for practice in knowledge.practices if practice.reported >= "2020"}
    assert newer
    assert len(newer & named) > 0.75 * len(newer)


def test_the_practices_of_a_question_come_in_its_order(
    knowledge: Knowledge, every: list[Question | LensQuestion]
) -> None:
    for question in every:
        assert tuple(practice.id for practice in knowledge.practices_for(question)) == question.practices


def test_practices_named_under_a_question_mostly_serve_its_factor(
    knowledge: Knowledge,
) -> None:
    """Most answers come from the question's own factor; more from elsewhere would be guesses."""
    named = [(question.factor, practice) for question in knowledge.bank.questions for practice in question.practices]
    near = [key for factor, key in named if factor in knowledge.practice_by_id[key].factors]
    assert len(near) > 0.75 * len(named)


def test_the_lens_looks_at_every_factor_and_only_at_its_own_elements(knowledge: Knowledge) -> None:
    lens = knowledge.gender
    assert 20 <= len(lens.questions) <= 24
    for number in FACTORS:
        questions = lens.of_factor(number)
        assert [question.id for question in questions] == [f"g{number}.{n + 1}" for n in range(len(questions))]
        assert len(questions) >= 2
    for question in lens.questions:
        assert lens.by_id[question.id] is question
        for element in question.elements:
            assert question in lens.of_element(element)
            assert element.startswith(f"{question.factor}.")
    assert [question.factor for question in lens.questions] == sorted(question.factor for question in lens.questions)


def test_no_lens_question_looks_at_one_sex_alone(knowledge: Knowledge) -> None:
    for question in knowledge.gender.questions:
        for language, women, men in (("en", "women", "men"), ("fr", "femmes", "hommes")):
            found = [value.of(language) for _, value in texts(question)]
            own = words(" ".join(text if isinstance(text, str) else " ".join(text) for text in found))
            assert {women, men} <= set(own), (question.id, language)


def test_nothing_in_the_lens_calls_one_sex_more_honest(knowledge: Knowledge) -> None:
    claim = re.compile(
        r"\b(?:women|men|femmes|hommes)\b[^.]{0,20}\b(?:are|sont)\b[^.]{0,10}\b(?:less|more|moins|plus)\b"
    )
    for path, value in texts(knowledge.gender):
        found = [value.en, value.fr or ""] if isinstance(value, Text) else [*value.en, *value.fr]
        assert path == "note" or not any(claim.search(text) for text in found), path
    assert claim.search(knowledge.gender.note.en)
    assert "nothing here assumes" in knowledge.gender.note.en


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "message"),
    [
        (
            f"{BANK}/07-code-of-conduct.yml",
            "[nz-gift-register,",
            "[nz-gifts,",
            "7.b.2.practices",
            "“nz-gifts” is unknown",
        ),
        (
            f"{BANK}/07-code-of-conduct.yml",
            "[nz-gift-register,",
            "[mk-gift-offer-guidance,",
            "7.b.2.practices",
            "twice",
        ),
        (f"{BANK}/07-code-of-conduct.yml", "[nz-gift-register,", "[a, b, c, d, e,", "questions.4.practices", "most 4"),
        (
            f"{BANK}/07-code-of-conduct.yml",
            "[nz-gift-register,",
            "[Gift register,",
            "questions.4.practices.0",
            "right form",
        ),
        (LENS, "[is-equality-action-plan]", "[is-no-plan]", "g1.1.practices", "“is-no-plan” is unknown"),
        (
            LENS,
            "elements: [1.a, 1.b]",
            "elements: [1.a, 2.b]",
            "g1.1.elements",
            "“2.b” is not an element of key factor 1",
        ),
        (LENS, "elements: [1.a, 1.b]", "elements: [1.a, 1.z]", "g1.1.elements", "“1.z” is not an element"),
        (LENS, "elements: [1.a, 1.b]", "elements: []", "questions.0.elements", "at least 1"),
        (LENS, "id: g1.2", "id: g1.1", "g1.1", "stands twice"),
        (LENS, "id: g1.2", "id: g11.2", "questions.1.id", "right form"),
        (LENS, 'version: "2.0"', 'version: "one"', "version", "right form"),
        (
            LENS,
            "Drafts are written without asking whom they affect.",
            "Customs has no code of its own and refers to no other.",
            "g2.1.levels.0",
            "has the same words as 7.a.1.levels.0",
        ),
        (
            LENS,
            "Drafts are written without asking whom they affect.",
            "Electronic services are open only to firms or to brokers.",
            "g4.1.levels.0",
            "has the same words as g2.1.levels.0",
        ),
    ],
)
def test_a_fault_of_a_question_is_told_once_with_its_field(
    content: Path, plant: Callable[[str, str, str], None], file: str, old: str, new: str, field: str, message: str
) -> None:
    plant(file, old, new)
    knowledge, faults = read(content)
    assert knowledge is None
    assert [(fault.field, message in str(fault.message)) for fault in faults] == [(field, True)], faults
    assert faults[0].remedy


def test_without_the_lens_there_is_no_knowledge(content: Path) -> None:
    (content / LENS).unlink()
    knowledge, faults = read(content)
    assert knowledge is None
    assert [fault.file for fault in faults] == [LENS]


def test_a_practice_that_cannot_be_read_is_not_blamed_on_the_questions_that_name_it(
    content: Path, plant: Callable[[str, str, str], None]
) -> None:
    plant("practices/nz-gift-register.md", "type: policy", "type: polity")
    assert {fault.file for fault in read(content)[1]} == {"practices/nz-gift-register.md"}


def test_questions_stand_in_the_order_of_the_declaration(knowledge: Knowledge) -> None:
    def place(question: str) -> list[object]:
        factor, element, number = question.split(".")
        return [int(factor), element, int(number)]

    ids = [question.id for question in knowledge.bank.questions]
    assert ids == sorted(set(ids), key=place)


def test_the_scale_has_five_levels_named_for_rules_and_for_practice(knowledge: Knowledge) -> None:
    scale = knowledge.bank.scale
    for levels in (scale.de_jure, scale.de_facto):
        assert [level.level for level in levels] == [0, 1, 2, 3, 4]
    for language in ("en", "fr"):
        assert len({level.name.of(language) for level in (*scale.de_jure, *scale.de_facto)}) == 10
    for question in knowledge.bank.questions:
        assert scale.of(question) is (scale.de_jure if question.side is QuestionSide.DE_JURE else scale.de_facto)
    assert {scale.of(question) for question in knowledge.gender.questions} == {scale.de_facto}
    assert scale.rule is not None
    assert "every sentence of it is true" in scale.rule.en


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("  de_jure:\n    - level: 0\n", "  de_jure:\n    - level: 5\n", "scale.de_jure.0.level", "4"),
        ("  de_facto:\n", "  de_fact:\n", "scale.de_facto", "missing"),
    ],
)
def test_a_fault_of_the_scale_is_told_with_its_side(
    content: Path, plant: Callable[[str, str, str], None], old: str, new: str, field: str, message: str
) -> None:
    plant(f"{BANK}/bank.yml", old, new)
    knowledge, faults = read(content)
    assert knowledge is None
    assert (field, True) in [(fault.field, message in str(fault.message)) for fault in faults], faults


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


def test_wordings_have_each_a_hash_of_their_own(every: list[Question | LensQuestion]) -> None:
    hashes = {question.wording for question in every}
    assert len(hashes) == len(every)
    assert all(len(value) == 12 and int(value, 16) >= 0 for value in hashes)


@pytest.mark.parametrize(
    ("file", "question"), [(f"{BANK}/03-transparency.yml", "3.a.1"), ("questionnaires/gender.yml", "g1.1")]
)
def test_a_question_without_a_goal_is_a_fault(content: Path, file: str, question: str) -> None:
    path = content / file
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"    goal:\n.*\n.*\n", "", text, count=1), encoding="utf-8")
    knowledge, faults = read(content)
    assert knowledge is None
    assert [(fault.field, str(fault.message)) for fault in faults] == [(f"{question}.goal", "is missing")]


def test_a_removed_question_that_is_asked_again_is_a_fault(
    content: Path, plant: Callable[[str, str, str], None]
) -> None:
    plant(f"{BANK}/07-code-of-conduct.yml", "  - id: 7.b.5\n", "  - id: 7.b.4\n")
    faults = read(content)[1]
    assert [(fault.field, str(fault.message)) for fault in faults] == [("7.b.4", "was removed in 2.0, but is asked")]
