"""The register of risks: zones, the heat map as text and as a picture, and the commands."""

import json
import os
import re
import select
import subprocess
import sys
import time
from collections import Counter
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import charts
from assessment.risks import (
    Control,
    Enhancing,
    Origin,
    Risk,
    Vulnerability,
    Zone,
    heat_map,
    worst_first,
    zone,
)
from kb.base.interface import phrases
from kb.library.content import parse

law = settings(max_examples=200, deadline=None, derandomize=True)
five = st.integers(1, 5)
SVG = "{http://www.w3.org/2000/svg}"


@st.composite
def risks_of(draw, key):
    """A risk, rated after controls or not, open or closed."""
    likelihood, impact, lower, less, closed = draw(
        st.tuples(five, five, st.integers(0, 5), st.integers(0, 5), st.booleans())
    )
    return Risk(
        id=key,
        process="x",
        text="x",
        vulnerability=Vulnerability.GOODS,
        likelihood=likelihood,
        impact=impact,
        residual_likelihood=min(lower, likelihood) or None,
        residual_impact=min(less, impact) or None,
        closed=closed,
    )


@st.composite
def registers(draw):
    """Risks whose ids come in any order."""
    numbers = draw(st.lists(st.integers(1, 99999), max_size=12, unique=True))
    return [draw(risks_of(f"r{number}")) for number in numbers]


@law
@given(registers(), st.booleans())
def test_the_heat_map_has_every_open_risk_once_in_its_place(risks, residual):
    places = heat_map(risks, residual=residual)
    for risk in risks:
        at = [place for place, ids in places.items() if risk.id in ids]
        assert at == ([] if risk.closed else [risk.residual if residual else risk.inherent])
    assert all(count == 1 for count in Counter(key for ids in places.values() for key in ids).values())
    assert all(list(ids) == sorted(ids, key=lambda key: int(key[1:])) for ids in places.values())


ids = st.lists(st.integers(1, 99999).map(lambda number: f"r{number}"), min_size=1, max_size=30, unique=True)


@law
@given(st.dictionaries(st.tuples(five, five), ids.map(tuple), max_size=5))
def test_the_picture_has_every_risk_in_one_cell_and_says_how_many_have_no_room(places):
    chart = charts.heat(places)
    assert len({(cell.likelihood, cell.impact) for cell in chart.cells}) == 25
    assert {(cell.likelihood, cell.impact): cell.ids for cell in chart.cells if cell.ids} == places
    for cell in chart.cells:
        shown = " ".join(cell.lines).split()
        more = int(shown.pop().removeprefix("+")) if shown and shown[-1].startswith("+") else 0
        assert tuple(shown) == cell.ids[: len(cell.ids) - more]
        assert len(cell.lines) <= 3
        assert max(map(len, cell.lines), default=0) <= 11


@law
@given(registers())
def test_the_worst_come_first_whatever_the_order(risks):
    ranked = worst_first(risks)
    products = [risk.residual[0] * risk.residual[1] for risk in ranked]
    assert products == sorted(products, reverse=True)
    assert worst_first(risks[::-1]) == ranked


@law
@given(five, five, five, five)
def test_a_zone_never_falls_where_likelihood_or_impact_rises(likelihood, impact, more_likely, graver):
    zones = list(Zone)
    higher = (max(likelihood, more_likely), max(impact, graver))
    assert zones.index(zone((likelihood, impact))) <= zones.index(zone(higher))


@pytest.mark.parametrize("residual", [{"residual_likelihood": 3}, {"residual_impact": 5}])
def test_a_residual_above_the_inherent_is_refused(residual):
    faults = []
    fields = {"id": "r1", "process": "x", "text": "x", "vulnerability": "goods", "likelihood": 2, "impact": 4}
    assert parse(Risk, fields | residual, "a.arusha", faults) is None
    assert "after controls is above the one before them" in str(faults[0])


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("vulnerability", Vulnerability),
        ("enhancing", Enhancing),
        ("control", Control),
        ("origin", Origin),
        ("zone", Zone),
    ],
)
def test_every_word_has_a_label_of_its_own(language, prefix, words):
    assert len({phrases(language)(f"{prefix}.{word}") for word in words}) == len(words)


