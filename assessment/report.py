"""The report of an assessment: one frozen `Report` that says everything, and that every renderer takes.

What it says is computed and put into words here once; a renderer only lays it out. Each field says how far it may go
(`UpTo`), and `for_audience` cuts a report to its readers before it is rendered.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from assessment import evidence as proofs
from assessment import offers
from assessment.actions import TO_ALL, TO_HEAD, Action, achievement, timing
from assessment.agreement import SMALLEST, Spread, Standing, mean_disagreement, remarks
from assessment.answers import Kind
from assessment.audience import Audience, Record, UpTo, cut
from assessment.comparison import Comparison, Line, compare
from assessment.journal import Assessment
from assessment.people import Role, Side
from assessment.plan import telling
from assessment.risks import Risk, zone
from assessment.rounds.agreeing import unapproved
from assessment.scoring import Score, rounded, score, score_questions
from kb.base.interface import Phrases
from kb.base.vocabulary import NOT_STATED, Model
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice
from kb.library.questionnaires import LensQuestion, Question

WEAK = 50
STRONG = 75
DECISIONS = 3  # actions told in the summary

_TEAM = Audience.INTERNAL
_HEAD = Audience.HEAD
_PEERS = Audience.PEERS


class ScoreView(Model):
    """A score as shown: two decimals, None where there is none."""

    score: float | None
    low: float | None
    high: float | None
    answered: int
    applicable: int
    dont_know: int
    unanswered: int
    not_applicable: int
    weakest: Annotated[str | None, UpTo(_PEERS, "levels")]
    weakest_level: Annotated[float | None, UpTo(_PEERS, "levels")]


class SpreadView(Model):
    """How private scores lie: their counts at the levels 0 to 4, and the measures of disagreement."""

    counts: tuple[int, ...]
    dont_know: int
    not_applicable: int
    mean: float | None
    deviation: float | None
    consensus: float | None


class DissentView(Model):
    """Who sees a question otherwise than agreed."""

    group: str
    level: int | None
    distance: int | None
    why: str


_WIDEST = {
    proofs.Confidentiality.RESTRICTED: _TEAM,
    proofs.Confidentiality.INTERNAL: _HEAD,
    proofs.Confidentiality.PEERS: _PEERS,
    proofs.Confidentiality.PUBLIC: Audience.PUBLIC,
}


class EvidenceView(Record):
    """One piece of evidence; *id* is blank for one noted with an answer."""

    id: str
    text: str
    link: str
    file: str
    kind: str
    date: str
    freshness: str
    freshness_label: str
    owner: Annotated[str, UpTo(_HEAD, "owners")]
    confidentiality: proofs.Confidentiality

    def up_to(self) -> UpTo:
        """As its own confidentiality says."""
        return UpTo(_WIDEST[self.confidentiality], "evidence")


class QuestionView(Model):
    """A question with its answer, the criteria reached and next, how people saw it, and what shows it."""

    id: str
    element: str
    text: str
    weight: float
    own: bool
    status: str
    state: str
    basis: str
    basis_label: str
    level: Annotated[float | None, UpTo(_PEERS, "levels")]
    criteria: tuple[str, ...]
    reached: Annotated[str, UpTo(_PEERS, "levels")]
    following: Annotated[str, UpTo(_PEERS, "levels")]
    reason: Annotated[str, UpTo(_PEERS, "reasons")]
    note: Annotated[str, UpTo(_TEAM, "notes")]
    remarks: Annotated[tuple[str, ...], UpTo(_TEAM, "notes")]
    agreed_reason: Annotated[str, UpTo(_HEAD, "reasons")]
    dissent: Annotated[tuple[DissentView, ...], UpTo(_HEAD, "dissent")]
    spread: Annotated[SpreadView | None, UpTo(_HEAD, "spread")]
    evidence: tuple[EvidenceView, ...]
    unsupported: Annotated[bool, UpTo(_PEERS, "evidence")]


class OfferView(Model):
    """A practice offered for an element, with the reason in words."""

    practice: str
    why: Annotated[str, UpTo(_PEERS, "reasons")]


class ElementView(Model):
    """An element of the Declaration with its score and, where it is weak, the practices that serve it."""

    id: str
    short: str
    text: str
    score: ScoreView
    grade: str
    weak: bool
    offers: tuple[OfferView, ...]


class SharesView(Model):
    """Parts of a factor's score, 0 to 1, that rest on fresh, ageing or stale evidence, or on none."""

    fresh: float
    ageing: float
    stale: float
    none: float


