"""Answering: `arusha assess answer`, question by question, and `arusha assess collect` for response files."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from assessment import answers
from assessment.answers import Answer, Evidence
from assessment.asking import Walk, told, understand
from assessment.cli.session import FILE, Session, asked, in_language, session, sure, wrapped
from assessment.journal import Assessment
from assessment.rounds import answering as rounds
from assessment.rounds import people
from assessment.storing.journal import Kept
from kb.base import bounded
from kb.base.errors import ArushaError, FaultsError
from kb.base.interface import Refusal, in_words


@click.command()
@click.argument("file", type=FILE)
@click.option("--factor", type=int, help="Ask only the questions of this key factor, 1 to 10.")
@click.option("--gender", is_flag=True, help="Ask only the questions of the gender lens.")
@click.option("--as", "person", help="Score privately as this person, only what is asked of them.")
@click.option(
    "--code",
    is_flag=False,
    flag_value="",
    help="The person’s code, which shows them their own earlier answers; asked for if given without a value.",
)
@in_language
def answer(
    file: Path, factor: int | None, gender: bool, person: str | None, code: str | None, language: str | None
) -> None:
    """Answer the questions of FILE; stop and go on at any time."""
    if factor is not None and factor not in range(1, 11):
        raise Refusal("library.no_factor", factor=factor)
    if code is not None and person is None:
        raise Refusal("shell.code_alone")
    with session(file, language) as s:
        a, say = s.assessment, s.say
        if gender and a.lens is None:
            raise Refusal("shell.no_lens", file=file)
        asked_here = a.lens.questions if gender and a.lens else a.asked
        questions = [q for q in asked_here if factor in (None, q.factor)]
        if person is not None:
            questions, given = _own(s, questions, person, code)
        else:
            questions, given = _open_to_team(s, questions), dict(a.answers)
        if not questions:
            click.echo(say("answer.nothing"))
            return
        sitting = _Sitting(s, Walk(questions), given, person, hidden=set(given) if person and code is None else set())
        click.echo(say("answer.intro", answered=sitting.answered, total=len(questions)))
        if person is not None:
            click.echo(wrapped(say("answer.private")))
            if sitting.hidden:
                click.echo(wrapped(say("answer.hidden", person=person)))
        click.echo(wrapped(say("answer.keys")))
        try:
            done = sitting.run()
        except (click.Abort, EOFError, KeyboardInterrupt):
            click.echo()
            done = False
        click.echo()
        click.echo(
            say("answer.end" if done else "answer.stopped", answered=sitting.answered, total=len(questions), file=file)
        )
        if person is None:
            click.echo(say("answer.resume" if sitting.answered < len(questions) else "answer.report", file=file))


def _own(s: Session, questions: list[Any], person: str, code: str | None) -> tuple[list[Any], dict[str, Any]]:
    """Those of the questions that a person is to score, and the person's answers until now. Raises ArushaError for a wrong code."""
    a = s.assessment
    people.present(a, person)
    if code is not None:
        people.check_code(a, person, code or asked(s.say("people.ask_code"), s.say("colon"), hidden=True))
    asked_of = [q for q in questions if a.people[person] in a.expected(q)]
    given = {key: answers[person] for key, answers in a.given.items() if person in answers}
    return _unsettled(s, asked_of, a.shut), given


def _open_to_team(s: Session, questions: list[Any]) -> list[Any]:
    """Those of the questions that the whole team may answer. Raises ArushaError where all of them have private scores."""
    private = {q.id: q for q in questions if rounds.has_private(s.assessment, q.id)}
    if private and len(private) == len(questions):
        rounds.only_agree(s.assessment, private)
    if private:
        click.echo(wrapped(s.say.count("answer.only_agree", len(private))))
    return _unsettled(s, [q for q in questions if q.id not in private], s.assessment.agreements.keys())


def _unsettled(s: Session, questions: list[Any], settled: Collection[str]) -> list[Any]:
    """The questions that are not settled yet; how many are is said."""
    left = [q for q in questions if q.id not in settled]
    if len(left) < len(questions):
        click.echo(s.say.count("answer.settled", len(questions) - len(left)))
    return left


