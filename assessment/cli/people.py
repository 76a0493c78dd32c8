"""The people of an assessment: `arusha assess people …`."""

from pathlib import Path
from typing import Any

import click

from assessment import views
from assessment.cli.session import FILE, as_data, in_language, session, table, wrapped
from assessment.people import Role, Side
from assessment.rounds import people as rounds
from kb.cli.options import OneOf, echo_json


@click.group()
def people() -> None:
    """Who takes part: respondents by group, facilitator, reviewer, approver; and whose questions are whose."""


@people.command()
@click.argument("file", type=FILE)
@click.option("--id", "key", help="An id such as p7; the next free one if not given.")
@click.option("--role", type=OneOf(Role), help="What the person does.  [default: respondent]")
@click.option("--side", type=OneOf(Side), help="Whom the person speaks for.  [default: officer]")
@click.option("--unit", help="Unit, such as “Internal Audit”.")
@click.option("--grade", help="Grade, such as “senior”.")
@click.option("--function", help="Function, such as “examiner”.")
@click.option("--region", help="Region or office.")
@click.option("--name", help="Name; only where names are turned on.")
@click.option("--left", is_flag=True, default=None, help="The person no longer takes part.")
@in_language
def add(file: Path, key: str | None, language: str | None, **given: Any) -> None:
    """Add a person to FILE, or change the one of that id.

    A new person's code is shown once, here; it shows that person their own earlier answers.
    """
    stated = {name: value for name, value in given.items() if value is not None}
    code = rounds.new_code()
    with session(file, language) as s:
        (_, body), *new = s.do(rounds.register, key, stated, code)
        person = s.assessment.people[body["id"]]
        click.echo(s.say("people.added", id=person.id, role=s.say(f"role.{person.role}"), group=person.group))
        if new:
            click.echo(wrapped(s.say("people.code", id=person.id, code=code)))


@people.command()
@click.argument("file", type=FILE)
@click.argument("person")
@in_language
def code(file: Path, person: str, language: str | None) -> None:
    """Give a code to PERSON of FILE who has none yet, and show it once."""
    with session(file, language) as s:
        new = rounds.new_code()
        s.do(rounds.first_code, person, new)
        click.echo(wrapped(s.say("people.code", id=person, code=new)))


@people.command(name="list")
@click.argument("file", type=FILE)
@as_data
@in_language
def list_(file: Path, form: str, language: str | None) -> None:
    """Print the people of FILE and how far each has come."""
    with session(file, language) as s:
        rows = views.participants(s.assessment)
        if form == "json":
            echo_json([row.as_json() for row in rows])
            return
        if not rows:
            click.echo(s.say("people.none", file=file))
            return
        heads = [s.say(f"people.{name}") for name in ("id", "role", "group", "answered")]
        cells = [
            [
                (person := row.person).id + (f" ({person.name})" if person.name else ""),
                s.say(f"role.{person.role}")
                + (f", {s.say('side.business')}" if person.side == "business" else "")
                + (f", {s.say('people.left')}" if person.left else ""),
                person.group,
                s.say("score.of", answered=row.answered, applicable=row.asked) if row.asked else "–",
            ]
            for row in rows
        ]
        click.echo(table(heads, cells, right=[3]))


@people.command()
@click.argument("file", type=FILE)
@click.argument("scopes", nargs=-1, required=True, metavar="SCOPE...")
@click.option("--to", "person", help="The id of a person.")
@click.option("--unit", help="A unit: everybody of it.")
@click.option("--due", help="The day by which it is due, YYYY-MM-DD.")
@click.option("--undo", is_flag=True, help="Take the assignment back.")
@in_language
def assign(
    file: Path,
    scopes: tuple[str, ...],
    person: str | None,
    unit: str | None,
    due: str | None,
    undo: bool,
    language: str | None,
) -> None:
    """Give key factors (8), elements (8.d) or questions (8.d.1) of FILE to a person or a unit.

    What is assigned to nobody is everybody's.
    """
    with session(file, language) as s:
        s.do(rounds.assign, scopes, person, unit, due, undo=undo)
        for scope in scopes:
            key = "people.unassigned" if undo else "people.assigned"
            click.echo(s.say(key, scope=scope, n=len(s.questions([scope])), who=person or unit))


@people.command()
@click.argument("file", type=FILE)
@click.argument("switch", type=click.Choice(["on", "off"]))
@in_language
def names(file: Path, switch: str, language: str | None) -> None:
    """Turn names on or off for FILE; without them people are known by id and group alone.

    Names given while they were on stay in the file's history.
    """
    with session(file, language) as s:
        s.append([("names", {"on": switch == "on"})])
        click.echo(s.say(f"people.names_{switch}"))
