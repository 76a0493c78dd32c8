"""A file or a folder is written whole or not at all, with its rights from the first moment, and nothing stays behind."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kb.base.files import clear, replace_folder, workplace, write_whole

POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes and size limits are those of POSIX systems")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("given", "bytes_"), [("é\r\n", b"\xc3\xa9\r\n"), (b"\x00\xff", b"\x00\xff"), ("", b"")])
def test_what_is_written_is_what_was_given(tmp_path: Path, given: str | bytes, bytes_: bytes) -> None:
    target = tmp_path / "new" / "folder" / "a.txt"
    write_whole(target, given)
    assert target.read_bytes() == bytes_
    assert names(target.parent) == ["a.txt"]


@POSIX
def test_what_the_system_keeps_below_dev_is_written_to_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-o /dev/stdout` shows what is written; a superuser's `-o /dev/null` leaves the device in its place."""
    monkeypatch.setattr("kb.base.files.DEVICES", tmp_path / "dev")
    output, device = tmp_path / "output", tmp_path / "dev" / "stdout"
    output.write_bytes(b"")
    device.parent.mkdir()
    device.symlink_to(output)
    write_whole(device, "shown", private=True)
    assert device.is_symlink()
    assert output.read_text() == "shown"
    assert names(device.parent) == ["stdout"]


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    target, whole = tmp_path / "a.txt", {letter * 300_000 for letter in "ab"}
    write_whole(target, "a" * 300_000)
    writer = threading.Thread(target=lambda: [write_whole(target, text) for text in sorted(whole) * 15])
    writer.start()
    while writer.is_alive():
        assert target.read_text(encoding="utf-8") in whole
    writer.join()


@pytest.mark.parametrize("target", ["folder", "file/below", "text"])
def test_a_failure_keeps_the_old_file_and_leaves_nothing_behind(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "kept").write_text("kept")
    (tmp_path / "file").write_text("old")
    (tmp_path / "text").write_text("old")
    before = names(tmp_path)
    with pytest.raises((OSError, UnicodeEncodeError)):
        write_whole(tmp_path / target, "lone surrogate \ud800" if target == "text" else "new")
    assert names(tmp_path) == before
    assert {(tmp_path / name).read_text() for name in ("file", "text")} == {"old"}


