"""A report in Word: the blocks of the document, set with the styles of a template that an administration can replace."""

import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, RGBColor
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from assessment.audience import Audience
from assessment.rendering.word_lists import Lists
from assessment.report import document, pictures
from assessment.report.figures import Report
from kb.base.bounded import Limits
from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import SPELLING
from kb.press.packing import saved
from kb.press.palette import LEVELS, bare

NEEDED = ("administration", "date", "mark", "body")
LARGEST, LARGEST_UNPACKED = 20_000_000, 200_000_000
LIMITS = Limits(seconds=60, memory=2_000_000_000, remedy="save the template anew in Word, with less in it")
_HERE = "arusha-body"  # where the text goes, until it is there
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML file may hold
_TINTS = {"none": "F5F2EC", "weak": "EFC6B6", "fair": "F1E9CB", "strong": "E0EEED"}
_LEVELS = tuple(map(bare, LEVELS))
_AFTER_BORDERS = {
    qn(f"w:{name}") for name in ("shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription")
}
Block = document.Block


def render(report: Report, say: Phrases, template: Path | None = None) -> bytes:
    """The Word file. *template*: the administration's own. Raises ArushaError for one that cannot be used.

    The same report and template give the same bytes.
    """
    path = template or "report.docx"
    made = DocxTemplate(BytesIO(_template(template)))
    values = {name: _legal(value) for name, value in fields(report, say).items()}
    environment = SandboxedEnvironment(autoescape=True)
    try:
        held = made.get_undeclared_template_variables(environment)
        if missing := [key for key in NEEDED if key not in held]:
            lacking = tuple(f"{{{{ {key} }}}}" for key in missing)
            raise Refusal("template.lacks", path=path, places=lacking, body="{{p body }}")
        if unknown := sorted(held - {*values, "body"}):
            raise Refusal("template.unknown", path=path, place=f"{{{{ {unknown[0]} }}}}", known=tuple(values))
        made.init_docx()
        made.docx.core_properties.title = made.docx.core_properties.author = ""  # set below, cut to what Word bears
        body = Markup(f"<w:p><w:r><w:t>{_HERE}</w:t></w:r></w:p>")  # noqa: S704 - a constant
        made.render({**values, "body": body}, environment, autoescape=True)
    except (TemplateError, UndefinedError) as error:
        raise Refusal("template.not_filled", path=path, why=str(error).splitlines()[0]) from None
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # what a damaged package raises is manifold
        raise Refusal("template.unreadable", path=path, why=type(error).__name__) from None
    filled = made.docx
    places = [
        p for p in filled.element.body.iter(qn("w:p")) if "".join(t.text or "" for t in p.iter(qn("w:t"))) == _HERE
    ]
    if not places or places[0].getparent() is not filled.element.body:
        raise Refusal("template.body", path=path, body="{{p body }}")
    _Setter(filled, places[0], say).all(document.of(report, say))
    about = filled.core_properties
    about.title, about.author, about.language = values["title"][:255], values["administration"][:255], say.language
    about.created = about.modified = datetime.fromisoformat(report.date)
    about.last_modified_by, about.comments, about.revision = "", "", 1
    _speak(filled, say)
    return saved(made.save, report.date)


def fields(report: Report, say: Phrases) -> dict[str, str]:
    """What a template can name besides its body."""
    confidential = "" if report.audience is Audience.PUBLIC else f"{say('report.confidential')} "
    facts = [say("report.version", version=report.version)]
    facts += [say("report.member", name=report.member)] if report.member else []
    return {
        "title": f"{say('report.title')} – {report.administration}",
        "kicker": say("report.title"),
        "administration": report.administration,
        "subtitle": say("report.subtitle"),
        "date": say("report.as_of", date=say.date(report.date)),
        "version": report.version,
        "member": report.member,
        "facts": " · ".join(facts),
        "mark": f"{confidential}{report.audience_label}",
        "fingerprint": report.fingerprint,
        "footer": f"{say('report.title')} · {say.date(report.date)} · {report.audience_label}",
    }


