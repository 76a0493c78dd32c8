"""The exported index as small static files, so that a browser loads only what a query needs.

Every file calls `arushaShard(name, data)`, and so can be fetched from a server or loaded as a script from a folder:

- `dir.js`: what there is, small enough for every search: where the shards begin, first letters, stop words, number of records.
- `DIGEST/s/N.js`: a range of words. Stem → [its forms, gaps between its documents, their impacts]. A shard holds every stem
  that a form or stem in its range leads to, so one word needs one shard.
- `DIGEST/p/N.js`: the same ranges with positions, for phrases only.
- `DIGEST/w/LETTER.js`: all forms of one first letter and in how many documents they stand, for unknown words only.
- `DIGEST/d/N.js`: one record: its id, title, text that its snippet is cut from, and the line of facts that a result shows.
- `DIGEST/facets.js`: what the filters ask of each record, for filters and the search page only.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from kb.base.folding import fold
from kb.search.ranking import FILTERS, Document, Postings

BOX_PHRASES = ("all", "nearest", "suggestion", "found_one", "found_other", "some_one", "some_other", "none")
SHARD_SIZE = 9_000  # characters of JSON, about 3 KB on the wire


def make(postings: Postings, labels: Mapping[str, Mapping[str, str]], phrases: Mapping[str, str]) -> dict[str, str]:
    """The files by path. *labels*: for each filter field, what a reader sees for each value; *phrases*: for the search box."""
    ranges = _ranges(postings)
    files: dict[str, Any] = {}
    for number, forms_of in enumerate(ranges.values()):
        files[f"s/{number}"] = {stem: _row(stem, forms, postings) for stem, forms in forms_of.items()}
        files[f"p/{number}"] = {stem: _places(stem, postings) for stem in forms_of}
    for letter, forms in postings.forms_by_letter.items():
        files[f"w/{ord(letter):x}"] = [" ".join(forms), " ".join(str(postings.spread(form)) for form in forms)]
    for number, d in enumerate(postings.documents):
        files[f"d/{number}"] = [d.id, d.title, d.text, _facts(d, labels)]
    files["facets"] = {"values": {name: _column(name, postings) for name in FILTERS}, "labels": labels}
    written = {name: _file(name, data) for name, data in files.items()}
    digest = hashlib.sha256("\n".join(written[name] for name in sorted(written)).encode()).hexdigest()[:12]
    head = {
        "folder": digest,
        "records": len(postings.documents),
        "keys": _shortened(ranges),
        "letters": "".join(postings.forms_by_letter),
        "stopwords": " ".join(sorted(postings.stopwords)),
        "phrases": {name: phrases[name] for name in BOX_PHRASES},
    }
    return {"dir.js": _file("dir", head)} | {f"{digest}/{name}.js": text for name, text in written.items()}


def _file(name: str, data: Any) -> str:
    return f'arushaShard("{name}",{json.dumps(data, ensure_ascii=False, separators=(",", ":"))});\n'


def _facts(document: Document, labels: Mapping[str, Mapping[str, str]]) -> str:
    """Members, type, evidence and date of a practice in a reader's words, so that a result needs no table of labels."""
    members = ", ".join(_label("member", code, labels) for code in document.members)
    named = [(name, getattr(document, name)) for name in ("type", "evidence", "reported")]
    facts = [members, *(_label(name, value, labels) for name, value in named)]
    facts += [_label("aged", "aged", labels)] if document.aged else []
    return " · ".join(fact for fact in facts if fact)


def _label(name: str, value: str, labels: Mapping[str, Mapping[str, str]]) -> str:
    return labels.get(name, {}).get(fold(value), value)


def _ranges(postings: Postings) -> dict[str, dict[str, list[str]]]:
    """Where each shard begins, the shortest word that parts it from the one before → the stems in it with their forms."""
    forms_of: dict[str, list[str]] = {stem: [] for stem in postings.stems}
    for form, stems in postings.forms.items():
        for stem in stems:
            forms_of[stem].append(form)
    leads = {stem: {stem} for stem in postings.stems}
    for form, stems in postings.forms.items():
        leads.setdefault(form, set()).update(stems)
    ranges: dict[str, dict[str, list[str]]] = {}
    current: dict[str, list[str]] = {}
    size, before = SHARD_SIZE, ""
    for key in sorted(leads):
        fresh = sorted(leads[key] - current.keys())
        weight = sum(len(stem) + sum(map(len, forms_of[stem])) + 7 * len(postings.stems[stem]) + 10 for stem in fresh)
        if fresh and size + weight > SHARD_SIZE:
            current = ranges[key[: _shared(before, key) + 1]] = {}
            size, fresh = 0, sorted(leads[key])
            weight = sum(
                len(stem) + sum(map(len, forms_of[stem])) + 7 * len(postings.stems[stem]) + 10 for stem in fresh
            )
        for stem in fresh:
            current[stem] = forms_of[stem]
        size, before = size + weight, key
    return ranges


def _shortened(keys: Iterable[str]) -> str:
    """Sorted keys on one line, each without what it shares with the one before: a letter says how much (a none, b one, …)."""
    found = []
    for before, key in pairwise(["", *keys]):
        shared = min(_shared(before, key), 25)
        found.append(f"{'abcdefghijklmnopqrstuvwxyz'[shared]}{key[shared:]}")
    return " ".join(found)


def _shared(one: str, other: str) -> int:
    """How many letters two words have in common at their beginning."""
    ends = (position for position, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(ends, min(len(one), len(other)))


def _row(stem: str, forms: Iterable[str], postings: Postings) -> list[str]:
    numbers, impacts = zip(*postings.stems[stem], strict=True)
    return [" ".join(forms), _gaps(numbers), ",".join(map(str, impacts))]


def _gaps(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:  # most places of a word in a text
        return str(numbers[0])
    return ",".join([str(after - before) for before, after in pairwise((0, *numbers))])


def _places(stem: str, postings: Postings) -> dict[int, str]:
    return {number: _gaps(places) for number, places in postings.positions.get(stem, {}).items()}


def _column(name: str, postings: Postings) -> list[Any]:
    """[values, for each record the numbers of its values]."""
    values = sorted({value for document in postings.documents for value in document.facets[name]})
    number = {value: position for position, value in enumerate(values)}
    return [values, [sorted(number[value] for value in document.facets[name]) for document in postings.documents]]
