"""The index of practices: written by Whoosh, exported for the readers, cached by a digest of the content.

Whoosh stands only here, and only by its public API, so that a fork of it can be dropped in.
"""

import hashlib
import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index
from whoosh.analysis import Analyzer, LanguageAnalyzer, Token
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import EmptyIndexError, Index
from whoosh.lang import stopwords_for_language

from kb.errors import ArushaError
from kb.files import write_whole
from kb.folding import fold, words
from kb.interface import Phrases
from kb.knowledge import Knowledge, load
from kb.members import find_code
from kb.practices import Practice
from kb.ranking import Document, Postings
from kb.vocabulary import NOT_STATED, EvidenceStrength, PracticeType, Text

BOOSTS = {"title": 2.0, "names": 2.0, "summary": 1.5, "body": 1.0, "keywords": 1.5, "also": 0.8}
FORMAT = 6
K1 = 1.2
B = dict.fromkeys(BOOSTS, 0.75) | {"keywords": 0.2, "also": 0.2}  # how much a field's length counts against it
PLACES = {"title": 0, "summary": 1_000_000, "body": 2_000_000}  # fields with positions, each a million from the next
_WORD = re.compile(r"\w+")
_RECORDS = "records.json"
_CACHED = re.compile(r"[0-9a-f]{16}-[a-z]{2}")  # a folder of the cache: what else stands beside it is not ours


class Stemming(Analyzer):  # type: ignore[misc]
    """How a text becomes stems: words, lower case, stop words out, stemmed, accents folded.

    It gives what Whoosh's `LanguageAnalyzer` gives, with accents folded after stemming (the French stemmer needs them),
    in one pass that remembers each word.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._stems: dict[str, str | None] = {}
        self._chain = LanguageAnalyzer(language, cachesize=0)

    def __getstate__(self) -> dict[str, Any]:
        return {"language": self.language}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["language"])  # type: ignore[misc]

    def stem(self, word: str) -> str | None:
        """The stem of one word; None for a stop word."""
        try:
            return self._stems[word]
        except KeyError:
            found = [fold(token.text) for token in self._chain(word)]
            return self._stems.setdefault(word, found[0] if found else None)

    def __call__(
        self, value: str, positions: bool = False, start_pos: int = 0, mode: str = "", **_: Any
    ) -> Iterator[Token]:
        """Whoosh's protocol: one token, filled anew for each stem."""
        token = Token(positions, mode=mode)
        place = start_pos
        for word in _WORD.findall(value):
            if (stem := self.stem(word)) is not None:
                token.text = stem
                token.boost = 1.0
                token.stopped = False
                if positions:
                    token.pos = place
                place += 1
                yield token


@cache
def _stemming(language: str) -> Stemming:
    """One for each language, so that a word is stemmed once."""
    return Stemming(language)


@lru_cache(maxsize=2)
def fields(knowledge: Knowledge, language: str) -> dict[str, dict[str, str]]:
    """The searched fields of every practice by its id."""
    synonyms = _Synonyms(knowledge, language)
    return {practice.id: texts(practice, knowledge, language, synonyms) for practice in knowledge.practices}


def texts(practice: Practice, knowledge: Knowledge, language: str, synonyms: "_Synonyms") -> dict[str, str]:
    """The searched fields of one practice in *language*."""
    members = [knowledge.members.by_code[code] for code in practice.members]
    names = [
        name
        for member in members
        for name in (
            member.code,
            member.name.en,
            member.name.of("fr"),
            *member.former.of(language),
            *member.aliases.of(language),
        )
    ]
    told = [practice.problem, practice.done, practice.lessons, practice.gender]
    results = () if practice.results == NOT_STATED else practice.results
    body = [part.of(language) for part in told if isinstance(part, Text)] + [
        result.text.of(language) for result in results
    ]
    labels = [knowledge.declaration.elements[element].short.of(language) for element in practice.elements]
    instruments = [knowledge.instrument_by_id[key] for key in practice.instruments]
    named = [f"{instrument.abbreviation or ''} {instrument.name.of(language)}" for instrument in instruments]
    found = {
        "title": practice.title.of(language),
        "names": " ".join(names),
        "summary": practice.summary.of(language),
        "body": "\n".join([*body, *named]),
    }
    keywords = " ".join(practice.keywords.of(language))
    added = synonyms.of(words(" ".join(found.values())), words(keywords))
    return found | {"keywords": keywords, "also": " ".join([*labels, *added])}


