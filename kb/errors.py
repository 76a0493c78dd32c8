"""What can go wrong, said so that the reader knows what to do next."""

from dataclasses import dataclass


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
        place = f"{self.file}: {self.field}" if self.field else self.file
        return f"{place}: {self.message}; {self.remedy}"


class ContentError(ArushaError):
    """Raised by a loader at the first fault of the content."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))

    def __reduce__(self) -> tuple[type["ContentError"], tuple[Fault]]:
        return ContentError, (self.fault,)  # an exception is else made again of its text
