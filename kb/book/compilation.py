"""The book of practices as every form of it is rendered from: made once, frozen, and pure.

Each practice stands once, in the chapter of the first key factor that it serves (the first in the book, where the book holds a
choice of factors), and is named again in the chapters of the others. The order is that of the Declaration's elements, then of the
Members' names: it ranks nobody.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from kb.base.folding import fold
from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import NOT_STATED, EvidenceStrength, NotStated, Text, factor_of
from kb.library.citations import line
from kb.library.content import Period
from kb.library.declaration import KeyFactor
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice
from kb.newsletter.folder import Abbreviation
from kb.press.document import Block, Listing, Paragraph, Run, Runs, text_of, texts
from kb.press.markdown import parse


@dataclass(frozen=True)
class Part:
    """A part of a practice under its label, in the language that it is written in."""

    label: str
    language: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Served:
    """An element that a practice serves."""

    id: str
    short: str


@dataclass(frozen=True)
class Entry:
    """A practice in its place; *number* is that of its chapter and its own in it, *facts* are its type and its time."""

    id: str
    number: str
    title: str
    language: str
    members: str
    evidence: EvidenceStrength
    strength: str
    facts: tuple[str, ...]
    summary: Part
    parts: tuple[Part, ...]
    served: tuple[Served, ...]
    source: str
    untranslated: str


@dataclass(frozen=True)
class Clause:
    """An element of a chapter's factor with the practices that serve it, or an *invitation* where none does anywhere."""

    id: str
    short: str
    text: str
    practices: tuple[str, ...]
    invitation: str


@dataclass(frozen=True)
class Chapter:
    """A key factor: what it asks for, the practices that serve it first of all, and the ids of those that serve it, too."""

    factor: int
    label: str
    name: str
    aim: str
    clauses: tuple[Clause, ...]
    entries: tuple[Entry, ...]
    also: tuple[str, ...]
    empty: str


@dataclass(frozen=True)
class Listed:
    """A name with the ids of the practices that belong to it: a Member, or an article."""

    name: str
    practices: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """The whole book; *day* dates every file of it, *marks* say how results are marked."""

    language: str
    title: str
    subtitle: str
    day: str
    facts: tuple[str, ...]
    about: tuple[str, ...]
    marks: tuple[tuple[EvidenceStrength, str, str], ...]
    chapters: tuple[Chapter, ...]
    sources: tuple[Listed, ...]
    disclaimers: tuple[str, ...]
    index: tuple[Listed, ...]
    abbreviations: tuple[Abbreviation, ...]

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The practices by id, in the order of the book."""
        return {entry.id: entry for chapter in self.chapters for entry in chapter.entries}

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every text of the book that each form has."""
        return tuple(filter(None, _texts(self)))


def make(knowledge: Knowledge, say: Phrases, factors: Collection[int] = (), members: Collection[str] = ()) -> Book:
    """The book in the language of *say*, of all practices or of those of some key factors or Members. Raises ArushaError."""
    return _Maker(knowledge, say, frozenset(factors), frozenset(members)).book()


