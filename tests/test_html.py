"""The pages are HTML: the Nu HTML checker finds no error in the reports and in a page of every type, English and French."""

import base64
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "404",
    "index",
    "search",
    "about",
    "activities",
    "abbreviations",
    "coverage",
    "practices/index",
    "practices/ec-whistleblower-channel",
    "factors/index",
    "factors/8",
    "questions/gender",
    "members/index",
    "members/mk",
    "members/al",
    "regions/eur",
    "types/unit",
    "editions/index",
    "editions/16",
    "instruments/index",
    "instruments/idg",
)
SITE = tuple(f"{folder}{page}.html" for folder in ("", "fr/") for page in PAGES)
ODD = 'Say "b" & c=d > e &lt; f < g'


@pytest.fixture(scope="module")
def checker() -> list[str]:
    """The command of the Nu HTML checker: the jar that VNU_JAR names, or the one of the npm package in `.tools/`."""
    jars = [Path(named)] if (named := os.environ.get("VNU_JAR")) else sorted((ROOT / ".tools").rglob("vnu.jar"))
    java = shutil.which("java")
    if java is None or not jars or not jars[0].is_file():
        reason = (
            "no Nu HTML checker; install Java 17 (on Debian: apt-get install openjdk-17-jre-headless) and run"
            " `npm install --ignore-scripts --prefix .tools vnu-jar`, or name a vnu.jar in VNU_JAR"
        )
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return [str(java), "-jar", str(jars[0]), "--format", "json", "--stdout", "--exit-zero-always"]


def arusha(*words: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "arusha", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, with its report in French beside the English one."""
    folder = tmp_path_factory.mktemp("demo")
    arusha("demo", "--no-serve", "--dir", folder)
    arusha("assess", "report", folder / "demo.arusha", "--lang", "fr", "-o", folder / "report.fr.html")
    return folder


POLICY = "violates Content Security Policy"


def faults(checker: list[str], folder: Path, names: tuple[str, ...], *, policy: bool = False) -> list[str]:
    """The errors and warnings in some pages of a folder, each in a line.

    What the checker says of the content *policy* is left out unless asked for: it trims a script before it takes its hash, which no
    browser does, and takes no file for one of the page's own origin. Chromium judges the policy (`tests/browser/test_policy.py`).
    """
    done = subprocess.run([*checker, *names], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True)
    return [
        f"{found['url'].rpartition(folder.name)[2]}:{found.get('lastLine')}: {found['message']} {found.get('extract', '')!r}"
        for found in json.loads(done.stdout)["messages"]
        if found["type"] != "info" or found.get("subType") == "warning"
        if policy or POLICY not in found["message"]
    ]


def test_the_checker_finds_a_fault_that_there_is(checker: list[str], tmp_path: Path) -> None:
    """Or all the other tests here would say nothing."""
    page = '<!doctype html><html lang="en"><meta charset="utf-8"><title>A</title><p><div></div></p></html>'
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert len(faults(checker, tmp_path, ("a.html",))) == 1


def test_the_checker_still_misjudges_a_right_content_policy(checker: list[str], tmp_path: Path) -> None:
    """A script with its right hash and one of the page's own folder; once the checker says nothing of them, its word can count."""
    script = "\ndocument.title = 'B';\n"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    meta = f"<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self' 'sha256-{digest}'\">"
    scripts = f'<script>{script}</script><script src="a.js"></script>'
    page = f'<!doctype html><html lang="en"><meta charset="utf-8">{meta}<title>A</title>{scripts}<p>A</p></html>'
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert [POLICY in each for each in faults(checker, tmp_path, ("a.html",), policy=True)] == [True, True]
    assert faults(checker, tmp_path, ("a.html",)) == []


def test_the_reports_are_html(checker: list[str], demo: Path) -> None:
    assert faults(checker, demo, ("report.html", "report.fr.html")) == []


def test_every_type_of_page_is_html(checker: list[str], demo: Path) -> None:
    assert faults(checker, demo / "site", SITE) == []


def test_every_page_describes_itself_to_search_engines(demo: Path) -> None:
    """One sentence or two of its own in its own language, and no canonical address where the site's address is unknown."""
    found: dict[str, str] = {}
    for path in sorted((demo / "site").rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        name = path.relative_to(demo / "site").as_posix()
        assert f'<html lang="{"fr" if name.startswith("fr/") else "en"}"' in page, name
        assert 'rel="canonical"' not in page, name
        descriptions = re.findall(r'<meta name="description" content="([^"]+)">', page)
        assert len(descriptions) == 1, name
        if path.stem != "404":
            assert found.setdefault(descriptions[0], name) == name
    assert len(found) > len(SITE)


def test_a_name_in_a_record_never_becomes_markup_in_the_theme(checker: list[str], tmp_path: Path) -> None:
    """Titles and descriptions also stand in the head and the header, where Material takes them as they are."""
    content = shutil.copytree(ROOT / "content", tmp_path / "content")
    pages = ("instruments/idg.html", "practices/ec-whistleblower-channel.html")
    for page in pages:
        path = (content / page).with_suffix(".md")
        text = path.read_text(encoding="utf-8")
        for key in ("name", "title", "summary"):
            text = re.sub(rf"^{key}:\n(?:  .*\n)+", f"{key}: {{en: '{ODD}', fr: '{ODD}'}}\n", text, flags=re.M)
        assert ODD in text
        path.write_text(text, encoding="utf-8")
    arusha("site", "build", "--content", content, "--out", tmp_path / "site")
    for page in pages:
        made = (tmp_path / "site" / page).read_text(encoding="utf-8")
        assert f'<meta name="description" content="{html.escape(ODD)}">' in made
        assert f"<title>{html.escape(ODD, quote=False)} - Arusha</title>" in made
    assert faults(checker, tmp_path / "site", pages) == []
