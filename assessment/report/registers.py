"""The registers of the report: its risks, the plan, the last round beside this one, and how the scores are computed."""

from collections.abc import Iterator

from assessment.plan.telling import percent
from assessment.rendering.blocks import Cell, Drawing, Passage, Section, cell, listing, passage, table
from assessment.rendering.texts import read
from assessment.report import pictures
from assessment.report.figures import ActionView, LineView, Report, RiskView
from assessment.report.wording import signed
from kb.base.interface import Phrases

_LATE = ("overdue", "slipping")


def risks(r: Report, say: Phrases) -> Iterator[Section]:
    """The register of risks."""
    if not r.risks:
        return
    head = [say(f"report.risk_{name}") for name in ("risk", "process", "before", "after", "controls")]
    rows = [_risk(risk, say) for risk in r.risks]
    anchors = [risk.id for risk in r.risks]
    drawing = Drawing("heat", pictures.heat_svg(r, say), pictures.heat_told(r, say), say("risks.map_residual"), 72)
    register = table(say("report.risks"), head, [1.1, 6, 1.5, 2, 4], rows, anchors=anchors)
    yield Section("risks", say("report.risks"), (passage(say("report.risks_text")), drawing, register), opening=2)


def _risk(risk: RiskView, say: Phrases) -> tuple[Cell, ...]:
    about = " · ".join(filter(None, (risk.vulnerability, *risk.enhancing, risk.origin, risk.owner)))
    control = (Passage(read(risk.controls)), passage(risk.control, style="small"))
    return (
        cell(risk.id),
        (Passage(read(risk.text), f"{risk.process}{say('colon')}".rstrip()), passage(about, style="small")),
        cell(f"{risk.likelihood} × {risk.impact}"),
        cell(f"{risk.residual_likelihood} × {risk.residual_impact}\n{risk.zone_label}", f"zone {risk.zone}"),
        control if risk.controls else cell(risk.control),
    )


def plan(r: Report, say: Phrases) -> Iterator[Section]:
    """The actions of the plan."""
    if not r.actions:
        return
    title = say("plan.title")
    told = say("report.plan_text", date=say.date(r.actions_as_of).replace(" ", "\u00a0"))
    head = [say(f"action.{name}") for name in ("id", "measure", "owner", "period", "status")]
    rows = [_action(action, say) for action in r.actions]
    actions = table(title, head, [1.5, 5.9, 2.6, 2.8, 2.3], rows, anchors=[action.id for action in r.actions])
    yield Section("plan", title, (passage(told), actions))


def _action(a: ActionView, say: Phrases) -> tuple[Cell, ...]:
    told = [Passage(read(a.measure))]
    told += [Passage(read(a.result), style="small")] if a.result not in ("", a.measure) else []
    lines = [f"{each.text}{say('colon')}{each.reached}" for each in a.indicators] + [", ".join(a.elements)]
    told += [passage(line, style="small") for line in lines if line]
    shown = "" if a.achievement is None else percent(a.achievement, say)
    achieved = shown and f"{say('action.achievement')}{say('colon')}{shown}"
    late = a.timing_label if a.timing in _LATE else ""
    return (
        cell(a.id),
        tuple(told),
        _lines(a.owner or "–", "; ".join(a.co_owners)),
        _lines(a.period or "–", a.horizon),
        _lines(a.status_label, achieved, late, tone="flag" if late else ""),
    )


def _lines(*lines: str, tone: str = "") -> Cell:
    return cell("\n".join(filter(None, lines)), tone)


def comparison(r: Report, say: Phrases) -> Iterator[Section]:
    """The last round beside this one."""
    c = r.comparison
    if c is None:
        return
    days = {"before": say.date(c.before), "after": say.date(c.after)}
    counts = {name: getattr(c, name) for name in ("same", "reworded", "new", "dropped")}
    head = [say("score.factor"), *days.values(), say("report.points"), say("report.verdict"), say("compare.questions")]
    rows = [_line(line, say, r.digits) for line in (*c.factors, c.overall)]
    told = passage(say.count("report.comparison_text", c.core, **days, **counts))
    caption = f"{say('report.comparison')} ({say('score.claimed')} / {say('score.evidenced')})"
    lines = table(caption, head, [5, 2, 2, 1.5, 2.6, 4], rows, right=(1, 2, 3))
    yield Section("comparison", say("report.comparison"), (told, lines), opening=2, room=0)


def _line(line: LineView, say: Phrases, digits: int) -> tuple[Cell, ...]:
    points = signed(line.points, say, digits)
    name = f"{line.number or ''} {line.name}".strip()
    ends = (
        _claimed(line.before, line.before_evidenced, say, digits),
        _claimed(line.after, line.after_evidenced, say, digits),
    )
    moves = "–" if line.up is None else say("compare.moves", up=line.up, down=line.down, same=line.same)
    return tuple(map(cell, (name, *ends, points, line.verdict_label, moves)))


def _claimed(claimed: float | None, evidenced: float | None, say: Phrases, digits: int) -> str:
    """A score, and what of it evidence bears out."""
    return f"{say.number(claimed, digits)} / {say.number(evidenced, digits)}"


def method(r: Report, say: Phrases) -> Iterator[Section]:
    """How the scores are computed, and what this version leaves out."""
    scale = [[cell(str(number), f"level l{number}"), *map(cell, texts)] for number, texts in enumerate(r.scale.levels)]
    head, widths = [say("agree.level"), *r.scale.heads], [1, *(9 / len(r.scale.heads) for _ in r.scale.heads)]
    sealed = f"{say('journal.fingerprint', fingerprint=r.fingerprint)}\n{say('journal.keep')}"
    seal = sealed if r.fingerprint else say("journal.open")
    end = passage(f"{seal}\n{say('report.footer', release=r.release)}", style="small")
    method = (
        passage(r.method[0], style="lead"),
        table(say("report.scale"), head, widths, scale),
        Passage((listing(r.method[1:]),), style="small"),
    )
    if not r.withheld:
        yield Section("method", say("report.method"), (*method, end))
        return
    yield Section("method", say("report.method"), method)
    counts = [[cell(each.label), cell(str(each.values))] for each in r.withheld]
    head = [say("withheld.category"), say("withheld.values")]
    told = (
        passage(say("withheld.text", audience=r.audience_label)),
        table(say("withheld.title"), head, [8, 2], counts, right=(1,)),
    )
    yield Section("withheld", say("withheld.title"), (*told, end), opening=2, room=0)
