"""ZIP packages (DOCX, ODT) opened with care: bombs, encryption, entities and damage are refused before anything is parsed."""

import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from kb.base.interface import Refusal, Word
from kb.newsletter.intake.blocks import Picture

PARTS = 4_000
UNPACKED = 300_000_000
XML_PART = 8_000_000
PICTURE = 40_000_000
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    LookupError,
)
_SIGNS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"))


def sniffed(data: bytes) -> Picture | None:
    """A picture by its first bytes, if every reader can show its kind."""
    for sign, ending in _SIGNS:
        if data.startswith(sign):
            return Picture(data, ending)
    return Picture(data, "webp") if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


@dataclass(frozen=True)
class Package:
    """An open package; *file* is its name for messages."""

    file: str
    archive: zipfile.ZipFile
    names: frozenset[str]

    def read(self, name: str, most: int) -> bytes:
        """The bytes of one part. Raises ArushaError if there are more than *most*, or it is damaged."""
        try:
            with self.archive.open(name) as part:
                data = part.read(most + 1)
        except _DAMAGE:
            raise damaged(self.file) from None
        if len(data) > most:
            raise too_large(self.file)
        return data

    def xml(self, name: str) -> ET.Element | None:
        """One part as XML; None if it is not there. Raises ArushaError."""
        if name not in self.names:
            return None
        data = self.read(name, XML_PART)
        plain = data.replace(b"\0", b"")
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise Refusal("file.entities", file=self.file)
        try:
            return ET.fromstring(data)  # noqa: S314 - no DOCTYPE, so no entities
        except (ET.ParseError, ValueError, LookupError):
            raise damaged(self.file) from None

    def picture(self, name: str) -> Picture | None:
        """One part as a picture; None if it is missing, too large, or of a kind not every reader can show."""
        if name not in self.names or self.archive.getinfo(name).file_size > PICTURE:
            return None
        return sniffed(self.read(name, PICTURE))


def damaged(file: str) -> Refusal:
    """What is said of a damaged file."""
    return Refusal("of_file", file=file, what=Word("refused.file.broken"))


def too_large(file: str) -> Refusal:
    """What is said of a file that unpacks to too much."""
    return Refusal("file.unpacks", file=file)


def open_package(data: bytes, file: str) -> Package:
    """Open a package in memory. Raises ArushaError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except _DAMAGE:
        raise damaged(file) from None
    if any(info.flag_bits & 1 for info in infos):
        raise Refusal("of_file", file=file, what=Word("refused.file.encrypted"))
    if len(infos) > PARTS or sum(info.file_size for info in infos) > UNPACKED:
        raise too_large(file)
    return Package(file, archive, frozenset(info.filename for info in infos))
