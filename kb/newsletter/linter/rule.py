"""What a check has before it: the edition as text with its lines, the list of abbreviations, the Members, the day."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from kb.base.vocabulary import ArticleKind
from kb.library.members import Members
from kb.newsletter.folder import MARK, EditionFolder
from kb.newsletter.linter.terms import Terms
from kb.newsletter.linter.terms import read as read_terms
from kb.newsletter.prose import Passage
from kb.newsletter.sheets import Entry, Place, Sheet, file_text, front_matter, nearest, places


class Severity(StrEnum):
    """How much a finding matters: an error must go before publishing, a warning should, a note is for thought."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Violation:
    """What a rule found and where; *values* fill the places of the rule's phrases."""

    file: str
    line: int
    term: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def at(cls, sheet: Sheet, passage: Passage, match: re.Match[str], **values: object) -> "Violation":
        """What a pattern has found in a passage."""
        return cls(sheet.file, passage.line_of(match.start()), match[0].strip(), values)


@dataclass(frozen=True)
class EditionText:
    """An edition laid out for the rules; *as_of* is the day on which consents must be good."""

    folder: EditionFolder
    members: Members
    as_of: date

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The articles in order, without the printed list of abbreviations, which `edition.yml` holds."""
        return tuple(
            Sheet(article, self.folder.language_of(article), places(front_matter(self.folder.path / article.file), 1))
            for article in self.folder.articles
            if article.head.kind != ArticleKind.ABBREVIATIONS
        )

    @property
    def language(self) -> str:
        """The language of the edition."""
        return str(self.folder.head.language)

    @cached_property
    def places(self) -> Mapping[Place, int]:
        """The lines of the fields of `edition.yml`."""
        return places(file_text(self.folder.path / MARK))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The list of abbreviations in its order."""
        return tuple(
            Entry(each.term, each.expansion, self.line_of("abbreviations", at))
            for at, each in enumerate(self.folder.head.abbreviations)
        )

    @cached_property
    def terms(self) -> Terms:
        """The abbreviations of the list and of the text: where each is defined and used."""
        return read_terms(self.sheets, self.entries)

    def line_of(self, *place: str | int) -> int:
        """The line of a field of `edition.yml`, or of the nearest field around it."""
        return nearest(self.places, place)


Look = Callable[[EditionText], Iterator[Violation]]


@dataclass(frozen=True)
class Rule:
    """A rule of the house: what it is called, how much it matters and the function that looks."""

    id: str
    severity: Severity
    look: Look


RULES: dict[str, Rule] = {}


def rule(name: str, severity: Severity) -> Callable[[Look], Look]:
    """Register a function as the rule *name*."""

    def register(look: Look) -> Look:
        RULES[name] = Rule(name, severity, look)
        return look

    return register