@pytest.fixture(autouse=True)
def _width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")  # to which lines are folded


@pytest.fixture
def file(assessment_file):
    return assessment_file


@pytest.fixture
def run(arusha, file):
    """A command on risks that ends well; what it says."""

    def do(verb, *words):
        result = arusha("assess", "risks", verb, file, *words)
        assert (result.exit_code, result.stderr) == (0, ""), result.stderr
        return result.stdout

    return do


def described(process="Cargo release", likelihood=4, impact=5, **more):
    """The options of a risk."""
    fields = {"process": process, "text": "Release is sold", "vulnerability": "goods"} | more
    fields |= {"likelihood": likelihood, "impact": impact}
    return [word for name, value in fields.items() for word in (f"--{name.replace('_', '-')}", value)]


@pytest.fixture
def listed(run):
    return lambda *words: json.loads(run("list", *words, "--format", "json"))


def test_a_risk_is_added_whole_changed_closed_and_opened_again(run, listed, stands, file):
    said = run(
        "add",
        *described(controls="Two officers", control="operating", residual_likelihood=2, origin="surprise_check"),
        *(
            "--enhancing",
            "change",
            "--enhancing",
            "personnel",
            "--element",
            "8.d",
            "--element",
            "8.d",
            "--effect",
            "revenue",
        ),
        *("--source", "Check 12", "--date", "2025-05", "--owner", "Operations"),
    )
    assert " ".join(said.split()) == (
        "r1 added to the register: Cargo release. Before controls 4 × 5 = 20 (critical), after them 2 × 5 = 10 (high)."
    )
    (risk,) = listed()
    assert (risk["enhancing"], risk["elements"], risk["effects"]) == (["change", "personnel"], ["8.d"], ["revenue"])
    assert risk["residual"] == {"likelihood": 2, "impact": 5, "product": 10, "zone": "high"}
    run("change", "r1", "--residual-impact", 3, "--enhancing", "complexity")
    kept = stands(file).risks["r1"]
    assert (kept.residual, kept.enhancing, kept.source) == ((2, 3), (Enhancing.COMPLEXITY,), "Check 12")
    run("close", "r1", "--why", "Release is automatic now")
    assert listed() == []
    assert "1 closed risk is not shown" in run("list")
    assert listed("--all")[0]["why"] == "Release is automatic now"
    run("change", "r1", "--reopen")
    assert (listed()[0]["closed"], listed()[0]["why"]) == (False, None)


def test_the_list_has_the_worst_first(run, listed):
    run("add", *described(likelihood=2, impact=2))
    run("add", *described(likelihood=5, impact=5, residual_likelihood=1))
    run("add", *described(likelihood=3, impact=3))
    assert [risk["id"] for risk in listed()] == ["r3", "r2", "r1"]
    assert re.findall(r"^r\d", run("list", "--lang", "fr"), re.M) == ["r3", "r2", "r1"]
    assert "Biens et marchandises" in run("list", "--lang", "fr")


def test_controls_that_are_described_exist(run, listed):
    run("add", *described(controls="Two officers"))
    run("add", *described())
    assert {risk["id"]: risk["control"] for risk in listed()} == {"r1": "existing", "r2": "none"}


def test_processes_that_add_at_once_give_every_risk_an_id_of_its_own(command, file, stands):
    words = [str(word) for word in described()]
    started = [subprocess.Popen([*command, "assess", "risks", "add", str(file), *words]) for _ in range(6)]
    assert [process.wait() for process in started] == [0] * 6
    assert list(stands(file).risks) == [f"r{n}" for n in range(1, 7)]


