"""A report for print: PDF/UA-1 and PDF/A-2a by Typst, which asks nobody for anything and gives the same bytes again."""

import json
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Any, Literal

import typst

from assessment.audience import Audience
from assessment.rendering import document
from assessment.report import Report
from kb.errors import ArushaError
from kb.interface import Phrases

STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]


def render(report: Report, say: Phrases, paper: str = "a4") -> bytes:
    """The pages. *paper* is `a4` or `letter`. Raises ArushaError if Typst refuses, which would be a fault of ours."""
    with as_file(files("assessment") / "templates" / "report.typ") as template:
        try:
            made = typst.compile(
                str(template),
                format="pdf",
                sys_inputs={"data": json.dumps(sheet(report, say, paper), ensure_ascii=False)},
                pdf_standards=[*STANDARDS],
                timestamp=int(datetime.fromisoformat(report.date).replace(tzinfo=UTC).timestamp()),
            )
        except RuntimeError as error:  # what Typst raises for a document it cannot set
            raise ArushaError(f"the PDF could not be set: {str(error).splitlines()[0]}") from None
    return made


def sheet(report: Report, say: Phrases, paper: str) -> dict[str, Any]:
    """What the template is given."""
    facts = [say("report.as_of", date=say.date(report.date)), say("report.version", version=report.version)]
    facts += [say("report.member", name=report.member)] if report.member else []
    confidential = "" if report.audience is Audience.PUBLIC else f"{say('report.confidential')} "
    return {
        "paper": "us-letter" if paper == "letter" else "a4",
        "language": report.language,
        "day": [int(part) for part in report.date.split("-")],
        "title": f"{say('report.title')} – {report.administration}",
        "kicker": say("report.title"),
        "administration": report.administration,
        "subtitle": say("report.subtitle"),
        "facts": facts,
        "mark": f"{confidential}{report.audience_label}",
        "contents": say("report.contents"),
        "foot": f"{say('report.title')} · {say.date(report.date)} · {report.audience_label}",
        "blocks": document.of(report, say),
    }
