"""The annexes of the report: every question with its answer, and the practices cited."""

import re
from collections.abc import Iterator
from dataclasses import replace

from assessment.rendering.blocks import (
    Article,
    Entries,
    Entry,
    Passage,
    Section,
    is_long,
    passage,
    plain,
)
from assessment.rendering.texts import read
from assessment.report.figures import DissentView, EvidenceView, PracticeView, QuestionView, Report, SpreadView
from assessment.report.wording import facts, level, missing_proof, next_level
from kb.base.interface import Phrases
from kb.press.document import Listing, Paragraph, Run, Runs

_BOLD = re.compile(r"\*\*(\S.*?)\*\*")
_FOLDED = re.compile(r"(?<!\n)\n(?!\n|[-*] |[0-9]+\. )")  # where a paragraph or an item goes on


def questions(r: Report, say: Phrases) -> Iterator[Section]:
    """Every question with its answer, by key factor, the lens last."""
    groups = [(f"{f.number} {f.name}", f.questions) for f in r.factors]
    groups += [(r.lens.title, r.lens.questions)] if r.lens else []
    shown = tuple(Entries("answers", title, tuple(_answer(q, say) for q in asked)) for title, asked in groups if asked)
    if shown:
        yield Section("questions", say("report.questions"), shown, opening=0, room=60)


def _answer(q: QuestionView, say: Phrases) -> Entry:
    """One question with everything said of it."""
    weight = f" ({say('report.weight', weight=say.level(q.weight))})" if q.weight != 1 else ""
    own = f" ({say('report.own')})" if q.own else ""
    title, parts = f"{q.text}{weight}{own}", tuple(_parts(q, say))
    return Entry(q.id, title, parts, **level(q, say), anchor=f"q{q.id}", long=is_long([passage(title), *parts]))


def _parts(q: QuestionView, say: Phrases) -> Iterator[Passage]:
    colon = say("colon")
    labelled = (
        (next_level(q, say), q.following),
        (say("report.reason") + colon, q.reason),
        (say("report.agreed") + colon, q.agreed_reason),
        (say("report.note") + colon, q.note),
        *zip(_labels(say("report.remarks") + colon), q.remarks, strict=False),
        *((f"{say('agree.dissent')}{colon}{d.group}{_level(d, say)}{colon}", d.why) for d in q.dissent),
    )
    if q.reached:
        yield passage(q.reached)
    if q.basis in ("mean", "agreed"):
        yield passage(q.basis_label, style="small")
    yield from (Passage(read(text), label.rstrip()) for label, text in labelled if text)
    if q.spread and q.spread.consensus is not None:
        yield passage(_spread(q.spread, say))
    for label, each in zip(_labels(say("report.evidence") + colon), q.evidence, strict=False):
        yield _evidence(each, label.rstrip(), say)
    if q.unsupported:
        yield passage(missing_proof(q, say), tone="flag")


def _labels(first: str) -> Iterator[str]:
    """The label of the first of several texts, and a dash for each other."""
    yield first
    while True:
        yield "–"


def _level(dissent: DissentView, say: Phrases) -> str:
    distance = "" if dissent.distance is None else f", {dissent.distance:+d}"
    return "" if dissent.level is None else f" ({say('state.level', level=dissent.level)}{distance})"


def _spread(spread: SpreadView, say: Phrases) -> str:
    counts = " · ".join(f"{level}{say('colon')}{count or '–'}" for level, count in enumerate(spread.counts))
    measures = {name: say.number(getattr(spread, name), 2) for name in ("mean", "deviation", "consensus")}
    ends = "–".join(str(end) for end in dict.fromkeys((spread.lowest, spread.highest)))
    median = "–" if spread.median is None else say.level(spread.median)
    return say("agree.spread", counts=say("agree.middle", counts=counts, median=median, range=ends), **measures)


def _evidence(e: EvidenceView, label: str, say: Phrases) -> Passage:
    """A piece of evidence with the paragraphs and lists of its text, and what is known of it at the end."""
    said, about = read(e.text), f"({facts(e, say)})"
    if said and isinstance(last := said[-1], Paragraph):
        return Passage((*said[:-1], replace(last, runs=(*last.runs, *_aged(e, f" {about}")))), label)
    return Passage((*said, Paragraph(_aged(e, about))), label)


def _aged(e: EvidenceView, text: str) -> Runs:
    """The facts of a piece; their age is set off where it is no longer fresh."""
    before, age, after = text.partition(e.freshness_label)
    return plain(text) if e.freshness == "fresh" else (Run(before), Run(age, strong=True), Run(after))


def practices(r: Report, say: Phrases) -> Iterator[Section]:
    """The practices cited."""
    if r.practices:
        cited = (Article(f"p-{each.id}", each.title, tuple(_practice(each, say))) for each in r.practices)
        told = passage(say("report.annex_text"))
        yield Section("practices", say("report.annex"), (told, *cited), room=60)


def _practice(p: PracticeView, say: Phrases) -> Iterator[Passage]:
    colon = say("colon")
    yield passage(f"{p.members} · {p.type} · {p.evidence}", style="small")
    yield passage(p.summary)
    if p.problem:
        yield passage(p.problem, f"{say('report.problem')}{colon}".rstrip())
    yield from (Passage((block,)) for block in told(p.done))
    for text, period in p.results:
        when = f" {say('report.period', period=period)}" if period else ""
        yield passage(text + when, f"{say('report.results')}{colon}".rstrip())
    if p.lessons:
        yield passage(p.lessons, f"{say('report.lessons')}{colon}".rstrip())
    source = f"{say('report.source')}{colon}{p.source}"
    runs = (Run(f"{source} · "), Run(p.url, href=p.url)) if p.url else plain(source)
    yield Passage((Paragraph(runs),), style="small")


def told(text: str) -> tuple[Paragraph | Listing, ...]:
    """A short Markdown telling as paragraphs and lists; marks of weight are taken off."""
    return read(_FOLDED.sub(" ", _BOLD.sub(r"\1", text)))
