"""Pages of the knowledge base as plain Markdown with front matter: a pure function of what is known."""

import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import fields
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape
from pydantic_core import to_json

from kb.base import cache, policy
from kb.base.interface import Phrases
from kb.base.markdown_text import harmless, without_control
from kb.base.vocabulary import NOT_STATED, PracticeType, Text, Words
from kb.library import citations
from kb.library.editions import Activity, Edition
from kb.library.knowledge import Knowledge
from kb.library.members import Member, Region
from kb.library.practices import Practice
from kb.library.references import Link

MAY_BE_SILENT = ("problem", "results", "lessons", "start", "stakeholders", "cost", "contact")
SECTIONS = ("search", "practices", "factors", "members", "editions", "instruments", "about")


def navigation(say: Phrases) -> list[dict[str, str]]:
    """The navigation: index pages only, since thousands of records must not sit in the sidebar."""
    pages = {
        "home": "index.md",
        **{name: f"{name}/index.md" for name in SECTIONS},
        "search": "search.md",
        "about": "about.md",
    }
    return [{say(f"site.{name}"): path} for name, path in pages.items()]


def practice_keys(
    knowledge: Knowledge, say: Phrases, related: Mapping[str, tuple[str, ...]], address: str
) -> dict[str, str]:
    """For each practice page what changes when the page may: a key over all that it is made from.

    That is its record, the records close to it, and all that is no practice: what `practice.md.j2` may speak of, and no more.
    """
    unlisted = {"articles": {"__all__": {"practices"}}}  # so that a record more or less changes no other page
    editions = [edition.model_dump_json(exclude=unlisted) for edition in knowledge.editions]
    apart = {"root", "practices", "editions", "references"}
    around = {field.name: getattr(knowledge, field.name) for field in fields(knowledge) if field.name not in apart}
    spoken = {key: say(key) for key in sorted(say.keys())}
    common = cache.key(cache.program(), say.language, address, *editions, to_json(around), to_json(spoken))
    own = {
        practice.id: cache.key(
            practice.model_dump_json(),
            str(practice.aged(knowledge.day)),
            *(knowledge.reference_by_id[key].model_dump_json() for key in _resting_on(practice)),
        )
        for practice in knowledge.practices
    }
    return {
        f"practices/{practice}.md": cache.key(common, key, *(own[other] for other in related[practice]))
        for practice, key in own.items()
    }


def make(
    knowledge: Knowledge,
    say: Phrases,
    related: Mapping[str, tuple[str, ...]] | None = None,
    address: str = "",
    without: Container[str] = (),
    *,
    commitments: bool = False,
) -> dict[str, str]:
    """Every page by its path, in the language of *say*; the same knowledge gives the same text.

    *related*: for each practice the ids of those close to it; those that its record names if not given. *address*: where
    the site will stand, for citations; without it they give the record's id alone. *without*: practice pages to leave out.
    *commitments*: whether the front page leads to the public commitments.
    """
    render = _Renderer(knowledge, say)
    declaration, members = knowledge.declaration, knowledge.members
    pages = {
        "index.md": render("home", latest=next(reversed(knowledge.editions), None), commitments=commitments),
        "search.md": render("search", phrases_json=_script(json.dumps(search_phrases(say), ensure_ascii=False))),
        "about.md": render("about", effects=declaration.effects),
        "activities.md": render("activities", activities=_activities(knowledge)),
        "abbreviations.md": render("abbreviations", abbreviations=_abbreviations(knowledge)),
        "coverage.md": render("coverage", regions=_region_counts(knowledge), types=_by_type(knowledge)),
        "practices/index.md": render("practices", groups=_by_first_factor(knowledge), types=_by_type(knowledge)),
        "factors/index.md": render("factors"),
        "questions/gender.md": render("gender"),
        "members/index.md": render("members", regions=_by_region(knowledge)),
        "editions/index.md": render("editions"),
        "references.md": render("references"),
        "instruments/index.md": render("instruments"),
    }
    for practice in knowledge.practices:
        if (name := f"practices/{practice.id}.md") not in without:
            close = (related or {}).get(practice.id, practice.related)
            pages[name] = render("practice", p=practice, related=close, **_facts(practice, knowledge, say, address))
    for factor in declaration.factors:
        pages[f"factors/{factor.number}.md"] = render("factor", f=factor)
    for member in members.members:
        pages[f"members/{member.code.lower()}.md"] = render(
            "member",
            m=member,
            region=members.region_by_code[member.region],
            practices=knowledge.practices_of(member=member.code),
        )
    for region, found in _by_region(knowledge):
        inside = [practice for practice in knowledge.practices if _regions(practice, knowledge) & {region.code}]
        pages[f"regions/{region.code.lower()}.md"] = render("region", region=region, members=found, practices=inside)
    for type_, of_type in _by_type(knowledge):
        pages[f"types/{type_}.md"] = render("type", type=type_, practices=of_type)
    for edition in knowledge.editions:
        pages[f"editions/{edition.number}.md"] = render("edition", e=edition)
    for instrument in knowledge.instruments:
        pages[f"instruments/{instrument.id}.md"] = render(
            "instrument", i=instrument, practices=knowledge.practices_of(instrument=instrument.id)
        )
    return pages


