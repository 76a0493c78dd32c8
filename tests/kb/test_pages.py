"""Pages are a pure function of what is known, whole in both languages, and no value in them becomes markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import markdown
import nh3
import pytest
import yaml
from markupsafe import escape

from kb.base.interface import phrases
from kb.base.markdown_text import dangers, harmless
from kb.base.vocabulary import Model, QuestionSide, Text, Words
from kb.library.knowledge import Knowledge
from kb.site.pages import make, navigation

EXTENSIONS = ["admonition", "attr_list", "def_list", "md_in_html", "tables", "toc", "fenced_code"]
LANGUAGES = ["en", "fr"]


@pytest.fixture(scope="module")
def english(knowledge: Knowledge) -> dict[str, str]:
    return make(knowledge, phrases("en"))


@pytest.fixture(scope="module")
def french(knowledge: Knowledge) -> dict[str, str]:
    return make(knowledge, phrases("fr"))


def parts(page: str) -> tuple[dict[str, Any], str]:
    _, front, body = page.split("---\n", 2)
    return yaml.safe_load(front), body


def test_the_same_knowledge_gives_the_same_text(knowledge: Knowledge, english: dict[str, str]) -> None:
    assert make(knowledge, phrases("en")) == english


def test_everything_known_has_its_page(knowledge: Knowledge, english: dict[str, str], french: dict[str, str]) -> None:
    expected = {
        *(f"practices/{practice.id}.md" for practice in knowledge.practices),
        *(f"factors/{number}.md" for number in range(1, 11)),
        *(f"members/{code.lower()}.md" for code in knowledge.members.by_code),
        *(f"editions/{edition.number}.md" for edition in knowledge.editions),
        *(f"instruments/{instrument.id}.md" for instrument in knowledge.instruments),
        *(f"{name}/index.md" for name in ("practices", "factors", "members", "editions", "instruments")),
    }
    assert expected <= english.keys()
    assert english.keys() == french.keys()
    assert {path for path in english if "/" not in path} >= {"index.md", "about.md"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_navigation_has_index_pages_only(english: dict[str, str], language: str) -> None:
    paths = [path for entry in navigation(phrases(language)) for path in entry.values()]
    assert len(paths) == len(set(paths)) <= 9
    assert all(path in english and ("/" not in path or path.endswith("/index.md")) for path in paths)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_title_of_its_own_and_one_main_heading(
    english: dict[str, str], french: dict[str, str], language: str
) -> None:
    titles = []
    for path, page in {"en": english, "fr": french}[language].items():
        front, body = parts(page)
        titles.append((path.split("/")[0], front["title"]))
        assert len(re.findall(r"^# ", body, re.M)) == 1, path
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_between_pages_has_its_target(
    english: dict[str, str], french: dict[str, str], language: str
) -> None:
    pages = {"en": english, "fr": french}[language]
    for path, page in pages.items():
        for target, anchor in re.findall(r"\]\((?!<?https?:)([^)#\s]*)(?:#([^)\s]+))?\)", page):
            folder = path.rpartition("/")[0]
            name = path if not target else f"{folder}/{target}".lstrip("/")
            name = re.sub(r"[^/]+/\.\./", "", name)
            assert name in pages, f"{path} leads to {target}"
            assert not anchor or f"#{anchor} " in pages[name], f"{path} leads to {target}#{anchor}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_empty_element_says_so(
    knowledge: Knowledge, english: dict[str, str], french: dict[str, str], language: str
) -> None:
    pages, sentence = {"en": english, "fr": french}[language], phrases(language)("site.empty_element")
    for factor in knowledge.declaration.factors:
        empty = [element for element in factor.elements if not knowledge.practices_of(element=element.id)]
        assert pages[f"factors/{factor.number}.md"].count(sentence) == len(empty)


def test_a_member_or_instrument_without_practice_says_so(knowledge: Knowledge, english: dict[str, str]) -> None:
    say = phrases("en")
    for code in knowledge.members.by_code:
        empty = not knowledge.practices_of(member=code)
        assert (say("site.member_none") in english[f"members/{code.lower()}.md"]) == empty
    for key in knowledge.instrument_by_id:
        empty = not knowledge.practices_of(instrument=key)
        assert (say("site.instrument_none") in english[f"instruments/{key}.md"]) == empty


def test_a_practice_stands_on_the_pages_of_its_members_elements_instruments_and_edition(
    knowledge: Knowledge, english: dict[str, str]
) -> None:
    for practice in knowledge.practices:
        link = f"](../practices/{practice.id}.md)"
        for page in [
            *(f"members/{code.lower()}" for code in practice.members),
            *(f"factors/{number}" for number in practice.factors),
            *(f"instruments/{key}" for key in practice.instruments),
            *([f"editions/{practice.source.edition}"] if practice.source.edition else []),
        ]:
            assert link in english[f"{page}.md"]


def test_what_the_source_is_silent_on_is_said(knowledge: Knowledge, english: dict[str, str]) -> None:
    silent = next(p for p in knowledge.practices if (p.problem, p.results, p.cost) == ("not_stated",) * 3)
    page = english[f"practices/{silent.id}.md"]
    told = page.partition("The source does not state ")[2].partition(".\n")[0].split(", ")
    assert {"the problem", "the cost"} <= set(told)
    assert ("lessons" in told) == (silent.lessons == "not_stated")
    assert "what came of it" in told
    assert "## Results" not in page
    assert "not_stated" not in page


def test_each_page_carries_the_date_of_the_report_and_a_mark_where_it_is_old(knowledge: Knowledge) -> None:
    for language in ("en", "fr"):
        say = phrases(language)
        pages = make(knowledge, say)
        for practice in knowledge.practices:
            page = pages[f"practices/{practice.id}.md"]
            assert page.count(say.date(practice.reported)) >= 2, practice.id
            assert (say("site.aged_long") in page) == practice.aged(knowledge.day), practice.id


def test_the_age_is_counted_from_the_last_comparison_of_any_record(knowledge: Knowledge) -> None:
    young = replace(
        knowledge,
        members=knowledge.members.model_copy(update={"as_of": "2020-01-01"}),
        practices=tuple(each.model_copy(update={"last_checked": "2020-01-01"}) for each in knowledge.practices),
    )
    assert young.day == "2020-01-01"
    assert not any(practice.aged(young.day) for practice in young.practices if practice.reported == "2019-12")


def test_each_page_leads_to_its_original_with_the_day_on_which_it_was_read(
    knowledge: Knowledge, english: dict[str, str]
) -> None:
    for practice in knowledge.practices:
        page = english[f"practices/{practice.id}.md"]
        rests = [knowledge.reference_by_id[key] for key in (practice.source.reference, *practice.further) if key]
        found = knowledge.article_of(practice)
        links = [*rests, *([found[0].original] if found and found[0].original else [])]
        assert links, practice.id
        for link in links:
            told = page.partition(f"](<{escape(link.url)}>)")[2].partition("\n")[0]
            assert f"Last read on {phrases('en').date(link.seen)}" in told, (practice.id, link.url)


def test_a_text_without_translation_says_so_on_the_french_page(knowledge: Knowledge) -> None:
    say, first = phrases("fr"), knowledge.practices[0]
    untold = first.model_copy(update={"done": Text(en=first.done.en)})
    changed = replace(knowledge, practices=(untold, *knowledge.practices[1:]))
    page = make(changed, say)[f"practices/{first.id}.md"]
    assert first.done.en in page
    assert say("untranslated") in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_stand_below_both_names_of_each_level_and_say_their_side(
    knowledge: Knowledge, english: dict[str, str], french: dict[str, str], language: str
) -> None:
    say, pages, scale = phrases(language), {"en": english, "fr": french}[language], knowledge.bank.scale
    assert scale.rule
    for name in ("about.md", "factors/7.md", "questions/gender.md"):
        for rules, practice in zip(scale.de_jure, scale.de_facto, strict=True):
            row = next(line for line in pages[name].splitlines() if line.startswith(f"| **{rules.level}** |"))
            assert row.index(str(escape(rules.name.of(language)))) < row.index(str(escape(practice.name.of(language))))
        assert str(escape(scale.rule.of(language))) in pages[name]
    heads = [line for line in pages["factors/7.md"].splitlines() if line.startswith("<summary")]
    for question, head in zip(knowledge.bank.of_factor(7), heads, strict=True):
        side = "score.law" if question.side is QuestionSide.DE_JURE else "score.practice"
        assert f"**{question.id}**" in head.replace("\\", "")
        assert head.endswith(f"<small>{say(side)}</small></summary>")


def test_french_pages_have_no_english_phrase(knowledge: Knowledge, french: dict[str, str]) -> None:
    english_say, french_say = phrases("en"), phrases("fr")
    shown = "\n".join(french.values())
    phrases_of_two_words = {
        text
        for key in english_say.keys()  # noqa: SIM118 - phrases are no mapping
        if key.startswith(("site.", "type.", "status.", "kind.", "evidence", "not_stated"))
        and (text := english_say(key)) != french_say(key)
        and " " in text
        and "{" not in text
    }
    assert len(phrases_of_two_words) > 50
    assert [text for text in phrases_of_two_words if text in shown] == []
    assert french_say("untranslated") not in shown


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden -->",
    "&lt;b&gt; &amp;",
    "*a* **b** _c_ __d__",
    "`code` ``more``",
    "[a](javascript:alert(1)) ![i](x)",
    "[ref]: https://example.org",
    "<https://example.org>",
    "a | b || c",
    "# head",
    "## head ##",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "100. item",
    "> quote",
    "!!! note",
    "{ .evil onclick=alert(1) }",
    "word { .evil onclick=alert(1) }",
    "{: onclick=alert(1) }",
    ": term",
    "=====",
    "-----",
    "***",
    "~~~ python",
    "back\\slash\\",
    "quote \" and ' end",
    "two\n\n# lines",
    "{{ 7 * 7 }} {% raw %}",
]
BODIES = {"problem", "done", "lessons", "gender", "description"}  # written as Markdown


def respelt(value: Any, word: str) -> Any:
    """The same record with *word* for every plain text in it."""
    if isinstance(value, Text):
        return Text(en=word, fr=word)
    if isinstance(value, Words):
        return Words(en=(word,), fr=(word,)) if value.en else value
    if isinstance(value, Model):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        new = {name: old if name in BODIES else respelt(old, word) for name, old in fields.items()}
        return type(value).model_construct(**new)
    if isinstance(value, tuple):
        return tuple(respelt(part, word) for part in value)
    return value


def small(knowledge: Knowledge, word: str) -> Knowledge:
    """One practice and what belongs to it, every plain text *word*."""
    practice = knowledge.practice_by_id["ec-anti-bribery-system"]
    few = practice.model_copy(update={"related": (), "cost": Text(en="x", fr="x"), "elements": ("1.a", "1.b")})
    edition = knowledge.edition_by_number[16]
    article = edition.by_id["ecuador"].model_copy(update={"practices": (practice.id,)})
    member = knowledge.members.by_code["EC"]
    return replace(
        knowledge,
        declaration=respelt(
            knowledge.declaration.model_copy(update={"factors": knowledge.declaration.factors[:1]}), word
        ),
        members=respelt(knowledge.members.model_copy(update={"members": (member,)}), word),
        bank=respelt(knowledge.bank.model_copy(update={"questions": knowledge.bank.questions[:2]}), word),
        practices=(respelt(few, word),),
        editions=(respelt(edition.model_copy(update={"articles": (article,), "activities": ()}), word),),
        instruments=(respelt(knowledge.instrument_by_id["iso-37001"], word),),
    )


class Skeleton(HTMLParser):
    """The tags of a page with the names of their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *sorted(name for name, _ in attrs)))


