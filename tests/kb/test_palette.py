"""One palette: what style sheets, Typst and templates call by a house colour's name is that colour."""

import re
from pathlib import Path

import pytest

from kb.press import palette

ROOT = Path(__file__).parents[2]
STATIC = {
    "kb/press/house.typ": {"petrol": palette.PETROL, "teal": palette.TEAL, "sand": palette.SAND, "ink": palette.INK},
    "assessment/templates/report.typ": {"petrol": palette.TEAL, "sand": palette.SAND, "quiet": palette.GREY},
    "kb/press/house.css": {"petrol": palette.TEAL, "sand": palette.SAND, "deep": palette.PETROL},
    "assessment/templates/report.css": {
        "petrol": palette.TEAL,
        "sand": palette.SAND,
        "ink": palette.INK,
        "paper": palette.PAPER,
        "line": palette.LINE,
        **{f"l{level}": colour for level, colour in enumerate(palette.LEVELS)},
    },
    "assessment/templates/tracker.html.j2": {
        "petrol": palette.TEAL,
        "sand": palette.SAND,
        "ink": palette.INK,
        "paper": palette.PAPER,
        "line": palette.LINE,
    },
    "assessment/templates/timeline.svg.j2": {"plan-done": palette.TEAL, "plan-ink": palette.INK},
    "assessment/templates/burnup.svg.j2": {"plan-done": palette.TEAL, "plan-ink": palette.INK},
    "site/overrides/assets/arusha.css": {
        "md-primary-fg-color": palette.PETROL,
        "md-primary-fg-color--light": palette.TEAL,
        "md-accent-fg-color": palette.SAND,
        "ar-sand": palette.SAND,
    },
}


@pytest.mark.parametrize("file", STATIC)
def test_a_file_that_writes_a_colour_out_has_that_of_the_palette(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    for name, colour in STATIC[file].items():
        first = re.search(rf'(?:#let |--){name}(?: = rgb\("|: ?)(#[0-9a-f]{{6}})', text)
        assert first is not None, name
        assert first[1] == colour, name


def test_no_module_writes_a_colour_of_the_house_out():
    colours = {palette.PETROL, palette.TEAL, palette.SAND}
    for path in [*ROOT.glob("kb/**/*.py"), *ROOT.glob("assessment/**/*.py")]:
        if path != ROOT / "kb/press/palette.py":
            text = path.read_text(encoding="utf-8").lower()
            assert not [colour for colour in colours if colour[1:] in text], path
