"""DOCX: paragraphs by style, lists, tables, pictures, footnotes, text boxes; tracked changes, comments, headers told apart."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, Picture, escape, tidy, total
from kb.newsletter.intake.lines import bullet, is_caption
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


@dataclass
class _Style:
    name: str = ""
    based: str = ""
    outline: int | None = None
    number: tuple[str, int] | None = None


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
        self.notes: dict[str, int] = {}
        self.number = 0
        self.empty = 0
        self.opens = True
        self.page_breaks = False
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
        blocks = headings_by_weight(blocks)
        found = total(blocks) + sum(each.words for each in self.dropped)
        notes = tuple(Note(key, {"n": times}) for key, times in self.notes.items())
        styled = any(block.kind is Kind.HEADING for block in blocks)
        return Document(self.package.file, "docx", tuple(blocks), found, 0, tuple(self.dropped), notes, styled)

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

    def _relations(self) -> dict[str, tuple[str, bool]]:
        folder, name = posixpath.split(self.main)
        root = self.package.xml(f"{folder}/_rels/{name}.rels")
        return {
            each.get("Id", ""): (each.get("Target", ""), each.get("TargetMode") == "External")
            for each in (root if root is not None else [])
        }

    def _styles(self) -> dict[str, _Style]:
        root = self._part("word/styles.xml")
        styles: dict[str, _Style] = {}
        for each in root.iter(f"{_W}style") if root is not None else []:
            name, based = each.find(f"{_W}name"), each.find(f"{_W}basedOn")
            styles[each.get(f"{_W}styleId", "")] = _Style(
                name.get(f"{_W}val", "") if name is not None else "",
                based.get(f"{_W}val", "") if based is not None else "",
                _outline(each.find(f"{_W}pPr")),
                _numbering(each.find(f"{_W}pPr")),
            )
        return styles

    def _formats(self) -> dict[tuple[str, int], str]:
        """The number format of each list and depth."""
        root = self._part("word/numbering.xml")
        if root is None:
            return {}
        lists: dict[str, dict[int, str]] = {}
        for each in root.iter(f"{_W}abstractNum"):
            levels = lists.setdefault(each.get(f"{_W}abstractNumId", ""), {})
            for level in each.iter(f"{_W}lvl"):
                form = level.find(f"{_W}numFmt")
                levels[_whole(level.get(f"{_W}ilvl"))] = form.get(f"{_W}val", "") if form is not None else ""
        formats: dict[tuple[str, int], str] = {}
        for each in root.iter(f"{_W}num"):
            abstract = each.find(f"{_W}abstractNumId")
            key = abstract.get(f"{_W}val", "") if abstract is not None else ""
            formats |= {(each.get(f"{_W}numId", ""), level): form for level, form in lists.get(key, {}).items()}
        return formats

    def _usual_size(self) -> float:
        root = self._part("word/styles.xml")
        usual = root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr") if root is not None else None
        return _half_points(usual) or 11

    def _footnotes(self, part: str, tag: str, prefix: str) -> dict[str, Block]:
        root = self._part(f"word/{part}.xml")
        notes: dict[str, Block] = {}
        for each in root.iter(f"{_W}{tag}") if root is not None else []:
            if each.get(f"{_W}type", "normal") != "normal":
                continue
            gathered = _Gathered()
            for paragraph in each.iter(f"{_W}p"):
                self._runs(paragraph, gathered)
                gathered.add(" ")
            label = prefix + re.sub(r"\W", "", each.get(f"{_W}id", ""))
            text = tidy("".join(gathered.pieces))
            if text:
                notes[label] = Block(Kind.FOOTNOTE, text, label=label)
        return notes

    def _chain(self, style: str) -> Iterator[_Style]:
        for _ in range(20):
            if style not in self.styles:
                return
            yield self.styles[style]
            style = self.styles[style].based

    def _blocks(self, parent: ET.Element, depth: int = 0) -> Iterator[Block]:
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child, depth)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child, depth)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"):
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
        style = _value(properties, "pStyle") or ""
        chain = list(self._chain(style))
        names = [each.name for each in chain] or [style]
        if any(_CONTENTS.match(name) for name in names):
            self.dropped.append(Dropped("contents list", Block(Kind.PARAGRAPH, text).plain, f"paragraph {self.number}"))
            return None
        level = _outline(properties)
        if level is None:
            level = next((each.outline for each in chain if each.outline is not None), None)
        for name in names:
            if match := _HEADING.match(name):
                level = int(match[1]) - 1 if level is None else level
            if _TITLE.match(name):
                level = 0 if level is None else level
        if level is not None and level < 9:
            return Block(Kind.HEADING, text, level=level + 1)
        plain = Block(Kind.PARAGRAPH, text).plain
        if any(_CAPTION.match(name) for name in names) or is_caption(plain):
            return Block(Kind.CAPTION, text)
        if any(_QUOTE.match(name) for name in names):
            return Block(Kind.QUOTE, text)
        number = _numbering(properties) or next((each.number for each in chain if each.number), None)
        if number is not None and number[0] != "0":
            form = self.formats.get(number, "bullet")
            return Block(Kind.ITEM, text, level=number[1], marker="-" if form in ("bullet", "none", "") else "1.")
        if any(_LIST.match(name) for name in names):
            depth = re.search(r"\d", names[0])
            return Block(Kind.ITEM, text, level=int(depth[0]) - 1 if depth else 0)
        rest = bullet(plain)
        if rest is not None:
            return Block(Kind.ITEM, escape(rest))
        strong = gathered.letters > 0 and gathered.bold == gathered.letters
        # The weight of a line is kept in `label` until all lines are known.
        return Block(Kind.PARAGRAPH, text, label=f"{'b' if strong else ''}{gathered.size or self.size:g}")

    def _table(self, table: ET.Element, depth: int) -> Iterator[Block]:
        rows = list(table.iter(f"{_W}tr"))
        cells = [[cell for cell in row if cell.tag == f"{_W}tc"] for row in rows]
        widest = max((len(row) for row in cells), default=0)
        long = any(
            sum(len((t.text or "").split()) for t in cell.iter(f"{_W}t")) > _LAYOUT_CELL
            for row in cells
            for cell in row
        )
        nested = table.find(f".//{_W}tc//{_W}tbl") is not None
        if depth < 10 and (widest < 2 or long or nested or table.find(f".//{_A}blip") is not None):
            for line in table.findall(f"{_W}tr"):
                for cell in line.findall(f"{_W}tc"):
                    yield from self._blocks(cell, depth + 1)
            return
        filled: list[tuple[str, ...]] = []
        met: set[ET.Element] = set()  # a table within the table has its paragraphs in both
        for row in cells:
            texts = []
            for cell in row:
                gathered = _Gathered()
                for paragraph in (each for each in cell.iter(f"{_W}p") if each not in met):
                    met.add(paragraph)
                    self.number += 1
                    self._runs(paragraph, gathered)
                    gathered.add(" ")
                texts.append(tidy("".join(gathered.pieces)))
            filled.append(tuple(texts))
        if any(any(row) for row in filled):
            yield Block(Kind.TABLE, "", rows=tuple(row for row in filled if any(row)), line=self.number)

    def _runs(self, parent: ET.Element, gathered: _Gathered, gone: str = "") -> None:
        for child in parent:
            tag = child.tag
            if tag == f"{_W}r":
                self._run(child, gathered, gone)
            elif tag in (f"{_W}del", f"{_W}moveFrom"):
                self._runs(child, gathered, "deleted by a tracked change")
            elif tag == f"{_W}hyperlink":
                start, target = len(gathered.pieces), self.targets.get(child.get(f"{_R}id", ""), ("", False))[0]
                self._runs(child, gathered, gone)
                shown = tidy("".join(gathered.pieces[start:]))
                if shown and not gone and (linked := link(shown, target)) != shown:
                    after = " " if "".join(gathered.pieces[start:]).endswith(" ") else ""
                    gathered.pieces[start:] = [linked + after]
            elif tag == f"{_MC}AlternateContent":
                self._alternative(child, lambda one: self._runs(one, gathered, gone))
            elif tag in (f"{_W}p", f"{_W}pPr", f"{_W}rPr", f"{_W}tbl"):
                continue
            elif len(child):
                self._runs(child, gathered, gone)

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
            self._words(child, gathered, gone or ("" if tag == f"{_W}t" else "deleted by a tracked change"), bold, size)
        elif tag in (f"{_W}tab", f"{_W}cr", f"{_W}ptab"):
            gathered.add("\t")
        elif tag == f"{_W}br":
            gathered.add(" ")
            gathered.breaks = gathered.breaks or child.get(f"{_W}type") == "page"
        elif tag == f"{_W}noBreakHyphen":
            gathered.add("-")
        elif tag in (f"{_W}sym", f"{_W}footnoteReference", f"{_W}endnoteReference"):
            if not gone:
                self._reference(child, gathered)
        elif tag in (f"{_W}drawing", f"{_W}pict", f"{_W}object"):
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
        twice: set[ET.Element] = set()
        for fallback in drawing.iter(f"{_MC}Fallback"):
            if fallback not in twice:
                twice.update(fallback.iter())
        self.seen |= twice
        here = list(_without_inner_boxes(drawing))
        boxes = [each for each in here if each.tag == f"{_W}txbxContent" and each not in twice]
        if gone:
            return
        gathered.boxes += boxes
        about = drawing.find(f".//{_WP}docPr")
        alt = "" if about is None else about.get("descr") or ""
        blips = [each.get(f"{_R}embed") or each.get(f"{_R}link") or "" for each in here if each.tag == f"{_A}blip"]
        blips += [each.get(f"{_R}id") or "" for each in here if each.tag == f"{_V}imagedata"]
        for key in blips:
            target, external = self.targets.get(key, ("", False))
            if external:
                self._note("external")
                picture: Picture | None = None
            else:
                path = posixpath.normpath(posixpath.join("word", target)) if not target.startswith("/") else target[1:]
                picture = self.package.picture(path)
                if picture is None:
                    self._note("picture_kind")
            gathered.images.append(Block(Kind.IMAGE, escape(tidy(alt)), picture=picture, line=self.number))
            alt = ""
        if not blips and not boxes and drawing.find(f".//{_A}graphicData") is not None:
            self._note("drawing")
            if tidy(alt):
                gathered.images.append(Block(Kind.IMAGE, escape(tidy(alt)), line=self.number))

    def _note(self, key: str) -> None:
        self.notes[key] = self.notes.get(key, 0) + 1

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
            root = self._part(name) if match else None
            if match and root is not None:
                texts = ("".join(t.text or "" for t in p.iter(f"{_W}t")) for p in root.iter(f"{_W}p"))
                words = tidy(" ".join(texts))
                if words:
                    self.dropped.append(Dropped(match[1], words, name))

    def _comments(self) -> None:
        root = self._part("word/comments.xml")
        for each in root.iter(f"{_W}comment") if root is not None else []:
            words = tidy(" ".join("".join(t.text or "" for t in p.iter(f"{_W}t")) for p in each.iter(f"{_W}p")))
            if words:
                self._note("comments")
                self.dropped.append(Dropped("comment", words, tidy(f"comment of {each.get(f'{_W}author', '')}")))


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
