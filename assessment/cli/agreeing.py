"""From private scores to an agreed level, and its review: `status`, `close`, `spread`, `agree`, `submit`, `return`, `approve`."""

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from assessment import views
from assessment.agreement import Agreement, Dissent, Spread, State, remarks
from assessment.answers import Answer
from assessment.asking import told
from assessment.cli.session import FILE, Session, UseCase, as_data, asked, in_language, session, table, wrapped
from assessment.rounds import agreeing as rounds
from assessment.rounds import people
from assessment.rounds.people import acting
from kb.base.interface import Phrases, Refusal
from kb.cli.options import echo_json
from kb.library.questionnaires import LensQuestion, Question

_DISSENT = re.compile(r"^\s*(?P<group>[^=]+?)\s*=\s*(?P<level>[0-4]?)\s*:\s*(?P<why>.+)$", re.S)


@click.command()
@click.argument("file", type=FILE)
@click.option("--as", "person", help="Only what is asked of this person.")
@as_data
@in_language
def status(file: Path, person: str | None, form: str, language: str | None) -> None:
    """What is open in FILE, whose it is, and by when."""
    today = date.today().isoformat()
    with session(file, language) as s:
        a, say = s.assessment, s.say
        if person:
            people.known(a, person)
        view = views.status(a, person)
        names = {factor.number: factor.name.of(say.language) for factor in s.knowledge.declaration.factors}
        if form == "json":
            echo_json(view.as_json(names))
            return
        if person is None:
            _print_work(view, names, s)
        if not view.waiting:
            click.echo(say("work.nobody" if a.people else "work.no_people", file=file))
        for each in view.waiting:
            who, day = f"{each.person.id} ({each.person.group})", each.due
            late = f" {click.style(say('work.late'), fg='red')}" if day and day < today else ""
            by_when = say("work.due", day=say.date(day)) if day else ""
            click.echo(say.count("work.waiting", len(each.questions), who=who) + by_when + late)
            for question in each.questions if person else ():
                click.echo(wrapped(f"  {question.id:<8} {question.text.of(say.language)}", hang=11))


def _print_work(view: views.Status, names: dict[int, str], s: Session) -> None:
    say = s.say
    columns = [name for name in view.factors[0].counts if name != State.DRAFT]
    rows = [
        [f"{f.number:>2} {names[f.number]}", *(str(f.counts[name] or "–") for name in columns)] for f in view.factors
    ]
    heads = [say("score.factor"), *(say(f"work.{name}") for name in columns)]
    click.echo(table(heads, rows, right=range(1, len(heads))))
    if view.to_close:
        click.echo(wrapped(say("work.to_close", questions=", ".join(view.to_close), file=s.file.path)))
    if view.lapsed:
        click.echo(wrapped(say("work.lapsed", questions=", ".join(view.lapsed))))
    click.echo()


def _shut(
    file: Path, scopes: tuple[str, ...], by: str | None, language: str | None, use_case: UseCase, key: str
) -> None:
    with session(file, language) as s:
        entries = s.do(use_case, scopes, by)
        click.echo(s.say.count(key, sum(len(body["questions"]) for _, body in entries)))


@click.command()
@click.argument("file", type=FILE)
@click.argument("scopes", nargs=-1, required=True, metavar="SCOPE...")
@click.option("--by", help="Id of the facilitator.")
@in_language
def close(file: Path, scopes: tuple[str, ...], by: str | None, language: str | None) -> None:
    """Close key factors (8), elements (8.d) or questions (8.d.1): their vote ends, and five scores or more may then be seen by all.

    Private scores that are still missing are not waited for and come too late.
    """
    _shut(file, scopes, by, language, rounds.close, "agree.closed")


@click.command()
@click.argument("file", type=FILE)
@click.argument("scopes", nargs=-1, required=True, metavar="SCOPE...")
@click.option("--by", help="Id of the facilitator.")
@in_language
def reopen(file: Path, scopes: tuple[str, ...], by: str | None, language: str | None) -> None:
    """Open again what was closed, shown or agreed: an agreement no longer stands, and a second vote begins.

    A second vote is a whole one: everyone asked scores anew. Until it ends, what the first one came to stands.
    """
    _shut(file, scopes, by, language, rounds.reopen, "agree.reopened")


def _bars(spread: Spread, say: Phrases) -> str:
    """The counts of the levels 0 to 4, as `0: – · 1: 2 · 2: 3 …`, which a screen reader can say."""
    return " · ".join(f"{level}{say('colon')}{count or '–'}" for level, count in enumerate(spread.counts))


def _told(spread: Spread, say: Phrases) -> str:
    return str(
        say(
            "agree.spread",
            counts=_bars(spread, say),
            mean=_number(spread.mean, say),
            deviation=say.number(spread.deviation, 2),
            consensus=say.number(spread.consensus, 2),
        )
    ) + (
        say("agree.others", dont_know=spread.dont_know, not_applicable=spread.not_applicable)
        if spread.dont_know or spread.not_applicable
        else ""
    )


