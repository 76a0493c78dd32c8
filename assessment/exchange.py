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
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from assessment import journal
from assessment.agreement import Agreement, State
from assessment.answers import Answer
from assessment.evidence import Piece
from assessment.own import Own
from assessment.people import Assignment, Person, PersonId
from assessment.plan import Action, ActionId, Monitored
from assessment.risks import Risk
from assessment.store import AssessmentFile, Entry, named, sha256
from kb import strict_json
from kb.content import parse
from kb.errors import ArushaError, Fault
from kb.questionnaires import Bank
from kb.vocabulary import Filled, Model

FORMAT, VERSION = "arusha-assessment", 1
LARGEST = 1_000_000_000  # bytes of an exported file

_ABOUT = (
    "The whole journal and everything attached. Each hash is the SHA-256 of five texts joined by U+0000, in UTF-8: the hash before "
    "(empty at first), seq, at, kind, and body as JSON with sorted keys and without needless escapes. An attachment named under "
    "bank or lens is JSON compressed by zlib; one named under file is a document as it was."
)
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Number = Annotated[int, Field(ge=0)]
Question = Annotated[str, StringConstraints(min_length=1, max_length=20)]


def _a_moment(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"“{value}” is not in the calendar") from None
    return value


Moment = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$"), AfterValidator(_a_moment)
]


class _Named(Model):
    sha256: Hash


class _Opened(Model):
    administration: Filled
    member: str | None = None
    language: Literal["en", "fr"]
    questionnaire: Literal["self-assessment"]
    version: Filled
    chosen: Literal["full", "quick"] = "full"
    bank: _Named | None = None
    lens: _Named | None = None
    own: Own | None = None


class _Round(Model):
    fingerprint: Hash
    opened: Moment


class _Planned(_Opened):
    round: _Round
    levels: dict[
        Question, Annotated[str, StringConstraints(pattern=r"^[0-4](\.[0-9]+)?$|^[0-9]{1,6}/[1-9][0-9]{0,5}$")]
    ]
    risks: tuple[Risk, ...]
    actions: tuple[Action, ...]


class _Monitored(Monitored):
    action: ActionId


class _Answered(Model):
    question: Question
    wording: str
    answer: Answer
    by: str | None = None
    respondent: dict[str, Any] | None = None


class _Code(Model):
    person: PersonId
    sha256: Hash


class _Names(Model):
    on: bool


class _Questions(Model):
    questions: tuple[Question, ...]
    by: str | None = None


class _Agreed(Agreement):
    question: Question
    by: str


class _Moved(Model):
    questions: tuple[Question, ...]
    to: State
    by: str
    why: str


class _Upgraded(Model):
    version: Filled
    bank: _Named
    lens: _Named | None = None
    lapsed: tuple[Question, ...]


class _Sealed(Model):
    answers: Number


class _Entry(Model):
    seq: Number
    at: Moment
    hash: Hash


class _OpenedEntry(_Entry):
    kind: Literal["opened"]
    body: _Opened


class _PlannedEntry(_Entry):
    kind: Literal["planned"]
    body: _Planned


class _ActionEntry(_Entry):
    kind: Literal["action"]
    body: Action


class _MonitoredEntry(_Entry):
    kind: Literal["monitored"]
    body: _Monitored


class _AnsweredEntry(_Entry):
    kind: Literal["answered"]
    body: _Answered


class _PersonEntry(_Entry):
    kind: Literal["person"]
    body: Person


class _CodeEntry(_Entry):
    kind: Literal["code"]
    body: _Code


class _NamesEntry(_Entry):
    kind: Literal["names"]
    body: _Names


class _AssignedEntry(_Entry):
    kind: Literal["assigned", "unassigned"]
    body: Assignment


class _QuestionsEntry(_Entry):
    kind: Literal["closed", "reopened"]
    body: _Questions


class _AgreedEntry(_Entry):
    kind: Literal["agreed"]
    body: _Agreed


class _MovedEntry(_Entry):
    kind: Literal["moved"]
    body: _Moved


class _EvidenceEntry(_Entry):
    kind: Literal["evidence"]
    body: Piece


class _RiskEntry(_Entry):
    kind: Literal["risk"]
    body: Risk


class _TailoredEntry(_Entry):
    kind: Literal["tailored"]
    body: Own


class _UpgradedEntry(_Entry):
    kind: Literal["upgraded"]
    body: _Upgraded


class _SealedEntry(_Entry):
    kind: Literal["sealed"]
    body: _Sealed


