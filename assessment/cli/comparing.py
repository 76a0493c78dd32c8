"""Rounds side by side: `compare`."""

import json
from pathlib import Path

import click

from assessment.cli.session import FILE, as_data, in_language, session, table, wrapped
from assessment.comparison import Asked, Change, Comparison, Kind, as_json
from assessment.comparison import compare as compared
from assessment.scoring import Score, rounded
from kb.base.interface import Phrases


@click.command()
@click.argument("files", metavar="EARLIER LATER [MORE]...", nargs=-1, required=True, type=FILE)
@click.option(
    "--all", "every", is_flag=True, help="List every question, not only those whose level or wording changed."
)
@as_data
@in_language
def compare(files: tuple[Path, ...], every: bool, form: str, language: str | None) -> None:
    """Compare rounds of one administration on the questions that all of them asked alike.

    A change smaller than the intervals is called so. Three rounds or more make a trend.
    """
    rounds, sessions = [], []
    for file in files:
        with session(file, language) as opened:
            rounds.append(opened.assessment)
            sessions.append(opened)
    comparison = compared(rounds)
    if form == "json":
        click.echo(json.dumps(as_json(comparison, [str(file) for file in files]), ensure_ascii=False, indent=2))
        return
    latest = sessions[comparison.order[-1]]
    say, factors = latest.say, latest.knowledge.declaration.factors
    _head(comparison, files, say)
    days = _days(comparison)
    names = {factor.number: f"{factor.number:>2} {factor.name.of(say.language)}" for factor in factors}
    rows = [
        [name, *(_score(each, say) for each in line.scores), *_change(line.whole, say)]
        for name, line in (
            *((names[number], line) for number, line in comparison.factors.items()),
            (f"   {say('score.overall')}", comparison.overall),
            *([(f"   {say('compare.gender')}", comparison.lens)] if comparison.lens else []),
        )
    ]
    click.echo()
    click.echo(
        table(
            [say("score.factor"), *days, say("compare.change"), ""],
            rows,
            right=range(1, len(days) + 2),
        )
    )
    _questions(comparison, days, every, say)


def _days(comparison: Comparison) -> list[str]:
    """The day on which each round was opened; its number beside it where two share one."""
    days = [each.opened[:10] for each in comparison.rounds]
    alone = len(set(days)) == len(days)
    return days if alone else [f"{day} ({number})" for number, day in enumerate(days, 1)]


def _head(comparison: Comparison, files: tuple[Path, ...], say: Phrases) -> None:
    click.secho(comparison.rounds[-1].administration, bold=True)
    for number, (place, each) in enumerate(zip(comparison.order, comparison.rounds, strict=True), 1):
        click.echo(
            say(
                "compare.round",
                number=number,
                file=files[place],
                day=say.date(each.opened[:10]),
                version=each.version,
                questions=len(each.asked),
            )
        )
    if list(comparison.order) != sorted(comparison.order):
        click.echo(say("compare.reordered"))
    click.echo(wrapped(say.count("compare.core", len(comparison.core))))
    if comparison.apart:
        click.echo(wrapped(say("compare.apart", questions=", ".join(comparison.apart))))
    if comparison.reweighed:
        click.echo(wrapped(say("compare.reweighed", questions=", ".join(comparison.reweighed))))


def _score(score: Score, say: Phrases) -> str:

    if score.low is None:
        return "–"
    low, high = (say.number(rounded(end), 2) for end in (score.low, score.high))
    told = say.number(rounded(score.score), 2)
    return str(told if low == high else f"{told} ({low}–{high})")


def _change(change: Change, say: Phrases) -> list[str]:

    if change.points is None:
        return ["–", say("compare.unknown")]
    return [_signed(rounded(change.points) or 0.0, say), say(f"compare.{change.verdict}")]


def _signed(value: float, say: Phrases) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{say.number(abs(value), 2)}"


def _questions(comparison: Comparison, days: list[str], every: bool, say: Phrases) -> None:

    click.echo()
    for kind in Kind:
        ids = [each.id for each in comparison.questions if each.whole is kind]
        if ids:
            listed = "" if kind is Kind.SAME else f"{say('colon')}{', '.join(ids)}"
            click.echo(wrapped(f"{say(f'change.{kind}')} {len(ids)}{listed}", hang=2))
    shown = [each for each in comparison.questions if every or each.moved]
    if not shown:
        click.echo(say("compare.none_moved"))
        return
    heads = [say("compare.question"), say("compare.kind"), *days, say("compare.moved")]
    rows = [_row(each, say) for each in shown]
    click.echo()
    click.echo(table(heads, rows, right=[len(heads) - 1]))
    if any(stands and stands.basis == "mean" for each in shown for stands in each.standing):
        click.echo(say("compare.mean"))


def _row(question: Asked, say: Phrases) -> list[str]:

    levels = []
    for stands in question.standing:
        if stands is None:
            levels.append("–")
        elif stands.level is None:
            levels.append(say("state.not_applicable" if stands.not_applicable is not None else "state.dont_know"))
        else:
            mark = say("compare.agreed") if stands.basis == "agreed" else "*" if stands.basis == "mean" else ""
            levels.append(f"{say.level(stands.level)}{mark}")
    moved = "–" if question.moved is None else _signed(rounded(question.moved) or 0.0, say)
    return [question.id, say(f"change.{question.whole}"), *levels, moved]
