"""A journal in memory, for as long as the process runs: it keeps the rules of a file, and survives nothing."""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from assessment.storing.journal import Entry, New, expect_attachment, expect_open, extend, named, sha256


class MemoryJournal:
    """A journal that is empty at first; several threads may use it."""

    behind: str | None = None

    def __init__(self, name: str = "journal") -> None:
        self.name = name
        self._entries: list[Entry] = []
        self._attached: dict[str, bytes] = {}
        self._lock = Lock()

    def entries(self, since: int = 0) -> Sequence[Entry]:
        """The entries after the one numbered *since*, in order."""
        return self._entries[since:]

    def change(self, make: Callable[[Sequence[Entry]], Sequence[New]], attached: Iterable[bytes] = ()) -> Sequence[New]:
        """Add what *make* gives for the journal as it stands. Raises ArushaError as every journal does."""
        with self._lock:
            expect_open(self._entries)
            made = make(self._entries)
            added, self.behind = extend(self._entries[-1] if self._entries else None, made)
            given = {sha256(data): data for data in attached}
            self._attached |= {name: given[name] for name in named(added) if name in given}
            self._entries += added
        return made

    def attachment(self, name: str) -> bytes:
        """The bytes attached under a SHA-256. Raises ArushaError if they are missing."""
        return expect_attachment(name, self._attached.get(name))