class _Sitting:
    """One sitting: asks, keeps each answer at once, and goes where it is told.

    *by*: the person whose private scores they are. *hidden*: questions whose answers were given before this sitting and are not shown.
    """

    def __init__(self, s: Session, walk: Walk, answers: dict[str, Answer], by: str | None, *, hidden: set[str]) -> None:
        self.session, self.walk, self.answers, self.by, self.hidden = s, walk, answers, by, hidden
        self.walked: set[str] = set()  # questions answered in this sitting
        self.knowledge, self.say = s.knowledge, s.say
        self.scale = [level.name.of(s.say.language) for level in s.assessment.bank.scale]

    @property
    def answered(self) -> int:
        """How many of the questions asked here have an answer."""
        return sum(question.id in self.answers for question in self.walk.questions)

    def run(self) -> bool:
        """Ask until the end (True) or until told to stop (False)."""
        more = self.walk.begin(self.answers)
        shown = False
        while more:
            if not shown:
                self._show()
            shown = False
            typed = self._line(self.say("answer.prompt"))
            reply = understand(typed, self.say)
            if reply.act == "quit":
                return False
            if reply.act in ("level", "not_applicable", "dont_know"):
                if self._take(reply):
                    more = self.walk.forward(self.answers)
            elif reply.act == "skip":
                more = self.walk.forward(self.answers)
            elif reply.act == "back":
                shown = not self.walk.back()
                if shown:
                    click.echo(self.say("answer.first"))
            elif reply.act == "factor" and reply.factor is not None:
                shown = not self.walk.to_factor(reply.factor, self.answers)
                if shown:
                    click.echo(self.say("answer.no_factor", typed=reply.factor))
            elif reply.act == "help":
                self._help()
                shown = True
            else:
                key = "answer.no_factor" if reply.act == "no_factor" else "answer.not_understood"
                click.echo(
                    self.say(key, typed=typed.strip().lstrip("fF ") if reply.act == "no_factor" else typed.strip())
                )
                click.echo(wrapped(self.say("answer.keys")))
                shown = True
        return True

    def _show(self) -> None:

        question, language = self.walk.question, self.say.language
        factor = self.knowledge.declaration.factor(question.factor)
        click.echo()
        click.secho(
            self.say(
                "answer.head",
                factor=factor.number,
                name=factor.name.of(language),
                position=self.walk.position + 1,
                total=len(self.walk.questions),
                answered=self.answered,
            ),
            dim=True,
        )
        click.secho(wrapped(f"{question.id}  {question.text.of(language)}"), bold=True)
        for number, level in enumerate(question.levels):
            click.echo(wrapped(f"  {number}  {level.of(language)}", hang=5))
        if question.id in self.answers and question.id not in self.hidden:
            click.secho(
                self.say("answer.present", answer=told(self.answers[question.id], self.say, self.scale)), fg="cyan"
            )

    def _help(self) -> None:
        question, language = self.walk.question, self.say.language
        click.echo(wrapped(self.say("answer.why", text=question.why.of(language))))
        click.echo(wrapped(self.say("answer.who", text=question.who.of(language))))
        click.echo(self.say("answer.examples"))
        for item in question.evidence.of(language):
            click.echo(wrapped(f"  - {item}", hang=4))
        click.echo(wrapped(self.say("answer.keys")))

    def _take(self, reply: Any) -> bool:
        """Keep an answer, then its note and evidence, each as soon as it is given; False if a reason was not given."""
        before = None if self.walk.question.id in self.hidden else self.answers.get(self.walk.question.id)
        note, evidence = (before.note, before.evidence) if before else ("", ())
        if reply.act == "level":
            given = Answer(level=reply.level, note=note, evidence=evidence)
        elif reply.act == "dont_know":
            given = Answer(dont_know=True, note=note, evidence=evidence)
        else:
            reason = self._line(self.say("answer.reason"))
            if not reason:
                click.echo(self.say("answer.reason_needed"))
                return False
            given = Answer(not_applicable=reason[:5000], note=note, evidence=evidence)
        if not self._keep(given):
            return False
        click.secho(self.say("answer.kept", answer=told(given, self.say, self.scale)), fg="green")
        if reply.act == "not_applicable":
            return True
        if added := self._line(self.say("answer.note_keep" if given.note else "answer.note")):
            given = given.model_copy(update={"note": added[:20000]})
            self._keep(given)
        while reply.act == "level" and (piece := self._line(self.say("answer.evidence"))):
            given = given.model_copy(update={"evidence": (*given.evidence, Evidence(text=piece[:2000]))})
            self._keep(given)
        return True

    def _line(self, text: str) -> str:
        return asked(text, self.say("colon"))

    def _keep(self, given: Any) -> bool:
        """Enter an answer; False, and why, where the question takes none any more."""
        question = self.walk.question.id
        if self.answers.get(question) == given and question not in self.hidden:
            return True
        before = self.answers[question] if question in self.walked else None
        try:
            self.session.do(rounds.answer, question, given, self.by, before)
        except ArushaError as error:
            if question not in self.session.read().shut:
                raise
            click.secho(wrapped(in_words(error, self.say, "command")), fg="yellow")
            return False
        self.hidden.discard(question)
        self.walked.add(question)
        self.answers[question] = given
        return True


