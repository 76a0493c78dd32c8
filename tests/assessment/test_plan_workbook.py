"""The plan's workbook comes back merged: what its owners changed counts, what others changed stays, and nothing is guessed."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.actions import Action
from assessment.plan import changes, merging, workbook
from assessment.plan.sheets import ACTIONS, INDICATORS, fields, indicator_fields
from assessment.replay import Replay
from assessment.storing.sqlite import AssessmentFile
from kb.base.errors import ArushaError
from kb.base.interface import phrases
from kb.library.knowledge import load

DAY = "2026-11-28"
ODD = "=1+1\n“0042”  a\u00a0b\n\n海关 مديرية _x0041_"


@pytest.fixture(scope="module")
def made(arusha, tmp_path_factory):
    """A round with three actions of one indicator each; a2 is monitored."""
    path = tmp_path_factory.mktemp("made") / "round.arusha"
    assert arusha("assess", "new", path, "--administration", "Testland").exit_code == 0
    for problem, measure in (("No rotation", "Rotate posts"), ("No hotline", "Open a line"), (ODD, "Plan audits")):
        whole = (
            "--owner",
            "0042",
            "--start",
            "2026-01-01",
            "--due",
            "2026-12-31",
            "--resources",
            ODD,
            "--risks",
            "3/4",
        )
        measured = "Posts; baseline=0.1; target=40; unit=%; source=1E5"
        words = ("--problem", problem, "--measure", measure, "--decision", "Board", *whole, "--indicator", measured)
        assert arusha("plan", "add", path, *words).exit_code == 0
    words = ("--date", "2026-02-01", "--value", "5", "--note", "Begun", "--remark", ODD, "--by", "0042")
    assert arusha("plan", "progress", path, "a2", *words).exit_code == 0
    return path


@pytest.fixture
def plan(made, tmp_path):
    """A copy of it."""
    return shutil.copy(made, tmp_path / "round.arusha")


@pytest.fixture(scope="module")
def exported(arusha, made):
    """Its workbook, in English and in French."""
    found = {language: made.with_name(f"{language}.xlsx") for language in ("en", "fr")}
    for language, path in found.items():
        assert arusha("plan", "export", made, "-o", path, "--lang", language).exit_code == 0
    return found


@pytest.fixture
def book(exported, tmp_path):
    """The workbook with some cells set: `book({"Actions": {"G2": "HR"}})`; or as a function changes it."""

    def make(change, name="plan.xlsx", language="en", source=None):
        opened = openpyxl.load_workbook(source or exported[language])
        if callable(change):
            change(opened)
        else:
            for sheet, cells in change.items():
                for place, value in cells.items():
                    opened[sheet][place] = value
        opened.save(tmp_path / name)
        return tmp_path / name

    return make


def actions(arusha, file):
    result = arusha("plan", "list", file, "--format", "json")
    assert result.exit_code == 0, result.output
    return {each["id"]: each for each in json.loads(result.stdout)}


def taken(file, path, count_workbook=True):
    """What a workbook comes to in a file, without a command: the actions after it, and the notes. Raises ArushaError."""
    with AssessmentFile.open(file) as opened:
        seen = Replay(opened, lambda: load().bank, plan=True).assessment()
        held = workbook.read(path)
        merged = merging.merge(held, merging.made_from(held, opened, load().bank), seen.actions)
    decided = merged.decided(lambda _: count_workbook)
    entries = changes.take(seen, changes.Desk(load(), phrases("en")), seen.actions, decided, DAY)
    after = dict(seen.actions)
    for entry in entries:
        if isinstance(entry, Action):
            after[entry.id] = entry
    return after, [note.in_words(phrases("en")) for note in merged.notes], entries


def test_a_merged_cell_is_refused_for_its_merge_has_blanked_it(plan, book):
    path = book(lambda opened: opened["Actions"].merge_cells("G2:G3"))
    assert "Actions, row 3, column G (Responsible unit): is merged with another" in sentence(plan, path)


def sentence(file, path):
    with pytest.raises(ArushaError) as caught:
        taken(file, path)
    return str(caught.value)


def test_the_workbooks_of_two_owners_both_count_and_blank_nothing(arusha, plan, book):
    one = book(
        {"Actions": {"F4": "Plan them by risk", "G4": "Audit", "I4": datetime(2026, 3, 1), "J4": "2027-06-30"}},
        "1.xlsx",
    )
    two = book({"Actions": {"L2": "In progress"}}, "2.xlsx")
    before = actions(arusha, plan)
    assert arusha("plan", "import", plan, one, "--yes").exit_code == 0
    second = arusha("plan", "import", plan, two, "--yes")
    assert "a1 · Status: Not started → In progress\n1 change" in second.stdout
    after = actions(arusha, plan)
    changed = {"measure": "Plan them by risk", "owner": "Audit", "start": "2026-03-01", "due": "2027-06-30"}
    assert {name: after["a3"][name] for name in changed} == changed
    assert after["a3"]["resources"] == before["a3"]["resources"]
    assert after["a1"]["status"] == "in_progress"
    assert after["a2"] == before["a2"]
    for path in (one, two):
        assert "changes nothing" in arusha("plan", "import", plan, path, "--yes").stdout


def test_a_field_that_both_sides_changed_is_asked_about_and_never_taken_unasked(arusha, refused, plan, book):
    path = book({"Actions": {"G2": "Ports", "P2": "One post"}, "Indicators": {"E2": 50}})
    assert arusha("plan", "edit", plan, "a1", "--owner", "Audit", "--indicator", "1: target=60").exit_code == 0
    before = actions(arusha, plan)
    refused(
        arusha("plan", "import", plan, path, "--yes"),
        "2 fields clash; say with --keep",
        "a1 · Responsible unit was changed on both sides: “0042”, then in the plan “Audit”, in the workbook “Ports”",
        "a1, indicator 1 · Target was changed on both sides: “40”, then in the plan “60”, in the workbook “50”",
    )
    for typed in ("", "w\n", "w\np\n", "w\np\nn\n", "what\n"):
        assert arusha("plan", "import", plan, path, typed=typed).exit_code == 1
        assert actions(arusha, plan) == before
    assert arusha("plan", "import", plan, path, typed="w\np\ny\n").exit_code == 0
    after = actions(arusha, plan)["a1"]
    assert (after["owner"], after["resources"], after["indicators"][0]["target"]) == ("Ports", "One post", 60)


@pytest.mark.parametrize(("side", "owner"), [("plan", "Audit"), ("workbook", "Ports")])
def test_one_side_can_be_given_for_every_clash(arusha, plan, book, side, owner):
    path = book({"Actions": {"G2": "Ports", "P2": "One post"}})
    assert arusha("plan", "edit", plan, "a1", "--owner", "Audit").exit_code == 0
    assert arusha("plan", "import", plan, path, "--yes", "--keep", side).exit_code == 0
    after = actions(arusha, plan)["a1"]
    assert (after["owner"], after["resources"]) == (owner, "One post")


VALUES = {
    **{"owner": ("A", "B", "C", None), "result": ("A", "B", None), "effort": (1, 2, None), "public": (True, False)},
    **{"co_owners": (["A"], ["A", "B"], None), "horizon": ("short", "long", None), "due": ("2026-01-01", "2027-01-01")},
}
SOME = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})
TARGET = st.sampled_from([None, Decimal(1), Decimal("2.5")])


def stated(given_fields, target):
    body = {name: value for name, value in given_fields.items() if value is not None}
    body |= {"id": "a1", "origin": {"decision": "D"}, "problem": "P", "indicators": [{"text": "I", "target": target}]}
    return Action.model_validate(body, strict=False)


def held_rows(action):
    def row(columns, values):
        return workbook.Row("p.xlsx", "S", 2, {column.name: ("A", "A") for column in columns}, values)

    shown = {column.name: None for column in ACTIONS if column.kind == "fixed"}
    measured = {"id": "a1", "number": 1, **indicator_fields(action.indicators[0])}
    sheets = {
        "actions": (row(ACTIONS, {"id": "a1", **shown, **fields(action)}),),
        "indicators": (row(INDICATORS, measured),),
    }
    return workbook.Workbook("en", sheets, 1, None, ())


@settings(max_examples=200, deadline=None, derandomize=True)
@given(SOME, SOME, SOME, TARGET, TARGET, TARGET)
def test_each_field_is_that_of_the_side_that_changed_it(base, ours, theirs, old, here, there):
    then, now, told = stated(base, old), stated(ours, here), stated(theirs, there)
    merged = merging.merge(held_rows(told), {"a1": then}, {"a1": now})
    sides = [fields(each) | {"target": each.indicators[0].target} for each in (then, now, told)]
    clashing = {name for name, (a, b, c) in columns(sides) if a != b and a != c and b != c}
    assert {edit.field for edit in merged.edits if edit.clash} == clashing
    for wins in (1, 2):
        after = merged.decided(lambda _, wins=wins: wins == 2).stated("a1", now.as_body())
        got = Action.model_validate(after, strict=False)
        expected = {name: v[wins] if name in clashing else v[2] if v[2] != v[0] else v[1] for name, v in columns(sides)}
        assert fields(got) | {"target": got.indicators[0].target} == expected


def columns(sides):
    return [(name, [side[name] for side in sides]) for name in sides[0]]


def test_monitoring_comes_in_as_progress_does_and_once_only(arusha, plan, book):
    rows = {"A3": "a1", "B3": datetime(2026, 5, 1), "D3": 12.5, "E3": "On its way", "G3": "HR"}
    path = book({"Monitoring": rows | {"A4": "A2 ", "B4": "2026-05-02", "E4": "Words alone"}})
    shown = arusha("plan", "import", plan, path, "--yes").stdout
    assert "a1 · monitoring of 2026-05-01, row 3: indicator 1 = 12.5; “On its way”" in shown
    assert "a1 · Status: Not started → In progress" in shown
    after = actions(arusha, plan)
    assert after["a1"]["status"] == "in_progress"
    assert after["a1"]["results"] == [
        {"date": "2026-05-01", "values": {"1": 12.5}, "note": "On its way", "remark": "", "by": "HR"}
    ]
    assert [each["note"] for each in after["a2"]["results"]] == ["Begun", "Words alone"]
    assert "changes nothing" in arusha("plan", "import", plan, path, "--yes").stdout
    assert actions(arusha, plan) == after


def test_rows_of_one_monitoring_are_one_entry(plan, book):
    rows = {"Indicators": {"A5": "a1", "B5": 2, "C5": "Visits"}}
    rows["Monitoring"] = {
        "A3": "a1",
        "B3": "2026-05-01",
        "C3": 1,
        "D3": 2,
        "A4": "a1",
        "B4": "2026-05-01",
        "C4": 2,
        "D4": 3,
    }
    entries = taken(plan, book(rows))[2]
    assert [each.values for each in entries if hasattr(each, "values")] == [{"1": 2, "2": 3}]


MONITORED = {"A3": "a1", "B3": "2026-05-01", "C3": 1, "D3": 5}
REFUSED = {
    "a day ahead": (
        {"Monitoring": MONITORED | {"B3": "2999-01-01"}},
        "Monitoring, row 3, column B (Date): 2999-01-01 lies",
    ),
    "no day": ({"Monitoring": MONITORED | {"B3": None}}, "Monitoring, row 3, column B (Date): is blank; give the day"),
    "no value": ({"Monitoring": MONITORED | {"D3": None}}, "row 3, column D (Value): is blank; give the value"),
    "no such indicator": (
        {"Monitoring": MONITORED | {"C3": 3}},
        "row 3, column C (No.): a1 has no such indicator at work; the",
    ),
    "nothing": ({"Monitoring": {"A3": "a1", "B3": "2026-05-01"}}, "Monitoring, row 3: says neither a value nor words"),
    "an unknown action": (
        {"Monitoring": MONITORED | {"A3": "a9"}},
        "row 3, column A (Action): “a9” is no action of this",
    ),
    "a result changed": ({"Monitoring": {"D2": 50}}, "Monitoring, row 2: tells otherwise what was monitored already"),
    "twice": (
        {"Monitoring": MONITORED | {"A4": "a1", "B4": "2026-05-01", "C4": 1, "D4": 6}},
        "Monitoring, row 4, column C (No.): indicator 1 of a1 is given twice",
    ),
    "an id made up": (
        {"Actions": {"A5": "a77", "D5": "New"}},
        "Actions, row 5, column A (Action): “a77” is no action of this",
    ),
    "no origin": (
        {"Actions": {"D5": "New"}},
        "Actions, row 5, column B (Comes from): is blank; say what the new action",
    ),
    "no problem": ({"Actions": {"B5": "8.d.1"}}, "Actions, row 5, column D (Problem): is blank"),
    "no such question": (
        {"Actions": {"B5": "1.a.99", "D5": "New"}},
        "row 5, column B (Comes from): “1.a.99” is not a question",
    ),
    "no such risk": ({"Actions": {"B5": "r9", "D5": "New"}}, "Actions, row 5, column B (Comes from): “r9” is no risk"),
    "an id taken out": (
        {"Actions": {"A3": None}},
        "Actions, row 3, column A (Action): names no action, but the row has",
    ),
    "an id filled down": ({"Actions": {"A3": "a1"}}, "Actions, row 3, column A (Action): a1 stands twice"),
    "a new name twice": (
        {"Actions": {"A5": "new 1", "B5": "B", "D5": "x", "A6": "New 1", "B6": "B", "D6": "y"}},
        "Actions, row 6, column A (Action): New 1 stands twice",
    ),
    "an end without its status": (
        {"Actions": {"M2": "2026-05-01"}},
        "Actions, row 2, column M (Ended): is a day on which a1",
    ),
    "a text too long": (
        {"Indicators": {"F3": "x" * 301}},
        "Indicators, row 3, column F (Unit): a2: has 301 characters",
    ),
    "a formula in a new row": (
        {"Indicators": {"D9": "=SUM(D2:D4)"}},
        "Indicators, row 9, column D (Baseline): holds a formula",
    ),
    "a heading twice": ({"Actions": {"V1": "Status"}}, "Actions, row 1: the heading “Status” stands twice"),
    "a day in a text": (
        {"Actions": {"G2": datetime(2026, 3, 1)}},
        "Actions, row 2, column G (Responsible unit): holds a date or a time (2026-03-01) where a text belongs",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_row_that_does_not_fit_is_refused_by_its_cell(plan, book, name):
    change, told = REFUSED[name]
    assert told in sentence(plan, book(change))


def test_all_that_does_not_fit_is_told_at_once_and_nothing_is_taken(arusha, plan, book):
    good = {"Actions": {"G2": "Audit"}, "Monitoring": MONITORED}
    path = book(
        {"Actions": good["Actions"] | {"J2": "1.2.2026", "L3": "Nearly"}, "Monitoring": MONITORED | {"D3": "many"}}
    )
    before = actions(arusha, plan)
    result = arusha("plan", "import", plan, path, "--yes")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 3)
    for place in ("row 2, column J (Due)", "row 3, column L (Status)", "Monitoring, row 3, column D (Value)"):
        assert place in result.stderr
    path = book({"Actions": good["Actions"] | {"J3": "2020-01-01"}, "Monitoring": MONITORED | {"B3": "2999-01-01"}})
    result = arusha("plan", "import", plan, path, "--yes")
    assert "Actions, row 3: a2: is due on 2020-01-01" in result.stderr
    assert "Monitoring, row 3, column B (Date)" in result.stderr
    assert actions(arusha, plan) == before


NEW = {
    "Actions": {"A5": "new 1", "B5": "8.d.1, 8.d.2", "C5": "8.d\n1.a", "D5": "No code", "F5": "Write one", "T5": "yes"},
    "Indicators": {"A5": "new 1", "B5": 1, "C5": "Pages", "D5": 0, "E5": "1 200"},
    "Monitoring": {"A3": "new 1", "B3": "2026-05-02", "C3": 1, "D3": 600},
}


def test_a_new_row_is_a_new_action_with_the_next_id_and_once_only(arusha, plan, book):
    assert arusha("plan", "add", plan, "--problem", "Later", "--decision", "Board").exit_code == 0
    path = book(NEW)
    shown = arusha("plan", "import", plan, path, "--yes").stdout
    for part in (
        "a5 · Problem: (blank) → “No code”",
        "Elements: (blank) → “8.d; 1.a”",
        "Comes from: (blank) → “8.d.1; 8.d.2”",
    ):
        assert part in shown
    after = actions(arusha, plan)
    new = after["a5"]
    assert (new["origin"]["gaps"], new["elements"], new["public"]) == (["8.d.1", "8.d.2"], ["8.d", "1.a"], True)
    assert (new["status"], new["achievement"], new["indicators"][0]["text"]) == ("in_progress", 50, "Pages")
    assert "changes nothing" in arusha("plan", "import", plan, path, "--yes").stdout
    assert actions(arusha, plan) == after


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("8.d.1", {"gaps": ["8.d.1"]}),
        ("gap 8.d.1", {"gaps": ["8.d.1"]}),
        ("Board, 3 May", {"decision": "Board, 3 May"}),
    ],
)
def test_the_second_column_says_what_a_new_action_comes_from(plan, book, text, origin):
    after = taken(plan, book({"Actions": {"B5": text, "D5": "New"}}))[0]
    assert after["a4"].origin.model_dump(mode="json", exclude_defaults=True) == origin


def test_a_new_indicator_of_each_of_two_owners_counts(arusha, plan, book):
    one, two = (
        book({"Indicators": {"A5": "a1", "B5": 2, "C5": name}, "Monitoring": MONITORED | {"C3": 2}}, f"{name}.xlsx")
        for name in ("Visits", "Calls")
    )
    for path in (one, two, one, two):
        assert arusha("plan", "import", plan, path, "--yes").exit_code == 0
    after = actions(arusha, plan)["a1"]
    assert [each["text"] for each in after["indicators"]] == ["Posts", "Visits", "Calls"]
    assert [each["values"] for each in after["results"]] == [{"2": 5}, {"3": 5}]


def sort_with_gaps(opened):
    sheet = opened["Actions"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for line, row in enumerate(reversed(rows)):
        for place, value in enumerate(row, 1):
            sheet.cell(2 + 2 * line, place).value = value
            if isinstance(value, str):
                sheet.cell(
                    2 + 2 * line, place
                ).data_type = "s"  # a text that begins with = is none but for this library
    for place in range(1, len(rows[0]) + 1):
        sheet.cell(3, place).value = "  "


def hide(opened):
    opened["Actions"].row_dimensions[2].hidden = True
    opened["Actions"].column_dimensions["G"].hidden = True
    opened["Actions"].auto_filter.add_filter_column(6, ["Nobody"])


def rename(opened):
    opened["Actions"].title, opened["Indicators"].title = "Plan 2026", "Mesures"
    opened["Monitoring"].title, opened["About"].title = "M", "Read me"


def title_above(opened):
    opened["Actions"].insert_rows(1, 2)
    opened["Actions"]["A1"] = "Plan of the Ports"


def own_things(opened):
    opened["Actions"].insert_cols(3)
    opened["Actions"]["C1"], opened["Actions"]["C2"] = "Mine", "=1+1"
    opened.create_sheet("Notes")["A1"] = "x"


def take_out(opened):
    opened["Actions"].delete_rows(4)
    opened["Indicators"].delete_rows(2)
    opened["Monitoring"].delete_rows(2)
    opened["Actions"].delete_cols(17)


def trailing(opened):
    opened["Actions"]["G2"], opened["Actions"]["L2"], opened["Actions"]["A9"] = "0042 \u00a0", " not started ", " "


def overwrite_what_is_shown(opened):
    opened["Actions"]["B2"], opened["Actions"]["N3"] = "Me", 100


def keep_one_of_an_earlier_release(opened):
    """It has no columns after the reason why an indicator is retired, and somebody's own stands there."""
    opened["Indicators"].delete_cols(10, 3)
    opened["Indicators"]["J1"], opened["About"]["B3"] = "Mine", None