def skeletons(pages: dict[str, str]) -> dict[str, list[tuple[str, ...]]]:
    return {
        path: Skeleton(markdown.markdown(parts(page)[1], extensions=EXTENSIONS)).tags for path, page in pages.items()
    }


@pytest.fixture(scope="module")
def plain(knowledge: Knowledge) -> dict[str, list[tuple[str, ...]]]:
    return skeletons(make(small(knowledge, "plain"), phrases("en")))


@pytest.mark.parametrize("word", HOSTILE)
def test_a_value_never_becomes_markup(knowledge: Knowledge, plain: dict[str, Any], word: str) -> None:
    """A page has the same tags and attributes whatever its texts say, and its front matter holds the text as it is."""
    pages = make(small(knowledge, word), phrases("en"))
    found = skeletons(pages)
    assert [path for path in plain if found[path] != plain[path]] == []
    front, _ = parts(pages["practices/ec-anti-bribery-system.md"])
    assert (front["title"], front["description"]) == (word, word)


@pytest.mark.parametrize(
    "body",
    [
        *HOSTILE,
        "![p](http://elsewhere.example/x.png)",
        "![p][r]\n\n[r]: http://elsewhere.example/x.png",
        "<svg onload=x>",
    ],
)
def test_a_sanitiser_finds_nothing_left_in_a_body(body: str) -> None:
    """Nor does a body ask anybody for a picture, and the checker names what it held."""
    html = markdown.markdown(harmless(body), extensions=EXTENSIONS)
    tags = Skeleton(html).tags
    allowed = nh3.ALLOWED_ATTRIBUTES | {"*": {"class", "id"}}
    assert Skeleton(nh3.clean(html, link_rel=None, attributes=allowed)).tags == tags
    assert "img" not in {tag for tag, *_ in tags}
    if "![" in body or re.search(r"<[a-z!]", body):
        assert dangers(body)