class FactorView(Model):
    """One key factor."""

    number: int
    name: str
    aim: str
    score: ScoreView
    elements: tuple[ElementView, ...]
    questions: Annotated[tuple[QuestionView, ...], UpTo(_PEERS, "questions")]
    strengths: Annotated[tuple[QuestionView, ...], UpTo(_PEERS, "questions")]
    gaps: Annotated[tuple[QuestionView, ...], UpTo(_PEERS, "questions")]
    shares: Annotated[SharesView | None, UpTo(_PEERS, "evidence")]
    deviation: Annotated[float | None, UpTo(_PEERS, "spread")]
    consensus: Annotated[float | None, UpTo(_PEERS, "spread")]
    dissents: Annotated[int, UpTo(_PEERS, "dissent")]
    risks: Annotated[tuple[str, ...], UpTo(_HEAD, "risks")]


class LensView(Model):
    """The gender lens: scores that stand apart from the others."""

    title: str
    note: str
    factors: tuple[tuple[int, str, ScoreView], ...]
    questions: Annotated[tuple[QuestionView, ...], UpTo(_PEERS, "questions")]


class PracticeView(Model):
    """A practice of another Member as the report cites it."""

    id: str
    title: str
    members: str
    summary: str
    type: str
    problem: str
    done: str
    results: tuple[tuple[str, str], ...]
    evidence: str
    evidence_long: str
    lessons: str
    source: str
    url: str


class RiskView(Model):
    """One risk of the register, its words in the report's language."""

    id: str
    process: str
    text: str
    vulnerability: str
    enhancing: tuple[str, ...]
    likelihood: int
    impact: int
    residual_likelihood: int
    residual_impact: int
    zone: str
    zone_label: str
    controls: str
    control: str
    origin: str
    source: str
    owner: str
    elements: tuple[str, ...]


class IndicatorView(Model):
    """An indicator at work: its name with its weight, and what it has come to."""

    text: str
    reached: str


class ActionView(Record):
    """One action of the plan; *title*: its measure, or else its expected result. *achievement*: 0 to 100, None without indicators."""

    id: str
    title: str
    problem: Annotated[str, TO_HEAD]
    result: str
    elements: tuple[str, ...]
    owner: str
    co_owners: tuple[str, ...]
    start: str
    due: str
    period: str
    horizon: str
    status: str
    status_label: str
    timing: str
    timing_label: str
    achievement: float | None
    indicators: tuple[IndicatorView, ...]
    public: bool

    def up_to(self) -> UpTo:
        """To everybody if the action itself says so."""
        return TO_ALL if self.public else TO_HEAD


class LineView(Model):
    """A score then and now on the common core, and what the change amounts to."""

    number: int
    name: str
    before: float | None
    before_low: float | None
    before_high: float | None
    after: float | None
    after_low: float | None
    after_high: float | None
    points: float | None
    verdict: str
    verdict_label: str


class ComparisonView(Model):
    """The last round beside this one."""

    before: str
    after: str
    before_version: str
    after_version: str
    core: int
    same: int
    reworded: int
    new: int
    dropped: int
    overall: LineView
    factors: tuple[LineView, ...]


class PeopleView(Model):
    """Who took part; groups of fewer than five are not told."""

    respondents: int
    officers: int
    business: int
    units: Annotated[tuple[tuple[str, int], ...], UpTo(_PEERS, "people")]
    small_groups: int


class Withheld(Model):
    """What was withheld from the audience: a category in words, and how many values."""

    category: str
    label: str
    values: int