def _facts(practice: Practice, knowledge: Knowledge, say: Phrases, address: str) -> dict[str, Any]:
    """What a practice's page shows that its record does not hold itself."""
    return {
        "unstated": [say(f"site.unstated_fields.{n}") for n in MAY_BE_SILENT if getattr(practice, n) == NOT_STATED],
        "found": knowledge.article_of(practice),
        "origin": citations.origin(practice, knowledge, say.language),
        "cite": citations.for_page(practice, knowledge, say, address),
        "citation": citations.plain(citations.cite(practice, knowledge, say, address), say),
    }


def _resting_on(practice: Practice) -> tuple[str, ...]:
    """The texts of references.yml that a record rests on."""
    return (*filter(None, [practice.source.reference]), *practice.further)


def sitemap(names: Iterable[str], homes: Iterable[str]) -> str:
    """The site's map for search engines: the address of every page, below the address of each language."""
    paths = sorted(f"{name.removesuffix('.md')}.html" for name in names)
    found = "".join(f"<url><loc>{escape(citations.link(path, home))}</loc></url>\n" for home in homes for path in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{found}</urlset>\n"


def moved(knowledge: Knowledge, say: Phrases, address: str = "") -> dict[str, str]:
    """HTML pages for ids that practices had before: each leads on to the page of today, in the language of *say*."""
    return {
        f"practices/{old}.html": _leading(practice, say, address)
        for practice in knowledge.practices
        for old in practice.formerly
    }


def _leading(practice: Practice, say: Phrases, address: str) -> str:
    """A page that holds nothing but a practice's title and leads to its page."""
    page = Markup(
        '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta http-equiv="refresh" content="0; url={name}">\n<link rel="canonical" href="{canonical}">\n</head>\n'
        '<body><p><a href="{name}">{title}</a></p></body>\n</html>\n'
    )
    name = f"{practice.id}.html"
    told = page.format(
        language="en" if practice.title.falls_back(say.language) else say.language,
        title=citations.line(practice.title.of(say.language)),
        name=name,
        canonical=citations.link(citations.page(practice), address) if address else name,
    )
    return policy.for_one_page(str(told))  # a Markup would escape what is put into it


def _by_first_factor(knowledge: Knowledge) -> list[tuple[int, list[Practice]]]:
    return [
        (factor.number, [practice for practice in knowledge.practices if practice.factors[0] == factor.number])
        for factor in knowledge.declaration.factors
    ]


def _by_region(knowledge: Knowledge) -> list[tuple[Region, list[Member]]]:
    return [
        (region, [member for member in knowledge.members.members if member.region == region.code])
        for region in knowledge.members.regions
    ]


def _regions(practice: Practice, knowledge: Knowledge) -> set[str]:
    return {knowledge.members.by_code[code].region for code in practice.members}


def _region_counts(knowledge: Knowledge) -> list[tuple[Region, list[Practice], int]]:
    return [
        (region, inside, len({code for practice in inside for code in practice.members}))
        for region in knowledge.members.regions
        for inside in [[practice for practice in knowledge.practices if region.code in _regions(practice, knowledge)]]
    ]


def _by_type(knowledge: Knowledge) -> list[tuple[str, list[Practice]]]:
    return [
        (str(kind), [practice for practice in knowledge.practices if practice.type == kind]) for kind in PracticeType
    ]


def _activities(knowledge: Knowledge) -> list[tuple[Edition, Activity]]:
    found = [(edition, activity) for edition in knowledge.editions for activity in edition.activities]
    return sorted(found, key=lambda pair: (pair[1].start == NOT_STATED, pair[1].start, pair[1].id))


def _abbreviations(knowledge: Knowledge) -> list[tuple[str, Text, list[int]]]:
    found: dict[tuple[str, Text], list[int]] = {}
    for edition in knowledge.editions:
        for abbreviation in edition.abbreviations:
            found.setdefault((abbreviation.term, abbreviation.expansion), []).append(edition.number)
    return [
        (term, expansion, numbers)
        for (term, expansion), numbers in sorted(found.items(), key=lambda item: item[0][0].casefold())
    ]


class _Renderer:
    """Jinja with values made safe for Markdown: no value can become markup of its own."""

    def __init__(self, knowledge: Knowledge, say: Phrases) -> None:
        self.say = say
        self.environment = Environment(
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            loader=FunctionLoader(lambda name: (files("kb.site") / "templates" / name).read_text(encoding="utf-8")),
            finalize=_plain,
        )
        self.environment.filters.update(
            yaml=_yaml, code=_code, body=self.body, t=self.text, told=self.told, items=self.items, pieces=self.pieces
        )
        self.environment.globals.update(
            k=knowledge,
            say=say,
            language=say.language,
            NOT_STATED=NOT_STATED,
            names=self.names,
            name=lambda value: citations.name_of(value, say.language),
            link=self.link,
            served=_served(knowledge),
        )
        self.knowledge = knowledge

    def __call__(self, template: str, **values: Any) -> str:
        text = self.environment.get_template(f"{template}.md.j2").render(**values)
        return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

    def text(self, value: Text | str) -> str:
        """A text in the page's language, or the words for a silent source."""
        return self.say("not_stated") if value == NOT_STATED else value.of(self.say.language)  # type: ignore[union-attr]

    def told(self, value: Text) -> str | Markup:
        """A text in the page's language, or a fallback that says which language it is in."""
        text = value.of(self.say.language)
        return Markup('<span lang="en">{}</span>').format(_plain(text)) if value.falls_back(self.say.language) else text

    def body(self, value: Text | str) -> Markup:
        """A Markdown text in the page's language, made harmless; it says so if it is a fallback."""
        text = harmless(self.text(value))
        marked = (
            Markup("\n\n*{}*").format(self.say("untranslated"))
            if isinstance(value, Text) and value.falls_back(self.say.language)
            else ""
        )
        return Markup(text) + marked  # noqa: S704 - made harmless just before

    def items(self, value: Words | str) -> str:
        """A list of words on one line, or the words for a silent source."""
        return self.say("not_stated") if value == NOT_STATED else ", ".join(value.of(self.say.language))  # type: ignore[union-attr]

    def pieces(self, value: Words) -> tuple[str, ...]:
        """A list of words in the page's language, one by one."""
        return value.of(self.say.language)

    def link(self, to: Link, origin: citations.Origin | None = None) -> Markup:
        """A link to a public text, to its archived copy if there is one, and the day on which it was last read.

        *origin*: who wrote it, where and when, to be told as well.
        """
        archived = Markup(" ([{}](<{}>))").format(self.say("site.archived"), to.archived) if to.archived else ""
        linked = Markup("[{}](<{}>){}").format(_plain(to.title), to.url, archived)
        seen = self.say("site.seen", date=self.say.date(to.seen))
        if origin is None:
            return Markup("{}. {}").format(linked, seen)
        names = dict.fromkeys((origin.author, linked, origin.container, origin.publisher))
        date = [self.say.date(origin.published)] if origin.published else []
        return Markup("{}. {}").format(Markup(", ").join(map(_plain, (*names, *date))), seen)

    def names(self, codes: Iterable[str]) -> str:
        """The names of Members in the page's language."""
        return self.say("list.and").join(
            self.knowledge.members.by_code[code].name.of(self.say.language) for code in codes
        )


def _served(knowledge: Knowledge) -> frozenset[str]:
    return frozenset(element for practice in knowledge.practices for element in practice.elements)


def _plain(value: Any) -> Any:
    """Take the meaning for Markdown out of a plain text; what is marked up already stays."""
    if isinstance(value, str) and not isinstance(value, Markup):
        line = without_control(value)
        line = " ".join(line.split()) if "\n" in line else line
        line = re.sub(r"([\\`*_{}\[\]|#]|^[-+!])", r"\\\1", line)
        line = re.sub(r"^(\d+)\.", r"\1\\.", line)
        # these have no escape: a word joiner takes them off the line's start
        return re.sub(r"^[:=~]", "\u2060\\g<0>", line)
    return value


def search_phrases(say: Phrases) -> dict[str, str]:
    """The phrases that the search box and the search page show."""
    return {key.removeprefix("search."): say(key) for key in sorted(say.keys()) if key.startswith("search.")}


def _script(data: str) -> Markup:
    return Markup(data.replace("<", "\\u003c"))  # noqa: S704 - JSON inside a script element


def _code(text: str) -> Markup:
    """A text as a fenced block, in a fence longer than any in it."""
    text = without_control(text)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    whole = text.strip("\r\n")  # the blank at the end of a RIS record belongs to it
    return Markup(f"{fence}\n{whole}\n{fence}")  # noqa: S704 - a code block shows all as it is


def _yaml(value: str) -> Markup:
    return Markup(json.dumps(str(value), ensure_ascii=False))  # noqa: S704 - front matter, not HTML
