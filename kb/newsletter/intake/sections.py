"""The heads of an edition's sections: what they look like in English and French, and what an edition says of itself."""

import re
from collections import Counter
from dataclasses import dataclass

from kb.base.folding import fold
from kb.base.vocabulary import ArticleKind
from kb.newsletter.intake.blocks import most_frequent, tidy
from kb.newsletter.intake.naming import Names

_LONGEST = 12
_LISTS = r"(?:abbreviations|acronyms|abreviations|acronymes|sigles)"
_NEWS, _EVENTS = r"(?:news|actualites|nouvelles)", r"(?:activities|activites|events|evenements)"
_FIXED = (
    (
        ArticleKind.EDITORIAL,
        r"editorial|foreword|preface|avant-propos|mot de la redaction|a word from the editors?|introduction",
    ),
    (ArticleKind.MESSAGE, r"(?:message|mot|word|note|lettre|letter) (?:from|by|of|du|de|des)\b.*"),
    (
        ArticleKind.ACTIVITIES,
        rf".*\b{_EVENTS}(?: and| &| et)(?: the)?(?: latest)? (?:{_NEWS}|{_EVENTS})\b.*"
        rf"|.*\b{_NEWS}(?: and| &| et) {_EVENTS}\b.*|(?:latest |wco |omd |dernieres )?{_NEWS}(?: in brief| de l.omd)?",
    ),
    (
        ArticleKind.PROJECT,
        r"(?:wco|omd|les projets?|projets?|programmes?)\b.*\b(?:projects?|programmes?|projets?|initiatives?|ethique|integrite|omd)",
    ),
    (
        ArticleKind.ABBREVIATIONS,
        rf"(?:list of |liste des |table of |table des )?{_LISTS}(?: (?:and|et) {_LISTS})?|glossary|glossaire",
    ),
)
_KINDS = tuple((kind, re.compile(rf"^(?:{pattern})$")) for kind, pattern in _FIXED)
_CONTENTS = re.compile(
    r"^(?:table of contents|contents|in this (?:issue|edition)|sommaire|table des matieres|dans ce numero)$"
)
_PARTED = re.compile(r"^(.{3,60}?)\s*(?::|\s[–—-])\s+(.{8,})$")
_ORDINAL = r"\b(\d{1,3})(?:st|nd|rd|th)\s+"
_NUMBER = (
    re.compile(rf"{_ORDINAL}(?:edition|issue|(?:[A-Z]\w+ ){{0,3}}Newsletter)"),
    re.compile(r"\b(\d{1,3})\s?(?:e|ᵉ|ème|re|er)\s+(?:édition|numéro|Bulletin)"),
    re.compile(
        r"\b(?:[Nn]ewsletter|[Bb]ulletin|[Ii]ssue|[Ee]dition|[Éé]dition|[Nn]uméro)\s*(?:,\s*)?"
        r"(?:[Nn][o°º]\.?|#|number|numéro)?\s?(\d{1,3})\b(?![./,-]\d)"
    ),
)
_DISCLAIMER = re.compile(
    r"\b(?:personal|own|author'?s'?|Members'?) (?:personal )?(?:views?|opinions?)\b|n.engagent que"
    r"|opinions? (?:personnelles?|exprimées)|points? de vue"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ“\"«])")
_FRENCH = frozenset(
    (
        *("le", "la", "les", "des", "du", "une", "est", "dans", "pour", "sur", "avec"),
        *("par", "qui", "que", "aux", "ses", "sont", "cette", "plus", "été", "en", "ce", "au"),
    )
)
_ENGLISH = frozenset(
    (
        *("the", "of", "and", "to", "in", "is", "for", "on", "with", "by", "that"),
        *("which", "are", "this", "from", "its", "has", "was", "have", "be", "as", "at", "an"),
    )
)


@dataclass(frozen=True)
class Head:
    """A section's head: its kind, its Member, and the article's title where that stands in the same line."""

    kind: ArticleKind
    member: str | None = None
    title: str = ""


def head(text: str, names: Names) -> Head | None:
    """What section a line heads by its words alone; None if none."""
    line = tidy(text).strip(" .:*")
    if not line or len(line) > 200:
        return None
    if len(line.split()) <= _LONGEST:
        member = names.exact(line)
        if member:
            return Head(ArticleKind.MEMBER, member)
        folded = fold(line).replace("’", "'")
        for kind, pattern in _KINDS:
            if pattern.match(folded):
                return Head(kind)
    parted = _PARTED.match(line)
    if parted and (member := names.exact(parted[1])):
        return Head(ArticleKind.MEMBER, member, parted[2])
    return None


def is_contents(text: str) -> bool:
    """Whether a line heads a contents list."""
    return bool(_CONTENTS.match(fold(tidy(text).strip(" .:"))))


def number(texts: list[str]) -> int | None:
    """The edition's number as most of its mentions give it; None if there is none."""
    found: Counter[int] = Counter()
    for text in texts:
        for pattern in _NUMBER:
            found.update(int(match[1]) for match in pattern.finditer(text) if int(match[1]))
    return most_frequent(found, None)


def disclaimer(texts: list[str]) -> str | None:
    """The first sentence that says whose views the articles give; None if there is none."""
    for text in texts:
        for sentence in _SENTENCE.split(text) if _DISCLAIMER.search(text) else ():
            if _DISCLAIMER.search(sentence) and re.search(
                r"articles?|contribution|newsletter|bulletin", sentence, re.I
            ):
                return tidy(sentence)
    return None


def language(text: str) -> str:
    """`en` or `fr`, by the small words of a text."""
    found = Counter(text.casefold().split())
    french = sum(found[word] for word in _FRENCH)
    return "fr" if french > sum(found[word] for word in _ENGLISH) else "en"
