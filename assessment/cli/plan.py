"""The action plan: `arusha plan …`, in the file of an open round or in a plan of its own after the round was sealed."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from textwrap import shorten
from typing import Any, TypeVar

import click

from assessment import journal, views
from assessment.actions import Action, Horizon, Status, Timing, achievement, elapsed, lacking, timing
from assessment.cli.session import FILE, Session, as_data, in_language, session, table, wrapped
from assessment.comparison import Verdict
from assessment.plan import changes
from assessment.plan.document import as_data as told
from assessment.plan.effect import effect as found
from assessment.plan.telling import facts, indicators, percent, quantity
from assessment.scoring import rounded
from assessment.storing.journal import Kept
from assessment.storing.sqlite import AssessmentFile
from kb.base.interface import Phrases, Refusal
from kb.cli.options import OneOf, echo_json

F = TypeVar("F", bound=Callable[..., Any])
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
        opening = journal.planned(s.assessment)
        with AssessmentFile.create(file, *opening) as made:
            read = journal.read(made, s.knowledge.bank, plan=True)
        gaps = sum(level < 4 for level in read.levels.values())
        told = {"gaps": gaps, "risks": len(read.risks), "actions": len(read.actions)}
        click.echo(
            wrapped(s.say("plan.made", file=file, fingerprint=f"{(s.assessment.fingerprint or '')[:12]}…", **told))
        )
        click.echo(s.say("plan.resume", file=file))


def _described(command: F) -> F:
    """Give a command the options that describe an action."""
    options = [
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
            help="“TEXT; baseline=12; target=40; unit=%; source=…; weight=50”, up to five; “2: target=50” changes the second.",
        ),
        click.option("--resources", help="What it needs."),
        click.option("--risks", help="What may stand in its way."),
        click.option("--authority", help="Who approves it."),
        click.option("--effort", type=click.IntRange(1, 5), help="1 little to 5 very much."),
        click.option(
            "--practice",
            "practices",
            multiple=True,
            metavar="ID",
            help="A practice consulted. May be given several times.",
        ),
        click.option(
            "--public/--not-public", "public", default=None, help="Whether the public page may show it.  [default: not]"
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("file", type=FILE)
@click.option("--decision", help="The decision that it comes from, if neither a gap nor a risk.")
@click.option(
    "--gap", "gaps", multiple=True, metavar="QUESTION", help="A gap that it closes. May be given several times."
)
@click.option("--risk", metavar="ID", help="The risk that it meets.")
@_described
@in_language
def add(
    file: Path, decision: str | None, gaps: tuple[str, ...], risk: str | None, language: str | None, **given: Any
) -> None:
    """Add an action to FILE. A first draft needs --problem and one of --decision, --gap and --risk."""
    if not given["problem"]:
        raise Refusal("shell.no_problem")
    origin = {"gaps": list(gaps) or None, "risk": risk, "decision": decision}
    if sum(value is not None for value in origin.values()) != 1:
        raise Refusal("shell.one_origin")
    with session(file, language, plan=True) as s:
        named = {name: value for name, value in origin.items() if value is not None}
        _added(s, s.do(changes.add, _desk(s), [{"origin": named}], given))


@click.command(name="from-gap")
@click.argument("file", type=FILE)
@click.argument("questions", nargs=-1, metavar="[QUESTION]...")
@click.option("--top", type=click.IntRange(1, 50), help="The gaps of greatest priority without an action under way.")
@_described
@in_language
def from_gap(file: Path, questions: tuple[str, ...], top: int | None, language: str | None, **given: Any) -> None:
    """Draft an action for each QUESTION with a gap: the criterion reached, the next one, and an indicator.

    With --practice the measure is drafted from that practice and cites it.
    """
    with session(file, language, plan=True) as s:
        made = s.do(changes.from_gaps, _desk(s), questions, top, given)
        _added(s, made)
        if not made:
            click.echo(s.say("plan.no_gaps"))


@click.command(name="from-risk")
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@_described
@in_language
def from_risk(file: Path, key: str, language: str | None, **given: Any) -> None:
    """Draft an action for the open risk ID of FILE."""
    with session(file, language, plan=True) as s:
        _added(s, s.do(changes.from_risk, _desk(s), key, given))


@click.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@click.option("--status", type=OneOf(Status), help="How far it has come.")
@click.option("--ended", metavar="DATE", help="The day it was done or cancelled.  [default: today]")
@click.option("--retire", multiple=True, metavar="NUMBER=REASON", help="An indicator that no longer counts, and why.")
@_described
@in_language
def edit(file: Path, key: str, retire: tuple[str, ...], language: str | None, **given: Any) -> None:
    """Change the action ID of FILE; what is not named stays, and an empty text takes a field's content out."""
    if all(value in (None, ()) for value in given.values()) and not retire:
        raise Refusal("shell.nothing_new")
    retired = [(number, reason) for number, _, reason in (each.partition("=") for each in retire)]
    with session(file, language, plan=True) as s:
        s.do(changes.edit, _desk(s), key, given, retired, today())
        _told(s, s.assessment.actions[key], "changed")


