"""Approved articles made into drafts of practice records, activities and glossary entries, for an editor to write and confirm.

A draft holds facts and where they stand; what has to be told is marked, and the checker refuses a record with the mark, so
the source's sentences never pass into the content.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from kb.base.errors import ArushaError
from kb.base.files import clear, write_whole
from kb.base.folding import words
from kb.base.interface import Phrases, Refusal, in_words, phrases
from kb.base.markdown_text import harmless
from kb.base.vocabulary import NOT_STATED, ArticleKind, EvidenceStrength, PracticeType
from kb.library.knowledge import Knowledge
from kb.library.practices import HEADINGS, REWRITE
from kb.newsletter.folder import Article, ArticleState, Contact, EditionFolder, dump, find_article, read
from kb.newsletter.harvest import facts, tagging
from kb.newsletter.harvest.likeness import ALIKE, Likeness, Shelf
from kb.newsletter.harvest.skeleton import abbreviations
from kb.newsletter.intake.blocks import count
from kb.newsletter.intake.naming import Names
from kb.newsletter.intake.submissions import labels
from kb.newsletter.prose import GAP, Passage, passages
from kb.press.commonmark import Kind

_EVIDENCE = (EvidenceStrength.CLAIMED, EvidenceStrength.FIGURES)  # without and with results
READY = (ArticleState.APPROVED, ArticleState.READY)
SHORTEST = 25  # words of a section that tells a practice of its own
MOST_RESULTS = 6
_GENERAL = re.compile(
    r"^(?:background|introduction|context|results?|research|method|conclusion|future|next steps|lessons|impact|outlook|"
    r"contexte|historique|résultats?|méthode|perspectives|enseignements|bilan|prochaines étapes|practices|pratiques)\b",
    re.I,
)
_ACTIVITY = {
    kind: re.compile(rf"\b(?:{words_of})\b", re.I)
    for kind, words_of in (
        ("session", r"session|sub-committee|sous-comité"),
        ("mission", r"missions?|visite d.appui"),
        ("workshop", r"workshops?|ateliers?|seminars?|séminaires?|training|formation"),
        ("agreement", r"agreement|memorandum|accord|protocole"),
        ("programme", r"programmes?|projects?|projets?"),
        ("meeting", r"meetings?|conference|réunions?|conférence"),
    )
}


@dataclass(frozen=True)
class Unit:
    """What one practice is drafted from: a title and the passages that tell of it, by the form's parts where it has them."""

    title: str
    told: tuple[Passage, ...]
    parts: Mapping[str, tuple[Passage, ...]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(passage.flat for passage in self.told).replace(GAP, " ")

    def sentences(self, part: str = "") -> list[str]:
        """Its sentences, or those of a part of the form."""
        chosen = self.parts.get(part, ()) if part else self.told
        found = [
            sentence.text for passage in chosen if passage.kind is not Kind.HEADING for sentence in passage.sentences
        ]
        return [" ".join(text.replace(GAP, " ").split()) for text in found]


@dataclass(frozen=True)
class _Origin:
    """The article that a practice is drafted from, with its language and what the practice will cite."""

    article: Article
    language: str
    source: tuple[int, str]


@dataclass(frozen=True)
class Drafted:
    """One practice found: a new one, an update of one that is known, or one drawn from this very article already."""

    status: str
    id: str
    file: str
    article: str
    title: str
    reason: str = ""
    like: Likeness | None = None


@dataclass
class Harvest:
    """What came of one edition."""

    folder: Path
    number: int | None = None
    articles: int = 0
    waiting: list[str] = field(default_factory=list)
    practices: list[Drafted] = field(default_factory=list)
    activities: int = 0
    terms: list[str] = field(default_factory=list)
    todo: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: str = ""

    def as_json(self) -> dict[str, Any]:
        """The account of it as `--format json` prints it."""
        drafts = [
            {
                "status": each.status,
                "id": each.id,
                "file": each.file or None,
                "article": each.article,
                "title": each.title,
                "reason": each.reason or None,
            }
            for each in self.practices
        ]
        told = {name: value for name, value in vars(self).items() if name != "practices"}
        return {**told, "folder": str(self.folder), "practices": drafts}


class Harvester:
    """Drafts from many editions in one run: what an earlier one gave is known to the later ones."""

    def __init__(self, knowledge: Knowledge, target: Path, day: str, say: Phrases) -> None:
        self.knowledge, self.target, self.day, self.say = knowledge, target, day, say
        self.pointers = tagging.read_pointers(knowledge.root)
        self._taggers: dict[str, tagging.Tagger] = {}
        self._shelves: dict[str, Shelf] = {}
        self._of_member: dict[str, list[str]] = {}
        self._sources = {each.id: (each.source.edition or 0, each.source.article or "") for each in knowledge.practices}
        for practice in knowledge.practices:
            for member in practice.members:
                self._of_member.setdefault(member, []).append(practice.id)

    def take(
        self, folder: EditionFolder, only: Sequence[Article] | None = None, *, all_states: bool = False
    ) -> Harvest:
        """Draft from one edition what is approved. Raises ArushaError if it has no number to be cited by."""
        if folder.head.number == NOT_STATED:
            raise Refusal("edition.no_number", path=folder.path)
        harvest = Harvest(folder.path, folder.head.number)
        known = self.knowledge.edition_by_number.get(folder.head.number)
        dated = folder.head.published if folder.head.published != NOT_STATED else self.day
        self._reported = (known.as_of if known else None) or dated
        files: dict[str, str] = {}
        drawn: dict[str, list[str]] = {}
        activities: list[dict[str, Any]] = []
        for article in folder.articles if only is None else only:
            kind = article.head.kind
            if kind is ArticleKind.ABBREVIATIONS:
                continue
            if article.head.state not in READY and not all_states:
                harvest.waiting.append(article.file)
                continue
            harvest.articles += 1
            if kind in (ArticleKind.MEMBER, ArticleKind.PROJECT):
                drawn[self._key(article, harvest.number)] = list(self._practices(article, folder, harvest, files))
            elif kind is ArticleKind.ACTIVITIES:
                activities += self._activities(article, folder)
        harvest.activities = len(activities)
        self._edition(folder, harvest, drawn, activities, files)
        self._write(files, harvest)
        return harvest

    def take_folders(self, paths: Sequence[Path], only: Sequence[str], *, all_states: bool = False) -> list[Harvest]:
        """Draft from each folder. Raises ArushaError without a folder, for articles of several, and if no folder can be written."""
        if not paths:
            raise Refusal("edition.none_named")
        if only and len(paths) > 1:
            raise Refusal("edition.one_only")
        if self.target.exists() and not self.target.is_dir():
            raise Refusal("edition.is_file", path=self.target)
        return [self._take_folder(path, only, all_states) for path in paths]

    def _take_folder(self, path: Path, only: Sequence[str], all_states: bool) -> Harvest:
        """Draft from the edition in a folder, or from the articles of it that are named; a refusal goes to the account."""
        try:
            folder = read(path)
            return self.take(folder, [find_article(folder, asked) for asked in only] or None, all_states=all_states)
        except ArushaError as error:
            return Harvest(path, refused=in_words(error, self.say, "command"))

    def _write(self, files: Mapping[str, str], harvest: Harvest) -> None:
        """Write what is not there yet: a draft that an editor has begun to work on stays."""
        for place in {(self.target / name).parent for name in files}:
            clear(place)  # also where nothing is written now
        for name, text in files.items():
            if (self.target / name).exists():
                harvest.kept.append(name)
            else:
                write_whole(self.target / name, text)

    def _practices(
        self, article: Article, folder: EditionFolder, harvest: Harvest, files: dict[str, str]
    ) -> Iterator[str]:
        """Draft what an article tells of; gives the ids of the practices that are new."""
        language, source = folder.language_of(article), (harvest.number or 0, self._key(article, harvest.number))
        shelf = self._shelves.setdefault(language, Shelf(self.knowledge.practices, language))
        origin = _Origin(article, language, source)
        drawn = [key for key, known in self._sources.items() if known == source and self._is_held(key)]
        for unit in units(article):
            member = article.head.member or next(iter(self._mentioned(unit.text)), "")
            told = f"{unit.title}\n{unit.text}"
            like = shelf.closest(told, {*self._of_member.get(member, ()), *drawn})
            near = like if like is not None and like.value >= ALIKE else None
            draft = self._draft(unit, origin, member, near, files)
            harvest.practices.append(draft)
            if draft.status == "new":
                self._of_member.setdefault(member, []).append(draft.id)
                self._sources[draft.id] = source
                shelf.add(draft.id, told)
                yield draft.id

    def _is_held(self, key: str) -> bool:
        return key in self.knowledge.practice_by_id

    def _draft(self, unit: Unit, origin: _Origin, member: str, near: Likeness | None, files: dict[str, str]) -> Drafted:
        """One practice, which goes to *files* unless it was drawn from this article before."""
        article, source = origin.article, origin.source
        why = "" if near is None else self._why(near)
        if near is not None and self._sources.get(near.id) == source and self._is_held(near.id):
            return Drafted("known", near.id, "", article.file, unit.title, why, near)
        key = self._free(member, unit.title, origin.language) if near is None else near.id
        name = f"practices/{key}" if near is None else f"updates/{key}--{source[0]}-{source[1]}"
        file, number = f"{name}.md", 2
        while file in files:
            file, number = f"{name}-{number}.md", number + 1
        files[file] = self._record(key, unit, origin, member, near)
        return Drafted("new" if near is None else "update", key, file, article.file, unit.title, why, near)

    def _key(self, article: Article, number: int | None) -> str:
        """The id of an article in the content: that of the article there with its title or Member, else from its file."""
        edition = self.knowledge.edition_by_number.get(number or 0)
        for each in edition.articles if edition else ():
            titles = [words(text) for text in (each.title.en, each.title.fr) if text]
            if words(article.head.title) in titles or (each.member is not None and each.member == article.head.member):
                return each.id
        return _key(article)

    def _mentioned(self, text: str) -> Counter[str]:
        return Names(self.knowledge.members).mentioned(text)

    def _why(self, like: Likeness) -> str:
        percent = round(100 * like.value)
        return self.say("harvest.because", id=like.id, percent=percent, words=", ".join(like.words))

    def _free(self, member: str, title: str, language: str) -> str:
        """An id that no practice has: the Member's code and the first telling words of the title."""
        stop = tagging.stemming(language)
        names = {
            word
            for each in self.knowledge.members.members
            if each.code == member
            for word in words(each.name.of(language))
        }
        telling = [word for word in words(title) if stop.stem(word) and word not in names and word.isascii()]
        base = "-".join(filter(None, [(member or "xx").lower(), *telling[:4]]))[:60].strip("-")
        key, number = base, 1
        while key in self._sources:
            number += 1
            key = f"{base}-{number}"
        return key

    def _record(self, key: str, unit: Unit, origin: _Origin, member: str, near: Likeness | None) -> str:
        """The text of a draft."""
        article, language, source = origin.article, origin.language, origin.source
        tagger = self._taggers.setdefault(language, tagging.Tagger(self.knowledge, self.pointers, language))
        proposals = tagger.propose(unit.title, unit.text)
        kind = tagging.type_of(unit.title, unit.text, self.pointers, language)
        results = list(self._results(unit, language))
        sentences = unit.sentences()
        trace = article.head.action
        cited = trace.practices if trace else ()
        fields: dict[str, Any] = {
            "id": key,
            "title": self._text(unit.title, language),
            "members": [member] if member else [],
            "elements": list(article.head.elements) or _likely(proposals),
            "type": str(kind[0] if kind else PracticeType.POLICY),
            "summary": {"en": REWRITE},
            "problem": self._marked(unit.sentences("problem"), language),
            "results": results or NOT_STATED,
            "evidence": str(_EVIDENCE[bool(results)]),
            "lessons": self._marked(unit.sentences("lessons"), language),
            "start": facts.begun(sentences) or NOT_STATED,
            "end": NOT_STATED,
            "status": NOT_STATED,
            "stakeholders": NOT_STATED,
            "gender": self._marked(list(filter(facts.on_gender, sentences))[:3], language),
            "cost": NOT_STATED,
            "contact": self._contact(article.head.contact) or NOT_STATED,
            "instruments": self._instruments(unit, language),
            "keywords": {"en": []},
            "related": [each for each in cited if self._is_held(each) and each != key],
        }
        fields |= {"action": trace.id} if trace else {}
        fields |= {"reported": self._reported, "source": {"edition": source[0], "article": source[1]}}
        fields["last_checked"] = self.day
        facts_told = self._facts(unit, kind, proposals, source, near)
        return f"---\n{dump(fields)}---\n\n{HEADINGS['en']}\n\n{facts_told}\n"

    def _contact(self, contact: Contact | None) -> str:
        """Name and address of whoever agreed to be named and has not ceased to."""
        if contact is None or not contact.consent:
            return ""
        if contact.expires and contact.expires < self.day[: len(contact.expires)]:
            return ""
        return ", ".join(filter(None, (contact.name, contact.email)))

    def _text(self, text: str, language: str) -> dict[str, str]:
        plain = harmless(" ".join(text.split()))
        return {"en": plain} if language == "en" else {"en": REWRITE, "fr": plain}

    def _marked(self, sentences: Sequence[str], language: str) -> dict[str, str] | str:
        if not sentences:
            return NOT_STATED
        told = harmless(" ".join(sentences))
        return {"en": f"{REWRITE}: “{told}”"} if language == "en" else {"en": REWRITE, "fr": f"{REWRITE} : « {told} »"}

    def _results(self, unit: Unit, language: str) -> Iterator[dict[str, Any]]:
        stated = facts.period("\n".join(passage.flat for passage in unit.parts.get("results", ())[:1]))
        chosen = unit.sentences("results") if unit.parts else unit.sentences()
        telling = [sentence for sentence in chosen if facts.figures(sentence)]
        for sentence in telling[:MOST_RESULTS]:
            yield {"text": self._marked([sentence], language), "period": facts.period(sentence) or stated or NOT_STATED}

    def _instruments(self, unit: Unit, language: str) -> list[str]:
        told = f" {' '.join(words(f'{unit.title} {unit.text}'))} "
        return [
            key
            for key, each in self.knowledge.instrument_by_id.items()
            if any(
                name and f" {' '.join(words(name))} " in told for name in (each.abbreviation, each.name.of(language))
            )
        ]

    @staticmethod
    def _facts(
        unit: Unit,
        kind: tuple[PracticeType, tuple[str, ...]] | None,
        proposals: Sequence[tagging.Proposal],
        source: tuple[int, str],
        near: Likeness | None,
    ) -> str:
        """The list of facts that stands where an editor will tell what was done."""
        say = phrases("en")
        lines = [f"{REWRITE}. {say('harvest.rewrite', edition=source[0], article=source[1])}", ""]
        for name, found in (
            ("figures", facts.figures(unit.text)),
            ("dates", list(dict.fromkeys(facts.dates(unit.text)))),
            ("acts", facts.acts(unit.text)),
        ):
            if found:
                lines.append(f"- {say(f'harvest.fact.{name}')}: {harmless('; '.join(found))}")
        if kind:
            lines.append(f"- {say('harvest.fact.type', type=str(kind[0]), words=', '.join(kind[1]))}")
        lines += [
            f"- {say('harvest.fact.element', element=each.elements[0], words=', '.join(each.words))}"
            for each in proposals
        ]
        if near is not None:
            lines.append(f"- {say('harvest.fact.update', id=near.id)}")
        return "\n".join(lines)

    def _activities(self, article: Article, folder: EditionFolder) -> Iterator[dict[str, Any]]:
        language = folder.language_of(article)
        used: set[str] = set()
        for title, passages_told in _sections(article):
            text = "\n".join(passage.flat for passage in passages_told).replace(GAP, " ")
            if not title or count(text) < SHORTEST:
                continue
            days = _days(f"{title}\n{text}")
            key = "-".join(words(title)[:6])[:60].strip("-") or "activity"
            key = key if key.isascii() and key not in used else f"activity-{len(used) + 1}"
            used.add(key)
            yield {
                "id": key,
                "kind": _kind_of_activity(title, text),
                "title": self._text(title, language),
                "start": days[0] if days else NOT_STATED,
                "end": days[-1] if days else NOT_STATED,
                "place": NOT_STATED,
                "members": sorted(self._mentioned(text)),
                "text": {"en": REWRITE},
            }

    def _edition(
        self,
        folder: EditionFolder,
        harvest: Harvest,
        drawn: Mapping[str, Sequence[str]],
        activities: Sequence[dict[str, Any]],
        files: dict[str, str],
    ) -> None:
        """The draft of the edition's own record, or what is to be added to the one that is there."""
        language, name = str(folder.head.language), f"editions/{harvest.number}/edition.yml"
        say = phrases(language)
        terms = [(term, meant) for term, meant in abbreviations(folder, say) if meant != say("desk.undefined")]
        fresh = [term for term in terms if term not in self._known_terms(language)]
        harvest.terms = [term for term, _ in fresh]
        if harvest.number not in self.knowledge.edition_by_number and not (self.target / name).exists():
            listed = {"activities": list(activities), "abbreviations": self._terms(terms, language)}
            files[name] = dump({**self._head(folder, harvest, drawn), **listed})
            return
        for article, ids in drawn.items():
            if ids:
                harvest.todo.append(self.say("harvest.add", file=name, article=article, ids=", ".join(ids)))
        more = {"abbreviations": self._terms(fresh, language), "activities": list(activities)}
        for part, entries in more.items():
            if entries:
                files[f"updates/edition-{harvest.number}-{part}.yml"] = dump({part: entries})

    def _known_terms(self, language: str) -> set[tuple[str, str]]:
        every = (term for edition in self.knowledge.editions for term in edition.abbreviations)
        return {(term.term, term.expansion.of(language)) for term in every}

    def _terms(self, terms: Sequence[tuple[str, str]], language: str) -> list[dict[str, Any]]:
        return [{"term": term, "expansion": self._text(meant, language)} for term, meant in terms]

    def _head(self, folder: EditionFolder, harvest: Harvest, drawn: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        titles = folder.head.title
        return {
            "number": harvest.number,
            "title": {"en": titles.en or REWRITE, **({"fr": titles.fr} if titles.fr else {})},
            "publisher": {"en": REWRITE},
            "published": folder.head.published,
            "note": {"en": REWRITE},
            "disclaimer": {"en": REWRITE},
            "articles": [
                {
                    "id": _key(article),
                    "kind": str(article.head.kind),
                    **({"member": article.head.member} if article.head.member else {}),
                    "title": self._text(article.head.title, folder.language_of(article)),
                    "summary": {"en": REWRITE},
                    "practices": list(drawn.get(_key(article), ())),
                }
                for article in folder.articles
            ],
        }


def _likely(proposals: Sequence[tagging.Proposal]) -> list[str]:
    return [each.elements[0] for each in proposals[:2] if each.score >= 0.5]


def _days(text: str) -> list[str]:
    """The days that a text names, in order; years beside full dates are mostly of something else."""
    named = facts.dates(text)
    exact = max(map(len, named), default=0)
    return sorted(day for day in named if len(day) == exact)


def _kind_of_activity(title: str, text: str) -> str:
    """The kind that the title names first, else the one that the text speaks of most."""
    for kind, pattern in _ACTIVITY.items():
        if pattern.search(title):
            return kind
    return max(_ACTIVITY, key=lambda kind: len(_ACTIVITY[kind].findall(text)))


def _key(article: Article) -> str:
    """The id of an article in the content: its file's name without the number."""
    return article.file.removesuffix(".md").partition("-")[2]


def _sections(article: Article) -> list[tuple[str, tuple[Passage, ...]]]:
    """The body by its headings of the first level; what stands before them has no title."""
    found: list[tuple[str, list[Passage]]] = [("", [])]
    every = passages(article.body, article.first_line)
    top = min((passage.level for passage in every if passage.kind is Kind.HEADING), default=0)
    for passage in every:
        if passage.kind is Kind.HEADING and passage.level == top:
            found.append((passage.flat, []))
        else:
            found[-1][1].append(passage)
    return [(title, tuple(told)) for title, told in found]


def units(article: Article) -> tuple[Unit, ...]:
    """The practices that an article seems to tell of: one for each telling section, or one in all.

    Sections with a general head (Background, Results …) belong to the one before; the form of the call tells one practice.
    """
    sections = _sections(article)
    whole = Unit(article.head.title, tuple(chain.from_iterable(told for _, told in sections)), _parts(sections))
    if whole.parts:
        return (whole,)
    telling: list[tuple[str, list[Passage]]] = []
    for title, told in sections:
        if _tells(title, told):
            telling.append((title, list(told)))
        elif telling:
            telling[-1][1].extend(told)
    if len(telling) < 2:
        return (whole,) if any(count(each.flat) for each in whole.told) else ()
    return tuple(Unit(title, tuple(told)) for title, told in telling)


def _parts(sections: Sequence[tuple[str, tuple[Passage, ...]]]) -> dict[str, tuple[Passage, ...]]:
    """The sections that stand under the heads of the call's form, by their part of it."""
    parts = labels("section")
    return {parts[key][0]: told for title, told in sections if (key := tuple(words(title))) in parts}


def _tells(title: str, told: Sequence[Passage]) -> bool:
    """Whether a section tells of a practice of its own."""
    return bool(title) and not _GENERAL.match(title) and sum(count(each.flat) for each in told) >= SHORTEST


def report(harvests: Sequence[Harvest], say: Phrases) -> str:
    """What a run gave, as Markdown."""
    parts = [f"# {say('harvest.report')}"]
    for harvest in harvests:
        if harvest.refused:
            parts.append(f"## {harvest.folder.name}\n\n{harvest.refused}")
            continue
        status = Counter(each.status for each in harvest.practices)
        counts = say(
            "harvest.counts",
            articles=harvest.articles,
            new=status["new"],
            updates=status["update"],
            known=status["known"],
            activities=harvest.activities,
            terms=len(harvest.terms),
        )
        lines = []
        for each in harvest.practices:
            told = say(f"harvest.{each.status}", id=each.id, title=each.title, article=each.article)
            lines.append(f"- {told}" + (f" – {each.reason}" if each.reason else ""))
        lines += [f"- {say('harvest.waiting', file=file)}" for file in harvest.waiting]
        lines += [f"- {say('harvest.kept', file=file)}" for file in harvest.kept]
        lines += [f"- {line}" for line in harvest.todo]
        parts.append(
            "\n\n".join(filter(None, (f"## {say('edition.n', number=harvest.number)}", counts, "\n".join(lines))))
        )
    return "\n\n".join(parts) + "\n"
