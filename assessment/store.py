"""An assessment file: one SQLite file holding an append-only journal, each entry chained to the one before.

Everything else is derived from the journal. What an entry attaches (the questions asked, a document) lies beside it under the
SHA-256 of its bytes, which the entry names. The rollback journal mode is kept (no WAL): what is acknowledged then stands
in the one file that people copy to a stick, and nowhere else.
"""

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kb.errors import ArushaError

APPLICATION_ID = 0x41525553  # “ARUS”
FORMAT = 2
_SCHEMA = """
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
"""
_ATTACHMENTS = """
CREATE TABLE IF NOT EXISTS attachment (
    sha256 TEXT PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;
"""

Kept = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    """One line of the journal; *at* is a moment in UTC, ISO 8601 to the second."""

    seq: int
    at: str
    kind: str
    body: dict[str, Any]
    hash: str


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
                    json.dumps(entry.body, ensure_ascii=False, sort_keys=True),
                    entry.hash,
                )
                for entry in entries
            ]
            file._connection.execute("BEGIN IMMEDIATE")
            file._connection.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", rows)
            file._attach(attached)
            file._connection.execute("COMMIT")
            file.path = path
            file.check()

        return cls._made(path, fill)

    @classmethod
    def _made(cls, path: Path, fill: "Callable[[AssessmentFile], None]") -> "AssessmentFile":
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        except OSError as error:
            error.filename = str(path)  # not the temporary name, which nobody typed
            raise
        os.close(handle)
        temporary = Path(name)
        try:
            with _said(path), closing(_connect(temporary)) as connection:
                connection.executescript(
                    f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; {_SCHEMA} {_ATTACHMENTS}"
                )
                fill(cls(path, connection))
            try:
                os.link(temporary, path)  # fails where a file of that name has come up meanwhile
            except FileExistsError:
                raise ArushaError(f"{path}: there is such a file already; choose another name") from None
            except OSError:  # a file system without hard links
                temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "AssessmentFile":
        """Open a file and check that it is one of ours and whole. Raises ArushaError."""
        if not path.exists():
            raise ArushaError(
                f"{path}: there is no such file; make one with “arusha assess new {path} --administration NAME”"
            )
        if path.is_dir():
            raise ArushaError(f"{path}: is a folder; name the assessment file in it")
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
        with _said(path):
            connection = _connect(path)
            try:
                if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                    raise sqlite3.DatabaseError("malformed")
                file_ = cls(path, connection)
                file_.entries()
            except BaseException:
                connection.close()
                raise
        return file_

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
        with _said(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                before = self._entries()
                if any(entry.kind == "sealed" for entry in before):
                    raise ArushaError(
                        f"{self.path}: this round is sealed and stays as it is; begin another file with “arusha assess new”"
                    )
                made = make(before)
                self._write(made, before[-1] if before else None)
                self._attach(attached)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        return made

    def _write(self, entries: Sequence[Kept], last: Entry | None) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.behind = None
        if last is not None and now < last.at:  # a clock set back must not turn the order of things round
            self.behind = now = last.at
        seq, before = (last.seq, last.hash) if last else (0, "")
        for kind, body in entries:
            seq += 1
            text = json.dumps(body, ensure_ascii=False, sort_keys=True)
            before = _chain(before, seq, now, kind, text)
            self._connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", (seq, now, kind, text, before))

    def _attach(self, attached: Iterable[bytes]) -> None:
        if self._connection.execute("PRAGMA user_version").fetchone()[0] < FORMAT:  # a file of an earlier release
            self._connection.execute(_ATTACHMENTS)
            self._connection.execute(f"PRAGMA user_version = {FORMAT}")
        for data in attached:
            self._connection.execute("INSERT OR IGNORE INTO attachment VALUES (?, ?)", (sha256(data), data))

    def attachment(self, name: str) -> bytes:
        """The bytes attached under a SHA-256. Raises ArushaError if they are missing or were changed."""
        with _said(self.path):
            row = self._connection.execute("SELECT data FROM attachment WHERE sha256 = ?", (name,)).fetchone()
        if row is None or sha256(row[0]) != name:
            how = "is missing" if row is None else "was changed outside arusha"
            raise ArushaError(f"{self.path}: the attachment {name[:12]}… {how}; go back to a copy you trust")
        return bytes(row[0])

    def image(self) -> bytes:
        """The bytes of the whole file as it stands, with nothing half written in them."""
        with _said(self.path):
            return bytes(self._connection.serialize())

    def check(self) -> list[Entry]:
        """The whole journal, with every attachment that it names read and compared. Raises ArushaError at the first fault."""
        entries = self.entries()
        for name in dict.fromkeys(name for entry in entries for name in named(entry)):
            self.attachment(name)
        return entries

    def entries(self) -> list[Entry]:
        """The whole journal in order. Raises ArushaError naming the first entry that was changed outside arusha."""
        with _said(self.path):
            found = self._entries()
        if not found:
            raise ArushaError(f"{self.path}: its journal is empty; go back to a copy you trust")
        return found

    def _entries(self) -> list[Entry]:
        found: list[Entry] = []
        before = ""
        rows = self._connection.execute("SELECT seq, at, kind, body, hash FROM journal ORDER BY seq").fetchall()
        for expected, (seq, at, kind, text, digest) in enumerate(rows, 1):
            before = _chain(before, seq, at, kind, text)
            if digest != before or seq != expected:
                raise ArushaError(
                    f"{self.path}: entry {expected} of its journal was changed or removed outside arusha; go back to a copy you trust"
                )
            found.append(Entry(seq, at, kind, json.loads(text), digest))
        return found


def named(entry: Entry) -> Iterator[str]:
    """The SHA-256 of everything that an entry attaches."""
    for value in entry.body.values():
        if isinstance(value, dict) and isinstance(value.get("sha256"), str):
            yield value["sha256"]


def is_assessment(path: Path) -> bool:
    """Whether there is a file that begins as a database does."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _chain(before: str, seq: int, at: str, kind: str, body: str) -> str:
    return hashlib.sha256("\0".join([before, str(seq), at, kind, body]).encode()).hexdigest()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=20)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = EXTRA")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Turn what SQLite says into one sentence with a remedy."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
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
