"""A report as an Excel workbook: one sheet for each part, numbers as numbers, days as days, and texts never as formulas."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Literal

import xlsxwriter

from assessment.report.figures import DECISIONS, LineView, QuestionView, Report, ScoreView
from kb.base.folding import may_be_formula
from kb.base.interface import Phrases
from kb.press.palette import TEAL

MOST = 32_767  # characters of one cell
_FIRST_DAY = date(1900, 3, 1)  # before it Excel and the calendar disagree
Kind = Literal["text", "number", "score", "two", "day"]
_FORMATS: dict[Kind, str] = {"text": "@", "number": "0", "score": "0.0", "two": "0.00", "day": "yyyy-mm-dd"}


@dataclass(frozen=True)
class Column:
    """One column: the key of its head, its width in characters, and what its cells hold."""

    head: str
    width: int = 14
    kind: Kind = "text"


Cell = str | float | int | None
Sheet = tuple[str, tuple[Column, ...], list[list[Cell]]]


def render(report: Report, say: Phrases) -> bytes:
    """The workbook; sheets that this version has nothing for are left out. The same report gives the same bytes."""
    output = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(output, settings)
    book.set_properties(
        {
            "title": f"{say('report.title')} – {report.administration}"[:255],
            "author": report.administration[:255],
            "created": datetime.fromisoformat(report.date),
        }
    )
    top = {"valign": "top", "font_name": "Calibri", "font_size": 10}
    looks: dict[str, Any] = {
        kind: book.add_format({**top, "num_format": form, "text_wrap": kind == "text"})
        for kind, form in _FORMATS.items()
    }
    looks["day"].set_align("left")
    kept = {**top, "num_format": "@", "text_wrap": True, "quote_prefix": True}
    looks["kept"] = book.add_format(kept)  # a text that stays one also when somebody edits its cell
    head = book.add_format({**top, "bold": True, "bg_color": TEAL.upper(), "font_color": "#FFFFFF", "text_wrap": True})
    for name, columns, rows in _Sheets(report, say).all():
        if not rows:
            continue
        sheet = book.add_worksheet(say(f"report.sheet.{name}"))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, say(column.head), head)
        for line, row in enumerate(rows, 1):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                _write(sheet, line, place, column.kind, value, looks)
        sheet.freeze_panes(1, 0 if len(columns) < 4 else 1)
        if len(columns) > 2:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer(f"&L{_plain(report.audience_label)}&R&P / &N")
    book.close()
    return output.getvalue()


def _plain(text: str) -> str:
    return text.replace("&", "&&")[:200]


def _write(sheet: Any, line: int, place: int, kind: Kind, value: Cell, looks: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(line, place, None, looks[kind])
    elif isinstance(value, str):
        if kind == "day" and len(value) == 10 and date.fromisoformat(value) >= _FIRST_DAY:
            sheet.write_datetime(line, place, datetime.fromisoformat(value), looks["day"])
        else:
            sheet.write_string(line, place, value[:MOST], looks["kept" if may_be_formula(value) else "text"])
    else:
        sheet.write_number(line, place, value, looks[kind])


class _Sheets:
    def __init__(self, report: Report, say: Phrases) -> None:
        self.r, self.say = report, say

    def all(self) -> Iterator[Sheet]:
        """Every sheet: its name, its columns, its rows."""
        factor = (Column("score.factor", 34),)
        yield "summary", (Column("report.sheet.what", 34), Column("report.sheet.told", 90)), self.summary()
        yield (
            "scores",
            (
                Column("report.sheet.level", 16),
                Column("report.sheet.id", 8),
                Column("report.sheet.name", 44),
                Column("score.score", 10, "score"),
                Column("report.sheet.low", 10, "score"),
                Column("report.sheet.high", 10, "score"),
                Column("score.answered", 12, "number"),
                Column("report.sheet.applicable", 12, "number"),
                Column("state.dont_know", 12, "number"),
                Column("state.unanswered", 12, "number"),
                Column("state.not_applicable", 12, "number"),
                Column("score.weakest", 12),
                Column("agree.level", 9, "two"),
            ),
            list(self.scores()),
        )
        yield (
            "questions",
            (
                *factor,
                Column("action.elements", 30),
                Column("report.sheet.id", 10),
                Column("work.questions", 60),
                Column("report.sheet.weight", 9, "two"),
                Column("action.status", 15),
                Column("agree.level", 9, "two"),
                Column("report.sheet.basis", 20),
                Column("report.sheet.reached", 50),
                Column("report.sheet.following", 50),
                Column("report.reason", 30),
                Column("report.agreed", 40),
                Column("agree.dissent", 40),
                Column("report.sheet.mean", 9, "two"),
                Column("report.sheet.deviation", 11, "two"),
                Column("report.sheet.consensus", 11, "two"),
                Column("report.note", 40),
                Column("report.evidence", 10, "number"),
                Column("report.remarks", 40),
            ),
            list(self.questions()),
        )
        yield (
            "evidence",
            (
                Column("report.sheet.question", 11),
                Column("report.evidence", 60),
                Column("report.sheet.kind", 22),
                Column("action.date", 12, "day"),
                Column("report.sheet.age", 12),
                Column("report.sheet.file", 24),
                Column("report.sheet.link", 40),
                Column("risks.owner", 24),
            ),
            list(self.evidence()),
        )
        yield (
            "risks",
            (
                Column("report.risk_risk", 8),
                Column("report.sheet.process", 24),
                Column("report.sheet.event", 60),
                Column("risks.vulnerability", 22),
                Column("risks.likelihood", 11, "number"),
                Column("risks.impact", 11, "number"),
                Column("report.sheet.after_likelihood", 13, "number"),
                Column("report.sheet.after_impact", 13, "number"),
                Column("report.sheet.product", 11, "number"),
                Column("report.sheet.zone", 12),
                Column("report.risk_controls", 50),
                Column("report.sheet.control", 20),
                Column("risks.owner", 22),
                Column("action.elements", 16),
            ),
            [
                [
                    *(k.id, k.process, k.text, k.vulnerability, k.likelihood, k.impact),
                    *(
                        k.residual_likelihood,
                        k.residual_impact,
                        k.residual_likelihood * k.residual_impact,
                        k.zone_label,
                    ),
                    *(k.controls, k.control, k.owner, ", ".join(k.elements)),
                ]
                for k in self.r.risks
            ],
        )
        yield (
            "practices",
            (
                Column("action.elements", 10),
                Column("report.sheet.name", 34),
                Column("report.sheet.practice", 44),
                Column("report.sheet.members", 24),
                Column("report.sheet.told", 60),
                Column("offer.why", 50),
                Column("report.evidence", 18),
                Column("report.source", 50),
                Column("report.sheet.link", 40),
            ),
            list(self.practices()),
        )
        yield (
            "plan",
            (
                Column("action.id", 8),
                Column("action.measure", 50),
                Column("action.problem", 50),
                Column("action.result", 40),
                Column("action.elements", 14),
                Column("action.owner", 24),
                Column("action.co_owners", 24),
                Column("action.start", 12, "day"),
                Column("action.due", 12, "day"),
                Column("action.horizon", 14),
                Column("action.status", 18),
                Column("action.timing", 14),
                Column("report.sheet.achieved", 12, "score"),
                Column("action.indicator", 70),
            ),
            [
                [
                    *(a.id, a.title, a.problem, a.result, ", ".join(a.elements), a.owner, "; ".join(a.co_owners)),
                    *(a.start, a.due, a.horizon, a.status_label, a.timing_label, a.achievement),
                    "\n".join(f"{each.text}{self.say('colon')}{each.reached}" for each in a.indicators),
                ]
                for a in self.r.actions
            ],
        )
        yield "comparison", self.compared(), list(self.comparison())
        yield "method", (Column("report.sheet.what", 24), Column("report.sheet.told", 110)), self.method()

    def summary(self) -> list[list[Cell]]:
        """What the file is, where the administration stands, what was decided."""
        r, say = self.r, self.say
        rows: list[list[Cell]] = [
            [say("report.title"), r.administration],
            [say("report.sheet.audience"), r.audience_label],
            [say("report.sheet.day"), say.date(r.date)],
            [say("report.sheet.version"), r.version],
            [say("report.sheet.member"), r.member],
            [say("report.overall"), r.overall.score],
            [say("report.sheet.low"), r.overall.low],
            [say("report.sheet.high"), r.overall.high],
            [say("score.answered"), say("score.of", answered=r.overall.answered, applicable=r.overall.applicable)],
            [say("score.interval"), r.interval_text],
        ]
        if r.unapproved:
            rows.append(
                [
                    say("report.summary"),
                    say.count("report.unapproved", len(r.unapproved), questions=", ".join(r.unapproved)),
                ]
            )
        for title, questions, elements in (
            ("report.top_strengths", r.strengths, r.strong_elements),
            ("report.top_gaps", r.gaps, r.weak_elements),
        ):
            if questions:
                rows += [[say(title), f"{q.id} {q.element}{say('colon')}{q.reached}"] for q in questions]
            elif r.audience == "public":
                rows += [
                    [say(title), f"{e.id} {e.short}{say('colon')}{say.number(e.score.score, 0)}"] for e in elements
                ]
        rows += [[say("report.decided"), f"{a.id} {a.title or a.problem}"] for a in r.actions[:DECISIONS]]
        rows.append([say("report.sheet.seal"), r.fingerprint or say("journal.open")])
        rows += [["", say("journal.keep")]] if r.fingerprint else []
        rows += [[f"{say('withheld.title')}{say('colon')}{each.label}", each.values] for each in r.withheld]
        return rows

    def scores(self) -> Iterator[list[Cell]]:
        """Overall, factors, elements, lens."""
        say = self.say
        yield [say("score.overall"), "", "", *self.score(self.r.overall)]
        for f in self.r.factors:
            yield [say("score.factor"), str(f.number), f.name, *self.score(f.score)]
        for f in self.r.factors:
            for e in f.elements:
                yield [say("report.sheet.element"), e.id, e.short, *self.score(e.score)]
        for number, name, score in self.r.lens.factors if self.r.lens else ():
            yield [say("report.sheet.lens"), f"g{number}", name, *self.score(score)]

    def score(self, s: ScoreView) -> list[Cell]:
        """A score over its columns."""
        counts = (s.answered, s.applicable, s.dont_know, s.unanswered, s.not_applicable)
        return [s.score, s.low, s.high, *counts, s.weakest, s.weakest_level]

    def groups(self) -> Iterator[tuple[str, Sequence[QuestionView]]]:
        """The questions by factor, the lens last."""
        for f in self.r.factors:
            yield f"{f.number} {f.name}", f.questions
        if self.r.lens:
            yield self.r.lens.title, self.r.lens.questions

    def questions(self) -> Iterator[list[Cell]]:
        """Every question with its answer."""
        say = self.say
        for group, questions in self.groups():
            for q in questions:
                dissent = "\n".join(
                    f"{d.group}{'' if d.level is None else f' ({d.level})'}{say('colon')}{d.why}" for d in q.dissent
                )
                spread = q.spread
                yield [
                    *(group, q.element, q.id, q.text, q.weight),
                    *(
                        say("report.sheet.scored") if q.level is not None else say(f"state.{q.state}"),
                        q.level,
                        q.basis_label,
                    ),
                    *(q.reached, q.following, q.reason, q.agreed_reason, dissent),
                    *((spread.mean, spread.deviation, spread.consensus) if spread else (None, None, None)),
                    *(q.note, len(q.evidence), "\n\n".join(q.remarks)),
                ]

    def evidence(self) -> Iterator[list[Cell]]:
        """Every piece of evidence by the question that it supports."""
        for _, questions in self.groups():
            for q in questions:
                for e in q.evidence:
                    yield [q.id, e.text, e.kind, e.date, e.freshness_label, e.file, e.link, e.owner]

    def practices(self) -> Iterator[list[Cell]]:
        """The practices chosen for weak elements."""
        cited = {practice.id: practice for practice in self.r.practices}
        for f in self.r.factors:
            for e in f.elements:
                for offer in e.offers:
                    p = cited[offer.practice]
                    yield [e.id, e.short, p.title, p.members, p.summary, offer.why, p.evidence, p.source, p.url]

    def compared(self) -> tuple[Column, ...]:
        """The columns of the comparison."""
        ends = [Column(f"report.sheet.{name}", 13, "score") for name in ("before", "before_low", "before_high")]
        ends += [Column(f"report.sheet.{name}", 13, "score") for name in ("after", "after_low", "after_high")]
        return Column("score.factor", 36), *ends, Column("report.points", 10, "score"), Column("report.verdict", 28)

    def comparison(self) -> Iterator[list[Cell]]:
        """The last round beside this one."""

        def row(line: LineView) -> list[Cell]:
            ends = (line.before, line.before_low, line.before_high, line.after, line.after_low, line.after_high)
            return [f"{line.number or ''} {line.name}".strip(), *ends, line.points, line.verdict_label]

        if c := self.r.comparison:
            yield from (row(line) for line in (*c.factors, c.overall))

    def method(self) -> list[list[Cell]]:
        """How the scores are computed."""
        r, say = self.r, self.say
        rows: list[list[Cell]] = [[f"{level} – {name}", text] for level, name, text in r.scale]
        rows += [[say("report.method"), line] for line in r.method]
        return [*rows, ["", say("report.footer", release=r.release)]]
