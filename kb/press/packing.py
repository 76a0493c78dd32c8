"""Zip files that are the same each time they are made, and what pictures they may hold."""

import io
import zipfile
from collections.abc import Callable, Iterable

_SIGNS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


def kind_of(data: bytes) -> str:
    """The media type of an image that all forms can show; nothing for others."""
    return next((kind for sign, kind in _SIGNS if data.startswith(sign)), "")


def pack(parts: Iterable[tuple[str, bytes]], day: str, stored: frozenset[str] = frozenset()) -> bytes:
    """A zip of *parts* in their order, all dated *day* (YYYY-MM-DD); those *stored* are not compressed."""
    year, month, date = map(int, day.split("-"))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in parts:
            entry = zipfile.ZipInfo(name, (max(1980, year), month, date, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, data)
    return made.getvalue()


def saved(save: Callable[[io.BytesIO], object], day: str) -> bytes:
    """The zip that a library's *save* writes, its parts dated *day*."""
    made = io.BytesIO()
    save(made)
    with zipfile.ZipFile(made) as archive:
        return pack(((name, archive.read(name)) for name in archive.namelist()), day)
