"""The search box in the header of every page."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize(("scheme", "size"), [("light", "phone"), ("dark", "desktop")])
def test_the_header_box_finds_the_whistleblower_channel_of_ecuador(visit, demo, scheme, size):
    """Typed as a reader types, it stands first in the list, and one click leads there."""
    with visit(f"{demo.address}/site/index.html", scheme, size) as seen:
        if size == "phone":
            seen.page.locator("header label.md-header__button[for=__search]").click()
        seen.page.get_by_role("textbox", name="Search").press_sequentially("whistleblower channel")
        first = seen.page.locator(".md-search-result__item a").first
        expect(first).to_contain_text("Whistleblower channel")
        seen.assert_accessible()
        first.click()
        expect(seen.page.get_by_role("heading", level=1)).to_contain_text("Whistleblower channel")
        expect(seen.page.get_by_role("article").get_by_role("link", name="Ecuador").first).to_be_visible()
        seen.assert_quiet()


@pytest.mark.parametrize("served", [True, False], ids=["served", "from-a-folder"])
def test_the_header_box_answers_the_address(visit, demo, served):
    """A page opened with a question opens its box with the answer; without a server too."""
    address = f"{demo.address}/site" if served else (demo.folder / "site").as_uri()
    with visit(f"{address}/factors/8.html?q=whistleblower+channel") as seen:
        expect(seen.page.locator(".md-search-result__item a").first).to_contain_text("Whistleblower channel")
        seen.assert_quiet()


@pytest.mark.parametrize("served", [True, False], ids=["served", "from-a-folder"])
def test_the_header_box_answers_before_the_theme_runs(browser, demo, served):
    """The first results do not wait for the theme's own script, which then draws the very same list."""
    address = f"{demo.address}/site" if served else (demo.folder / "site").as_uri()
    lists = []
    for keeps in (True, False):
        context = browser.new_context()
        page = context.new_page()
        if not keeps:
            page.route("**/bundle.*.js", lambda route: route.abort())
        page.goto(f"{address}/index.html?q=whistleblower+chanel")
        expect(page.locator(".md-search-result__item")).to_have_count(10)
        expect(page.locator(".md-search-result__item a").nth(1)).to_contain_text(
            "Whistleblower channel with three ways"
        )
        expect(page.locator(".md-search__input")).to_have_value("whistleblower chanel")
        expect(page.locator(".md-search-result__meta")).to_have_text("Best matches")
        lists.append(page.locator(".md-search-result__list").inner_html())
        context.close()
    assert lists[0] == lists[1]


def test_a_page_that_asks_stands_whole_though_the_index_never_comes(visit, demo):
    """What is below the header waits for the first result, but a second at most; the theme's script too."""
    with visit("about:blank") as seen:
        seen.page.route("**/search/*/s/*.js", lambda route: None)
        seen.page.goto(f"{demo.address}/site/factors/8.html?q=rotation", wait_until="commit")
        whole = seen.page.locator("html")
        expect(whole).to_contain_class("asking")
        expect(whole).not_to_contain_class("asking")
        assert seen.page.get_by_role("heading", level=1).evaluate("one => one.checkVisibility()")
        expect(whole).to_contain_class("js-focus-visible")  # which the theme's script sets
        seen.page.unroute_all()
