"""Rounds side by side: `compare`."""

from collections.abc import Iterator
from pathlib import Path

import click

from assessment import telling
from assessment.cli.session import FILE, as_data, in_language, session, show, table, wrapped
from assessment.comparison import Comparison, as_json
from assessment.comparison import compare as compared
from kb.base.interface import Phrases

Files = tuple[Path, ...]


@click.command()
@click.argument("files", metavar="EARLIER LATER [MORE]...", nargs=-1, required=True, type=FILE)
@click.option(
    "--all", "every", is_flag=True, help="List every question, not only those whose level or wording changed."
)
@as_data
@in_language
def compare(files: Files, every: bool, form: str, language: str | None) -> None:
    """Compare rounds of one administration on the questions that all of them asked alike.

    A change is told beyond five points and both intervals. Three rounds or more make a trend.
    """
    rounds, sessions = [], []
    for file in files:
        with session(file, language) as opened:
            rounds.append(opened.assessment)
            sessions.append(opened)
    view = compared(rounds)
    latest = sessions[view.order[-1]]
    lines = _compared(view, files, latest.factors(), latest.say, every=every)
    show(form, as_json(view, [str(file) for file in files]), lines)


def _compared(view: Comparison, files: Files, names: dict[int, str], say: Phrases, *, every: bool) -> Iterator[str]:
    yield from _head(view, files, say)
    yield "\n" + table(telling.comparison(view, names, say))
    yield "\n" + table(telling.evidenced(view, names, say)) + "\n"
    for line in telling.kinds(telling.by_kind(view), say):
        yield wrapped(line, hang=2)
    shown = [each for each in view.questions if every or each.moved]
    if not shown:
        yield say("compare.none_moved")
        return
    yield "\n" + table(telling.compared(shown, view, say))
    if any(stands and stands.basis == "mean" for each in shown for stands in each.standing):
        yield say("compare.mean")


def _head(view: Comparison, files: Files, say: Phrases) -> Iterator[str]:
    yield click.style(view.rounds[-1].administration, bold=True)
    for number, (place, each) in enumerate(zip(view.order, view.rounds, strict=True), 1):
        about = {"day": say.date(each.opened[:10]), "version": each.version, "questions": len(each.asked)}
        yield say("compare.round", number=number, file=files[place], **about)
    if list(view.order) != sorted(view.order):
        yield say("compare.reordered")
    yield wrapped(say.count("compare.core", len(view.core)))
    if view.apart:
        yield wrapped(say("compare.apart", questions=", ".join(view.apart)))
    if view.reweighed:
        yield wrapped(say("compare.reweighed", questions=", ".join(view.reweighed)))