class Report(Model):
    """Everything a report says; every renderer takes this and nothing else."""

    format: str
    administration: str
    member: str
    language: str
    audience: Audience
    audience_label: str
    date: str
    as_of: str
    opened: str
    version: str
    chosen: str
    fingerprint: str
    release: str
    scale: tuple[tuple[int, str, str], ...]
    overall: ScoreView
    factors: tuple[FactorView, ...]
    strong_elements: tuple[ElementView, ...]
    weak_elements: tuple[ElementView, ...]
    strengths: Annotated[tuple[QuestionView, ...], UpTo(_PEERS, "questions")]
    gaps: Annotated[tuple[QuestionView, ...], UpTo(_PEERS, "questions")]
    unsupported: Annotated[int, UpTo(_PEERS, "evidence")]
    means: int
    interval_text: str
    unapproved: tuple[str, ...]
    lens: LensView | None
    people: PeopleView | None
    risks: Annotated[tuple[RiskView, ...], UpTo(_HEAD, "risks")]
    actions: tuple[ActionView, ...]
    comparison: ComparisonView | None
    practices: tuple[PracticeView, ...]
    method: tuple[str, ...]
    withheld: tuple[Withheld, ...]


def make(
    assessment: Assessment,
    knowledge: Knowledge,
    say: Phrases,
    release: str,
    site: str | None = None,
    *,
    earlier: Assessment | None = None,
    as_of: date | None = None,
) -> Report:
    """The internal report of an assessment; the same input gives the same report.

    *site*: address of the knowledge base's site, to which the practices cited are then linked. *earlier*: the round before.
    *as_of*: the day on which evidence is judged, that of the last change if not given. Raises ArushaError where *earlier* is
    of another administration.
    """
    desk = _Desk(assessment, knowledge, say, as_of or date.fromisoformat(assessment.changed[:10]))
    standing = assessment.standing
    scores = score(assessment.bank.questions, standing)
    factors = tuple(desk.factor(number, value) for number, value in scores.factors.items())
    questions = [question for factor in factors for question in factor.questions]
    elements = [element for factor in factors for element in factor.elements if element.score.score is not None]
    cited = dict.fromkeys(o.practice for factor in factors for element in factor.elements for o in element.offers)
    member = knowledge.members.by_code.get(assessment.member or "")
    return Report(
        format="arusha-report/1",
        administration=assessment.administration,
        member=member.name.of(say.language) if member else "",
        language=say.language,
        audience=Audience.INTERNAL,
        audience_label=say("audience.internal"),
        date=assessment.changed[:10],
        as_of=desk.as_of.isoformat(),
        opened=assessment.opened[:10],
        version=assessment.version,
        chosen=assessment.chosen,
        fingerprint=assessment.fingerprint or "",
        release=release,
        scale=tuple(
            (each.level, each.name.of(say.language), each.text.of(say.language)) for each in assessment.bank.scale
        ),
        overall=_shown(scores.overall, standing),
        factors=factors,
        strong_elements=tuple(sorted(elements, key=lambda e: -(e.score.score or 0))[:3]),
        weak_elements=tuple(sorted(elements, key=lambda e: e.score.score or 0)[:3]),
        strengths=_top([question for question in questions if (question.level or 0) >= 3], best=True),
        gaps=_top([q for q in questions if q.level is not None and q.level <= 1], best=False),
        unsupported=sum(question.unsupported for question in questions),
        means=sum(stands.basis == "mean" for stands in standing.values()),
        interval_text=_interval(scores.overall, say),
        unapproved=unapproved(assessment),
        lens=desk.lens(),
        people=_people(assessment),
        risks=tuple(desk.risk(risk) for risk in _worst_first(assessment.risks.values())),
        actions=tuple(desk.action(action) for action in assessment.actions.values()),
        comparison=desk.comparison(compare([earlier, assessment])) if earlier is not None else None,
        practices=tuple(_practice(knowledge.practice_by_id[key], knowledge, say, site) for key in cited),
        method=tuple(say(f"report.method_{key}") for key in METHOD),
        withheld=(),
    )


