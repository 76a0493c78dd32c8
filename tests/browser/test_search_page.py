"""The search page and the header's box, as readers use them: mouse and keyboard, online and off, with good lines and bad."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from kb.base.interface import phrases
from kb.library.knowledge import load

SAY = phrases("en")
TITLES = ".results li > a"
HOSTILE = {
    "long": "gift " * 2_000,
    "long-word": "x" * 10_000,
    "stop-words": "the of and",
    "quotes": '"gift "register" of',
    "script": "<script>pwned=1</script>",
    "image": "<img src=x onerror=pwned=1> {query} {n}",
    "right-to-left": "\u202egift\u202c \u200fregister\u200f",
    "emoji": "👩‍👩‍👧 🎁",
    "sql": "'; DROP TABLE practices; --",
    "filter": "member:__proto__ factor:constructor",
}
hostile = pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)


def status(page: Page) -> Locator:
    return page.get_by_role("status").filter(visible=True)


SETTLED = """async () => {
  const line = () => document.querySelector("#arusha-search input[name=q]");
  const asked = () => new URLSearchParams(location.search).get("q")?.trim() ?? "";
  const shown = () => document.getElementById("arusha-search")?.dataset.shown;
  while (shown() !== location.search || asked() !== line().value.trim()) await new Promise((go) => setTimeout(go, 20));
}"""


def titles(page: Page) -> list[str]:
    """The titles shown, once the line has gone into the address and the address's search is shown."""
    page.evaluate(SETTLED)
    return page.locator(TITLES).all_inner_texts()


def total(page: Page) -> int:
    titles(page)
    return int(re.match(r"\d+", status(page).inner_text())[0])


def facet(page: Page, name: str, value: str) -> Locator:
    """The box of one value, its field opened if it stands behind “All …”."""
    titles(page)
    found = page.locator(f"input[name={name}][value='{value}']")
    if not found.count():
        page.locator("fieldset").filter(has=page.locator(f"input[name={name}]")).get_by_role("button").click()
    return found


def first_value(page: Page, name: str) -> str:
    """The value that stands first in a field, once the field is that of the search shown: each search orders it anew."""
    titles(page)
    return page.locator(f"input[name={name}]").first.get_attribute("value")


def count_beside(box: Locator) -> int:
    return int(box.locator("xpath=..").locator(".many").inner_text())


def box(page: Page, text: str) -> Locator:
    """The options of the header's box for a line put there, once it has answered that very line."""
    page.locator("#search-line").fill(text)
    expect(page.locator("form.search-box")).to_have_attribute("data-shown", text)
    return page.get_by_role("option")


@pytest.fixture
def search(visit, demo) -> Callable:
    """Opens the search page: `with search("?q=gift") as seen`; *language* folder and look may be told."""
    return lambda query="", folder="site", **look: visit(f"{demo.address}/{folder}/search.html{query}", **look)


def test_facets_combine_and_each_leaves_what_it_counts(search):
    with search("?q=officers") as seen:
        whole = total(seen.page)
        left = whole
        for name, value in (("factor", "8"), ("region", "eur"), ("evidence", "claimed")):
            choice = facet(seen.page, name, value)
            promised = count_beside(choice)
            choice.check()
            assert total(seen.page) == promised <= left
            left = promised
        assert 0 < left < whole
        seen.assert_quiet()


def test_filters_are_told_and_can_be_removed_one_by_one_or_all(search):
    """Where they leave nothing, the way out stands beside the news."""
    with search("?q=rotation&factor=8&factor=2&region=ap") as seen:
        titles(seen.page)
        chosen = seen.page.locator(".chosen")
        expect(chosen.get_by_role("button")).to_have_text(
            [
                "8 Human Resource Management×",
                "2 Regulatory Framework×",
                "Asia/Pacific×",
                SAY("search.remove_all"),
            ]
        )
        expect(seen.page.locator(".facet-box summary")).to_have_text(SAY("search.narrow_some", n=3))
        seen.assert_accessible()
        chosen.get_by_role("button", name=SAY("search.remove", label="2 Regulatory Framework")).click()
        expect(seen.page).to_have_url(re.compile(r"\?q=rotation&factor=8&region=ap$"))
        expect(status(seen.page)).to_be_focused()
        titles(seen.page)
        chosen.get_by_role("button", name=SAY("search.remove_all")).click()
        expect(seen.page).to_have_url(re.compile(r"\?q=rotation$"))
        assert total(seen.page) > 0
        expect(chosen).to_be_empty()
        seen.page.goto(seen.page.url.replace("?q=rotation", "?q=rotation&factor=4"))
        expect(status(seen.page)).to_have_text(SAY("search.none_narrowed", query="rotation"))
        chosen.get_by_role("button", name=SAY("search.remove_all")).click()
        assert total(seen.page) > 0


