"""The action plan at the command line: from a gap to a draft article, in an open round and after it is sealed."""

import json
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree

import openpyxl
import pytest

from assessment.actions import Action
from assessment.own import with_questions
from assessment.plan import drafts, workbook
from kb.base.errors import ArushaError
from kb.base.interface import phrases
from kb.library.declaration import load
from kb.newsletter import folder

WHOLE = (
    *("--owner", "Internal Audit", "--start", "2026-01-01", "--due", "2026-12-31", "--resources", "Two posts"),
    *("--measure", "Rotate posts", "--indicator", "1: target=2; kind=outcome"),
)
ACTION = Action.model_validate(
    {"id": "a1", "origin": {"gaps": ["8.d.1"]}, "problem": "Known", "indicators": [{"text": "Level"}]}, strict=False
)


@pytest.fixture
def gaps(start, tmp_path):
    """An assessment with three gaps."""
    return start(tmp_path / "round.arusha", {"8.d.1": 1, "8.d.2": 0, "6.a.1": 3, "1.a.1": 4})


@pytest.fixture
def planned(arusha, gaps):
    """The same with one whole action, a1."""
    assert arusha("plan", "from-gap", gaps, "8.d.1", *WHOLE).exit_code == 0
    return gaps


def data(arusha, file, *options):
    result = arusha("plan", "list", file, "--format", "json", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_gap_drafts_the_criterion_reached_the_goal_and_an_indicator(arusha, gaps, bank):
    result = arusha("plan", "from-gap", gaps, "8.d.1")
    assert result.exit_code == 0, result.output
    (action,) = data(arusha, gaps)
    levels = bank.by_id["8.d.1"].levels
    assert action["id"] == "a1"
    assert action["origin"]["gaps"] == ["8.d.1"]
    assert action["elements"] == ["8.d"]
    assert levels[1].en in action["problem"]
    assert action["result"] == bank.by_id["8.d.1"].goal.en
    (indicator,) = action["indicators"]
    assert (indicator["baseline"], indicator["target"], indicator["direction"]) == (1, 3, "increase")
    assert indicator["kind"] == "output", "a rule in force is made, and changes nothing yet"
    assert indicator["unit"]
    assert indicator["source"]


def test_from_level_3_on_a_draft_aims_at_the_goal_and_the_criterion_of_level_4(arusha, gaps, bank):
    assert arusha("plan", "from-gap", gaps, "6.a.1").exit_code == 0
    (action,) = data(arusha, gaps)
    asked = bank.by_id["6.a.1"]
    assert action["result"] == f"{asked.goal.en}\n\n{asked.levels[4].en}"
    assert (action["indicators"][0]["baseline"], action["indicators"][0]["target"]) == (3, 4)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_question_without_a_goal_aims_at_its_level_3_and_never_at_a_criterion_of_defects(
    knowledge, stands, start, tmp_path, level
):
    assessment = stands(start(tmp_path / "f.arusha", {"8.d.1": level}))
    asked = assessment.by_id["8.d.1"].model_copy(update={"goal": None})
    older = replace(assessment, bank=with_questions(assessment.bank, [asked]))
    assert drafts.from_gap(older, "8.d.1", phrases("fr"))["result"] == asked.levels[3].fr


def test_a_draft_has_no_result_for_a_title_and_says_that_nobody_has_read_it(arusha, gaps, bank):
    """Its title says that the measure is to be named, in every form that has one, in both languages."""
    goal = bank.by_id["8.d.2"].goal.en
    added = arusha("plan", "from-gap", gaps, "8.d.2", "--due", "2999-01-01", "--start", "2026-01-01")
    assert "a1 added: Draft: Measure to be named (gap 8.d.2)" in added.stdout
    assert "Ébauche : Mesure à définir" in arusha("plan", "list", gaps, "--lang", "fr").stdout.replace("\u00a0", " ")
    assert "Look at it: it is still as the program drafted it" in arusha("plan", "check", gaps).stdout
    for form in ("p.ics", "p.svg"):
        command = ("export",) if form == "p.ics" else ("timeline",)
        assert arusha("plan", *command, gaps, "-o", gaps.parent / form).exit_code == 0
        text = (gaps.parent / form).read_text(encoding="utf-8").replace("\n ", "")
        assert "Draft: Measure to be named" in text
        assert goal[:40] not in text


CONFIRMED = {
    "a measure of their own": ("--measure", "Rotate posts"),
    "a confirmation": ("--confirm",),
}


@pytest.mark.parametrize("how", CONFIRMED.values(), ids=list(CONFIRMED))
def test_a_draft_is_published_only_once_a_person_gave_a_measure_or_confirmed_it(arusha, gaps, tmp_path, how):
    """Neither an owner nor a day nor a practice of others nor a “TBD” is a sign that somebody read what it says."""
    made = arusha("plan", "from-gap", gaps, "8.d.1", "--practice", "mu-surprise-visits", "--public", "--owner", "HR")
    assert "stays off the public page" in " ".join(made.stdout.split())
    arusha("plan", "edit", gaps, "a1", "--due", "2027-01-01", "--effort", "2")
    arusha("plan", "edit", gaps, "a1", "--measure", "TBD")

    def page():
        told = arusha("plan", "tracker", gaps, "-o", tmp_path / "public").stdout
        arusha("assess", "report", gaps, "--for", "public", "-o", tmp_path / "public.json")
        report = json.loads((tmp_path / "public.json").read_text(encoding="utf-8"))
        return " ".join(told.split()), (tmp_path / "public/index.html").read_text(encoding="utf-8"), report["actions"]

    told, tracker, report = page()
    assert "nobody has read what was drafted: a1" in told
    assert "No commitment has been made public yet" in tracker
    assert report == []
    assert arusha("plan", "edit", gaps, "a1", *how).exit_code == 0
    told, tracker, report = page()
    assert "nobody has read" not in told
    assert 'id="a1"' in tracker
    assert [each["id"] for each in report] == ["a1"]
    assert not report[0]["title"].startswith("Draft")


def test_a_practice_that_fills_a_measure_in_later_makes_a_draft_of_it(arusha, planned):
    arusha("plan", "edit", planned, "a1", "--confirm", "--measure", "")
    assert not data(arusha, planned)[0]["as_drafted"]
    arusha("plan", "edit", planned, "a1", "--practice", "mu-surprise-visits")
    assert data(arusha, planned)[0]["as_drafted"]


def test_a_draft_stays_one_in_the_plan_that_goes_on_after_the_seal(arusha, gaps, tmp_path):
    arusha("plan", "from-gap", gaps, "8.d.1", "--public")
    assert arusha("assess", "seal", gaps, "--yes").exit_code == 0
    assert arusha("plan", "new", tmp_path / "plan.arusha", "--from", gaps).exit_code == 0
    (action,) = data(arusha, tmp_path / "plan.arusha")
    assert (action["drafted"], action["as_drafted"]) == ("", True)


def test_top_takes_the_greatest_priorities_that_have_no_action(arusha, gaps):
    assert arusha("plan", "from-gap", gaps, "--top", "1").exit_code == 0
    assert arusha("plan", "from-gap", gaps, "--top", "5").exit_code == 0
    assert [action["origin"]["gaps"] for action in data(arusha, gaps)] == [["8.d.2"], ["8.d.1"], ["6.a.1"]]
    assert "No gap is left" in arusha("plan", "from-gap", gaps, "--top", "1").stdout


def test_a_practice_drafts_the_measure_and_is_cited_with_its_id(arusha, gaps, knowledge):
    assert arusha("plan", "from-gap", gaps, "8.d.1", "--practice", "mu-surprise-visits").exit_code == 0
    (action,) = data(arusha, gaps)
    practice = knowledge.practice_by_id["mu-surprise-visits"]
    assert practice.title.en in action["measure"]
    assert action["practices"][0]["id"] == practice.id
    assert practice.title.en in action["practices"][0]["citation"]


def test_a_risk_drafts_an_action_to_the_zone_below(arusha, gaps):
    added = arusha(
        *("assess", "risks", "add", gaps, "--process", "Release", "--text", "Bribes", "--vulnerability", "goods"),
        *("--likelihood", "4", "--impact", "5", "--element", "8.d"),
    )
    assert added.exit_code == 0, added.output
    assert arusha("plan", "from-risk", gaps, "r1").exit_code == 0
    (action,) = data(arusha, gaps)
    assert action["origin"]["risk"] == "r1"
    indicator = action["indicators"][0]
    assert (indicator["baseline"], indicator["target"], indicator["direction"]) == (20, 15, "at_most")
    shown = " ".join(arusha("plan", "priorities", gaps, "--effort", "8.d.2=5").stdout.split())
    name = load().elements["8.d"].short.en
    assert f"1. 8.d.2 ({name}): critical risk (r1: 20 of 25) · gap 4 (level 0) × weight 1 = 4 · effort 5" in shown
    assert (
        f"2. 8.d.1 ({name}): critical risk (r1: 20 of 25) · gap 3 (level 1) × weight 1 = 3 · effort not rated" in shown
    )


def test_priorities_in_json_give_the_numbers_they_come_from(arusha, gaps):
    found = json.loads(arusha("plan", "priorities", gaps, "--format", "json").stdout)
    assert [(each["question"], each["priority"]) for each in found] == [("8.d.2", 4), ("8.d.1", 3), ("6.a.1", 1)]
    assert [(each["rank"], each["tied"], each["risk_class"]) for each in found] == [(n, 1, None) for n in (1, 2, 3)]
    assert {each["effort_rated"] for each in found} == {False}


def test_gaps_that_tie_are_said_to_tie_and_what_is_cut_off_is_said_too(arusha, start, tmp_path):
    file = start(tmp_path / "f.arusha", {"1.a.1": 2, "1.a.2": 1, "2.a.1": 1, "8.d.1": 1})
    shown = " ".join(arusha("plan", "priorities", file).stdout.split())
    assert "3 questions share place 1: same class of risk, same gap × weight" in shown
    names = {key: element.short for key, element in load().elements.items()}
    assert re.findall(r"(\d=?\. \S+) \(([^)]*)\):", shown) == [
        ("1=. 1.a.2", names["1.a"].en),
        ("1=. 2.a.1", names["2.a"].en),
        ("1=. 8.d.1", names["8.d"].en),
        ("4. 1.a.1", names["1.a"].en),
    ]
    cut = " ".join(arusha("plan", "priorities", file, "--top", "2", "--lang", "fr").stdout.split())
    assert f"2.a.1 ({names['2.a'].fr})" in cut
    assert "3 questions sont à égalité au rang 1 ; affichées : 2" in cut
    drafted = " ".join(arusha("plan", "from-gap", file, "--top", "2").stdout.split())
    assert "share the place of the last one taken, and no action is under way for them: 8.d.1." in drafted
    assert "share the place" not in arusha("plan", "from-gap", file, "--top", "1").stdout


def test_editing_changes_what_is_named_and_an_empty_text_takes_content_out(arusha, planned):
    changed = arusha(
        "plan", "edit", planned, "a1", "--owner", "", "--effort", "2", "--indicator", "1: target=3; unit=steps"
    )
    assert changed.exit_code == 0, changed.output
    arusha(
        "plan", "edit", planned, "a1", "--indicator", "Posts rotated; of all; baseline=0; target=90; unit=%; source=HR"
    )
    (action,) = data(arusha, planned)
    assert (action["owner"], action["effort"], action["measure"]) == (None, 2, "Rotate posts")
    first, second = action["indicators"]
    assert (first["target"], first["unit"], first["baseline"]) == (3, "steps", 1)
    assert (second["text"], second["target"]) == ("Posts rotated; of all", 90)


def test_an_indicator_is_retired_with_a_reason_and_leaves_the_weights(arusha, planned):
    arusha("plan", "edit", planned, "a1", "--indicator", "Other; baseline=0; target=10; unit=%; source=s")
    arusha("plan", "progress", planned, "a1", "--date", "2026-03-01", "--value", "1=2", "--value", "2=0")
    assert data(arusha, planned)[0]["achievement"] == 50
    assert arusha("plan", "edit", planned, "a1", "--retire", "2=Too costly to count").exit_code == 0
    assert data(arusha, planned)[0]["achievement"] == 100
    assert "retired, Too costly to count" in arusha("plan", "show", planned, "a1").stdout


def test_monitoring_begins_an_action_and_a_result_as_of_an_earlier_day_leaves_it_out(arusha, planned):
    result = arusha("plan", "progress", planned, "a1", "--date", "2026-05-01", "--value", "1.5", "--note", "On its way")
    assert "achievement 50%; In progress" in result.stdout
    assert data(arusha, planned, "--as-of", "2026-04-30")[0]["achievement"] == 0
    arusha("plan", "progress", planned, "a1", "--date", "2026-06-01", "--value", "2", "--status", "done")
    (action,) = data(arusha, planned)
    assert (action["status"], action["ended"], action["achievement"]) == ("done", "2026-06-01", 100)
    assert [each["date"] for each in action["results"]] == ["2026-05-01", "2026-06-01"]
    history = arusha("assess", "history", planned).stdout
    assert "a1  Monitoring recorded (2026-05-01)" in history


def test_what_falls_behind_the_baseline_is_shown_as_such_in_every_form(arusha, planned, tmp_path):
    """Down from 40 % of complaints upheld, and then up: less than nothing is achieved, and no form says 0 %."""
    shares = "Cases delayed; baseline=40; target=10; unit=%; source=Register; direction=decrease; kind=outcome"
    arusha("plan", "edit", planned, "a1", "--retire", "1=Not measured", "--indicator", shares, "--public")
    told = arusha("plan", "progress", planned, "a1", "--date", "2026-03-01", "--value", "2=55")
    assert "achievement −50%" in told.stdout
    assert "−50%" in arusha("plan", "list", planned).stdout
    line = "down from 40 % to 10 %; 55 % on 1 March 2026; worse than the baseline (−50%)"
    assert line in " ".join(arusha("plan", "show", planned, "a1").stdout.split())
    arusha("plan", "tracker", planned, "-o", tmp_path / "public")
    page = (tmp_path / "public/index.html").read_text(encoding="utf-8")
    assert line in page
    assert "−50%" in page
    assert 'width="-' not in page
    for ending in ("ics", "docx", "json"):
        assert arusha("plan", "export", planned, "-o", tmp_path / f"p.{ending}").exit_code == 0
    assert "worse than the baseline (−50%)" in (tmp_path / "p.ics").read_text(encoding="utf-8").replace("\n ", "")
    assert json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["actions"][0]["achievement"] == -50
    arusha("plan", "export", planned, "-o", tmp_path / "p.xlsx")
    again = arusha("plan", "import", planned, tmp_path / "p.xlsx")
    assert re.fullmatch(r"[^\n]*changes nothing\.\n", again.stdout), "the achievement shown is as it was written"
    with zipfile.ZipFile(tmp_path / "p.docx") as parts:
        assert "worse than the baseline (−50%)" in parts.read("word/document.xml").decode()
    arusha("plan", "progress", planned, "a1", "--date", "2026-04-01", "--note", "Over", "--status", "done")
    arusha("plan", "article", planned, "a1", "-o", tmp_path / "art")
    body = folder.read_article(tmp_path / "art", "01-action-a1.md").body
    assert "from 40 % to 55 % on 1 March 2026 (target 10 %; worse than the baseline (−50%))" in body


def test_a_ceiling_that_is_held_counts_whole_and_is_said_to_be_one(arusha, planned):
    ceiling = "Days; baseline=5; target=5; unit=days; source=Log; direction=at most; tolerance=1; kind=Outcome"
    assert arusha("plan", "edit", planned, "a1", "--retire", "1=Not measured", "--indicator", ceiling).exit_code == 0
    arusha("plan", "progress", planned, "a1", "--date", "2026-03-01", "--value", "2=6")
    shown = " ".join(arusha("plan", "show", planned, "a1").stdout.split())
    assert "at most 5 days ± 1 (baseline 5 days); 6 days on 1 March 2026; held" in shown
    arusha("plan", "progress", planned, "a1", "--date", "2026-04-01", "--value", "2=7")
    shown = " ".join(arusha("plan", "show", planned, "a1", "--lang", "fr").stdout.split())
    assert "au plus 5 days ± 1 (au départ : 5 days)" in shown
    assert "non tenu" in shown
    assert data(arusha, planned)[0]["achievement"] == 0


def test_monitoring_says_what_looks_wrong_in_the_same_breath(arusha, planned):
    early = arusha("plan", "progress", planned, "a1", "--date", "2025-12-01", "--value", "2")
    assert early.exit_code == 0
    told = " ".join(early.stdout.split())
    assert "a1 Look at it: a result of 1 December 2025 lies before its start" in told
    assert "a1 Look at it: its targets are reached and it is still in progress" in told
    assert arusha("plan", "check", planned).exit_code == 1
    over = arusha("plan", "progress", planned, "a1", "--date", "2026-03-01", "--note", "Over", "--status", "done")
    assert "its targets are reached" not in " ".join(over.stdout.split())


def test_overdue_and_slipping_actions_are_listed_as_of_a_day(arusha, planned):
    arusha("plan", "progress", planned, "a1", "--date", "2026-01-05", "--value", "1")
    assert "No action is overdue" in arusha("plan", "overdue", planned, "--as-of", "2026-01-20").stdout
    assert "50% of its time is gone, 0% achieved" in arusha("plan", "overdue", planned, "--as-of", "2026-07-02").stdout
    assert "due on 31 December 2026, 1 day ago" in arusha("plan", "overdue", planned, "--as-of", "2027-01-01").stdout


def test_check_fails_with_a_remedy_for_each_finding_and_passes_a_whole_plan(arusha, planned):
    whole = arusha("plan", "check", planned)
    assert whole.exit_code == 0
    assert whole.stdout.startswith("1 open action: complete, and an outcome is measured.")
    arusha(
        "plan",
        "add",
        planned,
        "--problem",
        "No channel",
        "--decision",
        "Board",
        "--indicator",
        "Calls; baseline=0; target=5",
    )
    result = arusha("plan", "check", planned)
    assert result.exit_code == 1
    assert "a2  Not complete: indicator 1 has no unit; give it with --indicator “1: unit=…”" in result.stdout
    assert "a2  Not complete: no due day" in result.stdout
    assert "a2  Not SMART: no indicator measures an outcome" in result.stdout
    french = arusha("plan", "check", planned, "--lang", "fr").stdout
    assert "l’indicateur 1 n’a pas d’unité" in french


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("edit", "a1", "--start", "2027-01-01"), ["a1", "is due on 2026-12-31, before it starts on 2027-01-01"]),
        (("edit", "a1", "--due", "2026-02-30"), ["due", "is not a day written YYYY-MM-DD"]),
        (("edit", "a1"), ["nothing to change"]),
        (("edit", "a9", "--owner", "x"), ["“a9” is no action here"]),
        (("edit", "a1", "--owner", "x" * 301), ["owner", "has 301 characters, and 300 are the most"]),
        (("edit", "a1", "--indicator", "3: target=1"), ["there is no indicator 3"]),
        (("edit", "a1", "--indicator", "target=1"), ["does not say what is measured"]),
        (("edit", "a1", "--indicator", "x; target=many"), ["'many' is not a number"]),
        (("edit", "a1", "--retire", "1"), ["with a reason"]),
        (("edit", "a1", "--element", "1.z"), ["“1.z” is no element"]),
        (("edit", "a1", "--practice", "nothing"), ["is no practice of the knowledge base"]),
        (("edit", "a1", *(["--indicator", "x"] * 5)), ["has 6 indicators at work, and 5 are the most"]),
        (("progress", "a1", "--value", "9=1"), ["names no indicator at work", "the numbers are 1"]),
        (("progress", "a1", "--value", "x"), ["'x' is not a number"]),
        (("progress", "a1", "--date", "2999-01-01", "--value", "1"), ["lies ahead"]),
        (("progress", "a1"), ["nothing was found"]),
        (("from-gap", "1.a.1"), ["stands at level 4"]),
        (("from-gap", "1.a.2"), ["has no level"]),
        (("from-gap", "99"), ["is not a question here"]),
        (("from-gap",), ["name a question"]),
        (("from-risk", "r1"), ["“r1” is no open risk here"]),
        (("add", "--problem", "x"), ["comes from a gap, a risk or a decision"]),
        (("add", "--decision", "x"), ["needs a problem"]),
        (("add", "--problem", "x", "--gap", "1.a.99"), ["is not a question"]),
        (("add", "--problem", "x", "--risk", "r7"), ["“r7” is no risk here"]),
        (("priorities", "--effort", "8.d.1=9"), ["is no question with an effort of 1 to 5"]),
        (("list", "--as-of", "tomorrow"), ["“tomorrow” is not a day"]),
        (("export", "-o", "plan.doc"), ["give one of .xlsx"]),
        (("article", "a1", "-o", "art"), ["a1 is not done"]),
        (("article", "a1", "-o", "art.md"), ["art.md: is the name of a file", "leave .md out"]),
        (("tracker", "-o", "new.html"), ["new.html: is the name of a file", "leave .html out"]),
        (("edit", "a1", "--indicator", "1: direction=sideways"), ["indicators.0.direction", "'at_most'"]),
        (("edit", "a1", "--indicator", "1: tolerance=-1"), ["indicators.0.tolerance", "greater than or equal to 0"]),
        (("edit", "a1", "--indicator", "1: tolerance=1"), ["is to increase", "meets its target 2 already"]),
        (
            ("edit", "a1", "--indicator", "1: target=0"),
            ["is to increase, and its baseline 1 meets its target 0 already"],
        ),
    ],
)
def test_bad_input_is_refused_in_one_sentence(arusha, refused, planned, words, parts):
    before = data(arusha, planned)
    command, *rest = words
    refused(arusha("plan", command, planned, *rest), *parts)
    assert data(arusha, planned) == before


