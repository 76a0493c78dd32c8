"""The whole base for reuse: JSON, CSV and BibTeX with a schema and a licence note, and feeds of what is new.

A pure function of what is known: texts by path, in stable order. The licence note asks `interface` for both languages.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field, TypeAdapter, computed_field

from kb.base.folding import may_be_formula
from kb.base.interface import Phrases, phrases
from kb.base.vocabulary import NOT_STATED, Language, Model
from kb.library import citations
from kb.library.citations import line, link
from kb.library.editions import Edition
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice

LATEST = 200  # entries of a feed
ATTRIBUTION = "Arusha contributors"
LICENCE = {
    "licence": "CC-BY-4.0",
    "name": "Creative Commons Attribution 4.0 International",
    "url": "https://creativecommons.org/licenses/by/4.0/",
    "attribution": ATTRIBUTION,
}
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


class Record(Practice):
    """One practice as `practices.json` holds it: every field of its file, and what follows from them."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    regions: Annotated[tuple[str, ...], Field(description="The WCO regions of its Members, by code.")]
    page: Annotated[str, Field(description="Its page: the address, or the path from the root of the site.")]

    @computed_field(description="The key factors that its elements belong to, 1 to 10.")  # type: ignore[prop-decorator]
    @property
    def factors(self) -> tuple[int, ...]:
        """The key factors that the practice serves, in the order of its elements."""
        return super().factors


def make(knowledge: Knowledge, say: Phrases, address: str = "") -> dict[str, str]:
    """Every file by its path, in the language of *say* where it has one; links are relative if there is no *address*."""
    return both_languages(knowledge, address) | one_language(knowledge, say, address)


def both_languages(knowledge: Knowledge, address: str = "") -> dict[str, str]:
    """The files that hold both languages, and so are needed once: data, schema and licence note."""
    found = records(knowledge, address)
    says = {str(language): phrases(language, knowledge.root) for language in Language}
    licence = LICENCE | {
        "note": {language: say("data.licence") for language, say in says.items()},
        "csv": {language: say("data.csv") for language, say in says.items()},
        "disclaimers": {str(edition.number): edition.disclaimer.model_dump() for edition in knowledge.editions},
    }
    return {
        "data/practices.json": _lines(found),
        "data/practices.csv": _csv(found, knowledge),
        "data/practices.schema.json": _json(schema(address)),
        "data/declaration.json": _json(knowledge.declaration),
        "data/editions.json": _lines(knowledge.editions),
        "data/references.json": _lines(knowledge.references),
        "data/instruments.json": _lines(knowledge.instruments),
        "data/members.json": _json(knowledge.members),
        "data/questions.json": _json(knowledge.bank),
        "data/gender.json": _json(knowledge.gender),
        "data/licence.json": _json(licence),
    }


def one_language(knowledge: Knowledge, say: Phrases, address: str = "") -> dict[str, str]:
    """The files in the language of *say*: the bibliography and the two feeds."""
    entries = _entries(knowledge, say, address)
    updated = max((entry.updated for entry in entries), default=_moment(knowledge.members.as_of))
    title = f"{say('site.name')}{say('colon')}{say('site.tagline')}"
    feed = _Feed(title, say("site.lead"), updated, say.language, say("site.independent"), entries)
    cited = (citations.cite(practice, knowledge, say, address) for practice in _by_id(knowledge))
    return {
        "data/practices.bib": "\n".join(citations.bibtex(citation) for citation in cited),
        "feed.xml": _atom(feed, address),
        "feed.json": _json(_json_feed(feed, address)),
    }


def records(knowledge: Knowledge, address: str = "") -> list[Record]:
    """All practices by id, each with its regions and its page."""
    regions = {code: member.region for code, member in knowledge.members.by_code.items()}
    return [
        Record(
            **dict(practice),
            regions=tuple(dict.fromkeys(regions[code] for code in practice.members)),
            page=link(citations.page(practice), address),
        )
        for practice in _by_id(knowledge)
    ]


