"""The book as one page of its own, for a screen and for print: no script, no network, nothing beside it."""

from html import escape
from importlib.resources import files

from kb.base.interface import Phrases
from kb.book.compilation import Book
from kb.book.markup import Writer
from kb.press import ornament

_PICTURE = "<!-- ornament -->"


def render(book: Book, say: Phrases) -> bytes:
    """The page in UTF-8."""
    writer = Writer(book, say, 3, lambda key: f"#p-{key}")
    parts = [
        f'<section id="about">\n{writer.about(2)}</section>\n',
        *(_chapter(number, book, writer) for number in range(len(book.chapters))),
        f'<section id="sources">\n{writer.sources(2)}</section>\n',
        f'<section id="index">\n{writer.index(2)}</section>\n',
    ]
    if book.abbreviations:
        parts.append(f'<section id="abbreviations">\n{writer.abbreviations(2)}</section>\n')
    facts = "".join(f"<p>{escape(fact)}</p>\n" for fact in book.facts)
    body = (
        f'<a class="skip" href="#text">{escape(say("print.skip"))}</a>\n'
        f'<header class="masthead">\n{_PICTURE}\n<div><h1>{escape(book.title)}</h1>\n'
        f'<p class="byline">{escape(book.subtitle)}</p></div>\n</header>\n'
        f'<main id="text">\n<div class="count">\n{facts}</div>\n{_contents(book, writer, say)}{"".join(parts)}</main>\n'
    )
    page = (
        f'<!DOCTYPE html>\n<html lang="{book.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(book.title)}</title>\n<style>\n{style()}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
    page = page.replace("/>", ">").replace(' xml:lang="en"', "").replace(' xml:lang="fr"', "")
    picture = ornament.svg().replace("<svg ", '<svg aria-hidden="true" ', 1)
    return page.replace(_PICTURE, picture, 1).encode()


def style() -> str:
    """The house's style and the book's own."""
    house = files("kb.newsletter.edition")
    own = files("kb.book").joinpath("book.css")
    return "".join(each.read_text("utf-8") for each in (house / "edition.css", house / "web.css", own))


def _chapter(at: int, book: Book, writer: Writer) -> str:
    chapter = book.chapters[at]
    entries = "".join(f'<article id="p-{entry.id}">\n{writer.entry(entry)}</article>\n' for entry in chapter.entries)
    opened = f'<section class="chapter" id="factor-{chapter.factor}">\n'
    return f"{opened}{writer.opening(chapter, 2)}{entries}{writer.also(chapter)}</section>\n"


def _contents(book: Book, writer: Writer, say: Phrases) -> str:
    lines = [f'<li><a href="#about">{escape(say("compile.about"))}</a></li>\n']
    for chapter in book.chapters:
        inner = writer.listing([entry.id for entry in chapter.entries]) if chapter.entries else ""
        lines.append(
            f'<li><a href="#factor-{chapter.factor}">{chapter.factor} {escape(chapter.name)}</a>{inner}</li>\n'
        )
    lines += [f'<li><a href="#{name}">{escape(say(f"compile.{name}"))}</a></li>\n' for name in ("sources", "index")]
    if book.abbreviations:
        lines.append(f'<li><a href="#abbreviations">{escape(say("print.abbreviations"))}</a></li>\n')
    heading = escape(say("print.contents"))
    told = f'<h2 id="contents">{heading}</h2>\n<ul class="chapters">\n{"".join(lines)}</ul>\n'
    return f'<nav aria-labelledby="contents">\n{told}</nav>\n'