def test_a_person_is_no_owner(arusha, refused, planned):
    arusha("assess", "people", "add", planned, "--unit", "Ports")
    refused(arusha("plan", "edit", planned, "a1", "--owner", "p1"), "an action belongs to a unit or a post")


def test_any_script_and_any_code_stays_text_in_every_file(arusha, planned, tmp_path):
    odd = ("=HYPERLINK(1)", "مديرية", "海关廉政", "{{x}} <b> #let \\input")
    for text in odd:
        done = arusha(
            "plan", "add", planned, "--problem", text, "--decision", text, "--owner", text, "--due", "2027-01-01"
        )
        assert done.exit_code == 0, done.output
    for ending in ("xlsx", "docx", "ics", "csv", "json"):
        assert arusha("plan", "export", planned, "-o", tmp_path / f"p.{ending}").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "p.xlsx")["Actions"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.value for cell in cells} >= {*odd}
    assert "f" not in {cell.data_type for cell in cells}


def test_exports_are_the_same_bytes_each_time(arusha, planned, tmp_path):
    arusha("plan", "progress", planned, "a1", "--date", "2026-05-01", "--value", "1.5")
    for ending in ("xlsx", "docx", "ics", "csv", "json"):
        for name in ("one", "two"):
            assert arusha("plan", "export", planned, "-o", tmp_path / f"{name}.{ending}").exit_code == 0
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes(), ending


