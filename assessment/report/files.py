"""A report laid out: one module for each kind of file, all of the same `Report`."""

from pathlib import Path

from assessment.report.figures import Report
from kb.base import bounded
from kb.base.interface import Phrases, Refusal

KINDS = {
    ".html": "a page",
    ".pdf": "for print, PDF/UA-1 and PDF/A-2a",
    ".docx": "Word",
    ".xlsx": "Excel",
    ".md": "Markdown",
    ".json": "data",
}


def render(report: Report, say: Phrases, ending: str, paper: str = "a4", template: Path | None = None) -> bytes:
    """The report as the kind of file that an ending stands for. Raises ArushaError for others. The same report gives the same bytes.

    *paper*: `a4` or `letter`, of the PDF. *template*: the administration's own, of the Word file.
    """
    if template is not None and ending != ".docx":
        raise Refusal("report.template")
    from assessment.report import data, html, text  # noqa: PLC0415 - each is heavy, and one is needed

    if ending in (".html", ".htm"):
        return html.render(report, say).encode()
    if ending == ".pdf":
        from assessment.report import pdf  # noqa: PLC0415

        return pdf.render(report, say, paper)
    if ending == ".docx":
        from assessment.report import word  # noqa: PLC0415

        if template is None:
            return word.render(report, say)
        return bounded.call(str(template), word.LIMITS, word.render, report, say, template)
    if ending == ".xlsx":
        from assessment.report import excel  # noqa: PLC0415

        return excel.render(report, say)
    if ending == ".md":
        return text.render(report, say).encode()
    if ending == ".json":
        return data.render(report).encode()
    raise Refusal("report.no_kind", ending=ending, known=tuple(KINDS))
