"""Ready for a language written from right to left: the site with Material's Arabic chrome around the English content."""

import re
from contextlib import chdir
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import expect

from kb.base.places import project_folder

PAGES = ("index", "search", "practices/mk-officer-rotation", "factors/8", "members/mk", "coverage")


@pytest.fixture(scope="module")
def arabic(tmp_path_factory) -> Path:
    """The built site's folder."""
    target = tmp_path_factory.mktemp("arabic") / "site"
    config = load_config(str(project_folder() / "mkdocs.yml"), site_dir=str(target))
    config.theme["language"] = "ar"
    config.plugins["arusha"].config["beside"] = False
    with chdir(project_folder()):
        build(config)
    return target


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_runs_from_right_to_left_and_fits(visit, arabic, size):
    with visit("about:blank", size=size) as seen:
        for name in PAGES:
            seen.page.goto((arabic / f"{name}.html").as_uri())
            assert seen.page.evaluate("getComputedStyle(document.body).direction") == "rtl"
            seen.assert_fits()
        seen.assert_quiet()


def test_the_search_page_works(visit, arabic):
    with visit((arabic / "search.html").as_uri() + "?q=gift") as seen:
        expect(seen.page.locator(".results li > a").first).to_contain_text("ift")
        seen.page.locator("input[name=factor]").first.check()
        expect(seen.page).to_have_url(re.compile("&factor="))
        seen.assert_fits()
        seen.assert_quiet()


def test_the_header_box_works(visit, arabic):
    with visit((arabic / "index.html").as_uri()) as seen:
        seen.page.locator("#search-line").press_sequentially("gift")
        expect(seen.page.locator("[role=option]").first).to_contain_text("ift")
        seen.assert_quiet()
        seen.assert_accessible()
