"""Forged and crafted files: a file is looked at before it is believed, and the seal is the end of its journal."""

import json
import os
import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import forging
import pyrage
import pytest

from assessment.storing.sqlite import AssessmentFile
from kb.base.errors import ArushaError

LEVELS = {"1.a.1": 0, "1.b.1": 1, "8.d.2": 0}
SECRET = "correct horse battery staple"


@pytest.fixture
def ours(start, tmp_path):
    """An assessment with three answers."""
    return start(tmp_path / "ours.arusha", LEVELS)


@pytest.fixture
def sealed(arusha, ours):
    arusha("assess", "seal", ours, "--yes")
    return ours


def fingerprint(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT hash FROM journal ORDER BY seq DESC").fetchone()[0]


def better(path):
    """The line of an answer that would lift the score."""
    answer = next(line for line in forging.lines(path) if line[1] == "answered")
    return answer[0], "answered", {**answer[2], "answer": {"level": 4}}


def forged_tail(path):
    at, kind, body = better(path)
    forging.append(path, kind, body, at)


def second_seal(path):
    forging.append(path, "sealed", {"answers": 3})


def tail_and_second_seal(path):
    forged_tail(path)
    second_seal(path)


def every_way_to_read(path, folder):
    """A command for each way in which a journal is read."""
    return {
        "score": ("assess", "score", path),
        "status": ("assess", "status", path),
        "history": ("assess", "history", path),
        "verify": ("assess", "verify", path),
        "report": ("assess", "report", path, "-o", folder / "r.html"),
        "export": ("assess", "export", path, "-o", folder / "out.json"),
        "lock": ("assess", "lock", path, "-o", folder / "out.age", "--passphrase-file", folder / "secret"),
        "plan new": ("plan", "new", folder / "plan.arusha", "--from", path),
        "compare": ("assess", "compare", path, path),
        "answer": ("assess", "answer", path),
    }


def refused_by_every_command(arusha, path, folder, *parts):
    """Every command refuses the file in one sentence, changes nothing in it, and makes no other."""
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    for name, words in every_way_to_read(path, folder).items():
        told = arusha(*words, typed="q\n")
        assert told.exit_code == (1 if name == "verify" else 2), (name, told.output)
        assert told.stderr.startswith(f"arusha: {path}: "), (name, told.stderr)
        assert told.stderr.count("\n") == 1, name
        for part in parts:
            assert part in told.stderr, name
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


@pytest.mark.parametrize("forge", [forged_tail, second_seal, tail_and_second_seal])
def test_nothing_stands_after_the_seal_wherever_a_journal_is_read(arusha, sealed, tmp_path, forge):
    forge(sealed)
    refused_by_every_command(arusha, sealed, tmp_path, "after the seal, which is the end of a round")


def test_a_second_opening_is_refused(arusha, ours, tmp_path):
    forging.append(ours, *forging.lines(ours)[0][1:])
    refused_by_every_command(arusha, ours, tmp_path, "entry 5", "one opening")


@pytest.mark.parametrize("forge", [forged_tail, second_seal])
def test_a_forged_copy_is_neither_unlocked_nor_imported(arusha, sealed, tmp_path, refused, forge):
    forge(sealed)
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"{key}\n", encoding="utf-8")
    locked = tmp_path / "forged.age"
    locked.write_bytes(pyrage.encrypt(sealed.read_bytes(), [key.to_public()]))
    told = arusha("assess", "unlock", locked, "-o", tmp_path / "u.arusha", "--key", tmp_path / "key")
    refused(told, locked, "after the seal")
    lines = forging.lines(sealed)
    with closing(sqlite3.connect(sealed)) as connection:
        attached = [data for (data,) in connection.execute("SELECT data FROM attachment")]
    source = tmp_path / "forged.json"
    source.write_text(json.dumps(forging.exported(lines, attached)), encoding="utf-8")
    refused(arusha("assess", "import", source, tmp_path / "i.arusha"), source, "after the seal")
    assert not (tmp_path / "u.arusha").exists()
    assert not (tmp_path / "i.arusha").exists()


