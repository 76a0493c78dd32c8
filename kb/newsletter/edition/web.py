"""The edition as web pages of its own: an index and a page for each article, without scripts and without the network."""

from html import escape
from importlib.resources import files

from kb.base.interface import Phrases
from kb.newsletter.edition.issue import Issue
from kb.press import html, ornament
from kb.press.document import Document, Section

_STYLE = '<link rel="stylesheet" href="edition.css">'


def render(issue: Issue, say: Phrases) -> dict[str, bytes]:
    """Every file by its path: pages, style, ornament and images. Links are relative, so they work from any place."""
    press = files("kb.press")
    sheets = (press / "house.css", press / "screen.css", files("kb.newsletter.edition") / "edition.css")
    texts = {"index.html": _index(issue, say)}
    for at, section in enumerate(issue.sections):
        texts[f"{section.name}.html"] = _section(issue, say, at)
    texts |= {"edition.css": "".join(each.read_text("utf-8") for each in sheets), "ornament.svg": ornament.svg()}
    return {path: text.encode() for path, text in texts.items()} | dict(issue.images)


def _index(issue: Issue, say: Phrases) -> str:
    masthead = (
        '<header class="masthead">\n<img src="ornament.svg" alt="" width="400" height="400"/>\n<div>'
        f'<p class="byline">{escape(issue.subtitle)}</p>\n<h1>{escape(issue.title)}</h1></div>\n</header>\n'
    )
    contents = (
        f'<nav aria-labelledby="contents"><h2 id="contents">{escape(say("print.contents"))}</h2>\n'
        f'<ol class="contents">\n{"".join(_entry(section, issue) for section in issue.sections)}</ol></nav>\n'
    )
    body = f'{masthead}<main id="text">\n{contents}{html.disclaimer(issue, say)}</main>\n'
    return html.page(issue, say, issue.title, _STYLE, body)


def _entry(section: Section, document: Document) -> str:
    """A line of the contents."""
    lang = "" if section.language == document.language else f' lang="{section.language}"'
    who = f'<p class="who">{escape(section.kicker)}</p>' if section.kicker else ""
    teaser = f'<p class="teaser"{lang}>{escape(section.teaser)}</p>' if section.teaser else ""
    return f'<li>{who}<a href="{section.name}.html"{lang}>{escape(section.title)}</a>{teaser}</li>\n'


def _section(issue: Issue, say: Phrases, at: int) -> str:
    section = issue.sections[at]
    byline = f" · {escape(issue.subtitle)}" if issue.subtitle else ""
    bar = f'<header class="bar"><div><a href="index.html">{escape(issue.title)}</a>{byline}</div></header>\n'
    text = html.Writer(issue, say).section(section)
    body = f'{bar}<main id="text">\n{text}{_turn(issue, say, at)}</main>\n'
    return html.page(issue, say, f"{section.full_title} – {issue.title}", _STYLE, body)


def _turn(issue: Issue, say: Phrases, at: int) -> str:
    """The way to the neighbours and back to the contents."""
    links = [("index", issue.title, say("print.all"))]
    if at > 0:
        links.insert(0, (issue.sections[at - 1].name, say("print.previous"), issue.sections[at - 1].title))
    if at + 1 < len(issue.sections):
        links.append((issue.sections[at + 1].name, say("print.next"), issue.sections[at + 1].title))
    told = "".join(
        f'<a href="{name}.html"><small>{escape(what)}</small>{escape(title)}</a>\n' for name, what, title in links
    )
    return f'<nav class="turn" aria-label="{escape(say("print.contents"))}">\n{told}</nav>\n'
