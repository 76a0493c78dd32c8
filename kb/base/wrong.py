"""What is raised below the phrases of a language."""

from typing import Any


class ArushaError(Exception):
    """A request that cannot be carried out; the text is one sentence that names place and remedy."""


class WrongValueError(ValueError):
    """A value that a field does not take: the *key* of its sentence below `fault` in the phrases, and the values named there."""

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key)
        self.key, self.values = key, values
