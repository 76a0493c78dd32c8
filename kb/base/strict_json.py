"""JSON from outside without surprises: no key stands twice, every number can be held, nothing is nested without end."""

import binascii
import json
import math
import mmap
import re
import secrets
from pathlib import Path
from typing import Any

from kb.base.interface import Refusal, Word

_DEEPEST, _LONGEST_SHOWN = 40, 60
_BASE64 = re.compile(rb'"([A-Za-z0-9+/]{100000,}+={0,2})"')


class _Unfit:
    """Stands in the data where the file has something that cannot be held, so that its place can be told."""

    def __init__(self, reason: Word) -> None:
        self.reason = reason


def read(path: Path, kind: str, largest: int, untaken: str | Word = "", lifted: dict[str, bytes] | None = None) -> Any:
    """The data of a JSON file of some *kind* (“response file”) of at most *largest* bytes.

    Takes time in proportion to the bytes, whatever they are, and up to fifty times their room. Where *lifted* is given, long
    texts in base64 are decoded into it, one at a time, and their names there, which no file can know, stand in the data.
    Raises ArushaError in one sentence; *untaken* is a line that follows where a value in the file is at fault.
    """
    named = Word(f"refused.json.kind.{kind}")
    try:
        if path.stat().st_size > largest:
            raise Refusal("json.too_large", path=path, most=largest // 10**6, kind=named)
        data = json.loads(
            _text(path, lifted).decode("utf-8-sig"),
            object_pairs_hook=_no_key_twice,
            parse_constant=lambda name: _Unfit(Word("refused.json.no_number", value=name)),
            parse_float=lambda digits: (
                _Unfit(Word("refused.json.too_large", value=_cut(digits)))
                if math.isinf(float(digits))
                else float(digits)
            ),
            parse_int=lambda digits: int(digits) if len(digits) < 1000 else _Unfit(Word("refused.json.too_long")),
        )
        way = _way([data])
        if way is not None:
            *keys, reason = way[1:]
            place = ".".join(_cut(str(key)) for key in keys)
            raise Refusal(
                "json.unfit_at" if keys else "json.unfit", path=path, place=place, reason=reason, untaken=untaken
            )
        return data
    except UnicodeDecodeError:
        raise Refusal("json.no_utf_8", path=path, kind=named) from None
    except json.JSONDecodeError as error:
        raise Refusal("json.unreadable", path=path, line=error.lineno, reason=error.msg) from None
    except RecursionError:
        raise Refusal("json.too_deep", path=path, kind=named) from None


def _text(path: Path, lifted: dict[str, bytes] | None) -> bytes:
    if lifted is None:
        return path.read_bytes()
    with path.open("rb") as file:
        if not path.stat().st_size:
            return b""
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _without_base64(data, lifted)


def _without_base64(data: mmap.mmap, lifted: dict[str, bytes]) -> bytes:
    mark, end = secrets.token_hex(16), 0
    parts: list[bytes] = []
    for match in _BASE64.finditer(data):
        try:
            content = binascii.a2b_base64(match[1], strict_mode=True)
        except binascii.Error:  # it stays as the text that it is
            continue
        name = f"{mark} {len(lifted)}"
        lifted[name] = content
        parts += [data[end : match.start()], f'"{name}"'.encode()]
        end = match.end()
    return b"".join([*parts, data[end:]])


def _no_key_twice(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                return _Unfit(Word("refused.json.twice", key=_cut(key)))
            seen.add(key)
    return found


def _way(data: Any, depth: int = 0) -> list[Any] | None:
    """The keys that lead to the first thing that cannot be held, and the reason; None if all can be.

    No place is put together on the way, since long keys would make that cost more than the file is long.
    """
    if isinstance(data, _Unfit):
        return [data.reason]
    if depth > _DEEPEST:  # the list around the whole counts as none
        raise RecursionError
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(value, dict | list | _Unfit) and (found := _way(value, depth + 1)):
            return [key, *found]
    return None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
