"""What was done to an edition's articles and by whom: `history.yml`, to which lines are only ever added."""

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from kb.base.errors import ContentError, Fault
from kb.base.files import write_whole
from kb.base.folding import words
from kb.base.interface import Refusal, Word
from kb.base.vocabulary import Filled, Model
from kb.library.content import Date, name_of, parse, read_yaml
from kb.newsletter.folder import Article, ArticleName, ArticleState, EditionFolder, dump, write_article

FILE = "history.yml"
ORDER = tuple(ArticleState)
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class Entry(Model):
    """One step: a change of state (or, with the state unchanged, a text that somebody answers for), or tags confirmed."""

    article: ArticleName
    what: Literal["state", "tags"]
    value: Filled
    by: Filled
    day: Date
    text: Digest
    why: Filled | None = None


class History(Model):
    """All steps in their order."""

    entries: tuple[Entry, ...] = ()

    def of(self, article: Article) -> tuple[Entry, ...]:
        """The steps of one article."""
        return tuple(entry for entry in self.entries if entry.article == name(article))

    def author(self, article: Article) -> str | None:
        """Who answers for the article's text as it is: who first signed it. None if nobody has, since it was changed."""
        now, author, before = digest(article), None, ""
        for entry in self.of(article):
            if entry.what == "state" and entry.text != before:
                author, before = entry.by, entry.text
        return author if before == now else None


def name(article: Article) -> str:
    """An article's name: its file without the ending."""
    return article.file.removesuffix(".md")


def digest(article: Article) -> str:
    """What changes when an article's title or text does, and not with its other fields."""
    told = f"{article.head.title}\n{article.body.strip()}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def read(path: Path) -> History:
    """The history of an edition folder, empty if there is none yet. Raises ContentError."""
    file, faults = path / FILE, list[Fault]()
    if not file.is_file():
        return History()
    history = parse(History, {"entries": read_yaml(path.parent, file)}, name_of(path.parent, file), faults)
    if history is None:
        raise ContentError(faults[0])
    return history


def add(path: Path, entry: Entry) -> None:
    """Add one step to the history of an edition folder; what is there stays as it is, byte for byte."""
    file = path / FILE
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    if before and not before.endswith("\n"):
        before += "\n"
    write_whole(file, before + dump([entry.model_dump(mode="json", exclude_none=True)]))


def move(folder: EditionFolder, article: Article, state: ArticleState, by: str, why: str, day: str) -> Article:
    """Put an article into a state and keep who did it. Raises ArushaError for a step that the desk does not allow.

    Forward goes one step at a time (past the Member only with a reason), back with a reason; who approves is not who
    answers for the text; what was changed after it was approved is not ready.
    """
    history = read(folder.path)
    _expect_allowed(history, article, state, by, why)
    moved = Article(article.file, article.head.model_copy(update={"state": state}), article.body, article.first_line)
    entry = Entry(
        article=name(article), what="state", value=state.value, by=by, day=day, text=digest(article), why=why or None
    )
    add(folder.path, entry)
    write_article(folder.path, moved)
    return moved


def _word(state: ArticleState) -> Word:
    return Word(f"desk.state.{state}")


def _expect_allowed(history: History, article: Article, state: ArticleState, by: str, why: str) -> None:
    now, file = article.head.state, article.file
    step = ORDER.index(state) - ORDER.index(now)
    before, after = _word(now), _word(state)
    skips_member = now is ArticleState.IN_REVIEW and state is ArticleState.APPROVED
    if not by.strip():
        raise Refusal("desk.by", file=file)
    if step == 0 and history.author(article) is not None:
        raise Refusal("desk.unchanged", file=file, state=after)
    if step > 1 and not skips_member:
        following = ORDER[ORDER.index(now) + 1]
        raise Refusal("desk.one_step", file=file, now=before, state=after, next=_word(following), key=following.value)
    if (step < 0 or skips_member) and not why.strip():
        raise Refusal("desk.why_skipped" if skips_member else "desk.why_back", file=file, now=before, state=after)
    if state is ArticleState.APPROVED and step > 0:
        author = history.author(article)
        if author is None:
            raise Refusal("desk.no_author", file=file, name=name(article), now=now.value)
        if words(author) == words(by):
            raise Refusal("desk.own_change", file=file, author=author)
    if state is ArticleState.READY and step > 0:
        approved = [e for e in history.of(article) if e.what == "state" and e.value == ArticleState.APPROVED]
        if not approved or approved[-1].text != digest(article):
            raise Refusal("desk.changed", file=file, name=name(article))
