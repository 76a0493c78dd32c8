"""A document as slides: its cover, then one slide for each section, set in the house's colours; small print goes into the notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatchmethod
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from assessment.rendering import blocks
from assessment.rendering.pdf import png
from assessment.rendering.texts import BULLET, short
from assessment.rendering.word_filling import legal
from kb.base.vocabulary import SPELLING
from kb.press.document import text_of
from kb.press.packing import saved
from kb.press.palette import GREY, INK, LEVELS, LIGHT, LINE, PAPER, PETROL, SAND, TEAL, bare

_WIDE, _HIGH, _EDGE, _HEAD = 13.333, 7.5, 0.65, 1.45  # inches: a slide, its margins, and what its title takes
_TITLE_ONLY = 5  # of the layouts of the library's own file
_HEADS, _TEXT = "Georgia", "Calibri"


@dataclass(frozen=True)
class _Area:
    """A part of a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    def rows(self, many: int, gap: float = 0.0) -> list["_Area"]:
        """As many equal rows of it."""
        height = (self.height - gap * (many - 1)) / max(many, 1)
        return [_Area(self.left, self.top + at * (height + gap), self.width, height) for at in range(many)]

    def below(self, taken: float) -> "_Area":
        """What is left below the part that is *taken* from the top."""
        return _Area(self.left, self.top + taken, self.width, self.height - taken)

    def part(self, start: float, end: float) -> "_Area":
        """What lies between two shares of its width."""
        return _Area(self.left + self.width * start, self.top, self.width * (end - start), self.height)


