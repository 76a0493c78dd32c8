"""Asking: what a typed line means, and the walk through the questions."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assessment.answers import Answer
from assessment.asking import Reply, Walk, told, understand
from kb.base.interface import phrases
from kb.library.knowledge import load

law = settings(max_examples=100, deadline=None, derandomize=True)
ACTS = ["not_applicable", "dont_know", "skip", "back", "help", "quit", "unanswered"]
YES = Answer(level=2)
QUESTIONS = load().bank.questions


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("typed", "reply"),
    [
        *((str(level), Reply("level", level=level)) for level in range(5)),
        *((f" {level}\t", Reply("level", level=level)) for level in range(5)),
        ("", Reply("skip")),
        ("  ", Reply("skip")),
        *((key, Reply(act)) for key, act in zip("ndsbhqu", ACTS, strict=True)),
        *((key.upper(), Reply(act)) for key, act in zip("ndsbhqu", ACTS, strict=True)),
        ("?", Reply("help")),
        *((f"f{number}", Reply("factor", factor=number)) for number in range(1, 11)),
        ("F 8", Reply("factor", factor=8)),
        ("[19~", Reply("factor", factor=8)),  # what a terminal sends for the key F8, without its escape character
        ("[15~", Reply("factor", factor=5)),
        ("[21~", Reply("factor", factor=10)),
        ("[24~", Reply("no_factor")),
        *((line, Reply("question", question=line)) for line in ("8.d.1", "10.e.m12", "g8.1")),
        ("8.D.1", Reply("question", question="8.d.1")),
        *((word, Reply(word)) for word in ("skip", "back", "help", "quit")),
        ("exit", Reply("quit")),
        ("f0", Reply("no_factor")),
        ("f11", Reply("no_factor")),
        *((line, Reply("unknown")) for line in ("5", "-1", "2.5", "33", "f", "f-1", "fx", "yes", "n/a", "³", "é")),
    ],
)
def test_a_typed_line_means_the_same_in_every_language(typed, reply, language):
    assert understand(typed, phrases(language)) == reply


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("act", ACTS)
def test_a_language_has_its_own_keys_and_tells_them(act, language):
    say = phrases(language)
    key = say(f"answer.key.{act}")
    assert understand(key, say) == Reply(act)
    assert f"{key} " in say("answer.keys")


@law
@given(st.text())
@example("f٣")
def test_any_line_has_a_meaning_and_a_factor_is_one_of_ten(typed):
    reply = understand(typed, phrases("fr"))
    assert reply.act in {"level", "factor", "no_factor", "question", "unknown", *ACTS}
    assert (reply.act == "level") == (reply.level in range(5))
    assert (reply.act == "factor") == (reply.factor in range(1, 11))


def test_a_line_of_five_thousand_digits_is_told_to_be_none():
    assert understand("f" + "9" * 5000, phrases("en")).act in ("no_factor", "unknown")


def test_forward_goes_to_the_next_unanswered_question_and_stops_after_the_last():
    walk = Walk(QUESTIONS)
    answers = {question.id: YES for question in QUESTIONS if question.id not in ("1.a.2", "3.a.1")}
    assert walk.forward(answers)
    assert walk.question.id == "1.a.2"
    assert walk.forward(answers)
    assert walk.question.id == "3.a.1"
    assert not walk.forward(answers)
    assert walk.question.id == "3.a.1"


def test_back_goes_to_the_question_before_answered_or_not_and_stops_at_the_first():
    walk = Walk(QUESTIONS, position=2)
    assert walk.back()
    assert walk.back()
    assert walk.question == QUESTIONS[0]
    assert not walk.back()
    assert walk.question == QUESTIONS[0]


def test_a_jump_goes_to_the_first_unanswered_question_of_a_factor_or_to_its_first():
    walk = Walk(QUESTIONS)
    own = [question for question in QUESTIONS if question.factor == 8]
    assert walk.to_factor(8, {})
    assert walk.question == own[0]
    assert walk.to_factor(8, {own[0].id: YES, own[1].id: YES})
    assert walk.question == own[2]
    assert walk.to_factor(8, {question.id: YES for question in own})
    assert walk.question == own[0]


def test_the_words_for_going_on_are_understood_in_french_too():
    words = {"passer": "skip", "Retour": "back", "aide": "help", "quitter": "quit"}
    assert {word: understand(word, phrases("fr")).act for word in words} == words


@pytest.mark.parametrize(
    ("answered", "at", "goes"),
    [("", 0, 1), ("1", 0, 2), ("12", 0, None), ("2", 1, 0), ("012", 1, None), ("02", 1, None)],
)
def test_the_next_unanswered_question_is_looked_for_after_this_one_and_then_from_the_first(answered, at, goes):
    walk = Walk(QUESTIONS[:3], at)
    assert walk.to_unanswered({QUESTIONS[int(n)].id for n in answered}) == (goes is not None)
    assert walk.position == (at if goes is None else goes)


def test_a_question_is_gone_to_by_its_id_and_only_if_it_is_asked_here():
    walk = Walk(QUESTIONS[:3], 0)
    assert walk.go(understand(QUESTIONS[2].id.upper(), phrases("en")), ())
    assert walk.position == 2
    assert not walk.go(Reply("question", question=QUESTIONS[3].id), ())
    assert walk.position == 2


def test_a_jump_to_a_factor_that_is_not_asked_here_stays():
    walk = Walk([question for question in QUESTIONS if question.factor == 3], position=1)
    assert not walk.to_factor(8, {})
    assert walk.position == 1


lines = st.one_of(st.sampled_from([*"01234ndsbhq?", "", *(f"f{n}" for n in range(12))]), st.text(max_size=3))


@law
@given(st.sampled_from([QUESTIONS, QUESTIONS[:1], QUESTIONS[20:40]]), st.sets(st.integers(0, 127)), st.lists(lines))
def test_whatever_is_typed_one_stays_among_the_questions(questions, answered, typed):
    walk = Walk(questions)
    answers = {QUESTIONS[position].id: YES for position in answered if position < len(QUESTIONS)}
    if not walk.forward(answers):
        assert all(question.id in answers for question in questions)
        return
    for line in typed:
        reply = understand(line, phrases("en"))
        if reply.act in ("level", "dont_know"):
            answers[walk.question.id] = YES
        if reply.act in ("level", "dont_know", "skip"):
            walk.forward(answers)
        elif reply.act == "back":
            walk.back()
        elif reply.act == "factor":
            assert walk.to_factor(reply.factor, answers) == any(q.factor == reply.factor for q in questions)
        assert 0 <= walk.position < len(questions)
        assert walk.question is questions[walk.position]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_answer_is_told_in_a_few_words(language, bank):
    say = phrases(language)
    for scale in (bank.scale.de_jure, bank.scale.de_facto):
        assert told(Answer(level=3), say, scale) == f"{say('state.level', level=3)} ({scale[3].name.of(language)})"
    assert told(Answer(not_applicable="No rail"), say).startswith(say("state.not_applicable"))
    assert told(Answer(not_applicable="No rail"), say).endswith("No rail")
    assert told(Answer(dont_know=True), say) == say("state.dont_know")
