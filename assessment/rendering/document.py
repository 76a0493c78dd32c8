"""A report as a sequence of blocks, which the PDF and the Word file lay out alike; every text is filled in here.

A block is a plain dictionary with its `kind`, so that it can go to Typst as JSON.
"""

from collections.abc import Iterable
from typing import Any

from assessment.audience import Audience
from assessment.rendering import html
from assessment.report import ElementView, FactorView, LineView, QuestionView, Report, ScoreView
from kb.interface import Phrases

Block = dict[str, Any]


def of(report: Report, say: Phrases) -> list[Block]:
    """All blocks of a report in their order."""
    return _Document(report, say).blocks()


class _Document:
    def __init__(self, report: Report, say: Phrases) -> None:
        self.r, self.say = report, say
        self.colon = say("colon")
        self.cited = {practice.id: practice for practice in report.practices}

    def blocks(self) -> list[Block]:
        """Summary, factors, lens, risks, comparison, method, then the annexes."""
        found = self.summary()
        for factor in self.r.factors:
            found += self.factor(factor)
        return [*found, *self.lens(), *self.risks(), *self.comparison(), *self.method(), *self.annexes()]

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
        unknown = r.overall.dont_know + r.overall.unanswered
        if r.overall.score is None:
            texts.append(say("report.not_scored"))
        elif unknown:
            low, high = self.number(r.overall.low), self.number(r.overall.high)
            texts.append(say("report.interval_why", n=unknown, low=low, high=high))
        else:
            texts.append(say("report.interval_exact"))
        texts += [say.count("score.means", r.means)] if r.means else []
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
        items = "; ".join(f"{f.number} {f.name}{self.colon}{self.number(f.score.score)}" for f in r.factors)
        return [
            {"kind": "heading", "level": 1, "text": say("report.summary")},
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
            {"kind": "heading", "level": 2, "text": say("report.chart"), "fresh": True},
            {
                "kind": "radar",
                "svg": html.radar_svg(r, say),
                "alt": say("report.radar_text", items=items),
                "caption": f"{say('report.radar_title')} – {say('report.radar_key_score')}, {say('report.radar_key_band')}",
            },
            {
                "kind": "scores",
                "caption": say("report.table"),
                "head": [say(f"score.{name}") for name in ("factor", "score", "interval", "answered")],
                "rows": rows,
            },
        ]

    def card(
        self, tone: str, title: str, questions: Iterable[QuestionView], elements: Iterable[ElementView], none: str
    ) -> Block:
        """Strengths or gaps; for the public the elements stand in for the questions."""
        if self.r.audience is Audience.PUBLIC:
            items: list[Block] = [
                {
                    "level": None,
                    "id": e.id,
                    "title": e.short,
                    "text": self.number(e.score.score, 0),
                    "next": "",
                    "notes": [],
                }
                for e in elements
            ]
        else:
            items = [self.finding(question) for question in questions]
        return {"kind": "card", "tone": tone, "title": self.say(title), "items": items, "none": self.say(none)}

    def finding(self, q: QuestionView) -> Block:
        """A strength or a gap: the criterion reached, what would move it, what shows it."""
        say = self.say
        following = ""
        if q.following and (q.level or 0) < 3:
            following = f"{say('report.level_next', level=int(q.level or 0) + 1)}{self.colon}{q.following}"
        notes = [q.basis_label] if q.basis == "mean" else []
        notes += [self.proof(each) for each in q.evidence[:2]]
        if q.unsupported:
            notes.append(say("report.unsupported", level=say.level(q.level or 0)))
        return {
            "level": None if q.level is None else int(q.level),
            "shown": "" if q.level is None else say.level(q.level),
            "id": q.id,
            "title": q.element,
            "text": q.reached,
            "next": following,
            "notes": notes,
        }

    def proof(self, e: Any) -> str:
        """A piece of evidence on one line."""
        date = self.say.date(e.date) if e.date else ""
        facts = " · ".join(filter(None, (e.kind, date, e.freshness_label, e.file, e.link)))
        return f"{e.text} ({facts})" if facts else str(e.text)

    def factor(self, f: FactorView) -> list[Block]:
        """One key factor on its own pages."""
        say = self.say
        found: list[Block] = [
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
        if self.r.audience is not Audience.PUBLIC:
            cards = [
                self.card("good", "report.strengths", f.strengths, (), "report.no_strengths"),
                self.card("gap", "report.gaps", f.gaps, (), "report.no_gaps"),
            ]
            found.append({"kind": "pair", "cards": cards})
        weak = [element for element in f.elements if element.weak]
        if weak:
            found.append({"kind": "heading", "level": 2, "text": say("report.weak")})
            found.append({"kind": "text", "style": "normal", "text": say("report.weak_text")})
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
            {"kind": "heading", "level": 1, "text": lens.title},
            {"kind": "text", "style": "normal", "text": lens.note},
            {
                "kind": "scores",
                "caption": say("report.lens_table"),
                "head": [say(f"score.{name}") for name in ("factor", "score", "interval", "answered")],
                "rows": rows,
            },
        ]

    def risks(self) -> list[Block]:
        """The register of risks."""
        r, say = self.r, self.say
        if not r.risks:
            return []
        rows = [
            [
                risk.id,
                f"{risk.process}{self.colon}{risk.text}\n{' · '.join((risk.vulnerability, *risk.enhancing, risk.origin))}",
                f"{risk.likelihood} × {risk.impact}",
                f"{risk.residual_likelihood} × {risk.residual_impact}\n{risk.zone_label}",
                f"{risk.controls}\n{risk.control}".strip(),
            ]
            for risk in r.risks
        ]
        return [
            {"kind": "heading", "level": 1, "text": say("report.risks")},
            {"kind": "text", "style": "normal", "text": say("report.risks_text")},
            {
                "kind": "table",
                "caption": say("report.risks"),
                "head": [say(f"report.risk_{name}") for name in ("risk", "process", "before", "after", "controls")],
                "widths": [1, 5, 2, 2, 4],
                "right": [],
                "rows": rows,
            },
        ]

    def comparison(self) -> list[Block]:
        """The last round beside this one."""
        c, say = self.r.comparison, self.say
        if c is None:
            return []
        days = {"before": say.date(c.before), "after": say.date(c.after)}
        counts = {name: getattr(c, name) for name in ("core", "same", "reworded", "new", "dropped")}

        def row(line: LineView) -> list[str]:
            points = "–" if line.points is None else f"{'+' if line.points > 0 else ''}{self.number(line.points)}"
            name = f"{line.number or ''} {line.name}".strip()
            return [name, self.number(line.before), self.number(line.after), points, line.verdict_label]

        return [
            {"kind": "heading", "level": 1, "text": say("report.comparison")},
            {"kind": "text", "style": "normal", "text": say("report.comparison_text", **days, **counts)},
            {
                "kind": "table",
                "caption": say("report.comparison"),
                "head": [
                    say("score.factor"),
                    days["before"],
                    days["after"],
                    say("report.points"),
                    say("report.verdict"),
                ],
                "widths": [5, 2, 2, 2, 3],
                "right": [1, 2, 3],
                "rows": [row(line) for line in (*c.factors, c.overall)],
            },
        ]

    def method(self) -> list[Block]:
        """How the scores are computed, and what this version leaves out."""
        r, say = self.r, self.say
        found: list[Block] = [
            {"kind": "heading", "level": 1, "text": say("report.method")},
            {"kind": "text", "style": "lead", "text": r.method[0]},
            {
                "kind": "table",
                "caption": say("report.scale"),
                "head": [say("agree.level"), say("report.scale")],
                "widths": [1, 9],
                "right": [],
                "rows": [[str(level), f"{name}. {text}"] for level, name, text in r.scale],
            },
            {"kind": "list", "items": list(r.method[1:])},
        ]
        if r.withheld:
            found += [
                {"kind": "heading", "level": 1, "text": say("withheld.title")},
                {"kind": "text", "style": "normal", "text": say("withheld.text", audience=r.audience_label)},
                {
                    "kind": "table",
                    "caption": say("withheld.title"),
                    "head": [say("withheld.category"), say("withheld.values")],
                    "widths": [8, 2],
                    "right": [1],
                    "rows": [[each.label, str(each.values)] for each in r.withheld],
                },
            ]
        seal = say("journal.fingerprint", fingerprint=r.fingerprint) if r.fingerprint else say("journal.open")
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
            found.append({"kind": "heading", "level": 1, "text": say("report.questions")})
        for title, questions in groups:
            if questions:
                found.append({"kind": "heading", "level": 2, "text": title})
                found.append({"kind": "answers", "items": [self.answer(question) for question in questions]})
        if r.practices:
            found.append({"kind": "heading", "level": 1, "text": say("report.annex")})
            found.append({"kind": "text", "style": "normal", "text": say("report.annex_text")})
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
        say, parts = self.say, []
        if q.following:
            parts.append([say("report.level_next", level=int(q.level or 0) + 1) + self.colon, q.following])
        for label, text in (
            ("report.reason", q.reason),
            ("report.agreed", q.agreed_reason),
            ("report.note", q.note),
        ):
            parts += [[say(label) + self.colon, text]] if text else []
        for d in q.dissent:
            level = "" if d.level is None else f" ({say('state.level', level=d.level)})"
            parts.append([say("agree.dissent") + self.colon, f"{d.group}{level}{self.colon}{d.why}"])
        if q.spread and q.spread.consensus is not None:
            counts = " · ".join(f"{level}{self.colon}{count or '–'}" for level, count in enumerate(q.spread.counts))
            two = {name: self.number(getattr(q.spread, name), 2) for name in ("mean", "deviation", "consensus")}
            parts.append(["", say("agree.spread", counts=counts, **two)])
        parts += [[say("report.evidence") + self.colon, self.proof(each)] for each in q.evidence]
        if q.unsupported:
            parts.append(["", say("report.unsupported", level=say.level(q.level or 0))])
        weight = f" ({say('report.weight', weight=q.weight)})" if q.weight != 1 else ""
        own = f" ({say('report.own')})" if q.own else ""
        return {
            "id": q.id,
            "level": None if q.level is None else int(q.level),
            "shown": say(f"state.{q.state}") if q.level is None else say.level(q.level),
            "basis": q.basis_label if q.basis in ("mean", "agreed") else "",
            "question": q.text + weight + own,
            "text": q.reached,
            "parts": parts,
        }
