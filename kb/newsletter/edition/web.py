"""The edition as web pages of its own: an index and a page for each article, without scripts and without the network."""

from html import escape
from importlib.resources import files

from kb.base.interface import Phrases
from kb.newsletter.edition import markup
from kb.newsletter.edition.issue import Issue, Piece
from kb.press import ornament

ABBREVIATIONS = "abbreviations"


def render(issue: Issue, say: Phrases) -> dict[str, bytes]:
    """Every file by its path: pages, style, ornament and images. Links are relative, so they work from any place."""
    here = files("kb.newsletter.edition")
    style = here.joinpath("edition.css").read_text("utf-8") + here.joinpath("web.css").read_text("utf-8")
    pages = {"index.html": _index(issue, say)}
    for at, piece in enumerate(issue.pieces):
        pages[f"{piece.name}.html"] = _article(issue, say, at)
    if issue.abbreviations:
        body = f'<main id="text">\n{markup.abbreviations(issue)}{_turn(issue, say, len(issue.pieces))}</main>\n'
        pages[f"{ABBREVIATIONS}.html"] = _page(issue, say, issue.abbreviations_title, _bar(issue) + body)
    texts = pages | {"edition.css": style, "ornament.svg": ornament.svg()}
    return {path: text.encode() for path, text in texts.items()} | dict(issue.images)


def entries(issue: Issue) -> list[tuple[str, str, str, str]]:
    """The contents: page, kicker, title and teaser of each part."""
    found = [(f"{piece.name}.html", piece.kicker, piece.title, piece.teaser) for piece in issue.pieces]
    if issue.abbreviations:
        found.append((f"{ABBREVIATIONS}.html", "", issue.abbreviations_title, ""))
    return found


def _page(issue: Issue, say: Phrases, title: str, body: str) -> str:
    name = title if title == issue.title else f"{title} – {issue.title}"
    drafted = f' class="drafted" data-draft="{escape(say("print.draft"))}"' if issue.draft else ""
    banner = f'<p class="draft">{escape(say("print.draft_long"))}</p>\n' if issue.draft else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{issue.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(name)}</title>\n"
        '<link rel="stylesheet" href="edition.css">\n</head>\n'
        f'<body{drafted}>\n<a class="skip" href="#text">{escape(say("print.skip"))}</a>\n{banner}{_plain(body)}</body>\n</html>\n'
    )


def _plain(body: str) -> str:
    """HTML as checkers like it: without the marks that only XML needs."""
    return body.replace("/>", ">").replace(' xml:lang="en"', "").replace(' xml:lang="fr"', "")


def _index(issue: Issue, say: Phrases) -> str:
    masthead = (
        '<header class="masthead">\n<img src="ornament.svg" alt="" width="400" height="400"/>\n<div>'
        f'<p class="byline">{escape(issue.byline)}</p>\n<h1>{escape(issue.title)}</h1></div>\n</header>\n'
    )
    languages = {f"{piece.name}.html": piece.language for piece in issue.pieces}
    items = "".join(
        "<li>"
        + (f'<p class="who">{escape(kicker)}</p>' if kicker else "")
        + f'<a href="{page}"{_lang(languages.get(page, issue.language), issue)}>{escape(title)}</a>'
        + (f'<p class="teaser"{_lang(languages[page], issue)}>{escape(teaser)}</p>' if teaser else "")
        + "</li>\n"
        for page, kicker, title, teaser in entries(issue)
    )
    contents = (
        f'<nav aria-labelledby="contents"><h2 id="contents">{escape(say("print.contents"))}</h2>\n'
        f'<ol class="contents">\n{items}</ol></nav>\n'
    )
    return _page(issue, say, issue.title, f'{masthead}<main id="text">\n{contents}{_disclaimer(issue, say)}</main>\n')


def _lang(language: str, issue: Issue) -> str:
    return "" if language == issue.language else f' lang="{language}"'


def _disclaimer(issue: Issue, say: Phrases) -> str:
    if not issue.disclaimer:
        return ""
    heading = escape(say("print.disclaimer"))
    return f'<p class="disclaimer"><strong>{heading}</strong><br/>{markup.lines(issue.disclaimer)}</p>\n'


def _bar(issue: Issue) -> str:
    byline = f" · {escape(issue.byline)}" if issue.byline else ""
    return f'<header class="bar"><div><a href="index.html">{escape(issue.title)}</a>{byline}</div></header>\n'


def _article(issue: Issue, say: Phrases, at: int) -> str:
    piece: Piece = issue.pieces[at]
    body = f'<main id="text">\n{markup.article(piece, issue, say)}{_turn(issue, say, at)}</main>\n'
    return _page(issue, say, piece.full_title, _bar(issue) + body)


def _turn(issue: Issue, say: Phrases, at: int) -> str:
    """The way to the neighbours and back to the contents."""
    listed = entries(issue)
    links = []
    if at > 0:
        links.append((listed[at - 1][0], say("print.previous"), listed[at - 1][2]))
    links.append(("index.html", issue.title, say("print.all")))
    if at + 1 < len(listed):
        links.append((listed[at + 1][0], say("print.next"), listed[at + 1][2]))
    told = "".join(
        f'<a href="{page}"><small>{escape(what)}</small>{escape(title)}</a>\n' for page, what, title in links
    )
    return f'<nav class="turn" aria-label="{escape(say("print.contents"))}">\n{told}</nav>\n'
