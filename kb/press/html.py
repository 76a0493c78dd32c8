"""A document as HTML that is XHTML, too: its blocks and sections, and the frame of a page."""

import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from typing import Any

from kb.base.interface import Phrases
from kb.press import document as doc

_ONLY_XML = re.compile(
    r'/(?=>)| xml:lang="[^"]*"'
)  # what checkers of HTML do not like; no text has these signs unescaped


def page(document: doc.Document, say: Phrases, title: str, style: str, body: str) -> str:
    """A page with a way past what stands before its text, which has the id `text`; *style* is the markup that brings its style."""
    drafted = f' class="drafted" data-draft="{escape(say("print.draft"))}"' if document.draft else ""
    whole = (
        f'<!DOCTYPE html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n{style}\n</head>\n"
        f'<body{drafted}>\n<a class="skip" href="#text">{escape(say("print.skip"))}</a>\n'
        f"{draft_banner(document, say)}{body}</body>\n</html>\n"
    )
    return _ONLY_XML.sub("", whole)


def draft_banner(document: doc.Document, say: Phrases) -> str:
    """What a draft says over its text."""
    return f'<p class="draft">{escape(say("print.draft_long"))}</p>\n' if document.draft else ""


def disclaimer(document: doc.Document, say: Phrases) -> str:
    """What nobody is liable for."""
    if not document.disclaimer:
        return ""
    heading = escape(say("print.disclaimer"))
    return f'<p class="disclaimer"><strong>{heading}</strong><br/>{lines(document.disclaimer)}</p>\n'


def facts(document: doc.Document) -> str:
    """What the document says of itself under its title."""
    return "".join(f"<p>{escape(fact)}</p>\n" for fact in document.facts)


def lines(text: str) -> str:
    """A text with its line breaks."""
    return escape(text).replace("\n", "<br/>")


def _spoken(language: str, around: str, text: str) -> str:
    """A text whose language may not be that *around* it."""
    told = escape(text)
    return told if language == around else f'<span lang="{language}" xml:lang="{language}">{told}</span>'


