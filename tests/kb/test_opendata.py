"""The whole base for reuse: valid in every format, whole, the same bytes each time, and harmless in a spreadsheet."""

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kb.base.interface import phrases
from kb.base.vocabulary import Text
from kb.library.knowledge import Knowledge
from kb.library.members import Members
from kb.library.practices import Practice
from kb.site import opendata, pages
from kb.site.opendata import LATEST, cell, make

SITE = "https://integrity.example/kb"
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LANGUAGES = ["en", "fr"]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT00:00:00Z")
DATA = {
    *(f"data/practices.{kind}" for kind in ("json", "csv", "bib", "schema.json")),
    *(
        f"data/{name}.json"
        for name in (
            "declaration",
            "editions",
            "gender",
            "instruments",
            "licence",
            "members",
            "questions",
            "references",
        )
    ),
}


@pytest.fixture(scope="module")
def files(knowledge: Knowledge) -> dict[str, str]:
    return make(knowledge, phrases("en"))


@pytest.fixture(scope="module")
def practices(files: dict[str, str]) -> list[dict[str, Any]]:
    return list(json.loads(files["data/practices.json"]))


@pytest.fixture(scope="module")
def validator(files: dict[str, str]) -> Draft202012Validator:
    schema = json.loads(files["data/practices.schema.json"])
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def changed(knowledge: Knowledge, **update: Any) -> Knowledge:
    """The shipped knowledge with only its first practice, which is changed."""
    return replace(knowledge, practices=(knowledge.practices[0].model_copy(update=update),))


def test_the_files_are_those_promised(knowledge: Knowledge, files: dict[str, str]) -> None:
    assert files.keys() == DATA | {"feed.xml", "feed.json"}
    both, one = opendata.both_languages(knowledge), opendata.one_language(knowledge, phrases("en"))
    assert both | one == files
    assert not both.keys() & one.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_knowledge_gives_the_same_bytes(knowledge: Knowledge, language: str) -> None:
    say = phrases(language)
    backwards = replace(knowledge, practices=knowledge.practices[::-1])
    assert make(knowledge, say, SITE) == make(knowledge, say, SITE) == make(backwards, say, SITE)


def test_every_file_ends_its_last_line(files: dict[str, str]) -> None:
    assert [path for path, text in files.items() if not text.endswith("\n") or text.endswith("\n\n")] == []


def test_every_field_of_every_practice_is_there(knowledge: Knowledge, practices: list[dict[str, Any]]) -> None:
    assert [told["id"] for told in practices] == sorted(knowledge.practice_by_id)
    for told in practices:
        practice = knowledge.practice_by_id[told["id"]]
        own = {name: told[name] for name in Practice.model_fields}
        assert Practice.model_validate(own, strict=False) == practice
        assert told.keys() - own.keys() == {"factors", "regions", "page"}
        assert told["factors"] == list(practice.factors)
        assert told["regions"] == [*dict.fromkeys(knowledge.members.by_code[code].region for code in practice.members)]
        assert told["title"].keys() == told["done"].keys() == {"en", "fr"}


def test_regions_are_told_once(knowledge: Knowledge) -> None:
    (told,) = opendata.records(changed(knowledge, members=("NZ", "ID", "BG")))
    assert told.regions == ("AP", "EUR")


def test_the_schema_holds_for_the_data(validator: Draft202012Validator, practices: list[dict[str, Any]]) -> None:
    assert [error.message for error in validator.iter_errors(practices)] == []


@pytest.mark.parametrize("field", [*Practice.model_fields, "factors", "regions", "page"])
def test_the_schema_misses_a_field_that_is_not_there(
    validator: Draft202012Validator, practices: list[dict[str, Any]], field: str
) -> None:
    (error,) = validator.iter_errors([{name: value for name, value in practices[0].items() if name != field}])
    assert error.validator == "required"


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "Not a slug"},
        {"members": []},
        {"elements": ["11.a"]},
        {"type": "miracle"},
        {"evidence": None},
        {"title": "plain"},
        {"factors": ["8"]},
        {"unknown": 1},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_schema_refuses_what_is_wrong(
    validator: Draft202012Validator, practices: list[dict[str, Any]], wrong: dict[str, Any]
) -> None:
    assert not validator.is_valid([{**practices[0], **wrong}])