def _template(path: Path | None) -> bytes:
    if path is None:
        return (files("assessment") / "templates" / "report.docx").read_bytes()
    try:
        if path.stat().st_size > LARGEST:
            raise Refusal("template.large", path=path, most=LARGEST // 10**6)
        data = path.read_bytes()
    except OSError as error:
        raise Refusal("template.not_read", path=path, why=error.strerror) from None
    plain = Refusal("template.no_word", path=path)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = package.namelist()
            if sum(part.file_size for part in package.infolist()) > LARGEST_UNPACKED:
                raise Refusal("template.unpacked", path=path, most=LARGEST_UNPACKED // 10**6)
            kinds = package.read("[Content_Types].xml")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError):
        raise plain from None
    if b"macroEnabled" in kinds or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal("template.macros", path=path)
    if b"wordprocessingml" not in kinds:
        raise plain
    return data


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _speak(filled: Any, say: Phrases) -> None:
    """Say which language the document is in, as its default."""
    styles = filled.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = parse_xml(f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr/></w:rPrDefault></w:docDefaults>")
        styles.insert(0, defaults)
    inner = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for spoken in styles.iter(qn("w:lang")):
        spoken.set(qn("w:val"), SPELLING[say.language])
    if inner is not None and inner.find(qn("w:lang")) is None:
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), SPELLING[say.language])
        inner.append(spoken)


