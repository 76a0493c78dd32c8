"""The edition as a Word document with real styles, a contents field, alternative texts and languages."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shape import InlineShape
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import SPELLING
from kb.newsletter.edition.issue import Issue, Piece
from kb.press.packing import saved
from kb.press.palette import GREY, LINE, PETROL, SAND, TEAL, bare
from kb.press.parts import Block, Code, Heading, Listing, Paragraph, Picture, Quote, Run, Table

_PETROL, _TEAL, _SAND, _GREY = (RGBColor.from_string(bare(each)) for each in (PETROL, TEAL, SAND, GREY))
_SERIF, _SANS = "Georgia", "Calibri"
_SIZES = {"a4": (Cm(21), Cm(29.7)), "letter": (Cm(21.59), Cm(27.94))}
_WIDE = Cm(16)  # of an image
_EDGES = (
    ("top", "single", 8, bare(PETROL)),
    ("left", "nil", 0, "auto"),
    ("bottom", "single", 8, bare(PETROL)),
    ("right", "nil", 0, "auto"),
    ("insideH", "single", 4, bare(LINE)),
    ("insideV", "nil", 0, "auto"),
)
_DECORATIVE = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
_DEEPEST = 3  # levels of lists that Word's own styles have


def render(issue: Issue, say: Phrases, band: bytes, paper: str = "a4") -> bytes:
    """The edition as DOCX, with the picture *band* over its title. Raises ArushaError for an image that cannot be read."""
    return Writer(issue, say, band, paper).make()


class Writer:
    """Writes an edition paragraph by paragraph."""

    def __init__(self, issue: Issue, say: Phrases, band: bytes, paper: str) -> None:
        self.issue, self.say, self.band = issue, say, band
        self.document: Document = docx.Document()
        self.images = dict(issue.images)
        self.names = 0
        self.language = issue.language
        self.paper = paper

    def make(self) -> bytes:
        """The whole document."""
        self.properties()
        self.styles()
        self.page()
        self.cover()
        for piece in self.issue.pieces:
            self.article(piece)
        self.abbreviations()
        return saved(self.document.save, self.issue.day)

    def properties(self) -> None:
        """What the file says of itself."""
        moment = datetime.fromisoformat(self.issue.day).replace(tzinfo=UTC)
        about = self.document.core_properties
        about.title = self.issue.title
        about.subject = self.issue.byline
        about.language = SPELLING[self.issue.language]
        about.author = about.last_modified_by = about.comments = about.keywords = ""
        about.created = about.modified = about.last_printed = moment
        about.revision = 1
        for relation in list(self.document.part.package.rels.values()):  # the template's own thumbnail
            if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
                del self.document.part.package.rels[relation.rId]

    def styles(self) -> None:
        """The styles of the house, and the language."""
        styles = self.document.styles
        default = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        for old in default.findall(qn("w:lang")):
            default.remove(old)
        default.append(element("w:lang", **{"w:val": SPELLING[self.issue.language], "w:bidi": "ar-SA"}))
        self.style("Normal", _SANS, 11, None, after=7)
        styles["Normal"].paragraph_format.line_spacing = 1.15
        self.style("Title", _SERIF, 28, _PETROL, before=12, after=6)
        self.style("Subtitle", _SANS, 12, _SAND, after=12)
        self.style("Heading 1", _SERIF, 22, _PETROL, after=10)
        self.style("Heading 2", _SERIF, 15, _TEAL, before=16, after=5)
        self.style("Heading 3", _SERIF, 12.5, _TEAL, before=12, after=4)
        for level in range(4, 7):
            self.style(f"Heading {level}", _SERIF, 11.5, _TEAL, before=10, after=3)
        self.style("Caption", _SANS, 9.5, _GREY, after=10)
        self.style("Quote", _SERIF, 14, _TEAL, before=8, after=12)
        quote = styles["Quote"]
        quote.paragraph_format.left_indent = Cm(0.6)
        properties(quote).append(_border("left", "E6AB66", 24, 8))
        title = properties(styles["Title"])
        for old in title.findall(qn("w:pBdr")):
            title.remove(old)
        for name, font, size, colour in (
            ("Kicker", _SANS, 11, _SAND),
            ("Contents Heading", _SERIF, 18, _PETROL),
            ("Contents", _SANS, 10.5, _TEAL),
            ("Note", _SANS, 9.5, _GREY),
            ("Draft", _SANS, 11, _SAND),
        ):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            self.style(name, font, size, colour, after=4)
        styles["Contents"].paragraph_format.space_after = Pt(2)
        styles["Contents"].paragraph_format.line_spacing = 1.0
        styles["Kicker"].paragraph_format.keep_with_next = True
        styles["Kicker"].font.bold = styles["Draft"].font.bold = True
        properties(styles["Kicker"]).append(_border("top", "E6AB66", 24, 6))

    def style(
        self, name: str, font: str, size: float, colour: RGBColor | None, before: float = 0, after: float = 0
    ) -> None:
        """Set a style of Word."""
        style: Any = self.document.styles[name]
        style.font.name, style.font.size = font, Pt(size)
        fonts = style.element.rPr.rFonts
        for attribute in list(fonts.attrib):
            if "heme" in attribute:  # a font of the theme goes before the named one
                del fonts.attrib[attribute]
        for attribute in ("w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(attribute), font)
        if colour is not None:
            style.font.color.rgb = colour
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)

    def page(self) -> None:
        """The size of the page, its head and its foot."""
        section = self.document.sections[0]
        section.page_width, section.page_height = _SIZES[self.paper]
        section.left_margin = section.right_margin = Cm(2.4)
        section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
        section.different_first_page_header_footer = True
        running = " · ".join(filter(None, (self.issue.title, self.issue.byline)))
        for head in (section.header, section.first_page_header):
            paragraph = head.paragraphs[0]
            if self.issue.draft:
                paragraph.style = "Draft"
                paragraph.add_run(self.say("print.draft_long"))
                paragraph._p.append(_watermark(self.say("print.draft").upper()))
                paragraph = head.add_paragraph()
            if head is section.header:
                paragraph.style = "Note"
                paragraph.add_run(running)
                paragraph._p.get_or_add_pPr().append(_border("bottom", bare(LINE), 6, 4))
        foot = section.footer.paragraphs[0]
        foot.style = "Note"
        foot.alignment = 2
        field(foot, "PAGE", "1")

    def cover(self) -> None:
        """The title, the contents and the disclaimer."""
        band = self.document.add_paragraph().add_run().add_picture(io.BytesIO(self.band), width=_WIDE)
        ornamental(band)
        self.document.add_paragraph(self.issue.title, "Title")
        if self.issue.byline:
            self.document.add_paragraph(self.issue.byline, "Subtitle")
        self.document.add_paragraph(self.say("print.contents"), "Contents Heading")
        titles = [(f"article{at}", piece.full_title) for at, piece in enumerate(self.issue.pieces, 1)]
        if self.issue.abbreviations:
            titles.append(("abbreviations", self.issue.abbreviations_title))
        for at, (mark, title) in enumerate(titles):
            paragraph = self.document.add_paragraph(style="Contents")
            if at == 0:
                begin(paragraph, 'TOC \\o "1-1" \\n \\h \\z')
            paragraph._p.append(link_within(mark, title))
            if at == len(titles) - 1:
                paragraph.add_run()._r.append(element("w:fldChar", **{"w:fldCharType": "end"}))
        if self.issue.disclaimer:
            heading = self.document.add_paragraph(style="Note")
            heading.paragraph_format.space_before = Pt(30)
            heading.add_run(self.say("print.disclaimer")).bold = True
            self.document.add_paragraph(self.issue.disclaimer, "Note")

    def article(self, piece: Piece) -> None:
        """One article, from a new page on."""
        self.language = piece.language
        first = None
        if piece.kicker:
            first = self.document.add_paragraph(piece.kicker, "Kicker")
            properties(first).append(element("w:pageBreakBefore"))
        heading = self.paragraph("Heading 1", [Run(piece.title)])
        if first is None:
            heading.paragraph_format.page_break_before = True
        if piece.direction == "rtl":
            properties(heading).append(element("w:bidi"))
        self.bookmark(heading, f"article{self.issue.pieces.index(piece) + 1}")
        self.blocks(piece.body.blocks)
        if piece.body.notes:
            self.language = self.issue.language
            self.paragraph("Note", [Run(self.say("print.notes"), strong=True)]).paragraph_format.space_before = Pt(16)
            self.language = piece.language
            for number, note in enumerate(piece.body.notes, 1):
                self.paragraph("Note", [Run(f"{number}. "), *note])
        self.language = self.issue.language

    def abbreviations(self) -> None:
        """The list of abbreviations."""
        if not self.issue.abbreviations:
            return
        heading = self.paragraph("Heading 1", [Run(self.issue.abbreviations_title)])
        heading.paragraph_format.page_break_before = True
        self.bookmark(heading, "abbreviations")
        say = self.say
        head: tuple[tuple[Run, ...], ...] = ((Run(say("print.term")),), (Run(say("print.expansion")),))
        rows = tuple(((Run(each.term, strong=True),), (Run(each.expansion),)) for each in self.issue.abbreviations)
        self.table(Table(head, rows))

    def blocks(self, blocks: Sequence[Block], depth: int = 0, style: str = "Normal") -> None:
        """Blocks one after the other."""
        for block in blocks:
            match block:
                case Heading():
                    self.paragraph(f"Heading {block.level}", block.runs)
                case Paragraph():
                    indent = self.paragraph(style, block.runs).paragraph_format
                    if depth:
                        indent.left_indent = Cm(0.63 * depth)
                case Listing():
                    self.listing(block, depth)
                case Quote():
                    self.blocks(block.blocks, depth, "Quote")
                case Code():
                    self.paragraph(style, [Run(block.text, code=True)])
                case Picture():
                    self.picture(block)
                case Table():
                    self.table(block)

    def listing(self, listing: Listing, depth: int) -> None:
        """A list."""
        level = min(depth, _DEEPEST - 1)
        style = ("List Number" if listing.ordered else "List Bullet") + (f" {level + 1}" if level else "")
        number = self.numbering(style, listing.start) if listing.ordered else None
        for item in listing.items:
            first, *rest = item
            paragraph = self.paragraph(style, first.runs if isinstance(first, Paragraph) else [])
            paragraph.paragraph_format.space_after = Pt(3)
            if number is not None:
                about = properties(paragraph).get_or_add_numPr()
                about.get_or_add_ilvl().val = 0
                about.get_or_add_numId().val = number
            self.blocks(rest if isinstance(first, Paragraph) else item, depth + 1)

    def numbering(self, style: str, start: int) -> int:
        """A numbering of its own, so that each list begins at *start*."""
        styled: Any = self.document.styles[style]
        numbering: Any = self.document.part.numbering_part.numbering_definitions._numbering
        made = numbering.add_num(numbering.num_having_numId(styled.element.pPr.numPr.numId.val).abstractNumId.val)
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        return int(made.numId)

    def picture(self, picture: Picture) -> None:
        """A picture with its caption."""
        paragraph = self.document.add_paragraph()
        try:
            shape = paragraph.add_run().add_picture(io.BytesIO(self.images[picture.file]))
        except Exception:  # python-docx raises whatever its readers of images meet
            raise Refusal("publishing.image_unread", image=picture.file) from None
        if shape.width > _WIDE:
            shape.height, shape.width = Emu(int(shape.height * _WIDE / shape.width)), _WIDE
        about = shape._inline.docPr
        about.set("descr", picture.alt)
        if picture.caption:
            paragraph.paragraph_format.keep_with_next = True
            self.paragraph("Caption", [Run(picture.caption)])

    def table(self, table: Table) -> None:
        """A table whose head is repeated on each page."""
        made = self.document.add_table(rows=1 + len(table.rows), cols=len(table.head))
        made.style = "Table Grid"
        for row, cells in zip(made.rows, (table.head, *table.rows), strict=True):
            for cell, runs in zip(row.cells, cells, strict=True):
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                self.runs(paragraph, runs)
        for cell in made.rows[0].cells:
            cell._tc.get_or_add_tcPr().append(
                parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="F3F1EC"/>')
            )
            for run in cell.paragraphs[0].runs:
                run.bold = True
        made.rows[0]._tr.get_or_add_trPr().append(element("w:tblHeader"))
        about = made._tbl.tblPr
        for old in about.findall(qn("w:tblBorders")):
            about.remove(old)
        edges = "".join(
            f'<w:{side} w:val="{kind}" w:sz="{size}" w:space="0" w:color="{colour}"/>'
            for side, kind, size, colour in _EDGES
        )
        about.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{edges}</w:tblBorders>"))
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)

    def paragraph(self, style: str, runs: Sequence[Run]) -> WordParagraph:
        """A paragraph in a style."""
        paragraph = self.document.add_paragraph(style=style)
        self.runs(paragraph, runs)
        return paragraph

    def runs(self, paragraph: WordParagraph, runs: Sequence[Run]) -> None:
        """Some text with its links, at the end of a paragraph."""
        for href, group in groupby(runs, key=lambda run: run.href):
            parent = paragraph._p
            if href:
                relation = paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
                parent = element("w:hyperlink", **{"r:id": relation})
                paragraph._p.append(parent)
            for run in group:
                made = paragraph.add_run(str(run.note) if run.note else "")
                if not run.note:
                    for at, line in enumerate(run.text.split("\n")):
                        if at:
                            made.add_break(WD_BREAK.LINE)
                        made.add_text(line)
                made.bold, made.italic = run.strong or None, run.emphasis or None
                made.font.superscript = True if run.note else None
                if run.code:
                    made.font.name = "Consolas"
                if href:
                    made.font.color.rgb, made.font.underline = _TEAL, True
                if self.language != self.issue.language:
                    made._r.get_or_add_rPr().append(element("w:lang", **{"w:val": SPELLING[self.language]}))
                parent.append(made._r)

    def bookmark(self, paragraph: WordParagraph, name: str) -> None:
        """Give a paragraph a name that links lead to."""
        self.names += 1
        start = element("w:bookmarkStart", **{"w:id": str(self.names), "w:name": name})
        paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
        paragraph._p.append(element("w:bookmarkEnd", **{"w:id": str(self.names)}))


def ornamental(picture: InlineShape) -> None:
    """Say of a picture that it tells nothing."""
    about: Any = picture._inline.docPr
    about.set("descr", "")
    about.append(parse_xml(_DECORATIVE))


def element(name: str, **attributes: str) -> Any:
    """An element of Word's XML."""
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    return element


