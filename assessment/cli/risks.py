"""The register of corruption risks: `arusha assess risks …`."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from assessment import charts, views
from assessment.cli.session import FILE, Session, as_data, asked, in_language, is_a_terminal, session, table, wrapped
from assessment.output import write
from assessment.risks import Control, Enhancing, Origin, Risk, Vulnerability, Zone, heat_map, zone
from assessment.rounds import register
from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import Effect
from kb.cli.options import OneOf, echo_json

FIVE = click.IntRange(1, 5)
F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def risks() -> None:
    """The register of corruption risks: what could happen, what controls it, and what is left."""


def _described(command: F) -> F:
    """Give a command the options that describe a risk."""
    options = [
        click.option("--process", help="Where it could happen, such as “Cargo release”."),
        click.option("--text", help="What could happen."),
        click.option(
            "--vulnerability",
            type=OneOf(Vulnerability),
            help="What makes the process vulnerable by its nature.",
        ),
        click.option(
            "--enhancing",
            type=OneOf(Enhancing),
            multiple=True,
            help="What makes it worse. May be given several times.",
        ),
        click.option("--likelihood", type=FIVE, help="How likely before controls: 1 rare to 5 almost certain."),
        click.option("--impact", type=FIVE, help="How grave before controls: 1 slight to 5 severe."),
        click.option("--controls", help="What is done against it."),
        click.option(
            "--control",
            type=OneOf(Control),
            help="How far the controls have come.  [default: existing where --controls says something, else none]",
        ),
        click.option("--residual-likelihood", type=FIVE, help="How likely after controls.  [default: as before them]"),
        click.option("--residual-impact", type=FIVE, help="How grave after controls.  [default: as before them]"),
        click.option("--element", "elements", multiple=True, help="Element such as 8.d. May be given several times."),
        click.option(
            "--effect",
            "effects",
            type=OneOf(Effect),
            multiple=True,
            help="Adverse effect that it would have. May be given several times.",
        ),
        click.option("--origin", type=OneOf(Origin), help="What brought it to light.  [default: workshop]"),
        click.option("--source", help="The check, case or report that it comes from."),
        click.option("--date", help="When it came to light: YYYY, YYYY-MM or YYYY-MM-DD."),
        click.option("--owner", help="Who answers for it."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@risks.command()
@click.argument("file", type=FILE)
@_described
@in_language
def add(file: Path, language: str | None, **given: Any) -> None:
    """Add a risk to FILE; at a terminal, what is missing is asked for."""
    fields = _given(given)
    with session(file, language, plan=True) as s:
        _complete(s, fields)

        ((_, body),) = s.do(register.add_risk, fields, s.knowledge.declaration.elements)
        _told(s, s.assessment.risks[body["id"]], "added")


@risks.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@_described
@click.option("--reopen", is_flag=True, help="The risk was closed and is open again.")
@in_language
def change(file: Path, key: str, reopen: bool, language: str | None, **given: Any) -> None:
    """Change what is said of the risk ID of FILE; what is not named stays."""
    fields = _given(given)
    with session(file, language, plan=True) as s:
        s.do(register.change_risk, key, fields, s.knowledge.declaration.elements, reopen=reopen)
        _told(s, s.assessment.risks[key], "changed")


@risks.command()
@click.argument("file", type=FILE)
@click.argument("key", metavar="ID")
@click.option("--why", required=True, help="Why it is a risk no longer.")
@in_language
def close(file: Path, key: str, why: str, language: str | None) -> None:
    """Close the risk ID of FILE; it stays in the history."""
    with session(file, language, plan=True) as s:
        s.do(register.close_risk, key, why, s.knowledge.declaration.elements)
        click.echo(s.say("risks.closed", id=key, why=s.assessment.risks[key].why))


@risks.command(name="list")
@click.argument("file", type=FILE)
@click.option("--all", "everything", is_flag=True, help="Closed risks too.")
@as_data
@in_language
def list_(file: Path, everything: bool, form: str, language: str | None) -> None:
    """Print the open risks of FILE, the worst after controls first."""
    with session(file, language, plan=True) as s:
        say = s.say
        found = views.risks(s.assessment, closed=everything)
        if form == "json":
            echo_json([views.risk_as_json(risk) for risk in found])
            return
        if found:
            heads = [say(f"risks.{name}") for name in ("id", "residual", "inherent", "control", "owner")]
            rows = [
                [
                    risk.id,
                    _placed(risk.residual, say),
                    _placed(risk.inherent, say),
                    say(f"control.{risk.control}"),
                    " ".join((risk.owner or "–").split()),
                ]
                for risk in found
            ]
            head, *lines = table(heads, rows).splitlines()
            click.echo(head)
            for line, risk in zip(lines, found, strict=True):
                click.echo(line)
                what = f"{risk.process}{say('colon')}{risk.text} ({say(f'vulnerability.{risk.vulnerability}')})"
                ended = f" – {say('risks.closed', id=risk.id, why=risk.why)}" if risk.closed else ""
                click.echo(wrapped(f"    {what}{ended}", hang=4))
        else:
            click.echo(say("risks.none", file=file))
        closed = sum(risk.closed for risk in s.assessment.risks.values())
        if closed and not everything:
            click.echo(say.count("risks.hidden", closed))


@risks.command(name="map")
@click.argument("file", type=FILE)
@click.option("--inherent", is_flag=True, help="Before controls instead of after them.")
@click.option("-o", "--output", type=FILE, help="Write it as a picture too, such as risks.svg.")
@in_language
def map_(file: Path, inherent: bool, output: Path | None, language: str | None) -> None:
    """Print the open risks of FILE as a heat map, likelihood by impact, after controls."""
    with session(file, language, plan=True) as s:
        say = s.say
        places = heat_map(s.assessment.risks.values(), residual=not inherent)
        title = say("risks.map_inherent" if inherent else "risks.map_residual")
        worst = sorted(places, key=lambda place: (-place[0] * place[1], -place[1]))
        told = {
            of: [
                say("risks.at", ids=", ".join(places[place]), likelihood=place[0], impact=place[1])
                for place in worst
                if zone(place) is of
            ]
            for of in reversed(Zone)
        }
        lines = [
            f"{say(f'zone.{of}')}{say('colon')}{say('risks.between').join(found) or '–'}" for of, found in told.items()
        ]
        count = say.count("risks.open", sum(map(len, places.values())))
        click.secho(f"{title}{say('colon')}{count}", bold=True)
        heads = [say("risks.corner"), *map(str, range(1, 6))]
        rows = [
            [str(likelihood), *(" ".join(places.get((likelihood, impact), ())) or "–" for impact in range(1, 6))]
            for likelihood in range(5, 0, -1)
        ]
        click.echo(table(heads, rows))
        click.echo()
        for line in lines:
            click.echo(wrapped(line, hang=2))
        if output is not None:
            _draw(s, places, title, f"{count}. {'. '.join(lines)}.", output)


def _draw(s: Session, places: Any, title: str, told: str, output: Path) -> None:

    name = f"{title} – {s.assessment.administration}"
    write(output, charts.as_svg(charts.heat(places), name, told, s.say))
    click.echo(s.say("answer.wrote", file=output))


def _placed(place: tuple[int, int], say: Phrases) -> str:

    return f"{place[0]} × {place[1]} = {place[0] * place[1]} ({say(f'zone.{zone(place)}')})"


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """What was named on the command line; lists without doubles."""
    stated = {name: value for name, value in options.items() if value not in (None, ())}
    return {name: list(dict.fromkeys(v)) if isinstance(v, tuple) else v for name, v in stated.items()}


def _complete(s: Session, fields: dict[str, Any]) -> None:
    """Ask for what a risk needs and was not given. Raises ArushaError where nobody sits there to ask."""
    needed = ("process", "text", "vulnerability", "likelihood", "impact")
    missing = [name for name in needed if name not in fields]
    if not missing:
        return
    if not is_a_terminal():
        raise Refusal("shell.risk_needs", options=tuple(f"--{name}" for name in missing))
    say = s.say
    for name in missing:
        if name == "vulnerability":
            fields[name] = _chosen(s, "vulnerability", Vulnerability)
        elif name in ("process", "text"):
            while not (typed := asked(say(f"risks.ask_{name}"), say("colon"))):
                click.echo(say("risks.needed"))
            fields[name] = typed
        else:
            fields[name] = _step(s, f"risks.ask_{name}", None)
    if "controls" not in fields and (typed := asked(say("risks.ask_controls"), say("colon"))):
        fields["controls"] = typed
    if fields.get("controls"):
        if "control" not in fields:
            fields["control"] = _chosen(s, "control", Control)
        for name in ("likelihood", "impact"):
            if f"residual_{name}" not in fields:
                fields[f"residual_{name}"] = _step(s, f"risks.ask_residual_{name}", fields[name])


def _step(s: Session, key: str, usual: int | None) -> int:
    """A step from 1 to 5, up to *usual*, which Enter alone stands for."""
    highest = usual or 5
    while True:
        typed = asked(s.say(key, highest=highest), s.say("colon"))
        if not typed and usual:
            return usual
        if typed in {str(step) for step in range(1, highest + 1)}:
            return int(typed)
        click.echo(s.say("risks.step_needed", highest=highest))


def _chosen(s: Session, prefix: str, among: type[StrEnum]) -> str:
    """One of the members, picked by its number."""
    words = tuple(among)
    for number, word in enumerate(words, 1):
        click.echo(f"  {number:>2}  {s.say(f'{prefix}.{word}')}")
    while True:
        typed = asked(s.say("risks.ask_number", what=s.say(f"risks.{prefix}")), s.say("colon"))
        if typed in {str(number) for number in range(1, len(words) + 1)}:
            return words[int(typed) - 1]
        if typed in words:
            return typed
        click.echo(s.say("risks.step_needed", highest=len(words)))


def _told(s: Session, risk: Risk, key: str) -> None:
    places = {"inherent": _placed(risk.inherent, s.say), "residual": _placed(risk.residual, s.say)}
    click.echo(wrapped(s.say(f"risks.{key}", id=risk.id, process=risk.process, **places)))
