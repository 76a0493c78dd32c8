"""The site is built whole or not at all, by `arusha site build` and by plain MkDocs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result

from kb.base.errors import ArushaError
from kb.base.interface import phrases
from kb.base.places import project_folder
from kb.base.vocabulary import Text
from kb.library.knowledge import Knowledge
from kb.site.build import MARK, build
from kb.site.pages import make, moved

ADDRESS = "https://integrity.example/kb/"
Run = Callable[..., Result]


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def contents(site: Path) -> dict[str, bytes]:
    """What readers get of a site: all but our own notes on how it was built."""
    kept = sorted(name for name in names(site) if not Path(name).name.startswith(".arusha"))
    return {name: (site / name).read_bytes() for name in kept}


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}: mend the test"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path, few: Path) -> Path:
    """A copy of what MkDocs needs of the project."""
    for path in project_folder().glob("mkdocs*.yml"):
        shutil.copy(path, tmp_path)
    shutil.copytree(few, tmp_path / "content")
    shutil.copytree(project_folder() / "site" / "overrides", tmp_path / "site" / "overrides")
    return tmp_path


@pytest.fixture(scope="module")
def small(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a few records."""
    target = tmp_path_factory.mktemp("small") / "public"
    build(target, few)
    return target


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


def test_a_stopped_build_leaves_the_earlier_site_as_it_was(tmp_path: Path, few: Path) -> None:
    content = Path(shutil.copytree(few, tmp_path / "content"))
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
def test_a_build_over_an_earlier_one_equals_a_cold_one(few: Path, tmp_path: Path) -> None:
    """Whatever changed since, in both languages the whole tree is what it would be without an earlier site and a cache."""
    content = Path(shutil.copytree(few, tmp_path / "content"))

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


class Head(HTMLParser):
    """What the head of a page says of addresses: its links by what they are for, and where it leads at once."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.language = self.canonical = ""
        self.languages: dict[str, str] = {}
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = found["lang"]
        if tag == "link" and found.get("rel") == "canonical":
            self.canonical = found["href"]
        if tag == "link" and found.get("rel") == "alternate":
            self.languages[found["hreflang"]] = found["href"]


def pages_of(site: Path) -> list[str]:
    """Both languages' pages, without those for missing pages: the paths as they stand below the site's address."""
    return sorted(name for name in names(site) if name.endswith(".html") and not name.endswith("404.html"))


@pytest.fixture(scope="module")
def addressed(small: Path, few: Path, tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The site of a given address, built over one that had none; its address lacks the stroke at the end."""
    target = tmp_path_factory.mktemp("addressed") / "public"
    shutil.copytree(small, target)
    result = run("site", "build", "--out", target, "--address", ADDRESS.rstrip("/"), "--content", few)
    assert (result.exit_code, result.stderr) == (0, "")
    return target


def test_every_page_says_its_address_and_that_of_the_other_language(addressed: Path) -> None:
    """Rendered, filled in or taken over, in both languages; who reads a third language is led to English."""
    for name in pages_of(addressed):
        head, plain = Head(addressed / name), name.removeprefix("fr/")
        assert head.language == ("fr" if name.startswith("fr/") else "en")
        assert head.canonical == ADDRESS + name
        assert head.languages == {
            "en": ADDRESS + plain,
            "fr": f"{ADDRESS}fr/{plain}",
            "x-default": ADDRESS + plain,
        }, name


def test_one_site_map_has_every_page_of_both_languages_once(addressed: Path) -> None:
    assert {name for name in names(addressed) if "sitemap" in name} == {"sitemap.xml"}
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.parse(addressed / "sitemap.xml").getroot()
    assert root.tag == f"{space}urlset"
    assert {child.tag for child in root} == {f"{space}url"}
    told = [url.findtext(f"{space}loc") for url in root]
    assert sorted(told, key=str) == [ADDRESS + name for name in pages_of(addressed)]


def test_citations_feeds_and_data_of_each_language_lead_to_its_own_pages(addressed: Path) -> None:
    practice = "practices/nz-gift-register.html"
    for folder, other in (("", f"{ADDRESS}fr/"), ("fr/", f"{ADDRESS}practices/")):
        for name in ("feed.xml", "feed.json", "data/practices.bib"):
            told = (addressed / folder / name).read_text(encoding="utf-8")
            assert f"{ADDRESS}{folder}{practice}" in told
            assert other not in told, f"{folder}{name}"
        cited = re.findall(r"<pre.*?</pre>", (addressed / folder / practice).read_text(encoding="utf-8"), re.S)
        assert len(cited) == 4  # a sentence and three formats
        assert all(f"{ADDRESS}{folder}{practice}" in text for text in cited)
    assert f'href="{ADDRESS}fr/feed.xml"' in (addressed / "fr" / "feed.xml").read_text(encoding="utf-8")
    assert f'"page": "{ADDRESS}{practice}"' in (addressed / "data" / "practices.json").read_text(encoding="utf-8")


