"""What every command starts from: an assessment file open, what it amounts to, and the language to speak."""

import shutil
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from assessment.actions import elements_of
from assessment.events import Event
from assessment.journal import Assessment
from assessment.replay import Replay
from assessment.rounds import people
from assessment.rounds.agreeing import MAY_MOVE
from assessment.storing.journal import New
from assessment.storing.sqlite import AssessmentFile
from assessment.tables import Table
from kb.base.errors import FaultsError
from kb.base.folding import on_one_line
from kb.base.interface import Phrases, Refusal, phrases
from kb.cli import options
from kb.cli.lazy import LANGUAGE as SPOKEN
from kb.cli.options import echo_json
from kb.library import declaration
from kb.library.questionnaires import LensQuestion, Question

if TYPE_CHECKING:
    from kb.library.knowledge import Knowledge

FILE = click.Path(path_type=Path)
SCOPES = click.argument("scopes", nargs=-1, required=True, metavar="SCOPE...")
ID = click.argument("key", metavar="ID")
Scopes = tuple[str, ...]
F = TypeVar("F", bound=Callable[..., Any])
N = TypeVar("N", bound=New)
in_language = options.language("Language; the assessment’s own if not given.", default=False)
as_data = options.form("table")


def output(what: str, *, required: bool = True) -> Callable[[F], F]:
    """The option `-o`: a file or folder to write."""
    return click.option("-o", "--output", type=FILE, required=required, help=what)


