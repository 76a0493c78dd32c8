"""The printed edition: a PDF by Typst, tagged for screen readers (PDF/UA-1) and fit for archives (PDF/A-2a)."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeVar, get_args

import typst

from kb.base.files import workplace
from kb.base.interface import Phrases, Refusal
from kb.newsletter.edition.issue import Issue, Piece
from kb.press import ornament
from kb.press.parts import Block, Code, Heading, Listing, Paragraph, Picture, Quote, Run, Runs, Table, text_of

T = TypeVar("T")
Paper = Literal["a4", "letter"]
PAPERS = get_args(Paper)
_SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # mm
_TOP, _BOTTOM, _LINE = 25.0, 22.0, 5.0  # mm: the margins of edition.typ and a line of its text
_ASIDE = 20.0  # mm: what starts farther to the right than that is in the second column
_LITTLE = 0.25  # of a column, for each page before
FONTS = ("Libertinus Serif", "DejaVu Sans Mono")  # both in the typst wheel, so that the file is the same everywhere
FOREIGN = ("Libertinus Serif", "Noto Serif", "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC", "DejaVu Sans")
_BAND = f"""#set page(width: 1500pt, height: 300pt, margin: 0pt, fill: rgb("{ornament.PETROL}"))
#place(right + bottom, image("ornament.svg", width: 900pt))"""
_LONG_WORD = re.compile(r"[^\s\u00a0]{60,}")  # wider than a column, so that it needs places to break at
_WIDE, _LONG = 5, 14  # columns from which on a table takes the whole width, rows up to which it may


def render(issue: Issue, say: Phrases, paper: Paper = "a4") -> bytes:
    """The edition as PDF. Raises ArushaError for an image that cannot be read, or a letter for which there is no font."""
    with _Press(issue) as press:
        data = _data(issue, say, paper)
        height = _SIZES[paper][1]
        places = press.ask(data, "<place>")
        if overflowing := _overflowing(places, height):
            for article in overflowing:
                data["articles"][article]["tight"] = True
            places = press.ask(data, "<place>")
        for article, turn in _turns(places, data["articles"], height).items():
            data["articles"][article]["turn"] = turn
        return press.pdf(data)


def cover(issue: Issue, say: Phrases) -> bytes:
    """The cover as a picture (PNG, 1240 by 1754 pixels)."""
    with _Press(issue) as press:
        return press.cover(_data(issue, say, "a4") | {"articles": [], "abbreviations": []})


def band(issue: Issue) -> bytes:
    """The ornament as a broad strip (PNG, 1500 by 300 pixels), for forms that show no drawings."""
    with _Press(issue) as press:
        return press.band()


