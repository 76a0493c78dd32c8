"""What version 2.0 of the questions promises: levels that can be shown, a goal for each, ids that last."""

import re
from pathlib import Path

import pytest

from kb.base.folding import words
from kb.base.vocabulary import element_of
from kb.library import questionnaires
from kb.library.knowledge import Knowledge
from kb.library.questionnaires import Bank, Lens, LensQuestion, Question

LANGUAGES = ("en", "fr")
BANK = "questionnaires/self-assessment"
# Words that two assessors may read in two ways. A figure, a period or a sign that can be seen stands in their place.
VAGUE = {
    "en": """
        most mostly many much some sometimes several few little regular regularly irregular irregularly adequate
        adequately sufficient sufficiently appropriate appropriately often usually generally occasional occasionally
        rare rarely seldom frequent frequently various largely widely mainly partly properly promptly timely
        significant significantly substantial reasonable reasonably enough soon quickly slow slowly hardly almost nearly
        main major important relevant serious recent recently easily large huge solid
    """,
    "fr": """
        plupart certains certaines quelques plusieurs nombreux nombreuses beaucoup peu guère presque souvent parfois
        rare rares rarement régulier régulière réguliers régulières régulièrement irrégulière irrégulières
        suffisant suffisante suffisants suffisantes suffisamment adéquat adéquate adéquats adéquates approprié
        appropriée appropriés appropriées généralement habituellement surtout principal principale principaux
        principales important importante importants importantes fréquent fréquente fréquents fréquentes pertinent
        pertinente pertinents pertinentes grave graves majeur majeure majeurs majeures récent récente récents récentes
        récemment divers diverses grand grande grands grandes essentiel essentielle essentiels essentielles
        largement facilement difficilement rapidement lentement solide solides
    """,
}
# Said of a number that is not known, or of a bound: no vagueness of the criterion.
EXACT = r"\b(?:how many|how much|at most|highest|combien|au plus)\b"
DEFECT = {
    "en": r"\b(?:missing|lacks?|lacking|fails?|failed|absent|incomplete|unknown|never|nobody)\b",
    "fr": r"\b(?:manque|manquent|défaut|absent|absente|incomplet|incomplète|inconnu|inconnue|jamais|personne ne)\b",
}
SHARED = 11  # words in a row that a goal may not share with a criterion


@pytest.fixture(scope="module")
def every(knowledge: Knowledge) -> list[Question | LensQuestion]:
    return [*knowledge.bank.questions, *knowledge.gender.questions]


@pytest.fixture(scope="module")
def earlier(shipped: Path) -> dict[str, tuple[Bank, Lens]]:
    """The questions of each earlier version, which lie outside the folder of those in force."""
    found = {}
    for folder in (shipped / "earlier").iterdir():
        faults: list = []
        bank, lens = questionnaires.read(folder, faults), questionnaires.read_lens(folder, faults)
        assert (faults, bank is None, lens is None) == ([], False, False)
        found[folder.name] = (bank, lens)
    return found


def vague(text: str, language: str) -> set[str]:
    known = set(VAGUE[language].split())
    plain = re.sub(EXACT, " ", text.lower())
    return {word for word in re.findall(r"[^\W\d_]+", plain) if word in known}


