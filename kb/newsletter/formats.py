"""Which format a document has, by its content and not by its ending, and the reader of that format."""

import re
from collections.abc import Callable
from pathlib import Path, PurePath

from kb.bounded import Limits
from kb.errors import ArushaError
from kb.newsletter.blocks import Document, Note

LARGEST = 100_000_000
LARGEST_TEXT = 1_000_000
MOST_LINES = 30_000
LIMITS = Limits(seconds=20, memory=2_000_000_000, remedy="save it again from the program it comes from, or split it")
_ENDINGS = {
    "docx": "docx", "docm": "docx", "dotx": "docx", "pdf": "pdf", "odt": "odt", "html": "html", "htm": "html", "xhtml": "html",
    "md": "markdown", "markdown": "markdown", "txt": "text", "text": "text",
}  # fmt: skip
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|div|h[1-6]|p|article|section)\b",
    re.I | re.S,
)
_MARKDOWN = re.compile(rb"^(?:#{1,6} \S|\[\^\w+\]: |!\[|\|.*\|\s*$|={3,}\s*$)", re.M)
_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Word file (.doc) or protected by a password; save it as DOCX without one"),
    (b"{\\rtf", "is an RTF file; save it as DOCX"),
    (b"\x89PNG", "is a picture; send the text it belongs to, with the picture in it"),
    (b"\xff\xd8\xff", "is a picture; send the text it belongs to, with the picture in it"),
    (b"GIF8", "is a picture; send the text it belongs to, with the picture in it"),
    (b"Rar!", "is an archive; unpack it and name the files in it"),
    (b"7z\xbc\xaf", "is an archive; unpack it and name the files in it"),
    (b"\x1f\x8b", "is an archive; unpack it and name the files in it"),
    (b"MZ", "is a program, not a document; take it out"),
    (b"\x7fELF", "is a program, not a document; take it out"),
)  # fmt: skip


def load(path: Path) -> bytes:
    """The bytes of one file. Raises ArushaError if it is none, empty or too large."""
    if path.is_dir():
        raise ArushaError(f"{path.name}: is a folder; name the files in it")
    if not path.is_file():
        raise ArushaError(f"{path.name}: there is no such file; check the name")
    size = path.stat().st_size
    if size > LARGEST:
        raise ArushaError(
            f"{path.name}: has {size / 1_000_000:.0f} MB and at most {LARGEST // 1_000_000} are read; save it with smaller pictures"
        )
    if size == 0:
        raise ArushaError(f"{path.name}: is empty; ask for the file again")
    return path.read_bytes()


def sniff(data: bytes, file: str) -> str:
    """The format of *data*: docx, odt, pdf, html, markdown or text. Raises ArushaError if it is none of them."""
    if data.startswith(b"PK"):
        return _package(data, file)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for sign, sentence in _MAGIC:
        if data.startswith(sign):
            raise ArushaError(f"{file}: {sentence}")
    ending = _ENDINGS.get(PurePath(file).suffix[1:].lower())
    if ending in ("docx", "odt", "pdf") and b"\0" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise ArushaError(f"{file}: is damaged or no {ending.upper()} file at all; ask for the file again")
    if len(data) > LARGEST_TEXT:
        raise ArushaError(
            f"{file}: has {len(data) / 1_000_000:.1f} MB of text, which is no newsletter; take out what does not belong to it"
        )
    if data.count(b"\n") + data.count(b"\r") > 2 * MOST_LINES:
        raise ArushaError(
            f"{file}: has more than {MOST_LINES:,} lines, which is no newsletter; take out what does not belong to it"
        )
    if _HTML.match(data[:4000].lstrip(b"\xef\xbb\xbf")):
        return "html"
    if ending == "html" and re.search(rb"<(?:p|div|h[1-6]|br|table)\b", data[:20000], re.I):
        return "html"
    if ending == "markdown" or (ending != "text" and len(_MARKDOWN.findall(data[:20000])) >= 2):
        return "markdown"
    return "text"


def _package(data: bytes, file: str) -> str:
    from kb.newsletter.readers.package import open_package  # noqa: PLC0415 - only for packages

    package = open_package(data, file)
    if "word/document.xml" in package.names or "word/document2.xml" in package.names:
        return "docx"
    if "mimetype" in package.names and b"opendocument.text" in package.read("mimetype", 1_000_000):
        if b"manifest:encryption-data" in (
            package.read("META-INF/manifest.xml", 16_000_000) if "META-INF/manifest.xml" in package.names else b""
        ):
            raise ArushaError(f"{file}: is protected by a password; save a copy without one")
        return "odt"
    for name, kind in (("xl/workbook.xml", "a workbook"), ("ppt/presentation.xml", "a presentation")):
        if name in package.names:
            raise ArushaError(f"{file}: is {kind}; send the article as DOCX, PDF, ODT, HTML or text")
    raise ArushaError(f"{file}: is an archive or of a format not known here; unpack it and name the files in it")


def read(data: bytes, file: str) -> Document:
    """Read one document, whatever its format: in a child with `LIMITS`, since it comes from elsewhere.

    Raises ArushaError with one sentence that names file and remedy.
    """
    form = sniff(data, file)
    try:
        document = _reader(form)(data, file)
    except RecursionError:
        raise ArushaError(
            f"{file}: is nested more deeply than any document; save it again from its word processor"
        ) from None
    if not any(block.words for block in document.blocks):
        raise ArushaError(f"{file}: holds no text, only pictures or nothing; ask for a file with the text in it")
    promised = _ENDINGS.get(PurePath(file).suffix[1:].lower())
    if promised != form and not (promised == "text" and form == "markdown"):
        suffix = PurePath(file).suffix or "–"
        told = Note("ending", {"ending": suffix, "format": form})
        return Document(**{**vars(document), "notes": (told, *document.notes)})
    return document


def _reader(form: str) -> Callable[[bytes, str], Document]:
    from importlib import import_module  # noqa: PLC0415 - each reader brings its own library

    reader: Callable[[bytes, str], Document] = import_module(f"kb.newsletter.readers.{form}").read
    return reader
