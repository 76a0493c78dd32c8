"""The printed book: a PDF by Typst, tagged for screen readers (PDF/UA-1) and fit for archives (PDF/A-2a)."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Literal

import typst

from kb.base.files import workplace
from kb.base.interface import Phrases, Refusal
from kb.book.compilation import Book, Entry, runs_of
from kb.newsletter.edition.pdf import FONTS, FOREIGN, Paper, block_data, runs_data
from kb.press import ornament

_STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]


def render(book: Book, say: Phrases, paper: Paper = "a4") -> bytes:
    """The book as PDF. Raises ArushaError for a letter for which there is no font."""
    return _set(_data(book, say, paper), book.day, "pdf")


def cover(book: Book, say: Phrases) -> bytes:
    """The cover as a picture (PNG, 1240 by 1754 pixels)."""
    return _set(_data(book, say, "a4") | {"chapters": [], "contents": False}, book.day, "png")


def _set(data: dict[str, Any], day: str, form: Literal["pdf", "png"]) -> bytes:
    """The file, or the first page of several; where the fonts of the wheel lack a letter, those of this computer help out."""
    refusal = ""
    with workplace() as root:
        (root / "book.typ").write_bytes(files("kb.book").joinpath("book.typ").read_bytes())
        (root / "ornament.svg").write_text(ornament.svg(), encoding="utf-8")
        for fonts in (FONTS, FOREIGN):
            told = json.dumps(data | {"fonts": fonts}, ensure_ascii=False)
            compiler = typst.Compiler(
                root / "book.typ", root=root, ignore_system_fonts=fonts is FONTS, sys_inputs={"book": told}
            )
            stamp = datetime.fromisoformat(day).replace(tzinfo=UTC)
            try:
                if form == "png":
                    made = compiler.compile(format="png", ppi=150, timestamp=stamp)
                else:
                    made = compiler.compile(format="pdf", pdf_standards=[*_STANDARDS], timestamp=stamp)
                return (made[0] if isinstance(made, list) else made) or b""
            except RuntimeError as error:  # TypstError is one
                refusal = " ".join(str(error).split())
                if "font" not in refusal:
                    break
    raise Refusal("book.pdf", reason=refusal)


def _data(book: Book, say: Phrases, paper: Paper) -> dict[str, Any]:
    labels = ("about", "elements", "also", "sources", "index")
    return {
        "title": book.title,
        "subtitle": book.subtitle,
        "lang": book.language,
        "paper": paper,
        "contents": True,
        "facts": book.facts,
        "about": book.about,
        "marks": book.marks,
        "labels": {label: say(f"compile.{label}") for label in labels}
        | {
            "contents": say("print.contents"),
            "marks": say("evidence_heading"),
            "source": say("site.source"),
            "colon": say("colon"),
            "abbreviations": say("print.abbreviations"),
            "practice": say("compile.serving.one", numbers="{numbers}"),
            "practices": say("compile.serving.other", numbers="{numbers}"),
        },
        "chapters": [
            {
                **{name: getattr(chapter, name) for name in ("factor", "label", "name", "aim", "also", "empty")},
                "clauses": [vars(clause) for clause in chapter.clauses],
                "entries": [_entry(entry) for entry in chapter.entries],
            }
            for chapter in book.chapters
        ],
        "sources": [vars(each) for each in book.sources],
        "disclaimers": book.disclaimers,
        "index": [vars(each) for each in book.index],
        "abbreviations": [[each.term, each.expansion] for each in book.abbreviations],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    names = ("id", "number", "title", "members", "evidence", "strength", "facts", "source", "untranslated")
    return {
        **{name: getattr(entry, name) for name in names},
        "lang": entry.language,
        "served": [[each.id, each.short] for each in entry.served],
        "summary": {"lang": entry.summary.language, "runs": runs_data(runs_of(entry.summary), set())},
        "parts": [
            {
                "label": part.label,
                "lang": part.language,
                "blocks": [block_data(block, {}, set()) for block in part.blocks],
            }
            for part in entry.parts
        ],
    }
