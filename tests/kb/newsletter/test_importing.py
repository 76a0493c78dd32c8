"""`arusha edition import` and `review`: the whole folder or nothing, one sentence for each file refused."""

import json
import re

import pytest

from kb.newsletter.folder import read

ARTICLE = "# Kenya\n\n## A code that everybody has read\n\nThe code is short, and every officer has signed it.\n"


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "kenya.md"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def snapshot(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_a_contribution_becomes_an_edition_folder(article, run, tmp_path):
    result = run("edition", "import", article, "-o", tmp_path / "e", "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    assert list(answer) == ["edition", "articles", "abbreviations", "warnings"]
    (one,) = answer["articles"]
    assert list(one) == ["file", "kind", "member", "title", "words", "confidence"]
    assert {**one, "confidence": 0} == {
        "file": "01-kenya.md",
        "kind": "member",
        "member": "KE",
        "title": "A code that everybody has read",
        "words": 10,
        "confidence": 0,
    }
    folder = read(tmp_path / "e")
    assert folder.articles[0].body.strip() == "The code is short, and every officer has signed it."
    assert (tmp_path / "e/originals/kenya.md").read_bytes() == article.read_bytes()
    (source,) = json.loads((tmp_path / "e/import.json").read_text())["sources"]
    assert source["words"] == {"found": 17, "joined": 0, "in_articles": 17, "dropped": 0, "unexplained": 0}


def test_the_same_import_gives_the_same_bytes(article, run, tmp_path):
    for name in ("one", "two"):
        assert run("edition", "import", article, "-o", tmp_path / name).exit_code == 0
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")


def test_a_bad_file_is_refused_in_french_where_that_is_asked_for(run, tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 cut")
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    files = tmp_path / "bad.pdf", tmp_path / "old.doc", tmp_path / "none.txt"
    result = run("edition", "import", *files, "-o", tmp_path / "e", "--lang", "fr")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "arusha: bad.pdf\u00a0: est endommagé ou tronqué\u00a0; redemandez le fichier",
        "arusha: old.doc\u00a0: est un ancien fichier Word (.doc) ou protégé par un mot de passe\u00a0; enregistrez-le en DOCX sans"
        " mot de passe",
        "arusha: none.txt\u00a0: ce fichier n’existe pas\u00a0; vérifiez le nom",
    ]


def test_a_bad_file_is_refused_and_the_rest_goes_on(article, run, tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 cut")
    (tmp_path / "empty.docx").touch()
    result = run(
        "edition",
        "import",
        tmp_path / "bad.pdf",
        tmp_path / "empty.docx",
        tmp_path / "none.txt",
        article,
        "-o",
        tmp_path / "e",
    )
    assert result.exit_code == 1
    assert [line.split(":")[1].strip() for line in result.stderr.splitlines()] == ["bad.pdf", "empty.docx", "none.txt"]
    assert [article.file for article in read(tmp_path / "e").articles] == ["01-kenya.md"]


def test_nothing_is_written_if_nothing_is_taken(run, tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 cut")
    result = run("edition", "import", tmp_path / "bad.pdf", "-o", tmp_path / "e")
    assert result.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["bad.pdf"]


def test_a_file_of_300_megabytes_is_refused_unread(article, run, tmp_path):
    with (tmp_path / "huge.docx").open("wb") as huge:
        huge.truncate(300_000_000)
    result = run("edition", "import", tmp_path / "huge.docx", article, "-o", tmp_path / "e")
    assert result.exit_code == 1
    assert result.stderr == "arusha: huge.docx: has 300 MB and at most 100 are read; save it with smaller pictures\n"


def test_a_folder_with_other_things_is_not_touched(article, run, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    before = snapshot(other)
    result = run("edition", "import", article, "-o", other)
    assert result.exit_code == 2
    assert "holds other things" in result.stderr
    assert snapshot(other) == before


def test_a_folder_of_files_is_taken_file_by_file(article, run, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.md").write_text(ARTICLE)
    (source / "b.exe").write_bytes(b"MZ" + b"\0" * 20)
    (source / ".hidden").write_text("x")
    result = run("edition", "import", source, "-o", tmp_path / "e")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert len(read(tmp_path / "e").articles) == 1


def test_the_same_file_twice_is_taken_once(article, run, tmp_path):
    twin = tmp_path / "twin.md"
    twin.write_text(ARTICLE)
    result = run("edition", "import", article, twin, "-o", tmp_path / "e", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["warnings"] == ["twin.md: is the same as kenya.md; it was taken once."]
    again = run("edition", "import", article, "-o", tmp_path / "e")
    assert again.exit_code == 2
    assert len(read(tmp_path / "e").articles) == 1


def test_more_articles_are_added_and_the_first_kept(article, run, tmp_path):
    run("edition", "import", article, "-o", tmp_path / "e")
    first = snapshot(tmp_path / "e")
    (tmp_path / "e/notes.txt").write_text("an editor's own")
    more = tmp_path / "more.md"
    more.write_text(ARTICLE.replace("short", "long"))
    result = run("edition", "import", more, "-o", tmp_path / "e", "--format", "json")
    assert json.loads(result.stdout)["warnings"] == ["Kenya has 2 articles in this edition; check that both are meant."]
    assert [article.file for article in read(tmp_path / "e").articles] == ["01-kenya.md", "02-kenya.md"]
    after = snapshot(tmp_path / "e")
    assert after["01-kenya.md"] == first["01-kenya.md"]
    assert after["notes.txt"] == b"an editor's own"
    assert len(json.loads(after["import.json"])["sources"]) == 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_pictures_go_beside_with_alternative_text_and_caption(make, run, tmp_path):
    from base64 import b64encode

    picture = b64encode(make.png).decode()
    page = tmp_path / "x.html"
    page.write_text(
        f"<h1>Kenya</h1><h2>A code</h2><p>It is short, and all have signed it.</p>"
        f'<img src="data:image/png;base64,{picture}" alt="A hand"><p>Figure 1: Signing</p>'
    )
    assert run("edition", "import", page, "-o", tmp_path / "e").exit_code == 0
    (article,) = read(tmp_path / "e").articles
    assert [(each.file, each.alt, each.caption) for each in article.head.images] == [
        ("images/01-kenya-1.png", "A hand", "Figure 1: Signing")
    ]
    assert "![A hand](images/01-kenya-1.png)" in article.body
    assert (tmp_path / "e/images/01-kenya-1.png").read_bytes() == make.png


def test_the_sixteenth_edition_in_json(sixteenth, run, tmp_path):
    result = run("edition", "import", sixteenth, "-o", tmp_path / "e", "--format", "json")
    answer = json.loads(result.stdout)
    assert (answer["edition"], len(answer["articles"]), len(answer["abbreviations"])) == (16, 16, 40)
    assert answer["warnings"] == []
    jamaica = (tmp_path / "e/07-jamaica.md").read_text()
    assert "Newsletter" not in jamaica
    assert re.search(r"reflect their own personal views", read(tmp_path / "e").head.disclaimer)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_all_that_is_said_is_said_in_both_languages(language, make, run, tmp_path):
    path = make.makers["txt"](make.editions[language], language, tmp_path / "x.doc")
    result = run("edition", "import", path, "-o", tmp_path / "e", "--lang", language)
    assert result.exit_code == 0
    assert ("mots dans les originaux" if language == "fr" else "words in the originals") in result.stdout
    assert read(tmp_path / "e").head.language == language


def test_review_confirms_the_least_sure_first(article, run, tmp_path):
    other = tmp_path / "other.md"
    other.write_text("# On training\n\nWe train for two weeks, and ask afterwards what was learned.\n")
    run("edition", "import", article, other, "-o", tmp_path / "e")
    from click.testing import CliRunner

    import arusha

    said = "member\nAtlantis\nOn training\nmember\nGeorgia\nOn training officers\n\n\n\n"
    result = CliRunner().invoke(arusha.main, ["edition", "review", str(tmp_path / "e")], input=said)
    assert result.exit_code == 0, result.output
    assert "There is no such Member" in result.output
    first, second = read(tmp_path / "e").articles
    assert (second.head.member, second.head.title, second.head.confirmed) == ("GE", "On training officers", True)
    assert (first.head.member, first.head.confirmed) == ("KE", True)


def test_the_review_page_shows_both_sides_and_asks_nobody(article, run, tmp_path):
    run("edition", "import", article, "-o", tmp_path / "e")
    result = run("edition", "review", tmp_path / "e", "--page")
    assert result.exit_code == 0
    page = (tmp_path / "e/review.html").read_text()
    assert page.count("The code is short, and every officer has signed it.") == 2
    assert not re.search(r"(?:src|href)=|<script", page)
    assert """content="default-src 'none'; style-src 'sha256-""" in page
    assert "unsafe-inline" not in page