@POSIX
def test_a_write_that_finds_no_room_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    code = (
        "import resource, signal, sys, pathlib, kb.base.files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "kb.base.files.write_whole(pathlib.Path(sys.argv[1]), 'x' * 100_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=False)
    assert "OSError: [Errno 27]" in done.stderr
    assert target.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


@POSIX
@pytest.mark.parametrize(("umask", "public"), [(0o000, 0o666), (0o022, 0o644), (0o077, 0o600)])
def test_a_file_follows_the_umask_keeps_its_rights_or_is_its_owners_alone(
    tmp_path: Path, umask: int, public: int
) -> None:
    target, private = tmp_path / "a.txt", tmp_path / "new" / "folder" / "b.txt"
    before = os.umask(umask)
    try:
        write_whole(target, "one")
        write_whole(private, "one", private=True)
        private.chmod(0o644)
        write_whole(private, "two", private=True)
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == public
    assert private.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in (private.parent, private.parent.parent)] == [0o700, 0o700]
    target.chmod(0o640)
    write_whole(target, "two")
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("target", ["folder", "file/below", "missing\0name"])
def test_an_error_names_the_file_that_was_asked_for(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("old")
    with pytest.raises((OSError, ValueError)) as caught:
        write_whole(tmp_path / target, "new")
    assert ".arusha-" not in str(caught.value)


def test_an_error_in_a_folder_being_made_names_its_place_to_be(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as caught, replace_folder(tmp_path / "site") as new:
        (new / "missing" / "page.html").write_text("x")
    assert caught.value.filename == str(tmp_path / "site" / "missing" / "page.html")
    assert names(tmp_path) == []


STEPS = """
import os, signal, sys
from pathlib import Path
from kb.base.files import replace_folder, write_whole

way, target, step = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
count = 0

def at(event, arguments):
    global count
    watched = event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.scandir")
    if watched or (event == "open" and str(target.parent) in str(arguments[0])):
        count += 1
        if count == step and way.endswith("kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        if count == step:
            raise OSError(5, "the disk refuses")

sys.addaudithook(at)
try:
    if way.startswith("file"):
        write_whole(target, "new")
    else:
        with replace_folder(target) as new:
            (new / "b.txt").write_text("new")
except OSError as error:
    assert ".arusha-" not in str(error)
    sys.exit(3)
sys.exit(0 if count >= step else 9)
"""


def stopped(way: str, target: Path, step: int) -> int:
    """Write *target* in a process that is killed, or meets an error, at its step of that number; the exit code comes back."""
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\n{STEPS}"]
    environment = {**os.environ, "TMPDIR": str(target.parent.parent)}
    return subprocess.run([*command, way, str(target), str(step)], env=environment, check=False).returncode


@POSIX
@pytest.mark.parametrize("way", ["file-kill", "file-error", "folder-kill", "folder-error"])
def test_wherever_it_is_stopped_the_old_or_the_new_stands_and_the_next_start_leaves_nothing_else(
    tmp_path: Path, way: str
) -> None:
    """Every step of the system is tried, among them the one between taking the old folder away and putting the new one in."""
    away = 0
    for step in range(1, 200):
        place = tmp_path / str(step) / "in"
        target = place / "a"
        place.mkdir(parents=True)
        if way.startswith("file"):
            target.write_text("old")
        else:
            target.mkdir()
            (target / "a.txt").write_text("old")
        code = stopped(way, target, step)
        away += not target.exists()
        clear(place)
        assert names(place) == ["a"], f"step {step}"
        told = target.read_text() if target.is_file() else [path.name + path.read_text() for path in target.iterdir()]
        assert told in ("old", "new", ["a.txtold"], ["b.txtnew"]), f"step {step}"
        if code == 9:
            assert step > 8, "too few steps were seen"
            break
    else:
        pytest.fail("it never came to its end")
    assert bool(away) == (way == "folder-kill")


@POSIX
def test_what_a_living_process_makes_is_not_cleared_away(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kb.base.files import workplace\n"
        "with workplace(Path(sys.argv[1])) as place:\n"
        "    (place / 'new').write_text('x'); print(place, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        place = Path(process.stdout.readline().strip())
        clear(tmp_path)
        assert names(place) == ["lock", "new"]
        process.kill()
        process.wait()
    clear(tmp_path)
    assert names(tmp_path) == []


def test_only_workplaces_are_cleared(tmp_path: Path) -> None:
    mine = [".arusha-notes.tmp", ".arusha-0123456789abcdef", "arusha-0123456789abcdef.tmp"]
    for name in mine:
        (tmp_path / name).mkdir()
    (tmp_path / ".arusha-0123456789abcdef.tmp").mkdir(0o700)
    (tmp_path / ".arusha-0123456789abcdef.tmp" / "mine").write_text("without a lock")
    clear(tmp_path)
    assert names(tmp_path) == sorted([*mine, ".arusha-0123456789abcdef.tmp"])


@POSIX
@pytest.mark.parametrize("trap", ["a link to a folder", "an open folder", "a link inside"])
def test_a_workplace_that_somebody_planted_takes_nothing_of_ours(tmp_path: Path, trap: str) -> None:
    """As one in a shared folder or an archive could be, so that clearing deletes or moves what it leads to."""
    ours, shared = tmp_path / "ours", tmp_path / "shared"
    place = shared / ".arusha-0123456789abcdef.tmp"
    for folder in (ours, shared):
        folder.mkdir()
    for name in ("lock", "diary"):
        (ours / name).write_text("mine")
    if trap == "a link to a folder":
        place.symlink_to(ours, target_is_directory=True)
    else:
        place.mkdir(0o755 if trap == "an open folder" else 0o700)
        (place / "lock").touch()
        (place / "earlier").symlink_to(ours, target_is_directory=True)
    clear(shared)
    assert names(ours) == ["diary", "lock"]
    assert names(shared) == ([] if trap == "a link inside" else [place.name])


def test_an_earlier_folder_is_deleted_once_the_new_one_stands_and_never_before(tmp_path: Path) -> None:
    target = tmp_path / "site"
    for text in ("one", "two"):
        with replace_folder(target) as new:
            assert not list(new.iterdir())
            (new / text).write_text(text)
    assert (names(tmp_path), names(target)) == (["site"], ["two"])
    with pytest.raises(FileNotFoundError), replace_folder(target) as new:
        (new / "three").write_text((tmp_path / "missing").read_text())
    assert (names(tmp_path), names(target)) == (["site"], ["two"])


def test_a_workplace_is_gone_at_its_end(tmp_path: Path) -> None:
    with workplace(tmp_path) as place:
        (place / "deep" / "er").mkdir(parents=True)
        (place / "deep" / "er" / "file").write_text("x")
    assert names(tmp_path) == []
