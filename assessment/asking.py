"""The walk through the questions: what to ask next, and what a typed line means. No input or output here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessment.agreement import Standing
from assessment.answers import Answer
from kb.base.interface import Phrases
from kb.library.questionnaires import LensQuestion, Level, Question


@dataclass(frozen=True)
class Reply:
    """What a typed line asks for: a *level*, or an *act* (not_applicable, dont_know, skip, back, factor, help, quit, unknown)."""

    act: str
    level: int | None = None
    factor: int | None = None


def understand(typed: str, say: Phrases) -> Reply:
    """The meaning of one typed line; the keys of English work in every language."""
    line = typed.strip().casefold()
    if line in {"0", "1", "2", "3", "4"}:
        return Reply("level", level=int(line))
    if not line:
        return Reply("skip")
    if match := re.fullmatch(r"f\s*(\d{1,9})", line):
        number = int(match[1])
        return Reply("factor", factor=number) if 1 <= number <= 10 else Reply("no_factor")
    english = {"n": "not_applicable", "d": "dont_know", "s": "skip", "b": "back", "h": "help", "?": "help", "q": "quit"}
    own = {say(f"answer.key.{act}"): act for act in english.values()}
    act = own.get(line) or english.get(line)
    return Reply(act) if act else Reply("unknown")


@dataclass
class Walk:
    """Where one is among the questions."""

    questions: Sequence[Question | LensQuestion]
    position: int = -1

    @property
    def question(self) -> Question | LensQuestion:
        """The question to ask now."""
        return self.questions[self.position]

    def begin(self, answers: Mapping[str, Answer]) -> bool:
        """Go to the first unanswered question, or to the first of all where every one is answered and may be changed."""
        if not self.forward(answers):
            self.position = 0
        return bool(self.questions)

    def forward(self, answers: Mapping[str, Answer]) -> bool:
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

    def to_factor(self, number: int, answers: Mapping[str, Answer]) -> bool:
        """Go to a key factor's first unanswered question, or its first if all are answered; False if it has none here."""
        own = [position for position, question in enumerate(self.questions) if question.factor == number]
        if not own:
            return False
        self.position = next((p for p in own if self.questions[p].id not in answers), own[0])
        return True


def told(answer: Answer | Standing, say: Phrases, scale: Sequence[Level] = ()) -> str:
    """An answer in a few words: `Level 3 (Applied throughout and monitored)`, by the names of a scale."""
    if answer.level is not None:
        words = say("state.level", level=say.level(answer.level))
        return f"{words} ({scale[int(answer.level)].name.of(say.language)})" if scale else words
    if answer.not_applicable is not None:
        reason = say("colon") + answer.not_applicable if answer.not_applicable else ""
        return say("state.not_applicable") + reason
    return say("state.dont_know")
