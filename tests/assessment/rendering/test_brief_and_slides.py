"""The brief for the head of Customs: one page to decide on and at most eight more; and ten slides with the same numbers."""

import re
from io import BytesIO

import pptx
import pytest
from pypdfium2 import PdfDocument

from assessment.agreement import Agreement, Dissent, Vote
from assessment.answers import Answer, read_responses
from assessment.audience import Audience
from assessment.people import Person
from assessment.rendering import pdf, slides
from assessment.report import deck, document
from kb.base.interface import phrases
from kb.library.content import find_root

UNITS = ("Ports", "Airport", "Headquarters", "Land border", "Audit")


def plain(text):
    """A text as one run of letters: a page may break a line anywhere."""
    return re.sub("[-\\s\u0002\u00ad\ufffe]", "", text)


def pages(report, say):
    """What stands on each page of the PDF."""
    data = pdf.render(document.of(report, say))
    return [plain(page.get_textpage().get_text_bounded()) for page in PdfDocument(data)]


def thirty(rich, **about):
    """A sealed round that thirty people of five units scored, most of it agreed, with dissent, risks, evidence and actions."""
    asked = [question.id for question in rich().bank.questions]
    people = {f"p{n}": Person(id=f"p{n}", unit=UNITS[n % 5]) for n in range(30)}
    given = {
        key: {person: Answer(level=(at + n * (1 + at % 3)) % 5) for n, person in enumerate(people)}
        for at, key in enumerate(asked)
    }
    dissent = (Dissent(group="Ports", level=0, why="No port has seen it."),)
    agreements = {
        key: Agreement(
            answer=Answer(level=at % 5), reason="Agreed after the ports were heard.", dissent=dissent if at % 9 else ()
        )
        for at, key in enumerate(asked)
        if at % 8
    }
    votes = {key: (Vote(frozenset(people), scores),) for key, scores in given.items()}
    return {
        "people": people,
        "answers": {},
        "given": given,
        "agreements": agreements,
        "votes": votes,
        "lens": None,
    } | about


def demo(rich, **about):
    """The answers that the demo ships with, and nothing else."""
    found = read_responses(find_root() / "examples" / "ruvania.json", rich().bank)
    nobody = {key: {} for key in ("given", "agreements", "people", "evidence", "risks", "actions")}
    return nobody | {"answers": found.answers, "lens": None} | about


def hard(rich, **about):
    """As much as a file may hold of long texts: a long name, many risks and actions, and no gap that is not urgent."""
    base = rich()
    risks = {
        f"r{n}": base.risks["r2"].model_copy(
            update={"id": f"r{n}", "text": "What could happen there. " * 60, "elements": ("1.a", "8.d")}
        )
        for n in range(1, 40)
    }
    actions = {
        f"a{n}": base.actions["a1"].model_copy(
            update={"id": f"a{n}", "measure": "A measure of many words. " * 40, "owner": "Unit " * 40}
        )
        for n in range(1, 40)
    }
    name = "Customs and Excise Administration of the Federated Union " * 4
    return thirty(rich, risks=risks, actions=actions, administration=name.strip()[:230]) | about


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("shape", [demo, thirty, hard])
def test_the_brief_is_one_page_to_decide_on_and_at_most_eight_more(report_of, rich, shape, language):
    """Page one holds both scores, all factors, priorities, disagreement, the decisions asked for, and the line to sign."""
    say, report = phrases(language), report_of(language, Audience.HEAD, **shape(rich))
    first, *others = pages(report, say)
    assert len(others) <= 8
    wanted = [say("score.self"), *(f"{f.number} {f.name}" for f in report.factors)]
    scores = [report.overall, *(f.score for f in report.factors)]
    wanted += [
        say.number(each, 1) for score in scores for each in (score.score, score.evidenced, score.law, score.practice)
    ]
    lines = (*report.comparison.factors, report.comparison.overall)
    wanted += [f"{say.number(line.before, 1)} / {say.number(line.before_evidenced, 1)}" for line in lines]
    wanted += [f"{p.question.id} {p.question.element}" for p in report.priorities]
    behind = [p for p in report.priorities if p.risk]
    told = {p.risk: p.risk_text[:20] for p in behind}  # once, where the next gap has the same risk
    wanted += [say("report.risk_behind", id=p.risk, product=p.product, text=told.pop(p.risk, "")) for p in behind]
    wanted += [f"{q.id} {q.element}" for q in report.disputed]
    wanted += [
        say("report.asked_for"),
        *say("report.signature").split("_"),
        *(say.date(a.due) for a in first_due(report)),
    ]
    assert [text for text in wanted if plain(text) not in first] == []


