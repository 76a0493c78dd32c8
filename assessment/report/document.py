"""A report as a sequence of blocks, which the PDF and the Word file lay out alike; every text is filled in here.

A block is a plain dictionary with its `kind`, so that it can go to Typst as JSON. Kinds: heading, text, list, headline, pair (of
cards), decisions, picture, scores, table, elements, offers, answers, and group, which holds blocks that a page should not part.
What a person wrote stands in a part, `{label, blocks, small}`, as the paragraphs and lists of `assessment.texts`; a cell of a
table is a sequence of parts.
"""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from assessment.audience import Audience
from assessment.rendering import texts
from assessment.report import html, pictures
from assessment.report.figures import (
    DECISIONS,
    ActionView,
    ElementView,
    EvidenceView,
    FactorView,
    LineView,
    QuestionView,
    Report,
    ScoreView,
)
from kb.base.interface import Phrases

Block = dict[str, Any]
MOST = 3  # strengths, and gaps, of a key factor told in full beside each other; the annex has them all
_ROOM = 90  # letters of a printed line over the whole width
_MOST_LINES = 24  # of a row or an answer that no page break may part; a page has about twice as many
_SHORT = 210  # characters of a text in the one-page summary


def short(text: str, most: int) -> str:
    """A text of so many characters at most, cut at a word and marked."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return f"{(cut.rpartition(' ')[0] if ' ' in cut[most // 2 :] else cut).rstrip('.,;: ')}…"


def part(text: str, label: str = "", *, small: bool = False) -> Block:
    """A text of a person with its paragraphs and lists, after a label."""
    return {"label": label.rstrip(), "blocks": texts.blocks(text), "small": small}


def cell(text: str) -> list[Block]:
    """A cell of our own words; its lines after the first are small."""
    return [{"label": "", "blocks": [_line(line)], "small": place > 0} for place, line in enumerate(text.split("\n"))]


def _line(text: str) -> Block:
    return {"kind": "paragraph", "lines": [text]}


def _height(parts: Iterable[Block], room: float) -> int:
    """About how many printed lines parts take where a line has *room* for so many letters."""
    lines = [f"{each['label']} {line}" for each in parts for block in each["blocks"] for line in _lines(block)]
    return sum(ceil(len(line) / room) for line in lines)


def _lines(block: Block) -> list[str]:
    return block["lines"] if block["kind"] == "paragraph" else [line for item in block["items"] for line in item]


def table(
    caption: str, head: list[str], widths: list[float], rows: Sequence[Sequence[list[Block]]], right: Sequence[int] = ()
) -> Block:
    """A table; *long* rows may go over two pages, and a table that is not *whole* as well."""
    rooms = [_ROOM * width / sum(widths) for width in widths]
    heights = [max(map(_height, row, rooms)) for row in rows]
    return {
        "kind": "table",
        "caption": caption,
        "head": head,
        "widths": widths,
        "right": list(right),
        "rows": [{"cells": list(row), "long": height > _MOST_LINES} for row, height in zip(rows, heights, strict=True)],
        "whole": len(rows) <= 14 and sum(heights) < 2 * _MOST_LINES,
    }


def together(*blocks: Block, room: int = 40) -> Block:
    """Blocks that stand on one page, with so many millimetres left below them."""
    return {"kind": "group", "blocks": list(blocks), "room": room, "fresh": False}


def of(report: Report, say: Phrases) -> list[Block]:
    """All blocks of a report in their order."""
    return _Document(report, say).blocks()


class _Document:
    def __init__(self, report: Report, say: Phrases) -> None:
        self.r, self.say = report, say
        self.colon = say("colon")
        self.cited = {practice.id: practice for practice in report.practices}

    def blocks(self) -> list[Block]:
        """Summary, factors, lens, risks, plan, comparison, method, then the annexes."""
        found = self.summary()
        for factor in self.r.factors:
            found += self.factor(factor)
        found += [*self.lens(), *self.risks(), *self.plan(), *self.comparison()]
        return [*found, *self.method(), *self.annexes()]

    # ---- words ----

    def number(self, value: float | None, digits: int = 1) -> str:
        """A number as the language writes it."""
        return self.say.number(value, digits)

    def span(self, score: ScoreView) -> str:
        """The interval of a score."""
        if score.low is None:
            return "–"
        return self.say("report.low_high", low=self.number(score.low), high=self.number(score.high))

    def answered(self, score: ScoreView) -> str:
        """How many questions have an answer."""
        return self.say("score.of", answered=score.answered, applicable=score.applicable)

    def labelled(self, label: str, text: str) -> Block:
        """A paragraph that begins with its label."""
        return {"kind": "text", "style": "normal", "label": label + self.colon, "text": text}

    # ---- parts ----

    def summary(self) -> list[Block]:
        """One page: where we stand, strengths and gaps, and the scores of the ten key factors."""
        r, say = self.r, self.say
        texts = [f"{say('report.coverage', answered=r.overall.answered, applicable=r.overall.applicable)}."]
        texts.append(r.interval_text)
        texts += [say.count("score.means", r.means)] if r.means else []
        if r.unapproved:
            texts.append(say.count("report.unapproved", len(r.unapproved), questions=", ".join(r.unapproved)))
        if r.people:
            groups = "".join(f"; {unit} {many}" for unit, many in r.people.units)
            told = say.count(
                "report.people", r.people.respondents, officers=r.people.officers, business=r.people.business
            )
            texts.append(f"{told}{groups}.")
        if r.unsupported:
            one = r.unsupported == 1
            texts.append(
                say("report.unsupported_count_one") if one else say("report.unsupported_count", n=r.unsupported)
            )
        rows = [
            {
                "name": f"{f.number} {f.name}",
                "score": f.score.score,
                "low": f.score.low,
                "high": f.score.high,
                "cells": [self.number(f.score.score), self.span(f.score), self.answered(f.score)],
            }
            for f in r.factors
        ]
        return [
            {"kind": "heading", "level": 1, "text": say("report.summary"), "fresh": True},
            {
                "kind": "headline",
                "label": say("report.overall"),
                "number": self.number(r.overall.score),
                "unit": say("report.out_of"),
                "score": r.overall.score,
                "low": r.overall.low,
                "high": r.overall.high,
                "texts": texts,
            },
            {
                "kind": "pair",
                "cards": [
                    self.card("good", "report.top_strengths", r.strengths, r.strong_elements, "report.no_strengths"),
                    self.card("gap", "report.top_gaps", r.gaps, r.weak_elements, "report.no_gaps"),
                ],
            },
            *self.decisions(),
            {"kind": "heading", "level": 2, "text": say("report.chart"), "fresh": True},
            {
                "kind": "picture",
                "svg": pictures.radar_svg(r, say),
                "alt": pictures.radar_told(r, say),
                "caption": f"{say('report.radar_title')} – {say('report.radar_key_score')}, {say('report.radar_key_band')}",
                "width": 100,
            },
            {
                "kind": "scores",
                "caption": say("report.table"),
                "head": [say(f"score.{name}") for name in ("factor", "score", "interval", "answered")],
                "rows": rows,
            },
        ]

    def decisions(self) -> list[Block]:
        """What was decided: the first actions of the plan. Where this version shows none, only the administration is told so."""
        r, say = self.r, self.say
        if not r.actions and r.audience in (Audience.PEERS, Audience.PUBLIC):
            return []
        items = [
            {
                "id": action.id,
                "text": short(action.title or action.problem, _SHORT),
                "facts": "\n".join(filter(None, (short(action.owner, 40), action.due and say.date(action.due)))),
            }
            for action in r.actions[:DECISIONS]
        ]
        return [{"kind": "decisions", "title": say("report.decided"), "items": items, "none": say("report.no_actions")}]

    def card(
        self, tone: str, title: str, questions: Iterable[QuestionView], elements: Iterable[ElementView], none: str
    ) -> Block:
        """Strengths or gaps for the one page; for the public the elements stand in for the questions."""
        if self.r.audience is Audience.PUBLIC:
            items: list[Block] = [
                {
                    "level": None,
                    "id": e.id,
                    "title": e.short,
                    "text": f"{self.number(e.score.score, 0)} {self.say('report.out_of')}",
                    "next": "",
                    "notes": [],
                }
                for e in elements
            ]
        else:
            items = [self.finding(question, _SHORT, proofs=1) for question in questions]
        return {
            "kind": "card",
            "tone": tone,
            "title": self.say(title),
            "items": items,
            "none": self.say(none),
            "more": "",
        }

    def findings(self, tone: str, title: str, questions: Sequence[QuestionView], none: str) -> Block:
        """Strengths or gaps of a factor: the first in full, the others by their ids."""
        left = " · ".join(question.id for question in questions[MOST:])
        return {
            "kind": "card",
            "tone": tone,
            "title": self.say(title),
            "items": [self.finding(question) for question in questions[:MOST]],
            "none": self.say(none),
            "more": self.say("report.more", questions=left) if left else "",
        }

    def finding(self, q: QuestionView, most: int = 1000, proofs: int = 2) -> Block:
        """A strength or a gap: the criterion reached, what would move it, what shows it."""
        say = self.say
        following = ""
        if q.following and (q.level or 0) < 3:
            label = say("report.level_next", level=int(q.level or 0) + 1)
            following = f"{label}{self.colon}{short(q.following, most)}"
        notes = [q.basis_label] if q.basis == "mean" else []
        notes += [short(self.proof(each), most) for each in q.evidence[:proofs]]
        if q.unsupported:
            notes.append(say("report.unsupported", level=say.level(q.level or 0)))
        return {
            "level": None if q.level is None else int(q.level),
            "shown": "" if q.level is None else say.level(q.level),
            "id": q.id,
            "title": q.element,
            "text": short(q.reached, most),
            "next": following,
            "notes": notes,
        }

    def facts(self, e: EvidenceView) -> str:
        """What is known of a piece of evidence, on one line."""
        date = self.say.date(e.date) if e.date else ""
        return " · ".join(filter(None, (e.kind, date, e.freshness_label, e.file, e.link)))

    def proof(self, e: EvidenceView) -> str:
        """A piece of evidence on one line."""
        return f"{e.text} ({self.facts(e)})"

    def proof_part(self, e: EvidenceView, label: str) -> Block:
        """A piece of evidence with the paragraphs and lists of its text, and what is known of it at the end."""
        made = part(e.text, label)
        facts = f"({self.facts(e)})"
        if made["blocks"] and made["blocks"][-1]["kind"] == "paragraph":
            made["blocks"][-1]["lines"][-1] += f" {facts}"
        else:
            made["blocks"].append(_line(facts))
        return made

    def factor(self, f: FactorView) -> list[Block]:
        """One key factor: its score and elements together, its strengths and gaps, what other Members do."""
        say = self.say
        opening: list[Block] = [
            {"kind": "heading", "level": 1, "text": f.name, "number": str(f.number)},
            {"kind": "text", "style": "lead", "text": f.aim},
            {
                "kind": "headline",
                "label": "",
                "number": self.number(f.score.score),
                "unit": say("report.out_of"),
                "score": f.score.score,
                "low": f.score.low,
                "high": f.score.high,
                "texts": self.basis(f),
            },
            {"kind": "heading", "level": 2, "text": say("report.elements")},
            {
                "kind": "elements",
                "items": [
                    {"id": e.id, "name": e.short, "score": self.number(e.score.score, 0), "grade": e.grade}
                    for e in f.elements
                ],
            },
        ]
        found: list[Block] = [{**together(*opening, room=70), "fresh": f.number == self.r.factors[0].number}]
        if self.r.audience is not Audience.PUBLIC:
            cards = [
                self.findings("good", "report.strengths", f.strengths, "report.no_strengths"),
                self.findings("gap", "report.gaps", f.gaps, "report.no_gaps"),
            ]
            found.append({"kind": "pair", "cards": cards})
        weak = [element for element in f.elements if element.weak]
        if weak:
            found.append({"kind": "heading", "level": 2, "text": say("report.weak")})
            found.append({"kind": "text", "style": "normal", "text": say("report.weak_text"), "sticky": True})
            found += [self.offers(element) for element in weak]
        return found

    def basis(self, f: FactorView) -> list[str]:
        """What a factor's score rests on."""
        say = self.say
        texts = [f"{say('report.coverage', answered=f.score.answered, applicable=f.score.applicable)}."]
        if f.score.low is not None and f.score.low != f.score.high:
            low, high = self.number(f.score.low), self.number(f.score.high)
            texts.append(say("report.interval", low=low, high=high) + ".")
        if f.shares:
            parts = {name: self.number(100 * getattr(f.shares, name), 0) for name in type(f.shares).model_fields}
            texts.append(say("report.shares", **parts))
        if f.consensus is not None:
            two = {name: self.number(getattr(f, name), 2) for name in ("deviation", "consensus")}
            texts.append(say("report.agreement", **two))
        texts += [say.count("report.dissents", f.dissents)] if f.dissents else []
        texts += [f"{say('report.factor_risks')}{self.colon}{', '.join(f.risks)}."] if f.risks else []
        return texts

    def offers(self, element: ElementView) -> Block:
        """Practices of other Members for a weak element."""
        say = self.say
        score = self.number(element.score.score, 0)
        items = []
        for offer in element.offers:
            p = self.cited[offer.practice]
            why = f"{say('offer.why')}{self.colon}{offer.why}." if offer.why else ""
            facts = f"{p.members} · {p.source} · {p.evidence}"
            items.append({"title": p.title, "facts": facts, "text": p.summary, "why": why})
        return {
            "kind": "offers",
            "title": say("report.weak_element", id=element.id, name=element.short, score=score),
            "items": items,
            "none": say("report.no_practice"),
        }

    def lens(self) -> list[Block]:
        """The gender lens."""
        lens, say = self.r.lens, self.say
        if lens is None:
            return []
        rows = [
            {
                "name": f"{number} {name}",
                "score": score.score,
                "low": score.low,
                "high": score.high,
                "cells": [self.number(score.score), self.span(score), self.answered(score)],
            }
            for number, name, score in lens.factors
        ]
        return [
            together(
                {"kind": "heading", "level": 1, "text": lens.title},
                {"kind": "text", "style": "normal", "text": lens.note},
                {
                    "kind": "scores",
                    "caption": say("report.lens_table"),
                    "head": [say(f"score.{name}") for name in ("factor", "score", "interval", "answered")],
                    "rows": rows,
                },
                room=0,
            ),
        ]

    def risks(self) -> list[Block]:
        """The register of risks."""
        r, say = self.r, self.say
        if not r.risks:
            return []
        rows = [
            [
                cell(risk.id),
                [
                    part(risk.text, risk.process + self.colon),
                    part(" · ".join((risk.vulnerability, *risk.enhancing, risk.origin)), small=True),
                ],
                cell(f"{risk.likelihood} × {risk.impact}"),
                cell(f"{risk.residual_likelihood} × {risk.residual_impact}\n{risk.zone_label}"),
                [part(risk.controls), part(risk.control, small=True)] if risk.controls else cell(risk.control),
            ]
            for risk in r.risks
        ]
        return [
            together(
                {"kind": "heading", "level": 1, "text": say("report.risks")},
                {"kind": "text", "style": "normal", "text": say("report.risks_text")},
                {
                    "kind": "picture",
                    "svg": pictures.heat_svg(r, say),
                    "alt": pictures.heat_told(r, say),
                    "caption": say("risks.map_residual"),
                    "width": 72,
                },
            ),
            table(
                say("report.risks"),
                [say(f"report.risk_{name}") for name in ("risk", "process", "before", "after", "controls")],
                [1.1, 6, 1.5, 2, 4],
                rows,
            ),
        ]

    def plan(self) -> list[Block]:
        """The actions of the plan."""
        r, say = self.r, self.say
        if not r.actions:
            return []
        return [
            together(
                {"kind": "heading", "level": 1, "text": say("plan.title")},
                {
                    "kind": "text",
                    "style": "normal",
                    "text": say("report.plan_text", date=say.date(r.as_of).replace(" ", "\u00a0")),
                },
            ),
            table(
                say("plan.title"),
                [say(f"action.{name}") for name in ("id", "measure", "owner", "period", "status")],
                [1.5, 5.9, 2.6, 2.8, 2.3],
                [self.action(action) for action in r.actions],
            ),
        ]

    def action(self, a: ActionView) -> list[list[Block]]:
        """One row of the plan."""
        say = self.say
        told = [part(a.title or a.problem)]
        told += [part(a.result, small=True)] if a.result and a.result != (a.title or a.problem) else []
        lines = [f"{each.text}{self.colon}{each.reached}" for each in a.indicators]
        lines += [", ".join(a.elements)] if a.elements else []
        told += [{"label": "", "blocks": [_line(line)], "small": True} for line in lines]
        achieved = "" if a.achievement is None else say("plan.percent", n=self.number(a.achievement, 0))
        late = a.timing_label if a.timing in ("overdue", "slipping") else ""
        return [
            cell(a.id),
            told,
            cell("\n".join(filter(None, (a.owner or "–", "; ".join(a.co_owners))))),
            cell("\n".join(filter(None, (a.period or "–", a.horizon)))),
            cell("\n".join(filter(None, (a.status_label, achieved, late)))),
        ]

    def comparison(self) -> list[Block]:
        """The last round beside this one."""
        c, say = self.r.comparison, self.say
        if c is None:
            return []
        days = {"before": say.date(c.before), "after": say.date(c.after)}
        counts = {name: getattr(c, name) for name in ("core", "same", "reworded", "new", "dropped")}

        def row(line: LineView) -> list[list[Block]]:
            points = "–" if line.points is None else f"{'+' if line.points > 0 else ''}{self.number(line.points)}"
            name = f"{line.number or ''} {line.name}".strip()
            told = [name, self.number(line.before), self.number(line.after), points, line.verdict_label]
            return [cell(each) for each in told]

        return [
            together(
                {"kind": "heading", "level": 1, "text": say("report.comparison")},
                {"kind": "text", "style": "normal", "text": say("report.comparison_text", **days, **counts)},
                table(
                    say("report.comparison"),
                    [say("score.factor"), days["before"], days["after"], say("report.points"), say("report.verdict")],
                    [5, 2, 2, 2, 3],
                    [row(line) for line in (*c.factors, c.overall)],
                    right=(1, 2, 3),
                ),
                room=0,
            ),
        ]

    def method(self) -> list[Block]:
        """How the scores are computed, and what this version leaves out."""
        r, say = self.r, self.say
        found: list[Block] = [
            together(
                {"kind": "heading", "level": 1, "text": say("report.method")},
                {"kind": "text", "style": "lead", "text": r.method[0]},
            ),
            table(
                say("report.scale"),
                [say("agree.level"), say("report.scale")],
                [1, 9],
                [[cell(str(level)), cell(f"{name}. {text}")] for level, name, text in r.scale],
            ),
            {"kind": "list", "items": list(r.method[1:]), "small": True},
        ]
        if r.withheld:
            found.append(
                together(
                    {"kind": "heading", "level": 1, "text": say("withheld.title")},
                    {"kind": "text", "style": "normal", "text": say("withheld.text", audience=r.audience_label)},
                    table(
                        say("withheld.title"),
                        [say("withheld.category"), say("withheld.values")],
                        [8, 2],
                        [[cell(each.label), cell(str(each.values))] for each in r.withheld],
                        right=(1,),
                    ),
                    room=0,
                )
            )
        sealed = f"{say('journal.fingerprint', fingerprint=r.fingerprint)}\n{say('journal.keep')}"
        seal = sealed if r.fingerprint else say("journal.open")
        return [
            *found,
            {"kind": "text", "style": "quiet", "text": f"{seal}\n{say('report.footer', release=r.release)}"},
        ]

    def annexes(self) -> list[Block]:
        """Every question with its answer, and the practices cited."""
        r, say = self.r, self.say
        found: list[Block] = []
        groups = [(f"{f.number} {f.name}", f.questions) for f in r.factors]
        groups += [(r.lens.title, r.lens.questions)] if r.lens else []
        if any(questions for _, questions in groups):
            found.append(together({"kind": "heading", "level": 1, "text": say("report.questions")}, room=60))
        for title, questions in groups:
            if questions:
                found.append({"kind": "heading", "level": 2, "text": title})
                found.append({"kind": "answers", "items": [self.answer(question) for question in questions]})
        if r.practices:
            heading = {"kind": "heading", "level": 1, "text": say("report.annex")}
            found.append(
                together(heading, {"kind": "text", "style": "normal", "text": say("report.annex_text")}, room=60)
            )
        for p in r.practices:
            found.append({"kind": "heading", "level": 2, "text": p.title})
            found.append({"kind": "text", "style": "quiet", "text": f"{p.members} · {p.type} · {p.evidence}"})
            found.append({"kind": "text", "style": "normal", "text": p.summary})
            if p.problem:
                found.append(self.labelled(say("report.problem"), p.problem))
            for block in html.paragraphs(p.done):
                if len(block) > 1:
                    found.append({"kind": "list", "items": block[1:]})
                else:
                    found.append({"kind": "text", "style": "normal", "text": block[0]})
            for text, period in p.results:
                when = f" {say('report.period', period=period)}" if period else ""
                found.append(self.labelled(say("report.results"), text + when))
            if p.lessons:
                found.append(self.labelled(say("report.lessons"), p.lessons))
            found.append({"kind": "text", "style": "quiet", "text": f"{say('report.source')}{self.colon}{p.source}"})
        return found

    def answer(self, q: QuestionView) -> Block:
        """One question with everything said of it."""
        say, parts = self.say, list[Block]()
        if q.following:
            parts.append(part(q.following, say("report.level_next", level=int(q.level or 0) + 1) + self.colon))
        for label, text in (
            ("report.reason", q.reason),
            ("report.agreed", q.agreed_reason),
            ("report.note", q.note),
        ):
            parts += [part(text, say(label) + self.colon)] if text else []
        labels = [say("report.remarks") + self.colon, *["–"] * len(q.remarks)]
        parts += [part(text, label) for label, text in zip(labels, q.remarks, strict=False)]
        for d in q.dissent:
            level = "" if d.level is None else f" ({say('state.level', level=d.level)})"
            parts.append(part(d.why, f"{say('agree.dissent')}{self.colon}{d.group}{level}{self.colon}"))
        if q.spread and q.spread.consensus is not None:
            counts = " · ".join(f"{level}{self.colon}{count or '–'}" for level, count in enumerate(q.spread.counts))
            two = {name: self.number(getattr(q.spread, name), 2) for name in ("mean", "deviation", "consensus")}
            parts += cell(say("agree.spread", counts=counts, **two))
        labels = [say("report.evidence") + self.colon, *["–"] * len(q.evidence)]
        parts += [self.proof_part(each, label) for label, each in zip(labels, q.evidence, strict=False)]
        if q.unsupported:
            parts += cell(say("report.unsupported", level=say.level(q.level or 0)))
        weight = f" ({say('report.weight', weight=say.level(q.weight))})" if q.weight != 1 else ""
        own = f" ({say('report.own')})" if q.own else ""
        return {
            "id": q.id,
            "level": None if q.level is None else int(q.level),
            "shown": say(f"state.{q.state}") if q.level is None else say.level(q.level),
            "basis": q.basis_label if q.basis in ("mean", "agreed") else "",
            "question": q.text + weight + own,
            "text": q.reached,
            "parts": parts,
            "long": _height([*cell(q.text), *cell(q.reached), *parts], _ROOM) > _MOST_LINES,
        }
