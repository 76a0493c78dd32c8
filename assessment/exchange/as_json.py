"""An assessment as JSON: the whole journal, entry for entry, and everything attached, so that nothing is locked in.

```json
{"format": "arusha-assessment", "version": 1, "journal": [{"seq": 1, "at": "…", "kind": "opened", "body": {…}, "hash": "…"}, …],
 "attachments": [{"sha256": "…", "data": "(base64)"}]}
```

Each *hash* is the SHA-256 (hexadecimal) of five texts joined by the character U+0000, in UTF-8: the hash before (empty at first),
the number, the moment, the kind, and the body as JSON with its keys sorted and no character escaped that need not be. An
attachment is what an entry names by `sha256`: under `bank` and `lens` the questions asked (JSON, compressed by zlib), under
`file` a document as it was.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, Union

from pydantic import Field, create_model

from assessment import replay
from assessment.events import KINDS, EntryError, Hash, Moment, Number, as_json, attached
from assessment.storing.journal import Entry, sha256
from assessment.storing.journal import read as read_rows
from assessment.storing.sqlite import AssessmentFile, is_assessment
from kb.base import bounded, strict_json
from kb.base.bounded import Limits
from kb.base.errors import ArushaError, Fault, FaultsError
from kb.base.files import workplace
from kb.base.interface import Refusal, Word, renamed
from kb.base.vocabulary import Model
from kb.library.content import parse
from kb.library.questionnaires import Bank

FORMAT, VERSION = "arusha-assessment", 1
LARGEST = 1_000_000_000  # bytes of an exported file

_ABOUT = (
    "The whole journal and everything attached. Each hash is the SHA-256 of five texts joined by U+0000, in UTF-8: the hash before "
    "(empty at first), seq, at, kind, and body as JSON with sorted keys and without needless escapes. An attachment named under "
    "bank or lens is JSON compressed by zlib; one named under file is a document as it was."
)


class _Line(Model):
    """One entry as it stands in the file; its body is read by `events`."""

    seq: int
    at: str
    kind: str
    body: dict[str, Any]
    hash: Hash


class _Attachment(Model):
    sha256: Hash
    data: str


class Exchanged(Model):
    """A whole assessment as it is exchanged."""

    format: Literal["arusha-assessment"]
    version: Literal[1]
    journal: Annotated[tuple[_Line, ...], Field(min_length=1)]
    attachments: tuple[_Attachment, ...] = ()


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `as_text` writes, made from the models that read it."""
    entries = []
    for kind, known in KINDS.items():
        fields: dict[str, Any] = {
            "seq": (Number, ...),
            "at": (Moment, ...),
            "kind": (Literal.__getitem__(kind), ...),
            "body": (known.model, ...),
            "hash": (Hash, ...),
        }
        entries.append(create_model(f"{kind.title()}Entry", __base__=Model, __doc__=known.title, **fields))
    entry: Any = Annotated[Union[tuple(entries)], Field(discriminator="kind")]  # noqa: UP007 - they are in a table
    journal_: Any = Annotated[tuple.__class_getitem__((entry, ...)), Field(min_length=1)]
    whole: Any = create_model("Exchanged", __base__=Exchanged, journal=(journal_, ...))
    made: dict[str, Any] = whole.model_json_schema()
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Arusha assessment, format 1",
        "description": _ABOUT,
    }
    return about | {key: value for key, value in made.items() if key not in about}


