"""Every page of ours says what may run on it: its own scripts by their hashes, and nothing else."""

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kb.base import policy
from kb.base.interface import phrases
from kb.library.knowledge import Knowledge
from kb.site.pages import moved


class Seen(HTMLParser):
    """The policy of a page, where it stands, and all that it rules."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.before: list[str] = []  # the tags before the policy
        self.policies: list[dict[str, list[str]]] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.attributes: set[str] = set()
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if found.get("http-equiv") == "Content-Security-Policy":
            parts = [part.split() for part in found["content"].split(";")]
            self.policies.append({part[0]: part[1:] for part in parts})
        elif not self.policies:
            self.before.append(tag)
        self.attributes |= found.keys()
        self._open = tag if tag in self.inline and "src" not in found and "type" not in found else ""

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.inline[self._open].append(data)


def hashes(texts: list[str]) -> set[str]:
    return {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts}


def test_every_page_of_the_site_has_one_policy_before_all_that_it_rules(site: Path) -> None:
    """In both languages; no script is let in but those of the site's files and, by their hashes, those in the page."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 600
    for path in pages:
        seen = Seen(path.read_text(encoding="utf-8"))
        (rules,) = seen.policies
        assert seen.before == ["html", "head", "meta"], path
        assert rules["default-src"] == rules["base-uri"] == ["'none'"]
        assert set(rules["script-src"]) == {"'self'"} | hashes(seen.inline["script"]), path
        assert rules["style-src"] == rules["connect-src"] == rules["form-action"] == ["'self'"]
        assert rules["img-src"] == ["'self'", "data:"]
        assert seen.inline["style"] == []
        assert [name for name in seen.attributes if name.startswith("on") or name == "style"] == [], path


def test_a_script_in_what_a_page_shows_is_none_of_the_page_s_own() -> None:
    content = "<p>told</p><script>alert(1)</script>"
    page = f'<html><head><meta charset="utf-8"></head><body><script>own()</script>{content}</body></html>'
    (rules,) = Seen(policy.for_site(page, content)).policies
    assert set(rules["script-src"]) == {"'self'"} | hashes(["own()"])
    with pytest.raises(ValueError, match="content of a page"):
        policy.for_site(page, "something else")


def test_a_page_of_its_own_runs_nothing_and_has_the_styles_of_its_head() -> None:
    page = '<html><head><meta charset="utf-8"><style>b{}</style></head><body><style>i{}</style></body></html>'
    (rules,) = Seen(policy.for_one_page(page)).policies
    assert set(rules["style-src"]) == hashes(["b{}"])
    assert "script-src" not in rules
    assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == ["'none'"]


def test_a_page_that_cannot_carry_a_policy_is_not_made() -> None:
    with pytest.raises(ValueError, match="lacks <meta charset"):
        policy.for_one_page("<html><head></head></html>")


def test_a_moved_page_carries_one(knowledge: Knowledge) -> None:
    practice = knowledge.practices[0].model_copy(update={"formerly": ("xx-first",)})
    (page,) = moved(replace(knowledge, practices=(practice,)), phrases("en")).values()
    (rules,) = Seen(page).policies
    assert rules["style-src"] == ["'none'"]
