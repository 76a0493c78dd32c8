"""What can go wrong, said so that the reader knows what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


class ArushaError(Exception):
    """A request that cannot be carried out; the text is one sentence that names place and remedy."""


@dataclass(frozen=True, order=True)
class Fault:
    """One fault in the content: where it is, what is wrong and what mends it."""

    file: str
    field: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = ": ".join(filter(None, (self.file, self.field)))
        return f"{place}: {self.message}; {self.remedy}"


class FaultsError(ArushaError):
    """Raised for data that somebody gave, with every fault of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    def of(self, file: str) -> "FaultsError":
        """The same faults with the file named that they are about, where none is named yet."""
        return FaultsError([replace(fault, file=fault.file or file) for fault in self.faults])

    def __reduce__(self) -> tuple[type["FaultsError"], tuple[tuple[Fault, ...]]]:
        return FaultsError, (self.faults,)


class ContentError(ArushaError):
    """Raised by a loader at the first fault of the content."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))

    def __reduce__(self) -> tuple[type["ContentError"], tuple[Fault]]:
        return ContentError, (self.fault,)  # an exception is else made again of its text
