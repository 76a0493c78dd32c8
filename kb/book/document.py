"""The book as a document: what stands in it, in which order and how it stands out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kb.base.interface import Phrases
from kb.book.compilation import Book, Chapter, Clause, Entry, Listed, Part, runs_of
from kb.press.document import (
    Block,
    Body,
    Document,
    Facts,
    Group,
    Heading,
    Paragraph,
    Reference,
    References,
    Run,
    Section,
    Style,
    Term,
    Terms,
    abbreviations,
    name_of,
)


def document(book: Book, say: Phrases) -> Document:
    """The whole book."""
    return _Builder(book, say).document()


class _Builder:
    def __init__(self, book: Book, say: Phrases) -> None:
        self.book, self.say = book, say

    def document(self) -> Document:
        book, say = self.book, self.say
        sections = [self.list("about", self.about()), *map(self.chapter, book.chapters)]
        sections += [self.list("sources", self.sources()), self.list("index", self.index())]
        if book.abbreviations:
            sections.append(abbreviations(((each.term, each.expansion) for each in book.abbreviations), say))
        kind = "-".join(["compilation", *map(name_of, book.facts[2:-1])])  # a choice is a book of its own
        return Document(
            id=f"urn:arusha:{kind}:{name_of(book.title)}:{book.language}",
            title=book.title,
            subtitle=book.subtitle,
            language=book.language,
            day=book.day,
            sections=tuple(sections),
            facts=book.facts,
        )

    def list(self, name: str, blocks: Iterable[Block]) -> Section:
        title = self.say(f"compile.{name}")
        return Section(name=name, kind="list", title=title, language=self.book.language, body=Body(tuple(blocks)))

    def about(self) -> Iterator[Block]:
        """What the book is, and how results are marked."""
        yield from map(_paragraph, self.book.about)
        marks = (Term((Run(name, mark=kind),), (_paragraph(meaning),)) for kind, name, meaning in self.book.marks)
        label = _paragraph(self.say("evidence_heading"), Style.LABEL)
        yield Group((label, Terms("marks", tuple(marks))), kind="panel")

    def chapter(self, chapter: Chapter) -> Section:
        """A key factor with its elements and practices."""
        label = _paragraph(self.say("compile.elements"), Style.LABEL)
        elements = Group((label, Terms("elements", tuple(map(self.clause, chapter.clauses)))), kind="panel")
        empty = [_paragraph(chapter.empty, Style.HINT)] if chapter.empty else []
        also = (_paragraph(self.say("compile.also"), Style.LABEL), self.references(chapter.also))
        return Section(
            name=f"factor-{chapter.factor}",
            kind="chapter",
            number=str(chapter.factor),
            title=chapter.name,
            kicker=chapter.label,
            language=self.book.language,
            body=Body((_paragraph(chapter.aim, Style.LEAD), elements, *empty)),
            sections=tuple(map(self.practice, chapter.entries)),
            ending=also if chapter.also else (),
        )

    def clause(self, clause: Clause) -> Term:
        """An element and the practices that serve it."""
        blocks = [Paragraph((Run(f"{clause.short}.", strong=True), Run(f" {clause.text}")))]
        if clause.practices:
            blocks.append(self.serving(clause.practices))
        if clause.invitation:
            blocks.append(_paragraph(clause.invitation, Style.HINT))
        return Term((Run(clause.id),), tuple(blocks))

    def practice(self, entry: Entry) -> Section:
        """One practice."""
        return Section(
            name=_name(entry.id),
            kind="practice",
            number=entry.number,
            title=entry.title,
            title_language=entry.language,
            kicker=entry.members,
            language=self.book.language,
            body=Body(tuple(self.text(entry))),
        )

    def text(self, entry: Entry) -> Iterator[Block]:
        yield Facts(((Run(entry.strength, mark=entry.evidence),), *((Run(fact),) for fact in entry.facts)))
        yield Facts(tuple((Run(each.id, strong=True), Run(f" {each.short}")) for each in entry.served))
        if entry.untranslated:
            yield _paragraph(entry.untranslated, Style.SMALL)
        yield self.spoken(entry.summary, (Paragraph(runs_of(entry.summary), Style.LEAD),))
        for part in entry.parts:
            yield Heading(2, (Run(part.label),))
            yield self.spoken(part, part.blocks)
        source = (Run(self.say("site.source"), strong=True), Run(f"{self.say('colon')}{entry.source}"))
        yield Paragraph(source, Style.SMALL)

    def spoken(self, part: Part, blocks: Iterable[Block]) -> Group:
        """Blocks in the language of a part, their headings below that of the part."""
        lowered = (replace(each, level=each.level + 1) if isinstance(each, Heading) else each for each in blocks)
        return Group(tuple(lowered), "" if part.language == self.book.language else part.language)

    def sources(self) -> Iterator[Block]:
        """The articles and what they say of themselves."""
        yield Terms(
            "sources", tuple(Term((Run(each.name),), (self.serving(each.practices),)) for each in self.book.sources)
        )
        for text in self.book.disclaimers:
            yield _paragraph(text, Style.SMALL)

    def index(self) -> Iterator[Block]:
        """The Members with their practices."""
        yield Group(tuple(block for each in self.book.index for block in self.member(each)), kind="index")

    def member(self, member: Listed) -> Iterator[Block]:
        yield _paragraph(member.name, Style.LABEL)
        yield self.references(member.practices, who=False)

    def references(self, practices: Sequence[str], *, who: bool = True) -> References:
        """Practices by number and title, and by Member if asked."""
        entries = map(self.book.by_id.__getitem__, practices)
        return References(
            tuple(
                Reference(_name(each.id), each.number, each.title, each.language, each.members if who else "")
                for each in entries
            )
        )

    def serving(self, practices: Sequence[str]) -> Paragraph:
        """The numbers of practices as links."""
        before, _, after = self.say.count("compile.serving", len(practices), numbers="\0").partition("\0")
        numbers = [
            run for key in practices for run in (Run(", "), Run(self.book.by_id[key].number, href=f"#{_name(key)}"))
        ]
        return Paragraph((Run(before), *numbers[1:], Run(after)), Style.SMALL)


def _paragraph(text: str, style: Style = Style.TEXT) -> Paragraph:
    return Paragraph((Run(text),), style)


def _name(practice: str) -> str:
    """The name of a practice's section."""
    return f"p-{practice}"
