"""The edition as Markdown pages for a MkDocs site: the same blocks, written so that both its parser and CommonMark's agree."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from kb.base.interface import Phrases
from kb.newsletter.edition import web
from kb.newsletter.edition.issue import Issue, Piece
from kb.newsletter.intake.blocks import escape, guarded
from kb.press.parts import Block, Code, Heading, Listing, Paragraph, Picture, Quote, Run, Table

_INDENT = "    "  # what both parsers take for the inside of a list item


def render(issue: Issue, say: Phrases) -> dict[str, bytes]:
    """Every page and image by its path; links are relative."""
    texts = {"index.md": _index(issue, say)}
    texts |= {f"{piece.name}.md": _article(piece, issue, say) for piece in issue.pieces}
    if issue.abbreviations:
        rows = [f"| {_cell(each.term)} | {_cell(each.expansion)} |" for each in issue.abbreviations]
        head = [f"| {say('print.term')} | {say('print.expansion')} |", "| --- | --- |"]
        texts[f"{web.ABBREVIATIONS}.md"] = _page(issue.abbreviations_title, issue, say, "\n".join([*head, *rows]))
    return {path: text.encode() for path, text in texts.items()} | dict(issue.images)


def _page(title: str, issue: Issue, say: Phrases, body: str) -> str:
    draft = f"**{say('print.draft_long')}**\n\n" if issue.draft else ""
    return f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n# {escape(title)}\n\n{draft}{body.strip()}\n"


def _index(issue: Issue, say: Phrases) -> str:
    parts = [escape(issue.byline)] if issue.byline else []
    for page, kicker, title, teaser in web.entries(issue):
        name = escape(f"{kicker} – {title}" if kicker else title)
        parts.append(f"- [{name}]({page.removesuffix('.html')}.md)" + (f"<br>{escape(teaser)}" if teaser else ""))
    if issue.disclaimer:
        parts.append(f"*{escape(issue.disclaimer)}*")
    return _page(issue.title, issue, say, "\n\n".join(parts).replace("<br>", "  \n    "))


def _article(piece: Piece, issue: Issue, say: Phrases) -> str:
    parts = [f"**{escape(piece.kicker)}**"] if piece.kicker else []
    parts += _blocks(piece.body.blocks)
    parts += [f"[^{number}]: {_inline(note)}" for number, note in enumerate(piece.body.notes, 1)]
    return _page(piece.title, issue, say, "\n\n".join(parts))


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading():
                yield f"{'#' * block.level} {_inline(block.runs)}"
            case Paragraph():
                yield guarded(_inline(block.runs))
            case Listing():
                yield "\n".join(_items(block))
            case Quote():
                yield "\n".join(f"> {line}".rstrip() for line in "\n\n".join(_blocks(block.blocks)).split("\n"))
            case Code():
                fence = "```" if "```" not in block.text else "~~~~"
                yield f"{fence}\n{block.text}\n{fence}"
            case Picture():
                yield f"![{escape(block.alt)}]({block.file})"
                if block.caption:
                    yield f"*{escape(block.caption)}*"
            case Table():
                rows = [
                    f"| {' | '.join(_inline(cell).replace('|', chr(92) + '|') for cell in row)} |"
                    for row in (block.head, *block.rows)
                ]
                yield "\n".join([rows[0], "|" + " --- |" * len(block.head), *rows[1:]])


def _items(listing: Listing) -> Iterator[str]:
    for number, item in enumerate(listing.items, listing.start):
        sign = f"{number}." if listing.ordered else "-"
        inner = "\n\n".join(_blocks(item)).split("\n")
        yield "\n".join([f"{sign:<4}{inner[0]}", *(f"{_INDENT}{line}".rstrip() for line in inner[1:])])


def _inline(runs: Sequence[Run]) -> str:
    parts = []
    for href, group in groupby(runs, key=lambda run: run.href):
        text = "".join(map(_run, group))
        parts.append(f"[{text}](<{href}>)" if href else text)
    return "".join(parts)


def _run(run: Run) -> str:
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


def _cell(text: str) -> str:
    return escape(text).replace("|", "\\|")
