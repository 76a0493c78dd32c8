"""What several versions of the report say alike: scores in figures and tables, findings, priorities, decisions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from assessment.audience import Audience
from assessment.rendering import blocks
from assessment.rendering.texts import short
from assessment.report.figures import (
    DECISIONS,
    ActionView,
    FactorView,
    PriorityView,
    QuestionView,
    Report,
    ScoreView,
)
from assessment.report.wording import facts, level, missing_proof, next_level, signed
from kb.base.interface import Phrases
from kb.press.document import Run

Tone = Literal["good", "gap"]
MOST = 3  # strengths, and gaps, of a key factor told in full beside each other; the annex has them all
WIDTHS = (6.5, 2.0, 2.4, 2.5, 2.4, 3.0)  # of the columns of a table of scores
SHORT = 210  # characters of a text on one page
OVER = ("done", "cancelled")
_STRONG, _WEAK = 75, 50  # an evidenced score from the first on stands out, a claimed one below the second falls short


def cover(r: Report, say: Phrases) -> blocks.Cover:
    """What every version opens with."""
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


def interval(score: ScoreView) -> blocks.Interval:
    """A score as its bar shows it."""
    return blocks.Interval(score.score, score.low, score.high, score.evidenced)


def headline(r: Report, label: str, score: ScoreView, texts: Iterable[blocks.Passage], say: Phrases) -> blocks.Headline:
    """A score as claimed, large, and as evidenced beside it."""
    beside = (say("score.evidenced"), say.number(score.evidenced, r.digits))
    number, unit = say.number(score.score, r.digits), say("report.out_of")
    return blocks.Headline(label, number, unit, beside, interval(score), tuple(texts))


def row(r: Report, name: Run, score: ScoreView, say: Phrases, *others: Run) -> blocks.ScoreRow:
    """A score in a table: claimed, evidenced, its interval and coverage, and what else is given."""
    ends = {"low": say.number(score.low, r.digits), "high": say.number(score.high, r.digits)}
    span = "–" if score.low is None else say("report.low_high", **ends)
    answered = say("score.of", answered=score.answered, applicable=score.applicable)
    pair = claimed(r, score, say)
    return blocks.ScoreRow(name, interval(score), (*pair, Run(span), Run(answered), *others))


def claimed(r: Report, score: ScoreView, say: Phrases) -> tuple[Run, Run]:
    """What is claimed and what of it is evidenced, in figures."""
    told = (say.number(each, r.digits) for each in (score.score, score.evidenced))
    return Run(next(told), strong=True), Run(next(told))


def scores(r: Report, say: Phrases) -> blocks.Scores:
    """The ten key factors, each with its weakest question where the audience may know it."""
    known = r.audience is not Audience.PUBLIC
    names = ["factor", "claimed", "evidenced", "interval", "answered", *(["weakest"] if known else [])]
    rows = [row(r, named(f), f.score, say, *([_weakest(f, say)] if known else [])) for f in r.factors]
    return blocks.Scores(say("report.table"), heads(names, say), tuple(rows), WIDTHS[: len(names)])


def heads(names: Iterable[str], say: Phrases) -> tuple[str, ...]:
    """The heads of a table of scores."""
    return tuple(say(f"score.{name}") for name in names)


def named(f: FactorView) -> Run:
    """A key factor by its number and name."""
    return Run(f"{f.number} {f.name}", href=f"#f{f.number}")


def _weakest(f: FactorView, say: Phrases) -> Run:
    """The weakest question with its level; it leads to the question where the document has it."""
    if f.score.weakest is None or f.score.weakest_level is None:
        return Run("–")
    told = say("score.level_of", question=f.score.weakest, level=say.level(f.score.weakest_level))
    return Run(told, href=f"#q{f.score.weakest}" if f.questions else "")


def sides(r: Report, say: Phrases) -> Iterator[blocks.Table]:
    """What is laid down against what is done, of each key factor and, but for the public, overall."""
    if not any(f.score.law is not None or f.score.practice is not None for f in r.factors):
        return
    lines = [(f"{f.number} {f.name}", f.score) for f in r.factors]
    lines += [] if r.audience is Audience.PUBLIC else [(say("score.overall"), r.overall)]
    rows = [[blocks.cell(name), *map(blocks.cell, side_figures(r, score, say))] for name, score in lines]
    head = heads(("factor", "law", "practice", "gap"), say)
    yield blocks.table(say("report.sides"), head, [7, 2, 2, 2], rows, right=(1, 2, 3))


def side_figures(r: Report, score: ScoreView, say: Phrases) -> tuple[str, str, str]:
    """Rules, practice, and by how much the rules are ahead."""
    return say.number(score.law, r.digits), say.number(score.practice, r.digits), signed(score.gap, say, r.digits)


def coverage(score: ScoreView, say: Phrases) -> str:
    """How many questions are answered."""
    told = f"{say.count('report.coverage', score.applicable, answered=score.answered)}."
    return f"{told} {say.count('report.outside', score.not_applicable)}" if score.not_applicable else told


def span(r: Report, score: ScoreView, say: Phrases) -> Iterator[str]:
    """The ends of an interval, if it has two."""
    if score.low is not None and score.low != score.high:
        yield say("report.interval", low=say.number(score.low, r.digits), high=say.number(score.high, r.digits)) + "."


def sides_of(r: Report, score: ScoreView, say: Phrases) -> Iterator[blocks.Passage]:
    """The score of the rules and that of the practice, where one of them has one."""
    if score.law is not None or score.practice is not None:
        figures = zip(("law", "practice", "gap"), side_figures(r, score, say), strict=True)
        yield blocks.passage(say("report.sides_of", **dict(figures)))


def apart(f: FactorView, say: Phrases) -> Iterator[str]:
    """How many scored a key factor, how far their scores lay apart, and the dissent on record."""
    if f.consensus is not None and f.respondents:
        measures = {name: say.number(getattr(f, name), 2) for name in ("deviation", "consensus")}
        yield say.count("report.agreement", f.respondents, **measures)
    if f.dissents:
        yield say.count("report.dissents", f.dissents)


def standing(r: Report, say: Phrases) -> Iterator[blocks.Passage]:
    """What the overall score rests on, in sentences; first of all that it is the administration's own."""
    yield blocks.passage(say("score.self"), tone="flag")
    if r.audience is not Audience.HEAD:  # whose first page has them in a table
        yield from sides_of(r, r.overall, say)
    yield blocks.passage(" ".join([coverage(r.overall, say), *span(r, r.overall, say)]))
    if r.interval_text:
        yield blocks.passage(r.interval_text)
    if without := [str(f.number) for f in r.factors if f.score.applicable and not f.score.sufficient]:
        yield blocks.passage(say.count("score.none_factors", len(without), numbers=", ".join(without)), tone="flag")
    if r.chosen == "quick":
        yield blocks.passage(say.count("report.quick", r.overall.applicable + r.overall.not_applicable), tone="flag")
    yield from _voices(r, say)
    if r.unsupported:
        yield blocks.passage(say.count("report.unsupported_count", r.unsupported), tone="flag")


