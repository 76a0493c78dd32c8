"""The newsletter as a series: balance over editions, what a Member told before, and practices to be confirmed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from kb.base.interface import Phrases
from kb.base.vocabulary import FACTORS, NOT_STATED, ArticleKind, Language, PracticeType, Status
from kb.library.citations import origin
from kb.library.editions import Edition
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice
from kb.newsletter.folder import Article, EditionFolder
from kb.newsletter.harvest import tagging
from kb.newsletter.harvest.skeleton import factors_of

WIDTH = 34  # of the labels in a table
KINDS = ("factor", "region", "type", "language")


@dataclass(frozen=True)
class Balance:
    """How many Members' articles of one edition fall under each value; *guessed* counts those whose tags nobody confirmed."""

    edition: str
    articles: int
    counts: Mapping[str, Mapping[str, int]]
    guessed: int = 0

    def as_json(self) -> dict[str, Any]:
        """The balance as `--format json` prints it."""
        return {**vars(self), "counts": {kind: dict(sorted(each.items())) for kind, each in self.counts.items()}}


@dataclass(frozen=True)
class Precedent:
    """Something that a Member told before: an article or a practice, where, and what may be asked of it today."""

    edition: int | None
    article: str
    title: str
    practice: Practice | None = None
    questions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """It as `--format json` prints it."""
        about = {"practice": self.practice and self.practice.id, "status": self.practice and self.practice.status}
        return {
            "edition": self.edition,
            "article": self.article,
            "title": self.title,
            **about,
            "questions": self.questions,
        }


@dataclass(frozen=True)
class Reminder:
    """The practices of one Member that were last told or confirmed too long ago, each with that day; the letter asks."""

    member: str
    practices: tuple[tuple[Practice, str], ...] = ()

    def as_json(self, knowledge: Knowledge, say: Phrases) -> dict[str, Any]:
        """The practices, and the letter, as `--format json` prints them."""
        practices = [{"id": practice.id, "told": day or None} for practice, day in self.practices]
        return {"member": self.member, "practices": practices, "letter": letter(self, knowledge, say)}


Guess = Callable[[Article], tuple[Sequence[int], PracticeType | None]]


def balances(folders: Sequence[EditionFolder], knowledge: Knowledge) -> list[Balance]:
    """The balance of editions by their number: of these folders, and of the knowledge base for others."""
    numbers = {folder.head.number for folder in folders}
    every = [
        (_number(folder), of_folder(folder, knowledge, _label(folder), _guess(folder, knowledge))) for folder in folders
    ]
    every += [
        (edition.number, of_edition(edition, knowledge, str(edition.number)))
        for edition in knowledge.editions
        if edition.number not in numbers
    ]
    return [balance for _, balance in sorted(every, key=lambda pair: (pair[0], pair[1].edition))]


def _number(folder: EditionFolder) -> int:
    return folder.head.number if isinstance(folder.head.number, int) else 0


def _label(folder: EditionFolder) -> str:
    return str(_number(folder) or folder.path.resolve().name)


def _guess(folder: EditionFolder, knowledge: Knowledge) -> Guess:
    """What the words of an article speak for, where nobody has confirmed its tags."""
    proposals, pointers = tagging.proposals(folder, knowledge), tagging.read_pointers(knowledge.root)

    def guess(article: Article) -> tuple[list[int], PracticeType | None]:
        text, language = tagging.text_of(article), folder.language_of(article)
        kind = tagging.type_of(article.head.title, text, pointers, language)
        return [each.factor for each in proposals.get(article, ())[:2]], kind[0] if kind else None

    return guess


def of_folder(folder: EditionFolder, knowledge: Knowledge, label: str, guess: Guess) -> Balance:
    """The balance of an edition folder: by tags, else by the records drawn from the edition, else by *guess*."""
    articles = [each for each in folder.articles if each.head.kind is ArticleKind.MEMBER]
    counts = _no_counts()
    guessed = 0
    for article in articles:
        member = article.head.member or ""
        proposed, kind = guess(article)
        drawn = _drawn(member or "–", folder, knowledge)
        own = factors_of(article) or dict.fromkeys(chain.from_iterable(each.factors for each in drawn))
        guessed += not own
        counts["factor"].update(map(str, own or proposed))
        counts["type"].update({str(each.type) for each in drawn} or {str(kind)} - {"None"})
        counts["language"][folder.language_of(article)] += 1
        counts["region"].update(_region(member, knowledge))
    return Balance(label, len(articles), counts, guessed)


def of_edition(edition: Edition, knowledge: Knowledge, label: str) -> Balance:
    """The balance of an edition of the knowledge base, by the practices drawn from its Members' articles."""
    articles = [each for each in edition.articles if each.kind is ArticleKind.MEMBER]
    counts = _no_counts()
    for article in articles:
        practices = [knowledge.practice_by_id[key] for key in article.practices]
        counts["factor"].update({str(factor) for practice in practices for factor in practice.factors})
        counts["type"].update({str(practice.type) for practice in practices})
        counts["region"].update(_region(article.member or "", knowledge))
    return Balance(label, len(articles), counts)


def _drawn(member: str, folder: EditionFolder, knowledge: Knowledge) -> list[Practice]:
    """The practices of a Member that were drawn from this edition."""
    return [each for each in knowledge.practices_of(member=member) if each.source.edition == folder.head.number]


def _no_counts() -> dict[str, Counter[str]]:
    return {kind: Counter() for kind in KINDS}


