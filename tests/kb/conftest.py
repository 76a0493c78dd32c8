"""What the tests of the knowledge base share: a cache of their own, the shipped content, copies of it to spoil."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import arusha
from kb.base.places import project_folder
from kb.library.knowledge import Knowledge, load
from kb.search.index import open_postings
from kb.search.ranking import Postings
from kb.site.build import MARK

SHIPPED = project_folder() / "content"
FEW = {
    "eac-code-of-ethics",
    "il-employee-complaint-routes",
    "mk-officer-rotation",
    "mu-surprise-visits",
    "nz-alcohol-at-work-policy",
    "nz-code-of-conduct",
    "nz-conflict-of-interest-policy",
    "nz-gift-register",
    "sv-mz-repeated-surveys",
    "ua-public-plan-tracker",
}


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARUSHA_CACHE", str(folder))
        patch.delenv("ARUSHA_CONTENT", raising=False)
        yield folder


@pytest.fixture(scope="session")
def shipped() -> Path:
    return SHIPPED


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def postings(cache: Path) -> Postings:
    """The index of the shipped practices in English."""
    return open_postings(SHIPPED)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content that a test may change."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "content"))


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped content with ten practices and the Members named alone, for rules that hold for a page as for hundreds."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("few") / "content"))
    taken = {path.stem for path in (folder / "practices").glob("*.md")} - FEW
    for name in taken:
        (folder / "practices" / f"{name}.md").unlink()

    def left(found: re.Match[str]) -> str:
        return f"{found[1]}[{', '.join(name for name in found[2].split(', ') if name not in taken)}]"

    for path in [
        *folder.glob("editions/*/*.yml"),
        *folder.glob("questionnaires/**/*.yml"),
        *folder.glob("practices/*"),
    ]:
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^( *(?:practices|related): )\[(.*)\]$", left, text), encoding="utf-8")
    telling = [*folder.glob("editions/*/*.yml"), *folder.glob("*/*.md")]
    named = set(re.findall(r"\b[A-Z]{2}\b", "".join(path.read_text(encoding="utf-8") for path in telling)))
    members = (folder / "members.yml").read_text(encoding="utf-8")
    kept = re.sub(
        r"(?m)^  - code: ([A-Z]{2})\n    iso3.*\n(?:    .*\n)+", lambda one: one[0] if one[1] in named else "", members
    )
    (folder / "members.yml").write_text(kept, encoding="utf-8")
    return folder


@pytest.fixture
def plant(content: Path) -> Callable[[str, str, str], None]:
    """Replace the first *old* in a file of the copy by *new*; *old* must be there."""

    def replace(file: str, old: str, new: str) -> None:
        path = content / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} no longer holds {old!r}: mend the test"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    """Run the `arusha` command in this process."""
    return lambda *words: CliRunner().invoke(arusha.main, [str(word) for word in words])


@pytest.fixture(scope="session")
def site(once: Callable[[str, Callable[[Path], object]], Path], run: Callable[..., Result]) -> Path:
    """The site of the shipped content, built over an earlier one, once for all workers."""

    def make(folder: Path) -> None:
        target = folder / "public"
        target.mkdir()
        (target / MARK).touch()
        (target / "of-the-earlier-site.html").touch()
        result = run("site", "build", "--out", target)
        assert (result.exit_code, result.stderr) == (0, "")
        pages = sum(1 for _ in target.rglob("*.html"))
        assert result.stdout == f"Built {pages} pages: {target / 'index.html'}\n"

    return once("site", make) / "public"
