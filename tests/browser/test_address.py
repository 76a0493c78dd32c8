"""A site that knows its address works anywhere else as well: the address is named, and nothing is asked of it."""

from pathlib import Path

import pytest

from kb.site.build import build


@pytest.fixture(scope="module")
def addressed(tmp_path_factory) -> Path:
    """The built site's folder."""
    target = tmp_path_factory.mktemp("addressed") / "site"
    build(target, address="https://integrity.example/kb/")
    return target


@pytest.mark.parametrize("name", ["index", "fr/practices/mk-officer-rotation"])
def test_a_copy_opened_from_its_folder_asks_nothing_of_the_address(visit, addressed, name):
    """Material would fetch a site map for each language that a page names."""
    with visit((addressed / f"{name}.html").as_uri()) as seen:
        seen.page.locator(".md-header").wait_for()
        seen.assert_quiet()
        named = seen.page.locator("link[hreflang]")
        assert named.evaluate_all("all => all.map(one => [...one.relList].join())") == ["alternate"] * 3
