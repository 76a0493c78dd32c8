"""HTML, made safe by nh3 first: scripts, styles, frames and forms are gone before anything is read; nothing is fetched."""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Sequence
from html import unescape
from html.parser import HTMLParser

from kb.base.interface import Refusal
from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, Picture, escape, tidy
from kb.newsletter.intake.readers import shape
from kb.newsletter.intake.readers import text as text_reader
from kb.newsletter.intake.readers.package import sniffed
from kb.newsletter.intake.readers.shape import link

_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "section", "article", "main", "header", "footer", "nav", "aside"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "tr", "td", "th", "blockquote", "pre", "figure"),
    *("figcaption", "img", "a", "br", "hr", "del", "s", "address"),
}
_ATTRIBUTES = {"img": {"src", "alt"}, "a": {"href"}}
_BLOCKS = _TAGS - {"img", "a", "br", "del", "s"}
_AWAY = {"nav": "navigation", "footer": "footer", "del": "deleted by a tracked change", "s": "struck out"}
_HEADING = re.compile(r"^h([1-6])$")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_LEAVES = {"br", "img", "hr", "p", "li", "td", "th", "tr", "dt", "dd", "meta", "link", "input", "col", "option", "wbr"}
_DEEPEST, _SIGNS = 300, 50_000
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,2000})</title", re.I)
_DATA = re.compile(r"^data:image/[a-z+.-]+;base64,", re.I)
_ENCODING = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]+)", re.I)


def read(data: bytes, file: str) -> Document:
    """Read an HTML page. Raises ArushaError."""
    named = _ENCODING.search(data[:2000])
    if named and named[1].lower() in (b"windows-1252", b"iso-8859-1", b"latin1"):
        text, notes = data.decode("cp1252", "replace"), [Note("encoding", {"encoding": "Windows-1252"})]
    else:
        text, notes = text_reader.decode(data, file)
    return from_html(text, file, notes)


def from_html(text: str, file: str, notes: Sequence[Note] = ()) -> Document:
    """Read the text of an HTML page."""
    if _depth(text) > _DEEPEST or text.count("&") > _SIGNS:
        raise Refusal("file.no_page", file=file)
    import nh3  # noqa: PLC0415 - only when a page is read

    titles = [tidy(unescape(title)) for title in _TITLE.findall(text[:100_000])]
    clean = nh3.clean(
        text,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "template"},
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )
    reader = _Reader()
    reader.dropped += [Dropped("page title", title) for title in titles if title]
    reader.feed(clean)
    reader.finish()
    return shape.document(file, "html", reader.blocks, reader.dropped, reader.notes, *notes)


