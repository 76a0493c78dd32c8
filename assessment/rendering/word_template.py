"""Makes `templates/report.docx`, the Word template of the report: `python -m assessment.rendering.word_template`.

An administration may put its own in its place; `word.NEEDED` tells what must stand in it.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from kb.press.packing import saved
from kb.press.palette import GREY, INK, SAND, TEAL, bare

_INK, _QUIET, _PETROL, _SAND = (RGBColor.from_string(bare(each)) for each in (INK, GREY, TEAL, SAND))
_FONT = "Cambria"
_DAY = "2026-01-01"
_SIZES = {  # of a style: points, colour, bold, space before and after
    "Normal": (10.5, _INK, False, 0, 6),
    "Title": (28, _INK, True, 4, 6),
    "Subtitle": (14, _QUIET, False, 0, 24),
    "Heading 1": (19, _INK, True, 26, 8),
    "Heading 2": (13, _PETROL, True, 11, 4),
    "Heading 3": (11, _INK, True, 10, 3),
    "Caption": (9.5, _QUIET, True, 10, 4),
    "List Bullet": (10.5, _INK, False, 0, 4),
    "TOC 1": (11, _INK, False, 3, 3),
    "Report Lead": (11.5, _QUIET, False, 0, 8),
    "Report Small": (9, _QUIET, False, 0, 3),
    "Report Figure": (28, _PETROL, True, 4, 4),
    "Report Mark": (11, _SAND, True, 18, 6),
    "Report Cell": (9.5, _INK, False, 0, 1),
}


def make() -> bytes:
    """The template: its styles, a cover, a place for the text, and a running head and foot with the page's number."""
    document = docx.Document()
    _styles(document)
    about = document.core_properties
    about.title, about.author, about.comments, about.last_modified_by = "{{ title }}", "{{ administration }}", "", ""
    about.created = about.modified = datetime.fromisoformat(_DAY)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(1.9)
    section.different_first_page_header_footer = True
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.text = "{{ administration }}"
    foot.text = "{{ footer }}\t"
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(Cm(16.2), WD_TAB_ALIGNMENT.RIGHT)
    for paragraph in (head, foot):
        paragraph.style = document.styles["Report Small"]
    _field(foot, "PAGE")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES")
    kicker = document.add_paragraph("{{ kicker }}", style="Report Mark")
    kicker.paragraph_format.space_before = Pt(150)
    document.add_paragraph("{{ administration }}", style="Title")
    document.add_paragraph("{{ subtitle }}", style="Subtitle")
    document.add_paragraph("{{ date }}")
    document.add_paragraph("{{ facts }}")
    document.add_paragraph("{{ mark }}", style="Report Mark")
    document.add_paragraph("{{p body }}").paragraph_format.page_break_before = True
    return saved(document.save, _DAY)


def _styles(document: Any) -> None:
    known = {style.name for style in document.styles}
    for name, (size, colour, bold, before, after) in _SIZES.items():
        style = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if name not in known:
            style.base_style = document.styles["Normal"]
        style.font.name, style.font.size, style.font.bold, style.font.italic = _FONT, Pt(size), bold, False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), _FONT)
        style.font.color.rgb = colour
        shape = style.paragraph_format
        shape.space_before, shape.space_after, shape.widow_control = Pt(before), Pt(after), True
        if name.startswith("Heading") or name == "Caption":
            shape.keep_with_next = True
    for border in document.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


if __name__ == "__main__":
    (Path(__file__).parents[1] / "templates" / "report.docx").write_bytes(make())
