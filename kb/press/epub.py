"""A document as an e-book: EPUB 3 with a page for each section, navigation, accessibility metadata and a cover."""

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from kb.base.interface import Phrases
from kb.press import html
from kb.press.document import Document, Section
from kb.press.packing import kind_of, pack

_CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
_FEATURES = ("structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability")


def render(document: Document, say: Phrases, cover: bytes, style: str = "") -> bytes:
    """The document as EPUB; *cover* is a PNG, *style* what its style sheet has beyond that of the house."""
    sections = document.every_section
    bodies = [("cover", say("print.cover"), _cover(document, say)), ("title", document.title, _title(document, say))]
    writer = html.Writer(document, say, "{}.xhtml".format)
    bodies += [(section.name, section.full_title, writer.section(section)) for section in sections]
    house = files("kb.press").joinpath("house.css").read_text("utf-8")
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        "EPUB/package.opf": _package(document, say, [name for name, _, _ in bodies]),
        "EPUB/nav.xhtml": _page(document, say, say("print.contents"), _navigation(document, say)),
        "EPUB/style.css": house + style,
        **{f"EPUB/{name}.xhtml": _page(document, say, title, body) for name, title, body in bodies},
    }
    data = {name: text.encode() for name, text in parts.items()}
    data["EPUB/cover.png"] = cover
    data |= {f"EPUB/{file}": image for file, image in document.images}
    return pack(data.items(), document.day, frozenset(["mimetype"]))


def _cover(document: Document, say: Phrases) -> str:
    alt = escape(f"{say('print.cover')}{say('colon')}{document.title}")
    return f'<section epub:type="cover"><img role="doc-cover" src="cover.png" alt="{alt}"/></section>\n'


def _title(document: Document, say: Phrases) -> str:
    return (
        f'<h1>{escape(document.title)}</h1>\n<p class="byline">{escape(document.subtitle)}</p>\n'
        f"{html.facts(document)}{html.disclaimer(document, say)}"
    )


def _page(document: Document, say: Phrases, title: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{document.language}" xml:lang="{document.language}">\n'
        f'<head><title>{escape(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
        f"<body>\n{html.draft_banner(document, say)}{body}</body>\n</html>\n"
    )


def _entries(sections: Sequence[Section]) -> str:
    """The lines of the contents."""
    return "".join(
        f'<li><a href="{section.name}.xhtml">{escape(section.full_title)}</a>'
        + (f"\n<ol>\n{_entries(section.sections)}</ol>" if section.sections else "")
        + "</li>\n"
        for section in sections
    )


def _navigation(document: Document, say: Phrases) -> str:
    heading, title = escape(say("print.contents")), escape(document.title)
    return (
        f'<nav epub:type="toc" role="doc-toc" aria-label="{heading}"><h1>{heading}</h1>\n'
        f'<ol>\n<li><a href="title.xhtml">{title}</a></li>\n{_entries(document.sections)}</ol></nav>\n'
        f'<nav epub:type="landmarks" hidden="hidden" aria-label="{title}"><ol>'
        f'<li><a epub:type="cover" href="cover.xhtml">{escape(say("print.cover"))}</a></li>'
        f'<li><a epub:type="bodymatter" href="title.xhtml">{title}</a></li></ol></nav>\n'
    )


def _metadata(document: Document, say: Phrases) -> str:
    title = f"[{say('print.draft').upper()}] {document.title}" if document.draft else document.title
    languages = dict.fromkeys((document.language, *(section.language for section in document.every_section)))
    features = (*_FEATURES, "alternativeText") if document.images else _FEATURES
    schema = [("accessMode", mode) for mode in (("textual", "visual") if document.images else ("textual",))]
    schema += [("accessModeSufficient", "textual"), *(("accessibilityFeature", feature) for feature in features)]
    schema += [("accessibilityHazard", "none"), ("accessibilitySummary", escape(say("print.accessibility")))]
    return "\n".join(
        [
            f'<dc:identifier id="id">{escape(document.id)}</dc:identifier>',
            f"<dc:title>{escape(title)}</dc:title>",
            *(f"<dc:language>{language}</dc:language>" for language in languages),
            f"<dc:date>{document.day}</dc:date>",
            f'<meta property="dcterms:modified">{document.day}T00:00:00Z</meta>',
            *(f'<meta property="schema:{name}">{value}</meta>' for name, value in schema),
        ]
    )


def _package(document: Document, say: Phrases, names: list[str]) -> str:
    items = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
        '<item id="cover-image" href="cover.png" media-type="image/png" properties="cover-image"/>',
        *(f'<item id="s-{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in names),
        *(
            f'<item id="image-{at}" href="{escape(file)}" media-type="{kind_of(data)}"/>'
            for at, (file, data) in enumerate(document.images, 1)
        ),
    ]
    ids = [f"s-{name}" for name in names]
    order = [f'<itemref idref="{each}"/>' for each in [*ids[:2], "nav", *ids[2:]]]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{document.language}">\n'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n{_metadata(document, say)}\n</metadata>\n'
        "<manifest>\n" + "\n".join(items) + "\n</manifest>\n<spine>\n" + "\n".join(order) + "\n</spine>\n</package>\n"
    )
