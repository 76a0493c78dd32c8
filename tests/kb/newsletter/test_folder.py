"""The edition folder: what is written is what is read, and every fault names file and remedy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.base.errors import ArushaError
from kb.base.vocabulary import ArticleKind
from kb.newsletter.folder import Article, ArticleHead, EditionHead, Titles, as_text, read, write_article, write_edition

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    lambda text: text.strip() == text and not {"\u2028", "\u2029"} & set(text)
)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "edition"
    path.mkdir()
    write_edition(path, EditionHead(title=Titles(en="T"), articles=("01-a",)))
    write_article(path, Article("01-a.md", ArticleHead(kind=ArticleKind.EDITORIAL, title="A"), "Body.\n"))
    return path


@given(title=LINE, reason=LINE, body=LINE)
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read(title, reason, body, tmp_path_factory):
    path = tmp_path_factory.mktemp("edition")
    head = ArticleHead(kind=ArticleKind.MEMBER, member="NO", title=title, reasons=(reason,), confidence=0.25)
    write_edition(path, EditionHead(number=3, title=Titles(fr=title), articles=("01-norway",)))
    write_article(path, Article("01-norway.md", head, body))
    again = read(path)
    assert (again.head.number, again.head.title.of("en")) == (3, title)
    (article,) = again.articles
    assert article.head == head
    assert article.body.strip("\n") == body


def test_the_first_line_of_the_body_is_its_line_in_the_file(folder):
    (article,) = read(folder).articles
    lines = (folder / "01-a.md").read_text().split("\n")
    place = article.first_line - 1
    assert "\n".join(lines[place:]) == article.body
    assert as_text(article) == (folder / "01-a.md").read_text()


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("edition.yml", "articles: []\n", "edition/edition.yml: title: is missing"),
        ("edition.yml", "title: T\narticles: [../x]\n", "does not have the right form"),
        ("edition.yml", "title: T\narticles: [01-a, 01-a]\n", "stands twice"),
        ("edition.yml", "title: T\narticles: []\n", "is not among the edition's articles"),
        ("edition.yml", "title: T\narticles: [01-a, 02-b]\n", "edition/02-b.md: is missing"),
        ("edition.yml", "title: T\nnumber: 0\n", "number"),
        ("01-a.md", "no front matter", "has no front matter"),
        ("01-a.md", "---\nkind: poem\ntitle: A\n---\n", "'poem' is not one of the words allowed"),
        (
            "01-a.md",
            "---\nkind: member\ntitle: A\nimages: [{file: ../../x.png}]\n---\n",
            "does not have the right form",
        ),
    ],
)
def test_faults_name_file_and_field(file, text, sentence, folder):
    (folder / file).write_text(text)
    with pytest.raises(ArushaError) as fault:
        read(folder)
    assert sentence in str(fault.value)


def test_a_title_in_one_language_is_that_of_the_edition(folder):
    (folder / "edition.yml").write_text("title: Bulletin\nlanguage: fr\narticles: [01-a]\n")
    assert read(folder).head.title == Titles(fr="Bulletin")


def test_another_folder_is_no_edition(tmp_path):
    with pytest.raises(ArushaError, match="not an edition folder"):
        read(tmp_path)
