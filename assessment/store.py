"""An assessment file: one SQLite file holding an append-only journal, each entry chained to the one before.

Everything else is derived from the journal. What an entry attaches (the questions asked, a document) lies beside it under the
SHA-256 of its bytes, which the entry names. The rollback journal mode is kept (no WAL): what is acknowledged then stands
in the one file that people copy to a stick, and nowhere else.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from assessment import events
from assessment.events import OPENINGS, EntryError, as_json
from kb.content import shown
from kb.errors import ArushaError
from kb.files import clear, create, naming, sync_folder, workplace
from kb.vocabulary import Model

APPLICATION_ID = 0x41525553  # “ARUS”
FORMAT = 2
_JOURNAL = """CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT"""
_ATTACHMENT = """CREATE TABLE attachment (
    sha256 TEXT PRIMARY KEY,
    data BLOB NOT NULL
) STRICT"""
_TABLES: dict[int, list[tuple[str, str, str, str | None]]] = {  # all that there is in a file of each format
    1: [("table", "journal", "journal", _JOURNAL)],
    2: [
        ("index", "sqlite_autoindex_attachment_1", "attachment", None),
        ("table", "attachment", "attachment", _ATTACHMENT),
        ("table", "journal", "journal", _JOURNAL),
    ],
}
_LONGEST = 100_000_000  # bytes of one value that SQLite hands out
_STEPS, _LOOKS = 100_000, 1000  # of SQLite between two looks at whether a query ends; how often it is looked at
_SUPER_JOURNAL = bytes.fromhex("d9d505f920a163d7")  # ends a rollback journal that names another file

Kept = tuple[str, dict[str, Any]]
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
    event: Model
    remarks: tuple[str, ...] = ()


def sha256(data: bytes) -> str:
    """The name under which bytes are attached."""
    return hashlib.sha256(data).hexdigest()


class AssessmentFile:
    """An open assessment file. Every method that writes returns only when the disk has the data.

    *behind*: set by a write where the clock stood before the last entry: that entry's moment, which the new ones share.
    """

    behind: str | None = None

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._rows: list[Row] = []  # as they were last read
        self._read: list[Entry] = []  # what they amount to

    @classmethod
    def create(cls, path: Path, kind: str, body: dict[str, Any], attached: Iterable[bytes] = ()) -> "AssessmentFile":
        """Make a new file with its first entry and what that attaches.

        Raises ArushaError if there is one already; OSError as the system gives it.
        """
        if path.exists():
            raise ArushaError(
                f"{path}: there is such a file already; choose another name, or go on with “arusha assess answer {path}”"
            )
        return cls._made(path, lambda file: file.append([(kind, body)], attached))

    @classmethod
    def restore(cls, path: Path, entries: Iterable[Entry], attached: Iterable[bytes]) -> "AssessmentFile":
        """Make a new file of a whole journal, entry for entry as it was. Raises ArushaError where the chain is broken."""
        if path.exists():
            raise ArushaError(f"{path}: there is such a file already; choose another name")

        def fill(file: AssessmentFile) -> None:
            rows = [
                (
                    entry.seq,
                    entry.at,
                    entry.kind,
                    as_json(entry.body),
                    entry.hash,
                )
                for entry in entries
            ]
            file._connection.execute("BEGIN IMMEDIATE")
            file._connection.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", rows)
            file._attach({sha256(data): data for data in attached})
            file._connection.execute("COMMIT")
            file.path = path
            file.check()

        return cls._made(path, fill)

    @classmethod
    def _made(cls, path: Path, fill: "Callable[[AssessmentFile], None]") -> "AssessmentFile":
        with naming(path), workplace(path.parent) as place:
            made = place / "new.arusha"
            os.close(create(made, private=True))
            with closing(_connect(made)) as connection, _said(path, connection):
                connection.executescript(
                    f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; {_JOURNAL}; {_ATTACHMENT};"
                )
                fill(cls(path, connection))
            try:
                os.link(made, path)  # fails where a file of that name has come up meanwhile
            except FileExistsError:
                raise ArushaError(f"{path}: there is such a file already; choose another name") from None
            except OSError:  # a file system without hard links
                made.replace(path)
            sync_folder(path.parent)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "AssessmentFile":
        """Open a file and check that it is one of ours and whole. Raises ArushaError."""
        clear(path.parent)
        if not path.exists():
            raise ArushaError(
                f"{path}: there is no such file; make one with “arusha assess new {path} --administration NAME”"
            )
        if path.is_dir():
            raise ArushaError(f"{path}: is a folder; name the assessment file in it")
        if not path.is_file():
            raise ArushaError(f"{path}: is a device or a pipe; name an assessment file")
        with path.open("rb") as file:
            head = file.read(72)  # looked at here, since SQLite may write to a file as it opens it
        if not head.startswith(b"SQLite format 3\0"):
            raise ArushaError(f"{path}: is not an assessment file; name one made with “arusha assess new”")
        if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
            raise ArushaError(f"{path}: is a database of another program; name a file made with “arusha assess new”")
        if (version := int.from_bytes(head[60:64], "big")) > FORMAT:
            raise ArushaError(
                f"{path}: was written by a newer release (format {version}, this one reads up to {FORMAT}); update arusha"
            )
        if head[18:20] != b"\1\1":  # a write-ahead log, which none of our files has
            raise _foreign(path)
        real = path.resolve()
        log, journal = real.with_name(f"{real.name}-wal"), real.with_name(f"{real.name}-journal")
        if log.exists():
            raise ArushaError(
                f"{path}: {log.name} beside it is not of this file, and would be written into it; take it away"
            )
        if os.path.lexists(journal) and not journal.is_file():
            raise ArushaError(f"{path}: {journal.name} beside it is no plain file; take it away")
        if _names_another(journal):
            raise ArushaError(
                f"{path}: {journal.name} beside it is not of this file, and would have another one deleted; take it away"
            )
        connection = _connect(path)
        try:
            file_ = cls(path, connection)
            file_._look()
            _clear_journal(path, connection)
        except BaseException:
            connection.close()
            raise
        return file_

    def _look(self) -> None:
        """Look at the file before anything in it is believed, and at its journal then. Raises ArushaError."""
        run = self._connection.execute
        with _said(self.path, self._connection):
            run("BEGIN")  # so that no other process writes meanwhile
            try:
                self._only_ours()
                (pages,), (size,) = run("PRAGMA page_count").fetchone(), run("PRAGMA page_size").fetchone()
                if pages * size != self.path.stat().st_size:
                    raise ArushaError(
                        f"{self.path}: holds bytes that are no part of its database; go back to a copy you trust"
                    )
                if run("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                    raise sqlite3.DatabaseError("malformed")
                self._named_alone(self._whole())
            finally:
                if self._connection.in_transaction:
                    run("COMMIT")

    def _only_ours(self) -> None:
        """Raise ArushaError unless the database has exactly the tables of its format: what others put there could act."""
        query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name LIMIT 9"
        if self._connection.execute(query).fetchall() != _TABLES.get(self._format()):
            raise _foreign(self.path)

    def _named_alone(self, entries: Sequence[Entry]) -> None:
        """Raise ArushaError if anything is attached that no entry names."""
        if self._format() < 2:
            return
        names = {name for entry in entries for name in events.attached(entry.event)}
        for (name,) in self._connection.execute("SELECT sha256 FROM attachment"):
            if name not in names:
                raise ArushaError(f"{self.path}: holds an attachment that no entry names; go back to a copy you trust")

    def _format(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> "AssessmentFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, entries: Sequence[Kept], attached: Iterable[bytes] = ()) -> None:
        """Add entries (kind, body) in one transaction: all of them or none. Raises ArushaError, also once the file is sealed."""
        self.change(lambda _: entries, attached)

    def change(
        self, make: Callable[[Sequence[Entry]], Sequence[Kept]], attached: Iterable[bytes] = ()
    ) -> Sequence[Kept]:
        """Add what *make* gives for the journal as it stands, with no other writer in between; the entries come back.

        An error of *make* leaves everything as it was. Raises ArushaError, also once the file is sealed.
        """
        with _said(self.path, self._connection):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._only_ours()
                before = self._entries()
                if before and before[-1].kind == "sealed":
                    raise ArushaError(
                        f"{self.path}: this round is sealed and stays as it is; begin another file with “arusha assess new”"
                    )
                made = make(before)
                added = self._write(made, before[-1] if before else None)
                names = {name for entry in added for name in events.attached(entry.event)}
                given = {sha256(data): data for data in attached}
                self._attach({name: data for name, data in given.items() if name in names})
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            if self._entries()[len(before) : len(before) + len(added)] != added:
                raise ArushaError(
                    f"{self.path}: the last step cannot be read back from it, so it was not kept; check the drive and do it again"
                )
        return made

    def _write(self, entries: Sequence[Kept], last: Entry | None) -> list[Entry]:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.behind = None
        if last is not None and now < last.at:  # a clock set back must not turn the order of things round
            self.behind = now = last.at
        added = []
        for kind, body in entries:
            last = self._new(last, now, kind, body)
            added.append(last)
            row = (last.seq, now, kind, as_json(body), last.hash)
            self._connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", row)
        return added

    def _new(self, before: Entry | None, at: str, kind: str, body: dict[str, Any]) -> Entry:
        """The entry after another. Raises ArushaError where it could not be read again, or a rule forbids it."""
        seq, hash_, text = before.seq + 1 if before else 1, before.hash if before else "", as_json(body)
        try:
            entry = _after(before, (seq, at, kind, text, _chain(hash_, seq, at, kind, text)))
            if entry.remarks:
                raise EntryError(seq, entry.remarks[0])
        except EntryError as error:
            raise ArushaError(f"{self.path}: nothing was kept: the new entry {error.what}; correct it") from None
        return entry

    def _attach(self, attached: Mapping[str, bytes]) -> None:
        if self._format() < 2:  # a file of an earlier release
            self._connection.execute(_ATTACHMENT)
            self._connection.execute(f"PRAGMA user_version = {FORMAT}")
        self._connection.executemany("INSERT OR IGNORE INTO attachment VALUES (?, ?)", attached.items())

    def attachment(self, name: str) -> bytes:
        """The bytes attached under a SHA-256. Raises ArushaError if they are missing or were changed."""
        row = None
        with _said(self.path, self._connection):
            if self._format() >= 2:
                row = self._connection.execute("SELECT data FROM attachment WHERE sha256 = ?", (name,)).fetchone()
        if row is None or sha256(row[0]) != name:
            how = "is missing" if row is None else "was changed outside arusha"
            raise ArushaError(f"{self.path}: the attachment {name[:12]}… {how}; go back to a copy you trust")
        return bytes(row[0])

    def image(self) -> bytes:
        """The bytes of the whole file as it stands, with nothing half written in them."""
        with _said(self.path, self._connection):
            return bytes(self._connection.serialize())

    def check(self) -> list[Entry]:
        """The whole journal, with every attachment that it names read and compared. Raises ArushaError at the first fault."""
        entries = self.entries()
        for name in dict.fromkeys(name for entry in entries for name in events.attached(entry.event)):
            self.attachment(name)
        return entries

    def entries(self) -> list[Entry]:
        """The whole journal in order. Raises ArushaError naming the first entry that is at fault."""
        with _said(self.path, self._connection):
            return self._whole()

    def _whole(self) -> list[Entry]:
        if not (found := self._entries()):
            raise ArushaError(f"{self.path}: its journal is empty; go back to a copy you trust")
        return found

    def _entries(self) -> list[Entry]:
        rows = self._connection.execute("SELECT seq, at, kind, body, hash FROM journal ORDER BY seq").fetchall()
        self._read = read(rows, self._read if rows[: len(self._rows)] == self._rows else ())
        self._rows = rows
        return list(self._read)


def read(rows: Iterable[Row], known: Sequence[Entry] = ()) -> list[Entry]:
    """The entries of a journal; of the first rows they are *known*. Raises EntryError at the first that is at fault.

    This is what is asked of every journal, in a file or in an import: each entry is chained to the one before, can be read, and
    is not earlier; the first alone is an opening; and nothing stands after the seal.
    """
    found = list(known)
    before = found[-1] if found else None
    for row in islice(rows, len(found), None):
        before = _after(before, row)
        found.append(before)
    return found


def _after(before: Entry | None, row: Row) -> Entry:
    seq, hash_ = (before.seq + 1, before.hash) if before else (1, "")
    number, at, kind, text, digest = row
    try:
        chained = number == seq and digest == _chain(hash_, seq, at, kind, text)
    except TypeError:  # what is no text
        chained = False
    if not chained:
        raise EntryError(seq, "was changed or removed outside arusha")
    parsed = events.parse(seq, at, kind, text)
    entry = Entry(seq, at, kind, parsed.body, digest, parsed.event, parsed.remarks)
    _in_order(before, entry)
    return entry


def _in_order(before: Entry | None, entry: Entry) -> None:
    """Raise EntryError for an entry that cannot stand where it does."""
    if before is None:
        if entry.kind not in OPENINGS:
            raise EntryError(entry.seq, f"is “{entry.kind}”, and a journal begins with its opening")
    elif before.kind == "sealed":
        raise EntryError(entry.seq, "stands after the seal, which is the end of a round")
    elif entry.kind in OPENINGS:
        raise EntryError(entry.seq, "is a second opening, and a journal has one opening")
    elif entry.at < before.at:
        raise EntryError(entry.seq, f"is dated before the one before it ({entry.at}, {before.at})")


def is_assessment(path: Path) -> bool:
    """Whether there is a file that begins as a database does."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _chain(before: str, seq: int, at: str, kind: str, body: str) -> str:
    return hashlib.sha256("\0".join([before, str(seq), at, kind, body]).encode("utf-8", "surrogatepass")).hexdigest()


