"""What the terminal is told: colour only where it is wanted."""

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
