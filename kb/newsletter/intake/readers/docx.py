"""DOCX: paragraphs by style, lists, tables, pictures, footnotes, text boxes; tracked changes, comments, headers told apart."""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, Picture, escape, plain, tidy
from kb.newsletter.intake.lines import bullet, is_caption
from kb.newsletter.intake.readers import shape
from kb.newsletter.intake.readers import text as text_reader
from kb.newsletter.intake.readers.package import Package, damaged, open_package
from kb.newsletter.intake.readers.shape import headings_by_weight, is_wrapped, link

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_V = "{urn:schemas-microsoft-com:vml}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _R[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/main", _A[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", _WP[1:-1].encode()),
)
_HEADING = re.compile(r"^(?:heading|titre|überschrift|título|rubrik)\s*([1-9])$", re.I)
_TITLE = re.compile(r"^(?:title|titre|titel|título)$", re.I)
_CAPTION = re.compile(r"^(?:caption|légende|legende)$", re.I)
_QUOTE = re.compile(r"^(?:intense quote|quote|citation|citation intense|block text)$", re.I)
_CONTENTS = re.compile(r"^(?:toc \d|tm \d|toc heading|table of figures|table des matières.*)$", re.I)
_LIST = re.compile(r"^(?:list bullet|liste à puces)", re.I)
_LAYOUT_CELL = 60
_TRACKED = "deleted by a tracked change"
_BLANKS = {f"{_W}tab": "\t", f"{_W}cr": "\t", f"{_W}ptab": "\t", f"{_W}br": " ", f"{_W}noBreakHyphen": "-"}
_CONTAINERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
_REFERENCES = {f"{_W}{name}" for name in ("sym", "footnoteReference", "endnoteReference")}
_DRAWINGS = {f"{_W}{name}" for name in ("drawing", "pict", "object")}


@dataclass(frozen=True)
class _Style:
    """A paragraph style with what it takes from those it is based on; *names* begin with its own."""

    names: tuple[str, ...]
    outline: int | None = None
    number: tuple[str, int] | None = None

    def is_named(self, pattern: re.Pattern[str]) -> bool:
        return any(map(pattern.match, self.names))

    @property
    def level(self) -> int | None:
        """Its heading level from 0, by its outline or else by its names; None if it is for no heading."""
        levels = (self.outline, *map(_named_level, self.names))
        return next((level for level in levels if level is not None), None)


@dataclass
class _Gathered:
    """What the runs of one paragraph gave."""

    pieces: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    images: list[Block] = field(default_factory=list)
    boxes: list[ET.Element] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    letters: int = 0
    bold: int = 0
    size: float = 0
    breaks: bool = False

    def add(self, words: str) -> None:
        self.pieces.append(escape(words))
        self.raw.append(words)


def read(data: bytes, file: str) -> Document:
    """Read a DOCX (or DOCM) file. Raises ArushaError."""
    return _Reader(open_package(data, file)).document()


