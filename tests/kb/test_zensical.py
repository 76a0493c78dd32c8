"""MkDocs is one thin adapter: another generator builds the pages of `arusha site pages` as they are."""

import os
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from kb.library.knowledge import load


@pytest.mark.parametrize("language", ["en", "fr"])
def test_zensical_builds_a_page_for_every_practice(tmp_path: Path, run: Callable, few: Path, language: str) -> None:
    folder = tmp_path / "pages"
    assert run("site", "pages", folder, "--lang", language, "--content", few).exit_code == 0
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for practice in load(few).practices:
        page = (folder / "site" / "practices" / f"{practice.id}.html").read_text(encoding="utf-8")
        assert practice.title.of(language) in unescape(page)
    pages = {path.relative_to(folder / "docs").with_suffix(".html") for path in (folder / "docs").rglob("*.md")}
    assert [page for page in sorted(pages) if not (folder / "site" / page).is_file()] == []