def test_the_other_language_leads_on_to_the_same_search(search):
    with search("?q=formation&factor=8", folder="site/fr") as seen:
        found = total(seen.page)
        seen.page.get_by_role("link", name="English").click()
        expect(seen.page.get_by_role("searchbox")).to_have_value("formation")
        expect(facet(seen.page, "factor", "8")).to_be_checked()
        seen.page.get_by_role("link", name="Français").click()
        assert total(seen.page) == found


def test_two_values_of_one_facet_add_up(search):
    with search("?q=officers&member=mk") as seen:
        first = total(seen.page)
        second = count_beside(facet(seen.page, "member", "ec"))
        facet(seen.page, "member", "ec").check()
        assert total(seen.page) == first + second


def test_the_address_holds_the_search_and_can_be_shared(search, demo, visit):
    with search() as seen:
        seen.page.get_by_role("searchbox").fill("code of conduct")
        expect(seen.page).to_have_url(re.compile(r"\?q=code\+of\+conduct$"))
        facet(seen.page, "factor", "8").check()
        value = first_value(seen.page, "type")
        facet(seen.page, "type", value).check()
        found, address = titles(seen.page), seen.page.url
    assert parse_qs(urlsplit(address).query) == {"q": ["code of conduct"], "factor": ["8"], "type": [value]}
    with visit(address) as seen:
        assert titles(seen.page) == found != []
        expect(seen.page.get_by_role("searchbox")).to_have_value("code of conduct")
        expect(facet(seen.page, "factor", "8")).to_be_checked()
        expect(facet(seen.page, "type", value)).to_be_checked()


def test_the_back_button_goes_back_through_the_searches(search):
    with search("?q=conduct") as seen:
        found = titles(seen.page)
        facet(seen.page, "factor", "8").check()
        narrowed = titles(seen.page)
        seen.page.get_by_role("searchbox").fill("officers")
        seen.page.get_by_role("searchbox").press("Enter")
        others = titles(seen.page)
        seen.page.locator(TITLES).first.click()
        seen.page.go_back()
        assert titles(seen.page) == others
        seen.page.goto(seen.page.url.replace("q=officers", "q=conduct"))
        assert titles(seen.page) == narrowed
        facet(seen.page, "factor", "8").uncheck()
        assert titles(seen.page) == found
        expect(facet(seen.page, "factor", "8")).to_be_focused()
        seen.page.go_back()
        assert titles(seen.page) == narrowed
        expect(facet(seen.page, "factor", "8")).to_be_checked()
        expect(seen.page.get_by_role("searchbox")).to_have_value("conduct")
        seen.assert_quiet()


def test_the_keyboard_is_enough(search):
    """Tab to a facet, Space, and the focus stays on it; Tab on to a result, and Enter opens it."""
    with search() as seen:
        page = seen.page
        page.get_by_role("searchbox").focus()
        page.keyboard.type("rotation of officers")
        page.keyboard.press("Enter")
        titles(page)

        def tab_to(one: Locator) -> None:
            for _ in range(80):
                page.keyboard.press("Tab")
                if one.evaluate("one => one === document.activeElement"):
                    return
            pytest.fail("Tab does not lead there")

        choice = facet(page, "factor", "4")
        tab_to(choice)
        page.keyboard.press("Space")
        expect(choice).to_be_checked()
        found = titles(page)
        expect(choice).to_be_focused()
        first = page.locator(TITLES).first
        tab_to(first)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(found[0])