METHOD = (
    *("scale", "self", "question", "factor", "overall", "na", "unknown", "mean", "coverage", "weakest"),
    *("consensus", "evidence", "change", "groups", "offers"),
)


def for_audience(report: Report, audience: Audience, say: Phrases) -> Report:
    """The report cut to its audience, with a sheet of what was withheld by category; the head's brief leaves the annexes out."""
    kept, withheld = cut(report, audience)
    if audience is Audience.HEAD:
        factors = tuple(factor.model_copy(update={"questions": ()}) for factor in kept.factors)
        lens = kept.lens and kept.lens.model_copy(update={"questions": ()})
        kept = kept.model_copy(update={"factors": factors, "lens": lens})
    used = {offer.practice for factor in kept.factors for element in factor.elements for offer in element.offers}
    return kept.model_copy(
        update={
            "audience": audience,
            "audience_label": say(f"audience.{audience}"),
            "practices": tuple(practice for practice in kept.practices if practice.id in used),
            "withheld": tuple(
                Withheld(category=key, label=say(f"withheld.{key}"), values=withheld[key]) for key in sorted(withheld)
            ),
        }
    )


class _Desk:
    """What the parts of a report are made from."""

    def __init__(self, assessment: Assessment, knowledge: Knowledge, say: Phrases, as_of: date) -> None:
        self.assessment, self.knowledge, self.say, self.as_of = assessment, knowledge, say, as_of
        self.pieces = tuple(piece for piece in assessment.evidence.values() if not piece.withdrawn)

    def factor(self, number: int, value: Score) -> FactorView:
        """One key factor."""
        assessment, language = self.assessment, self.say.language
        factor = self.knowledge.declaration.factor(number)
        asked = assessment.bank.of_factor(number)
        questions = tuple(self.question(question) for question in asked)
        spreads = [assessment.spreads[q.id] for q in asked if q.id in assessment.spreads]
        deviation, consensus = mean_disagreement(spreads)
        shares = proofs.shares(asked, assessment.standing, self.pieces, self.as_of)
        elements = {element.id for element in factor.elements}
        return FactorView(
            number=number,
            name=factor.name.of(language),
            aim=factor.aim.of(language),
            score=_shown(value, assessment.standing),
            elements=tuple(self.element(element) for element in factor.elements),
            questions=questions,
            strengths=tuple(sorted((q for q in questions if (q.level or 0) >= 3), key=lambda q: -(q.level or 0))),
            gaps=tuple(
                sorted((q for q in questions if q.level is not None and q.level <= 1), key=lambda q: q.level or 0)
            ),
            shares=None
            if shares is None
            else SharesView(**{name: float(round(getattr(shares, name), 4)) for name in SharesView.model_fields}),
            deviation=_two(deviation),
            consensus=_two(consensus),
            dissents=sum(len(question.dissent) for question in questions),
            risks=tuple(risk.id for risk in assessment.risks.values() if elements.intersection(risk.elements)),
        )

    def element(self, element: Any) -> ElementView:
        """One element with its score, and practices where it is weak."""
        assessment = self.assessment
        asked = assessment.bank.of_element(element.id)
        own = score_questions(asked, assessment.standing)
        weak = own.score is not None and own.score < WEAK
        low = [q for q in asked if (s := assessment.standing.get(q.id)) and s.level is not None and s.level <= 2]
        found = offers.choose(element.id, low, assessment.member, self.knowledge, self.say.language) if weak else ()
        return ElementView(
            id=element.id,
            short=element.short.of(self.say.language),
            text=element.text.of(self.say.language),
            score=_shown(own, assessment.standing),
            grade=_grade(own.score),
            weak=weak,
            offers=tuple(OfferView(practice=offer.practice, why=self.why(offer)) for offer in found),
        )

    def why(self, offer: offers.Offer) -> str:
        """Why a practice was chosen, in words."""
        say = self.say
        reasons = [
            say("offer.answers", questions=", ".join(offer.answers)) if offer.answers else "",
            say("offer.first") if offer.first else "",
            say("offer.region") if offer.region else "",
            say(f"offer.{offer.strength}"),
            say("offer.shared", words=", ".join(offer.shared)) if offer.shared else "",
        ]
        return say("offer.join").join(filter(None, reasons))

    def question(self, question: Question | LensQuestion) -> QuestionView:
        """One question."""
        say, key = self.say, question.id
        stands = self.assessment.standing.get(key)
        level = None if stands is None or stands.level is None else round(float(stands.level), 2)
        whole = None if level is None or stands is None else int(stands.level or 0)
        element = getattr(question, "element", "")
        shown = self.evidence(key, stands)
        basis = stands.basis if stands else ""
        agreed = stands.level if stands and stands.basis == "agreed" else None
        return QuestionView(
            id=key,
            element=self.knowledge.declaration.elements[element].short.of(say.language) if element else "",
            text=question.text.of(say.language),
            weight=question.weight,
            own=".m" in key,
            status=say(f"work.{self.assessment.state(key)}"),
            state=_state(stands),
            basis=basis,
            basis_label=say(f"basis.{basis}") if basis else "",
            level=level,
            criteria=tuple(each.of(say.language) for each in question.levels),
            reached="" if whole is None else question.levels[whole].of(say.language),
            following="" if whole is None or whole == 4 else question.levels[whole + 1].of(say.language),
            reason=(stands.not_applicable or "") if stands else "",
            note=stands.note if stands else "",
            remarks=self.remarks(key),
            agreed_reason=stands.reason if stands else "",
            dissent=tuple(
                DissentView(
                    group=each.group,
                    level=each.level,
                    distance=each.distance(None if agreed is None else int(agreed)),
                    why=each.why,
                )
                for each in (stands.dissent if stands else ())
            ),
            spread=_spread(stands.spread) if stands and stands.spread else None,
            evidence=shown,
            unsupported=bool((level or 0) >= proofs.NEEDS_EVIDENCE and not shown),
        )

    def remarks(self, question: str) -> tuple[str, ...]:
        """What five people or more wrote beside their private scores, or fewer once the question is agreed; nobody's by name."""
        assessment = self.assessment
        given = assessment.given.get(question, {})
        enough = question in assessment.fixed and len(given) >= SMALLEST
        return remarks(given.values()) if enough or question in assessment.agreements else ()

    def evidence(self, question: str, stands: Standing | None) -> tuple[EvidenceView, ...]:
        """What shows the level of a question: the pieces that support it, then those noted with the answer."""
        say, found = self.say, []
        for piece in self.pieces:
            if question in piece.questions:
                age = proofs.freshness(piece.date, piece.validity, self.as_of)
                found.append(
                    EvidenceView(
                        id=piece.id,
                        text=piece.text,
                        link=piece.link or "",
                        file=piece.file.name if piece.file else "",
                        kind=say(f"piece_kind.{piece.kind}"),
                        date=piece.date or "",
                        freshness=age,
                        freshness_label=say(f"freshness.{age}"),
                        owner=piece.owner or "",
                        confidentiality=piece.confidentiality,
                    )
                )
        for noted in stands.evidence if stands else ():
            age = proofs.freshness(noted.date, proofs.VALIDITY[noted.kind], self.as_of)
            found.append(
                EvidenceView(
                    id="",
                    text=noted.text,
                    link=noted.link or "",
                    file="",
                    kind="" if noted.kind is Kind.OTHER else say(f"piece_kind.{noted.kind}"),
                    date=noted.date or "",
                    freshness=age,
                    freshness_label=say(f"freshness.{age}"),
                    owner="",
                    confidentiality=proofs.Confidentiality.INTERNAL,
                )
            )
        return tuple(found)

    def lens(self) -> LensView | None:
        """The gender lens, if it is asked."""
        lens, standing = self.assessment.lens, self.assessment.standing
        if lens is None:
            return None
        scores = score(lens.questions, standing)
        names = {f.number: f.name.of(self.say.language) for f in self.knowledge.declaration.factors}
        return LensView(
            title=lens.title.of(self.say.language),
            note=lens.note.of(self.say.language),
            factors=tuple((number, names[number], _shown(each, standing)) for number, each in scores.factors.items()),
            questions=tuple(self.question(question) for question in lens.questions),
        )

    def risk(self, risk: Risk) -> RiskView:
        """One risk."""
        say = self.say
        where = zone(risk.residual)
        return RiskView(
            id=risk.id,
            process=risk.process,
            text=risk.text,
            vulnerability=say(f"vulnerability.{risk.vulnerability}"),
            enhancing=tuple(say(f"enhancing.{each}") for each in risk.enhancing),
            likelihood=risk.likelihood,
            impact=risk.impact,
            residual_likelihood=risk.residual[0],
            residual_impact=risk.residual[1],
            zone=where,
            zone_label=say(f"zone.{where}"),
            controls=risk.controls,
            control=say(f"control.{risk.control}"),
            origin=say(f"origin.{risk.origin}"),
            source=risk.source,
            owner=risk.owner or "",
            elements=risk.elements,
        )

    def action(self, action: Action) -> ActionView:
        """One action of the plan, judged as of the day of the report."""
        say, day = self.say, self.as_of.isoformat()
        when = timing(action, day)
        return ActionView(
            id=action.id,
            title=action.measure or action.result,
            problem=action.problem,
            result=action.result,
            elements=action.elements,
            owner=action.owner or "",
            co_owners=action.co_owners,
            start=action.start or "",
            due=action.due or "",
            period=telling.period(action, say),
            horizon=say(f"horizon.{action.term}") if action.term else "",
            status=action.status,
            status_label=telling.status(action, say),
            timing=when,
            timing_label=say(f"timing.{when}"),
            achievement=rounded(achievement(action, day)),
            indicators=tuple(IndicatorView(text=text, reached=told) for text, told in telling.indicators(action, say)),
            public=action.public,
        )

    def comparison(self, found: Comparison) -> ComparisonView:
        """The last round beside this one."""
        kinds = [each.whole for each in found.questions]
        before, after = found.rounds[0], found.rounds[-1]
        names = {f.number: f.name.of(self.say.language) for f in self.knowledge.declaration.factors}
        return ComparisonView(
            before=before.opened[:10],
            after=after.opened[:10],
            before_version=before.version,
            after_version=after.version,
            core=len(found.core),
            **{name: sum(kind == name for kind in kinds) for name in ("same", "reworded", "new", "dropped")},
            overall=self.line(0, self.say("score.overall"), found.overall),
            factors=tuple(self.line(number, names[number], line) for number, line in found.factors.items()),
        )

    def line(self, number: int, name: str, line: Line) -> LineView:
        """One line of the comparison."""
        before, after = line.scores[0], line.scores[-1]
        return LineView(
            number=number,
            name=name,
            before=rounded(before.score),
            before_low=rounded(before.low),
            before_high=rounded(before.high),
            after=rounded(after.score),
            after_low=rounded(after.low),
            after_high=rounded(after.high),
            points=rounded(line.whole.points),
            verdict=line.whole.verdict,
            verdict_label=self.say(f"compare.{line.whole.verdict}"),
        )


