"""The report: a pure function of its input, right in its numbers, safe in its texts, and asking nobody for anything."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.answers import Answer, Evidence
from assessment.journal import Assessment
from assessment.offers import MOST
from assessment.people import Person, Role
from assessment.report.compute import make
from assessment.report.files import render as as_file
from assessment.scoring import as_json, score
from kb.base.interface import phrases
from kb.library import questionnaires
from kb.library.content import find_root
from kb.library.knowledge import load

QUESTIONS = load().bank.questions
NASTY = "<script>alert('1')</script> & \"Co\" {{ 7 * 7 }} </style> &amp; é"


def assessment(answers, administration="Testland Customs", member=None):
    moments = {"opened": "2026-01-02", "changed": "2026-03-01T10:00:00+00:00"}
    return Assessment(administration, member, "en", **moments, bank=load().bank, version="1.0", answers=answers)


def everything(answer):
    return {question.id: answer for question in QUESTIONS}


def mixed():
    """Every kind of answer, with and without note and evidence."""
    kinds = [
        *(Answer(level=level) for level in range(5)),
        Answer(level=4, evidence=(Evidence(text="Order 6", link="https://example.org/6", date="2024-05"),)),
        Answer(level=1, note="A note"),
        Answer(not_applicable="No rail"),
        Answer(dont_know=True, note="Ask"),
    ]
    return {question.id: kinds[at % 10] for at, question in enumerate(QUESTIONS) if at % 10 < len(kinds)}


SHAPES = {
    "nothing": {},
    "lowest": everything(Answer(level=0)),
    "highest": everything(Answer(level=4)),
    "not applicable": everything(Answer(not_applicable="No such thing")),
    "not known": everything(Answer(dont_know=True)),
    "one": {"5.a.1": Answer(level=2)},
    "mixed": mixed(),
}


@pytest.fixture(scope="module")
def render(page):
    def read(answers, language="en", site=None, **about):
        say = phrases(language)
        return page(as_html(make(assessment(answers, **about), load(), say, "0.1.0", site), say))

    return read


@pytest.fixture(scope="module", params=[(shape, language) for shape in SHAPES for language in ("en", "fr")], ids=str)
def rendered(request, render):
    """A page of every shape of answers in every language, with its phrases."""
    shape, language = request.param
    return render(SHAPES[shape], language, member="NZ"), phrases(language), SHAPES[shape]


def as_html(report, say):
    return as_file(report, say, ".html").decode()


def squeezed(text):
    return " ".join(text.split())


def test_the_same_answers_in_any_order_make_the_same_bytes():
    say, answers = phrases("en"), mixed()
    backwards = dict(reversed(answers.items()))
    first, second = (make(assessment(a), load(), say, "0.1.0") for a in (answers, backwards))
    assert first == second
    assert as_html(first, say) == as_html(second, say)


def test_the_numbers_of_the_page_are_the_scores(rendered):
    page, say, answers = rendered
    names = {factor.number: factor.name.of(say.language) for factor in load().declaration.factors}
    found = as_json(score(QUESTIONS, answers, assessment(answers).supported()), names)
    rows = {row[0]: row[1:] for row in page.rows if len(row) == 7}
    for factor in found["factors"]:
        shown = rows[f"{factor['number']} {factor['name']}"]
        ends = [say.number(factor[end], 1) for end in ("low", "high")]
        applicable = factor["answered"] + factor["dont_know"] + factor["unanswered"]
        assert shown[0] == say.number(factor["score"], 1)
        assert shown[1] == say.number(factor["evidenced"], 1)
        assert shown[3] == ("–" if factor["low"] is None else say("report.low_high", low=ends[0], high=ends[1]))
        assert shown[4] == say("score.of", answered=factor["answered"], applicable=applicable)
        assert shown[5].split()[0] == (factor["weakest"] or "–")
    overall = squeezed(f"{say('report.overall')} {say.number(found['overall']['score'], 1)} {say('report.out_of')}")
    assert overall in page.text


def test_every_answer_stands_in_the_table_of_its_factor(rendered):
    page, say, answers = rendered
    rows = {row[0]: row for row in page.rows if re.fullmatch(r"\d+\.[a-z]\.\d+", row[0])}
    assert list(rows) == [question.id for question in QUESTIONS]
    for question in QUESTIONS:
        _, state, told = map(squeezed, rows[question.id])
        answer = answers.get(question.id)
        assert squeezed(question.text.of(say.language)) in told
        if answer is None:
            assert state == say("state.unanswered")
        elif answer.level is not None:
            assert state == str(answer.level)
            assert squeezed(question.levels[answer.level].of(say.language)) in told
        else:
            assert state == say("state.dont_know" if answer.dont_know else "state.not_applicable")
        for text in (answer.note, answer.not_applicable or "", *(e.text for e in answer.evidence)) if answer else ():
            assert text in told


def test_the_page_asks_nobody_for_anything(rendered):
    page, _, _ = rendered
    policy = [
        a["content"] for t, a in page.elements if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policy) == 1
    assert policy[0].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[0]
    assert {"form-action 'none'", "base-uri 'none'"} <= {part.strip() for part in policy[0].split(";")}
    assert not page.tags() & {"script", "iframe", "object", "embed", "img", "base", "form"}
    for attribute in ("src", "srcset", "action", "poster", "xlink:href"):
        assert page.values(attribute) == []
    assert {href for href in page.values("href") if not href.startswith("#")} == {"data:,"}


def test_the_style_of_the_page_fetches_nothing():
    say = phrases("en")
    source = as_html(make(assessment({}), load(), say, "0.1.0"), say)
    style = source[source.index("<style>") : source.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_every_link_within_the_page_has_its_one_target(rendered):
    page, _, _ = rendered
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in page.values("href") if href.startswith("#")} <= set(ids)


def test_the_page_says_that_the_scale_is_its_own_and_who_made_it(rendered):
    page, say, _ = rendered
    assert page.elements[0] == ("html", {"lang": say.language})
    assert squeezed(say("report.method_scale")) in page.text
    assert squeezed(say("report.footer", release="0.1.0")) in page.text


def test_the_method_names_the_levels_of_rules_and_of_practice_side_by_side(rendered):
    page, say, _ = rendered
    scale = load().bank.scale
    for rules, practice in zip(scale.de_jure, scale.de_facto, strict=True):
        told = [f"{level.name.of(say.language)}. {level.text.of(say.language)}" for level in (rules, practice)]
        assert [str(rules.level), *map(squeezed, told)] in [[squeezed(cell) for cell in row] for row in page.rows]
    assert squeezed(scale.rule.of(say.language)) in page.text


def test_a_round_of_version_1_shows_its_one_scale():
    say, first = phrases("en"), questionnaires.read(find_root() / "earlier" / "1.0", [])
    shown = make(replace(assessment({}), bank=first), load(), say, "0.1.0").scale
    assert shown.heads == (say("report.scale"),)
    assert [len(row) for row in shown.levels] == [1] * 5


def test_the_page_explains_how_scores_are_computed(rendered):
    page, say, _ = rendered
    for key in sorted(say.keys()):
        if key.startswith("report.method_"):
            assert squeezed(say(key)) in page.text


def test_the_chart_is_told_in_words(rendered):
    page, _, _ = rendered
    (radar,) = [attributes for tag, attributes in page.elements if attributes.get("class") == "radar"]
    assert radar["role"] == "img"
    assert set(radar["aria-labelledby"].split()) <= set(page.values("id"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_people_type_is_shown_as_they_typed_it(render, language):
    evidence = (Evidence(text=NASTY, link=f"javascript:{NASTY}"),)
    answers = {
        "1.a.1": Answer(level=4, note=NASTY, evidence=evidence),
        "1.a.2": Answer(not_applicable=NASTY),
        "1.a.3": Answer(level=0, note=NASTY),
        "1.b.1": Answer(dont_know=True, note=NASTY),
    }
    page = render(answers, language, administration=NASTY)
    assert "script" not in page.tags()
    assert page.text.count(NASTY) >= 7
    assert f"javascript:{NASTY}" in page.text
    assert not [value for value in page.values("href") if "javascript" in value]


@pytest.mark.parametrize(
    "member", [None, *sorted({code for practice in load().practices for code in practice.members})]
)
def test_a_weak_element_cites_practices_of_other_members_one_of_each_first(member):
    knowledge = load()
    report = make(assessment(SHAPES["lowest"], member=member), knowledge, phrases("en"), "0.1.0")
    cited = {practice.id for practice in report.practices}
    for element in (element for factor in report.factors for element in factor.elements):
        keys = [offer.practice for offer in element.offers]
        offered = [knowledge.practice_by_id[key] for key in keys]
        named = {key for question in knowledge.bank.of_element(element.id) for key in question.practices}
        fitting = [
            practice
            for practice in knowledge.practices
            if (element.id in practice.elements or practice.id in named) and member not in practice.members
        ]
        assert len(set(keys)) == len(offered) == min(MOST, len(fitting))
        assert all(practice in fitting for practice in offered)
        assert all(offer.why for offer in element.offers)
        assert set(keys) <= cited
        members = [code for practice in offered for code in practice.members]
        if len(members) > len(set(members)):  # one twice: then there is no Member left that could stand there
            assert all(set(practice.members) & set(members) for practice in fitting)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from([question.id for question in QUESTIONS]), st.integers(0, 4)))
def test_only_elements_below_fifty_cite_practices(levels):
    report = make(assessment({key: Answer(level=n) for key, n in levels.items()}), load(), phrases("en"), "0.1.0")
    for element in (element for factor in report.factors for element in factor.elements):
        assert element.weak == (element.score.score is not None and element.score.score < 50)
        assert element.weak or not element.offers
    assert len(report.strengths) <= 3 >= len(report.gaps)
    assert all(question.level >= 3 for question in report.strengths)
    assert all(question.level <= 1 for question in report.gaps)


def test_an_element_at_fifty_is_fair_and_cites_no_practice():
    """The limits of the heat map's grades belong to the upper grade: 50 is fair, 75 strong; a level less is not."""
    keys = [question.id for question in QUESTIONS if question.id.startswith("1.a.")]
    assert len(keys) >= 2

    def graded(*levels):
        given = {key: Answer(level=level) for key, level in zip(keys, levels, strict=False)}
        shown = make(assessment(given), load(), phrases("en"), "0.1.0").factors[0].elements[0]
        return float(shown.score.score), shown.grade, shown.weak

    assert graded(2, 2) == (50, "fair", False)
    assert graded(3, 3) == (75, "strong", False)
    assert graded(1, 1) == (25, "weak", True)
    below, grade, weak = graded(*[2] * (len(keys) - 1), 1)
    assert below < 50
    assert (grade, weak) == ("weak", True)


