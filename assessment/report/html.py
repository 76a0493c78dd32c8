"""A report as one page that asks nobody for anything."""

import re
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from assessment.rendering import texts
from assessment.report import pictures
from assessment.report.figures import DECISIONS, Report
from kb.base import policy
from kb.base.interface import Phrases

_BOLD = re.compile(r"\*\*(\S.*?)\*\*")


def render(report: Report, say: Phrases) -> str:
    """The page; it needs no network, no script and no other file."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_template),
    )
    environment.filters |= {"paragraphs": paragraphs, "blocks": texts.blocks}
    environment.globals["counted"] = texts.COUNTED
    template = environment.get_template("report.html.j2")
    cited = {practice.id: practice for practice in report.practices}
    page = template.render(r=report, say=say, radar=pictures.radar(report, say), cited=cited, decisions=DECISIONS)
    return policy.for_one_page(page)


def _template(name: str) -> str:
    return (files("assessment") / "templates" / name).read_text(encoding="utf-8")


def paragraphs(text: str) -> list[list[str]]:
    """A short Markdown telling as blocks: one line each for paragraphs, several for lists; marks of lists and of weight taken off."""
    blocks: list[list[str]] = []
    for block in _BOLD.sub(r"\1", text).split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        marked = [
            line.split(" ", 1)[1]
            for line in lines
            if line[:2] in ("- ", "* ") or line.split(" ", 1)[0].rstrip(".").isdigit()
        ]
        if lines and len(marked) == len(lines):
            blocks.append(["", *marked])
        elif lines:
            blocks.append([" ".join(lines)])
    return blocks