def schema(address: str = "") -> dict[str, Any]:
    """The JSON Schema (2020-12) of `practices.json`, made from the models that read the content."""
    name = {"$id": link("data/practices.schema.json", address)} if address else {}
    told = TypeAdapter(list[Record]).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **name, "title": "practices.json", **told}


def cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before one, but not before a number."""
    return f"'{value}" if may_be_formula(value) and not _NUMBER.fullmatch(value) else value


def _by_id(knowledge: Knowledge) -> list[Practice]:
    return sorted(knowledge.practices, key=lambda practice: practice.id)


def _json(data: Model | dict[str, Any]) -> str:
    plain = data.model_dump(mode="json") if isinstance(data, Model) else data
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def _lines(models: Iterable[Model]) -> str:
    """A JSON list with one model to a line, so that two versions of it compare well."""
    rows = [json.dumps(model.model_dump(mode="json"), ensure_ascii=False) for model in models]
    return "[\n" + ",\n".join(rows) + "\n]\n"


def _csv(found: list[Record], knowledge: Knowledge) -> str:
    """One row a record; the byte order mark is there for Excel, which takes the accents apart without it."""
    text, columns = io.StringIO(newline=""), _columns(knowledge)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(read(record)) for read in columns.values()] for record in found)
    return f"\ufeff{text.getvalue()}"


def _columns(knowledge: Knowledge) -> dict[str, Callable[[Record], str]]:
    names = {code: member.name for code, member in knowledge.members.by_code.items()}
    origins = {practice.id: citations.origin(practice, knowledge, "en") for practice in knowledge.practices}
    return {
        "id": lambda record: record.id,
        "title_en": lambda record: record.title.en,
        "title_fr": lambda record: record.title.fr or "",
        "summary_en": lambda record: record.summary.en,
        "summary_fr": lambda record: record.summary.fr or "",
        "members": lambda record: _listed(record.members),
        "member_names_en": lambda record: _listed(names[code].en for code in record.members),
        "member_names_fr": lambda record: _listed(names[code].of("fr") for code in record.members),
        "regions": lambda record: _listed(record.regions),
        "factors": lambda record: _listed(map(str, record.factors)),
        "elements": lambda record: _listed(record.elements),
        "type": lambda record: record.type,
        "evidence": lambda record: record.evidence,
        "status": lambda record: record.status,
        "reported": lambda record: record.reported,
        "start": lambda record: record.start,
        "end": lambda record: record.end,
        "instruments": lambda record: _listed(record.instruments),
        "edition": lambda record: str(record.source.edition or ""),
        "article": lambda record: record.source.article or "",
        "reference": lambda record: record.source.reference or "",
        "source_author": lambda record: origins[record.id].author,
        "source_title": lambda record: origins[record.id].title,
        "source_url": lambda record: origins[record.id].address,
        "last_checked": lambda record: record.last_checked,
        "page": lambda record: record.page,
    }


def _listed(values: Iterable[str]) -> str:
    return "; ".join(values)


class _Entry(NamedTuple):
    id: str
    link: str
    title: str
    summary: str
    updated: str
    language: str
    authors: tuple[str, ...]
    tags: tuple[tuple[str, str, str], ...] = ()  # scheme, term, label


class _Feed(NamedTuple):
    title: str
    subtitle: str
    updated: str
    language: str
    rights: str
    entries: list[_Entry]


def _entries(knowledge: Knowledge, say: Phrases, address: str) -> list[_Entry]:
    """The newest editions and practices, the newest first and ties by id."""
    practices = sorted(sorted(knowledge.practices, key=_urn), key=_checked, reverse=True)[:LATEST]
    found = [
        *(_edition_entry(edition, knowledge, say, address) for edition in knowledge.editions),
        *(_practice_entry(practice, knowledge, say, address) for practice in practices),
    ]
    return sorted(sorted(found, key=lambda entry: entry.id), key=lambda entry: entry.updated, reverse=True)[:LATEST]


def _urn(practice: Practice) -> str:
    """What names the practice in a feed for ever, and so is made of its first id."""
    return f"urn:arusha:practice:{(*practice.formerly, practice.id)[0]}"


def _checked(practice: Practice) -> str:
    return _moment(practice.last_checked)


def _practice_entry(practice: Practice, knowledge: Knowledge, say: Phrases, address: str) -> _Entry:
    language = say.language
    factors = [knowledge.declaration.factor(number) for number in practice.factors]
    return _Entry(
        id=_urn(practice),
        link=link(citations.page(practice), address),
        title=line(practice.title.of(language)),
        summary=line(practice.summary.of(language)),
        updated=_checked(practice),
        language=Language.EN if practice.summary.falls_back(language) else language,
        authors=tuple(line(knowledge.members.by_code[code].name.of(language)) for code in practice.members),
        tags=(
            ("type", practice.type, say(f"type.{practice.type}")),
            *(("factor", str(factor.number), line(factor.name.of(language))) for factor in factors),
        ),
    )


def _edition_entry(edition: Edition, knowledge: Knowledge, say: Phrases, address: str) -> _Entry:
    checked = [_checked(practice) for practice in knowledge.practices if practice.source.edition == edition.number]
    published = knowledge.members.as_of if edition.published == NOT_STATED else edition.published
    return _Entry(
        id=f"urn:arusha:edition:{edition.number}",
        link=link(f"editions/{edition.number}.html", address),
        title=line(edition.title.of(say.language)),
        summary=line(edition.note.of(say.language)),
        updated=max(checked, default=_moment(published)),
        language=Language.EN if edition.note.falls_back(say.language) else say.language,
        authors=(citations.name_of(edition.publisher, say.language),),
    )


def _moment(date: str) -> str:
    """The first moment of a day, month or year, as RFC 3339 writes it."""
    return f"{(date + '-01-01')[:10]}T00:00:00Z"


def _atom(feed: _Feed, address: str) -> str:
    """An Atom 1.0 feed (RFC 4287)."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">',
        f"  <id>urn:arusha:feed:{feed.language}</id>",
        f"  <title>{escape(feed.title)}</title>",
        f"  <subtitle>{escape(feed.subtitle)}</subtitle>",
        f"  <updated>{feed.updated}</updated>",
        f'  <link rel="self" type="application/atom+xml" href="{escape(link("feed.xml", address))}"/>',
        f'  <link rel="alternate" type="text/html" href="{escape(link("index.html", address))}"/>',
        f'  <link rel="license" href="{LICENCE["url"]}"/>',
        f"  <author><name>{ATTRIBUTION}</name></author>",
        f"  <rights>{escape(feed.rights)}</rights>",
    ]
    for entry in feed.entries:
        lines += [
            f'  <entry xml:lang="{entry.language}">',
            f"    <id>{entry.id}</id>",
            f"    <title>{escape(entry.title)}</title>",
            f"    <updated>{entry.updated}</updated>",
            f'    <link rel="alternate" type="text/html" href="{escape(entry.link)}"/>',
            *(f"    <author><name>{escape(name)}</name></author>" for name in entry.authors),
            *(
                f'    <category scheme="urn:arusha:{scheme}" term="{term}" label="{escape(label)}"/>'
                for scheme, term, label in entry.tags
            ),
            f"    <summary>{escape(entry.summary)}</summary>",
            "  </entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def _json_feed(feed: _Feed, address: str) -> dict[str, Any]:
    """A JSON Feed 1.1; it has no links if there is no *address*, since the standard gives relative ones no base."""
    links = {"home_page_url": link("index.html", address), "feed_url": link("feed.json", address)}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        **(links if address else {}),
        "description": feed.subtitle,
        "language": feed.language,
        "authors": [{"name": ATTRIBUTION}],
        "items": [
            {
                "id": entry.id,
                **({"url": entry.link} if address else {}),
                "title": entry.title,
                "content_text": entry.summary,
                "date_modified": entry.updated,
                "language": entry.language,
                "authors": [{"name": name} for name in entry.authors],
                "tags": [label for _, _, label in entry.tags],
            }
            for entry in feed.entries
        ],
    }
