"""Rules on Members: the names they have now, the order of their articles, and what the house calls them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from kb.base.folding import fold, words
from kb.library.members import Members, names
from kb.newsletter.folder import MARK
from kb.newsletter.linter.rule import EditionText, Severity, Violation, rule

_FORMERLY = re.compile(
    r"\b(?:former(?:ly)?|previously|then|ex|known as|renamed from|anciennement|ancien(?:ne)?|jadis|autrefois|alors|ex-)"
    r"[\s,(“\"«-]*(?:(?:the|la|le|l[’']|called|named|known as|appelée?|nommée?)\s*)*$",
    re.I,
)
_CAPITALIZED = re.compile(r"(?<![\w-])[A-ZÀ-ÖØ-Þ][^\W\d_]{5,}(?![\w-])")
_ELSEWHERE = frozenset(map(fold, ("Columbia", "Guyane", "Marianne", "Francia", "Dominique", "Panamá", "Georgina")))
_MEMBER_EN = re.compile(
    r"\b(?:member[- ]countr(?:y|ies)|countr(?:y|ies) members?|(?:WCO|A-CIP|beneficiary|participating|contributing) countries"
    r"|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) countries(?= (?:participating|taking part|of the WCO))"
    r"|(?<!United Nations )(?<!UN )(?<!EU )(?<!European Union )(?<!’s )Member States?"
    r"(?! of the (?:European Union|EU|United Nations|UN)\b))",
    re.I,
)
_MEMBER_FR = re.compile(
    r"\b(?:pays[- ]membres?|pays (?:bénéficiaires|participants|contributeurs)|pays de l[’']OMD"
    r"|États?[- ]membres?\b(?! (?:de l[’']Union|de l[’']UE|de l[’']ONU|des Nations|de l[’']Organisation des Nations)))",
    re.I,
)
_COUNTRY_EN = re.compile(
    r"(?<!developing )(?<!developed )(?<!member )(?<!WCO )(?<!A-CIP )(?<!beneficiary )\bcountries\b", re.I
)
_COUNTRY_FR = re.compile(
    r"\b(?:les|des|aux|nos|plusieurs|certains|autres|de nombreux) pays\b(?! (?:en développement|développés|membres?|bénéf|partic))",
    re.I,
)


@rule("member-former", Severity.ERROR)
def former(edition: EditionText) -> Iterator[Violation]:
    """A name that a Member no longer has, unless the text says that it is the former one."""
    for sheet in edition.sheets:
        pattern, now = _former(edition.members, sheet.language)
        for passage, match in sheet.find(pattern):
            if not _FORMERLY.search(passage.flat[max(0, match.start() - 60) : match.start()]):
                yield Violation.at(sheet, passage, match, now=now[match[0]])
    pattern, now = _former(edition.members, edition.language)
    for entry in edition.entries:
        if (found := pattern.search(entry.expansion)) and not _FORMERLY.search(entry.expansion[: found.start()]):
            yield Violation(MARK, entry.line, found[0], {"now": now[found[0]]})


@lru_cache(maxsize=8)
def _pattern(olds: tuple[str, ...], current: frozenset[str]) -> re.Pattern[str]:
    """A pattern for former names that are no part of a name in use, such as Macedonia in North Macedonia."""

    def alone(old: str) -> str:
        before = "".join(
            f"(?<!{re.escape(name.removesuffix(old))})" for name in sorted(current) if name.endswith(f" {old}")
        )
        after = "".join(
            f"(?!{re.escape(name.removeprefix(old))})" for name in sorted(current) if name.startswith(f"{old} ")
        )
        return f"{before}{re.escape(old)}{after}"

    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(alone, olds)) or '(?!)'})(?![\w-])")


def _former(members: Members, language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    now = {
        old: member.name.of(language)
        for member in members.members
        for old in member.former.of(language)
        if fold(old) not in {fold(member.name.en), fold(member.name.fr or "")}
    }
    current = frozenset(name for member in members.members for name in (member.name.en, member.name.fr or ""))
    return _pattern(tuple(sorted(now, key=lambda old: (-len(old), old))), current), now


@rule("member-misspelt", Severity.WARNING)
def misspelt(edition: EditionText) -> Iterator[Violation]:
    """A word that is one letter away from a Member's name and is no other word for it."""
    known, single = _known_words(edition.members), _single_names(edition.members)
    judged: dict[str, str] = {}
    for sheet in edition.sheets:
        for passage, match in sheet.find(_CAPITALIZED):
            word = fold(match[0])
            if word not in judged:
                judged[word] = "" if word in known else _nearest(word, single)
            if judged[word]:
                yield Violation.at(sheet, passage, match, name=judged[word])