class _Setter:
    """Sets blocks before a place in the document, which it then takes out."""

    def __init__(self, filled: Any, place: Any, say: Phrases) -> None:
        self.filled, self.place, self.say = filled, place, say
        self.styles = {
            style.name: style.style_id for style in filled.styles
        }  # looked up once, since each look-up is slow
        section = filled.sections[-1]
        self.width = int(section.page_width - section.left_margin - section.right_margin)
        self.lists = Lists(filled)
        self.pictures = self.bookmarks = 0

    def all(self, blocks: Sequence[Block]) -> None:
        """Contents, then every block."""
        self.contents(blocks)
        self.each(blocks)
        self.place.getparent().remove(self.place)

    def each(self, blocks: Sequence[Block]) -> None:
        """Blocks in their order."""
        for block in blocks:
            setter: Callable[[Block], None] = getattr(self, f"set_{block['kind']}")
            setter(block)

    # ---- what everything is made of ----

    def paragraph(self, text: str = "", style: str = "Normal", into: Any = None) -> Any:
        """A paragraph; line breaks in its text stay."""
        made = (self.filled if into is None else into).add_paragraph()
        if style in self.styles:
            made._p.style = self.styles[style]
        if text:
            made.add_run(_legal(text))
        if into is None:
            self.place.addprevious(made._p)
        return made

    def labelled(self, label: str, text: str, style: str = "Normal", into: Any = None) -> Any:
        """A paragraph that begins with a bold label."""
        made = self.paragraph("", style, into)
        if label:
            made.add_run(_legal(f"{label} ")).bold = True
        made.add_run(_legal(text))
        return made

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
            row = self.row(made, [[text] for text in head], bold=True, right=right)
            mark = OxmlElement("w:tblHeader")
            mark.set(qn("w:val"), "true")
            row._tr.get_or_add_trPr().append(mark)
        return made

    def _lines(self, table: Any, ruled: bool) -> None:
        """Only thin lines between the rows, and none where there is no head."""
        colour = "D5D0C5"
        sides = "".join(
            f'<w:{side} w:val="{"single" if ruled and side in ("top", "bottom", "insideH") else "nil"}" w:sz="4" w:color="{colour}"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        borders = parse_xml(f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>")
        about = table._tbl.tblPr  # its parts have an order, which Word insists on
        for earlier in about.findall(qn("w:tblBorders")):
            about.remove(earlier)
        later = [child for child in about if child.tag in _AFTER_BORDERS]
        if later:
            later[0].addprevious(borders)
        else:
            about.append(borders)

    def row(
        self,
        table: Any,
        cells: Sequence[Sequence[str]],
        *,
        bold: bool = False,
        right: Sequence[int] = (),
        long: bool = False,
    ) -> Any:
        """A row of plain texts. Rows do not part over pages unless they are *long*."""
        made = table.add_row()
        if not long:
            made._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, (cell, column, texts) in enumerate(zip(made.cells, table.columns, cells, strict=True)):
            cell.width = column.width
            for text in texts:
                self.cell(cell, text, bold=bold, right=place in right)
        return made

    def parts(self, cell: Any, parts: Sequence[Block], *, right: bool = False) -> None:
        """What persons wrote, and small what is said beside it."""
        for part in parts:
            style = "Report Small" if part["small"] else "Report Cell"
            self.lists.write(
                part["blocks"],
                lambda style=style: self.cell(cell, "", style, right=right),  # type: ignore[misc]
                part["label"],
                _legal,
            )

    def cell(self, cell: Any, text: str, style: str = "Report Cell", *, bold: bool = False, right: bool = False) -> Any:
        """A text in a cell, in its first paragraph while that is free."""
        first = Paragraph(
            cell._tc.find(qn("w:p")), cell
        )  # not among all, which a long list would ask for again and again
        made = first if not first.runs else cell.add_paragraph()
        if style in self.styles:
            made._p.style = self.styles[style]
        if text:
            made.add_run(_legal(text)).bold = bold or None
        if right:
            made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return made

    def fill(self, cell: Any, colour: str) -> None:
        """Tint a cell."""
        cell._tc.get_or_add_tcPr().append(
            parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>')
        )

    def gap(self) -> None:
        """Some air below a table."""
        self.paragraph("", "Report Small")

    # ---- contents ----

    def contents(self, blocks: Sequence[Block]) -> None:
        """A table of contents without page numbers, which cannot be wrong; Word can make another of it."""
        heads = [block for block in _flat(blocks) if block["kind"] == "heading" and block["level"] == 1]
        title = self.paragraph(self.say("report.contents"), "Heading 1")
        title.paragraph_format.page_break_before = True
        for number, block in enumerate(heads, 1):
            line = self.paragraph("", "TOC 1")
            if number == 1:
                self._part(line, "begin")
                self._code(line, 'TOC \\o "1-1" \\n \\h \\z')
                self._part(line, "separate")
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), f"_Toc{number:06}")
            run = line.add_run(_legal(_heading(block)))
            link.append(run._r)
            line._p.append(link)
            if number == len(heads):
                self._part(line, "end")

    def _part(self, paragraph: Any, kind: str) -> None:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(mark)

    def _code(self, paragraph: Any, code: str) -> None:
        text = OxmlElement("w:instrText")
        text.set(qn("xml:space"), "preserve")
        text.text = f" {code} "
        paragraph.add_run()._r.append(text)

    # ---- the kinds of blocks ----

    def set_group(self, b: Block) -> None:
        """Blocks that belong together."""
        self.each(b["blocks"])

    def set_heading(self, b: Block) -> None:
        """A heading; those of the first level carry the mark that the contents lead to."""
        made = self.paragraph(_heading(b), f"Heading {b['level']}")
        if b.get("fresh") and b["level"] == 1:  # the chart after the summary moves by its own size
            made.paragraph_format.page_break_before, made.paragraph_format.space_before = True, 0
        if b["level"] == 1:
            self.bookmarks += 1
            for name in ("start", "end"):
                mark = OxmlElement(f"w:bookmark{name.title()}")
                mark.set(qn("w:id"), str(self.bookmarks))
                if name == "start":
                    mark.set(qn("w:name"), f"_Toc{self.bookmarks:06}")
                made._p.append(mark)

    def set_text(self, b: Block) -> None:
        """A paragraph."""
        style = {"lead": "Report Lead", "quiet": "Report Small"}.get(b.get("style", ""), "Normal")
        self.labelled(b.get("label", ""), b["text"], style)

    def set_list(self, b: Block) -> None:
        """A list."""
        for item in b["items"]:
            self.paragraph(item, "List Bullet")

    def set_headline(self, b: Block) -> None:
        """The score, then what it rests on."""
        table = self.table([5, 10])
        row = self.row(table, [[], b["texts"][:1]])
        if b["label"]:
            self.cell(row.cells[0], b["label"], "Report Small")
        made = self.cell(row.cells[0], b["number"], "Report Figure")
        unit = made.add_run(f" {b['unit']}")
        unit.bold, unit.font.size = False, self.filled.styles["Normal"].font.size
        for text in b["texts"][1:]:
            self.cell(row.cells[1], text)

    def set_pair(self, b: Block) -> None:
        """Strengths, then gaps, each as a table of the level and what is said of it."""
        for card in b["cards"]:
            self.paragraph(card["title"], "Heading 2")
            if not card["items"]:
                self.paragraph(card["none"], "Normal")
                continue
            table = self.table([1, 14])
            self._lines(table, True)
            for item in card["items"]:
                told = [
                    f"{item['id']} {item['title']}",
                    item["text"],
                    item["next"],
                    *(f"– {note}" for note in item["notes"]),
                ]
                row = self.row(table, [[], []])
                if item["level"] is not None:
                    self.level(row.cells[0], item["level"], item["shown"])
                for number, text in enumerate(filter(None, told)):
                    self.cell(row.cells[1], text, "Report Small" if number > 1 else "Report Cell", bold=not number)
            if card["more"]:
                self.paragraph(card["more"], "Report Small")

    def level(self, cell: Any, level: int, shown: str) -> None:
        """A level in its colour."""
        made = self.cell(cell, shown, bold=True)
        made.runs[0].font.color.rgb = RGBColor.from_string(_LEVELS[level])

    def set_decisions(self, b: Block) -> None:
        """What was decided."""
        self.paragraph(b["title"], "Heading 2")
        if not b["items"]:
            self.paragraph(b["none"])
        for item in b["items"]:
            facts = " · ".join(item["facts"].split("\n"))
            self.labelled(item["id"], f"{item['text']} ({facts})" if facts else item["text"], "List Bullet")

    def set_picture(self, b: Block) -> None:
        """A picture with its caption above and its words for those who do not see it."""
        self.paragraph(b["caption"], "Caption")
        made = self.paragraph()
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        image = pictures.png(b["svg"])
        made.add_run().add_picture(BytesIO(image), width=Emu(self.width * b["width"] // 100))
        self.pictures += 1
        about = made._p.find(f".//{qn('wp:docPr')}")
        about.set("id", str(9000 + self.pictures))
        about.set("name", f"Picture {self.pictures}")
        about.set("descr", _legal(b["alt"]))

    def set_scores(self, b: Block) -> None:
        """Scores with their intervals."""
        self.paragraph(b["caption"], "Caption")
        table = self.table([7, 2, 3, 3], b["head"], (1, 2, 3))
        for row in b["rows"]:
            self.row(table, [[row["name"]], *([cell] for cell in row["cells"])], right=(1, 2, 3))
        self.gap()

    def set_table(self, b: Block) -> None:
        """A table of parts."""
        self.paragraph(b["caption"], "Caption")
        table = self.table(b["widths"], b["head"], b["right"])
        for row in b["rows"]:
            made = self.row(table, [[] for _ in row["cells"]], long=row["long"])
            for place, (cell, parts) in enumerate(zip(made.cells, row["cells"], strict=True)):
                self.parts(cell, parts, right=place in b["right"])
        self.gap()

    def set_elements(self, b: Block) -> None:
        """The elements of a factor, tinted by their scores."""
        table = self.table([1, 10, 1.5])
        for item in b["items"]:
            row = self.row(table, [[item["id"]], [item["name"]], [item["score"]]], right=(2,))
            for cell in row.cells:
                self.fill(cell, _TINTS[item["grade"]])
        self.gap()

    def set_offers(self, b: Block) -> None:
        """Practices of other Members."""
        self.paragraph(b["title"], "Heading 3")
        if not b["items"]:
            self.paragraph(b["none"])
        for item in b["items"]:
            self.labelled(item["title"], "").paragraph_format.keep_with_next = True
            self.paragraph(item["facts"], "Report Small").paragraph_format.keep_with_next = True
            self.paragraph(item["text"])
            if item["why"]:
                self.paragraph(item["why"], "Report Small")

    def set_answers(self, b: Block) -> None:
        """Questions with everything said of them."""
        table = self.table([2, 13])
        self._lines(table, True)
        for item in b["items"]:
            row = self.row(table, [[item["id"]], []], long=item["long"])
            if item["level"] is None:
                self.cell(row.cells[0], item["shown"], "Report Small")
            else:
                self.level(row.cells[0], item["level"], item["shown"])
            self.cell(row.cells[1], item["question"], bold=True)
            if item["text"]:
                self.cell(row.cells[1], item["text"])
            if item["basis"]:
                self.cell(row.cells[1], item["basis"], "Report Small")
            self.parts(row.cells[1], item["parts"])
        self.gap()


def _flat(blocks: Sequence[Block]) -> list[Block]:
    return [inner for block in blocks for inner in (_flat(block["blocks"]) if block["kind"] == "group" else [block])]


def _heading(block: Block) -> str:
    return f"{block['number']}  {block['text']}" if "number" in block else str(block["text"])
