"""A report as an Excel workbook: one sheet for each part, numbers as numbers, days as days, and texts never as formulas."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from math import ceil
from typing import Any, Literal

import xlsxwriter

from assessment.report.figures import DECISIONS, LineView, QuestionView, Report, ScoreView
from kb.base.folding import may_be_formula
from kb.base.interface import Phrases
from kb.press.palette import LIGHT, LINE, TEAL

MOST = 32_767  # characters of one cell
_WIDE = 1.05  # of a letter, in the characters that a column's width is counted in
_LINE, _HIGHEST = 13.5, 409  # points of a line, and of the highest row that Excel has
_UPRIGHT, _PAGE = 125, 240  # characters that a page holds upright, and across at a size that can be read
_FIRST_DAY = date(1900, 3, 1)  # before it Excel and the calendar disagree
Kind = Literal["text", "number", "score", "two", "day"]
_FORMATS: dict[Kind, str] = {"text": "@", "number": "0", "score": "0.0", "two": "0.00", "day": "yyyy-mm-dd"}


@dataclass(frozen=True)
class Column:
    """One column: the key of its head, its width in characters, and what its cells hold."""

    head: str
    width: int
    kind: Kind


Cell = str | float | int | None
Sheet = tuple[str, Sequence[Column], list[list[Cell]]]


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
    top = {"valign": "top", "font_name": "Calibri", "font_size": 10, "bottom": 1, "bottom_color": LINE.upper()}
    looks: dict[str, Any] = {
        kind: book.add_format({**top, "num_format": form, "text_wrap": kind == "text", "indent": int(kind == "text")})
        for kind, form in _FORMATS.items()
    }
    looks["day"].set_align("left")
    kept = {**top, "num_format": "@", "text_wrap": True, "indent": 1, "quote_prefix": True}
    looks["kept"] = book.add_format(kept)  # a text that stays one also when somebody edits its cell
    head = book.add_format({**top, "bold": True, "bg_color": TEAL.upper(), "font_color": "#FFFFFF", "text_wrap": True})
    for name, columns, rows in _Sheets(report, say).all():
        if not rows:
            continue
        sheet = book.add_worksheet(say(f"report.sheet.{name}"))
        heads = [say(column.head) for column in columns]
        sheet.set_row(0, _height(columns, heads))
        for place, (column, text) in enumerate(zip(columns, heads, strict=True)):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, text, head)
        for line, row in enumerate(rows, 1):
            sheet.set_row(line, _height(columns, row))
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                _write(sheet, line, place, column.kind, value, looks)
        sheet.freeze_panes(1, 0 if len(columns) < 4 else 1)
        if len(columns) > 2:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        _for_print(sheet, sum(column.width for column in columns), report)
        sheet.repeat_rows(0)
        if name == "scores":
            _charts(book, columns, report, say)
    book.close()
    return output.getvalue()


def _height(columns: Sequence[Column], cells: Sequence[Cell]) -> float:
    """The height in points of a row whose texts wrap within their columns; Excel has none above 409."""
    lines = (
        sum(ceil(max(1, len(line) * _WIDE) / (column.width - 1)) for line in f"{cell}".split("\n"))
        for column, cell in zip(columns, cells, strict=True)
        if isinstance(cell, str)
    )
    return min(_HIGHEST, 4 + _LINE * max(lines, default=1))


def _for_print(sheet: Any, width: int, report: Report) -> None:
    """A4, as many pages wide as keep the letters readable; what is wide lies across, and repeats the column that names its rows."""
    pages = ceil(max(width, 1) / _PAGE)
    sheet.set_paper(9)
    if width > _UPRIGHT:
        sheet.set_landscape()
    if pages > 1:
        sheet.repeat_columns(2)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(pages, 0)
    sheet.set_footer(f"&L{_plain(report.audience_label)}&R&P / &N")


def _charts(book: Any, columns: Sequence[Column], report: Report, say: Phrases) -> None:
    """A sheet of charts drawn from the sheet of scores, whose factors stand from its third row on."""
    sheet, scores, last = (
        book.add_worksheet(say("report.sheet.charts")),
        say("report.sheet.scores"),
        len(report.factors) + 1,
    )
    heads = [column.head for column in columns]
    for at, (title, drawn) in enumerate(_CHARTS.items()):
        chart = book.add_chart({"type": "bar"})
        for place, colour in zip(map(heads.index, drawn), (TEAL, LIGHT), strict=False):
            values = {"categories": [scores, 2, 1, last, 2], "values": [scores, 2, place, last, place]}
            chart.add_series({"name": [scores, 0, place], "fill": {"color": colour.upper()}, "gap": 60, **values})
        chart.set_title({"name": say(title), "name_font": {"size": 13}})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"min": 0, "max": 100, "major_gridlines": {"visible": True, "line": {"color": LINE.upper()}}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 660, "height": 470})
        sheet.insert_chart(at * 25, 0, chart, {"description": say(title)})
    _for_print(sheet, 0, report)


def _column(head: str, width: str, kind: Any = "text") -> Column:
    return Column(head, int(width), kind)


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


_COLUMNS = {  # of each sheet: the key of a head, its width in characters, and what its cells hold if no text
    "summary": "report.sheet.what 34, report.sheet.told 90",
    "scores": (
        "report.sheet.level 16, report.sheet.id 8, report.sheet.name 44, score.claimed 10 score, score.evidenced 11 "
        "score, report.sheet.low 10 score, report.sheet.high 10 score, score.law 10 score, score.practice 10 score, "
        "score.gap 10 score, score.answered 12 number, report.sheet.applicable 12 number, "
        "state.dont_know 12 number, state.unanswered 12 number, state.not_applicable 12 number, score.weakest 12, "
        "agree.level 9 two"
    ),
    "questions": (
        "score.factor 18, action.elements 18, report.sheet.id 8, work.questions 42, report.sheet.weight 8 two, "
        "action.status 12, agree.level 8 two, report.sheet.basis 16, report.sheet.reached 40, report.sheet.following "
        "40, report.reason 22, report.agreed 30, agree.dissent 30, report.sheet.mean 9 two, report.sheet.deviation 10 "
        "two, report.sheet.consensus 11 two, report.note 28, report.evidence 10 number, report.remarks 30"
    ),
    "evidence": (
        "report.sheet.question 11, report.evidence 60, report.sheet.kind 22, action.date 12 day, report.sheet.age 12, "
        "report.sheet.file 24, report.sheet.link 40, risks.owner 24"
    ),
    "risks": (
        "report.risk_risk 8, report.sheet.process 24, report.sheet.event 60, risks.vulnerability 22, risks.likelihood "
        "11 number, risks.impact 11 number, report.sheet.after_likelihood 13 number, report.sheet.after_impact 13 "
        "number, report.sheet.product 11 number, report.sheet.zone 12, report.risk_controls 50, report.sheet.control "
        "20, risks.owner 22, action.elements 16"
    ),
    "practices": (
        "action.elements 10, report.sheet.name 34, report.sheet.practice 44, report.sheet.members 24, "
        "report.sheet.told 60, offer.why 50, report.evidence 18, report.source 50, report.sheet.link 40"
    ),
    "plan": (
        "action.id 8, action.measure 50, action.problem 50, action.result 40, action.elements 14, action.owner 24, "
        "action.co_owners 24, action.start 12 day, action.due 12 day, action.horizon 14, action.status 18, "
        "action.timing 14, report.sheet.achieved 12 score, action.indicator 70"
    ),
    "comparison": (
        "score.factor 36, report.sheet.before 11 score, report.sheet.before_evidenced 12 score, report.sheet.before_low 11 "
        "score, report.sheet.before_high 11 score, report.sheet.after 11 score, report.sheet.after_evidenced 12 score, "
        "report.sheet.after_low 11 score, report.sheet.after_high 11 score, report.points 10 score, report.verdict 24, "
        "report.sheet.moves 30"
    ),
    "method": "report.sheet.what 24, report.sheet.told 110",
}

_CHARTS = {  # the title of each chart, and the heads of the columns it shows
    "report.table": ("score.claimed", "score.evidenced"),
    "report.sides": ("score.law", "score.practice"),
}


class _Sheets:
    def __init__(self, report: Report, say: Phrases) -> None:
        self.r, self.say = report, say

    def all(self) -> Iterator[Sheet]:
        """Every sheet: its name, its columns, its rows."""
        rows = (self.summary, self.scores, self.questions, self.evidence, self.risks, self.practices, self.plan)
        for (name, columns), make in zip(_COLUMNS.items(), (*rows, self.comparison, self.method), strict=True):
            yield name, [_column(*each.split()) for each in columns.split(", ")], list(make())

    def risks(self) -> Iterator[list[Cell]]:
        """The register of risks."""
        for k in self.r.risks:
            places = (k.likelihood, k.impact, k.residual_likelihood, k.residual_impact)
            product = k.residual_likelihood * k.residual_impact
            yield [
                *(k.id, k.process, k.text, k.vulnerability, *places, product, k.zone_label),
                *(k.controls, k.control, k.owner, ", ".join(k.elements)),
            ]

    def plan(self) -> Iterator[list[Cell]]:
        """The actions of the plan."""
        for a in self.r.actions:
            yield [
                *(a.id, a.measure, a.problem, a.result, ", ".join(a.elements), a.owner, "; ".join(a.co_owners)),
                *(a.start, a.due, a.horizon, a.status_label, a.timing_label, a.achievement),
                "\n".join(f"{each.text}{self.say('colon')}{each.reached}" for each in a.indicators),
            ]

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
            [say("score.evidenced"), r.overall.evidenced],
            ["", say("score.self")],
            [say("report.sheet.low"), r.overall.low],
            [say("report.sheet.high"), r.overall.high],
            [say("score.answered"), say("score.of", answered=r.overall.answered, applicable=r.overall.applicable)],
            [say("score.interval"), r.interval_text],
        ]
        if many := len(r.unapproved):
            told = say.count("report.unapproved", many, questions=", ".join(r.unapproved))
            rows.append([say("report.summary"), told])
        rows += self.top("report.top_strengths", r.strengths)
        rows += self.top("report.top_gaps", r.gaps)
        rows += [[say("report.priorities"), f"{p.question.id} {p.question.element}"] for p in r.priorities]
        rows += [[say("report.decided"), f"{a.id} {a.title or a.problem}"] for a in r.actions[:DECISIONS]]
        rows += [[say("report.decided"), say("report.plan_apart")]] if r.plan_apart else []
        rows.append([say("report.sheet.seal"), r.fingerprint or say("journal.open")])
        rows += [["", say("journal.keep")]] if r.fingerprint else []
        rows += [[f"{say('withheld.title')}{say('colon')}{each.label}", each.values] for each in r.withheld]
        return rows

    def top(self, title: str, questions: Sequence[QuestionView]) -> Iterator[list[Cell]]:
        """Strengths or gaps."""
        for each in questions:
            yield [self.say(title), f"{each.id} {each.element}{self.say('colon')}{each.reached}"]

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
        numbers = (s.score, s.evidenced, s.low, s.high, s.law, s.practice, s.gap)
        return [*numbers, *counts, s.weakest, s.weakest_level]

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

    def comparison(self) -> Iterator[list[Cell]]:
        """The last round beside this one."""

        def row(line: LineView) -> list[Cell]:
            before = (line.before, line.before_evidenced, line.before_low, line.before_high)
            after = (line.after, line.after_evidenced, line.after_low, line.after_high)
            counts = {"up": line.up, "down": line.down, "same": line.same}
            moves = "" if line.up is None else self.say("compare.moves", **counts)
            name = f"{line.number or ''} {line.name}".strip()
            return [name, *before, *after, line.points, line.verdict_label, moves]

        if c := self.r.comparison:
            yield from (row(line) for line in (*c.factors, c.overall))

    def method(self) -> list[list[Cell]]:
        """How the scores are computed."""
        r, say = self.r, self.say
        rows: list[list[Cell]] = [
            [f"{level} – {head}", text]
            for level, texts in enumerate(r.scale.levels)
            for head, text in zip(r.scale.heads, texts, strict=True)
        ]
        rows += [[say("report.method"), line] for line in r.method]
        return [*rows, ["", say("report.footer", release=r.release)]]
