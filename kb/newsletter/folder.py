"""The edition folder: `edition.yml`, one Markdown file for each article, images and originals beside them."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import yaml
from pydantic import Field, StringConstraints, model_validator

from kb.base.errors import ContentError, Fault
from kb.base.files import clear, write_whole
from kb.base.folding import each_text
from kb.base.interface import Refusal, Word
from kb.base.vocabulary import ArticleKind, ElementId, Filled, Language, MemberCode, Model, NotStated, Slug
from kb.base.wrong import WrongValueError
from kb.library.content import Date, name_of, parsed, read_front_matter, read_text, read_yaml

MARK = "edition.yml"
IMAGES, ORIGINALS, ACCOUNT = "images", "originals", "import.json"
M = TypeVar("M", bound=Model)
_NUMBERED = re.compile(r"^\d{2,}-.*\.md$")

ArticleName = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,}-[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
ImageFile = Annotated[str, StringConstraints(pattern=r"^images/[A-Za-z0-9_][A-Za-z0-9._-]*$", max_length=160)]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])(-\d{2})?$")]


class ArticleState(StrEnum):
    """Where an article stands on its way to publication."""

    RECEIVED = "received"
    IN_REVIEW = "in-review"
    WITH_MEMBER = "with-member"
    APPROVED = "approved"
    READY = "ready"


class Titles(Model):
    """An edition's title in one official language or both."""

    en: Filled | None = None
    fr: Filled | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if self.en is None and self.fr is None:
            raise WrongValueError("no_title")
        return self

    def of(self, language: str) -> str:
        """The title in *language*, or in the other where it is missing."""
        first, second = (self.fr, self.en) if language == Language.FR else (self.en, self.fr)
        return first or second or ""


class Abbreviation(Model):
    """One line of the printed list of abbreviations."""

    term: Filled
    expansion: Filled


class Switch(Model):
    """A rule of the checks that is switched off, for the edition or for one file of it, and why."""

    rule: Filled
    reason: Filled
    file: Filled | None = None


class Source(Model):
    """Where an article comes from: the imported file and, where there are pages, which."""

    file: Filled
    pages: Filled | None = None


class Contact(Model):
    """Whom to ask at the Member, and whether and until when they agreed to be named."""

    name: Filled | None = None
    email: Filled | None = None
    consent: bool = False
    expires: Month | None = None
    unit: Filled | None = None


class Image(Model):
    """A picture of an article, with what a reader who does not see it needs, and who allowed its use."""

    file: ImageFile
    alt: str = ""
    caption: str = ""
    permission: str = ""


class Trace(Model):
    """The action of a plan that an article tells of, and what it goes back to: gaps or a risk, and the practices consulted."""

    id: Annotated[str, StringConstraints(pattern=r"^a[1-9][0-9]{0,4}$")]
    gaps: tuple[Filled, ...] = ()
    risk: Filled | None = None
    practices: tuple[Slug, ...] = ()


class Translation(Model):
    """Which article another one translates, and the digest of that article's text as it was translated."""

    article: ArticleName
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class ArticleHead(Model):
    """The front matter of an article."""

    kind: ArticleKind
    title: Filled
    member: MemberCode | None = None
    language: Language | None = None
    order: Annotated[int, Field(ge=1)] | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    reasons: tuple[Filled, ...] = ()
    confirmed: bool = False
    source: Source | None = None
    state: ArticleState = ArticleState.RECEIVED
    contact: Contact | None = None
    images: tuple[Image, ...] = ()
    factors: tuple[Annotated[int, Field(ge=1, le=10)], ...] = ()
    elements: tuple[ElementId, ...] = ()
    translation_of: Translation | None = None
    action: Trace | None = None


@dataclass(frozen=True)
class Article:
    """One article; *first_line* is the line of the file, counted from 1, where *body* starts."""

    file: str
    head: ArticleHead
    body: str
    first_line: int = 1