def _shown(value: Score, standing: Mapping[str, Standing]) -> ScoreView:
    level = standing[value.weakest].level if value.weakest else None
    return ScoreView(
        score=rounded(value.score),
        low=rounded(value.low),
        high=rounded(value.high),
        answered=value.answered,
        applicable=value.applicable,
        dont_know=value.dont_know,
        unanswered=value.unanswered,
        not_applicable=value.not_applicable,
        weakest=value.weakest,
        weakest_level=None if level is None else round(float(level), 2),
    )


def _interval(overall: Score, say: Phrases) -> str:
    """What could still move the overall score, in one sentence."""
    if overall.score is None:
        return say("report.not_scored")
    open_ = overall.dont_know + overall.unanswered
    low, high = (say.number(rounded(end)) for end in (overall.low, overall.high))
    if open_:
        return say.count("report.interval_open", open_, low=low, high=high)
    return say("report.interval_exact" if overall.low == overall.high else "report.interval_voices", low=low, high=high)


def _spread(spread: Spread) -> SpreadView:
    return SpreadView(
        counts=spread.counts,
        dont_know=spread.dont_know,
        not_applicable=spread.not_applicable,
        mean=rounded(spread.mean),
        deviation=_two(spread.deviation),
        consensus=_two(spread.consensus),
    )


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _grade(value: Fraction | None) -> str:
    """How an element's score is marked on the heat map: none, weak, fair or strong."""
    if value is None:
        return "none"
    return "weak" if value < WEAK else "strong" if value >= STRONG else "fair"


