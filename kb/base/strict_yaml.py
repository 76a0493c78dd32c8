"""YAML without surprises: `NO` is Norway, `1.10` is a version, a key stands once."""

import re
from collections.abc import Hashable
from typing import Any

import yaml

from kb.base.folding import turns_shown_in
from kb.base.wrong import ArushaError

_DEEPEST = 40


class YamlError(ArushaError):
    """Raised for a text that is no YAML as it is used here: its *file*, the *line* if known (`line 3`), and what is wrong."""

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        place = file + (f": line {line}" if line else "")
        remedy = "correct the YAML there (a text with “: ” or “ #” needs quotes)"
        super().__init__(f"{place}: not readable as YAML: {problem}; {remedy}")

    def __reduce__(self) -> tuple[type["YamlError"], tuple[str, int | None, str]]:
        return YamlError, (self.file, self.line, self.problem)


class _StrictLoader(yaml.CSafeLoader):
    """Plain scalars are text, except true, false, whole numbers and nothing at all."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own declaration

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key “{key.value}” stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=True)


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"0|-?[1-9][0-9]*", "-0123456789"),
    ("null", r"null|", ["n", ""]),
):
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def load(text: str, file: str, first_line: int = 1) -> Any:
    """Read one YAML document; *file* and *first_line* only name the place in a fault.

    Raises YamlError for broken YAML, a key that stands twice, aliases, tags and nesting deeper than 40 levels.
    """
    try:
        nests = text.count("[") + text.count("{") > _DEEPEST or " " * 2 * _DEEPEST in text
        if nests or any(sign in text for sign in "&*!"):
            _refuse_what_is_not_used(text)  # a pass of its own, for the few texts that could hold it
        data = yaml.load(text, _StrictLoader)  # noqa: S506 - a subclass of the safe loader
        return turns_shown_in(data) if "\\" in text or not text.isascii() else data
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        raise YamlError(file, None if mark is None else mark.line + first_line, problem) from None


def _refuse_what_is_not_used(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(problem="anchors and aliases are not used here", problem_mark=_mark(event))
        if getattr(event, "tag", None):  # with some, reading takes time that grows with the square of the text
            raise yaml.MarkedYAMLError(problem="tags are not used here", problem_mark=_mark(event))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=_mark(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _mark(event: yaml.Event) -> Any:
    return event.start_mark  # of the C parser's own class, which the stubs do not know as a mark
