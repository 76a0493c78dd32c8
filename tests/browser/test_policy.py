"""Everything on the site works under its content policy, from a server and from a folder."""

import pytest
from playwright.sync_api import expect

HEARD = """window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.blockedURI));"""


@pytest.mark.parametrize("language", ["", "/fr"], ids=["en", "fr"])
@pytest.mark.parametrize("served", [True, False], ids=["served", "from-a-folder"])
def test_nothing_on_the_site_breaks_its_policy(visit, demo, served, language):
    """The switch of colours, the header's box, copying a citation, the form of the front page, the facets, the other language."""
    site = (demo.address + "/site" if served else (demo.folder / "site").as_uri()) + language
    with visit("about:blank") as seen:
        page = seen.page
        page.add_init_script(HEARD)
        page.goto(f"{site}/practices/ec-whistleblower-channel.html")
        before = page.locator("body").get_attribute("data-md-color-scheme")
        page.locator("header label.md-header__button[for^=__palette]").filter(visible=True).click()
        expect(page.locator("body")).not_to_have_attribute("data-md-color-scheme", before)
        page.reload()
        expect(page.locator("body")).not_to_have_attribute("data-md-color-scheme", before)
        page.locator("#search-line").press_sequentially("rotation")
        expect(page.locator("[role=option]").first).to_be_visible()
        page.keyboard.press("Escape")
        page.locator("details.cite summary").first.click()
        page.locator("details.cite[open] .md-code__button").first.click()
        assert page.evaluate("window.refused") == []
        page.locator("a.language").click()
        expect(page.locator("html")).to_have_attribute("lang", "en" if language else "fr")
        page.goto(f"{site}/index.html")
        page.locator("form.ask input").fill("rotation")
        page.locator("form.ask button").click()
        expect(page.locator(".results li > a").first).to_be_visible()
        page.locator(".facets input").first.check()
        expect(page.locator(".chosen button").first).to_be_visible()
        assert page.evaluate("window.refused") == []
        seen.assert_quiet()
