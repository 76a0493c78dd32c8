"""Passages in a Word document: paragraphs with line breaks, and lists that Word itself counts."""

from collections.abc import Callable, Sequence
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart
from docx.shared import Pt

from assessment.rendering.blocks import paragraphs, plain
from assessment.rendering.texts import BULLET
from assessment.rendering.word_filling import legal
from kb.press.document import Listing, Paragraph, Run, Runs

_INSET = 340  # twentieths of a point from the edge to the text of an item
_GAP = Pt(5)


def bold(text: str) -> Runs:
    """Text in bold."""
    return (Run(text, strong=True),)


def write(paragraph: Any, text: str | Runs) -> None:
    """Add text to a paragraph, without what XML cannot hold."""
    for run in plain(text) if isinstance(text, str) else text:
        if run.text:
            paragraph.add_run(legal(run.text)).bold = run.strong or None


class Lists:
    """The lists of one document: each kind is defined once, each list counts anew."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.kinds: dict[str, int] = {}

    def write(self, blocks: Sequence[Paragraph | Listing], make: Callable[[], Any], label: str = "") -> None:
        """Write blocks in paragraphs that *make* gives, after a bold *label*."""
        if label and not (blocks and isinstance(blocks[0], Paragraph)):
            write(make(), bold(label))
        for place, block in enumerate(blocks):
            if isinstance(block, Listing):
                self._list(block, make)
                continue
            made = make()
            if label and place == 0:
                write(made, bold(f"{label} "))
            write(made, block.runs)
            if place:
                made.paragraph_format.space_before = _GAP

    def _list(self, block: Listing, make: Callable[[], Any]) -> None:
        number = self._number(block) if block.mark else 0
        for item in paragraphs(block):
            made = make()
            write(made, item.runs)
            if number:  # one without a mark is ours, and its style counts
                about = made._p.get_or_add_pPr().get_or_add_numPr()
                about.get_or_add_ilvl().val, about.get_or_add_numId().val = 0, number

    def _number(self, block: Listing) -> int:
        """The number of a new list, which counts from where the block does."""
        part = self._part()
        if (kind := self.kinds.get(block.mark)) is None:
            kind = self.kinds[block.mark] = self._kind(part, block.mark)
        number = 1 + max((int(each.get(qn("w:numId"))) for each in part.findall(qn("w:num"))), default=0)
        start = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{block.start}"/></w:lvlOverride>'
        part.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{kind}"/>'
                f"{'' if block.mark == BULLET else start}</w:num>"
            )
        )
        return number

    def _kind(self, part: Any, mark: str) -> int:
        known = part.findall(qn("w:abstractNum"))
        kind = 1 + max((int(each.get(qn("w:abstractNumId"))) for each in known), default=0)
        form = "bullet" if mark == BULLET else "decimal" if "1" in mark else "lowerLetter"
        shown = mark if mark == BULLET else mark.replace("1", "%1").replace("a", "%1")
        made = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{kind}"><w:multiLevelType w:val="singleLevel"/>'
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{_INSET}" w:hanging="{_INSET}"/></w:pPr></w:lvl></w:abstractNum>'
        )
        if known:
            known[-1].addnext(made)
        else:
            part.insert(0, made)
        return kind

    def _part(self) -> Any:
        """The part of the package that defines lists, made where a template has none."""
        main = self.document.part
        try:
            return main.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
        except KeyError:
            empty = parse_xml(f"<w:numbering {nsdecls('w')}/>")
            made = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, empty, main.package)
            main.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
            return made.element