class _Maker:
    def __init__(self, knowledge: Knowledge, say: Phrases, factors: frozenset[int], members: frozenset[str]) -> None:
        self.knowledge, self.say, self.language = knowledge, say, say.language
        self.factors, self.members = factors, members
        self.order = {element: place for place, element in enumerate(knowledge.declaration.elements)}
        self.chosen = [
            practice
            for practice in knowledge.practices
            if (not members or members & {*practice.members}) and (not factors or factors & {*practice.factors})
        ]
        if not self.chosen:
            raise Refusal("book.none_chosen")

    def book(self) -> Book:
        say, language = self.say, self.language
        chapters = tuple(self.chapters())
        ids = [entry.id for chapter in chapters for entry in chapter.entries]
        marks = tuple((each, say(f"evidence.{each}"), say(f"evidence.long.{each}")) for each in EvidenceStrength)
        day = max((practice.last_checked + "-01-01")[:10] for practice in self.chosen)
        editions = [
            self.knowledge.edition_by_number[number]
            for number in sorted({practice.source.edition for practice in self.chosen}, reverse=True)
        ]
        book = Book(
            language=language,
            title=say("compile.title"),
            subtitle=say("compile.subtitle"),
            day=day,
            facts=tuple(self.facts(day)),
            about=tuple(say(f"compile.about_{name}") for name in ("what", "order", "words", "uneven", "licence")),
            marks=marks,
            chapters=chapters,
            sources=tuple(self.sources(ids)),
            disclaimers=tuple(
                f"{line(each.title.of(language))}{say('colon')}{line(each.disclaimer.of(language))}"
                for each in editions
            ),
            index=tuple(self.index(ids)),
            abbreviations=(),
        )
        return _with_abbreviations(book, self.knowledge)

    def facts(self, day: str) -> Iterator[str]:
        say = self.say
        codes = {code for practice in self.chosen for code in practice.members}
        yield say.count("compile.practices", len(self.chosen))
        yield say.count("compile.members", len(codes))
        if self.factors:
            yield say("compile.only_factors", numbers=", ".join(map(str, sorted(self.factors))))
        if self.members:
            yield say("compile.only_members", names=", ".join(sorted(map(self.name, self.members), key=fold)))
        yield say("compile.as_of", date=say.date(day))

    def chapters(self) -> Iterator[Chapter]:
        """The chapters of the factors asked for; one without any practice only where no Members were chosen."""
        first: dict[int, list[Practice]] = defaultdict(list)
        for practice in self.chosen:
            first[self.place(practice)].append(practice)
        for number, found in first.items():
            found.sort(key=lambda practice: self.key(practice, number))
        for factor in self.knowledge.declaration.factors:
            if self.factors and factor.number not in self.factors:
                continue
            chapter = self.chapter(factor, first[factor.number])
            if chapter.entries or chapter.also or not self.members:
                yield chapter

    def place(self, practice: Practice) -> int:
        """The number of the chapter in which a practice stands."""
        return next(number for number in practice.factors if not self.factors or number in self.factors)

    def key(self, practice: Practice, factor: int) -> tuple[int, str, str, str]:
        element = min(self.order[each] for each in practice.elements if factor_of(each) == factor)
        return element, fold(self.names(practice)), fold(practice.title.of(self.language)), practice.id

    def chapter(self, factor: KeyFactor, practices: list[Practice]) -> Chapter:
        say, language = self.say, self.language
        chosen = {practice.id for practice in self.chosen}
        entries = tuple(self.entry(practice, f"{factor.number}.{at}") for at, practice in enumerate(practices, 1))
        main = [entry.id for entry in entries]
        others = [
            each
            for each in self.knowledge.practices_of(factor=factor.number)
            if each.id in chosen and each.id not in {*main}
        ]
        also = [
            each.id for each in sorted(others, key=lambda each: (self.place(each), self.key(each, self.place(each))))
        ]
        clauses = []
        for element in factor.elements:
            serving = {each.id for each in self.knowledge.practices_of(element=element.id)}
            found = tuple(key for key in (*main, *also) if key in serving)
            if found or not serving or not self.members:
                invitation = "" if serving else say("compile.invitation")
                clauses.append(
                    Clause(element.id, element.short.of(language), element.text.of(language), found, invitation)
                )
        return Chapter(
            factor=factor.number,
            label=say("factor.n", number=factor.number),
            name=factor.name.of(language),
            aim=factor.aim.of(language),
            clauses=tuple(clauses),
            entries=entries,
            also=tuple(also),
            empty="" if entries else say("compile.empty"),
        )

    def entry(self, practice: Practice, number: str) -> Entry:
        say, language = self.say, self.language
        results = () if practice.results == NOT_STATED else practice.results
        told: list[Part] = []
        for label, text in (("problem", practice.problem), ("done", practice.done)):
            told.extend(self.part(label, text))
        if results:
            falls = results[0].text.falls_back(language)
            items = tuple(self.result(each.text, each.period) for each in results)
            told.append(Part(say("site.results"), "en" if falls else language, (Listing(False, 1, items),)))
        for label, text in (("lessons", practice.lessons), ("gender", practice.gender)):
            told.extend(self.part(label, text))
        edition = self.knowledge.edition_by_number[practice.source.edition]
        article = edition.by_id[practice.source.article]
        falls = practice.title.falls_back(language)
        written = (practice.title, practice.summary, practice.done)
        return Entry(
            id=practice.id,
            number=number,
            title=_plain(practice.title.of(language), language),
            language="en" if falls else language,
            members=self.names(practice),
            evidence=practice.evidence,
            strength=say(f"evidence.{practice.evidence}"),
            facts=tuple(self.about(practice)),
            summary=self.told("", practice.summary),
            parts=tuple(told),
            served=tuple(
                Served(each, self.knowledge.declaration.elements[each].short.of(language)) for each in practice.elements
            ),
            source=say(
                "compile.source",
                edition=line(edition.title.of(language)),
                title=_plain(article.title.of(language), language),
            ),
            untranslated=say("untranslated") if any(text.falls_back(language) for text in written) else "",
        )

    def about(self, practice: Practice) -> Iterator[str]:
        """What kind of thing it is and when it was done, as far as the source says so."""
        say = self.say
        yield say(f"type.{practice.type}")
        if NOT_STATED not in (practice.start, practice.end):
            yield say("compile.from_to", start=say.date(practice.start), end=say.date(practice.end))
        elif practice.start != NOT_STATED:
            yield say("compile.since", start=say.date(practice.start))
        if practice.status != NOT_STATED:
            yield say(f"status.{practice.status}")

    def part(self, label: str, text: Text | NotStated) -> Iterator[Part]:
        if text != NOT_STATED:
            yield self.told(self.say(f"site.{label}"), text)

    def told(self, label: str, text: Text) -> Part:
        language = "en" if text.falls_back(self.language) else self.language
        return Part(label, language, _blocks(text.of(language), language))

    def result(self, text: Text, period: Period | NotStated) -> tuple[Block, ...]:
        language = "en" if text.falls_back(self.language) else self.language
        blocks = _blocks(text.of(language), language)
        if period == NOT_STATED:
            return blocks
        dated = Run(f" ({'–'.join(self.say.date(each) for each in period.split('/'))})")
        last = blocks[-1]
        return (
            (*blocks[:-1], Paragraph((*last.runs, dated)))
            if isinstance(last, Paragraph)
            else (*blocks, Paragraph((dated,)))
        )

    def sources(self, ids: list[str]) -> Iterator[Listed]:
        """Each article with the practices drawn from it, the newest edition first."""
        drawn: dict[tuple[int, str], list[str]] = defaultdict(list)
        for key in ids:
            source = self.knowledge.practice_by_id[key].source
            drawn[source.edition, source.article].append(key)
        for edition in reversed(self.knowledge.editions):
            for article in edition.articles:
                if found := drawn.get((edition.number, article.id)):
                    title, of = (
                        _plain(article.title.of(self.language), self.language),
                        line(edition.title.of(self.language)),
                    )
                    values = {"title": title, "edition": of}
                    if article.member:
                        name = self.say("compile.source_member", member=self.name(article.member), **values)
                    else:
                        name = self.say("compile.source", **values)
                    yield Listed(name, tuple(found))

    def index(self, ids: list[str]) -> Iterator[Listed]:
        found: dict[str, list[str]] = defaultdict(list)
        for key in ids:
            for code in self.knowledge.practice_by_id[key].members:
                found[code].append(key)
        for code in sorted(found, key=lambda code: fold(self.name(code))):
            yield Listed(self.name(code), tuple(found[code]))

    def name(self, code: str) -> str:
        return self.knowledge.members.by_code[code].name.of(self.language)

    def names(self, practice: Practice) -> str:
        return self.say("list.and").join(map(self.name, practice.members))


