"""The book as a Word document with real headings, a contents field, and links between the practices."""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from kb.base.interface import Phrases
from kb.book.compilation import Book, Chapter, Entry, as_issue, runs_of
from kb.newsletter.edition import word
from kb.newsletter.edition.word import begin, element, link_within, properties
from kb.press.packing import saved
from kb.press.parts import Block, Heading, Run


def render(book: Book, say: Phrases, band: bytes, paper: str = "a4") -> bytes:
    """The book as DOCX, with the picture *band* over its title."""
    return _Writer(book, say, band, paper).make()


class _Writer(word.Writer):
    def __init__(self, book: Book, say: Phrases, band: bytes, paper: str) -> None:
        super().__init__(as_issue(book, say), say, band, paper)
        self.book = book
        self.aside: list[Any] = []
        self.ids: dict[str, str] = {}

    def make(self) -> bytes:
        """The whole document."""
        self.properties()
        self.styles()
        self.page()
        self.cover()
        self.about()
        for chapter in self.book.chapters:
            self.chapter(chapter)
        self.sources()
        self.index()
        self.abbreviations()
        self.put_back()
        return saved(self.document.save, self.book.day)

    def put_aside(self) -> None:
        """Take what is written out of the body, whose end the library looks for at each paragraph from its beginning on."""
        body: Any = self.document.element.body
        for child in [child for child in body if child.tag != qn("w:sectPr")]:
            body.remove(child)
            self.aside.append(child)

    def put_back(self) -> None:
        """Make the body whole."""
        self.put_aside()
        body: Any = self.document.element.body
        end = body.find(qn("w:sectPr"))
        for child in self.aside:
            end.addprevious(child)

    def paragraph(self, style: str, runs: Sequence[Run]) -> WordParagraph:
        """A paragraph in a style, whose id is looked up once."""
        if style not in self.ids:
            named: Any = self.document.styles[style]
            self.ids[style] = named.style_id
        paragraph = self.document.add_paragraph()
        if style != "Normal":
            paragraph._p.style = self.ids[style]
        self.runs(paragraph, runs)
        return paragraph

    def styles(self) -> None:
        """The house's styles, and smaller headings for the parts of a practice."""
        super().styles()
        self.style("Heading 3", "Calibri", 11, None, before=8, after=2)
        self.document.styles["Kicker"].paragraph_format.space_before = Pt(22)

    def cover(self) -> None:
        """The title, what the book holds, and the contents."""
        book, say = self.book, self.say
        band = self.document.add_paragraph().add_run().add_picture(io.BytesIO(self.band), width=Cm(16))
        word.ornamental(band)
        self.document.add_paragraph(book.title, "Title")
        self.document.add_paragraph(book.subtitle, "Subtitle")
        for fact in book.facts:
            self.document.add_paragraph(fact).paragraph_format.space_after = Pt(2)
        contents = self.document.add_paragraph(say("print.contents"), "Contents Heading")
        contents.paragraph_format.page_break_before = True
        titles = [("about", say("compile.about"), 0)]
        for chapter in book.chapters:
            titles.append((f"factor{chapter.factor}", f"{chapter.factor} {chapter.name}", 0))
            titles += [(_mark(entry), f"{entry.number} {entry.title}", 1) for entry in chapter.entries]
        titles += [("sources", say("compile.sources"), 0), ("index", say("compile.index"), 0)]
        if book.abbreviations:
            titles.append(("abbreviations", say("print.abbreviations"), 0))
        for at, (mark, title, depth) in enumerate(titles):
            paragraph = self.document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.space_before = Pt(0 if depth else 6)
            paragraph.paragraph_format.left_indent = Cm(0.7 * depth)
            if at == 0:
                begin(paragraph, 'TOC \\o "1-2" \\n \\h \\z')
            paragraph._p.append(link_within(mark, title))
            if at == len(titles) - 1:
                paragraph.add_run()._r.append(element("w:fldChar", **{"w:fldCharType": "end"}))
            if at % 500 == 499:
                self.put_aside()
        self.put_aside()

    def heading(self, text: str, mark: str) -> None:
        """The heading of a chapter, on a new page."""
        heading = self.paragraph("Heading 1", [Run(text)])
        heading.paragraph_format.page_break_before = True
        self.bookmark(heading, mark)

    def about(self) -> None:
        """What the book is, and how results are marked."""
        self.heading(self.say("compile.about"), "about")
        for each in self.book.about:
            self.paragraph("Normal", [Run(each)])
        self.label(self.say("evidence_heading"))
        for _, name, meaning in self.book.marks:
            self.paragraph("Normal", [Run(name, strong=True), Run(f" – {meaning}")])

    def label(self, text: str) -> None:
        """A line in bold type that stays with what follows."""
        paragraph = self.paragraph("Normal", [Run(text, strong=True)])
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(12)

    def chapter(self, chapter: Chapter) -> None:
        """A key factor with its elements and practices."""
        kicker = self.document.add_paragraph(chapter.label, "Kicker")
        properties(kicker).append(element("w:pageBreakBefore"))
        self.bookmark(self.paragraph("Heading 1", [Run(f"{chapter.factor} {chapter.name}")]), f"factor{chapter.factor}")
        self.paragraph("Normal", [Run(chapter.aim, emphasis=True)])
        self.label(self.say("compile.elements"))
        for clause in chapter.clauses:
            runs = [Run(f"{clause.id}  {clause.short}.", strong=True), Run(f" {clause.text}")]
            self.paragraph("Normal", runs).paragraph_format.space_after = Pt(2)
            if clause.practices:
                self.serving(clause.practices)
            if clause.invitation:
                self.paragraph("Note", [Run(clause.invitation, emphasis=True)])
        if chapter.empty:
            self.paragraph("Normal", [Run(chapter.empty, emphasis=True)]).paragraph_format.space_before = Pt(12)
        for entry in chapter.entries:
            self.entry(entry)
            self.put_aside()
        if chapter.also:
            self.label(self.say("compile.also"))
            self.rows(chapter.also)
        self.put_aside()

    def entry(self, entry: Entry) -> None:
        """One practice."""
        say = self.say
        self.paragraph("Kicker", [Run(entry.members)])
        self.language = entry.language
        self.bookmark(self.paragraph("Heading 2", [Run(f"{entry.number} {entry.title}")]), _mark(entry))
        self.language = self.book.language
        self.paragraph("Note", [Run(entry.strength, strong=True), *(Run(f" · {fact}") for fact in entry.facts)])
        served = "; ".join(f"{each.id} {each.short}" for each in entry.served)
        self.paragraph("Note", [Run(served)])
        if entry.untranslated:
            self.paragraph("Note", [Run(entry.untranslated, emphasis=True)])
        self.language = entry.summary.language
        self.paragraph("Normal", [replace(run, emphasis=True) for run in runs_of(entry.summary)])
        for part in entry.parts:
            self.language = self.book.language
            self.paragraph("Heading 3", [Run(part.label)])
            self.language = part.language
            self.blocks(part.blocks)
        self.language = self.book.language
        self.paragraph("Note", [Run(say("site.source"), strong=True), Run(f"{say('colon')}{entry.source}")])

    def blocks(self, blocks: Sequence[Block], depth: int = 0, style: str = "Normal") -> None:
        """Blocks one after the other; headings of a text go below that of its part."""
        lowered = [
            replace(each, level=min(6, each.level + 2)) if isinstance(each, Heading) else each for each in blocks
        ]
        super().blocks(lowered, depth, style)

    def serving(self, practices: Sequence[str]) -> None:
        """The numbers of practices as links."""
        before, _, after = self.say.count("compile.serving", len(practices), numbers="\0").partition("\0")
        paragraph = self.paragraph("Note", [Run(before)])
        for at, entry in enumerate(map(self.book.by_id.__getitem__, practices)):
            if at:
                paragraph.add_run(", ")
            paragraph._p.append(link_within(_mark(entry), entry.number))
        self.runs(paragraph, [Run(after)] if after else [])

    def rows(self, practices: Sequence[str], *, who: bool = True) -> None:
        """Practices by number and title, and by Member if asked."""
        for entry in map(self.book.by_id.__getitem__, practices):
            paragraph: WordParagraph = self.document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph._p.append(link_within(_mark(entry), f"{entry.number} {entry.title}"))
            if who:
                self.runs(paragraph, [Run(f" – {entry.members}")])

    def sources(self) -> None:
        """The articles and what they say of themselves."""
        self.heading(self.say("compile.sources"), "sources")
        for each in self.book.sources:
            self.paragraph("Normal", [Run(each.name)]).paragraph_format.space_after = Pt(1)
            self.serving(each.practices)
            self.put_aside()
        for text in self.book.disclaimers:
            self.paragraph("Note", [Run(text)])

    def index(self) -> None:
        """The Members with their practices."""
        self.heading(self.say("compile.index"), "index")
        for each in self.book.index:
            self.label(each.name)
            self.rows(each.practices, who=False)
            self.put_aside()


def _mark(entry: Entry) -> str:
    """The name of a practice's bookmark, which Word keeps to 40 characters."""
    return f"p{entry.number.replace('.', '_')}"