def test_cells_are_typed_headings_stay_and_rows_can_be_filtered(arusha, planned, tmp_path):
    arusha("plan", "export", planned, "-o", tmp_path / "p.xlsx")
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    assert book.sheetnames == ["Actions", "Indicators", "Monitoring", "About"]
    sheet = book["Actions"]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet[f"{heads['Due']}2"].is_date
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref
    assert book["Indicators"]["D2"].data_type == "n"


@pytest.fixture
def book(arusha, planned, tmp_path):
    """The plan's workbook with some cells set, and where it lies: `book(("Actions", "G2", "HR"))`."""

    def make(*cells):
        path = tmp_path / "p.xlsx"
        assert arusha("plan", "export", planned, "-o", path).exit_code == 0
        opened = openpyxl.load_workbook(path)
        for sheet, place, value in cells:
            opened[sheet][place] = value
        opened.save(path)
        return path

    return make


def test_a_workbook_unchanged_changes_nothing(arusha, planned, book):
    assert "changes nothing" in arusha("plan", "import", planned, book()).stdout


def test_each_change_is_shown_before_it_is_taken(arusha, planned, book):
    path = book(
        ("Actions", "G2", "=1+1 “HR”"[1:]), ("Actions", "L2", "Done"), ("Actions", "M2", "2026-06-30"), ("Indicators", "E2", 3.5),
        ("Indicators", "A3", "a1"), ("Indicators", "B3", 2), ("Indicators", "C3", "Visits"),
    )  # fmt: skip
    before = data(arusha, planned)
    shown = arusha("plan", "import", planned, path, typed="n\n")
    assert shown.exit_code == 1
    for line in (
        "a1 · Responsible unit: “Internal Audit” → ",
        "a1 · Status: Not started → Done",
        "a1, indicator 1 · Target: “2” → “3.5”",
    ):
        assert line in shown.stdout
    assert "a1, indicator 2 · Indicator: (blank) → “Visits”" in shown.stdout
    assert data(arusha, planned) == before
    assert arusha("plan", "import", planned, path, "--yes").exit_code == 0
    (action,) = data(arusha, planned)
    assert (action["status"], action["ended"], action["indicators"][0]["target"]) == ("done", "2026-06-30", 3.5)
    assert action["indicators"][1]["text"] == "Visits"
    assert "changes nothing" in arusha("plan", "import", planned, path).stdout


