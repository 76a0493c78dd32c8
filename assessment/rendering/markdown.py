"""A document as GitHub-flavoured Markdown, for an editor or a screen reader; no text in it acts as Markdown or HTML."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import singledispatch

from assessment.rendering import blocks
from assessment.rendering.texts import BULLET, marked, marks, read
from kb.press.document import Heading, Listing, Paragraph, Run, Runs, text_of

_SIGNS = re.compile(r"([\\`*_\[\]<>#|~]|&(?=#?\w+;))")
_OPENING = re.compile(r"^(?:[-+=:]|[0-9]+(?=[.)]))")  # what Markdown takes for a list, a heading or a definition
_DOT = " · "
_LISTS = (BULLET, "1.", "1)")  # that Markdown has
Escape = Callable[[str], str]


def render(document: blocks.Document) -> str:
    """The document."""
    cover = document.cover
    parts = [f"# {plain(cover.title)}", plain(cover.subtitle)]
    parts += [plain(_DOT.join((cover.date, *cover.facts))), f"**{plain(cover.mark)}**"]
    for section in document.sections:
        parts += [_heading(1, section.heading), *_all(section.blocks)]
    return "\n\n".join(filter(None, parts)) + "\n"


def plain(text: str) -> str:
    """A text on one line that Markdown shows as it is."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def as_markdown(text: str, escaped: Escape = plain) -> str:
    """A person's text as Markdown of the same paragraphs and lists; *escaped* makes one line inert."""
    return _said(read(text), escaped)


def of_passage(said: blocks.Passage) -> str:
    """A passage with its paragraphs and lists, its label before the first paragraph or above a list."""
    label = f"**{plain(said.label)}**" if said.label else ""
    body = _said(said.blocks, plain)
    if not label or not body:
        return label or body
    return f"{label}{' ' if isinstance(said.blocks[0], Paragraph) else chr(10) * 2}{body}"


def _said(found: Sequence[Paragraph | Listing], escaped: Escape) -> str:
    parts: list[str] = []
    before = ""  # the mark of the list that stands before, if Markdown has it
    for block in found:
        if isinstance(block, Paragraph):
            parts.append(_broken(block.runs, escaped))
            before = ""
        else:
            mark = block.mark or BULLET
            as_list = mark in _LISTS and mark != before
            parts.append(_listed(block, escaped, as_list=as_list))
            before = mark if as_list else ""
    return "\n\n".join(parts)


def _listed(block: Listing, escaped: Escape, *, as_list: bool) -> str:
    """A list, or the lines of one that Markdown does not have or would join to the one before."""
    items = zip(marks(block), blocks.paragraphs(block), strict=True)
    if not as_list:
        return "\\\n".join(_guarded(f"{sign} {_broken(each.runs, escaped)}") for sign, each in items)
    signed = (("-" if sign == BULLET else sign, each.runs) for sign, each in items)
    return "\n".join(f"{sign} {_broken(runs, escaped, len(sign) + 1)}" for sign, runs in signed)


def _broken(runs: Runs, escaped: Escape, inset: int = 0) -> str:
    """The lines of one paragraph or item with their breaks."""
    lines = "".join(_run(run, escaped) for run in runs).split("\n")
    return ("\\\n" + " " * inset).join(map(_guarded, lines))


def _run(run: Run, escaped: Escape = plain) -> str:
    if run.href and run.href == run.text:
        return f"<{run.href}>"
    said = "\n".join(map(escaped, run.text.split("\n")))
    said = f"**{said}**" if run.strong else said
    return f"{' ' if run.text[:1] == ' ' else ''}{said}{' ' if run.text[1:].endswith(' ') else ''}"


def _guarded(line: str) -> str:
    """A line of Markdown that opens no list, heading or definition by its first signs."""
    return _OPENING.sub(lambda match: f"\\{match[0]}" if not match[0].isdigit() else f"{match[0]}\\", line)


def _all(found: Sequence[blocks.Block]) -> Iterator[str]:
    for block in found:
        yield from _parts(block)


@singledispatch
def _parts(block: blocks.Block) -> Iterator[str]:
    """The parts of one block, between which a blank line stands."""
    raise TypeError(block)


@_parts.register
def _(block: blocks.Passage) -> Iterator[str]:
    yield of_passage(block)


@_parts.register
def _(block: Heading) -> Iterator[str]:
    yield _heading(block.level, text_of(block.runs))


def _heading(level: int, text: str) -> str:
    return f"{'#' * (level + 1)} {plain(text)}"


@_parts.register
def _(block: blocks.Headline) -> Iterator[str]:
    label = f"{plain(block.label)} " if block.label else ""
    yield f"{label}**{block.number}** {plain(block.unit)}"
    yield f"{plain(block.beside[0])} **{block.beside[1]}**"
    yield from map(of_passage, block.texts)


@_parts.register
def _(block: blocks.Pair) -> Iterator[str]:
    yield from _all(block.cards)


@_parts.register
def _(block: blocks.Entries) -> Iterator[str]:
    yield _heading(3 if block.look == "offers" else 2, block.title)
    if block.look == "answers":
        for item in block.items:
            yield _heading(3, f"{item.id} {item.title}")
            yield from (f"**{plain(item.state)}**", *map(of_passage, item.parts))
    else:
        yield "\n".join(map(_entry, block.items)) or plain(block.none)
        yield plain(block.more)


def _entry(item: blocks.Entry) -> str:
    state = f"**{plain(item.state)}** · " if item.state else ""
    title = plain(f"{item.id} {item.title}") if item.state else f"**{plain(f'{item.id} {item.title}')}**"
    return "\\\n".join([f"- {state}{title}", *map(of_passage, item.parts)]).replace("\n", "\n  ")


@_parts.register
def _(block: blocks.Drawing) -> Iterator[str]:
    yield f"**{plain(block.caption)}**"
    yield plain(block.alt)


@_parts.register
def _(block: blocks.Scores) -> Iterator[str]:
    yield f"**{plain(block.caption)}**"
    yield _table(block.head, [[row.name.text, *(each.text for each in row.cells)] for row in block.rows])


@_parts.register
def _(block: blocks.Table) -> Iterator[str]:
    yield f"**{plain(block.caption)}**"
    yield _table(block.head, [[*map(_cell, row.cells)] for row in block.rows], escaped=True)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, escaped: bool = False) -> str:
    lines = [[*map(plain, head)], *(row if escaped else [*map(plain, row)] for row in rows)]
    first, *others = (f"| {' | '.join(line)} |" for line in lines)
    return "\n".join([first, f"|{' --- |' * len(head)}", *others])


def _cell(cell: blocks.Cell) -> str:
    """A cell, whose line breaks a table of Markdown can only have as `<br>`."""
    parts = []
    for said in cell:
        lines = [plain(line) for block in said.blocks for line in marked(block)]
        label = f"**{plain(said.label)}** " if said.label else ""
        parts.append(label + "<br>".join(lines))
    return "<br>".join(parts)


@_parts.register
def _(block: blocks.Tiles) -> Iterator[str]:
    yield "\n".join(f"- **{each.score}** · {each.id} {plain(each.name)}" for each in block.items)


@_parts.register
def _(block: blocks.Article) -> Iterator[str]:
    yield _heading(2, block.title)
    yield from _all(block.blocks)


@_parts.register
def _(block: blocks.NewPage) -> Iterator[str]:
    yield from ()
