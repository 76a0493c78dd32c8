"""What Arusha needs from others, read from `locked.txt`: `python supply.py notice` writes NOTICE, `sbom` writes sbom.json.

Both are of the packages that an installed Arusha needs, not of those that only its tests need.
"""

import os
import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.spdx import is_expression
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent
USAGE = "Say what to write: python supply.py notice, or python supply.py sbom\n"
_ENTRY = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>.+?))? \\$")
_HASH = re.compile(r"^    --hash=sha256:([0-9a-f]{64})(?: \\)?$")
_NEEDED_BY = re.compile(r"^    #(?: via)?\s+([a-z0-9-]+)(?: \(pyproject\.toml\))?$")

_CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_READ = {  # where the metadata give no licence, or no exact one: what somebody read, and where
    "colorama": ("BSD-3-Clause", "its LICENSE.txt"),
    "jinja2": ("BSD-3-Clause", "its LICENSE.txt"),
    "mergedeep": ("MIT", "its LICENSE"),
    "pypdfium2": ("BSD-3-Clause AND Apache-2.0", "its metadata, in words"),
    "pyrage": ("MIT", "its LICENSE"),
    "whoosh": ("BSD-2-Clause", "the head of its modules"),
}

_HEAD = """\
Arusha
Copyright the Arusha contributors

The code is under Apache-2.0 (LICENSE), the content under CC BY 4.0 (content/LICENSE).

What Arusha needs
-----------------
None of these packages is part of Arusha's wheel: pip fetches each of them, with its own licence. The versions are those of
locked.txt. "Known from" says where the licence is stated. This list is made by "make notice".

"""
_FOOT = """
What these packages carry inside
--------------------------------
Their own licence files and bills of materials (*.dist-info/licenses and *.dist-info/sboms) list it in full. The chief parts:

cryptography          OpenSSL (Apache-2.0), Rust crates
cffi                  libffi (MIT)
lxml                  libxml2, libxslt, libexslt (MIT), zlib (Zlib), iconv (LGPL-2.1)
pillow                libjpeg-turbo, OpenJPEG, libtiff, libwebp, FreeType and others (licences in the package)
pypdfium2             PDFium and what it is built with (licences in the package)
pyyaml                LibYAML (MIT)
nh3, pydantic-core,
pyrage, typst         Rust crates; typst also the fonts below

What goes out with the things that Arusha makes
-----------------------------------------------
The site              Material for MkDocs (MIT) with clipboard, escape-html, focus-visible and lunr (MIT), RxJS (Apache-2.0),
                      tslib (0BSD), lunr-languages (MPL) and icons of Material Design (Apache-2.0), GitHub Octicons (MIT),
                      Font Awesome (CC BY 4.0) and Simple Icons (CC0-1.0), as far as a page shows any
PDF                   the letters used, of Libertinus Serif (OFL-1.1) and DejaVu Sans Mono (Bitstream Vera)
Word                  styles that come from python-docx's own empty document (MIT); so does assessment/templates/report.docx
Slides                layouts that come from python-pptx's own empty presentation (MIT)
"""


@dataclass(frozen=True)
class Pin:
    """One entry of the lock: a package at a version, where it applies, the files that pip takes, and who asks for it."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]
    needed_by: frozenset[str]


def read_lock(text: str) -> list[Pin]:
    """The entries of `locked.txt`. A line that is none of theirs raises ValueError."""
    pins: list[Pin] = []
    for block in re.split(r"\n(?=\S)", text):
        first, *rest = block.splitlines()
        if first.startswith(("#", "--only-binary ")):
            continue
        entry = _ENTRY.match(first)
        if not entry:
            raise ValueError(f"locked.txt: “{first}” is no locked package with hashes; run make lock")
        hashes, needed_by = [], set()
        for line in filter(None, rest):
            if hashed := _HASH.match(line):
                hashes.append(hashed[1])
            elif asked := _NEEDED_BY.match(line):
                needed_by.add(asked[1])
            elif line.strip() != "# via":
                raise ValueError(f"locked.txt: “{line}” is no hash of {entry['name']}; run make lock")
        pins.append(Pin(entry["name"], entry["version"], entry["marker"], tuple(hashes), frozenset(needed_by)))
    return pins


def requirements(*extras: str) -> list[Requirement]:
    """What `pyproject.toml` asks for at run time, and for each of *extras*."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return [Requirement(line) for line in asked]


def needed(pins: Iterable[Pin], asked: Iterable[Requirement]) -> list[Pin]:
    """The entries for what is asked for, directly or by another entry, by name."""
    pins = list(pins)
    names: set[str] = {canonicalize_name(each.name) for each in asked}
    while more := {pin.name for pin in pins if pin.needed_by & names} - names:
        names |= more
    return sorted((pin for pin in pins if pin.name in names), key=lambda pin: (pin.name, pin.version))


