"""The figures of a report, computed from an assessment, and cut to an audience before anything is rendered."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from assessment import evidence as proofs
from assessment import offers
from assessment.actions import Action, achievement, priorities, timing, unmet
from assessment.agreement import SMALLEST, Standing, mean_disagreement
from assessment.audience import Audience, cut
from assessment.comparison import Comparison, Line, compare
from assessment.journal import Assessment
from assessment.people import Role, Side
from assessment.plan import telling
from assessment.report import figures, public, units
from assessment.report.questions import Source, disputed, question_view, strong, top, two, weak
from assessment.risks import Risk, zone
from assessment.rounds.agreeing import unapproved
from assessment.scoring import Score, Scores, rounded, score
from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import NOT_STATED, Text
from kb.library.citations import origin
from kb.library.declaration import Element
from kb.library.knowledge import Knowledge
from kb.library.questionnaires import Level, Question

WEAK = 50
STRONG = 75
METHOD = (
    *(
        "scale",
        "self",
        "question",
        "element",
        "factor",
        "overall",
        "na",
        "unknown",
        "mean",
        "coverage",
        "evidenced",
        "sides",
    ),
    *("weakest", "consensus", "evidence", "change", "groups", "offers"),
)


def make(
    assessment: Assessment,
    knowledge: Knowledge,
    say: Phrases,
    release: str,
    site: str | None = None,
    *,
    earlier: Assessment | None = None,
    plan: Assessment | None = None,
    unit: str = "",
    as_of: date | None = None,
) -> figures.Report:
    """The internal report of an assessment; the same input gives the same report.

    *site*: address of the knowledge base's site, to which the practices cited are then linked. *earlier*: the round before.
    *plan*: what goes on after the sealed round, whose actions are then told as of its last change. *unit*: tell only that unit's
    part of a sealed round, as `units.part_of` gives it. *as_of*: the day on which evidence and actions are judged, that of the last
    change if not given. Raises ArushaError where *earlier* is of another administration, *plan* of another round, or a unit cannot
    be told apart.
    """
    assessment, planned, plan_day = _taken(assessment, plan, unit, as_of)
    source = Source(assessment, knowledge, say, as_of or date.fromisoformat(assessment.changed[:10]))
    standing = assessment.standing
    scores = score(assessment.bank.questions, standing, source.supported)
    factors = tuple(_factor(source, number, scores) for number in scores.factors)
    questions = [question for factor in factors for question in factor.questions]
    bases = [stands.basis for stands in standing.values()]
    return figures.Report(
        format="arusha-report/1",
        administration=assessment.administration,
        member=_member(source),
        language=say.language,
        audience=Audience.INTERNAL,
        audience_label=say("audience.internal"),
        date=assessment.changed[:10],
        as_of=source.as_of.isoformat(),
        opened=assessment.opened[:10],
        version=assessment.version,
        chosen=assessment.chosen,
        fingerprint=assessment.fingerprint or "",
        release=release,
        unit=unit,
        scale=_scale(source),
        overall=_shown(scores.overall, standing),
        factors=factors,
        strengths=top(strong(questions, evidenced=True)),
        gaps=top(weak(questions)),
        priorities=_priorities(source, planned),
        disputed=disputed(questions),
        unmet=unmet(assessment.bank.questions, assessment.levels, assessment.risks.values()),
        unsupported=len(strong(questions)) - len(strong(questions, evidenced=True)),
        means=bases.count("mean"),
        interval_text=_interval(_shown(scores.overall, standing), say, 1, voted="mean" in bases),
        unapproved=unapproved(assessment),
        lens=_lens(source),
        people=_people(assessment),
        risks=_risks(source),
        actions=tuple(_action(say, action, plan_day) for action in planned.actions.values()),
        actions_as_of=plan_day,
        plan_apart=bool(assessment.fingerprint) and planned is assessment and not unit,
        comparison=None if earlier is None else _comparison(source, compare([earlier, assessment], source.as_of)),
        practices=_practices(source, factors, site),
        method=_method(source),
        withheld=(),
    )


def for_audience(report: figures.Report, audience: Audience, say: Phrases) -> figures.Report:
    """The report cut to its audience, with a sheet of what was withheld by category; the head's brief leaves the annexes out.

    Raises Refusal for a unit's report to peers or the public.
    """
    if report.unit and audience in (Audience.PEERS, Audience.PUBLIC):
        raise Refusal("report.unit_inside")
    kept, withheld = cut(report, audience)
    if audience is Audience.HEAD:
        factors = tuple(factor.model_copy(update={"questions": ()}) for factor in kept.factors)
        lens = kept.lens and kept.lens.model_copy(update={"questions": ()})
        kept = kept.model_copy(update={"factors": factors, "lens": lens})
    if audience is Audience.PUBLIC:  # which is told of no question and no element, so of no practice for them either
        kept = public.of(kept)
        untold = {say("report.method_weakest"), say("report.method_offers")}
        kept = kept.model_copy(
            update={
                "method": tuple(each for each in kept.method if each not in untold),
                "interval_text": _interval(kept.overall, say, 0, voted=bool(kept.means)),
            }
        )
    used = _cited(kept.factors)
    return kept.model_copy(
        update={
            "audience": audience,
            "audience_label": say(f"audience.{audience}"),
            "practices": tuple(practice for practice in kept.practices if practice.id in used),
            "withheld": tuple(
                figures.Withheld(category=key, label=say(f"withheld.{key}"), values=withheld[key])
                for key in sorted(withheld)
            ),
        }
    )


def _taken(
    assessment: Assessment, plan: Assessment | None, unit: str, as_of: date | None
) -> tuple[Assessment, Assessment, str]:
    """The assessment to report on, whole or a unit's part; that whose actions are told, and their day. Raises Refusal."""
    if plan is not None:
        expect_plan(plan, assessment)
    taken = units.part_of(assessment, unit) if unit else assessment
    planned = plan or taken
    return taken, planned, as_of.isoformat() if as_of else planned.changed[:10]


