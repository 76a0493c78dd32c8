"""Answers, of the whole team or of one person in private, one by one or from a response file."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from assessment.agreement import same_score
from assessment.answers import Answer, Responses
from assessment.events import Answered, Event
from assessment.journal import Assessment
from assessment.people import Person
from assessment.rounds.people import present
from assessment.rounds.register import last_day
from kb.base.interface import Refusal, Word
from kb.library.content import expect
from kb.library.questionnaires import Bank, LensQuestion, Question

_OF_A_GROUP: Final = ("role", "side", "unit", "grade", "function", "region")
Questions = Sequence[Question | LensQuestion]
_REGISTERED: Final = ("side", "unit", "grade", "function", "region")


def among(assessment: Assessment, factor: int | None, *, gender: bool) -> list[Question | LensQuestion]:
    """The questions of a key factor, of the *gender* lens alone, or all. Raises Refusal for a file without that lens."""
    if gender and assessment.lens is None:
        raise Refusal("round.no_lens")
    asked = assessment.lens.questions if gender and assessment.lens else assessment.asked
    return [question for question in asked if factor in (None, question.factor)]


def of_person(assessment: Assessment, questions: Questions, person: str) -> tuple[Questions, dict[str, Answer]]:
    """Those of the questions that a person is to score, and the person's scores until now. Raises Refusal for nobody here."""
    here = present(assessment, person)
    given = {key: answers[person] for key, answers in assessment.given.items() if person in answers}
    return [question for question in questions if here in assessment.expected(question)], given


def of_team(assessment: Assessment, questions: Questions) -> Questions:
    """Those of the questions that the whole team may answer. Raises Refusal where all of them have private scores."""
    left = [question for question in questions if not has_private(assessment, question.id)]
    if not left:
        only_agree(assessment, [question.id for question in questions])
    return left


def answer(
    assessment: Assessment, question: str, given: Answer, by: str | None, before: Answer | None = None
) -> list[Event]:
    """The entry for one answer, the team's or a person's private one. Raises Refusal where none is taken any more.

    *before*: what the person has given in this very sitting. Whoever gave the last score of a vote, which has ended with it, may
    still add a note or evidence to that score; nobody else is told whether a score is the one that was given.
    """
    if by is None:
        only_agree(assessment, (question,))
        if question in assessment.agreements:
            raise Refusal("answer.agreed_by_now", question=question)
    elif question in assessment.shut and not (before is not None and same_score(before, given)):
        raise Refusal("answer.vote_over", question=question)
    return [answered(question, given, assessment, by=by)]


def answered(
    question: str,
    given: Answer,
    asking: Bank | Assessment,
    respondent: dict[str, Any] | None = None,
    by: str | None = None,
) -> Answered:
    """The entry for one answer, with the wording that was answered: the team's, or *by* a person and then private."""
    salt = secrets.token_hex(16) if by else None  # so that nobody finds a score by trying which gives the hash
    who = {"by": by, "salt": salt} if by else {"respondent": respondent or None}
    return Answered(question=question, wording=asking.by_id[question].wording, answer=given, **who)


def doubts(assessment: Assessment, responses: Responses, by: str) -> Refusal | None:
    """What speaks against taking a response file as that of the person *by*: unknown, or registered otherwise; None if nothing."""
    stated, known = _person(by, responses.respondent), assessment.people.get(by)
    if known is None:
        return Refusal("answer.unknown_person", person=by)
    fields = [name for name in _REGISTERED if name in responses.respondent and _differ(known, stated, name)]
    if not fields:
        return None
    other = tuple(
        Word("refused.registered", name=name, stated=getattr(stated, name), known=getattr(known, name) or "–")
        for name in fields
    )
    return Refusal("answer.other_person", person=by, fields=other)


def _differ(one: Person, other: Person, name: str) -> bool:
    pair = (str(getattr(each, name) or "").casefold() for each in (one, other))
    return next(pair) != next(pair)


def _person(by: str, respondent: Mapping[str, Any]) -> Person:
    return expect(Person, {name: value for name, value in respondent.items() if name in _REGISTERED} | {"id": by}, "")


def collect_private(
    assessment: Assessment, responses: Responses, by: str, accepted: Refusal | None = None
) -> list[Event]:
    """The entries for a person's private scores. Every answer is entered, so that nobody can tell whether one was there before.

    Raises Refusal where a vote takes no more scores, whatever the file says, and for a doubt that is not the one *accepted*.
    """
    if (doubt := doubts(assessment, responses, by)) is not None and str(doubt) != str(accepted):
        raise Refusal("answer.changed_since", doubt=doubt)
    if shut := [key for key in responses.answers if key in assessment.shut]:
        raise Refusal("answer.shut", questions=some(shut))
    _expect_past(responses.answers)
    person = present(assessment, by) if by in assessment.people else None
    new: list[Event] = [] if person else [_person(by, responses.respondent)]
    return new + [answered(key, given, assessment, by=by) for key, given in responses.answers.items()]


def collect_for_team(assessment: Assessment, responses: Responses) -> list[Answered]:
    """The entries for those answers of the whole team that are not there yet.

    Raises Refusal where private scores or an agreement stand.
    """
    only_agree(assessment, responses.answers)
    _expect_past(responses.answers)
    changed = {key: given for key, given in responses.answers.items() if assessment.answers.get(key) != given}
    if agreed := [key for key in changed if key in assessment.agreements]:
        raise Refusal("answer.agreed", questions=some(agreed))
    respondent = kept_of(responses.respondent, names=assessment.names)
    return [answered(key, given, assessment, respondent) for key, given in changed.items()]


def _expect_past(answers: Mapping[str, Answer]) -> None:
    """Refuse evidence of a day that is still to come everywhere on Earth. Raises Refusal naming the first question."""
    today = last_day()
    for question, given in answers.items():
        for piece in given.evidence:
            if piece.date is not None and piece.date > today[: len(piece.date)]:
                raise Refusal("answer.evidence_tomorrow", question=question, text=piece.text[:60], date=piece.date)


def only_agree(assessment: Assessment, questions: Iterable[str]) -> None:
    """Refuse an answer of the whole team to questions that have private scores. Raises Refusal."""
    if private := [key for key in questions if has_private(assessment, key)]:
        raise Refusal("answer.only_agree", questions=some(private))


def some(questions: Sequence[str], most: int = 8) -> Word | tuple[str, ...]:
    """The first of some questions, and how many more there are."""
    first, more = tuple(questions[:most]), len(questions) - most
    return Word("refused.and_more", first=", ".join(first), n=more) if more > 0 else first


def has_private(assessment: Assessment, question: str) -> bool:
    """Whether private scores of a question were given, in its present vote or an earlier one."""
    return question in assessment.given or question in assessment.votes


def kept_of(respondent: Mapping[str, Any], *, names: bool) -> dict[str, Any]:
    """What is kept of who answered for the team: all of it where names are on, else what tells of a group."""
    return {name: value for name, value in respondent.items() if names or name in _OF_A_GROUP}
