"""The forms of the book, each made on demand and written whole."""

from collections.abc import Callable
from pathlib import Path

from kb.base.files import write_whole
from kb.base.interface import Phrases, Refusal
from kb.book import epub, html, pdf, word
from kb.book.compilation import Book, as_issue
from kb.newsletter.edition import pdf as house
from kb.newsletter.edition.pdf import Paper

FORMS: dict[str, Callable[[Book, Phrases, Paper], bytes]] = {
    "pdf": pdf.render,
    "docx": lambda book, say, paper: word.render(book, say, house.band(as_issue(book, say)), paper),
    "epub": lambda book, say, paper: epub.render(book, say, pdf.cover(book, say)),
    "html": lambda book, say, paper: html.render(book, say),
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


def write(book: Book, say: Phrases, files: dict[str, Path], paper: Paper) -> None:
    """Make all forms, then write them. Raises ArushaError where one cannot be made, and then writes nothing."""
    made = {path: FORMS[form](book, say, paper) for form, path in files.items()}
    for path, data in made.items():
        write_whole(path, data)