def test_risks_are_cleaned_of_what_cannot_be_shown(run):
    run("add", *described(process="Cargo\x1b[2J release", owner="O\x07p\ns"))
    assert "\x1b" not in run("list")
    assert "\x07" not in run("list")


def test_the_map_says_every_open_risk_in_its_row_and_in_words(run):
    for likelihood, impact in ((4, 5), (4, 5), (1, 2), (5, 1)):
        run("add", *described(likelihood=likelihood, impact=impact))
    run("add", *described(likelihood=4, impact=4, residual_likelihood=1))
    run("close", "r4", "--why", "Gone")
    said = run("map")
    assert "after controls: 4 open risks" in said
    grid, words = said.split("\n\n")
    assert [line.split() for line in grid.splitlines()[2:]] == [
        ["5", "–", "–", "–", "–", "–"],
        ["4", "–", "–", "–", "–", "r1", "r2"],
        ["3", "–", "–", "–", "–", "–"],
        ["2", "–", "–", "–", "–", "–"],
        ["1", "–", "r3", "–", "r5", "–"],
    ]
    assert words.splitlines() == [
        "critical: r1, r2 (likelihood 4, impact 5)",
        "high: –",
        "moderate: –",
        "low: r5 (likelihood 1, impact 4); r3 (likelihood 1, impact 2)",
    ]
    assert "r5 (probabilité 4, impact 4)" in run("map", "--inherent", "--lang", "fr").replace("\n  ", " ")


@pytest.fixture
def picture(run, tmp_path):
    """The heat map as a picture, drawn and read."""

    def draw(*words):
        path = tmp_path / "risks.svg"
        assert str(path) in run("map", "-o", path, *words)
        return ElementTree.parse(path).getroot()

    return draw


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_picture_tells_those_who_do_not_see_it(run, picture, language):
    for number in range(12):
        run("add", *described(likelihood=1 + number % 5, impact=3))
    svg, say = picture("--lang", language), phrases(language)
    named = {element.get("id"): element.text for element in svg.iter() if element.get("id")}
    assert (svg.tag, svg.get("role")) == (f"{SVG}svg", "img")
    title, told = (named[key] for key in svg.get("aria-labelledby").split())
    assert title == f"{say('risks.map_residual')} – Testland Customs"
    assert sorted(re.findall(r"r\d+", told)) == sorted(f"r{n}" for n in range(1, 13))
    places = [element.text for element in svg.iter(f"{SVG}text") if element.get("class", "").startswith("heat-place")]
    assert len(places) == 25
    assert all(text.split(" · ")[1] in {say(f"zone.{of}") for of in Zone} for text in places), "not by colour alone"
    shown = [element.text for element in svg.iter(f"{SVG}text") if element.get("class", "").startswith("heat-ids")]
    assert sorted(" ".join(shown).split()) == sorted(f"r{n}" for n in range(1, 13))


def test_the_picture_asks_nobody_for_anything_and_is_the_same_twice(run, picture, tmp_path):
    run("add", *described())
    picture()
    first = (tmp_path / "risks.svg").read_bytes()
    picture()
    assert (tmp_path / "risks.svg").read_bytes() == first
    assert set(re.findall(rb"https?://[^\"<\s]+", first)) == {b"http://www.w3.org/2000/svg"}
    assert set(re.findall(rb"url\(([^)]*)\)", first)) <= {f"#heat-fill-{of}".encode() for of in Zone}


def test_what_a_name_holds_is_text_in_the_picture(arusha, tmp_path):
    file, out = tmp_path / "b.arusha", tmp_path / "risks.svg"
    arusha("assess", "new", file, "--administration", "</title><script>x</script> & “Co”")
    arusha("assess", "risks", "map", file, "-o", out)
    svg = ElementTree.parse(out).getroot()
    assert svg.find(f"{SVG}title").text.endswith("</title><script>x</script> & “Co”")
    assert list(svg.iter(f"{SVG}script")) == []


