"""What the import's tests share: an invented edition in English and in French, and ways to typeset any edition."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from kb.base.places import project_folder
from kb.library.members import Members
from kb.newsletter.desk.membership import load_members
from kb.newsletter.intake.naming import Names

SHARED = project_folder().parent / "shared" / "editions" / "wco-integrity-newsletter-16.txt"

_TYPST = """
#let doc = json(bytes(sys.inputs.at("doc")))
#set document(title: doc.name)
#set page(paper: "a4", columns: 2, header: align(right, text(8pt, doc.running)),
  footer: align(center, text(8pt, context counter(page).display())))
#set text(9.5pt, lang: doc.lang, hyphenate: true)
#set par(justify: true)
#show heading.where(level: 1): set text(18pt)
#show heading.where(level: 2): set text(13pt)
#show heading.where(level: 3): set text(10.5pt)
#show heading.where(level: 1): it => { pagebreak(weak: true); it }
#outline(title: doc.contents, depth: 2)
#for section in doc.sections {
  heading(level: 1, section.label)
  if section.title != "" { heading(level: 2, section.title) }
  for (kind, words) in section.blocks {
    if kind == "heading" { heading(level: 3, outlined: false, words) }
    else if kind == "item" { list.item(words) }
    else { par(words) }
  }
}
"""


@dataclass(frozen=True)
class Section:
    """One section of an edition to typeset: the line that heads it, the article's title if apart, its blocks."""

    kind: str
    member: str | None
    label: str
    title: str
    blocks: tuple[tuple[str, str], ...]

    @property
    def wanted(self) -> tuple[str, str | None, str]:
        """Kind, Member and title as an import must find them."""
        return self.kind, self.member, self.title or self.label


ENGLISH = (
    Section("editorial", None, "Editorial", "", (
        ("paragraph", "Dear Readers,"),
        ("paragraph", "Welcome to the 7th edition of the Ethics Newsletter, in which three Members tell what they have done against corruption."),  # noqa: E501
        ("paragraph", "The articles in this Newsletter are provided by Members and reflect their own views."),
    )),
    Section("message", None, "Message from the Chairperson", "", (
        ("paragraph", "Customs administrations that publish their rules are trusted more. This edition shows how a few of them have gone about it, step by step."),  # noqa: E501
    )),
    Section("member", "CL", "Chile", "Chilean Customs opens its register of gifts to everybody who asks", (
        ("paragraph", "The National Customs Service (NCS) has kept a register of gifts since 2015. It is now open to the public, and anyone may search it by office, by month and by kind of gift."),  # noqa: E501
        ("heading", "What is written down"),
        ("paragraph", "Officers enter each offer on the day it was made, whether they took it or not. Three kinds of entry are known:"),  # noqa: E501
        ("item", "offers that were declined;"),
        ("item", "gifts handed to a charity; and"),
        ("item", "gifts of small value that were kept."),
        ("paragraph", "In 2021 the register held 412 entries, and a sample of 40 was checked against the visitors’ book."),
    )),
    Section("member", "LA", "Lao People’s Democratic Republic", "A hotline that answers in five languages", (
        ("paragraph", "A telephone line was opened at the bridge in March. It can be used at any hour, and callers need not give a name."),  # noqa: E501
        ("heading", "First results"),
        ("paragraph", "Of 96 calls in the first year, 31 led to an inquiry and four to a sanction. The others asked for advice on self-assessment and clearance."),  # noqa: E501
    )),
    Section("member", "TG", "Togo", "Rotation of officers at the port of Lomé", (
        ("paragraph", "Officers in posts at risk change places every two years. A computer draws the order, so that nobody can ask for a post."),  # noqa: E501
    )),
    Section("activities", None, "Integrity activities and news", "", (
        ("paragraph", "Two workshops were held in 2022, in Lima and in Vientiane, with 57 participants from eleven administrations in all."),  # noqa: E501
    )),
    Section("abbreviations", None, "Abbreviations", "", (
        ("item", "NCS - National Customs Service"),
        ("item", "WCO - World Customs Organization"),
    )),
)  # fmt: skip

