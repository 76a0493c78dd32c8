"""The checker finds every fault, the shipped content has none, and it holds what issue 2 asks for."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kb.base.errors import ContentError, Fault
from kb.library.knowledge import Knowledge, load, read

Plant = Callable[[str, str, str], None]
Run = Callable[..., Result]

NINE = [  # file, what stands there, what is put in its place, field told, word of the remedy
    ("thesaurus.yml", "concepts:", "concepts: [", "line 3", "correct the YAML"),
    ("practices/jm-panel-discussion.md", "---\n", "--\n", "line 1", "begin the file with a line ---"),
    (
        "practices/nz-code-of-conduct.md",
        "elements: [7.b",
        "elements: [7.z",
        "elements",
        "an element of declaration.yml",
    ),
    ("practices/mk-officer-rotation.md", "members: [MK]", "members: [QQ]", "members", "a code of members.yml"),
    (
        "practices/nz-social-media-policy.md",
        "id: nz-social",
        "id: nz-gift-register #",
        "id",
        "use nz-social-media-policy",
    ),
    ("practices/ec-anti-bribery-system.md", "[iso-37001]", "[iso-99999]", "instruments", "an id of instruments/"),
    ("practices/jm-smart-targets.md", "start: not_stated", 'start: "2019-13"', "start", "correct"),
    ("practices/sz-police-mou.md", "evidence: claimed", "evidence: figures", "evidence", "say “claimed”"),
    (
        "editions/16/edition.yml",
        "[bg-psychological-profiles,",
        "[bg-horoscopes, bg-psychological-profiles,",
        "articles.bulgaria.practices",
        "the id of a practice",
    ),
]
FOUR_LEVELS = "questionnaires/self-assessment/10-private-sector.yml"


def drop_a_criterion(content: Path) -> None:
    path = content / FOUR_LEVELS
    text, times = re.subn(
        r"(    levels:\n)      - .*\n(?:        .*\n)*", r"\1", path.read_text(encoding="utf-8"), count=1
    )
    assert times == 1
    path.write_text(text, encoding="utf-8")


def told(line: str, file: str, field: str, remedy: str) -> bool:
    """Whether a line of the checker names the file, the field and what mends it."""
    return line.startswith(f"{file}: {field}: ") and remedy in line.rpartition("; ")[2]


def test_ten_faults_of_ten_kinds_in_ten_files_are_all_listed(content: Path, plant: Plant, run: Run) -> None:
    for file, old, new, _, _ in NINE:
        plant(file, old, new)
    drop_a_criterion(content)
    result = run("kb", "check", "--content", content)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert len(lines) == 10, result.stdout
    for file, _, _, field, remedy in [*NINE, (FOUR_LEVELS, "", "", "questions.0.levels", "correct")]:
        assert any(told(line, file, field, remedy) for line in lines), f"{file}: {field} is not told in {result.stdout}"
    assert result.stderr == f"10 faults in {content}\n"


PRACTICE, EDITION, BANK = "practices/nz-code-of-conduct.md", "editions/16/edition.yml", "questionnaires/self-assessment"


@pytest.mark.parametrize(
    ("planted", "field", "remedy"),
    [
        ({"status": "running", "end": "2020"}, "status", "say “ended”"),
        ({"status": "running", "start": "2021", "end": "2030"}, "status", "say “planned”"),
        ({"status": "ended", "start": "2020-06"}, "status", "say “planned”"),
        ({"status": "planned", "start": "2018-02"}, "status", "say “running” or “ended”"),
        ({"status": "ended", "end": "2031"}, "status", "say “running”"),
        ({"reported": "2020-02"}, "reported", "correct one of the two dates"),
        ({"last_checked": "2019-11-30"}, "last_checked", "correct one of the two dates"),
        ({"confirmed": '{date: "2019-01-05", by: "New Zealand"}'}, "confirmed.date", "correct one of the two dates"),
    ],
)
def test_a_status_or_date_that_contradicts_the_dates_of_its_record_is_a_fault(
    content: Path, planted: dict[str, str], field: str, remedy: str
) -> None:
    path = content / PRACTICE
    text = path.read_text(encoding="utf-8")
    for name, value in planted.items():
        line = f"{name}: {value}" if name in ("status", "confirmed") else f'{name}: "{value}"'
        text, found = re.subn(rf"^{name}: .*$", line, text, flags=re.M)
        text = text if found else text.replace("\nsource:", f"\n{line}\nsource:", 1)
    path.write_text(text, encoding="utf-8")
    _, (fault,) = read(content)
    assert (fault.file, fault.field) == (PRACTICE, field)
    assert remedy in str(fault.remedy)


@pytest.mark.parametrize(
    "dates",
    [
        {"status": "running", "start": "2018", "end": "2030"},
        {"status": "running", "start": "2019"},
        {"status": "ended", "start": "2018", "end": "2020"},
        {"status": "planned", "start": "2020", "end": "2021"},
        {"status": "planned", "start": "2019"},
    ],
)
def test_a_status_that_its_dates_allow_is_no_fault(content: Path, dates: dict[str, str]) -> None:
    path = content / PRACTICE
    text = path.read_text(encoding="utf-8")
    for name, value in dates.items():
        text = re.sub(
            rf"^{name}: .*$", f"{name}: {value}" if name == "status" else f'{name}: "{value}"', text, flags=re.M
        )
    path.write_text(text, encoding="utf-8")
    assert read(content)[1] == []


def test_a_question_with_four_levels_is_one_fault(content: Path) -> None:
    drop_a_criterion(content)
    _, (fault,) = read(content)
    assert fault.field == "questions.0.levels"
    assert "at least 5" in str(fault.message)


@pytest.mark.parametrize(
    ("file", "old", "new", "field"),
    [
        (PRACTICE, "status:", "state: x\nstatus:", "state"),
        (PRACTICE, "type: policy", "type: polity", "type"),
        (PRACTICE, "members: [NZ]", "members: [NZ, NZ]", "members"),
        (PRACTICE, "members: [NZ]", "members: []", "members"),
        (PRACTICE, "elements: [7.b", "elements: [11.a", "elements.0"),
        (PRACTICE, "related: [", "related: [no-such-thing, ", "related"),
        (PRACTICE, "related: [", "related: [nz-code-of-conduct, ", "related"),
        (PRACTICE, "start: not_stated\nend: not_stated", 'start: "2019"\nend: "2018-12"', "end"),
        (PRACTICE, "edition: 16", "edition: 99", "source.edition"),
        (PRACTICE, "article: new-zealand", "article: old-zealand", "source.article"),
        (PRACTICE, "# What was done", "# What was said", "body"),
        (PRACTICE, "  en: ", "  eng: ", "title.eng"),
        (PRACTICE, "problem: not_stated", 'problem: {en: "…"}', "problem.en"),
        (PRACTICE, "cost: not_stated", 'cost: {en: "Little.", fr: "..."}', "cost.fr"),
        (PRACTICE, "cost: not_stated", 'cost: {en: " "}', "cost.en"),
        (PRACTICE, "contact: not_stated", 'contact: "…"', "contact"),
        (PRACTICE, "stakeholders: not_stated", 'stakeholders: {en: ["Staff", "…"]}', "stakeholders.en.1"),
        (PRACTICE, "results: not_stated", 'results: [{text: {en: "— …"}, period: not_stated}]', "results.0.text.en"),
        (PRACTICE, "# Ce qui a été fait\n", "# Ce qui a été fait\n\n…\n\n# What was done\n", "body"),
        (EDITION, "member: BG", "member: QQ", "articles.bulgaria.member"),
        (EDITION, "number: 16", "number: 17", "number"),
        (EDITION, "[bg-psychological-profiles, ", "[", "articles.bulgaria.practices"),
        (EDITION, "id: message", "id: editorial", "articles.editorial"),
        (PRACTICE, "\nsource:", "\nfurther: [no-such-text]\nsource:", "further"),
        ("references.yml", "    url: ", "    uri: x\n    url: ", "references.0.uri"),
        ("members.yml", "code: AL\n", "code: AF\n", "AF"),
        ("members.yml", "region: AP\n", "region: XX\n", "AF.region"),
        ("members.yml", 'as_of: "', 'as_of: "x', "as_of"),
        ("declaration.yml", "id: 1.b", "id: 1.c", "1.c"),
        ("thesaurus.yml", "id: complaint\n", "id: whistleblowing\n", "whistleblowing"),
        ("instruments/idg.md", "id: idg", "id: gdi", "id"),
        ("instruments/idg.md", "# What it is", "# What it was", "body"),
        ("instruments/idg.md", 'url: "https://', 'url: "javascript://', "sources.0.url"),
        ("instruments/idg.md", 'url: "https://', 'url: "https://x/)<b>', "sources.0.url"),
        (f"{BANK}/02-regulatory-framework.yml", "id: 2.a.1", "id: 3.a.9", "3.a.9"),
        (f"{BANK}/02-regulatory-framework.yml", "id: 2.a.2", "id: 2.a.1", "2.a.1"),
        (f"{BANK}/02-regulatory-framework.yml", "factor: 2", "factor: 11", "factor"),
        (f"{BANK}/bank.yml", 'version: "2.0"', 'version: "one"', "version"),
    ],
)
def test_one_fault_is_told_with_its_field(
    content: Path, plant: Plant, file: str, old: str, new: str, field: str
) -> None:
    plant(file, old, new)
    knowledge, faults = read(content)
    assert knowledge is None
    where = {(fault.file, fault.field) for fault in faults}
    assert (file, field) in where or (file.rpartition("/")[0], field) in where, faults
    assert all(fault.message and fault.remedy for fault in faults)


READ_ONCE = ["declaration.yml", "members.yml", "thesaurus.yml", f"{BANK}/bank.yml"]


@pytest.mark.parametrize(
    ("file", "spoilt"), [*((file, text) for file in READ_ONCE for text in ("key: [", None)), (EDITION, "key: [")]
)
def test_a_file_that_cannot_be_read_neither_hides_faults_nor_makes_more(
    content: Path, plant: Plant, file: str, spoilt: str | None
) -> None:
    plant(PRACTICE, "related: [", "related: [no-such-thing, ")
    if spoilt:
        (content / file).write_text(spoilt, encoding="utf-8")
    else:
        (content / file).unlink()
    _, faults = read(content)
    assert sorted(fault.file for fault in faults) == sorted([file, PRACTICE])


def test_a_second_edition_of_the_same_number_is_a_fault(content: Path) -> None:
    shutil.copytree(content / "editions" / "16", content / "editions" / "17")
    _, (fault,) = read(content)
    assert (fault.file, fault.field) == ("editions/17/edition.yml", "number")


def test_an_element_without_question_is_a_fault(content: Path) -> None:
    path = content / BANK / "04-automation.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("id: 4.a.", "id: 4.b.9"), encoding="utf-8")
    _, faults = read(content)
    assert Fault(BANK, "4.a", "is asked for by no question", "write at least one") in faults


def test_a_loader_stops_at_the_first_fault_of_the_checker(content: Path, plant: Plant) -> None:
    plant(PRACTICE, "type: policy", "type: polity")
    plant("members.yml", "code: AL\n", "code: AF\n")
    _, faults = read(content)
    with pytest.raises(ContentError) as caught:
        load(content)
    assert caught.value.fault == faults[0] == min(faults)


def test_a_folder_that_holds_no_content_is_bad_input(tmp_path: Path, run: Run) -> None:
    result = run("kb", "check", "--content", tmp_path)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert str(tmp_path) in result.stderr


def test_the_shipped_content_has_no_fault(run: Run) -> None:
    result = run("kb", "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("No fault: ")


def test_the_european_union_is_told_beside_the_members_and_not_among_them(run: Run) -> None:
    assert run("kb", "check").stdout.endswith(", 187 Members and the European Union.\n")


def test_the_shipped_content_is_as_large_as_asked(knowledge: Knowledge) -> None:
    counts = [len(factor.elements) for factor in knowledge.declaration.factors]
    assert counts == [6, 6, 6, 5, 4, 6, 5, 6, 4, 5]
    assert len(knowledge.declaration.elements) == 53
    assert {question.element for question in knowledge.bank.questions} == set(knowledge.declaration.elements)
    assert len(knowledge.practices) >= 40
    assert {"idg", "cips", "geoat", "a-cip", "compilation", "rad", "risk-mapping"} <= set(knowledge.instrument_by_id)


def test_each_member_of_the_16th_edition_has_a_record(knowledge: Knowledge) -> None:
    articles = ["BG", "EC", "SZ", "ID", "JM", "MU", "NZ", "NI", "MK", "PE", "UZ"]
    working_group = ["IL", "US", "ID", "IS"]
    edition = knowledge.edition_by_number[16]
    assert {article.member for article in edition.articles if article.member} == set(articles)
    for code in [*articles, *working_group]:
        assert knowledge.practices_of(member=code), f"no practice of {code}"
    assert len(knowledge.practices_of(member="NZ")) >= 12


FIGURES = {  # figures of the 16th edition that belong to a practice
    "bg-psychological-profiles": ["2010", "2013"],
    "bg-suitability-study": ["2010", "2013", "H-1/03.06.2016"],
    "ec-anti-bribery-system": ["ISO 37001:2016"],
    "ec-ethics-office": ["20 September 2018", "eight days"],
    "ec-whistleblower-channel": ["three ways", "web form", "e-mail", "letter"],
    "id-perception-survey": ["3,605", "3,006", "599", "2,920", "685", "87.89", "84.70", "2017/2018"],
    "mk-integrity-strategy-2019-2020": ["19 activities", "2019-2020"],
    "nz-integrity-assessment-committee": ["eight members"],
    "nz-investigator-pool": ["38 investigators"],
    "nz-speaking-up-policy": ["Act 2000"],
    "pe-binational-container-instructors": ["two women", "February 2019"],
    "pe-fast-programme": ["95%", "96%", "18 operational Customs services"],
    "pe-first-women-canine-handlers": ["four women", "2018"],
    "pe-import-times-microsite": ["70,000 visits", "July 2018"],
    "uz-decree-pp-3665": ["PP-3665", "12 April 2018", "3PY-502", "18 October 2018"],
    "uz-ethics-rules-for-heads": ["No. 66", "28 March 2016"],
}


@pytest.mark.parametrize("practice", FIGURES)
def test_figures_of_the_16th_edition_stand_in_their_records(shipped: Path, practice: str) -> None:
    text = (shipped / "practices" / f"{practice}.md").read_text(encoding="utf-8")
    assert [figure for figure in FIGURES[practice] if figure not in text] == []


def test_what_serves_an_element_serves_its_factor(knowledge: Knowledge) -> None:
    for element in knowledge.declaration.elements:
        of_factor = knowledge.practices_of(factor=int(element.split(".")[0]))
        assert all(practice in of_factor for practice in knowledge.practices_of(element=element))
