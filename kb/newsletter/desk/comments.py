"""Comments on an edition's articles, kept beside them in `comments.yml` and found again when lines have moved."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from kb.base.files import write_whole
from kb.base.interface import Phrases, Refusal, Word
from kb.base.vocabulary import Filled, ManyLines, Model, OneLine
from kb.library.content import Date
from kb.newsletter.desk.history import name
from kb.newsletter.folder import Article, ArticleName, EditionFolder, dump, read_beside
from kb.newsletter.sheets import file_text

FILE = "comments.yml"
QUOTED = 80  # letters of the line that a comment is on, by which it is found again


class Resolved(Model):
    """Who settled a comment and when."""

    by: Filled
    day: Date


class Comment(Model):
    """One comment; *quote* is the beginning of the line that it is on."""

    id: Annotated[str, StringConstraints(pattern=r"^c[1-9][0-9]{0,5}$")]
    article: ArticleName
    line: Annotated[int, Field(ge=1)] | None = None
    quote: str = ""
    text: Annotated[Filled, ManyLines]
    by: Annotated[Filled, OneLine]
    day: Date
    resolved: Resolved | None = None


class Comments(Model):
    """All comments of an edition."""

    comments: tuple[Comment, ...] = ()


def read(path: Path) -> tuple[Comment, ...]:
    """The comments of an edition folder. Raises ContentError."""
    kept = read_beside(path, FILE, Comments, "comments")
    return kept.comments if kept else ()


def add(folder: EditionFolder, article: Article, text: str, by: str, day: str, line: int | None = None) -> Comment:
    """Add a comment, to a line of the article's file if one is given. Raises ArushaError if there is no such line."""
    quote = ""
    if not text.strip():
        raise Refusal("desk.empty_comment")
    if line is not None:
        lines = file_text(folder.path / article.file).splitlines()
        if not 1 <= line <= len(lines):
            raise Refusal("desk.no_line", file=article.file, line=line, lines=len(lines))
        quote = lines[line - 1].strip()[:QUOTED]
    before = read(folder.path)
    key = f"c{max((int(each.id[1:]) for each in before), default=0) + 1}"
    made = Comment(id=key, article=name(article), line=line, quote=quote, text=text.strip(), by=by, day=day)
    _write(folder.path, (*before, made))
    return made


def of(folder: EditionFolder, article: Article | None = None, *, settled: bool = False) -> list[Comment]:
    """The comments on an edition or on one article that are open, or all."""
    only = None if article is None else name(article)
    every = (each for each in read(folder.path) if only in (None, each.article))
    return [each for each in every if settled or each.resolved is None]


def in_words(folder: EditionFolder, comment: Comment, say: Phrases) -> str:
    """A comment with the line on which it stands today."""
    place = say("desk.whole")
    if comment.line is not None:
        now = line_of(folder, comment)
        place = say("desk.line", line=now) if now else say("desk.line_gone", line=comment.line)
    values = {"article": comment.article, "place": place, "text": comment.text, "name": comment.by}
    text = say("desk.comment", id=comment.id, date=say.date(comment.day), **values)
    return f"{text} – {say('desk.is_settled', name=comment.resolved.by)}" if comment.resolved else text


def resolve(path: Path, key: str, by: str, day: str) -> Comment:
    """Settle a comment. Raises ArushaError if nobody settles it, or if it is unknown or settled."""
    if not by:
        raise Refusal("desk.settled_by")
    before = read(path)
    found = next((each for each in before if each.id == key), None)
    if found is None:
        known = tuple(each.id for each in before if each.resolved is None)
        raise Refusal("desk.no_comment", path=path, id=key, known=known or Word("refused.no_comment"))
    if found.resolved is not None:
        raise Refusal("desk.settled", path=path, id=key, person=found.resolved.by)
    settled = found.model_copy(update={"resolved": Resolved(by=by, day=day)})
    _write(path, tuple(settled if each.id == key else each for each in before))
    return settled


def line_of(folder: EditionFolder, comment: Comment) -> int | None:
    """The line on which a comment's words stand today: its own, or the nearest that begins alike; None if they are gone."""
    if comment.line is None:
        return None
    lines = file_text(folder.path / f"{comment.article}.md").splitlines()
    places = [at for at, line in enumerate(lines, 1) if line.strip()[:QUOTED] == comment.quote]
    wanted = comment.line
    return min(places, key=lambda at: (abs(at - wanted), at), default=None)


def _write(path: Path, comments: tuple[Comment, ...]) -> None:
    write_whole(path / FILE, dump([each.model_dump(mode="json", exclude_none=True) for each in comments]))
