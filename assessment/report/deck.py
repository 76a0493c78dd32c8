"""The slides for the closing session: ten of them, the figures of the report in few words, and the rest in the speaker's notes.

A passage in small print is for the notes. The first slide is the cover.
"""

from collections.abc import Iterator, Sequence

from assessment.audience import Audience
from assessment.rendering import blocks
from assessment.rendering.texts import short
from assessment.report import parts, pictures
from assessment.report.figures import FactorView, Report
from assessment.report.wording import signed
from kb.base.interface import Phrases
from kb.press.document import Run

_RISKS, _ACTIONS, _SHORT, _NARROW = (
    4,
    6,
    180,
    110,
)  # told on a slide, and characters of a text, and of one in half a slide


def of(report: Report, say: Phrases) -> blocks.Document:
    """The cover, then nine slides."""
    told: Sequence[tuple[str, Iterator[blocks.Block]]] = (
        ("report.where", _overall(report, say)),
        ("report.chart", _factors(report, say)),
        ("report.sides", _sides(report, say)),
        ("report.disputed", iter([parts.disputed(report, say, _SHORT)] if report.disputed or _inside(report) else [])),
        ("report.top_strengths", iter([parts.top(report, "good", say)])),
        ("report.priorities" if report.priorities or _inside(report) else "report.top_gaps", _priorities(report, say)),
        ("report.risks", _risks(report, say)),
        ("report.asked_for", _decisions(report, say)),
        ("report.next", iter([_next(report, say)])),
    )
    nothing = (blocks.passage(say("report.not_told")),)
    sections = tuple(blocks.Section(key, say(key), tuple(found) or nothing) for key, found in told)
    cover, contents = parts.cover(report, say), say("report.contents")
    return blocks.Document(cover, report.language, report.date, contents, sections, brief=True)


def _inside(r: Report) -> bool:
    """Whether the slides are for the administration, so that what they do not show is not there."""
    return r.audience in (Audience.INTERNAL, Audience.HEAD)


def _overall(r: Report, say: Phrases) -> Iterator[blocks.Block]:
    first, *others = parts.standing(r, say)
    told = [first]
    if r.comparison:
        line, day = r.comparison.overall, say.date(r.comparison.before)
        ends = {"before": say.number(line.before, r.digits), "change": line.verdict_label}
        told.append(blocks.passage(say("report.since", date=day, **ends)))
    told.append(blocks.passage(parts.coverage(r.overall, say)))
    yield parts.headline(r, say("report.overall"), r.overall, told, say)
    yield from (blocks.passage(" ".join(blocks.lines(each)), style="small") for each in others)


def _factors(r: Report, say: Phrases) -> Iterator[blocks.Block]:
    head = parts.heads(("factor", "claimed", "evidenced"), say)
    rows = [blocks.ScoreRow(Run(_name(f)), parts.interval(f.score), parts.claimed(r, f.score, say)) for f in r.factors]
    yield blocks.Scores(say("report.table"), head, tuple(rows), parts.WIDTHS[:3])
    yield blocks.passage(say("report.method_evidenced"), style="small")


def _name(f: FactorView) -> str:
    return f"{f.number} {f.name}"


def _sides(r: Report, say: Phrases) -> Iterator[blocks.Block]:
    ahead = [f for f in r.factors if f.score.gap is not None and f.score.gap > 0]
    if ahead:
        widest = max(ahead, key=lambda f: f.score.gap or 0)
        gap = signed(widest.score.gap, say, r.digits)
        yield blocks.passage(say("report.widest", factor=_name(widest), gap=gap))
    yield from parts.sides(r, say)
    yield blocks.passage(say("report.method_sides"), style="small")


def _priorities(r: Report, say: Phrases) -> Iterator[blocks.Block]:
    """The first gaps; where this version does not know them, the weakest elements."""
    yield parts.first(r, say, _SHORT) if r.priorities or _inside(r) else parts.top(r, "gap", say)


def _risks(r: Report, say: Phrases) -> Iterator[blocks.Block]:
    if r.risks:
        told = pictures.heat_told(r, say)
        yield blocks.Drawing("heat", pictures.heat_svg(r, say), told, say("risks.map_residual"), 46)
        items = []
        for risk in r.risks[:_RISKS]:
            product = risk.residual_likelihood * risk.residual_impact
            zone = say("report.risk_zone", product=product, zone=risk.zone_label)
            about = " · ".join(filter(None, (zone, risk.owner)))
            words = (blocks.passage(short(risk.text, _NARROW)), blocks.passage(about, style="small"))
            items.append(blocks.Entry(risk.id, risk.process, words))
        yield blocks.Entries("gap", say("report.risks"), tuple(items))
        yield blocks.passage(say("report.risks_text"), style="small")
    elif _inside(r):
        yield blocks.passage(say("report.no_open_risk"))


def _decisions(r: Report, say: Phrases) -> Iterator[blocks.Block]:
    if r.actions or r.audience not in (Audience.PEERS, Audience.PUBLIC):
        yield parts.asked_for(r, say, _ACTIONS, _NARROW)


def _next(r: Report, say: Phrases) -> blocks.Passage:
    """What follows, from what is still open."""
    counts = {
        "report.next_answer": r.overall.dont_know + r.overall.unanswered,
        "report.next_agree": r.means,
        "report.next_evidence": r.unsupported or 0,
        "report.next_owner": sum("" in (action.owner, action.due) for action in parts.urgent(r)),
    }
    told = [say.count(key, many) for key, many in counts.items() if many]
    return blocks.Passage((blocks.listing([*told, *_closing(r, say), say("report.next_round")]),))


def _closing(r: Report, say: Phrases) -> Iterator[str]:
    """Where the plan goes on, or that the round is to be sealed; the next day on which an action is due."""
    if r.plan_apart:
        yield say("report.plan_apart")
    elif not r.fingerprint:
        yield say("report.next_seal")
    if days := [action.due for action in parts.urgent(r) if action.due > r.actions_as_of]:
        yield say("report.next_look", date=say.date(min(days)))
