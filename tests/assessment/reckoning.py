"""The scores of an exported assessment, reckoned anew from the written rules, with floats and dictionaries alone.

Nothing here comes from the program: what is read is the JSON that `arusha assess export` writes and the YAML of the questions.

A question scores its level times 25. An element is the weighted mean of its answered questions, a key factor the plain mean of
its elements, the whole the plain mean of the key factors. What has no score could be anything, so its interval is 0 to 100;
what does not apply is left out. A key factor with less than half of its questions answered has no score, and under four
fifths of all there is no overall score.
"""

import calendar
from datetime import date
from functools import cache
from pathlib import Path

import yaml

CONTENT = Path(__file__).parents[2] / "content" / "questionnaires" / "self-assessment"
MONTHS = {"law": None, "procedure": 36, "decision": 36, "statistic": 12, "record": 12, "interview": 12}
OTHERWISE = 24  # months, for kinds that are not named above
OPEN = (None, 0.0, 4.0)  # level, low and high of what may be anything
NO_SHOWING_OF_PRACTICE = ("law", "procedure")


# The questions


@cache
def questions_of_yaml(folder=CONTENT):
    """Each question of the bank by its id: side, weight, and whether the quick scan asks it."""
    found = {}
    for path in sorted(folder.glob("[0-9]*.yml")):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for each in yaml.load(path.read_text("utf-8"), Loader=loader)["questions"]:
            found[each["id"]] = (each["side"], float(each.get("weight", 1)), bool(each.get("quick")))
    return found


def questions_asked(journal):
    """The questions that a file asks, by id: its side and its weight, the Member's own among them."""
    first = journal[0]["body"]
    own = first.get("own") or {}
    for entry in journal:
        assert entry["kind"] != "upgraded", "the questions here are those of this release"
        if entry["kind"] == "tailored":
            own = entry["body"]
    quick = first.get("chosen") == "quick"
    asked = {key: [side, weight] for key, (side, weight, fast) in questions_of_yaml().items() if fast or not quick}
    for each in own.get("questions", ()):
        asked[each["id"]] = [each.get("side", "de_facto"), float(each.get("weight", 1))]
    for key, weight in own.get("weights", {}).items():
        if key in asked:
            asked[key][1] = float(weight)
    return asked


def element_of(question):
    """`8.d` for `8.d.1`."""
    return question.rpartition(".")[0]


# What happened


def follow(journal):
    """What the journal comes to: the team's answers, the agreed ones, the votes, and the registered evidence.

    A vote ends when it is closed, or by itself once everyone asked has scored and they are five or more; one that was once
    complete with fewer ends only when it is closed, or with the round. It then stays as it is. A question that is opened
    again is voted on anew, and the last vote stands until the new one ends; a vote of which nothing could be told goes on.
    """
    told = {"team": {}, "agreed": {}, "papers": {}, "votes": {}, "evidence": {}}
    people, tasks, shut, over, small = {}, [], set(), set(), set()
    papers, votes = told["papers"], told["votes"]

    def meant(question):
        scopes = {question, element_of(question), question.partition(".")[0]}
        present = [each for each in people.values() if not each.get("left")]
        mine = [task for task in tasks if task["scope"] in scopes]
        chosen = {each["id"] for each in present for task in mine if _is_for(task, each)}
        return chosen or {each["id"] for each in present if each.get("role", "respondent") == "respondent"}

    def end(question):
        asked = meant(question) | papers[question].keys()
        votes.setdefault(question, []).append((asked, dict(papers[question])))
        over.add(question)

    def look(question):
        if question in papers and question not in over and meant(question) <= papers[question].keys():
            if len(papers[question]) < 5:
                small.add(question)
            elif question not in small:
                end(question)

    for entry in journal:
        kind, body = entry["kind"], entry["body"]
        if kind == "answered" and body.get("by"):
            key, answer = body["question"], body["answer"]
            before = papers.get(key, {}).get(body["by"])
            if key not in shut | over or (before is not None and _says(before) == _says(answer)):
                papers.setdefault(key, {})[body["by"]] = answer
                look(key)
        elif kind == "answered":
            told["team"][body["question"]] = body["answer"]
        elif kind == "agreed":
            told["agreed"][body["question"]] = body["answer"]
        elif kind == "evidence":
            told["evidence"][body["id"]] = body
        elif kind == "closed":
            for key in body["questions"]:
                shut.add(key)
                if key in papers and key not in over:
                    end(key)
        elif kind == "reopened":
            for key in body["questions"]:
                shut.discard(key)
                told["agreed"].pop(key, None)
                if key in over:
                    over.discard(key)
                    small.discard(key)
                    last = votes[key][-1][1].values()
                    if len(last) < 5 and sum("level" in each for each in last) < 2:
                        votes[key].pop()
                    else:
                        del papers[key]
        elif kind in ("person", "assigned", "unassigned"):
            if kind == "person":
                people[body["id"]] = body
            elif kind == "assigned":
                tasks.append(body)
            else:
                tasks = [task for task in tasks if _whose(task) != _whose(body)]
            for key in list(papers):
                look(key)
        elif kind == "sealed":
            for key in list(papers):
                if key not in over and meant(key) <= papers[key].keys():
                    end(key)
    return told


