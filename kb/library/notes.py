"""What changed from version to version of the question bank, in words: the notes that go with an upgrade."""

from collections.abc import Container
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from kb.base.errors import ContentError, Fault
from kb.base.vocabulary import Model, QuestionId, Text
from kb.library.content import Date, parse, read_yaml

FILE = "questionnaires/self-assessment/notes.yml"


class Note(Model):
    """One version of the bank, its day, what changed in it, and the questions it no longer has."""

    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+$")]
    date: Date
    text: Text
    removed: tuple[QuestionId, ...] = ()


class _File(Model):
    versions: Annotated[tuple[Note, ...], Field(min_length=1)]


def read(root: Path, faults: list[Fault]) -> tuple[Note, ...]:
    """The notes of all versions, earliest first; faults of the file go to *faults*."""
    try:
        file = parse(_File, read_yaml(root, root / FILE), FILE, faults)
    except ContentError as error:
        faults.append(error.fault)
        return ()
    if file is None:
        return ()
    numbers = [numbered(note.version) for note in file.versions]
    faults.extend(
        Fault(
            FILE,
            after.version,
            "does not come after the version before it",
            "put the versions in their order, each once",
        )
        for number, follows, after in zip(numbers, numbers[1:], file.versions[1:], strict=False)
        if follows <= number
    )
    return file.versions


def lacking(notes: tuple[Note, ...], version: str) -> list[Fault]:
    """The fault of a version without a note."""
    if any(note.version == version for note in notes):
        return []
    return [Fault(FILE, version, "has no note", "say in words what changed in this version of the questions")]


def given_again(notes: tuple[Note, ...], asked: Container[str]) -> list[Fault]:
    """The faults of questions that carry the id of a removed one."""
    return [
        Fault(FILE, question, f"was removed in {note.version}, but is asked", "give the question the next free number")
        for note in notes
        for question in note.removed
        if question in asked
    ]


def between(notes: tuple[Note, ...], before: str, after: str) -> list[Note]:
    """The notes of the versions after *before* up to *after*."""
    return [note for note in notes if numbered(before) < numbered(note.version) <= numbered(after)]


def numbered(version: str) -> tuple[int, ...]:
    """A version as its numbers: 1.10 comes after 1.9."""
    return tuple(int(part) for part in version.split("."))
