"""The brief for the head of Customs: one page to decide on, then what it rests on in a few pages more."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from assessment.rendering import blocks
from assessment.rendering.texts import short
from assessment.report import parts, registers
from assessment.report.figures import ActionView, FactorView, LineView, Report, RiskView
from kb.base.interface import Phrases
from kb.press.document import Heading, Run

M = TypeVar("M", RiskView, ActionView)
_RISKS, _ACTIONS, _WIDTH = 8, 10, 46  # rows of the registers, and hundredths of the line for the map
_DECISIONS, _LINE = 5, 70  # asked for, and characters of each
_MOST, _SHORT = 2, 100  # strengths and gaps told of each key factor, and characters of a text


def sections(r: Report, say: Phrases) -> tuple[blocks.Section, ...]:
    """The page to decide on, the key factors, the worst risks, the open actions, the last round."""
    return (_page(r, say), _factors(r, say), *parts.lens(r, say), *_registers(r, say), *registers.comparison(r, say))


def _page(r: Report, say: Phrases) -> blocks.Section:
    told: tuple[blocks.Block, ...] = (
        parts.headline(r, say("report.overall"), r.overall, parts.standing(r, say), say),
        _scores(r, say),
        *([blocks.passage(say.count("report.last_round", r.comparison.core), style="small")] if r.comparison else []),
        blocks.Pair((parts.first(r, say, _SHORT), parts.disputed(r, say, _SHORT))),
        parts.asked_for(r, say, _DECISIONS, _LINE),
        blocks.passage(say("report.signature")),
    )
    return blocks.Section("summary", say("report.summary"), told, opening=0, room=0, fresh=True)


def _scores(r: Report, say: Phrases) -> blocks.Scores:
    """Each key factor as claimed and as evidenced, in the last round, and its rules beside its practice; overall last."""
    compared = r.comparison
    before = {line.number: line for line in (*compared.factors, compared.overall)} if compared else {}
    names = ["factor", "claimed", "evidenced", *(["before"] if compared else []), "law", "practice", "gap"]
    lines = [(f.number, f"{f.number} {f.name}", f.score) for f in r.factors]
    rows = []
    for number, name, score in (*lines, (0, say("score.overall"), r.overall)):
        last = (Run(_before(before[number], say)),) if number in before else (Run("–"),) if compared else ()
        figures = (Run(each) for each in parts.side_figures(r, score, say))
        rows.append(blocks.ScoreRow(Run(name), parts.interval(score), (*parts.claimed(r, score, say), *last, *figures)))
    widths = (6, 2.1, 2.5, *([2.8] if compared else []), 1.8, 2.2, 1.8)
    return blocks.Scores(say("report.table"), parts.heads(names, say), tuple(rows), widths)


def _before(line: LineView, say: Phrases) -> str:
    return f"{say.number(line.before, 1)} / {say.number(line.before_evidenced, 1)}"


def _factors(r: Report, say: Phrases) -> blocks.Section:
    """The strengths with evidence and the gaps of each key factor."""
    told = [block for f in r.factors for block in _factor(r, f, say)]
    return blocks.Section("factors", say("report.chart"), tuple(told), opening=0, room=60, fresh=True)


def _factor(r: Report, f: FactorView, say: Phrases) -> Iterator[blocks.Block]:
    yield Heading(2, blocks.plain(f"{f.number} {f.name}"))
    sentences = [parts.coverage(f.score, say), *parts.span(r, f.score, say), *parts.apart(f, say)]
    yield blocks.passage(" ".join(sentences), style="small")
    yield from parts.cards(r, f, say, _MOST, _SHORT, proofs=1)


def _registers(r: Report, say: Phrases) -> Iterator[blocks.Section]:
    """The worst risks and the open actions, their texts cut short; how many are left out is said."""
    risks = [_cut(risk, ("process", "text", "controls", "owner")) for risk in r.risks[:_RISKS]]
    for section in registers.risks(r.model_copy(update={"risks": tuple(risks)}), say):
        yield _with_rest(section, len(r.risks) - len(risks), "report.more_risks", say)
    actions = [
        _cut(action, ("title", "measure", "result", "owner")).model_copy(update={"co_owners": (), "indicators": ()})
        for action in parts.urgent(r)[:_ACTIONS]
    ]
    for section in registers.plan(r.model_copy(update={"actions": tuple(actions)}), say):
        yield _with_rest(section, len(r.actions) - len(actions), "report.more_actions", say)


def _with_rest(section: blocks.Section, left: int, key: str, say: Phrases) -> blocks.Section:
    """The section with smaller drawings, and how many rows are left out of it."""
    told = [replace(each, width=_WIDTH) if isinstance(each, blocks.Drawing) else each for each in section.blocks]
    told += [blocks.passage(say.count(key, left), style="small")] if left else []
    return replace(section, blocks=tuple(told))


def _cut(row: M, names: Sequence[str]) -> M:
    """A row of a register with some of its texts cut short."""
    return row.model_copy(update={name: short(getattr(row, name), _LINE) for name in names})
