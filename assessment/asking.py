"""The walk through the questions: what to ask next, and what a typed line means. No input or output here."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from assessment.agreement import Standing
from assessment.answers import Answer
from kb.base.interface import Phrases
from kb.library.questionnaires import LensQuestion, Level, Question


@dataclass(frozen=True)
class Reply:
    """What a typed line asks for: a *level*, or an *act*.

    Acts: not_applicable, dont_know, skip, back, unanswered, factor, question (named by its id), help, quit, unknown.
    """

    act: str
    level: int | None = None
    factor: int | None = None
    question: str | None = None


_WORDS: Final = ("skip", "back", "help", "quit")  # of acts that may be typed as one letter or as a word
_ENGLISH: Final = {
    **{form: act for act in _WORDS for form in (act[0], act)},
    **{"n": "not_applicable", "d": "dont_know", "u": "unanswered", "?": "help", "exit": "quit"},
}


def understand(typed: str, say: Phrases) -> Reply:
    """The meaning of one typed line; the keys of English work in every language."""
    line = typed.strip().casefold()
    if line in {"0", "1", "2", "3", "4"}:
        return Reply("level", level=int(line))
    if not line:
        return Reply("skip")
    if match := re.fullmatch(r"f\s*([0-9]{1,9})|\[([0-9]{2})~", line):  # typed, or what a terminal sends for the key F8
        number = int(match[1] or match[2]) - (10 + (match[2] > "16") if match[2] else 0)
        return Reply("factor", factor=number) if 1 <= number <= 10 else Reply("no_factor")
    if re.fullmatch(r"[0-9]{1,2}\.[a-z]\.m?[0-9]{1,2}|g[0-9]{1,2}\.[0-9]{1,2}", line):
        return Reply("question", question=line)
    act = _own(say).get(line) or _ENGLISH.get(line)
    return Reply(act) if act else Reply("unknown")


def _own(say: Phrases) -> dict[str, str]:
    """The acts by the letters and words of a language."""
    words = {say(f"answer.{form}.{act}"): act for act in _WORDS for form in ("key", "word")}
    return words | {say(f"answer.key.{act}"): act for act in ("not_applicable", "dont_know", "unanswered")}


def stays(reply: Reply, typed: str, say: Phrases) -> str:
    """Why a reply that leads nowhere leaves one at the same question."""
    if reply.act in ("factor", "no_factor"):
        return say("answer.no_factor", typed=reply.factor or typed.strip("fF "))
    why = {"back": "answer.first", "unanswered": "answer.none_unanswered", "question": "answer.not_asked"}
    return say(why.get(reply.act, "answer.not_understood"), typed=typed)


@dataclass
class Walk:
    """Where one is among the questions."""

    questions: Sequence[Question | LensQuestion]
    position: int = -1

    @property
    def question(self) -> Question | LensQuestion:
        """The question to ask now."""
        return self.questions[self.position]

    def begin(self, answers: Container[str]) -> bool:
        """Go to the first unanswered question, or to the first of all where every one is answered and may be changed."""
        if not self.forward(answers):
            self.position = 0
        return bool(self.questions)

    def forward(self, answers: Container[str]) -> bool:
        """Go to the next unanswered question after this one; False if there is none."""
        for position in range(self.position + 1, len(self.questions)):
            if self.questions[position].id not in answers:
                self.position = position
                return True
        return False

    def back(self) -> bool:
        """Go to the question before this one, answered or not; False at the first."""
        if self.position <= 0:
            return False
        self.position -= 1
        return True

    def to_unanswered(self, answers: Container[str]) -> bool:
        """Go to the next unanswered question, after the last on to those before this one; False if no other one is left."""
        order = (*range(self.position + 1, len(self.questions)), *range(self.position))
        found = next((position for position in order if self.questions[position].id not in answers), None)
        self.position = self.position if found is None else found
        return found is not None

    def to_question(self, key: str) -> bool:
        """Go to a question by its id; False if it is none of these."""
        ids = [question.id for question in self.questions]
        self.position = ids.index(key) if key in ids else self.position
        return key in ids

    def to_factor(self, number: int, answers: Container[str]) -> bool:
        """Go to a key factor's first unanswered question, or its first if all are answered; False if it has none here."""
        own = [position for position, question in enumerate(self.questions) if question.factor == number]
        if not own:
            return False
        self.position = next((p for p in own if self.questions[p].id not in answers), own[0])
        return True

    def go(self, reply: Reply, answers: Container[str]) -> bool:
        """Go where a reply says, if it says where to; False if it does not or there is no such question here."""
        if reply.factor is not None:
            return self.to_factor(reply.factor, answers)
        if reply.question is not None:
            return self.to_question(reply.question)
        if reply.act == "unanswered":
            return self.to_unanswered(answers)
        return reply.act == "back" and self.back()


def told(answer: Answer | Standing, say: Phrases, scale: Sequence[Level] = ()) -> str:
    """An answer in a few words: `Level 3 (Applied throughout and monitored)`, by the names of a scale."""
    if answer.level is not None:
        words = say("state.level", level=say.level(answer.level))
        return f"{words} ({scale[int(answer.level)].name.of(say.language)})" if scale else words
    if answer.not_applicable is not None:
        reason = say("colon") + answer.not_applicable if answer.not_applicable else ""
        return say("state.not_applicable") + reason
    return say("state.dont_know")
