"""The forms of the book, each made on demand and written whole."""

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from kb.base.files import write_whole
from kb.base.interface import Phrases, Refusal
from kb.book import html
from kb.press import epub, word
from kb.press.document import Document
from kb.press.typst import Paper, band, data_of, typesetter

_TEMPLATE = files("kb.book").joinpath("book.typ")
_Form = Callable[[Document, Phrases, Paper], bytes]


def pdf(book: Document, say: Phrases, paper: Paper = "a4") -> bytes:
    """The printed book. Raises ArushaError for a letter for which there is no font."""
    with typesetter(_TEMPLATE, book.day) as setter:
        return setter.pdf(data_of(book, {"contents": say("print.contents")}, paper))


def cover(book: Document) -> bytes:
    """The cover as a picture (PNG, 1240 by 1754 pixels)."""
    with typesetter(_TEMPLATE, book.day) as setter:
        return setter.cover(data_of(replace(book, sections=()), {}))


FORMS: dict[str, _Form] = {
    "pdf": pdf,
    "docx": lambda book, say, paper: word.render(book, say, band(), paper),
    "epub": lambda book, say, _: epub.render(book, say, cover(book), html.STYLE.read_text("utf-8")),
    "html": lambda book, say, _: html.render(book, say),
}


def targets(output: Path, language: str) -> dict[str, Path]:
    """The file of each form: the one that its ending names, or all in a folder. Raises ArushaError."""
    form = output.suffix.lower().removeprefix(".")
    if form in FORMS:
        if output.is_dir():
            raise Refusal("book.is_folder", path=output)
        return {form: output}
    if form and not output.is_dir():
        known = ", ".join(f".{name}" for name in FORMS)
        raise Refusal("book.no_form", path=output, known=known)
    if output.is_file():
        raise Refusal("book.is_file", path=output)
    return {name: output / f"good-practices-{language}.{name}" for name in FORMS}


def write(book: Document, say: Phrases, paths: dict[str, Path], paper: Paper) -> None:
    """Make all forms, then write them. Raises ArushaError where one cannot be made, and then writes nothing."""
    data = {path: FORMS[form](book, say, paper) for form, path in paths.items()}
    for path, whole in data.items():
        write_whole(path, whole)
