"""What the report says, once: the document that every form of it lays out, from the figures cut to an audience."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from assessment.audience import Audience
from assessment.rendering import blocks
from assessment.rendering.texts import short
from assessment.report import annexes, pictures, registers
from assessment.report.figures import (
    DECISIONS,
    ActionView,
    ElementView,
    FactorView,
    PracticeView,
    QuestionView,
    Report,
    ScoreView,
)
from assessment.report.wording import facts, level, missing_proof, next_level
from kb.base.interface import Phrases
from kb.press.document import Heading, Paragraph, Run

Tone = Literal["good", "gap"]
MOST = 3  # strengths, and gaps, of a key factor told in full beside each other; the annex has them all
_SHORT = 210  # characters of a text in the one-page summary


def of(report: Report, say: Phrases) -> blocks.Document:
    """The whole document: cover, summary, factors, lens, risks, plan, comparison, method, then the annexes."""
    sections = (
        _summary(report, say),
        *(_factor(report, factor, say) for factor in report.factors),
        *_lens(report, say),
        *registers.risks(report, say),
        *registers.plan(report, say),
        *registers.comparison(report, say),
        *_method(report, say),
        *annexes.questions(report, say),
        *annexes.practices(report, say),
    )
    return blocks.Document(_cover(report, say), report.language, report.date, say("report.contents"), sections)


def _cover(r: Report, say: Phrases) -> blocks.Cover:
    confidential = "" if r.audience is Audience.PUBLIC else f"{say('report.confidential')} "
    told = [say("report.version", version=r.version)]
    told += [say("report.member", name=r.member)] if r.member else []
    told += [say("report.unit", name=r.unit)] if r.unit else []
    return blocks.Cover(
        kicker=say("report.title"),
        administration=r.administration,
        subtitle=say("report.subtitle"),
        date=say("report.as_of", date=say.date(r.date)),
        facts=tuple(told),
        mark=f"{confidential}{r.audience_label}",
        foot=f"{say('report.title')} · {say.date(r.date)} · {r.audience_label}",
        version=r.version,
        member=r.member,
        fingerprint=r.fingerprint,
    )


# ---- scores ----


def _interval(score: ScoreView) -> blocks.Interval:
    return blocks.Interval(score.score, score.low, score.high)


def _headline(label: str, score: ScoreView, texts: Iterable[blocks.Passage], say: Phrases) -> blocks.Headline:
    return blocks.Headline(label, say.number(score.score, 1), say("report.out_of"), _interval(score), tuple(texts))


def _row(name: Run, score: ScoreView, say: Phrases) -> blocks.ScoreRow:
    ends = {"low": say.number(score.low, 1), "high": say.number(score.high, 1)}
    span = "–" if score.low is None else say("report.low_high", **ends)
    answered = say("score.of", answered=score.answered, applicable=score.applicable)
    return blocks.ScoreRow(
        name, _interval(score), (Run(say.number(score.score, 1), strong=True), Run(span), Run(answered))
    )


def _scores(r: Report, say: Phrases) -> blocks.Scores:
    """The ten key factors, each with its weakest question where the audience may know it."""
    names = ["factor", "score", "interval", "answered"]
    rows = [_row(Run(f"{f.number} {f.name}", href=f"#f{f.number}"), f.score, say) for f in r.factors]
    if r.audience is not Audience.PUBLIC:
        names.append("weakest")
        rows = [replace(row, cells=(*row.cells, _weakest(f, say))) for row, f in zip(rows, r.factors, strict=True)]
    return blocks.Scores(say("report.table"), tuple(say(f"score.{name}") for name in names), tuple(rows))


def _weakest(f: FactorView, say: Phrases) -> Run:
    """The weakest question with its level; it leads to the question where the document has it."""
    if f.score.weakest is None or f.score.weakest_level is None:
        return Run("–")
    told = say("score.level_of", question=f.score.weakest, level=say.level(f.score.weakest_level))
    return Run(told, href=f"#q{f.score.weakest}" if f.questions else "")


def _coverage(score: ScoreView, say: Phrases) -> str:
    return f"{say.count('report.coverage', score.applicable, answered=score.answered)}."


def _span(score: ScoreView, say: Phrases) -> Iterator[str]:
    """The ends of an interval, if it has two."""
    if score.low is not None and score.low != score.high:
        yield say("report.interval", low=say.number(score.low, 1), high=say.number(score.high, 1)) + "."


# ---- the summary ----


def _summary(r: Report, say: Phrases) -> blocks.Section:
    """One page: where we stand, strengths and gaps, what was decided; then the scores of the ten key factors."""
    title, score, band = (say(f"report.radar_{key}") for key in ("title", "key_score", "key_band"))
    return blocks.Section(
        anchor="summary",
        title=say("report.summary"),
        blocks=(
            _headline(say("report.overall"), r.overall, _standing(r, say), say),
            blocks.Pair((_top(r, "good", say), _top(r, "gap", say))),
            *_decisions(r, say),
            blocks.NewPage(),
            Heading(2, blocks.plain(say("report.chart"))),
            blocks.Drawing(
                "radar", pictures.radar_svg(r, say), pictures.radar_told(r, say), f"{title} – {score}, {band}", 100
            ),
            _scores(r, say),
        ),
        opening=0,
        room=0,
        fresh=True,
    )


def _standing(r: Report, say: Phrases) -> Iterator[blocks.Passage]:
    """What the overall score rests on, in sentences."""
    yield blocks.passage(" ".join([_coverage(r.overall, say), *_span(r.overall, say)]))
    yield blocks.passage(r.interval_text)
    if r.unit and r.people:
        yield blocks.passage(say.count("report.unit_part", r.people.respondents))
    elif r.means:
        yield blocks.passage(say.count("score.means", r.means))
    if r.unapproved:
        questions = ", ".join(r.unapproved)
        yield blocks.passage(say.count("report.unapproved", len(r.unapproved), questions=questions), tone="flag")
    if r.people:
        sides = {"officers": r.people.officers, "business": r.people.business}
        groups = "".join(f"; {unit} {many}" for unit, many in r.people.units)
        yield blocks.passage(f"{say.count('report.people', r.people.respondents, **sides)}{groups}.")
    if r.unsupported:
        yield blocks.passage(say.count("report.unsupported_count", r.unsupported), tone="flag")


_TITLES = {  # of a card: in the summary, in a factor, and where there is nothing
    "good": ("report.top_strengths", "report.strengths", "report.no_strengths"),
    "gap": ("report.top_gaps", "report.gaps", "report.no_gaps"),
}


def _top(r: Report, tone: Tone, say: Phrases) -> blocks.Entries:
    """Strengths or gaps for the one page; for the public the elements stand in for the questions."""
    questions, elements = (r.strengths, r.strong_elements) if tone == "good" else (r.gaps, r.weak_elements)
    items = [_finding(r, question, say, _SHORT, proofs=1) for question in questions]
    if r.audience is Audience.PUBLIC:
        items = [
            blocks.Entry(each.id, each.short, (blocks.passage(_out_of(each, say), style="small"),)) for each in elements
        ]
    title, _, none = map(say, _TITLES[tone])
    return blocks.Entries(tone, title, tuple(items), "" if items else none)


def _out_of(element: ElementView, say: Phrases) -> str:
    return f"{say.number(element.score.score, 0)} {say('report.out_of')}"


def _finding(r: Report, q: QuestionView, say: Phrases, most: int = 1000, proofs: int | None = None) -> blocks.Entry:
    """A strength or a gap: the criterion reached, what would move it, what shows it, and whether proof is missing."""
    following = f"{next_level(q, say)}{short(q.following, most)}" if q.following and (q.level or 0) < 3 else ""
    notes = [f"– {q.basis_label}"] if q.basis == "mean" else []
    notes += [f"– {short(f'{each.text} ({facts(each, say)})', most)}" for each in q.evidence[:proofs]]
    parts = [
        blocks.passage(short(q.reached, most)),
        *(blocks.passage(each, style="small") for each in (following, *notes) if each),
    ]
    parts += [blocks.passage(f"– {missing_proof(q, say)}", style="small", tone="flag")] if q.unsupported else []
    href = f"#q{q.id}" if r.audience is not Audience.HEAD else ""
    return blocks.Entry(q.id, q.element, tuple(parts), **level(q, say), href=href)


def _decisions(r: Report, say: Phrases) -> Iterator[blocks.Entries]:
    """What was decided: the first actions of the plan. Where this version shows none, only the administration is told so."""
    items = tuple(_decision(action, say) for action in r.actions[:DECISIONS])
    none = say("report.plan_apart" if r.plan_apart else "report.no_actions")
    if items or not (r.unit or r.audience in (Audience.PEERS, Audience.PUBLIC)):
        yield blocks.Entries("decisions", say("report.decided"), items, "" if items else none)
    if items and r.plan_apart:
        yield blocks.passage(none, style="small")


def _decision(action: ActionView, say: Phrases) -> blocks.Entry:
    told = "\n".join(filter(None, (short(action.owner, 40), action.due and say.date(action.due))))
    parts = (blocks.passage(told, style="small"),) if told else ()
    return blocks.Entry(action.id, short(action.title or action.problem, _SHORT), parts, href=f"#{action.id}")


# ---- key factors ----


def _factor(r: Report, f: FactorView, say: Phrases) -> blocks.Section:
    """One key factor: its score and elements together, its strengths and gaps, what other Members do."""
    tiles = (blocks.Tile(e.id, e.short, say.number(e.score.score, 0), e.grade) for e in f.elements)
    opening = (
        blocks.passage(f.aim, style="lead"),
        _headline("", f.score, _basis(f, say), say),
        Heading(2, blocks.plain(say("report.elements"))),
        blocks.Tiles(tuple(tiles)),
    )
    return blocks.Section(
        anchor=f"f{f.number}",
        title=f.name,
        blocks=(*opening, *_cards(r, f, say), *_served(r, f, say)),
        number=str(f.number),
        opening=len(opening),
        room=70,
        fresh=f.number == r.factors[0].number,
    )


def _basis(f: FactorView, say: Phrases) -> Iterator[blocks.Passage]:
    """What a factor's score rests on, in sentences."""
    yield blocks.passage(_coverage(f.score, say))
    yield from map(blocks.passage, _span(f.score, say))
    if f.shares:
        parts = {name: say.number(100 * getattr(f.shares, name), 0) for name in type(f.shares).model_fields}
        yield blocks.passage(say("report.shares", **parts))
    if f.consensus is not None:
        measures = {name: say.number(getattr(f, name), 2) for name in ("deviation", "consensus")}
        yield blocks.passage(say("report.agreement", **measures))
    if f.dissents:
        yield blocks.passage(say.count("report.dissents", f.dissents))
    if f.risks:
        yield _linked(f"{say('report.factor_risks')}{say('colon')}", f.risks)