class _Reader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = next(
            (name for name in ("word/document.xml", "word/document2.xml") if name in package.names), "word/document.xml"
        )
        self.targets = self._relations()
        self.styles = self._styles()
        self.formats = self._formats()
        self.size = self._usual_size()
        self.seen: set[ET.Element] = set()
        self.dropped: list[Dropped] = []
        self.gone: dict[int, list[str]] = {}  # the pieces of what is dropped, by its place there
        self.notes: Counter[str] = Counter()
        self.number = 0
        self.empty = 0
        self.opens = True
        self.raw: list[str] = []
        self.footnotes = {**self._footnotes("footnotes", "footnote", ""), **self._footnotes("endnotes", "endnote", "e")}

    def document(self) -> Document:
        """The whole document."""
        root = self._part(self.main)
        body = root.find(f"{_W}body") if root is not None else None
        if root is None or body is None:
            raise damaged(self.package.file)
        blocks = list(self._blocks(body))
        if is_wrapped(blocks, self.raw) and not self.dropped:
            return text_reader.from_text("\n".join(self.raw), self.package.file, "docx", [Note("wrapped")])
        for place, pieces in self.gone.items():
            self.dropped[place] = replace(self.dropped[place], text="".join(pieces))
        blocks += list(self.footnotes.values())
        self._rest(body)
        self._margins()
        self._comments()
        if any(name.lower().endswith("vbaproject.bin") for name in self.package.names):
            self.notes["macros"] = 1
        return shape.document(self.package.file, "docx", headings_by_weight(blocks), self.dropped, self.notes)

    def _part(self, name: str) -> ET.Element | None:
        root = self.package.xml(name)
        if (
            root is not None and "purl.oclc.org" in root.tag
        ):  # the strict form of the format: the same under other names
            data = self.package.read(name, 32_000_000)
            for strict, usual in _STRICT:
                data = data.replace(strict, usual)
            return ET.fromstring(data)  # noqa: S314 - Package.xml has looked for entities
        return root

    def _each(self, part: str, tag: str) -> Iterator[ET.Element]:
        """The elements of one kind in a part; none if the part is not there."""
        root = self._part(part)
        yield from root.iter(f"{_W}{tag}") if root is not None else ()

    def _relations(self) -> dict[str, tuple[str, bool]]:
        folder, name = posixpath.split(self.main)
        root = self.package.xml(f"{folder}/_rels/{name}.rels")
        return {
            each.get("Id", ""): (each.get("Target", ""), each.get("TargetMode") == "External")
            for each in (root if root is not None else [])
        }

    def _styles(self) -> dict[str, _Style]:
        elements = {each.get(f"{_W}styleId", ""): each for each in self._each("word/styles.xml", "style")}
        return {name: _style(list(_bases(name, elements))) for name in elements}

    def _formats(self) -> dict[tuple[str, int], str]:
        """The number format of each list and depth."""
        lists = {
            each.get(f"{_W}abstractNumId", ""): {
                _whole(level.get(f"{_W}ilvl")): _value(level, "numFmt") or "" for level in each.iter(f"{_W}lvl")
            }
            for each in self._each("word/numbering.xml", "abstractNum")
        }
        return {
            (each.get(f"{_W}numId", ""), level): form
            for each in self._each("word/numbering.xml", "num")
            for level, form in lists.get(_value(each, "abstractNumId") or "", {}).items()
        }

    def _usual_size(self) -> float:
        root = self._part("word/styles.xml")
        usual = root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr") if root is not None else None
        return _half_points(usual) or 11

    def _footnotes(self, part: str, tag: str, prefix: str) -> dict[str, Block]:
        notes: dict[str, Block] = {}
        for each in self._each(f"word/{part}.xml", tag):
            if each.get(f"{_W}type", "normal") == "normal" and (text := self._together(each.iter(f"{_W}p"))):
                label = prefix + re.sub(r"\W", "", each.get(f"{_W}id", ""))
                notes[label] = Block(Kind.FOOTNOTE, text, label=label)
        return notes

    def _together(self, paragraphs: Iterable[ET.Element]) -> str:
        """Paragraphs as one text."""
        gathered = _Gathered()
        for paragraph in paragraphs:
            self._runs(paragraph, gathered)
            gathered.add(" ")
        return tidy("".join(gathered.pieces))

    def _blocks(self, parent: ET.Element, depth: int = 0) -> Iterator[Block]:
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child, depth)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child, depth)
            elif child.tag in _CONTAINERS:
                yield from self._blocks(child, depth)

    def _paragraph(self, paragraph: ET.Element, depth: int) -> Iterator[Block]:
        self.number += 1
        gathered = _Gathered()
        self._runs(paragraph, gathered)
        text = tidy("".join(gathered.pieces))
        properties = paragraph.find(f"{_W}pPr")
        opens = self.opens or _is_on(properties, "pageBreakBefore")
        self.raw.append(("\f" if opens and self.number > 1 else "") + "".join(gathered.raw))
        if text:
            block = self._kind(text, properties, gathered)
            if block is not None:
                yield replace(block, gap=self.empty, opens_page=opens, line=self.number)
            self.opens, self.empty = False, 0
        elif not gathered.images:
            self.empty += 1
            self.opens = opens
        self.opens = self.opens or gathered.breaks
        yield from gathered.images
        for box in gathered.boxes:
            if depth < 10:
                yield from self._blocks(box, depth + 1)
        for label in gathered.notes:
            if label in self.footnotes:
                yield self.footnotes.pop(label)

    def _kind(self, text: str, properties: ET.Element | None, gathered: _Gathered) -> Block | None:
        """The paragraph as a block by its style, else by its words; None for a line of a contents list."""
        name = _value(properties, "pStyle") or ""
        style = self.styles.get(name, _Style((name,)))
        if style.is_named(_CONTENTS):
            self.dropped.append(Dropped("contents list", plain(text), f"paragraph {self.number}"))
            return None
        outline = _outline(properties)
        level = style.level if outline is None else outline
        if level is not None and level < 9:
            return Block(Kind.HEADING, text, level=level + 1)
        if style.is_named(_CAPTION) or is_caption(plain(text)):
            return Block(Kind.CAPTION, text)
        if style.is_named(_QUOTE):
            return Block(Kind.QUOTE, text)
        return self._item(text, style, _numbering(properties)) or self._weighed(text, gathered)

    def _item(self, text: str, style: _Style, own: tuple[str, int] | None) -> Block | None:
        """The paragraph as a list item by its number, its style or its bullet; None if it is none."""
        number = own or style.number
        if number is not None and number[0] != "0":
            bullets = self.formats.get(number, "bullet") in ("bullet", "none", "")
            return Block(Kind.ITEM, text, level=number[1], marker="-" if bullets else "1.")
        if style.is_named(_LIST):
            depth = re.search(r"\d", style.names[0])
            return Block(Kind.ITEM, text, level=int(depth[0]) - 1 if depth else 0)
        rest = bullet(plain(text))
        return None if rest is None else Block(Kind.ITEM, escape(rest))

    def _weighed(self, text: str, gathered: _Gathered) -> Block:
        """A paragraph that keeps the weight of its line in `label` until all lines are known."""
        strong = gathered.letters > 0 and gathered.bold == gathered.letters
        return Block(Kind.PARAGRAPH, text, label=f"{'b' if strong else ''}{gathered.size or self.size:g}")

    def _table(self, table: ET.Element, depth: int) -> Iterator[Block]:
        if depth < 10 and _is_layout(table):
            for cell in table.iterfind(f"{_W}tr/{_W}tc"):
                yield from self._blocks(cell, depth + 1)
            return
        met: set[ET.Element] = set()
        rows = [
            tuple(self._together(self._unmet(cell, met)) for cell in row.iterfind(f"{_W}tc"))
            for row in table.iter(f"{_W}tr")
        ]
        filled = tuple(row for row in rows if any(row))
        if filled:
            yield Block(Kind.TABLE, "", rows=filled, line=self.number)

    def _unmet(self, cell: ET.Element, met: set[ET.Element]) -> Iterator[ET.Element]:
        """A cell's paragraphs, counted, but not those *met*: a table within the table has its own in cells of both."""
        for paragraph in cell.iter(f"{_W}p"):
            if paragraph not in met:
                met.add(paragraph)
                self.number += 1
                yield paragraph

    def _runs(self, parent: ET.Element, gathered: _Gathered, gone: str = "") -> None:
        for child in parent:
            tag = child.tag
            if tag == f"{_W}r":
                self._run(child, gathered, gone)
            elif tag in (f"{_W}del", f"{_W}moveFrom"):
                self._runs(child, gathered, _TRACKED)
            elif tag == f"{_W}hyperlink":
                self._link(child, gathered, gone)
            elif tag == f"{_MC}AlternateContent":
                self._alternative(child, lambda one: self._runs(one, gathered, gone))
            elif tag not in (f"{_W}p", f"{_W}pPr", f"{_W}rPr", f"{_W}tbl"):
                self._runs(child, gathered, gone)

    def _link(self, element: ET.Element, gathered: _Gathered, gone: str) -> None:
        start, target = len(gathered.pieces), self.targets.get(element.get(f"{_R}id", ""), ("", False))[0]
        self._runs(element, gathered, gone)
        text = "".join(gathered.pieces[start:])
        shown = tidy(text)
        if shown and not gone and (linked := link(shown, target)) != shown:
            gathered.pieces[start:] = [linked + (" " if text.endswith(" ") else "")]

    def _alternative(self, element: ET.Element, walk: Callable[[ET.Element], None]) -> None:
        choice, other = element.find(f"{_MC}Choice"), element.find(f"{_MC}Fallback")
        taken = choice if choice is not None else other
        for fallback in element.findall(f"{_MC}Fallback"):
            if fallback is not taken:
                self.seen.update(fallback.iter(f"{_W}t"))  # the same words once more, for older programs
        if taken is not None:
            walk(taken)

    def _run(self, run: ET.Element, gathered: _Gathered, gone: str) -> None:
        properties = run.find(f"{_W}rPr")
        if not gone and _is_on(properties, "vanish"):
            gone = "hidden text"
        bold, size = _is_on(properties, "b"), _half_points(properties)
        for child in run:
            self._piece(child, gathered, gone, bold, size)

    def _piece(self, child: ET.Element, gathered: _Gathered, gone: str, bold: bool, size: float) -> None:
        tag = child.tag
        if tag in (f"{_W}t", f"{_W}delText"):
            self._words(child, gathered, gone or ("" if tag == f"{_W}t" else _TRACKED), bold, size)
        elif tag in _BLANKS:
            gathered.add(_BLANKS[tag])
            gathered.breaks = gathered.breaks or (tag == f"{_W}br" and child.get(f"{_W}type") == "page")
        elif tag in _REFERENCES and not gone:
            self._reference(child, gathered)
        elif tag in _DRAWINGS:
            self._drawing(child, gathered, gone)
        elif tag == f"{_MC}AlternateContent":

            def walk(one: ET.Element) -> None:
                for part in one:
                    self._piece(part, gathered, gone, bold, size)

            self._alternative(child, walk)

    def _words(self, child: ET.Element, gathered: _Gathered, gone: str, bold: bool, size: float) -> None:
        """A text, to the paragraph or, where it is *gone* for a reason, to what is dropped."""
        self.seen.add(child)
        words = child.text or ""
        if gone:
            if words.strip():
                self.notes["deleted" if "tracked" in gone else "hidden"] = 1
                self._drop(gone, words)
            return
        gathered.add(words)
        solid = len(words.replace(" ", ""))
        gathered.letters += solid
        gathered.bold += solid if bold else 0
        gathered.size = max(gathered.size, size)

    def _reference(self, child: ET.Element, gathered: _Gathered) -> None:
        """A note by its label, or a sign by its code."""
        if child.tag == f"{_W}sym":
            code = child.get(f"{_W}char", "")
            if re.fullmatch(r"[0-9A-Fa-f]{4}", code):
                gathered.add(chr(int(code, 16)))
            return
        label = ("e" if "endnote" in child.tag else "") + re.sub(r"\W", "", child.get(f"{_W}id", ""))
        if label in self.footnotes:
            gathered.pieces.append(f"[^{label}]")
            gathered.notes.append(label)

    def _drop(self, reason: str, words: str) -> None:
        """Add to what is dropped; pieces of one place and reason make one text."""
        place = f"paragraph {self.number}"
        last = self.gone.get(len(self.dropped) - 1)
        if last and (self.dropped[-1].reason, self.dropped[-1].place) == (reason, place):
            last.append(words)
        else:
            self.gone[len(self.dropped)] = [words]
            self.dropped.append(Dropped(reason, "", place))

    def _drawing(self, drawing: ET.Element, gathered: _Gathered, gone: str) -> None:
        twice = _fallbacks(drawing)
        self.seen |= twice
        if gone:
            return
        here = list(_without_inner_boxes(drawing))
        boxes = [each for each in here if each.tag == f"{_W}txbxContent" and each not in twice]
        gathered.boxes += boxes
        alt = _alternative_text(drawing)
        keys = _picture_keys(here)
        for place, key in enumerate(keys):
            picture = self._picture(key)
            gathered.images.append(Block(Kind.IMAGE, "" if place else alt, picture=picture, line=self.number))
        if not (keys or boxes) and drawing.find(f".//{_A}graphicData") is not None:
            self.notes["drawing"] += 1
            gathered.images += [Block(Kind.IMAGE, alt, line=self.number)] if alt else []

    def _picture(self, key: str) -> Picture | None:
        """The picture of one relation; None, which is noted, if it is elsewhere or of a kind that is not taken."""
        target, external = self.targets.get(key, ("", False))
        inside = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("word", target))
        picture = None if external else self.package.picture(inside)
        if picture is None:
            self.notes["external" if external else "picture_kind"] += 1
        return picture

    def _rest(self, body: ET.Element) -> None:
        """Words that no rule above has met: listed, so that nothing is lost in silence."""
        for paragraph in body.iter(f"{_W}p"):
            missed = [t for t in paragraph.iter(f"{_W}t") if t not in self.seen and t.text]
            if missed:
                self.seen.update(missed)
                self.dropped.append(Dropped("not understood", "".join(t.text or "" for t in missed)))

    def _margins(self) -> None:
        for name in sorted(self.package.names):
            match = re.fullmatch(r"word/(header|footer)\d*\.xml", name)
            words = tidy(" ".join(map(_text, self._each(name, "p")))) if match else ""
            if match and words:
                self.dropped.append(Dropped(match[1], words, name))

    def _comments(self) -> None:
        for each in self._each("word/comments.xml", "comment"):
            words = tidy(" ".join(map(_text, each.iter(f"{_W}p"))))
            if words:
                self.notes["comments"] += 1
                self.dropped.append(Dropped("comment", words, tidy(f"comment of {each.get(f'{_W}author', '')}")))


