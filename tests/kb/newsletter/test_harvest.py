"""The harvest: approved articles become marked drafts that no check lets pass, and what is known already is recognised."""

import json

import pytest
import yaml

from kb.base.vocabulary import ArticleKind
from kb.library.content import read_front_matter
from kb.library.knowledge import read as read_content
from kb.library.practices import REWRITE, Practice
from kb.newsletter.folder import Article, ArticleHead
from kb.newsletter.harvest import facts, harvesting, tagging

DAY = "2026-11-23"
HOTLINE = """\
The Kenya Revenue Authority (KRA) has had a telephone line at the port since March 2024, under Order No. 66 of 2023.

Of 96 calls in 2025, 31 led to an inquiry. Half of the callers were women. The line follows ISO 37001:2016.
"""
TWO = """\
Togo has done two things.

## Rotation at the port

Officers in posts at risk change places every two years. A computer draws the order, so that nobody can ask for a post or
keep one. The list of posts is made anew each January by a committee of three.

## Background

The port is large.

## A school for brokers

Brokers attend a course on ethics before they get their licence. The course takes two days and ends with an examination.
In 2025, 140 brokers took part and 12 of them failed and had to come again.
"""
FORM = """\
## What problem it answers

Nobody knew whom to tell.

## What was done

A line was opened.

## Results

Period of the results: 2025

The line took 96 calls.

## Lessons

Answer within a week.
"""
NEWS = """\
## Workshop in Lomé

A workshop on integrity took place in Lomé on 11-12 April 2025. Togo, Kenya and Chile sent their officers, and the experts
spoke of risk mapping, of surveys and of the protection of those who report.
"""


@pytest.fixture
def harvested(run, tmp_path):
    def harvest(*paths, target="drafts", more=()):
        result = run("edition", "harvest", *paths, "-o", tmp_path / target, "--as-of", DAY, "--format", "json", *more)
        return json.loads(result.stdout), tmp_path / target

    return harvest


def approved(name, member, title, body, **fields):
    return name, {"member": member, "title": title, "state": "approved", **fields}, body


def record(path):
    return read_front_matter(path.parent, path)


def test_a_draft_holds_the_facts_that_the_text_states_and_says_not_stated_elsewhere(lay, harvested):
    (told,), drafts = harvested(lay(approved("01-kenya", "KE", "A hotline at the port", HOTLINE)))
    (one,) = told["practices"]
    assert (one["status"], one["id"], one["file"]) == ("new", "ke-hotline-port", "practices/ke-hotline-port.md")
    fields, body = record(drafts / one["file"])
    assert fields["members"] == ["KE"]
    assert fields["elements"][0] == "6.c"
    assert fields["start"] == "2024-03"
    assert [each["period"] for each in fields["results"]] == ["2025"]
    assert fields["evidence"] == "figures"
    assert fields["instruments"] == ["iso-37001"]
    assert fields["source"] == {"edition": 17, "article": "kenya"}
    silent = ("problem", "lessons", "end", "status", "stakeholders", "cost", "contact")
    assert {fields[name] for name in silent} == {"not_stated"}
    assert "Figures: 96; 31" in body
    assert "Order No. 66 of 2023" in body
    assert "ISO 37001:2016" in body
    assert "has had a telephone line" not in body


def test_a_draft_is_a_whole_record_but_for_its_mark(lay, harvested):
    (told,), drafts = harvested(lay(approved("01-kenya", "KE", "A hotline at the port", HOTLINE)))
    fields, _ = record(drafts / told["practices"][0]["file"])
    practice = Practice.model_validate({**fields, "done": {"en": "…"}}, strict=False)
    assert practice.id == "ke-hotline-port"