HABITS = {
    sort_with_gaps: [],
    hide: [],
    rename: [],
    title_above: [],
    trailing: [],
    own_things: ["Notes: this sheet is none of", "Actions: column C is none of"],
    take_out: ["“Risks” is missing", "as they are: a3", "as they are: a1 1", "as they are: a2 2026-02-01"],
    keep_one_of_an_earlier_release: [*["is missing; what the plan has there stays"] * 3, "column J is none of"],
    overwrite_what_is_shown: ["column B (Comes from) is only shown", "column N (Achievement) is only shown"],
}


@pytest.mark.parametrize("habit", HABITS)
def test_what_owners_do_to_a_workbook_changes_nothing_and_is_told(plan, book, habit):
    _, notes, entries = taken(plan, book(habit))
    assert entries == []
    assert len(notes) == len(HABITS[habit])
    for note, part in zip(notes, HABITS[habit], strict=True):
        assert part in note


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        *(
            ("1\u202f234,5", "1234.5"),
            ("12\u00a0000", "12000"),
            ("0,25", "0.25"),
            (" \u22121,5 ", "-1.5"),
            ("2.5", "2.5"),
        ),
        *((0.1 + 0.2, "0.3"), (100 / 3, "33.3333333333333"), (1e2, "100")),
        *(
            ("1,234.5", None),
            ("1.234,5", None),
            ("12 00", None),
            ("1e3", None),
            ("NaN", None),
            ("٣", None),
            ("50 %", None),
        ),
    ],
)
def test_a_number_is_read_as_a_french_workbook_writes_it_or_refused(plan, book, typed, value):
    path = book({"Indicateurs": {"E2": typed}}, language="fr")
    if value is None:
        assert "Indicateurs, row 2, column E (Cible): “" in sentence(plan, path)
    else:
        assert taken(plan, path)[0]["a1"].indicators[0].target == Decimal(value)


