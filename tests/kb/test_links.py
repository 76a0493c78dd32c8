"""Links are judged in the rendered tree, and the checker's judgement of a text holds for the page that the text stands on."""

from dataclasses import replace
from random import Random

import markdown
import pytest
from mkdocs.config import load_config

from kb.base.interface import phrases
from kb.base.links import EXTENSIONS, Judge, is_allowed, refused
from kb.base.markdown_text import dangers
from kb.base.places import project_folder
from kb.base.vocabulary import Text
from kb.library.knowledge import Knowledge
from kb.site.pages import make

ADDRESSES = {
    "https://ok.example/a": (True, True),
    "HTTP://ok.example": (True, True),
    "mailto:a@ok.example": (True, True),
    "https&colon;//ok.example": (True, True),
    "../practices/a.html#done": (False, True),
    "#done": (False, True),
    "/kb/": (False, True),
    "": (False, True),
    "//other.example/": (False, False),
    "/\\other.example/": (False, False),
    "\\\\other.example\\share": (False, False),
    "/\t/other.example/": (False, False),
    "javascript:alert(1)": (False, False),
    "\x01 JavaScript:alert(1)": (False, False),
    "java\nscript:alert(1)": (False, False),
    "java&Tab;script&colon;alert(1)": (False, False),
    "&#106avascript:alert(1)": (False, False),
    "data:text/html,x": (False, False),
    "vbscript:x": (False, False),
    "file://localhost/etc/passwd": (False, False),
    "blob:https://ok.example/x": (False, False),
    "tel:123": (False, False),
}


@pytest.mark.parametrize("target", ADDRESSES)
def test_only_addresses_of_the_web_and_of_mail_are_allowed_and_within_the_site_places_on_it(target: str) -> None:
    assert (is_allowed(target), is_allowed(target, within=True)) == ADDRESSES[target]


def test_checker_and_site_read_markdown_in_the_same_way() -> None:
    assert set(EXTENSIONS) == set(load_config(str(project_folder() / "mkdocs.yml")).markdown_extensions)


def test_a_judge_takes_out_what_it_refuses_and_keeps_the_rest() -> None:
    judge = Judge(within=True)
    text = "[a](javascript:x){ title=t } [b](c.md){ .door x/onclick=1 } *d*{ onclick=alert(1) HREF=data:x }"
    html = markdown.markdown(text, extensions=[*EXTENSIONS, judge])
    assert html == '<p><a title="t">a</a> <a class="door" href="c.md">b</a> <em>d</em></p>'
    assert judge.refused == ["javascript:x", "1", "alert(1)", "data:x"]


def test_a_definition_is_refused_whether_or_not_its_own_text_uses_it() -> None:
    assert refused("> [x]: javascript:a\n\n- [y]: http://ok.example/") == ["javascript:a"]


def test_deep_nesting_is_a_fault_and_no_traceback() -> None:
    for text in ("- " * 2000 + "[a", "> " * 2000 + "[a", "\n".join(" " * 4 * n + "- [a" for n in range(200))):
        assert any("more than 15 levels" in danger for danger in dangers(text))


TEXTS = ("title", "problem", "done", "lessons", "gender")
PIECES = [
    "[a](javascript:x)", "[a](https://ok.example/)", "[r]", "[r][]", "[t][r]", "[r]: javascript:x", "[r]: https://ok.example/",
    "[s]:", "javascript:x", "\n", "\n\n", "    ", "> ", "- ", "1. ", ": ", "Term\n: ", "!!! note\n    ", "```", "~~~", "```\n",
    "`", "<b>", "</b>", "<", ">", "{", "}", "![", "](", ")", "\\", "\x02", "\x03", "\r", "&#91;", "| a | b |\n| - | - |\n", "# ",
    "word", "*", "_", "&lt;", "<!--", "-->", "<div markdown>", "</div>", "<?", "\t",
]  # fmt: skip


def test_no_page_of_texts_that_the_checker_takes_holds_what_a_page_may_not(knowledge: Knowledge) -> None:
    """However a record's texts are put together: where no text alone is dangerous, the page of all of them is not either."""
    drawn = Random("arusha")
    first, texts = knowledge.practices[0], {}
    for number in range(400):
        some = ["".join(drawn.choices(PIECES, k=drawn.randint(1, 9))).strip() for _ in TEXTS]
        texts[f"drawn-{number}"] = [text if text and not dangers(text) else "word" for text in some]
    assert sum(text != "word" for some in texts.values() for text in some) > 400
    practices = [
        first.model_copy(update={"id": key, "related": (), **{n: Text(en=t) for n, t in zip(TEXTS, some, strict=True)}})
        for key, some in texts.items()
    ]
    pages = make(replace(knowledge, practices=(*knowledge.practices, *practices)), phrases("en"))
    judge = Judge(within=True)
    converter = markdown.Markdown(extensions=[*EXTENSIONS, judge])
    for key, some in texts.items():
        converter.reset().convert(pages[f"practices/{key}.md"].split("---\n", 2)[2])
        assert judge.refused == [], some