def test_every_sentence_taken_over_stands_under_the_mark(lay, harvested):
    (told,), drafts = harvested(lay(approved("01-kenya", "KE", "A hotline at the port", HOTLINE)))
    fields, body = record(drafts / told["practices"][0]["file"])

    def texts(value):
        if isinstance(value, dict):
            return [text for inner in value.values() for text in texts(inner)]
        if isinstance(value, list):
            return [text for inner in value for text in texts(inner)]
        return [value] if isinstance(value, str) else []

    sentences = [
        text for text in texts({key: value for key, value in fields.items() if key != "title"}) if len(text.split()) > 8
    ]
    assert sentences
    assert all(text.startswith(REWRITE) for text in sentences)
    assert REWRITE in body


def test_the_checker_refuses_a_record_with_the_mark(content, lay, run):
    path = lay(approved("01-kenya", "KE", "A hotline at the port", HOTLINE))
    result = run("edition", "harvest", path, "-o", content, "--content", content, "--as-of", DAY)
    assert result.exit_code == 0
    knowledge, faults = read_content(content)
    assert knowledge is None
    assert {fault.file for fault in faults} == {"practices/ke-hotline-port.md", "editions/17/edition.yml"}
    assert all(REWRITE in str(fault.message) for fault in faults)


def test_a_rewritten_draft_passes_the_check(content, lay, run):
    path = lay(approved("01-kenya", "KE", "A hotline at the port", HOTLINE))
    run("edition", "harvest", path, "-o", content, "--content", content, "--as-of", DAY)
    for file in (content / "practices/ke-hotline-port.md", content / "editions/17/edition.yml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(REWRITE, "Told in other words, with 96 calls"), encoding="utf-8")
    assert read_content(content)[1] == []


def test_only_what_is_approved_is_taken_unless_all_is_asked_for(lay, harvested):
    path = lay(("01-kenya", {"member": "KE", "title": "A hotline"}, HOTLINE))
    (told,), _ = harvested(path)
    assert (told["practices"], told["waiting"]) == ([], ["01-kenya.md"])
    (told,), _ = harvested(path, target="all", more=("--all",))
    assert [each["status"] for each in told["practices"]] == ["new"]


def test_each_telling_section_is_a_practice_and_general_ones_belong_to_the_one_before():
    units = harvesting.units(Article("01-togo.md", ArticleHead(kind=ArticleKind.MEMBER, member="TG", title="T"), TWO))
    assert [unit.title for unit in units] == ["Rotation at the port", "A school for brokers"]
    assert "The port is large." in units[0].text


def test_the_form_tells_one_practice_with_problem_results_and_lessons(lay, harvested):
    (told,), drafts = harvested(lay(approved("01-kenya", "KE", "A hotline", FORM)))
    (one,) = told["practices"]
    fields, _ = record(drafts / one["file"])
    assert fields["problem"]["en"] == f"{REWRITE}: “Nobody knew whom to tell.”"
    assert fields["lessons"]["en"] == f"{REWRITE}: “Answer within a week.”"
    assert [(each["text"]["en"], each["period"]) for each in fields["results"]] == [
        (f"{REWRITE}: “The line took 96 calls.”", "2025")
    ]


def test_an_action_and_the_practices_it_consulted_go_into_the_record(lay, harvested):
    trace = {"id": "a3", "gaps": ["6.c.1"], "practices": ["ec-whistleblower-channel"]}
    (told,), drafts = harvested(lay(approved("01-kenya", "KE", "A hotline", HOTLINE, action=trace)))
    fields, _ = record(drafts / told["practices"][0]["file"])
    assert (fields["action"], fields["related"]) == ("a3", ["ec-whistleblower-channel"])


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>x()</script> of 96 calls in 2025 {: .x}",
        "key: [96 calls] & *more* # in 2025 'and' \"so\"",
        "في عام 2025 تلقى الخط 96 مكالمة",
        "2025年、96件の電話がありました。",
        "=1+96 in 2025",
        "--- 96 calls in 2025 ---",
    ],
)
def test_whatever_a_text_holds_only_the_mark_is_refused(hostile, content, lay, run):
    path = lay(approved("01-kenya", "KE", hostile, f"{hostile}\n\n{HOTLINE}"))
    result = run("edition", "harvest", path, "-o", content, "--content", content, "--as-of", DAY)
    assert result.exit_code == 0
    faults = read_content(content)[1]
    assert faults
    assert [str(fault) for fault in faults if REWRITE not in str(fault.message)] == []


