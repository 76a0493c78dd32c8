"""One unit's part of a sealed round, where telling it tells nobody's score.

For each question the last vote is parted into the units in which five people or more gave a level, and all the others together.
A unit is told of a question only if nobody else answered it, or five or more of the others gave a level too: what is left when the
units told are taken from the whole is then never a group of fewer than five. Only a sealed round is parted, since nobody can leave a
unit or join one any more, so that two reports never differ by one person. What is agreed, or written, belongs to no unit.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assessment.agreement import SMALLEST, Spread, Vote
from assessment.journal import Assessment
from assessment.people import Person, Role
from kb.base.interface import Refusal


def part_of(assessment: Assessment, unit: str) -> Assessment:
    """The round as if only the people of a unit had scored, their private scores alone, with the register of evidence.

    Raises Refusal for an open round, a unit unknown or of fewer than five respondents, and one that can be told of no question.
    """
    if not assessment.fingerprint:
        raise Refusal("report.unit_open")
    name = unit.strip().casefold()
    groups = _groups(assessment)
    people = {key: assessment.people[key] for key, of in groups.items() if of == name}
    if len(people) < SMALLEST:
        raise Refusal("report.small_unit" if people else "report.no_unit", unit=unit[:60])
    last = {key: votes[-1] for key, votes in assessment.votes.items() if votes}
    votes = {key: (_of(vote, people),) for key, vote in last.items() if name in told_apart(vote, groups)}
    if not votes:
        raise Refusal("report.unit_hidden", unit=unit[:60])
    nothing: Mapping[str, Any] = {name: {} for name in ("answers", "given", "agreements", "moves", "risks", "actions")}
    return replace(assessment, people=people, votes=votes, **nothing)


def _groups(assessment: Assessment) -> dict[str, str]:
    """The unit of each respondent who has one; others who scored belong to none."""
    people = assessment.people.items()
    return {key: each.unit.casefold() for key, each in people if each.role is Role.RESPONDENT and each.unit}


def told_apart(vote: Vote, groups: Mapping[str, str]) -> frozenset[str]:
    """The units that may be told of a vote; *groups* gives the unit of each person who has one."""
    answers = vote.answers.items()
    named = set(groups.values())
    levels = {name: Spread.of(a for key, a in answers if groups.get(key) == name).levels for name in named}
    told = frozenset(name for name, many in levels.items() if many >= SMALLEST)
    others = [answer for key, answer in answers if groups.get(key) not in told]
    return told if not others or Spread.of(others).levels >= SMALLEST else frozenset()


def _of(vote: Vote, people: Mapping[str, Person]) -> Vote:
    """The part of a vote that some people gave."""
    answers = {key: answer for key, answer in vote.answers.items() if key in people}
    return Vote(frozenset(key for key in vote.asked if key in people), answers, vote.number)
