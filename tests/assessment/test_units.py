"""The report of one unit: of a sealed round, its own scores alone, and never so that fewer than five can be worked out."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.agreement import Agreement, Spread, Vote
from assessment.answers import Answer, Evidence
from assessment.audience import Audience
from assessment.events import Answered, Sealed
from assessment.journal import Assessment
from assessment.people import Person, Role
from assessment.report.compute import for_audience, make
from assessment.report.units import part_of, told_apart
from assessment.rounds import opening
from assessment.storing.sqlite import AssessmentFile
from kb.base.interface import Refusal, phrases
from kb.library.knowledge import load

KEYS = [question.id for question in load().bank.questions]
SAY = phrases("en")


def sealed(sizes, said=lambda unit, n: Answer(level=n % 5), questions=KEYS, **about):
    """A sealed round in which units of so many people scored some questions, each as *said*."""
    people = {
        f"{unit.lower() or 'none'}{n}": Person(id=f"{unit.lower() or 'none'}{n}", unit=unit or None)
        for unit, many in sizes.items()
        for n in range(many)
    }
    scores = {key: said(each.unit or "", n) for n, (key, each) in enumerate(people.items())}
    votes = {key: (Vote(frozenset(people), scores),) for key in questions}
    moments = {"opened": "2026-01-02", "changed": "2026-03-01T10:00:00+00:00"}
    made = Assessment("Testland Customs", None, "en", **moments, bank=load().bank, version="2.0", people=people)
    about = {"fingerprint": "f" * 64, "given": dict.fromkeys(questions, scores), **about}
    return replace(made, votes=votes, fixed=frozenset(votes), **about)


def why(assessment, unit):
    with pytest.raises(Refusal) as refused:
        part_of(assessment, unit)
    return refused.value.key


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("ABCD-"), st.sampled_from([0, 2, 4, None, "NA"])), max_size=24))
def test_no_units_taken_from_the_whole_leave_fewer_than_five(drawn):
    """Whichever of the units told are taken from the whole, nobody is left or five levels are; five is written out here."""
    kinds = {None: Answer(dont_know=True), "NA": Answer(not_applicable="No port")}
    answers = {f"p{n}": kinds.get(said) or Answer(level=said) for n, (_, said) in enumerate(drawn)}
    groups = {f"p{n}": unit for n, (unit, _) in enumerate(drawn) if unit != "-"}
    told = told_apart(Vote(frozenset(answers), answers), groups)
    for unit in told:
        assert Spread.of(a for key, a in answers.items() if groups.get(key) == unit).levels >= 5
    for many in range(1, len(told) + 1):
        for taken in combinations(told, many):
            left = [answer for key, answer in answers.items() if groups.get(key) not in taken]
            assert not left or Spread.of(left).levels >= 5


@pytest.mark.parametrize(
    ("sizes", "unit", "refusal"),
    [
        ({"Ports": 5, "Audit": 5}, "ports ", None),
        ({"Ports": 5}, "Ports", None),
        ({"Ports": 5, "Audit": 5, "": 5}, "Audit", None),
        ({"Ports": 5, "Audit": 4}, "Ports", "report.unit_hidden"),
        ({"Ports": 5, "Audit": 5, "": 1}, "Audit", "report.unit_hidden"),
        ({"Ports": 5, "Audit": 5, "HR": 3}, "Ports", "report.unit_hidden"),
        ({"Ports": 9, "Audit": 4}, "Audit", "report.small_unit"),
        ({"Ports": 9}, "Harbour", "report.no_unit"),
        ({"Ports": 9, "": 9}, "", "report.no_unit"),
    ],
)
def test_a_unit_is_told_only_where_it_and_the_others_are_five(sizes, unit, refusal):
    if refusal:
        assert why(sealed(sizes), unit) == refusal
    else:
        assert len(part_of(sealed(sizes), unit).people) == 5


def test_an_open_round_has_no_report_of_a_unit():
    """Somebody could leave the unit between two reports, which would then differ by that person's score."""
    assert why(sealed({"Ports": 9}, fingerprint=None), "Ports") == "report.unit_open"


def test_reviewers_of_the_unit_are_among_the_others():
    made = sealed({"Ports": 6, "Audit": 5})
    boss = made.people["ports0"].model_copy(update={"role": Role.REVIEWER})
    assert why(replace(made, people=made.people | {"ports0": boss}), "Ports") == "report.unit_hidden"


def test_a_question_that_few_others_answered_is_left_out_and_the_rest_told():
    made = sealed({"Ports": 5, "Audit": 5})
    few = dict(list(made.votes[KEYS[0]][-1].answers.items())[:7])
    part = part_of(replace(made, votes=made.votes | {KEYS[0]: (Vote(frozenset(made.people), few),)}), "Ports")
    assert part.standing.keys() == set(KEYS[1:])


def test_the_report_of_a_unit_holds_its_own_scores_and_nobodys_words():
    agreed = {KEYS[0]: Agreement(answer=Answer(level=4), reason="CANARY agreed")}
    wrote = {"note": "CANARY note", "evidence": (Evidence(text="CANARY proof"),)}
    made = sealed(
        {"Ports": 5, "Audit": 6},
        lambda unit, n: Answer(level=1 if unit == "Ports" else 4, **wrote),
        agreements=agreed,
        answers={KEYS[1]: Answer(level=4, note="CANARY team")},
    )
    report = make(made, load(), SAY, "0.1.0", unit="Ports")
    assert {question.level for factor in report.factors for question in factor.questions} == {Fraction(1)}
    assert (report.overall.score, report.unit, report.people.respondents) == (25, "Ports", 5)
    assert (report.actions, report.risks, report.plan_apart) == ((), (), False)
    assert "CANARY" not in report.model_dump_json()
    assert report.fingerprint == made.fingerprint
    for audience in (Audience.PEERS, Audience.PUBLIC):
        with pytest.raises(Refusal, match="inside the administration"):
            for_audience(report, audience, SAY)


def test_the_command_writes_the_report_of_a_unit(arusha, refused, tmp_path, page, bank):
    path, wording = tmp_path / "s.arusha", {question.id: question.wording for question in bank.questions}
    people = [Person(id=f"{unit}{n}", unit=unit) for unit in ("Ports", "Audit") for n in range(5)]
    with AssessmentFile.create(path, *opening.opening("Testland Customs", None, "en", bank)) as file:
        file.append(people)
        scores = [
            Answered(
                question=key, wording=wording[key], answer=Answer(level=3 if each.unit == "Ports" else 0), by=each.id
            )
            for key in KEYS[:12]
            for each in people
        ]
        file.append(scores)
        words = ("assess", "report", path, "-o", tmp_path / "r.html", "--unit", "Ports")
        refused(arusha(*words), "once the round is sealed")
        file.append([Sealed(answers=12)])
    assert arusha(*words).exit_code == 0
    told = page((tmp_path / "r.html").read_text(encoding="utf-8")).text
    assert "Unit: Ports" in told
    assert "private scores of the 5 respondents of this unit" in told
    refused(arusha(*words, "--plan", path), "stands alone")
    refused(arusha(*words, "--for", "public"), "inside the administration")
    refused(arusha(*words[:-1], "Nowhere"), "no respondent is of the unit “Nowhere”")
