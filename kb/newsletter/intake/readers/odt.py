"""ODT: the same as DOCX from LibreOffice's own format."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, escape, plain, tidy
from kb.newsletter.intake.readers import shape
from kb.newsletter.intake.readers import text as text_reader
from kb.newsletter.intake.readers.package import Package, damaged, open_package
from kb.newsletter.intake.readers.shape import is_wrapped, link

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_HEADING = re.compile(r"^(?:Heading(?:_20_|\s)?([1-9])|Title)$")
_DROPPED = {
    f"{_TEXT}tracked-changes": "deleted by a tracked change",
    f"{_TEXT}table-of-content": "contents list",
    f"{_OFFICE}annotation": "comment",
}
_LINES = (f"{_TEXT}p", f"{_TEXT}h")
_CONTAINERS = {f"{_TEXT}section", f"{_TEXT}list-header", f"{_DRAW}text-box", f"{_TEXT}index-body"}


def read(data: bytes, file: str) -> Document:
    """Read an ODT file. Raises ArushaError."""
    return _Reader(open_package(data, file)).document()


class _Reader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.dropped: list[Dropped] = []
        self.notes: Counter[str] = Counter()
        self.raw: list[str] = []
        self.number = self.empty = 0
        self.after: list[ET.Element] = []
        self.breaking: set[str] = set()
        self.ordered: set[str] = set()
        self.parents: dict[str, str] = {}

    def document(self) -> Document:
        """The whole document."""
        root = self.package.xml("content.xml")
        body = root.find(f"{_OFFICE}body/{_OFFICE}text") if root is not None else None
        if root is None or body is None:
            raise damaged(self.package.file)
        self._styles(root)
        blocks = list(self._blocks(body, 0))
        if is_wrapped(blocks, self.raw) and not self.dropped:
            return text_reader.from_text("\n".join(self.raw), self.package.file, "odt", [Note("wrapped")])
        self._margins()
        return shape.document(self.package.file, "odt", blocks, self.dropped, self.notes)

    def _styles(self, root: ET.Element) -> None:
        for style in root.iter(f"{_STYLE}style"):
            properties = style.find(f"{_STYLE}paragraph-properties")
            if properties is not None and properties.get(f"{_FO}break-before") == "page":
                self.breaking.add(style.get(f"{_STYLE}name", ""))
        for part in (root, self.package.xml("styles.xml")):
            for style in part.iter(f"{_STYLE}style") if part is not None else []:
                self.parents[style.get(f"{_STYLE}name", "")] = style.get(f"{_STYLE}parent-style-name", "")
            for style in part.iter(f"{_TEXT}list-style") if part is not None else []:
                first = next(iter(style), None)
                if first is not None and first.tag == f"{_TEXT}list-level-style-number":
                    self.ordered.add(style.get(f"{_STYLE}name", ""))

    def _heading(self, paragraph: ET.Element) -> int:
        """The heading level of a paragraph, by its outline or by its style and those that it is based on; 0 if none."""
        if paragraph.tag == f"{_TEXT}h":
            level = paragraph.get(f"{_TEXT}outline-level", "1")
            return int(level) if re.fullmatch(r"[1-9]", level) else 1
        style = paragraph.get(f"{_TEXT}style-name", "")
        for _ in range(10):
            if match := _HEADING.match(style):
                return int(match[1]) if match[1] else 1
            style = self.parents.get(style, "")
        return 0

    def _blocks(self, parent: ET.Element, depth: int) -> Iterator[Block]:
        for child in parent:
            if child.tag in _LINES:
                yield from self._paragraph(child)
            elif child.tag == f"{_TEXT}list":
                yield from self._list(child, 0, "-", depth)
            elif child.tag == f"{_TABLE}table":
                yield from self._table(child)
            elif child.tag in _DROPPED:
                self._drop(child)
            elif child.tag == f"{_DRAW}frame":
                yield from self._frame(child, depth)
            elif child.tag in _CONTAINERS:
                yield from self._blocks(child, depth + 1)

    def _drop(self, element: ET.Element) -> None:
        reason = _DROPPED[element.tag]
        texts = [tidy("".join(each.itertext())) for each in element.iter() if each.tag in _LINES]
        words = " ".join(filter(None, texts))
        if words:
            self.dropped.append(Dropped(reason, words, f"paragraph {self.number}"))
            if reason != "contents list":
                self.notes["comments" if reason == "comment" else "deleted"] += 1

    def _paragraph(self, paragraph: ET.Element) -> Iterator[Block]:
        self.number += 1
        self.after = []
        whole = "".join(self._inline(paragraph))
        text, after = tidy(whole), self.after
        opens = paragraph.get(f"{_TEXT}style-name", "") in self.breaking or self.number == 1
        self.raw.append(("\f" if opens and self.number > 1 else "") + plain(whole))
        if text:
            level = self._heading(paragraph)
            block = Block(Kind.HEADING, text, level=level) if level else shape.paragraph(text)
            yield replace(block, gap=self.empty, opens_page=opens, line=self.number)
            self.empty = 0
        else:
            self.empty += 1
        for element in after:
            yield from self._frame(element, 1) if element.tag == f"{_DRAW}frame" else self._note(element)

    def _inline(self, element: ET.Element) -> Iterator[str]:
        yield escape(element.text or "")
        for child in element:
            tag = child.tag
            if tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
                yield " "
            elif tag == f"{_TEXT}note":
                self.after.append(child)
                yield f"[^{_label(child)}]"
            elif tag == f"{_DRAW}frame":
                self.after.append(child)
            elif tag in _DROPPED:
                self._drop(child)
            elif tag == f"{_TEXT}a":
                yield link("".join(self._inline(child)), child.get(_LINK, ""))
            else:
                yield from self._inline(child)
            yield escape(child.tail or "")

    def _note(self, note: ET.Element) -> Iterator[Block]:
        body = note.find(f"{_TEXT}note-body")
        text = tidy(" ".join("".join(self._inline(each)) for each in (body if body is not None else [])))
        if text:
            yield Block(Kind.FOOTNOTE, text, label=_label(note))

    def _list(self, element: ET.Element, level: int, marker: str, depth: int) -> Iterator[Block]:
        style = element.get(f"{_TEXT}style-name", "")
        marker = ("1." if style in self.ordered else "-") if style else marker
        for item in element:
            first = True
            for child in item:
                if child.tag == f"{_TEXT}list" and level < 20:
                    yield from self._list(child, level + 1, marker, depth)
                    continue
                if child.tag not in _LINES:
                    continue
                for block in self._paragraph(child):
                    listed = first and block.kind in (Kind.PARAGRAPH, Kind.ITEM)
                    yield replace(block, kind=Kind.ITEM, level=level, marker=marker) if listed else block
                    first = False

    def _table(self, table: ET.Element) -> Iterator[Block]:
        rows: list[tuple[str, ...]] = []
        for row in table.iter(f"{_TABLE}table-row"):
            cells = [self._cell(cell) for cell in row.findall(f"{_TABLE}table-cell")]
            if any(cells):
                rows.append(tuple(cells))
        if rows:
            yield Block(Kind.TABLE, "", rows=tuple(rows), line=self.number)

    def _cell(self, cell: ET.Element) -> str:
        self.after = []
        return tidy(" ".join("".join(self._inline(each)) for each in cell.iter() if each.tag in _LINES))

    def _frame(self, frame: ET.Element, depth: int) -> Iterator[Block]:
        if depth > 10:
            return
        title, about = frame.find(f"{_SVG}title"), frame.find(f"{_SVG}desc")
        alt = next((each.text for each in (about, title) if each is not None and each.text), "")
        image = frame.find(f"{_DRAW}image")
        if image is not None:
            target = image.get(_LINK, "")
            picture = self.package.picture(target)
            if picture is None:
                self.notes["external" if "://" in target else "picture_kind"] += 1
            yield Block(Kind.IMAGE, escape(tidy(alt)), picture=picture, line=self.number)
        for box in frame.findall(f"{_DRAW}text-box"):
            yield from self._blocks(box, depth + 1)

    def _margins(self) -> None:
        root = self.package.xml("styles.xml")
        for kind in ("header", "footer"):
            for each in root.iter(f"{_STYLE}{kind}") if root is not None else ():
                words = tidy(" ".join("".join(part.itertext()) for part in each))
                if words:
                    self.dropped.append(Dropped(kind, words, "styles.xml"))


def _label(note: ET.Element) -> str:
    return "".join(filter(str.isalnum, note.get(f"{_TEXT}id", ""))) or "n"
