"""The index of practices: written by Whoosh, exported for the readers, kept in the cache by a digest of the content.

What Whoosh says of one record is a `Row`, and the postings are weighed from all rows. Rows are kept, so a changed record is
indexed again alone; weighing is done anew for all, since each record counts in the weight of every other.
Whoosh stands only here, and only by its public API, so that a fork of it can be dropped in.
"""

import math
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache as once
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from whoosh import index as whoosh_index
from whoosh.analysis import Analyzer, LanguageAnalyzer, Token
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import Index
from whoosh.lang import stopwords_for_language

from kb.base import cache
from kb.base.files import workplace
from kb.base.folding import fold, words
from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import NOT_STATED, EvidenceStrength, Model, PracticeType, Text
from kb.library.knowledge import Knowledge, load
from kb.library.members import find_code
from kb.library.practices import Practice
from kb.search.ranking import Document, Postings

BOOSTS = {"title": 2.0, "names": 2.0, "summary": 1.5, "body": 1.0, "keywords": 1.5, "also": 0.8}
K1 = 1.2
B = dict.fromkeys(BOOSTS, 0.75) | {"keywords": 0.2, "also": 0.2}  # how much a field's length counts against it
PLACES = {"title": 0, "summary": 1_000_000, "body": 2_000_000}  # fields with positions, each a million from the next
AT_ONCE = 1000  # records in one Whoosh index: with many more it would sort them on disk, and take longer for each
_WORD = re.compile(r"\w+")
_CACHED = re.compile(r"[0-9a-f]{16,20}-[a-z]{2}")  # a folder of the cache: what else stands beside it is not ours


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


@once
def _stemming(language: str) -> Stemming:
    """One for each language, so that a word is stemmed once."""
    return Stemming(language)


class _Fields(Mapping[str, Mapping[str, str]]):
    """The searched fields of every practice by its id, each made when it is first asked for."""

    def __init__(self, knowledge: Knowledge, language: str) -> None:
        self._knowledge, self._language = knowledge, language
        self._synonyms = _Synonyms(knowledge, language)
        self._made: dict[str, dict[str, str]] = {}

    def __getitem__(self, key: str) -> dict[str, str]:
        if key not in self._made:
            practice = self._knowledge.practice_by_id[key]
            self._made[key] = texts(practice, self._knowledge, self._language, self._synonyms)
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._knowledge.practice_by_id)

    def __len__(self) -> int:
        return len(self._knowledge.practice_by_id)


fields = lru_cache(maxsize=2)(_Fields)


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


def write(knowledge: Knowledge, language: str, folder: Path, ids: Iterable[str] | None = None) -> Index:
    """Write the Whoosh index of the practices *ids*, all if not given, in *language* into the empty *folder*."""
    stemming = _stemming(language)
    searched = {name: TEXT(analyzer=stemming, phrase=False) for name in BOOSTS}
    index = whoosh_index.create_in(str(folder), Schema(id=ID(stored=True, unique=True), **searched))
    writer = index.writer(limitmb=256)
    for key in knowledge.practice_by_id if ids is None else ids:
        writer.add_document(id=key, **fields(knowledge, language)[key])
    writer.commit(optimize=True)
    return index


def export(index: Index, knowledge: Knowledge, language: str) -> Postings:
    """The postings of a Whoosh index of all practices."""
    return weigh(read_rows(index, knowledge, language), knowledge, language)


class Row(Model):
    """What the index of one language holds of one record, and needs no other record to be known.

    *lengths*: field → how long Whoosh takes it to be. *weights*: field → weight → the stems that have it there. *told*: field
    with positions → its stems in their order. *forms*: each folded word, a slash and its stem. Lists are parted by spaces.
    """

    lengths: dict[str, float]
    weights: dict[str, dict[str, str]]
    told: dict[str, str]
    forms: str


_ROWS, _POSTINGS = TypeAdapter(dict[str, Row]), TypeAdapter(Postings)


