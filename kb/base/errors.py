"""What can go wrong, said so that the reader knows what to do next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.base.interface import Phrases, Word, WordedError, phrases
from kb.base.wrong import ArushaError

__all__ = ["ArushaError", "ContentError", "Fault", "FaultsError"]
_AT = re.compile(r"(line|byte) ([0-9]+)")


@dataclass(frozen=True)
class Fault:
    """One fault in the content: where it is, what is wrong and what mends it, as a `Word` or, for editors, in English."""

    file: str
    field: str
    message: str | Word
    remedy: str | Word

    def in_words(self, say: Phrases) -> str:
        """The fault in a language."""
        at = _AT.fullmatch(self.field)
        place = say("colon").join(filter(None, (self.file, say(f"fault.{at[1]}", n=at[2]) if at else self.field)))
        message, remedy = (
            each.in_words(say) if isinstance(each, Word) else each for each in (self.message, self.remedy)
        )
        return say("fault.told", place=place, message=message, remedy=remedy)

    def __str__(self) -> str:
        return self.in_words(phrases("en"))

    def __lt__(self, other: "Fault") -> bool:
        return (self.file, self.field, str(self.message)) < (other.file, other.field, str(other.message))


class FaultsError(WordedError):
    """Raised for data that somebody gave, with every fault of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)

    def in_words(self, say: Phrases, _: str = "") -> str:
        """Every fault in a language, one a line."""
        return "\n".join(fault.in_words(say) for fault in self.faults)

    def of(self, file: str) -> "FaultsError":
        """The same faults with the file named that they are about, where none is named yet."""
        return FaultsError([replace(fault, file=fault.file or file) for fault in self.faults])

    def __reduce__(self) -> tuple[type["FaultsError"], tuple[tuple[Fault, ...]]]:
        return FaultsError, (self.faults,)


class ContentError(WordedError):
    """Raised by a loader at the first fault of the content."""

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault

    def in_words(self, say: Phrases, _: str = "") -> str:
        """The fault in a language."""
        return self.fault.in_words(say)

    def __reduce__(self) -> tuple[type["ContentError"], tuple[Fault]]:
        return ContentError, (self.fault,)  # an exception is else made again of its text
