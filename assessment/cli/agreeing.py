"""From private scores to an agreed level, and its review: `status`, `close`, `spread`, `agree`, `submit`, `return`, `approve`."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from assessment import telling, views
from assessment.agreement import Agreement, State, remarks
from assessment.asking import Reply, Walk, stays, told, understand
from assessment.cli.session import SCOPES, Scopes, Session, asked, criteria, on_file, sure, table, wrapped
from assessment.events import Event
from assessment.rounds import agreeing as rounds
from assessment.rounds import people
from assessment.rounds.people import acting
from kb.base.errors import ArushaError
from kb.base.interface import Phrases, Refusal, in_words
from kb.library.content import expect
from kb.library.questionnaires import LensQuestion, Question

Questions = Sequence[Question | LensQuestion]
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
    if view.sealed:
        yield s.commands("work.sealed", s.assessment.standing)
        return
    if not view.waiting:
        yield say("work.nobody" if s.assessment.people else "work.no_people", file=s.path)
    for each in view.waiting:
        who, (due, late) = f"{each.person.id} ({each.person.group})", telling.by_when(each.due, say)
        yield (
            say.count("work.waiting", len(each.questions), who=who) + due + (late and f" {click.style(late, fg='red')}")
        )
        for question in each.questions if person else ():
            yield wrapped(f"  {question.id:<8} {question.text.of(say.language)}", hang=11)
    options = f" --as {person or say('work.person')}" if view.waiting else ""
    for what, questions in view.open.items():
        yield s.commands(f"work.next_{what}", questions, options=options)


def _work(s: Session, view: views.Status) -> Iterator[str]:
    say = s.say
    yield table(telling.work(view, s.factors(), say))
    if not view.sealed:
        yield wrapped(say("work.way"))
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
    """Close what SCOPE names: its vote ends, and five scores or more may then be seen by all.

    SCOPE is a key factor (8), an element (8.d), a question (8.d.1), “gender” for the gender lens, or “all” for every question that
    has scores. Private scores that are still missing are not waited for and come too late.
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


_FURTHEST = "disagreement"  # an order of questions
_SMALL = click.option(
    "--small-group",
    "small",
    is_flag=True,
    help="Show a first vote of two to four scores too; who knows the group can tell whose score is whose.",
)


@on_file(data=True)
@click.argument("scopes", nargs=-1, metavar="[SCOPE]...")
@_SMALL
@click.option("--by", "order", type=click.Choice([_FURTHEST]), help="The questions that lie furthest apart first.")
@click.option("--limit", type=click.IntRange(1), help="No more than so many questions.")
def spread(s: Session, scopes: Scopes, small: bool, order: str | None, limit: int | None) -> None:
    """How far the private scores lie apart, question by question and for each key factor.

    Shown only once a vote has ended with five scores or more: everyone asked has scored, or the question is closed. Nobody is named.
    """
    questions = people.asked(s.assessment, scopes)
    view = views.spreads(s.assessment, questions, small=small, furthest=bool(order), limit=limit)
    s.show(view.as_json(), _spreads(s, view))


def _spreads(s: Session, view: views.Spreads) -> Iterator[str]:
    say, shown = s.say, telling.spreads(view, s.say)
    if any(vote.small for vote in view.votes.values()):
        yield click.style(wrapped(say("agree.small_group")), fg="yellow")
    if shown.rows:
        yield table(shown)
        yield wrapped(say("agree.legend"))
        if view.more:
            yield say.count("agree.more", view.more)
    if view.factors:
        yield "\n" + table(telling.disagreement(view, s.factors(), say))
    yield from _waiting(s, view.private)
    if view.waiting:
        yield wrapped(say.count("agree.too_few", len(view.waiting), questions=", ".join(view.waiting)))
    if any(vote.small for vote in view.hidden.values()):
        yield wrapped(say("agree.small_option"))
    if not (shown.rows or view.private or view.hidden):
        yield say("agree.no_scores")


def _waiting(s: Session, private: Questions) -> Iterator[str]:
    """How many scores the questions whose vote goes on have and lack; those that are alike in this together."""
    alike: dict[tuple[int, int], list[str]] = {}
    for question in private:
        counts = len(s.assessment.given[question.id]), len(s.assessment.missing(question))
        alike.setdefault(counts, []).append(question.id)
    for (given, missing), ids in alike.items():
        key, between = ("agree.private", ", ") if missing else ("agree.private_small", " ")
        yield wrapped(s.say(key, question=between.join(ids), given=given, missing=missing, file=s.path), hang=2)


