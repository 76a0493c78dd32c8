"""The report of an assessment: one frozen `Report`, and the page made of it."""

from collections.abc import Mapping
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from assessment import charts
from assessment.agreement import Standing
from assessment.answers import Evidence
from assessment.journal import Assessment
from assessment.scoring import Score, rounded, score, score_questions
from kb.interface import Phrases
from kb.knowledge import Knowledge
from kb.practices import Practice
from kb.questionnaires import Level, Question
from kb.vocabulary import NOT_STATED, EvidenceStrength, Model

WEAK = 50
MOST_PRACTICES = 3


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
    weakest: str | None
    weakest_level: float | None


class QuestionView(Model):
    """A question with its answer and the criteria reached and next."""

    id: str
    element: str
    text: str
    weight: float
    state: str
    basis: str
    level: float | None
    reached: str | None
    following: str | None
    reason: str | None
    note: str
    evidence: tuple[Evidence, ...]
    unsupported: bool


class PracticeView(Model):
    """A practice of another Member as the report cites it."""

    id: str
    title: str
    members: str
    summary: str
    type: str
    problem: str | None
    done: str
    results: tuple[tuple[str, str | None], ...]
    evidence: str
    evidence_long: str
    lessons: str | None
    source: str
    url: str | None


class ElementView(Model):
    """An element of the Declaration with its score and, where it is weak, the practices that serve it."""

    id: str
    short: str
    text: str
    score: ScoreView
    weak: bool
    practices: tuple[str, ...]


class FactorView(Model):
    """One key factor."""

    number: int
    name: str
    aim: str
    score: ScoreView
    elements: tuple[ElementView, ...]
    questions: tuple[QuestionView, ...]
    strengths: tuple[QuestionView, ...]
    gaps: tuple[QuestionView, ...]


class Report(Model):
    """Everything a report says; every renderer takes this and nothing else."""

    administration: str
    member: str | None
    language: str
    date: str
    version: str
    fingerprint: str | None
    release: str
    scale: tuple[Level, ...]
    overall: ScoreView
    factors: tuple[FactorView, ...]
    strengths: tuple[QuestionView, ...]
    gaps: tuple[QuestionView, ...]
    unsupported: int
    practices: tuple[PracticeView, ...]


def make(assessment: Assessment, knowledge: Knowledge, say: Phrases, release: str, site: str | None = None) -> Report:
    """The report of an assessment as of its last change; the same input gives the same report.

    *site* is the address of the knowledge base's site, to which the practices cited are then linked.
    """
    answers = assessment.standing
    scores = score(assessment.bank.questions, answers)
    factors = tuple(
        _factor(number, factor_score, assessment, knowledge, say) for number, factor_score in scores.factors.items()
    )
    questions = [question for factor in factors for question in factor.questions]
    cited = dict.fromkeys(key for factor in factors for element in factor.elements for key in element.practices)
    member = knowledge.members.by_code.get(assessment.member or "")
    return Report(
        administration=assessment.administration,
        member=member.name.of(say.language) if member else None,
        language=say.language,
        date=assessment.changed[:10],
        version=assessment.version,
        fingerprint=assessment.fingerprint,
        release=release,
        scale=assessment.bank.scale,
        overall=_shown(scores.overall, answers),
        factors=factors,
        strengths=_top([question for question in questions if (question.level or 0) >= 3], best=True),
        gaps=_top(
            [question for question in questions if question.level is not None and question.level <= 1], best=False
        ),
        unsupported=sum(question.unsupported for question in questions),
        practices=tuple(_practice(knowledge.practice_by_id[key], knowledge, say, site) for key in cited),
    )


def _top(questions: list[QuestionView], *, best: bool) -> tuple[QuestionView, ...]:
    """Three questions, each from another key factor as long as there is one, the furthest from the middle first.

    Among equals those with evidence come first, then the Declaration's order.
    """
    order = sorted(questions, key=lambda q: (-(q.level or 0) if best else (q.level or 0), not q.evidence))
    firsts = list({question.id.split(".")[0]: question for question in reversed(order)}.values())
    chosen = [question for question in order if question in firsts] + [
        question for question in order if question not in firsts
    ]
    return tuple(chosen[:3])


def _shown(value: Score, answers: Mapping[str, Standing]) -> ScoreView:
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
        weakest_level=_level(answers[value.weakest]) if value.weakest else None,
    )