def test_the_schema_has_an_address_only_if_the_site_has_one() -> None:
    assert "$id" not in opendata.schema()
    assert opendata.schema(SITE)["$id"] == f"{SITE}/data/practices.schema.json"


def test_what_a_practice_refers_to_is_in_the_data(files: dict[str, str], practices: list[dict[str, Any]]) -> None:
    data = {path: json.loads(text) for path, text in files.items() if path.endswith(".json")}
    articles = {
        (edition["number"], article["id"]) for edition in data["data/editions.json"] for article in edition["articles"]
    }
    elements = {e["id"] for factor in data["data/declaration.json"]["factors"] for e in factor["elements"]}
    members = data["data/members.json"]
    articles |= {(None, None)}
    references = {each["id"] for each in data["data/references.json"]} | {None}
    assert {(told["source"]["edition"], told["source"]["article"]) for told in practices} <= articles
    assert {key for told in practices for key in (told["source"]["reference"], *told["further"])} <= references
    assert {element for told in practices for element in told["elements"]} <= elements
    assert {code for told in practices for code in told["members"]} <= {m["code"] for m in members["members"]}
    assert {code for told in practices for code in told["regions"]} <= {r["code"] for r in members["regions"]}
    named = {key for told in practices for key in told["instruments"]}
    assert named <= {instrument["id"] for instrument in data["data/instruments.json"]}
    assert {question["id"].rpartition(".")[0] for question in data["data/questions.json"]["questions"]} == elements


def test_the_licence_note_names_licence_disclaimer_and_both_languages(files: dict[str, str]) -> None:
    note = json.loads(files["data/licence.json"])
    assert (note["licence"], note["attribution"]) == ("CC-BY-4.0", "Arusha contributors")
    assert note["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "not a product of the World Customs Organization" in note["note"]["en"]
    assert "n’est pas un produit de l’Organisation mondiale des douanes" in note["note"]["fr"]
    assert note["disclaimers"].keys() == {str(e["number"]) for e in json.loads(files["data/editions.json"])}
    assert all(note[part].keys() == {"en", "fr"} for part in ("note", "csv"))


def test_the_table_has_one_row_a_record(files: dict[str, str], practices: list[dict[str, Any]]) -> None:
    text = files["data/practices.csv"]
    assert text.startswith("\ufeffid,")  # without the mark Excel would not read it as UTF-8
    rows = rows_of(text)
    assert len(rows) == len(practices)
    for row, told in zip(rows, practices, strict=True):
        assert None not in row
        for name in ("title", "summary"):
            assert row[f"{name}_en"] == told[name]["en"]
            assert row[f"{name}_fr"] == told[name]["fr"]
        assert row["factors"] == "; ".join(map(str, told["factors"]))
        assert row["members"].split("; ") == told["members"]
        assert row["elements"].split("; ") == told["elements"]
        source = told["source"]
        assert (row["id"], row["reported"], row["page"]) == (told["id"], told["reported"], told["page"])
        assert (row["edition"], row["reference"]) == (str(source["edition"] or ""), source["reference"] or "")
        assert row["source_author"]
        assert row["source_title"]
        assert row["source_url"].startswith("http")


@pytest.mark.parametrize("text", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-", "+1 234", "-1e3", "=5"])
def test_a_cell_is_no_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "5", "-5", "+3.25", "a=b", "'=1", "é", " =1"])
def test_a_number_or_a_text_stays(text: str) -> None:
    assert cell(text) == text


@settings(max_examples=300, deadline=None)
@given(
    st.text() | st.tuples(st.sampled_from("=+-@\t\r'"), st.text()).map("".join) | st.floats(allow_nan=False).map(str)
)
def test_no_cell_is_a_formula_and_none_loses_a_sign(text: str) -> None:
    told = cell(text)
    assert told in (text, f"'{text}")
    if told[:1] in tuple("=+-@\t\r"):
        assert float(told) == float(text)


