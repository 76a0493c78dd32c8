"""What a contribution still lacks, and the polite letter that asks for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from kb.base.folding import words
from kb.base.interface import Phrases
from kb.base.vocabulary import ArticleKind, Language
from kb.newsletter.folder import Article, ArticleHead, Contact, EditionFolder
from kb.newsletter.intake.blocks import count
from kb.newsletter.intake.submissions import Submission, labels
from kb.newsletter.prose import passages
from kb.press.commonmark import Kind

FEW, ENOUGH = 10, 60  # words below which nothing has been told
_FIGURE = re.compile(r"(?<![\w.])(?!(?:19|20)\d\d\b)\d[\d  .,]*(?:%| %)?")
_TIME = re.compile(r"\b(?:19|20)\d\d\b")
_OUTCOME = re.compile(r"\b(?:results?|outcomes?|impacts?|résultats?|effets?|bilans?)\b", re.I)
_LESSON = re.compile(r"\b(?:lessons?|learn(?:ed|t)|enseignements?|leçons?)\b", re.I)


@dataclass(frozen=True)
class Lack:
    """One thing missing: `missing.*` of the interface and, for a picture, its file."""

    what: str
    file: str = ""

    def in_words(self, say: Phrases) -> str:
        """What is missing, in words."""
        return say(f"missing.{self.what}", file=self.file) if self.file else say(f"missing.{self.what}")


@dataclass(frozen=True)
class _Text:
    """The text by parts of the form where it has them, else as a whole."""

    parts: dict[str, str]
    whole: str
    period: str


@dataclass(frozen=True)
class Completeness:
    """What one contribution lacks, in the order of the form."""

    file: str
    head: ArticleHead
    lacks: tuple[Lack, ...]

    def language(self, chosen: str | None) -> str:
        """The language to write in: that chosen, else its own."""
        return chosen or self.head.language or Language.EN

    def heading(self, say: Phrases) -> str:
        """How much is missing."""
        if not self.lacks:
            return say("missing.complete", file=self.file)
        return say.count("missing.lacks", len(self.lacks), file=self.file)

    def reply(self, say: Phrases, deadline: str = "") -> str:
        """The letter that asks for what is missing."""
        return reply(self.head, self.lacks, say, deadline)

    def as_json(self, say: Phrases, deadline: str) -> dict[str, Any]:
        """What is missing, with the letter, as `--format json` prints it."""
        missing = [vars(lack) for lack in self.lacks]
        return {"file": self.file, "missing": missing, "reply": self.reply(say, deadline)}


def of_folder(folder: EditionFolder) -> list[Completeness]:
    """What each Member's article of an edition lacks."""
    articles = (each for each in folder.articles if each.head.kind is ArticleKind.MEMBER)
    return [Completeness(each.file, each.head, of_article(each)) for each in articles]


def of_article(article: Article) -> tuple[Lack, ...]:
    """What a Member's article lacks, in the order of the form; nothing for an article of another kind."""
    if article.head.kind is not ArticleKind.MEMBER:
        return ()
    parts: dict[str, list[str]] = {}
    whole, here = list[str](), ""
    for passage in passages(article.body):
        found = labels("section").get(tuple(words(passage.text))) if passage.kind is Kind.HEADING else None
        if found:
            here = found[0]
            parts[here] = []
        else:
            whole.append(passage.text)
            parts.setdefault(here, []).append(passage.text)
    joined = {name: "\n".join(texts) for name, texts in parts.items() if name}
    return tuple(_lacks(article.head, _Text(joined, "\n".join(whole), "")))


def of_submission(submission: Submission) -> tuple[Lack, ...]:
    """What a filled form lacks."""
    parts = {name: "\n".join(block.plain for block in blocks) for name, blocks in submission.sections.items()}
    told = _Text(parts, "\n".join(parts.values()), submission.period)
    untitled = submission.head.title == PurePath(submission.file).stem
    return (*((Lack("title"),) if untitled else ()), *_lacks(submission.head, told))


def _lacks(head: ArticleHead, told: _Text) -> Iterator[Lack]:
    contact = head.contact or Contact()
    stated = {
        "member": head.member,
        "unit": contact.unit,
        "contact": contact.name,
        "email": contact.email,
        "consent": contact.consent,
        "expires": contact.expires,
        "elements": head.elements or head.factors,
    }
    yield from (Lack(name) for name, value in stated.items() if not value)
    yield from map(Lack, _parts_lacking(told) if told.parts else _words_lacking(told))
    for image in head.images:
        name = image.file.removeprefix("images/")
        yield from (Lack(part, name) for part in ("alt", "caption", "permission") if not getattr(image, part).strip())


def _parts_lacking(told: _Text) -> Iterator[str]:
    """The parts of the form that say nothing."""
    results = told.parts.get("results", "")
    if count(told.parts.get("done", "")) < FEW:
        yield "done"
    if not results.strip():
        yield "results"
    elif _is_undated(results, told):
        yield "period"
    if not told.parts.get("lessons", "").strip():
        yield "lessons"


def _words_lacking(told: _Text) -> Iterator[str]:
    """What no word of a text without the form's parts speaks of."""
    if count(told.whole) < ENOUGH:
        yield "done"
    if not (_FIGURE.search(told.whole) or _OUTCOME.search(told.whole)):
        yield "results"
    elif _is_undated(told.whole, told):
        yield "period"
    if not _LESSON.search(told.whole):
        yield "lessons"


def _is_undated(results: str, told: _Text) -> bool:
    return bool(_FIGURE.search(results)) and not (told.period or _TIME.search(results))


def reply(head: ArticleHead, lacks: tuple[Lack, ...], say: Phrases, deadline: str = "") -> str:
    """The letter: subject, thanks, what is missing and nothing else; ready to be sent."""
    titled = all(lack.what != "title" for lack in lacks)
    name = head.contact.name if head.contact and head.contact.name else ""
    lines = [
        say("missing.subject", title=head.title) if titled else say("missing.subject_untitled"),
        "",
        say("missing.dear", name=name) if name else say("missing.dear_all"),
        "",
        say("missing.thanks", title=head.title) if titled else say("missing.thanks_untitled"),
        "",
    ]
    if lacks:
        lines += [say("missing.asks.one") if len(lacks) == 1 else say("missing.asks.other"), ""]
        lines += [f"  - {lack.in_words(say)}" for lack in lacks]
        lines += ["", *([say("missing.by", date=say.date(deadline))] if deadline else []), say("missing.how")]
    else:
        lines += [say("missing.whole")]
    return "\n".join([*lines, "", say("missing.close"), say("call.sign")]) + "\n"