def expect_plan(plan: Assessment, assessment: Assessment) -> None:
    """Raise Refusal unless a plan is one, and goes on from this sealed round."""
    if plan.carried is None:
        raise Refusal("report.no_plan")
    if plan.carried.fingerprint != assessment.fingerprint:
        raise Refusal("report.other_plan", fingerprint=plan.carried.fingerprint)


def _member(source: Source) -> str:
    member = source.knowledge.members.by_code.get(source.assessment.member or "")
    return member.name.of(source.say.language) if member else ""


def _cited(factors: Iterable[figures.FactorView]) -> dict[str, None]:
    """The practices offered, each once, in their order."""
    elements = (element for factor in factors for element in factor.elements)
    return dict.fromkeys(offer.practice for element in elements for offer in element.offers)


def _scale(source: Source) -> figures.ScaleView:
    scale, say = source.assessment.bank.scale, source.say
    sides = {say("score.law"): scale.de_jure, say("score.practice"): scale.de_facto}
    if scale.de_jure == scale.de_facto:
        sides = {say("report.scale"): scale.de_facto}

    def named(level: Level) -> str:
        return f"{level.name.of(say.language)}. {level.text.of(say.language)}"

    return figures.ScaleView(
        heads=tuple(sides), levels=tuple(tuple(map(named, level)) for level in zip(*sides.values(), strict=True))
    )


def _method(source: Source) -> tuple[str, ...]:
    scale, *sentences = (source.say(f"report.method_{key}") for key in METHOD)
    if weighed := sorted(source.assessment.own.weights):
        sentences.append(source.say.count("report.own_weights", len(weighed), questions=", ".join(weighed)))
    rule = source.assessment.bank.scale.rule
    return (f"{scale} {rule.of(source.say.language)}" if rule else scale, *sentences)