def runs(text: str, length: int) -> set[str]:
    own = words(text)
    return {" ".join(own[at : at + length]) for at in range(len(own) - length + 1)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_level_rests_on_a_vague_word(every: list[Question | LensQuestion], language: str) -> None:
    found = {
        f"{question.id}.levels.{number}": unclear
        for question in every
        for number, level in enumerate(question.levels)
        if (unclear := vague(level.of(language), language))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("language", "text", "unclear"),
    [
        ("en", "Most offices are visited often.", {"most", "often"}),
        ("en", "At most half is paid in cash, and nobody knows how many pay.", set()),
        ("fr", "La plupart des bureaux sont souvent visités.", {"plupart", "souvent"}),
        ("fr", "La moitié au plus est payée en espèces, nul ne sait par combien d’usagers.", set()),
    ],
)
def test_vague_words_are_seen(language: str, text: str, unclear: set[str]) -> None:
    assert vague(text, language) == unclear


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_levels_of_version_1_rested_on_such_words(earlier: dict[str, tuple[Bank, Lens]], language: str) -> None:
    levels = [level.of(language) for question in earlier["1.0"][0].questions for level in question.levels]
    assert sum(bool(vague(text, language)) for text in levels) > 100


def test_the_scale_of_version_1_names_the_levels_of_both_sides_and_has_no_rule(
    earlier: dict[str, tuple[Bank, Lens]],
) -> None:
    scale = earlier["1.0"][0].scale
    assert scale.de_jure == scale.de_facto
    assert (scale.de_facto[3].name.en, scale.rule) == ("Applied throughout and monitored", None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_goal_is_one_sentence(every: list[Question | LensQuestion], language: str) -> None:
    goals = {question.id: question.goal.of(language) for question in every if question.goal}
    assert set(goals) == {question.id for question in every}
    assert {key: goal for key, goal in goals.items() if not re.fullmatch(r"[^.!?]+\.", goal)} == {}
    assert len(set(goals.values())) == len(goals)


@pytest.mark.parametrize("language", LANGUAGES)
def test_goals_state_what_is_true_and_name_no_defect(every: list[Question | LensQuestion], language: str) -> None:
    goals = {question.id: question.goal.of(language) for question in every if question.goal}
    assert {key: goal for key, goal in goals.items() if re.search(DEFECT[language], goal, re.IGNORECASE)} == {}
    assert {key: found for key, goal in goals.items() if (found := vague(goal, language))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_goal_is_a_criterion_over_again(every: list[Question | LensQuestion], language: str) -> None:
    criteria = set().union(*(runs(level.of(language), SHARED) for question in every for level in question.levels))
    shared = {q.id: found for q in every if q.goal and (found := runs(q.goal.of(language), SHARED) & criteria)}
    assert shared == {}


def test_no_id_is_given_again(knowledge: Knowledge, earlier: dict[str, tuple[Bank, Lens]]) -> None:
    """Earlier questions go on under their id or are named as removed; new ones take numbers above all earlier ones."""
    asked = set(knowledge.bank.by_id)
    removed = {question for note in knowledge.notes for question in note.removed}
    assert not asked & removed
    before = {question for bank, _ in earlier.values() for question in bank.by_id}
    assert before <= asked | removed
    last: dict[str, int] = {}
    for question in before:
        last[element_of(question)] = max(last.get(element_of(question), 0), int(question.rsplit(".", 1)[1]))
    assert [q for q in asked - before if int(q.rsplit(".", 1)[1]) <= last.get(element_of(q), 0)] == []


def test_every_element_with_questions_keeps_some(knowledge: Knowledge, earlier: dict[str, tuple[Bank, Lens]]) -> None:
    elements = {question.element for question in knowledge.bank.questions}
    assert {question.element for bank, _ in earlier.values() for question in bank.questions} <= elements
    assert elements == set(knowledge.declaration.elements)


def test_each_earlier_version_has_its_number_its_note_and_no_goals(
    knowledge: Knowledge, earlier: dict[str, tuple[Bank, Lens]]
) -> None:
    assert set(earlier) == {note.version for note in knowledge.notes} - {knowledge.bank.version}
    for version, (bank, lens) in earlier.items():
        assert (bank.version, lens.version) == (version, version)
    assert not any(question.goal for bank_or_lens in earlier["1.0"] for question in bank_or_lens.questions)


def test_what_the_review_missed_is_asked(knowledge: Knowledge) -> None:
    """One question each, found by a word of its English text."""
    for subject in (
        "supreme audit institution",
        "prosecuted",
        "political",
        "purchases",
        "seized",
        "travellers",
        "e-commerce",
        "organized crime",
        "algorithm",
        "ombudsman",
        "free zones",
        "cameras",
        "journalists",
    ):
        assert [q.id for q in knowledge.bank.questions if subject in q.text.en], subject
