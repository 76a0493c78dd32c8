"""The book as one page of its own, for a screen and for print: no script, no network, nothing beside it."""

from html import escape
from importlib.resources import files

from kb.base.interface import Phrases
from kb.press import html, ornament
from kb.press.document import Document, Section, references

_PICTURE = "<!-- ornament -->"
STYLE = files("kb.book").joinpath("book.css")


def render(document: Document, say: Phrases) -> bytes:
    """The page in UTF-8."""
    writer = html.Writer(document, say)
    sections = "".join(writer.section(section, 2, whole=True) for section in document.sections)
    body = (
        f'<header class="masthead">\n{_PICTURE}\n<div><h1>{escape(document.title)}</h1>\n'
        f'<p class="byline">{escape(document.subtitle)}</p></div>\n</header>\n'
        f'<main id="text">\n<div class="count">\n{html.facts(document)}</div>\n'
        f"{_contents(document, writer, say)}{sections}</main>\n"
    )
    press = files("kb.press")
    style = "".join(each.read_text("utf-8") for each in (press / "house.css", press / "screen.css", STYLE))
    page = html.page(document, say, document.title, f"<style>\n{style}</style>", body)
    picture = ornament.svg().replace("<svg ", '<svg aria-hidden="true" ', 1)
    return page.replace(_PICTURE, picture, 1).encode()


def _contents(document: Document, writer: html.Writer, say: Phrases) -> str:
    def line(section: Section) -> str:
        inner = writer.references(references(section.sections)) if section.sections else ""
        return f'<li><a href="#{section.name}">{escape(section.full_title)}</a>{inner}</li>\n'

    heading = escape(say("print.contents"))
    listed = f'<h2 id="contents">{heading}</h2>\n<ul class="chapters">\n{"".join(map(line, document.sections))}</ul>\n'
    return f'<nav aria-labelledby="contents">\n{listed}</nav>\n'