def _linked(label: str, ids: Sequence[str]) -> blocks.Passage:
    links = [run for each in ids for run in (Run(", "), Run(each, href=f"#{each}"))]
    return blocks.Passage((Paragraph((Run(label), *links[1:], Run("."))),))


def _cards(r: Report, f: FactorView, say: Phrases) -> Iterator[blocks.Pair]:
    """Strengths and gaps: the first in full, the others by their ids."""
    if r.audience is not Audience.PUBLIC:
        yield blocks.Pair((_card(r, "good", f.strengths, say), _card(r, "gap", f.gaps, say)))


def _card(r: Report, tone: Tone, questions: Sequence[QuestionView], say: Phrases) -> blocks.Entries:
    left = " · ".join(f"{question.id} {question.element} ({question.level:g})" for question in questions[MOST:])
    _, title, none = map(say, _TITLES[tone])
    items = tuple(_finding(r, question, say) for question in questions[:MOST])
    return blocks.Entries(tone, title, items, "" if items else none, say("report.more", questions=left) if left else "")


def _served(r: Report, f: FactorView, say: Phrases) -> Iterator[blocks.Block]:
    """Practices of other Members for the weak elements."""
    weak = [element for element in f.elements if element.weak]
    if weak:
        yield Heading(2, blocks.plain(say("report.weak")))
        yield blocks.passage(say("report.weak_text"), style="sticky")
    for element in weak:
        told = {"id": element.id, "name": element.short, "score": say.number(element.score.score, 0)}
        offered = _offers(r, element, say)
        none = "" if offered else say("report.no_practice")
        yield blocks.Entries("offers", say("report.weak_element", **told), offered, none)


