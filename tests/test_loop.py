"""The loop closed, by commands alone: a gap, the practice consulted, an action, its result, an article, an edition, a record."""

import json
import shutil

import pytest
import yaml
from click.testing import CliRunner

from arusha import main
from kb.library.content import find_root, read_front_matter


@pytest.fixture
def arusha():
    def run(*words, code=0):
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == code, result.output
        return result.stdout

    return run


def test_a_gap_becomes_an_action_an_article_an_edition_and_a_record_with_its_ids_kept(arusha, tmp_path, capsys):
    told = []
    file, edition = tmp_path / "demo.arusha", tmp_path / "edition"
    arusha("assess", "new", file, "--administration", "Ruvania Customs Service (fictional)", "--member", "NZ")
    arusha("assess", "collect", file, find_root() / "examples" / "ruvania.json")

    # the gap, by its priority
    gap = json.loads(arusha("plan", "priorities", file, "--top", 1, "--format", "json"))[0]
    question = gap["question"] if "question" in gap else gap["id"]
    told.append(f"gap {question}")

    # a practice of another Member, an action drafted from it, and what came of it
    plan = ("--owner", "Human resources", "--start", "2026-01-10", "--due", "2026-09-30", "--public")
    indicator = "Posts rotated in time; baseline=20; target=90; unit=%; source=personnel register"
    arusha("plan", "from-gap", file, question, "--practice", "mk-officer-rotation", "--indicator", indicator, *plan)
    arusha("plan", "edit", file, "a1", "--confirm")
    progress = ("--date", "2026-09-15", "--value", "1=92", "--status", "done", "--note", "Every vulnerable post moved")
    arusha("plan", "progress", file, "a1", *progress)
    action = next(each for each in json.loads(arusha("plan", "list", file, "--format", "json")) if each["id"] == "a1")
    assert action["practices"][0]["id"] == "mk-officer-rotation"
    told.append("practice mk-officer-rotation, action a1")

    # the article, in an edition of its own
    edition.mkdir()
    head = {
        "number": 21,
        "title": {"en": "Integrity Newsletter, 21st edition"},
        "language": "en",
        "published": "2026-12",
        "disclaimer": "Members wrote the articles and speak for themselves in them.",
        "articles": [],
    }
    (edition / "edition.yml").write_text(yaml.safe_dump(head), encoding="utf-8")
    arusha("plan", "article", file, "a1", "-o", edition)
    (article,) = edition.glob("[0-9]*.md")
    fields, body = read_front_matter(edition, article)
    assert fields["action"]["id"] == "a1"
    assert question in fields["action"]["gaps"]
    assert "92" in body
    told.append(f"article {article.stem}")

    # approved by someone else than its author, and built
    arusha("edition", "state", edition, article.stem, "in-review", "--by", "Ana")
    arusha("edition", "state", edition, article.stem, "with-member", "--by", "Ana")
    arusha("edition", "state", edition, article.stem, "approved", "--by", "Benoît")
    arusha("edition", "build", edition, "-o", tmp_path / "out", "--anyway", "a first issue for this test")
    assert (tmp_path / "out" / "edition-21.pdf").read_bytes().startswith(b"%PDF")
    told.append("edition 21")

    # a record drafted, refused as long as it is not rewritten, and then part of the knowledge base
    content = tmp_path / "content"
    shutil.copytree(find_root(), content)
    known = {path.name for path in (content / "practices").glob("*.md")}
    arusha("edition", "harvest", edition, "-o", content, "--content", content)
    (record,) = [path for path in (content / "practices").glob("*.md") if path.name not in known]
    assert "TO BE REWRITTEN" in arusha("kb", "check", "--content", content, code=1)
    drafted, _ = read_front_matter(content, record)
    assert drafted["action"].endswith("a1") or drafted["action"] == "a1"
    told.append(f"record {record.stem}, action {drafted['action']}")
    with capsys.disabled():
        print("\nloop: " + " → ".join(told))  # noqa: T201 - the ids from end to end