@on_file()
@click.argument("scopes", nargs=-1, metavar="[SCOPE]...")
@click.option("--level", type=click.IntRange(0, 4), help="The level agreed on.")
@click.option("--not-applicable", "not_applicable", is_flag=True, help="Agreed that the question does not apply.")
@click.option("--dont-know", "dont_know", is_flag=True, help="Agreed that nobody knows.")
@click.option("--reason", default="", help="Why this level.")
@click.option("--dissent", multiple=True, help="Who sees it otherwise: “GROUP=LEVEL: WHY”. May be given several times.")
@click.option("--by", multiple=True, help="Id of the facilitator; “disagreement”: the lowest consensus first.")
@_SMALL
@click.option("--where", help="Only where this holds, such as “consensus>=0.85” or “deviation<1”.")
@click.option("--confirm", is_flag=True, help="Agree at once, for one --reason, on the level that the scores give.")
@click.option("--yes", is_flag=True, help="Do not ask whether what --confirm lists is meant.")
def agree(s: Session, scopes: Scopes, by: Scopes, small: bool, where: str | None, **given: Any) -> None:
    """Record what the group agreed on for a question of FILE, or go through those that wait for it.

    With a level and its reason SCOPE is one question. Without, those that wait are gone through one by one: all, or those of key
    factors (8), elements (8.d), questions (8.d.1) or “gender”. “--where "consensus>=0.85" --confirm” agrees on many at once: it
    lists them first, and leaves out those whose scores do not give one level.
    """
    who = next((each for each in reversed(by) if each != _FURTHEST), None)
    confirm, yes = given.pop("confirm"), given.pop("yes")
    if _is_of_one(**given, confirm=confirm):
        if len(scopes) != 1 or where or confirm:
            raise Refusal("shell.one_question")
        dissent = [_dissent(line) for line in given.pop("dissent")]
        _agree(s, rounds.question(s.assessment, scopes[0]), _agreement(**given, dissent=dissent), who)
        return
    chosen = (
        None if where is None else rounds.confirmable(s.assessment, scopes, rounds.Condition.read(where), small=small)
    )
    acting(s.assessment, who, "facilitator")  # refused before anything is shown
    if confirm:
        _confirm(s, chosen, who, given["reason"], small=small, yes=yes)
    else:
        _walk(s, _ordered(s, scopes, chosen, small=small, furthest=_FURTHEST in by), who, scopes, small=small)


def _is_of_one(
    level: int | None, not_applicable: bool, dont_know: bool, reason: str, dissent: Scopes, confirm: bool
) -> bool:
    """Whether the options tell what was agreed on for one question."""
    return level is not None or not_applicable or dont_know or bool(dissent) or (bool(reason) and not confirm)


def _ordered(
    s: Session, scopes: Scopes, chosen: rounds.Confirmable | None, *, small: bool, furthest: bool
) -> Questions:
    """The questions to go through: those to agree on for which the condition holds, in the order asked for."""
    found = {each.id for each in (*rounds.to_agree(s.assessment, scopes), *rounds.to_review(s.assessment, scopes))}
    waiting = [each for each in s.assessment.asked if each.id in found]
    if chosen is not None:
        held = (*chosen.levels, *chosen.left.get("unclear", ()))
        waiting = [each for each in waiting if each.id in held]
    return rounds.furthest_apart(s.assessment, waiting, small=small) if furthest else waiting


def _confirm(
    s: Session, chosen: rounds.Confirmable | None, by: str | None, reason: str, *, small: bool, yes: bool
) -> None:
    """List what is taken and what is left, ask, and agree on what is taken. Raises Refusal without condition or reason."""
    if chosen is None or not reason.strip():
        raise Refusal("shell.confirm_needs")
    say, levels = s.say, chosen.levels
    if levels:
        taken = [s.assessment.by_id[key] for key in levels]
        click.echo(table(telling.spreads(views.spreads(s.assessment, taken, small=small), say, s.elements())))
        s.tell(say("agree.taken"))
    for why, left in chosen.left.items():
        s.tell(say.count(f"agree.left_{why}", len(left), questions=", ".join(left)), hang=2)
    if not levels:
        click.echo(say("agree.none_confirmed"))
        return
    if not (yes or sure(say.count("agree.confirm_sure", len(levels), reason=reason), say)):
        raise click.Abort
    s.do(rounds.confirm, levels, reason, by, small=small)
    click.secho(say.count("agree.confirmed", len(levels)), fg="green")


def _agreement(
    level: int | None, not_applicable: bool, dont_know: bool, reason: str, dissent: list[dict[str, Any]]
) -> Agreement:
    """What was given as options or typed. Raises ArushaError."""
    if (level is not None) + not_applicable + dont_know != 1:
        raise Refusal("shell.one_answer")
    if not reason.strip():
        raise Refusal("shell.no_reason")
    answer = {"level": level, "not_applicable": reason if not_applicable else None, "dont_know": dont_know}
    return expect(Agreement, {"answer": answer, "reason": reason, "dissent": dissent})


def _dissent(line: str) -> dict[str, Any]:
    if not (match := _DISSENT.match(line)):
        raise Refusal("shell.no_dissent", line=line)
    return {"group": match["group"], "level": int(match["level"]) if match["level"] else None, "why": match["why"]}


def _unknown(s: Session, group: str) -> str:
    """That a group is none of those registered, and which these are; nothing where it is one or there are none."""
    known = people.groups(s.assessment)
    if not known or group.casefold() in {each.casefold() for each in known}:
        return ""
    return s.say("agree.unknown_group", group=group, known=", ".join(known[:12]))


