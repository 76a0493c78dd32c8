"""One file, four audiences: what an audience may not see occurs in none of its files, and the sheet says what was withheld."""

import html
import json
import re
import zipfile
import zlib
from dataclasses import replace
from io import BytesIO

import pytest
from pypdfium2 import PdfDocument

from assessment import journal
from assessment.actions import Action, Source
from assessment.agreement import Agreement, Dissent, Vote
from assessment.answers import Answer, Evidence
from assessment.audience import Audience, cut
from assessment.evidence import Confidentiality, Kind, Piece
from assessment.people import Person, Role
from assessment.report import files
from assessment.report.compute import for_audience, make
from assessment.report.figures import Report
from assessment.risks import Risk, Vulnerability
from kb.base.interface import phrases
from kb.base.vocabulary import Model
from kb.library.knowledge import load

ENDINGS = [".html", ".md", ".json", ".pdf", ".docx", ".xlsx", ".pptx"]
SECRET = {  # what each audience and every wider one must not see
    Audience.HEAD: ["NOTE-OF-THE-TEAM", "EVIDENCE-RESTRICTED"],
    Audience.PEERS: [
        "AGREED-SINCE",
        "DISSENT-WHY",
        "DISSENT-GROUP",
        "EVIDENCE-INTERNAL",
        "RISK-TEXT",
        "RISK-PROCESS",
        "OWNER",
        "ACTION-INTERNAL",
    ],
    Audience.PUBLIC: ["EVIDENCE-PEERS", "NOT-APPLICABLE-SINCE"],
}
OPEN = ["EVIDENCE-PUBLIC"]
PUBLISHED = "ACTION-PUBLIC"


@pytest.fixture(scope="module")
def report():
    """An internal report with a telling word in every kind of field."""
    bank = load().bank
    scores = {f"p{n}": Answer(level=n % 5, note="NOTE-OF-A-PERSON") for n in range(6)}
    dissent = (Dissent(group="DISSENT-GROUP", level=0, why="DISSENT-WHY"),)
    assessment = journal.Assessment(
        "Testland Customs",
        None,
        "en",
        "2026-01-02",
        "2026-03-01T10:00:00+00:00",
        bank,
        "1.0",
        people={key: Person(id=key, unit="UNIT-OF-ONE" if key == "p0" else "Ports") for key in scores}
        | {"boss": Person(id="boss", role=Role.APPROVER)},
        answers={
            "1.a.2": Answer(level=3, note="NOTE-OF-THE-TEAM", evidence=(Evidence(text="EVIDENCE-INTERNAL noted"),)),
            "1.a.3": Answer(not_applicable="NOT-APPLICABLE-SINCE"),
            "8.d.1": Answer(level=0),
        },
        given={"1.a.1": scores},
        agreements={"1.a.1": Agreement(answer=Answer(level=3), reason="AGREED-SINCE", dissent=dissent)},
        evidence={
            f"e{n}": Piece(
                id=f"e{n}",
                text=f"EVIDENCE-{each.value.upper()}",
                kind=Kind.LAW,
                owner="OWNER",
                confidentiality=each,
                questions=("1.a.1",),
            )
            for n, each in enumerate(Confidentiality, 1)
        },
        risks={
            "r1": Risk(
                id="r1",
                process="RISK-PROCESS",
                text="RISK-TEXT",
                vulnerability=Vulnerability.MONEY,
                likelihood=4,
                impact=4,
                elements=("1.a",),
            )
        },
    )
    actions = {
        key: Action(
            id=key, origin=Source(gaps=("1.a.1",)), problem=f"ACTION-INTERNAL {key}", measure=text, public=public
        )
        for key, text, public in (("a1", "ACTION-INTERNAL", False), ("a2", PUBLISHED, True))
    }
    return make(replace(assessment, actions=actions), load(), phrases("en"), "0.1.0")