def _factor(source: Source, number: int, scores: Scores) -> figures.FactorView:
    """One key factor."""
    assessment, language = source.assessment, source.say.language
    factor = source.knowledge.declaration.factor(number)
    asked = assessment.bank.of_factor(number)
    questions = tuple(question_view(source, question) for question in asked)
    deviation, consensus = mean_disagreement([s for q in asked if (s := assessment.spreads.get(q.id))])
    return figures.FactorView(
        number=number,
        name=factor.name.of(language),
        aim=factor.aim.of(language),
        score=_shown(scores.factors[number], assessment.standing),
        elements=tuple(_element(source, element, scores.elements.get(element.id)) for element in factor.elements),
        questions=questions,
        strengths=tuple(strong(questions)),
        gaps=tuple(weak(questions)),
        shares=_shares(proofs.shares(asked, assessment.standing, source.pieces, source.as_of)),
        deviation=two(deviation),
        consensus=two(consensus),
        dissents=sum(len(question.dissent) for question in questions),
        respondents=_scored(assessment, asked),
        risks=_risks_of(assessment, {element.id for element in factor.elements}),
    )


def _scored(assessment: Assessment, questions: Iterable[Question]) -> int | None:
    """How many people gave private scores that may be shown; None where nobody did."""
    votes = [assessment.vote(question.id) for question in questions if question.id in assessment.spreads]
    return len({person for vote in votes if vote for person in vote.answers}) or None


def _shares(shares: proofs.Shares | None) -> figures.SharesView | None:
    if shares is None:
        return None
    return figures.SharesView(
        **{name: float(round(getattr(shares, name), 4)) for name in figures.SharesView.model_fields}
    )


def _risks_of(assessment: Assessment, elements: set[str]) -> tuple[str, ...]:
    return tuple(risk.id for risk in assessment.risks.values() if elements.intersection(risk.elements))


def _element(source: Source, element: Element, own: Score | None) -> figures.ElementView:
    """One element with its score, and practices where it is weak."""
    standing, language = source.assessment.standing, source.say.language
    asked = source.assessment.bank.of_element(element.id)
    own = own or score([], {}).overall
    grade = _grade(own.score)
    low = [q for q in asked if (s := standing.get(q.id)) and s.level is not None and s.level <= 2]
    return figures.ElementView(
        id=element.id,
        short=element.short.of(language),
        text=element.text.of(language),
        score=_shown(own, standing),
        grade=grade,
        weak=grade == "weak",
        offers=_offers(source, element.id, low) if grade == "weak" else (),
    )


def _offers(source: Source, element: str, low: Sequence[Question]) -> tuple[figures.OfferView, ...]:
    say = source.say
    chosen = offers.choose(element, low, source.assessment.member, source.knowledge, say.language)
    return tuple(figures.OfferView(practice=offer.practice, why=_why(offer, say)) for offer in chosen)


def _why(offer: offers.Offer, say: Phrases) -> str:
    """Why a practice was chosen, in words."""
    reasons = [
        say("offer.answers", questions=", ".join(offer.answers)) if offer.answers else "",
        say("offer.first") if offer.first else "",
        say("offer.region") if offer.region else "",
        say(f"offer.{offer.strength}"),
        say("offer.shared", words=", ".join(offer.shared)) if offer.shared else "",
    ]
    return say("offer.join").join(filter(None, reasons))


def _names(source: Source) -> dict[int, str]:
    return {factor.number: factor.name.of(source.say.language) for factor in source.knowledge.declaration.factors}


def _lens(source: Source) -> figures.LensView | None:
    """The gender lens, if it is asked."""
    lens, standing, names = source.assessment.lens, source.assessment.standing, _names(source)
    if lens is None:
        return None
    scores = score(lens.questions, standing, source.supported).factors
    return figures.LensView(
        title=lens.title.of(source.say.language),
        note=lens.note.of(source.say.language),
        factors=tuple((number, names[number], _shown(each, standing)) for number, each in scores.items()),
        questions=tuple(question_view(source, question) for question in lens.questions),
    )