def first_due(report):
    """The actions for the first priorities."""
    wanted = {key for priority in report.priorities for key in priority.actions}
    return [action for action in report.actions if action.id in wanted][:2]


def test_strengths_are_only_those_with_evidence_and_the_others_are_named_as_such(report_of):
    say, report = phrases("en"), report_of("en", Audience.HEAD)
    bare = [q for f in report.factors for q in f.strengths if not q.evidenced]
    assert bare
    assert all(question.evidenced for question in report.strengths)
    told = document.of(report, say)
    cards = [
        b.cards[0]
        for section in told.sections
        for b in section.blocks
        if hasattr(b, "cards") and b.cards[0].look == "good"
    ]
    shown = {item.id for card in cards for item in card.items}
    assert shown
    assert shown.isdisjoint(q.id for q in bare)
    assert all(any(f"{q.id} {q.element}" in card.more for card in cards) for q in bare)


def test_how_many_gaps_tie_with_the_last_priority_is_said(report_of, knowledge):
    """Thirteen gaps of one level and no risk are alike: naming three of them says that ten more are as urgent."""
    level = {question.id: Answer(level=3) for question in knowledge.bank.questions}
    worst = {key: Answer(level=0) for key in list(level)[::10][:13]}
    nobody = {key: {} for key in ("given", "agreements", "people", "evidence", "risks", "actions")}
    say, report = phrases("en"), report_of("en", Audience.HEAD, **nobody, answers=level | worst, own=rich_own())
    assert {p.question.level for p in report.priorities} == {0}
    assert say.count("report.tied_priority", 10) in str(document.of(report, say))
    assert say.count("report.tied", 10) in str(
        document.of(report_of(**nobody, answers=level | worst, own=rich_own()), say)
    )


def rich_own():
    from assessment.own import Own

    return Own()


def test_the_order_of_the_priorities_is_that_of_the_plan(report_of, rich):
    from assessment.actions import priorities

    a = rich()
    ranked = priorities(a.bank.questions, a.levels, a.risks.values(), a.actions.values())
    assert [p.question.id for p in report_of().priorities] == [each.question for each in ranked[:3]]


def on_slides(report, say):
    return pptx.Presentation(BytesIO(slides.render(deck.of(report, say)))).slides


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("audience", list(Audience))
def test_ten_slides_with_a_title_each_whatever_the_audience_may_know(report_of, audience, language):
    made = on_slides(report_of(language, audience), phrases(language))
    assert len(made) == 10
    titles = [slide.shapes.title.text_frame.text for slide in made]
    assert all(titles)
    assert len(set(titles)) == 10


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("audience", list(Audience))
def test_the_slides_show_the_numbers_of_the_report(report_of, audience, language):
    say, report = phrases(language), report_of(language, audience)
    _, overall, factors, sides, *_ = (
        [s.text_frame.text for s in slide.shapes if s.has_text_frame] for slide in on_slides(report, say)
    )
    assert {
        say.number(report.overall.score, report.digits),
        say.number(report.overall.evidenced, report.digits),
    } <= set(overall)
    assert say("score.self") in "\n".join(overall)
    for f in report.factors:
        at = factors.index(f"{f.number} {f.name}")
        assert factors[at + 1 : at + 3] == [
            say.number(each, report.digits) for each in (f.score.score, f.score.evidenced)
        ]
    assert sides


def test_bars_are_as_long_as_the_scores(report_of):
    """Claimed and evidenced, as parts of the bar's whole length."""
    say, report = phrases("en"), report_of()
    slide = on_slides(report, say)[2]
    boxes = [
        shape
        for shape in slide.shapes
        if (shape.shape_type is not None and not shape.has_text_frame) or shape.name.startswith("Rectangle")
    ]
    bars = [box.width for box in boxes][1:]
    triples = [bars[at : at + 3] for at in range(0, len(bars), 3)]
    assert len(triples) == 10
    for (whole, claimed, evidenced), f in zip(triples, report.factors, strict=True):
        assert claimed / whole * 100 == pytest.approx(f.score.score, abs=0.1)
        assert evidenced / whole * 100 == pytest.approx(f.score.evidenced, abs=0.1)


def test_no_text_leaves_its_slide_and_the_map_is_told(report_of, rich):
    say, report = phrases("fr"), report_of("fr", **hard(rich))
    made = pptx.Presentation(BytesIO(slides.render(deck.of(report, say))))
    for slide in made.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= made.slide_width
            assert shape.top + shape.height <= made.slide_height + 10
    pictures = [shape for slide in made.slides for shape in slide.shapes if shape.shape_type == 13]
    assert [len(each._element.nvPicPr.cNvPr.get("descr")) > 40 for each in pictures] == [True]