def _state(stands: Standing | None) -> str:
    if stands is None:
        return "unanswered"
    if stands.level is not None:
        return "level"
    return "dont_know" if stands.dont_know else "not_applicable"


def _top(questions: Sequence[QuestionView], *, best: bool) -> tuple[QuestionView, ...]:
    """Three questions, each from another key factor as long as there is one, the furthest from the middle first.

    Among equals those with evidence come first, then the Declaration's order.
    """
    order = sorted(questions, key=lambda q: (-(q.level or 0) if best else (q.level or 0), not q.evidence))
    firsts = list({question.id.split(".")[0]: question for question in reversed(order)}.values())
    chosen = [question for question in order if question in firsts] + [
        question for question in order if question not in firsts
    ]
    return tuple(chosen[:3])


def _people(assessment: Assessment) -> PeopleView | None:
    respondents = [person for person in assessment.people.values() if person.role is Role.RESPONDENT]
    if not respondents:
        return None
    units: dict[str, int] = {}
    for person in respondents:
        units[person.unit or ""] = units.get(person.unit or "", 0) + 1
    told = tuple(sorted((unit, many) for unit, many in units.items() if unit and many >= SMALLEST))
    return PeopleView(
        respondents=len(respondents),
        officers=sum(person.side is Side.OFFICER for person in respondents),
        business=sum(person.side is Side.BUSINESS for person in respondents),
        units=told,
        small_groups=len(units) - len(told),
    )


