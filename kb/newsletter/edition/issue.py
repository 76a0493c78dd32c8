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
from kb.newsletter.edition.parsing import parse
from kb.newsletter.folder import Abbreviation, Article, EditionFolder
from kb.press import typography
from kb.press.parts import Paragraph, Parsed, Run, pictures, text_of, texts

TEASER = 132  # characters: two lines of an e-mail
LARGEST = 40_000_000  # bytes of an image
_BLANKS = re.compile(r"[ \t\r\n]+")
_SIGNS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


@dataclass(frozen=True)
class Piece:
    """One article; *kicker* says over its title who wrote it or what it is, and is empty where the title says so."""

    name: str
    kind: ArticleKind
    title: str
    kicker: str
    language: str
    direction: str
    body: Parsed
    teaser: str

    @cached_property
    def full_title(self) -> str:
        """Kicker and title on one line, for lists."""
        return f"{self.kicker} – {self.title}" if self.kicker else self.title

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every text of the article in order: title, blocks and footnotes."""
        return tuple(filter(None, (self.title, *texts(self.body.blocks), *map(text_of, self.body.notes))))


@dataclass(frozen=True)
class Issue:
    """The edition; *day* dates every file of it, *site* is where its web pages will stand, with a slash at the end.

    *images* holds the bytes of every picture, by the file that the articles name.
    """

    number: int | None
    title: str
    label: str
    language: str
    published: str
    day: str
    pieces: tuple[Piece, ...]
    abbreviations: tuple[Abbreviation, ...]
    abbreviations_title: str
    disclaimer: str
    images: tuple[tuple[str, bytes], ...]
    draft: bool = False
    site: str = ""
    kind: str = "newsletter"

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"edition-{self.number}" if self.number else "edition"

    @property
    def id(self) -> str:
        """What names it for ever."""
        language = f":{self.language}"
        return f"urn:arusha:{self.kind}:{self.number or unslashed(self.title)}{language}"

    @property
    def byline(self) -> str:
        """Edition and date, as far as the title does not say them."""
        return " · ".join(filter(None, (self.label, self.published)))

    @property
    def members(self) -> tuple[str, ...]:
        """The Members that wrote in it, each once, in order."""
        return tuple(dict.fromkeys(piece.kicker for piece in self.pieces if piece.kind == ArticleKind.MEMBER))


def make(
    folder: EditionFolder,
    members: Members,
    say: Phrases,
    *,
    draft: bool = False,
    site: str = "",
) -> Issue:
    """The edition of a folder with the labels of *say*.

    Raises ArushaError for an image that is missing or of no use.
    """
    head = folder.head
    printed = [article for article in folder.articles if article.head.kind == ArticleKind.ABBREVIATIONS]
    replaced = printed if head.abbreviations else []
    pieces = tuple(
        _piece(article, members, say, str(head.language)) for article in folder.articles if article not in replaced
    )
    number = None if head.number == NOT_STATED else head.number
    published = None if head.published == NOT_STATED else head.published
    return Issue(
        number=number,
        title=_mended(head.title.of(say.language), say.language),
        label=say("edition.n", number=number) if number else "",
        language=say.language,
        published=say.date(published) if published else "",
        day=((published or members.as_of) + "-01-01")[:10],
        pieces=pieces,
        abbreviations=head.abbreviations,
        abbreviations_title=replaced[0].head.title if replaced else say("print.abbreviations"),
        disclaimer=_mended(head.disclaimer or "", say.language),
        images=tuple(_images(folder.path, pieces)),
        draft=draft,
        site=f"{site.rstrip('/')}/" if site else "",
    )


def unslashed(text: str) -> str:
    """A text as a part of an address: letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split()) or "edition"


def kind_of(data: bytes) -> str:
    """The media type of an image that all forms can show; nothing for others."""
    return next((kind for sign, kind in _SIGNS if data.startswith(sign)), "")


def _piece(article: Article, members: Members, say: Phrases, language: str) -> Piece:
    head = article.head
    language = str(head.language or language)
    title = _mended(head.title, language)
    member = members.by_code.get(head.member or "")
    kicker = member.name.of(say.language) if member else head.member or say(f"kind.{head.kind}")
    body = parse(article.body, language, {image.file: image for image in head.images})
    return Piece(
        name=Path(article.file).stem,
        kind=head.kind,
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


def _teaser(body: Parsed) -> str:
    """The first words of the first paragraphs, cut at a word."""
    text = " ".join(text_of(block.runs) for block in body.blocks if isinstance(block, Paragraph))
    text = _BLANKS.sub(" ", text).strip()
    return text if len(text) <= TEASER else text[: text.rfind(" ", 0, TEASER)].rstrip(" ,;:–-\u00a0") + " …"


def _images(folder: Path, pieces: tuple[Piece, ...]) -> Iterator[tuple[str, bytes]]:
    used: dict[str, Piece] = {}
    for piece in pieces:
        for picture in pictures(piece.body.blocks):
            used.setdefault(picture.file, piece)
    for file, piece in used.items():
        yield file, _image(folder, file, piece)


def _image(folder: Path, file: str, piece: Piece) -> bytes:
    place, path = f"{piece.name}.md", folder / file
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
