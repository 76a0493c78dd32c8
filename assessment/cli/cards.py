"""Benchmarks without a server: `card` makes a signed card of a sealed round, `pool` tells what five or more have in common."""

import json
from datetime import datetime
from pathlib import Path

import click

from assessment.cli.session import FILE, as_data, in_language, session, table, wrapped
from assessment.exchange import cards, locking
from assessment.exchange.cards import Band, Pool
from assessment.output import write
from kb.base import bounded
from kb.base.interface import Phrases, phrases
from kb.cli.options import DATE
from kb.library.knowledge import load


@click.command()
@click.argument("file", type=FILE)
@click.option("-o", "--output", type=FILE, required=True, help="The card to write, such as card.json.")
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
    "--as-of",
    "day",
    type=DATE,
    help="A day of the year that the card bears; the year of the last answer if not given.",
)
@click.option(
    "--keep-key",
    "kept",
    type=FILE,
    help="Keep the card’s secret key in a new file, to prove later that the card is yours.",
)
@in_language
def card(
    file: Path,
    output: Path,
    region: str,
    size: str,
    alike: int,
    day: datetime | None,
    kept: Path | None,
    language: str | None,
) -> None:
    """Make a benchmark card of the sealed round in FILE: rounded factor scores, no name and no text, signed.

    Whoever receives the card can read its scores; give it only to whom you trust with them.
    """
    locking.free(output)
    if kept:
        locking.free(kept)
    with session(file, language) as s:
        year = day.year if day else int(s.assessment.changed[:4])
        chosen = None if size == cards.ANY else cards.Size(size)
        where = region if region == cards.ANY else region.upper()
        made = cards.make(s.assessment, s.knowledge.bank, s.knowledge.members, where, chosen, alike, year)
        say, regions = s.say, s.knowledge.members.region_by_code
    text, key = cards.sign(made)
    if kept:
        write(kept, key)
    write(output, text)
    click.echo(say("answer.wrote", file=output))
    name = say("card.all_regions") if made.region == cards.ANY else regions[made.region].name.of(say.language)
    click.echo(
        wrapped(
            say(
                "card.says",
                region=name,
                size=say(f"card.size.{made.size}"),
                year=made.year,
                version=made.bank,
                set=say(f"card.set.{made.chosen}"),
                coverage=say(f"card.coverage.{made.coverage}"),
            )
        )
    )
    if chosen and made.size == cards.ANY:
        click.echo(wrapped(say("card.coarsened", fewest=cards.FEWEST)))
    if where != made.region:
        click.echo(wrapped(say("card.region_left_out", fewest=cards.FEWEST)))
    if kept:
        click.echo(wrapped(say("card.key_kept", file=kept)))


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
    found = bounded.call("the cards", cards.LIMITS, cards.pool, files, mine)
    names = {factor.number: factor.name.of(say.language) for factor in load().declaration.factors}
    if form == "json":
        click.echo(json.dumps(cards.as_json(found, names), ensure_ascii=False, indent=2))
        return
    click.secho(
        say("card.pooled", cards=found.cards, version=found.bank, set=say(f"card.set.{found.chosen}")), bold=True
    )
    if found.repeated:
        click.echo(say.count("card.repeated", found.repeated))
    click.echo()
    click.echo(_table(found, names, say))
    click.echo()
    click.echo(wrapped(say("card.how")))


def _table(found: Pool, names: dict[int, str], say: Phrases) -> str:
    own = any(each.mine is not None for each in found.factors.values())
    heads = [say("score.factor"), say("card.median"), say("card.half")]
    rows = []
    for number, each in found.factors.items():
        half = _told(each.lower) if each.lower == each.upper else f"{each.lower.low}–{_last(each.upper)}"
        row = [f"{number:>2} {names[number]}", _told(each.median), half]
        rows.append([*row, str(each.mine), say(f"card.place.{each.place}")] if own else row)
    return table([*heads, say("card.mine"), ""] if own else heads, rows, right=[1, 2, 3] if own else [1, 2])


def _told(band: Band) -> str:
    return f"{band.low}–{_last(band)}"


def _last(band: Band) -> int:
    """The highest whole number in a band."""
    return 100 if band.high == 100 else band.high - 1