def _is_for(task, person):
    unit = task.get("unit")
    return task.get("person") == person["id"] or (unit or "").casefold() == (person.get("unit") or "-").casefold()


def _whose(task):
    return task["scope"], task.get("person"), task.get("unit")


def _says(answer):
    return answer.get("level"), answer.get("dont_know", False), "not_applicable" in answer


# What stands for a question


def stands(question, told):
    """Level, low and high of a question in levels, or “na”: the agreed answer, else its last vote if that counts, else the team's."""
    if question in told["agreed"]:
        return _of_answer(told["agreed"][question])
    if told["votes"].get(question) and (voted := _of_vote(*told["votes"][question][-1])) != OPEN:
        return voted
    return _of_answer(told["team"][question]) if question in told["team"] else OPEN


def _of_answer(answer):
    if "not_applicable" in answer:
        return "na"
    level = answer.get("level")
    return OPEN if level is None else (float(level),) * 3


def _of_vote(asked, papers):
    """A mean counts where five gave a level, and half of those to whom the question applies; the others lie anywhere."""
    levels = [answer["level"] for answer in papers.values() if "level" in answer]
    n = len(asked) - sum("not_applicable" in answer for answer in papers.values())
    g, s = len(levels), sum(levels)
    if g >= 5 and g >= n / 2:
        return s / g, s / n, (s + 4 * (n - g)) / n
    if n == 0 and len(papers) >= 5:
        return "na"  # all of the five or more who were asked say so
    return OPEN


# Evidence


def behind(question, told):
    """The pieces of evidence behind a question: registered, and noted with what stands."""
    pieces = [
        piece
        for piece in told["evidence"].values()
        if question in piece.get("questions", ()) and not piece.get("withdrawn")
    ]
    noted = [told["team"].get(question, {})]
    if question in told["agreed"]:
        noted += [told["agreed"][question], *told["papers"].get(question, {}).values()]
    return pieces + [piece for answer in noted for piece in answer.get("evidence", ())]


