"""The register of corruption risks: `arusha assess risks …`."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from assessment import charts, telling, views
from assessment.cli.session import ID, Session, asked, given, is_a_terminal, on_file, options_of, output, table
from assessment.output import write
from assessment.risks import Control, Enhancing, Origin, Risk, Vulnerability, heat_map
from assessment.rounds import register
from kb.base.interface import Refusal
from kb.base.vocabulary import Effect
from kb.cli.options import OneOf

T = TypeVar("T")
FIVE = click.IntRange(1, 5)


@click.group()
def risks() -> None:
    """The register of corruption risks: what could happen, what controls it, and what is left."""


_DESCRIBED = options_of(
    click.option("--process", help="Where it could happen, such as “Cargo release”."),
    click.option("--text", help="What could happen."),
    click.option("--vulnerability", type=OneOf(Vulnerability), help="What makes the process vulnerable by its nature."),
    click.option(
        "--enhancing", type=OneOf(Enhancing), multiple=True, help="What makes it worse. May be given several times."
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
)


@on_file("add", risks, plan=True)
@_DESCRIBED
def add(s: Session, **stated: Any) -> None:
    """Add a risk to FILE; at a terminal, what is missing is asked for."""
    fields = given(stated)
    _complete(s, fields)
    (risk,) = s.do(register.add_risk, fields, s.knowledge.declaration.elements)
    _tell(s, risk.id, "added")


@on_file("change", risks, plan=True)
@ID
@_DESCRIBED
@click.option("--reopen", is_flag=True, help="The risk was closed and is open again.")
def change(s: Session, key: str, reopen: bool, **stated: Any) -> None:
    """Change what is said of the risk ID of FILE; what is not named stays."""
    s.do(register.change_risk, key, given(stated), s.knowledge.declaration.elements, reopen=reopen)
    _tell(s, key, "changed")


@on_file("close", risks, plan=True)
@ID
@click.option("--why", required=True, help="Why it is a risk no longer.")
def close(s: Session, key: str, why: str) -> None:
    """Close the risk ID of FILE; it stays in the history."""
    s.do(register.close_risk, key, why, s.knowledge.declaration.elements)
    click.echo(s.say("risks.closed", id=key, why=s.assessment.risks[key].why))


@on_file("list", risks, plan=True, data=True)
@click.option("--all", "everything", is_flag=True, help="Closed risks too.")
def list_(s: Session, everything: bool) -> None:
    """Print the open risks of FILE, the worst after controls first."""
    listed = views.risks(s.assessment, closed=everything)
    s.show([views.risk_as_json(risk) for risk in listed], _list(s, listed, everything=everything))


def _list(s: Session, listed: Sequence[Risk], *, everything: bool) -> Iterator[str]:
    say = s.say
    if listed:
        yield table(telling.risks(listed, say))
    else:
        yield say("risks.none", file=s.path)
    closed = sum(risk.closed for risk in s.assessment.risks.values())
    if closed and not everything:
        yield say.count("risks.hidden", closed)


@on_file("map", risks, plan=True)
@click.option("--inherent", is_flag=True, help="Before controls instead of after them.")
@output("Write it as a picture too, such as risks.svg.", required=False)
def map_(s: Session, inherent: bool, output: Path | None) -> None:
    """Print the open risks of FILE as a heat map, likelihood by impact, after controls."""
    say, places = s.say, heat_map(s.assessment.risks.values(), residual=not inherent)
    title = say("risks.map_inherent" if inherent else "risks.map_residual")
    lines = list(telling.zones(places, say))
    count = say.count("risks.open", sum(map(len, places.values())))
    click.secho(f"{title}{say('colon')}{count}", bold=True)
    click.echo(table(telling.heat_map(places, say)))
    click.echo()
    for line in lines:
        s.tell(line, hang=2)
    if output is not None:
        name = f"{title} – {s.assessment.administration}"
        write(output, charts.as_svg(charts.heat(places), name, f"{count}. {'. '.join(lines)}.", say))
        click.echo(say("answer.wrote", file=output))


def _complete(s: Session, fields: dict[str, Any]) -> None:
    """Ask for what a risk needs and was not given. Raises ArushaError where nobody sits there to ask."""
    missing = [name for name in _NEEDED if name not in fields]
    if not missing:
        return
    if not is_a_terminal():
        raise Refusal("shell.risk_needs", options=tuple(f"--{name}" for name in missing))
    for name in missing:
        fields[name] = _NEEDED[name](s, name)
    if "controls" not in fields and (typed := asked(s.say("risks.ask_controls"), s.say("colon"))):
        fields["controls"] = typed
    if fields.get("controls"):
        _complete_controls(s, fields)


def _complete_controls(s: Session, fields: dict[str, Any]) -> None:
    if "control" not in fields:
        fields["control"] = _chosen(s, "control", Control)
    for name in ("likelihood", "impact"):
        if f"residual_{name}" not in fields:
            fields[f"residual_{name}"] = _step(s, f"residual_{name}", fields[name])


def _until(s: Session, prompt: str, meaning: Callable[[str], T | None], otherwise: str) -> T:
    """What is typed, asked for until it means something."""
    while (meant := meaning(asked(prompt, s.say("colon")))) is None:
        click.echo(otherwise)
    return meant


def _text(s: Session, name: str) -> str:
    """A text that is needed."""
    return _until(s, s.say(f"risks.ask_{name}"), lambda typed: typed or None, s.say("risks.needed"))


def _step(s: Session, name: str, usual: int | None = None) -> int:
    """A step from 1 to 5, up to *usual*, which Enter alone stands for."""
    highest = usual or 5
    steps = {str(step): step for step in range(1, highest + 1)} | ({"": usual} if usual else {})
    prompt = s.say(f"risks.ask_{name}", highest=highest)
    return _until(s, prompt, steps.get, s.say("risks.step_needed", highest=highest))


def _chosen(s: Session, prefix: str, among: type[StrEnum]) -> str:
    """One of the members, picked by its number or its value."""
    words = {str(number): word.value for number, word in enumerate(among, 1)}
    for number, word in words.items():
        click.echo(f"  {number:>2}  {s.say(f'{prefix}.{word}')}")
    words |= {word.value: word.value for word in among}
    prompt = s.say("risks.ask_number", what=s.say(f"risks.{prefix}"))
    return _until(s, prompt, words.get, s.say("risks.step_needed", highest=len(among)))


_NEEDED: dict[str, Any] = {  # what a risk needs, and how it is asked for
    "process": _text,
    "text": _text,
    "vulnerability": lambda s, name: _chosen(s, name, Vulnerability),
    "likelihood": _step,
    "impact": _step,
}


def _tell(s: Session, key: str, done: str) -> None:
    risk = s.assessment.risks[key]
    places = {"inherent": telling.placed(risk.inherent, s.say), "residual": telling.placed(risk.residual, s.say)}
    s.tell(s.say(f"risks.{done}", id=risk.id, process=risk.process, **places))
