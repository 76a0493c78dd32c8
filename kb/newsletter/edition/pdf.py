"""The printed edition: articles in two columns that end level on their last page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

from kb.base.interface import Phrases
from kb.newsletter.edition.issue import Issue
from kb.press.typst import SIZES, Paper, data_of, typesetter

_TOP, _BOTTOM, _LINE = 25.0, 22.0, 5.0  # mm: the margins of edition.typ and a line of its text
_ASIDE = 20.0  # mm: what starts farther to the right than that is in the second column
_LITTLE = 0.25  # of a column, for each page before
TEMPLATE = files("kb.newsletter.edition").joinpath("edition.typ")
Place = dict[str, Any]


def render(issue: Issue, say: Phrases, paper: Paper = "a4") -> bytes:
    """The edition as PDF. Raises ArushaError for an image that cannot be read, or a letter for which there is no font."""
    with typesetter(TEMPLATE, issue.day, issue.images) as setter:
        data = _data(issue, say, paper)
        articles, height = data["sections"], SIZES[paper][1]
        places = _by_article(setter.places(data, "<place>"))
        if overflowing := [at for at, marks in places.items() if _overflows(marks, height)]:
            for at in overflowing:
                articles[at]["tight"] = True
            places = _by_article(setter.places(data, "<place>"))
        for at, marks in places.items():
            articles[at]["turn"] = _turn(marks, articles[at]["body"]["blocks"], height)
        return setter.pdf(data)


def cover(issue: Issue, say: Phrases) -> bytes:
    """The cover as a picture (PNG, 1240 by 1754 pixels)."""
    with typesetter(TEMPLATE, issue.day, issue.images) as setter:
        return setter.cover(_data(issue, say, "a4") | {"sections": []})


def _data(issue: Issue, say: Phrases, paper: Paper) -> dict[str, Any]:
    labels = {name: say(f"print.{name}") for name in ("contents", "members", "disclaimer", "draft_long")}
    data = data_of(issue, labels | {"draft": say("print.draft").upper()}, paper)
    for article in data["sections"]:
        article |= {"turn": -1, "tight": False}
    return data | {"members": issue.members, "lead": issue.sections[0].teaser if issue.sections else ""}


def _by_article(places: Iterable[Place]) -> dict[int, list[Place]]:
    """The places of each article's blocks, and its end, in order."""
    found: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        found[place["article"]].append(place)
    return found


def _left(marks: Sequence[Place]) -> float:
    """Where the second column is sure to have begun."""
    left: float = min(mark["x"] for mark in marks) + _ASIDE
    return left


def _overflows(marks: Sequence[Place], height: float) -> bool:
    """Whether only a little of an article stands on its last page, so that a tighter setting saves a page."""
    end, pages = marks[-1], marks[-1]["page"] - marks[0]["page"]
    little = (height - _TOP - _BOTTOM) * _LITTLE * pages
    return bool(pages > 0 and end["x"] <= _left(marks) and end["y"] - _TOP < little)


def _turn(marks: Sequence[Place], blocks: Sequence[Place], height: float) -> int:
    """The block before which the second column of the last page begins, so that both end level; -1 where none does better."""
    end, left = marks[-1], _left(marks)
    top = marks[0]["y"] if marks[0]["page"] == end["page"] else _TOP
    column = height - _BOTTOM - top

    def run(mark: Place) -> float:  # the place on the page as if its two columns were one
        return float(mark["y"] - top + (0 if mark["x"] <= left else column))

    total = run(end)
    choices = [
        (max(run(mark), total - run(mark)), mark["at"])
        for mark in marks[:-1]
        if mark["page"] == end["page"] and mark["x"] <= left and run(mark) > 0 and not _follows_heading(mark, blocks)
    ]
    best, at = min(choices, default=(total, -1))
    return at if best + 2 * _LINE < min(total, column) else -1


def _follows_heading(mark: Place, blocks: Sequence[Place]) -> bool:
    return bool(mark["at"] and blocks[mark["at"] - 1]["kind"] == "heading")