def _voices(r: Report, say: Phrases) -> Iterator[blocks.Passage]:
    """Who scored, and how far that is agreed and approved."""
    if r.unit and r.people:
        yield blocks.passage(say.count("report.unit_part", r.people.respondents))
    elif r.means:
        yield blocks.passage(say.count("score.means", r.means))
    if r.unapproved:
        questions = short(", ".join(r.unapproved), SHORT)
        yield blocks.passage(say.count("report.unapproved", len(r.unapproved), questions=questions), tone="flag")
    if r.people:
        groups = {"officers": r.people.officers, "business": r.people.business}
        units = "".join(f"; {unit} {many}" for unit, many in r.people.units) if r.audience is not Audience.HEAD else ""
        yield blocks.passage(f"{say.count('report.people', r.people.respondents, **groups)}{units}.")


def lens(r: Report, say: Phrases) -> Iterator[blocks.Section]:
    """The gender lens."""
    if r.lens:
        head = heads(("factor", "claimed", "evidenced", "interval", "answered"), say)
        rows = tuple(row(r, Run(f"{number} {name}"), score, say) for number, name, score in r.lens.factors)
        told = (blocks.passage(r.lens.note), blocks.Scores(say("report.lens_table"), head, rows, WIDTHS[:5]))
        yield blocks.Section("lens", r.lens.title, told, opening=2, room=0)


# ---- findings ----

_TITLES = {  # of a card: in the summary, in a factor, and where there is nothing
    "good": ("report.top_strengths", "report.strengths", "report.no_strengths"),
    "gap": ("report.top_gaps", "report.gaps", "report.no_gaps"),
}


def top(r: Report, tone: Tone, say: Phrases) -> blocks.Entries:
    """Strengths or gaps for the one page, and how many more are as far; for the public, key factors stand in for the questions."""
    title, _, none = map(say, _TITLES[tone])
    if r.audience is Audience.PUBLIC:
        items = list(_furthest(r, tone, say))
        return blocks.Entries(tone, title, tuple(items), "" if items else say("report.none_named"))
    questions = r.strengths if tone == "good" else r.gaps
    items = [finding(r, question, say, SHORT, proofs=1) for question in questions]
    if tone == "good" and any(f.strengths for f in r.factors):
        none = say("report.no_evidenced")
    return blocks.Entries(tone, title, tuple(items), "" if items else none, _as_far(r, tone, questions, say))