def last_day_of(dated):
    """The day at which a year or a month ends, or the day itself."""
    parts = [int(part) for part in dated.split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    return date(*parts) if len(parts) == 3 else date(*parts, calendar.monthrange(*parts)[1])


def months_on(day, months):
    """The same day some months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > 9999:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_stale(piece, as_of):
    """Whether a piece no longer counts on a day: undated, or older than it holds."""
    if not piece.get("date"):
        return True
    months = piece.get("months") or MONTHS.get(piece.get("kind", "other"), OTHERWISE)
    return months is not None and months_on(last_day_of(piece["date"]), months) < as_of


def is_shown(side, pieces, as_of):
    """Whether evidence lets a level above 2 count; for practice neither law, procedure nor a bare note is any."""
    good = [piece for piece in pieces if not is_stale(piece, as_of)]
    return any(side == "de_jure" or _shows_practice(piece) for piece in good)


def _shows_practice(piece):
    kind = piece.get("kind", "other")
    bare = kind == "other" and not (piece.get("link") or piece.get("file"))
    return not bare and kind not in NO_SHOWING_OF_PRACTICE


# Means


def mean(pairs):
    """The mean of (weight, value); None of nothing."""
    pairs = list(pairs)
    return sum(w * v for w, v in pairs) / sum(w for w, _ in pairs) if pairs else None


def add_up(values):
    """Elements, key factors and the whole of applicable questions: {question: (weight, level or None, low, high)}."""
    table = {}
    for key, each in values.items():
        element = element_of(key)
        table.setdefault(int(element.partition(".")[0]), {}).setdefault(element, []).append(each)
    factors = {number: _factor(elements) for number, elements in table.items()}
    return {**_of_parts(factors.values(), 0.8), "factors": factors}


def _factor(elements):
    parts = {key: _element(each) for key, each in elements.items()}
    return {**_of_parts(parts.values(), 0.5), "elements": parts}


def _element(questions):
    known = [(weight, 25 * level) for weight, level, _, _ in questions if level is not None]
    return {
        "score": mean(known),
        "low": mean((weight, 25 * low) for weight, _, low, _ in questions),
        "high": mean((weight, 25 * high) for weight, _, _, high in questions),
        "answered": len(known),
        "applicable": len(questions),
        "sufficient": bool(known),
    }


def _of_parts(parts, least):
    parts = list(parts)
    answered, applicable = (sum(part[name] for part in parts) for name in ("answered", "applicable"))
    enough = bool(applicable) and answered >= least * applicable - 1e-9
    return {
        "score": mean((1, part["score"]) for part in parts if part["score"] is not None) if enough else None,
        "low": mean((1, part["low"] if part["score"] is not None else 0) for part in parts),
        "high": mean((1, part["high"] if part["score"] is not None else 100) for part in parts),
        "answered": answered,
        "applicable": applicable,
        "sufficient": enough,
    }


def reckon(exported, as_of=None):
    """All scores of an exported file: {"overall": …, 1: …, "1.a": …}, each with its eight figures; none for what does not apply."""
    journal = exported["journal"]
    as_of = as_of or date.fromisoformat([each["at"] for each in journal if each["kind"] != "sealed"][-1][:10])
    asked, told = questions_asked(journal), follow(journal)
    claimed, evidenced = {}, {}
    for key, (side, weight) in asked.items():
        if (here := stands(key, told)) != "na":
            claimed[key] = (weight, *here)
            level = here[0]
            if level is not None and level > 2 and not is_shown(side, behind(key, told), as_of):
                level = 2.0
            evidenced[key] = (weight, level, *here[1:])
    sides = ("de_jure", "de_facto")
    one_sided = [add_up({key: each for key, each in claimed.items() if asked[key][0] == side}) for side in sides]
    others = dict(zip(("evidenced", "law", "practice"), map(by_place, (add_up(evidenced), *one_sided)), strict=True))
    return {
        place: {
            **{name: each[name] for name in ("score", "low", "high", "sufficient")},
            "coverage": each["answered"] / each["applicable"],
            **{name: other.get(place, {"score": None})["score"] for name, other in others.items()},
        }
        for place, each in by_place(add_up(claimed)).items()
        if each["applicable"]
    }


def by_place(whole):
    """The sums of the whole, of each key factor by its number and of each element by its id."""
    found = {"overall": whole}
    for number, factor in whole["factors"].items():
        found |= {number: factor, **factor["elements"]}
    return found