def test_the_status_announces_the_count(search):
    with search() as seen:
        live = seen.page.locator("[role=status][aria-live=polite]").filter(visible=True)
        titles(seen.page)
        expect(live).to_have_text(SAY("search.listed_other", n=len(load().practices)))
        seen.page.get_by_role("searchbox").fill("gift")
        titles(seen.page)
        expect(live).to_have_text(re.compile(r"^\d+ practices (for|come near) “gift”"))
        seen.page.get_by_role("searchbox").fill("xyzzyqwv")
        expect(live).to_contain_text(SAY("search.none", query="xyzzyqwv"))


def test_more_results_are_shown_and_the_focus_goes_to_the_first_of_them(search):
    with search("?q=officers") as seen:
        assert len(titles(seen.page)) == 10 < total(seen.page)
        seen.page.get_by_role("button", name=SAY("site.search_more")).click()
        expect(seen.page.locator(TITLES).nth(10)).to_be_focused()


def test_no_result_offers_other_ways(search):
    with search("?q=xyzzyqwv") as seen:
        expect(status(seen.page)).to_contain_text(SAY("search.try"))
        for name in ("practices", "factors", "members"):
            link = seen.page.locator(".help").get_by_role("link", name=SAY(f"site.{name}"))
            expect(link).to_have_attribute("href", re.compile(f"{name}/index.html$"))


def test_a_misspelt_line_offers_the_right_one(search):
    with search("?q=whistelblower+polocy") as seen:
        link = status(seen.page).get_by_role("link")
        expect(link).to_have_text("whistleblower policy")
        link.focus()
        seen.page.keyboard.press("Enter")
        expect(status(seen.page)).to_contain_text("“whistleblower policy”")
        expect(seen.page).to_have_url(re.compile(r"\?q=whistleblower\+policy$"))
        expect(seen.page.get_by_role("searchbox")).to_have_value("whistleblower policy")


def test_words_that_never_stand_together_bring_the_nearest(search):
    with search("?q=alcohol+kinship+patrimony") as seen:
        assert titles(seen.page)
        expect(status(seen.page)).to_contain_text("the nearest first")


@pytest.mark.parametrize(
    ("plain", "accented"), [("declaration de patrimoine", "déclaration de patrimoine"), ("l'ethique", "l’éthique")]
)
def test_french_without_accents_finds_the_same(search, plain, accented):
    with search(f"?q={quote(plain)}", "site/fr") as seen:
        found = titles(seen.page)
        seen.page.get_by_role("searchbox").fill(accented)
        assert titles(seen.page) == found != []
        expect(seen.page.locator(".snippet mark").first).to_have_text(
            re.compile("[ée]thique|d[ée]clar|patrimoine", re.I)
        )
        seen.assert_quiet()


@pytest.mark.parametrize("folder", ["site", "site/fr"])
def test_it_works_from_a_folder(visit, demo, folder):
    """Without any server: the page, its facets and address, and the header's box of another page."""
    with visit((demo.folder / folder / "search.html").as_uri() + "?q=audit") as seen:
        found = titles(seen.page)
        assert found
        choice = seen.page.locator("input[name=factor]").first
        choice.check()
        assert titles(seen.page)
        assert urlsplit(seen.page.url).query == f"q=audit&factor={choice.get_attribute('value')}"
        seen.page.go_back()
        assert titles(seen.page) == found
        seen.assert_quiet()
        seen.page.goto((demo.folder / folder / "index.html").as_uri())
        expect(box(seen.page, "audit").first).to_contain_text(found[0])
        seen.assert_quiet()


def test_what_is_loaded_is_enough_when_the_line_is_cut(search):
    """Offline, the same words and their filters still answer; new ones, of which nothing is kept, are told to be out of reach."""
    with search("?q=gift", scheme="no-preference") as seen:  # a look of its own, whose cache no other page has filled
        found = titles(seen.page)
        assert 0 < total(seen.page) <= 10
        seen.page.context.set_offline(True)
        try:
            choice = seen.page.locator("input[name=factor]").first
            choice.check()
            assert set(titles(seen.page)) <= set(found)
            choice.uncheck()
            assert titles(seen.page) == found
            seen.page.get_by_role("searchbox").fill("jabberwocky")
            expect(status(seen.page)).to_have_text(SAY("search.broken"))
        finally:
            seen.page.context.set_offline(False)


