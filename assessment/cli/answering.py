"""Answering: `arusha assess answer`, question by question, `answers` to read them, and `collect` for response files."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from pydantic import ValidationError

from assessment import answers as files
from assessment import telling, views
from assessment.agreement import Standing
from assessment.answers import Answer, Evidence, Kind
from assessment.asking import Reply, Walk, stays, told, understand
from assessment.cli.session import FILE, Scopes, Session, about, answered, asked, criteria, on_file, sure, wrapped
from assessment.events import Answered
from assessment.journal import Assessment
from assessment.rounds import answering as rounds
from assessment.rounds import people
from assessment.rounds.register import expect_past
from kb.base import bounded
from kb.base.errors import ArushaError
from kb.base.interface import Refusal, Word, in_words
from kb.library.questionnaires import LensQuestion, Question

T = TypeVar("T")
Questions = Sequence[Question | LensQuestion]
Asked = tuple[
    Questions, dict[str, Answer], Collection[str]
]  # with the answers until now, and the questions that are settled
_ANSWERS: Final = ("level", "not_applicable", "dont_know")


@on_file()
@click.option("--factor", type=int, help="Ask only the questions of this key factor, 1 to 10.")
@click.option("--gender", is_flag=True, help="Ask only the questions of the gender lens.")
@click.option("--as", "person", help="Score privately as this person, only what is asked of them.")
@click.option(
    "--code",
    is_flag=False,
    flag_value="",
    help="The person’s code, which shows them their own earlier answers; asked for if given without a value.",
)
def answer(s: Session, factor: int | None, gender: bool, person: str | None, code: str | None) -> None:
    """Answer the questions of FILE; stop and go on at any time."""
    if factor is not None and factor not in range(1, 11):
        raise Refusal("library.no_factor", factor=factor)
    if code is not None and person is None:
        raise Refusal("shell.code_alone")
    with about(s.path):
        questions: Questions = rounds.among(s.assessment, factor, gender=gender)
    if person is not None:
        questions, given, settled = _own(s, questions, person, code)
    else:
        questions, given, settled = _open_to_team(s, questions)
    left = [question for question in questions if question.id not in settled]
    if len(left) < len(questions):
        click.echo(s.say.count("answer.settled", len(questions) - len(left)))
    if not left:
        click.echo(s.say("answer.nothing"))
        return
    hidden = set(given) if person and code is None else set()
    _Sitting(s, Walk(left), given, person, hidden=hidden).hold(
        _options({"factor": factor, "as": person}, gender=gender)
    )


def _options(stated: dict[str, Any], *, gender: bool) -> str:
    """The options of the command that goes on with a sitting."""
    return " --gender" * gender + "".join(f" --{name} {value}" for name, value in stated.items() if value)


def _own(s: Session, questions: Questions, person: str, code: str | None) -> Asked:
    """What a person is to score, once the code is theirs that is to show them their answers. Raises Refusal."""
    own = rounds.of_person(s.assessment, questions, person)
    if code is not None:
        typed = code or asked(s.say("people.ask_code"), s.say("colon"), hidden=True)
        people.check_code(s.assessment, person, typed)
    return *own, s.assessment.shut


def _open_to_team(s: Session, questions: Questions) -> Asked:
    """What the whole team may answer; how many questions it may not is said."""
    left = rounds.of_team(s.assessment, questions)
    if len(left) < len(questions):
        s.tell(s.say.count("answer.only_agree", len(questions) - len(left)))
    return left, dict(s.assessment.answers), s.assessment.agreements.keys()


@on_file(data=True)
@click.argument("scopes", nargs=-1, metavar="[SCOPE]...")
@click.option(
    "--as", "person", help="The private scores of this person, to whom alone they are shown: their code is asked for."
)
@click.option("--code", default="", help="The person’s code.")
def answers(s: Session, scopes: Scopes, person: str | None, code: str) -> None:
    """Print what stands for each question of FILE and why, or one’s own answers, with notes and evidence, and what is unanswered."""
    if code and person is None:
        raise Refusal("shell.code_alone")
    a, questions = s.assessment, people.asked(s.assessment, scopes)
    if person is None:
        view = views.given(questions, questions, a.standing, a.given.keys(), None)
    else:
        view = views.given(questions, *_own(s, questions, person, code), person)
    s.show(view.as_json(), _answers(s, view))


def _answers(s: Session, view: views.Given) -> Iterator[str]:
    say, scale = s.say, s.assessment.bank.scale
    for question, given in view.answers:
        yield click.style(wrapped(f"{question.id}  {question.text.of(say.language)}", hang=2), bold=True)
        named = scale.of(question) if isinstance(given.level, int) else ()
        rests = telling.stands(given, say) if isinstance(given, Standing) else ()
        for line in (told(given, say, named), *rests, *telling.noted(given, say)):
            yield wrapped(f"  {line}", hang=4)
    if not (view.answers or view.unanswered):
        yield wrapped(say("answer.team_none" if view.person is None else "answer.nothing"))
        return
    yield say("answer.listed", answered=len(view.answers), total=len(view.answers) + len(view.unanswered))
    if view.unanswered:
        yield wrapped(say("answer.unanswered", questions=", ".join(view.unanswered)), hang=2)


class _TurnedError(Exception):
    """A word of the session, such as back or quit, typed after an answer: it acts as it does at the question."""

    def __init__(self, reply: Reply, typed: str) -> None:
        super().__init__(typed)
        self.reply, self.typed = reply, typed


def _date(typed: str) -> str | None:
    """The date of a piece of evidence. Raises ArushaError for what is none, and for one that lies ahead."""
    try:
        dated = Evidence(text="–", date=typed).date
    except ValidationError:
        raise Refusal("answer.no_date", typed=typed) from None
    expect_past(dated)
    return dated


def _kind(names: Sequence[str], typed: str) -> Kind:
    """A kind of evidence by its number or its name, which may be cut short. Raises Refusal for what is none, or several."""
    kinds, word = tuple(Kind), typed.casefold()
    if typed.isdecimal() and 1 <= int(typed[:4]) <= len(kinds):
        return kinds[int(typed[:4]) - 1]
    fitting = [
        kind for kind, name in zip(kinds, names, strict=True) if name.casefold().startswith(word) or kind == word
    ]
    if len(fitting) != 1:
        raise Refusal("answer.no_kind", typed=typed, n=len(kinds))
    return fitting[0]


class _Sitting:
    """One sitting: asks, keeps each answer at once, and goes where it is told.

    *by*: the person whose private scores they are. *hidden*: questions whose answers were given before this sitting and are not shown.
    """

    def __init__(self, s: Session, walk: Walk, answers: dict[str, Answer], by: str | None, *, hidden: set[str]) -> None:
        self.session, self.walk, self.answers, self.by, self.hidden = s, walk, answers, by, hidden
        self.walked: set[str] = set()  # questions answered in this sitting
        self.say = s.say
        self.scale = s.assessment.bank.scale

    @property
    def answered(self) -> int:
        """How many of the questions asked here have an answer."""
        return sum(question.id in self.answers for question in self.walk.questions)

    def hold(self, options: str) -> None:
        """Begin, ask until the end or until told to stop, and say how far it has come and how to go on: with these *options*."""
        s, say, total = self.session, self.say, len(self.walk.questions)
        s.tell(say("answer.intro", answered=self.answered, total=total))
        if self.by is not None:
            s.tell(say("answer.private"))
            if self.hidden:
                s.tell(say("answer.hidden", person=self.by))
        s.tell(say("answer.keys"))
        self._tell_rule()
        try:
            end = "answer.end" if self._ask_all() else "answer.stopped"
        except (click.Abort, EOFError, KeyboardInterrupt):
            click.echo()
            end = "answer.stopped"
        click.echo()
        click.echo(say(end, answered=self.answered, total=total, file=s.path))
        if self.answered < total:
            click.echo(say("answer.resume", file=s.path, options=options))
        elif self.by is None:
            click.echo(say("answer.report", file=s.path))

    def _ask_all(self) -> bool:
        """Ask until the end (True) or until told to stop (False)."""
        more = self.walk.begin(self.answers)
        shown = False
        while more:
            if not shown:
                self._show()
            reply, typed = self._reply()
            if reply.act == "quit":
                return False
            shown = False
            if reply.act == "skip":
                question = self.walk.question.id
                click.secho(
                    self.say("answer.stays" if question in self.answers else "answer.skipped", question=question)
                )
            if reply.act in ("skip", "taken"):
                more = self.walk.forward(self.answers)
            elif reply.act not in _ANSWERS:
                shown = not self._moved(reply, typed.strip())
        return True

    def _reply(self) -> tuple[Reply, str]:
        """What is typed at a question, or in the end at one of the prompts after its answer; `taken` for an answer taken whole."""
        typed = asked(self.say("answer.prompt"), self.say("colon"))
        reply = understand(typed, self.say)
        try:
            return Reply("taken") if reply.act in _ANSWERS and self._take(reply) else reply, typed
        except _TurnedError as turned:
            return turned.reply, turned.typed

    def _moved(self, reply: Reply, typed: str) -> bool:
        """Go to another question; False, and why not or what help there is, where it stays at this one."""
        if reply.act == "help":
            self._help()
            return False
        if self.walk.go(reply, self.answers):
            return True
        click.echo(stays(reply, typed, self.say))
        if reply.act in ("unknown", "no_factor"):
            self.session.tell(self.say("answer.keys"))
        return False

    def _show(self) -> None:
        question, say = self.walk.question, self.say
        place = {"position": self.walk.position + 1, "total": len(self.walk.questions), "answered": self.answered}
        name = self.session.factors()[question.factor]
        click.echo()
        click.secho(wrapped(say("answer.head", factor=question.factor, name=name, **place)), dim=True)
        for line in criteria(question, say.language):
            click.echo(line)
        if question.id in self.answers and question.id not in self.hidden:
            present = self.answers[question.id]
            click.secho(wrapped(say("answer.present", answer=self._told(present))), fg="cyan")
            for line in telling.noted(present, say):
                click.secho(wrapped(f"  {line}", hang=4), fg="cyan")

    def _help(self) -> None:
        question, language, tell = self.walk.question, self.say.language, self.session.tell
        tell(self.say("answer.why", text=question.why.of(language)))
        tell(self.say("answer.who", text=question.who.of(language)))
        click.echo(self.say("answer.examples"))
        for item in question.evidence.of(language):
            tell(f"  - {item}", hang=4)
        tell(self.say("answer.keys"))
        self._tell_rule()

    def _told(self, answer: Answer) -> str:
        return told(answer, self.say, self.scale.of(self.walk.question))

    def _tell_rule(self) -> None:
        """Say by what rule a level counts, where the questions have one."""
        if self.scale.rule:
            self.session.tell(self.scale.rule.of(self.say.language))

    def _take(self, reply: Reply) -> bool:
        """Keep an answer, then its note and evidence, each as soon as it is given; False if a reason was not given."""
        given = self._answer(reply)
        if given is None or not self._keep(given):
            return False
        click.secho(self.say("answer.kept", answer=self._told(given)), fg="green")
        if reply.act == "not_applicable":
            return True
        if added := self._line(self.say("answer.note_keep" if given.note else "answer.note")):
            given = given.model_copy(update={"note": added[:20000]})
            self._keep(given)
        while reply.act == "level" and (text := self._line(self.say("answer.evidence"))):
            pieces = given.evidence
            for piece in self._described(Evidence(text=text[:2000])):
                given = given.model_copy(update={"evidence": (*pieces, piece)})
                self._keep(given)
        return True

    def _described(self, piece: Evidence) -> Iterator[Evidence]:
        """A piece of evidence, then with its date and with its kind as they are typed, so that none of it is lost in between."""
        yield piece
        dated = piece.model_copy(update={"date": self._valid("date", _date)})
        if dated.date is None:
            self.session.tell(self.say("answer.undated"))
        else:
            yield dated
        names = [self.say(f"piece_kind.{kind}") for kind in Kind]
        self.session.tell(" · ".join(f"{number} {name}" for number, name in enumerate(names, 1)), hang=2)
        yield dated.model_copy(update={"kind": self._valid("kind", partial(_kind, names)) or Kind.OTHER})

    def _valid(self, what: str, read: Callable[[str], T]) -> T | None:
        """What is typed at a prompt, read; asked again while it cannot be, None for Enter."""
        while typed := self._line(self.say(f"answer.evidence_{what}"), numbers=True):
            try:
                return read(typed)
            except ArushaError as error:
                click.secho(wrapped(in_words(error, self.say, "command")), fg="yellow")
        return None

    def _answer(self, reply: Reply) -> Answer | None:
        """The answer that a line gives, with the note and evidence of the one before; None without a reason that it needs."""
        before = None if self.walk.question.id in self.hidden else self.answers.get(self.walk.question.id)
        kept: dict[str, Any] = {"note": before.note, "evidence": before.evidence} if before else {}
        if reply.act == "level":
            return Answer(level=reply.level, **kept)
        if reply.act == "dont_know":
            return Answer(dont_know=True, **kept)
        reason = self._line(self.say("answer.reason"))
        if not reason:
            click.echo(self.say("answer.reason_needed"))
            return None
        return Answer(not_applicable=reason[:5000], **kept)

    def _line(self, text: str, *, numbers: bool = False) -> str:
        """A line typed after an answer, empty for none; *numbers* may stand there. Raises _TurnedError for a word of the session."""
        while True:
            typed = asked(text, self.say("colon"))
            reply = understand(typed, self.say)
            if reply.act in ("unknown", "no_factor") or (numbers and typed.isdecimal()):
                return typed
            if reply.act == "skip":
                return ""
            if reply.act == "help":
                self._help()
            elif reply.act in _ANSWERS:
                click.echo(self.say("answer.not_understood", typed=typed))
            else:
                raise _TurnedError(reply, typed)

    def _keep(self, given: Answer) -> bool:
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


@on_file()
@click.argument("responses", type=FILE)
@click.option(
    "--new-people",
    is_flag=True,
    help="Do not ask before taking answers of a person who is not registered, or is registered otherwise.",
)
def collect(s: Session, responses: Path, new_people: bool) -> None:
    """Take the answers of the response file RESPONSES (JSON) into FILE: all of them, or none.

    A file whose respondent has an "id" holds that person's private scores; without one it answers for the whole team.
    """
    bank, lens = s.assessment.bank, s.assessment.lens
    read = bounded.call(str(responses), files.LIMITS, files.read_responses, responses, bank, lens)
    by = read.respondent.get("id")
    if by is None:
        _collect_for_team(s, responses, read)
        return
    if not isinstance(by, str):
        raise Refusal("shell.id_no_text", file=responses, id=repr(by))
    with about(responses, ": respondent"):
        doubt = rounds.doubts(s.assessment, read, by)
    ask = f"{responses}: {doubt.in_words(s.say)}. {s.say('people.trust')}" if doubt else ""
    if doubt and not (new_people or answered(lambda: sure(ask, s.say))):
        raise Refusal("answer.trust", file=responses, doubt=doubt)
    with about(responses):
        s.do(rounds.collect_private, read, by, doubt)
    click.echo(s.say.count("answer.took_private", len(read.answers), file=responses, person=by))
    if ids := s.assessment.to_close:
        few = rounds.some(ids, 5)
        shown = few.in_words(s.say) if isinstance(few, Word) else ", ".join(few)
        click.echo(s.commands("agree.to_close", ids, few=shown))


def _collect_for_team(s: Session, responses: Path, read: files.Responses) -> None:
    before: Mapping[str, Answer] = {}

    def take(assessment: Assessment) -> Sequence[Answered]:
        nonlocal before
        before = assessment.answers
        return rounds.collect_for_team(assessment, read)

    with about(responses):
        taken = s.change(take)
    replaced, same = sum(event.question in before for event in taken), len(read.answers) - len(taken)
    click.echo(s.say("answer.took", file=responses, new=len(taken) - replaced, replaced=replaced, same=same))
    left = read.respondent.keys() - rounds.kept_of(read.respondent, names=s.assessment.names).keys()
    if left:
        s.tell(s.say("answer.not_kept", fields=", ".join(sorted(left))))