def as_given(digits):
    return [
        digits,
        digits.upper(),
        digits[:32],
        f"Sealed. Fingerprint: {digits}",
        f"Scellé. Empreinte : {digits[:32]} {digits[32:]}",
        " ".join(digits[start : start + 8] for start in range(0, 64, 8)),
        f"{digits[:40]}…",
    ]


@pytest.mark.parametrize("way", range(7))
def test_a_fingerprint_kept_elsewhere_is_compared_however_it_was_written_down(arusha, sealed, way):
    told = arusha("assess", "verify", sealed, "--fingerprint", as_given(fingerprint(sealed))[way])
    assert (told.exit_code, told.stderr) == (0, "")
    assert "is that of this file" in " ".join(told.stdout.split())


def test_a_chain_made_anew_is_found_by_the_fingerprint_alone(arusha, sealed):
    kept = fingerprint(sealed)
    lines = forging.lines(sealed)
    lines[1][2]["answer"] = {"level": 4}
    forging.write(sealed, lines)
    whole = arusha("assess", "verify", sealed)
    assert whole.exit_code == 0, "the chain alone cannot show it"
    assert "Only a fingerprint kept elsewhere" in " ".join(whole.stdout.split())
    told = arusha("assess", "verify", sealed, "--fingerprint", kept)
    assert told.exit_code == 1
    assert "is not the one given: it is another round, or its chain was made anew" in told.stderr


def test_a_seal_taken_away_is_found_by_the_fingerprint(arusha, sealed, refused, tmp_path):
    kept = fingerprint(sealed)
    plan = tmp_path / "plan.arusha"
    arusha("plan", "new", plan, "--from", sealed)
    forging.write(sealed, forging.lines(sealed)[:-1])
    told = arusha("assess", "verify", sealed, "--fingerprint", kept)
    assert told.exit_code == 1
    assert "is not sealed, and no entry has the fingerprint given" in told.stderr
    assert "its seal was taken away" in told.stderr


def test_a_fingerprint_kept_of_an_open_round_shows_how_far_it_is_the_same(arusha, ours, start, tmp_path):
    shown = arusha("assess", "verify", ours).stdout
    kept = fingerprint(ours)
    assert kept in shown
    assert arusha("assess", "verify", ours, "--fingerprint", kept).exit_code == 0
    forging.append(ours, *better(ours)[1:])
    told = arusha("assess", "verify", ours, "--fingerprint", kept)
    assert told.exit_code == 0
    assert "is that of entry 4: up to there nothing was changed" in told.stdout
    other = start(tmp_path / "other.arusha", {"1.a.1": 4})
    assert arusha("assess", "verify", other, "--fingerprint", kept).exit_code == 1


@pytest.mark.parametrize("given", ["", "no", "0" * 31, "0" * 65, "0" * 63 + "g", "１" * 64])
def test_what_is_no_fingerprint_is_told(arusha, sealed, given):
    told = arusha("assess", "verify", sealed, "--fingerprint", given)
    assert told.exit_code == 1
    assert "is no fingerprint; give its 64 digits" in told.stderr
    assert told.stderr.count("\n") == 1


def test_the_seal_and_every_report_say_where_the_fingerprint_is_kept(arusha, ours, tmp_path):
    told = arusha("assess", "seal", ours, "--yes").stdout
    assert "Keep the fingerprint apart from the file" in told
    for name in ("r.html", "r.md"):
        arusha("assess", "report", ours, "-o", tmp_path / name)
        assert "Keep the fingerprint apart from the file" in (tmp_path / name).read_text(encoding="utf-8")


