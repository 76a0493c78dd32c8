"""The search box in the header of every page: a combobox, by pointer and by keyboard."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from kb.base.interface import phrases
from kb.library.content import project_folder

SITE = project_folder() / "site"


def line(page: Page) -> Locator:
    return page.locator("#search-line")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def answered(page: Page, text: str) -> Locator:
    """The options for a line, once the box has answered that very line."""
    line(page).fill(text)
    expect(page.locator("form.search-box")).to_have_attribute("data-shown", text)
    return options(page)


def chosen(page: Page) -> int | None:
    """The position of the option that the line points to, which alone is selected."""
    found = line(page).get_attribute("aria-activedescendant")
    selected = page.locator("[role=option][aria-selected=true]").evaluate_all("all => all.map(one => one.id)")
    assert selected == ([] if found is None else [found])
    ids = options(page).evaluate_all("all => all.map(one => one.id)")
    return None if found is None else ids.index(found)


@pytest.mark.parametrize("file", [path for path in sorted(SITE.rglob("*")) if path.suffix in (".html", ".js", ".css")])
def test_nothing_is_taken_over_from_the_theme(file: Path):
    """No file of the theme's changes writes into the page as it is read, stands in for its worker, or hides it from layout."""
    if "public" not in file.relative_to(SITE).parts:
        text = file.read_text(encoding="utf-8")
        assert [word for word in ("document.write", "window.Worker", "content-visibility") if word in text] == []


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_header_box_finds_the_whistleblower_channel_of_ecuador(visit, demo, scheme, size):
    """Typed as a reader types, it stands first in the list, and one click leads there."""
    with visit(f"{demo.address}/site/index.html", scheme, size) as seen:
        if size == "phone":
            expect(line(seen.page)).to_have_css("opacity", "0")
            seen.page.locator("label[for=search-line]").click()
        seen.page.get_by_role("combobox", name="Search").press_sequentially("whistleblower channel")
        expect(seen.page.locator("form.search-box")).to_have_attribute("data-shown", "whistleblower channel")
        first = options(seen.page).first
        expect(first).to_contain_text("Whistleblower channel")
        expect(first.locator("mark").first).to_have_text(re.compile("whistleblow|channel", re.I))
        seen.assert_accessible()
        seen.assert_fits()
        first.click()
        expect(seen.page.get_by_role("heading", level=1)).to_contain_text("Whistleblower channel")
        expect(seen.page.get_by_role("article").get_by_role("link", name="Ecuador").first).to_be_visible()
        seen.assert_quiet()


@pytest.mark.parametrize("served", [True, False], ids=["served", "from-a-folder"])
def test_the_header_box_answers_the_address(visit, demo, served):
    """A page opened with a question opens its box with the answer, without a server too; closed, it leaves a plain address."""
    address = f"{demo.address}/site" if served else (demo.folder / "site").as_uri()
    with visit(f"{address}/factors/8.html?q=whistleblower+chanel") as seen:
        expect(options(seen.page).nth(1)).to_contain_text("Whistleblower channel")
        expect(options(seen.page)).to_have_count(10)
        expect(line(seen.page)).to_have_value("whistleblower chanel")
        expect(line(seen.page)).to_be_focused()
        seen.page.keyboard.press("Escape")
        expect(seen.page).to_have_url(f"{address}/factors/8.html")
        seen.assert_quiet()


def test_the_header_box_needs_nothing_of_the_theme(browser, demo):
    """Without the theme's own script the address is answered as well, and nothing below the header waits for it."""
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/bundle.*.js", lambda route: route.abort())
        page.route("**/search/*/s/*.js", lambda route: None)
        page.goto(f"{demo.address}/site/factors/8.html?q=rotation", wait_until="commit")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.unroute("**/search/*/s/*.js")
        page.reload()
        expect(options(page).first).to_be_visible()
        page.unroute_all()


