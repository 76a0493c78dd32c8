"""The `arusha` command: its rooms, and the one place where errors become one line each."""

import errno
import os
import sys
from typing import Any

import click

from kb.base.errors import ArushaError
from kb.base.folding import turns_shown
from kb.cli.lazy import LANGUAGE, LazyGroup

_REMEDIES = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EACCES: "not allowed; check the rights of the file and its folder, or choose another place",
    errno.EPERM: "not allowed; check the rights of the file and its folder, or choose another place",
    errno.EROFS: "the disk is read-only; choose another place",
    errno.ENOENT: "there is no such file or folder; check the name",
    errno.EISDIR: "is a folder; name a file in it",
    errno.ENOTDIR: "a part of this path is a file, not a folder; check the name",
    errno.EEXIST: "there is something of that name already; choose another",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EADDRINUSE: "the port is taken; choose another with --port",
}


_ROOMS = {
    "assess": "assessment.cli.groups:assess",
    "demo": "assessment.cli.demo:demo",
    "edition": "kb.cli.groups:edition",
    "kb": "kb.cli.groups:kb",
    "plan": "assessment.cli.groups:plan",
    "site": "kb.cli.groups:site",
}


class _Root(LazyGroup):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ArushaError as error:
            click.echo(f"arusha: {turns_shown(_in_words(error, ctx.meta.get(LANGUAGE, 'en')))}", err=True)
            ctx.exit(2)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            place = f"{error.filename}: " if error.filename else ""
            reason = _REMEDIES.get(error.errno or 0, error.strerror or str(error))
            click.echo(f"arusha: {turns_shown(place)}{reason}", err=True)
            ctx.exit(2)


def _in_words(error: ArushaError, language: str) -> str:
    from kb.base.interface import in_words, phrases

    return in_words(error, phrases(language), "command")


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