def _depth(text: str) -> int:
    """How deeply the tags of a page may nest, counted before anything parses it: parsers slow down with depth."""
    open_tags: Counter[str] = Counter()
    depth = deepest = 0
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if name in _LEAVES:
            continue
        if not match[1]:
            open_tags[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
    return deepest


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.dropped: list[Dropped] = []
        self.notes: Counter[str] = Counter()
        self.quotes = 0
        self.lists: list[str] = []
        self.away: list[str] = []
        self.kind: tuple[Kind, int, str] = (Kind.PARAGRAPH, 0, "-")
        self.pieces: list[str] = []
        self.gone: list[str] = []
        self.rows: list[list[list[str]]] | None = None
        self.tables = 0
        self.hrefs: list[tuple[int, str]] = []
        self.images: list[Block] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin what the tag begins."""
        given = dict(attrs)
        if tag in _AWAY:
            self._flush()
            self.away.append(tag)
        if tag == "br":
            self._say(" ")
        elif tag == "img":
            self._image(given.get("src") or "", tidy(given.get("alt") or ""))
        elif tag == "a":
            self.hrefs.append((len(self.pieces), given.get("href") or ""))
        elif tag == "table":
            self._begin_table()
        elif self.rows is None:
            self._begin(tag)
        elif tag in ("tr", "td", "th"):
            self._cell(tag)

    def _begin_table(self) -> None:
        self._flush()
        self.tables += 1
        if self.tables == 1:
            self.rows = []

    def _cell(self, tag: str) -> None:
        assert self.rows is not None  # noqa: S101 - the caller asks only inside a table
        if tag == "tr" or not self.rows:
            self.rows.append([])
        if tag != "tr":
            self.rows[-1].append([])

    def _begin(self, tag: str) -> None:
        if tag not in _BLOCKS:
            return
        self._flush()
        if tag in ("ul", "ol"):
            self.lists.append("1." if tag == "ol" else "-")
        heading = _HEADING.match(tag)
        if heading:
            self.kind = Kind.HEADING, int(heading[1]), "-"
        elif tag in ("li", "dt", "dd"):
            self.kind = Kind.ITEM, max(0, min(len(self.lists), 20) - 1), self.lists[-1] if self.lists else "-"
        elif tag == "blockquote":
            self.quotes += 1
        elif tag in ("figcaption", "caption"):
            self.kind = Kind.CAPTION, 0, "-"

    def handle_endtag(self, tag: str) -> None:
        """End what the tag ends."""
        if tag == "a":
            self._end_link()
        elif tag == "table" and self.tables:
            self.tables -= 1
            if not self.tables:
                self._table()
        elif tag in _BLOCKS and self.rows is None:
            self._end_block(tag)
        if tag in self.away:
            self._end_away(tag)

    def _end_link(self) -> None:
        start, target = self.hrefs.pop() if self.hrefs else (0, None)
        if target is not None and not self.away and self.rows is None:
            text = "".join(self.pieces[start:])
            self.pieces[start:] = [link(tidy(text), target), " " if text.endswith(" ") else ""]

    def _end_block(self, tag: str) -> None:
        self._flush()
        if tag in ("ul", "ol"):
            del self.lists[-1:]
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)

    def _end_away(self, tag: str) -> None:
        self._flush()
        words = tidy("".join(self.gone))
        if words:
            self.dropped.append(Dropped(_AWAY[tag], words))
        self.gone = []
        self.away.remove(tag)

    def handle_data(self, data: str) -> None:
        """Take text."""
        self._say(data)

    def _say(self, data: str) -> None:
        if self.away:
            self.gone.append(data)
        elif self.rows is not None:
            if not self.rows or not self.rows[-1]:
                if not data.strip():
                    return
                self._cell("td")
            self.rows[-1][-1].append(escape(data))
        else:
            self.pieces.append(escape(data))

    def _flush(self) -> None:
        if self.away or self.rows is not None:
            (self.gone if self.away else self._last_cell()).append(" ")
            return
        text = tidy("".join(self.pieces))
        self.pieces, self.hrefs = [], []
        kind, level, marker = self.kind
        self.kind = Kind.PARAGRAPH, 0, "-"
        if text:
            plain = kind is Kind.PARAGRAPH
            usual = Kind.QUOTE if self.quotes else Kind.PARAGRAPH
            self.blocks.append(shape.paragraph(text, usual) if plain else Block(kind, text, level=level, marker=marker))
        self.blocks += self.images
        self.images = []

    def _last_cell(self) -> list[str]:
        return self.rows[-1][-1] if self.rows and self.rows[-1] else []

    def _table(self) -> None:
        rows = [tuple(tidy("".join(cell)) for cell in row) for row in self.rows or []]
        self.rows = None
        rows = [row for row in rows if any(row)]
        if max((len(row) for row in rows), default=0) == 1:
            self.blocks += [Block(Kind.PARAGRAPH, row[0]) for row in rows]
        elif rows:
            self.blocks.append(Block(Kind.TABLE, "", rows=tuple(rows)))
        self.blocks += self.images
        self.images = []

    def _image(self, source: str, alt: str) -> None:
        if self.away:
            self.gone.append(f" {alt} ")
            return
        embedded = bool(_DATA.match(source))
        picture = _embedded(source) if embedded else None
        if picture is None:
            self.notes["picture_kind" if embedded else "external"] += 1
        self.images.append(Block(Kind.IMAGE, escape(alt), picture=picture))

    def finish(self) -> None:
        """Take in what is still open at the end."""
        self.close()
        self.tables = 0
        if self.rows is not None:
            self._table()
        while self.away:
            self.handle_endtag(self.away[-1])
        self._flush()


def _embedded(source: str) -> Picture | None:
    try:
        return sniffed(base64.b64decode(source.partition(",")[2], validate=False))
    except (binascii.Error, ValueError):
        return None
