"""Practices close to a practice: by the elements they serve and by what their texts speak of."""

import heapq
from collections.abc import Mapping

from kb.library.practices import Practice
from kb.search.cosine import cosine, unit
from kb.search.ranking import Postings

TELLING = 12  # stems of a text that tell most
COMMON = 60  # a stem in more documents than this tells too little
SHARED_ELEMENT = 0.5  # what an element in common is worth beside a likeness of texts between 0 and 1


def find(postings: Postings, practices: Mapping[str, Practice], limit: int = 4) -> dict[str, tuple[str, ...]]:
    """For each practice the ids of at most *limit* others: those its record names first, then the closest; ties by id."""
    texts = _texts(postings)
    ids = [document.id for document in postings.documents]
    served = [frozenset(practices[key].elements) for key in ids]
    close: dict[str, tuple[str, ...]] = {}
    for number, own in enumerate(ids):
        text = texts.get(number, {})
        near = {other for stem in text for other, _ in postings.stems[stem]} - {number}
        closeness = {
            ids[other]: cosine(text, texts[other])
            + SHARED_ELEMENT * len(served[number] & served[other]) / len(served[number])
            for other in near
        }
        order = heapq.nsmallest(limit, closeness, key=lambda key: (-round(closeness[key], 6), key))
        close[own] = tuple(dict.fromkeys([*practices[own].related, *order]))[: max(limit, len(practices[own].related))]
    return close


def _texts(postings: Postings) -> dict[int, Mapping[str, float]]:
    """For each document the stems that tell most, as a unit vector of their impacts."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for stem, places in postings.stems.items():
        if 1 < len(places) <= COMMON:
            for number, impact in places:
                rows.setdefault(number, []).append((impact, stem))
    telling = {number: sorted(row, key=lambda pair: (-pair[0], pair[1]))[:TELLING] for number, row in rows.items()}
    return {number: unit({stem: impact for impact, stem in row}) for number, row in telling.items()}
