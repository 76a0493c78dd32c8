"""Templates of pages whose markup is their own, filled with text that stays text."""

from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, StrictUndefined

from kb.press import palette

_JINJA = Environment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
)


def fill(template: Traversable, **values: Any) -> str:
    """The template with *values* and the `palette` in it, all escaped."""
    return _JINJA.from_string(template.read_text("utf-8")).render(palette=palette, **values)
