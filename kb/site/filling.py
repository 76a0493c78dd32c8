"""Practice pages in bulk: the theme renders one page, the template, and all others are filled into it.

A knowledge base may hold thousands of practices. Rendering the theme anew for each costs most of a build, and the theme's
part is the same in all of them, so only what differs is filled in. A filled page equals a rendered one byte for byte.
"""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import markdown

NAME = "arushatemplate"
TITLE, DESCRIPTION, HEADING, BODY = f"{NAME}title", f"{NAME}description", f"{NAME}heading", f"{NAME}body"
_HEAD = f'---\ntitle: "{TITLE}"\ndescription: "{DESCRIPTION}"\n---\n\n'
PAGE = f"{_HEAD}# {TITLE} {{ #title }}\n\n{BODY}\n\n## {HEADING} {{ #{HEADING} }}\n"
_CONTENT = re.compile(r'<h1 id="title">.*</h2>', re.S)
_ENTRY = re.compile(r"[ \t]*\n[ \t]*<li class=\"md-nav__item\">(?:(?!</li>).)*" + HEADING + r".*?</li>\n", re.S)
_FRONT = re.compile(r"\A---\ntitle: (.*)\ndescription: (.*)\n---\n\n")
_LINK = re.compile(r'href="(?![a-z]+:|#)([^"#]+)\.md(#[^"]*)?"')


@dataclass(frozen=True)
class PageTemplate:
    """A page of the theme with its places left open."""

    before: str
    entry: str
    after: str

    @classmethod
    def of(cls, page: str) -> "PageTemplate":
        """The template that a rendered `PAGE` leaves."""
        content = _CONTENT.search(page)
        entry = _ENTRY.search(page)
        if not content or not entry:
            raise ValueError("the theme renders the template in a way that is not known here")
        page = page[: content.start()] + BODY + page[content.end() :]
        before, after = page[: entry.start()], page[entry.end() :]
        return cls(before, entry[0], after)

    def fill(self, key: str, title: str, description: str, body: str, headings: list[tuple[str, str]]) -> str:
        """The page *key* with its title, description and body; *headings* (anchor, name) are its table of contents."""
        entries = "".join(
            self.entry.replace(f"#{HEADING}", f"#{anchor}").replace(HEADING, name) for anchor, name in headings
        )
        page = self.before + entries + self.after
        page = page.replace(DESCRIPTION, html.escape(description)).replace(TITLE, html.escape(title, quote=False))
        return page.replace(NAME + ".html", f"{key}.html").replace(BODY, body)


class Filler:
    """Turns Markdown pages into HTML pages with one converter, which is costly to make."""

    def __init__(self, template: PageTemplate, extensions: list[str], settings: Mapping[str, Any]) -> None:
        self.template = template
        self._markdown = markdown.Markdown(extensions=extensions, extension_configs=dict(settings))

    def fill(self, name: str, text: str) -> str:
        """The HTML page for the Markdown page *text* whose file is *name*, without its ending."""
        front = _FRONT.match(text)
        if not front:
            raise ValueError(f"{name}: lacks the front matter of a practice page")
        title, description = (str(json.loads(value)) for value in front.groups())
        self._markdown.reset()
        body = self._markdown.convert(text[front.end() :])
        tokens = self._markdown.toc_tokens  # type: ignore[attr-defined]
        headings = [(token["id"], token["name"]) for first in tokens for token in first["children"]]
        return self.template.fill(name, title, description, _LINK.sub(_to_html, body), headings)


def _to_html(match: re.Match[str]) -> str:
    return f'href="{match[1]}.html{match[2] or ""}"'
