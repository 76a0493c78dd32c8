"""Commands of the self-assessment: `arusha assess …` and `arusha demo`."""

import json
from pathlib import Path
from typing import Any

import click

_FILE = click.Path(path_type=Path)


@click.group()
def assess() -> None:
    """Run a self-assessment: make a file, answer, score, report."""


@assess.command()
@click.argument("file", type=_FILE)
@click.option("--administration", required=True, help="Name of the administration, as the report shows it.")
@click.option("--member", help="Code of the Member, such as NZ; its own practices are then not offered to it.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "fr"]),
    default="en",
    show_default=True,
    help="Language of questions and report.",
)
def new(file: Path, administration: str, member: str | None, language: str) -> None:
    """Make the assessment file FILE."""
    from assessment import answers
    from assessment.store import AssessmentFile
    from kb.errors import ArushaError
    from kb.folding import clean
    from kb.interface import phrases
    from kb.knowledge import load
    from kb.members import find_code

    name = clean(administration).strip()
    if not name:
        raise ArushaError("the name of the administration is empty; give it after --administration")
    knowledge = load()
    code = find_code(knowledge.members, member) if member else None
    kind, body = answers.opening(name, code, language, knowledge.bank)
    AssessmentFile.create(file, kind, body).close()
    say = phrases(language)
    click.echo(
        say("answer.made", file=file, name=name, n=len(knowledge.bank.questions), version=knowledge.bank.version)
    )
    click.echo(say("answer.resume", file=file))


@assess.command()
@click.argument("file", type=_FILE)
@click.option("--factor", type=int, help="Ask only the questions of this key factor, 1 to 10.")
def answer(file: Path, factor: int | None) -> None:
    """Answer the questions of FILE; stop and go on at any time."""
    from assessment import answers
    from assessment.asking import Walk
    from assessment.store import AssessmentFile
    from kb.errors import ArushaError
    from kb.interface import phrases
    from kb.knowledge import load

    if factor is not None and factor not in range(1, 11):
        raise ArushaError(f"there is no key factor {factor}; the Declaration has ten, so give --factor 1 to 10")
    with AssessmentFile.open(file) as opened:
        knowledge = load()
        assessment = answers.state(opened.entries())
        say = phrases(assessment.language)
        questions = knowledge.bank.of_factor(factor) if factor else knowledge.bank.questions
        session = _Session(opened, Walk(questions), dict(assessment.answers), knowledge, say)
        click.echo(say("answer.intro", answered=session.answered, total=len(questions)))
        click.echo(_wrapped(say("answer.keys")))
        try:
            done = session.run()
        except (click.Abort, EOFError, KeyboardInterrupt):
            click.echo()
            done = False
        click.echo()
        click.echo(
            say("answer.end" if done else "answer.stopped", answered=session.answered, total=len(questions), file=file)
        )
        click.echo(say("answer.resume" if session.answered < len(questions) else "answer.report", file=file))