def test_a_comma_in_an_english_workbook_is_refused_for_it_may_mean_either(plan, book):
    assert "“1,234” is not a number" in sentence(plan, book({"Indicators": {"E2": "1,234"}}))


def without_its_state(opened):
    del opened["About"]
    opened["Actions"]["G2"] = "Ports"


def test_a_workbook_of_an_unknown_state_is_taken_only_where_each_difference_is_decided(arusha, refused, plan, book):
    path = book(without_its_state)
    refused(
        arusha("plan", "import", plan, path, "--yes"),
        "--keep",
        "Responsible unit differs: “0042” in the plan, “Ports” in",
    )
    shown = arusha("plan", "import", plan, path, typed="w\ny\n")
    assert "was not made from this file, or does not say from which state of it" in " ".join(shown.stdout.split())
    assert actions(arusha, plan)["a1"]["owner"] == "Ports"
    without = book(lambda opened: (without_its_state(opened), opened["Monitoring"].append(["a1", "2026-05-01", 1, 5])))
    assert arusha("plan", "import", plan, without, "--yes", "--keep", "plan").exit_code == 0


def test_a_workbook_of_another_file_is_of_an_unknown_state(arusha, refused, plan, exported, tmp_path):
    other = tmp_path / "other.arusha"
    assert arusha("assess", "new", other, "--administration", "Elsewhere").exit_code == 0
    for number in range(9):
        assert arusha("plan", "add", other, "--problem", f"Problem {number}", "--decision", "D").exit_code == 0
    before = actions(arusha, other)
    refused(arusha("plan", "import", other, exported["en"], "--yes"), "fields clash")
    assert actions(arusha, other) == before