FRENCH = (
    Section("editorial", None, "Éditorial", "", (
        ("paragraph", "Chers lecteurs,"),
        ("paragraph", "Voici la 7e édition du Bulletin de l’éthique, dans laquelle trois Membres racontent ce qu’ils ont fait contre la corruption."),  # noqa: E501
        ("paragraph", "Les articles de ce Bulletin sont fournis par les Membres et n’engagent que leurs auteurs."),
    )),
    Section("message", None, "Message de la Présidente", "", (
        ("paragraph", "Les administrations qui publient leurs règles inspirent davantage confiance. Ce numéro montre comment quelques-unes s’y sont prises, étape par étape."),  # noqa: E501
    )),
    Section("member", "CL", "Chili", "La douane chilienne ouvre à tous son registre des cadeaux", (
        ("paragraph", "Le Service national des douanes (SND) tient un registre des cadeaux depuis 2015. Il est désormais public, et chacun peut y chercher par bureau, par mois et par nature du cadeau."),  # noqa: E501
        ("heading", "Ce qui est consigné"),
        ("paragraph", "Les agents inscrivent chaque offre le jour même, qu’ils l’aient acceptée ou non. On distingue :"),
        ("item", "les offres refusées ;"),
        ("item", "les cadeaux remis à une œuvre ; et"),
        ("item", "les cadeaux de faible valeur qui ont été gardés."),
        ("paragraph", "En 2021 le registre comptait 412 inscriptions, dont 40 ont été vérifiées avec le livre des visiteurs."),
    )),
    Section("member", "TG", "Togo", "La rotation des agents au port de Lomé", (
        ("paragraph", "Les agents des postes à risque changent de place tous les deux ans. Un ordinateur tire l’ordre au sort, si bien que nul ne peut demander un poste."),  # noqa: E501
    )),
    Section("activities", None, "Activités et actualités en matière d’éthique", "", (
        ("paragraph", "Deux ateliers se sont tenus en 2022, à Lima et à Lomé, avec 57 participants de onze administrations en tout."),
    )),
    Section("abbreviations", None, "Abréviations", "", (
        ("item", "SND - Service national des douanes"),
        ("item", "OMD - Organisation mondiale des douanes"),
    )),
)  # fmt: skip
EDITIONS = {"en": ENGLISH, "fr": FRENCH}
_RUNNING = {"en": "Ethics Newsletter", "fr": "Bulletin de l’éthique"}
_CONTENTS = {"en": "Contents", "fr": "Sommaire"}


