"""The articles of an edition as its checks read them: language, passages, and the lines of their fields."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from kb.base.vocabulary import ArticleKind
from kb.newsletter.folder import Article
from kb.newsletter.prose import Passage, passages
from kb.press.commonmark import Kind

Place = tuple[str | int, ...]
_FRONT = re.compile(r"\A\ufeff?---\r?\n(.*?)^---", re.S | re.M)


@dataclass(frozen=True)
class Entry:
    """One line of the printed list of abbreviations and its line in `edition.yml`."""

    term: str
    expansion: str
    line: int


@dataclass(frozen=True)
class Sheet:
    """One article as the rules read it; *places* are the lines of the front matter's fields."""

    article: Article
    language: str
    places: Mapping[Place, int]

    @property
    def file(self) -> str:
        """The article's file."""
        return self.article.file

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The title, then the passages of the body."""
        title = Passage(Kind.TITLE, self.article.head.title, self.places.get(("title",), 1), 1)
        return (title, *passages(self.article.body, self.article.first_line))

    @property
    def is_by_member(self) -> bool:
        """Whether a Member wrote it."""
        return self.article.head.kind == ArticleKind.MEMBER

    def line_of(self, *place: str | int) -> int:
        """The line of a field of the front matter, or of the nearest field around it."""
        return nearest(self.places, place)

    def find(self, pattern: re.Pattern[str], kinds: Iterable[Kind] = Kind) -> Iterator[tuple[Passage, re.Match[str]]]:
        """Every match of *pattern* in the text of the passages of *kinds*."""
        for passage in self.passages:
            if passage.kind in kinds:
                for match in pattern.finditer(passage.flat):
                    yield passage, match


def places(text: str, before: int = 0) -> dict[Place, int]:
    """The line of every field and list item of a YAML text, *before* lines down; nothing for broken YAML."""
    try:
        root = yaml.compose(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    found: dict[Place, int] = {}
    stack: list[tuple[Place, yaml.Node | None]] = [((), root)]
    pairs: list[tuple[str | int, yaml.Node, yaml.Node]]
    while stack:
        place, node = stack.pop()
        if isinstance(node, yaml.MappingNode):
            pairs = [(key.value, key, value) for key, value in node.value if isinstance(key.value, str)]
        elif isinstance(node, yaml.SequenceNode):
            pairs = [(at, value, value) for at, value in enumerate(node.value)]
        else:
            continue
        for name, marked, value in pairs:
            found[*place, name] = marked.start_mark.line + 1 + before
            stack.append(((*place, name), value))
    return found


def nearest(known: Mapping[Place, int], place: Place) -> int:
    """The line of a field, or of the nearest field around it."""
    while place and place not in known:
        place = place[:-1]
    return known.get(place, 1)


def front_matter(path: Path) -> str:
    """The front matter of a file as it is written, or nothing."""
    match = _FRONT.match(file_text(path))
    return match[1] if match else ""


def file_text(path: Path) -> str:
    """The text of a file, or nothing where there is none."""
    return path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
