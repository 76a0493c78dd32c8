"""What benchmark cards, and changes that two copies made, say to people."""

from collections.abc import Mapping, Sequence

from assessment.events import KINDS
from assessment.exchange.cards import ANY, FOR_QUARTILES, Band, Card, Pool, Pooled
from assessment.exchange.joining import Conflict
from assessment.history import change
from assessment.storing.journal import Kept
from assessment.tables import Table
from assessment.tables import heads as heads_of
from kb.base.interface import Phrases
from kb.library.knowledge import Knowledge


def card(of: Card, knowledge: Knowledge, say: Phrases) -> str:
    """What stands on a card."""
    regions = knowledge.members.region_by_code
    return say(
        "card.says",
        region=say("card.all_regions") if of.region == ANY else regions[of.region].name.of(say.language),
        size=say(f"card.size.{of.size}"),
        year=of.year,
        version=of.bank,
        set=say(f"card.set.{of.chosen}"),
        coverage=say(f"card.coverage.{of.coverage}"),
    )


def pool(view: Pool, names: Mapping[int, str], say: Phrases) -> Table:
    """What cards have in common by key factor; beside it the own score, if there is one."""
    own = any(each.mine is not None for each in view.factors.values())
    rows = []
    for number, each in view.factors.items():
        row = [f"{number:>2} {names[number]}", _band(each.median), _half(each, say)]
        place = f"card.{'place' if each.upper else 'to_median'}.{each.place}"
        rows.append([*row, str(each.mine), say(place)] if own else row)
    heads = [say("score.factor"), *heads_of(say, "card", "median", "half")]
    return Table([*heads, say("card.mine"), ""], rows, [1, 2, 3]) if own else Table(heads, rows, [1, 2])


def _half(of: Pooled, say: Phrases) -> str:
    if of.lower is None or of.upper is None:
        return say("card.too_few", n=FOR_QUARTILES)
    return _band(of.lower) if of.lower == of.upper else f"{of.lower.low}–{_last(of.upper)}"


def _band(band: Band) -> str:
    return f"{band.low}–{_last(band)}"


def _last(band: Band) -> int:
    """The highest whole number in a band."""
    return 100 if band.high == 100 else band.high - 1


def conflict(of: Conflict, say: Phrases) -> str:
    """A conflict on its lines; of private scores and codes only whose they are."""
    about = f"{of.of}  " if of.of else ""
    what = say(f"join.what.{of.kind}") + (f" {of.whose}" if of.whose else "")
    if of.kind in ("score", "code"):
        return f"  {about}{what}"
    sides = (("A", of.mine), ("B", of.theirs))
    return "\n".join([f"  {about}{what}", *(f"    {name}: {_side(changes, say)}" for name, changes in sides)])


def _side(changes: Sequence[Kept], say: Phrases) -> str:
    kind, body = changes[-1]
    return change(KINDS[kind].model.model_validate(body, strict=False), kind, say)
