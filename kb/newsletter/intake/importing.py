"""Members' documents made into an edition folder: all of it or nothing, and every word accounted for."""

import hashlib
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from kb.base.bounded import Child
from kb.base.errors import ArushaError
from kb.base.files import clear, replace_folder, write_whole
from kb.base.folding import turns_shown_in, words
from kb.base.interface import Phrases, Refusal, in_words, phrases
from kb.base.vocabulary import ArticleKind, Language
from kb.library.members import Members
from kb.newsletter.folder import (
    ACCOUNT,
    IMAGES,
    MARK,
    ORIGINALS,
    Abbreviation,
    Article,
    ArticleHead,
    EditionFolder,
    EditionHead,
    Image,
    Source,
    Titles,
    as_text,
    is_edition,
    read,
    write_edition,
)
from kb.newsletter.intake import formats
from kb.newsletter.intake.account import Account
from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, most_frequent, plain
from kb.newsletter.intake.markdown import body as as_body
from kb.newsletter.intake.naming import Names
from kb.newsletter.intake.printed_list import abbreviations
from kb.newsletter.intake.sections import disclaimer, number
from kb.newsletter.intake.splitting import Draft, Split, split
from kb.newsletter.intake.submissions import as_split, onto

LARGEST_ARTICLE = 900_000
_TITLE = re.compile(r"newsletter|bulletin|lettre d.information", re.I)
_COVERS = ("cover", "header", "footer", "header or footer")
_UNSAFE = re.compile(r"[^\w.() -]+")


@dataclass(frozen=True)
class ReadDocument:
    """One document that was read and split."""

    path: Path
    data: bytes
    document: Document
    split: Split


@dataclass(frozen=True)
class RefusedFile:
    """One document that was not taken, and the sentence that says why."""

    file: str
    sentence: str


@dataclass(frozen=True)
class Outcome:
    """What an import did; *warnings* are sentences in the language asked for."""

    edition: EditionHead
    articles: tuple[tuple[Article, int], ...]
    abbreviations: tuple[Abbreviation, ...]
    accounts: tuple[Account, ...]
    refusals: tuple[RefusedFile, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The outcome as `--format json` prints it."""
        return {
            "edition": self.edition.number,
            "articles": [
                {
                    "file": article.file,
                    "kind": article.head.kind.value,
                    "member": article.head.member,
                    "title": article.head.title,
                    "words": count,
                    "confidence": article.head.confidence,
                }
                for article, count in self.articles
            ],
            "abbreviations": [each.model_dump() for each in self.abbreviations],
            "warnings": list(self.warnings),
        }


@dataclass
class _Work:
    """What is gathered while the folder is being made."""

    articles: list[tuple[Article, int]] = field(default_factory=list)
    files: dict[str, str | bytes] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def import_files(files: Sequence[Path], target: Path, members: Members, language: str = "en") -> Outcome:
    """Read *files* into the edition folder *target*, new or there already.

    What cannot be taken is refused with a sentence and the rest goes on; with nothing taken the folder is not touched.
    Raises ArushaError if *target* is something else than an edition folder or an empty one.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 - without following links
    clear(target.parent)
    folder = _existing(target)
    before = folder.articles if folder else ()
    say = phrases(language)
    taken, refusals, warnings = _read_all(_expanded(files), folder, Names(members), say)
    if not taken:
        head = folder.head if folder else EditionHead(title=Titles(en="–"))
        return Outcome(head, (), (), (), tuple(refusals), tuple(warnings))
    work = _Work(warnings=warnings)
    used = {path.name for path in _originals(folder)}
    for each in taken:
        _add(each, len(before), used, members, say, work)
    work.warnings += _twice([*before, *(article for article, _ in work.articles)], members, say)
    printed = tuple(entry for each in taken for entry in _printed(each.split))
    head = _head(taken, folder, printed, work.articles)
    _write(target, folder, head, work)
    warnings = [*(refusal.sentence for refusal in refusals), *work.warnings]
    return Outcome(head, tuple(work.articles), printed, tuple(work.accounts), tuple(refusals), tuple(warnings))


def _existing(target: Path) -> EditionFolder | None:
    """The edition folder that is there already. Raises ArushaError if something else is there."""
    if is_edition(target):
        return read(target)
    if target.exists() and not target.is_dir():
        raise Refusal("edition.new_is_file", path=target)
    if target.is_dir() and any(target.iterdir()):
        raise Refusal("edition.other_things", path=target, mark=MARK)
    return None


def _expanded(files: Iterable[Path]) -> Iterator[Path]:
    """The files named, those of a folder in the order of their names; what is hidden there is passed over."""
    for path in files:
        if path.is_dir() and not is_edition(path):
            yield from sorted(
                each for each in path.iterdir() if not each.name.startswith((".", "~$")) and not each.is_dir()
            )
        else:
            yield path


def _read_all(
    files: Iterable[Path], folder: EditionFolder | None, names: Names, say: Phrases
) -> tuple[list[ReadDocument], list[RefusedFile], list[str]]:
    with Child() as child:
        return _read_each(files, folder, names, say, child)


def read_apart(data: bytes, file: str, names: Names) -> tuple[Document, Split]:
    """One document and its articles, with nothing but its bytes and name. Raises ArushaError."""
    document = formats.read(data, file)
    found = as_split(document, names) or split(document, names)
    if any(len(block.text) > LARGEST_ARTICLE for block in document.blocks) or any(
        sum(len(block.text) + sum(map(len, chain(*block.rows))) for block in draft.body) > LARGEST_ARTICLE
        for draft in found.drafts
    ):
        raise Refusal("file.long_article", file=file)
    return document, found


def _read_each(
    files: Iterable[Path], folder: EditionFolder | None, names: Names, say: Phrases, child: Child
) -> tuple[list[ReadDocument], list[RefusedFile], list[str]]:
    taken, refusals, warnings = list[ReadDocument](), list[RefusedFile](), list[str]()
    seen = _digests(folder)
    for path in files:
        try:
            data = formats.load(path)
            digest = hashlib.sha256(data).hexdigest()
            if digest in seen:
                warnings.append(say("edition.note.twice", file=path.name, other=seen[digest]))
                continue
            document, found = child.call(path.name, formats.LIMITS, read_apart, data, path.name, names)
        except ArushaError as error:
            refusals.append(RefusedFile(path.name, in_words(error, say, "command")))
            continue
        except OSError as error:
            unread = Refusal("file.unreadable", file=path.name, reason=error.strerror)
            refusals.append(RefusedFile(path.name, in_words(unread, say, "command")))
            continue
        seen[digest] = path.name
        taken.append(ReadDocument(path, data, document, found))
    return taken, refusals, warnings


def _originals(folder: EditionFolder | None) -> list[Path]:
    """The documents that the folder holds already."""
    place = folder.path / ORIGINALS if folder else None
    return sorted(place.iterdir()) if place is not None and place.is_dir() else []


def _digests(folder: EditionFolder | None) -> dict[str, str]:
    """The names of the documents that the folder holds already, by digest."""
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in _originals(folder) if path.is_file()}