def test_the_page_for_missing_pages_loads_and_leads_below_the_address(addressed: Path) -> None:
    for folder in ("", "fr/"):
        page = addressed / folder / "404.html"
        assert (Head(page).canonical, Head(page).languages) == ("", {})
        links = set(re.findall(r'(?:href|src)="(/[^"]*)"', page.read_text(encoding="utf-8")))
        assert {f"/kb/{folder}assets/arusha.css", "/kb/search.html", "/kb/fr/search.html"} <= links
        assert [link for link in links if not link.startswith("/kb/")] == []


def test_a_site_without_an_address_names_none_and_has_no_site_map(site: Path) -> None:
    assert [name for name in names(site) if "sitemap" in name] == []
    heads = [Head(site / name) for name in pages_of(site)]
    assert [head for head in heads if head.canonical or head.languages] == []


def test_a_site_built_over_one_of_another_address_forgets_that(
    addressed: Path, small: Path, few: Path, tmp_path: Path
) -> None:
    """In both languages no page of the earlier build is taken over, since each names its address."""
    target = tmp_path / "public"
    shutil.copytree(addressed, target)
    build(target, few)
    assert contents(target) == contents(small)


def test_plain_mkdocs_takes_the_address_from_its_settings(house: Path, addressed: Path) -> None:
    rewrite(house / "mkdocs.yml", "docs_dir:", f"site_url: {ADDRESS}\ndocs_dir:")
    result = mkdocs(house, "--strict")
    assert result.returncode == 0, result.stderr
    assert contents(house / "site" / "public") == contents(addressed)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "integrity.example",
        "ftp://integrity.example/",
        "https://",
        "https:///kb/",
        "https://a b/",
        "https://integrity.example/?kb",
        "https://integrity.example/#kb",
        'https://integrity.example/"kb',
        "https://integrity.example/%k",
        "https://name:word@integrity.example/",
        "https://integrity.example/\n",
    ],
)
def test_what_is_no_address_of_a_site_is_refused_in_one_sentence(tmp_path: Path, run: Run, address: str) -> None:
    result = run("site", "build", "--out", tmp_path / "public", "--address", address)
    assert result.exit_code == 2
    assert "is not the address of a site; give one such as https://example.org/kb/" in result.stderr
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize("address", ["", ADDRESS])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_moved_page_names_the_practice_and_leads_to_it(knowledge: Knowledge, language: str, address: str) -> None:
    """A reader sees its title in the site's language, not an id; a title that is not translated is marked as English."""
    practice = knowledge.practices[0].model_copy(update={"formerly": ("xx-first", "xx-second")})
    english = practice.model_copy(update={"formerly": ("xx-third",), "title": Text(en='Gifts & "<favours>"')})
    made = moved(replace(knowledge, practices=(practice, english)), phrases(language), address)
    assert made.keys() == {f"practices/xx-{name}.html" for name in ("first", "second", "third")}
    for name, told, tongue in (("first", practice, language), ("third", english, "en")):
        page = made[f"practices/xx-{name}.html"]
        assert f'<html lang="{tongue}">' in page
        title = re.search(r"<title>(.*)</title>", page)
        assert title
        assert unescape(title[1]) == told.title.of(language)
        assert "<favours>" not in page
        assert f'content="0; url={practice.id}.html"' in page
        canonical = f"{address}practices/{practice.id}.html" if address else f"{practice.id}.html"
        assert f'<link rel="canonical" href="{canonical}">' in page


def test_the_link_of_a_heading_is_named_in_the_language_of_the_page(site: Path) -> None:
    for folder, name in (("", "Link to this section"), ("fr/", "Lien vers cette section")):
        for page in ("about.html", "practices/nz-gift-register.html"):
            text = (site / folder / page).read_text(encoding="utf-8")
            assert set(re.findall(r'<a class="headerlink"[^>]* title="([^"]*)"', text)) == {name}


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


def test_plain_mkdocs_builds_the_same_pages(house: Path, small: Path) -> None:
    result = mkdocs(house, "--strict")
    assert result.returncode == 0, result.stderr
    assert names(house / "site" / "public") == names(small) - {MARK}


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


def test_public_commitments_go_with_the_site_and_the_front_page_leads_to_them(tmp_path: Path, few: Path) -> None:
    folder = tmp_path / "commitments"
    (folder / "fr").mkdir(parents=True)
    for page in ("index.html", "fr/index.html"):
        (folder / page).write_text(f"<title>{page}</title>", encoding="utf-8")
    build(tmp_path / "site", few, commitments=folder)
    for front in ("index.html", "fr/index.html"):
        text = (tmp_path / "site" / front).read_text(encoding="utf-8")
        (link,) = re.findall(r'href="([^"]*commitments/[^"]*)"', text)
        target = (tmp_path / "site" / front).parent / link
        assert target.read_text(encoding="utf-8") == f"<title>{front}</title>"


def test_a_folder_without_commitments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArushaError, match="arusha plan tracker"):
        build(tmp_path / "site", commitments=tmp_path)
