"""Copies of one file that grew apart: what one did after their common beginning, as entries that go on the other's journal.

The entries come as they are, in their order, after one of the kind “joined”, by which the same copy can be joined again later. Ids
that both gave to different new things are renumbered in what comes. Where both changed the same thing both changes are kept, and
each one that comes is followed by the own one once more, unless those of the other are to stand.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from assessment import events, replay
from assessment.events import Joined, Planned, as_json
from assessment.storing.journal import Entry, Journal, Kept, named
from kb.base.folding import each_text
from kb.base.interface import Refusal
from kb.library.questionnaires import Bank

THINGS = ("person", "evidence", "risk", "action")  # which have ids of their own
_REFERENCES: Mapping[str, tuple[tuple[str, str], ...]] = {  # by kind of entry: fields, and of what they hold the id
    **{kind: (("id", kind),) for kind in THINGS},
    **dict.fromkeys(("answered", "closed", "reopened", "agreed", "moved"), (("by", "person"),)),
    **dict.fromkeys(("code", "assigned", "unassigned"), (("person", "person"),)),
    "monitored": (("action", "action"),),
}
_OF_QUESTIONS: Mapping[str, tuple[str, ...]] = {  # by kind of entry: what it changes of its questions
    "closed": ("closing",),
    "reopened": ("closing", "agreement"),
    "agreed": ("agreement",),
    "moved": ("agreement",),
}
_BESIDE = ("by", "questions", "wording", "respondent")  # fields in which two changes of one thing may differ
Ids = dict[str, dict[str, str]]  # by kind of thing: the id there, and the id here
Thing = tuple[str, str, str]  # a kind of thing such as “score”, its id or question, and whose it is


@dataclass(frozen=True)
class Conflict:
    """One thing that both changed: its *kind* (a key `join.what.KIND` of the interface), and the changes that stand in each.

    *of* is its id, question or scope; *whose* the person or unit, if it is somebody's.
    """

    kind: str
    of: str
    whose: str
    mine: tuple[Kept, ...]
    theirs: tuple[Kept, ...]

    @property
    def thing(self) -> Thing:
        """What both changed."""
        return self.kind, self.of, self.whose


@dataclass(frozen=True)
class Joining:
    """What joining comes to: the new *entries*, “joined” first; *common* of both; the *conflicts*; who needs a new code (*codeless*).

    *sealed*: the copy is sealed, and its seal is not taken. *left_out*: how many entries a later rule forbids.
    """

    entries: tuple[Kept, ...]
    common: int
    conflicts: tuple[Conflict, ...]
    renumbered: tuple[tuple[str, str], ...]
    codeless: tuple[str, ...]
    sealed: bool
    left_out: int

    @cached_property
    def taken(self) -> Counter[str]:
        """How many entries of each kind come from the copy; private scores are “score”."""
        (_, head), *rest = self.entries
        again = set(head.get("again", ()))
        return Counter(
            "score" if body.get("by") and kind == "answered" else kind
            for number, (kind, body) in enumerate(rest, 1)
            if number not in again
        )


def join(mine: Sequence[Entry], theirs: Sequence[Entry], *, prefer_theirs: bool = False) -> Joining:
    """What *theirs* has that *mine* has not. Raises ArushaError, which tells of the copy, where they cannot be joined."""
    common = _common(mine, theirs)
    _expect_copies(mine, theirs, common)
    start = _start(mine, theirs, common)
    new = theirs[start:]
    unsealed = [entry for entry in new if entry.kind != "sealed"]
    if not unsealed:
        raise Refusal("join.nothing")
    ids, added = _ids(mine, theirs, common, start)
    changed_here, changed_there = _changed_here(mine, theirs, common), _changed(_mapped(new, ids))
    conflicts = tuple(_conflicts(changed_here, changed_there))
    again = {each.thing: each.mine for each in conflicts if not prefer_theirs}
    stale = {here for _, here in _renumbered(ids["person"])}
    rows, left_out = _rows(new, ids, again, stale)
    head = {"until": unsealed[-1].hash, "since": theirs[start - 1].hash, **_head(rows, added)}
    return Joining(
        entries=(("joined", head), *(kept for _, kept in rows)),
        common=common,
        conflicts=conflicts,
        renumbered=tuple(pair for kind in THINGS for pair in _renumbered(added[kind])),
        codeless=_codeless(_mapped(new, ids), stale),
        sealed=theirs[-1].kind == "sealed",
        left_out=left_out,
    )


def _common(mine: Sequence[Entry], theirs: Sequence[Entry]) -> int:
    """How many entries both have from the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0].hash == pair[1].hash, zip(mine, theirs, strict=False)))


