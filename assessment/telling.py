"""Views in the tables and words that people read, the same in every shell; how wide or bold they are is the shell's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction

from assessment.agreement import Dissent, Spread, Standing, State
from assessment.answers import Answer, Evidence
from assessment.comparison import Asked, Comparison, Kind, Line
from assessment.evidence import Freshness, Piece
from assessment.risks import Risk, Zone, zone
from assessment.scoring import Score, Scores, rounded
from assessment.tables import Table
from assessment.tables import heads as heads_of
from assessment.views import EvidenceList, EvidenceRow, Participant, Spreads, Status
from kb.base.interface import Phrases

Names = Mapping[int, str]  # of the key factors
Place = tuple[int, int]  # likelihood and impact


def work(view: Status, names: Names, say: Phrases) -> Table:
    """How far the work on each key factor has come, on the gender lens where it is asked, and on all."""
    states = [state for state in State if state is not State.DRAFT and view.total.states[state]]
    columns = ["questions", "standing", "to_agree", *states]
    lines = [(f"{number:>2} {names[number]}", each) for number, each in enumerate(view.factors, 1)]
    lines += [(f"   {say('work.lens')}", view.lens)] if view.lens else []
    lines.append((f"   {say('work.total')}", view.total))
    rows = [[name, *(str(each.counts[column] or "–") for column in columns)] for name, each in lines]
    heads = [head[0].upper() + head[1:] for head in heads_of(say, "work", *columns)]
    return Table([say("score.factor"), *heads], rows, range(1, len(columns) + 1))


def by_when(day: str | None, say: Phrases) -> tuple[str, str]:
    """By when something is due, and that it is late if it is."""
    if not day:
        return "", ""
    return say("work.due", day=say.date(day)), say("work.late") if day < date.today().isoformat() else ""


def participants(rows: Iterable[Participant], say: Phrases) -> Table:
    """The people, their roles and groups, and how far each has come."""
    heads = heads_of(say, "people", "id", "role", "group", "answered")
    return Table(heads, [_participant(row, say) for row in rows], [3])


def _participant(row: Participant, say: Phrases) -> list[str]:
    person = row.person
    role = [say(f"role.{person.role}")]
    role += [say("side.business")] if person.side == "business" else []
    role += [say("people.left")] if person.left else []
    name = f"{person.id} ({person.name})" if person.name else person.id
    scored = say("score.of", answered=row.answered, applicable=row.asked) if row.asked else "–"
    return [name, ", ".join(role), person.group, scored]


def spreads(view: Spreads, say: Phrases, elements: Mapping[str, str] | None = None) -> Table:
    """How scores lie apart, by question: how many gave each level, then the measures; below it its element by *elements*."""
    names = ("unknown", "apart", "median", "range", "mean", "deviation", "consensus")
    rows = [[key, *_spread(vote.spread, say)] for key, vote in view.votes.items()]
    heads = [say("agree.question"), *map(str, range(5)), *heads_of(say, "agree", *names)]
    below = [elements[key] for key in view.votes] if elements else []
    return Table(heads, rows, range(1, len(heads)), below)


def disagreement(view: Spreads, names: Names, say: Phrases) -> Table:
    """How scores lie apart on the whole, by key factor."""
    rows = [[f"{n:>2} {names[n]}", *(_number(each, say) for each in pair)] for n, pair in view.factors.items()]
    return Table([say("score.factor"), *heads_of(say, "agree", "deviation", "consensus")], rows, (1, 2))


def _spread(of: Spread, say: Phrases) -> list[str]:
    numbers = [_number(value, say) for value in (of.mean, of.deviation, of.consensus)]
    return [*(str(n or "–") for n in (*of.counts, of.dont_know, of.not_applicable)), *_middle(of, say), *numbers]


def _middle(of: Spread, say: Phrases) -> tuple[str, str]:
    """The median, and the range from the lowest level to the highest."""
    if of.median is None or of.ends is None:
        return "–", "–"
    return say.level(of.median), "–".join(str(level) for level in dict.fromkeys(of.ends))


def _number(value: Fraction | float | None, say: Phrases) -> str:
    return say.number(None if value is None else float(value), 2)


def _bars(spread: Spread, say: Phrases) -> str:
    """The counts of the levels 0 to 4, as `0: – · 1: 2 · 2: 3 …`, which a screen reader can say."""
    return " · ".join(f"{level}{say('colon')}{count or '–'}" for level, count in enumerate(spread.counts))


def spread(of: Spread, say: Phrases) -> str:
    """How the scores of one question lie."""
    mean, deviation, consensus = (_number(value, say) for value in (of.mean, of.deviation, of.consensus))
    middle = dict(zip(("median", "range"), _middle(of, say), strict=True))
    counts = say("agree.middle", counts=_bars(of, say), **middle)
    text = say("agree.spread", counts=counts, mean=mean, deviation=deviation, consensus=consensus)
    if of.dont_know or of.not_applicable:
        text += say("agree.others", dont_know=of.dont_know, not_applicable=of.not_applicable)
    return text


def stands(of: Standing, say: Phrases) -> Iterator[str]:
    """On what rests what stands for a question: its basis, the reason, and each dissent."""
    yield f"{say('answer.basis')}{say('colon')}{say(f'basis.{of.basis}')}"
    if of.reason:
        yield f"{say('report.reason')}{say('colon')}{of.reason}"
    for each in of.dissent:
        yield dissent(each, of.level if isinstance(of.level, int) else None, say)


def noted(answer: Answer | Standing, say: Phrases) -> Iterator[str]:
    """What was written beside an answer: its note, and each piece of evidence."""
    if answer.note:
        yield f"{say('report.note')}{say('colon')}{answer.note}"
    for piece in answer.evidence:
        dated = " · ".join(filter(None, (_piece(piece, say), piece.date and say.date(piece.date))))
        yield f"{say('report.evidence')}{say('colon')}{dated}"


def dissent(of: Dissent, agreed: int | None, say: Phrases) -> str:
    """Who sees it otherwise, how far apart, and why."""
    distance = of.distance(agreed)
    level = "" if of.level is None else f" {say('state.level', level=of.level)}"
    apart = "" if distance is None else f" ({distance:+d})"
    return f"{say('agree.dissent')}{say('colon')}{of.group}{level}{apart}{say('colon')}{of.why}"


def evidence(view: EvidenceList, say: Phrases) -> Table:
    """The pieces, what each says below it."""
    heads = heads_of(say, "pieces", "id", "kind", "date", "freshness", "owner", "questions")
    below = [_piece(row.piece, say) for row in view.rows]
    return Table(heads, [_evidence(row, say) for row in view.rows], (), below)


def _evidence(row: EvidenceRow, say: Phrases) -> list[str]:
    piece, more = row.piece, len(row.questions) - 3
    return [
        row.id or "–",
        say(f"piece_kind.{piece.kind}") if row.id else say("pieces.noted"),
        say.date(piece.date) if piece.date else "–",
        say(f"freshness.{row.freshness}"),
        " ".join((getattr(piece, "owner", None) or "–").split()),
        ", ".join(row.questions[:3]) + (f" +{more}" if more > 0 else "") or "–",
    ]


def _piece(piece: Piece | Evidence, say: Phrases) -> str:
    """What a piece says, with its link, its file, and who may see it where that is not the administration."""
    file = getattr(piece, "file", None)
    seen_by = getattr(piece, "confidentiality", "internal")
    attached = say("pieces.attached", name=file.name, size=size(file.size, say)) if file else ""
    whose = "" if seen_by == "internal" else say("pieces.seen_by", who=say(f"confidentiality.{seen_by}"))
    return " · ".join(filter(None, (piece.text, piece.link, attached, whose)))


def size(size: int, say: Phrases) -> str:
    """The size of a file of so many bytes."""
    if size < 1000:
        return say.count("pieces.bytes", size)
    if size < 1_000_000:
        return say("pieces.kilobytes", n=say.number(size / 1e3))
    return say("pieces.megabytes", n=say.number(size / 1e6, 1))


def shares(view: EvidenceList, names: Names, say: Phrases) -> Table:
    """On what the score of each key factor rests."""
    kinds, rows = (*Freshness, "none"), []
    for number, share in view.factors.items():
        percents = (say.number(float(getattr(share, kind)) * 100) for kind in kinds)
        rows.append([f"{number:>2} {names[number]}", *(say("pieces.percent", n=percent) for percent in percents)])
    return Table([say("score.factor"), *heads_of(say, "freshness", *kinds)], rows, range(1, len(kinds) + 1))


def risks(listed: Iterable[Risk], say: Phrases) -> Table:
    """Risks by where they lie after and before controls, what each is below it."""
    heads = heads_of(say, "risks", "id", "residual", "inherent", "control", "owner")
    rows, below = [], []
    for risk in listed:
        owner = " ".join((risk.owner or "–").split())
        places = [placed(place, say) for place in (risk.residual, risk.inherent)]
        rows.append([risk.id, *places, say(f"control.{risk.control}"), owner])
        ended = f" – {say('risks.closed', id=risk.id, why=risk.why)}" if risk.closed else ""
        nature = say(f"vulnerability.{risk.vulnerability}")
        below.append(f"{risk.process}{say('colon')}{risk.text} ({nature}){ended}")
    return Table(heads, rows, (), below)


def placed(place: Place, say: Phrases) -> str:
    """Where a risk lies: likelihood × impact, and the zone."""
    return f"{place[0]} × {place[1]} = {place[0] * place[1]} ({say(f'zone.{zone(place)}')})"


def heat_map(places: Mapping[Place, Sequence[str]], say: Phrases) -> Table:
    """The ids of risks by likelihood, downwards, and impact."""
    steps = range(1, 6)
    rows = [[str(down), *(" ".join(places.get((down, along), ())) or "–" for along in steps)] for down in steps[::-1]]
    return Table([say("risks.corner"), *map(str, steps)], rows)


def zones(places: Mapping[Place, Sequence[str]], say: Phrases) -> Iterator[str]:
    """The risks of each zone, the worst first."""
    worst = sorted(places, key=lambda place: (-place[0] * place[1], -place[1]))
    for of in reversed(Zone):
        here = [
            say("risks.at", ids=", ".join(places[place]), likelihood=place[0], impact=place[1])
            for place in worst
            if zone(place) is of
        ]
        yield f"{say(f'zone.{of}')}{say('colon')}{say('risks.between').join(here) or '–'}"


def scores(of: Scores, heading: str, names: Names, say: Phrases) -> Table:
    """What is claimed and what evidence bears out, with the interval and the coverage."""
    rows = [[name, *_score(each, say)] for name, each in _scores(of, names, say)]
    return Table(heads_of(say, "score", heading, "score", "evidenced", "interval", "answered"), rows, [1, 2, 3, 4])


def _scores(of: Scores, names: Names, say: Phrases) -> Iterator[tuple[str, Score]]:
    for number, each in of.factors.items():
        yield f"{number:>2} {names[number]}", each
    yield f"   {say('score.overall')}", of.overall


def _score(score: Score, say: Phrases) -> list[str]:
    span = "–" if score.low is None else f"{_one(score.low, say)}–{_one(score.high, say)}"
    answered = say("score.of", answered=score.answered, applicable=score.applicable)
    return [_one(score.score, say), _one(score.evidenced, say), span, answered]


def _one(value: Fraction | None, say: Phrases) -> str:
    return say.number(rounded(value), 1)


def sides(of: Scores, standing: Mapping[str, Standing], names: Names, say: Phrases) -> Table:
    """Rules against practice, by how much the rules are ahead, and the weakest question."""
    rows = [[name, *_sides(each, standing, say)] for name, each in _scores(of, names, say)]
    return Table(heads_of(say, "score", "factor", "law", "practice", "gap", "weakest"), rows, [1, 2, 3])


def _sides(score: Score, standing: Mapping[str, Standing], say: Phrases) -> list[str]:
    weakest = "–"
    if score.weakest:
        level = standing[score.weakest].level or 0
        weakest = say("score.level_of", question=score.weakest, level=say.level(level))
    gap = "–" if score.gap is None else _signed(score.gap, say)
    return [_one(score.law, say), _one(score.practice, say), gap, weakest]


def insufficient(of: Scores, say: Phrases) -> Iterator[str]:
    """Why the whole, or some key factors, have no score."""
    overall = of.overall
    if not overall.applicable:
        yield say("report.none_apply")
    if overall.answered and not overall.sufficient:
        yield say.count("score.none_overall", overall.answered, applicable=overall.applicable)
    few = [str(number) for number, each in of.factors.items() if each.applicable and not each.sufficient]
    if overall.answered and few:
        yield say.count("score.none_factors", len(few), numbers=", ".join(few))
    if overall.not_applicable:
        yield say.count("report.outside", overall.not_applicable)


def days(view: Comparison, say: Phrases) -> list[str]:
    """The day on which each round was opened; its number beside it where two share one."""
    days = [say.date(each.opened[:10]) for each in view.rounds]
    alone = len(set(days)) == len(days)
    return days if alone else [f"{day} ({number})" for number, day in enumerate(days, 1)]


def comparison(view: Comparison, names: Names, say: Phrases) -> Table:
    """The scores of rounds side by side."""
    lines: list[tuple[str, Line]] = [(f"{number:>2} {names[number]}", line) for number, line in view.factors.items()]
    lines.append((f"   {say('score.overall')}", view.overall))
    lines += [(f"   {say('compare.gender')}", view.lens)] if view.lens else []
    rows = [[name, *(_interval(each, say) for each in line.scores), *_change(line, say)] for name, line in lines]
    heads = [say("score.factor"), *days(view, say), say("compare.change"), ""]
    return Table(heads, rows, range(1, len(heads) - 1))


def _interval(score: Score, say: Phrases) -> str:
    if score.low is None:
        return "–"
    low, high, claimed = (_one(end, say) for end in (score.low, score.high, score.score))
    return claimed if low == high else f"{claimed} ({low}–{high})"


def evidenced(view: Comparison, names: Names, say: Phrases) -> Table:
    """What evidence bore out in each round, and how many questions went which way from the first to the last."""
    lines = [*((f"{number:>2} {names[number]}", line) for number, line in view.factors.items())]
    lines.append((f"   {say('score.overall')}", view.overall))
    rows = [
        [name, *(_one(each.evidenced, say) for each in line.scores), say("compare.moves", **asdict(line.moves))]
        for name, line in lines
    ]
    return Table(
        [say("score.evidenced"), *days(view, say), say("compare.questions")], rows, range(1, len(view.rounds) + 1)
    )


def _change(line: Line, say: Phrases) -> list[str]:
    points = line.whole.points
    return ["–" if points is None else _signed(points, say), say(f"compare.{line.whole.verdict}")]


def _signed(value: Fraction, say: Phrases) -> str:
    short = rounded(value) or 0.0  # as every form of the report starts from two decimals
    sign = "+" if short > 0 else "−" if short < 0 else ""
    return f"{sign}{say.number(abs(short), 1)}"


def by_kind(view: Comparison) -> dict[str, list[str]]:
    """The ids of the questions of each kind that there is, in the order of `Kind`."""
    ids = {kind.value: [each.id for each in view.questions if each.whole is kind] for kind in Kind}
    return {kind: listed for kind, listed in ids.items() if listed}


def kinds(ids: Mapping[str, Sequence[str]], say: Phrases) -> Iterator[str]:
    """How many questions there are of each kind of change, and which where they are not the same."""
    for kind, listed in ids.items():
        which = f"{say('colon')}{', '.join(listed)}" if listed and kind != "same" else ""
        yield f"{say(f'change.{kind}')} {len(listed)}{which}"


def compared(questions: Iterable[Asked], view: Comparison, say: Phrases) -> Table:
    """The levels of questions in each round."""
    heads = [say("compare.question"), say("compare.kind"), *days(view, say), say("compare.moved")]
    rows = []
    for each in questions:
        moved = "–" if each.moved is None else _signed(each.moved, say)
        rows.append([each.id, say(f"change.{each.whole}"), *(_level(stands, say) for stands in each.standing), moved])
    return Table(heads, rows, [len(heads) - 1])


def _level(stands: Standing | None, say: Phrases) -> str:
    if stands is None:
        return "–"
    if stands.level is None:
        return say("state.not_applicable" if stands.not_applicable is not None else "state.dont_know")
    mark = say("compare.agreed") if stands.basis == "agreed" else "*" if stands.basis == "mean" else ""
    return f"{say.level(stands.level)}{mark}"
