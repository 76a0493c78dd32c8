"""What the terminal is told: colour only where it is wanted, and nothing wider than it is."""

import os
import re
import struct
import subprocess
import sys

import pytest
from click.testing import CliRunner

from arusha import main

COLOUR = "\x1b["


@pytest.fixture
def told(monkeypatch, tmp_path):
    """The coloured output of a command, on a terminal, with some settings."""
    monkeypatch.setenv("ARUSHA_CACHE", str(tmp_path / "cache"))

    def run(**settings):
        for name in ("NO_COLOR", "TERM"):
            monkeypatch.delenv(name, raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(main, ["kb", "search", "rotation"], color=True)
        assert result.exit_code == 0
        return result.stdout

    return run


@pytest.mark.parametrize("settings", [{}, {"NO_COLOR": ""}, {"TERM": "xterm-256color"}])
def test_a_terminal_that_shows_colour_gets_it(told, settings):
    assert COLOUR in told(**settings)


@pytest.mark.parametrize("settings", [{"NO_COLOR": "1"}, {"NO_COLOR": "0"}, {"TERM": "dumb"}])
def test_whoever_wants_no_colour_gets_none_and_the_same_words(told, settings):
    plain = told(**settings)
    assert COLOUR not in plain
    assert "rotation" in plain.casefold()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal to try this on")
@pytest.mark.parametrize(("columns", "stacked"), [(45, True), (120, False)])
def test_a_table_wider_than_the_terminal_is_told_line_by_line(tmp_path, columns, stacked):
    import fcntl
    import pty
    import termios

    file = tmp_path / "a.arusha"
    made = CliRunner().invoke(main, ["assess", "new", str(file), "--administration", "Douanes", "--lang", "fr"])
    assert made.exit_code == 0
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    command = [sys.executable, "-m", "arusha", "assess", "status", str(file)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, env=environment):
        os.close(theirs)
        told = b""
        while part := _read(ours):
            told += part
    os.close(ours)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", told.decode()).splitlines()
    table = lines[: next(n for n, line in enumerate(lines) if "parcours" in line)]
    assert max(map(len, table)) <= columns
    assert ("  Questions\u00a0: 15" in table) == stacked


def _read(terminal):
    """What a terminal shows next; nothing once its command has ended."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