def _furthest(r: Report, tone: Tone, say: Phrases) -> Iterator[blocks.Entry]:
    """The three key factors with the highest evidenced scores that stand out, or with the lowest claimed ones that fall short."""
    good = tone == "good"
    scores = [(f.score.evidenced if good else f.score.score, f) for f in r.factors]
    known = [(score, f) for score, f in scores if score is not None and (score >= _STRONG if good else score < _WEAK)]
    for _, f in sorted(known, key=lambda pair: -pair[0] if good else pair[0])[:MOST]:
        told = f"{say('score.claimed')} {say.number(f.score.score, 0)} · {say('score.evidenced')} {say.number(f.score.evidenced, 0)}"
        yield blocks.Entry(str(f.number), f.name, (blocks.passage(told, style="small"),), href=f"#f{f.number}")


def _as_far(r: Report, tone: Tone, shown: Sequence[QuestionView], say: Phrases) -> str:
    """How many questions that are not shown are at the level of the last that is."""
    found = [q for f in r.factors for q in (evidenced(f) if tone == "good" else f.gaps)]
    many = (
        sum(q.level == shown[-1].level for q in found) - sum(q.level == shown[-1].level for q in shown) if shown else 0
    )
    return say.count("report.tied", many) if many > 0 else ""


def evidenced(f: FactorView) -> list[QuestionView]:
    """The strengths of a key factor behind which evidence stands that can be relied on."""
    return [question for question in f.strengths if question.evidenced]


def finding(r: Report, q: QuestionView, say: Phrases, most: int = 1000, proofs: int | None = None) -> blocks.Entry:
    """A strength or a gap: the criterion reached, what would move it, what shows it, and whether proof is missing."""
    following = f"{next_level(q, say)}{short(q.following, most)}" if q.following and (q.level or 0) < 3 else ""
    notes = [f"– {q.basis_label}"] if q.basis == "mean" else []
    notes += [f"– {short(f'{each.text} ({facts(each, say)})', most)}" for each in q.evidence[:proofs]]
    parts = [
        blocks.passage(short(q.reached, most)),
        *(blocks.passage(each, style="small") for each in (following, *notes) if each),
    ]
    parts += [blocks.passage(f"– {missing_proof(q, say)}", style="small", tone="flag")] if q.unsupported else []
    return blocks.Entry(q.id, q.element, tuple(parts), **level(q, say), href=_place(r, q))


def _place(r: Report, q: QuestionView) -> str:
    return f"#q{q.id}" if r.audience is not Audience.HEAD else ""


def cards(
    r: Report, f: FactorView, say: Phrases, many: int = MOST, most: int = 1000, proofs: int | None = None
) -> Iterator[blocks.Pair]:
    """Strengths with evidence, and gaps: the first in full, the others by their ids, those without evidence apart."""
    if r.audience is not Audience.PUBLIC:
        good = evidenced(f)
        bare = [question for question in f.strengths if question not in good]
        left = [say("report.more", questions=_listed(good[many:]))] if good[many:] else []
        left += [say("report.not_evidenced", questions=_listed(bare))] if bare else []
        gaps = say("report.more", questions=_listed(f.gaps[many:])) if f.gaps[many:] else ""
        none = say("report.no_evidenced" if bare else "report.no_strengths")
        strengths = tuple(finding(r, question, say, most, proofs) for question in good[:many])
        short_of = tuple(finding(r, question, say, most, proofs) for question in f.gaps[:many])
        yield blocks.Pair(
            (
                blocks.Entries("good", say("report.strengths"), strengths, "" if good else none, " – ".join(left)),
                blocks.Entries("gap", say("report.gaps"), short_of, "" if short_of else say("report.no_gaps"), gaps),
            )
        )


def _listed(questions: Sequence[QuestionView]) -> str:
    return " · ".join(f"{question.id} {question.element} ({question.level:g})" for question in questions)


# ---- what is urgent, where people disagree, what is decided ----


