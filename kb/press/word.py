"""A document in Word with real styles, a contents field, alternative texts and languages."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shape import InlineShape
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import SPELLING
from kb.press import document as doc
from kb.press.packing import saved
from kb.press.palette import GREY, LIGHT, LINE, PETROL, SAND, TEAL, bare

SERIF, SANS = "Georgia", "Calibri"
SIZES = {"a4": (Cm(21), Cm(29.7)), "letter": (Cm(21.59), Cm(27.94))}
_WIDE = Cm(16)  # of an image
_DEEPEST = 3  # levels of lists that Word's own styles have
_STYLES = (  # name, font, points, colour, points before and after; those that Word does not have come after
    ("Normal", SANS, 11, "", 0, 7),
    ("Title", SERIF, 28, PETROL, 12, 6),
    ("Subtitle", SANS, 12, SAND, 0, 12),
    ("Heading 1", SERIF, 22, PETROL, 0, 10),
    ("Heading 2", SERIF, 15, TEAL, 16, 5),
    ("Heading 3", SERIF, 12.5, TEAL, 12, 4),
    *((f"Heading {level}", SERIF, 11.5, TEAL, 10, 3) for level in (4, 5, 6)),
    ("Caption", SANS, 9.5, GREY, 0, 10),
    ("Quote", SERIF, 14, TEAL, 8, 12),
    ("Kicker", SANS, 11, SAND, 0, 4),
    ("Contents Heading", SERIF, 18, PETROL, 0, 4),
    ("Contents", SANS, 10.5, TEAL, 0, 2),
    ("Lead", SERIF, 13, TEAL, 0, 10),
    ("Label", SANS, 11, PETROL, 12, 4),
    ("Note", SANS, 9.5, GREY, 0, 4),
    ("Hint", SANS, 10, SAND, 0, 4),
    ("Draft", SANS, 11, SAND, 0, 4),
)
_PARAGRAPHS = {doc.Style.TEXT: "Normal", doc.Style.SMALL: "Note"}  # others are called as their styles are
_EDGES = (
    ("top", "single", 8, bare(PETROL)),
    ("left", "nil", 0, "auto"),
    ("bottom", "single", 8, bare(PETROL)),
    ("right", "nil", 0, "auto"),
    ("insideH", "single", 4, bare(LINE)),
    ("insideV", "nil", 0, "auto"),
)
_AFTER_BORDERS = {  # in the order that Word insists on
    qn(f"w:{name}") for name in ("shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription")
}
_DECORATIVE = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)


def render(document: doc.Document, say: Phrases, band: bytes, paper: str = "a4") -> bytes:
    """The document as DOCX, with the picture *band* over its title. Raises Refusal for an image that cannot be read."""
    writer = Writer(document, say)
    writer.front(band, paper)
    for section in document.sections:
        writer.section(section)
    return saved(writer.made.save, document.day)


class Writer:
    """Writes a document paragraph by paragraph."""

    def __init__(self, document: doc.Document, say: Phrases) -> None:
        self.document, self.say = document, say
        self.made: WordDocument = docx.Document()
        about(self.made, document.title, document.subtitle, document.language, document.day)
        house_styles(self.made, document.language)
        self.styles = {style.name: style.style_id for style in self.made.styles}  # each look-up is slow
        self.end: Any = self.made.element.body.sectPr  # the library looks for it from the beginning on each time
        self.images = dict(document.images)
        self.bookmarks = {each.name: f"section{at}" for at, each in enumerate(document.every_section, 1)}
        self.language = document.language
        self.level = 1
        self.kinds: dict[type[doc.Block], Callable[[Any, int], object]] = {
            doc.Heading: lambda block, _: self._heading(block),
            doc.Paragraph: self._text,
            doc.Listing: self._listing,
            doc.Quote: self._quote,
            doc.Code: lambda block, _: self.paragraph("Normal", (doc.Run(block.text, code=True),)),
            doc.Picture: lambda block, _: self._picture(block),
            doc.Table: lambda block, _: self._table(block),
            doc.Terms: self._terms,
            doc.Facts: lambda block, _: self._facts(block),
            doc.References: lambda block, _: self._references(block),
            doc.Group: self._group,
        }

    # what stands before the sections

    def front(self, band: bytes, paper: str) -> None:
        """The page, its head and its foot; the title, the contents and the disclaimer."""
        document, say = self.document, self.say
        self._page(paper)
        ornamental(self.paragraph("Normal").add_run().add_picture(io.BytesIO(band), width=_WIDE))
        self.paragraph("Title", (doc.Run(document.title),))
        if document.subtitle:
            self.paragraph("Subtitle", (doc.Run(document.subtitle),))
        for fact in document.facts:
            self.paragraph("Normal", (doc.Run(fact),)).paragraph_format.space_after = Pt(2)
        heading = self.paragraph("Contents Heading", (doc.Run(say("print.contents")),))
        heading.paragraph_format.page_break_before = True if document.facts else None
        self._contents()
        if document.disclaimer:
            heading = self.paragraph("Note", (doc.Run(say("print.disclaimer"), strong=True),))
            heading.paragraph_format.space_before = Pt(30)
            self.paragraph("Note", (doc.Run(document.disclaimer),))

    def _page(self, paper: str) -> None:
        section, document = self.made.sections[0], self.document
        section.page_width, section.page_height = SIZES[paper]
        section.left_margin = section.right_margin = Cm(2.4)
        section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
        section.different_first_page_header_footer = True
        running = " · ".join(filter(None, (document.title, document.subtitle)))
        for head in (section.header, section.first_page_header):
            paragraph = head.paragraphs[0]
            if document.draft:
                paragraph.style = "Draft"
                paragraph.add_run(self.say("print.draft_long"))
                paragraph._p.append(_watermark(self.say("print.draft").upper()))
                paragraph = head.add_paragraph()
            if head is section.header:
                paragraph.style = "Note"
                paragraph.add_run(running)
                paragraph._p.get_or_add_pPr().append(_border("bottom", LINE, 6, 4))
        foot = section.footer.paragraphs[0]
        foot.style = "Note"
        foot.alignment = 2
        field(foot, "PAGE", "1")

    def _contents(self) -> None:
        """The contents, which show the sections until a word processor makes them anew."""
        within = {inner.name for section in self.document.sections for inner in section.sections}
        sections = self.document.every_section
        for at, section in enumerate(sections):
            paragraph = self.paragraph("Contents")
            if section.name in within:
                paragraph.paragraph_format.left_indent = Cm(0.7)
            elif within:
                paragraph.paragraph_format.space_before = Pt(6)
            if at == 0:
                begin(paragraph, f'TOC \\o "1-{2 if within else 1}" \\n \\h \\z')
            paragraph._p.append(link_within(self.bookmarks[section.name], section.full_title))
            if at == len(sections) - 1:
                finish(paragraph)

    # sections

    def section(self, section: doc.Section, level: int = 1) -> None:
        """A section and those in it; one of level 1 begins on a new page."""
        self.level, self.language = level, self.document.language
        kicker = self.paragraph("Kicker", (doc.Run(section.kicker),)) if section.kicker else None
        self.language = section.title_language or section.language
        number = (doc.Run(f"{section.number} "),) if section.number else ()
        heading = self.paragraph(f"Heading {level}", (*number, doc.Run(section.title)))
        opens = (kicker or heading).paragraph_format
        opens.page_break_before = True if level == 1 else None
        opens.space_before = None if level == 1 else Pt(22)
        if section.direction == "rtl":
            properties(heading).append(element("w:bidi"))
        bookmark(heading, self.bookmarks[section.name])
        self.language = section.language
        self.blocks(section.body.blocks)
        self._notes(section)
        for inner in section.sections:
            self.section(inner, level + 1)
        self.level, self.language = level, section.language
        self.blocks(section.ending)
        self.language = self.document.language

    def _notes(self, section: doc.Section) -> None:
        if not section.body.notes:
            return
        self.language = self.document.language
        self.paragraph("Note", (doc.Run(self.say("print.notes"), strong=True),)).paragraph_format.space_before = Pt(16)
        self.language = section.language
        for number, note in enumerate(section.body.notes, 1):
            self.paragraph("Note", (doc.Run(f"{number}. "), *note))

    # blocks

    def blocks(self, blocks: Sequence[doc.Block], depth: int = 0) -> None:
        """Blocks one after the other, those of a list at its *depth*."""
        for block in blocks:
            self.kinds[type(block)](block, depth)

    def _heading(self, heading: doc.Heading) -> None:
        self.paragraph(f"Heading {min(6, heading.level + self.level - 1)}", heading.runs)

    def _text(self, paragraph: doc.Paragraph, depth: int, style: str = "") -> None:
        made = self.paragraph(style or _PARAGRAPHS.get(paragraph.style, paragraph.style.title()), paragraph.runs)
        if depth:
            made.paragraph_format.left_indent = Cm(0.63 * depth)

    def _quote(self, quote: doc.Quote, depth: int) -> None:
        for block in quote.blocks:
            if isinstance(block, doc.Paragraph):
                self._text(block, depth, "Quote")
            else:
                self.blocks((block,), depth)

    def _group(self, group: doc.Group, depth: int) -> None:
        around = self.language
        self.language = group.language or around
        self.blocks(group.blocks, depth)
        self.language = around

    def _listing(self, listing: doc.Listing, depth: int) -> None:
        level = min(depth, _DEEPEST - 1)
        style = ("List Number" if listing.ordered else "List Bullet") + (f" {level + 1}" if level else "")
        number = self._numbering(style, listing.start) if listing.ordered else None
        for item in listing.items:
            runs, rest = doc.opening(item)
            paragraph = self.paragraph(style, runs)
            paragraph.paragraph_format.space_after = Pt(3)
            if number is not None:
                about = properties(paragraph).get_or_add_numPr()
                about.get_or_add_ilvl().val, about.get_or_add_numId().val = 0, number
            self.blocks(rest, depth + 1)

    def _numbering(self, style: str, start: int) -> int:
        """A numbering of its own, so that each list begins at *start*."""
        styled: Any = self.made.styles[style]
        numbering: Any = self.made.part.numbering_part.numbering_definitions._numbering
        made = numbering.add_num(numbering.num_having_numId(styled.element.pPr.numPr.numId.val).abstractNumId.val)
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        return int(made.numId)

    def _picture(self, picture: doc.Picture) -> None:
        paragraph = self.paragraph("Normal")
        try:
            shape = paragraph.add_run().add_picture(io.BytesIO(self.images[picture.file]))
        except Exception:  # python-docx raises whatever its readers of images meet
            raise Refusal("press.image_unread", image=picture.file) from None
        if shape.width > _WIDE:
            shape.height, shape.width = Emu(int(shape.height * _WIDE / shape.width)), _WIDE
        shape._inline.docPr.set("descr", picture.alt)
        if picture.caption:
            paragraph.paragraph_format.keep_with_next = True
            self.paragraph("Caption", (doc.Run(picture.caption),))

    def _table(self, table: doc.Table) -> None:
        """A table whose head is repeated on each page."""
        made = self.made.add_table(rows=1 + len(table.rows), cols=len(table.head))
        made.style = "Table Grid"
        for row, cells in zip(made.rows, (table.head, *table.rows), strict=True):
            for cell, runs in zip(row.cells, cells, strict=True):
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                self._runs(paragraph, runs)
        for cell in made.rows[0].cells:
            shade(cell, "F3F1EC")
            for run in cell.paragraphs[0].runs:
                run.bold = True
        repeat(made.rows[0])
        rule(made, _EDGES)
        self.paragraph("Normal").paragraph_format.space_after = Pt(2)

    def _terms(self, terms: doc.Terms, depth: int) -> None:
        """Terms with their explanations: a table if it has a head, else a paragraph each and what follows it."""
        if terms.head:
            head = tuple((doc.Run(text),) for text in terms.head)
            self._table(
                doc.Table(head, tuple((_strong(item.runs), doc.opening(item.blocks)[0]) for item in terms.items))
            )
            return
        for item in terms.items:
            runs, rest = doc.opening(item.blocks)
            opened = (*_strong(item.runs), *((doc.Run(" – "), *runs) if runs else ()))
            self.paragraph("Normal", opened).paragraph_format.space_after = Pt(2)
            self.blocks(rest, depth)

    def _facts(self, facts: doc.Facts) -> None:
        lines = [run for item in facts.items for run in (doc.Run(" · "), *item)]
        self.paragraph("Note", lines[1:])

    def _references(self, references: doc.References) -> None:
        for item in references.items:
            paragraph = self.paragraph("Normal")
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph._p.append(link_within(self.bookmarks[item.target], f"{item.number} {item.title}"))
            if item.who:
                self._runs(paragraph, (doc.Run(f" – {item.who}"),))

    # paragraphs and runs

    def paragraph(self, style: str, runs: Sequence[doc.Run] = ()) -> WordParagraph:
        """A paragraph in a style, at the end."""
        made: Any = OxmlElement("w:p")
        self.end.addprevious(made)
        paragraph = WordParagraph(made, self.made._body)
        if style != "Normal":
            made.style = self.styles[style]
        self._runs(paragraph, runs)
        return paragraph

    def _runs(self, paragraph: WordParagraph, runs: Sequence[doc.Run]) -> None:
        """Some text with its links, at the end of a paragraph."""
        for href, group in groupby(runs, key=lambda run: run.href):
            parent: Any = paragraph._p
            if href.startswith("#"):
                parent = element("w:hyperlink", **{"w:anchor": self.bookmarks[href[1:]]})
            elif href:
                relation = paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
                parent = element("w:hyperlink", **{"r:id": relation})
            if href:
                paragraph._p.append(parent)
            for run in group:
                parent.append(self._run(paragraph, run))

    def _run(self, paragraph: WordParagraph, run: doc.Run) -> Any:
        made = paragraph.add_run(str(run.note) if run.note else run.text)
        made.bold, made.italic = run.strong or bool(run.mark) or None, run.emphasis or None
        made.font.superscript = True if run.note else None
        if run.code:
            made.font.name = "Consolas"
        if run.href and not run.href.startswith("#"):
            made.font.color.rgb, made.font.underline = colour(TEAL), True
        if self.language != self.document.language:
            made._r.get_or_add_rPr().append(element("w:lang", **{"w:val": SPELLING[self.language]}))
        return made._r


def _strong(runs: doc.Runs) -> doc.Runs:
    return tuple(replace(run, strong=True) for run in runs)


# what a Word document is made of ---------------------------------------------------------------------------------------


def about(made: Any, title: str, subject: str, language: str, day: str) -> None:
    """What the file says of itself; nothing of the library's own template."""
    core = made.core_properties
    core.title, core.subject, core.language = title[:255], subject[:255], SPELLING[language]
    core.author = core.last_modified_by = core.comments = core.keywords = ""
    core.created = core.modified = core.last_printed = datetime.fromisoformat(day).replace(tzinfo=UTC)
    core.revision = 1
    relations = made.part.package.rels
    for relation in list(relations.values()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del relations[relation.rId]


def house_styles(made: Any, language: str) -> None:
    """The styles of the house, and the language as the default."""
    styles = made.styles
    default = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in default.findall(qn("w:lang")):
        default.remove(old)
    default.append(element("w:lang", **{"w:val": SPELLING[language], "w:bidi": "ar-SA"}))
    known = {style.name for style in styles}
    for name, font, size, shade_, before, after in _STYLES:
        if name not in known:
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        _style(styles[name], font, size, shade_, before, after)
    styles["Normal"].paragraph_format.line_spacing = 1.15
    styles["Contents"].paragraph_format.line_spacing = 1.0
    styles["Quote"].paragraph_format.left_indent = Cm(0.6)
    properties(styles["Quote"]).append(_border("left", LIGHT, 24, 8))
    for name in ("Kicker", "Label"):
        styles[name].paragraph_format.keep_with_next = True
    for name in ("Kicker", "Label", "Draft"):
        styles[name].font.bold = True
    styles["Hint"].font.italic = True
    properties(styles["Kicker"]).append(_border("top", LIGHT, 24, 6))
    title = properties(styles["Title"])
    for old in title.findall(qn("w:pBdr")):
        title.remove(old)


def _style(style: Any, font: str, size: float, shade_: str, before: float, after: float) -> None:
    style.font.name, style.font.size = font, Pt(size)
    fonts = style.element.rPr.rFonts
    for attribute in list(fonts.attrib):
        if "heme" in attribute:  # a font of the theme goes before the named one
            del fonts.attrib[attribute]
    for attribute in ("w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(attribute), font)
    if shade_:
        style.font.color.rgb = colour(shade_)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def colour(name: str) -> RGBColor:
    """A colour of the palette."""
    return RGBColor.from_string(bare(name))


def ornamental(picture: InlineShape) -> None:
    """Say of a picture that it tells nothing."""
    described: Any = picture._inline.docPr
    described.set("descr", "")
    described.append(parse_xml(_DECORATIVE))


def element(name: str, **attributes: str) -> Any:
    """An element of Word's XML."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(key), value)
    return made


def properties(of: Any) -> Any:
    """The paragraph properties of a style or paragraph."""
    return (of.element if hasattr(of, "element") else of._p).get_or_add_pPr()


def shade(cell: Any, fill: str) -> None:
    """Tint a cell of a table; *fill* is RRGGBB."""
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>')
    )


def repeat(row: Any) -> None:
    """Let a row of a table stand again at the head of each page."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))


def rule(table: Any, edges: Sequence[tuple[str, str, int, str]]) -> None:
    """Give a table its lines: side, kind, eighths of a point, colour as RRGGBB."""
    about_ = table._tbl.tblPr
    for old in about_.findall(qn("w:tblBorders")):
        about_.remove(old)
    lines = "".join(
        f'<w:{side} w:val="{kind}" w:sz="{size}" w:space="0" w:color="{shade_}"/>' for side, kind, size, shade_ in edges
    )
    borders = parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>")
    later = next((child for child in about_ if child.tag in _AFTER_BORDERS), None)
    about_.append(borders) if later is None else later.addprevious(borders)


def bookmark(paragraph: WordParagraph, name: str) -> None:
    """Give a paragraph a name that links lead to: at most 40 letters and digits, and these are its number."""
    number = "".join(filter(str.isdigit, name))
    start = element("w:bookmarkStart", **{"w:id": number, "w:name": name})
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(element("w:bookmarkEnd", **{"w:id": number}))


def begin(paragraph: WordParagraph, instruction: str) -> None:
    """Open a field; what follows, up to its end, is what it shows until a word processor makes it anew."""
    paragraph.add_run()._r.append(element("w:fldChar", **{"w:fldCharType": "begin"}))
    told = element("w:instrText", **{"xml:space": "preserve"})
    told.text = f" {instruction} "
    paragraph.add_run()._r.append(told)
    paragraph.add_run()._r.append(element("w:fldChar", **{"w:fldCharType": "separate"}))


def finish(paragraph: WordParagraph) -> None:
    """Close a field."""
    paragraph.add_run()._r.append(element("w:fldChar", **{"w:fldCharType": "end"}))


def field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
    """A field that shows *shown* until a word processor makes it anew."""
    begin(paragraph, instruction)
    paragraph.add_run(shown)
    finish(paragraph)


def link_within(mark: str, title: str) -> Any:
    """A link to a bookmark."""
    link = element("w:hyperlink", **{"w:anchor": mark})
    run, text = OxmlElement("w:r"), element("w:t", **{"xml:space": "preserve"})
    text.text = title
    run.append(text)
    link.append(run)
    return link


def _border(side: str, line: str, size: int, space: int) -> Any:
    return parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{bare(line)}"/></w:pBdr>'
    )


def _watermark(word: str) -> Any:
    """Word's own kind of watermark: a slanting text behind the page, hung into the header."""
    return parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" alt="" '
        'style="position:absolute;margin-left:0;margin-top:0;width:440pt;height:150pt;rotation:315;z-index:-251658752;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" fillcolor="#efe6d8" stroked="f">'
        f'<v:textpath style="font-family:&quot;Georgia&quot;;font-size:1pt" string="{word}"/></v:shape></w:pict></w:r>'
    )