def _bases(name: str, styles: Mapping[str, ET.Element]) -> Iterator[ET.Element]:
    """A style and those that it is based on, one after the other."""
    for _ in range(20):
        if name not in styles:
            return
        yield styles[name]
        name = _value(styles[name], "basedOn") or ""


def _style(chain: Sequence[ET.Element]) -> _Style:
    properties = [each.find(f"{_W}pPr") for each in chain]
    outlines = (level for each in properties if (level := _outline(each)) is not None)
    numbers = (number for each in properties if (number := _numbering(each)))
    return _Style(tuple(_value(each, "name") or "" for each in chain), next(outlines, None), next(numbers, None))


def _named_level(name: str) -> int | None:
    if match := _HEADING.match(name):
        return int(match[1]) - 1
    return 0 if _TITLE.match(name) else None


def _text(paragraph: ET.Element) -> str:
    return "".join(each.text or "" for each in paragraph.iter(f"{_W}t"))


def _is_layout(table: ET.Element) -> bool:
    """Whether a table only places text on the page: one column, long texts, tables or pictures in its cells."""
    cells = [row.findall(f"{_W}tc") for row in table.iter(f"{_W}tr")]
    if max(map(len, cells), default=0) < 2:
        return True
    if table.find(f".//{_W}tc//{_W}tbl") is not None or table.find(f".//{_A}blip") is not None:
        return True
    return any(_length(cell) > _LAYOUT_CELL for row in cells for cell in row)


