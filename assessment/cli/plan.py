"""The action plan: `arusha plan …`, in the file of an open round or in a plan of its own after the round was sealed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from assessment import replay
from assessment.actions import Horizon, Status, achievement, lacking, to_look_at, unmet
from assessment.cli.session import FILE, ID, Session, about, in_language, on_file, options_of, session, table, wrapped
from assessment.journal import Assessment
from assessment.plan import changes, tables, views
from assessment.plan import effect as effects
from assessment.plan.telling import percent, title
from assessment.rounds import opening
from assessment.storing.sqlite import AssessmentFile
from kb.base.interface import Refusal
from kb.cli.options import OneOf

as_of = click.option("--as-of", "day", metavar="DATE", help="The day to look at, YYYY-MM-DD.  [default: today]")


@click.command()
@click.argument("file", metavar="PLAN", type=FILE)
@click.option("--from", "source", required=True, type=FILE, help="The file of the sealed round.")
@in_language
def new(file: Path, source: Path, language: str | None) -> None:
    """Make PLAN, which goes on after a round is sealed, with the round's levels, open risks and actions.

    Until a round is sealed its own file takes the plan.
    """
    with session(source, language, plan=True) as s:
        with AssessmentFile.create(file, *opening.planned(s.assessment)) as made:
            read = replay.read(made, s.knowledge.bank, plan=True)
        gaps, fingerprint = sum(level < 4 for level in read.levels.values()), s.assessment.fingerprint or ""
        counts = {"gaps": gaps, "risks": len(read.risks), "actions": len(read.actions)}
        s.tell(s.say("plan.made", file=file, fingerprint=f"{fingerprint[:12]}…", **counts))
        click.echo(s.say("plan.resume", file=file))


_DESCRIBED = options_of(
    click.option("--problem", help="The problem to solve."),
    click.option("--result", help="The expected result."),
    click.option("--measure", help="What will be done."),
    click.option("--owner", help="The unit or post that is responsible, not a person’s name."),
    click.option("--co-owner", "co_owners", multiple=True, help="Another unit. May be given several times."),
    click.option("--element", "elements", multiple=True, help="Element such as 8.d. May be given several times."),
    click.option("--start", metavar="DATE", help="First day, YYYY-MM-DD."),
    click.option("--due", metavar="DATE", help="Day by which it is to be done, YYYY-MM-DD."),
    click.option(
        "--horizon",
        type=OneOf(Horizon),
        help="Short, medium or long term.  [default: by the days: up to one year, up to three, longer]",
    ),
    click.option(
        "--indicator",
        "indicators",
        multiple=True,
        metavar="TEXT",
        help="“TEXT; baseline=12; target=40; unit=%; source=…; weight=50”, up to five; “2: target=50” changes the second. "
        "Also direction=increase, decrease, keep_at or at_most; tolerance=2; kind=activity, output or outcome.",
    ),
    click.option("--resources", help="What it needs."),
    click.option("--risks", help="What may stand in its way."),
    click.option("--authority", help="Who approves it."),
    click.option("--effort", type=click.IntRange(1, 5), help="1 little to 5 very much."),
    click.option(
        "--practice", "practices", multiple=True, metavar="ID", help="A practice consulted. May be given several times."
    ),
    click.option(
        "--public/--not-public", "public", default=None, help="Whether the public page may show it.  [default: not]"
    ),
)


@on_file(plan=True)
@click.option("--decision", help="The decision that it comes from, if neither a gap nor a risk.")
@click.option(
    "--gap", "gaps", multiple=True, metavar="QUESTION", help="A gap that it closes. May be given several times."
)
@click.option("--risk", metavar="ID", help="The risk that it meets.")
@_DESCRIBED
def add(s: Session, decision: str | None, gaps: tuple[str, ...], risk: str | None, **stated: Any) -> None:
    """Add an action to FILE. A first draft needs --problem and one of --decision, --gap and --risk."""
    if not stated["problem"]:
        raise Refusal("shell.no_problem")
    named = {"gaps": list(gaps) or None, "risk": risk, "decision": decision}
    origin = {name: value for name, value in named.items() if value is not None}
    if len(origin) != 1:
        raise Refusal("shell.one_origin")
    _tell_added(s, s.do(changes.add, _desk(s), [{"origin": origin}], stated))


@on_file("from-gap", plan=True)
@click.argument("questions", nargs=-1, metavar="[QUESTION]...")
@click.option("--top", type=click.IntRange(1, 50), help="The gaps of greatest priority without an action under way.")
@_DESCRIBED
def from_gap(s: Session, questions: tuple[str, ...], top: int | None, **stated: Any) -> None:
    """Draft an action for each QUESTION with a gap: the criterion reached, the goal, and an indicator.

    With --practice the measure is drafted from that practice and cites it. What is drafted is published only once a person has
    read it: give a --measure, or confirm it with “arusha plan edit FILE ID --confirm”.
    """
    made = s.do(changes.from_gaps, _desk(s), questions, top, stated)
    _tell_added(s, made)
    if top and made and (others := changes.tied(s.assessment, made[-1].id)):
        s.tell(s.say("plan.tied", questions=", ".join(others)))
    if not made:
        click.echo(s.say("plan.no_gaps"))


@on_file("from-risk", plan=True)
@ID
@_DESCRIBED
def from_risk(s: Session, key: str, **stated: Any) -> None:
    """Draft an action for the open risk ID of FILE."""
    _tell_added(s, s.do(changes.from_risk, _desk(s), key, stated))


@on_file(plan=True)
@ID
@click.option("--status", type=OneOf(Status), help="How far it has come.")
@click.option("--ended", metavar="DATE", help="The day it was done or cancelled.  [default: today]")
@click.option("--confirm", is_flag=True, help="You have read what was drafted, and it stands.")
@click.option("--retire", multiple=True, metavar="NUMBER=REASON", help="An indicator that no longer counts, and why.")
@_DESCRIBED
def edit(s: Session, key: str, confirm: bool, retire: tuple[str, ...], **stated: Any) -> None:
    """Change the action ID of FILE; what is not named stays, and an empty text takes a field's content out."""
    if all(value in (None, ()) for value in stated.values()) and not (retire or confirm):
        raise Refusal("shell.nothing_new")
    retired = [(number, reason) for number, _, reason in (each.partition("=") for each in retire)]
    s.do(changes.edit, _desk(s), key, stated, retired, today(), confirmed=confirm)
    _tell(s, key, "changed")