def _agree(s: Session, question: Question | LensQuestion, agreement: Agreement, by: str | None) -> None:
    s.do(rounds.agree, question.id, agreement, by)
    stands = s.assessment.standing[question.id]
    agreed = told(stands, s.say, s.assessment.bank.scale.of(question))
    click.secho(s.say("agree.done", question=question.id, answer=agreed), fg="green")
    for each in stands.dissent:
        click.echo(f"  {telling.dissent(each, agreement.answer.level, s.say)}")
        if told_of := _unknown(s, each.group):
            s.tell(f"  {told_of}", hang=2)


def _walk(s: Session, waiting: Questions, by: str | None, scopes: Scopes, *, small: bool) -> None:
    """Go through the questions whose scores may be seen and that nobody has agreed on."""
    say, walk = s.say, Walk(waiting)
    if not waiting:
        click.echo(say("agree.none_waiting"))
        chosen = people.asked(s.assessment, scopes)
        voting = [q.id for q in chosen if s.assessment.given.get(q.id) and s.assessment.missing(q)]
        if voting:
            click.echo(s.commands("agree.still_voting", voting))
        return
    if rule := s.assessment.bank.scale.rule:
        s.tell(rule.of(say.language))
    try:
        more = walk.begin(())
        while more:
            more = _at(s, walk, by, small=small)
    except (click.Abort, EOFError, KeyboardInterrupt):
        click.echo()
    left = len({question.id for question in waiting} - rounds.settled(s.assessment))
    click.echo()
    click.echo(say("agree.stopped", done=len(waiting) - left, left=left))


def _at(s: Session, walk: Walk, by: str | None, *, small: bool) -> bool:
    """Show a question and do what is typed there; whether there is another one to go to."""
    say, question = s.say, walk.question
    click.echo()
    click.secho(say("agree.head", position=walk.position + 1, total=len(walk.questions)), dim=True)
    for line in (*criteria(question, say.language), *_returned(s, question), *_votes(s, question, small=small)):
        click.echo(line)
    while True:
        typed = asked(say("agree.prompt"), say("colon"))
        reply = understand(typed, say)
        if reply.act == "quit":
            return False
        try:
            if reply.act in ("level", "not_applicable", "dont_know") and (agreement := _asked(s, reply)) is not None:
                _agree(s, question, agreement, by)
        except ArushaError as error:
            click.secho(wrapped(in_words(error, say, "command")), fg="yellow")
            continue
        if reply.act in ("level", "not_applicable", "dont_know", "skip"):
            return walk.forward(rounds.settled(s.assessment))
        if walk.go(reply, rounds.settled(s.assessment)):
            return True
        click.echo(stays(reply, typed, say))


def _returned(s: Session, question: Question | LensQuestion) -> Iterator[str]:
    """Why a question was sent back, and what stands for it."""
    if s.assessment.state(question.id) is State.CHANGES_REQUESTED:
        move, stands = s.assessment.moves[question.id][-1], s.assessment.standing.get(question.id)
        yield click.style(wrapped(s.say("agree.sent_back", who=move.by, why=move.why), hang=2), fg="yellow")
        if stands:
            present = told(stands, s.say, s.assessment.bank.scale.of(question))
            yield click.style(wrapped(s.say("answer.present", answer=present), hang=2), fg="cyan")


def _votes(s: Session, question: Question | LensQuestion, *, small: bool) -> Iterator[str]:
    """How the scores of a question lie and what was written beside them, if they may be shown."""
    if (vote := rounds.shown(s.assessment, question.id, small=small)) is None:
        yield click.style(wrapped(s.say("agree.not_shown")), fg="cyan")
        return
    yield click.style(wrapped(telling.spread(vote.spread, s.say)), fg="cyan")
    for remark in remarks(s.assessment.given[question.id].values()):
        yield wrapped(f"  {s.say('agree.remark', text=remark)}", hang=3)


def _asked(s: Session, reply: Reply) -> Agreement | None:
    """An agreement with its reason and dissent, which are asked for; None without a reason. Raises click.Abort where told to stop."""
    say, dissent = s.say, []
    if not (reason := _line(say, "reason")):
        click.echo(say("agree.reason_needed"))
        return None
    while group := _line(say, "dissent_who"):
        if _DISSENT.match(group):
            dissent.append(_dissent(group))
        elif not (unknown := _unknown(s, group)) or sure(f"{unknown} {say('agree.keep_group')}", say):
            at = _line(say, "dissent_level")
            if why := _line(say, "dissent_why"):
                dissent.append({"group": group, "level": int(at) if at in tuple("01234") else None, "why": why})
    return _agreement(reply.level, reply.act == "not_applicable", reply.act == "dont_know", reason, dissent)


def _line(say: Phrases, what: str) -> str:
    """A line typed at one of the prompts after the level. Raises click.Abort where it tells to stop."""
    typed = asked(say(f"agree.{what}"), say("colon"))
    if understand(typed, say).act == "quit":
        click.echo(say("agree.dropped"))
        raise click.Abort
    return typed
