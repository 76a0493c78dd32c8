"""A report as Markdown: everything it says, for an editor or a screen reader, without pictures."""

import re

from assessment.rendering import texts
from assessment.report.figures import DECISIONS, ActionView, ElementView, LineView, QuestionView, Report, ScoreView
from kb.base.interface import Phrases

_SIGNS = re.compile(r"([\\`*_\[\]<>#|~]|&(?=#?\w+;))")


def render(report: Report, say: Phrases) -> str:
    """The report as GitHub-flavoured Markdown; its texts are escaped, so that none of them acts as Markdown or HTML."""
    return "\n".join(_Writer(report, say).lines()).rstrip() + "\n"


def plain(text: str) -> str:
    """A text on one line that Markdown shows as it is."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


class _Writer:
    def __init__(self, report: Report, say: Phrases) -> None:
        self.r, self.say = report, say
        self.cited = {practice.id: practice for practice in report.practices}

    def lines(self) -> list[str]:
        """All lines."""
        return [
            *self.head(),
            *self.summary(),
            *self.factors(),
            *self.lens(),
            *self.risks(),
            *self.plan(),
            *self.comparison(),
            *self.practices(),
            *self.method(),
        ]

    def head(self) -> list[str]:
        """Title and facts."""
        r, say = self.r, self.say
        facts = [say("report.as_of", date=say.date(r.date)), say("report.version", version=r.version)]
        facts += [say("report.member", name=r.member)] if r.member else []
        marks = [say("report.confidential")] if r.audience != "public" else []
        return [
            f"# {say('report.title')} – {plain(r.administration)}",
            "",
            say("report.subtitle"),
            "",
            plain(" · ".join(facts)),
            "",
            f"**{' '.join([*marks, r.audience_label])}**",
            "",
        ]

    def number(self, value: float | None, digits: int = 1) -> str:
        """A number as the language writes it."""
        return self.say.number(value, digits)

    def span(self, score: ScoreView) -> str:
        """The interval of a score."""
        if score.low is None:
            return "–"
        return self.say("report.low_high", low=self.number(score.low), high=self.number(score.high))

    def summary(self) -> list[str]:
        """Where the administration stands."""
        r, say = self.r, self.say
        told = say("report.coverage", answered=r.overall.answered, applicable=r.overall.applicable)
        lines = [
            f"## {say('report.summary')}",
            "",
            f"{say('report.overall')}{say('colon')}**{self.number(r.overall.score)}** {say('report.out_of')} "
            f"({self.span(r.overall)}). {told}.",
            "",
        ]
        if r.means:
            lines += [say.count("score.means", r.means), ""]
        lines += [r.interval_text, ""]
        if r.unapproved:
            lines += [say.count("report.unapproved", len(r.unapproved), questions=", ".join(r.unapproved)), ""]
        if r.people:
            lines += [
                say.count(
                    "report.people", r.people.respondents, officers=r.people.officers, business=r.people.business
                ),
                "",
            ]
        for title, questions, elements in (
            ("report.top_strengths", r.strengths, r.strong_elements),
            ("report.top_gaps", r.gaps, r.weak_elements),
        ):
            lines += [f"### {say(title)}", ""]
            if r.audience == "public":
                lines += [f"- {e.id} {plain(e.short)}{say('colon')}{self.number(e.score.score, 0)}" for e in elements]
            else:
                lines += [self.finding(q) for q in questions]
            lines.append("")
        if r.actions or r.audience in ("internal", "head"):
            lines += [f"### {say('report.decided')}", ""]
            lines += [self.decision(action) for action in r.actions[:DECISIONS]] or [say("report.no_actions")]
            lines.append("")
        head = [say(f"score.{name}") for name in ("factor", "score", "interval", "answered", "weakest")]
        rows = [
            [
                f"{f.number} {f.name}",
                self.number(f.score.score),
                self.span(f.score),
                say("score.of", answered=f.score.answered, applicable=f.score.applicable),
                say("score.level_of", question=f.score.weakest, level=say.level(f.score.weakest_level))
                if f.score.weakest and f.score.weakest_level is not None
                else "–",
            ]
            for f in r.factors
        ]
        return [*lines, f"### {say('report.table')}", "", *_table(head, rows), ""]

    def finding(self, question: QuestionView) -> str:
        """One strength or gap on one line."""
        level = self.say("state.level", level=self.say.level(question.level or 0))
        named = f"{question.id} {plain(question.element)}{self.say('colon')}"
        return f"- **{level}** · {named}{plain(question.reached)}"

    def factors(self) -> list[str]:
        """Each key factor."""
        say, lines = self.say, []
        for f in self.r.factors:
            lines += [f"## {f.number} {plain(f.name)}", "", plain(f.aim), ""]
            lines += [f"**{self.number(f.score.score)}** {say('report.out_of')} ({self.span(f.score)})", ""]
            if f.shares:
                parts = {name: self.number(100 * getattr(f.shares, name), 0) for name in type(f.shares).model_fields}
                lines += [say("report.shares", **parts), ""]
            if f.consensus is not None:
                lines += [
                    say(
                        "report.agreement", deviation=self.number(f.deviation, 2), consensus=self.number(f.consensus, 2)
                    ),
                    "",
                ]
            if f.dissents:
                lines += [say.count("report.dissents", f.dissents), ""]
            if f.risks:
                lines += [f"{say('report.factor_risks')}{say('colon')}{', '.join(f.risks)}", ""]
            lines += [f"### {say('report.elements')}", ""]
            lines += [f"- {e.id} {plain(e.short)}{say('colon')}{self.number(e.score.score, 0)}" for e in f.elements]
            lines.append("")
            for element in f.elements:
                lines += self.offers(element) if element.weak else []
            if f.questions:
                lines += [f"### {say('report.questions')}", ""]
                for question in f.questions:
                    lines += self.question(question)
        return lines

    def offers(self, element: ElementView) -> list[str]:
        """Practices for a weak element."""
        say = self.say
        title = say("report.weak_element", id=element.id, name=element.short, score=self.number(element.score.score, 0))
        lines = [f"### {plain(title)}", ""]
        for offer in element.offers:
            practice = self.cited[offer.practice]
            told = f"{practice.members} · {practice.source} · {practice.evidence}"
            why = f"{say('offer.why')}{say('colon')}{plain(offer.why)}." if offer.why else ""
            lines.append(f"- **{plain(practice.title)}** ({plain(told)}). {plain(practice.summary)} {why}".rstrip())
        return [*(lines if element.offers else [*lines, say("report.no_practice")]), ""]

    def question(self, q: QuestionView) -> list[str]:
        """A question with everything that is said of it."""
        say, colon = self.say, self.say("colon")
        state = say(f"state.{q.state}") if q.level is None else say("state.level", level=say.level(q.level))
        basis = f" ({q.basis_label})" if q.basis in ("mean", "agreed") else ""
        lines = [f"#### {q.id} {plain(q.text)}", "", f"**{state}**{basis}", ""]
        for label, text in (
            ("", q.reached),
            (say("report.level_next", level=int(q.level or 0) + 1), q.following),
            (say("report.reason"), q.reason),
            (say("report.agreed"), q.agreed_reason),
            (say("report.note"), q.note),
        ):
            if text:
                lines += [texts.as_markdown(text, plain, f"{label}{colon}" if label else ""), ""]
        if q.remarks:
            remarks = (_item(texts.as_markdown(remark, plain)) for remark in q.remarks)
            lines += [say("report.remarks") + colon.rstrip(), "", *remarks, ""]
        for d in q.dissent:
            level = "" if d.level is None else f" ({say('state.level', level=d.level)})"
            label = f"{say('agree.dissent')}{colon}{plain(d.group)}{level}{colon}"
            lines += [texts.as_markdown(d.why, plain, label), ""]
        if q.spread and q.spread.consensus is not None:
            counts = " · ".join(f"{level}{colon}{count or '–'}" for level, count in enumerate(q.spread.counts))
            two = {name: self.number(getattr(q.spread, name), 2) for name in ("mean", "deviation", "consensus")}
            lines += [say("agree.spread", counts=counts, **two), ""]
        for e in q.evidence:
            date = say.date(e.date) if e.date else ""
            told = " · ".join(filter(None, (e.kind, date, e.freshness_label, e.file, e.link)))
            lines.append(_item(f"{texts.as_markdown(e.text, plain)}{_after(e.text)}({plain(told)})"))
        if q.unsupported:
            lines.append(f"- {say('report.unsupported', level=say.level(q.level or 0))}")
        return [*lines, ""] if lines[-1] else lines

    def lens(self) -> list[str]:
        """The gender lens."""
        lens, say = self.r.lens, self.say
        if lens is None:
            return []
        head = [say(f"score.{name}") for name in ("factor", "score", "interval", "answered")]
        rows = [
            [
                f"{n} {name}",
                self.number(s.score),
                self.span(s),
                say("score.of", answered=s.answered, applicable=s.applicable),
            ]
            for n, name, s in lens.factors
        ]
        lines = [f"## {plain(lens.title)}", "", plain(lens.note), "", *_table(head, rows), ""]
        for question in lens.questions:
            lines += self.question(question)
        return lines

    def risks(self) -> list[str]:
        """The register of risks."""
        r, say = self.r, self.say
        if not r.risks:
            return []
        head = [say(f"report.risk_{name}") for name in ("risk", "process", "before", "after", "controls")]
        rows = [
            [
                risk.id,
                f"{risk.process}{say('colon')}\n{risk.text}\n\n"
                f"({' · '.join((risk.vulnerability, *risk.enhancing, risk.origin))})",
                f"{risk.likelihood} × {risk.impact}",
                f"{risk.residual_likelihood} × {risk.residual_impact} {risk.zone_label}",
                f"{risk.controls}\n\n({risk.control})".strip(),
            ]
            for risk in r.risks
        ]
        return [f"## {say('report.risks')}", "", say("report.risks_text"), "", *_table(head, rows), ""]

    def decision(self, a: ActionView) -> str:
        """An action on one line."""
        facts = " · ".join(filter(None, (a.owner, a.due and self.say.date(a.due))))
        return f"- **{a.id}** · {plain(a.title or a.problem)}{f' ({plain(facts)})' if facts else ''}"

    def plan(self) -> list[str]:
        """The actions of the plan."""
        r, say = self.r, self.say
        if not r.actions:
            return []
        head = [say(f"action.{name}") for name in ("id", "measure", "owner", "period", "status", "achievement")]
        rows = [
            [
                a.id,
                "\n\n".join(
                    filter(
                        None,
                        (
                            a.title or a.problem,
                            a.result,
                            *(f"{each.text}{say('colon')}{each.reached}" for each in a.indicators),
                            ", ".join(a.elements),
                        ),
                    )
                ),
                "; ".join(filter(None, (a.owner, *a.co_owners))) or "–",
                " · ".join(filter(None, (a.period, a.horizon))) or "–",
                a.status_label,
                "–" if a.achievement is None else say("plan.percent", n=self.number(a.achievement, 0)),
            ]
            for a in r.actions
        ]
        told = say("report.plan_text", date=say.date(r.as_of))
        return [f"## {say('plan.title')}", "", told, "", *_table(head, rows), ""]

    def comparison(self) -> list[str]:
        """The last round beside this one."""
        c, say = self.r.comparison, self.say
        if c is None:
            return []
        days = {"before": say.date(c.before), "after": say.date(c.after)}
        counts = {name: getattr(c, name) for name in ("core", "same", "reworded", "new", "dropped")}
        head = [say("score.factor"), days["before"], days["after"], say("report.points"), say("report.verdict")]

        def row(line: LineView) -> list[str]:
            points = "–" if line.points is None else f"{'+' if line.points > 0 else ''}{self.number(line.points)}"
            return [
                f"{line.number or ''} {line.name}".strip(),
                self.number(line.before),
                self.number(line.after),
                points,
                line.verdict_label,
            ]

        rows = [row(line) for line in (*c.factors, c.overall)]
        told = say("report.comparison_text", **days, **counts)
        return [f"## {say('report.comparison')}", "", told, "", *_table(head, rows), ""]

    def practices(self) -> list[str]:
        """The practices cited."""
        say, lines = self.say, []
        if self.r.practices:
            lines = [f"## {say('report.annex')}", "", say("report.annex_text"), ""]
        for p in self.r.practices:
            lines += [
                f"### {plain(p.title)}",
                "",
                plain(f"{p.members} · {p.type} · {p.evidence}"),
                "",
                plain(p.summary),
                "",
            ]
            if p.problem:
                lines += [f"**{say('report.problem')}.** {plain(p.problem)}", ""]
            lines += [p.done.strip(), ""]
            for text, period in p.results:
                when = f" {say('report.period', period=period)}" if period else ""
                lines += [f"**{say('report.results')}.** {plain(text)}{when}", ""]
            if p.lessons:
                lines += [f"**{say('report.lessons')}.** {plain(p.lessons)}", ""]
            lines += [f"{say('report.source')}{say('colon')}{plain(p.source)}" + (f" · <{p.url}>" if p.url else ""), ""]
        return lines

    def method(self) -> list[str]:
        """How the scores are computed, and what was withheld."""
        r, say = self.r, self.say
        lines = [f"## {say('report.method')}", "", r.method[0], ""]
        lines += [f"- **{level} – {plain(name)}.** {plain(text)}" for level, name, text in r.scale]
        lines += ["", *(f"- {line}" for line in r.method[1:]), ""]
        if r.withheld:
            lines += [f"## {say('withheld.title')}", "", say("withheld.text", audience=r.audience_label), ""]
            lines += [f"- {each.label}{say('colon')}{each.values}" for each in r.withheld] + [""]
        seal = say("journal.fingerprint", fingerprint=r.fingerprint) if r.fingerprint else say("journal.open")
        keep = [say("journal.keep"), ""] if r.fingerprint else []
        return [*lines, seal, "", *keep, say("report.footer", release=r.release)]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in (head, *rows)]
    return [lines[0], f"|{' --- |' * len(head)}", *lines[1:]]


def _cell(text: str) -> str:
    """A cell, whose line breaks a table of Markdown can only have as `<br>`."""
    return "<br>".join(plain(line) for line in texts.as_lines(text))


def _item(markdown: str) -> str:
    """Paragraphs and lists as one item of a list."""
    return "- " + "\n".join(f"  {line}" if line else "" for line in markdown.split("\n")).lstrip()


def _after(text: str) -> str:
    """What parts a text from a note in brackets after it: a blank after a paragraph, a blank line after a list."""
    found = texts.blocks(text)
    return " " if found and found[-1]["kind"] == "paragraph" else "\n\n"