def read_rows(index: Index, knowledge: Knowledge, language: str) -> dict[str, Row]:
    """The rows of the records in a Whoosh index, by id."""
    stemming = _stemming(language)
    with index.searcher() as searcher:
        reader = searcher.reader()
        ids = {number: reader.stored_fields(number)["id"] for number in reader.all_doc_ids()}
        weights = _weights(reader, ids)
        lengths = {n: {name: float(reader.doc_field_length(n, name) or 1) for name in BOOSTS} for n in ids}
    return {
        key: _row(lengths[number], weights[number], fields(knowledge, language)[key], stemming)
        for number, key in ids.items()
    }


def _weights(reader: Any, numbers: Iterable[int]) -> dict[int, dict[str, dict[str, list[str]]]]:
    """Of each document, for each field, the stems by their weight."""
    weights: dict[int, dict[str, dict[str, list[str]]]] = {n: {name: {} for name in BOOSTS} for n in numbers}
    for name in BOOSTS:
        for term in reader.lexicon(name):
            stem = term.decode("utf-8")
            matcher = reader.postings(name, term)
            while matcher.is_active():
                weights[matcher.id()][name].setdefault(f"{matcher.weight():g}", []).append(stem)
                matcher.next()
    return weights


def _row(
    lengths: dict[str, float], weights: Mapping[str, Mapping[str, list[str]]], texts: Mapping[str, str], stemming: Any
) -> Row:
    spoken = {
        name: [(word, stem) for word in _WORD.findall(text) if (stem := stemming.stem(word)) is not None]
        for name, text in texts.items()
    }
    return Row(
        lengths=lengths,
        weights={name: {weight: " ".join(stems) for weight, stems in own.items()} for name, own in weights.items()},
        told={name: " ".join(stem for _, stem in spoken[name]) for name in PLACES},
        forms=" ".join(sorted({f"{fold(word)}/{stem}" for word, stem in set().union(*spoken.values())})),
    )


def weigh(rows: Mapping[str, Row], knowledge: Knowledge, language: str) -> Postings:
    """The postings of all rows: for each stem the BM25F impact in each document, in tenths, and its places."""
    order = sorted(rows)
    average, factor = _statistics(rows)
    impacts: dict[str, list[tuple[int, int]]] = {}
    places: dict[str, dict[int, tuple[int, ...]]] = {}
    for number, key in enumerate(order):
        row, told = rows[key], dict[str, list[int]]()
        for stem, impact in _sums(row, average, factor).items():
            impacts.setdefault(stem, []).append((number, max(1, round(10 * impact))))
        for name, start in PLACES.items():
            for place, stem in enumerate(row.told[name].split(), start):
                told.setdefault(stem, []).append(place)
        for stem, own in told.items():
            places.setdefault(stem, {})[number] = tuple(own)
    forms: dict[str, list[str]] = {}
    for pair in sorted(set().union(*(row.forms.split() for row in rows.values()))):
        form, _, stem = pair.partition("/")
        forms.setdefault(form, []).append(stem)
    return Postings(
        documents=tuple(_document(knowledge.practice_by_id[key], knowledge, language) for key in order),
        forms={form: tuple(stems) for form, stems in sorted(forms.items())},
        stems={stem: tuple(found) for stem, found in sorted(impacts.items())},
        positions=dict(sorted(places.items())),
        stopwords=frozenset(fold(word) for word in stopwords_for_language(language)),
    )


def _statistics(rows: Mapping[str, Row]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Of each field the average length, and for each of its stems the factor of BM25F that no document changes."""
    average: dict[str, float] = {}
    factor: dict[str, dict[str, float]] = {}
    for name, boost in BOOSTS.items():
        many, spread = 0.0, Counter[str]()
        for row in rows.values():
            for weight, stems in row.weights[name].items():
                found = stems.split()
                spread.update(found)
                many += float(weight) * len(found)
        average[name] = many / len(rows) or 1
        factor[name] = {  # Whoosh's idf
            stem: boost * (math.log(len(rows) / (documents + 1)) + 1) * (K1 + 1) for stem, documents in spread.items()
        }
    return average, factor


def _sums(row: Row, average: Mapping[str, float], factor: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The impact of each stem in a document."""
    sums: dict[str, float] = {}
    for name in BOOSTS:
        norm = K1 * (1 - B[name] + B[name] * row.lengths[name] / average[name])
        for weight, stems in row.weights[name].items():
            share = float(weight) / (float(weight) + norm)
            for stem in stems.split():
                sums[stem] = sums.get(stem, 0.0) + factor[name][stem] * share
    return sums


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
        reported=practice.reported,
        aged=practice.aged(knowledge.day),
        edition=practice.source.edition,
        instruments=practice.instruments,
        names=tuple(fold(knowledge.members.by_code[code].name.of(language)) for code in practice.members),
    )