def _offers(r: Report, element: ElementView, say: Phrases) -> tuple[blocks.Entry, ...]:
    cited = {practice.id: practice for practice in r.practices}
    return tuple(_offer(cited[each.practice], each.why, say) for each in element.offers)


def _offer(practice: PracticeView, why: str, say: Phrases) -> blocks.Entry:
    parts = [blocks.passage(f"{practice.members} · {practice.source} · {practice.evidence}", style="small")]
    parts.append(blocks.passage(practice.summary))
    parts += [blocks.passage(f"{say('offer.why')}{say('colon')}{why}.", style="small")] if why else []
    return blocks.Entry("", practice.title, tuple(parts), href=f"#p-{practice.id}")


# ---- the lens, and how the scores are computed ----


def _lens(r: Report, say: Phrases) -> Iterator[blocks.Section]:
    """The gender lens."""
    if r.lens:
        head = tuple(say(f"score.{name}") for name in ("factor", "score", "interval", "answered"))
        rows = tuple(_row(Run(f"{number} {name}"), score, say) for number, name, score in r.lens.factors)
        told = (blocks.passage(r.lens.note), blocks.Scores(say("report.lens_table"), head, rows))
        yield blocks.Section("lens", r.lens.title, told, opening=2, room=0)


def _method(r: Report, say: Phrases) -> Iterator[blocks.Section]:
    """How the scores are computed, and what this version leaves out."""
    scale = [
        [blocks.cell(str(number), f"level l{number}"), *map(blocks.cell, texts)]
        for number, texts in enumerate(r.scale.levels)
    ]
    head, widths = [say("agree.level"), *r.scale.heads], [1, *(9 / len(r.scale.heads) for _ in r.scale.heads)]
    sealed = f"{say('journal.fingerprint', fingerprint=r.fingerprint)}\n{say('journal.keep')}"
    seal = sealed if r.fingerprint else say("journal.open")
    end = blocks.passage(f"{seal}\n{say('report.footer', release=r.release)}", style="small")
    method = (
        blocks.passage(r.method[0], style="lead"),
        blocks.table(say("report.scale"), head, widths, scale),
        blocks.Passage((blocks.listing(r.method[1:]),), style="small"),
    )
    if not r.withheld:
        yield blocks.Section("method", say("report.method"), (*method, end))
        return
    yield blocks.Section("method", say("report.method"), method)
    counts = [[blocks.cell(each.label), blocks.cell(str(each.values))] for each in r.withheld]
    head = [say("withheld.category"), say("withheld.values")]
    told = (
        blocks.passage(say("withheld.text", audience=r.audience_label)),
        blocks.table(say("withheld.title"), head, [8, 2], counts, right=(1,)),
    )
    yield blocks.Section("withheld", say("withheld.title"), (*told, end), opening=2, room=0)