class _Press:
    """Typst with the pictures of an issue beside it; nothing is fetched, and nothing of this computer but fonts is read."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        self.stamp = datetime.fromisoformat(issue.day).replace(tzinfo=UTC)
        self.foreign = False

    def __enter__(self) -> "_Press":
        self.open = ExitStack()
        self.root = root = self.open.enter_context(workplace())
        (root / "edition.typ").write_bytes(_template())
        (root / "ornament.svg").write_text(ornament.svg(), encoding="utf-8")
        for at, (_, data) in enumerate(self.issue.images):
            (root / _file(at)).write_bytes(data)
        return self

    def __exit__(self, *_: object) -> None:
        self.open.close()

    def pdf(self, data: dict[str, Any]) -> bytes:
        return self._run(
            data, lambda it: _one(it.compile(format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=self.stamp))
        )

    def cover(self, data: dict[str, Any]) -> bytes:
        return self._run(data, lambda it: _one(it.compile(format="png", ppi=150, timestamp=self.stamp)))

    def band(self) -> bytes:
        source = self.root / "band.typ"
        source.write_text(_BAND, encoding="utf-8")
        return typst.compile(source, format="png", ppi=72, ignore_system_fonts=True)

    def ask(self, data: dict[str, Any], selector: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self._run(data, lambda it: it.query(selector, field="value")))
        return found

    def _run(self, data: dict[str, Any], work: Callable[[typst.Compiler], T]) -> T:
        """Do *work*; where the fonts of the wheel lack a letter, those of this computer help out."""
        try:
            return work(self._compiler(data))
        except RuntimeError as error:  # TypstError is one; a query raises the plain one
            if not self.foreign and "font" in str(error):
                self.foreign = True
                return self._run(data, work)
            raise _refusal(str(error), self.issue) from None

    def _compiler(self, data: dict[str, Any]) -> typst.Compiler:
        fonts = FOREIGN if self.foreign else FONTS
        root = self.root
        return typst.Compiler(
            root / "edition.typ",
            root=root,
            ignore_system_fonts=not self.foreign,
            sys_inputs={"issue": json.dumps(data | {"fonts": fonts}, ensure_ascii=False)},
        )


def _one(made: bytes | list[bytes] | None) -> bytes:
    """The file, or the first page of several."""
    first = made[0] if isinstance(made, list) else made
    return first or b""


@cache
def _template() -> bytes:
    return files("kb.newsletter.edition").joinpath("edition.typ").read_bytes()


def _file(at: int) -> str:
    return f"image-{at}"


def _refusal(error: str, issue: Issue) -> Refusal:
    """What an editor can do about an error of Typst."""
    for at, (file, _) in enumerate(issue.images):
        if f"{_file(at)}" in error or "decode image" in error:
            return Refusal("publishing.image_unread", image=file)
    return Refusal("publishing.pdf", reason=" ".join(error.split()))


def _data(issue: Issue, say: Phrases, paper: Paper) -> dict[str, Any]:
    places = {file: _file(at) for at, (file, _) in enumerate(issue.images)}
    return {
        "title": issue.title,
        "byline": issue.byline,
        "lang": issue.language,
        "paper": "us-letter" if paper == "letter" else "a4",
        "lead": issue.pieces[0].teaser if issue.pieces else "",
        "members": issue.members,
        "draft": say("print.draft").upper() if issue.draft else "",
        "draftlong": say("print.draft_long") if issue.draft else "",
        "disclaimer": issue.disclaimer,
        "labels": {
            "contents": say("print.contents"),
            "members": say("print.members"),
            "disclaimer": say("print.disclaimer"),
            "abbreviations": issue.abbreviations_title,
        },
        "articles": [_article(piece, places) for piece in issue.pieces],
        "abbreviations": [[each.term, each.expansion] for each in issue.abbreviations],
    }


def _article(piece: Piece, places: dict[str, str]) -> dict[str, Any]:
    met: set[int] = set()
    everything = set(range(len(piece.body.notes) + 1))  # a footnote has no footnotes, only their numbers
    return {
        "title": piece.title,
        "kicker": piece.kicker,
        "lang": piece.language,
        "dir": piece.direction,
        "blocks": [block_data(block, places, met) for block in piece.body.blocks],
        "notes": [runs_data(note, everything) for note in piece.body.notes],
        "loose": piece.body.loose,
        "turn": -1,
        "tight": False,
    }


def block_data(block: Block, places: dict[str, str], met: set[int]) -> dict[str, Any]:
    """A block as edition.typ takes it; *places* are the files of pictures, *met* the footnotes referred to before."""
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "runs": runs_data(block.runs, met)}
        case Paragraph():
            return {"kind": "paragraph", "runs": runs_data(block.runs, met)}
        case Listing():
            items = [[block_data(inner, places, met) for inner in item] for item in block.items]
            return {"kind": "list", "ordered": block.ordered, "start": block.start, "items": items}
        case Quote():
            return {"kind": "quote", "blocks": [block_data(inner, places, met) for inner in block.blocks]}
        case Code():
            return {"kind": "code", "text": block.text}
        case Picture():
            return {"kind": "picture", "file": places[block.file], "alt": block.alt, "caption": block.caption}
        case Table():
            cells = [runs_data(cell, met) for row in block.rows for cell in row]
            wide = len(block.head) >= _WIDE and len(block.rows) <= _LONG
            head = [runs_data(cell, met) for cell in block.head]
            return {"kind": "table", "head": head, "cells": cells, "widths": _widths(block), "wide": wide}


def runs_data(runs: Runs, met: set[int]) -> list[dict[str, Any]]:
    """Some text as edition.typ takes it."""
    return [_run(run, met) for run in runs]


def _run(run: Run, met: set[int]) -> dict[str, Any]:
    first = run.note > 0 and run.note not in met
    met.add(run.note)
    text = _LONG_WORD.sub(lambda word: "\u200b".join(re.findall(".{1,20}", word[0])), run.text)
    return {**vars(run), "text": text, "first": first}


def _widths(table: Table) -> list[float]:
    """The share of each column by the length of its texts, kept within bounds."""
    lengths = [max(len(text_of(cell)) for cell in column) for column in zip(table.head, *table.rows, strict=True)]
    return [max(6, min(30, length)) ** 0.7 for length in lengths]


def _by_article(places: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """The places of each article's blocks, and its end, in order."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for place in places:
        found[place["article"]].append(place)
    return found


def _overflowing(places: Iterable[dict[str, Any]], height: float) -> list[int]:
    """The articles of which only a little stands on the last page, so that a tighter setting saves a page."""
    column = height - _TOP - _BOTTOM
    return [
        article
        for article, marks in _by_article(places).items()
        if marks[-1]["page"] > marks[0]["page"]
        and marks[-1]["x"] <= min(mark["x"] for mark in marks) + _ASIDE
        and marks[-1]["y"] - _TOP < column * _LITTLE * (marks[-1]["page"] - marks[0]["page"])
    ]


def _turns(places: Iterable[dict[str, Any]], articles: Sequence[dict[str, Any]], height: float) -> dict[int, int]:
    """For each article the block before which the second column of its last page begins, so that both end level."""
    found = {}
    for article, marks in _by_article(places).items():
        end, left = marks[-1], min(mark["x"] for mark in marks)
        top = marks[0]["y"] if marks[0]["page"] == end["page"] else _TOP
        column = height - _BOTTOM - top
        last = [  # place on the page as if its two columns were one, block, whether it is in the first column
            (mark["y"] - top + (0 if mark["x"] <= left + _ASIDE else column), mark["at"], mark["x"] <= left + _ASIDE)
            for mark in marks
            if mark["page"] == end["page"]
        ]
        total, blocks = last[-1][0], articles[article]["blocks"]
        choices = [
            (max(run, total - run), at)
            for run, at, in_first in last[:-1]
            if in_first and run > 0 and not (at and blocks[at - 1]["kind"] == "heading")
        ]
        if choices and min(choices)[0] + 2 * _LINE < min(total, column):
            found[article] = min(choices)[1]
    return found
