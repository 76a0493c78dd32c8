"""What a report says, as frozen figures: every text and number of it, each marked with how far it may go (`UpTo`)."""

from typing import Annotated

from assessment.actions import TO_ALL, TO_HEAD
from assessment.audience import Audience, Record, UpTo
from assessment.evidence import Confidentiality
from kb.base.vocabulary import Model

DECISIONS = 3  # actions told in the summary

_TEAM = Audience.INTERNAL
_HEAD = Audience.HEAD
_PEERS = Audience.PEERS


class ScoreView(Model):
    """A score as shown: two decimals, None where there is none.

    *evidenced*: what evidence bears out; *law*, *practice*: of one side alone, with *of_law* and *of_practice* answered questions;
    *gap*: by how much the rules are ahead of the practice; *sufficient*: enough is answered for a score.
    """

    score: float | None
    low: float | None
    high: float | None
    evidenced: float | None
    law: float | None
    practice: float | None
    gap: float | None
    sufficient: bool
    of_law: int
    of_practice: int
    answered: int
    applicable: int
    dont_know: int
    unanswered: int
    not_applicable: int
    weakest: Annotated[str | None, UpTo(_PEERS, "levels")]
    weakest_level: Annotated[float | None, UpTo(_PEERS, "levels")]


class ScaleView(Model):
    """What the levels are called: a head for rules and one for practice, or one for both, and under them five rows of texts."""

    heads: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]


class SpreadView(Model):
    """How private scores lie: their counts at the levels 0 to 4, and the measures of disagreement."""

    counts: tuple[int, ...]
    dont_know: int
    not_applicable: int
    median: float | None
    lowest: int | None
    highest: int | None
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
    Confidentiality.RESTRICTED: _TEAM,
    Confidentiality.INTERNAL: _HEAD,
    Confidentiality.PEERS: _PEERS,
    Confidentiality.PUBLIC: Audience.PUBLIC,
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
    confidentiality: Confidentiality

    def up_to(self) -> UpTo:
        """As its own confidentiality says."""
        return UpTo(_WIDEST[self.confidentiality], "evidence")


class QuestionView(Model):
    """A question with its answer, the criteria reached and next, how people saw it, and what shows it.

    *evidenced*: whether evidence that can be relied on stands behind it, as `evidence.supported` has it.
    """

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
    evidenced: Annotated[bool, UpTo(_PEERS, "evidence")]


class PriorityView(Model):
    """A gap in the order of priorities, with the worst open risk of its element after controls, if there is one, and its actions.

    *goal*: what is true when the gap is closed, blank where the questions have none. *tied*: of the last one shown, how many others
    are as urgent.
    """

    question: QuestionView
    goal: str
    risk: str
    risk_text: str
    product: int
    actions: tuple[str, ...]
    tied: int


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
    dissents: Annotated[int | None, UpTo(_PEERS, "dissent")]
    respondents: Annotated[int | None, UpTo(_PEERS, "spread")]
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
    """One action of the plan; *title*: the first line of its *measure*, or that it has none. *achievement*: -100 to 100, None without
    indicators.

    *public*: whether the public may see it: a draft that nobody has read is not for them.
    """

    id: str
    title: str
    measure: str
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
    """A score then and now on the common core, what the change amounts to, and how many questions went which way."""

    number: int
    name: str
    before: float | None
    before_low: float | None
    before_high: float | None
    before_evidenced: float | None
    after: float | None
    after_low: float | None
    after_high: float | None
    after_evidenced: float | None
    points: float | None
    up: int | None
    down: int | None
    same: int | None
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
    """Everything a report says; every renderer takes this and nothing else.

    *unit*: the unit whose private scores alone it tells, blank for the whole administration. *plan_apart*: whether the plan of this
    sealed round goes on in a file that was not given.
    """

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
    unit: str
    scale: ScaleView
    overall: ScoreView
    factors: tuple[FactorView, ...]
    strengths: Annotated[tuple[QuestionView, ...], UpTo(_PEERS, "questions")]
    gaps: Annotated[tuple[QuestionView, ...], UpTo(_PEERS, "questions")]
    priorities: Annotated[tuple[PriorityView, ...], UpTo(_HEAD, "questions")]
    disputed: Annotated[tuple[QuestionView, ...], UpTo(_HEAD, "spread")]
    unmet: Annotated[tuple[str, ...], UpTo(_HEAD, "risks")]
    unsupported: Annotated[int | None, UpTo(_PEERS, "evidence")]
    means: int
    interval_text: str
    unapproved: tuple[str, ...]
    lens: LensView | None
    people: PeopleView | None
    risks: Annotated[tuple[RiskView, ...], UpTo(_HEAD, "risks")]
    actions: tuple[ActionView, ...]
    actions_as_of: str
    plan_apart: Annotated[bool, UpTo(_HEAD, "actions")]
    comparison: ComparisonView | None
    practices: tuple[PracticeView, ...]
    method: tuple[str, ...]
    withheld: tuple[Withheld, ...]

    @property
    def digits(self) -> int:
        """The decimals of its scores: none for the public."""
        return 0 if self.audience is Audience.PUBLIC else 1
