"""A document in Word, set with the styles of a template that an administration can replace."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial, singledispatchmethod
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, RGBColor
from docx.text.paragraph import Paragraph

from assessment.rendering import blocks
from assessment.rendering.pdf import png
from assessment.rendering.word_filling import HERE, OURS, fields, filled, legal
from assessment.rendering.word_text import Lists, bold, write
from kb.base.interface import Refusal
from kb.base.vocabulary import SPELLING
from kb.press.document import Heading, Listing, Run, Runs
from kb.press.document import Paragraph as DocumentParagraph
from kb.press.packing import saved
from kb.press.palette import LEVELS, bare
from kb.press.word import bookmark, field, link_within, repeat, rule, shade

_TINTS = {"none": "F5F2EC", "weak": "EFC6B6", "fair": "F1E9CB", "strong": "E0EEED"}
_LEVELS = tuple(map(bare, LEVELS))
_STYLES = {"lead": "Report Lead", "small": "Report Small"}
_PAGE, _ROOM, _SMALL = (
    61,
    85,
    0.76,
)  # lines of a page, letters of a line, and the size of small print, by which the contents are reckoned
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def render(document: blocks.Document, template: Path | None = None) -> bytes:
    """The Word file. *template*: the administration's own. Raises ArushaError for one that cannot be used.

    The same document and template give the same bytes.
    """
    values = fields(document.cover)
    made = filled(template, values)
    held = made.docx
    texts = ((p, "".join(t.text or "" for t in p.iter(qn("w:t")))) for p in held.element.body.iter(qn("w:p")))
    place = next((p for p, text in texts if text == HERE), None)
    if place is None or place.getparent() is not held.element.body:
        raise Refusal("template.body", path=template or OURS, body="{{p body }}")
    _Setter(held, place).all(document)
    about = held.core_properties
    about.title, about.author, about.language = values["title"][:255], values["administration"][:255], document.language
    about.created = about.modified = datetime.fromisoformat(document.day)
    about.last_modified_by, about.comments, about.revision = "", "", 1
    _speak(held, document.language)
    return saved(made.save, document.day)


def _speak(filled: Any, language: str) -> None:
    """Say which language the document is in, as its default."""
    styles = filled.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = parse_xml(f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr/></w:rPrDefault></w:docDefaults>")
        styles.insert(0, defaults)
    inner = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for spoken in styles.iter(qn("w:lang")):
        spoken.set(qn("w:val"), SPELLING[language])
    if inner is not None and inner.find(qn("w:lang")) is None:
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), SPELLING[language])
        inner.append(spoken)


class _Setter:
    """Sets sections before a place in the document, which it then takes out."""

    def __init__(self, filled: Any, place: Any) -> None:
        self.filled, self.place = filled, place
        self.styles = {
            style.name: style.style_id for style in filled.styles
        }  # looked up once, since each look-up is slow
        section = filled.sections[-1]
        self.width = int(section.page_width - section.left_margin - section.right_margin)
        self.lists = Lists(filled)
        self.pictures = self.bookmarks = 0

    def all(self, document: blocks.Document) -> None:
        """Contents, then every section."""
        if not document.brief:
            self.contents(document)
        for section in document.sections:
            self.section(section)
        self.place.getparent().remove(self.place)

    def section(self, section: blocks.Section) -> None:
        """A heading, which carries the mark that the contents lead to, and its blocks."""
        made = self.paragraph(_heading(section), "Heading 1")
        if section.fresh:
            made.paragraph_format.page_break_before, made.paragraph_format.space_before = True, 0
        self.bookmarks += 1
        bookmark(made, f"_Toc{self.bookmarks:06}")
        self.each(section.blocks)

    def each(self, found: Sequence[blocks.Block]) -> None:
        """Blocks in their order."""
        for block in found:
            self.block(block)

    # ---- what everything is made of ----

    def paragraph(self, text: str | Runs = "", style: str = "Normal") -> Any:
        """A paragraph; line breaks in its text stay."""
        made = self.filled.add_paragraph()
        if style in self.styles:
            made._p.style = self.styles[style]
        write(made, text)
        self.place.addprevious(made._p)
        return made

    def passage(self, said: blocks.Passage, make: Callable[[], Any]) -> None:
        """A passage in paragraphs that *make* gives."""
        self.lists.write(said.blocks, make, said.label)

    def table(self, widths: Sequence[float], head: Sequence[str] = (), right: Sequence[int] = ()) -> Any:
        """A table over the whole width; its head stands again on each page."""
        made = self.filled.add_table(rows=0, cols=len(widths))
        self.place.addprevious(made._tbl)
        if "Table Grid" in self.styles:
            made._tbl.tblStyle_val = self.styles["Table Grid"]
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        self._lines(made, bool(head))
        whole = sum(widths)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Emu(int(self.width * width / whole))
        if head:
            repeat(self.row(made, [bold(text) for text in head], right=right))
        return made

    def _lines(self, table: Any, ruled: bool) -> None:
        """Only thin lines between the rows, and none where there is no head."""
        drawn = ("top", "bottom", "insideH") if ruled else ()
        rule(table, [(side, "single" if side in drawn else "nil", 4, "D5D0C5") for side in _SIDES])

    def row(self, table: Any, cells: Sequence[str | Runs], *, right: Sequence[int] = (), long: bool = False) -> Any:
        """A row of texts, those of more paragraphs left to be set. Rows do not part over pages unless they are *long*."""
        made = table.add_row()
        if not long:
            made._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, (cell, column, text) in enumerate(zip(made.cells, table.columns, cells, strict=True)):
            cell.width = column.width
            if text:
                self.cell(cell, text, right=place in right)
        return made

    def cell(self, cell: Any, text: str | Runs, style: str = "Report Cell", *, right: bool = False) -> Any:
        """A text in a cell, in its first paragraph while that is free."""
        first = Paragraph(
            cell._tc.find(qn("w:p")), cell
        )  # not among all, which a long list would ask for again and again
        made = first if not first.runs else cell.add_paragraph()
        if style in self.styles:
            made._p.style = self.styles[style]
        write(made, text)
        if right:
            made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return made

    def passages(self, cell: Any, parts: Iterable[blocks.Passage], *, right: bool = False) -> None:
        """Passages in a cell."""
        for said in parts:
            style = _STYLES.get(said.style, "Report Cell")
            self.passage(said, partial(self.cell, cell, "", style, right=right))

    def level(self, cell: Any, level: int | None, shown: str) -> None:
        """A level in its colour, or in small print why there is none."""
        if level is None:
            self.cell(cell, shown, "Report Small")
        else:
            self.cell(cell, bold(shown)).runs[0].font.color.rgb = RGBColor.from_string(_LEVELS[level])

    def gap(self) -> None:
        """Some air below a table."""
        self.paragraph(style="Report Small")

    # ---- contents ----

    def contents(self, document: blocks.Document) -> None:
        """The sections with their pages: fields of references, made anew when Word prints and when LibreOffice opens the file.

        A field for a whole table of contents would be made anew only by hand, or after a question to the reader. Until it is, each
        shows about where its section begins.
        """
        self.paragraph(document.contents, "Heading 1").paragraph_format.page_break_before = True
        for number, (section, page) in enumerate(zip(document.sections, pages(document.sections), strict=True), 1):
            line = self.paragraph(style="TOC 1")
            line.paragraph_format.tab_stops.add_tab_stop(Emu(self.width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
            line._p.append(link_within(f"_Toc{number:06}", legal(_heading(section))))
            line.add_run("\t")
            field(line, f"PAGEREF _Toc{number:06} \\h", str(page))

    # ---- the kinds of blocks ----

    @singledispatchmethod
    def block(self, b: blocks.Block) -> None:
        """Set one block."""
        raise TypeError(b)

    @block.register
    def _(self, b: Heading) -> None:
        self.paragraph(b.runs, f"Heading {b.level}")

    @block.register
    def _(self, b: blocks.Article) -> None:
        self.paragraph(b.title, "Heading 2")
        self.each(b.blocks)

    @block.register
    def _(self, _: blocks.NewPage) -> None:
        """Word moves what follows by its own size."""

    @block.register
    def _(self, b: blocks.Passage) -> None:
        style = _STYLES.get(b.style, "Normal")
        listed = any(isinstance(block, Listing) for block in b.blocks)
        self.passage(b, lambda: self.paragraph(style="List Bullet" if listed else style))

    @block.register
    def _(self, b: blocks.Headline) -> None:
        table = self.table([5, 10])
        row = self.row(table, ["", ""])
        if b.label:
            self.cell(row.cells[0], b.label, "Report Small")
        unit = self.cell(row.cells[0], b.number, "Report Figure").add_run(f" {b.unit}")
        unit.bold, unit.font.size = False, self.filled.styles["Normal"].font.size
        self.cell(row.cells[0], (Run(f"{b.beside[0]} "), *bold(b.beside[1])))
        self.passages(row.cells[1], b.texts)

    @block.register
    def _(self, b: blocks.Pair) -> None:
        self.each(b.cards)

    @block.register
    def _(self, b: blocks.Entries) -> None:
        self.paragraph(b.title, "Heading 3" if b.look == "offers" else "Heading 2")
        if b.none:
            self.paragraph(b.none)
        elif b.look == "decisions":
            for item in b.items:
                facts = " · ".join(line for part in item.parts for line in blocks.lines(part))
                told = f"{item.title} ({facts})" if facts else item.title
                self.paragraph((*bold(f"{item.id} "), Run(told)), "List Bullet")
        elif b.look == "offers":
            for item in b.items:
                self.paragraph(bold(item.title)).paragraph_format.keep_with_next = True
                self.each(item.parts)
        else:
            self.entries(b.items, [2, 13] if b.look == "answers" else [1, 14])
            self.gap()
        if b.more:
            self.paragraph(b.more, "Report Small")

    def entries(self, items: Iterable[blocks.Entry], widths: Sequence[float]) -> None:
        """A table of levels and what is said of them."""
        table = self.table(widths)
        self._lines(table, True)
        for item in items:
            asked = bool(item.anchor)
            title = item.title if asked else f"{item.id} {item.title}"
            row = self.row(table, [item.id if asked else "", bold(title)], long=item.long)
            if item.shown:
                self.level(row.cells[0], item.level, item.shown)
            self.passages(row.cells[1], item.parts)

    @block.register
    def _(self, b: blocks.Drawing) -> None:
        """A picture with its caption above and its words for those who do not see it."""
        self.paragraph(b.caption, "Caption")
        made = self.paragraph()
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        made.add_run().add_picture(BytesIO(png(b.svg)), width=Emu(self.width * b.width // 100))
        self.pictures += 1
        about = made._p.find(f".//{qn('wp:docPr')}")
        about.set("id", str(9000 + self.pictures))
        about.set("name", f"Picture {self.pictures}")
        about.set("descr", legal(b.alt))

    @block.register
    def _(self, b: blocks.Scores) -> None:
        self.paragraph(b.caption, "Caption")
        figures = range(1, len(b.head))
        table = self.table(b.widths, b.head, figures)
        for row in b.rows:
            self.row(table, [(row.name,), *((each,) for each in row.cells)], right=figures)
        self.gap()

    @block.register
    def _(self, b: blocks.Table) -> None:
        if b.caption:
            self.paragraph(b.caption, "Caption")
        table = self.table(b.widths, b.head, b.right)
        self._lines(table, True)
        for row in b.rows:
            made = self.row(table, [""] * len(row.cells), long=row.long)
            for place, (cell, parts) in enumerate(zip(made.cells, row.cells, strict=True)):
                self.passages(cell, parts, right=place in b.right)
        self.gap()

    @block.register
    def _(self, b: blocks.Tiles) -> None:
        """The elements of a factor, tinted by their scores."""
        table = self.table([1, 10, 1.5])
        for item in b.items:
            row = self.row(table, [item.id, item.name, item.score], right=(2,))
            for cell in row.cells:
                shade(cell, _TINTS[item.grade])
        self.gap()


def _heading(section: blocks.Section) -> str:
    return f"{section.number}  {section.title}" if section.number else section.title


def pages(sections: Sequence[blocks.Section]) -> Iterator[int]:
    """About on which page each section begins, after the cover and the contents."""
    lines = 2.0 * _PAGE
    for section in sections:
        if section.fresh:
            lines = ceil(lines / _PAGE) * _PAGE
        yield 1 + int(lines / _PAGE)
        lines += 3 + sum(map(_lines, section.blocks))


def _lines(found: Any) -> float:
    """About how many lines of print blocks take."""
    if isinstance(found, blocks.Drawing):
        return 0.26 * found.width
    if isinstance(found, blocks.Pair):
        return sum(map(_lines, found.cards))
    if isinstance(found, Listing | DocumentParagraph):
        return sum(ceil(len(line) / _ROOM) + 0.35 for line in blocks.lines(blocks.Passage((found,))))
    if isinstance(found, blocks.Row):
        return max(map(_lines, found.cells), default=0.0)
    if isinstance(found, tuple):
        return sum(map(_lines, found))
    if isinstance(found, str):
        return ceil(len(found) / _ROOM)
    names = ("title", "label", "caption", "none", "more", "texts", "parts", "blocks", "items", "rows", "cells")
    told = sum((_lines(getattr(found, name)) for name in names if hasattr(found, name)), 0.6)
    return told * (_SMALL if getattr(found, "look", "") == "answers" else 1)