@pytest.mark.parametrize(
    ("consent", "expires", "named"), [(True, "2028-06", True), (True, "2025-06", False), (False, "2028-06", False)]
)
def test_a_contact_is_named_only_with_a_consent_that_lasts(consent, expires, named, lay, harvested):
    contact = {"name": "Ethics Office", "consent": consent, "expires": expires}
    (told,), drafts = harvested(lay(approved("01-kenya", "KE", "A hotline", HOTLINE, contact=contact)))
    fields, _ = record(drafts / told["practices"][0]["file"])
    assert fields["contact"] == ("Ethics Office" if named else "not_stated")


def test_a_french_text_is_the_french_side_of_its_draft(lay, harvested):
    body = "La ligne a reçu 96 appels en 2025. Les agents et les usagers peuvent signaler un fait sans donner leur nom."
    (told,), drafts = harvested(lay(approved("01-togo", "TG", "Une ligne d’alerte", body, language="fr")))
    fields, _ = record(drafts / told["practices"][0]["file"])
    assert fields["title"] == {"en": REWRITE, "fr": "Une ligne d’alerte"}
    assert fields["elements"][0] == "6.c"


@pytest.fixture(scope="session")
def gift_register(knowledge):
    return knowledge.practice_by_id["nz-gift-register"]


def test_an_update_of_a_known_practice_is_recognised_with_its_reason(lay, harvested, gift_register):
    body = f"{gift_register.done.en}\n\nIn 2025 the register held 412 entries."
    (told,), drafts = harvested(lay(approved("01-new-zealand", "NZ", "The register of gifts", body)))
    (one,) = told["practices"]
    assert (one["status"], one["id"]) == ("update", "nz-gift-register")
    assert "same Member" in one["reason"]
    assert "register" in one["reason"]
    assert one["file"].startswith("updates/")
    assert (drafts / one["file"]).is_file()


def test_another_member_has_no_update_of_it(lay, harvested, gift_register):
    (told,), _ = harvested(lay(approved("01-kenya", "KE", "The register of gifts", gift_register.done.en)))
    assert told["practices"][0]["status"] == "new"


def test_what_was_drawn_from_the_same_article_before_is_known(lay, harvested, gift_register):
    path = lay(approved("09-new-zealand", "NZ", "Gifts", gift_register.done.en), number=16)
    (told,), drafts = harvested(path)
    assert [(each["status"], each["id"]) for each in told["practices"]] == [("known", "nz-gift-register")]
    assert not (drafts / "practices").exists()


def test_a_back_catalogue_goes_in_one_run_and_later_editions_know_the_earlier(lay, harvested):
    first = lay(approved("01-kenya", "KE", "A hotline at the port", HOTLINE), folder="first")
    second = lay(approved("01-kenya", "KE", "More of the hotline at the port", HOTLINE), folder="second", number=18)
    bad = lay(approved("01-kenya", "KE", "A hotline", HOTLINE), folder="bad", number="not_stated")
    told, drafts = harvested(first, bad, second)
    assert [[each["status"] for each in harvest["practices"]] for harvest in told] == [["new"], [], ["update"]]
    assert "has no number" in told[1]["refused"]
    report = (drafts / "report.md").read_text(encoding="utf-8")
    assert "update of ke-hotline-port" in report
    assert "has no number" in report