def _renumbered(ids: Mapping[str, str]) -> list[tuple[str, str]]:
    """The ids that are others here: there, and here."""
    return [(there, here) for there, here in ids.items() if there != here]


def _codeless(entries: Iterable[Kept], stale: Collection[str]) -> tuple[str, ...]:
    """Whose code does not come, since it is made of the id that they had."""
    return tuple(dict.fromkeys(b["person"] for kind, b in entries if kind == "code" and b["person"] in stale))


@dataclass(frozen=True)
class Foreseen:
    """What joining a copy would come to: the *joining*, and how many new entries then count nothing.

    *last*: the hash of the file's last entry then. *theirs*: the entries of the copy.
    """

    joining: Joining
    uncounted: int
    last: str
    theirs: Sequence[Entry]


def foresee(file: Journal, copy: Journal, current: Bank, *, prefer_theirs: bool) -> Foreseen:
    """What joining would come to as the file stands. Raises ArushaError, which tells of the copy."""
    before, theirs = file.entries(), copy.entries()
    made = join(before, theirs, prefer_theirs=prefer_theirs)
    after = replay.state(foreseen(before, made.entries), current, file.attachment, plan=True)
    return Foreseen(made, sum(seq > len(before) for seq, _ in after.uncounted), before[-1].hash, theirs)


def still(file: Journal, copy: Path, shown: Foreseen) -> Sequence[Kept]:
    """The entries to take, if the file is still what was shown. Raises Refusal."""
    if file.entries()[-1].hash != shown.last:
        raise Refusal("join.changed_since", path=file.name, copy=copy)
    return shown.joining.entries


def attachments(copy: Journal, shown: Foreseen) -> list[bytes]:
    """What the entries that come attach."""
    new = shown.theirs[shown.joining.common :]
    return [copy.attachment(name) for name in named(new)]


def foreseen(mine: Sequence[Entry], entries: Iterable[Kept]) -> list[Entry]:
    """The journal as it would be with new entries, which have no hashes yet. Raises ArushaError for one that cannot be read."""
    found, at = list(mine), mine[-1].at
    for seq, (kind, body) in enumerate(entries, len(mine) + 1):
        parsed = events.parse(seq, at, kind, as_json(body))
        found.append(Entry(seq, at, kind, body, "", parsed.event, parsed.remarks))
    return found


def _expect_copies(mine: Sequence[Entry], theirs: Sequence[Entry], common: int) -> None:
    """Raise ArushaError unless what one has can go on the other."""
    if mine[-1].kind == "sealed":
        raise Refusal("join.sealed")
    if mine[0].kind != theirs[0].kind:
        raise Refusal("join.is_plan" if theirs[0].kind == "planned" else "join.is_assessment")
    if not common:
        raise Refusal("join.no_copy")
    own = {entry.hash for entry in mine[common:]}
    if any(isinstance(entry.event, Joined) and entry.event.until in own for entry in theirs):
        raise Refusal("join.other_way")
    if any(entry.kind == "upgraded" for entry in (*mine[common:], *theirs[common:])):
        raise Refusal("join.upgraded")


def _start(mine: Sequence[Entry], theirs: Sequence[Entry], common: int) -> int:
    """How many entries of *theirs* are in *mine* already: those of the common beginning, and those joined earlier."""
    place = {entry.hash: number for number, entry in enumerate(theirs, 1)}
    joined = [entry.event.until for entry in mine if isinstance(entry.event, Joined)]
    return max(common, *(place.get(until, 0) for until in joined), 0)