_SMALL = click.option(
    "--small-group",
    "small",
    is_flag=True,
    help="Show a first vote of two to four scores too; who knows the group can tell whose score is whose.",
)


@click.command()
@click.argument("file", type=FILE)
@click.argument("scopes", nargs=-1, metavar="[SCOPE]...")
@_SMALL
@as_data
@in_language
def spread(file: Path, scopes: tuple[str, ...], small: bool, form: str, language: str | None) -> None:
    """How far the private scores lie apart, question by question and for each key factor.

    Shown only once a vote has ended with five scores or more: everyone asked has scored, or the question is closed. Nobody is named.
    """
    with session(file, language) as s:
        questions = s.questions(scopes)
        view = views.spreads(s.assessment, questions, small=small)
        if form == "json":
            echo_json(view.as_json())
        else:
            _print_spread(s, view)


def _print_spread(s: Session, view: views.Spreads) -> None:
    say = s.say
    names = ("question", "counts", "unknown", "apart", "mean", "deviation", "consensus")
    rows = []
    for key, vote in view.votes.items():
        of = vote.spread
        cells = [_number(value, say) for value in (of.mean, of.deviation, of.consensus)]
        rows.append([key, _bars(of, say), str(of.dont_know or "–"), str(of.not_applicable or "–"), *cells])
    for number, pair in view.factors.items():
        rows.append([say("factor.n", number=number), "", "", "", "", *(_number(value, say) for value in pair)])
    if any(vote.small for vote in view.votes.values()):
        click.secho(wrapped(say("agree.small_group")), fg="yellow")
    if rows:
        click.echo(table([say(f"agree.{name}") for name in names], rows, right=[2, 3, 4, 5, 6]))
    for question in view.private:
        click.echo(_waiting(s, question))
    if view.waiting:
        click.echo(wrapped(say.count("agree.too_few", len(view.waiting), questions=", ".join(view.waiting))))
    if any(vote.small for vote in view.hidden.values()):
        click.echo(wrapped(say("agree.small_option")))
    if not (rows or view.private or view.hidden):
        click.echo(say("agree.no_scores"))


def _waiting(s: Session, question: Question | LensQuestion) -> str:
    given, missing = len(s.assessment.given[question.id]), len(s.assessment.missing(question))
    key = "agree.private" if missing else "agree.private_small"
    return wrapped(s.say(key, question=question.id, given=given, missing=missing, file=s.file.path), hang=2)


def _number(value: Fraction | float | None, say: Phrases) -> str:
    return str(say.number(None if value is None else float(value), 2))


def _dissent(lines: Sequence[str]) -> tuple[Any, ...]:

    found = []
    for line in lines:
        match = _DISSENT.match(line)
        if not match:
            raise Refusal("shell.no_dissent", line=line)
        level = int(match["level"]) if match["level"] else None
        found.append(Dissent(group=match["group"], level=level, why=match["why"]))
    return tuple(found)


@click.command()
@click.argument("file", type=FILE)
@click.argument("question", required=False)
@click.option("--level", type=click.IntRange(0, 4), help="The level agreed on.")
@click.option("--not-applicable", "not_applicable", is_flag=True, help="Agreed that the question does not apply.")
@click.option("--dont-know", "dont_know", is_flag=True, help="Agreed that nobody knows.")
@click.option("--reason", help="Why this level.")
@click.option("--dissent", multiple=True, help="Who sees it otherwise: “GROUP=LEVEL: WHY”. May be given several times.")
@click.option("--by", help="Id of the facilitator.")
@_SMALL
@in_language
def agree(
    file: Path,
    question: str | None,
    level: int | None,
    not_applicable: bool,
    dont_know: bool,
    reason: str | None,
    dissent: tuple[str, ...],
    by: str | None,
    small: bool,
    language: str | None,
) -> None:
    """Record what the group agreed on for QUESTION of FILE; without QUESTION, go through all that wait for it."""
    with session(file, language) as s:
        if question is None:
            _walk(s, acting(s.assessment, by, "facilitator"), small=small)
            return
        chosen = rounds.question(s.assessment, question)
        if (level is not None) + not_applicable + dont_know != 1:
            raise Refusal("shell.one_answer")
        if not (reason or "").strip():
            raise Refusal("shell.no_reason")
        answer = Answer(level=level, not_applicable=reason if not_applicable else None, dont_know=dont_know)
        _agree(s, chosen, Agreement(answer=answer, reason=reason or "", dissent=_dissent(dissent)), by)