ENDLESS = """CREATE VIEW journal (seq, at, kind, body, hash) AS
WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, '', '', '', '' FROM n"""
LAID_BESIDE = {
    "a trigger that ignores": ["CREATE TRIGGER t BEFORE INSERT ON journal BEGIN SELECT RAISE(IGNORE); END"],
    "a trigger that deletes": [
        "CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM journal WHERE seq = new.seq; END"
    ],
    "a trigger on attachments": ["CREATE TRIGGER t AFTER INSERT ON attachment BEGIN DELETE FROM attachment; END"],
    "the journal as a view": [
        "ALTER TABLE journal RENAME TO kept",
        "CREATE VIEW journal AS SELECT * FROM kept",
    ],
    "an endless view as the journal": ["DROP TABLE journal", ENDLESS],
    "a view beside it": ["CREATE VIEW more AS SELECT * FROM journal"],
    "a table beside it": ["CREATE TABLE smuggled (data BLOB)", "INSERT INTO smuggled VALUES (zeroblob(9999))"],
    "an empty table beside it": ["CREATE TABLE smuggled (data BLOB)"],
    "a virtual table": ["CREATE VIRTUAL TABLE smuggled USING fts5(text)"],
    "an index": ["CREATE INDEX i ON journal (kind)"],
    "an index over an expression": ["CREATE INDEX i ON journal (length(body))"],
    "statistics": ["ANALYZE"],
    "another column": ["ALTER TABLE journal ADD COLUMN more TEXT"],
    "a generated column": ["ALTER TABLE journal ADD COLUMN more TEXT AS (kind || body)"],
    "a column by another name": ["ALTER TABLE journal RENAME COLUMN at TO moment"],
    "no table of attachments": ["DROP TABLE attachment"],
    "no journal": ["DROP TABLE journal"],
    "a format that is none": ["PRAGMA user_version = 0"],
    "the format before": ["PRAGMA user_version = 2"],
    "the first format": ["PRAGMA user_version = 1"],
    "a trigger on the head": ["CREATE TRIGGER t AFTER UPDATE ON head BEGIN DELETE FROM journal; END"],
    "no head": ["DROP TABLE head"],
}


@pytest.mark.parametrize("laid", LAID_BESIDE)
def test_a_file_with_anything_but_its_own_tables_is_refused_before_they_are_read(arusha, ours, tmp_path, laid):
    forging.sql(ours, *LAID_BESIDE[laid])
    refused_by_every_command(arusha, ours, tmp_path, "another program has put something into it")


REMADE = {
    "a check": "seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL CHECK (1)",
    "a default": "seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL DEFAULT '', hash TEXT NOT NULL",
    "a foreign key": "seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT, body TEXT, hash TEXT REFERENCES attachment (sha256)",
    "a conflict clause": "seq INTEGER PRIMARY KEY ON CONFLICT IGNORE, at TEXT, kind TEXT, body TEXT, hash TEXT",
    "a count of its own": "seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, kind TEXT, body TEXT, hash TEXT",
    "another order": "seq INTEGER PRIMARY KEY DESC, at TEXT, kind TEXT, body TEXT, hash TEXT",
    "another collation": "seq INTEGER PRIMARY KEY, at TEXT, kind TEXT COLLATE NOCASE, body TEXT, hash TEXT",
}


@pytest.mark.parametrize("made", REMADE)
@pytest.mark.parametrize("options", ["STRICT", "", "WITHOUT ROWID"])
def test_a_journal_that_is_made_otherwise_is_refused(ours, made, options):
    if "AUTOINCREMENT" in REMADE[made] and options == "WITHOUT ROWID":
        options = "STRICT"
    forging.sql(
        ours,
        "ALTER TABLE journal RENAME TO kept",
        f"CREATE TABLE journal ({REMADE[made]}) {options}",
        "INSERT INTO journal SELECT * FROM kept",
        "DROP TABLE kept",
    )
    with pytest.raises(ArushaError, match="another program has put something into it"):
        AssessmentFile.open(ours)


