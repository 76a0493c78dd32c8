"""JSON from outside without surprises: no key stands twice, every number can be held, nothing is nested without end."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.errors import ArushaError

_DEEPEST = 40


class _Unfit:
    """Stands in the data where the file has something that cannot be held, so that its place can be told."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def read(path: Path, kind: str, largest: int, untaken: str = "") -> Any:
    """The data of a JSON file of some *kind* (“response file”) of at most *largest* bytes.

    Raises ArushaError in one sentence; *untaken* is a line that follows where a value in the file is at fault.
    """
    try:
        if path.stat().st_size > largest:
            raise ArushaError(f"{path}: is larger than {largest // 10**6} MB, so it is no {kind}; name the right one")
        data = json.loads(
            path.read_text(encoding="utf-8-sig"),
            object_pairs_hook=_no_key_twice,
            parse_constant=lambda name: _Unfit(f"{name} is not a number that can be kept"),
            parse_float=lambda digits: _Unfit(f"{digits} is too large") if math.isinf(float(digits)) else float(digits),
            parse_int=lambda digits: int(digits) if len(digits) < 1000 else _Unfit("is too long a number"),
        )
        for place, unfit in _unfit(data):
            where = f"{place}: " if place else ""
            raise ArushaError(f"{path}: {where}{unfit.reason}; correct it{untaken}")
        return data
    except UnicodeDecodeError:
        raise ArushaError(f"{path}: is not UTF-8 text; save the {kind} as UTF-8 JSON") from None
    except json.JSONDecodeError as error:
        raise ArushaError(
            f"{path}: line {error.lineno}: not readable as JSON ({error.msg}); correct the file there"
        ) from None
    except RecursionError:
        raise ArushaError(f"{path}: is nested too deeply to be a {kind}; name the right one") from None


def _no_key_twice(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        return _Unfit(f"“{twice}” stands twice")
    return found


def _unfit(data: Any, place: str = "", depth: int = 0) -> Iterator[tuple[str, _Unfit]]:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(data, _Unfit):
        yield place, data
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from _unfit(value, f"{place}.{key}".lstrip("."), depth + 1)
