"""The series: balance over editions, what a Member told before, and what has to be confirmed after three years."""

import json

import pytest

from kb.base.interface import phrases
from kb.base.vocabulary import Status
from kb.library.practices import YEARS, Confirmation
from kb.newsletter.harvest import series

DAY = "2026-11-23"


def balance(run, *words):
    return json.loads(run("edition", "series", *words, "--format", "json").stdout)


def test_the_balance_counts_members_articles_by_factor_region_type_and_language(lay, run):
    path = lay(
        ("01-kenya", {"member": "KE", "factors": [6], "elements": ["8.d"]}, "A survey of staff."),
        ("02-togo", {"member": "TG", "factors": [6], "language": "fr"}, "Une formation."),
        ("03-end", {"kind": "editorial"}, "End."),
    )
    sixteenth, seventeenth = balance(run, path)
    assert (sixteenth["edition"], sixteenth["articles"]) == ("16", 11)
    assert seventeenth == {
        "edition": "17",
        "articles": 2,
        "counts": {
            "factor": {"6": 2, "8": 1},
            "region": {"ESA": 1, "WCA": 1},
            "type": {"survey": 1, "training": 1},
            "language": {"en": 1, "fr": 1},
        },
        "guessed": 0,
    }


def test_what_no_edition_tells_of_is_marked(run):
    lines = run("edition", "series").stdout.splitlines()
    (west,) = [line for line in lines if "West and Central Africa" in line]
    assert west.endswith("none so far")


def test_tags_that_nobody_confirmed_are_told_as_proposed(lay, run):
    path = lay(("01-kenya", {"member": "KE", "title": "Rotation"}, "Officers in sensitive posts rotate."))
    assert "Key factors of 1 article are proposed" in run("edition", "series", path).stdout
    assert balance(run, path)[1]["guessed"] == 1


def test_articles_without_tags_count_by_the_records_drawn_from_them(lay, run):
    path = lay(("01-bulgaria", {"member": "BG", "title": "T"}, "Text."), number=16)
    (told,) = balance(run, path)
    assert (told["counts"]["factor"], told["guessed"]) == ({"8": 1}, 0)


def test_a_folder_stands_for_the_edition_of_its_number(lay, run):
    path = lay(("01-kenya", {"member": "KE", "factors": [6]}, "Text."), number=16)
    assert [(each["edition"], each["articles"]) for each in balance(run, path)] == [("16", 1)]


def test_earlier_articles_and_practices_of_a_member_come_with_what_to_ask(lay, run):
    path = lay(("01-mk", {"member": "MK", "title": "What we did next"}, "Text."))
    told = json.loads(run("edition", "earlier", "North Macedonia", path, "--format", "json", "--as-of", DAY).stdout)
    assert [each["edition"] for each in told] == sorted(each["edition"] for each in told)
    assert told[-1]["title"] == "What we did next"
    plan = next(each for each in told if each["practice"] == "mk-integrity-strategy-2019-2020")
    assert plan["questions"][0] == "What came of the plan of 2019?"
    shown = run("edition", "earlier", "MK", "--lang", "fr").stdout
    assert "Qu’est devenu le plan de 2019" in shown


def test_a_member_without_a_past_is_told_so(run):
    assert run("edition", "earlier", "Togo").stdout == "Togo: nothing told before.\n"


def test_practices_are_due_three_years_after_they_were_last_told(knowledge):
    every = {practice.id for practice in knowledge.practices if practice.status is not Status.ENDED}
    last = max(practice.last_known for practice in knowledge.practices)

    def due(day):
        return {practice.id for each in series.reminders(knowledge, day) for practice, _ in each.practices}

    assert due("2021-01-01") < every
    assert due(f"{int(last[:4]) + YEARS + 1}-12-31") == every


def test_a_confirmed_practice_is_not_due(knowledge):
    practice = knowledge.practices[0]
    confirmed = practice.model_copy(update={"confirmed": Confirmation(date="2026-01-31", by="New Zealand")})
    assert practice.aged(DAY)
    assert not confirmed.aged(DAY)


def test_the_day_is_that_of_the_report_and_never_that_of_our_reading(knowledge):
    assert [each.id for each in knowledge.practices if each.last_known != each.reported] == []
    assert [each.id for each in knowledge.practices if each.reported >= each.last_checked] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_letter_names_each_practice_once_and_asks_politely(language, knowledge, run):
    (reminder,) = series.reminders(knowledge, DAY, "JM")
    letter = series.letter(reminder, knowledge, phrases(language))
    assert [letter.count(f"[{practice.id}]") for practice, _ in reminder.practices] == [1] * len(reminder.practices)
    thanks = {"en": "Thank you very much", "fr": "Nous vous remercions vivement"}[language]
    assert thanks in letter
    shown = run("edition", "reminders", "--member", "JM", "--text", "--lang", language, "--as-of", DAY).stdout
    assert all(line.strip() in shown for line in letter.splitlines())


def test_nothing_to_confirm_is_said(run):
    assert (
        run("edition", "reminders", "--as-of", "2020-02-01").stdout
        == "No practice was last told more than three years ago.\n"
    )


def test_an_unknown_member_gets_one_sentence(run):
    result = run("edition", "earlier", "Atlantis")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
