"""The site is built whole or not at all, by `arusha site build` and by plain MkDocs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import Result

from kb.content import project_folder
from kb.errors import ArushaError
from kb.interface import phrases
from kb.knowledge import Knowledge
from kb.pages import make
from kb.site import MARK, build

Run = Callable[..., Result]


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}: mend the test"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of what MkDocs needs of the project."""
    for path in project_folder().glob("mkdocs*.yml"):
        shutil.copy(path, tmp_path)
    shutil.copytree(project_folder() / "content", tmp_path / "content")
    shutil.copytree(project_folder() / "site" / "overrides", tmp_path / "site" / "overrides")
    return tmp_path


def mkdocs(house: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", *words]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)


def test_every_page_is_there(site: Path, knowledge: Knowledge) -> None:
    for folder, language in (("", "en"), ("fr/", "fr")):
        expected = {f"{folder}{path.removesuffix('.md')}.html" for path in make(knowledge, phrases(language))}
        assert expected <= names(site)


def test_an_earlier_site_is_replaced_and_nothing_is_left_beside_it(site: Path) -> None:
    assert not (site / "of-the-earlier-site.html").exists()
    assert (site / MARK).is_file()
    assert [path.name for path in site.parent.iterdir()] == ["public"]


def test_the_contents_own_files_are_not_published(site: Path) -> None:
    assert [name for name in names(site) if name.endswith((".yml", ".yaml", ".md", ".j2"))] == []
    assert not {"LICENSE", "examples", "interface", "questionnaires"} & {path.name for path in site.iterdir()}


class Loaded(HTMLParser):
    """What a browser loads for a page by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "link" and found.get("rel") not in {"canonical", "alternate", "prev", "next"}:
            self.addresses.append(found.get("href") or "")
        self.addresses += [found[name] or "" for name in ("src", "srcset", "poster", "data") if name in found]


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    loaded = {address for page in pages for address in Loaded(page.read_text(encoding="utf-8")).addresses}
    assert len(loaded) > 5
    assert [address for address in loaded if re.match(r"\w+:(?!image/)|//", address)] == []


def test_no_style_sheet_loads_anything_from_elsewhere(site: Path) -> None:
    sheets = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    assert len(sheets) >= 2
    elsewhere = r"url\(\s*[\"']?(?:https?:)?//[^)]*\)|@import[^;]*//[^;]*"
    assert {path.name: found for path, text in sheets.items() if (found := re.findall(elsewhere, text))} == {}


def test_a_stopped_build_leaves_the_earlier_site_as_it_was(tmp_path: Path, content: Path) -> None:
    target = tmp_path / "public"
    target.mkdir()
    (target / MARK).touch()
    (target / "index.html").write_text("earlier")
    rewrite(content / "interface" / "fr.yml", "{practices}", "{x}")  # the French site stops, in a process of its own
    with pytest.raises(ArushaError, match="could not be built"):
        build(target, content)
    assert (target / "index.html").read_text() == "earlier"
    assert {path.name for path in tmp_path.iterdir()} == {"public", "content"}


def a_record_changes(content: Path) -> None:
    rewrite(content / "practices" / "nz-gift-register.md", "# What was done\n", "# What was done\n\nXylophone.\n")


def a_record_is_added_and_a_title_changes(content: Path) -> None:
    """A title stands in lists, citations, feeds and in the pages of the practices close to it."""
    path = content / "practices" / "nz-gift-register.md"
    shutil.copy(path, path.with_name("nz-another-register.md"))
    rewrite(path.with_name("nz-another-register.md"), "id: nz-gift-register", "id: nz-another-register")
    rewrite(content / "editions" / "16" / "edition.yml", "nz-gift-register", "nz-another-register, nz-gift-register")
    path.write_text(re.sub(r"(?m)^  (en|fr): \"", r"\g<0>New ", path.read_text(encoding="utf-8")), encoding="utf-8")


def a_record_is_removed_and_what_is_around_changes(content: Path) -> None:
    (content / "practices" / "nz-another-register.md").unlink()
    rewrite(content / "editions" / "16" / "edition.yml", "nz-another-register, ", "")
    rewrite(content / "members.yml", "New Zealand", "Aotearoa")
    rewrite(content / "interface" / "fr.yml", '"Rechercher parmi les pratiques"', '"Chercher"')


@pytest.mark.timeout(900)
def test_a_build_over_an_earlier_one_equals_a_cold_one(content: Path) -> None:
    """Whatever changed since, in both languages the whole tree is what it would be without an earlier site and a cache."""

    def built(name: str, cache: str) -> dict[str, bytes]:
        site = content.with_name(name)
        command = [sys.executable, "-m", "arusha", "site", "build", "--content", content, "--out", site]
        environment = {**os.environ, "ARUSHA_CACHE": str(content.with_name(cache))}
        subprocess.run(command, env=environment, capture_output=True, check=True)
        return {name: (site / name).read_bytes() for name in names(site)}

    def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
        return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))

    before = built("site", "cache")
    for change in (
        a_record_changes,
        a_record_is_added_and_a_title_changes,
        a_record_is_removed_and_what_is_around_changes,
    ):
        change(content)
        after, cold = built("site", "cache"), built(f"cold-{change.__name__}", f"cache-{change.__name__}")
        assert differences(after, cold) == [], change
        assert differences(after, before) != [], change
        before = after
    for path in [*content.with_name("cache").rglob("*.json"), content.with_name("site") / ".arusha-pages.json"]:
        path.write_bytes(path.read_bytes()[:-9])
    assert differences(built("site", "cache"), before) == []


def test_the_page_for_missing_pages_leads_on_in_both_languages(site: Path) -> None:
    for page, first in (("404.html", "en"), ("fr/404.html", "fr")):
        text = (site / page).read_text(encoding="utf-8")
        assert re.findall(r'<div lang="(..)">\s*<h1>', text) == [first]
        for language, root in (("en", "/"), ("fr", "/fr/")):
            assert phrases(language)("site.missing_text") in text
            assert f'href="{root}index.html"' in text
            assert f'href="{root}search.html"' in text


def test_a_language_that_is_missing_is_told_before_anything_is_built(tmp_path: Path, content: Path) -> None:
    (content / "interface" / "fr.yml").unlink()
    with pytest.raises(ArushaError, match="there is no language “fr”"):
        build(tmp_path / "public", content)
    assert not (tmp_path / "public").exists()


def test_a_folder_with_other_things_is_refused_and_kept(tmp_path: Path, run: Run) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    result = run("site", "build", "--out", tmp_path)
    assert result.exit_code == 2
    assert "holds other things that a build would delete; name an empty or new folder" in result.stderr
    assert result.stderr.count("\n") == 1
    assert names(tmp_path) == {"thesis.txt"}


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArushaError, match="is a file; name a folder"):
        build(tmp_path / "file")


def test_faulty_content_is_told_before_anything_is_built(
    tmp_path: Path, content: Path, plant: Callable[[str, str, str], None], run: Run
) -> None:
    plant("practices/nz-gift-register.md", "type: policy", "type: polity")
    result = run("site", "build", "--out", tmp_path / "public", "--content", content)
    assert result.exit_code == 2
    assert "practices/nz-gift-register.md: type: 'polity'" in result.stderr
    assert not (tmp_path / "public").exists()


def test_plain_mkdocs_builds_the_same_pages(house: Path, site: Path) -> None:
    result = mkdocs(house, "--strict")
    assert result.returncode == 0, result.stderr
    assert names(house / "site" / "public") == names(site) - {MARK}


@pytest.mark.parametrize("target", ["site", "content"])
def test_a_site_folder_that_holds_theme_or_content_is_refused(house: Path, target: str) -> None:
    before = names(house)
    result = mkdocs(house, "--site-dir", target)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert names(house) == before


def test_plain_mkdocs_tells_a_fault_of_the_content_in_one_sentence(house: Path) -> None:
    (house / "content" / "members.yml").write_text("a: [1\n", encoding="utf-8")
    result = mkdocs(house)
    assert result.returncode != 0
    assert "members.yml: line 2: not readable as YAML" in result.stderr
    assert "Traceback" not in result.stderr


def test_public_commitments_go_with_the_site_and_the_front_page_leads_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "commitments"
    (folder / "fr").mkdir(parents=True)
    for page in ("index.html", "fr/index.html"):
        (folder / page).write_text(f"<title>{page}</title>", encoding="utf-8")
    build(tmp_path / "site", commitments=folder)
    for front in ("index.html", "fr/index.html"):
        text = (tmp_path / "site" / front).read_text(encoding="utf-8")
        (link,) = re.findall(r'href="([^"]*commitments/[^"]*)"', text)
        target = (tmp_path / "site" / front).parent / link
        assert target.read_text(encoding="utf-8") == f"<title>{front}</title>"


def test_a_folder_without_commitments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArushaError, match="arusha plan tracker"):
        build(tmp_path / "site", commitments=tmp_path)