def _ids(mine: Sequence[Entry], theirs: Sequence[Entry], common: int, start: int) -> tuple[Ids, Ids]:
    """The ids that things of *theirs* have here: of all that came up in the copy, and of those that are new this time."""
    ids = _joined_ids(mine, {entry.hash for entry in theirs})
    added: Ids = {kind: {} for kind in THINGS}
    shared, here, there = _first(mine[:common]), _first(mine), _first(theirs)
    for kind, key in there:
        if (kind, key) in shared or key in ids[kind]:
            continue
        taken = {each for of, each in here if of == kind} | set(ids[kind].values())
        same = (kind, key) in here and here[kind, key] == there[kind, key]
        free = key not in taken or same
        key_here = key if free else _free(key, taken)
        ids[kind][key] = added[kind][key] = key_here
    return ids, added


def _joined_ids(mine: Sequence[Entry], copy: Collection[str]) -> Ids:
    """The ids that things of a copy were given as it was joined earlier."""
    ids: Ids = {kind: {} for kind in THINGS}
    for entry in mine:
        if isinstance(entry.event, Joined) and entry.event.until in copy:
            for thing, pairs in entry.event.ids.items():
                ids[thing].update(pairs)
    return ids


def _first(entries: Sequence[Entry]) -> dict[tuple[str, str], Any]:
    """Each thing with an id as it was first entered, a person with the first code."""
    found: dict[tuple[str, str], Any] = {}
    codes: dict[str, str] = {}
    opening = entries[0].event if entries else None
    if isinstance(opening, Planned):
        found.update({("risk", risk.id): risk for risk in opening.risks})
        found.update({("action", action.id): action for action in opening.actions})
    for entry in entries:
        if entry.kind in THINGS:
            found.setdefault((entry.kind, entry.body["id"]), entry.body)
        elif entry.kind == "code":
            codes.setdefault(entry.body["person"], entry.body["sha256"])
    for person, code in codes.items():
        if ("person", person) in found:
            found["person", person] = (found["person", person], code)
    return found


def _free(key: str, taken: set[str]) -> str:
    """The first id like another that is free."""
    stem = key.rstrip("0123456789")
    stem = f"{key[:33]}-" if stem == key else stem[:34]
    return next(each for n in range(1, 100_000) if (each := f"{stem}{n}") not in taken)


def _mapped(entries: Sequence[Entry], ids: Ids) -> list[Kept]:
    return [_renamed(entry.kind, each_text(entry.body) if entry.remarks else entry.body, ids) for entry in entries]


def _renamed(kind: str, body: dict[str, Any], ids: Ids) -> Kept:
    """An entry of the copy with the ids that things have here."""
    changed = {
        field: ids[thing].get(body[field], body[field])
        for field, thing in _REFERENCES.get(kind, ())
        if body.get(field) is not None
    }
    if kind == "action" and body["origin"].get("risk"):
        risk = body["origin"]["risk"]
        changed["origin"] = body["origin"] | {"risk": ids["risk"].get(risk, risk)}
    if kind == "joined" and body.get("ids"):
        changed["ids"] = {
            thing: {there: ids[thing].get(here, here) for there, here in pairs.items()}
            for thing, pairs in body["ids"].items()
        }
    return kind, body | changed


def _things(kind: str, body: dict[str, Any]) -> list[Thing]:
    """What an entry changes."""
    if kind == "answered":
        return [("score", body["question"], body["by"]) if body.get("by") else ("answer", body["question"], "")]
    if kind in THINGS:
        return [(kind, body["id"], "")]
    if kind == "code":
        return [("code", body["person"], "")]
    if kind in ("assigned", "unassigned"):
        return [("assignment", body["scope"], body.get("person") or body["unit"])]
    if kind in ("names", "tailored"):
        return [(kind, "", "")]
    questions = body.get("questions") or [body.get("question")]
    return [(thing, question, "") for thing in _OF_QUESTIONS.get(kind, ()) for question in questions]


def _changed(entries: Iterable[Kept]) -> dict[Thing, list[Kept]]:
    """Each thing that entries change, with the changes in their order, each of that thing alone."""
    found: dict[Thing, list[Kept]] = {}
    for kind, body in entries:
        for thing in _things(kind, body):
            alone = body | {"questions": [thing[1]]} if kind in ("closed", "reopened", "moved") else body
            found.setdefault(thing, []).append((kind, alone))
    return found


