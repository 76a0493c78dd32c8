"""The people of an assessment: `arusha assess people …`."""

from typing import Any

import click

from assessment import telling, views
from assessment.cli.session import SCOPES, Scopes, Session, given, on_file, table
from assessment.people import Role, Side
from assessment.rounds import people as rounds
from kb.cli.options import OneOf


@click.group()
def people() -> None:
    """Who takes part: respondents by group, facilitator, reviewer, approver; and whose questions are whose."""


@on_file("add", people)
@click.option("--id", "key", help="An id such as p7; the next free one if not given.")
@click.option("--role", type=OneOf(Role), help="What the person does.  [default: respondent]")
@click.option("--side", type=OneOf(Side), help="Whom the person speaks for.  [default: officer]")
@click.option("--unit", help="Unit, such as “Internal Audit”.")
@click.option("--grade", help="Grade, such as “senior”.")
@click.option("--function", help="Function, such as “examiner”.")
@click.option("--region", help="Region or office.")
@click.option("--name", help="Name; only where names are turned on.")
@click.option("--left", is_flag=True, default=None, help="The person no longer takes part.")
def add(s: Session, key: str | None, **stated: Any) -> None:
    """Add a person to FILE, or change the one of that id.

    A new person's code is shown once, here; it shows that person their own earlier answers.
    """
    code = rounds.new_code()
    event, *new = s.do(rounds.register, key, given(stated), code)
    person = s.assessment.people[event.id]
    click.echo(s.say("people.added", id=person.id, role=s.say(f"role.{person.role}"), group=person.group))
    if new:
        s.tell(s.say("people.code", id=person.id, code=code))


@on_file("code", people)
@click.argument("person")
def code(s: Session, person: str) -> None:
    """Give a code to PERSON of FILE who has none yet, and show it once."""
    new = rounds.new_code()
    s.do(rounds.first_code, person, new)
    s.tell(s.say("people.code", id=person, code=new))


@on_file("list", people, data=True)
def list_(s: Session) -> None:
    """Print the people of FILE and how far each has come."""
    rows = views.participants(s.assessment)
    told = [table(telling.participants(rows, s.say))] if rows else [s.say("people.none", file=s.path)]
    s.show([row.as_json() for row in rows], told)


@on_file("assign", people)
@SCOPES
@click.option("--to", "person", help="The id of a person.")
@click.option("--unit", help="A unit: everybody of it.")
@click.option("--due", help="The day by which it is due, YYYY-MM-DD.")
@click.option("--undo", is_flag=True, help="Take the assignment back.")
def assign(s: Session, scopes: Scopes, person: str | None, unit: str | None, due: str | None, undo: bool) -> None:
    """Give key factors (8), elements (8.d) or questions (8.d.1) of FILE to a person or a unit.

    What is assigned to nobody is everybody's.
    """
    s.do(rounds.assign, scopes, person, unit, due, undo=undo)
    for scope in scopes:
        key = "people.unassigned" if undo else "people.assigned"
        click.echo(s.say.count(key, len(rounds.asked(s.assessment, [scope])), scope=scope, who=person or unit))


@on_file("names", people)
@click.argument("switch", type=click.Choice(["on", "off"]))
def names(s: Session, switch: str) -> None:
    """Turn names on or off for FILE; without them people are known by id and group alone.

    Names given while they were on stay in the file's history.
    """
    s.do(rounds.keep_names, on=switch == "on")
    click.echo(s.say(f"people.names_{switch}"))
