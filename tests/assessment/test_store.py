"""The assessment file: an append-only journal that keeps what it took, and says in one sentence what is wrong with it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from forging import OPENED, said, sql

from assessment.storing.sqlite import FORMAT, AssessmentFile
from kb.base.errors import ArushaError

SAID = [said(n=n, text=f"Réponse “{n}” " + "x" * 300) for n in range(60)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a file with a journal of 61 entries on several pages."""
    path = tmp_path_factory.mktemp("whole") / "a.arusha"
    with AssessmentFile.create(path, ("opened", OPENED)) as file:
        file.append(SAID)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path, whole):
    """A file with that journal, to be spoilt."""
    path = tmp_path / "a.arusha"
    path.write_bytes(whole)
    return path


@pytest.fixture
def refusal():
    """The one sentence with which a file is not opened; the file stays as it is."""

    def read(path):
        before = path.read_bytes() if path.is_file() else None
        with pytest.raises(ArushaError) as caught:
            AssessmentFile.open(path)
        sentence = str(caught.value)
        assert sentence.startswith(f"{path}: "), "the file is not named"
        assert "; " in sentence, "there is no remedy"
        assert "\n" not in sentence
        assert before == (path.read_bytes() if path.is_file() else None), "refusing a file changed it"
        return sentence

    return read


def append_many(file):
    for n in range(1, 100):
        file.append([said(n=n, text="x" * 2000)])


def held(path):
    """Whether this process has the file open, where the system can say so."""
    return any(os.path.realpath(fd) == str(path) for fd in Path("/proc/self/fd").glob("*"))


def bodies(path):
    with AssessmentFile.open(path) as file:
        return [entry.body for entry in file.entries()]


def test_the_journal_gives_back_what_was_appended_in_its_order(path):
    with AssessmentFile.open(path) as file:
        file.append([said(n=60), said(n=61)])
        file.append([("names", {"on": True})])
    with AssessmentFile.open(path) as file:
        entries = file.entries()
    assert [entry.seq for entry in entries] == [*range(1, 65)]
    assert [entry.kind for entry in entries] == ["opened", *["answered"] * 62, "names"]
    assert [entry.body for entry in entries] == [
        OPENED,
        *(body for _, body in SAID),
        said(n=60)[1],
        said(n=61)[1],
        {"on": True},
    ]


def test_entries_appended_together_are_kept_together_or_not_at_all(path):
    with AssessmentFile.open(path) as file:
        with pytest.raises(TypeError):
            file.append([said(n=60), said(n=object())])
        assert len(file.entries()) == 61
        file.append([said(n=60)])
    assert bodies(path)[-1] == said(n=60)[1]


@pytest.mark.parametrize("name", ["a.arusha", "é ü ?#%20&=;.arusha", "no-ending", "-x"])
def test_a_file_may_have_any_name_and_nothing_else_is_left_beside_it(tmp_path, name):
    AssessmentFile.create(tmp_path / name, ("opened", OPENED)).close()
    assert bodies(tmp_path / name) == [OPENED]
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("there", ["file", "folder"])
def test_what_is_there_already_is_not_overwritten(tmp_path, there):
    path = tmp_path / "a"
    path.write_bytes(b"mine") if there == "file" else path.mkdir()
    with pytest.raises(ArushaError, match=r"/a: there is such a file already; "):
        AssessmentFile.create(path, ("opened", OPENED))
    assert path.is_dir() or path.read_bytes() == b"mine"
    assert [found.name for found in tmp_path.iterdir()] == ["a"]


def test_a_file_whose_folder_is_missing_is_named_as_it_was_typed(tmp_path):
    with pytest.raises(OSError, match="No such file") as caught:
        AssessmentFile.create(tmp_path / "no" / "a.arusha", ("opened", OPENED))
    assert str(caught.value.filename) == str(tmp_path / "no" / "a.arusha")


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, 'x', 'y')",
        "body = body || ' '",
        "kind = 'names'",
        "at = '2020-01-01T00:00:00+00:00'",
        "hash = lower(hex(randomblob(32)))",
        "seq = 100",
    ],
)
def test_a_change_outside_names_its_entry(path, refusal, change):
    sql(path, f"UPDATE journal SET {change} WHERE seq = 17")
    assert "entry 17 of its journal was changed" in refusal(path)


@pytest.mark.parametrize("seq", [1, 17, 60])
def test_an_entry_removed_outside_is_noticed(path, refusal, seq):
    sql(path, f"DELETE FROM journal WHERE seq = {seq}")
    assert f"entry {seq} of its journal was changed or removed" in refusal(path)


def test_an_entry_removed_and_the_rest_moved_up_is_noticed(path, refusal):
    sql(path, "DELETE FROM journal WHERE seq = 17", "UPDATE journal SET seq = seq - 1 WHERE seq > 17")
    assert "entry 17 of its journal was changed or removed" in refusal(path)


def test_two_entries_in_each_other_s_place_are_noticed(path, refusal):
    sql(path, *(f"UPDATE journal SET seq = {new} WHERE seq = {old}" for old, new in ((17, 99), (18, 17), (99, 18))))
    assert "entry 17 of its journal was changed or removed" in refusal(path)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM journal", "its journal is empty"),
        ("DROP TABLE journal", "another program has put something into it"),
    ],
)
def test_a_file_without_its_journal_is_refused(path, refusal, statement, reason):
    sql(path, statement)
    assert reason in refusal(path)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path, refusal, mode):
    sql(tmp_path / "x.db", f"PRAGMA journal_mode = {mode}", "CREATE TABLE journal (seq, at, kind, body, hash)")
    assert "is a database of another program; name a file made with" in refusal(tmp_path / "x.db")
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]


