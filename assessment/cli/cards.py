"""Benchmarks without a server: `card` makes a signed card of a sealed round, `pool` tells what five or more have in common."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from assessment.cli.session import FILE, Session, as_data, factors, in_language, on_file, output, show, table, wrapped
from assessment.exchange import cards, locking, tables
from assessment.exchange.cards import Pool
from assessment.output import write
from kb.base import bounded
from kb.base.interface import Phrases, phrases
from kb.cli.options import DATE


@on_file()
@output("The card to write, such as card.json.")
@click.option("--region", required=True, help="Your WCO region by its code, such as ESA; “all” leaves it out.")
@click.option(
    "--size",
    type=click.Choice(["small", "medium", "large", "all"]),
    required=True,
    help="Your staff: small, fewer than 500; medium, up to 4,999; large, more. The choice is yours; “all” leaves it out.",
)
@click.option(
    "--alike",
    type=click.IntRange(0, 300),
    default=0,
    help="How many Members of your region are of your size, you among them, as far as you know; "
    "the size stands beside the region only if they are five or more.",
)
@click.option(
    "--as-of", "day", type=DATE, help="A day of the year that the card bears; the year of the last answer if not given."
)
@click.option(
    "--keep-key",
    "kept",
    type=FILE,
    help="Keep the card’s secret key in a new file, to prove later that the card is yours.",
)
def card(s: Session, output: Path, region: str, size: str, alike: int, day: datetime | None, kept: Path | None) -> None:
    """Make a benchmark card of the sealed round in FILE: rounded factor scores, no name and no text, signed.

    Whoever receives the card can read its scores; give it only to whom you trust with them.
    """
    for path in filter(None, (output, kept)):
        locking.free(path)
    known, year = s.knowledge, day.year if day else int(s.assessment.changed[:4])
    chosen = None if size == cards.ANY else cards.Size(size)
    where = region if region == cards.ANY else region.upper()
    made = cards.make(s.assessment, known.bank, known.members, where, chosen, alike, year)
    text, key = cards.sign(made)
    if kept:
        write(kept, key)
    write(output, text)
    click.echo(s.say("answer.wrote", file=output))
    s.tell(tables.card(made, known, s.say))
    if chosen and made.size == cards.ANY:
        s.tell(s.say("card.coarsened", fewest=cards.FEWEST))
    if where != made.region:
        s.tell(s.say("card.region_left_out", fewest=cards.FEWEST))
    if kept:
        s.tell(s.say("card.key_kept", file=kept))


@click.command()
@click.argument("files", metavar="CARD...", nargs=-1, required=True, type=FILE)
@click.option("--mine", type=FILE, help="Your own card, to see where you are; it counts as one of the cards.")
@as_data
@in_language
def pool(files: tuple[Path, ...], mine: Path | None, form: str, language: str | None) -> None:
    """Tell what five cards or more of the same questions have in common: the median and the middle half by key factor.

    No single card is told, and there is no order of cards. Take one card of each administration, and of two pools that
    differ by one card publish one.
    """
    say = phrases(language or "en")
    view = bounded.call("the cards", cards.LIMITS, cards.pool, files, mine)
    names = factors(say)
    show(form, cards.as_json(view, names), _pool(view, names, say))


def _pool(view: Pool, names: dict[int, str], say: Phrases) -> Iterator[str]:
    head = say("card.pooled", cards=view.cards, version=view.bank, set=say(f"card.set.{view.chosen}"))
    yield click.style(head, bold=True)
    if view.repeated:
        yield say.count("card.repeated", view.repeated)
    yield "\n" + table(tables.pool(view, names, say)) + "\n"
    yield wrapped(say("card.how"))
