"""The report as a file: the one document laid out for reading, the figures as they are for programs."""

from collections.abc import Callable
from pathlib import Path

from assessment.rendering import markdown, templates
from assessment.rendering.blocks import Document
from assessment.report import data, deck, document
from assessment.report.figures import Report
from kb.base import bounded
from kb.base.interface import Phrases, Refusal

KINDS = {
    ".html": "a page",
    ".pdf": "for print, PDF/UA-1 and PDF/A-2a",
    ".docx": "Word",
    ".xlsx": "Excel",
    ".pptx": "slides",
    ".md": "Markdown",
    ".json": "data",
}


def render(report: Report, say: Phrases, ending: str, paper: str = "a4", template: Path | None = None) -> bytes:
    """The report as the kind of file that an ending stands for. Raises ArushaError for others. The same report gives the same bytes.

    *paper*: `a4` or `letter`, of the PDF. *template*: the administration's own, of the Word file.
    """
    if template is not None and ending != ".docx":
        raise Refusal("report.template")
    if ending in _DATA:
        return _DATA[ending](report, say)
    if ending not in _PAGES:
        raise Refusal("report.no_kind", ending=ending, known=tuple(KINDS))
    return _PAGES[ending](document.of(report, say), paper, template)


def _pdf(said: Document, paper: str, _: Path | None) -> bytes:
    from assessment.rendering import pdf  # noqa: PLC0415 - heavy, and one is needed

    return pdf.render(said, paper)


def _word(said: Document, _: str, template: Path | None) -> bytes:
    from assessment.rendering import word, word_filling  # noqa: PLC0415 - heavy, and one is needed

    return (
        word.render(said)
        if template is None
        else bounded.call(str(template), word_filling.LIMITS, word.render, said, template)
    )


def _excel(report: Report, say: Phrases) -> bytes:
    from assessment.report import excel  # noqa: PLC0415 - heavy, and one is needed

    return excel.render(report, say)


def _slides(report: Report, say: Phrases) -> bytes:
    from assessment.rendering import slides  # noqa: PLC0415 - heavy, and one is needed

    return slides.render(deck.of(report, say))


_DATA: dict[str, Callable[[Report, Phrases], bytes]] = {
    ".xlsx": _excel,
    ".pptx": _slides,
    ".json": lambda report, _: data.render(report).encode(),
}
_PAGES: dict[str, Callable[[Document, str, Path | None], bytes]] = {
    ".html": lambda said, *_: templates.page(said).encode(),
    ".htm": lambda said, *_: templates.page(said).encode(),
    ".md": lambda said, *_: markdown.render(said).encode(),
    ".pdf": _pdf,
    ".docx": _word,
}