class _Synonyms:
    """The words of the thesaurus, ready to be found in many texts."""

    def __init__(self, knowledge: Knowledge, language: str) -> None:
        self.concepts: list[dict[str, tuple[str, ...]]] = []
        self.by_first: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for number, concept in enumerate(knowledge.thesaurus.concepts):
            phrases = {word: tuple(words(word)) for word in (concept.term.of(language), *concept.words.of(language))}
            self.concepts.append({word: phrase for word, phrase in phrases.items() if phrase})
            for phrase in sorted(set(phrases.values())):
                if phrase:
                    self.by_first.setdefault(phrase[0], []).append((phrase, number))

    def of(self, told: list[str], keywords: list[str]) -> list[str]:
        """The words of every concept that a text or its keywords speak of, and that the text does not use itself.

        They come as often as it speaks of the concept, four times at most, so that texts that speak of it more rank higher.
        """
        times: dict[int, int] = {}
        used: set[tuple[str, ...]] = set()
        for text, is_told in ((told, True), (keywords, False)):
            for place, word in enumerate(text):
                for phrase, number in self.by_first.get(word, ()):
                    if tuple(text[place : place + len(phrase)]) == phrase:
                        times[number] = times.get(number, 0) + 1
                        if is_told:
                            used.add(phrase)
        return [
            word
            for number in sorted(times)
            for word, phrase in self.concepts[number].items()
            if phrase not in used
            for _ in range(min(times[number], 4))
        ]


def write(knowledge: Knowledge, language: str, folder: Path) -> Index:
    """Write the Whoosh index of all practices in *language* into the empty *folder*."""
    stemming = _stemming(language)
    searched = {name: TEXT(analyzer=stemming, phrase=False) for name in BOOSTS}
    index = whoosh_index.create_in(str(folder), Schema(id=ID(stored=True, unique=True), **searched))
    writer = index.writer(limitmb=256)
    for key, found in fields(knowledge, language).items():
        writer.add_document(id=key, **found)
    writer.commit(optimize=True)
    return index


def update(folder: Path, before: dict[str, str], knowledge: Knowledge, language: str) -> Index:
    """Bring the Whoosh index in *folder* up to date, where *before* are the digests of the records that it holds.

    Whoosh unpickles what it opens, so *folder* must be one that this program wrote.
    """
    index = whoosh_index.open_dir(str(folder))
    now = _digests(knowledge, language)
    writer = index.writer(limitmb=256)
    for key in before.keys() - now.keys():
        writer.delete_by_term("id", key)
    for key in sorted(now):
        if now[key] != before.get(key):
            writer.update_document(id=key, **fields(knowledge, language)[key])
    writer.commit(merge=False)
    return index


def export(index: Index, knowledge: Knowledge, language: str) -> Postings:
    """The postings of a Whoosh index: for each stem the BM25F impact in each document, in tenths, and its places.

    Document counts and mean lengths are those of the records themselves, so that an index brought up to date gives what one
    written anew would.
    """
    order = sorted(fields(knowledge, language))
    words_found = _read_words(order, knowledge, language)
    impacts: dict[str, dict[int, float]] = {}
    with index.searcher() as searcher:
        reader = searcher.reader()
        rank = {key: place for place, key in enumerate(order)}
        position = {number: rank[reader.stored_fields(number)["id"]] for number in reader.all_doc_ids()}
        for name, boost in BOOSTS.items():
            average = words_found.lengths[name] / len(order) or 1
            norms = {  # the part of BM25 that depends on the document alone
                number: K1 * (1 - B[name] + B[name] * reader.doc_field_length(number, name, 1) / average)
                for number in position
            }
            for term in reader.lexicon(name):
                found: list[tuple[int, float]] = []
                matcher = reader.postings(name, term)
                while matcher.is_active():
                    found.append((matcher.id(), matcher.weight()))
                    matcher.next()
                if found:
                    factor = boost * (math.log(len(order) / (len(found) + 1)) + 1) * (K1 + 1)  # Whoosh's idf
                    row = impacts.setdefault(term.decode("utf-8"), {})
                    for number, weight in found:
                        place = position[number]
                        row[place] = row.get(place, 0.0) + factor * weight / (weight + norms[number])
    return Postings(
        documents=tuple(_document(knowledge.practice_by_id[key], knowledge, language) for key in order),
        forms=words_found.forms,
        stems={
            stem: tuple((n, max(1, round(10 * row[n]))) for n in sorted(row)) for stem, row in sorted(impacts.items())
        },
        positions=words_found.places,
        stopwords=frozenset(fold(word) for word in stopwords_for_language(language)),
    )


