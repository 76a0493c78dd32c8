"""The scores against a second reckoning of them, on files made at random, and the laws that they keep."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache

import forging
import pytest
import reckoning
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import replay
from assessment.agreement import Standing
from assessment.answers import Answer
from assessment.scoring import score
from kb.base import bounded
from kb.base.vocabulary import QuestionSide

FIGURES = ("score", "low", "high", "evidenced", "law", "practice", "coverage")
KINDS = [
    "law",
    "procedure",
    "decision",
    "statistic",
    "record",
    "audit",
    "survey",
    "training",
    "publication",
    "interview",
    "other",
]
VERSION = yaml.safe_load((reckoning.CONTENT / "bank.yml").read_text("utf-8"))["version"]
TODAY = datetime.now(UTC).date()
UNPACKED = cache(replay._unpacked)


@pytest.fixture
def _here(monkeypatch):
    """What is read is read in this process, and the same questions once; that a child reads it is tested elsewhere."""
    monkeypatch.setattr(replay, "_unpacked", UNPACKED)
    monkeypatch.setattr(bounded, "call", lambda file, limits, function, *args, **named: function(*args, **named))


@pytest.fixture
def do(arusha, _here):
    """Run a command that must succeed, or may also be *refused*."""

    def run(*words, refused=False):
        result = arusha("assess", *words)
        assert result.exit_code in (0, 2 * refused), f"{words}: {result.output} {result.exception!r}"
        return result.stdout

    return run


class Making:
    """One assessment file as it is made, with commands alone."""

    def __init__(self, seed, folder, do):
        self.rng, self.folder, self.do = random.Random(seed), folder, do
        self.file = folder / "made.arusha"
        self.steps = 0

    def new(self, *, quick=False, own=False):
        """Begin, with a Member’s *own* weights and questions if asked."""
        self.asked = [key for key, (_, _, fast) in reckoning.questions_of_yaml().items() if fast or not quick]
        words = ["--quick"] if quick else []
        if own:
            added = self.own()
            words += ["--own", self.write("own.yml", added)]
            self.asked += [each["id"] for each in added["questions"]]
        self.do("new", self.file, "--administration", "Testland", *words)
        return self

    def own(self):
        """Own weights and questions at random."""
        rng, bank = self.rng, [key for key in self.asked if ".m" not in key]
        added = [
            {
                "id": f"{element}.m1",
                "text": "Is the rotation of ports applied?",
                "levels": [f"Step {n}." for n in range(5)],
                **({"side": side} if side else {}),
                **({"weight": weight} if weight else {}),
            }
            for element, side, weight in (("8.d", "de_jure", None), ("1.a", None, 2.5))
        ]
        return {
            "weights": {key: rng.choice([0.25, 0.5, 2, 3, 10]) for key in rng.sample(bank, len(bank) // 4)},
            "questions": added,
        }

    def write(self, name, data):
        """A file to be taken."""
        self.steps += 1
        path = self.folder / f"{self.steps}-{name}"
        path.write_text(json.dumps(data), "utf-8")  # which is YAML too
        return path

    def collect(self, answers, person=None):
        """Take answers of the team, or of one person, whose vote may have ended."""
        if not answers:
            return
        about = {"respondent": {"id": person}} if person else {}
        data = {"questionnaire": "self-assessment", "version": VERSION, **about, "answers": answers}
        self.do("collect", self.file, self.write("answers.json", data), "--new-people", refused=bool(person))

    def dated(self, months):
        """A date at random, often near the day on which the piece goes stale."""
        rng, edge = self.rng, reckoning.months_on(TODAY, -months)
        near = edge + timedelta(rng.choice([-40, -3, -2, -1, 0, 1, 2, 3, 40]))
        far = date(rng.randint(TODAY.year - 5, TODAY.year), rng.randint(1, 12), rng.randint(1, 28))
        day, month = min(rng.choice([near, far, TODAY]), TODAY), edge + timedelta(rng.choice([-45, 45]))
        return rng.choice([None, f"{day:%Y}", f"{min(month, TODAY):%Y-%m}", *[day.isoformat()] * 3])

    def piece(self):
        """A piece of evidence as it is noted with an answer."""
        kind = self.rng.choice(KINDS)
        found = {"text": "Shown to the team", "kind": kind, "date": self.dated(reckoning.MONTHS.get(kind) or 24)}
        if self.rng.random() < 0.5:
            found["link"] = "https://example.org/register"
        return {name: value for name, value in found.items() if value}

    def answer(self, *, applies=0.9, known=0.95):
        """An answer at random."""
        rng = self.rng
        if rng.random() > applies:
            return {"not_applicable": "No land border."}
        noted = {"evidence": [self.piece() for _ in range(rng.choice([0, 0, 1, 2]))]}
        said = {"dont_know": True} if rng.random() > known else {"level": rng.choice([0, 1, 2, 3, 3, 4, 4])}
        return said | noted

    def some(self, share):
        """Some of the questions."""
        return [key for key in self.asked if self.rng.random() < share]

    def at_the_thresholds(self):
        """Three key factors at half of their questions or one below, and all at four fifths or one below."""
        rng, left = self.rng, list(self.asked)
        rng.shuffle(left)
        spare = [left.pop() for _ in range(len(left) % 5)]
        factors = {}
        for key in left:
            factors.setdefault(reckoning.element_of(key).partition(".")[0], []).append(key)
        halves = rng.sample(sorted(factors), 3)
        out = [key for each in halves for key in factors[each][(len(factors[each]) + 1) // 2 - rng.choice([0, 0, 1]) :]]
        rest = [key for each, keys in factors.items() if each not in halves for key in keys]
        more = max(0, len(left) // 5 - len(out) + rng.choice([0, 0, 1]))
        out += rng.sample(rest, more)
        answers = {key: self.answer(applies=1, known=1) for key in left if key not in out}
        answers |= {key: {"dont_know": True} for key in out if rng.random() < 0.5}
        return answers | {key: {"not_applicable": "No land border."} for key in spare}

    def vote(self, people, keys):
        """Private scores of some questions, of which some are closed, some are voted on again, and some are agreed."""
        rng = self.rng
        odd = set(rng.sample(keys, len(keys) // 4))  # few of these give a level
        nowhere = keys[0]  # which applies to nobody
        if rng.random() < 0.3:  # else each is registered with their first scores, and no vote ends by itself
            for person in people:
                self.do("people", "add", self.file, "--id", person, "--unit", "Ports")
        for person in people:
            shares = {key: (0.6, 0.5) if key in odd else (0.95, 0.95) for key in keys if rng.random() < 0.92}
            given = {key: self.answer(applies=applies, known=known) for key, (applies, known) in shares.items()}
            self.collect(given | {nowhere: {"not_applicable": "No sea."}}, person)
        if rng.random() < 0.4:
            self.do("people", "add", self.file, "--id", people[0], "--left")
        if rng.random() < 0.4:
            self.do("people", "assign", self.file, *keys[:3], "--to", people[-1])
        shut = keys[: len(keys) * 3 // 4]
        self.do("close", self.file, *shut)
        again = rng.sample(shut, 4)
        self.do("reopen", self.file, *again)
        for person in people[1:]:
            self.collect({key: self.answer(applies=1) for key in again[:3]}, person)
        self.do("close", self.file, *again[:2])
        for key in rng.sample([key for key in shut if key not in again], 2):
            self.agree(key)

    def agree(self, key):
        """Agree on something."""
        rng = self.rng
        what = rng.choice([("--level", rng.randint(0, 4)), ("--level", 4), ("--dont-know",), ("--not-applicable",)])
        self.do("agree", self.file, key, *what, "--reason", "The register was seen.")

    def evidence(self, pieces):
        """Register evidence, of which some is renewed, linked or withdrawn."""
        rng = self.rng
        for number in range(1, pieces + 1):
            kind, months = rng.choice(KINDS), rng.choice([None, None, 1, 7, 120])
            dated = self.dated(months or reckoning.MONTHS.get(kind) or 24)
            words = [word for key in rng.sample(self.asked, min(12, len(self.asked))) for word in ("--for", key)]
            words += ["--kind", kind] if kind != "other" else []
            words += ["--date", dated] if dated else []
            words += ["--months", months] if months else []
            words += ["--link", "registers/7"] if rng.random() < 0.4 else []
            words += ["--file", self.write("shown.json", [number])] if rng.random() < 0.3 else []
            self.do("evidence", "add", self.file, f"Register {number}", *words)
        if pieces > 2:
            self.do("evidence", "withdraw", self.file, "e1", "--why", "It was a draft.")
            self.do("evidence", "renew", self.file, "e2", "--date", self.dated(24) or TODAY.year)
            self.do("evidence", "link", self.file, "e3", self.asked[-1])


def made(seed, folder, do):
    """A file at random: long or short, nearly empty or full, of the team or of many."""
    making = Making(seed, folder, do)
    rng = making.rng
    making.new(quick=seed % 7 in (3, 5), own=seed % 5 == 1)
    if seed % 6 == 0:
        making.collect(making.at_the_thresholds())
    else:
        share = (0, 0.5, 0.95, 0.03, 0.95, 1)[seed % 6]
        voted = rng.sample(making.asked, max(16, len(making.asked) // 8)) if seed % 3 == 2 else []
        answers = {key: making.answer() for key in making.some(share) if key not in voted}
        if share == 0.95:  # of one key factor and one element nothing applies
            no = [key for key in making.asked if key.startswith(("4.", "9.a.")) and key not in voted]
            answers |= {key: {"not_applicable": "Nothing is automated."} for key in no}
        making.collect(answers)
        if voted:
            making.vote([f"p{n}" for n in range(1, rng.choice([4, 5, 6]) + 1)], voted)
        if seed % 4 == 2:
            making.do("own", making.file, making.write("own.yml", making.own()))
        if seed % 4 == 3:
            making.evidence(2)
            plain = (key for key in making.asked if key not in voted and not answers.get(key, {}).get("evidence"))
            making.agree(next(plain))
    if seed % 2 == 0:
        making.evidence(3)
    return making


def exported(file, do):
    """A file as JSON."""
    out = file.with_name("out.json")
    out.unlink(missing_ok=True)
    do("export", file, "-o", out)
    return json.loads(out.read_text("utf-8"))


def scored(file, do, *words):
    """What `arusha assess score` gives, by place."""
    data = json.loads(do("score", file, "--format", "json", *words))
    found = {"overall": data["overall"]}
    for factor in data["factors"]:
        found |= {factor["number"]: factor, **{each["id"]: each for each in factor["elements"]}}
    return {place: {name: each[name] for name in (*FIGURES, "sufficient")} for place, each in found.items()}


def differences(theirs, mine):
    """Where two reckonings differ by more than 0.01; what does not apply has no figure."""
    for place in {**theirs, **mine}:
        one, other = theirs.get(place, {}), mine.get(place, {})
        for name in FIGURES:
            a, b = one.get(name), other.get(name)
            if (a is None) != (b is None) or (a is not None and abs(a - b) > 0.0100001):
                yield place, name, a, b
        if bool(one.get("sufficient")) != bool(other.get("sufficient")):
            yield place, "sufficient", one.get("sufficient"), other.get("sufficient")


def both_agree(file, do, as_of=None):
    """Check that both reckonings agree on a file; the first comes back."""
    theirs = scored(file, do, *(["--as-of", as_of] if as_of else []))
    mine = reckoning.reckon(exported(file, do), date.fromisoformat(as_of) if as_of else None)
    assert not list(differences(theirs, mine))
    return theirs


@pytest.mark.parametrize("seed", range(30))
def test_both_reckonings_agree(seed, tmp_path, do):
    scores = both_agree(made(seed, tmp_path, do).file, do)
    for place, each in scores.items():
        if each["score"] is not None:
            assert each["low"] <= each["score"] <= each["high"], place
            assert each["evidenced"] <= each["score"], place


def test_the_day_is_that_of_the_last_entry_unless_another_is_given(tmp_path, do):
    file = made(4, tmp_path, do).file
    for days in (0, 700):
        both_agree(file, do, (TODAY + timedelta(days)).isoformat())
    later = (TODAY + timedelta(300)).isoformat()
    forging.write(file, [[later + at[10:], kind, body] for at, kind, body in forging.lines(file)])
    assert both_agree(file, do) == both_agree(file, do, later)


def test_more_evidence_never_lowers_a_score(tmp_path, do):
    making = made(4, tmp_path, do)
    before = scored(making.file, do)
    for kind in ("law", "record"):
        words = [word for key in making.asked for word in ("--for", key)]
        do("evidence", "add", making.file, "Register", "--kind", kind, "--date", TODAY, *words)
        after = scored(making.file, do)
        for place, each in before.items():
            assert {**each, "evidenced": 0} == {**after[place], "evidenced": 0}
            assert each["evidenced"] is None or each["evidenced"] <= after[place]["evidenced"]
        before = after
    for each in before.values():
        assert each["evidenced"] == each["score"]


def test_what_does_not_apply_moves_no_other_element(tmp_path, do):
    making = made(4, tmp_path, do)
    before = scored(making.file, do)
    for key in making.rng.sample(making.asked, 3):
        making.collect({key: {"not_applicable": "No land border."}})
        after = scored(making.file, do)
        own = reckoning.element_of(key)
        moved = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
        assert moved <= {"overall", int(own.partition(".")[0]), own}
        before = after


def test_the_order_of_answers_does_not_matter(tmp_path, do):
    making = Making(1, tmp_path, do).new()
    answers = {key: making.answer() for key in making.asked}
    making.collect(answers)
    (tmp_path / "other").mkdir()
    other = Making(1, tmp_path / "other", do).new()
    turned = list(reversed(answers.items()))
    for part in (turned[1::2], turned[::2]):
        other.collect({key: making.answer() for key, _ in part[::3]} | dict(part))
        other.collect(dict(part))
    assert scored(making.file, do) == scored(other.file, do)


def test_a_small_file_by_hand(tmp_path, do):
    making = Making(1, tmp_path, do).new()
    element = next(key for key in map(reckoning.element_of, making.asked) if f"{key}.3" in making.asked)
    one, two, three = (f"{element}.{n}" for n in (1, 2, 3))
    do("own", making.file, making.write("own.yml", {"weights": {two: 2}}))
    outside = {key: {"not_applicable": "No land border."} for key in making.asked if key not in (one, two, three)}
    making.collect(outside | {one: {"level": 4}, two: {"level": 1}, three: {"dont_know": True}})
    scores = both_agree(making.file, do)
    for place in (element, int(element.partition(".")[0])):
        assert [scores[place][name] for name in FIGURES[:4]] == [50, 37.5, 62.5, 33.33]
    assert [scores["overall"][name] for name in (*FIGURES[:4], "sufficient")] == [None, 37.5, 62.5, None, False]
    making.collect({three: {"not_applicable": "No land border."}})
    scores = both_agree(making.file, do)
    assert [scores["overall"][name] for name in (*FIGURES[:4], "sufficient")] == [50, 50, 50, 33.33, True]


def test_what_shows_a_level_above_two_by_hand(tmp_path, do):
    making = Making(1, tmp_path, do).new()
    today, link = {"date": TODAY.isoformat()}, {"link": "registers/7"}
    cases = [
        ("de_jure", [], False),
        ("de_jure", [{"kind": "law"} | today], True),
        ("de_jure", [{"kind": "law", "date": "1952"}], True),
        ("de_jure", [{"kind": "record"} | today], True),
        ("de_jure", [{"kind": "record", "date": "2001"}], False),
        ("de_jure", [{"kind": "record"} | link], False),
        ("de_jure", [today], True),
        ("de_jure", [today | link], True),
        ("de_facto", [], False),
        ("de_facto", [{"kind": "law"} | today, {"kind": "procedure"} | today | link], False),
        ("de_facto", [{"kind": "law"} | today, {"kind": "record", "date": "2001"}], False),
        ("de_facto", [{"kind": "record"} | today], True),
        ("de_facto", [{"kind": "decision"} | today], True),
        ("de_facto", [today], False),
        ("de_facto", [today | link], True),
    ]
    sides = {key: side for key, (side, _, _) in reckoning.questions_of_yaml().items()}
    placed, free = {}, dict.fromkeys(map(reckoning.element_of, sides))
    for side, pieces, shown in cases:
        key = next(key for key in sides if sides[key] == side and reckoning.element_of(key) in free)
        free.pop(reckoning.element_of(key))
        placed[key] = ([{"text": "Shown", **piece} for piece in pieces], shown)
    making.collect({key: {"level": 3, "evidence": pieces} for key, (pieces, _) in placed.items()})
    scores = both_agree(making.file, do)
    for key, (pieces, shown) in placed.items():
        each = scores[reckoning.element_of(key)]
        assert (each["score"], each["evidenced"]) == (75, 75 if shown else 50), (key, pieces)


def test_which_votes_count_by_hand(tmp_path, do):
    making = Making(1, tmp_path, do).new()
    elements = list(dict.fromkeys(map(reckoning.element_of, making.asked)))
    half, less, few, nowhere = keys = [f"{element}.1" for element in elements[:4]]
    level, unknown, no = {"level": 2}, {"dont_know": True}, {"not_applicable": "No sea."}
    votes = {
        half: [level] * 5 + [unknown] * 5 + [no],
        less: [level] * 5 + [unknown] * 6,
        few: [level] * 4 + [no] * 7,
        nowhere: [no] * 11,
    }
    for number in range(11):
        making.collect({key: votes[key][number] for key in keys}, f"p{number + 1}")
    others = {key: no for key in making.asked if key not in keys and reckoning.element_of(key) in elements[:4]}
    making.collect(others)
    for told in (
        [[None, 0, 100]] * 4,  # while the votes are open
        [[50, 25, 75], [None, 0, 100], [None, 0, 100], [None, None, None]],
    ):
        scores = both_agree(making.file, do)
        assert [[scores[each][name] for name in FIGURES[:3]] for each in elements[:4]] == told
        do("close", making.file, *keys)
    for words, score_ in ((("agree", half, "--level", 1, "--reason", "Seen."), 25), (("reopen", half), 50)):
        do(words[0], making.file, *words[1:])
        assert both_agree(making.file, do)[elements[0]]["score"] == score_


@pytest.fixture
def one(tmp_path, do):
    """A file, and a question of practice in it."""
    sides = reckoning.questions_of_yaml()
    return Making(1, tmp_path, do).new(), next(key for key in sides if sides[key][0] == "de_facto")


@pytest.mark.parametrize("answer", [{"level": 4}, {"not_applicable": "No sea."}], ids=["level", "not applicable"])
def test_a_vote_that_counts_stands_before_the_answer_of_the_team(one, do, answer):
    making, key = one
    making.collect({key: {"level": 1}})
    for number in range(1, 6):
        making.collect({key: answer}, f"p{number}")
    do("close", making.file, key)
    both_agree(making.file, do)


def test_what_the_team_noted_stands_behind_what_is_agreed(one, do):
    making, key = one
    shown = {"text": "Shown", "kind": "record", "date": TODAY.isoformat()}
    making.collect({key: {"level": 2, "evidence": [shown]}})
    do("agree", making.file, key, "--level", 4, "--reason", "It was seen.")
    both_agree(making.file, do)


def test_the_seal_is_no_change_so_the_day_is_that_of_the_last_one_before_it(one, do):
    making, key = one
    making.collect({key: {"level": 4, "evidence": [{"text": "Shown", "kind": "record", "date": TODAY.isoformat()}]}})
    forging.append(making.file, "sealed", {"answers": 1}, f"{TODAY + timedelta(800)}T10:00:00+00:00")
    both_agree(making.file, do)


def test_evidence_of_a_day_that_utc_has_not_yet(one, do):
    making, key = one
    making.collect({key: {"level": 4, "evidence": [{"text": "Shown", "kind": "record", "date": TODAY.isoformat()}]}})
    before = (TODAY - timedelta(1)).isoformat()
    forging.write(making.file, [[f"{before}T20:00:00+00:00", *rest] for _, *rest in forging.lines(making.file)])
    both_agree(making.file, do)


def test_a_month_is_as_old_as_its_last_day(one, do):
    making, key = one
    making.collect({key: {"level": 4}})
    words = ("--kind", "record", "--months", 1, "--for", key)
    do("evidence", "add", making.file, "Shown", "--date", "2025-04", *words)
    both_agree(making.file, do, "2025-05-31")


# Laws of the computation alone, of three key factors, which are enough for every rule


@st.composite
def situations(draw, bank):
    """Questions, what stands for each, and which of them evidence supports."""
    questions = [each for each in bank.questions if each.factor in (1, 8, 10)]
    numbers = draw(st.lists(st.integers(-3, 9), min_size=len(questions), max_size=len(questions)))
    stood = {each.id: standing(number) for each, number in zip(questions, numbers, strict=True) if number >= 0}
    return questions, stood, draw(st.sets(st.sampled_from([each.id for each in questions])))


def standing(number):
    """What stands: that it does not apply, that nobody knows, a level, or the mean of six of the eight who were asked."""
    if number < 7:
        return Answer(**[{"not_applicable": "No sea."}, {"dont_know": True}, *({"level": n} for n in range(5))][number])
    total = 5 * number - 29
    low, high = Fraction(total, 8), Fraction(total + 8, 8)
    return Standing(Fraction(total, 6), None, False, "mean", low=low, high=high)


a_few = settings(max_examples=20)


def parts(scores):
    """Every score by its place."""
    return {"overall": scores.overall, **scores.factors, **scores.elements}


def figures(part):
    """What a score says, but for what evidence bears out."""
    return [getattr(part, name) for name in ("score", "low", "high", "law", "practice", "coverage", "sufficient")]


def as_levels(each, stood):
    """A question as the second reckoning takes it."""
    if stood is None or stood.dont_know:
        return each.weight, None, 0.0, 4.0
    low, high = (getattr(stood, name, None) for name in ("low", "high"))
    return each.weight, *(float(stood.level if end is None else end) for end in (None, low, high))


@a_few
@given(data=st.data())
def test_the_sums_are_those_of_the_second_reckoning(data, bank):
    questions, stood, supported = data.draw(situations(bank))
    asked = {each.id: each for each in questions if not getattr(stood.get(each.id), "not_applicable", None)}
    claimed = {key: as_levels(each, stood.get(key)) for key, each in asked.items()}
    capped = {
        key: (weight, level if level is None or key in supported else min(level, 2.0), *ends)
        for key, (weight, level, *ends) in claimed.items()
    }
    law, practice = ({key: each for key, each in claimed.items() if asked[key].side == side} for side in QuestionSide)
    found = parts(score(questions, stood, supported))
    for names, values in (
        (("score", "low", "high"), claimed),
        (("evidenced",), capped),
        (("law",), law),
        (("practice",), practice),
    ):
        mine = reckoning.by_place(reckoning.add_up(values))
        for place, part in found.items():
            for name in names:
                one, other = getattr(part, name), mine.get(place, {}).get("score" if len(names) == 1 else name)
                assert (one is None) == (other is None), (place, name)
                assert one is None or abs(float(one) - other) < 1e-9, (place, name)


@a_few
@given(data=st.data())
def test_a_score_lies_in_its_interval_and_the_evidenced_one_is_no_higher(data, bank):
    for place, part in parts(score(*data.draw(situations(bank)))).items():
        if part.score is not None:
            assert 0 <= part.low <= part.score <= part.high <= 100, place
            assert part.evidenced <= part.score, place
        assert (part.evidenced is None) == (part.score is None), place


@a_few
@given(data=st.data())
def test_support_moves_the_evidenced_score_alone_and_never_down(data, bank):
    questions, stood, supported = data.draw(situations(bank))
    fewer = data.draw(st.sets(st.sampled_from(sorted(supported)))) if supported else set()
    before, after, all_ = (parts(score(questions, stood, each)) for each in (fewer, supported, stood.keys()))
    for place, part in before.items():
        assert figures(part) == figures(after[place]), place
        assert part.evidenced is None or part.evidenced <= after[place].evidenced, place
        assert all_[place].evidenced == part.score, place


@a_few
@given(data=st.data())
def test_a_question_that_does_not_apply_moves_its_own_element_alone(data, bank):
    questions, stood, supported = data.draw(situations(bank))
    key = data.draw(st.sampled_from([each.id for each in questions]))
    before, after = (
        score(questions, each, supported) for each in (stood, stood | {key: Answer(not_applicable="No sea.")})
    )
    own = reckoning.element_of(key)
    assert {place for place in before.elements if before.elements[place] != after.elements[place]} <= {own}
    factor = int(own.partition(".")[0])
    assert {place for place in before.factors if before.factors[place] != after.factors[place]} <= {factor}


@a_few
@given(data=st.data())
def test_an_answer_narrows_every_interval_around_it(data, bank):
    questions, stood, supported = data.draw(situations(bank))
    open_ = [each.id for each in questions if each.id not in stood or stood[each.id].dont_know]
    if not open_:
        return
    key, level = data.draw(st.sampled_from(open_)), data.draw(st.integers(0, 4))
    before, after = (parts(score(questions, each, supported)) for each in (stood, stood | {key: Answer(level=level)}))
    for place, part in before.items():
        if part.low is not None:
            assert part.low <= after[place].low <= after[place].high <= part.high, place


@a_few
@given(data=st.data())
def test_a_higher_level_lowers_nothing(data, bank):
    questions, stood, supported = data.draw(situations(bank))
    low = [key for key, each in stood.items() if isinstance(each, Answer) and each.level in range(4)]
    if not low:
        return
    key = data.draw(st.sampled_from(low))
    higher = stood | {key: Answer(level=stood[key].level + 1)}
    before, after = (parts(score(questions, each, supported)) for each in (stood, higher))
    for place, part in before.items():
        for name in FIGURES[:-1]:
            one, other = getattr(part, name), getattr(after[place], name)
            assert (one is None) == (other is None), (place, name)
            assert one is None or one <= other, (place, name)


@a_few
@given(data=st.data())
def test_the_order_of_what_stands_does_not_matter(data, bank):
    questions, stood, supported = data.draw(situations(bank))
    turned = dict(data.draw(st.permutations(sorted(stood.items(), key=lambda pair: pair[0]))))
    assert score(questions, stood, supported) == score(questions, turned, supported)