def options_of(*many: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one, in their order."""

    def decorate(command: F) -> F:
        for option in reversed(many):
            command = option(command)
        return command

    return decorate


def on_file(
    name: str | None = None,
    group: click.Group | None = None,
    *,
    plan: bool = False,
    data: bool = False,
    metavar: str | None = None,
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command of a function that takes the session of the assessment file FILE, then what is on the command line.

    It has the option `--lang`, and where it shows *data* `--format`; a *plan* after its round is taken where that is said.
    """

    def command(do: Callable[..., None]) -> click.Command:
        @wraps(do)
        def run(file: Path, language: str | None, form: str = "table", **given: Any) -> None:
            with session(file, language, plan=plan, form=form) as s:
                do(s, **given)

        vars(run)["__click_params__"] = []
        for option in (in_language, as_data) if data else (in_language,):
            option(run)
        vars(run)["__click_params__"] += vars(do).get("__click_params__", [])
        click.argument("file", type=FILE, metavar=metavar)(run)
        return (group.command if group else click.command)(name)(run)

    return command


class Session:
    """An assessment file at work; *assessment* is what it amounts to after each change."""

    def __init__(self, file: AssessmentFile, language: str | None, *, plan: bool = False, form: str = "table") -> None:
        self.file, self.path, self.form = file, file.path, form
        self._replay = Replay(file, lambda: self.knowledge.bank, plan=plan)
        self.assessment = self.read()
        self.say: Phrases = options.speak(language or self.assessment.language)

    @cached_property
    def knowledge(self) -> "Knowledge":
        """The whole content, which most commands do without. Raises ContentError."""
        from kb.library.knowledge import load  # noqa: PLC0415 - takes longer than all the rest of a command

        return load()

    def read(self) -> Assessment:
        """What the file amounts to now."""
        return self._replay.assessment()

    def change(self, make: Callable[[Assessment], Sequence[N]], attached: Sequence[bytes] = ()) -> Sequence[N]:
        """Add what *make* gives for the assessment as it stands at that moment; no other process writes in between."""
        try:
            made = self._replay.change(make, attached)
        except FaultsError as error:
            raise error.of(str(self.path)) from None
        self.assessment = self.read()
        if self.file.behind:
            click.echo(f"arusha: {self.say('journal.clock', last=self.file.behind)}", err=True)
        return made

    def do(
        self, use_case: Callable[..., Sequence[Event]], *args: Any, attached: Sequence[bytes] = (), **named: Any
    ) -> Sequence[Any]:
        """Add the events that a use case gives for the assessment as it stands at that moment. Raises ArushaError."""
        return self.change(lambda assessment: use_case(assessment, *args, **named), attached)

    def factors(self) -> dict[int, str]:
        """The names of the key factors by number."""
        return factors(self.say)

    def elements(self) -> dict[str, str]:
        """The short names of the elements of each question, by its id."""
        names = {key: element.short.of(self.say.language) for key, element in declaration.load().elements.items()}
        return {each.id: " / ".join(names[key] for key in elements_of(each)) for each in self.assessment.asked}

    def show(self, data: Any, lines: Iterable[str]) -> None:
        """Print a view, of which there are the data and the *lines* for people."""
        show(self.form, data, lines)

    def commands(self, key: str, questions: Collection[str], **values: Any) -> str:
        """A phrase about some questions, folded, and below it the commands to type next, whole and with `--by` where it is needed."""
        roles = {state.value: of for state, of in MAY_MOVE.items()} | {"lead": ("facilitator",)}
        by = {
            what: f" --by {who}" if (who := people.to_name(self.assessment, *of)) else "" for what, of in roles.items()
        }
        named = {"ids": " ".join(questions), "questions": " ".join(people.scopes(self.assessment, questions))}
        head, *lines = self.say.count(key, len(questions), file=self.path, **named, **by, **values).split("\n")
        return "\n  ".join((wrapped(head), *lines))

    def tell(self, text: str, hang: int = 0) -> None:
        """Print a text folded to the width of the terminal."""
        click.echo(wrapped(text, hang))


@contextmanager
def session(path: Path, language: str | None = None, *, plan: bool = False, form: str = "table") -> Iterator[Session]:
    """Open an assessment file for one command, or a *plan* that goes on after its round."""
    with AssessmentFile.open(path) as file:
        yield Session(file, language, plan=plan, form=form)


def show(form: str, data: Any, lines: Iterable[str]) -> None:
    """Print a view in the *form* asked for: its *data* as JSON, or the *lines* for people."""
    if form == "json":
        echo_json(data)
        return
    for line in lines:
        click.echo(line)


def factors(say: Phrases) -> dict[int, str]:
    """The names of the key factors by number."""
    return {factor.number: factor.name.of(say.language) for factor in declaration.load().factors}


@contextmanager
def about(file: Path, place: str = "") -> Iterator[None]:
    """Name a file in what is refused of it, and the *place* in it of its faults."""
    try:
        yield
    except FaultsError as error:
        raise error.of(f"{file}{place}") from None
    except Refusal as refusal:
        raise refusal if "file" in refusal.values else Refusal("of_file", file=file, what=refusal) from None


def given(options: dict[str, Any]) -> dict[str, Any]:
    """What was named on the command line; lists without doubles."""
    stated = {name: value for name, value in options.items() if value not in (None, ())}
    return {name: list(dict.fromkeys(v)) if isinstance(v, tuple) else v for name, v in stated.items()}


def wrapped(text: str, hang: int = 0) -> str:
    """A text folded to the width of the terminal."""
    width = max(40, min(shutil.get_terminal_size().columns, 100))
    return textwrap.fill(text, width, subsequent_indent=" " * hang, break_on_hyphens=False)


def table(shown: Table) -> str:
    """A table as columns of text, those on the *right* ending at the same place; each text below a row under its line."""
    rows = [[" ".join(str(cell).split("\n")) for cell in row] for row in shown.rows]
    widths = [max(len(row[column]) for row in (shown.heads, *rows)) for column in range(len(shown.heads))]
    if sys.stdout.isatty() and sum(widths) + 2 * len(widths) - 2 > shutil.get_terminal_size().columns:
        return "\n".join(_stacked(shown, rows))
    sides = [">" if column in shown.right else "<" for column in range(len(widths))]

    def line(cells: Sequence[str]) -> str:
        columns = zip(cells, sides, widths, strict=True)
        return "  ".join(f"{cell:{side}{width}}" for cell, side, width in columns).rstrip()

    lines = [click.style(line(shown.heads), bold=True), *(line(row) for row in rows)]
    for number, text in enumerate(shown.below, 1):
        lines[number] += "\n" + wrapped(f"    {text}", hang=4)
    return "\n".join(lines)


def _stacked(shown: Table, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table that is too wide for the terminal: each row as a few lines, its cells after the heads of their columns."""
    colon = phrases(click.get_current_context().meta.get(SPOKEN, "en"))("colon")
    for number, (first, *cells) in enumerate(rows):
        pairs = zip(shown.heads[1:], cells, strict=True)
        told = " · ".join(f"{head}{colon}{cell}" if head else cell for head, cell in pairs if cell not in ("", "–"))
        yield click.style(wrapped(first.strip(), hang=2), bold=True)
        yield from (wrapped(f"  {text}", hang=2) for text in (told, *shown.below[number : number + 1]) if text)


def criteria(question: Question | LensQuestion, language: str) -> Iterator[str]:
    """A question and what each level asks for."""
    yield click.style(wrapped(f"{question.id}  {question.text.of(language)}"), bold=True)
    for number, level in enumerate(question.levels):
        yield wrapped(f"  {number}  {level.of(language)}", hang=5)


def asked(text: str, colon: str = ": ", *, hidden: bool = False) -> str:
    """One line typed at a prompt, cleaned; blank for Enter alone. What is typed *hidden* is not shown."""
    line = wrapped(text if text.endswith("?") else f"{text}{colon}".rstrip())
    return on_one_line(click.prompt(line, default="", show_default=False, prompt_suffix=" ", hide_input=hidden))


def sure(text: str, say: Phrases) -> bool:
    """Ask a question that takes yes or no, in either language; Enter alone is no. Raises click.Abort at the end of input."""
    yes = ("y", "yes", "o", "oui")
    while True:
        line = wrapped(f"{text} {say('yes_no')}:")
        typed = click.prompt(line, default="", show_default=False, prompt_suffix=" ", err=True)
        if (word := typed.strip().casefold()) in (*yes, "", "n", "no", "non"):
            return word in yes


def answered(ask: Callable[[], bool]) -> bool:
    """Whether a question is answered with yes, and answered at all."""
    try:
        return ask()
    except click.Abort:
        click.echo(err=True)
        return False


def is_a_terminal() -> bool:
    """Whether a person sits there."""
    return sys.stdin.isatty()