def test_a_french_workbook_is_read_in_any_language(arusha, planned, tmp_path):
    path = tmp_path / "p.xlsx"
    arusha("plan", "export", planned, "-o", path, "--lang", "fr")
    opened = openpyxl.load_workbook(path)
    opened["Actions"]["L2"] = "En cours"
    opened.save(path)
    assert arusha("plan", "import", planned, path, "--yes").exit_code == 0
    assert data(arusha, planned)[0]["status"] == "in_progress"


def test_an_older_workbook_is_said_to_be_older(arusha, planned, book):
    path = book(("Actions", "G2", "HR"))
    arusha("plan", "edit", planned, "a1", "--effort", "2")
    assert "The plan has 1 newer entry" in arusha("plan", "import", planned, path, "--yes").stdout


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        (("Actions", "A2", "a7"), ["Actions, row 2, column A (Action)", "“a7” is no action of this plan"]),
        (
            ("Actions", "A2", None),
            ["Actions, row 2, column A", "has the problem and the measure of a1; write a1 there"],
        ),
        (("Actions", "G1", "Boss"), ["Actions, row 1, column G", "the heading was “Responsible unit”"]),
        (("Actions", "J2", "31.12.2026"), ["Actions, row 2, column J (Due)", "is not a day; write it as YYYY-MM-DD"]),
        (("Actions", "J2", "2025-01-01"), ["a1", "is due on 2025-01-01, before it starts on 2026-01-01"]),
        (("Actions", "D2", None), ["column D (Problem)", "is blank"]),
        (("Actions", "G2", "=1+1"), ["column G", "holds a formula"]),
        (("Actions", "L2", "Nearly"), ["column L (Status)", "is not one of the words there"]),
        (("Actions", "O2", 2.5), ["column O", "is not a whole number"]),
        (("Indicators", "D2", "many"), ["Indicators, row 2, column D (Baseline)", "is not a number"]),
        (("Indicators", "B2", 4), ["column B (No.)", "is not the next free number"]),
        (("Indicators", "C2", None), ["column C (Indicator)", "is blank"]),
        (("Monitoring", "A2", "a1"), ["Monitoring, row 2, column B (Date)", "is blank; give the day"]),
    ],
)
def test_a_workbook_that_cannot_be_taken_is_refused_with_sheet_row_and_column(
    arusha, refused, planned, book, cell, parts
):
    before = data(arusha, planned)
    refused(arusha("plan", "import", planned, book(cell), "--yes"), *parts)
    assert data(arusha, planned) == before