def render(document: blocks.Document) -> bytes:
    """The slides. The same document gives the same bytes."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(_WIDE), Inches(_HIGH)
    deck = _Deck(made, document)
    deck.cover()
    for section in document.sections:
        deck.section(section)
    about = made.core_properties
    about.title, about.author, about.language = (
        legal(document.cover.title)[:255],
        legal(document.cover.administration)[:255],
        document.language,
    )
    about.created = about.modified = datetime.fromisoformat(document.day)
    about.last_modified_by, about.comments, about.keywords, about.revision = "", "", "", 1
    return saved(made.save, document.day)


class _Deck:
    """Draws on the last slide."""

    def __init__(self, made: Any, document: blocks.Document) -> None:
        self.made, self.document = made, document
        self.slide: Any = None

    def _open(self, title: str, area: _Area, size: float, colour: str, ground: str) -> None:
        """A new slide with its title, by which programs name it."""
        self.slide = self.made.slides.add_slide(self.made.slide_layouts[_TITLE_ONLY])
        self.slide.background.fill.solid()
        self.slide.background.fill.fore_color.rgb = _colour(ground)
        shape = self.slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = map(Inches, (area.left, area.top, area.width, area.height))
        self._write(shape.text_frame, [(title, size, colour, True)], font=_HEADS, anchor=MSO_ANCHOR.BOTTOM)

    def cover(self) -> None:
        """The first slide."""
        cover = self.document.cover
        size = 40 if len(cover.administration) < 60 else 26
        self._open(short(cover.administration, 200), _Area(1.0, 1.9, 11.2, 1.9), size, "#ffffff", PETROL)
        self.text(_Area(1.0, 1.1, 11.2, 0.6), [(cover.kicker.upper(), 16, LIGHT, True)])
        self.text(_Area(1.0, 3.95, 11.2, 0.6), [(cover.subtitle, 20, "#ffffff", False)])
        self.box(_Area(1.05, 4.75, 1.2, 0.05), LIGHT)
        self.text(_Area(1.0, 4.95, 11.2, 1.0), [(" · ".join((cover.date, *cover.facts)), 16, "#ffffff", False)])
        self.text(_Area(1.0, 6.5, 11.2, 0.5), [(cover.mark, 14, LIGHT, True)])

    def section(self, section: blocks.Section) -> None:
        """One slide: what takes little room above, a drawing to the left of the rest."""
        self._open(section.title, _Area(_EDGE, 0.35, _WIDE - 2 * _EDGE, 0.8), 30, TEAL, PAPER)
        self.box(_Area(_EDGE + 0.08, 1.2, 1.2, 0.05), LIGHT)
        number = len(self.made.slides)
        self.text(_Area(_EDGE, 7.0, 11.0, 0.35), [(self.document.cover.foot, 11, GREY, False)])
        self.text(_Area(11.6, 7.0, 1.1, 0.35), [(f"{number}", 11, GREY, False)], align=PP_ALIGN.RIGHT)
        area = _Area(_EDGE, _HEAD, _WIDE - 2 * _EDGE, 6.9 - _HEAD)
        shown = [each for each in section.blocks if not _is_note(each)]
        notes = [
            line
            for each in section.blocks
            if isinstance(each, blocks.Passage) and _is_note(each)
            for line in blocks.lines(each)
        ]
        if notes:
            self.slide.notes_slide.notes_text_frame.text = legal("\n".join(notes))
        for block in shown:
            area = self.block(block, area)

    # ---- the kinds of blocks: each says what is left of the area ----

    @singledispatchmethod
    def block(self, b: blocks.Block, area: _Area) -> _Area:
        """Draw one block."""
        raise TypeError(b)

    @block.register
    def _(self, b: blocks.Passage, area: _Area) -> _Area:
        listed = [line for block in b.blocks for line in blocks.paragraphs(block)]
        sign = f"{BULLET}  " if len(listed) > 1 else ""
        self.text(area, [(f"{sign}{text_of(each.runs)}", 20, INK, False) for each in listed], after=10)
        return area.below(0.2 + sum(0.4 * (1 + len(text_of(each.runs)) // 100) for each in listed))

    @block.register
    def _(self, b: blocks.Headline, area: _Area) -> _Area:
        left, right = area.part(0, 0.46), area.part(0.52, 1)
        self.text(left, [(b.label, 18, GREY, False)])
        self.text(left.below(0.4), [(b.number, 88, TEAL, True)], font=_HEADS)
        self.text(left.below(1.85), [(b.unit, 18, GREY, False)])
        self._bar(_Area(left.left + 0.1, left.top + 2.55, left.width - 0.4, 0.32), b.interval)
        self.text(left.below(3.1), [(b.beside[0], 18, SAND, False)])
        self.text(left.below(3.45), [(b.beside[1], 54, SAND, True)], font=_HEADS)
        lines = [(line, 20, INK, False) for each in b.texts for line in blocks.lines(each)]
        self.text(right.below(0.5), lines, after=14)
        return area.below(area.height)

    @block.register
    def _(self, b: blocks.Scores, area: _Area) -> _Area:
        """Bars: what is claimed, and in it what is evidenced."""
        head, *rows = area.rows(len(b.rows) + 1)
        self._line(head, (b.head[0], b.head[1], b.head[2]), 13, (GREY, TEAL, SAND))
        for place, row in zip(rows, b.rows, strict=True):
            self._line(place, (row.name.text, row.cells[0].text, row.cells[1].text), 15, (INK, TEAL, SAND))
            bar = place.part(0.4, 0.78)
            self._bar(_Area(bar.left, bar.top + bar.height * 0.2, bar.width, bar.height * 0.55), row.interval)
        return area.below(area.height)

    def _line(self, area: _Area, cells: tuple[str, str, str], size: float, colours: tuple[str, str, str]) -> None:
        for text, colour, start, end in zip(cells, colours, (0, 0.8, 0.9), (0.4, 0.9, 1), strict=True):
            align = PP_ALIGN.RIGHT if start else PP_ALIGN.LEFT
            self.text(area.part(start, end), [(text, size, colour, bool(start))], align=align, anchor=MSO_ANCHOR.MIDDLE)

    def _bar(self, area: _Area, interval: blocks.Interval) -> None:
        self.box(area, LINE)
        for value, colour, share in ((interval.score, TEAL, 1.0), (interval.evidenced, LIGHT, 0.4)):
            if value:
                top = area.top + area.height * (1 - share) / 2
                self.box(_Area(area.left, top, area.width * value / 100, area.height * share), colour)

    @block.register
    def _(self, b: blocks.Table, area: _Area) -> _Area:
        rows = [
            b.head,
            *(
                tuple(" · ".join(line for said in cell for line in blocks.lines(said)) for cell in row.cells)
                for row in b.rows
            ),
        ]
        self._table(rows, b.widths, area, right=b.right)
        return area.below(area.height)

    @block.register
    def _(self, b: blocks.Drawing, area: _Area) -> _Area:
        """A picture to the left, with its words for those who do not see it."""
        part = area.part(0, b.width / 100)
        shape = self.slide.shapes.add_picture(
            BytesIO(png(b.svg)), Inches(part.left), Inches(part.top), width=Inches(part.width)
        )
        if shape.height > Inches(part.height):
            shape.width, shape.height = Emu(int(shape.width * Inches(part.height) / shape.height)), Inches(part.height)
        shape._element.nvPicPr.cNvPr.set("descr", legal(b.alt))
        return area.part(b.width / 100 + 0.03, 1)

    @block.register
    def _(self, b: blocks.Entries, area: _Area) -> _Area:
        if b.none:
            self.text(area, [(b.none, 20, GREY, False)])
            return area.below(0.6)
        foot = 0.5 if b.more else 0.0
        body = _Area(area.left, area.top, area.width, area.height - foot)
        if b.look == "decisions":
            rows = [(item.id, item.title, " ".join(_told(item))) for item in b.items]
            self._table(rows, (1, 8, 4), body, headed=False)
        else:
            for place, item in zip(body.rows(max(3, len(b.items)), 0.15), b.items, strict=False):
                self._entry(place, item)
        if b.more:
            self.text(area.below(area.height - foot), [(b.more, 14, GREY, False)])
        return area.below(area.height)

    def _entry(self, area: _Area, item: blocks.Entry) -> None:
        inset = 0.0
        if item.level is not None:
            inset = 0.75
            badge = self.box(_Area(area.left, area.top + 0.08, 0.55, 0.5), LEVELS[item.level])
            self._write(
                badge.text_frame, [(item.shown, 16, "#ffffff", True)], align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.MIDDLE
            )
        first, *others = _told(item) or [""]
        lines = [(f"{item.id} {item.title}".strip(), 18, INK, True), (first, 15, INK, False)]
        lines += [(line, 13, GREY, False) for line in others]
        self.text(
            _Area(area.left + inset, area.top, area.width - inset, area.height),
            [each for each in lines if each[0]],
            after=3,
        )

    # ---- what everything is made of ----

    def box(self, area: _Area, colour: str) -> Any:
        """A plain rectangle."""
        made = self.slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, *map(Inches, (area.left, area.top, area.width, area.height))
        )
        made.fill.solid()
        made.fill.fore_color.rgb = _colour(colour)
        made.line.fill.background()
        made._element.remove(made._element.find(qn("p:style")))  # which casts a shadow
        return made

    def text(self, area: _Area, lines: Iterable[tuple[str, float, str, bool]], **how: Any) -> None:
        """Paragraphs, each with its size in points, its colour, and whether it is bold."""
        made = self.slide.shapes.add_textbox(*map(Inches, (area.left, area.top, area.width, max(area.height, 0.3))))
        self._write(made.text_frame, lines, **how)

    def _write(
        self,
        frame: Any,
        lines: Iterable[tuple[str, float, str, bool]],
        *,
        font: str = _TEXT,
        align: Any = PP_ALIGN.LEFT,
        anchor: Any = MSO_ANCHOR.TOP,
        after: float = 0,
    ) -> None:
        frame.word_wrap, frame.vertical_anchor = True, anchor
        for at, (text, size, colour, bold) in enumerate(lines):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.alignment, paragraph.space_after = align, Pt(after)
            run = paragraph.add_run()
            run.text = legal(text)
            run.font.name, run.font.size, run.font.bold = font, Pt(size), bold
            run.font.color.rgb = _colour(colour)
            run._r.get_or_add_rPr().set("lang", SPELLING[self.document.language])

    def _table(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        area: _Area,
        *,
        right: Sequence[int] = (),
        headed: bool = True,
    ) -> None:
        """A table whose rows share the height; its first row is its head where it has one."""
        height = min(area.height, 0.7 * len(rows))
        place = map(Inches, (area.left, area.top, area.width, height))
        table = self.slide.shapes.add_table(len(rows), len(widths), *place).table
        table.first_row, table.horz_banding = headed, True
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Inches(area.width * width / sum(widths))
        size = 14 if len(rows) > 8 else 16
        for at, (made, cells) in enumerate(zip(table.rows, rows, strict=True)):
            made.height = Inches(height / len(rows))
            heads = headed and not at
            for column, (cell, text) in enumerate(zip(made.cells, cells, strict=True)):
                cell.fill.solid()
                cell.fill.fore_color.rgb = _colour(TEAL if heads else PAPER if at % 2 else "#f3efe7")
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                align = PP_ALIGN.RIGHT if column in right else PP_ALIGN.LEFT
                line = (text, size, "#ffffff" if heads else INK, heads or (column == 0 and not headed))
                self._write(cell.text_frame, [line], align=align, anchor=MSO_ANCHOR.MIDDLE)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE


def _is_note(block: blocks.Block) -> bool:
    return isinstance(block, blocks.Passage) and block.style == "small"


def _told(item: blocks.Entry) -> list[str]:
    return [line for said in item.parts for line in blocks.lines(said)]


def _colour(name: str) -> Any:
    return RGBColor.from_string(bare(name))  # type: ignore[no-untyped-call]