def first(r: Report, say: Phrases, most: int = SHORT) -> blocks.Entries:
    """The first gaps in the tool's own order, each with the goal and the risk behind it."""
    before = ("", *(each.risk for each in r.priorities))
    items = tuple(_priority(r, p, p.risk == last, say, most) for p, last in zip(r.priorities, before, strict=False))
    tied = r.priorities[-1].tied if r.priorities else 0
    more = [say.count("report.tied_priority", tied)] if tied else []
    more += [say.count("report.unmet", len(r.unmet), risks=", ".join(r.unmet))] if r.unmet else []
    none = "" if items else say("report.no_gaps")
    return blocks.Entries("gap", say("report.priorities"), items, none, " ".join(more))


def _priority(r: Report, p: PriorityView, same: bool, say: Phrases, most: int) -> blocks.Entry:
    """A gap; a risk that is the *same* as behind the gap before is not told again."""
    q, told = (
        p.question,
        {"id": p.risk, "product": p.product, "text": say("report.as_above") if same else short(p.risk_text, most)},
    )
    aim = f"{say('report.goal')}{say('colon')}{p.goal}" if p.goal else f"{next_level(q, say)}{q.following}"
    behind = say("report.risk_behind", **told) if p.risk else say("report.no_risk_behind")
    parts = (blocks.passage(short(aim, most + 40)), blocks.passage(behind, style="small"))
    return blocks.Entry(q.id, q.element, parts, **level(q, say), href=_place(r, q))


def disputed(r: Report, say: Phrases, most: int = SHORT) -> blocks.Entries:
    """Where people disagree most: between which levels they scored, and how many dissent from what is agreed."""
    items = tuple(_disputed(r, q, say, most) for q in r.disputed)
    return blocks.Entries("gap", say("report.disputed"), items, "" if items else say("report.no_disputed"))


def _disputed(r: Report, q: QuestionView, say: Phrases, most: int) -> blocks.Entry:
    told = []
    if q.spread and q.spread.consensus is not None:
        levels = [at for at, many in enumerate(q.spread.counts) if many]
        ends = {"low": levels[0], "high": levels[-1], "consensus": say.number(q.spread.consensus, 2)}
        told.append(say("report.range", **ends))
    told += [say.count("report.dissents", len(q.dissent))] if q.dissent else []
    parts = (blocks.passage(short(q.text, most)), blocks.passage(" ".join(told), style="small"))
    return blocks.Entry(q.id, q.element, parts, **level(q, say), href=_place(r, q))


def decisions(r: Report, say: Phrases) -> Iterator[blocks.Block]:
    """What was decided: the first actions of the plan. Where this version shows none, only the administration is told so."""
    items = tuple(decision(action, say) for action in r.actions[:DECISIONS])
    none = say("report.plan_apart" if r.plan_apart else "report.no_actions")
    if items or not (r.unit or r.audience in (Audience.PEERS, Audience.PUBLIC)):
        yield blocks.Entries("decisions", say("report.decided"), items, "" if items else none)
    if items and r.plan_apart:
        yield blocks.passage(none, style="small")


def decision(action: ActionView, say: Phrases) -> blocks.Entry:
    """An action with who is responsible and the day on which it is due."""
    told = "\n".join(filter(None, (short(action.owner, 40), action.due and say.date(action.due))))
    parts = (blocks.passage(told, style="small"),) if told else ()
    return blocks.Entry(action.id, short(action.title or action.problem, SHORT), parts, href=f"#{action.id}")


def asked_for(r: Report, say: Phrases, most: int, letters: int) -> blocks.Entries:
    """The decisions that are asked for: the actions that are open, those for the first gaps foremost, and those gaps without any."""
    gaps = [p.question for p in r.priorities if not p.actions]
    items = [
        _asked_for(a.id, short(a.title or a.problem, letters), short(a.owner, 32), a.due, say)
        for a in urgent(r)[: most - len(gaps)]
    ]
    items += [_asked_for(q.id, say("report.name_for", element=q.element), "", "", say) for q in gaps]
    none = say("report.plan_apart" if r.plan_apart else "report.no_actions")
    if not items:
        return blocks.Entries("decisions", say("report.asked_for"), (), none)
    return blocks.Entries("decisions", say("report.asked_for"), tuple(items), more="" if r.actions else none)


def urgent(r: Report) -> list[ActionView]:
    """The actions that are open: those for the first gaps, then by the day on which they are due."""
    wanted = [key for p in r.priorities for key in p.actions]
    open_ = [action for action in r.actions if action.status not in OVER]
    return sorted(open_, key=lambda action: (action.id not in wanted, action.due or "9"))


def _asked_for(key: str, title: str, owner: str, due: str, say: Phrases) -> blocks.Entry:
    told = f"{owner or say('report.to_be_named')} · {say.date(due) if due else say('report.to_be_set')}"
    return blocks.Entry(key, title, (blocks.passage(told, style="small"),))
