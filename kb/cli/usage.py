"""What Click says of a command line that it does not take, in another language than its own."""

import re
from collections.abc import Sequence
from itertools import pairwise

import click

from kb.base.interface import Phrases
from kb.base.vocabulary import Language


def language_asked(words: Sequence[str]) -> str:
    """The language that a command line asks for, read before anything else of it; English if none or an unknown one."""
    given = [word for before, word in pairwise(words) if before == "--lang"]
    given += [word.partition("=")[2] for word in words if word.startswith("--lang=")]
    return given[-1] if given and given[-1] in list(Language) else Language.EN


def told(error: BaseException, say: Phrases) -> str:
    """How the command is used, where its help is, and what is wrong with the line; or that it was broken off."""
    if not isinstance(error, click.UsageError):
        return say("usage.aborted")
    lines = [say("usage.error", what=_what(error, say))]
    if (ctx := error.ctx) is not None:
        pieces = " ".join([ctx.command_path, *ctx.command.collect_usage_pieces(ctx)])
        lines = [say("usage.form", form=pieces), say("usage.help", command=ctx.command_path), "", *lines]
    return "\n".join(lines)


def _what(error: click.UsageError, say: Phrases) -> str:
    match error:
        case click.NoSuchOption():
            return _unknown("usage.no_option", error.option_name, error.possibilities, say)
        case click.NoSuchCommand():
            return _unknown("usage.no_command", error.command_name, error.possibilities, say)
        case click.BadOptionUsage():
            key = "usage.no_value" if "not take" in error.message else "usage.needs_value"
            return say(key, name=error.option_name)
        case click.MissingParameter():
            key = "usage.missing_argument" if isinstance(error.param, click.Argument) else "usage.missing_option"
            return say(key, name=_name(error))
        case click.BadParameter():
            return say("usage.wrong", name=_name(error), remedy=_remedy(error, say))
        case _ if extra := re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", error.message, re.S):
            return say("usage.extra", words=extra[1])
        case _:
            return say("usage.missing_command") if error.message == "Missing command." else error.message


def _unknown(key: str, name: str, near: Sequence[str] | None, say: Phrases) -> str:
    return say(key, name=name) + (f" {say('usage.near', names=', '.join(near))}" if near else "")


def _name(error: click.BadParameter) -> str:
    hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param and error.ctx else "")
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")


def _remedy(error: click.BadParameter, say: Phrases) -> str:
    """What to give instead, by the parameter's type; a sentence of our own as it is."""
    match error.param.type if error.param else None:
        case click.Choice() as kind:
            return say(
                "usage.choice", choices=", ".join(kind.normalize_choice(each, error.ctx) for each in kind.choices)
            )
        case click.DateTime():
            return say("usage.day")
        case (click.IntRange() | click.FloatRange()) as kind:
            ends = [
                say(f"usage.{name}", end=end)
                for name, end in (("least", kind.min), ("most", kind.max))
                if end is not None
            ]
            return " ".join([say("usage.number"), *ends])
        case kind if kind in (click.INT, click.FLOAT):
            return say("usage.number")
        case _:
            return error.message
