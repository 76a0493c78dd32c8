"""The pictures of a report in literal colours, each with what is told to those who do not see it."""

from assessment import charts
from assessment.rendering.templates import filled
from assessment.report.figures import Report
from assessment.risks import Zone
from kb.base.interface import Phrases


def radar(report: Report, say: Phrases) -> charts.Radar:
    """The radar of the ten key factors, laid out."""
    return charts.radar(
        [
            charts.Value(
                factor.number,
                factor.name,
                f"{factor.number} {factor.name}{say('colon')}{say.number(factor.score.score, report.digits)}",
                factor.score.score,
                factor.score.low,
                factor.score.high,
            )
            for factor in report.factors
        ]
    )


def radar_svg(report: Report, say: Phrases) -> str:
    """The radar of the ten key factors."""
    return filled("radar.svg.j2", radar=radar(report, say))


def radar_told(report: Report, say: Phrases) -> str:
    """What the radar shows, in words."""
    scores = (f"{f.number} {f.name}{say('colon')}{say.number(f.score.score, report.digits)}" for f in report.factors)
    return say("report.radar_text", items="; ".join(scores))


def heat_svg(report: Report, say: Phrases) -> str:
    """The heat map of the risks after controls."""
    return filled("heat-print.svg.j2", chart=charts.heat(_places(report)), zones=tuple(Zone), say=say)


def heat_told(report: Report, say: Phrases) -> str:
    """What the heat map shows, in words: the worst place first."""
    places = sorted(_places(report).items(), key=lambda each: (-each[0][0] * each[0][1], each[0]))
    told = (say("risks.at", ids=", ".join(ids), likelihood=place[0], impact=place[1]) for place, ids in places)
    return f"{say('risks.map_residual')}{say('colon')}{say('risks.between').join(told)}."


def _places(report: Report) -> dict[tuple[int, int], list[str]]:
    places: dict[tuple[int, int], list[str]] = {}
    for risk in sorted(report.risks, key=lambda risk: int(risk.id[1:])):
        places.setdefault((risk.residual_likelihood, risk.residual_impact), []).append(risk.id)
    return places
