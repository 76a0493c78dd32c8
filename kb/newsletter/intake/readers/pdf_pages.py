"""The printed lines of a PDF, page by page, as its engine gives them."""

import ctypes
from collections import Counter
from contextlib import closing
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

_BREAKS = {0x0A, 0x0D}
_HYPHENS = {0x02, 0xAD, 0xFFFE}


def read(data: bytes, most_pages: int, most_characters: int) -> dict[str, Any]:
    """The pages with their lines, or `{"error": word}`."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        return {"error": "encrypted" if "password" in str(error).lower() else "broken"}
    with closing(document):
        return _pages(document, most_pages, most_characters)


def _pages(document: Any, most_pages: int, most_characters: int) -> dict[str, Any]:
    count = len(document)
    if count > most_pages:
        return {"error": "pages", "pages": count}
    pages: list[dict[str, Any]] = []
    images = left = 0
    for number in range(count):
        try:
            page = document[number]
            text = page.get_textpage()
            images += sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
            lines, size = _lines(text.raw)
            pages.append({"height": page.get_height(), "width": page.get_width(), "lines": lines})
        except pdfium.PdfiumError:
            left += 1
            continue
        most_characters -= size
        if most_characters < 0:
            return {"error": "characters"}
    return {"pages": pages, "images": images, "unread": left}


def _lines(text: Any) -> tuple[list[list[Any]], int]:
    """The lines of a page in the file's own order, each [x0, x1, baseline, size, bold, text]; and the number of characters."""
    count = raw.FPDFText_CountChars(text)
    lines: list[list[Any]] = []
    line = _Line()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    parted = False  # whether the engine sees a line's end here
    for place in range(max(0, count)):
        code = raw.FPDFText_GetUnicode(text, place)
        if code in _BREAKS or code in _HYPHENS:
            if code in _HYPHENS and line.sizes:
                line.letters.append("-")
            elif code in _HYPHENS and lines:
                lines[-1][5] += "-"  # the engine has put the hyphen on a line of its own
            parted = parted or code in _BREAKS
            if code in _HYPHENS:
                line.end(lines)
            continue
        raw.FPDFText_GetCharOrigin(text, place, x, y)
        size = raw.FPDFText_GetFontSize(text, place)
        raw.FPDFText_GetCharBox(text, place, left, right, bottom, top)
        generated = raw.FPDFText_IsGenerated(text, place) == 1
        if parted and line.sizes and not line.goes_on(left.value, y.value):
            line.end(lines)
        parted = False
        if not generated and line.sizes and abs(y.value - line.baseline) > 0.8 * max(size, line.size, 1):
            line.end(lines)
        if generated or code < 0x20 or chr(code).isspace():
            line.letters.append(" ")
            continue
        bold = raw.FPDFText_GetFontWeight(text, place) >= 600
        # The text matrix may scale a font of size 1; the box tells how tall the letters really are.
        line.add(chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd", left.value, right.value, y.value)
        line.weigh(_scaled(size, top.value - bottom.value), bold)
    line.end(lines)
    return lines, max(0, count)


def _scaled(size: float, height: float) -> float:
    return round(size if size > 2 else height * 1.4, 1)


class _Line:
    """The line that is being gathered."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.letters: list[str] = []
        self.sizes: Counter[float] = Counter()
        self.bold = 0
        self.size = 0.0
        self.baselines: Counter[float] = Counter()
        self.baseline = 0.0
        self.x0, self.x1 = 1e9, -1e9

    def add(self, letter: str, x0: float, x1: float, y: float) -> None:
        if not self.sizes:
            self.baseline = y
        self.letters.append(letter)
        self.baselines[round(y, 1)] += 1
        self.x0, self.x1 = min(self.x0, x0), max(self.x1, x1)

    def weigh(self, size: float, bold: bool) -> None:
        self.sizes[size] += 1
        self.size = max(self.size, size)
        self.bold += bold

    def goes_on(self, x0: float, y: float) -> bool:
        """Whether a letter at this place stands right after the line's last one, so that no line has ended."""
        return abs(y - self.baseline) < 0.3 * self.size and -0.1 * self.size < x0 - self.x1 < 0.2 * self.size

    def end(self, lines: list[list[Any]]) -> None:
        text = "".join(self.letters).strip()
        if text and self.sizes:
            size = self.sizes.most_common(1)[0][0]
            baseline = self.baselines.most_common(1)[0][0]
            bold = self.bold * 10 >= self.sizes.total() * 9
            lines.append([round(self.x0, 1), round(self.x1, 1), baseline, size, bold, text])
        self.clear()