def test_a_picture_never_takes_the_place_of_an_assessment(arusha, refused, file, tmp_path):
    before = file.read_bytes()
    for output, why in ((file, "is an assessment"), (tmp_path, "is a folder")):
        result = arusha("assess", "risks", "map", file, "-o", output)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
        assert why in result.stderr
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["add"], "a risk needs --process, --text, --vulnerability, --likelihood, --impact"),
        (["add", "--process", "x", "--text", "y", "--likelihood", 2], "a risk needs --vulnerability, --impact"),
        (["add", *described(process=" ")], "process: is blank"),
        (["add", *described(date="2025-13")], "is not in the calendar"),
        (["add", *described(element="99.z")], "“99.z” is no element of the Declaration"),
        (["add", *described(residual_impact=5, impact=4)], "after controls is above the one before them"),
        (["change", "r9", "--impact", 2], "“r9” is no risk here"),
        (["change", "r1"], "nothing to change"),
        (["close", "r9", "--why", "x"], "“r9” is no risk here"),
    ],
)
def test_bad_input_is_one_sentence_and_keeps_nothing(arusha, refused, file, words, why):
    before = file.read_bytes()
    refused(arusha("assess", "risks", words[0], file, *words[1:]), why)
    assert file.read_bytes() == before


def test_a_closed_risk_is_opened_before_it_is_changed(run, arusha, refused, file):
    run("add", *described())
    refused(arusha("assess", "risks", "change", file, "r1", "--reopen"), "r1 is open already")
    run("close", "r1", "--why", "Gone")
    refused(arusha("assess", "risks", "change", file, "r1", "--impact", 1), "r1 is closed (Gone)")
    refused(arusha("assess", "risks", "close", file, "r1", "--why", "x"), "r1 is closed (Gone)")
    run("change", "r1", "--reopen", "--impact", 1)
    assert "r2 added" in run("add", *described()), "an id is never given twice"


def converse(command, said):
    """Run a command at a terminal of its own and type each line once its prompt is there; all that it showed."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    shown, until = "", time.monotonic() + 60
    for prompt, line in [*said, (None, None)]:
        begun = len(shown)
        while prompt is None or prompt not in shown[begun:]:
            if not select.select([ours], [], [], max(0, until - time.monotonic()))[0]:
                process.kill()
                pytest.fail(f"no “{prompt}” in: {shown}")
            try:
                part = os.read(ours, 4096)
            except OSError:  # how Linux says that the other end is closed
                part = b""
            if not part:
                break
            shown += part.decode("utf-8", "replace")
        if line is not None:
            os.write(ours, f"{line}\n".encode())
    os.close(ours)
    assert process.wait() == 0, shown
    return shown


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of Unix; run it on Linux")
def test_at_a_terminal_what_is_missing_is_asked_for(command, file, stands):
    said = [
        ("In which process?", ""),
        ("A risk needs this.", "Tenders"),
        ("What could happen?", "A tender is rigged"),
        ("Vulnerability, by its number", "11"),
        ("Give a number from 1 to 10.", "1"),
        ("How grave before controls", "6"),
        ("Give a number from 1 to 5.", "4"),
        ("What is done against it?", "Open board"),
        ("Controls, by its number", "3"),
        ("How likely after controls, 1 to 3", "1"),
        ("How grave after controls, 1 to 4", ""),
    ]
    shown = converse([*command, "assess", "risks", "add", str(file), "--likelihood", "3"], said)
    assert "How likely before controls" not in shown, "what was given is not asked for"
    assert " 10  Real estate" in shown
    risk = stands(file).risks["r1"]
    assert (risk.process, risk.text, risk.vulnerability) == ("Tenders", "A tender is rigged", Vulnerability.CONTRACTING)
    assert (risk.inherent, risk.residual, risk.controls, risk.control) == (
        (3, 4),
        (1, 4),
        "Open board",
        Control.OPERATING,
    )
