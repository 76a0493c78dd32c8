"""The press: every kind of block comes out in every form, and a picture of no use is told by its name."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import get_args

import docx
import pypdfium2
import pytest

from kb.base.interface import Refusal, phrases
from kb.press import document as doc
from kb.press import epub, html, word
from kb.press.typst import band, data_of, typesetter

SAY = phrases("en")
TEMPLATE = """#import "house.typ": *
#show: house
#for s in d.sections {
  [#heading(s.title)#label(s.name)]
  for b in s.body.blocks { block-of(b, notes: s.body.notes.map(n => runs(n))) }
}
"""


def line(text: str, style: doc.Style = doc.Style.TEXT) -> doc.Paragraph:
    return doc.Paragraph((doc.Run(text),), style)


BLOCKS = (
    doc.Heading(2, (doc.Run("Alpha"),)),
    doc.Paragraph((doc.Run("Bravo ", strong=True), doc.Run("", note=1), doc.Run("Charlie", href="#second"))),
    *(line(f"Style {style}", style) for style in doc.Style),
    doc.Listing(True, 3, ((line("Delta"), doc.Listing(False, 1, ((line("Echo"),),))),)),
    doc.Quote((line("Foxtrot"),)),
    doc.Table(((doc.Run("Golf"),), (doc.Run("Hotel"),)), (((doc.Run("India"),), (doc.Run("Juliett"),)),)),
    doc.Code("Kilo < 1"),
    doc.Terms("", (doc.Term((doc.Run("Lima"),), (line("Mike"),)),)),
    doc.Facts(((doc.Run("November", mark="verified"),), (doc.Run("Oscar"),))),
    doc.References((doc.Reference("second", "2", "Papa", "fr", "Quebec"),)),
    doc.Group((line("Romeo"),), "fr"),
)
PICTURE = doc.Picture("a.png", "Sierra", "Tango")


def document(image: bytes) -> doc.Document:
    body = doc.Body((*BLOCKS, PICTURE), ((doc.Run("Uniform"),),))
    sections = (
        doc.Section(name="first", title="Victor", language="en", body=body),
        doc.Section(name="second", title="Whiskey", language="fr", body=doc.Body(())),
    )
    return doc.Document(
        id="urn:test", title="Test", subtitle="", language="en", day="2026-11-20", sections=sections,
        images=(("a.png", image),),
    )  # fmt: skip


def texts(made: doc.Document, folder: Path) -> dict[str, str]:
    """The words of each form."""
    (folder / "all.typ").write_text(TEMPLATE)
    with typesetter(folder / "all.typ", made.day, made.images) as setter:
        pdf = setter.pdf(data_of(made, {}))
    in_word = docx.Document(BytesIO(word.render(made, SAY, band()))).element.body
    with zipfile.ZipFile(BytesIO(epub.render(made, SAY, band()))) as book:
        pages = [book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml")]
    writer = html.Writer(made, SAY)
    with pypdfium2.PdfDocument(pdf) as opened:
        printed = " ".join(page.get_textpage().get_text_range() for page in opened)
    return {
        "pdf": printed,
        "docx": " ".join(each.text or "" for each in in_word.iter() if each.tag.endswith("}t")),
        "epub": re.sub("<[^>]+>", " ", " ".join(pages)),
        "html": re.sub("<[^>]+>", " ", "".join(writer.section(each, whole=True) for each in made.sections)),
    }


def test_every_kind_of_block_is_in_every_form(tmp_path: Path) -> None:
    made = document(band())
    assert {type(each) for each in made.sections[0].body.blocks} == set(get_args(doc.Block))
    told = texts(made, tmp_path)
    words = re.findall(r"\w+", " ".join(text for section in made.sections for text in section.texts))
    assert len(words) > 30
    assert [(form, word) for form, text in told.items() for word in words if word not in text] == []


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    whole = document(band())
    broken = replace(whole, images=(("good.png", band()), ("a.png", band()[:60])))
    with pytest.raises(Refusal, match=r"a\.png"):
        word.render(broken, SAY, band())
    (tmp_path / "all.typ").write_text(TEMPLATE)
    with typesetter(tmp_path / "all.typ", broken.day, broken.images) as setter, pytest.raises(Refusal, match=r"a\.png"):
        setter.pdf(data_of(broken, {}))
