"""Practice records: one file for each practice, front matter and two tellings of what was done."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from kb.base.errors import Fault
from kb.base.folding import words
from kb.base.interface import Refusal
from kb.base.vocabulary import (
    NOT_STATED,
    ElementId,
    EvidenceStrength,
    Filled,
    MemberCode,
    Model,
    NotStated,
    PracticeType,
    Slug,
    Status,
    Text,
    Words,
    factor_of,
)
from kb.base.wrong import WrongValueError
from kb.library.content import Date, Period, before, name_of, parse, read_front_matter

YEARS = 3  # after which a practice is marked as old, and its Member asked whether it still holds
REWRITE = "TO BE REWRITTEN"  # stands in what a program has drafted; the checker refuses a record with it
HEADINGS = {"en": "# What was done", "fr": "# Ce qui a été fait"}


class Result(Model):
    """One result with the period its figures are for."""

    text: Text
    period: Period | NotStated


class Source(Model):
    """Where the practice was told: an edition of the newsletter and an article in it, or a text of references.yml."""

    edition: int | None = None
    article: Slug | None = None
    reference: Slug | None = None

    @model_validator(mode="after")
    def _is_one_place(self) -> "Source":
        if (self.edition is None, self.article is None) != (self.reference is not None,) * 2:
            raise WrongValueError("no_source")
        return self


class Confirmation(Model):
    """That a practice still holds: who said so, and on which day."""

    date: Date
    by: Filled


class Practice(Model):
    """One thing that another administration could copy; a field its source is silent on says so."""

    id: Slug
    title: Text
    members: Annotated[tuple[MemberCode, ...], Field(min_length=1)]
    elements: Annotated[tuple[ElementId, ...], Field(min_length=1)]
    type: PracticeType
    summary: Text
    problem: Text | NotStated
    results: tuple[Result, ...] | NotStated
    evidence: EvidenceStrength
    lessons: Text | NotStated
    start: Date | NotStated
    end: Date | NotStated
    status: Status
    stakeholders: Words | NotStated = NOT_STATED
    gender: Text | NotStated = NOT_STATED
    cost: Text | NotStated = NOT_STATED
    contact: Filled | NotStated = NOT_STATED
    instruments: tuple[Slug, ...] = ()
    keywords: Words = Words()
    related: tuple[Slug, ...] = ()
    formerly: tuple[Slug, ...] = ()
    action: Annotated[str, StringConstraints(pattern=r"^a[1-9][0-9]{0,4}$")] | None = None  # of the plan it came from
    confirmed: Confirmation | None = None
    reported: Date  # when its source told of it: what it says of the practice held then
    source: Source
    further: tuple[Slug, ...] = ()  # of references.yml: what corrections and additions to the source rest on
    last_checked: Date  # the day on which the record was last compared with its source
    done: Text

    @property
    def factors(self) -> tuple[int, ...]:
        """The key factors that the practice serves, in the order of its elements."""
        return tuple(dict.fromkeys(factor_of(element) for element in self.elements))

    @property
    def year(self) -> int:
        """The year in which it was reported."""
        return int(self.reported[:4])

    @property
    def last_known(self) -> str:
        """The last day for which it is known to have held."""
        return self.confirmed.date if self.confirmed else self.reported

    def aged(self, day: str) -> bool:
        """Whether nobody has told of it for more than three years by *day* (YYYY-MM-DD)."""
        return before(self.last_known, f"{int(day[:4]) - YEARS}{day[4:]}")


def read(root: Path, path: Path, faults: list[Fault]) -> Practice | None:
    """Read one record; faults of form go to *faults*. Raises ContentError if it is not readable at all."""
    file = name_of(root, path)
    data, body = read_front_matter(root, path)
    before = len(faults)
    done = _tellings(body)
    if "en" not in done:
        faults.append(
            Fault(file, "body", f"lacks the part “{HEADINGS['en']}”", "write that heading and what was done under it")
        )
        done = {"en": "…"}
    if isinstance(data, dict) and "done" in data:
        faults.append(Fault(file, "done", "is not a field here", "tell what was done in the body of the file"))
    practice = parse(Practice, {**data, "done": done} if isinstance(data, dict) else data, file, faults)
    if practice is not None and practice.id != path.stem:
        if path.with_name(f"{practice.id}.md").exists():
            faults.append(
                Fault(file, "id", f"“{practice.id}” is the id of {practice.id}.md already", f"use {path.stem}")
            )
        else:
            faults.append(
                Fault(file, "id", f"“{practice.id}” differs from the file's name", f"use {path.stem} in both")
            )
    return practice if len(faults) == before else None


def slug(text: str) -> str:
    """A text as an id: its first folded words, joined by hyphens."""
    return "-".join(words(text))[:60].strip("-")


def free_id(root: Path, answer: str) -> str:
    """The id that an answer gives. Raises ArushaError if it gives none, or one that a record has."""
    key = slug(answer)
    if not key or not key.isascii() or "_" in key:
        raise Refusal("library.no_id", answer=answer)
    if (root / "practices" / f"{key}.md").exists():
        raise Refusal("library.record_there", id=key)
    return key


def skeleton(
    key: str,
    title: str,
    member: str,
    elements: Sequence[str],
    kind: PracticeType,
    source: Source,
    reported: str | None,
    day: str,
) -> str:
    """The text of a new record with what is known so far; the rest says `not_stated` or `…` for its writer to replace."""
    told = f'"{reported or "…"}"'
    fields = f"""\
id: {key}
title:
  en: {json.dumps(title, ensure_ascii=False)} # a line “fr: …” below each line “en: …” gives the French, as soon as there is one
members: [{member}]
elements: [{", ".join(elements)}]
type: {kind}
summary:
  en: "…" # one or two sentences that a reader scans in a list
problem: not_stated # a text stands as in summary: en, and fr if you have it
results: not_stated # a list, each with the period its figures are for: [{{text: {{en: "…"}}, period: "2018/2019"}}]
evidence: claimed # figures, if the source gives figures of results; verified, if somebody independent checked them
lessons: not_stated
start: not_stated # "2018", "2018-09" or "2018-09-28"
end: not_stated
status: not_stated # planned, running or ended
stakeholders: not_stated # those who took part, as lists: {{en: [], fr: []}}
gender: not_stated # what it means for women and for men
cost: not_stated # what it took: money, people, time
contact: not_stated # an office that readers may write to; a person only with that person's consent
instruments: [] # ids of content/instruments/ that it leans on, such as iso-37001
keywords:
  en: ["…"] # words that a searching officer might type and that are not in the text; [] if there are none
related: [] # ids of practices that are close to it
reported: {told} # when the source told of it
source: {{edition: {source.edition}, article: {source.article}}}
further: [] # ids of references.yml that corrections to the source rest on
last_checked: "{day}"
"""
    return f"---\n{fields}---\n\n{HEADINGS['en']}\n\n…\n"


def _tellings(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    language: str | None = None
    lines: list[str] = []
    for line in [*body.splitlines(), *HEADINGS.values()]:
        heading = next((code for code, text in HEADINGS.items() if re.fullmatch(re.escape(text) + r"\s*", line)), None)
        if heading is None:
            lines.append(line)
            continue
        if language and (text := "\n".join(lines).strip()):
            found.setdefault(language, text)
        language, lines = heading, []
    return found