BROKEN = {
    "missing": lambda route: route.fulfill(status=404, body="not here"),
    "cut": lambda route: route.fulfill(body='arushaShard("s/1",{"gift":["gift gi'),
    "empty": lambda route: route.fulfill(body=""),
}
broken = pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)


@broken
@pytest.mark.parametrize("file", ["dir.js", "*/facets.js", "*/s/*.js", "*/d/*.js"])
def test_a_spoilt_index_is_told_and_browsing_is_offered(search, demo, visit, answer: Callable[[Route], None], file):
    """And once the server is well again, so is the page."""
    with visit("about:blank") as seen:
        seen.page.route(f"**/search/{file}", answer)
        seen.page.goto(f"{demo.address}/site/search.html?q=gift")
        expect(status(seen.page)).to_have_text(SAY("search.broken"))
        expect(seen.page.locator(".help").get_by_role("link", name=SAY("site.practices"))).to_be_visible()
        of_browser = ("Failed to load resource", "Invalid or unexpected token")  # what it says itself of a file
        assert [text for text in seen.complaints if not text.startswith(of_browser)] == []
        seen.page.unroute(f"**/search/{file}")
        seen.page.get_by_role("searchbox").fill("gift register")
        expect(status(seen.page)).to_contain_text("“gift register”")


@pytest.mark.parametrize("asked", ["", "?q=gift"])
def test_a_script_that_does_not_come_is_told_in_the_headers_box(demo, visit, asked):
    with visit("about:blank") as seen:
        seen.page.route("**/search-engine.js", lambda route: route.abort())
        seen.page.goto(f"{demo.address}/site/fr/index.html{asked}")
        link = box(seen.page, "cadeau").first
        expect(link).to_contain_text(phrases("fr")("search.box_broken"))


@broken
def test_a_spoilt_index_is_told_in_the_headers_box(demo, visit, answer: Callable[[Route], None]):
    with visit("about:blank") as seen:
        seen.page.route("**/search/*/s/*.js", answer)
        seen.page.goto(f"{demo.address}/site/index.html")
        link = box(seen.page, "gift").first
        expect(link).to_contain_text("could not be loaded")
        link.click()
        expect(seen.page.get_by_role("heading", level=1)).to_contain_text(SAY("site.practices"))


def test_results_do_not_wait_for_the_facets(visit, demo):
    """Their table is large: the results stand, and the facets come beside them when it is there."""
    with visit("about:blank") as seen:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        seen.page.route("**/search/*/facets.js", hold)
        seen.page.goto(f"{demo.address}/site/search.html?q=officers")
        expect(seen.page.locator(TITLES)).to_have_count(10)
        expect(status(seen.page)).to_contain_text("“officers”")
        expect(seen.page.locator("fieldset")).to_have_count(0)
        expect(seen.page.locator(".results .facts")).to_have_count(10)
        shown = seen.page.locator(".results").inner_html()
        while not held:
            seen.page.wait_for_timeout(20)
        held[0].continue_()
        expect(facet(seen.page, "factor", "8")).to_be_visible()
        assert seen.page.locator(".results").inner_html() == shown
        seen.assert_quiet()


def test_a_line_asked_again_asks_the_server_for_nothing(search):
    with search("?q=hospitality") as seen:
        found = titles(seen.page)
        seen.page.get_by_role("searchbox").fill("gift register")
        titles(seen.page)
        expect(status(seen.page)).to_contain_text("“gift register”")
        seen.page.wait_for_load_state("networkidle")
        before = len(seen.asked)
        seen.page.get_by_role("searchbox").fill("hospitality")
        expect(status(seen.page)).to_contain_text("“hospitality”")
        assert titles(seen.page) == found
        assert [url for url in seen.asked[before:] if "/search/" in url] == []


def test_without_its_engine_the_page_leads_to_browsing(visit, demo):
    with visit("about:blank") as seen:
        seen.page.route("**/search-engine.js", BROKEN["missing"])
        seen.page.goto(f"{demo.address}/site/search.html?q=gift")
        expect(seen.page.get_by_role("searchbox")).to_be_hidden()
        expect(seen.page.locator(".help").get_by_role("link", name=SAY("site.practices"))).to_be_visible()


