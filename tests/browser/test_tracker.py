"""The public page of commitments in a browser: accessible, quiet and fitting in every look and size."""

from decimal import Decimal

import pytest

from assessment.actions import Action, Consulted, Indicator, Monitored, Source
from assessment.plan.tracker import pages
from kb.library.knowledge import load

LONG = "海关廉政" * 70


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    actions = [
        Action(
            id=f"a{number}",
            origin=Source(decision="d"),
            problem="Officers do not know whom to ask.",
            result=result,
            measure="Name a contact in each office",
            owner=owner,
            elements=("7.a", "8.d"),
            start="2026-01-01",
            due="2026-12-31",
            indicators=(Indicator(text="Offices", baseline=Decimal(0), target=Decimal(40), unit="offices"),),
            results=(Monitored(date="2026-05-01", values={"1": Decimal(10)}, note="On its way"),),
            practices=(Consulted(id="mu-surprise-visits", citation="Mauritius, in an edition"),),
            public=True,
        )
        for number, (result, owner) in enumerate(
            [("Staff ask early", "HR"), ("x" * 300, LONG), ("ثقة الموظفين", "مديرية")], 1
        )
    ]
    made = tmp_path_factory.mktemp("tracker")
    for path, text in pages(actions, "Testland Customs", "en", "2026-06-01", "f" * 64, load()).items():
        (made / path).parent.mkdir(exist_ok=True)
        (made / path).write_text(text, encoding="utf-8")
    return made


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", "fr/index.html"])
def test_the_commitments_are_for_everybody(visit, folder, path, scheme, size):
    with visit((folder / path).as_uri(), scheme=scheme, size=size) as seen:
        seen.turn_to(size)
        seen.assert_quiet()
        seen.assert_fits()
        seen.assert_accessible()


def test_each_language_leads_to_the_other(visit, folder):
    with visit((folder / "index.html").as_uri()) as seen:
        seen.page.click("a[hreflang=fr]")
        assert seen.page.locator("html").get_attribute("lang") == "fr"
        seen.page.click("a[hreflang=en]")
        assert seen.page.locator("html").get_attribute("lang") == "en"