def _blocks(text: str, language: str) -> tuple[Block, ...]:
    """A text of the knowledge base as blocks; footnotes come last as a list."""
    parsed = parse(text, language, {})
    notes = (Listing(True, 1, tuple((Paragraph(note),) for note in parsed.notes)),) if parsed.notes else ()
    return (*parsed.blocks, *notes)


def _plain(text: str, language: str) -> str:
    """A text on one line with the printer's signs, its Markdown read."""
    return " ".join(texts(parse(line(text), language, {}).blocks))


def runs_of(part: Part) -> Runs:
    """The runs of a part that is one paragraph, as a summary is."""
    found: list[Run] = []
    for block in part.blocks:
        found += (
            [Run(" "), *block.runs]
            if found and isinstance(block, Paragraph)
            else block.runs
            if isinstance(block, Paragraph)
            else []
        )
    return tuple(found)


def _with_abbreviations(book: Book, knowledge: Knowledge) -> Book:
    """The book with those abbreviations of its editions that occur in it."""
    used = {source.edition for source in (knowledge.practice_by_id[key].source for key in book.by_id)}
    found: dict[tuple[str, str], Abbreviation] = {}
    whole = "\n".join(book.texts)
    for edition in (edition for edition in knowledge.editions if edition.number in used):
        for each in edition.abbreviations:
            if re.search(rf"(?<!\w){re.escape(each.term)}(?!\w)", whole):
                expansion = each.expansion.of(book.language)
                found.setdefault((each.term, expansion), Abbreviation(term=each.term, expansion=expansion))
    fields = {name: getattr(book, name) for name in Book.__dataclass_fields__}
    listed = tuple(sorted(found.values(), key=lambda each: (fold(each.term), each.expansion)))
    return Book(**(fields | {"abbreviations": listed}))


def _texts(book: Book) -> Iterable[str]:
    yield from (book.title, book.subtitle, *book.facts, *book.about)
    yield from (text for _, *mark in book.marks for text in mark)
    for chapter in book.chapters:
        yield from (chapter.label, chapter.name, chapter.aim, chapter.empty)
        for clause in chapter.clauses:
            yield from (clause.short, clause.text, clause.invitation)
        for entry in chapter.entries:
            yield from (f"{entry.number} {entry.title}", entry.members, entry.strength, *entry.facts)
            yield text_of(runs_of(entry.summary))
            for part in entry.parts:
                yield from (part.label, *texts(part.blocks))
            yield from (served.short for served in entry.served)
            yield from (entry.source, entry.untranslated)
    yield from (each.name for each in book.sources)
    yield from book.disclaimers
    yield from (each.name for each in book.index)
    yield from (each.expansion for each in book.abbreviations)