def test_a_workbook_of_an_earlier_release_knows_its_state_by_the_number_of_the_entry(arusha, plan, book):
    path = book({"Actions": {"L2": "In progress"}, "About": {"B3": None}})
    assert arusha("plan", "edit", plan, "a3", "--owner", "Audit").exit_code == 0
    assert arusha("plan", "import", plan, path, "--yes").exit_code == 0
    after = actions(arusha, plan)
    assert (after["a1"]["status"], after["a3"]["owner"]) == ("in_progress", "Audit")


def test_what_changed_while_somebody_looked_is_not_written_over(plan, book):
    with AssessmentFile.open(plan) as opened:
        seen = Replay(opened, lambda: load().bank).assessment()
        held = workbook.read(book({"Actions": {"G2": "Ports"}}))
        merged = merging.merge(held, merging.made_from(held, opened, load().bank), seen.actions)
    later = seen.actions["a3"].model_copy(update={"owner": "Audit"})
    now = replace(seen, actions={**seen.actions, "a3": later})
    with pytest.raises(ArushaError, match="a3 was changed by another program meanwhile"):
        changes.take(now, changes.Desk(load(), phrases("en")), seen.actions, merged, DAY)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_libreoffice_blanks_nothing_and_its_workbook_comes_back(arusha, plan, exported, book, tmp_path, language):
    """Saved as .xlsx, and by way of .ods; then two owners edit it, one monitors, and one adds an action."""
    path = exported[language]
    for number, ending in enumerate(("xlsx", "ods", "xlsx")):
        path = converted(path, ending, tmp_path / str(number))
        if ending == "xlsx":
            assert (taken(plan, path)[1:]) == ([], [])
    say = phrases(language)
    sheet, monitored = say("plan.sheet_actions"), say("plan.sheet_results")
    one = book({sheet: {"G4": "Audit"}, monitored: MONITORED | {"A3": "a2"}}, "1.xlsx", source=path)
    two = book({sheet: {"L2": say("action_status.done"), "M2": "2026-06-30", **NEW["Actions"]}}, "2.xlsx", source=path)
    before = actions(arusha, plan)
    for each in (one, two):
        done = arusha("plan", "import", plan, converted(each, "xlsx", tmp_path / f"of {each.name}"), "--yes")
        assert done.exit_code == 0, done.output
    after = actions(arusha, plan)
    assert (after["a3"]["owner"], after["a1"]["ended"], after["a4"]["problem"]) == ("Audit", "2026-06-30", "No code")
    assert [each["date"] for each in after["a2"]["results"]] == ["2026-02-01", "2026-05-01"]
    assert after["a3"] == before["a3"] | {"owner": "Audit"}
    assert after["a2"] == before["a2"] | {name: after["a2"][name] for name in ("results", "status")}


def converted(source, ending, folder):
    """A workbook as LibreOffice saves it."""
    office = shutil.which("soffice")
    if office is None:
        reason = "LibreOffice is not installed (Debian: apt-get install libreoffice-calc)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    folder.mkdir()
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", ending, "--outdir", folder, source]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    (made,) = folder.iterdir()
    return made
