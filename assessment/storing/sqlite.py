"""An assessment file: one SQLite file holding a journal and its head, which says where the journal ends.

Everything else is derived from the journal. What an entry attaches (the questions asked, a document) lies beside it under the
SHA-256 of its bytes, which the entry names. The rollback journal mode is kept (no WAL): what is acknowledged then stands
in the one file that people copy to a stick, and nowhere else.

A file is read and checked as a whole once, on opening. From then on only the rows after those known are read, and with them
the head, which every write moves in its own transaction: adding to a long journal costs no more than to a short one.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from assessment.events import EntryError
from assessment.storing.journal import (
    Entry,
    JournalError,
    New,
    expect_attachment,
    expect_open,
    extend,
    named,
    read,
    sha256,
)
from kb.base.errors import ArushaError
from kb.base.files import clear, create, naming, sync_folder, workplace
from kb.base.interface import Refusal, Word
from kb.library.content import shown

APPLICATION_ID = 0x41525553  # “ARUS”
FORMAT = 3
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
_HEAD = """CREATE TABLE head (
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at TEXT NOT NULL,
    sealed INTEGER NOT NULL
) STRICT"""
_TABLES: list[tuple[str, str, str, str | None, int]] = [  # all that there is in a file, and from which format on
    ("index", "sqlite_autoindex_attachment_1", "attachment", None, 2),
    ("table", "attachment", "attachment", _ATTACHMENT, 2),
    ("table", "head", "head", _HEAD, 3),
    ("table", "journal", "journal", _JOURNAL, 1),
]
_ROWS, _HEADS = (
    "SELECT seq, at, kind, body, hash FROM journal WHERE seq",
    "SELECT seq, hash, at, sealed FROM head LIMIT 2",
)
_LONGEST = 100_000_000  # bytes of one value that SQLite hands out
_STEPS, _LOOKS = 100_000, 1000  # of SQLite between two looks at whether a query ends; how often it is looked at
_SUPER_JOURNAL = bytes.fromhex("d9d505f920a163d7")  # ends a rollback journal that names another file


class AssessmentFile:
    """An open assessment file. Every method that writes returns only when the disk has the data.

    *behind*: set by a write where the clock stood before the last entry: that entry's moment, which the new ones share.
    """

    behind: str | None = None

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self.name = path, str(path)
        self._connection = connection
        self._entries: list[Entry] = []  # as far as they were read

    @classmethod
    def create(cls, path: Path, opening: New, attached: Iterable[bytes] = ()) -> "AssessmentFile":
        """Make a new file with its first entry and what that attaches.

        Raises ArushaError if there is one already; OSError as the system gives it.
        """
        if path.exists():
            raise Refusal("store.exists_opened", path=path)
        with _said(path):
            entries, _ = extend(None, [opening])
        return cls._made(path, entries, attached)

    @classmethod
    def restore(cls, path: Path, entries: Iterable[Entry], attached: Iterable[bytes]) -> "AssessmentFile":
        """Make a new file of a whole journal, entry for entry as it was. Raises ArushaError where the chain is broken."""
        if path.exists():
            raise Refusal("store.exists", path=path)
        return cls._made(path, entries, attached)

    @classmethod
    def _made(cls, path: Path, entries: Iterable[Entry], attached: Iterable[bytes]) -> "AssessmentFile":
        with naming(path), workplace(path.parent) as place:
            made = place / "new.arusha"
            os.close(create(made, private=True))
            with closing(_connect(made)) as connection, _said(path, connection):
                file = cls(path, connection)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute("BEGIN IMMEDIATE")
                file._write(list(entries), {sha256(data): data for data in attached})
                connection.execute("COMMIT")
                file.check()
            try:
                os.link(made, path)  # fails where a file of that name has come up meanwhile
            except FileExistsError:
                raise Refusal("store.exists", path=path) from None
            except OSError:  # a file system without hard links
                made.replace(path)
            sync_folder(path.parent)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "AssessmentFile":
        """Open a file and check that it is one of ours and whole. Raises ArushaError."""
        clear(path.parent)
        _expect_ours(path)
        _expect_alone(path)
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
        with self._reading():
            self._only_ours()
            (pages,), (size,) = run("PRAGMA page_count").fetchone(), run("PRAGMA page_size").fetchone()
            if pages * size != self.path.stat().st_size:
                raise Refusal("store.more_bytes", path=self.path)
            if run("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("malformed")
            self._catch_up()
            self._named_alone()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Read with no other process writing meanwhile, also inside a transaction."""
        run = self._connection.execute
        with _said(self.path, self._connection):
            outer = self._connection.in_transaction
            if not outer:
                run("BEGIN")
            try:
                yield
            finally:
                if not outer and self._connection.in_transaction:
                    run("COMMIT")

    def _only_ours(self) -> None:
        """Raise ArushaError unless the database has exactly the tables of its format: what others put there could act."""
        query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name LIMIT 9"
        format_ = self._format()
        tables = [table[:4] for table in _TABLES if 1 <= table[4] <= format_ <= FORMAT]
        if self._connection.execute(query).fetchall() != tables:
            raise _foreign(self.path)

    def _named_alone(self) -> None:
        """Raise ArushaError if anything is attached that no entry names."""
        if self._format() < 2:
            return
        names = named(self._entries)
        for (name,) in self._connection.execute("SELECT sha256 FROM attachment"):
            if name not in names:
                raise Refusal("store.stray_attachment", path=self.path)

    def _format(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> "AssessmentFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, entries: Sequence[New], attached: Iterable[bytes] = ()) -> None:
        """Add entries in one transaction: all of them or none. Raises ArushaError, also once the file is sealed."""
        self.change(lambda _: entries, attached)

    def change(self, make: Callable[[Sequence[Entry]], Sequence[New]], attached: Iterable[bytes] = ()) -> Sequence[New]:
        """Add what *make* gives for the journal as it stands, with no other writer in between; the entries come back.

        An error of *make* leaves everything as it was. Raises ArushaError, also once the file is sealed.
        """
        with _said(self.path, self._connection):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._only_ours()
                self._catch_up()
                expect_open(self._entries)
                made = make(self._entries)
                added, self.behind = extend(self._entries[-1], made)
                if added:
                    given = {sha256(data): data for data in attached}
                    self._write(added, {name: given[name] for name in named(added) if name in given})
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._expect_kept(added)
            self._entries += added
        return made

    def _write(self, added: Sequence[Entry], attached: Mapping[str, bytes]) -> None:
        """Write entries and move the head; a file that is new or of an earlier format gets the tables that it lacks with them."""
        run = self._connection.execute
        if (format_ := self._format()) < FORMAT:
            for kind, _, _, statement, since in _TABLES:
                if kind == "table" and statement and since > format_:
                    run(statement)
            run("INSERT INTO head VALUES (0, '', '', 0)")
            run(f"PRAGMA user_version = {FORMAT}")
        self._connection.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", (entry.row for entry in added))
        self._connection.executemany("INSERT OR IGNORE INTO attachment VALUES (?, ?)", attached.items())
        run("UPDATE head SET seq = ?, hash = ?, at = ?, sealed = ?", _head(added))

    def _expect_kept(self, added: Sequence[Entry]) -> None:
        """Raise ArushaError unless the new entries stand in the file, and its head is not before them."""
        if not added:
            return
        rows = self._connection.execute(f"{_ROWS} BETWEEN ? AND ? ORDER BY seq", (added[0].seq, added[-1].seq))
        whole = rows.fetchall() == [entry.row for entry in added]
        head = self._connection.execute(_HEADS).fetchone() or (0,)
        if not whole or (head[0] <= added[-1].seq and head != _head(added)):
            raise Refusal("store.not_read_back", path=self.path)

    def attachment(self, name: str) -> bytes:
        """The bytes attached under a SHA-256. Raises ArushaError if they are missing or were changed."""
        row = None
        with _said(self.path, self._connection):
            if self._format() >= 2:
                row = self._connection.execute("SELECT data FROM attachment WHERE sha256 = ?", (name,)).fetchone()
            return expect_attachment(name, row and row[0])

    def image(self) -> bytes:
        """The bytes of the whole file as it stands, with nothing half written in them."""
        with _said(self.path, self._connection):
            return bytes(self._connection.serialize())

    def check(self) -> list[Entry]:
        """The whole journal, with every attachment that it names read and compared. Raises ArushaError at the first fault.

        The entries known since the file was opened were compared then.
        """
        entries = self.entries()
        for name in named(entries):
            self.attachment(name)
        return entries

    def entries(self, since: int = 0) -> list[Entry]:
        """The entries after the one numbered *since*, in order. Raises ArushaError naming the first entry that is at fault."""
        with self._reading():
            self._catch_up()
        return self._entries[since:]

    def _catch_up(self) -> None:
        """Read the entries after those known. Raises ArushaError where the last known is no more, and where the head does not fit."""
        last = self._entries[-1] if self._entries else None
        with closing(self._connection.execute(f"{_ROWS} >= ? ORDER BY seq", (last.seq if last else -(2**63),))) as rows:
            if last and rows.fetchone() != last.row:
                raise EntryError(last.seq, Word("refused.entry.changed"))
            new = read(rows, last)
        if not (new or last):
            raise JournalError("journal.empty")
        if self._format() >= 3 and self._connection.execute(_HEADS).fetchall() != [_head(new or self._entries)]:
            raise JournalError("journal.other_head")
        self._entries += new


def is_assessment(path: Path) -> bool:
    """Whether there is a file that begins as a database does."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _head(entries: Sequence[Entry]) -> tuple[int, str, str, int]:
    """The head of a journal that ends with these entries: number, hash and moment of the last, and whether it is the seal."""
    last = entries[-1]
    return last.seq, last.hash, last.at, int(last.kind == "sealed")


def _expect_ours(path: Path) -> None:
    """Raise Refusal unless a path is a file that begins as ours do, before SQLite, which may write to it as it opens it, sees it."""
    if not path.exists():
        raise Refusal("store.missing", path=path)
    if path.is_dir():
        raise Refusal("store.folder", path=path)
    if not path.is_file():
        raise Refusal("store.device", path=path)
    with path.open("rb") as file:
        head = file.read(72)
    if not head.startswith(b"SQLite format 3\0"):
        raise Refusal("store.not_ours", path=path)
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise Refusal("store.other_program", path=path)
    if (version := int.from_bytes(head[60:64], "big")) > FORMAT:
        raise Refusal("store.newer", path=path, format=version, known=FORMAT)
    if head[18:20] != b"\1\1":  # a write-ahead log, which none of our files has
        raise _foreign(path)


def _expect_alone(path: Path) -> None:
    """Raise Refusal where what stands beside a file would be taken for its own."""
    real = path.resolve()
    log, journal = real.with_name(f"{real.name}-wal"), real.with_name(f"{real.name}-journal")
    if log.exists():
        raise Refusal("store.log_beside", path=path, beside=log.name)
    if os.path.lexists(journal) and not journal.is_file():
        raise Refusal("store.odd_beside", path=path, beside=journal.name)
    if _names_another(journal):
        raise Refusal("store.other_beside", path=path, beside=journal.name)


def _foreign(path: Path) -> ArushaError:
    return Refusal("store.foreign", path=path)


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
    except (EntryError, JournalError) as error:
        raise Refusal("of_file", file=path, what=error) from None
    except sqlite3.Error as error:
        raise _of_sqlite(path, shown(str(error)).strip("'\"")) from None  # it may quote the file


def _of_sqlite(path: Path, text: str) -> Refusal:
    """What SQLite says as a sentence with a remedy."""
    if "full" in text:
        return Refusal("store.full", path=path)
    if "readonly" in text or "unable to open" in text:
        return Refusal("store.read_only", path=path)
    if "locked" in text or "busy" in text:
        return Refusal("store.busy", path=path)
    if "disk I/O" in text:
        return Refusal("store.drive", path=path)
    return Refusal("store.damaged", path=path, what=text)