@on_file("list", plan=True, data=True)
@as_of
def list_(s: Session, day: str | None) -> None:
    """Print the actions of FILE."""
    listed = views.actions(s.assessment, a_day(day))
    told = [table(tables.actions(listed, s.say))] if listed else [s.say("plan.none", file=s.path)]
    s.show([each.as_json() for each in listed], told)


@on_file(plan=True)
@ID
def show(s: Session, key: str) -> None:
    """Print everything about the action ID of FILE."""
    for heading, lines in tables.sheet(changes.action(s.assessment, key), s.say):
        click.secho(heading, bold=True)
        for line in lines:
            s.tell(line, hang=2)


@on_file(plan=True)
@ID
@click.option("--date", "day", metavar="DATE", help="The day of the monitoring, YYYY-MM-DD.  [default: today]")
@click.option(
    "--value", "values", multiple=True, metavar="[NUMBER=]VALUE", help="The value of an indicator, such as 2=35."
)
@click.option("--note", default="", help="The status in words; published with an action that is public.")
@click.option("--remark", default="", help="A remark that is never published.")
@click.option("--by", help="The unit that monitored.")
@click.option("--status", type=OneOf(Status), help="How far it has come.  [default: in_progress, once it is begun]")
def progress(
    s: Session, key: str, day: str | None, values: tuple[str, ...], status: Status | None, **words: str | None
) -> None:
    """Record what monitoring of the action ID found: values of its indicators, and the status in words."""
    now = a_day(day)
    stated = {"date": now} | {name: text for name, text in words.items() if text}
    s.do(changes.record, _desk(s), key, values, status, stated, today())
    action = s.assessment.actions[key]
    reached = {"achievement": percent(achievement(action), s.say), "status": s.say(f"action_status.{action.status}")}
    click.echo(s.say("plan.recorded", id=key, date=s.say.date(now), **reached))
    for lack in to_look_at(action):
        s.tell(tables.lack(lack, s.say), hang=4)