@click.command(name="list")
@click.argument("file", type=FILE)
@as_of
@as_data
@in_language
def list_(file: Path, day: str | None, form: str, language: str | None) -> None:
    """Print the actions of FILE."""
    now = a_day(day)
    with session(file, language, plan=True) as s:
        say, listed = s.say, list(s.assessment.actions.values())
        if form == "json":
            click.echo(json.dumps([told(action, now) for action in listed], ensure_ascii=False, indent=2))
            return
        if not listed:
            click.echo(say("plan.none", file=file))
            return
        heads = ("id", "measure", "owner", "due", "horizon", "status", "timing", "achievement")
        rows = [
            [
                action.id,
                shorten(action.measure or action.result or action.problem, 44, placeholder="…"),
                shorten(action.owner or "–", 24, placeholder="…"),
                action.due or "–",
                say(f"horizon.{action.term}") if action.term else "–",
                say(f"action_status.{action.status}"),
                say(f"timing.{timing(action, now)}"),
                percent(achievement(action, now), say),
            ]
            for action in listed
        ]
        click.echo(table([say(f"action.{name}") for name in heads], rows, right=[7]))


@click.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@in_language
def show(file: Path, key: str, language: str | None) -> None:
    """Print everything about the action ID of FILE."""
    with session(file, language, plan=True) as s:
        say, action = s.say, changes.action(s.assessment, key)
        click.secho(action.id, bold=True)
        for name, text in facts(action, say):
            click.echo(wrapped(f"{say(f'action.{name}')}{say('colon')}{text}", hang=2))
        if action.indicators:
            click.secho(say("plan.sheet_indicators"), bold=True)
        for name, text in indicators(action, say):
            click.echo(wrapped(f"{name}{say('colon')}{text}", hang=2))
        for number, each in enumerate(action.indicators, 1):
            if each.retired:
                click.echo(wrapped(say("plan.retired", number=number, text=each.text, reason=each.retired), hang=2))
        if action.results:
            click.secho(say("plan.sheet_results"), bold=True)
        for result in action.results:
            values = [f"{n}: {quantity(v, action.indicators[int(n) - 1], say)}" for n, v in result.values.items()]
            parts = filter(None, (*values, result.note, result.remark, result.by))
            click.echo(wrapped(f"{result.date}  {' · '.join(parts)}", hang=2))


