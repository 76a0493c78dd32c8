"""Editions of the Integrity Newsletter: articles in order, activities, abbreviations."""

from functools import cached_property
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field

from kb.base import strict_yaml
from kb.base.errors import ArushaError
from kb.base.vocabulary import NOT_STATED, ArticleKind, Filled, MemberCode, Model, NotStated, Slug, Text
from kb.library.content import Date
from kb.library.references import Link


class Article(Model):
    """One article of an edition and the practices drawn from it."""

    id: Slug
    kind: ArticleKind
    member: MemberCode | None = None
    title: Text
    summary: Text
    practices: tuple[Slug, ...] = ()


class Activity(Model):
    """A session, mission, workshop, meeting or agreement that the edition reports."""

    id: Slug
    kind: Literal["session", "mission", "workshop", "meeting", "agreement", "programme"]
    title: Text
    start: Date | NotStated
    end: Date | NotStated
    place: Text | NotStated
    members: tuple[MemberCode, ...] = ()
    text: Text


class Abbreviation(Model):
    """An abbreviation of the edition's articles and what it stands for."""

    term: Filled
    expansion: Text


class Edition(Model):
    """One edition of the newsletter."""

    number: Annotated[int, Field(ge=1)]
    title: Text
    publisher: Text | Filled
    published: Date | NotStated
    reported: Date | None = None  # the latest month that it reports on, where it prints no date of its own
    original: Link | None = None
    editor: Text | Filled | None = None  # who wrote the articles that are no Member's
    note: Text
    disclaimer: Text
    articles: tuple[Article, ...]
    activities: tuple[Activity, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()

    @property
    def as_of(self) -> str | None:
        """When it came out, or the latest month that it reports on; None if neither is known."""
        return self.reported if self.published == NOT_STATED else self.published

    @cached_property
    def by_id(self) -> dict[str, Article]:
        """Articles by id."""
        return {article.id: article for article in self.articles}


def with_practice(text: str, article: str, practice: str) -> str | None:
    """The text of an edition.yml with *practice* named in *article*, else untouched; None if it cannot be put in safely."""
    try:
        wanted = strict_yaml.load(text, "edition.yml")
        (entry,) = (each for each in wanted["articles"] if each["id"] == article)
        if practice in entry.setdefault("practices", []):
            return text
        entry["practices"].append(practice)
        place, added = _insertion(text, article, practice)
        changed = text[:place] + added + text[place:]
        return changed if strict_yaml.load(changed, "edition.yml") == wanted else None
    except (ArushaError, LookupError, ValueError):
        return None


def _insertion(text: str, article: str, practice: str) -> tuple[int, str]:
    """Where in the text to name the practice, and what to put there."""
    whole: Any = yaml.compose(text, yaml.CSafeLoader)
    (articles,) = (value for key, value in whole.value if key.value == "articles")
    (fields,) = (each for each in articles.value if any((k.value, v.value) == ("id", article) for k, v in each.value))
    listed = next((value for key, value in fields.value if key.value == "practices"), None)
    if listed is None:
        return _new_line(text, fields, f"practices: [{practice}]")
    if not listed.flow_style:
        return _new_line(text, listed, f"- {practice}")
    if not listed.value:
        return listed.start_mark.index + 1, practice
    return listed.value[-1].end_mark.index, f", {practice}"


def _new_line(text: str, block: yaml.CollectionNode, line: str) -> tuple[int, str]:
    """Where a block's last line ends, and *line* as its next one."""
    last: Any = block
    while isinstance(last, yaml.CollectionNode) and not last.flow_style:
        last = last.value[-1]
        last = last[1] if isinstance(last, tuple) else last
    feed = "\r\n" if "\r\n" in text else "\n"
    place = text.find(feed, last.end_mark.index)
    return place if place >= 0 else len(text), f"{feed}{' ' * block.start_mark.column}{line}"
