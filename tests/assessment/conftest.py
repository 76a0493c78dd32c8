"""What the tests of the assessment share: real files, the real command, and a reader of the page."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner, Result

from assessment import answers, journal
from assessment.store import AssessmentFile
from kb.knowledge import Knowledge, load
from kb.questionnaires import Bank


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARUSHA_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def bank(knowledge: Knowledge) -> Bank:
    return knowledge.bank


@pytest.fixture(scope="session")
def start(bank: Bank) -> Callable[..., Path]:
    """Make an assessment file, with a level for each of some questions if asked, and say where it is."""

    def make(path: Path, levels: dict[str, int] | None = None, language: str = "en") -> Path:
        with AssessmentFile.create(path, *journal.opening("Testland Customs", None, language, bank)) as file:
            if levels:
                given = {question: answers.Answer(level=level) for question, level in levels.items()}
                file.append([journal.answered(question, answer, bank) for question, answer in given.items()])
        return path

    return make


@pytest.fixture
def assessment_file(start: Callable[..., Path], tmp_path: Path) -> Path:
    """An assessment file without answers."""
    return start(tmp_path / "a.arusha")


@pytest.fixture
def stands(bank: Bank) -> Callable[[Path], journal.Assessment]:
    """What an assessment file amounts to, read anew."""

    def read(path: Path) -> journal.Assessment:
        with AssessmentFile.open(path) as file:
            return journal.read(file, bank)

    return read


@pytest.fixture(scope="session")
def arusha() -> Callable[..., Result]:
    """Run the command in this process."""
    from arusha import main

    def run(*words: object, typed: str = "") -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], input=typed)

    return run


@pytest.fixture(scope="session")
def command() -> list[str]:
    """The command as another process starts it."""
    return [sys.executable, "-m", "arusha"]


@pytest.fixture(scope="session")
def refused() -> Callable[..., None]:
    """Check a refusal: exit code 2, nothing on stdout, and one sentence on stderr with every part asked for."""

    def check(result: Result | subprocess.CompletedProcess[str], *parts: object) -> None:
        code = result.exit_code if isinstance(result, Result) else result.returncode
        assert code == 2, result.stdout + result.stderr
        assert result.stdout == ""
        assert result.stderr.startswith("arusha: ")
        assert result.stderr.count("\n") == 1, result.stderr
        for part in parts:
            assert str(part) in result.stderr

    return check


def _lacking(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, which only root can mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        _lacking("a small disk can only be mounted by root: run the tests as root on Linux")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        _lacking(f"mount a tmpfs needs a privileged container or a real machine: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def fill() -> Callable[[Path], Path]:
    """Fill a disk to its last byte, and say which file does it."""

    def write(folder: Path) -> Path:
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 512):
                    pass
            except OSError:
                return filler

    return write


class Page(HTMLParser):
    """A page as a reader's machine takes it: elements with their attributes, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self._parts: list[str] = []
        self._cell = False
        self._raw = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True
        elif tag in ("style", "script"):
            self._raw = tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False
        elif tag == self._raw:
            self._raw = ""

    def handle_data(self, data: str) -> None:
        if self._raw:
            return
        self._parts.append(data)
        if self._cell:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        """All text shown, with single spaces."""
        return " ".join("".join(self._parts).split())

    def values(self, attribute: str) -> list[str]:
        """The values of an attribute, in the page's order."""
        return [attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes]

    def tags(self) -> set[str]:
        """The names of all elements."""
        return {tag for tag, _ in self.elements}


@pytest.fixture(scope="session")
def page() -> type[Page]:
    return Page
