"""Public pages and documents that records rest on, each with the day on which somebody last read it."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from kb.base.errors import Fault
from kb.base.vocabulary import NOT_STATED, Filled, Model, NotStated, Slug, Text
from kb.library.content import Date, before

FILE = "references.yml"
Address = Annotated[str, Field(pattern=r'^https?://[^\s<>"]+$')]


class Link(Model):
    """The address of a public text, and of an archived copy if one is known."""

    title: Filled  # as it stands there
    url: Address
    archived: Address | None = None
    seen: Date  # the day on which it was last read, there or in a stored copy


class Reference(Link):
    """A public text that records rest on: who wrote it, where and when it came out."""

    id: Slug
    author: Text | Filled
    container: Text | Filled  # the journal, site or collection that it stands in
    publisher: Text | Filled
    published: Date | NotStated

    @property
    def day(self) -> str | None:
        """When it came out, if it says so."""
        return None if self.published == NOT_STATED else self.published


class References(Model):
    """All of them."""

    references: tuple[Reference, ...]


def faults(references: Iterable[Reference]) -> Iterator[Fault]:
    """Dates that contradict one another, and addresses or ids that stand twice."""
    ids, addresses = set[str](), set[str]()
    for each in references:
        if each.id in ids:
            yield Fault(FILE, each.id, "stands twice", "keep one of the two entries")
        elif each.url in addresses:
            yield Fault(FILE, f"{each.id}.url", "is the address of another entry too", "join the two entries")
        if each.day and before(each.seen, each.day):
            yield Fault(FILE, f"{each.id}.seen", f"lies before {each.day}, when it was published", "correct it")
        ids.add(each.id)
        addresses.add(each.url)