@pytest.mark.parametrize("folder", ["site", "site/fr"])
def test_the_keyboard_moves_through_the_list(visit, demo, folder):
    """The focus stays in the line, which names the option that the arrows chose; Home and End go back to the text."""
    with visit(f"{demo.address}/{folder}/factors/8.html") as seen:
        page = seen.page
        expect(line(page)).to_have_attribute("aria-expanded", "false")
        count = answered(page, "conduct" if folder == "site" else "conduite").count()
        expect(line(page)).to_have_attribute("aria-expanded", "true")
        assert page.get_by_role("listbox").get_attribute("id") == line(page).get_attribute("aria-controls")
        steps = [
            ("ArrowDown", 0),
            ("ArrowDown", 1),
            ("ArrowUp", 0),
            ("ArrowUp", None),
            ("ArrowUp", count - 1),
            ("ArrowDown", None),
        ]
        for key, position in [
            *steps,
            ("ArrowDown", 0),
            ("Home", None),
            ("ArrowDown", 0),
            ("End", None),
            ("ArrowDown", 0),
        ]:
            page.keyboard.press(key)
            assert chosen(page) == position
            expect(line(page)).to_be_focused()
        seen.assert_accessible()
        title = options(page).first.locator("b").inner_text()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_enter_without_a_choice_goes_to_the_search_page(visit, demo):
    with visit(f"{demo.address}/site/fr/factors/8.html") as seen:
        line(seen.page).fill("code de conduite")
        seen.page.keyboard.press("Enter")
        expect(seen.page.get_by_role("searchbox")).to_have_value("code de conduite")
        assert urlsplit(seen.page.url).path.endswith("/site/fr/search.html")
        assert parse_qs(urlsplit(seen.page.url).query) == {"q": ["code de conduite"]}


def test_escape_closes_then_clears_then_leaves(visit, demo):
    with visit(f"{demo.address}/site/factors/8.html") as seen:
        page = seen.page
        answered(page, "gift")
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        expect(line(page)).to_have_attribute("aria-expanded", "false")
        expect(line(page)).to_have_value("gift")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("listbox")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(line(page)).to_have_value("")
        page.keyboard.press("Escape")
        expect(line(page)).not_to_be_focused()


def test_the_list_closes_when_the_reader_goes_elsewhere(visit, demo):
    with visit(f"{demo.address}/site/factors/8.html") as seen:
        answered(seen.page, "gift")
        seen.page.keyboard.press("Tab")
        expect(seen.page.get_by_role("listbox")).to_be_hidden()
        answered(seen.page, "gift register")
        seen.page.get_by_role("heading", level=1).click(position={"x": 3, "y": 3})
        expect(seen.page.get_by_role("listbox")).to_be_hidden()


@pytest.mark.parametrize("key", ["/", "s", "f"])
def test_a_key_leads_to_the_box_unless_something_is_being_written(visit, demo, key):
    with visit(f"{demo.address}/site/index.html") as seen:
        seen.page.keyboard.press(key)
        expect(line(seen.page)).to_be_focused()
        expect(line(seen.page)).to_have_value("")
        seen.page.keyboard.press(key)
        expect(line(seen.page)).to_have_value(key)
        other = seen.page.locator("form.ask input")
        other.press(key)
        expect(other).to_have_value(key)
        expect(other).to_be_focused()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_count_is_announced_politely(visit, demo, language):
    say = phrases(language)
    with visit(f"{demo.address}/site/{'' if language == 'en' else 'fr/'}index.html") as seen:
        live = seen.page.locator("form.search-box").get_by_role("status")
        answered(seen.page, "audit")
        expect(live).to_contain_text("audit")
        expect(live).to_have_text(re.compile(r"^\d+ "))
        assert answered(seen.page, "xyzzyqwv").count() == 0
        expect(live).to_have_text(say("search.none", query="\u2068xyzzyqwv\u2069"))
        expect(line(seen.page)).to_have_attribute("aria-expanded", "false")
        seen.assert_accessible()


def test_without_scripts_there_is_no_box(browser, demo):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{demo.address}/site/factors/8.html")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(line(page)).to_be_hidden()
