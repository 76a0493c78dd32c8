"""A report for print: PDF/UA-1 and PDF/A-2a by Typst, which asks nobody for anything and gives the same bytes again."""

import json
import re
import unicodedata
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Any, Literal

import typst

from assessment.audience import Audience
from assessment.report import document
from assessment.report.figures import Report
from kb.base.interface import Phrases, Refusal

FONT = "Libertinus Serif"
OTHERS = (  # of a machine, tried in this order where a text needs another script
    *("Noto Naskh Arabic", "Noto Sans Arabic", "Amiri", "Noto Serif Hebrew", "Noto Serif CJK SC", "Noto Sans CJK SC"),
    *("Noto Serif CJK KR", "Noto Serif Devanagari", "Noto Serif Thai", "Noto Serif", "Times New Roman", "Arial"),
)
SCRIPTS = {"LATIN", "GREEK", "CYRILLIC", "MODIFIER"}
STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]


def render(report: Report, say: Phrases, paper: str = "a4") -> bytes:
    """The pages. *paper* is `a4` or `letter`. Raises ArushaError if Typst refuses, as for a letter that no font here has.

    Latin, Greek and Cyrillic are set in Typst’s own fonts alone, so the bytes are the same on every machine; a text in another
    script needs a font of the machine.
    """
    told = sheet(report, say, paper)
    own = at_home(json.dumps(told, ensure_ascii=False))
    day = int(datetime.fromisoformat(report.date).replace(tzinfo=UTC).timestamp())
    with as_file(files("assessment") / "templates" / "report.typ") as template:
        for others in (False, True) if own else (True,):
            told["fonts"] = [FONT, *OTHERS] if others else [FONT]
            try:
                return typst.compile(
                    str(template),
                    format="pdf",
                    sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
                    pdf_standards=[*STANDARDS],
                    timestamp=day,
                    ignore_system_fonts=not others,
                )
            except typst.TypstError as error:
                refusal = str(error).splitlines()[0]
    if found := re.search('the text `"(.+?)"` could not be displayed', refusal):
        raise Refusal("report.no_font", text=found[1])
    raise Refusal("report.not_set", why=refusal)


def at_home(text: str) -> bool:
    """Whether Typst’s own fonts hold the letters of a text, which is a guess by their scripts."""
    letters = {letter for letter in set(text) if ord(letter) > 0x24F and letter.isalpha()}
    return all(unicodedata.name(letter, "").split(" ")[0] in SCRIPTS for letter in letters)


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
        "running": document.short(report.administration, 70),
        "subtitle": say("report.subtitle"),
        "facts": facts,
        "mark": f"{confidential}{report.audience_label}",
        "contents": say("report.contents"),
        "foot": f"{say('report.title')} · {say.date(report.date)} · {report.audience_label}",
        "blocks": document.of(report, say),
    }
