"""A group of commands that imports the module of a command when that one is asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

LANGUAGE = "arusha.language"  # where the context keeps the language that a command speaks


class LazyGroup(click.Group):
    """A group whose commands stand elsewhere: *places* gives by name the module of each and its attribute, `module:attribute`."""

    def __init__(self, *args: Any, places: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, sorted."""
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or nothing if there is none."""
        if cmd_name not in self.places:
            return None
        module, attribute = self.places[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command