def _region(member: str, knowledge: Knowledge) -> list[str]:
    """The region of a Member, if there is such a Member."""
    return [knowledge.members.by_code[member].region] if member in knowledge.members.by_code else []


def values(kind: str, knowledge: Knowledge, say: Phrases) -> Iterator[tuple[str, str]]:
    """Each value that articles may fall under, with its label."""
    language = say.language
    match kind:
        case "factor":
            yield from ((str(n), f"{n} {knowledge.declaration.factor(n).name.of(language)}") for n in FACTORS)
        case "region":
            yield from ((each.code, each.name.of(language)) for each in knowledge.members.regions)
        case "type":
            yield from ((str(each), say(f"type.{each}")) for each in PracticeType)
        case _:
            yield from ((str(each), say(f"series.language.{each}")) for each in Language)


def table(balances: Sequence[Balance], knowledge: Knowledge, say: Phrases) -> str:
    """The balance of all editions side by side; what is in none of them is marked."""
    lines = [_line("", [*(each.edition[:9] for each in balances), say("series.all")])]
    lines.append(_line(say("series.articles"), _row([each.articles for each in balances])))
    for kind in KINDS:
        if any(each.counts[kind] for each in balances):
            lines += ["", say(f"series.by.{kind}")]
            for value, label in values(kind, knowledge, say):
                row = _row([each.counts[kind].get(value, 0) for each in balances])
                mark = "" if row[-1] else f"  {say('series.none')}"
                lines.append(_line(f"  {label[: WIDTH - 3]}", row) + mark)
    guessed = sum(each.guessed for each in balances)
    return "\n".join([*lines, *(["", say.count("series.guessed", guessed)] if guessed else [])])


def _line(label: str, cells: Sequence[object]) -> str:
    return f"{label:<{WIDTH}}" + "".join(f"{cell:>10}" for cell in cells)


def _row(numbers: Sequence[int]) -> list[int]:
    return [*numbers, sum(numbers)]


def earlier(
    member: str, folders: Iterable[EditionFolder], knowledge: Knowledge, today: str, say: Phrases
) -> tuple[Precedent, ...]:
    """What a Member told before, by edition: its articles, and its practices with what may be asked of them today."""
    found = [
        Precedent(edition.number, article.id, article.title.of(say.language))
        for edition in knowledge.editions
        for article in edition.articles
        if article.member == member
    ]
    for folder in folders:
        found += _of_folder(folder, member, knowledge)
    found += [
        Precedent(
            each.source.edition,
            each.source.article or each.source.reference or "",
            each.title.of(say.language),
            each,
            tuple(_questions(each, today, say)),
        )
        for each in knowledge.practices_of(member=member)
    ]
    return tuple(
        sorted(found, key=lambda told: (told.edition or 0, told.article, told.practice is not None, told.title))
    )


def _of_folder(folder: EditionFolder, member: str, knowledge: Knowledge) -> list[Precedent]:
    """The articles of a Member in a folder whose edition the knowledge base does not hold."""
    number = folder.head.number if isinstance(folder.head.number, int) else None
    own = [each for each in folder.articles if each.head.member == member]
    held = number in knowledge.edition_by_number
    return [] if held else [Precedent(number, each.file.removesuffix(".md"), each.head.title) for each in own]


def _questions(practice: Practice, today: str, say: Phrases) -> Iterator[str]:
    ended = practice.end != NOT_STATED and practice.end < today[: len(practice.end)]
    year = practice.start[:4] if practice.start != NOT_STATED else ""
    if practice.status is Status.PLANNED:
        yield say("series.ask.planned")
    if practice.type is PracticeType.PROGRAMME and year and int(year) < int(today[:4]):
        yield say("series.ask.programme_of", year=year)
    elif practice.type is PracticeType.PROGRAMME:
        yield say("series.ask.programme")
    if ended:
        yield say("series.ask.ended", date=say.date(practice.end))
    if practice.results == NOT_STATED:
        yield say("series.ask.results")


def reminders(knowledge: Knowledge, today: str, only: str | None = None) -> tuple[Reminder, ...]:
    """The practices last told more than three years ago, by Member."""
    found: dict[str, list[tuple[Practice, str]]] = {}
    for practice in knowledge.practices:
        if practice.status is Status.ENDED or not practice.aged(today):
            continue
        for member in practice.members:
            if only in (None, member):
                found.setdefault(member, []).append((practice, practice.last_known))
    return tuple(Reminder(member, tuple(practices)) for member, practices in sorted(found.items()))


def letter(reminder: Reminder, knowledge: Knowledge, say: Phrases) -> str:
    """The polite request to a Member: what was told, and whether it still holds."""
    name = knowledge.members.by_code[reminder.member].name.of(say.language)
    lines = [
        say.count("series.letter.subject", len(reminder.practices), member=name),
        "",
        say("missing.dear_all"),
        "",
        say("series.letter.opening"),
        "",
    ]
    for practice, told in reminder.practices:
        lines.append(
            f"  - {practice.title.of(say.language)} ({origin(practice, knowledge, say.language).container}, "
            f"{say('series.letter.told', date=say.date(told))}) [{practice.id}]"
        )
    lines += ["", say("series.letter.asks")]
    lines += [f"  {n}. {text}" for n, text in enumerate(say("series.letter.questions").split("|"), 1)]
    return "\n".join([*lines, "", say("series.letter.thanks"), "", say("missing.close"), say("call.sign")]) + "\n"
