"""What the report says, once: the document that every form of it lays out, from the figures cut to an audience."""

from collections.abc import Iterator, Sequence

from assessment.audience import Audience
from assessment.rendering import blocks
from assessment.report import annexes, brief, parts, pictures, registers
from assessment.report.figures import ElementView, FactorView, PracticeView, Report
from kb.base.interface import Phrases
from kb.press.document import Heading, Paragraph, Run


def of(report: Report, say: Phrases) -> blocks.Document:
    """The whole document: cover, summary, factors, lens, risks, plan, comparison, method, then the annexes; the head's is brief."""
    cover, day, contents = parts.cover(report, say), report.date, say("report.contents")
    if report.audience is Audience.HEAD:
        sections = (*brief.sections(report, say), *registers.method(report, say))
        return blocks.Document(cover, report.language, day, contents, sections, brief=True)
    sections = (
        _summary(report, say),
        *(_factor(report, factor, say) for factor in report.factors),
        *parts.lens(report, say),
        *registers.risks(report, say),
        *registers.plan(report, say),
        *registers.comparison(report, say),
        *registers.method(report, say),
        *annexes.questions(report, say),
        *annexes.practices(report, say),
    )
    return blocks.Document(cover, report.language, day, contents, sections)


# ---- the summary ----


def _summary(r: Report, say: Phrases) -> blocks.Section:
    """One page: where we stand, strengths and gaps, what was decided; then the scores of the ten key factors."""
    title, score, band = (say(f"report.radar_{key}") for key in ("title", "key_score", "key_band"))
    return blocks.Section(
        anchor="summary",
        title=say("report.summary"),
        blocks=(
            parts.headline(r, say("report.overall"), r.overall, parts.standing(r, say), say),
            blocks.Pair((parts.top(r, "good", say), parts.top(r, "gap", say))),
            *parts.decisions(r, say),
            blocks.NewPage(),
            Heading(2, blocks.plain(say("report.chart"))),
            blocks.Drawing(
                "radar", pictures.radar_svg(r, say), pictures.radar_told(r, say), f"{title} – {score}, {band}", 100
            ),
            parts.scores(r, say),
            *parts.sides(r, say),
        ),
        opening=0,
        room=0,
        fresh=True,
    )


# ---- key factors ----


def _factor(r: Report, f: FactorView, say: Phrases) -> blocks.Section:
    """One key factor: its score and elements together, its strengths and gaps, what other Members do."""
    tiles = [blocks.Tile(e.id, e.short, say.number(e.score.score, 0), e.grade) for e in f.elements]
    shown = (Heading(2, blocks.plain(say("report.elements"))), blocks.Tiles(tuple(tiles)))
    opening = (
        blocks.passage(f.aim, style="lead"),
        parts.headline(r, say("score.claimed"), f.score, _basis(r, f, say), say),
        *(shown if f.elements else ()),
    )
    return blocks.Section(
        anchor=f"f{f.number}",
        title=f.name,
        blocks=(*opening, *parts.cards(r, f, say), *_served(r, f, say)),
        number=str(f.number),
        opening=len(opening),
        room=40,
    )


def _basis(r: Report, f: FactorView, say: Phrases) -> Iterator[blocks.Passage]:
    """What a factor's score rests on, in sentences."""
    yield blocks.passage(parts.coverage(f.score, say))
    yield from map(blocks.passage, parts.span(r, f.score, say))
    yield from parts.sides_of(r, f.score, say)
    if f.shares:
        shares = {name: say.number(100 * getattr(f.shares, name), 0) for name in type(f.shares).model_fields}
        yield blocks.passage(say("report.shares", **shares))
    yield from map(blocks.passage, parts.apart(f, say))
    if f.risks:
        yield _linked(f"{say('report.factor_risks')}{say('colon')}", f.risks)


def _linked(label: str, ids: Sequence[str]) -> blocks.Passage:
    links = [run for each in ids for run in (Run(", "), Run(each, href=f"#{each}"))]
    return blocks.Passage((Paragraph((Run(label), *links[1:], Run("."))),))


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
    told = [blocks.passage(f"{practice.members} · {practice.source} · {practice.evidence}", style="small")]
    told.append(blocks.passage(practice.summary))
    told += [blocks.passage(f"{say('offer.why')}{say('colon')}{why}.", style="small")] if why else []
    return blocks.Entry("", practice.title, tuple(told), href=f"#p-{practice.id}")