@click.command()
@click.argument("file", type=FILE)
@click.argument("responses", type=FILE)
@click.option(
    "--new-people",
    is_flag=True,
    help="Do not ask before taking answers of a person who is not registered, or is registered otherwise.",
)
@in_language
def collect(file: Path, responses: Path, new_people: bool, language: str | None) -> None:
    """Take the answers of the response file RESPONSES (JSON) into FILE: all of them, or none.

    A file whose respondent has an "id" holds that person's private scores; without one it answers for the whole team.
    """
    with session(file, language) as s:
        bank, lens = s.assessment.bank, s.assessment.lens
        read = bounded.call(str(responses), answers.LIMITS, answers.read_responses, responses, bank, lens)
        by = read.respondent.get("id")
        if by is not None and not isinstance(by, str):
            raise Refusal("shell.id_no_text", file=responses, id=repr(by))
        if by is None:
            _collect_for_team(s, responses, read)
            return
        doubt = rounds.doubts(s.assessment, read, by)
        if doubt and not new_people:
            _confirm(s, responses, doubt)

        def made(assessment: Assessment) -> Sequence[Kept]:
            if (now := rounds.doubts(assessment, read, by)) is not None and str(now) != str(doubt):
                raise Refusal("answer.changed_since", file=responses, doubt=now)
            return rounds.collect_private(assessment, read, by)

        with _of(responses):
            s.change(made)
        click.echo(s.say.count("answer.took_private", len(read.answers), file=responses, person=by))
        if s.assessment.to_close:
            click.echo(wrapped(s.say("agree.to_close", file=file)))


def _collect_for_team(s: Session, responses: Path, read: answers.Responses) -> None:

    counts: dict[str, int] = {}

    def made(assessment: Assessment) -> Sequence[Kept]:
        entries = rounds.collect_for_team(assessment, read)
        replaced = sum(body["question"] in assessment.answers for _, body in entries)
        same = len(read.answers) - len(entries)
        counts.update(new=len(entries) - replaced, replaced=replaced, same=same)
        return entries

    with _of(responses):
        s.change(made)
    click.echo(s.say("answer.took", file=responses, **counts))
    left = read.respondent.keys() - rounds.kept_of(read.respondent, names=s.assessment.names).keys()
    if left:
        click.echo(wrapped(s.say("answer.not_kept", fields=", ".join(sorted(left)))))


@contextmanager
def _of(responses: Path) -> Iterator[None]:
    """Name the response file in what is refused of it."""
    try:
        yield
    except FaultsError as error:
        raise error.of(f"{responses}: respondent") from None
    except Refusal as refusal:
        raise refusal if "file" in refusal.values else Refusal("of_file", file=responses, what=refusal) from None


def _confirm(s: Session, responses: Path, doubt: Refusal) -> None:
    """Ask before taking a person on trust. Raises Refusal where nobody answers or the answer is no."""
    try:
        certain = sure(f"{responses}: {doubt.in_words(s.say)}. {s.say('people.trust')}", s.say)
    except click.Abort:
        click.echo(err=True)
        certain = False
    if not certain:
        raise Refusal("answer.trust", file=responses, doubt=doubt)