def test_activities_and_new_abbreviations_are_drafted_with_the_edition(lay, harvested):
    path = lay(
        approved("01-kenya", "KE", "A hotline", HOTLINE), ("02-news", {"kind": "activities", "state": "ready"}, NEWS)
    )
    (told,), drafts = harvested(path)
    edition = yaml.safe_load((drafts / "editions/17/edition.yml").read_text(encoding="utf-8"))
    (activity,) = edition["activities"]
    assert (activity["kind"], activity["start"], activity["end"]) == ("workshop", "2025-04-11", "2025-04-12")
    assert activity["members"] == ["CL", "KE", "TG"]
    assert edition["abbreviations"] == [{"term": "KRA", "expansion": {"en": "Kenya Revenue Authority"}}]
    assert edition["articles"][0]["practices"] == ["ke-hotline"]
    assert (told["activities"], told["terms"]) == (1, ["KRA"])


def test_a_draft_that_is_there_is_left_as_it_is(lay, harvested):
    path = lay(approved("01-kenya", "KE", "A hotline at the port", HOTLINE))
    (told,), drafts = harvested(path)
    file = drafts / told["practices"][0]["file"]
    file.write_text("Mine.", encoding="utf-8")
    (told,), _ = harvested(path)
    assert file.read_text(encoding="utf-8") == "Mine."
    assert "practices/ke-hotline-port.md" in told["kept"]


def test_the_same_harvest_has_the_same_bytes(lay, harvested):
    path = lay(
        approved("01-togo", "TG", "Two things", TWO), ("02-news", {"kind": "activities", "state": "ready"}, NEWS)
    )
    trees = [harvested(path, target=name)[1] for name in ("one", "two")]
    one, two = ({p.relative_to(t): p.read_bytes() for p in t.rglob("*") if p.is_file()} for t in trees)
    assert one == two
    assert len(one) > 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on 11-12 April 2019", ["2019-04-11", "2019-04-12"]),
        ("le 1er août 2020", ["2020-08-01"]),
        ("in July 2018 and 2017", ["2018-07", "2017"]),
        ("Order H-1/03.06.2016", []),
        ("on 03.06.2016", ["2016-06-03"]),
        ("April 12, 2019", ["2019-04-12"]),
        ("2,019 calls at 20:19", []),
        ("on 45 April 2019", []),
    ],
)
def test_dates_are_as_exact_as_the_text(text, found):
    assert facts.dates(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("96 calls in 2025, 31 of them", ["96", "31"]),
        ("3,605 people and 87.89 points, 95 %", ["3,605", "87.89", "95 %"]),
        ("ISO 37001:2016 and Order No. 66 of 28 March 2016", []),
    ],
)
def test_figures_are_neither_dates_nor_numbers_of_acts(text, found):
    assert facts.figures(text) == found


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("A survey", "The questionnaire had 600 respondents.", "survey"),
        ("Une formation", "Les agents formés suivent un stage.", "training"),
        ("A memorandum", "The agreement was signed.", "agreement"),
    ],
)
def test_the_type_is_proposed_by_the_words_of_the_text(title, text, kind, knowledge):
    language = "fr" if title.startswith("Une") else "en"
    proposed = tagging.type_of(title, text, tagging.read_pointers(knowledge.root), language)
    assert proposed is not None
    assert proposed[0] == kind


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-o", "x"), "no edition is named"),
        (("no-such", "-o", "x"), "not an edition folder"),
        (("one", "two", "-o", "x", "--article", "a"), "--article goes with one edition"),
    ],
)
def test_bad_input_gets_one_sentence(words, sentence, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("edition", "harvest", *words)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert sentence in line


def test_the_sixteenth_edition_is_found_in_the_knowledge_base(sixteenth, harvested, run, tmp_path):
    """Of what its articles tell, nine tenths and more are recognised as the records drawn from it."""
    assert run("edition", "import", sixteenth, "-o", tmp_path / "e").exit_code == 0
    (told,), _ = harvested(tmp_path / "e", more=("--all",))
    status = [each["status"] for each in told["practices"]]
    assert len(status) > 25
    assert status.count("known") >= 0.9 * len(status)
