"""Every type of page, light and dark, on a phone and on a desktop."""

from itertools import product

import pytest

PAGES = {
    "report": "report.html",
    "front": "site/index.html",
    "practices": "site/practices/index.html",
    "practice": "site/practices/ec-whistleblower-channel.html",
    "factors": "site/factors/index.html",
    "factor": "site/factors/8.html",
    "gender": "site/questions/gender.html",
    "members": "site/members/index.html",
    "member-with-practices": "site/members/mk.html",
    "member-without": "site/members/al.html",
    "editions": "site/editions/index.html",
    "edition": "site/editions/16.html",
    "instruments": "site/instruments/index.html",
    "instrument": "site/instruments/idg.html",
    "about": "site/about.html",
    "search": "site/search.html",
    "search-asked": "site/search.html?q=gift+register&factor=8",
    "search-without-result": "site/search.html?q=xyzzyqwv",
    "practice-cited": "site/practices/mk-officer-rotation.html",
    "region": "site/regions/eur.html",
    "type": "site/types/policy.html",
    "activities": "site/activities.html",
    "abbreviations": "site/abbreviations.html",
    "coverage": "site/coverage.html",
    "french-front": "site/fr/index.html",
    "french-search": "site/fr/search.html?q=declaration+de+patrimoine",
    "french-practice": "site/fr/practices/ec-whistleblower-channel.html",
    "french-factor": "site/fr/factors/8.html",
}
SCHEMES = ("light", "dark")
BRIGHTNESS = "Math.max(...getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3))"
PALE = """all => all.filter(one => one.checkVisibility()).filter(one => {
  const [red, green, blue] = getComputedStyle(one).color.match(/[0-9.]+/g);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 140;
}).map(one => one.outerHTML.slice(0, 120))"""
each_size = pytest.mark.parametrize("size", ["desktop", "phone"])


@pytest.fixture(scope="module", params=product(PAGES, SCHEMES), ids="-".join)
def opened(request, visit, demo):
    """One page in one scheme, opened once for all its tests."""
    name, scheme = request.param
    with visit(f"{demo.address}/{PAGES[name]}", scheme) as seen:
        seen.page.wait_for_load_state("networkidle")
        if name == "practice-cited":
            for citation in seen.page.locator("details.cite summary").all():
                citation.click()
        seen.settle()
        yield scheme, seen


def test_a_page_has_the_colours_asked_for(opened):
    scheme, seen = opened
    assert (seen.page.evaluate(BRIGHTNESS) < 128) == (scheme == "dark")


def test_a_page_is_accessible(opened):
    opened[1].assert_accessible()


@each_size
def test_a_page_fits_its_screen(opened, size):
    """Nor is a table wider than its place."""
    opened[1].turn_to(size)
    opened[1].assert_fits()
    wide = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText.slice(0, 80))"
    assert opened[1].page.locator(".md-typeset__scrollwrap").evaluate_all(wide) == []


def test_a_page_is_printed_dark_on_white(opened):
    """Whatever the screen's colours, and every box and heading of it."""
    _, seen = opened
    seen.page.emulate_media(media="print")
    seen.settle()
    try:
        assert seen.page.locator("main :is(h1, h2, p, a, td, li, summary)").evaluate_all(PALE) == []
    finally:
        seen.page.emulate_media(media="screen")


def test_a_page_shows_no_markup(opened):
    text = opened[1].page.locator("body").inner_text()
    assert [sign for sign in ("**", "](", "{ .", "{ #") if sign in text] == []


def test_a_page_is_quiet(opened):
    opened[1].assert_quiet()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_open_menu_of_a_phone_is_accessible(visit, demo, scheme):
    with visit(f"{demo.address}/site/factors/8.html", scheme, "phone") as seen:
        seen.page.locator("header label[for=__drawer]").click()
        seen.assert_accessible()


@each_size
def test_the_report_needs_no_server(visit, demo, size):
    """Opened from its file, the report loads nothing but itself, and its links reach the site beside it."""
    report = demo.folder / "report.html"
    with visit(report.as_uri(), size=size) as seen:
        seen.assert_quiet()
        seen.assert_fits()
        assert seen.asked == [report.as_uri()]
        links = seen.page.locator("a[href^='site/']").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links
    assert [link for link in links if not (demo.folder / link.partition("#")[0]).is_file()] == []