@pytest.fixture
def sealed(arusha, planned):
    assert arusha("assess", "seal", planned, "--yes").exit_code == 0
    return planned


@pytest.fixture
def later_plan(arusha, sealed, tmp_path):
    """A plan that goes on after its round was sealed."""
    path = tmp_path / "plan.arusha"
    result = arusha("plan", "new", path, "--from", sealed)
    assert result.exit_code == 0, result.output
    return path


def test_a_sealed_round_takes_no_action_and_says_where_its_plan_goes_on(arusha, refused, sealed):
    refused(arusha("plan", "edit", sealed, "a1", "--effort", "2"), "arusha plan new PLAN.arusha --from")
    assert data(arusha, sealed)[0]["id"] == "a1"


def test_a_plan_goes_on_with_ids_gaps_and_the_fingerprint_of_its_round(arusha, sealed, later_plan, tmp_path):
    fingerprint = re.search(r"[0-9a-f]{64}", arusha("assess", "verify", sealed).stdout)[0]
    assert data(arusha, later_plan) == data(arusha, sealed)
    assert arusha("plan", "from-gap", later_plan, "8.d.2").exit_code == 0
    assert [action["id"] for action in data(arusha, later_plan)] == ["a1", "a2"]
    before = arusha("plan", "priorities", sealed, "--format", "json").stdout
    again = json.loads(arusha("plan", "priorities", later_plan, "--format", "json").stdout)
    assert [each["priority"] for each in again] == [each["priority"] for each in json.loads(before)]
    arusha("plan", "export", later_plan, "-o", tmp_path / "p.json")
    assert json.loads((tmp_path / "p.json").read_text())["round"] == fingerprint
    assert "the chain is whole" in arusha("assess", "verify", later_plan).stdout