def _risks(source: Source) -> tuple[figures.RiskView, ...]:
    """The open risks, the worst first."""
    open_ = [risk for risk in source.assessment.risks.values() if not risk.closed]
    worst = sorted(open_, key=lambda risk: (-risk.residual[0] * risk.residual[1], int(risk.id[1:])))
    return tuple(_risk(risk, source.say) for risk in worst)


def _risk(risk: Risk, say: Phrases) -> figures.RiskView:
    where = zone(risk.residual)
    same = ("id", "process", "text", "likelihood", "impact", "controls", "source", "elements")
    return figures.RiskView(
        **{name: getattr(risk, name) for name in same},
        vulnerability=say(f"vulnerability.{risk.vulnerability}"),
        enhancing=tuple(say(f"enhancing.{each}") for each in risk.enhancing),
        residual_likelihood=risk.residual[0],
        residual_impact=risk.residual[1],
        zone=where,
        zone_label=say(f"zone.{where}"),
        control=say(f"control.{risk.control}"),
        origin=say(f"origin.{risk.origin}"),
        owner=risk.owner or "",
    )


def _priorities(source: Source, planned: Assessment) -> tuple[figures.PriorityView, ...]:
    """The first gaps in the tool's own order, with the actions *planned* for them."""
    a, risks = source.assessment, source.assessment.risks
    ranked = priorities(a.bank.questions, a.levels, risks.values(), planned.actions.values())
    shown, others = ranked[: figures.DECISIONS], ranked[figures.DECISIONS :]
    tied = sum(each.order == shown[-1].order for each in others) if shown else 0
    return tuple(
        figures.PriorityView(
            question=question_view(source, a.by_id[each.question]),
            goal=goal.of(source.say.language) if (goal := a.by_id[each.question].goal) else "",
            risk=each.risk or "",
            risk_text=risks[each.risk].text if each.risk else "",
            product=each.worst,
            actions=each.actions,
            tied=tied if each is shown[-1] else 0,
        )
        for each in shown
    )


def _action(say: Phrases, action: Action, day: str) -> figures.ActionView:
    """One action of the plan, judged as of a *day*."""
    when = timing(action, day)
    same = ("id", "problem", "result", "elements", "co_owners", "status")
    return figures.ActionView(
        **{name: getattr(action, name) for name in same},
        title=telling.title(action, say, public=action.published),
        measure=telling.measure(action, say, public=action.published),
        public=action.published,
        owner=action.owner or "",
        start=action.start or "",
        due=action.due or "",
        period=telling.period(action, say),
        horizon=say(f"horizon.{action.term}") if action.term else "",
        status_label=telling.status(action, say),
        timing=when,
        timing_label=say(f"timing.{when}"),
        achievement=rounded(achievement(action, day)),
        indicators=tuple(
            figures.IndicatorView(text=text, reached=told) for text, told in telling.indicators(action, say)
        ),
    )


def _comparison(source: Source, compared: Comparison) -> figures.ComparisonView:
    """The last round beside this one."""
    kinds = [each.whole for each in compared.questions]
    before, after = compared.rounds[0], compared.rounds[-1]
    names = _names(source)
    return figures.ComparisonView(
        before=before.opened[:10],
        after=after.opened[:10],
        before_version=before.version,
        after_version=after.version,
        core=len(compared.core),
        **{name: sum(kind == name for kind in kinds) for name in ("same", "reworded", "new", "dropped")},
        overall=_line(source.say, 0, source.say("score.overall"), compared.overall),
        factors=tuple(_line(source.say, number, names[number], line) for number, line in compared.factors.items()),
    )


def _line(say: Phrases, number: int, name: str, line: Line) -> figures.LineView:
    return figures.LineView(
        number=number,
        name=name,
        **_ends("before", line.scores[0]),
        **_ends("after", line.scores[-1]),
        points=rounded(line.whole.points),
        **asdict(line.moves),
        verdict=line.whole.verdict,
        verdict_label=say(f"compare.{line.whole.verdict}"),
    )


