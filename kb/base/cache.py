"""What can be made again, kept between runs in the user's cache folder.

One rule for all that is here: it is JSON, under keys that are digests of everything it was made from and of this program. So
nothing in it can be stale, and what is missing, damaged or of another version is made anew. Nothing that could run code, such
as a pickle, is ever opened.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

from platformdirs import user_cache_path
from pydantic import TypeAdapter

from kb.base.files import write_whole

T = TypeVar("T")
_TEXTS = TypeAdapter(dict[str, str])


def folder() -> Path:
    """The cache folder, which need not exist: `ARUSHA_CACHE`, or the system's place for caches."""
    if chosen := os.environ.get("ARUSHA_CACHE"):
        return Path(chosen)
    usual = user_cache_path("arusha", appauthor=False)
    return usual if usual.is_absolute() else Path(tempfile.gettempdir(), "arusha")  # for who has no home


def key(*parts: str | bytes) -> str:
    """Twenty hexadecimal digits that change when one of the parts does."""
    total = hashlib.sha256()
    for part in parts:
        found = part.encode() if isinstance(part, str) else part
        total.update(b"%d " % len(found) + found)
    return total.hexdigest()[:20]


@cache
def program() -> str:
    """What changes when this program does: a key over its modules and templates."""
    rooms = [Path(__file__).parents[1] / room for room in ("base", "library", "search", "site")]
    return key(
        *(path.read_bytes() for room in rooms for path in sorted([*room.glob("*.py"), *room.glob("templates/*")]))
    )


def read(path: Path, kind: TypeAdapter[T]) -> T | None:
    """What *path* holds, or None if it cannot be read as that kind of data."""
    try:
        return kind.validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None


def write(path: Path, kind: TypeAdapter[T], value: T) -> None:
    """Keep *value* in *path*; a cache that cannot be written is no fault."""
    with suppress(OSError):
        write_whole(path, kind.dump_json(value), durable=False)


class Kept:
    """Texts by their keys, in one file of the cache: read at the first question, written with what was asked for since."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._earlier: dict[str, str] | None = None
        self._asked: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        """The text of *key*, if it is known."""
        if self._earlier is None:
            self._earlier = read(folder() / self.name, _TEXTS) or {}
        found = self._asked.get(key) or self._earlier.get(key)
        if found is not None:
            self._asked[key] = found
        return found

    def put(self, key: str, text: str) -> None:
        """Note the text of *key*."""
        self._asked[key] = text

    def save(self) -> None:
        """Write the file if there is anything new; what nobody asked for since the last time is forgotten."""
        if not self._asked.keys() <= (self._earlier or {}).keys():
            write(folder() / self.name, _TEXTS, self._asked)
        self._earlier, self._asked = self._asked or self._earlier, {}