@pytest.mark.parametrize(("people", "named"), [(4, ()), (5, (("Airport", 5),))])
def test_a_unit_is_named_from_five_respondents_on(people, named):
    """Five is the promise made to respondents, so it stands here as a figure."""
    crowd = {f"p{n}": Person(id=f"p{n}", role=Role.RESPONDENT, unit="Airport") for n in range(people)}
    about = make(replace(assessment({}), people=crowd), load(), phrases("en"), "0.1.0").people
    assert (about.respondents, about.units, about.small_groups) == (people, named, 0 if named else 1)


def test_a_practice_cited_is_linked_told_and_sourced(render):
    page = render(SHAPES["lowest"], site="https://example.org/kb/")
    report = make(assessment(SHAPES["lowest"]), load(), phrases("en"), "0.1.0", "https://example.org/kb/")
    assert report.practices
    hrefs = page.values("href")
    for practice in report.practices:
        assert f"#p-{practice.id}" in hrefs
        assert f"https://example.org/kb/practices/{practice.id}.html" in hrefs
        for text in (practice.title, practice.members, practice.summary, practice.source):
            assert squeezed(text) in page.text
    assert [tag for tag, a in page.elements if (a.get("href") or "").startswith("https:") and tag != "a"] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_levels_three_and_four_without_evidence_are_flagged(render, language):
    say, proof = phrases(language), (Evidence(text="Order 6"),)
    answers = {
        "1.a.1": Answer(level=3),
        "1.a.2": Answer(level=4),
        "1.a.3": Answer(level=4, evidence=proof),
        "1.b.1": Answer(level=2),
        "1.b.2": Answer(dont_know=True),
    }
    page = render(answers, language)
    rows = {row[0]: row[2] for row in page.rows if len(row) == 3}
    flags = {level: say("report.unsupported", level=level) for level in (3, 4)}
    flagged = {key for key, told in rows.items() if any(flag in told for flag in flags.values())}
    assert flagged == {"1.a.1", "1.a.2"}
    assert flags[3] in rows["1.a.1"]
    assert say.count("report.unsupported_count", 3) in page.text  # undated evidence cannot be relied on


