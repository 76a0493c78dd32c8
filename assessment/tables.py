"""Tables as people read them, whoever prints or draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.base.interface import Phrases


@dataclass(frozen=True)
class Table:
    """Rows of cells under their heads; the columns numbered in *right* hold numbers; *below*: of each row a text about it."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()
    below: Sequence[str] = ()


def heads(say: Phrases, prefix: str, *names: str) -> list[str]:
    """The heads of columns: the phrases of these names below a prefix."""
    return [say(f"{prefix}.{name}") for name in names]
