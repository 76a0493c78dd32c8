"""A document for print: PDF/UA-1 and PDF/A-2a by Typst, which asks nobody for anything and gives the same bytes again."""

import json
import re
import unicodedata
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Literal

import typst

from assessment.rendering.blocks import Document, as_data
from assessment.rendering.texts import short
from kb.base.interface import Refusal

FONT = "Libertinus Serif"
OTHERS = (  # of a machine, tried in this order where a text needs another script
    *("Noto Naskh Arabic", "Noto Sans Arabic", "Amiri", "Noto Serif Hebrew", "Noto Serif CJK SC", "Noto Sans CJK SC"),
    *("Noto Serif CJK KR", "Noto Serif Devanagari", "Noto Serif Thai", "Noto Serif", "Times New Roman", "Arial"),
)
SCRIPTS = {"LATIN", "GREEK", "CYRILLIC", "MODIFIER"}
STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]


def render(document: Document, paper: str = "a4") -> bytes:
    """The pages. *paper* is `a4` or `letter`. Raises ArushaError if Typst refuses, as for a letter that no font here has.

    Latin, Greek and Cyrillic are set in Typst’s own fonts alone, so the bytes are the same on every machine; a text in another
    script needs a font of the machine.
    """
    told = as_data(document) | {
        "paper": "us-letter" if paper == "letter" else "a4",
        "running": short(document.cover.administration, 70),
    }
    own = at_home(json.dumps(told, ensure_ascii=False))
    day = int(datetime.fromisoformat(document.day).replace(tzinfo=UTC).timestamp())
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


def png(svg: str) -> bytes:
    """A picture as PNG, drawn with Typst’s own fonts."""
    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    made = typst.compile(source.encode(), format="png", ppi=220, sys_inputs={"svg": svg}, ignore_system_fonts=True)
    if not isinstance(made, bytes):
        raise TypeError("one page gives one picture")
    return made
