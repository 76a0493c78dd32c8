"""A report as one page that asks nobody for anything."""

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from assessment import charts
from assessment.report import Report
from kb.interface import Phrases


def render(report: Report, say: Phrases) -> str:
    """The page; it needs no network, no script and no other file."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_template),
    )
    environment.filters["paragraphs"] = paragraphs
    template = environment.get_template("report.html.j2")
    cited = {practice.id: practice for practice in report.practices}
    return template.render(r=report, say=say, radar=radar(report, say), cited=cited)


def radar(report: Report, say: Phrases) -> charts.Radar:
    """The radar of the ten key factors, laid out."""
    return charts.radar(
        [
            charts.Value(
                factor.number,
                factor.name,
                f"{factor.number} {factor.name}{say('colon')}{say.number(factor.score.score, 1)}",
                factor.score.score,
                factor.score.low,
                factor.score.high,
            )
            for factor in report.factors
        ]
    )


def radar_svg(report: Report, say: Phrases) -> str:
    """The radar as a picture for print, in literal colours; its words stand beside it."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_template("radar.svg.j2")).render(radar=radar(report, say))


def _template(name: str) -> str:
    return (files("assessment") / "templates" / name).read_text(encoding="utf-8")


def paragraphs(text: str) -> list[list[str]]:
    """A short Markdown telling as blocks: one line each for paragraphs, several for lists (their marks taken off)."""
    blocks: list[list[str]] = []
    for block in text.split("\n\n"):
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
