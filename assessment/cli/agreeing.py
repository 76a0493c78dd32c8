"""From private scores to an agreed level, and its review: `status`, `close`, `spread`, `agree`, `submit`, `return`, `approve`."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from assessment import telling, views
from assessment.agreement import Agreement, Dissent, State, remarks
from assessment.answers import Answer
from assessment.asking import told
from assessment.cli.session import SCOPES, Scopes, Session, asked, criteria, on_file, table, wrapped
from assessment.events import Event
from assessment.rounds import agreeing as rounds
from assessment.rounds import people
from assessment.rounds.people import acting
from kb.base.interface import Phrases, Refusal
from kb.library.questionnaires import LensQuestion, Question

_DISSENT = re.compile(r"^\s*(?P<group>[^=]+?)\s*=\s*(?P<level>[0-4]?)\s*:\s*(?P<why>.+)$", re.S)


@on_file(data=True)
@click.option("--as", "person", help="Only what is asked of this person.")
def status(s: Session, person: str | None) -> None:
    """What is open in FILE, whose it is, and by when."""
    if person:
        people.known(s.assessment, person)
    view = views.status(s.assessment, person)
    s.show(view.as_json(s.factors()), _status(s, view, person))


def _status(s: Session, view: views.Status, person: str | None) -> Iterator[str]:
    say = s.say
    if person is None:
        yield from _work(s, view)
    if not view.waiting:
        yield say("work.nobody" if s.assessment.people else "work.no_people", file=s.path)
    for each in view.waiting:
        who, (due, late) = f"{each.person.id} ({each.person.group})", telling.by_when(each.due, say)
        yield (
            say.count("work.waiting", len(each.questions), who=who) + due + (late and f" {click.style(late, fg='red')}")
        )
        for question in each.questions if person else ():
            yield wrapped(f"  {question.id:<8} {question.text.of(say.language)}", hang=11)


def _work(s: Session, view: views.Status) -> Iterator[str]:
    say = s.say
    yield table(telling.work(view, s.factors(), say))
    if view.to_close:
        yield wrapped(say("work.to_close", questions=", ".join(view.to_close), file=s.path))
    if view.lapsed:
        yield wrapped(say("work.lapsed", questions=", ".join(view.lapsed)))
    yield ""


def _enter(s: Session, key: str, use_case: Callable[..., Sequence[Event]], *args: Any) -> None:
    """Enter what a use case gives, and say to how many questions it applies."""
    click.echo(s.say.count(key, sum(len(event.questions) for event in s.do(use_case, *args))))


@on_file()
@SCOPES
@click.option("--by", help="Id of the facilitator.")
def close(s: Session, scopes: Scopes, by: str | None) -> None:
    """Close key factors (8), elements (8.d) or questions (8.d.1): their vote ends, and five scores or more may then be seen by all.

    Private scores that are still missing are not waited for and come too late.
    """
    _enter(s, "agree.closed", rounds.close, scopes, by)


@on_file()
@SCOPES
@click.option("--by", help="Id of the facilitator.")
def reopen(s: Session, scopes: Scopes, by: str | None) -> None:
    """Open again what was closed, shown or agreed: an agreement no longer stands, and a second vote begins.

    A second vote is a whole one: everyone asked scores anew. Until it ends, what the first one came to stands.
    """
    _enter(s, "agree.reopened", rounds.reopen, scopes, by)


@on_file()
@SCOPES
@click.option("--by", help="Id of who submits.")
@click.option("--why", default="", help="A word on it.")
def submit(s: Session, scopes: Scopes, by: str | None, why: str) -> None:
    """Submit key factors, elements or questions for review."""
    _enter(s, "work.moved_submitted", rounds.move, scopes, State.SUBMITTED, by, why)


@on_file("return")
@SCOPES
@click.option("--by", help="Id of the reviewer.")
@click.option("--why", required=True, help="What is to be changed.")
def return_(s: Session, scopes: Scopes, by: str | None, why: str) -> None:
    """Send key factors, elements or questions back with what is to be changed."""
    _enter(s, "work.moved_changes_requested", rounds.move, scopes, State.CHANGES_REQUESTED, by, why)


@on_file()
@SCOPES
@click.option("--by", help="Id of the approver.")
@click.option("--why", default="", help="A word on it.")
def approve(s: Session, scopes: Scopes, by: str | None, why: str) -> None:
    """Approve what was agreed; it then changes no more unless it is sent back."""
    _enter(s, "work.moved_approved", rounds.move, scopes, State.APPROVED, by, why)


_SMALL = click.option(
    "--small-group",
    "small",
    is_flag=True,
    help="Show a first vote of two to four scores too; who knows the group can tell whose score is whose.",
)


@on_file(data=True)
@click.argument("scopes", nargs=-1, metavar="[SCOPE]...")
@_SMALL
def spread(s: Session, scopes: Scopes, small: bool) -> None:
    """How far the private scores lie apart, question by question and for each key factor.

    Shown only once a vote has ended with five scores or more: everyone asked has scored, or the question is closed. Nobody is named.
    """
    view = views.spreads(s.assessment, people.asked(s.assessment, scopes), small=small)
    s.show(view.as_json(), _spreads(s, view))


def _spreads(s: Session, view: views.Spreads) -> Iterator[str]:
    say, shown = s.say, telling.spreads(view, s.say)
    if any(vote.small for vote in view.votes.values()):
        yield click.style(wrapped(say("agree.small_group")), fg="yellow")
    if shown.rows:
        yield table(shown)
    for question in view.private:
        yield _waiting(s, question)
    if view.waiting:
        yield wrapped(say.count("agree.too_few", len(view.waiting), questions=", ".join(view.waiting)))
    if any(vote.small for vote in view.hidden.values()):
        yield wrapped(say("agree.small_option"))
    if not (shown.rows or view.private or view.hidden):
        yield say("agree.no_scores")


def _waiting(s: Session, question: Question | LensQuestion) -> str:
    given, missing = len(s.assessment.given[question.id]), len(s.assessment.missing(question))
    key = "agree.private" if missing else "agree.private_small"
    return wrapped(s.say(key, question=question.id, given=given, missing=missing, file=s.path), hang=2)


@on_file()
@click.argument("question", required=False)
@click.option("--level", type=click.IntRange(0, 4), help="The level agreed on.")
@click.option("--not-applicable", "not_applicable", is_flag=True, help="Agreed that the question does not apply.")
@click.option("--dont-know", "dont_know", is_flag=True, help="Agreed that nobody knows.")
@click.option("--reason", default="", help="Why this level.")
@click.option("--dissent", multiple=True, help="Who sees it otherwise: “GROUP=LEVEL: WHY”. May be given several times.")
@click.option("--by", help="Id of the facilitator.")
@_SMALL
def agree(s: Session, question: str | None, by: str | None, small: bool, **given: Any) -> None:
    """Record what the group agreed on for QUESTION of FILE; without QUESTION, go through all that wait for it."""
    if question is None:
        _walk(s, acting(s.assessment, by, "facilitator"), small=small)
    else:
        _agree(s, rounds.question(s.assessment, question), _agreement(**given), by)


def _agreement(
    level: int | None, not_applicable: bool, dont_know: bool, reason: str, dissent: tuple[str, ...]
) -> Agreement:
    """What the options say. Raises Refusal."""
    if (level is not None) + not_applicable + dont_know != 1:
        raise Refusal("shell.one_answer")
    if not reason.strip():
        raise Refusal("shell.no_reason")
    answer = Answer(level=level, not_applicable=reason if not_applicable else None, dont_know=dont_know)
    return Agreement(answer=answer, reason=reason, dissent=tuple(_dissent(line) for line in dissent))


def _dissent(line: str) -> Dissent:
    if not (match := _DISSENT.match(line)):
        raise Refusal("shell.no_dissent", line=line)
    return Dissent(group=match["group"], level=int(match["level"]) if match["level"] else None, why=match["why"])


def _agree(s: Session, question: Question | LensQuestion, agreement: Agreement, by: str | None) -> None:
    s.do(rounds.agree, question.id, agreement, by)
    stands = s.assessment.standing[question.id]
    agreed = told(stands, s.say, s.assessment.bank.scale.of(question.side))
    click.secho(s.say("agree.done", question=question.id, answer=agreed), fg="green")
    for each in stands.dissent:
        click.echo(f"  {telling.dissent(each, agreement.answer.level, s.say)}")


def _walk(s: Session, facilitator: str, *, small: bool) -> None:
    """Go through the questions whose scores may be seen and that nobody has agreed on."""
    say, done = s.say, 0
    waiting = rounds.to_agree(s.assessment)
    if not waiting:
        click.echo(say("agree.none_waiting"))
    elif rule := s.assessment.bank.scale.rule:
        s.tell(rule.of(say.language))
    try:
        for position, question in enumerate(waiting, 1):
            click.echo()
            click.secho(say("agree.head", position=position, total=len(waiting)), dim=True)
            for line in (*criteria(question, say.language), *_votes(s, question, small=small)):
                click.echo(line)
            if (typed := _typed(say)) == "q":
                break
            if (agreement := _asked(typed, say)) is not None:
                _agree(s, question, agreement, facilitator)
                done += 1
    except (click.Abort, EOFError, KeyboardInterrupt):
        click.echo()
    click.echo()
    click.echo(say("agree.stopped", done=done, left=len(waiting) - done))


def _votes(s: Session, question: Question | LensQuestion, *, small: bool) -> Iterator[str]:
    """How the scores of a question lie and what was written beside them, if they may be shown."""
    vote = s.assessment.vote(question.id) if question.id in s.assessment.fixed else None
    if vote is None or not views.may_show(vote, small=small):
        yield click.style(wrapped(s.say("agree.not_shown")), fg="cyan")
        return
    yield click.style(wrapped(telling.spread(vote.spread, s.say)), fg="cyan")
    for remark in remarks(s.assessment.given[question.id].values()):
        yield wrapped(f"  “{remark}”", hang=3)


def _typed(say: Phrases) -> str:
    """What the group answers: a level, n, d, q, or nothing to go on."""
    while (typed := asked(say("agree.prompt"), say("colon")).casefold()) not in ("", "q", *"01234", "n", "d"):
        click.echo(say("answer.not_understood", typed=typed))
    return typed


def _asked(typed: str, say: Phrases) -> Agreement | None:
    """An agreement with its reason and dissent, which are asked for; None without them."""
    if not typed:
        return None
    if not (reason := asked(say("agree.reason"), say("colon"))):
        click.echo(say("agree.reason_needed"))
        return None
    dissent = []
    while group := asked(say("agree.dissent_who"), say("colon")):
        at = asked(say("agree.dissent_level"), say("colon"))
        if why := asked(say("agree.dissent_why"), say("colon")):
            dissent.append(Dissent(group=group, level=int(at) if at in tuple("01234") else None, why=why))
    level = int(typed) if typed.isdigit() else None
    answer = Answer(level=level, not_applicable=reason if typed == "n" else None, dont_know=typed == "d")
    return Agreement(answer=answer, reason=reason, dissent=tuple(dissent))
