"""The book of practices as a document: what stands in it, in which order and how it stands out.

Each practice stands once, in the chapter of the first key factor that it serves (the first in the book, where the book holds a
choice of factors), and is named again in the chapters of the others. The order is that of the Declaration's elements, then of the
Members' names: it ranks nobody.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from kb.base.folding import fold
from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import NOT_STATED, EvidenceStrength, NotStated, Text, factor_of
from kb.library.citations import line, origin
from kb.library.content import Period
from kb.library.declaration import Element, KeyFactor
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice
from kb.press import document as press
from kb.press.document import Block, Body, Document, Group, Heading, Paragraph, Run, Section, Style, Term, Terms
from kb.press.markdown import parse


def make(knowledge: Knowledge, say: Phrases, factors: Collection[int] = (), members: Collection[str] = ()) -> Document:
    """The book in the language of *say*, of all practices or of those of some key factors or Members. Raises ArushaError."""
    return _Maker(knowledge, say, frozenset(factors), frozenset(members)).book()


class _Maker:
    def __init__(self, knowledge: Knowledge, say: Phrases, factors: frozenset[int], members: frozenset[str]) -> None:
        self.knowledge, self.say, self.language = knowledge, say, say.language
        self.factors, self.members = factors, members
        self.order = {element: place for place, element in enumerate(knowledge.declaration.elements)}
        chosen = [
            practice
            for practice in knowledge.practices
            if (not members or members & {*practice.members}) and (not factors or factors & {*practice.factors})
        ]
        if not chosen:
            raise Refusal("book.none_chosen")
        self.practices = sorted(chosen, key=self.key)
        self.numbers = {
            practice.id: f"{factor}.{at}"
            for factor, group in groupby(self.practices, self.place)
            for at, practice in enumerate(group, 1)
        }
        self.sections = {practice.id: self.practice(practice) for practice in self.practices}

    def place(self, practice: Practice) -> int:
        """The number of the chapter in which a practice stands."""
        return next(number for number in practice.factors if not self.factors or number in self.factors)

    def key(self, practice: Practice) -> tuple[int, int, str, str, str]:
        factor = self.place(practice)
        element = min(self.order[each] for each in practice.elements if factor_of(each) == factor)
        return factor, element, fold(self.names(practice)), fold(practice.title.of(self.language)), practice.id

    def book(self) -> Document:
        say = self.say
        day = max((practice.last_checked + "-01-01")[:10] for practice in self.practices)
        choice = tuple(self.choice())
        counted = (
            say.count("compile.practices", len(self.practices)),
            say.count("compile.members", len({code for practice in self.practices for code in practice.members})),
        )
        sections = [self.section("about", self.about()), *self.chapters()]
        sections += [self.section("sources", self.sources()), self.section("index", self.index())]
        kind = "-".join(["compilation", *map(press.name_of, choice)])  # a choice is a book of its own
        book = Document(
            id=f"urn:arusha:{kind}:{press.name_of(say('compile.title'))}:{self.language}",
            title=say("compile.title"),
            subtitle=say("compile.subtitle"),
            language=self.language,
            day=day,
            sections=tuple(sections),
            facts=(*counted, *choice, say("compile.as_of", date=say.date(day))),
        )
        terms = self.abbreviations("\n".join(book.texts))
        return replace(book, sections=(*sections, press.abbreviations(terms, say))) if terms else book

    def choice(self) -> Iterator[str]:
        """What practices were asked for, if not all."""
        if self.factors:
            yield self.say("compile.only_factors", numbers=", ".join(map(str, sorted(self.factors))))
        if self.members:
            yield self.say("compile.only_members", names=", ".join(sorted(map(self.name, self.members), key=fold)))

    def section(self, name: str, blocks: Iterable[Block]) -> Section:
        title = self.say(f"compile.{name}")
        return Section(name=name, kind="list", title=title, language=self.language, body=Body(tuple(blocks)))

    def about(self) -> Iterator[Block]:
        """What the book is, and how results are marked."""
        say = self.say
        for name in ("what", "order", "words", "uneven", "licence"):
            yield _paragraph(say(f"compile.about_{name}"))
        marks = (
            Term((Run(say(f"evidence.{each}"), mark=each),), (_paragraph(say(f"evidence.long.{each}")),))
            for each in EvidenceStrength
        )
        yield Group((_paragraph(say("evidence_heading"), Style.LABEL), Terms("marks", tuple(marks))), kind="panel")

    # chapters

    def chapters(self) -> Iterator[Section]:
        """The chapters of the factors asked for; one without any practice only where no Members were chosen."""
        for factor in self.knowledge.declaration.factors:
            if not self.factors or factor.number in self.factors:
                chapter = self.chapter(factor)
                if chapter.sections or chapter.ending or not self.members:
                    yield chapter

    def chapter(self, factor: KeyFactor) -> Section:
        """A key factor with its elements, its practices, and those of other chapters that serve it, too."""
        serving = [practice for practice in self.practices if factor.number in practice.factors]
        own = [practice for practice in serving if self.place(practice) == factor.number]
        also = [practice for practice in serving if practice not in own]
        terms = tuple(term for element in factor.elements for term in self.element(element, [*own, *also]))
        elements = (_paragraph(self.say("compile.elements"), Style.LABEL), Terms("elements", terms))
        aim = _paragraph(factor.aim.of(self.language), Style.LEAD)
        empty = () if own else (_paragraph(self.say("compile.empty"), Style.HINT),)
        return Section(
            name=f"factor-{factor.number}",
            kind="chapter",
            number=str(factor.number),
            title=factor.name.of(self.language),
            kicker=self.say("factor.n", number=factor.number),
            language=self.language,
            body=Body((aim, Group(elements, kind="panel"), *empty)),
            sections=tuple(self.sections[practice.id] for practice in own),
            ending=(_paragraph(self.say("compile.also"), Style.LABEL), self.references(also)) if also else (),
        )

    def element(self, element: Element, practices: Sequence[Practice]) -> Iterator[Term]:
        """An element with those of the *practices* that serve it, or an invitation where none does anywhere."""
        found = [practice for practice in practices if element.id in practice.elements]
        served = bool(self.knowledge.practices_of(element=element.id))
        if found or not served or not self.members:
            short = Run(f"{element.short.of(self.language)}.", strong=True)
            blocks = [Paragraph((short, Run(f" {element.text.of(self.language)}")))]
            blocks += [self.serving(found)] if found else []
            blocks += [] if served else [_paragraph(self.say("compile.invitation"), Style.HINT)]
            yield Term((Run(element.id),), tuple(blocks))

    def practice(self, practice: Practice) -> Section:
        """One practice."""
        return Section(
            name=_name(practice),
            kind="practice",
            number=self.numbers[practice.id],
            title=_plain(practice.title.of(self.language), self.language),
            title_language=self.spoken(practice.title),
            kicker=self.names(practice),
            language=self.language,
            body=Body(tuple(self.text(practice))),
        )

    def text(self, practice: Practice) -> Iterator[Block]:
        say = self.say
        strength = (Run(say(f"evidence.{practice.evidence}"), mark=practice.evidence),)
        yield press.Facts((strength, *((Run(fact),) for fact in self.facts(practice))))
        elements = [self.knowledge.declaration.elements[each] for each in practice.elements]
        yield press.Facts(
            tuple((Run(each.id, strong=True), Run(f" {each.short.of(self.language)}")) for each in elements)
        )
        if any(self.spoken(text) != self.language for text in (practice.title, practice.summary, practice.done)):
            yield _paragraph(say("untranslated"), Style.SMALL)
        yield self.group((self.summary(practice.summary),), self.spoken(practice.summary))
        yield from self.part("problem", practice.problem)
        yield from self.part("done", practice.done)
        if practice.results != NOT_STATED and practice.results:
            items = tuple(self.result(each.text, each.period) for each in practice.results)
            yield Heading(2, (Run(say("site.results")),))
            yield self.group((press.Listing(False, 1, items),), self.spoken(practice.results[0].text))
        yield from self.part("lessons", practice.lessons)
        yield from self.part("gender", practice.gender)
        source = say("compile.source", **self.told(practice))
        yield Paragraph((Run(say("site.source"), strong=True), Run(f"{say('colon')}{source}")), Style.SMALL)

    def summary(self, text: Text) -> Paragraph:
        """A summary in one paragraph."""
        paragraphs = (block.runs for block in self.blocks(text) if isinstance(block, Paragraph))
        return Paragraph(tuple(run for runs in paragraphs for run in (Run(" "), *runs))[1:], Style.LEAD)

    def facts(self, practice: Practice) -> Iterator[str]:
        """What kind of thing it is and when it was done, as far as the source says so."""
        say = self.say
        yield say(f"type.{practice.type}")
        if NOT_STATED not in (practice.start, practice.end):
            yield say("compile.from_to", start=say.date(practice.start), end=say.date(practice.end))
        elif practice.start != NOT_STATED:
            yield say("compile.since", start=say.date(practice.start))
        if practice.status != NOT_STATED:
            yield say(f"status.{practice.status}")
        yield say("search.reported", date=say.date(practice.reported))

    def part(self, label: str, text: Text | NotStated) -> Iterator[Block]:
        """A part of a practice under its label, in the language that it is written in; its headings go below the label."""
        if text != NOT_STATED:
            yield Heading(2, (Run(self.say(f"site.{label}")),))
            blocks = self.blocks(text)
            lowered = (replace(each, level=each.level + 1) if isinstance(each, Heading) else each for each in blocks)
            yield self.group(tuple(lowered), self.spoken(text))

    def result(self, text: Text, period: Period | NotStated) -> tuple[Block, ...]:
        blocks = self.blocks(text)
        if period == NOT_STATED:
            return blocks
        dated = Run(f" ({'–'.join(self.say.date(each) for each in period.split('/'))})")
        last = blocks[-1]
        if isinstance(last, Paragraph):
            return (*blocks[:-1], Paragraph((*last.runs, dated)))
        return (*blocks, Paragraph((dated,)))

    # lists

    def sources(self) -> Iterator[Block]:
        """Each article, the newest edition first, then each other text, with the practices drawn from it.

        What the editions say of themselves comes last.
        """
        articles = [(e.number, article.id) for e in reversed(self.knowledge.editions) for article in e.articles]
        drawn: dict[tuple[int | None, str | None], list[Practice]] = {place: [] for place in articles}
        for practice in self.practices:
            place = practice.source.edition, practice.source.article or practice.source.reference
            drawn.setdefault(place, []).append(practice)
        terms = []
        for of in filter(None, drawn.values()):
            source = origin(of[0], self.knowledge, self.language)
            name = self.say("compile.source_member", member=source.author, **self.told(of[0]))
            terms.append(Term((Run(name, href=source.address),), (self.serving(of),)))
        yield Terms("sources", tuple(terms))
        cited = {practice.source.edition for practice in self.practices}
        for edition in (each for each in reversed(self.knowledge.editions) if each.number in cited):
            title, disclaimer = (line(text.of(self.language)) for text in (edition.title, edition.disclaimer))
            yield _paragraph(f"{title}{self.say('colon')}{disclaimer}", Style.SMALL)

    def index(self) -> Iterator[Block]:
        """The Members with their practices."""
        codes = sorted(
            {code for each in self.practices for code in each.members}, key=lambda code: fold(self.name(code))
        )
        blocks: list[Block] = []
        for code in codes:
            of = [each for each in self.practices if code in each.members]
            blocks += [_paragraph(self.name(code), Style.LABEL), self.references(of, who=False)]
        yield Group(tuple(blocks), kind="index")

    def abbreviations(self, whole: str) -> list[tuple[str, str]]:
        """Those abbreviations of the editions drawn from that occur in the *whole* text."""
        used = {practice.source.edition for practice in self.practices}
        found = {
            (each.term, each.expansion.of(self.language))
            for edition in self.knowledge.editions
            if edition.number in used
            for each in edition.abbreviations
            if re.search(rf"(?<!\w){re.escape(each.term)}(?!\w)", whole)
        }
        return sorted(found, key=lambda each: (fold(each[0]), each[1]))

    def references(self, practices: Sequence[Practice], *, who: bool = True) -> press.References:
        """Practices by number and title, and by Member if asked."""
        sections = (self.sections[practice.id] for practice in practices)
        return press.references(sections if who else (replace(each, kicker="") for each in sections))

    def serving(self, practices: Sequence[Practice]) -> Paragraph:
        """The numbers of practices as links."""
        before, _, after = self.say.count("compile.serving", len(practices), numbers="\0").partition("\0")
        links = (Run(self.numbers[practice.id], href=f"#{_name(practice)}") for practice in practices)
        numbers = [run for link in links for run in (Run(", "), link)]
        return Paragraph((Run(before), *numbers[1:], Run(after)), Style.SMALL)

    # words

    def spoken(self, text: Text) -> str:
        """The language in which a text is there."""
        return "en" if text.falls_back(self.language) else self.language

    def group(self, blocks: tuple[Block, ...], language: str) -> Group:
        return Group(blocks, "" if language == self.language else language)

    def blocks(self, text: Text) -> tuple[Block, ...]:
        """A text of the knowledge base as blocks; footnotes come last as a list."""
        parsed = parse(text.of(self.language), self.spoken(text), {})
        notes = tuple((Paragraph(note),) for note in parsed.notes)
        return (*parsed.blocks, press.Listing(True, 1, notes)) if notes else parsed.blocks

    def told(self, practice: Practice) -> dict[str, str]:
        """The titles of the text that told of a practice, and of what it stands in."""
        source = origin(practice, self.knowledge, self.language)
        return {"title": _plain(source.title, self.language), "edition": source.container}

    def name(self, code: str) -> str:
        return self.knowledge.members.by_code[code].name.of(self.language)

    def names(self, practice: Practice) -> str:
        return self.say("list.and").join(map(self.name, practice.members))


def _name(practice: Practice) -> str:
    """The name of a practice's section."""
    return f"p-{practice.id}"


def _paragraph(text: str, style: Style = Style.TEXT) -> Paragraph:
    return Paragraph((Run(text),), style)


def _plain(text: str, language: str) -> str:
    """A text on one line with the printer's signs, its Markdown read."""
    return " ".join(press.texts(parse(line(text), language, {}).blocks))
