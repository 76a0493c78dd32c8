"""Blocks as HTML that is XHTML, too: what the web pages and the e-book have in common."""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from kb.base.interface import Phrases
from kb.newsletter.edition.issue import Issue, Piece
from kb.press.parts import Block, Code, Heading, Listing, Paragraph, Picture, Quote, Run, Table


def article(piece: Piece, issue: Issue, say: Phrases) -> str:
    """An article with its title, text and footnotes; pictures are named as the edition folder names them."""
    writer = Writer(say)
    kicker = f'<p class="kicker" lang="{issue.language}">{escape(piece.kicker)}</p>\n' if piece.kicker else ""
    direction = ' dir="rtl"' if piece.direction == "rtl" else ""
    lang = f'lang="{piece.language}" xml:lang="{piece.language}"'
    return (
        f"<article {lang}{direction}>\n{kicker}<h1>{escape(piece.title)}</h1>\n"
        f"{writer.blocks(piece.body.blocks)}{writer.notes(piece, issue.language)}</article>\n"
    )


def abbreviations(issue: Issue) -> str:
    """The list of abbreviations with its title."""
    rows = "".join(f"<dt>{escape(each.term)}</dt><dd>{escape(each.expansion)}</dd>\n" for each in issue.abbreviations)
    return f'<h1>{escape(issue.abbreviations_title)}</h1>\n<dl class="abbreviations">\n{rows}</dl>\n'


def lines(text: str) -> str:
    """A text with its line breaks."""
    return escape(text).replace("\n", "<br/>")


class Writer:
    """Writes blocks as markup; footnotes are numbered as the text refers to them."""

    def __init__(self, say: Phrases) -> None:
        self.say, self.met = say, set[int]()

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Blocks one after the other."""
        return "".join(map(self.block, blocks))

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case Heading():
                return f"<h{block.level}>{self.runs(block.runs)}</h{block.level}>\n"
            case Paragraph():
                return f"<p>{self.runs(block.runs)}</p>\n"
            case Listing():
                name = "ol" if block.ordered else "ul"
                start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
                return f"<{name}{start}>\n{''.join(map(self.item, block.items))}</{name}>\n"
            case Quote():
                return f"<blockquote>\n{self.blocks(block.blocks)}</blockquote>\n"
            case Code():
                return f"<pre><code>{escape(block.text)}</code></pre>\n"
            case Picture():
                caption = f"<figcaption>{escape(block.caption)}</figcaption>" if block.caption else ""
                return f'<figure><img src="{escape(block.file)}" alt="{escape(block.alt)}"/>{caption}</figure>\n'
            case Table():
                return self.table(block)

    def item(self, blocks: tuple[Block, ...]) -> str:
        """One item of a list."""
        first, *rest = blocks
        if isinstance(first, Paragraph):
            return f"<li>{self.runs(first.runs)}{self.blocks(rest)}</li>\n"
        return f"<li>{self.blocks(blocks)}</li>\n"

    def table(self, table: Table) -> str:
        """A table that can be moved sideways."""
        head = "".join(f'<th scope="col">{self.runs(cell)}</th>' for cell in table.head)
        rows = "".join(f"<tr>{''.join(f'<td>{self.runs(cell)}</td>' for cell in row)}</tr>\n" for row in table.rows)
        body = f"<tbody>\n{rows}</tbody>" if rows else ""
        label = escape(self.say("print.table"))
        return (
            f'<div class="table" role="region" tabindex="0" aria-label="{label}">'
            f"<table><thead><tr>{head}</tr></thead>{body}</table></div>\n"
        )

    def runs(self, runs: Sequence[Run]) -> str:
        """Some text with its links."""
        parts = []
        for href, group in groupby(runs, key=lambda run: run.href):
            text = "".join(map(self.run, group))
            parts.append(f'<a href="{escape(href)}">{text}</a>' if href else text)
        return "".join(parts)

    def run(self, run: Run) -> str:
        """Some text in one style."""
        if run.note:
            return self.reference(run)
        text = lines(run.text)
        for name, on in (("code", run.code), ("em", run.emphasis), ("strong", run.strong)):
            text = f"<{name}>{text}</{name}>" if on else text
        return text

    def reference(self, run: Run) -> str:
        """The number of a footnote."""
        name = "" if run.note in self.met else f' id="from-{run.note}"'
        self.met.add(run.note)
        if run.href:
            return f"<sup>{run.note}</sup>"  # a link in a link is none
        label = escape(self.say("print.note", number=run.note))
        return f'<sup><a{name} href="#note-{run.note}" role="doc-noteref" aria-label="{label}">{run.note}</a></sup>'

    def notes(self, piece: Piece, language: str) -> str:
        """The footnotes of an article."""
        if not piece.body.notes:
            return ""
        heading, back = escape(self.say("print.notes")), escape(self.say("print.back"))
        loose = len(piece.body.notes) - piece.body.loose
        items = []
        for number, note in enumerate(piece.body.notes, 1):
            text = self.runs(note)
            link = f' <a href="#from-{number}" role="doc-backlink" aria-label="{back}" lang="{language}">↩</a>'
            items.append(
                f'<li id="note-{number}">{text}{link if number <= loose and number in self.met else ""}</li>\n'
            )
        return (
            f'<section class="notes" role="doc-endnotes">\n<h2 lang="{language}">{heading}</h2>\n'
            f"<ol>\n{''.join(items)}</ol>\n</section>\n"
        )