def test_a_plan_is_no_assessment_and_an_open_round_needs_no_plan_of_its_own(
    arusha, refused, gaps, planned, later_plan, tmp_path, start
):
    refused(arusha("assess", "score", later_plan), "this file is a plan")
    refused(arusha("plan", "new", tmp_path / "x.arusha", "--from", later_plan), "is a plan already")
    refused(arusha("plan", "new", tmp_path / "x.arusha", "--from", start(tmp_path / "open.arusha")), "not sealed yet")
    assert not (tmp_path / "x.arusha").exists()


def test_a_plan_can_be_exchanged_whole(arusha, later_plan, tmp_path):
    arusha("plan", "progress", later_plan, "a1", "--date", "2026-05-01", "--value", "1.5")
    assert arusha("assess", "export", later_plan, "-o", tmp_path / "p.json").exit_code == 0
    taken = arusha("assess", "import", tmp_path / "p.json", tmp_path / "again.arusha")
    assert taken.exit_code == 0, taken.output
    assert data(arusha, tmp_path / "again.arusha") == data(arusha, later_plan)


def test_effect_sets_done_elements_beside_a_later_round_and_claims_no_cause(
    arusha, refused, sealed, later_plan, start, tmp_path
):
    later = start(tmp_path / "later.arusha", {"8.d.1": 3, "8.d.2": 2, "6.a.1": 3, "1.a.1": 4})
    assert "nothing to follow" in arusha("plan", "effect", later_plan, later, "--round", sealed).stdout
    arusha("plan", "progress", later_plan, "a1", "--date", "2026-05-01", "--value", "2", "--status", "done")
    refused(arusha("plan", "effect", later_plan, later), "name the file of its sealed round with --round")
    refused(arusha("plan", "effect", later_plan, later, "--round", later), "is not the round of this plan")
    shown = arusha("plan", "effect", later_plan, later, "--round", sealed)
    assert shown.exit_code == 0, shown.output
    (row,) = [line for line in shown.stdout.splitlines() if line.startswith("8.d ")]
    assert re.search(r"a1 +12\.5 +62\.5 +up$", row)
    assert "does not say that the actions caused it" in " ".join(shown.stdout.split())