def _foreign(path: Path) -> ArushaError:
    return ArushaError(
        f"{path}: another program has put something into it that does not belong there; go back to a copy you trust"
    )


def _names_another(journal: Path) -> bool:
    """Whether there is a rollback journal that names another file: SQLite would delete that one as it recovers ours."""
    if not journal.is_file() or journal.stat().st_size < 8:
        return False
    with journal.open("rb") as file:
        file.seek(-8, os.SEEK_END)
        return file.read() == _SUPER_JOURNAL


def _connect(path: Path) -> sqlite3.Connection:
    with _said(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=20)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA synchronous = EXTRA")
        except BaseException:
            connection.close()
            raise
    return connection


def _stopwatch() -> Callable[[], bool]:
    """Asked every *_STEPS* steps of a query: whether it has taken more than any of ours could need."""
    left = iter(range(_LOOKS))
    return lambda: next(left, None) is None


def _clear_journal(path: Path, connection: sqlite3.Connection) -> None:
    """Delete the rollback journal of a process that was ended before it changed the file, which SQLite lets lie."""
    beside = path.resolve().with_name(f"{path.resolve().name}-journal")
    if not beside.exists():
        return
    with suppress(sqlite3.Error, OSError):  # a file that cannot be written, or that another program holds
        connection.execute("BEGIN EXCLUSIVE")
        try:
            if beside.read_bytes()[:1] in (b"", b"\0"):  # by which SQLite knows that there is nothing to take back
                beside.unlink()
        finally:
            connection.execute("ROLLBACK")


@contextmanager
def _said(path: Path, connection: sqlite3.Connection | None = None) -> Iterator[None]:
    """Turn what SQLite says, and what is wrong with an entry, into one sentence with a remedy; stop a query without end."""
    try:
        if connection is not None:
            connection.set_progress_handler(_stopwatch(), _STEPS)
        yield
    except EntryError as error:
        raise ArushaError(f"{path}: {error}") from None
    except sqlite3.Error as error:
        text = shown(str(error)).strip("'\"")  # it may quote the file
        if "full" in text:
            reason = "the disk is full; free some space and do the last step again, nothing before it is lost"
        elif "readonly" in text or "unable to open" in text:
            reason = "cannot be written; check the rights of the file and its folder"
        elif "locked" in text or "busy" in text:
            reason = "another program holds it; close that one and try again"
        elif "disk I/O" in text:
            reason = "the disk refuses to read or write; check the drive, nothing acknowledged before is lost"
        else:
            reason = f"is damaged ({text}); go back to a copy you trust"
        raise ArushaError(f"{path}: {reason}") from None
