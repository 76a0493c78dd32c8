"""Reports of an assessment with something of every kind in it: accessible and whole in every look."""

from itertools import product
from pathlib import Path

import pytest

from assessment.audience import Audience
from assessment.demo import write_report

FILE = Path(__file__).parent.parent / "assessment" / "formats" / "2.arusha"
LOOKS = [("light", "desktop"), ("dark", "phone")]


@pytest.fixture(scope="module")
def pages(cache, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    for language, audience in product(("en", "fr"), Audience):
        write_report(FILE, folder / f"{audience}-{language}.html", language, audience=audience, earlier=FILE)
    return folder


@pytest.mark.parametrize(("audience", "language"), [*product(Audience, ("en", "fr"))])
@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_a_report_is_accessible_and_asks_nobody(visit, pages, audience, language, scheme, size):
    with visit((pages / f"{audience}-{language}.html").as_uri(), scheme, size) as seen:
        seen.assert_accessible()
        seen.assert_fits()
        seen.assert_quiet()