def properties(of: Any) -> Any:
    """The paragraph properties of a style or paragraph."""
    return (of.element if hasattr(of, "element") else of._p).get_or_add_pPr()


def _border(side: str, colour: str, size: int, space: int) -> Any:
    return parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/></w:pBdr>'
    )


def begin(paragraph: WordParagraph, instruction: str) -> None:
    """Open a field; what follows, up to its end, is what it shows until a word processor makes it anew."""
    paragraph.add_run()._r.append(element("w:fldChar", **{"w:fldCharType": "begin"}))
    told = element("w:instrText", **{"xml:space": "preserve"})
    told.text = f" {instruction} "
    paragraph.add_run()._r.append(told)
    paragraph.add_run()._r.append(element("w:fldChar", **{"w:fldCharType": "separate"}))


def field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
    """A field that shows *shown* until a word processor makes it anew."""
    begin(paragraph, instruction)
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(element("w:fldChar", **{"w:fldCharType": "end"}))


def link_within(mark: str, title: str) -> Any:
    """A link to a bookmark."""
    link = element("w:hyperlink", **{"w:anchor": mark})
    run, text = OxmlElement("w:r"), element("w:t", **{"xml:space": "preserve"})
    text.text = title
    run.append(text)
    link.append(run)
    return link


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