@dataclass(frozen=True)
class _Words:
    """What the texts themselves tell: forms with their stems, stems with their places, and each field's number of stems."""

    forms: dict[str, tuple[str, ...]]
    places: dict[str, dict[int, tuple[int, ...]]]
    lengths: dict[str, int]


def _read_words(order: list[str], knowledge: Knowledge, language: str) -> _Words:
    stemming = _stemming(language)
    spellings: set[str] = set()
    places: dict[str, dict[int, list[int]]] = {}
    lengths = dict.fromkeys(BOOSTS, 0)
    for number, key in enumerate(order):
        for name, text in fields(knowledge, language)[key].items():
            start, count = PLACES.get(name), 0
            for word in _WORD.findall(text):
                spellings.add(word)
                if (stem := stemming.stem(word)) is not None:
                    if start is not None:
                        places.setdefault(stem, {}).setdefault(number, []).append(start + count)
                    count += 1
            lengths[name] += count
    forms: dict[str, set[str]] = {}
    for spelling in spellings:
        if (stem := stemming.stem(spelling)) is not None:
            forms.setdefault(fold(spelling), set()).add(stem)
    return _Words(
        {form: tuple(sorted(stems)) for form, stems in sorted(forms.items())},
        {stem: {number: tuple(row) for number, row in found.items()} for stem, found in sorted(places.items())},
        lengths,
    )


def _document(practice: Practice, knowledge: Knowledge, language: str) -> Document:
    results = () if practice.results == NOT_STATED else practice.results
    parts = [
        practice.summary.of(language),
        practice.done.of(language),
        *(result.text.of(language) for result in results),
    ]
    plain = re.sub(r"^\s*(?:[-*]|\d+\.)\s+|[*_`]", "", "\n".join(parts), flags=re.M)
    return Document(
        id=practice.id,
        title=practice.title.of(language),
        text=" ".join(plain.split()),
        members=practice.members,
        regions=tuple(dict.fromkeys(knowledge.members.by_code[code].region for code in practice.members)),
        factors=practice.factors,
        elements=practice.elements,
        type=practice.type,
        evidence=practice.evidence,
        year=practice.year,
        edition=practice.source.edition,
        instruments=practice.instruments,
    )


