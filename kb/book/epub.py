"""The book as an e-book: EPUB 3 with a page for each practice, nested contents, accessibility metadata and a cover."""

from html import escape
from importlib.resources import files

from kb.base.interface import Phrases
from kb.book.compilation import Book, as_issue
from kb.book.markup import Writer
from kb.newsletter.edition import epub


def render(book: Book, say: Phrases, cover: bytes) -> bytes:
    """The book as EPUB; *cover* is a PNG."""
    writer = Writer(book, say, 1, lambda key: f"p-{key}.xhtml")
    issue = as_issue(book, say)
    facts = "".join(f"<p>{escape(fact)}</p>\n" for fact in book.facts)
    title = f'<h1>{escape(book.title)}</h1>\n<p class="byline">{escape(book.subtitle)}</p>\n{facts}'
    about = say("compile.about")
    pages = {"cover": epub.front(issue, say), "title": (book.title, title), "about": (about, writer.about(1))}
    items = [epub.entry("title", book.title), epub.entry("about", about)]
    for chapter in book.chapters:
        name, within = f"c-{chapter.factor}", []
        listed = writer.listing([entry.id for entry in chapter.entries]) if chapter.entries else ""
        label = f'<p class="label">{escape(say("compile.in_chapter"))}</p>\n' if listed else ""
        heading = f"{chapter.factor} {chapter.name}"
        pages[name] = (heading, writer.opening(chapter, 1) + label + listed + writer.also(chapter))
        for entry in chapter.entries:
            shown = f"{entry.number} {entry.title}"
            pages[f"p-{entry.id}"] = (shown, f"<article>\n{writer.entry(entry)}</article>\n")
            within.append(epub.entry(f"p-{entry.id}", shown))
        items.append(epub.entry(name, heading, "".join(within)))
    ends = {"sources": writer.sources(1), "index": writer.index(1)}
    for name, body in ends.items():
        pages[name] = (say(f"compile.{name}"), body)
    if book.abbreviations:
        pages["abbreviations"] = (say("print.abbreviations"), writer.abbreviations(1))
    items += [epub.entry(name, pages[name][0]) for name in ("sources", "index", "abbreviations") if name in pages]
    return epub.bound(
        issue, say, cover, pages, "".join(items), files("kb.book").joinpath("book.css").read_text("utf-8")
    )