def missing(reason: str) -> None:
    """Skip for want of a tool, or fail where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def members() -> Members:
    return load_members()


@pytest.fixture(scope="session")
def names(members: Members) -> Names:
    return Names(members)


@pytest.fixture(scope="session")
def sixteenth() -> Path:
    """The text layer of the 16th edition."""
    if not SHARED.is_file():
        pytest.skip("the text of the 16th edition is not beside this project, at ../shared/editions")
    return SHARED


def as_pdf(sections: Sequence[Section], language: str, target: Path) -> Path:
    """Typeset in two columns by Typst, with contents list, running heads and page numbers."""
    typst = pytest.importorskip("typst", reason="install the project's test extra for Typst")
    document = {
        "name": _RUNNING[language],
        "running": _RUNNING[language],
        "contents": _CONTENTS[language],
        "lang": language,
        "sections": [{"label": s.label, "title": s.title, "blocks": s.blocks} for s in sections],
    }
    target.write_bytes(typst.compile(_TYPST.encode(), sys_inputs={"doc": json.dumps(document)}))
    return target


def as_docx(sections: Sequence[Section], language: str, target: Path) -> Path:
    """Written by python-docx with the usual styles."""
    docx = pytest.importorskip("docx", reason="install the project's test extra for python-docx")
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = _RUNNING[language]
    styles = {"paragraph": "Normal", "item": "List Bullet", "heading": "Heading 3"}
    for section in sections:
        document.add_heading(section.label, 1)
        if section.title:
            document.add_heading(section.title, 2)
        for kind, text in section.blocks:
            document.add_paragraph(text, style=styles[kind])
    document.save(str(target))
    return target


def as_html(sections: Sequence[Section], language: str, target: Path) -> Path:
    from html import escape

    marks = {"paragraph": "<p>{}</p>", "item": "<ul><li>{}</li></ul>", "heading": "<h3>{}</h3>"}
    parts = [f'<!DOCTYPE html><html lang="{language}"><head><title>x</title><meta charset="utf-8"></head><body>']
    for section in sections:
        parts.append(
            f"<h1>{escape(section.label)}</h1>" + (f"<h2>{escape(section.title)}</h2>" if section.title else "")
        )
        parts += [marks[kind].format(escape(text)) for kind, text in section.blocks]
    target.write_text("\n".join([*parts, "</body></html>"]), encoding="utf-8")
    return target


def as_markdown(sections: Sequence[Section], language: str, target: Path) -> Path:
    marks = {"paragraph": "{}\n", "item": "- {}", "heading": "### {}\n"}
    parts = []
    for section in sections:
        parts.append(f"# {section.label}\n" + (f"\n## {section.title}\n" if section.title else ""))
        parts += ["\n" + marks[kind].format(text) for kind, text in section.blocks]
    target.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return target


def as_text(sections: Sequence[Section], language: str, target: Path) -> Path:
    """Printed lines of some 70 letters, a form feed before each section, a footer on each page."""
    import textwrap

    pages = []
    for number, section in enumerate(sections, 1):
        paragraphs = [section.label] + ([section.title] if section.title else [])
        paragraphs += [f"- {text}" if kind == "item" else text for kind, text in section.blocks]
        body = "\n\n".join(textwrap.fill(each, 70, break_on_hyphens=True) for each in paragraphs)
        pages.append(f"{body}\n\n\n\n{_RUNNING[language]}\n{number}\n")
    target.write_text("\f".join(pages), encoding="utf-8")
    return target


MAKERS: dict[str, Callable[[Sequence[Section], str, Path], Path]] = {
    "pdf": as_pdf,
    "docx": as_docx,
    "html": as_html,
    "md": as_markdown,
    "txt": as_text,
}


def convert(source: Path, ending: str, folder: Path) -> Path:
    """*source* converted by LibreOffice."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        missing("LibreOffice is not installed (Debian: apt-get install libreoffice-writer)")
    profile = (folder / "profile").as_uri()
    command = [
        str(office),
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(folder),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=200)
    made = folder / f"{source.stem}.{ending.partition(':')[0]}"
    assert made.is_file()
    return made


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003860180"
    "5b3d0bb90000000049454e44ae426082"
)


def part(tag: str, inner: str) -> str:
    """One XML part of a DOCX file."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{tag} {_SPACES}>{inner}</w:{tag}>'


def paragraph(inner: str, style: str = "") -> str:
    """A paragraph of plain text, or of runs if *inner* has marks."""
    from html import escape

    runs = inner if inner.startswith("<") else f'<w:r><w:t xml:space="preserve">{escape(inner)}</w:t></w:r>'
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{runs}</w:p>"


def docx(body: str, **parts: str | bytes) -> bytes:
    """A DOCX file; further parts by name, `__` for a slash and `_dot_` for a point."""
    import io
    import zipfile

    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{n}"><w:name w:val="heading {n}"/><w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr></w:style>'  # noqa: E501
        for n in (1, 2, 3)
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
        "word/styles.xml": part("styles", styles),
    }
    files |= {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def odt(body: str) -> bytes:
    """An ODT file."""
    import io
    import zipfile

    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    content = f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body></office:document-content>"  # noqa: E501
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return target.getvalue()


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The ways above to make documents, for the tests."""
    return SimpleNamespace(
        editions=EDITIONS, makers=MAKERS, convert=convert, docx=docx, odt=odt, part=part, paragraph=paragraph, png=PNG
    )


@pytest.fixture
def lay(tmp_path: Path) -> Callable[..., Path]:
    """Lay out an edition folder from articles given as (name, fields of the front matter, body)."""
    from kb.newsletter.folder import Article, ArticleHead, EditionHead, write_article, write_edition

    def make_folder(*articles: tuple[str, dict[str, object], str], folder: str = "edition", **head: object) -> Path:
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        told = {"number": 17, "title": {"en": "T"}, **head, "articles": [name for name, _, _ in articles]}
        write_edition(path, EditionHead.model_validate(told, strict=False))
        for name, fields, body in articles:
            filled = ArticleHead.model_validate({"kind": "member", "title": "T", **fields}, strict=False)
            write_article(path, Article(f"{name}.md", filled, body))
        return path

    return make_folder