def _add(each: ReadDocument, already: int, used: set[str], members: Members, say: Phrases, work: _Work) -> None:
    """Add one document's articles, pictures, original and account to the work."""
    original = _free(_UNSAFE.sub("_", each.path.name)[-120:], used)
    used.add(original)
    work.files[f"{ORIGINALS}/{original}"] = each.data
    dropped = [*each.document.dropped, *each.split.dropped]
    placed: list[tuple[str, int]] = []
    for draft in each.split.drafts:
        order = already + len(work.articles) + 1
        name = f"{order:02}-{_slug(draft, members)}"
        article, lost = _article(draft, name, order, original, say, work.files)
        dropped += lost
        count = draft.words - sum(one.words for one in lost)
        placed.append((article.file, count))
        heads = sum(block.words for block in (*draft.labels, *draft.titles))
        work.articles.append((article, count - heads))
    document = each.document
    account = Account(
        each.path.name,
        f"{ORIGINALS}/{original}",
        document.form,
        hashlib.sha256(each.data).hexdigest(),
        document.found,
        document.joined,
        tuple(placed),
        tuple(dropped),
    )
    work.accounts.append(account)
    work.warnings += [_told(each.path.name, note, say) for note in document.notes]
    if account.unexplained:
        work.warnings.append(say("edition.note.unexplained", file=each.path.name, n=abs(account.unexplained)))


def _told(file: str, note: Note, say: Phrases) -> str:
    return say(f"edition.note.{note.key}", **{"file": file, "n": 0, **note.values})


def _article(
    draft: Draft, name: str, order: int, original: str, say: Phrases, files: dict[str, str | bytes]
) -> tuple[Article, list[Dropped]]:
    """One article; its pictures go to *files*; what cannot be shown of pictures comes back."""
    kept, images, places, lost = _pictures(draft.body, name, files)
    head = ArticleHead(
        kind=draft.kind,
        title=draft.title,
        member=draft.member,
        language=Language(draft.language),
        order=order,
        confidence=draft.confidence,
        reasons=tuple(say(f"edition.why.{reason}") for reason in draft.reasons),
        source=Source(file=original, pages=draft.pages or None),
        images=tuple(images),
    )
    article = turns_shown_in(Article(f"{name}.md", onto(head, draft.given), as_body(kept, places)))
    text = as_text(article)
    files[article.file] = text
    return replace(article, first_line=text.split("\n---\n", 1)[0].count("\n") + 3), lost