def test_pictures_are_written_and_an_assessment_is_never_overwritten(arusha, refused, planned, tmp_path):
    for name in ("timeline", "burnup"):
        assert arusha("plan", name, planned, "-o", tmp_path / f"{name}.svg", "--as-of", "2026-06-01").exit_code == 0
        assert 'role="img"' in (tmp_path / f"{name}.svg").read_text()
        refused(arusha("plan", name, planned, "-o", planned), "would overwrite")
    assert data(arusha, planned)


def test_the_tracker_shows_only_what_was_made_public(arusha, planned, tmp_path, page):
    arusha("plan", "tracker", planned, "-o", tmp_path / "public")
    assert "No commitment has been made public yet" in (tmp_path / "public" / "index.html").read_text()
    shown = arusha("plan", "edit", planned, "a1", "--public")
    assert "Read them before you publish" in " ".join(shown.stdout.split())
    arusha("plan", "tracker", planned, "-o", tmp_path / "public")
    for name in ("index.html", "fr/index.html"):
        text = (tmp_path / "public" / name).read_text(encoding="utf-8")
        assert """content="default-src 'none'; style-src 'sha256-""" in text
        assert "unsafe-inline" not in text
        read = page(text)
        assert "Rotate posts" in read.text
        assert "Two posts" not in read.text


@pytest.fixture
def done(arusha, planned):
    arusha("plan", "edit", planned, "a1", "--practice", "mu-surprise-visits")
    arusha(
        "plan",
        "progress",
        planned,
        "a1",
        "--date",
        "2026-05-01",
        "--value",
        "2",
        "--status",
        "done",
        "--note",
        "# Done",
        "--remark",
        "Hush",
    )
    return planned


def test_a_finished_action_becomes_a_draft_article_with_its_ids(arusha, refused, done, tmp_path):
    arusha("plan", "edit", done, "a1", "--confirm", "--measure", "")
    refused(
        arusha("plan", "article", done, "a1", "-o", tmp_path / "art", "--internal"), "a1 does not say what was done"
    )
    arusha("plan", "edit", done, "a1", "--practice", "mu-surprise-visits")
    refused(arusha("plan", "article", done, "a1", "-o", tmp_path / "art", "--internal"), "nobody has read it")
    arusha("plan", "edit", done, "a1", "--measure", "Rotate posts")
    refused(arusha("plan", "article", done, "a1", "-o", tmp_path / "art"), "a1 is not public")
    assert arusha("plan", "article", done, "a1", "-o", tmp_path / "inside", "--internal").exit_code == 0
    arusha("plan", "edit", done, "a1", "--public")
    assert arusha("plan", "article", done, "a1", "-o", tmp_path / "art").exit_code == 0
    article = folder.read_article(tmp_path / "art", "01-action-a1.md")
    assert article.head.action == folder.Trace(id="a1", gaps=("8.d.1",), practices=("mu-surprise-visits",))
    assert article.head.state == "received"
    for part in (
        "## The problem",
        "## What was done\n\nRotate posts\n\n## Results\n\nThe aim was: ",
        "## Practices consulted",
        "Period: 1 January 2026 to 1 May 2026.",
    ):
        assert part in article.body
    assert "(target 2 level (0–4); fully achieved)" in article.body
    assert "\\# Done" in article.body
    assert "Hush" not in article.body
    refused(arusha("plan", "article", done, "a1", "-o", tmp_path / "art"), "there is such a file already")


