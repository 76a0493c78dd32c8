"""Commands: `arusha assess …`, `arusha plan …` and `arusha demo`. Everything heavy is imported inside the commands."""

import click

from assessment.cli.agreeing import agree, approve, close, reopen, return_, spread, status, submit
from assessment.cli.answering import answer, collect
from assessment.cli.cards import card, pool
from assessment.cli.comparing import compare
from assessment.cli.demo import demo
from assessment.cli.evidence import evidence
from assessment.cli.exchanging import export, import_, lock, unlock
from assessment.cli.joining import join
from assessment.cli.memory import history, seal, verify
from assessment.cli.opening import new, own, upgrade
from assessment.cli.people import people
from assessment.cli.plan_files import plan
from assessment.cli.results import report, score
from assessment.cli.risks import risks


@click.group()
def assess() -> None:
    """Run a self-assessment: make a file, answer, agree, score, report."""


for command in (
    *(new, own, upgrade, people, answer, collect, status, close, reopen, spread, agree, submit, return_, approve),
    *(evidence, risks),
    *(score, report, compare, history, verify, seal, export, import_, join, lock, unlock),
    *(card, pool),
):
    assess.add_command(command)

__all__ = ["assess", "demo", "plan"]