def _changed_here(mine: Sequence[Entry], theirs: Sequence[Entry], common: int) -> dict[Thing, list[Kept]]:
    """What was changed here after the common beginning and is not known to the copy."""
    copy = {entry.hash for entry in theirs}
    found: dict[Thing, list[Kept]] = {}
    left, number, again = 0, 0, frozenset[int]()
    for entry in mine[common:]:
        if isinstance(entry.event, Joined) and entry.event.until in copy:
            left, number, again = entry.event.entries, 0, frozenset(entry.event.again)
            continue
        from_copy = number < left and (number := number + 1) not in again
        for thing, changes in _changed([(entry.kind, entry.body)]).items():
            found[thing] = [] if from_copy else [*found.get(thing, []), *changes]
    return found


def _conflicts(here: Mapping[Thing, list[Kept]], there: Mapping[Thing, list[Kept]]) -> Iterable[Conflict]:
    """What both changed in different ways; of private scores all that both gave, so that nobody learns whether they are equal."""
    for thing, changes in there.items():
        if own := here.get(thing):
            mine, theirs = _standing(thing, own), _standing(thing, changes)
            if thing[0] == "score" or _meaning(mine) != _meaning(theirs):
                yield Conflict(*thing, mine, theirs)


def _standing(thing: Thing, changes: list[Kept]) -> tuple[Kept, ...]:
    """Of the changes of a thing those that make it what it is."""
    last = changes[-1]
    if thing[0] == "assignment" and last[0] == "assigned":
        return ("unassigned", {name: value for name, value in last[1].items() if name != "due"}), last
    if thing[0] != "agreement":
        return (last,)
    begins = [place for place, (kind, _) in enumerate(changes) if kind != "moved"]
    return tuple(changes[begins[-1] :]) if begins else (last,)


def _meaning(changes: Iterable[Kept]) -> list[Kept]:
    return [
        (
            kind,
            body
            if kind in (*THINGS, "tailored")
            else {name: value for name, value in body.items() if name not in _BESIDE},
        )
        for kind, body in changes
    ]


Rows = list[
    tuple[int | None, Kept]
]  # the place of the entry in the copy; None for one of this file that is entered again


def _rows(new: Sequence[Entry], ids: Ids, again: Mapping[Thing, tuple[Kept, ...]], stale: set[str]) -> tuple[Rows, int]:
    """What comes, each change of a thing in conflict followed by the own one; and how many entries are left out by a later rule."""
    rows: Rows = []
    left_out = 0
    for place, (entry, (kind, body)) in enumerate(zip(new, _mapped(new, ids), strict=True)):
        if kind == "sealed" or (kind == "code" and body["person"] in stale):
            continue
        if entry.remarks and events.parse(entry.seq, entry.at, kind, as_json(body)).remarks:
            left_out += 1
            continue
        rows.append((place, (kind, body)))
        own = [kept for thing in _things(kind, body) for kept in again.get(thing, ())]
        rows += [(None, kept) for number, kept in enumerate(own) if kept not in own[:number]]
    return [(place, _recounted(new, rows, number)) for number, (place, _) in enumerate(rows)], left_out


def _recounted(new: Sequence[Entry], rows: Rows, number: int) -> Kept:
    """A row; one of the kind “joined”, of a copy joined into the copy, with what follows it here counted."""
    place, (kind, body) = rows[number]
    if kind != "joined" or place is None:
        return kind, body
    event = new[place].event
    assert isinstance(event, Joined)  # noqa: S101 - by its kind
    end = place + event.entries
    following = [source for source, _ in takewhile(lambda row: (row[0] or 0) <= end, rows[number + 1 :])]
    own = {None, *(place + each for each in event.again)}
    again = _again(each for each, source in enumerate(following, 1) if source in own)
    return kind, {name: value for name, value in body.items() if name != "again"} | {"entries": len(following)} | again


def _head(rows: Rows, added: Ids) -> dict[str, Any]:
    """What the entry before them says of the entries that come."""
    ids = {kind: pairs for kind, pairs in added.items() if pairs}
    again = _again(number for number, (source, _) in enumerate(rows, 1) if source is None)
    return {"entries": len(rows), "ids": ids} | again


def _again(numbers: Iterable[int]) -> dict[str, list[int]]:
    """The field that says which of the entries that follow are of this file, if any are."""
    listed = list(numbers)
    return {"again": listed} if listed else {}