def digest(root: Path) -> str:
    """What changes when a content file that the index is made from does, or this program."""
    patterns = ("*.yml", "practices/*.md", "instruments/*.md", "editions/*/*.yml")
    files = sorted(path for pattern in patterns for path in root.glob(pattern))
    named = ((path.relative_to(root).as_posix(), path.read_bytes()) for path in files)
    return cache.key(cache.program(), *(part for pair in named for part in pair))


def open_postings(root: Path, language: str = "en") -> Postings:
    """The postings for the content in *root*, from the cache where the content is unchanged, else made anew."""
    folder = cache.folder() / f"{digest(root)}-{language}"
    if (known := cache.read(folder / "postings.json", _POSTINGS)) is not None:
        return known
    knowledge = load(root)
    postings = weigh(_rows(knowledge, language), knowledge, language)
    cache.write(folder / "postings.json", _POSTINGS, postings)
    with suppress(OSError):
        _forget_old(folder)
    return postings


def _rows(knowledge: Knowledge, language: str) -> dict[str, Row]:
    """The rows of all practices: of those that did not change from the cache, of the others from a Whoosh index of them."""
    path = cache.folder() / f"rows-{language}.json"
    earlier = cache.read(path, _ROWS) or {}
    keys = _keys(knowledge)
    new = [id_ for id_, key in keys.items() if key not in earlier]
    rows = {id_: earlier[key] for id_, key in keys.items() if key in earlier}
    for start in range(0, len(new), AT_ONCE):
        with workplace() as folder:
            index = write(knowledge, language, folder, new[start : start + AT_ONCE])
            rows |= read_rows(index, knowledge, language)
    if new:
        cache.write(path, _ROWS, {key: rows[id_] for id_, key in keys.items()})
    return rows


def _keys(knowledge: Knowledge) -> dict[str, str]:
    """What changes when the searched fields of a practice do, by its id: the record, or what all records lean on."""
    around = (knowledge.declaration, knowledge.members, knowledge.thesaurus, *knowledge.instruments)
    common = cache.key(cache.program(), version("whoosh"), *(part.model_dump_json() for part in around))
    return {practice.id: cache.key(common, practice.model_dump_json()) for practice in knowledge.practices}


def _forget_old(newest: Path, keep: int = 8) -> None:
    made = (path for path in newest.parent.iterdir() if _CACHED.fullmatch(path.name) and path != newest)
    others = sorted(made, key=lambda path: path.stat().st_mtime)
    for path in others[: max(0, len(others) - keep)]:
        shutil.rmtree(path, ignore_errors=True)


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
        "reported": {p.reported: say("search.reported", date=say.date(p.reported)) for p in knowledge.practices},
        "aged": {"aged": say("site.aged")},
    }
    return {name: {fold(value): label for value, label in found.items()} for name, found in named.items()}


def filters(
    knowledge: Knowledge, factor: int | None, member: str | None, region: str | None, edition: int | None
) -> Callable[[Document], bool]:
    """A test for documents from a reader's filters. Raises ArushaError for a Member, region, factor or edition there is not."""
    if factor is not None and factor not in range(1, 11):
        raise Refusal("library.no_factor", factor=factor)
    if edition is not None and edition not in knowledge.edition_by_number:
        known = ", ".join(str(number) for number in knowledge.edition_by_number)
        raise Refusal("library.no_edition", edition=edition, known=known)
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
    raise Refusal("library.no_region", asked=asked, known=known)