def run_time(pins: Iterable[Pin]) -> list[Pin]:
    """The entries that an installed Arusha needs."""
    return needed(pins, requirements())


def licence(name: str) -> tuple[str, str]:
    """The SPDX expression of an installed package's licence, and where it is stated. Raises LookupError if nowhere."""
    if name in _READ:
        return _READ[name]
    stated = metadata(name)
    for field in ("License-Expression", "License"):
        if (value := (stated.get_all(field) or [""])[0]) and is_expression(value):
            return value, f"its metadata, {field}"
    for classifier in stated.get_all("Classifier") or ():
        if classifier in _CLASSIFIERS:
            return _CLASSIFIERS[classifier], "its metadata, Classifier"
    raise LookupError(f"{name} states no exact licence; read its licence file and enter it in _READ of supply.py")


def rows(pins: Iterable[Pin]) -> list[tuple[str, str, str, str]]:
    """For each package that Arusha needs: its name, versions, licence, and where that is stated."""
    versions: dict[str, list[str]] = {}
    for pin in run_time(pins):
        versions.setdefault(pin.name, []).append(pin.version)
    return [(name, " or ".join(each), *licence(name)) for name, each in versions.items()]


def notice(pins: Iterable[Pin]) -> str:
    """NOTICE: what Arusha needs, under which licences, and what goes out with what it makes."""
    table = [("Package", "Version", "Licence", "Known from"), *rows(pins)]
    widths = [max(len(row[column]) for row in table) + 2 for column in range(3)]
    lines = ("".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)) for row in table)
    return _HEAD + "\n".join(lines) + "\n" + _FOOT


def sbom(pins: Iterable[Pin]) -> str:
    """A CycloneDX 1.6 bill of materials in JSON: the same bytes for the same lock.

    Its time is that of `SOURCE_DATE_EPOCH`, if set.
    """
    pins = run_time(pins)
    files = sorted(each for pin in pins for each in pin.hashes)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    root = _component(project["name"], project["version"], project["license"], ComponentType.APPLICATION)
    parts = {pin: _part(pin) for pin in pins}
    bom = Bom(components=parts.values(), serial_number=uuid5(NAMESPACE_URL, f"{root.purl} {files}"))
    bom.metadata.component = root
    moment = os.environ.get("SOURCE_DATE_EPOCH")
    bom.metadata.timestamp = datetime.fromtimestamp(int(moment), UTC) if moment else None  # type: ignore[assignment]
    asked = {canonicalize_name(each.name) for each in requirements()}
    bom.register_dependency(root, [part for pin, part in parts.items() if pin.name in asked])
    for pin, part in parts.items():
        bom.register_dependency(part, [parts[each] for each in pins if pin.name in each.needed_by])
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _component(name: str, at: str, spdx: str, kind: ComponentType) -> Component:
    purl = PackageURL("pypi", None, name, at)
    licences = [LicenseFactory().make_from_string(spdx)]
    return Component(name=name, version=at, type=kind, purl=purl, bom_ref=str(purl), licenses=licences)


def _part(pin: Pin) -> Component:
    part = _component(pin.name, pin.version, licence(pin.name)[0], ComponentType.LIBRARY)
    reference = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(str(part.purl)),
        comment="One file for each platform; pip takes no other.",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in pin.hashes],
    )
    part.external_references.add(reference)
    if pin.marker:
        part.properties.add(Property(name="arusha:marker", value=pin.marker))
    return part


def other_than_locked(pins: Iterable[Pin]) -> list[str]:
    """The packages that Arusha needs of which another version, or none, is installed here."""
    pins = run_time(pins)
    as_locked = {pin.name for pin in pins if _installed(pin.name) == pin.version}
    return sorted({pin.name for pin in pins} - as_locked)


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def main(arguments: list[str]) -> int:
    """Write what is asked for; the exit code: 0 done, 2 wrong usage or other packages installed than locked."""
    makers = {"notice": (notice, "NOTICE"), "sbom": (sbom, "sbom.json")}
    if len(arguments) != 1 or arguments[0] not in makers:
        sys.stderr.write(USAGE)
        return 2
    pins = read_lock((ROOT / "locked.txt").read_text(encoding="utf-8"))
    if other := other_than_locked(pins):
        sys.stderr.write(f"Run pip install --require-hashes -r locked.txt first; not as locked: {', '.join(other)}\n")
        return 2
    make, name = makers[arguments[0]]
    (ROOT / name).write_text(make(pins), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
