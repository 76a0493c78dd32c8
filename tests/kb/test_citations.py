"""A citation says in every format what the record says: nothing invented, nothing lost, nothing that breaks the format."""

import json
import re
from dataclasses import replace
from typing import NamedTuple

import pybtex.database
import pybtex.errors
import pybtex.plugin
import pytest
from citeproc import Citation as CslCitation
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.base.interface import phrases
from kb.base.vocabulary import Text
from kb.library.citations import Citation, bibtex, cite, csl, for_page, line, link, origin, plain, ris
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice

SITE = "https://integrity.example/kb"
NASTY = [
    "{",
    "}",
    "\\",
    "%",
    "&",
    "#",
    "$",
    "_",
    "~",
    "^",
    "<b>",
    "|",
    "@x{",
    '"',
    ",",
    " and ",
    "é",
    "’",
    "«\u00a0",
    "文",
]
BREAKS = ["\n", "\r\n", "\r\nER  - \r\n", "\x85", "\u2028", "\x00"]
texts = st.lists(st.sampled_from(NASTY + BREAKS) | st.text(max_size=5), min_size=1, max_size=8).map("".join)
lines = texts.map(line).filter(bool)
anything = st.builds(
    Citation,
    key=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True),
    authors=st.lists(lines, min_size=1, max_size=3).map(tuple),
    title=lines,
    container=lines,
    publisher=lines,
    published=st.sampled_from(["2020", "2020-03", "2020-03-05"]),
    note=lines,
    address=st.sampled_from(["", f"{SITE}/practices/x_y.html", "https://xn--a.example/%7B&%7D#a"]),
    language=st.sampled_from(["en", "fr"]),
)
TEX = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
TEX |= {"less": "<", "greater": ">", "bar": "|"}
TEX_SIGN = re.compile(r"\{\\text([a-z]+)\}|\\([%&#$_])|([{}])")


class Entry(NamedTuple):
    kind: str
    key: str
    fields: dict[str, str]


def read_bibtex(text: str) -> list[Entry]:
    """Entries as BibTeX reads them: it counts braces, and a backslash before one changes nothing."""
    entries, rest = [], text
    while rest.strip():
        head = re.match(r"\s*@([a-z]+)\{([^,\s]+),\n", rest)
        assert head
        rest, fields = rest[head.end() :], {}
        while not rest.startswith("}\n"):
            name = re.match(r"  ([a-z]+) = ", rest)
            assert name
            rest = rest[name.end() :]
            depth, end = 0, 0
            while depth or rest[end] != ",":
                depth += {"{": 1, "}": -1}.get(rest[end], 0)
                end += 1
            value, rest = rest[:end], rest[end:].removeprefix(",\n")
            fields[name[1]] = value[1:-1] if value.startswith("{") else value
        rest = rest.removeprefix("}\n")
        entries.append(Entry(head[1], head[2], fields))
    return entries


def said(value: str) -> str:
    """What TeX prints for a value; no sign with a meaning for TeX may stand in it bare."""
    bare = TEX_SIGN.sub("", value)
    assert not set(bare) & set("\\%&#$_~^<>|"), bare
    return TEX_SIGN.sub(lambda sign: TEX[sign[1]] if sign[1] else sign[2] or "", value)


def split_names(value: str) -> list[str]:
    """Names as BibTeX parts them: at each “and” outside braces."""
    names, depth, start = [], 0, 0
    for place, character in enumerate(value):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and value.startswith(" and ", place):
            names.append(value[start:place])
            start = place + 5
    return [*names, value[start:]]


def read_ris(text: str) -> list[tuple[str, str]]:
    *rows, last = text.split("\r\n")
    assert last == ""
    found = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", row) for row in rows]
    assert all(found)
    return [(row[1], row[2]) for row in found if row]


@settings(max_examples=300, deadline=None)
@given(anything)
def test_bibtex_says_what_the_citation_says(citation: Citation) -> None:
    (entry,) = read_bibtex(bibtex(citation))
    fields = entry.fields
    assert (entry.kind, entry.key) == ("incollection", citation.key)
    assert tuple(said(name) for name in split_names(fields["author"])) == citation.authors
    assert all(name[0] == "{" and name[-1] == "}" for name in split_names(fields["author"]))
    assert said(fields["title"]) == citation.title
    assert said(fields["booktitle"]) == citation.container
    assert said(fields["publisher"]) == citation.publisher
    assert said(fields["note"]) == citation.note
    assert fields.get("url", "") == citation.address
    assert fields["year"] == citation.published[:4]
    assert fields.get("month", "") == ("mar" if citation.published[4:] else "")
    assert fields["langid"] == {"en": "english", "fr": "french"}[citation.language]