UNFIT = {
    "no row": ["DELETE FROM head"],
    "a second row": ["INSERT INTO head SELECT * FROM head"],
    "another number": ["UPDATE head SET seq = seq - 1"],
    "another hash": ["UPDATE head SET hash = upper(hash)"],
    "another moment": ["UPDATE head SET at = '2020-01-01T00:00:00+00:00'"],
    "a seal that is not there": ["UPDATE head SET sealed = 1"],
    "that of an entry before": [
        "UPDATE head SET (seq, hash, at) = (SELECT seq, hash, at FROM journal WHERE seq = (SELECT seq - 1 FROM head))"
    ],
    "an entry after it": [
        "INSERT INTO journal SELECT 1 + seq, at, kind, body, hash FROM journal ORDER BY seq DESC LIMIT 1"
    ],
    "the last entry cut off": ["DELETE FROM journal WHERE seq = (SELECT seq FROM head)"],
    "an entry before the first": ["INSERT INTO journal SELECT 0, at, kind, body, hash FROM journal WHERE seq = 1"],
}
NOT_BY_ITS_HEAD = {
    "an entry after it": "was changed or removed",
    "an entry before the first": "entry 1 of its journal was changed or removed",
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_a_head_that_does_not_fit_the_last_entry_is_refused(arusha, ours, tmp_path, unfit):
    forging.sql(ours, *UNFIT[unfit])
    refused_by_every_command(arusha, ours, tmp_path, NOT_BY_ITS_HEAD.get(unfit, "its head does not fit the last entry"))


@pytest.mark.parametrize("unfit", [each for each in UNFIT if each != "an entry before the first"])
def test_a_head_that_no_longer_fits_is_noticed_before_anything_is_kept(ours, unfit):
    with AssessmentFile.open(ours) as file:
        forging.sql(ours, *UNFIT[unfit])
        before = ours.read_bytes()
        with pytest.raises(ArushaError, match=r"its head does not fit|entry \d of its journal was changed or removed"):
            file.append([("names", {"on": True})])
        with pytest.raises(ArushaError, match=r"its head does not fit|entry \d of its journal was changed or removed"):
            file.entries()
    assert ours.read_bytes() == before


def test_a_tail_cut_off_with_its_head_wound_back_is_noticed_by_whoever_knew_it(ours):
    with AssessmentFile.open(ours) as file:
        forging.write(ours, forging.lines(ours)[:-1])
        with pytest.raises(ArushaError, match="entry 4 of its journal was changed or removed"):
            file.append([("names", {"on": True})])


def test_an_attachment_that_no_entry_names_is_refused(arusha, ours, tmp_path):
    forging.attach(ours, b"smuggled")
    refused_by_every_command(arusha, ours, tmp_path, "holds an attachment that no entry names")


def test_an_attachment_is_not_named_by_what_a_person_could_type(arusha, ours, tmp_path):
    name = forging.attach(ours, b"smuggled")
    at, kind, body = better(ours)
    forging.append(ours, kind, {**body, "respondent": {"file": {"sha256": name}, "bank": {"sha256": name}}}, at)
    refused_by_every_command(arusha, ours, tmp_path, "holds an attachment that no entry names")


@pytest.mark.parametrize("junk", [b"\0", b"x" * 20_000, b"SQLite format 3\0"])
def test_bytes_after_the_database_are_refused(arusha, ours, tmp_path, junk):
    ours.write_bytes(ours.read_bytes() + junk)
    refused_by_every_command(arusha, ours, tmp_path, "holds bytes that are no part of its database")


def test_a_file_with_a_log_of_its_own_is_refused(arusha, ours, tmp_path):
    forging.sql(ours, "PRAGMA journal_mode = WAL")
    refused_by_every_command(arusha, ours, tmp_path, "another program has put something into it")


def test_a_log_laid_beside_a_file_is_not_written_into_it(arusha, ours, tmp_path):
    """SQLite reads a write-ahead log that lies beside a database, whatever the database says of itself."""
    other = Path(shutil.copyfile(ours, tmp_path / "other"))
    with closing(sqlite3.connect(other)) as connection:
        for statement in ("PRAGMA journal_mode = WAL", *LAID_BESIDE["a trigger that ignores"]):
            connection.execute(statement)
        connection.commit()
        shutil.copyfile(f"{other}-wal", f"{ours}-wal")
    refused_by_every_command(arusha, ours, tmp_path, "ours.arusha-wal beside it is not of this file")


def test_a_rollback_journal_that_names_another_file_does_not_get_it_deleted(arusha, ours, tmp_path):
    """SQLite deletes the super-journal that a rollback journal names; ours never have one."""
    victim = tmp_path / "precious.txt"
    victim.write_text("years of work\n", encoding="utf-8")
    name, magic = str(victim).encode(), bytes.fromhex("d9d505f920a163d7")
    head = magic + struct.pack(">IIIII", 0, 1, ours.stat().st_size // 4096, 512, 4096)
    tail = struct.pack(">I", 2**30 // 4096 + 1) + name + struct.pack(">II", len(name), sum(name)) + magic
    ours.with_name("ours.arusha-journal").write_bytes(head.ljust(512, b"\0") + tail)
    refused_by_every_command(arusha, ours, tmp_path, "would have another one deleted; take it away")


def test_a_pipe_is_no_assessment(arusha, tmp_path, refused):
    import os

    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes; the rule is shown on any other")
    os.mkfifo(tmp_path / "pipe")
    refused(arusha("assess", "score", tmp_path / "pipe"), "is a device or a pipe; name an assessment file")


def test_a_trigger_that_comes_while_the_file_is_open_is_noticed_before_anything_is_kept(ours):
    with AssessmentFile.open(ours) as file:
        forging.sql(ours, *LAID_BESIDE["a trigger that ignores"])
        with pytest.raises(ArushaError, match="another program has put something into it"):
            file.append([("names", {"on": True})])
        forging.sql(ours, "DROP TRIGGER t")
        assert len(file.entries()) == 4


@pytest.mark.parametrize(
    "trigger",
    [
        "CREATE TEMP TRIGGER t BEFORE INSERT ON main.journal BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TEMP TRIGGER t AFTER INSERT ON main.journal BEGIN DELETE FROM journal WHERE seq = new.seq; END",
        "CREATE TEMP TRIGGER t BEFORE UPDATE ON main.head BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TEMP TRIGGER t AFTER UPDATE ON main.head BEGIN UPDATE head SET hash = ''; END",
    ],
)
def test_nothing_counts_as_kept_before_it_was_read_back(ours, trigger):
    with AssessmentFile.open(ours) as file:
        file._connection.execute(trigger)
        with pytest.raises(ArushaError, match="cannot be read back from it, so it was not kept"):
            file.append([("names", {"on": True})])


def test_a_query_without_end_is_stopped(ours):
    from assessment.storing.sqlite import _said

    endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    with AssessmentFile.open(ours) as file, pytest.raises(ArushaError, match="is damaged"):  # noqa: SIM117
        with _said(ours, file._connection):
            file._connection.execute(endless).fetchone()


def test_no_escape_code_of_a_file_reaches_the_terminal_in_a_refusal(ours):
    """Broken text is quoted by SQLite as it stands."""
    forging.sql(ours, "UPDATE journal SET kind = CAST(x'1b5b324a1b5b33316dff' AS TEXT) WHERE seq = 2")
    with pytest.raises(ArushaError, match="is damaged") as caught:
        AssessmentFile.open(ours)
    assert str(caught.value).isprintable()


def test_files_of_every_format_hold_nothing_that_is_refused(tmp_path):
    for kept in sorted((Path(__file__).parent / "formats").glob("*.arusha")):
        with AssessmentFile.open(Path(shutil.copyfile(kept, tmp_path / kept.name))) as file:
            assert not [entry.remarks for entry in file.check() if entry.remarks]


def test_a_pipe_in_the_place_of_a_rollback_journal_is_refused_and_not_waited_for(start, tmp_path, arusha, refused):
    path = start(tmp_path / "a.arusha", {"1.a.1": 2})
    os.mkfifo(tmp_path / "a.arusha-journal")
    refused(arusha("assess", "score", path), "a.arusha-journal beside it is no plain file")
