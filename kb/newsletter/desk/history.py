"""What was done to an edition's articles and by whom: `history.yml`, to which lines are only ever added."""

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from kb.base.files import write_whole
from kb.base.folding import words
from kb.base.interface import Refusal, Word
from kb.base.vocabulary import Filled, Model
from kb.library.content import Date
from kb.newsletter.folder import Article, ArticleName, ArticleState, EditionFolder, dump, read_beside, write_article

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
    return read_beside(path, FILE, History, "entries") or History()


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
    if not by.strip():
        raise Refusal("desk.by", file=article.file)
    step = ORDER.index(state) - ORDER.index(article.head.state)
    if step == 0 and history.author(article) is not None:
        raise Refusal("desk.unchanged", file=article.file, state=_word(state))
    _expect_step(article, state, step, why)
    if state is ArticleState.APPROVED and step > 0:
        _expect_another(history, article, by)
    if state is ArticleState.READY and step > 0:
        _expect_as_approved(history, article)


def _expect_step(article: Article, state: ArticleState, step: int, why: str) -> None:
    """Forward goes one step at a time, past the Member only with a reason, back with a reason."""
    now, file = article.head.state, article.file
    before, after = _word(now), _word(state)
    skips_member = now is ArticleState.IN_REVIEW and state is ArticleState.APPROVED
    if step > 1 and not skips_member:
        following = ORDER[ORDER.index(now) + 1]
        raise Refusal("desk.one_step", file=file, now=before, state=after, next=_word(following), key=following.value)
    if (step < 0 or skips_member) and not why.strip():
        raise Refusal("desk.why_skipped" if skips_member else "desk.why_back", file=file, now=before, state=after)


def _expect_another(history: History, article: Article, by: str) -> None:
    """Who approves is not who answers for the text."""
    author = history.author(article)
    if author is None:
        raise Refusal("desk.no_author", file=article.file, name=name(article), now=article.head.state.value)
    if words(author) == words(by):
        raise Refusal("desk.own_change", file=article.file, author=author)


def _expect_as_approved(history: History, article: Article) -> None:
    approved = [each for each in history.of(article) if each.what == "state" and each.value == ArticleState.APPROVED]
    if not approved or approved[-1].text != digest(article):
        raise Refusal("desk.changed", file=article.file, name=name(article))