def _factor(number: int, value: Score, assessment: Assessment, knowledge: Knowledge, say: Phrases) -> FactorView:
    factor = knowledge.declaration.factor(number)
    questions = tuple(_question(question, assessment, knowledge, say) for question in assessment.bank.of_factor(number))
    elements = []
    for element in factor.elements:
        own = score_questions(assessment.bank.of_element(element.id), assessment.standing)
        weak = own.score is not None and own.score < WEAK
        elements.append(
            ElementView(
                id=element.id,
                short=element.short.of(say.language),
                text=element.text.of(say.language),
                score=_shown(own, assessment.standing),
                weak=weak,
                practices=_choose(element.id, assessment.member, knowledge) if weak else (),
            )
        )
    return FactorView(
        number=number,
        name=factor.name.of(say.language),
        aim=factor.aim.of(say.language),
        score=_shown(value, assessment.standing),
        elements=tuple(elements),
        questions=questions,
        strengths=tuple(sorted((q for q in questions if (q.level or 0) >= 3), key=lambda q: -(q.level or 0))),
        gaps=tuple(sorted((q for q in questions if q.level is not None and q.level <= 1), key=lambda q: q.level or 0)),
    )


def _choose(element: str, member: str | None, knowledge: Knowledge) -> tuple[str, ...]:
    """Practices of other Members for an element: those that serve it first of all, then the better evidenced, then by id."""
    strength = list(EvidenceStrength)
    found = [practice for practice in knowledge.practices_of(element=element) if member not in practice.members]
    found.sort(key=lambda practice: (practice.elements.index(element), -strength.index(practice.evidence), practice.id))
    chosen: list[Practice] = []
    for practice in found:  # one of each Member before a second of any
        if not any(set(practice.members) & set(other.members) for other in chosen):
            chosen.append(practice)
    chosen += [practice for practice in found if practice not in chosen]
    return tuple(practice.id for practice in chosen[:MOST_PRACTICES])


def _level(stands: Standing) -> float | None:
    """The level as shown: two decimals where it is a mean."""
    return None if stands.level is None else round(float(stands.level), 2)


def _question(question: Question, assessment: Assessment, knowledge: Knowledge, say: Phrases) -> QuestionView:
    stands = assessment.standing.get(question.id)
    level = _level(stands) if stands else None
    if stands is None:
        state = "unanswered"
    elif stands.level is not None:
        state = "level"
    else:
        state = "dont_know" if stands.dont_know else "not_applicable"
    pieces = [piece for piece in assessment.evidence.values() if question.id in piece.questions and not piece.withdrawn]
    shown = tuple(Evidence(text=piece.text, link=piece.link, date=piece.date) for piece in pieces)
    evidence = (*stands.evidence, *shown) if stands else shown
    whole = None if stands is None or stands.level is None else int(stands.level)
    return QuestionView(
        id=question.id,
        element=knowledge.declaration.elements[question.element].short.of(say.language),
        text=question.text.of(say.language),
        weight=question.weight,
        state=state,
        basis=stands.basis if stands else "",
        level=level,
        reached=None if whole is None else question.levels[whole].of(say.language),
        following=None if whole is None or whole == 4 else question.levels[whole + 1].of(say.language),
        reason=stands.not_applicable if stands else None,
        note=stands.note if stands else "",
        evidence=evidence,
        unsupported=bool((level or 0) >= 3 and not evidence),
    )


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
        problem=None if practice.problem == NOT_STATED else practice.problem.of(language),
        done=practice.done.of(language),
        results=tuple(
            (result.text.of(language), None if result.period == NOT_STATED else result.period) for result in results
        ),
        evidence=say(f"evidence.{practice.evidence}"),
        evidence_long=say(f"evidence.long.{practice.evidence}"),
        lessons=None if practice.lessons == NOT_STATED else practice.lessons.of(language),
        source=source,
        url=f"{site.rstrip('/')}/practices/{practice.id}.html" if site else None,
    )


def as_html(report: Report, say: Phrases) -> str:
    """The report as one page that asks nobody for anything."""
    values = [
        charts.Value(
            f.number,
            f.name,
            f"{f.number} {f.name}{say('colon')}{say.number(f.score.score, 1)}",
            f.score.score,
            f.score.low,
            f.score.high,
        )
        for f in report.factors
    ]
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_template),
    )
    environment.filters["paragraphs"] = _paragraphs
    template = environment.get_template("report.html.j2")
    return template.render(
        r=report, say=say, radar=charts.radar(values), cited={p.id: p for p in report.practices}, weak=WEAK
    )


def _template(name: str) -> str:
    return (files("assessment") / "templates" / name).read_text(encoding="utf-8")


def _paragraphs(text: str) -> list[list[str]]:
    """A short Markdown telling as blocks: one line each for paragraphs, several for lists (their marks taken off)."""
    blocks: list[list[str]] = []
    for block in text.split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        marked = [
            line.split(" ", 1)[1]
            for line in lines
            if line[:2] in ("- ", "* ") or line.split(" ", 1)[0].rstrip(".").isdigit()
        ]
        if lines and len(marked) == len(lines):
            blocks.append(["", *marked])
        elif lines:
            blocks.append([" ".join(lines)])
    return blocks
