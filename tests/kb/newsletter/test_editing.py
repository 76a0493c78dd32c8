"""Editing: who may do what to an article, comments kept with the text, the plan, pairs of languages, the skeleton."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.base.errors import ArushaError
from kb.base.interface import phrases
from kb.newsletter.desk import comments, history, workplan
from kb.newsletter.folder import Article, ArticleState, read, write_article
from kb.newsletter.linter import checking

DAY = "2026-11-23"
KENYA = ("01-kenya", {"member": "KE", "title": "A hotline"}, "First line.\n\nSecond line on the Ethics Division (ED).")


@pytest.fixture
def path(lay):
    return lay(KENYA)


@pytest.fixture
def state(run, path):
    def move(new, name, *more):
        return run("edition", "state", path, "kenya", new, "--by", name, "--as-of", DAY, *more)

    return move


def change(path, text="Another text."):
    article = read(path).articles[0]
    write_article(path, Article(article.file, article.head, text))


def refusal(result):
    """The one sentence of a command that refuses."""
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line


def test_an_article_goes_its_way_and_the_history_tells_who_did_what(state, path):
    steps = [("in-review", "Anna"), ("with-member", "Anna"), ("approved", "Ben"), ("ready", "Anna")]
    for new, name in steps:
        assert state(new, name).exit_code == 0
    assert read(path).articles[0].head.state == ArticleState.READY
    assert [(entry.value, entry.by, entry.day) for entry in history.read(path).entries] == [(*s, DAY) for s in steps]


def test_who_changed_the_text_does_not_approve_it(state):
    state("in-review", "Anna")
    state("with-member", "Ben")
    assert "Anna made its last change" in refusal(state("approved", "anna"))
    assert state("approved", "Ben").exit_code == 0


def test_a_change_that_nobody_signed_is_not_approved(state, path):
    state("in-review", "Anna")
    state("with-member", "Anna")
    change(path)
    assert "nobody answers for its text" in refusal(state("approved", "Ben"))
    assert state("with-member", "Cleo").exit_code == 0
    assert "Cleo made its last change" in refusal(state("approved", "Cleo"))
    assert state("approved", "Anna").exit_code == 0


def test_what_changed_after_approval_is_not_ready(state, path):
    state("in-review", "Anna")
    state("approved", "Ben", "--why", "The Member wrote it so.")
    change(path)
    assert "changed after it was approved" in refusal(state("ready", "Ben"))


@pytest.mark.parametrize(
    ("new", "sentence"),
    [("approved", "the next step is in-review"), ("ready", "the next step is in-review"), ("received", "")],
)
def test_no_step_is_left_out(new, sentence, state):
    result = state(new, "Anna")
    assert (sentence in refusal(result)) if sentence else (result.exit_code == 0)


def test_a_step_is_refused_in_french_where_that_is_asked_for(state):
    assert refusal(state("ready", "Anna", "--lang", "fr")) == (
        "arusha: 01-kenya.md\u00a0: ne peut passer d’un coup de l’état «\u00a0reçu\u00a0» à «\u00a0prêt\u00a0»\u00a0; l’étape"
        " suivante est in-review"
    )


def test_going_back_and_passing_the_member_by_need_a_reason(state):
    state("in-review", "Anna")
    assert "without having been with the Member" in refusal(state("approved", "Ben"))
    assert "say why" in refusal(state("received", "Anna"))
    assert state("received", "Anna", "--why", "Wrong file.").exit_code == 0
    assert "is received already" in refusal(state("received", "Anna"))


STEPS = st.lists(
    st.tuples(st.sampled_from(list(ArticleState)), st.sampled_from(["Anna", "Ben", "Cleo"]), st.sampled_from("abc")),
    max_size=12,
)


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_no_order_of_steps_lets_an_author_approve(tmp_path_factory, steps):
    """Whatever is tried, the history only grows, and who approves a text is never who first signed it as it stands."""
    from kb.base.vocabulary import ArticleKind
    from kb.newsletter.folder import ArticleHead, EditionHead, Titles, write_edition

    path = tmp_path_factory.mktemp("edition")
    write_edition(path, EditionHead(title=Titles(en="T"), articles=("01-a",)))
    write_article(path, Article("01-a.md", ArticleHead(kind=ArticleKind.MEMBER, member="KE", title="T"), "Text."))
    before = b""
    for new, name, text in steps:
        article = read(path).articles[0]
        article = Article(article.file, article.head, text)
        write_article(path, article)
        author = history.read(path).author(article)
        was = article.head.state
        try:
            history.move(read(path), article, new, name, "Because.", DAY)
        except ArushaError:
            assert read(path).articles[0].head.state == was
        else:
            risen = new is ArticleState.APPROVED and was not in (ArticleState.APPROVED, ArticleState.READY)
            assert not risen or author not in (None, name)
        now = (path / "history.yml").read_bytes() if (path / "history.yml").exists() else b""
        assert now.startswith(before)
        before = now


def test_comments_stay_with_their_line_and_are_settled_by_id(run, path):
    lines = (path / "01-kenya.md").read_text(encoding="utf-8").splitlines()
    line = lines.index("First line.") + 1
    add = ("edition", "comment", path, "kenya")
    assert run(*add, "Which year?", "--by", "Anna", "--line", line, "--as-of", DAY).stdout == "c1 on 01-kenya.md\n"
    assert run(*add, "Short.", "--by", "Ben", "--as-of", DAY).stdout == "c2 on 01-kenya.md\n"
    change(path, "New opening.\n\nFirst line.")
    shown = run("edition", "comments", path).stdout
    assert f"c1  01-kenya, line {line + 2}: Which year? (Anna, 23 November 2026)" in shown
    assert "the whole article: Short." in shown
    change(path, "All new.")
    assert f"line {line}, since changed" in run("edition", "comments", path, "kenya").stdout
    assert run("edition", "comments", path, "--resolve", "c1", "--by", "Ben", "--as-of", DAY).exit_code == 0
    assert "c1" not in run("edition", "comments", path).stdout
    assert "settled by Ben" in run("edition", "comments", path, "--all").stdout
    assert [each.id for each in comments.read(path)] == ["c1", "c2"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("comment", "kenya", "Text.", "--by", "A", "--line", "900"), "has no line 900"),
        (("comment", "kenya", " ", "--by", "A"), "is empty"),
        (("comment", "mali", "Text.", "--by", "A"), "has no article “mali”"),
        (("comments", "--resolve", "c9", "--by", "A"), "has no comment c9"),
        (("comments", "--resolve", "c9"), "--by NAME"),
        (("plan", "--set", "kenya", "colour=red"), "is no setting"),
        (("plan", "--set", "kenya", "due=soon"), "is not a date"),
        (("plan", "--set", "kenya", "words=many"), "words"),
        (("plan", "--set", "xx", "words=5"), "has no article “xx”"),
        (("translated", "kenya", "--of", "kenya"), "itself"),
        (("tags", "--confirm", "mali", "8", "--by", "A"), "has no article"),
    ],
)
def test_bad_input_gets_one_sentence(words, sentence, run, path):
    command, *rest = words
    assert sentence in refusal(run("edition", command, path, *rest))


def test_a_broken_side_file_is_told_with_its_place(run, path):
    (path / "plan.yml").write_text("01-kenya: {due: soon}\n", encoding="utf-8")
    assert "plan.yml: tasks.01-kenya.due" in refusal(run("edition", "plan", path))


def test_the_plan_tells_who_owes_what_by_when(run, path):
    settings_ = [
        ("kenya", "words=600"),
        ("kenya", "owes=pictures"),
        ("kenya", "who=Anna"),
        ("kenya", "due=2026-11-01"),
        ("TG", "due=2027-01-31"),
    ]
    result = run("edition", "plan", path, *[part for pair in settings_ for part in ("--set", *pair)], "--as-of", DAY)
    assert result.exit_code == 0
    assert "9 of 600 words · Anna owes pictures · by 1 November 2026, which is over" in " ".join(result.stdout.split())
    assert "TG awaited Togo by 31 January 2027" in " ".join(result.stdout.split())
    kenya, togo = json.loads(run("edition", "plan", path, "--format", "json", "--as-of", DAY).stdout)
    assert (kenya["planned"], kenya["late"], togo["member"], togo["late"]) == (600, True, "TG", False)
    assert run("edition", "plan", path, "--set", "kenya", "owes=", "--set", "kenya", "due=").exit_code == 0
    assert workplan.read(path)["01-kenya"].model_dump(exclude_none=True) == {"words": 600, "who": "Anna"}


def test_a_translation_is_flagged_when_its_source_changes(lay, run, members):
    path = lay(KENYA, ("02-kenya-fr", {"member": "KE", "title": "Une ligne", "language": "fr"}, "Texte."))
    assert run("edition", "translated", path, "02-kenya-fr", "--of", "01-kenya").exit_code == 0

    def found():
        from datetime import date

        told = checking.check(read(path), members, phrases("en"), date(2026, 11, 23))
        return [each.term for each in told if each.rule == "translation-behind"]

    assert ([row.pair for row in workplan.rows(read(path))], found()) == (["none", "in-step"], [])
    change(path)
    assert (workplan.rows(read(path))[1].pair, found()) == ("behind", ["01-kenya"])
    assert "translates 01-kenya, which has changed since" in run("edition", "plan", path).stdout
    run("edition", "translated", path, "02-kenya-fr", "--of", "01-kenya")
    assert found() == []


@pytest.mark.parametrize(("language", "name"), [("en", "Kenya"), ("fr", "Kenya")])
def test_the_skeleton_names_members_topics_and_abbreviations(language, name, run, path):
    text = run("edition", "skeleton", path, "--lang", language).stdout
    say = phrases(language)
    assert text.startswith(f"# {say('desk.editorial')}\n")
    assert name in text
    assert f"1. {name}{say('colon')}A hotline" in text
    assert "- ED: Ethics Division" in text
    assert say("desk.write_here") in text


def test_the_skeleton_is_not_written_over_a_file(run, path, tmp_path):
    (tmp_path / "e.md").write_text("Mine.", encoding="utf-8")
    assert "there is such a file already" in refusal(run("edition", "skeleton", path, "-o", tmp_path / "e.md"))
