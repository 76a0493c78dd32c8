"""The plan of an edition: its articles in order with length, state, what is still owed by whom, and pairs of languages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from kb.base.files import write_whole
from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import Filled, Model
from kb.library.content import Date, parsed
from kb.library.members import Members
from kb.newsletter.desk import comments, history
from kb.newsletter.folder import (
    Article,
    ArticleState,
    EditionFolder,
    Translation,
    dump,
    find_article,
    read_beside,
    write_article,
)
from kb.newsletter.intake.blocks import count
from kb.newsletter.prose import passages

FILE = "plan.yml"


class Task(Model):
    """What is planned for an article, or for one that a Member still has to send."""

    words: Annotated[int, Field(ge=1, le=100_000)] | None = None
    owes: Filled | None = None
    who: Filled | None = None
    due: Date | None = None


class Tasks(Model):
    """The plan by article, or by Member's code where there is no article yet."""

    tasks: dict[str, Task] = Field(default_factory=dict)


class Pair(StrEnum):
    """Whether a translation is in step with what it translates."""

    NONE = "none"
    IN_STEP = "in-step"
    BEHIND = "behind"
    LOST = "lost"


@dataclass(frozen=True)
class Row:
    """One line of the plan; *article* is None for one that is awaited from the Member *key*."""

    key: str
    article: Article | None
    task: Task
    words: int
    comments: int
    pair: Pair
    partner: str

    def is_late(self, today: str) -> bool:
        """Whether something is owed and its day is over."""
        owed = (
            self.article is None
            or self.task.owes is not None
            or self.article.head.state.value not in ("approved", "ready")
        )
        return owed and self.task.due is not None and self.task.due < today[: len(self.task.due)]

    def as_json(self, today: str) -> dict[str, Any]:
        """The line as `--format json` prints it."""
        head = self.article.head if self.article else None
        task = self.task.model_dump()
        return {
            "article": self.key,
            "kind": head and head.kind,
            "member": head.member if head else self.key,
            "state": head and head.state,
            "words": self.words,
            "planned": task.pop("words"),
            **task,
            "late": self.is_late(today),
            "comments": self.comments,
            "pair": self.pair,
            "partner": self.partner or None,
        }

    def in_words(self, today: str, say: Phrases) -> Iterator[str]:
        """What is planned, owed, late, commented and translated."""
        task = self.task
        if self.article:
            key = "desk.words_of" if task.words else "desk.words"
            yield say(key, n=self.words, planned=task.words)
        owed = {"desk.owes": task.who and task.owes, "desk.owes_who": task.who, "desk.owes_what": task.owes}
        yield from [say(key, who=task.who, what=task.owes) for key, told in owed.items() if told][:1]
        if task.due:
            yield say("desk.late" if self.is_late(today) else "desk.due", date=say.date(task.due))
        if self.comments:
            yield say.count("desk.comments", self.comments)
        if self.partner:
            yield say(f"desk.pair_{self.pair}", partner=self.partner)


def summary(folder: EditionFolder, rows: Sequence[Row], today: str, say: Phrases) -> str:
    """How many articles there are, ready, late and behind what they translate."""
    return say.count(
        "desk.summary",
        len(folder.articles),
        words=sum(row.words for row in rows),
        ready=sum(article.head.state is ArticleState.READY for article in folder.articles),
        late=sum(row.is_late(today) for row in rows),
        behind=sum(row.pair is Pair.BEHIND for row in rows),
    )


def key_of(folder: EditionFolder, members: Members, asked: str) -> str:
    """The line of the plan that is meant: a Member's code while nothing has come from it, else an article."""
    awaited = asked in members.by_code and all(each.head.member != asked for each in folder.articles)
    return asked if awaited else history.name(find_article(folder, asked))


def read(path: Path) -> Mapping[str, Task]:
    """The plan of an edition folder. Raises ContentError."""
    kept = read_beside(path, FILE, Tasks, "tasks")
    return kept.tasks if kept else {}


def rows(folder: EditionFolder) -> tuple[Row, ...]:
    """The plan: articles in their order, then what is awaited."""
    tasks, said = read(folder.path), comments.read(folder.path)
    found = [
        Row(
            history.name(article),
            article,
            tasks.get(history.name(article), Task()),
            length(article),
            sum(1 for each in said if each.article == history.name(article) and each.resolved is None),
            pair(folder, article),
            article.head.translation_of.article if article.head.translation_of else _translated_by(folder, article),
        )
        for article in folder.articles
    ]
    there = {row.key for row in found} | {
        row.article.head.member for row in found if row.article and row.article.head.member
    }
    awaited = [Row(key, None, task, 0, 0, Pair.NONE, "") for key, task in sorted(tasks.items()) if key not in there]
    return (*found, *awaited)


def length(article: Article) -> int:
    """How many words the text of an article has."""
    return sum(count(passage.flat) for passage in passages(article.body))


def change(folder: EditionFolder, members: Members, key: str, settings: Sequence[str]) -> Task:
    """Set fields of one line of the plan, each `name=value`; an empty value takes it out. Raises ArushaError."""
    known = {history.name(article) for article in folder.articles}
    if key not in known and key not in members.by_code:
        raise Refusal("desk.no_task", asked=key, path=folder.path, known=", ".join(sorted(known)))
    before = read(folder.path)
    fields = before.get(key, Task()).model_dump(exclude_none=True) | dict(map(_setting, settings))
    task = parsed(Task, {name: value for name, value in fields.items() if value != ""}, key)
    tasks = {**before, key: task}
    shown = {name: each.model_dump(mode="json", exclude_none=True) for name, each in sorted(tasks.items())}
    write_whole(folder.path / FILE, dump({name: each for name, each in shown.items() if each}))
    return task


def _setting(setting: str) -> tuple[str, int | str]:
    name, equals, value = setting.partition("=")
    if not equals or name not in Task.model_fields:
        raise Refusal("desk.no_setting", setting=setting)
    counted = name == "words" and value.isascii() and value.isdigit()
    return name, int(value) if counted else value.strip()


def pair(folder: EditionFolder, article: Article) -> Pair:
    """Whether an article that is a translation is in step with its source."""
    made = article.head.translation_of
    if made is None:
        return Pair.NONE
    source = next((each for each in folder.articles if history.name(each) == made.article), None)
    if source is None:
        return Pair.LOST
    return Pair.IN_STEP if history.digest(source) == made.digest else Pair.BEHIND


def join(folder: EditionFolder, article: Article, source: Article) -> Article:
    """Note that *article* translates *source* as it is now. Raises ArushaError if they are one, or in one language."""
    if article.file == source.file:
        raise Refusal("desk.of_itself", file=article.file)
    if article.head.language == source.head.language:
        raise Refusal("desk.same_language", file=article.file, source=source.file)
    made = Translation(article=history.name(source), digest=history.digest(source))
    joined = Article(
        article.file, article.head.model_copy(update={"translation_of": made}), article.body, article.first_line
    )
    write_article(folder.path, joined)
    return joined


def _translated_by(folder: EditionFolder, article: Article) -> str:
    return next(
        (
            history.name(each)
            for each in folder.articles
            if each.head.translation_of and each.head.translation_of.article == history.name(article)
        ),
        "",
    )
