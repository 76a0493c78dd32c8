"""The edition as an e-book: EPUB 3 with navigation, accessibility metadata and a cover."""

from html import escape
from importlib.resources import files

from kb.base.interface import Phrases
from kb.newsletter.edition import markup
from kb.newsletter.edition.issue import Issue, kind_of
from kb.press.packing import pack

_CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)


def render(issue: Issue, say: Phrases, cover: bytes) -> bytes:
    """The edition as EPUB; *cover* is a PNG."""
    pages = _pages(issue, say)
    items = "".join(entry(name, title) for name, (title, _) in pages.items() if name != "cover")
    return bound(issue, say, cover, pages, items)


def entry(name: str, title: str, within: str = "") -> str:
    """A line of the contents, and the lines *within* it."""
    inner = f"\n<ol>\n{within}</ol>" if within else ""
    return f'<li><a href="{name}.xhtml">{escape(title)}</a>{inner}</li>\n'


def bound(
    issue: Issue, say: Phrases, cover: bytes, pages: dict[str, tuple[str, str]], items: str, more: str = ""
) -> bytes:
    """An EPUB of *pages* (title and body by name, `cover` and `title` first), contents of *items*, and *more* style."""
    style = files("kb.newsletter.edition").joinpath("edition.css").read_text("utf-8") + more
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        "EPUB/package.opf": _package(issue, say, list(pages)),
        "EPUB/nav.xhtml": _navigation(issue, say, items),
        "EPUB/edition.css": style,
        **{f"EPUB/{name}.xhtml": _page(issue, say, title, body) for name, (title, body) in pages.items()},
    }
    data = {name: text.encode() for name, text in parts.items()}
    data["EPUB/cover.png"] = cover
    data |= {f"EPUB/{file}": image for file, image in issue.images}
    return pack(data.items(), issue.day, frozenset(["mimetype"]))


def _pages(issue: Issue, say: Phrases) -> dict[str, tuple[str, str]]:
    """Title and body of each page by its name, in reading order."""
    pages = {"cover": front(issue, say), "title": (issue.title, _title(issue, say))}
    for piece in issue.pieces:
        pages[f"a-{piece.name}"] = (piece.full_title, markup.article(piece, issue, say))
    if issue.abbreviations:
        pages["abbreviations"] = (issue.abbreviations_title, markup.abbreviations(issue))
    return pages


def front(issue: Issue, say: Phrases) -> tuple[str, str]:
    """Title and body of the page that shows the cover."""
    label = say("print.cover")
    alt = f"{escape(label)}{escape(say('colon'))}{escape(issue.title)}"
    return label, f'<section epub:type="cover"><img role="doc-cover" src="cover.png" alt="{alt}"/></section>\n'


def _title(issue: Issue, say: Phrases) -> str:
    disclaimer = ""
    if issue.disclaimer:
        heading = escape(say("print.disclaimer"))
        disclaimer = f'<p class="disclaimer"><strong>{heading}</strong><br/>{markup.lines(issue.disclaimer)}</p>\n'
    return f'<h1>{escape(issue.title)}</h1>\n<p class="byline">{escape(issue.byline)}</p>\n{disclaimer}'


def _page(issue: Issue, say: Phrases, title: str, body: str) -> str:
    banner = f'<p class="draft">{escape(say("print.draft_long"))}</p>\n' if issue.draft else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{issue.language}" xml:lang="{issue.language}">\n'
        f'<head><title>{escape(title)}</title><link rel="stylesheet" type="text/css" href="edition.css"/></head>\n'
        f"<body>\n{banner}{body}</body>\n</html>\n"
    )


def _navigation(issue: Issue, say: Phrases, items: str) -> str:
    heading = escape(say("print.contents"))
    body = (
        f'<nav epub:type="toc" role="doc-toc" aria-label="{heading}"><h1>{heading}</h1>\n<ol>\n{items}</ol></nav>\n'
        f'<nav epub:type="landmarks" hidden="hidden" aria-label="{escape(issue.title)}"><ol>'
        f'<li><a epub:type="cover" href="cover.xhtml">{escape(say("print.cover"))}</a></li>'
        f'<li><a epub:type="bodymatter" href="title.xhtml">{escape(issue.title)}</a></li></ol></nav>\n'
    )
    return _page(issue, say, say("print.contents"), body)


def _package(issue: Issue, say: Phrases, names: list[str]) -> str:
    title = f"[{say('print.draft').upper()}] {issue.title}" if issue.draft else issue.title
    languages = dict.fromkeys((issue.language, *(piece.language for piece in issue.pieces)))
    modes = ("textual", "visual") if issue.images else ("textual",)
    alternatives = ("alternativeText",) if issue.images else ()
    metadata = [
        f'<dc:identifier id="id">{escape(issue.id)}</dc:identifier>',
        f"<dc:title>{escape(title)}</dc:title>",
        *(f"<dc:language>{language}</dc:language>" for language in languages),
        f"<dc:date>{issue.day}</dc:date>",
        f'<meta property="dcterms:modified">{issue.day}T00:00:00Z</meta>',
        *(f'<meta property="schema:accessMode">{mode}</meta>' for mode in modes),
        '<meta property="schema:accessModeSufficient">textual</meta>',
        *(
            f'<meta property="schema:accessibilityFeature">{feature}</meta>'
            for feature in (
                "structuralNavigation",
                "tableOfContents",
                "readingOrder",
                "displayTransformability",
                *alternatives,
            )
        ),
        '<meta property="schema:accessibilityHazard">none</meta>',
        f'<meta property="schema:accessibilitySummary">{escape(say("print.accessibility"))}</meta>',
    ]
    items = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="edition.css" media-type="text/css"/>',
        '<item id="cover-image" href="cover.png" media-type="image/png" properties="cover-image"/>',
        *(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in names),
        *(
            f'<item id="image-{at}" href="{escape(file)}" media-type="{kind_of(data)}"/>'
            for at, (file, data) in enumerate(issue.images, 1)
        ),
    ]
    order = [f'<itemref idref="{name}"/>' for name in [*names[:2], "nav", *names[2:]]]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{issue.language}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n' + "\n".join(metadata) + "\n</metadata>\n"
        "<manifest>\n" + "\n".join(items) + "\n</manifest>\n<spine>\n" + "\n".join(order) + "\n</spine>\n</package>\n"
    )
