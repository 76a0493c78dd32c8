"""Practice pages filled into the template that the theme renders."""

from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from kb.base.interface import phrases
from kb.base.places import project_folder
from kb.base.policy import for_site
from kb.library.knowledge import load
from kb.search import related
from kb.search.index import open_postings
from kb.site import pages
from kb.site.filling import PAGE, PageTemplate
from kb.site.plugin import mended


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The practice pages as MkDocs and Material render them, each on its own, without our plugin."""
    folder = tmp_path_factory.mktemp("rendered")
    knowledge, say = load(), phrases("en")
    close = related.find(open_postings(knowledge.root), knowledge.practice_by_id)
    for name, text in pages.make(knowledge, say, close).items():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    config = load_config(
        str(project_folder() / "mkdocs.yml"),
        docs_dir=str(folder / "docs"),
        site_dir=str(folder / "site"),
        plugins=[],
        nav=pages.navigation(say),
    )
    config.extra["search_broken"] = say("search.box_broken")
    config.extra["missing"] = [{"language": "en"}]
    build(config)
    return {
        path.stem: for_site(mended(path.read_text(encoding="utf-8")))
        for path in (folder / "site" / "practices").glob("*.html")
    }


def test_a_cast_page_equals_a_rendered_one_byte_for_byte(rendered: dict[str, str], site: Path) -> None:
    for practice in load().practices:
        filled = (site / "practices" / f"{practice.id}.html").read_text(encoding="utf-8")
        assert filled == rendered[practice.id], practice.id


def test_a_theme_that_leaves_no_template_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="not known here"):
        PageTemplate.of(PAGE)