@pytest.mark.parametrize("content", [b"", b"SQLite", b"Hello\n", b"PK\x03\x04" * 100, b"\0" * 5000])
def test_what_is_no_database_is_refused(tmp_path, refusal, content):
    (tmp_path / "x").write_bytes(content)
    assert "is not an assessment file; name one made with" in refusal(tmp_path / "x")


def test_a_folder_and_a_missing_file_are_refused(tmp_path, refusal):
    assert "is a folder; name the assessment file in it" in refusal(tmp_path)
    assert "there is no such file; make one with" in refusal(tmp_path / "no.arusha")


def test_a_file_of_a_newer_release_is_refused(path, refusal):
    sql(path, f"PRAGMA user_version = {FORMAT + 1}")
    assert f"was written by a newer release (format {FORMAT + 1}, this one reads up to {FORMAT}); update" in refusal(
        path
    )


def test_a_file_cut_short_anywhere_is_refused(tmp_path, refusal, whole):
    for length in [*range(1, 130, 13), *range(512, len(whole), 512), len(whole) - 1]:
        (tmp_path / "cut").write_bytes(whole[:length])
        assert "is not an assessment file" in refusal(tmp_path / "cut") or length >= 16


def test_a_page_of_noise_is_noticed_wherever_it_is(tmp_path, refusal, whole):
    for start in range(0, len(whole), 4096):
        spoilt = bytearray(whole)
        spoilt[start + 100 : start + 4096] = bytes(range(1, 256)) * 16
        (tmp_path / "spoilt").write_bytes(spoilt[: len(whole)])
        refusal(tmp_path / "spoilt")


@pytest.mark.parametrize("spoilt", ["foreign", "damaged", "changed"])
def test_a_refused_file_is_let_go(path, refusal, spoilt):
    if spoilt == "damaged":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        sql(path, "PRAGMA application_id = 7" if spoilt == "foreign" else "UPDATE journal SET kind = 'x' WHERE seq = 5")
    with pytest.raises(ArushaError):
        AssessmentFile.open(path)
    assert not held(path)


APPEND = """
import sys
from pathlib import Path
from assessment.storing.sqlite import AssessmentFile
sys.path.insert(0, sys.argv[3])
from forging import said
with AssessmentFile.open(Path(sys.argv[1])) as file:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(40):
        file.append([said(by=sys.argv[2], n=number)] * 2)
"""


def test_two_processes_that_append_at_once_lose_nothing(tmp_path):
    path = tmp_path / "a.arusha"
    AssessmentFile.create(path, ("opened", OPENED)).close()
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND, path, name, str(Path(__file__).parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n", timeout=60)
        assert writer.returncode == 0
    found = [body["respondent"] for body in bodies(path)[1:]]
    for name in "ab":
        assert [body["n"] for body in found if body["by"] == name] == [n for n in range(40) for _ in range(2)]


def test_a_file_that_another_program_holds_is_not_waited_for_in_silence(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other, AssessmentFile.open(path) as file:
        file._connection.execute("PRAGMA busy_timeout = 1")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArushaError, match=r"a\.arusha: another program holds it; close that one"):
            file.append([said()])
        other.execute("ROLLBACK")
        file.append([said()])
        assert len(file.entries()) == 62


@pytest.fixture
def read_only(request, tmp_path, whole):
    """A file that may be read but not written: by its rights, or where root ignores those, on a read-only disk."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    folder = request.getfixturevalue("small_disk") if root else tmp_path / "kept"
    folder.mkdir(exist_ok=True)
    path = folder / "a.arusha"
    path.write_bytes(whole)
    if root:
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    else:
        path.chmod(0o444)
        folder.chmod(0o555)
    yield path
    if not root:
        folder.chmod(0o755)


def test_a_read_only_file_is_read_but_not_written(read_only):
    with AssessmentFile.open(read_only) as file:
        assert len(file.entries()) == 61
        with pytest.raises(ArushaError, match=r"a\.arusha: cannot be written; check the rights"):
            file.append([said()])


def test_a_full_disk_is_named_and_nothing_before_it_is_lost(small_disk, fill):
    path = small_disk / "a.arusha"
    with AssessmentFile.create(path, ("opened", OPENED)) as file:
        file.append([said(n=0)])
        filler = fill(small_disk)
        with pytest.raises(ArushaError, match=r"a\.arusha: the disk is full; free some space") as caught:
            append_many(file)
        assert "\n" not in str(caught.value)
        kept = file.entries()
        filler.unlink()
        file.append([said(last=True)])
    assert bodies(path) == [*(entry.body for entry in kept), said(last=True)[1]]


def test_a_file_that_a_full_disk_has_no_room_for_leaves_nothing_behind(small_disk, fill):
    fill(small_disk)
    with pytest.raises((ArushaError, OSError), match=r"full|No space"):
        AssessmentFile.create(small_disk / "a.arusha", ("opened", OPENED))
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


@pytest.mark.parametrize("begun", [b"", bytes(512)])
def test_a_journal_of_a_process_that_was_ended_before_it_wrote_is_cleared_away(tmp_path, start, begun):
    path = start(tmp_path / "a.arusha", {"1.a.1": 3})
    before = path.read_bytes()
    (tmp_path / "a.arusha-journal").write_bytes(begun)
    AssessmentFile.open(path).close()
    assert [each.name for each in tmp_path.iterdir()] == ["a.arusha"]
    assert path.read_bytes() == before
