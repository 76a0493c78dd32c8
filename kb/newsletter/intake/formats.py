"""Which format a document has, by its content and not by its ending, and the reader of that format."""

import re
from collections.abc import Callable
from pathlib import Path, PurePath

from kb.base.bounded import Limits
from kb.base.interface import Refusal, Word
from kb.newsletter.intake.blocks import Document, Note

LARGEST = 100_000_000
LARGEST_TEXT = 1_000_000
MOST_LINES = 30_000
LIMITS = Limits(seconds=20, memory=2_000_000_000, remedy=Word("refused.remedy.document"))
_ENDINGS = {
    "docx": "docx", "docm": "docx", "dotx": "docx", "pdf": "pdf", "odt": "odt", "html": "html", "htm": "html", "xhtml": "html",
    "md": "markdown", "markdown": "markdown", "txt": "text", "text": "text",
}  # fmt: skip
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|div|h[1-6]|p|article|section)\b",
    re.I | re.S,
)
_TAG = re.compile(rb"<(?:p|div|h[1-6]|br|table)\b", re.I)
_MARKDOWN = re.compile(rb"^(?:#{1,6} \S|\[\^\w+\]: |!\[|\|.*\|\s*$|={3,}\s*$)", re.M)
_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)  # fmt: skip


def load(path: Path) -> bytes:
    """The bytes of one file. Raises ArushaError if it is none, empty or too large."""
    if path.is_dir():
        raise Refusal("file.is_folder", file=path.name)
    if not path.is_file():
        raise Refusal("file.none", file=path.name)
    size = path.stat().st_size
    if size > LARGEST:
        raise Refusal("file.too_large", file=path.name, size=size / 1_000_000, most=LARGEST // 1_000_000)
    if size == 0:
        raise Refusal("file.empty", file=path.name)
    return path.read_bytes()


def sniff(data: bytes, file: str) -> str:
    """The format of *data*: docx, odt, pdf, html, markdown or text. Raises ArushaError if it is none of them."""
    if data.startswith(b"PK"):
        return _package(data, file)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for sign, kind in _MAGIC:
        if data.startswith(sign):
            raise Refusal("of_file", file=file, what=Word(f"refused.file.{kind}"))
    return _kind_of_text(data, _promised(file), file)


def _promised(file: str) -> str | None:
    """The format that a file's name promises."""
    return _ENDINGS.get(PurePath(file).suffix[1:].lower())


def _kind_of_text(data: bytes, ending: str | None, file: str) -> str:
    if ending in ("docx", "odt", "pdf") and b"\0" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Refusal("file.other_format", file=file, format=ending.upper())
    if len(data) > LARGEST_TEXT:
        raise Refusal("file.much_text", file=file, size=len(data) / 1_000_000)
    if data.count(b"\n") + data.count(b"\r") > 2 * MOST_LINES:
        raise Refusal("file.many_lines", file=file, most=MOST_LINES)
    if _HTML.match(data[:4000].lstrip(b"\xef\xbb\xbf")) or (ending == "html" and _TAG.search(data[:20000])):
        return "html"
    if ending == "markdown" or (ending != "text" and len(_MARKDOWN.findall(data[:20000])) >= 2):
        return "markdown"
    return "text"


def _package(data: bytes, file: str) -> str:
    from kb.newsletter.intake.readers.package import open_package  # noqa: PLC0415 - only for packages

    package = open_package(data, file)
    if "word/document.xml" in package.names or "word/document2.xml" in package.names:
        return "docx"
    if "mimetype" in package.names and b"opendocument.text" in package.read("mimetype", 1_000_000):
        if b"manifest:encryption-data" in (
            package.read("META-INF/manifest.xml", 16_000_000) if "META-INF/manifest.xml" in package.names else b""
        ):
            raise Refusal("of_file", file=file, what=Word("refused.file.encrypted"))
        return "odt"
    for name, kind in (("xl/workbook.xml", "workbook"), ("ppt/presentation.xml", "presentation")):
        if name in package.names:
            raise Refusal("of_file", file=file, what=Word(f"refused.file.{kind}"))
    raise Refusal("file.unknown_package", file=file)


def read(data: bytes, file: str) -> Document:
    """Read one document, whatever its format: in a child with `LIMITS`, since it comes from elsewhere.

    Raises ArushaError with one sentence that names file and remedy.
    """
    form = sniff(data, file)
    try:
        document = _reader(form)(data, file)
    except RecursionError:
        raise Refusal("file.too_deep", file=file) from None
    if not any(block.words for block in document.blocks):
        raise Refusal("file.no_text", file=file)
    promised = _promised(file)
    if promised != form and not (promised == "text" and form == "markdown"):
        suffix = PurePath(file).suffix or "–"
        told = Note("ending", {"ending": suffix, "format": form})
        return Document(**{**vars(document), "notes": (told, *document.notes)})
    return document


def _reader(form: str) -> Callable[[bytes, str], Document]:
    from importlib import import_module  # noqa: PLC0415 - each reader brings its own library

    reader: Callable[[bytes, str], Document] = import_module(f"kb.newsletter.intake.readers.{form}").read
    return reader
