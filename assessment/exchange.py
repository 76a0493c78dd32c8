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
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Union

from pydantic import Field, create_model

from assessment import journal
from assessment.events import KINDS, EntryError, Hash, Moment, Number, as_json, attached
from assessment.storing.journal import Entry, sha256
from assessment.storing.journal import read as read_rows
from assessment.storing.sqlite import AssessmentFile
from kb import strict_json
from kb.bounded import Limits
from kb.content import parse
from kb.errors import ArushaError, Fault
from kb.questionnaires import Bank
from kb.vocabulary import Model

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
    return Limits(30 + size // 5_000_000, 1_000_000_000 + 3 * size, "export the assessment again")


def take(source: Path, path: Path, current: Bank) -> int:
    """Make the assessment file *path* of an exported one; the number of its entries comes back.

    Raises ArushaError, naming the entry at fault, and then makes nothing.
    """
    if path.exists():
        raise ArushaError(f"{path}: there is such a file already; choose another name")
    lifted: dict[str, bytes] = {}
    data = strict_json.read(source, "exported assessment", LARGEST, lifted=lifted)
    entries, attachments = _read(source, data, lifted)
    try:
        assessment = journal.state(entries, current, attachments.__getitem__, plan=True)
        _ = assessment.standing
    except ArushaError as error:
        raise ArushaError(f"{source}: {error}") from None
    try:
        AssessmentFile.restore(path, entries, attachments.values()).close()
    except ArushaError as error:  # which tells of a file that is not there now
        raise ArushaError(str(error).replace(str(path), str(source), 1)) from None
    return len(entries)


def _read(source: Path, data: Any, lifted: Mapping[str, bytes]) -> tuple[list[Entry], dict[str, bytes]]:
    """The entries and the attachments by name, each looked at. Raises ArushaError at the first fault."""
    if isinstance(data, dict) and data.get("format") != FORMAT:
        raise ArushaError(f"{source}: is not an exported assessment; name one made with “arusha assess export”")
    if isinstance(data, dict) and isinstance(data.get("version"), int) and data["version"] > VERSION:
        raise ArushaError(
            f"{source}: was written by a newer release (version {data['version']}, this one reads up to {VERSION}); update arusha"
        )
    faults: list[Fault] = []
    read = parse(Exchanged, data, str(source), faults)
    if read is None:
        raise ArushaError(_sentence(faults[0]))
    rows = []
    for number, each in enumerate(data["journal"], 1):
        if each["seq"] is True or each["seq"] != number:
            raise ArushaError(
                f"{source}: entry {number} of its journal bears the number {each['seq']}; go back to a copy you trust"
            )
        rows.append((number, each["at"], each["kind"], as_json(each["body"]), each["hash"]))
    mark = next(iter(lifted), "").partition(" ")[0]
    if mark and any(mark in row[3] for row in rows):  # an entry has such a long text
        return _read(source, strict_json.read(source, "exported assessment", LARGEST), {})
    try:
        entries = read_rows(rows)
    except EntryError as error:
        raise ArushaError(f"{source}: {error}") from None
    return entries, _attachments(source, read, entries, lifted)


def _attachments(source: Path, read: Exchanged, entries: list[Entry], lifted: Mapping[str, bytes]) -> dict[str, bytes]:
    """The attachments by name, each one that an entry names. Raises ArushaError."""
    found: dict[str, bytes] = {}
    for each in read.attachments:
        try:
            content = lifted[each.data] if each.data in lifted else base64.b64decode(each.data, validate=True)
        except (binascii.Error, ValueError):
            raise ArushaError(
                f"{source}: attachment {each.sha256[:12]}… is not base64; go back to a copy you trust"
            ) from None
        if sha256(content) != each.sha256:
            raise ArushaError(f"{source}: attachment {each.sha256[:12]}… was changed; go back to a copy you trust")
        found[each.sha256] = content
    for entry in entries:
        for name in attached(entry.event):
            if name not in found:
                raise ArushaError(
                    f"{source}: attachment {name[:12]}… of entry {entry.seq} is missing; go back to a copy you trust"
                )
    if surplus := found.keys() - {name for entry in entries for name in attached(entry.event)}:
        raise ArushaError(f"{source}: attachment {min(surplus)[:12]}… belongs to no entry; take it out")
    return found


def _sentence(fault: Fault) -> str:
    """A fault with the number of the journal's entry in place of its position."""
    first, _, rest = fault.field.partition(".")
    position, _, field = rest.partition(".")
    if first != "journal" or not position.isdigit():
        return str(fault)
    place = f"entry {int(position) + 1} of its journal"
    return f"{fault.file}: {place}: {field or 'it'}: {fault.message}; {fault.remedy}"
