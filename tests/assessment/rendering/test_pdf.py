"""The report for print keeps PDF/UA-1 and PDF/A-2a, is set in its own fonts, and tells where its parts are."""

import re
import zlib

import pytest
from pypdfium2 import PdfDocument

from assessment.audience import Audience
from assessment.rendering import pdf, texts
from assessment.report import document, files
from kb.base.errors import ArushaError
from kb.base.interface import phrases


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("audience", list(Audience))
def test_verapdf_finds_every_version_compliant(report_of, verapdf, tmp_path, audience, language):
    file = tmp_path / "report.pdf"
    file.write_bytes(files.render(report_of(language, audience), phrases(language), ".pdf"))
    for standard in ("ua1", "2a"):
        told = verapdf(standard, file)
        assert told.splitlines()[-1].endswith("compliant=true"), told


@pytest.mark.parametrize("shape", ["nothing", "hostile", "one long word"])
def test_verapdf_finds_rare_reports_compliant(shaped, verapdf, tmp_path, shape):
    file = tmp_path / "report.pdf"
    file.write_bytes(files.render(shaped(shape), phrases("en"), ".pdf", "letter"))
    for standard in ("ua1", "2a"):
        told = verapdf(standard, file)
        assert told.splitlines()[-1].endswith("compliant=true"), told


def test_the_paper_is_a4_or_letter(report_of):
    sizes = [
        PdfDocument(pdf.render(document.of(report_of(), phrases("en")), paper)).get_page_size(0)
        for paper in ("a4", "letter")
    ]
    assert [tuple(round(each) for each in size) for size in sizes] == [(595, 842), (612, 792)]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_summary_takes_one_page(report_of, language, paper):
    say = phrases(language)
    pages = PdfDocument(pdf.render(document.of(report_of(language), say), paper))
    assert say("report.summary") in pages[2].get_textpage().get_text_bounded()
    assert say("report.decided") in pages[2].get_textpage().get_text_bounded()
    assert say("report.chart") in pages[3].get_textpage().get_text_bounded()


def test_the_bookmarks_name_summary_factors_plan_and_annexes(report_of):
    say, report = phrases("en"), report_of()
    found = [
        mark.get_title() for mark in PdfDocument(pdf.render(document.of(report, say))).get_toc() if mark.level == 0
    ]
    wanted = [say("report.summary"), *(f.name for f in report.factors), say("plan.title"), say("report.questions")]
    assert [each for each in wanted if not any(each in title for title in found)] == []


def test_latin_greek_and_cyrillic_need_no_font_of_the_machine(report_of):
    data = pdf.render(document.of(report_of(administration="Ελλάδα – Таможня – Œuvre"), phrases("fr")))
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    held = b"".join(zlib.decompressobj().decompress(each) for each in streams if each[:1] == b"x")
    fonts = {name.decode().split("+")[-1] for name in re.findall(rb"/FontName ?/([A-Za-z0-9+-]+)", held + data)}
    assert fonts
    assert {name.split("-")[0] for name in fonts} <= {"LibertinusSerif", "NewCM10", "NewCMMath", "DejaVuSansMono"}


@pytest.mark.parametrize(("text", "home"), [("Énoncé · ≥ – Ж Ω", True), ("الجمارك", False), ("海关", False)])
def test_scripts_that_our_fonts_lack_are_told_apart(text, home):
    assert pdf.at_home(text) is home


@pytest.mark.parametrize("name", ["الجمارك · 海关 · 관세청", "Customs \ue000\U00010940"])
def test_other_scripts_are_set_with_a_font_of_the_machine_or_refused_in_one_sentence(report_of, name):
    report = report_of(administration=name)
    try:
        found = PdfDocument(pdf.render(document.of(report, phrases("en"))))[0].get_textpage().get_text_bounded()
    except ArushaError as refused:
        found = re.fullmatch("no font of this computer has “.+”; install one for that script, .+", str(refused))
    assert found


def test_a_long_text_is_cut_at_a_word_and_marked():
    assert texts.short("one two three four", 12) == "one two…"
    assert texts.short("x" * 30, 10) == "x" * 9 + "…"
    assert texts.short("short  text", 20) == "short text"