@settings(max_examples=300, deadline=None)
@given(anything)
def test_ris_says_what_the_citation_says(citation: Citation) -> None:
    rows = read_ris(ris(citation))
    values = dict(rows)
    assert (rows[0], rows[-1]) == (("TY", "CHAP"), ("ER", ""))
    assert [tag for tag, _ in rows].count("ER") == 1
    authors = [value for tag, value in rows if tag == "AU"]
    assert [name for name in authors if "," in name] == []
    assert [
        told for told, name in zip(authors, citation.authors, strict=True) if "," not in name and told != name
    ] == []
    assert (values["ID"], values["TI"], values["T2"]) == (citation.key, citation.title, citation.container)
    assert (values["PB"], values["N1"], values["LA"]) == (citation.publisher, citation.note, citation.language)
    assert (values.get("UR", ""), values["PY"]) == (citation.address, citation.published[:4])
    dates = {"2020": "2020///", "2020-03": "2020/03//", "2020-03-05": "2020/03/05/"}
    assert values["DA"] == dates[citation.published]


@settings(max_examples=300, deadline=None)
@given(anything)
def test_csl_says_what_the_citation_says(citation: Citation) -> None:
    item = json.loads(json.dumps(csl(citation)))
    assert tuple(name["literal"] for name in item["author"]) == citation.authors
    assert (item["id"], item["type"], item["title"]) == (citation.key, "chapter", citation.title)
    assert (item["container-title"], item["publisher"]) == (citation.container, citation.publisher)
    assert (item["note"], item["language"]) == (citation.note, citation.language)
    assert item.get("URL", "") == citation.address
    issued = [int(part) for part in citation.published.split("-") if part]
    assert item["issued"] == {"date-parts": [issued]}


@settings(max_examples=300, deadline=None)
@given(texts)
@example("a\r\n\t b\u2028c\x00")
@example("«\u00a0a\u00a0»")
def test_a_line_is_one_line_and_keeps_its_signs(text: str) -> None:
    told = line(text)
    assert len(told.splitlines()) <= 1
    assert line(told) == told
    assert [sign for sign in told if sign != " "] == [sign for sign in text if line(sign)]


def test_whatever_a_record_holds_its_citation_is_one_line_each(knowledge: Knowledge) -> None:
    practice, edition = practice_with(knowledge, "nz-gift-register"), knowledge.editions[0]

    @settings(max_examples=100, deadline=None)
    @given(texts.filter(str.strip), texts.filter(str.strip))
    def law(title: str, name: str) -> None:
        spoilt = replace(
            knowledge,
            editions=(edition.model_copy(update={"title": Text(en=name), "publisher": name.strip()}),),
        )
        citation = cite(practice.model_copy(update={"title": Text(en=title)}), spoilt, phrases("en"))
        assert (citation.title, citation.container) == (f"[{line(title.strip())}]", line(name.strip()))
        assert len(read_bibtex(bibtex(citation))) == 1
        assert [tag for tag, _ in read_ris(ris(citation))].count("TY") == 1

    law()


def practice_with(knowledge: Knowledge, key: str) -> Practice:
    return knowledge.practice_by_id[key]