def _known_words(members: Members) -> set[str]:
    return {word for member in members.members for name in names(member) for word in words(name)} | _ELSEWHERE


def _single_names(members: Members) -> dict[str, str]:
    """The Members' long names of one word, folded and as written."""
    every = [name for member in members.members for name in (member.name.en, member.name.fr or "")]
    return {fold(name): name for name in every if len(name) > 6 and len(words(name)) == 1}


def _nearest(word: str, single: dict[str, str]) -> str:
    """The Member's name that *word* misses by one letter, if its end is not that of a word made from the name."""
    for name, shown in single.items():
        if abs(len(name) - len(word)) < 2 and not word.startswith(name[:-1]) and _one_off(word, name):
            return shown
    return ""


def _one_off(one: str, other: str) -> bool:
    """Whether one letter more, less, other, or two letters in turn make one of the other."""
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:] and len(b) > 1)


@rule("member-unknown", Severity.ERROR)
def unknown(edition: EditionText) -> Iterator[Violation]:
    """An article of a Member without a Member, or with a code that no Member has."""
    for sheet in edition.sheets:
        code = sheet.article.head.member
        if (sheet.is_by_member and code is None) or (code is not None and code not in edition.members.by_code):
            yield Violation(sheet.file, sheet.line_of("member"), code or "–")


@rule("member-absent", Severity.WARNING)
def absent(edition: EditionText) -> Iterator[Violation]:
    """A Member's article that never names the Member."""
    for sheet in edition.sheets:
        member = edition.members.by_code.get(sheet.article.head.member or "")
        if sheet.is_by_member and member:
            text = " ".join(word for passage in sheet.passages for word in words(passage.text))
            called = [" ".join(words(name)) for name in names(member)[1:]]
            if not any(f" {name}" in f" {text}" for name in called if len(name) > 3):
                name = member.name.of(sheet.language)
                yield Violation(sheet.file, sheet.line_of("member"), name)


@rule("member-order", Severity.ERROR)
def order(edition: EditionText) -> Iterator[Violation]:
    """A Member's article after that of a Member whom the alphabet puts later."""
    called = [
        (edition.members.by_code[code].name.of(edition.language), sheet)
        for sheet in edition.sheets
        if sheet.is_by_member and (code := sheet.article.head.member or "") in edition.members.by_code
    ]
    for (before, _), (name, sheet) in pairwise(called):
        if words(name) < words(before):
            yield Violation(sheet.file, sheet.line_of("member"), name, {"after": before})


@rule("house-member", Severity.WARNING)
def house_member(edition: EditionText) -> Iterator[Violation]:
    """“Member country” and the like: the WCO has Members."""
    for sheet in edition.sheets:
        for passage, match in sheet.find(_MEMBER_FR if sheet.language == "fr" else _MEMBER_EN):
            yield Violation.at(sheet, passage, match)


@rule("house-country", Severity.NOTE)
def house_country(edition: EditionText) -> Iterator[Violation]:
    """“Countries” where Members or administrations may be meant."""
    for sheet in edition.sheets:
        for passage, match in sheet.find(_COUNTRY_FR if sheet.language == "fr" else _COUNTRY_EN):
            said = (_MEMBER_FR if sheet.language == "fr" else _MEMBER_EN).finditer(passage.flat)
            if not any(each.start() <= match.start() < each.end() for each in said):
                yield Violation.at(sheet, passage, match)