@on_file(plan=True)
@as_of
def overdue(s: Session, day: str | None) -> None:
    """Print the actions of FILE that are overdue, and those that slip: behind their time, or not begun."""
    say, now = s.say, a_day(day)
    late = tables.late(views.by_due(views.actions(s.assessment, now)), say)
    click.echo(table(late) if late.rows else say("plan.none_late", date=say.date(now)))


@on_file(plan=True)
def check(s: Session) -> None:
    """Say what each open action of FILE lacks to be complete, and to be SMART. Exit code 1 if something is missing.

    Complete means that every field is filled, SMART that an outcome is measured besides. Whether an action is achievable and
    relevant, people judge.
    """
    say, opened = s.say, [action for action in s.assessment.actions.values() if not action.over]
    lacks = [lack for action in opened for lack in lacking(action)]
    for lack in lacks:
        s.tell(tables.lack(lack, say), hang=4)
    click.echo(say.count("plan.findings", len(lacks)) if lacks else say.count("plan.complete", len(opened)))
    if lacks:
        raise SystemExit(1)


@on_file(plan=True, data=True)
@click.option("--top", type=click.IntRange(1), help="So many only.")
@click.option("--effort", "efforts", multiple=True, metavar="QUESTION=1..5", help="Rate the effort for a gap.")
def priorities(s: Session, top: int | None, efforts: tuple[str, ...]) -> None:
    """Print the gaps of FILE by priority, each with the numbers that its place comes from.

    The class of the worst open risk comes first, then gap × weight; the effort stands beside and changes no place.
    """
    ranked = changes.ranked(s.assessment, efforts)[:top]
    told = [*tables.priorities(ranked, s.elements(), s.say)]
    if missed := unmet(s.assessment.asked, s.assessment.levels, s.assessment.risks.values()):
        told.append(s.say.count("report.unmet", len(missed), risks=", ".join(missed)))
    s.show([views.priority_as_json(each) for each in ranked], (wrapped(line, hang=4) for line in told))


@on_file(plan=True)
@click.argument("later", type=FILE)
@click.option("--round", "round_", type=FILE, help="The file of the sealed round that a plan of its own goes on from.")
def effect(s: Session, later: Path, round_: Path | None) -> None:
    """Set the elements with completed actions of FILE beside a LATER round: which moved, which did not. It claims no cause."""
    say, earlier = s.say, s.assessment
    with session(later, say.language) as after:
        if earlier.carried:
            earlier = _round(s, round_)
        if not any(action.status is Status.DONE for action in s.assessment.actions.values()):
            click.echo(say("effect.none"))
            return
        view = effects.effect(s.assessment.actions.values(), earlier, after.assessment)
        days = [say.date(each.opened[:10]) for each in (earlier, after.assessment)]
        s.tell(say("effect.head", before=days[0], after=days[1]))
        click.echo(table(tables.effect(view, s.knowledge, say)))
        s.tell(say("effect.others", **{verdict.value: n for verdict, n in view.others.items()}))
        s.tell(say("effect.no_cause"))


def _round(s: Session, file: Path | None) -> Assessment:
    """The round that a plan of its own goes on from. Raises Refusal for another one."""
    if file is None:
        raise Refusal("shell.no_round", path=s.path)
    with session(file, s.say.language) as before, about(file):
        changes.expect_round(s.assessment, before.assessment)
        return before.assessment


def today() -> str:
    """The day that it is here."""
    return date.today().isoformat()


def a_day(given: str | None) -> str:
    """A day given on the command line, or today. Raises ArushaError."""
    try:
        if given is None or (len(given) == 10 and date.fromisoformat(given)):
            return given or today()
    except ValueError:
        pass
    raise Refusal("shell.not_a_day", day=given)


def _desk(s: Session) -> changes.Desk:
    """What the plan is changed with. Raises Refusal for that of a sealed round."""
    changes.expect_open(s.assessment)
    return changes.Desk(s.knowledge, s.say)


def _tell_added(s: Session, made: Sequence[Any]) -> None:
    for action in made:
        _tell(s, action.id, "added")


def _tell(s: Session, key: str, done: str) -> None:
    action = s.assessment.actions[key]
    s.tell(s.say(f"plan.{done}", id=action.id, what=title(action, s.say)), hang=2)
    if action.public:
        s.tell(s.say("plan.shown" if action.published else "plan.not_shown", id=action.id, file=s.path), hang=2)
    if missing := lacking(action):
        click.echo(s.say.count("plan.lacks", len(missing), file=s.path))