def _length(cell: ET.Element) -> int:
    return sum(len((each.text or "").split()) for each in cell.iter(f"{_W}t"))


def _fallbacks(drawing: ET.Element) -> set[ET.Element]:
    """All that a drawing says once more for older programs."""
    twice: set[ET.Element] = set()
    for fallback in drawing.iter(f"{_MC}Fallback"):
        if fallback not in twice:
            twice.update(fallback.iter())
    return twice


def _alternative_text(drawing: ET.Element) -> str:
    about = drawing.find(f".//{_WP}docPr")
    return "" if about is None else escape(tidy(about.get("descr") or ""))


def _picture_keys(elements: Sequence[ET.Element]) -> list[str]:
    """The relations of the pictures in a drawing, those of the older kind last."""
    keys = [each.get(f"{_R}embed") or each.get(f"{_R}link") or "" for each in elements if each.tag == f"{_A}blip"]
    return keys + [each.get(f"{_R}id") or "" for each in elements if each.tag == f"{_V}imagedata"]


def _without_inner_boxes(drawing: ET.Element) -> Iterator[ET.Element]:
    """A drawing's elements in order, without what is in its text boxes, which has drawings of its own."""
    open_elements = [drawing]
    while open_elements:
        element = open_elements.pop()
        yield element
        if element.tag != f"{_W}txbxContent":
            open_elements += reversed(element)


def _value(properties: ET.Element | None, name: str) -> str | None:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return None if found is None else found.get(f"{_W}val", "")


def _is_on(properties: ET.Element | None, name: str) -> bool:
    value = _value(properties, name)
    return value is not None and value not in ("0", "false", "off", "none")


def _whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,3}", text) else 0


def _half_points(properties: ET.Element | None) -> float:
    return _whole(_value(properties, "sz")) / 2


def _outline(properties: ET.Element | None) -> int | None:
    value = _value(properties, "outlineLvl")
    return None if value is None else _whole(value)


def _numbering(properties: ET.Element | None) -> tuple[str, int] | None:
    found = properties.find(f"{_W}numPr") if properties is not None else None
    number = _value(found, "numId")
    return None if number is None else (number, _whole(_value(found, "ilvl")))