def _pictures(
    blocks: Sequence[Block], name: str, files: dict[str, str | bytes]
) -> tuple[list[Block], list[Image], dict[int, str], list[Dropped]]:
    """The blocks of the body; its pictures with alternative text and caption; their places; texts of pictures not taken."""
    kept: list[Block] = []
    images: list[Image] = []
    places: dict[int, str] = {}
    lost: list[Dropped] = []
    for block in blocks:
        if block.kind is Kind.IMAGE:
            if block.picture is None:
                if block.words:
                    lost.append(Dropped("picture not taken", block.plain, block.place))
                continue
            file = f"{IMAGES}/{name}-{len(images) + 1}.{block.picture.ending}"
            files[file] = block.picture.data
            places[len(kept)] = file
            images.append(Image(file=file, alt=block.plain))
        elif block.kind is Kind.CAPTION and kept and kept[-1].kind is Kind.IMAGE and not images[-1].caption:
            images[-1] = images[-1].model_copy(update={"caption": block.plain})
            continue
        kept.append(block)
    return kept, images, places, lost


def _slug(draft: Draft, members: Members) -> str:
    if draft.kind is ArticleKind.MEMBER and draft.member in members.by_code:
        return "-".join(words(members.by_code[draft.member].name.en))[:60].strip("-")
    if draft.kind in (ArticleKind.PROJECT, ArticleKind.MEMBER):
        told = "".join(
            each for each in "-".join(words(draft.title)[:5]) if each.isascii() and (each.isalnum() or each == "-")
        )
        return re.sub("-+", "-", told)[:50].strip("-") or draft.kind.value
    return draft.kind.value


def _free(name: str, used: set[str]) -> str:
    """A file name that is not used yet, whatever its capitals."""
    name = name.lstrip(".") or "document"
    taken = {each.casefold() for each in used}
    stem, dot, ending = name.rpartition(".")
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem}-{number}{dot}{ending}" if dot else f"{name}-{number}"
    return free


def _printed(found: Split) -> Iterator[Abbreviation]:
    for draft in found.drafts:
        if draft.kind is ArticleKind.ABBREVIATIONS:
            yield from abbreviations(draft.body)


def _twice(articles: Sequence[Article], members: Members, say: Phrases) -> list[str]:
    counts = Counter(article.head.member for article in articles if article.head.member)
    return [
        say("edition.note.member_twice", member=members.by_code[code].name.of(say.language), n=times)
        for code, times in sorted(counts.items())
        if times > 1
    ]


def _head(
    taken: Sequence[ReadDocument],
    folder: EditionFolder | None,
    printed: tuple[Abbreviation, ...],
    added: Sequence[tuple[Article, int]],
) -> EditionHead:
    names = tuple(article.file.removesuffix(".md") for article, _ in added)
    dropped = list(chain.from_iterable((*one.split.dropped, *one.document.dropped) for one in taken))
    texts = [each.text for each in dropped] + [block.plain for one in taken for block in one.document.blocks]
    stated = number(texts) if any(one.split.whole for one in taken) else None
    if folder is not None:
        return _with_more(folder.head, names, printed, stated)
    language = most_frequent(Counter(article.head.language or Language.EN for article, _ in added), Language.EN)
    return EditionHead(
        number=stated or "not_stated",
        title=Titles(**{language.value: _title(dropped, stated, phrases(language))}),
        language=language,
        disclaimer=disclaimer(texts),
        articles=names,
        abbreviations=printed,
    )


def _with_more(
    head: EditionHead, names: tuple[str, ...], printed: tuple[Abbreviation, ...], stated: int | None
) -> EditionHead:
    number = stated if stated and head.number == "not_stated" else head.number
    articles, abbreviations = (*head.articles, *names), (*head.abbreviations, *printed)
    return head.model_copy(update={"articles": articles, "abbreviations": abbreviations, "number": number})


def _title(dropped: Sequence[Dropped], stated: int | None, say: Phrases) -> str:
    """What a cover or running head calls the edition, else its number in words."""
    for each in dropped:
        if each.reason in _COVERS and _TITLE.search(each.text) and len(each.text.split()) <= 14:
            return plain(each.text)
    return say("edition.titled.numbered", n=stated) if stated else say("edition.titled.plain")


def _write(target: Path, folder: EditionFolder | None, head: EditionHead, work: _Work) -> None:
    """Make the whole folder beside the target, then put it in its place."""
    with replace_folder(target) as new:
        if folder is not None:
            shutil.copytree(target, new, copy_function=_linked, symlinks=True, dirs_exist_ok=True)
        for name, content in sorted(work.files.items()):
            write_whole(new / name, content, durable=False)
        told = json.loads((new / ACCOUNT).read_text("utf-8"))["sources"] if (new / ACCOUNT).is_file() else []
        sources = [*told, *(account.as_json() for account in work.accounts)]
        write_whole(new / ACCOUNT, json.dumps({"sources": sources}, ensure_ascii=False, indent=1) + "\n", durable=False)
        write_edition(new, head)


def _linked(source: str, target: str) -> str:
    """A second name for the same file, or a copy where the disk has no links; files are replaced whole, never changed."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
