"""Options and arguments that commands share, and what they are read with."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from kb.base.interface import Phrases, phrases
from kb.base.vocabulary import Language
from kb.cli.lazy import LANGUAGE as SPOKEN

E = TypeVar("E", bound=StrEnum)
F = TypeVar("F", bound=Callable[..., Any])
Paper = Literal["a4", "letter"]
PATH = click.Path(path_type=Path)
DATE = click.DateTime(["%Y-%m-%d"])


class OneOf(click.Choice[E]):
    """A choice among the members of an enumeration, by their values."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        """The value of a member, as it is typed."""
        return str(choice)


def language(what: str, *, default: bool = True) -> Callable[[F], F]:
    """The option `--lang`: English if not given, or, without a *default*, what the command's help says."""
    usual: dict[str, Any] = {"default": Language.EN.value, "show_default": True} if default else {}
    return click.option("--lang", "language", type=OneOf(Language), callback=_speak, help=what, **usual)


def _speak(ctx: click.Context, _: click.Parameter, value: Language | None) -> Language | None:
    """Let what is refused from now on be said in the language chosen."""
    if value is not None:
        ctx.meta[SPOKEN] = value
    return value


def speak(language: str) -> Phrases:
    """The phrases of a language, in which what is refused from now on is said too."""
    click.get_current_context().meta[SPOKEN] = language
    return phrases(language)


def form(people: Literal["text", "table"] = "text") -> Callable[[F], F]:
    """The option `--format`: for *people*, or `json`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice([people, "json"]),
        default=people,
        show_default=True,
        help="For people, or JSON for programs.",
    )


def paper(what: str) -> Callable[[F], F]:
    """The option `--paper`."""
    kind = click.Choice(["a4", "letter"])
    return click.option("--paper", type=kind, default="a4", show_default=True, help=what)


LANGUAGE = language("Language of what is shown.")
FORMAT = form()
DIRECTORY = click.argument("directory", metavar="DIR", type=PATH)
DIRECTORIES = click.argument("directories", metavar="DIR...", nargs=-1, type=PATH)
ARTICLE = click.argument("article", metavar="ARTICLE")
CONTENT = click.option(
    "--content", type=PATH, envvar="ARUSHA_CONTENT", help="A content folder; this project's own if not given."
)


def day(what: str, name: str, param: str, *, usual: Callable[[], str] = str) -> Callable[[F], F]:
    """An option that is a day, which the command gets as YYYY-MM-DD; else what *usual* gives."""

    def iso(_: click.Context, __: click.Parameter, value: datetime | None) -> str:
        return value.date().isoformat() if value else usual()

    return click.option(name, param, type=DATE, callback=iso, help=what)


def by(what: str, *, required: bool = False) -> Callable[[F], F]:
    """The option `--by`: the name of a person."""
    return click.option("--by", "name", required=required, default="", metavar="NAME", callback=_stripped, help=what)


def _stripped(_: click.Context, __: click.Parameter, value: str) -> str:
    return value.strip()


def as_of(what: str) -> Callable[[F], F]:
    """The option `--as-of`: a day in place of today."""
    return day(what, "--as-of", "day", usual=lambda: datetime.now(UTC).date().isoformat())


DAY = as_of("The day that counts as today; today if not given.")


def show(form: str, data: Callable[[], dict[str, Any] | Sequence[Any]], lines: Iterable[str]) -> None:
    """Print *data* as JSON, or *lines* for people."""
    if form == "json":
        echo_json(data())
    else:
        for line in lines:
            click.echo(line)


def bold(text: str) -> str:
    """A text that stands out on a terminal."""
    return click.style(text, bold=True)


def indented(letter: str) -> str:
    """A letter below its heading."""
    return "\n" + "\n".join(f"    {line}" if line else "" for line in letter.splitlines()) + "\n"


def echo_json(data: dict[str, Any] | Sequence[Any]) -> None:
    """Print data as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