class _Session:
    """One sitting: asks, keeps each answer at once, and goes where it is told."""

    def __init__(self, file: Any, walk: Any, answers: dict[str, Any], knowledge: Any, say: Any) -> None:
        self.file, self.walk, self.answers, self.knowledge, self.say = file, walk, answers, knowledge, say
        self.scale = [level.name.of(say.language) for level in knowledge.bank.scale]

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
            typed = self._asked(self.say("answer.prompt"))
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
                click.echo(_wrapped(self.say("answer.keys")))
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
        click.secho(_wrapped(f"{question.id}  {question.text.of(language)}"), bold=True)
        for number, level in enumerate(question.levels):
            click.echo(_wrapped(f"  {number}  {level.of(language)}", hang=5))
        if question.id in self.answers:
            click.secho(
                self.say("answer.present", answer=told(self.answers[question.id], self.say, self.scale)), fg="cyan"
            )

    def _help(self) -> None:
        question, language = self.walk.question, self.say.language
        click.echo(_wrapped(self.say("answer.why", text=question.why.of(language))))
        click.echo(_wrapped(self.say("answer.who", text=question.who.of(language))))
        click.echo(self.say("answer.examples"))
        for item in question.evidence.of(language):
            click.echo(_wrapped(f"  - {item}", hang=4))
        click.echo(_wrapped(self.say("answer.keys")))

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
            reason = self._asked(self.say("answer.reason"))
            if not reason:
                click.echo(self.say("answer.reason_needed"))
                return False
            given = Answer(not_applicable=reason[:5000], note=note, evidence=evidence)
        self._keep(given)
        click.secho(self.say("answer.kept", answer=told(given, self.say, self.scale)), fg="green")
        if reply.act == "not_applicable":
            return True
        if added := self._asked(self.say("answer.note_keep" if given.note else "answer.note")):
            given = given.model_copy(update={"note": added[:20000]})
            self._keep(given)
        while reply.act == "level" and (piece := self._asked(self.say("answer.evidence"))):
            given = given.model_copy(update={"evidence": (*given.evidence, Evidence(text=piece[:2000]))})
            self._keep(given)
        return True

    def _asked(self, text: str) -> str:
        from kb.folding import clean

        suffix = " " if text.endswith("?") else self.say("colon")
        return clean(click.prompt(text, default="", show_default=False, prompt_suffix=suffix)).strip()

    def _keep(self, given: Any) -> None:
        from assessment.answers import answered

        question = self.walk.question.id
        if self.answers.get(question) != given:
            self.file.append([answered(question, given, self.knowledge.bank)])
            self.answers[question] = given


def _wrapped(text: str, hang: int = 0) -> str:
    import shutil
    import textwrap

    width = max(40, min(shutil.get_terminal_size().columns, 100))
    return textwrap.fill(text, width, subsequent_indent=" " * hang, break_on_hyphens=False)


@assess.command()
@click.argument("file", type=_FILE)
@click.argument("responses", type=_FILE)
def collect(file: Path, responses: Path) -> None:
    """Take the answers of the response file RESPONSES (JSON) into FILE: all of them, or none."""
    from assessment import answers
    from assessment.store import AssessmentFile
    from kb.interface import phrases
    from kb.knowledge import load

    with AssessmentFile.open(file) as opened:
        bank = load().bank
        assessment = answers.state(opened.entries())
        before = assessment.answers
        read = answers.read_responses(responses, bank)
        changed = {question: given for question, given in read.answers.items() if before.get(question) != given}
        if changed:
            opened.append(
                [answers.answered(question, given, bank, read.respondent) for question, given in changed.items()]
            )
    replaced = sum(question in before for question in changed)
    say = phrases(assessment.language)
    counts = {"new": len(changed) - replaced, "replaced": replaced, "same": len(read.answers) - len(changed)}
    click.echo(say("answer.took", file=responses, **counts))


@assess.command()
@click.argument("file", type=_FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or JSON for programs.",
)
def score(file: Path, form: str) -> None:
    """Print the scores of FILE with their intervals."""
    from assessment import answers, scoring
    from assessment.store import AssessmentFile
    from kb.interface import phrases
    from kb.knowledge import load

    with AssessmentFile.open(file) as opened:
        assessment = answers.state(opened.entries())
    knowledge = load()
    say = phrases(assessment.language)
    names = {factor.number: factor.name.of(assessment.language) for factor in knowledge.declaration.factors}
    scores = scoring.score(knowledge.bank.questions, assessment.answers)
    if form == "json":
        click.echo(json.dumps(scoring.as_json(scores, names), ensure_ascii=False, indent=2))
        return
    rows = [(f"{number:>2} {names[number]}", value) for number, value in scores.factors.items()]
    rows.append((f"   {say('score.overall')}", scores.overall))
    width = max(len(name) for name, _ in rows)
    heads = [say("score.score"), say("score.interval"), say("score.answered"), say("score.weakest")]
    click.secho(f"{say('score.factor'):<{width}}  {heads[0]:>6}  {heads[1]:>15}  {heads[2]:>11}  {heads[3]}", bold=True)
    for name, value in rows:
        low, high = (say.number(scoring.rounded(end), 2) for end in (value.low, value.high))
        span = "–" if value.low is None else f"{low}–{high}"
        of = say("score.of", answered=value.answered, applicable=value.applicable)
        weakest = value.weakest and say(
            "score.level_of", question=value.weakest, level=assessment.answers[value.weakest].level
        )
        click.echo(
            f"{name:<{width}}  {say.number(scoring.rounded(value.score), 2):>6}  {span:>15}  {of:>11}  {weakest or '–'}"
        )