@click.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@click.option("--date", "day", metavar="DATE", help="The day of the monitoring, YYYY-MM-DD.  [default: today]")
@click.option(
    "--value", "values", multiple=True, metavar="[NUMBER=]VALUE", help="The value of an indicator, such as 2=35."
)
@click.option("--note", default="", help="The status in words; published with an action that is public.")
@click.option("--remark", default="", help="A remark that is never published.")
@click.option("--by", help="The unit that monitored.")
@click.option("--status", type=OneOf(Status), help="How far it has come.  [default: in_progress, once it is begun]")
@in_language
def progress(
    file: Path,
    key: str,
    day: str | None,
    values: tuple[str, ...],
    status: Status | None,
    language: str | None,
    **told: Any,
) -> None:
    """Record what monitoring of the action ID found: values of its indicators, and the status in words."""
    now = a_day(day)
    if now > today():
        raise Refusal("shell.day_ahead", day=now)
    if not values and not status and not any(told.values()):
        raise Refusal("shell.nothing_measured")
    stated = {"date": now} | {name: text for name, text in told.items() if text}
    with session(file, language, plan=True) as s:
        s.do(changes.record, _desk(s), key, values, status, stated)
        action = s.assessment.actions[key]
        click.echo(
            s.say(
                "plan.recorded",
                id=key,
                date=s.say.date(now),
                achievement=percent(achievement(action), s.say),
                status=s.say(f"action_status.{action.status}"),
            )
        )


@click.command()
@click.argument("file", type=FILE)
@as_of
@in_language
def overdue(file: Path, day: str | None, language: str | None) -> None:
    """Print the actions of FILE that are overdue, and those that slip: behind their time, or not begun."""
    now = a_day(day)
    with session(file, language, plan=True) as s:
        say, rows = s.say, []
        for action in sorted(s.assessment.actions.values(), key=lambda action: action.due or "9"):
            state = timing(action, now)
            gone, done = elapsed(action, now), achievement(action, now)
            if state is Timing.OVERDUE and action.due:
                days = (date.fromisoformat(now) - date.fromisoformat(action.due)).days
                why = say.count("plan.late_overdue", days, due=say.date(action.due))
            elif state is Timing.SLIPPING and action.status == "not_started" and action.start:
                why = say("plan.late_unbegun", start=say.date(action.start))
            elif state is Timing.SLIPPING and gone is not None:
                why = say("plan.late_slipping", elapsed=percent(gone * 100, say), achievement=percent(done, say))
            else:
                continue
            rows.append([action.id, say(f"timing.{state}"), action.owner or "–", why])
        if rows:
            click.echo(table([say(f"action.{name}") for name in ("id", "timing", "owner")] + [""], rows))
        else:
            click.echo(say("plan.none_late", date=say.date(now)))


@click.command()
@click.argument("file", type=FILE)
@in_language
def check(file: Path, language: str | None) -> None:
    """Say what each open action of FILE lacks to be SMART. Exit code 1 if something is missing."""
    with session(file, language, plan=True) as s:
        say, opened = s.say, [action for action in s.assessment.actions.values() if not action.over]
        found = [lack for action in opened for lack in lacking(action)]
        for lack in found:
            number = {"number": lack.number} if lack.number else {}
            what = say(f"smart.lack.{lack.what}", **number)
            click.echo(wrapped(f"{lack.action}  {say(f'smart.{lack.smart}')}{say('colon')}{what}", hang=4))
        click.echo(say.count("plan.findings", len(found)) if found else say.count("plan.complete", len(opened)))
        if found:
            raise SystemExit(1)