class EditionHead(Model):
    """What `edition.yml` says of the edition."""

    number: Annotated[int, Field(ge=1)] | NotStated = "not_stated"
    title: Titles
    language: Language = Language.EN
    published: Date | NotStated = "not_stated"
    disclaimer: Filled | None = None
    articles: tuple[ArticleName, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()
    off: tuple[Switch, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_title(cls, data: Any) -> Any:
        """A title given as plain text is the title in the edition's language."""
        if isinstance(data, dict) and isinstance(data.get("title"), str):
            language = str(data.get("language") or "en")
            return {**data, "title": {language if language in ("en", "fr") else "en": data["title"]}}
        return data


@dataclass(frozen=True)
class EditionFolder:
    """An edition as it lies on the disk, its articles in order."""

    path: Path
    head: EditionHead
    articles: tuple[Article, ...]

    def language_of(self, article: Article) -> str:
        """The language of an article: its own, else the edition's."""
        return str(article.head.language or self.head.language)


def is_edition(path: Path) -> bool:
    """Whether *path* is an edition folder."""
    return (path / MARK).is_file()


def read(path: Path) -> EditionFolder:
    """Read an edition folder. Raises ArushaError at the first thing wrong: file, field, remedy."""
    if not path.is_dir():
        clear(path.parent)  # which puts back what an import that was ended by force had taken away
    if not is_edition(path):
        raise Refusal("edition.no_folder", path=path, mark=MARK)
    root, file = path.parent, path / MARK
    head = parsed(EditionHead, read_yaml(root, file), name_of(root, file))
    twice = sorted({name for name in head.articles if head.articles.count(name) > 1})
    if twice:
        stands = Word("fault.name_twice", name=twice[0])
        raise ContentError(Fault(name_of(root, file), "articles", stands, Word("fault.remedy.one_out")))
    listed = {f"{name}.md" for name in head.articles}
    for other in sorted(path.iterdir()):
        if _NUMBERED.match(other.name) and other.name not in listed:
            remedy = Word("fault.remedy.list_it", name=other.stem, file=MARK)
            raise ContentError(Fault(name_of(root, other), "", Word("fault.unlisted"), remedy))
    return EditionFolder(path, head, tuple(read_article(path, f"{name}.md") for name in head.articles))


def read_article(path: Path, file: str) -> Article:
    """Read one article of the edition folder *path*. Raises ContentError."""
    root, place = path.parent, path / file
    data, body = read_front_matter(root, place)
    head = parsed(ArticleHead, data, name_of(root, place))
    text = read_text(root, place)
    return Article(file, head, body, text[: len(text) - len(body)].count("\n") + 1)


def write_article(path: Path, article: Article) -> None:
    """Write one article into the edition folder *path*, whole or not at all."""
    write_whole(path / article.file, as_text(article))


def as_text(article: Article) -> str:
    """An article as its file holds it; what is empty or as it is by default is left out (but never kind, title, confirmed, state)."""
    kept = {"kind", "title", "confirmed", "state"}
    fields = article.head.model_dump(mode="json", exclude_none=True)
    defaults = {name: field.get_default() for name, field in ArticleHead.model_fields.items()}
    shown = {
        name: value
        for name, value in fields.items()
        if name in kept or (value not in ([], {}) and getattr(article.head, name) != defaults[name])
    }
    return f"---\n{dump(shown)}---\n\n{article.body.strip(chr(10))}\n"


def write_edition(path: Path, head: EditionHead) -> None:
    """Write `edition.yml` of the edition folder *path*, whole or not at all."""
    fields = head.model_dump(mode="json", exclude_none=True)
    write_whole(path / MARK, dump({name: value for name, value in fields.items() if value != []}))


def read_beside(path: Path, name: str, model: type[M], field: str) -> M | None:
    """What the file *name* of an edition folder holds, as the *field* of a model; None if it is not there. Raises ContentError."""
    file = path / name
    return parsed(model, {field: read_yaml(path.parent, file)}, name_of(path.parent, file)) if file.is_file() else None


def dump(data: Any) -> str:
    """YAML that the strict loader reads back as it was: fields in their order, long texts on one line."""
    return yaml.safe_dump(each_text(data), allow_unicode=True, sort_keys=False, width=10**9)


def find_article(folder: EditionFolder, asked: str) -> Article:
    """The article named by its file, with or without number and ending, or by its Member. Raises ArushaError."""
    name = asked.removesuffix(".md")
    found = [one for one in folder.articles if name in (stem := one.file.removesuffix(".md"), stem.partition("-")[2])]
    found = found or [one for one in folder.articles if one.head.member == asked]
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.file.removesuffix(".md") for one in folder.articles)
    if not found:
        raise Refusal("edition.no_article", path=folder.path, asked=asked, known=known)
    raise Refusal("edition.many_articles", path=folder.path, count=len(found), asked=asked, known=known)