@assess.command()
@click.argument("file", type=_FILE)
@click.option("-o", "--output", "output", type=_FILE, required=True, help="The page to write, such as report.html.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "fr"]),
    help="Language of the report; the assessment's own if not given.",
)
@click.option("--site", help="Address of the knowledge base's site, to link the practices cited to their pages.")
def report(file: Path, output: Path, language: str | None, site: str | None) -> None:
    """Write the report of FILE: one page that needs no network."""
    from assessment.demo import write_report

    say = write_report(file, output, language, site)
    click.echo(say("answer.wrote", file=output))


@assess.command()
@click.argument("file", type=_FILE)
def verify(file: Path) -> None:
    """Check that nothing in FILE was changed outside arusha. Exit code 1 if something was."""
    from assessment import answers
    from assessment.store import AssessmentFile
    from kb.errors import ArushaError
    from kb.interface import phrases

    try:
        with AssessmentFile.open(file) as opened:
            entries = opened.entries()
    except ArushaError as error:
        click.echo(f"arusha: {error}", err=True)
        raise SystemExit(1) from None
    assessment = answers.state(entries)
    say = phrases(assessment.language)
    click.echo(say.count("journal.whole", len(entries)))
    click.echo(_seal(assessment.fingerprint, say))


@assess.command()
@click.argument("file", type=_FILE)
@click.argument("question", required=False)
def history(file: Path, question: str | None) -> None:
    """Print what was entered in FILE and when (UTC), for one QUESTION such as 1.a.1 or for all."""
    from assessment import answers
    from assessment.asking import told
    from assessment.store import AssessmentFile
    from kb.errors import ArushaError
    from kb.interface import phrases
    from kb.knowledge import load

    if question is not None and question not in load().bank.by_id:
        raise ArushaError(f"“{question}” is not a question; they are named like 1.a.1")
    with AssessmentFile.open(file) as opened:
        entries = opened.entries()
    say = phrases(answers.state(entries).language)
    for entry in entries:
        if question is not None and entry.body.get("question") != question:
            continue
        what = say(f"journal.{entry.kind}")
        if entry.kind == "answered":
            given = answers.Answer.model_validate(entry.body["answer"], strict=False)
            what = f"{entry.body['question']}  {told(given, say)}" + (f" · {given.note}" if given.note else "")
        click.echo(f"{entry.seq:>5}  {entry.at}  {what}")


@assess.command()
@click.argument("file", type=_FILE)
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
def seal(file: Path, yes: bool) -> None:
    """Close the round in FILE for good and print the fingerprint that its reports carry."""
    from assessment import answers
    from assessment.store import AssessmentFile
    from kb.interface import phrases

    with AssessmentFile.open(file) as opened:
        assessment = answers.state(opened.entries())
        say = phrases(assessment.language)
        if assessment.fingerprint is None:
            if not yes:
                click.confirm(say("journal.sure", n=len(assessment.answers)), abort=True)
            opened.append([("sealed", {"answers": len(assessment.answers)})])
            assessment = answers.state(opened.entries())
    click.echo(_seal(assessment.fingerprint, say))


def _seal(fingerprint: str | None, say: Any) -> str:
    return str(say("journal.fingerprint", fingerprint=fingerprint) if fingerprint else say("journal.open"))


@click.command()
@click.option(
    "--dir", "folder", type=_FILE, default=Path("arusha-demo"), show_default=True, help="Where the demo goes."
)
@click.option("--serve/--no-serve", default=True, help="Serve report and site on this computer when done.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on; 0 takes a free one.")
def demo(folder: Path, serve: bool, port: int) -> None:
    """Show the whole: a fictional administration's answers, its report, and the site of good practices."""
    from assessment import demo as whole

    made = whole.make(folder)
    click.echo(f"Assessment  {made.assessment}\nReport      {made.report}\nSite        {made.site / 'index.html'}")
    if serve:
        whole.serve(made, port, announce=click.echo)
