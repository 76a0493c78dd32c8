"""How many pixels wide an image is, from the first bytes of its file."""

from pathlib import Path

_MARKERS_WITH_SIZE = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def width_of(path: Path) -> int | None:
    """The width in pixels of a PNG, GIF, JPEG or WebP file; None for a missing file and for drawings such as SVG."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        head = file.read(1 << 20)
    if head.startswith(b"\x89PNG\r\n\x1a\n") and len(head) >= 20:
        return int.from_bytes(head[16:20], "big")
    if head[:6] in (b"GIF87a", b"GIF89a") and len(head) >= 8:
        return int.from_bytes(head[6:8], "little")
    if head.startswith(b"\xff\xd8"):
        return _of_jpeg(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP" and len(head) >= 30:
        return _of_webp(head)
    return None


def _of_jpeg(head: bytes) -> int | None:
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        if head[at + 1] in _MARKERS_WITH_SIZE:
            return int.from_bytes(head[at + 7 : at + 9], "big")
        at += 2 + max(2, int.from_bytes(head[at + 2 : at + 4], "big"))
    return None


def _of_webp(head: bytes) -> int | None:
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1
    if kind == b"VP8L":
        return (int.from_bytes(head[21:23], "little") & 0x3FFF) + 1
    return int.from_bytes(head[26:28], "little") & 0x3FFF if kind == b"VP8 " else None