def digest(root: Path) -> str:
    """Sixteen hexadecimal digits over every content file that the index is made from."""
    total = hashlib.sha256(f"{FORMAT} {sorted(BOOSTS.items())}".encode())
    for path in sorted(
        [
            *root.glob("*.yml"),
            *root.glob("practices/*.md"),
            *root.glob("instruments/*.md"),
            *root.glob("editions/*/*.yml"),
        ]
    ):
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def open_postings(root: Path, language: str = "en") -> Postings:
    """The postings for the content in *root*, from the cache where the content is unchanged, else made anew.

    A cache that cannot be written or read is no fault: the index is then made in a temporary folder.
    """
    folder = _cache() / f"{digest(root)}-{language}"
    cached = folder / "postings.json"
    try:
        return _loaded(cached.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    knowledge = load(root)
    with tempfile.TemporaryDirectory(prefix="arusha-index-") as name:
        made = Path(name) / "index"
        postings = export(_made(made, knowledge, language), knowledge, language)
        try:
            if not folder.exists():
                shutil.copytree(made, folder)
            write_whole(folder / _RECORDS, json.dumps(_digests(knowledge, language)))
            write_whole(cached, _dumped(postings))
            _forget_old(folder)
        except OSError:
            pass
    return postings


def _made(folder: Path, knowledge: Knowledge, language: str) -> Index:
    """The index in *folder*: the cache's newest one brought up to date if most of its records are unchanged, else a new one."""
    now = _digests(knowledge, language)
    earlier = sorted(_cache().glob(f"*-{language}/{_RECORDS}"), key=lambda path: path.stat().st_mtime)
    if earlier and _is_our_own(earlier[-1].parent):
        try:
            before = json.loads(earlier[-1].read_text(encoding="utf-8"))
            if sum(before.get(key) == value for key, value in now.items()) > 0.8 * max(len(now), len(before)):
                shutil.copytree(earlier[-1].parent, folder)
                return update(folder, before, knowledge, language)
        except (OSError, ValueError, AttributeError, EmptyIndexError):
            shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return write(knowledge, language, folder)


def _is_our_own(folder: Path) -> bool:
    """Whether only this user can have written a folder of the cache."""
    if not hasattr(os, "getuid"):
        return True
    return all(
        path.stat().st_uid == os.getuid() and not path.stat().st_mode & 0o022 for path in (folder, *folder.iterdir())
    )


def _digests(knowledge: Knowledge, language: str) -> dict[str, str]:
    """What changes when the searched fields of a practice do, by its id."""
    mark = f"{FORMAT} {sorted(BOOSTS)}"
    return {
        key: hashlib.sha256(json.dumps([mark, found]).encode()).hexdigest()[:16]
        for key, found in fields(knowledge, language).items()
    }


def _cache() -> Path:
    if chosen := os.environ.get("ARUSHA_CACHE"):
        return Path(chosen)
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "arusha"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / "arusha"


def _forget_old(newest: Path, keep: int = 8) -> None:
    made = (path for path in newest.parent.iterdir() if _CACHED.fullmatch(path.name) and path != newest)
    others = sorted(made, key=lambda path: path.stat().st_mtime)
    for path in others[: max(0, len(others) - keep)]:
        shutil.rmtree(path, ignore_errors=True)


def _dumped(postings: Postings) -> str:
    data = {
        "documents": [asdict(document) for document in postings.documents],
        "forms": dict(postings.forms),
        "stems": dict(postings.stems),
        "positions": {stem: dict(row) for stem, row in postings.positions.items()},
        "stopwords": sorted(postings.stopwords),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _loaded(text: str) -> Postings:
    data = json.loads(text)
    documents = []
    for row in data["documents"]:
        fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        documents.append(Document(**fields))
    return Postings(
        documents=tuple(documents),
        forms={form: tuple(stems) for form, stems in data["forms"].items()},
        stems={stem: tuple((number, impact) for number, impact in row) for stem, row in data["stems"].items()},
        positions={
            stem: {int(number): tuple(places) for number, places in row.items()}
            for stem, row in data["positions"].items()
        },
        stopwords=frozenset(data["stopwords"]),
    )


def labels(knowledge: Knowledge, say: Phrases) -> dict[str, dict[str, str]]:
    """What a reader sees for each value of each filter, the values folded as in `Document.facets`."""
    language = say.language
    named = {
        "factor": {str(f.number): f"{f.number} {f.name.of(language)}" for f in knowledge.declaration.factors},
        "element": {
            key: f"{key} {element.short.of(language)}" for key, element in knowledge.declaration.elements.items()
        },
        "member": {member.code: member.name.of(language) for member in knowledge.members.members},
        "region": {region.code: region.name.of(language) for region in knowledge.members.regions},
        "type": {str(key): say(f"type.{key}") for key in PracticeType},
        "evidence": {str(key): say(f"evidence.{key}") for key in EvidenceStrength},
        "edition": {str(number): say("edition.n", number=number) for number in knowledge.edition_by_number},
        "instrument": {key: instrument.name.of(language) for key, instrument in knowledge.instrument_by_id.items()},
    }
    return {name: {fold(value): label for value, label in found.items()} for name, found in named.items()}


def filters(
    knowledge: Knowledge, factor: int | None, member: str | None, region: str | None, edition: int | None
) -> Callable[[Document], bool]:
    """A test for documents from a reader's filters. Raises ArushaError for a Member, region, factor or edition there is not."""
    if factor is not None and factor not in range(1, 11):
        raise ArushaError(f"there is no key factor {factor}; the Declaration has ten, so give --factor 1 to 10")
    if edition is not None and edition not in knowledge.edition_by_number:
        known = ", ".join(str(number) for number in knowledge.edition_by_number)
        raise ArushaError(f"edition {edition} is not in the knowledge base; it holds {known}")
    code = None if member is None else find_code(knowledge.members, member)
    area = None if region is None else _find_region(knowledge, region)

    def keep(document: Document) -> bool:
        return (
            (factor is None or factor in document.factors)
            and (code is None or code in document.members)
            and (area is None or area in document.regions)
            and (edition is None or edition == document.edition)
        )

    return keep


def _find_region(knowledge: Knowledge, asked: str) -> str:
    wanted = fold(asked.strip())
    for region in knowledge.members.regions:
        if wanted in {fold(region.code), fold(region.name.en), fold(region.name.of("fr"))}:
            return region.code
    known = ", ".join(f"{region.code} ({region.name.en})" for region in knowledge.members.regions)
    raise ArushaError(f"“{asked}” is no region of the WCO; use one of {known}")