class Writer:
    """Writes sections and blocks; *address* says where the section of a name stands."""

    def __init__(self, document: doc.Document, say: Phrases, address: Callable[[str], str] = "#{}".format) -> None:
        self.language, self.say, self.address = document.language, say, address
        self.level, self.notes, self.met = 1, 0, set[int]()
        self.kinds: dict[type[doc.Block], Callable[[Any], str]] = {
            doc.Heading: self._heading,
            doc.Paragraph: self._paragraph,
            doc.Listing: self._listing,
            doc.Quote: lambda quote: f"<blockquote>\n{self.blocks(quote.blocks)}</blockquote>\n",
            doc.Code: lambda code: f"<pre><code>{escape(code.text)}</code></pre>\n",
            doc.Picture: self._picture,
            doc.Table: self._table,
            doc.Terms: self._terms,
            doc.Facts: self._facts,
            doc.References: self.references,
            doc.Group: self._group,
        }

    # sections

    def section(self, section: doc.Section, level: int = 1, *, whole: bool = False) -> str:
        """A section with its title as a heading of *level*.

        The *whole* has an id and holds the sections in it; else these have pages of their own, which it lists.
        """
        tag = "section" if section.sections or section.kind == "list" else "article"
        named = f' id="{section.name}"' if whole else ""
        kind = f' class="{section.kind}"' if section.kind != "article" else ""
        direction = ' dir="rtl"' if section.direction == "rtl" else ""
        lang = f' lang="{section.language}" xml:lang="{section.language}"'
        inner = self._opening(section, level)
        if whole:
            inner += "".join(self.section(each, level + 1, whole=True) for each in section.sections)
        elif section.sections:
            label = doc.Paragraph((doc.Run(self.say("print.contents")),), doc.Style.LABEL)
            inner += self.blocks((label, doc.references(section.sections)))
        return f"<{tag}{kind}{named}{lang}{direction}>\n{inner}{self.blocks(section.ending)}</{tag}>\n"

    def _opening(self, section: doc.Section, level: int) -> str:
        """A section up to the sections in it: title, text and footnotes."""
        self.level, self.notes, self.met = level, len(section.body.notes), set()
        said = f' lang="{self.language}"'
        kicker = f'<p class="kicker"{said}>{escape(section.kicker)}</p>\n' if section.kicker else ""
        number = f'<span class="number">{section.number}</span> ' if section.number else ""
        title = _spoken(section.title_language or section.language, section.language, section.title)
        return (
            f"{kicker}<h{level}>{number}{title}</h{level}>\n{self.blocks(section.body.blocks)}{self._endnotes(section)}"
        )

    def _endnotes(self, section: doc.Section) -> str:
        if not section.body.notes:
            return ""
        said = f' lang="{self.language}"'
        heading, back = escape(self.say("print.notes")), escape(self.say("print.back"))
        referred = len(section.body.notes) - section.body.loose
        items = []
        for number, note in enumerate(section.body.notes, 1):
            text = self.runs(note)
            link = f' <a href="#from-{number}" role="doc-backlink" aria-label="{back}"{said}>↩</a>'
            items.append(
                f'<li id="note-{number}">{text}{link if number <= referred and number in self.met else ""}</li>\n'
            )
        return (
            f'<section class="notes" role="doc-endnotes">\n<h2{said}>{heading}</h2>\n'
            f"<ol>\n{''.join(items)}</ol>\n</section>\n"
        )

    # blocks

    def blocks(self, blocks: Sequence[doc.Block]) -> str:
        """Blocks one after the other."""
        return "".join(self.kinds[type(block)](block) for block in blocks)

    def _heading(self, heading: doc.Heading) -> str:
        """A heading, below that of its section."""
        level = min(6, heading.level + self.level - 1)
        return f"<h{level}>{self.runs(heading.runs)}</h{level}>\n"

    def _paragraph(self, paragraph: doc.Paragraph) -> str:
        style = f' class="{paragraph.style}"' if paragraph.style else ""
        return f"<p{style}>{self.runs(paragraph.runs)}</p>\n"

    def _listing(self, listing: doc.Listing) -> str:
        name = "ol" if listing.ordered else "ul"
        start = f' start="{listing.start}"' if listing.ordered and listing.start != 1 else ""
        items = "".join(f"<li>{self._item(item)}</li>\n" for item in listing.items)
        return f"<{name}{start}>\n{items}</{name}>\n"

    def _item(self, blocks: Sequence[doc.Block]) -> str:
        """What stands in a list, its first paragraph bare."""
        runs, rest = doc.opening(blocks)
        return self.runs(runs) + self.blocks(rest)

    def _picture(self, picture: doc.Picture) -> str:
        caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
        return f'<figure><img src="{escape(picture.file)}" alt="{escape(picture.alt)}"/>{caption}</figure>\n'

    def _table(self, table: doc.Table) -> str:
        """A table that can be moved sideways."""
        head = "".join(f'<th scope="col">{self.runs(cell)}</th>' for cell in table.head)
        rows = "".join(f"<tr>{''.join(f'<td>{self.runs(cell)}</td>' for cell in row)}</tr>\n" for row in table.rows)
        body = f"<tbody>\n{rows}</tbody>" if rows else ""
        label = escape(self.say("print.table"))
        return (
            f'<div class="table" role="region" tabindex="0" aria-label="{label}">'
            f"<table><thead><tr>{head}</tr></thead>{body}</table></div>\n"
        )

    def _terms(self, terms: doc.Terms) -> str:
        items = "".join(f"<dt>{self.runs(item.runs)}</dt><dd>{self._item(item.blocks)}</dd>\n" for item in terms.items)
        kind = f' class="{terms.kind}"' if terms.kind else ""
        return f"<dl{kind}>\n{items}</dl>\n"

    def _facts(self, facts: doc.Facts) -> str:
        return f'<ul class="facts">{"".join(f"<li>{self.runs(item)}</li>" for item in facts.items)}</ul>\n'

    def references(self, references: doc.References) -> str:
        """A list of links to sections."""
        return f'<ul class="listed">\n{"".join(map(self._reference, references.items))}</ul>\n'

    def _reference(self, reference: doc.Reference) -> str:
        who = f' <span class="who">– {escape(reference.who)}</span>' if reference.who else ""
        number = f'<span class="number">{reference.number}</span> '
        title = _spoken(reference.language, self.language, reference.title)
        return f'<li><a href="{self.address(reference.target)}">{number}{title}</a>{who}</li>\n'

    def _group(self, group: doc.Group) -> str:
        kind = f' class="{group.kind}"' if group.kind else ""
        lang = f' lang="{group.language}" xml:lang="{group.language}"' if group.language else ""
        inner = self.blocks(group.blocks)
        return f"<div{kind}{lang}>\n{inner}</div>\n" if kind or lang else inner

    # runs

    def runs(self, runs: Sequence[doc.Run]) -> str:
        """Some text with its links."""
        parts = []
        for href, group in groupby(runs, key=lambda run: run.href):
            text = "".join(map(self._run, group))
            leads = self.address(href[1:]) if href.startswith("#") else escape(href)
            parts.append(f'<a href="{leads}">{text}</a>' if href else text)
        return "".join(parts)

    def _run(self, run: doc.Run) -> str:
        if run.note:
            return self._note(run)
        text = lines(run.text)
        for name, on in (("code", run.code), ("em", run.emphasis), ("strong", run.strong)):
            text = f"<{name}>{text}</{name}>" if on else text
        return f'<span class="mark {run.mark}">{text}</span>' if run.mark else text

    def _note(self, run: doc.Run) -> str:
        """The number of a footnote; a link if the section has the footnotes, but for a link in a link, which is none."""
        if run.href or run.note > self.notes:
            return f"<sup>{run.note}</sup>"
        name = "" if run.note in self.met else f' id="from-{run.note}"'
        self.met.add(run.note)
        label = escape(self.say("print.note", number=run.note))
        return f'<sup><a{name} href="#note-{run.note}" role="doc-noteref" aria-label="{label}">{run.note}</a></sup>'
