"""An edition as every form of it is rendered from: read once, frozen, and pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import NOT_STATED, ArticleKind
from kb.library.members import Members
from kb.newsletter.folder import Article, EditionFolder
from kb.press import typography
from kb.press.document import (
    Body,
    Document,
    Paragraph,
    Picture,
    Run,
    Section,
    abbreviations,
    name_of,
    pictures,
    text_of,
)
from kb.press.markdown import parse
from kb.press.packing import kind_of

TEASER = 132  # characters: two lines of an e-mail
LARGEST = 40_000_000  # bytes of an image
_BLANKS = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, kw_only=True)
class Piece(Section):
    """One article; its kicker is empty where the title says it."""

    article: ArticleKind


@dataclass(frozen=True, kw_only=True)
class Issue(Document):
    """The edition, its subtitle what edition it is and of when, as far as the title does not say so.

    *site* is where its web pages will stand, with a slash at the end.
    """

    number: int | None
    label: str
    published: str
    site: str = ""

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"edition-{self.number}" if self.number else "edition"

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Its articles, which a list of abbreviations is none of."""
        return tuple(section for section in self.sections if isinstance(section, Piece))

    @property
    def members(self) -> tuple[str, ...]:
        """The Members that wrote in it, each once, in order."""
        return tuple(dict.fromkeys(piece.kicker for piece in self.pieces if piece.article == ArticleKind.MEMBER))


def make(folder: EditionFolder, members: Members, say: Phrases, *, draft: bool = False, site: str = "") -> Issue:
    """The edition of a folder with the labels of *say*.

    Raises ArushaError for an image that is missing or of no use.
    """
    head = folder.head
    number = None if head.number == NOT_STATED else head.number
    day = "" if head.published == NOT_STATED else head.published
    title = _mended(head.title.of(say.language), say.language)
    label, published = say("edition.n", number=number) if number else "", say.date(day) if day else ""
    sections = tuple(_sections(folder, members, say))
    return Issue(
        id=f"urn:arusha:newsletter:{number or name_of(title) or 'edition'}:{say.language}",
        title=title,
        subtitle=" · ".join(filter(None, (label, published))),
        language=say.language,
        day=f"{day or members.as_of}-01-01"[:10],
        sections=sections,
        disclaimer=_mended(head.disclaimer or "", say.language),
        images=tuple(_images(folder.path, sections)),
        draft=draft,
        number=number,
        label=label,
        published=published,
        site=f"{site.rstrip('/')}/" if site else "",
    )


def _sections(folder: EditionFolder, members: Members, say: Phrases) -> Iterator[Section]:
    """The articles, then the abbreviations of the edition in place of an article that lists them."""
    terms = [(each.term, each.expansion) for each in folder.head.abbreviations]
    title = ""
    for article in folder.articles:
        if terms and article.head.kind == ArticleKind.ABBREVIATIONS:
            title = title or article.head.title
        else:
            yield _piece(article, members, say, str(folder.head.language))
    if terms:
        yield abbreviations(terms, say, title)


def _piece(article: Article, members: Members, say: Phrases, language: str) -> Piece:
    head = article.head
    language = str(head.language or language)
    title = _mended(head.title, language)
    member = members.by_code.get(head.member or "")
    kicker = member.name.of(say.language) if member else head.member or say(f"kind.{head.kind}")
    pictures = [Picture(image.file, image.alt.strip(), image.caption.strip()) for image in head.images]
    body = parse(article.body, language, {picture.file: picture for picture in pictures})
    return Piece(
        name=Path(article.file).stem,
        article=head.kind,
        title=title,
        kicker="" if kicker.casefold() in title.casefold() and not member else kicker,
        language=language,
        direction=_direction(title),
        body=body,
        teaser=_teaser(body),
    )


def _mended(text: str, language: str) -> str:
    return text_of(typography.mend([Run(_BLANKS.sub(" ", text).strip())], language))


def _direction(text: str) -> str:
    """Which way a text runs, by its first letter."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


def _teaser(body: Body) -> str:
    """The first words of the first paragraphs, cut at a word."""
    text = " ".join(text_of(block.runs) for block in body.blocks if isinstance(block, Paragraph))
    text = _BLANKS.sub(" ", text).strip()
    return text if len(text) <= TEASER else text[: text.rfind(" ", 0, TEASER)].rstrip(" ,;:–-\u00a0") + " …"


def _images(folder: Path, sections: tuple[Section, ...]) -> Iterator[tuple[str, bytes]]:
    places: dict[str, str] = {}
    for section in sections:
        for picture in pictures(section.body.blocks):
            places.setdefault(picture.file, f"{section.name}.md")
    return ((file, _image(folder, file, place)) for file, place in places.items())


def _image(folder: Path, file: str, place: str) -> bytes:
    path = folder / file
    if "://" in file or path.parent.resolve() != (folder / "images").resolve():
        raise Refusal("publishing.foreign_image", file=place, image=file[:80])
    if not path.is_file():
        raise Refusal("publishing.image_missing", file=place, image=file)
    if path.stat().st_size > LARGEST:
        raise Refusal("publishing.image_large", file=place, image=file)
    data = path.read_bytes()
    if not kind_of(data):
        raise Refusal("publishing.image_kind", file=place, image=file)
    return data