def test_the_report_is_dated_by_its_last_change(render):
    assert "As of 1 March 2026" in render({}).text
    assert "1er mars 2026" in render({}, "fr").text


def test_the_member_is_named_in_the_language_of_the_page(render):
    assert "Member: New Zealand" in render({}, member="NZ").text
    assert "Nouvelle-Zélande" in render({}, "fr", member="NZ").text


@pytest.fixture
def planned(arusha, start, tmp_path):
    """A sealed round, and the plan that goes on after it with one action."""
    path, plan = start(tmp_path / "s.arusha", {"8.d.1": 0, "1.a.1": 3}), tmp_path / "plan.arusha"
    assert arusha("assess", "seal", path, "--yes").exit_code == 0
    assert arusha("plan", "new", plan, "--from", path).exit_code == 0
    words = ("--owner", "Human Resources", "--due", "2031-05-04", "--measure", "Rotate sensitive posts")
    assert arusha("plan", "from-gap", plan, "8.d.1", *words).exit_code == 0
    return path, plan


@pytest.mark.parametrize("ending", [".html", ".md"])
def test_after_the_seal_the_report_takes_the_plan_from_its_own_file(arusha, planned, tmp_path, ending):
    """Without it the report says where the plan goes on, and never that there is none."""
    path, plan = planned
    found = []
    for given_plan in ((), ("--plan", plan)):
        output = tmp_path / f"r{ending}"
        made = arusha("assess", "report", path, "-o", output, "--for", "head", *given_plan)
        assert made.exit_code == 0, made.output
        found.append(output.read_text(encoding="utf-8"))
    apart, whole = found
    assert "Rotate sensitive posts" not in apart
    assert "its plan goes on in a file of its own" in apart
    for text in ("Rotate sensitive posts", "Human Resources", "4 May 2031"):
        assert text in whole
    assert "its plan goes on in a file of its own" not in whole
    assert not [text for text in found if "No action is in the plan yet" in text]


