"""Votes: private scores as they come in, and the moment at which a vote ends and what was said in it is fixed.

A vote on a question ends once, either when the facilitator closes the question, or by itself when everyone asked has scored and
they are five or more. Who was asked and what was scored stay as they were then, whoever is asked, leaves or scores later, so two
outputs never differ by one person's score. A question that is reopened is voted on again as a whole, by everyone asked.
"""

from collections.abc import Callable, Iterable, Mapping

from assessment.agreement import SMALLEST, Vote, same_score
from assessment.answers import Answer

Asked = Callable[[str], frozenset[str]]


class Votes:
    """The votes of an assessment as its journal is replayed.

    *given*: the private scores of each question's present vote, by person. *ended*: each question's votes that have ended, the
    last one last. *closed*: questions that take no private scores now. *asked* gives the ids of those who are to score a question.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.given: dict[str, dict[str, Answer]] = {}
        self.ended: dict[str, tuple[Vote, ...]] = {}
        self.closed: set[str] = set()
        self._open: set[str] = set()  # questions of a vote that takes scores and has some
        self._grown: set[str] = set()  # once complete with fewer than five, such a vote ends only when it is closed
        self._handed_out: set[str] = (
            set()
        )  # questions whose scores somebody holds, so that they are copied before they change

    def score(self, question: str, person: str, answer: Answer) -> bool:
        """Take a private score; False if it comes after its vote has ended, when only words beside the same score are taken."""
        if question in self.closed or self.has_ended(question):
            before = self.given.get(question, {}).get(person)
            if before is not None and same_score(before, answer):
                self._put(question, person, answer)
                return True
            return False
        self._put(question, person, answer)
        self._open.add(question)
        self._end_if_complete(question)
        return True

    def _put(self, question: str, person: str, answer: Answer) -> None:
        if question in self._handed_out:
            self._handed_out.discard(question)
            self.given[question] = dict(self.given[question])
        self.given.setdefault(question, {})[person] = answer

    def hand_out(self) -> dict[str, Mapping[str, Answer]]:
        """The private scores of each question's present vote as they are now, which nothing alters later."""
        self._handed_out = set(self.given)
        return dict(self.given)

    def has_ended(self, question: str) -> bool:
        """Whether the present vote on a question has ended, so that its scores are fixed until it is reopened."""
        return question in self.given and question not in self._open

    def people_changed(self) -> None:
        """Look again at every vote under way, since other people may be asked now."""
        for question in sorted(self._open):
            self._end_if_complete(question)

    def close(self, questions: Iterable[str]) -> None:
        """End the votes on questions, whoever has not scored."""
        for question in questions:
            self.closed.add(question)
            if question in self._open:
                self._end(question)

    def reopen(self, questions: Iterable[str]) -> None:
        """Begin a new vote on questions. One that ended with fewer than two levels, so that nothing was shown, goes on instead."""
        for question in questions:
            self.closed.discard(question)
            if not self.has_ended(question):
                continue
            last = self.ended[question][-1]
            if last.spread.levels < 2 and len(last.answers) < SMALLEST:
                self.ended[question] = self.ended[question][:-1]
                self._open.add(question)
            else:
                del self.given[question]
                self._handed_out.discard(question)
            self._grown.discard(question)

    def lapse(self, question: str) -> None:
        """Forget the votes on a question that is no longer the same."""
        for kept in (self.given, self.ended):
            kept.pop(question, None)
        for names in (self.closed, self._open, self._grown, self._handed_out):
            names.discard(question)

    def seal(self) -> None:
        """End every vote in which everyone asked has scored."""
        for question in sorted(self._open):
            if self._complete(question):
                self._end(question)

    def _complete(self, question: str) -> bool:
        return self._asked(question) <= self.given[question].keys()

    def _end_if_complete(self, question: str) -> None:
        if not self._complete(question):
            return
        if len(self.given[question]) < SMALLEST:
            self._grown.add(question)
        elif question not in self._grown:
            self._end(question)

    def _end(self, question: str) -> None:
        before = self.ended.get(question, ())
        given = dict(self.given[question])
        vote = Vote(self._asked(question) | given.keys(), given, len(before) + 1)
        self.ended[question] = (*before, vote)
        self._open.discard(question)