def as_text(file: AssessmentFile) -> str:
    """A whole assessment as JSON; the same file gives the same bytes. Raises ArushaError where something in it was changed."""
    entries = file.check()
    names = sorted({name for entry in entries for name in attached(entry.event)})
    data = {
        "format": FORMAT,
        "version": VERSION,
        "journal": [
            {"seq": entry.seq, "at": entry.at, "kind": entry.kind, "body": entry.body, "hash": entry.hash}
            for entry in entries
        ],
        "attachments": [
            {"sha256": name, "data": base64.b64encode(file.attachment(name)).decode("ascii")} for name in names
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def limits(size: int) -> Limits:
    """What taking an export of *size* bytes may cost."""
    return Limits(30 + size // 5_000_000, 1_000_000_000 + 3 * size, Word("refused.anew.assessment"))


def take(source: Path, path: Path, current: Bank) -> int:
    """Make the assessment file *path* of an exported one; the number of its entries comes back.

    Raises ArushaError, naming the entry at fault, and then makes nothing.
    """
    if path.exists():
        raise Refusal("exchange.exists", path=path)
    lifted: dict[str, bytes] = {}
    data = strict_json.read(source, "exported assessment", LARGEST, lifted=lifted)
    entries, attachments = _read(source, data, lifted)
    try:
        assessment = replay.state(entries, current, attachments.__getitem__, plan=True)
        _ = assessment.standing
    except ArushaError as error:
        raise Refusal("of_file", file=source, what=error) from None
    try:
        AssessmentFile.restore(path, entries, attachments.values()).close()
    except ArushaError as error:  # which tells of a file that is not there now
        raise renamed(error, path, str(source)) from None
    return len(entries)


@contextmanager
def opened(copy: Path, file: Path, current: Bank) -> Iterator[AssessmentFile]:
    """A copy of a file, open; one is made of an export, beside the file for as long as it is read. Raises ArushaError."""
    if is_assessment(copy) or not copy.is_file():
        if copy.exists() and copy.samefile(file):
            raise Refusal("join.same_file", path=copy)
        with AssessmentFile.open(copy) as other:
            other.check()
            yield other
        return
    with workplace(file.parent) as place:
        made = place / "copy.arusha"
        bounded.call(str(copy), limits(copy.stat().st_size), take, copy, made, current)
        with AssessmentFile.open(made) as other:
            yield other


def _read(source: Path, data: Any, lifted: Mapping[str, bytes]) -> tuple[list[Entry], dict[str, bytes]]:
    """The entries and the attachments by name, each looked at. Raises ArushaError at the first fault."""
    if isinstance(data, dict):
        _expect_ours(source, data)
    faults: list[Fault] = []
    read = parse(Exchanged, data, str(source), faults)
    if read is None:
        raise FaultsError([_by_entry(faults[0])])
    rows = []
    for number, each in enumerate(data["journal"], 1):
        if each["seq"] is True or each["seq"] != number:
            raise Refusal("exchange.misnumbered", path=source, number=number, other=each["seq"])
        rows.append((number, each["at"], each["kind"], as_json(each["body"]), each["hash"]))
    mark = next(iter(lifted), "").partition(" ")[0]
    if mark and any(mark in row[3] for row in rows):  # an entry has such a long text
        return _read(source, strict_json.read(source, "exported assessment", LARGEST), {})
    try:
        entries = read_rows(rows)
    except EntryError as error:
        raise Refusal("of_file", file=source, what=error) from None
    return entries, _attachments(source, read, entries, lifted)


def _expect_ours(source: Path, data: dict[str, Any]) -> None:
    """Raise Refusal for what is of another format or of a newer release."""
    if data.get("format") != FORMAT:
        raise Refusal("exchange.no_export", path=source)
    if isinstance(data.get("version"), int) and data["version"] > VERSION:
        raise Refusal("exchange.newer", path=source, version=data["version"], known=VERSION)


def _attachments(source: Path, read: Exchanged, entries: list[Entry], lifted: Mapping[str, bytes]) -> dict[str, bytes]:
    """The attachments by name, each one that an entry names. Raises ArushaError."""
    found: dict[str, bytes] = {}
    for each in read.attachments:
        try:
            content = lifted[each.data] if each.data in lifted else base64.b64decode(each.data, validate=True)
        except (binascii.Error, ValueError):
            raise Refusal("exchange.not_base64", path=source, name=each.sha256[:12]) from None
        if sha256(content) != each.sha256:
            raise Refusal("exchange.changed", path=source, name=each.sha256[:12])
        found[each.sha256] = content
    for entry in entries:
        for name in attached(entry.event):
            if name not in found:
                raise Refusal("exchange.missing", path=source, name=name[:12], number=entry.seq)
    if surplus := found.keys() - {name for entry in entries for name in attached(entry.event)}:
        raise Refusal("exchange.surplus", path=source, name=min(surplus)[:12])
    return found


def _by_entry(fault: Fault) -> Fault:
    """A fault with the number of the journal's entry in place of its position."""
    first, _, rest = fault.field.partition(".")
    position, _, field = rest.partition(".")
    if first != "journal" or not position.isdigit():
        return fault
    return replace(fault, field=f"entry {int(position) + 1} of its journal: {field or 'it'}")
