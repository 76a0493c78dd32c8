"""Editions of the Integrity Newsletter: articles in order, activities, abbreviations."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from kb.content import Date
from kb.vocabulary import ArticleKind, Filled, MemberCode, Model, NotStated, Slug, Text


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
    note: Text
    disclaimer: Text
    articles: tuple[Article, ...]
    activities: tuple[Activity, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Article]:
        """Articles by id."""
        return {article.id: article for article in self.articles}
