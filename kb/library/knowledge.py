"""All that is known, read in one go: a checker gets every fault, a loader stops at the first."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

from kb.base.errors import ContentError, Fault
from kb.base.interface import Refusal
from kb.base.markdown_text import dangers
from kb.base.vocabulary import FACTORS, NOT_STATED, EvidenceStrength, Model, Status, Text, factor_of
from kb.library import instruments as instrument_files
from kb.library import notes as note_file
from kb.library import practices as practice_files
from kb.library import questionnaires
from kb.library import references as reference_file
from kb.library.content import before, find_root, front_matter, name_of, parse, read_yaml
from kb.library.declaration import Declaration
from kb.library.editions import Article, Edition
from kb.library.instruments import Instrument
from kb.library.members import Members
from kb.library.notes import Note
from kb.library.practices import HEADINGS, REWRITE, Practice
from kb.library.questionnaires import GENDER, LEVELS, Bank, Lens, LensQuestion, Level, Question, Scale
from kb.library.references import Reference, References
from kb.library.thesaurus import Thesaurus

BANK = "questionnaires/self-assessment"
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, eq=False)
class Knowledge:
    """The content of one folder, every reference in it resolved."""

    root: Path
    declaration: Declaration
    members: Members
    bank: Bank
    gender: Lens
    thesaurus: Thesaurus
    practices: tuple[Practice, ...]
    editions: tuple[Edition, ...]
    instruments: tuple[Instrument, ...]
    references: tuple[Reference, ...]
    notes: tuple[Note, ...]

    @cached_property
    def practice_by_id(self) -> dict[str, Practice]:
        """Practices by id."""
        return {practice.id: practice for practice in self.practices}

    @cached_property
    def edition_by_number(self) -> dict[int, Edition]:
        """Editions by number."""
        return {edition.number: edition for edition in self.editions}

    @cached_property
    def instrument_by_id(self) -> dict[str, Instrument]:
        """Instruments by id."""
        return {instrument.id: instrument for instrument in self.instruments}

    @cached_property
    def reference_by_id(self) -> dict[str, Reference]:
        """References by id."""
        return {reference.id: reference for reference in self.references}

    def article_of(self, practice: Practice) -> tuple[Edition, Article] | None:
        """The edition and the article that tell of a practice; None where the source is no edition."""
        if practice.source.edition is None or practice.source.article is None:
            return None
        edition = self.edition_by_number[practice.source.edition]
        return edition, edition.by_id[practice.source.article]

    def practices_on(self, reference: str) -> list[Practice]:
        """The practices that rest on a text of references.yml."""
        return [each for each in self.practices if reference in (each.source.reference, *each.further)]

    @cached_property
    def day(self) -> str:
        """The last day (YYYY-MM-DD) on which a record was compared with its source: ages are counted from it."""
        days = [self.members.as_of, *(practice.last_checked for practice in self.practices)]
        return max(f"{day}-01-01"[:10] for day in days)

    @cached_property
    def _practices_by_mark(self) -> dict[object, list[Practice]]:
        """Practices by each element, factor, Member and instrument that they name."""
        found: dict[object, list[Practice]] = {}
        for practice in self.practices:
            for mark in {*practice.elements, *practice.factors, *practice.members, *practice.instruments}:
                found.setdefault(mark, []).append(practice)
        return found

    def practices_of(
        self, *, element: str = "", factor: int = 0, member: str = "", instrument: str = ""
    ) -> list[Practice]:
        """The practices that serve an element or a factor, come from a Member or lean on an instrument."""
        asked = next(filter(None, (element, factor, member, instrument)), None)
        return [
            practice
            for practice in (self.practices if asked is None else self._practices_by_mark.get(asked, ()))
            if (not element or element in practice.elements)
            and (not factor or factor in practice.factors)
            and (not member or member in practice.members)
            and (not instrument or instrument in practice.instruments)
        ]

    def practices_for(self, question: Question | LensQuestion) -> list[Practice]:
        """The practices held here that answer a question, best first."""
        return [self.practice_by_id[key] for key in question.practices if key in self.practice_by_id]


@cache
def load(chosen: Path | None = None) -> Knowledge:
    """Read and check the whole content folder. Raises ContentError at its first fault."""
    knowledge, faults = read(find_root(chosen))
    if faults:
        raise ContentError(faults[0])
    assert knowledge is not None  # noqa: S101 - read() gives one or the other
    return knowledge


def read(root: Path) -> tuple[Knowledge | None, list[Fault]]:
    """Read the content folder *root*; the faults come sorted by file, and no knowledge comes with them."""
    knowledge, faults = _gather(root)
    return (None if faults else knowledge), faults


def read_in_part(root: Path) -> Knowledge:
    """What can be read of *root*, whatever faults it has. Raises ArushaError without Members, elements or an edition."""
    knowledge, faults = _gather(root)
    for file, known in (
        ("members.yml", knowledge.members.members),
        ("declaration.yml", knowledge.declaration.elements),
        ("editions/", knowledge.editions),
    ):
        if not known:
            raise next(
                (ContentError(fault) for fault in faults if fault.file.startswith(file)),
                Refusal("library.nothing_to_choose", path=root / file),
            )
    return knowledge


def _gather(root: Path) -> tuple[Knowledge, list[Fault]]:
    """What can be read of the content folder, an empty thing in place of the rest, and every fault sorted by file."""
    faults: list[Fault] = []
    declaration = _one(Declaration, root, "declaration.yml", faults)
    members = _one(Members, root, "members.yml", faults)
    thesaurus = _one(Thesaurus, root, "thesaurus.yml", faults)
    bank = questionnaires.read(root, faults)
    gender = questionnaires.read_lens(root, faults)
    references = _one(References, root, reference_file.FILE, faults) or References(references=())
    notes = note_file.read(root, faults)
    practices = _each(root, "practices", practice_files.read, faults)
    instruments = _each(root, "instruments", instrument_files.read, faults)
    editions = _editions(root, faults)
    front_matter.save()
    unread = {Path(fault.file).stem for fault in faults}
    empty = Text(en="…")
    nameless = tuple(Level(level=level, name=empty, text=empty) for level in LEVELS)
    scale = Scale(de_jure=nameless, de_facto=nameless)
    knowledge = Knowledge(
        root,
        declaration or Declaration(title=empty, short=empty, note=empty, effects=(), factors=()),
        members or Members(as_of="2000", note=empty, regions=(), members=()),
        bank or Bank(id="self-assessment", version="0.0", title=empty, note=empty, scale=scale, questions=()),
        gender or Lens(id="gender", version="0.0", title=empty, note=empty, questions=()),
        thesaurus or Thesaurus(concepts=()),
        tuple(sorted(practices, key=lambda practice: practice.id)),
        tuple(sorted(editions, key=lambda edition: edition.number)),
        tuple(sorted(instruments, key=lambda instrument: instrument.id)),
        references.references,
        notes,
    )
    if declaration:
        faults.extend(_declaration_faults(declaration))
        faults.extend(_bank_faults(knowledge) if bank else ())
        faults.extend(_lens_faults(knowledge))
    return knowledge, sorted([*faults, *_faults(knowledge, unread)])


def _faults(knowledge: Knowledge, unread: set[str]) -> Iterator[Fault]:
    """What records say of each other and cannot be; *unread* are the names of files with a fault already."""
    yield from _answer_faults(knowledge, unread)
    yield from questionnaires.shared_criteria(knowledge.bank, knowledge.gender)
    yield from _member_faults(knowledge.members)
    yield from reference_file.faults(knowledge.references)
    for practice in knowledge.practices:
        yield from _practice_faults(practice, knowledge, unread)
    for instrument in knowledge.instruments:
        yield from _text_faults(instrument, f"instruments/{instrument.id}.md")
    for edition in knowledge.editions:
        yield from _edition_faults(edition, knowledge, unread)
    yield from _thesaurus_faults(knowledge.thesaurus)


def _one(model: type[M], root: Path, name: str, faults: list[Fault]) -> M | None:
    try:
        return parse(model, read_yaml(root, root / name, keep=True), name, faults)
    except ContentError as error:
        faults.append(error.fault)
        return None


def _each(
    root: Path, folder: str, read_file: Callable[[Path, Path, list[Fault]], M | None], faults: list[Fault]
) -> list[M]:
    records: list[M] = []
    for path in sorted((root / folder).glob("*.md")):
        try:
            if (record := read_file(root, path, faults)) is not None:
                records.append(record)
        except ContentError as error:
            faults.append(error.fault)
    return records


def _editions(root: Path, faults: list[Fault]) -> list[Edition]:
    editions: list[Edition] = []
    for path in sorted(root.glob("editions/*/edition.yml")):
        file, folder = name_of(root, path), path.parent.name
        edition = _one(Edition, root, file, faults)
        if edition is not None and str(edition.number) != folder:
            what = f"{edition.number} differs from the folder's name"
            faults.append(Fault(file, "number", what, f"use {folder} in both"))
        elif edition is not None:
            editions.append(edition)
    return editions


def _twice(ids: Iterable[str]) -> list[str]:
    return [key for key, count in Counter(ids).items() if count > 1]


def _declaration_faults(declaration: Declaration) -> Iterator[Fault]:
    file = "declaration.yml"
    if [factor.number for factor in declaration.factors] != list(FACTORS):
        yield Fault(file, "factors", "are not the ten key factors in their order", "number them 1 to 10")
    for factor in declaration.factors:
        for position, element in enumerate(factor.elements):
            if element.id != (expected := f"{factor.number}.{'abcdefghijklmnopqrstuvwxyz'[position]}"):
                yield Fault(file, element.id, "is out of its place", f"its id would be {expected}")


def _member_faults(members: Members) -> Iterator[Fault]:
    file = "members.yml"
    for code in _twice(member.code for member in members.members):
        yield Fault(file, code, "stands twice", "keep one of the two entries")
    for member in members.members:
        if member.region not in members.region_by_code:
            known = ", ".join(members.region_by_code)
            yield Fault(file, f"{member.code}.region", f"“{member.region}” is not a region", f"use one of {known}")


def _bank_faults(knowledge: Knowledge) -> Iterator[Fault]:
    for question in knowledge.bank.questions:
        if question.element not in knowledge.declaration.elements:
            what = f"asks for {question.element}, which is not an element"
            yield Fault(BANK, question.id, what, "use an id of declaration.yml")
    asked = {question.element for question in knowledge.bank.questions}
    for element in knowledge.declaration.elements:
        if element not in asked:
            yield Fault(BANK, element, "is asked for by no question", "write at least one")
    if knowledge.notes:
        yield from note_file.lacking(knowledge.notes, knowledge.bank.version)
    yield from note_file.given_again(knowledge.notes, knowledge.bank.by_id)


def _lens_faults(knowledge: Knowledge) -> Iterator[Fault]:
    for question in knowledge.gender.questions:
        for element in question.elements:
            if element not in knowledge.declaration.elements or factor_of(element) != question.factor:
                what = f"“{element}” is not an element of key factor {question.factor}"
                yield Fault(GENDER, f"{question.id}.elements", what, "use an id of declaration.yml under that factor")


def _answer_faults(knowledge: Knowledge, unread: set[str]) -> Iterator[Fault]:
    """Whether the practices named under a question exist, and once each."""
    for file, questions in ((BANK, knowledge.bank.questions), (GENDER, knowledge.gender.questions)):
        for question in questions:
            field = f"{question.id}.practices"
            yield from _unknown(
                file, field, question.practices, knowledge.practice_by_id, "the id of a practice", unread
            )
            for key in _twice(question.practices):
                yield Fault(file, field, f"names “{key}” twice", "keep one")


def _practice_faults(practice: Practice, knowledge: Knowledge, unread: set[str]) -> Iterator[Fault]:
    file, instruments, practices = f"practices/{practice.id}.md", knowledge.instrument_by_id, knowledge.practice_by_id
    if "members" not in unread:
        yield from _unknown(file, "members", practice.members, knowledge.members.by_code, "a code of members.yml")
    if "declaration" not in unread:
        elements = knowledge.declaration.elements
        yield from _unknown(file, "elements", practice.elements, elements, "an element of declaration.yml, 1.a to 10.e")
    yield from _unknown(file, "instruments", practice.instruments, instruments, "an id of instruments/", unread)
    yield from _unknown(file, "related", practice.related, practices, "the id of another practice", unread)
    yield from _text_faults(practice, file)
    yield from _unwritten_faults(practice, file)
    for field in ("members", "elements", "instruments", "related"):
        for value in _twice(getattr(practice, field)):
            yield Fault(file, field, f"names “{value}” twice", "keep one")
    for old in practice.formerly:
        if old in practices:
            what = f"“{old}” is the id of another practice today"
            yield Fault(file, "formerly", what, "keep each id for one practice for ever")
    if practice.id in practice.related:
        yield Fault(file, "related", "names the practice itself", "take it out")
    if practice.evidence == EvidenceStrength.FIGURES and not _has_figures(practice):
        yield Fault(
            file,
            "evidence",
            "says “figures”, but no result carries one",
            "give the figure in results, or say “claimed”",
        )
    yield from [*_date_faults(practice, file)] or _status_faults(practice, file)
    yield from _source_faults(practice, knowledge, file, unread)


def _date_faults(practice: Practice, file: str) -> Iterator[Fault]:
    """Dates of a record that contradict one another."""
    remedy = "correct one of the two dates"
    if NOT_STATED not in (practice.start, practice.end) and before(practice.end, practice.start):
        yield Fault(file, "end", "lies before the start", remedy)
    if before(practice.last_checked, practice.reported):
        yield Fault(file, "last_checked", f"lies before {practice.reported}, when the source reported it", remedy)
    if practice.confirmed and before(practice.confirmed.date, practice.reported):
        yield Fault(file, "confirmed.date", f"lies before {practice.reported}, when the source reported it", remedy)


def _status_faults(practice: Practice, file: str) -> Iterator[Fault]:
    """A status that contradicts the dates of its record; a status is that of the day on which it was reported."""
    start, end = (None if date == NOT_STATED else date for date in (practice.start, practice.end))
    reported, checked = practice.reported, practice.last_checked
    match practice.status:
        case Status.RUNNING if end and before(end, checked):
            yield Fault(file, "status", f"says “running”, but it ended in {end}", "say “ended”, or correct the end")
        case Status.RUNNING | Status.ENDED if start and before(reported, start):
            told = f"says “{practice.status}”, but it began in {start}, after it was reported in {reported}"
            yield Fault(file, "status", told, "say “planned”, or correct the start")
        case Status.PLANNED if start and before(start, reported):
            told = f"says “planned”, but it began in {start}, before it was reported in {reported}"
            yield Fault(file, "status", told, "say “running” or “ended”, or correct the start")
        case Status.ENDED if end and before(checked, end):
            told = f"says “ended”, but its end, {end}, had not come when the record was last checked, on {checked}"
            yield Fault(file, "status", told, "say “running”, or correct the end")


def _source_faults(practice: Practice, knowledge: Knowledge, file: str, unread: set[str]) -> Iterator[Fault]:
    """Whether the source exists, is no older than what it reports, and names the practice too where it is an article."""
    known, source = knowledge.reference_by_id, practice.source
    if "references" not in unread:
        cited = [source.reference] if source.reference else []
        yield from _unknown(file, "source.reference", cited, known, "an id of references.yml")
        yield from _unknown(file, "further", practice.further, known, "an id of references.yml")
    edition, reference = knowledge.edition_by_number.get(source.edition or 0), known.get(source.reference or "")
    published = reference.day if reference else edition.as_of if edition else None
    if published and before(published, practice.reported):
        yield Fault(file, "reported", f"lies after {published}, the date of its source", "correct one of the two dates")
    if not source.reference and (edition or "edition" not in unread):
        yield from _cited_faults(practice, edition, file)


def _cited_faults(practice: Practice, edition: Edition | None, file: str) -> Iterator[Fault]:
    """Whether the article that a practice cites exists and names the practice too."""
    source = practice.source
    if edition is None:
        yield Fault(
            file,
            "source.edition",
            f"there is no edition {source.edition}",
            "use the number of a folder in editions/",
        )
    elif (article := edition.by_id.get(source.article or "")) is None:
        articles = ", ".join(edition.by_id)
        yield Fault(file, "source.article", f"“{source.article}” is not in the edition", f"use one of {articles}")
    elif practice.id not in article.practices:
        yield Fault(
            f"editions/{edition.number}/edition.yml",
            f"articles.{article.id}.practices",
            f"does not name {practice.id}, which cites the article",
            "add it there",
        )


def _text_faults(value: object, file: str, field: str = "") -> Iterator[Fault]:
    """What does not belong in a text, wherever in a record the text stands."""
    if isinstance(value, Text):
        for text in filter(None, (value.en, value.fr)):
            for danger in dangers(text):
                yield Fault(
                    file, field, f"holds {danger}", "write plain Markdown, and links to http, https or mailto only"
                )
            if REWRITE in text:
                yield Fault(
                    file, field, f"is a draft, marked “{REWRITE}”", "write it in our own words, then take the mark out"
                )
    elif isinstance(value, Model):
        for name, inner in value:
            yield from _text_faults(inner, file, f"{field}.{name}".lstrip("."))
    elif isinstance(value, tuple):
        for position, inner in enumerate(value):
            yield from _text_faults(inner, file, f"{field}.{position}")


def _unwritten_faults(practice: Practice, file: str) -> Iterator[Fault]:
    """Texts that nobody has written yet, such as the “…” of a skeleton."""
    for field in _wordless(practice):
        name, _, rest = field.partition(".")
        if name == "done":
            yield Fault(file, "body", f"holds no word yet under “{HEADINGS[rest]}”", "tell there what was done")
        elif name in ("keywords", "stakeholders"):
            yield Fault(file, field, "holds no word yet", "write one, or leave the list empty: []")
        else:
            yield Fault(file, field, "holds no word yet", "write the text that belongs there")


def _wordless(value: object, field: str = "") -> Iterator[str]:
    """The fields of a record whose text has neither a letter nor a figure in it."""
    if isinstance(value, str):
        if not re.search(r"[^\W_]", value):
            yield field
    elif isinstance(value, Model):
        for name, inner in value:
            yield from _wordless(inner, f"{field}.{name}".lstrip("."))
    elif isinstance(value, tuple):
        for position, inner in enumerate(value):
            yield from _wordless(inner, f"{field}.{position}")


def _has_figures(practice: Practice) -> bool:
    results = () if practice.results == NOT_STATED else practice.results
    return any(character.isdigit() for result in results for character in result.text.en)


def _edition_faults(edition: Edition, knowledge: Knowledge, unread: set[str]) -> Iterator[Fault]:
    file, codes = f"editions/{edition.number}/edition.yml", "a code of members.yml"
    yield from _text_faults(edition, file)
    for part, listed in (("articles", edition.articles), ("activities", edition.activities)):
        for key in _twice(each.id for each in listed):
            yield Fault(file, f"{part}.{key}", "stands twice", "give one of them another id")
    for article in edition.articles:
        yield from _article_faults(article, edition, file, knowledge, unread)
    for activity in edition.activities if "members" not in unread else ():
        at = f"activities.{activity.id}.members"
        yield from _unknown(file, at, activity.members, knowledge.members.by_code, codes)
    for term in _twice(abbreviation.term for abbreviation in edition.abbreviations):
        yield Fault(file, f"abbreviations.{term}", "stands twice", "keep one meaning")


def _article_faults(
    article: Article, edition: Edition, file: str, knowledge: Knowledge, unread: set[str]
) -> Iterator[Fault]:
    at, known = f"articles.{article.id}", knowledge.practice_by_id
    if article.member and "members" not in unread:
        codes = knowledge.members.by_code
        yield from _unknown(file, f"{at}.member", [article.member], codes, "a code of members.yml")
    yield from _unknown(file, f"{at}.practices", article.practices, known, "the id of a practice", unread)
    for practice in (known[key] for key in article.practices if key in known):
        if (practice.source.edition, practice.source.article) != (edition.number, article.id):
            what = f"names {practice.id}, which cites another article"
            yield Fault(file, f"{at}.practices", what, "correct one of the two")


def _thesaurus_faults(thesaurus: Thesaurus) -> Iterator[Fault]:
    for key in _twice(concept.id for concept in thesaurus.concepts):
        yield Fault("thesaurus.yml", key, "stands twice", "join the two entries")


def _unknown(
    file: str, field: str, values: Iterable[str], known: Iterable[str], remedy: str, unread: Iterable[str] = ()
) -> Iterator[Fault]:
    """Values that nothing carries; those whose own file has a fault already are not blamed again."""
    for value in values:
        if value not in known and value not in unread:
            yield Fault(file, field, f"“{value}” is unknown", f"use {remedy}")