def test_only_the_plan_of_this_round_is_taken(arusha, refused, planned, start, tmp_path):
    path, plan = planned
    other = start(tmp_path / "o.arusha", {"8.d.1": 1})
    words = ("assess", "report", other, "-o", tmp_path / "r.html", "--plan")
    refused(arusha(*words, plan), "plan.arusha", "is the plan of another round")
    refused(arusha(*words, path), "s.arusha", "is no plan")
    refused(arusha(*words, tmp_path / "none.arusha"), "none.arusha")
    assert not (tmp_path / "r.html").exists()


def test_the_plan_moves_no_number_of_the_round(planned, stands, knowledge, bank):
    """Evidence is judged on the day of the round, actions on that of their plan."""
    from assessment import replay
    from assessment.storing.sqlite import AssessmentFile

    path, plan = planned
    with AssessmentFile.open(plan) as file:
        on = replay.read(file, bank, plan=True)
    on = replace(on, changed="2031-06-01T00:00:00+00:00")
    alone, together = (make(stands(path), knowledge, phrases("en"), "0.1.0", plan=each) for each in (None, on))
    assert (together.overall, together.factors, together.as_of) == (alone.overall, alone.factors, alone.as_of)
    assert [action.timing for action in together.actions] == ["overdue"]


def test_words_in_common_are_terms_of_the_thesaurus():
    """No number, and no word such as results, measures or example, is a reason to choose a practice."""
    from assessment.offers import choose

    knowledge = load()
    for language in ("en", "fr"):
        terms = {word.casefold() for concept in knowledge.thesaurus.concepts for word in concept.words.of(language)}
        elements = knowledge.declaration.elements
        offers = [o for e in elements for o in choose(e, knowledge.bank.of_element(e), None, knowledge, language)]
        named = {word for offer in offers for word in offer.shared}
        assert len(named) > 10
        assert named <= terms
        assert not named & {"eight", "results", "measures", "example", "several", "résultats", "mesures", "exemple"}
