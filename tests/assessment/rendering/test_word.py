"""The report in Word: real headings, tables and pictures, in the administration's own template if it has one."""

import re
import shutil
import subprocess
import zipfile
from importlib.resources import files
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from assessment.rendering import word, word_template
from assessment.report import document
from kb.base.errors import ArushaError
from kb.base.interface import phrases


def said(report, language="en"):
    return document.of(report, phrases(language))


@pytest.fixture(scope="module")
def made(report_of):
    return docx.Document(BytesIO(word.render(said(report_of("fr"), "fr"))))


@pytest.fixture
def template(tmp_path):
    """Write a template of some paragraphs."""

    def write(*texts, table=""):
        document = docx.Document()
        for text in texts:
            document.add_paragraph(text)
        if table:
            document.add_table(1, 1).cell(0, 0).text = table
        document.save(tmp_path / "own.docx")
        return tmp_path / "own.docx"

    return write


OWN = ("Ministry of Finance", "{{ administration }} {{ date }}", "{{ mark }}")


def test_headings_are_headings(made, report_of):
    heads = [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert [f"{f.number}  {f.name}" for f in report_of("fr").factors] == [h for h in heads if re.match(r"\d", h)]


def test_the_contents_lead_to_headings_that_are_there(made):
    names = {mark.get(qn("w:name")) for mark in made.element.body.iter(qn("w:bookmarkStart"))}
    links = [link.get(qn("w:anchor")) for link in made.element.body.iter(qn("w:hyperlink"))]
    assert len(links) > 12
    assert set(links) <= names


def test_every_table_with_a_head_repeats_it_and_every_picture_is_told(made):
    heads = list(made.element.body.iter(qn("w:tblHeader")))
    assert len(heads) >= 5
    told = [each.get("descr") for each in made.element.body.iter(qn("wp:docPr"))]
    assert len(told) == 2
    assert all(len(each) > 40 for each in told)


def test_title_language_and_page_numbers_are_set(made, report_of):
    about = made.core_properties
    assert (about.title, about.language) == (f"{phrases('fr')('report.title')} – {report_of().administration}", "fr")
    assert {each.get(qn("w:val")) for each in made.styles.element.iter(qn("w:lang"))} == {"fr-FR"}
    assert "PAGE" in [field.get(qn("w:instr")) for field in made.sections[0].footer._element.iter(qn("w:fldSimple"))]


def test_parts_of_the_file_have_the_order_that_word_insists_on(made):
    order = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblLook"]
    for about in made.element.body.iter(qn("w:tblPr")):
        found = [order.index(child.tag.split("}")[1]) for child in about]
        assert found == sorted(found)


def test_our_template_is_the_one_that_its_script_makes():
    """Part by part: what the document says, its styles, its settings, its foot."""

    def parts(data):
        with zipfile.ZipFile(BytesIO(data)) as package:
            return {name: package.read(name) for name in package.namelist()}

    kept, made = parts((files("assessment") / "templates" / "report.docx").read_bytes()), parts(word_template.make())
    assert sorted(kept) == sorted(made)
    assert [name for name in kept if kept[name] != made[name]] == []


def test_a_template_of_the_administration_is_filled(report_of, template):
    file = template(*OWN, "{{p body }}", "Signed: the Director")
    texts = [p.text for p in docx.Document(BytesIO(word.render(said(report_of(), "en"), file))).paragraphs]
    assert texts[0] == "Ministry of Finance"
    assert texts[1] == f"{report_of().administration} As of 20 May 2026"
    assert texts[-1] == "Signed: the Director"
    assert "Summary" in texts


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (OWN, r"lacks \{\{ body \}\}"),
        (("{{p body }}", "{{ date }}", "{{ mark }}"), r"lacks \{\{ administration \}\}"),
        ((*OWN, "{{ minister }}", "{{p body }}"), r"has \{\{ minister \}\}, which no report fills"),
        ((*OWN, "{{p body }}", "{% for x in %}"), "cannot be filled in"),
        ((*OWN, "{{p body }}", "{{ date.__class__.__mro__ }}"), "cannot be filled in"),
    ],
)
def test_a_template_that_lacks_something_or_asks_too_much_is_one_sentence(report_of, template, texts, told):
    with pytest.raises(ArushaError, match=told) as refused:
        word.render(said(report_of(), "en"), template(*texts))
    assert "\n" not in str(refused.value)


def test_a_body_in_a_table_is_one_sentence(report_of, template):
    with pytest.raises(ArushaError, match="stands in a table or a box"):
        word.render(said(report_of(), "en"), template(*OWN, table="{{p body }}"))


def test_a_file_that_is_no_template_is_one_sentence(report_of, tmp_path):
    other = tmp_path / "x.docx"
    for data in (b"", b"no zip", b"PK\x03\x04" + b"\0" * 50):
        other.write_bytes(data)
        with pytest.raises(ArushaError, match="is no Word file"):
            word.render(said(report_of(), "en"), other)
    with pytest.raises(ArushaError, match="cannot be read"):
        word.render(said(report_of(), "en"), tmp_path / "none.docx")


def test_a_template_with_macros_or_a_damaged_one_is_one_sentence(report_of, template, tmp_path):
    source = template(*OWN, "{{p body }}")
    for name, change, told in (
        (
            "macro",
            lambda part, data: ("word/vbaProject.bin" if part == "docProps/app.xml" else part, data),
            "holds macros",
        ),
        (
            "broken",
            lambda part, data: (part, data[:200] if part == "word/document.xml" else data),
            "cannot be read as a Word",
        ),
    ):
        spoilt = tmp_path / f"{name}.docx"
        with zipfile.ZipFile(source) as package, zipfile.ZipFile(spoilt, "w") as target:
            for part in package.namelist():
                target.writestr(*change(part, package.read(part)))
        with pytest.raises(ArushaError, match=told):
            word.render(said(report_of(), "en"), spoilt)


def test_what_no_xml_may_hold_is_left_out(report_of):
    data = word.render(said(report_of(administration="A\x0bB\ufffeC\x00"), "en"))
    assert "ABC" in [p.text for p in docx.Document(BytesIO(data)).paragraphs]


def test_libreoffice_opens_it(report_of, tmp_path):
    office = shutil.which("soffice")
    if not office:
        pytest.skip("no LibreOffice; on Debian: apt-get install libreoffice-writer")
    (tmp_path / "r.docx").write_bytes(word.render(said(report_of(), "en")))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "r.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


def test_the_command_takes_a_template(arusha, assessment_file, template, refused, tmp_path):
    words = ("assess", "report", assessment_file, "-o", tmp_path / "r.docx", "--template")
    assert arusha(*words, template(*OWN, "{{p body }}")).exit_code == 0
    assert docx.Document(str(tmp_path / "r.docx")).paragraphs[0].text == "Ministry of Finance"
    refused(arusha(*words, template(*OWN)), "lacks {{ body }}")
    refused(
        arusha("assess", "report", assessment_file, "-o", tmp_path / "r.md", "--template", tmp_path), "for Word only"
    )
