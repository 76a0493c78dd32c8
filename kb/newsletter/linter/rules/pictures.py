"""Rules on images, headings and links: what a reader who does not see, or prints, or clicks, needs."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import imagesize

from kb.newsletter.linter.rule import EditionText, Severity, Violation, rule
from kb.newsletter.prose import EMAIL, IMAGE, LINK, URL
from kb.newsletter.sheets import Sheet
from kb.press.commonmark import Kind

PRINT_WIDTH = 1000  # pixels: one column of 85 mm at 300 dots per inch
_OF_PIXELS = (b"\x89PNG\r\n", b"GIF8", b"\xff\xd8", b"RIFF")  # how PNG, GIF, JPEG and WebP files begin
_FOOTNOTE = re.compile(r"\[\^([^\]\n]{1,40})\]")
_HOST = re.compile(r"^(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}$")
_NOWHERE = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|localhost|invalid|test|local)$", re.I)


@dataclass(frozen=True)
class _Picture:
    sheet: Sheet
    file: str
    line: int
    alt: str
    caption: str
    permission: str


def _pictures(edition: EditionText) -> Iterator[_Picture]:
    """The images of the articles, each once: from the front matter, and those that stand only in the text."""
    for sheet in edition.sheets:
        shown = {
            match[2]: (match[1].strip(), passage.line + passage.raw.count("\n", 0, match.start()))
            for passage in sheet.passages
            for match in IMAGE.finditer(passage.raw)
        }
        for at, image in enumerate(sheet.article.head.images):
            alt, line = shown.pop(image.file, ("", sheet.line_of("images", at)))
            yield _Picture(
                sheet, image.file, line, image.alt.strip() or alt, image.caption.strip(), image.permission.strip()
            )
        for file, (alt, line) in shown.items():
            yield _Picture(sheet, file, line, alt, "", "")


@rule("image-alt", Severity.ERROR)
def alt(edition: EditionText) -> Iterator[Violation]:
    """An image without a text for those who do not see it."""
    return (Violation(one.sheet.file, one.line, one.file) for one in _pictures(edition) if not one.alt)


@rule("image-caption", Severity.WARNING)
def caption(edition: EditionText) -> Iterator[Violation]:
    """An image without a caption."""
    return (Violation(one.sheet.file, one.line, one.file) for one in _pictures(edition) if not one.caption)


@rule("image-permission", Severity.ERROR)
def permission(edition: EditionText) -> Iterator[Violation]:
    """An image of which nobody says that it may be used."""
    return (Violation(one.sheet.file, one.line, one.file) for one in _pictures(edition) if not one.permission)


@rule("image-missing", Severity.ERROR)
def missing(edition: EditionText) -> Iterator[Violation]:
    """An image that is not in the edition's folder."""
    for one in _pictures(edition):
        if not _is_inside(one.file) or not (edition.folder.path / one.file).is_file():
            yield Violation(one.sheet.file, one.line, one.file)


@rule("image-resolution", Severity.WARNING)
def resolution(edition: EditionText) -> Iterator[Violation]:
    """An image with too few pixels for one printed column."""
    for one in _pictures(edition):
        width = width_of(edition.folder.path / one.file) if _is_inside(one.file) else None
        if width is not None and width < PRINT_WIDTH:
            yield Violation(one.sheet.file, one.line, one.file, {"width": width, "least": PRINT_WIDTH})


def width_of(path: Path) -> int | None:
    """The width in pixels of a PNG, GIF, JPEG or WebP file; None for a missing file and for drawings such as SVG."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        head = file.read(1 << 20)
    width = imagesize.get(io.BytesIO(head))[0] if head.startswith(_OF_PIXELS) else 0
    return width if width > 0 else None


def _is_inside(file: str) -> bool:
    return bool(re.fullmatch(r"images/[\w.-]+", file)) and ".." not in file


@rule("heading-order", Severity.WARNING)
def heading_order(edition: EditionText) -> Iterator[Violation]:
    """A heading that skips a level, stands as high as the title, or is empty."""
    for sheet in edition.sheets:
        level = 1
        for passage in sheet.passages:
            if passage.kind == Kind.HEADING:
                if not passage.text.strip() or passage.level == 1 or passage.level > level + 1:
                    yield Violation(sheet.file, passage.line, passage.text.strip() or "#", {"level": passage.level})
                level = max(passage.level, 2)


@rule("link-form", Severity.ERROR)
def link_form(edition: EditionText) -> Iterator[Violation]:
    """A link that can lead nowhere: empty, without a host, to a machine of one's own, to a footnote that there is not."""
    for sheet in edition.sheets:
        notes = set(re.findall(r"^\[\^([^\]\n]{1,40})\]:", sheet.article.body, re.M))
        for passage in sheet.passages:
            if passage.kind == Kind.TITLE:
                continue
            raw = passage.raw
            linked = [(match.start(), match[2].split(' "')[0].strip().strip("<>")) for match in LINK.finditer(raw)]
            bare = [(match.start(), match[0]) for match in URL.finditer(LINK.sub(lambda m: " " * len(m[0]), raw))]
            lost = [(match.start(), match[0]) for match in _FOOTNOTE.finditer(raw) if match[1] not in notes]
            for start, target in sorted([*[each for each in (*linked, *bare) if not _leads(each[1])], *lost]):
                yield Violation(sheet.file, passage.line + raw.count("\n", 0, start), target or "()")


def _leads(target: str) -> bool:
    if target.startswith("#"):
        return len(target) > 1
    if target.lower().startswith("mailto:"):
        return bool(EMAIL.fullmatch(target[7:].split("?", maxsplit=1)[0]))
    if re.fullmatch(r"(?:images/)?[\w.-]+\.(?:md|png|jpe?g|gif|svg|webp|pdf)(?:#.+)?", target):
        return True
    try:
        address = urlsplit(f"https://{target}" if target.lower().startswith("www.") else target)
        host = address.hostname or ""
        _ = address.port
    except ValueError:
        return False
    whole = address.scheme in ("http", "https") and not re.search(r"[\s<>]", target) and target.count("://") < 2
    return whole and bool(_HOST.match(host)) and not _NOWHERE.search(host)
