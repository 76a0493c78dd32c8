"""The index of practices: written by Whoosh, exported for the readers, cached by a digest of the content.

Whoosh stands only here, and only by its public API, so that a fork of it can be dropped in.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index
from whoosh.analysis import Analyzer, Filter, LanguageAnalyzer, RegexTokenizer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import Index
from whoosh.lang import stopwords_for_language
from whoosh.scoring import bm25

from kb.errors import ArushaError
from kb.files import write_whole
from kb.folding import fold, words
from kb.interface import Phrases
from kb.knowledge import Knowledge, load
from kb.members import find_code
from kb.practices import Practice
from kb.ranking import Document, Postings
from kb.vocabulary import NOT_STATED, EvidenceStrength, PracticeType, Text

BOOSTS = {"title": 3.0, "names": 2.0, "summary": 1.5, "body": 1.0, "also": 0.5}
FORMAT = 4
K1 = 1.2
B = dict.fromkeys(BOOSTS, 0.75) | {"also": 0.2}  # how much a field's length counts against it
PLACES = {"title": 0, "summary": 1_000_000, "body": 2_000_000}  # fields with positions, each a million from the next
_CACHED = re.compile(r"[0-9a-f]{16}-[a-z]{2}")  # a folder of the cache: what else stands beside it is not ours


class _Fold(Filter):  # type: ignore[misc]
    """Takes accents off stems, after stemming, since the French stemmer needs them."""

    def __call__(self, tokens: Any) -> Iterator[Any]:
        for token in tokens:
            token.text = fold(token.text)
            yield token


def analyzer(language: str) -> Analyzer:
    """How a text of *language* becomes stems: words, lower case, stop words out, stemmed, accents folded."""
    chain = LanguageAnalyzer(language)
    chain.items[0] = RegexTokenizer(r"\w+")
    return chain | _Fold()


def texts(practice: Practice, knowledge: Knowledge, language: str) -> dict[str, str]:
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
    fields = {
        "title": practice.title.of(language),
        "names": " ".join(names),
        "summary": practice.summary.of(language),
        "body": "\n".join([*body, *named]),
    }
    keywords = practice.keywords.of(language)
    synonyms = _synonyms(" ".join(fields.values()), " ".join(keywords), knowledge, language)
    fields["also"] = " ".join([*keywords, *labels, *synonyms])
    return fields


def _synonyms(told: str, keywords: str, knowledge: Knowledge, language: str) -> list[str]:
    """The words of every concept that a practice speaks of and does not use itself.

    They come as often as it speaks of the concept, four times at most, so that those that speak of it more rank higher.
    """
    own, all_words = f" {' '.join(words(told))} ", f" {' '.join(words(f'{told} {keywords}'))} "
    found: list[str] = []
    for concept in knowledge.thesaurus.concepts:
        folded = {
            word: f" {' '.join(words(word))} " for word in (concept.term.of(language), *concept.words.of(language))
        }
        if times := sum(all_words.count(form) for form in set(folded.values())):
            found.extend(word for word, form in folded.items() if form not in own for _ in range(min(times, 4)))
    return found


def write(knowledge: Knowledge, language: str, folder: Path) -> Index:
    """Write the Whoosh index of all practices in *language* into the empty *folder*."""
    chain = analyzer(language)
    schema = Schema(
        id=ID(stored=True, unique=True), **{name: TEXT(analyzer=chain, phrase=name in PLACES) for name in BOOSTS}
    )
    index = whoosh_index.create_in(str(folder), schema)
    writer = index.writer(limitmb=128)
    for practice in knowledge.practices:
        writer.add_document(id=practice.id, **texts(practice, knowledge, language))
    writer.commit(optimize=True)
    return index


def export(index: Index, knowledge: Knowledge, language: str) -> Postings:
    """The postings of a Whoosh index: for each stem the BM25F impact in each document, in tenths, and its places."""
    impacts: dict[str, dict[int, float]] = {}
    places: dict[str, dict[int, list[int]]] = {}
    with index.searcher() as searcher:
        reader = searcher.reader()
        ids = {number: reader.stored_fields(number)["id"] for number in reader.all_doc_ids()}
        position = {number: place for place, number in enumerate(sorted(ids, key=ids.__getitem__))}
        for name, boost in BOOSTS.items():
            average = searcher.avg_field_length(name) or 1
            for term in reader.lexicon(name):
                stem = term.decode("utf-8")
                idf = searcher.idf(name, stem)
                matcher = reader.postings(name, term)
                while matcher.is_active():
                    document = position[matcher.id()]
                    length = reader.doc_field_length(matcher.id(), name, 1)
                    row = impacts.setdefault(stem, {})
                    row[document] = row.get(document, 0.0) + boost * bm25(
                        idf, matcher.weight(), length, average, B[name], K1
                    )
                    if name in PLACES:
                        found = places.setdefault(stem, {}).setdefault(document, [])
                        found.extend(PLACES[name] + place for place in matcher.value_as("positions"))
                    matcher.next()
    return Postings(
        documents=tuple(_document(knowledge.practice_by_id[key], knowledge, language) for key in sorted(ids.values())),
        forms=_forms(knowledge, language, impacts),
        stems={
            stem: tuple((n, max(1, round(10 * row[n]))) for n in sorted(row)) for stem, row in sorted(impacts.items())
        },
        positions={stem: {n: tuple(sorted(row[n])) for n in sorted(row)} for stem, row in sorted(places.items())},
        stopwords=frozenset(fold(word) for word in stopwords_for_language(language)),
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


def _forms(knowledge: Knowledge, language: str, impacts: dict[str, dict[int, float]]) -> dict[str, tuple[str, ...]]:
    """Each folded word of the content with the stems that its spellings have."""
    chain = analyzer(language)
    spellings = {
        word.lower()
        for practice in knowledge.practices
        for text in texts(practice, knowledge, language).values()
        for word in re.findall(r"\w+", text)
    }
    forms: dict[str, set[str]] = {}
    for spelling in spellings:
        stems = {token.text for token in chain(spelling)} & impacts.keys()
        if stems:
            forms.setdefault(fold(spelling), set()).update(stems)
    return {form: tuple(sorted(stems)) for form, stems in sorted(forms.items())}


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
        made.mkdir()
        postings = export(write(knowledge, language, made), knowledge, language)
        try:
            if not folder.exists():
                shutil.copytree(made, folder)
            write_whole(cached, _dumped(postings))
            _forget_old(folder)
        except OSError:
            pass
    return postings


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