def test_without_scripts_the_page_leads_to_browsing(browser, demo):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{demo.address}/site/search.html?q=gift")
        expect(page.locator("noscript p")).to_be_visible()
        expect(page.get_by_role("searchbox")).to_be_hidden()
        page.locator(".help").get_by_role("link", name=SAY("site.practices")).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(SAY("site.practices"))


def test_where_nothing_is_found_the_nearest_are_shown(search):
    with search('?q="gift+register"') as seen:
        assert titles(seen.page) == []
        expect(status(seen.page)).to_contain_text("No practice found")
        near = seen.page.locator(".nearest")
        expect(near.get_by_role("heading")).to_have_text(SAY("search.nearest"))
        expect(near.get_by_role("link")).to_have_count(5)
        expect(near.get_by_role("link").first).to_have_text("Gifts policy with one central register")
        seen.assert_accessible()
        seen.page.get_by_role("searchbox").fill("gift register")
        expect(near).to_be_hidden()
        seen.page.goto(seen.page.url.partition("?")[0] + "?factor=99")
        expect(status(seen.page)).to_have_text(SAY("search.none_listed"))


def test_a_line_that_turns_the_direction_of_writing_turns_only_itself(search):
    line = f"{chr(0x202E)}tfig xyzzyqwv"
    with search(f"?q={quote(line)}") as seen:
        assert titles(seen.page) == []
        expect(status(seen.page).locator("bdi")).to_have_text([line])


def test_a_page_whose_search_does_not_come_says_so(demo, visit):
    with visit("about:blank") as seen:
        seen.page.route("**/search-engine.js", lambda route: route.abort())
        seen.page.goto(f"{demo.address}/site/search.html?q=gift")
        expect(seen.page.locator(".failing")).to_have_text(SAY("search.broken"))
        expect(seen.page.locator(".help").get_by_role("link", name=SAY("site.practices"))).to_be_visible()


@hostile
def test_a_hostile_line_gets_a_calm_answer(search, line):
    with search(f"?q={quote(line)}", size="phone") as seen:
        titles(seen.page)
        expect(status(seen.page)).to_have_text(re.compile(r"^(\d+ practice|No practice found)"))
        assert len(status(seen.page).inner_text()) < 400
        assert seen.page.locator("#arusha-search :is(script, img)").count() == 0
        assert seen.page.evaluate("typeof pwned") == "undefined"
        seen.assert_fits()
        seen.assert_quiet()


def test_hostile_lines_in_the_headers_box_are_only_text(visit, demo):
    with visit(f"{demo.address}/site/index.html") as seen:
        told = seen.page.locator("form.search-box").get_by_role("status")
        for line in HOSTILE.values():
            box(seen.page, line)
            expect(told).to_have_text(re.compile(r"^(\d+ practice|No practice found)"))
            assert len(told.inner_text()) < 400
        assert seen.page.locator(".search-panel :is(script, img)").count() == 0
        assert seen.page.evaluate("typeof pwned") == "undefined"
        seen.assert_quiet()


@pytest.mark.parametrize(("folder", "line"), [("site", "code of conduct"), ("site/fr", "code de conduite")])
def test_the_headers_box_and_the_page_find_the_same(visit, demo, folder, line):
    """Its last item leads to the search page of the same language, with the line and all results."""
    with visit(f"{demo.address}/{folder}/factors/8.html") as seen:
        items = box(seen.page, line)
        expect(items).to_have_count(10)
        expect(items.last).to_have_attribute("href", re.compile(r"/search\.html\?q="))
        boxed = [text.splitlines()[0] for text in items.all_inner_texts()[:9]]
        count = int(re.search(r"\d+", items.last.inner_text())[0])
        items.last.click()
        expect(seen.page.get_by_role("searchbox")).to_have_value(line)
        assert seen.page.url.startswith(f"{demo.address}/{folder}/search.html?q=")
        assert titles(seen.page)[:9] == boxed
        assert total(seen.page) == count
        seen.assert_quiet()
