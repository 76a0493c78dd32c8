"""The `arusha` command: its rooms, and the one place where errors become one line each."""

import errno
import os
import sys
from typing import Any

import click

from kb.base.folding import turns_shown
from kb.base.wrong import ArushaError
from kb.cli.lazy import LANGUAGE, LazyGroup

_ROOMS = {
    "assess": "assessment.cli.groups:assess",
    "demo": "assessment.cli.demo:demo",
    "edition": "kb.cli.groups:edition",
    "kb": "kb.cli.groups:kb",
    "plan": "assessment.cli.groups:plan",
    "site": "kb.cli.groups:site",
}


class _Root(LazyGroup):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if any(word.startswith("--lang") for word in args):
            from kb.cli.usage import language_asked

            ctx.meta[LANGUAGE] = language_asked(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ArushaError as error:
            _refuse(ctx, error)
        except (click.UsageError, click.Abort, EOFError, KeyboardInterrupt) as error:
            if ctx.meta.get(LANGUAGE, "en") == "en":
                raise  # Click speaks English itself
            from kb.base.interface import phrases
            from kb.cli.usage import told

            click.echo(told(error, phrases(ctx.meta[LANGUAGE])), err=True)
            ctx.exit(error.exit_code if isinstance(error, click.UsageError) else 1)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            _refuse(ctx, error)


def _refuse(ctx: click.Context, error: ArushaError | OSError) -> None:
    """Say in one line what is wrong, and end."""
    from kb.base.interface import in_words, of_system, phrases

    say = phrases(ctx.meta.get(LANGUAGE, "en"))
    text = of_system(error, say) if isinstance(error, OSError) else in_words(error, say, "command")
    click.echo(f"arusha: {turns_shown(text)}", err=True)
    ctx.exit(2)


@click.group(cls=_Root, places=_ROOMS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="arusha")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Integrity self-assessment and good practices for Customs, along the Revised Arusha Declaration.

    Independent work, not a product of the World Customs Organization. Everything runs on this computer; nothing is sent anywhere.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":  # https://no-color.org
        ctx.color = False
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
