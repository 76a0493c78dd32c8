"""Answering: `arusha assess answer`, question by question, and `arusha assess collect` for response files."""

from pathlib import Path
from typing import Any

import click

from assessment.cli.session import FILE, Session, asked, in_language, session, wrapped


@click.command()
@click.argument("file", type=FILE)
@click.option("--factor", type=int, help="Ask only the questions of this key factor, 1 to 10.")
@click.option("--gender", is_flag=True, help="Ask only the questions of the gender lens.")
@click.option("--as", "person", help="Score privately as this person, only what is asked of them.")
@in_language
def answer(file: Path, factor: int | None, gender: bool, person: str | None, language: str | None) -> None:
    """Answer the questions of FILE; stop and go on at any time."""
    from assessment.asking import Walk
    from kb.errors import ArushaError

    if factor is not None and factor not in range(1, 11):
        raise ArushaError(f"there is no key factor {factor}; the Declaration has ten, so give --factor 1 to 10")
    with session(file, language) as s:
        a, say = s.assessment, s.say
        if gender and a.lens is None:
            raise ArushaError(f"{file}: was made without the gender lens; make one with “arusha assess new --gender”")
        asked_here = a.lens.questions if gender and a.lens else a.asked
        questions = [q for q in asked_here if factor in (None, q.factor)]
        if person is not None:
            s.person(person)
            if a.people[person].left:
                raise ArushaError(f"{person} no longer takes part; see “arusha assess people list {file}”")
            questions = [q for q in questions if a.people[person] in a.expected(q)]
            given = {key: answers[person] for key, answers in a.given.items() if person in answers}
        else:
            given = dict(a.answers)
        shut = a.agreements.keys() | (a.closed if person else set())
        settled = [q for q in questions if q.id in shut]
        questions = [q for q in questions if q.id not in shut]
        if settled:
            click.echo(say.count("answer.settled", len(settled)))
        if not questions:
            click.echo(say("answer.nothing"))
            return
        sitting = _Sitting(s, Walk(questions), given, person)
        click.echo(say("answer.intro", answered=sitting.answered, total=len(questions)))
        if person is not None:
            click.echo(wrapped(say("answer.private")))
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


class _Sitting:
    """One sitting: asks, keeps each answer at once, and goes where it is told. *by*: the person whose private scores they are."""

    def __init__(self, s: Session, walk: Any, answers: dict[str, Any], by: str | None) -> None:
        self.session, self.walk, self.answers, self.by = s, walk, answers, by
        self.knowledge, self.say = s.knowledge, s.say
        self.scale = [level.name.of(s.say.language) for level in s.assessment.bank.scale]

    @property
    def answered(self) -> int:
        """How many of the questions asked here have an answer."""
        return sum(question.id in self.answers for question in self.walk.questions)

    def run(self) -> bool:
        """Ask until the end (True) or until told to stop (False)."""
        from assessment.asking import understand

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
            elif reply.act == "factor":
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
        from assessment.asking import told

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
        if question.id in self.answers:
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
        from assessment.answers import Answer, Evidence
        from assessment.asking import told

        before = self.answers.get(self.walk.question.id)
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
        self._keep(given)
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

    def _keep(self, given: Any) -> None:
        from assessment.journal import answered

        question = self.walk.question.id
        if self.answers.get(question) != given:
            self.session.append([answered(question, given, self.session.assessment, by=self.by)])
            self.answers[question] = given


@click.command()
@click.argument("file", type=FILE)
@click.argument("responses", type=FILE)
@in_language
def collect(file: Path, responses: Path, language: str | None) -> None:
    """Take the answers of the response file RESPONSES (JSON) into FILE: all of them, or none.

    A file whose respondent has an "id" holds that person's private scores; without one it answers for the whole team.
    """
    from assessment import answers, journal
    from assessment.people import Person
    from kb.content import parse
    from kb.errors import ArushaError, Fault

    with session(file, language) as s:
        bank = s.assessment.bank
        read = answers.read_responses(responses, bank, s.assessment.lens)
        by = read.respondent.get("id")
        if by is not None and not isinstance(by, str):
            raise ArushaError(f'{responses}: respondent.id: {by!r} is not a text; write it as "p7"')
        counts: dict[str, int] = {}

        def made(assessment: Any) -> Any:
            entries = []
            if by is not None and by not in assessment.people:
                fields = {
                    n: v for n, v in read.respondent.items() if n in Person.model_fields and n not in ("name", "role")
                }
                faults: list[Fault] = []
                person = parse(Person, fields, str(responses), faults, at="respondent")
                if person is None:
                    raise ArushaError("\n".join(map(str, faults)) + "\nNothing was taken from the file.")
                entries.append(("person", person.model_dump(mode="json", exclude_defaults=True)))
            before = (
                assessment.answers
                if by is None
                else {key: given[by] for key, given in assessment.given.items() if by in given}
            )
            changed = {key: given for key, given in read.answers.items() if before.get(key) != given}
            done = assessment.agreements.keys() | (assessment.closed if by is not None else set())
            if settled := [key for key in changed if key in done]:
                raise ArushaError(
                    f"{responses}: {', '.join(settled)}: closed or agreed already; take them out, or reopen them first"
                )
            replaced = sum(key in before for key in changed)
            counts.update(new=len(changed) - replaced, replaced=replaced, same=len(read.answers) - len(changed))
            return entries + [
                journal.answered(key, given, assessment, read.respondent, by) for key, given in changed.items()
            ]

        s.change(made)
        click.echo(s.say("answer.took", file=responses, **counts))