def _ends(name: str, value: Score) -> dict[str, Any]:
    ends = {"": value.score, "_low": value.low, "_high": value.high, "_evidenced": value.evidenced}
    return {f"{name}{end}": rounded(number) for end, number in ends.items()}


def _shown(value: Score, standing: Mapping[str, Standing]) -> figures.ScoreView:
    weakest = standing.get(value.weakest or "")
    level = weakest.level if weakest else None
    same = ("answered", "applicable", "dont_know", "unanswered", "not_applicable", "weakest", "sufficient", "of_law")
    numbers: dict[str, Any] = {name: rounded(getattr(value, name)) for name in public.NUMBERS}
    return figures.ScoreView(
        **{name: getattr(value, name) for name in (*same, "of_practice")},
        **numbers,
        weakest_level=None if level is None else round(float(level), 2),
    )


def _interval(overall: figures.ScoreView, say: Phrases, digits: int, *, voted: bool) -> str:
    """What could still move the overall score, in one sentence; where there is none, why. *voted*: a mean of a vote stands."""
    low, high = (say.number(end, digits) for end in (overall.low, overall.high))
    open_ = overall.dont_know + overall.unanswered
    if not overall.applicable:
        return say("report.none_apply")
    if not overall.answered:
        return say("report.not_scored")
    if not overall.sufficient:
        return say.count("report.not_enough", overall.answered, low=low, high=high, applicable=overall.applicable)
    if overall.low == overall.high:
        return "" if overall.low is None or open_ else say("report.interval_exact")
    if not open_:
        return say("report.interval_voices", low=low, high=high)
    return say.count("report.interval_both" if voted else "report.interval_open", open_, low=low, high=high)


def _grade(value: Fraction | None) -> str:
    """How an element's score is marked on the heat map: none, weak, fair or strong."""
    if value is None:
        return "none"
    return "weak" if value < WEAK else "strong" if value >= STRONG else "fair"


def _people(assessment: Assessment) -> figures.PeopleView | None:
    respondents = [person for person in assessment.people.values() if person.role is Role.RESPONDENT]
    if not respondents:
        return None
    units = Counter(person.unit or "" for person in respondents)
    told = tuple(sorted((unit, many) for unit, many in units.items() if unit and many >= SMALLEST))
    return figures.PeopleView(
        respondents=len(respondents),
        officers=sum(person.side is Side.OFFICER for person in respondents),
        business=sum(person.side is Side.BUSINESS for person in respondents),
        units=told,
        small_groups=len(units) - len(told),
    )


def _practices(
    source: Source, factors: Sequence[figures.FactorView], site: str | None
) -> tuple[figures.PracticeView, ...]:
    return tuple(_practice(source, key, site) for key in _cited(factors))


def _practice(source: Source, key: str, site: str | None) -> figures.PracticeView:
    knowledge, say, language = source.knowledge, source.say, source.say.language
    practice = knowledge.practice_by_id[key]
    told, members = origin(practice, knowledge, language), knowledge.members.by_code
    results = () if practice.results == NOT_STATED else practice.results
    return figures.PracticeView(
        id=key,
        title=practice.title.of(language),
        members=say("list.and").join(members[code].name.of(language) for code in practice.members),
        summary=practice.summary.of(language),
        type=say(f"type.{practice.type}"),
        problem=_stated(practice.problem, language),
        done=practice.done.of(language),
        results=tuple((each.text.of(language), _stated(each.period, language)) for each in results),
        evidence=say(f"evidence.{practice.evidence}"),
        evidence_long=say(f"evidence.long.{practice.evidence}"),
        lessons=_stated(practice.lessons, language),
        source=say("report.cite", title=told.container, member=told.author, date=say.date(practice.reported)),
        url=f"{site.rstrip('/')}/practices/{key}.html" if site else "",
    )


def _stated(value: str | Text, language: str) -> str:
    """A text of a practice; blank where its source states none."""
    if value == NOT_STATED:
        return ""
    return value if isinstance(value, str) else value.of(language)
