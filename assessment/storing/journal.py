"""What is asked of every journal, wherever it is kept: append-only, each entry chained to the one before by SHA-256."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from assessment import events
from assessment.events import OPENINGS, EntryError, Event, as_json, as_kept
from kb.base.interface import Refusal, Word

Kept = tuple[str, dict[str, Any]]  # an event as it is kept: its kind and its body
New = Event | Kept  # the latter of another journal, to be kept as it is
Row = tuple[Any, Any, Any, Any, Any]  # seq, at, kind, body as JSON, hash


@dataclass(frozen=True)
class Entry:
    """One line of the journal; *at* is a moment in UTC, ISO 8601 to the second; *event* is its body with its types.

    *remarks*: what a rule that is younger than the entry forbids in it; then no score may rest on it.
    """

    seq: int
    at: str
    kind: str
    body: dict[str, Any]
    hash: str
    event: Event
    remarks: tuple[Word, ...] = ()

    @property
    def row(self) -> Row:
        """The entry as it is kept."""
        return self.seq, self.at, self.kind, as_json(self.body), self.hash


class JournalError(Refusal):
    """A journal that cannot be read or added to; the sentence does not say where it is kept."""


class Journal(Protocol):
    """A journal of which nothing is taken away; *name*: what sentences call it.

    *behind*: set by a change where the clock stood before the last entry: that entry's moment, which the new ones share.
    """

    name: str
    behind: str | None

    def entries(self, since: int = 0) -> Sequence[Entry]:
        """The entries after the one numbered *since*, in order. Raises ArushaError naming the first that is at fault."""

    def change(self, make: Callable[[Sequence[Entry]], Sequence[New]], attached: Iterable[bytes] = ()) -> Sequence[New]:
        """Add what *make* gives for the journal as it stands, with no other writer in between; it comes back once it is kept.

        Of *attached* only what the new entries name is kept. An error of *make* leaves everything as it was.
        Raises ArushaError where an entry could not be read again or a rule forbids it, and once the journal is sealed.
        """

    def attachment(self, name: str) -> bytes:
        """The bytes attached under a SHA-256. Raises ArushaError if they are missing or were changed."""


def sha256(data: bytes) -> str:
    """The name under which bytes are attached."""
    return hashlib.sha256(data).hexdigest()


def read(rows: Iterable[Row], before: Entry | None = None) -> list[Entry]:
    """The entries of a journal, or those after the one *before*. Raises EntryError at the first that is at fault.

    This is what is asked of every journal, in a file or in an import: each entry is chained to the one before, can be read, and
    is not earlier; the first alone is an opening; and nothing stands after the seal.
    """
    entries = []
    for row in rows:
        before = _after(before, row)
        entries.append(before)
    return entries


def expect_open(entries: Sequence[Entry]) -> None:
    """Raise JournalError if a journal is sealed."""
    if entries and entries[-1].kind == "sealed":
        raise JournalError("journal.sealed")


def extend(before: Entry | None, made: Iterable[New]) -> tuple[list[Entry], str | None]:
    """New entries after the one *before*, and its moment if the clock stands behind it, which they then share.

    Raises JournalError for one that could not be read again, or that a rule forbids.
    """
    now, behind = datetime.now(UTC).isoformat(timespec="seconds"), None
    if before is not None and now < before.at:  # a clock set back must not turn the order of things round
        now = behind = before.at
    added = []
    for each in made:
        kind, body = each if isinstance(each, tuple) else as_kept(each)
        seq, hash_, text = before.seq + 1 if before else 1, before.hash if before else "", as_json(body)
        try:
            before = _after(before, (seq, now, kind, text, _chain(hash_, seq, now, kind, text)))
            if before.remarks:
                raise EntryError(seq, before.remarks[0])
        except EntryError as error:
            raise JournalError("journal.not_kept", what=error.what) from None
        added.append(before)
    return added, behind


def named(entries: Iterable[Entry]) -> dict[str, None]:
    """The names of everything that entries attach, each once, in order."""
    return dict.fromkeys(name for entry in entries for name in events.attached(entry.event))


def expect_attachment(name: str, data: bytes | None) -> bytes:
    """The bytes attached under a name. Raises JournalError if they are missing or are others."""
    if data is None or sha256(data) != name:
        raise JournalError("journal.no_attachment" if data is None else "journal.other_attachment", name=name[:12])
    return data


def _after(before: Entry | None, row: Row) -> Entry:
    seq, hash_ = (before.seq + 1, before.hash) if before else (1, "")
    number, at, kind, text, digest = row
    try:
        chained = number == seq and digest == _chain(hash_, seq, at, kind, text)
    except TypeError:  # what is no text
        chained = False
    if not chained:
        raise EntryError(seq, Word("refused.entry.changed"))
    parsed = events.parse(seq, at, kind, text)
    entry = Entry(seq, at, kind, parsed.body, digest, parsed.event, parsed.remarks)
    _in_order(before, entry)
    return entry


def _in_order(before: Entry | None, entry: Entry) -> None:
    """Raise EntryError for an entry that cannot stand where it does."""
    if before is None:
        if entry.kind not in OPENINGS:
            raise EntryError(entry.seq, Word("refused.entry.no_opening", kind=entry.kind))
    elif before.kind == "sealed":
        raise EntryError(entry.seq, Word("refused.entry.after_seal"))
    elif entry.kind in OPENINGS:
        raise EntryError(entry.seq, Word("refused.entry.second_opening"))
    elif entry.at < before.at:
        raise EntryError(entry.seq, Word("refused.entry.earlier", at=entry.at, before=before.at))


def _chain(before: str, seq: int, at: str, kind: str, body: str) -> str:
    return hashlib.sha256("\0".join([before, str(seq), at, kind, body]).encode("utf-8", "surrogatepass")).hexdigest()