def test_a_practice_without_a_french_title_is_marked_wherever_it_is_named(knowledge: Knowledge) -> None:
    say, first = phrases("fr"), knowledge.practices[0]
    untold = first.model_copy(update={"title": Text(en=first.title.en), "summary": Text(en=first.summary.en)})
    changed = make(replace(knowledge, practices=(untold, *knowledge.practices[1:])), say)
    named = {path: parts(page)[1] for path, page in changed.items() if first.title.en in parts(page)[1]}
    assert len(named) >= 5
    code = re.compile(r"^```.*?^```$", re.M | re.S)  # citations say their language themselves
    for page in named.values():
        told = code.sub("", page)
        assert told.count(first.title.en) == told.count(f'<span lang="en">{first.title.en}</span>')
    assert f'<span lang="en">{first.summary.en}' in named[f"practices/{first.id}.md"]


@pytest.mark.parametrize(
    "body", ["a <script>x</script>", "<img src=x onerror=y>", "</div><iframe src=x>", "<!-- x", "<?php"]
)
def test_raw_html_in_a_markdown_body_is_shown_and_not_obeyed(knowledge: Knowledge, body: str) -> None:
    few = small(knowledge, "plain")
    practice = few.practices[0].model_copy(update={"done": Text(en=f"{body}\n\n- **1**\n- 2")})
    page = make(replace(few, practices=(practice,)), phrases("en"))[f"practices/{practice.id}.md"]
    html = markdown.markdown(parts(page)[1], extensions=EXTENSIONS)
    tags = {tag for tag, *_ in Skeleton(html).tags}
    assert not {"script", "img", "iframe"} & tags
    assert {"ul", "li", "strong"} <= tags
    assert html.count("&lt;") == body.count("<")
