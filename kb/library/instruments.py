"""Instruments that practices lean on: declarations, guides, surveys, standards."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field

from kb.base.errors import Fault
from kb.base.vocabulary import Filled, Model, Slug, Text
from kb.library.content import Date, name_of, parse, read_front_matter
from kb.library.references import Link

_HEADINGS = re.compile(r"^# (What it is|Ce que c’est)\s*$", re.M)


class Instrument(Model):
    """One instrument: what it is, in a few facts."""

    id: Slug
    abbreviation: Filled | None = None
    name: Text
    issuer: Text
    kind: Filled
    year: Filled
    factors: tuple[Annotated[int, Field(ge=1, le=10)], ...] = ()
    summary: Text
    sources: tuple[Link, ...] = ()
    last_checked: Date
    description: Text


def read(root: Path, path: Path, faults: list[Fault]) -> Instrument | None:
    """Read one instrument; faults of form go to *faults*. Raises ContentError if it is not readable at all."""
    file = name_of(root, path)
    data, body = read_front_matter(root, path)
    parts = _HEADINGS.split(body)
    told = {
        ("en" if name == "What it is" else "fr"): text.strip()
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }
    if not told.get("en"):
        faults.append(Fault(file, "body", "lacks the part “# What it is”", "write that heading and the facts under it"))
        return None
    if not isinstance(data, dict):
        return parse(Instrument, data, file, faults)
    if isinstance(data.get("year"), int):
        data["year"] = str(data["year"])
    instrument = parse(Instrument, {**data, "description": told}, file, faults)
    if instrument is not None and instrument.id != path.stem:
        faults.append(Fault(file, "id", f"“{instrument.id}” differs from the file's name", f"use {path.stem} in both"))
        return None
    return instrument
