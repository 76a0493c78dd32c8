"""The edition as Markdown pages for a MkDocs site: the same blocks, written so that both its parser and CommonMark's agree."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from kb.base.interface import Phrases
from kb.newsletter.edition.issue import Issue
from kb.newsletter.intake.blocks import escape, guarded
from kb.press import document as doc

_INDENT = "    "  # what both parsers take for the inside of a list item


def render(issue: Issue, say: Phrases) -> dict[str, bytes]:
    """Every page and image by its path; links are relative."""
    texts = {"index.md": _index(issue, say)}
    texts |= {f"{section.name}.md": _section(section, issue, say) for section in issue.sections}
    return {path: text.encode() for path, text in texts.items()} | dict(issue.images)


def _page(title: str, issue: Issue, say: Phrases, body: str) -> str:
    draft = f"**{say('print.draft_long')}**\n\n" if issue.draft else ""
    return f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n# {escape(title)}\n\n{draft}{body.strip()}\n"


def _index(issue: Issue, say: Phrases) -> str:
    parts = [escape(issue.subtitle)] if issue.subtitle else []
    for section in issue.sections:
        teaser = f"<br>{escape(section.teaser)}" if section.teaser else ""
        parts.append(f"- [{escape(section.full_title)}]({section.name}.md){teaser}")
    if issue.disclaimer:
        parts.append(f"*{escape(issue.disclaimer)}*")
    return _page(issue.title, issue, say, "\n\n".join(parts).replace("<br>", "  \n    "))


def _section(section: doc.Section, issue: Issue, say: Phrases) -> str:
    parts = [f"**{escape(section.kicker)}**"] if section.kicker else []
    parts += _blocks(section.body.blocks)
    parts += [f"[^{number}]: {_inline(note)}" for number, note in enumerate(section.body.notes, 1)]
    return _page(section.title, issue, say, "\n\n".join(parts))


def _blocks(blocks: Sequence[doc.Block]) -> Iterator[str]:
    return (_KINDS[type(block)](block) for block in blocks)


def _quote(quote: doc.Quote) -> str:
    return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(_blocks(quote.blocks)).split("\n"))


def _code(code: doc.Code) -> str:
    fence = "```" if "```" not in code.text else "~~~~"
    return f"{fence}\n{code.text}\n{fence}"


def _picture(picture: doc.Picture) -> str:
    caption = f"\n\n*{escape(picture.caption)}*" if picture.caption else ""
    return f"![{escape(picture.alt)}]({picture.file}){caption}"


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    told = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in (head, *rows)]
    return "\n".join([told[0], "|" + " --- |" * len(head), *told[1:]])


def _table(table: doc.Table) -> str:
    return _rows([*map(_inline, table.head)], (list(map(_inline, row)) for row in table.rows))


def _terms(terms: doc.Terms) -> str:
    return _rows(terms.head, ((_inline(item.runs), escape(" ".join(doc.texts(item.blocks)))) for item in terms.items))


def _listing(listing: doc.Listing) -> str:
    items = []
    for number, item in enumerate(listing.items, listing.start):
        sign = f"{number}." if listing.ordered else "-"
        inner = "\n\n".join(_blocks(item)).split("\n")
        items.append("\n".join([f"{sign:<4}{inner[0]}", *(f"{_INDENT}{line}".rstrip() for line in inner[1:])]))
    return "\n".join(items)


_KINDS: dict[type[doc.Block], Callable[[Any], str]] = {
    doc.Heading: lambda block: f"{'#' * block.level} {_inline(block.runs)}",
    doc.Paragraph: lambda block: guarded(_inline(block.runs)),
    doc.Listing: _listing,
    doc.Quote: _quote,
    doc.Code: _code,
    doc.Picture: _picture,
    doc.Table: _table,
    doc.Terms: _terms,
}


def _inline(runs: Sequence[doc.Run]) -> str:
    parts = []
    for href, group in groupby(runs, key=lambda run: run.href):
        text = "".join(map(_run, group))
        parts.append(f"[{text}](<{href}>)" if href else text)
    return "".join(parts)


def _run(run: doc.Run) -> str:
    if run.note:
        return f"[^{run.note}]"
    if run.code and "`" not in run.text:
        return f"`{run.text}`"
    text = escape(run.text).replace("\n", "  \n")
    marks = ("**" if run.strong else "") + ("*" if run.emphasis else "")
    bare = text.strip(" ")
    if not marks or not bare:
        return text
    before, after = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{before}{marks}{bare}{marks[::-1]}{after}"