def test_a_dangerous_title_is_harmless_in_the_table_and_whole_in_the_data(knowledge: Knowledge) -> None:
    title = '=HYPERLINK("https://x.example","a, b")\nc'
    files = make(changed(knowledge, title=Text(en=title), summary=Text(en="-5")), phrases("en"))
    (row,) = rows_of(files["data/practices.csv"])
    assert (row["title_en"], row["title_fr"], row["summary_en"]) == (f"'{title}", "", "-5")
    assert json.loads(files["data/practices.json"])[0]["title"] == {"en": title, "fr": None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bibliography_has_every_practice_once(knowledge: Knowledge, language: str) -> None:
    text = make(knowledge, phrases(language))["data/practices.bib"]
    assert re.findall(r"^@incollection\{(.+),$", text, re.M) == sorted(knowledge.practice_by_id)
    assert text.count("{") == text.count("}")


def texts_of(element: ElementTree.Element, *names: str) -> list[str]:
    """The texts of the children of these names, of which each must stand just once."""
    found = [element.findall(f"{ATOM}{name}") for name in names]
    assert [len(children) for children in found] == [1] * len(names)
    return [children[0].text or "" for children in found]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["", SITE])
def test_the_atom_feed_has_what_the_standard_asks(knowledge: Knowledge, language: str, address: str) -> None:
    feed = ElementTree.fromstring(make(knowledge, phrases(language), address)["feed.xml"])
    assert (feed.tag, feed.get(LANG)) == (f"{ATOM}feed", language)
    key, title, updated, _ = texts_of(feed, "id", "title", "updated", "subtitle")
    assert (key, bool(title)) == (f"urn:arusha:feed:{language}", True)
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["self", "alternate", "license"]
    entries = feed.findall(f"{ATOM}entry")
    parts = [texts_of(entry, "id", "title", "updated", "summary") for entry in entries]
    assert all(all(part) for part in parts)
    assert {part[0] for part in parts} == {
        *(f"urn:arusha:practice:{key}" for key in knowledge.practice_by_id),
        *(f"urn:arusha:edition:{number}" for number in knowledge.edition_by_number),
    }
    moments = [part[2] for part in parts]
    assert all(MOMENT.fullmatch(moment) for moment in moments)
    assert moments == sorted(moments, reverse=True)
    assert updated == moments[0]
    for entry in entries:
        assert entry.findall(f"{ATOM}author/{ATOM}name")
        assert len(entry.findall(f"{ATOM}link[@rel='alternate']")) == 1
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_json_feed_says_what_the_atom_feed_says(knowledge: Knowledge, language: str) -> None:
    files = make(knowledge, phrases(language), SITE)
    atom, feed = ElementTree.fromstring(files["feed.xml"]), json.loads(files["feed.json"])
    assert (feed["version"], feed["language"]) == ("https://jsonfeed.org/version/1.1", language)
    assert [feed["title"], feed["description"]] == texts_of(atom, "title", "subtitle")
    assert (feed["home_page_url"], feed["feed_url"]) == (f"{SITE}/index.html", f"{SITE}/feed.json")
    assert feed["authors"] == [{"name": "Arusha contributors"}]
    entries = atom.findall(f"{ATOM}entry")
    for item, entry in zip(feed["items"], entries, strict=True):
        told = [item[name] for name in ("id", "title", "date_modified", "content_text")]
        assert told == texts_of(entry, "id", "title", "updated", "summary")
        assert [author["name"] for author in item["authors"]] == [
            name.text for name in entry.findall(f"{ATOM}author/{ATOM}name")
        ]
        assert item["tags"] == [category.get("label") for category in entry.findall(f"{ATOM}category")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_json_feed_has_no_link_without_the_address_of_the_site(knowledge: Knowledge, language: str) -> None:
    """JSON Feed asks for whole addresses and defines no base for others."""
    told = make(knowledge, phrases(language))["feed.json"]
    assert json.loads(told)["items"]
    assert not re.search(r'url"|\.html|\.json"', told)


def links(files: dict[str, str]) -> set[str]:
    feed = ElementTree.fromstring(files["feed.xml"])
    found = {str(link.get("href")) for link in feed.iter(f"{ATOM}link") if link.get("rel") != "license"}
    found |= {item["url"] for item in json.loads(files["feed.json"])["items"] if "url" in item}
    return found | {told["page"] for told in json.loads(files["data/practices.json"])}


def test_links_lead_to_pages_within_the_site(knowledge: Knowledge, files: dict[str, str]) -> None:
    made = {path.replace(".md", ".html") for path in pages.make(knowledge, phrases("en"))}
    assert links(files) <= made | files.keys()


def test_links_begin_with_the_address_of_the_site(knowledge: Knowledge, files: dict[str, str]) -> None:
    expected = {f"{SITE}/{path}" for path in links(files)}
    for address in (SITE, f"{SITE}/"):
        made = make(knowledge, phrases("en"), address)
        assert links(made) == expected
        assert all(item["url"] in expected for item in json.loads(made["feed.json"])["items"])


def test_no_text_breaks_a_feed(knowledge: Knowledge) -> None:
    @settings(max_examples=100, deadline=None)
    @given(st.text(), st.sampled_from(["]]>", "&amp;", "<a b='c'>", '"', "\x0b", "\ufffe", "\n", "é"]))
    def law(text: str, sign: str) -> None:
        told = Text(en=f"a{text}{sign}z")
        declaration = knowledge.declaration
        factors = tuple(factor.model_copy(update={"name": told}) for factor in declaration.factors)
        named = tuple(member.model_copy(update={"name": told}) for member in knowledge.members.members)
        kept = {name: getattr(knowledge.members, name) for name in ("as_of", "note", "regions")}
        spoilt = replace(
            changed(knowledge, title=told, summary=told),
            declaration=declaration.model_copy(update={"factors": factors}),
            members=Members(members=named, **kept),  # a copy would keep what is cached by code
        )
        found = opendata.one_language(spoilt, phrases("en"))
        entry = ElementTree.fromstring(found["feed.xml"]).findall(f"{ATOM}entry")[-1]
        item, expected = json.loads(found["feed.json"])["items"][-1], opendata.line(told.en)
        assert texts_of(entry, "title", "summary") == [item["title"], item["content_text"]] == [expected] * 2
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == item["authors"][0]["name"] == expected
        assert entry.findall(f"{ATOM}category")[-1].get("label") == item["tags"][-1] == expected

    law()


def test_a_moved_practice_keeps_its_name_in_the_feeds(knowledge: Knowledge) -> None:
    found = opendata.one_language(
        changed(knowledge, id="xx-new", formerly=("xx-first", "xx-second")), phrases("en"), SITE
    )
    item = json.loads(found["feed.json"])["items"][-1]
    assert (item["id"], item["url"]) == ("urn:arusha:practice:xx-first", f"{SITE}/practices/xx-new.html")


def test_an_untranslated_entry_says_that_it_is_english(knowledge: Knowledge) -> None:
    found = opendata.one_language(changed(knowledge, summary=Text(en="Plain")), phrases("fr"))
    feed = ElementTree.fromstring(found["feed.xml"])
    assert [entry.get(LANG) for entry in feed.findall(f"{ATOM}entry")] == ["fr", "en"]


@pytest.mark.parametrize(
    ("checked", "moment"),
    [("2027", "2027-01-01"), ("2027-02", "2027-02-01"), ("2027-02-28", "2027-02-28")],
)
def test_what_was_checked_last_comes_first(knowledge: Knowledge, checked: str, moment: str) -> None:
    last = knowledge.practices[-1].model_copy(update={"last_checked": checked})
    found = opendata.one_language(replace(knowledge, practices=(*knowledge.practices[:-1], last)), phrases("en"))
    feed = json.loads(found["feed.json"])
    assert [item["id"] for item in feed["items"][:2]] == ["urn:arusha:edition:16", f"urn:arusha:practice:{last.id}"]
    assert {item["date_modified"] for item in feed["items"][:2]} == {f"{moment}T00:00:00Z"}
    assert f"<updated>{moment}T00:00:00Z</updated>" in found["feed.xml"].partition("<entry")[0]


def test_a_feed_holds_the_newest_only(knowledge: Knowledge) -> None:
    many = tuple(
        practice.model_copy(update={"id": f"{practice.id}-{n}", "last_checked": f"20{n:02d}"})
        for n in range(10)
        for practice in knowledge.practices
    )
    found = json.loads(opendata.one_language(replace(knowledge, practices=many), phrases("en"))["feed.json"])
    assert len(found["items"]) == LATEST
    assert {item["date_modified"][:4] for item in found["items"]} == {"2009", "2008"}


def test_a_base_without_practices_has_valid_files(knowledge: Knowledge, validator: Draft202012Validator) -> None:
    found = make(replace(knowledge, practices=(), editions=()), phrases("en"))
    assert json.loads(found["data/practices.json"]) == []
    assert validator.is_valid([])
    assert rows_of(found["data/practices.csv"]) == []
    feed = ElementTree.fromstring(found["feed.xml"])
    assert all(texts_of(feed, "id", "title", "updated"))