AnEntry = Annotated[
    _OpenedEntry
    | _PlannedEntry
    | _ActionEntry
    | _MonitoredEntry
    | _AnsweredEntry
    | _PersonEntry
    | _CodeEntry
    | _NamesEntry
    | _AssignedEntry
    | _QuestionsEntry
    | _AgreedEntry
    | _MovedEntry
    | _EvidenceEntry
    | _RiskEntry
    | _TailoredEntry
    | _UpgradedEntry
    | _SealedEntry,
    Field(discriminator="kind"),
]


class _Attachment(Model):
    sha256: Hash
    data: str


class Exchanged(Model):
    """A whole assessment as it is exchanged."""

    format: Literal["arusha-assessment"]
    version: Literal[1]
    journal: Annotated[tuple[AnEntry, ...], Field(min_length=1)]
    attachments: tuple[_Attachment, ...] = ()


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `as_text` writes, made from the models that read it."""
    made = Exchanged.model_json_schema()
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Arusha assessment, format 1",
        "description": _ABOUT,
    }
    return about | {key: value for key, value in made.items() if key not in about}


def as_text(file: AssessmentFile) -> str:
    """A whole assessment as JSON; the same file gives the same bytes. Raises ArushaError where something in it was changed."""
    entries = file.check()
    names = sorted({name for entry in entries for name in named(entry)})
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


def take(source: Path, path: Path, current: Bank) -> int:
    """Make the assessment file *path* of an exported one; the number of its entries comes back.

    Raises ArushaError, naming the entry at fault, and then makes nothing.
    """
    if path.exists():
        raise ArushaError(f"{path}: there is such a file already; choose another name")
    data = strict_json.read(source, "exported assessment", LARGEST)
    entries, attached = _read(source, data)
    try:
        assessment = journal.state(entries, current, attached.__getitem__, plan=True)
        _ = assessment.standing
    except ArushaError as error:
        raise ArushaError(f"{source}: {error}") from None
    try:
        AssessmentFile.restore(path, entries, attached.values()).close()
    except ArushaError as error:  # which tells of a file that is not there now
        raise ArushaError(str(error).replace(str(path), str(source), 1)) from None
    return len(entries)


def _read(source: Path, data: Any) -> tuple[list[Entry], dict[str, bytes]]:
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
        raise ArushaError(_sentence(faults[0], data))
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ArushaError(
            f"{source}: holds half a character (\\ud800 to \\udfff); go back to a copy you trust"
        ) from None
    openings = [place for place, entry in enumerate(read.journal) if entry.kind in ("opened", "planned")]
    if openings != [0]:
        raise ArushaError(f"{source}: its journal does not begin with its one opening; go back to a copy you trust")
    entries = [Entry(each["seq"], each["at"], each["kind"], each["body"], each["hash"]) for each in data["journal"]]
    for number, entry in enumerate(entries, 1):
        if entry.seq != number:
            raise ArushaError(
                f"{source}: entry {number} of its journal bears the number {entry.seq}; go back to a copy you trust"
            )
    return entries, _attached(source, read, entries)


def _attached(source: Path, read: Exchanged, entries: list[Entry]) -> dict[str, bytes]:
    """The attachments by name, each one that an entry names. Raises ArushaError."""
    attached: dict[str, bytes] = {}
    for each in read.attachments:
        try:
            content = base64.b64decode(each.data, validate=True)
        except (binascii.Error, ValueError):
            raise ArushaError(
                f"{source}: attachment {each.sha256[:12]}… is not base64; go back to a copy you trust"
            ) from None
        if sha256(content) != each.sha256:
            raise ArushaError(f"{source}: attachment {each.sha256[:12]}… was changed; go back to a copy you trust")
        attached[each.sha256] = content
    for entry in entries:
        for name in named(entry):
            if name not in attached:
                raise ArushaError(
                    f"{source}: attachment {name[:12]}… of entry {entry.seq} is missing; go back to a copy you trust"
                )
    if surplus := attached.keys() - {name for entry in entries for name in named(entry)}:
        raise ArushaError(f"{source}: attachment {min(surplus)[:12]}… belongs to no entry; take it out")
    return attached


def _sentence(fault: Fault, data: Any) -> str:
    """A fault with the number of the journal's entry in place of its position."""
    first, _, rest = fault.field.partition(".")
    position, _, field = rest.partition(".")
    if first != "journal" or not position.isdigit():
        return str(fault)
    field = field.removeprefix(f"{data['journal'][int(position)].get('kind')}.") if field else ""
    place = f"entry {int(position) + 1} of its journal"
    return f"{fault.file}: {place}: {field or 'it'}: {fault.message}; {fault.remedy}"
