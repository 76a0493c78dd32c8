"""A file is written whole or not at all."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kb.files import write_whole

POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes and size limits are those of POSIX systems")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("given", "bytes_"), [("é\r\n", b"\xc3\xa9\r\n"), (b"\x00\xff", b"\x00\xff"), ("", b"")])
def test_what_is_written_is_what_was_given(tmp_path: Path, given: str | bytes, bytes_: bytes) -> None:
    target = tmp_path / "new" / "folder" / "a.txt"
    write_whole(target, given)
    assert target.read_bytes() == bytes_
    assert names(target.parent) == ["a.txt"]


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
        "import resource, signal, sys, pathlib, kb.files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "kb.files.write_whole(pathlib.Path(sys.argv[1]), 'x' * 100_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=False)
    assert "OSError: [Errno 27]" in done.stderr
    assert target.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


@POSIX
def test_the_rights_of_a_file_are_kept_and_a_new_one_is_readable(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    write_whole(target, "one")
    assert target.stat().st_mode & 0o777 == 0o644
    target.chmod(0o600)
    write_whole(target, "two")
    assert target.stat().st_mode & 0o777 == 0o600