def everything(data, ending):
    """All that a file holds, its parts unpacked, in one run of letters: a page may break a line anywhere."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(data)) as file:
            parts = [file.read(name) for name in file.namelist()]
    elif ending == ".pdf":
        pdf = PdfDocument(data)
        told = [pdf.get_metadata_dict(), *(mark.get_title() for mark in pdf.get_toc())]
        told += [page.get_textpage().get_text_bounded() for page in pdf]
        told += [pdf.get_attachment(at).get_name() for at in range(pdf.count_attachments())]
        streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
        parts = [*(str(each).encode() for each in told), data, *(inflated(each) for each in streams)]
    else:
        parts = [data]
    return run_on(b"\n".join(parts).decode("utf-8", "replace"))


def inflated(stream):
    """The bytes of a stream, with the alternative texts and titles that a PDF keeps in UTF-16 made plain."""
    try:
        found = zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""
    hexed = (bytes.fromhex(each.decode()) for each in re.findall(rb"<FEFF([0-9A-F]+)>", found) if len(each) % 4 == 0)
    return b"\n".join([found, *(each.decode("utf-16-be", "replace").encode() for each in hexed)])


def run_on(text):
    return re.sub("[\\s\u0002\u00ad\ufffe]", "", text)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("audience", list(Audience))
def test_what_an_audience_may_not_see_is_nowhere_in_its_files(report, audience, ending):
    say = phrases("en")
    found = everything(files.render(for_audience(report, audience, say), say, ending), ending)
    order = list(Audience)
    for limit, words in SECRET.items():
        for word in words:
            hidden = order.index(audience) >= order.index(limit)
            if hidden:
                assert word not in found
    told = all(word in found for word in OPEN)
    assert told or ending == ".pptx" or audience in (Audience.HEAD, Audience.PUBLIC)
    assert PUBLISHED in found
    assert "NOTE-OF-A-PERSON" not in found or audience is Audience.INTERNAL
    assert "UNIT-OF-ONE" not in found


@pytest.mark.parametrize("ending", [each for each in ENDINGS if each != ".pptx"])  # slides are a choice
def test_the_internal_report_has_it_all(report, ending):
    found = everything(files.render(report, phrases("en"), ending), ending)
    assert [word for words in SECRET.values() for word in words if word not in found and word != "OWNER"] == []


@pytest.mark.parametrize("ending", [each for each in ENDINGS if each != ".pptx"])
def test_what_respondents_wrote_stands_in_the_internal_annex_once_and_with_nobodys_id(report, ending):
    """Six people wrote the same words: they are told once, and by whom or by how many is not."""
    found = everything(files.render(report, phrases("en"), ending), ending)
    assert "NOTE-OF-A-PERSON" in found
    assert not re.search(r"\bp[0-5]\b.{0,40}NOTE-OF-A-PERSON|NOTE-OF-A-PERSON.{0,40}\bp[0-5]\b", found)
    if ending in (".html", ".md"):
        assert found.count("NOTE-OF-A-PERSON") == 1


def strings(value):
    if isinstance(value, Model):
        return {text for name in type(value).model_fields for text in strings(getattr(value, name))}
    if isinstance(value, tuple):
        return {text for each in value for text in strings(each)}
    return {value} if isinstance(value, str) and len(value) > 12 else set()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_text_of_the_internal_report_that_the_public_one_lacks_is_in_a_public_file(report, ending, language):
    say = phrases(language)
    public = for_audience(report, Audience.PUBLIC, say)
    found = everything(files.render(public, say, ending), ending)
    only_internal = strings(report) - strings(public)
    assert len(only_internal) > 100
    allowed = run_on(" ".join(strings(public)))
    known = {"not_applicable"}  # the name of a field
    leaked = [t for t in map(run_on, only_internal) if t in found and t not in allowed and t not in known]
    assert leaked == []


def test_the_sheet_counts_what_was_withheld_by_category(report):
    say = phrases("en")
    sheet = {each.category: each.values for each in for_audience(report, Audience.PUBLIC, say).withheld}
    assert sheet["risks"] >= 1
    assert sheet["questions"] > 100
    assert for_audience(report, Audience.INTERNAL, say).withheld == ()
    assert all(each.label for each in for_audience(report, Audience.PEERS, say).withheld)


def test_a_level_of_nought_is_withheld_like_any_other(rich, knowledge):
    say, none = phrases("en"), {"given": {}, "agreements": {}, "lens": None}
    answers = {question.id: Answer(level=at % 2) for at, question in enumerate(knowledge.bank.questions)}
    report = make(rich(answers=answers, **none), knowledge, say, "0.1.0")
    assert {f.score.weakest_level for f in report.factors} == {0.0}
    public = for_audience(report, Audience.PUBLIC, say)
    assert {(f.score.weakest, f.score.weakest_level, f.dissents) for f in public.factors} == {("", None, None)}


def test_a_round_without_dissent_has_none_withheld(rich, knowledge):
    """The sheet counts what there was: as many dissents as people dissented, and no row where nobody did."""
    say = phrases("en")
    apart = (Dissent(group="Ports", level=3, why="seen"), Dissent(group="Audit", level=4, why="seen"))
    for agreements in ({}, {"1.a.1": Agreement(answer=Answer(level=2), reason="said", dissent=apart)}):
        many = sum(len(each.dissent) for each in agreements.values())
        report = make(rich(given={}, lens=None, agreements=agreements), knowledge, say, "0.1.0")
        assert sum(f.dissents for f in report.factors) == many
        sheet = {each.category: each.values for each in for_audience(report, Audience.PUBLIC, say).withheld}
        assert sheet.get("dissent", 0) == many


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.HEAD, Audience.PEERS])
@pytest.mark.parametrize("ending", [".html", ".md"])
def test_every_strength_and_gap_and_the_ends_of_each_interval_are_said(report_of, audience, ending):
    """None is cut for want of room: those after the first three by name and level."""
    made, say = report_of(audience=audience), phrases("en")
    told = files.render(made, say, ending).decode()
    if ending == ".html":
        told = html.unescape(re.sub(r"<[^>]+>", "", told))
    told = " ".join(told.replace("\\", "").split())
    for factor in made.factors:
        for question in (*factor.strengths, *factor.gaps):
            assert f"{question.id} {question.element}" in told
        many, most = (2, 60) if audience is Audience.HEAD else (3, None)  # the brief names one piece each, cut short
        for question in [each for each in factor.strengths if each.evidenced][:many]:
            for piece in question.evidence[: 1 if audience is Audience.HEAD else None]:
                assert " ".join(piece.text.split())[:most] in told
    for score in (made.overall, *(factor.score for factor in made.factors)):
        if score.low != score.high:
            assert say("report.interval", low=say.number(score.low, 1), high=say.number(score.high, 1)) in told


def test_the_wider_the_audience_the_less_is_seen(report):
    seen = [strings(cut(report, audience)[0]) for audience in Audience]
    assert seen[0] > seen[1] > seen[2] > seen[3]


def test_the_public_numbers_are_those_of_the_internal_report(report):
    public = for_audience(report, Audience.PUBLIC, phrases("en"))
    assert [f.score.score for f in public.factors] == [f.score.score for f in report.factors]
    assert (public.overall.score, public.fingerprint) == (report.overall.score, report.fingerprint)


@pytest.mark.parametrize("audience", list(Audience))
def test_a_report_comes_back_from_its_data_and_fits_its_schema(report, audience):
    import jsonschema

    from assessment.report import data

    cut_to = for_audience(report, audience, phrases("en"))
    loaded = json.loads(data.render(cut_to))
    jsonschema.Draft202012Validator(data.schema()).validate(loaded)
    assert Report.model_validate(loaded, strict=False) == cut_to


def test_an_unknown_ending_is_refused(report):
    from kb.base.errors import ArushaError

    with pytest.raises(ArushaError, match="is no kind of report"):
        files.render(report, phrases("en"), ".png")


def canaries(bank, lens):
    """An assessment in which six people wrote a word of their own into each text beside every private score."""
    people = [f"p{n}" for n in range(1, 7)]
    given, words = {}, []

    def word(*parts):
        words.append("canary" + "".join(f"{part}".replace(".", "x") for part in parts))
        return words[-1]

    for at, question in enumerate((*bank.questions, *lens.questions)):
        key = question.id
        given[key] = {
            person: Answer(not_applicable=word(key, person, "r"), note=word(key, person, "n"))
            if (at + n) % 3 == 0
            else Answer(
                level=(at + n) % 5,
                note=word(key, person, "n"),
                evidence=(Evidence(text=word(key, person, "e"), link=word(key, person, "l")),),
            )
            for n, person in enumerate(people)
        }
    registered = {key: Person(id=key, unit=word(key, "u"), function=word(key, "f")) for key in people}
    assessment = journal.Assessment(
        "Testland Customs",
        None,
        "en",
        "2026-01-02",
        "2026-03-01T10:00:00+00:00",
        bank,
        bank.version,
        lens=lens,
        given=given,
        votes={key: (Vote(frozenset(people), scores),) for key, scores in given.items()},
        fixed=frozenset(given),
        wordings=dict.fromkeys(given, ""),
        people=registered,
    )
    return assessment, words


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("audience", [Audience.HEAD, Audience.PEERS, Audience.PUBLIC])
def test_none_of_thousands_of_private_texts_is_in_a_file_for_others(audience, ending):
    assessment, words = canaries(load().bank, load().gender)
    assert len(words) > 97
    say = phrases("en")
    found = everything(
        files.render(for_audience(make(assessment, load(), say, "0.1.0"), audience, say), say, ending), ending
    )
    assert "canary" not in found
