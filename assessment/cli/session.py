"""What every command starts from: an assessment file open, what it amounts to, and the language to speak."""

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from assessment.journal import Assessment, Replay
from assessment.rounds import people
from assessment.storing.journal import Kept
from assessment.storing.sqlite import AssessmentFile
from kb.base.errors import FaultsError
from kb.base.folding import on_one_line
from kb.base.interface import Phrases
from kb.cli import options
from kb.library.knowledge import Knowledge, load
from kb.library.questionnaires import LensQuestion, Question

FILE = click.Path(path_type=Path)
UseCase = Callable[..., Sequence[Kept]]
F = TypeVar("F", bound=Callable[..., Any])


def in_language(command: F) -> F:
    """Give a command the option `--lang`."""
    return options.language("Language; the assessment’s own if not given.", default=False)(command)


def as_data(command: F) -> F:
    """Give a command the option `--format`."""
    return options.form("table")(command)


class Session:
    """An assessment file at work; *assessment* is what it amounts to after each change."""

    def __init__(self, file: AssessmentFile, knowledge: Knowledge, language: str | None, *, plan: bool = False) -> None:
        self.file, self.knowledge = file, knowledge
        self._replay = Replay(file, knowledge.bank, plan=plan)
        self.assessment = self.read()
        self.say: Phrases = options.speak(language or self.assessment.language)

    def read(self) -> Assessment:
        """What the file amounts to now."""
        return self._replay.assessment()

    def append(self, entries: Sequence[Kept], attached: Sequence[bytes] = ()) -> None:
        """Add entries, and say so if the clock stood before the last one."""
        self.change(lambda _: entries, attached)

    def change(self, make: Callable[[Assessment], Sequence[Kept]], attached: Sequence[bytes] = ()) -> Sequence[Kept]:
        """Add what *make* gives for the assessment as it stands at that moment; no other process writes in between."""
        try:
            made = self._replay.change(make, attached)
        except FaultsError as error:
            raise error.of(str(self.file.path)) from None
        self.assessment = self.read()
        if self.file.behind:
            click.echo(f"arusha: {self.say('journal.clock', last=self.file.behind)}", err=True)
        return made

    def do(self, use_case: UseCase, *args: Any, attached: Sequence[bytes] = (), **named: Any) -> "Sequence[Kept]":
        """Add the entries that a use case gives for the assessment as it stands at that moment. Raises ArushaError."""
        return self.change(lambda assessment: use_case(assessment, *args, **named), attached)

    def questions(self, scopes: Sequence[str]) -> list[Question | LensQuestion]:
        """The questions of key factors (`8`), elements (`8.d`) or questions (`8.d.1`); all for none. Raises Refusal."""
        return people.asked(self.assessment, scopes)


@contextmanager
def session(path: Path, language: str | None = None, *, plan: bool = False) -> Iterator[Session]:
    """Open an assessment file for one command, or a *plan* that goes on after its round."""
    with AssessmentFile.open(path) as file:
        yield Session(file, load(), language, plan=plan)


def wrapped(text: str, hang: int = 0) -> str:
    """A text folded to the width of the terminal."""
    width = max(40, min(shutil.get_terminal_size().columns, 100))
    return textwrap.fill(text, width, subsequent_indent=" " * hang, break_on_hyphens=False)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Rows as columns of text; the columns numbered in *right* end at the same place."""
    rows = [[" ".join(str(cell).split("\n")) for cell in row] for row in rows]
    widths = [max(len(str(row[column])) for row in (heads, *rows)) for column in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            f"{cell:>{width}}" if column in right else f"{cell:<{width}}"
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(padded).rstrip()

    return "\n".join([click.style(line(heads), bold=True), *(line(row) for row in rows)])


def asked(text: str, colon: str = ": ", *, hidden: bool = False) -> str:
    """One line typed at a prompt, cleaned; blank for Enter alone. What is typed *hidden* is not shown."""
    suffix = " " if text.endswith("?") else colon
    return on_one_line(click.prompt(text, default="", show_default=False, prompt_suffix=suffix, hide_input=hidden))


def sure(text: str, say: Phrases) -> bool:
    """Ask a question that takes yes or no, in either language; Enter alone is no. Raises click.Abort at the end of input."""
    yes = ("y", "yes", "o", "oui")
    while True:
        typed = click.prompt(f"{text} {say('yes_no')}", default="", show_default=False, prompt_suffix=": ", err=True)
        if (word := typed.strip().casefold()) in (*yes, "", "n", "no", "non"):
            return word in yes


def is_a_terminal() -> bool:
    """Whether a person sits there."""
    return sys.stdin.isatty()
