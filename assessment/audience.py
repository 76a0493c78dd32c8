"""Who may see what: each field of a report says how far it goes, and a report is cut to its audience before anything is rendered."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from kb.base.vocabulary import Model

M = TypeVar("M", bound=Model)


class Audience(StrEnum):
    """From the narrowest to the widest: the assessment team, the head of Customs, peers and the WCO, everybody."""

    INTERNAL = "internal"
    HEAD = "head"
    PEERS = "peers"
    PUBLIC = "public"


_WIDTH = {audience: width for width, audience in enumerate(Audience)}


@dataclass(frozen=True)
class UpTo:
    """A mark on a field: the widest audience that may see it, and the category under which its withholding is told."""

    audience: Audience
    category: str


class Record(Model):
    """A part of a report that knows for itself how far it goes, such as a piece of evidence."""

    def up_to(self) -> UpTo:
        """The widest audience that may see this very record."""
        raise NotImplementedError


def may_see(audience: Audience, mark: UpTo) -> bool:
    """Whether an audience is within the one that a mark allows."""
    return _WIDTH[audience] <= _WIDTH[mark.audience]


def cut(model: M, audience: Audience) -> tuple[M, Counter[str]]:
    """The model without what *audience* may not see, and how many values were withheld by category.

    A withheld field is left empty; a withheld record is left out.
    """
    withheld: Counter[str] = Counter()
    return _cut(model, audience, withheld), withheld


def _cut(model: M, audience: Audience, withheld: Counter[str]) -> M:
    changed: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        mark = next((each for each in field.metadata if isinstance(each, UpTo)), None)
        if mark is not None and not may_see(audience, mark):
            if (
                value is not None and value is not False and value not in ("", ())
            ):  # a level or a count of 0 tells something
                withheld[mark.category] += _many(value)
                changed[name] = _empty(value)
        elif (kept := _inside(value, audience, withheld)) is not value:
            changed[name] = kept
    return model.model_copy(update=changed) if changed else model


def _inside(value: Any, audience: Audience, withheld: Counter[str]) -> Any:
    if isinstance(value, Model):
        return _cut(value, audience, withheld)
    if not isinstance(value, tuple):
        return value
    kept = []
    for each in value:
        if isinstance(each, Record) and not may_see(audience, each.up_to()):
            withheld[each.up_to().category] += 1
        else:
            kept.append(_inside(each, audience, withheld))
    unchanged = len(kept) == len(value) and all(one is other for one, other in zip(kept, value, strict=True))
    return value if unchanged else tuple(kept)


def _many(value: Any) -> int:
    """How many values a withheld field stands for: those of a list, those that it counts, or itself."""
    if isinstance(value, tuple):
        return len(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 1


def _empty(value: Any) -> Any:
    return (
        () if isinstance(value, tuple) else "" if isinstance(value, str) else False if isinstance(value, bool) else None
    )