def dated(knowledge: Knowledge, published: str) -> Knowledge:
    """The shipped knowledge as if its edition named a date."""
    return replace(
        knowledge,
        editions=tuple(edition.model_copy(update={"published": published}) for edition in knowledge.editions),
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_practice_is_cited_by_its_members_edition_and_id(knowledge: Knowledge, language: str) -> None:
    say = phrases(language)
    for practice in knowledge.practices:
        page = for_page(practice, knowledge, say)
        assert list(page) == ["bibtex", "ris", "csl"]
        (entry,), (item,), rows = read_bibtex(page["bibtex"]), json.loads(page["csl"]), read_ris(page["ris"])
        source = origin(practice, knowledge, language)
        assert entry.key == item["id"] == dict(rows)["ID"] == practice.id
        (author,) = item["author"]
        assert author["literal"] == source.author
        assert said(entry.fields["booktitle"]) == item["container-title"] == source.container
        assert dict(rows)["N1"] == item["note"] == said(entry.fields["note"])
        assert item["note"].startswith(say("cite.note", article=source.title))
        assert item["note"].endswith(source.address)
        year = (source.published or practice.reported)[:4]
        assert entry.fields["year"] == dict(rows)["PY"] == str(item["issued"]["date-parts"][0][0]) == year
        assert year in plain(cite(practice, knowledge, say), say)
        assert item["title"] == f"[{practice.title.of(language)}]"


def test_the_secretariats_articles_are_the_secretariats_and_a_members_the_members(knowledge: Knowledge) -> None:
    authors = {practice.id: origin(practice, knowledge, "en").author for practice in knowledge.practices}
    assert authors["us-equal-opportunity-training"] == "World Customs Organization (Secretariat)"
    assert authors["nz-gift-register"] == "New Zealand"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pybtex_reads_and_formats_the_whole_bibliography(knowledge: Knowledge, language: str) -> None:
    say = phrases(language)
    text = "\n".join(bibtex(cite(practice, knowledge, say, SITE)) for practice in knowledge.practices)
    data = pybtex.database.parse_string(text, "bibtex")
    assert {*data.entries} == {*knowledge.practice_by_id}
    for practice in knowledge.practices:
        (author,) = data.entries[practice.id].persons["author"]
        assert said(str(author)).strip("{}") == origin(practice, knowledge, language).author
    plain_style = pybtex.plugin.find_plugin("pybtex.style.formatting", "plain")()
    with pybtex.errors.capture() as told:  # what is lacking is told, and would raise outside
        entries = [*plain_style.format_entries(data.entries.values())]
    assert (len(entries), told) == (len(knowledge.practices), [])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_citeproc_reads_and_cites_each_record(knowledge: Knowledge, language: str) -> None:
    say = phrases(language)
    items = [csl(cite(practice, knowledge, say, SITE)) for practice in knowledge.practices]
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    shelf = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        shelf.register(CslCitation([CitationItem(item["id"])]))
    told = [str(entry) for entry in shelf.bibliography()]
    assert len(told) == len(items)
    for item in items:
        year = str(item["issued"]["date-parts"][0][0])
        assert any(item["title"] in entry and year in entry for entry in told), item["id"]


def test_the_note_says_whose_words_they_are() -> None:
    assert "in this project’s own words" in phrases("en")("cite.note", article="A")
    assert "par ce projet dans ses propres termes" in phrases("fr")("cite.note", article="A")


def test_where_the_edition_prints_no_date_the_day_of_the_report_stands(knowledge: Knowledge) -> None:
    practice = practice_with(knowledge, "nz-gift-register")
    assert cite(practice, knowledge, phrases("en")).published == practice.reported == "2019-12"


def test_a_date_that_the_edition_prints_is_told(knowledge: Knowledge) -> None:
    known = dated(knowledge, "2020-03")
    citation = cite(practice_with(knowledge, "nz-gift-register"), known, phrases("en"))
    assert citation.published == "2020-03"


def test_there_is_an_address_only_if_the_site_has_one(knowledge: Knowledge) -> None:
    practice, say = practice_with(knowledge, "nz-gift-register"), phrases("en")
    assert cite(practice, knowledge, say).address == ""
    assert all("UR  -" not in text and '"URL"' not in text for text in for_page(practice, knowledge, say).values())
    page = f"{SITE}/practices/nz-gift-register.html"
    for address in (SITE, f"{SITE}/"):
        assert cite(practice, knowledge, say, address).address == page
        assert [page in text for text in for_page(practice, knowledge, say, address).values()] == [True] * 3


def test_a_link_is_percent_encoded() -> None:
    assert link("a b{}.html", "https://x.example/é%20\n") == "https://x.example/%C3%A9%20%0A/a%20b%7B%7D.html"
    assert link("practices/a.html") == "practices/a.html"


def test_ris_does_not_take_a_comma_in_a_name_for_a_given_name(knowledge: Knowledge) -> None:
    citation = cite(practice_with(knowledge, "nz-gift-register"), knowledge, phrases("en"))
    told = ris(replace(citation, authors=("Macao, China", "New Zealand")))
    assert [value for tag, value in read_ris(told) if tag == "AU"] == ["Macao (China)", "New Zealand"]


def test_a_title_without_translation_is_cited_as_english(knowledge: Knowledge) -> None:
    practice = practice_with(knowledge, "nz-gift-register").model_copy(update={"title": Text(en="Gifts")})
    assert cite(practice, knowledge, phrases("fr")).language == "en"
    assert cite(practice_with(knowledge, "nz-gift-register"), knowledge, phrases("fr")).language == "fr"


@pytest.mark.parametrize(
    ("language", "published", "start", "end"),
    [
        (
            "en",
            "not_stated",
            "Ecuador and Peru, [Whistleblower channel with three ways to report], in WCO Integrity Newsletter, "
            "16th edition, World Customs Organization, December 2019. Title in brackets and text in this project’s own words",
            "https://integrity.example/kb/practices/ec-whistleblower-channel.html",
        ),
        (
            "fr",
            "2020-03",
            "Équateur et Pérou, [Canal de signalement ouvert par trois voies], dans Bulletin d’information "
            "sur l’éthique de l’OMD, 16e édition, Organisation mondiale des douanes, mars 2020. Titre entre crochets et "
            "texte rédigés par ce projet dans ses propres termes",
            "https://integrity.example/kb/practices/ec-whistleblower-channel.html",
        ),
    ],
)
def test_a_plain_citation_is_a_sentence_of_its_language(
    knowledge: Knowledge, language: str, published: str, start: str, end: str
) -> None:
    say = phrases(language)
    citation = cite(practice_with(knowledge, "ec-whistleblower-channel"), dated(knowledge, published), say, SITE)
    names = tuple(knowledge.members.by_code[code].name.of(language) for code in ("EC", "PE"))
    told = plain(replace(citation, authors=names), say)
    assert told.startswith(start)
    assert told.endswith(end)