def test_an_edition_takes_the_article_as_its_last(arusha, refused, done, tmp_path):
    edition = tmp_path / "edition"
    folder.write_edition(edition, folder.EditionHead(title=folder.Titles(en="Edition")))
    arusha("plan", "edit", done, "a1", "--public")
    assert arusha("plan", "article", done, "a1", "-o", edition).exit_code == 0
    read = folder.read(edition)
    assert read.head.articles == ("01-action-a1",)
    assert read.articles[0].head.action.id == "a1"
    refused(arusha("plan", "article", done, "a1", "-o", edition), "tells of a1 already")


MADE_BY_EXCEL = {
    "a date of 3/4": (date(2026, 4, 3), "d-mmm"),
    "a number of 0042": (42, "General"),
    "a number of 1E5": (100000.0, "0.00E+00"),
    "a number of sixteen digits": (1234567890123450.0, "General"),
    "a part of 50 %": (0.5, "0%"),
    "a time of 7:30": (time(7, 30), "h:mm"),
    "hours of 30:00": (timedelta(hours=30), "[h]:mm"),
    "a date and time": (datetime(2026, 4, 3, 7, 30), "yyyy-mm-dd h:mm"),
    "a truth of TRUE": (True, "General"),
}
TEXT_CELLS = [("Actions", f"{letter}2") for letter in "CDEFGHPQR"] + [("Indicators", f"{letter}2") for letter in "CFGI"]


@pytest.mark.parametrize(("value", "form"), MADE_BY_EXCEL.values(), ids=list(MADE_BY_EXCEL))
def test_what_excel_made_of_a_text_is_refused_in_every_column_of_texts(planned, book, tmp_path, value, form):
    path = book()
    for sheet, place in TEXT_CELLS:
        opened = openpyxl.load_workbook(path)
        opened[sheet][place] = value
        opened[sheet][place].number_format = form
        changed = tmp_path / "changed.xlsx"
        opened.save(changed)
        with pytest.raises(
            ArushaError, match=rf"{sheet}, row 2, column {place[0]} .*where a text belongs.*format the cell as text"
        ):
            workbook.read(changed)


def test_the_columns_of_texts_are_texts_in_the_workbook_beyond_its_rows_too(book):
    opened = openpyxl.load_workbook(book())
    for sheet, place in TEXT_CELLS:
        assert opened[sheet][place].number_format == "@"
        assert opened[sheet].column_dimensions[place[0]].width
    with zipfile.ZipFile(book()) as parts:
        columns = ElementTree.fromstring(parts.read("xl/worksheets/sheet2.xml")).find("{*}cols")
        styles = ElementTree.fromstring(parts.read("xl/styles.xml")).find("{*}cellXfs")
    assert columns is not None
    assert styles is not None
    forms = {int(each.get("min", 0)): styles[int(each.get("style", 0))].get("numFmtId") for each in columns}
    assert [forms[column] for column in (3, 6, 7, 9)] == ["49"] * 4  # Excel's own number for text


def test_texts_that_look_like_something_else_come_back_as_they_were(arusha, planned, book):
    for text in ("0042", "3/4", "1E5", "TRUE", "50%", "7:30", "1234567890123456789", "_x0041_"):
        assert arusha("plan", "edit", planned, "a1", "--owner", f"Unit {text}", "--resources", text).exit_code == 0
        assert "changes nothing" in arusha("plan", "import", planned, book()).stdout, text
    path = book(("Actions", "G2", "0042"), ("Indicators", "F2", "3/4"))
    assert arusha("plan", "import", planned, path, "--yes").exit_code == 0
    (action,) = data(arusha, planned)
    assert (action["owner"], action["indicators"][0]["unit"]) == ("0042", "3/4")


def test_a_percentage_in_a_column_of_numbers_is_refused(arusha, refused, planned, book):
    path = book(("Indicators", "E2", 0.5))
    opened = openpyxl.load_workbook(path)
    opened["Indicators"]["E2"].number_format = "0%"
    opened.save(path)
    refused(
        arusha("plan", "import", planned, path, "--yes"),
        "column E (Target)",
        "is a percentage",
        "write 50 and not 50 %",
    )


def test_the_odd_line_breaks_of_a_workbook_are_line_breaks(arusha, planned, book):
    odd = "one_x000D_\ntwo_x000B_three\u2028four\u0085five_x000C_six_x0007_"
    path = book(("Actions", "P2", odd), ("Actions", "G2", odd))
    assert arusha("plan", "import", planned, path, "--yes").exit_code == 0
    (action,) = data(arusha, planned)
    assert action["resources"] == "one\ntwo\nthree\nfour\nfive\nsix"
    assert action["owner"] == "one two three four five six"