def _worst_first(risks: Iterable[Risk]) -> list[Risk]:
    open_ = [risk for risk in risks if not risk.closed]
    return sorted(open_, key=lambda risk: (-risk.residual[0] * risk.residual[1], int(risk.id[1:])))


def _practice(practice: Practice, knowledge: Knowledge, say: Phrases, site: str | None) -> PracticeView:
    language = say.language
    edition = knowledge.edition_by_number[practice.source.edition]
    article = edition.by_id[practice.source.article]
    results = () if practice.results == NOT_STATED else practice.results
    members = say("list.and").join(knowledge.members.by_code[code].name.of(language) for code in practice.members)
    author = knowledge.members.by_code[article.member].name.of(language) if article.member else None
    source = (
        say("report.cite", title=edition.title.of(language), member=author)
        if author
        else say("report.cite_plain", title=edition.title.of(language), article=article.title.of(language))
    )
    return PracticeView(
        id=practice.id,
        title=practice.title.of(language),
        members=members,
        summary=practice.summary.of(language),
        type=say(f"type.{practice.type}"),
        problem="" if practice.problem == NOT_STATED else practice.problem.of(language),
        done=practice.done.of(language),
        results=tuple(
            (result.text.of(language), "" if result.period == NOT_STATED else result.period) for result in results
        ),
        evidence=say(f"evidence.{practice.evidence}"),
        evidence_long=say(f"evidence.long.{practice.evidence}"),
        lessons="" if practice.lessons == NOT_STATED else practice.lessons.of(language),
        source=source,
        url=f"{site.rstrip('/')}/practices/{practice.id}.html" if site else "",
    )