@click.command()
@click.argument("file", type=FILE)
@click.option("--top", type=click.IntRange(1), help="So many only.")
@click.option("--effort", "efforts", multiple=True, metavar="QUESTION=1..5", help="Rate the effort for a gap.")
@as_data
@in_language
def priorities(file: Path, top: int | None, efforts: tuple[str, ...], form: str, language: str | None) -> None:
    """Print the gaps of FILE by priority, each with the numbers that it comes from."""
    with session(file, language, plan=True) as s:
        say, rated = s.say, {}
        for rating in efforts:
            question, _, effort = rating.partition("=")
            if question not in s.assessment.by_id or effort not in ("1", "2", "3", "4", "5"):
                raise Refusal("shell.no_effort", text=rating[:60])
            rated[question] = int(effort)
        found = changes.ranked(s.assessment, rated)[:top]
        if form == "json":
            echo_json([views.priority_as_json(each) for each in found])
            return
        if not found:
            click.echo(say("plan.no_priority"))
            return
        click.echo(wrapped(say("plan.priority_how")))
        for each in found:
            row = say(
                "plan.priority_row",
                question=each.question,
                value=say.number(rounded(each.value), 2),
                gap=_short(each.gap, say),
                level=say.level(each.level),
                weight=_short(each.weight, say),
                risk=_short(1 + Fraction(each.worst, 25), say),
                why_risk=say("plan.priority_risk", id=each.risk, product=each.worst)
                if each.risk
                else say("plan.priority_no_risk"),
                ease=_short(Fraction(6 - each.effort, 5), say),
                why_effort=say(
                    "plan.priority_effort" if each.told else "plan.priority_effort_usual", effort=each.effort
                ),
            )
            under_way = say("plan.priority_action", ids=", ".join(each.actions)) if each.actions else ""
            click.echo(wrapped(" · ".join(filter(None, (row, under_way))), hang=4))


@click.command()
@click.argument("file", type=FILE)
@click.argument("later", type=FILE)
@click.option("--round", "round_", type=FILE, help="The file of the sealed round that a plan of its own goes on from.")
@in_language
def effect(file: Path, later: Path, round_: Path | None, language: str | None) -> None:
    """Set the elements with completed actions of FILE beside a LATER round: which moved, which did not. It claims no cause."""
    with session(file, language, plan=True) as s, session(later, language) as after:
        say, earlier = s.say, s.assessment
        if (carried := s.assessment.carried) is not None:
            if round_ is None:
                raise Refusal("shell.no_round", path=file)
            with session(round_, language) as before:
                earlier = before.assessment
            if earlier.fingerprint != carried.fingerprint:
                raise Refusal("shell.other_round", path=round_, fingerprint=carried.fingerprint)
        if not any(action.status == "done" for action in s.assessment.actions.values()):
            click.echo(say("effect.none"))
            return
        told = found(s.assessment.actions.values(), earlier, after.assessment)
        days = [say.date(each.opened[:10]) for each in (earlier, after.assessment)]
        click.echo(wrapped(say("effect.head", before=days[0], after=days[1])))
        rows = []
        for each in told.moved:
            name = f"{each.element} {s.knowledge.declaration.elements[each.element].short.of(say.language)}"
            if not each.questions:
                rows.append([name, ", ".join(each.actions), "–", "–", say("effect.off_core")])
                continue
            before_, after_ = (say.number(rounded(score.score), 1) for score in (each.before, each.after))
            rows.append([name, ", ".join(each.actions), before_, after_, say(f"compare.{each.change.verdict}")])
        heads = [say(f"effect.{name}") for name in ("element", "actions", "before", "after", "change")]
        click.echo(table(heads, rows, right=[2, 3]))
        click.echo(
            wrapped(
                say(
                    "effect.others",
                    up=told.others[Verdict.UP],
                    down=told.others[Verdict.DOWN],
                    within=told.others[Verdict.WITHIN],
                    unchanged=told.others[Verdict.UNCHANGED],
                )
            )
        )
        click.echo(wrapped(say("effect.no_cause")))


def _short(value: Any, say: Phrases) -> str:
    """A fraction with two decimals at most."""
    told = round(float(value), 2)
    return str(say.number(told, 0 if told == int(told) else 2))


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


def _added(s: Session, entries: Sequence[Kept]) -> None:
    for _, body in entries:
        _told(s, s.assessment.actions[body["id"]], "added")


def _told(s: Session, action: Action, key: str) -> None:

    what = action.measure or action.result or action.problem
    what = what.split("\n", 1)[0]
    click.echo(wrapped(s.say(f"plan.{key}", id=action.id, what=what), hang=2))
    if action.public:
        click.echo(wrapped(s.say("plan.shown", id=action.id), hang=2))
    if missing := lacking(action):
        click.echo(s.say.count("plan.lacks", len(missing), file=s.file.path))