def _agree(s: Session, question: Question | LensQuestion, agreement: Agreement, by: str | None) -> None:
    s.do(rounds.agree, question.id, agreement, by)
    stands = s.assessment.standing[question.id]
    click.secho(s.say("agree.done", question=question.id, answer=told(stands, s.say)), fg="green")
    for each in stands.dissent:
        click.echo(f"  {_dissent_told(each, agreement.answer.level, s.say)}")


def _dissent_told(dissent: Dissent, agreed: int | None, say: Phrases) -> str:
    distance = dissent.distance(agreed)
    level = "" if dissent.level is None else f" {say('state.level', level=dissent.level)}"
    apart = "" if distance is None else f" ({distance:+d})"
    return f"{say('agree.dissent')}{say('colon')}{dissent.group}{level}{apart}{say('colon')}{dissent.why}"


def _show_votes(s: Session, question: Question | LensQuestion, *, small: bool) -> None:
    """How the scores of a question lie and what was written beside them, if they may be shown."""
    vote = s.assessment.vote(question.id) if question.id in s.assessment.fixed else None
    if not views.may_show(vote, small=small):
        click.secho(wrapped(s.say("agree.not_shown")), fg="cyan")
        return
    assert vote is not None  # noqa: S101 - it may be shown
    click.secho(wrapped(_told(vote.spread, s.say)), fg="cyan")
    for remark in remarks(s.assessment.given[question.id].values()):
        click.echo(wrapped(f"  “{remark}”", hang=3))


def _walk(s: Session, facilitator: str, *, small: bool) -> None:
    """Go through the questions whose scores may be seen and that nobody has agreed on."""
    say, done = s.say, 0
    waiting = rounds.to_agree(s.assessment)
    if not waiting:
        click.echo(say("agree.none_waiting"))
    try:
        for position, question in enumerate(waiting, 1):
            click.echo()
            click.secho(say("agree.head", position=position, total=len(waiting)), dim=True)
            click.secho(wrapped(f"{question.id}  {question.text.of(say.language)}"), bold=True)
            for number, level in enumerate(question.levels):
                click.echo(wrapped(f"  {number}  {level.of(say.language)}", hang=5))
            _show_votes(s, question, small=small)
            while (typed := asked(say("agree.prompt"), say("colon")).casefold()) not in ("", "q", *"01234", "n", "d"):
                click.echo(say("answer.not_understood", typed=typed))
            if typed == "q":
                break
            if not typed:
                continue
            if not (reason := asked(say("agree.reason"), say("colon"))):
                click.echo(say("agree.reason_needed"))
                continue
            dissent = []
            while group := asked(say("agree.dissent_who"), say("colon")):
                at = asked(say("agree.dissent_level"), say("colon"))
                why = asked(say("agree.dissent_why"), say("colon"))
                if why:
                    dissent.append(Dissent(group=group, level=int(at) if at in tuple("01234") else None, why=why))
            answer = Answer(
                level=int(typed) if typed.isdigit() else None,
                not_applicable=reason if typed == "n" else None,
                dont_know=typed == "d",
            )
            _agree(s, question, Agreement(answer=answer, reason=reason, dissent=tuple(dissent)), facilitator)
            done += 1
    except (click.Abort, EOFError, KeyboardInterrupt):
        click.echo()
    click.echo()
    click.echo(say("agree.stopped", done=done, left=len(waiting) - done))


def _move(file: Path, scopes: tuple[str, ...], to: State, by: str | None, why: str, language: str | None) -> None:
    with session(file, language) as s:
        ((_, body),) = s.do(rounds.move, scopes, to, by, why)
        click.echo(s.say.count(f"work.moved_{to}", len(body["questions"])))


_SCOPES = click.argument("scopes", nargs=-1, required=True, metavar="SCOPE...")


@click.command()
@click.argument("file", type=FILE)
@_SCOPES
@click.option("--by", help="Id of who submits.")
@click.option("--why", default="", help="A word on it.")
@in_language
def submit(file: Path, scopes: tuple[str, ...], by: str | None, why: str, language: str | None) -> None:
    """Submit key factors, elements or questions for review."""
    _move(file, scopes, State.SUBMITTED, by, why, language)


@click.command(name="return")
@click.argument("file", type=FILE)
@_SCOPES
@click.option("--by", help="Id of the reviewer.")
@click.option("--why", required=True, help="What is to be changed.")
@in_language
def return_(file: Path, scopes: tuple[str, ...], by: str | None, why: str, language: str | None) -> None:
    """Send key factors, elements or questions back with what is to be changed."""
    _move(file, scopes, State.CHANGES_REQUESTED, by, why, language)


@click.command()
@click.argument("file", type=FILE)
@_SCOPES
@click.option("--by", help="Id of the approver.")
@click.option("--why", default="", help="A word on it.")
@in_language
def approve(file: Path, scopes: tuple[str, ...], by: str | None, why: str, language: str | None) -> None:
    """Approve what was agreed; it then changes no more unless it is sent back."""
    _move(file, scopes, State.APPROVED, by, why, language)
