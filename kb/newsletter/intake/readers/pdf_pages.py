"""The printed lines of a PDF, page by page, as its engine gives them."""

import ctypes
from collections import Counter
from contextlib import closing
from typing import Any, NamedTuple

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
    count = max(0, raw.FPDFText_CountChars(text))
    lines: list[list[Any]] = []
    line = _Line(lines)
    parted = False  # whether the engine sees a line's end here
    for place in range(count):
        code = raw.FPDFText_GetUnicode(text, place)
        if code in _HYPHENS:
            line.hyphen()
        elif code in _BREAKS:
            parted = True
        else:
            line.take(_letter(text, place, code), parted)
            parted = False
    line.end()
    return lines, count


class _Letter(NamedTuple):
    """A character where it is printed, in points; a blank is empty, and *generated* where only the engine sees it."""

    sign: str
    x0: float
    x1: float
    y: float
    size: float
    height: float
    bold: bool
    generated: bool


def _letter(text: Any, place: int, code: int) -> _Letter:
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    raw.FPDFText_GetCharOrigin(text, place, x, y)
    raw.FPDFText_GetCharBox(text, place, left, right, bottom, top)
    generated = raw.FPDFText_IsGenerated(text, place) == 1
    sign = "\ufffd" if 0xD800 <= code <= 0xDFFF or code >= 0x110000 else chr(code)
    return _Letter(
        "" if generated or code < 0x20 or sign.isspace() else sign,
        left.value,
        right.value,
        y.value,
        raw.FPDFText_GetFontSize(text, place),
        top.value - bottom.value,
        raw.FPDFText_GetFontWeight(text, place) >= 600,
        generated,
    )


class _Line:
    """The line that is being gathered; those that have ended go to *lines*."""

    def __init__(self, lines: list[list[Any]]) -> None:
        self.lines = lines
        self.clear()

    def clear(self) -> None:
        self.letters: list[str] = []
        self.sizes: Counter[float] = Counter()
        self.bold = 0
        self.size = 0.0
        self.baselines: Counter[float] = Counter()
        self.baseline = 0.0
        self.x0, self.x1 = 1e9, -1e9

    def take(self, letter: _Letter, parted: bool) -> None:
        """Go on with a letter, in a new line if it stands apart; *parted* if the engine sees a line's end before it."""
        if self.sizes and self._has_ended(letter, parted):
            self.end()
        if not letter.sign:
            self.letters.append(" ")
            return
        if not self.sizes:
            self.baseline = letter.y
        self.letters.append(letter.sign)
        self.baselines[round(letter.y, 1)] += 1
        self.x0, self.x1 = min(self.x0, letter.x0), max(self.x1, letter.x1)
        # The text matrix may scale a font of size 1; the box tells how tall the letters really are.
        size = round(letter.size if letter.size > 2 else letter.height * 1.4, 1)
        self.sizes[size] += 1
        self.size = max(self.size, size)
        self.bold += letter.bold

    def _has_ended(self, letter: _Letter, parted: bool) -> bool:
        rise, step = abs(letter.y - self.baseline), letter.x0 - self.x1
        right_after = rise < 0.3 * self.size and -0.1 * self.size < step < 0.2 * self.size
        if parted and not right_after:
            return True
        return not letter.generated and rise > 0.8 * max(letter.size, self.size, 1)

    def hyphen(self) -> None:
        """End the line in a hyphen; where the engine has put that on a line of its own, the line before."""
        if self.sizes:
            self.letters.append("-")
        elif self.lines:
            self.lines[-1][5] += "-"
        self.end()

    def end(self) -> None:
        """End the line."""
        text = "".join(self.letters).strip()
        if text and self.sizes:
            size = self.sizes.most_common(1)[0][0]
            baseline = self.baselines.most_common(1)[0][0]
            bold = self.bold * 10 >= self.sizes.total() * 9
            self.lines.append([round(self.x0, 1), round(self.x1, 1), baseline, size, bold, text])
        self.clear()
