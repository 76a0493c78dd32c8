"""Facts that can be read off a text without copying it: dates, figures, acts, standards, names."""

import re
from collections.abc import Iterable, Iterator

from kb.base.folding import fold
from kb.base.interface import months

_MONTH = "|".join(months())
_DATE = re.compile(
    rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th|er)?(?:\s?(?:[-–]|and|et|to|au)\s?(\d{{1,2}}))?(?:st|nd|rd|th)?\s+(?:of\s+)?)?\b({_MONTH})\s+((?:19|20)\d\d)\b"
    rf"|\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,\s+((?:19|20)\d\d)\b"
    r"|(?<![\d.,/])(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)\b"
    r"|(?<![\d.,/:-])((?:19|20)\d\d)(?![\d:]|[.,]\d)",
    re.I,
)
_BEGUN = re.compile(
    r"\b(?:since|launched|established|set up|introduced|adopted|created|opened|started|began|entered into force|issued|as of|"
    r"depuis|lancée?s?|créée?s?|adoptée?s?|instituée?s?|mise?s? en place|ouverte?s?|entrée?s? en vigueur|à compter d)\b",
    re.I,
)
_FIGURE = re.compile(
    r"(?<![\w.,/-])\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?(?:\s?%| per cent| pour cent)?(?![\w/]|[.,-]\d|\.[a-z])"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ACT = re.compile(
    r"\b(?:Order|Ordinance|Decree|Law|Act|Regulation|Directive|Circular|Décret|Loi|Arrêté|Ordonnance|Règlement|Circulaire|Directive)"
    r"\s+(?:No\.?\s?|n[°o]\s?|of\s+)?[A-Z0-9][\w./-]*(?:\s+of\s+(?:\d{1,2}\s+\w+\s+)?\d{4})?|\bISO\s?\d{4,5}(?::\d{4})?"
)
_NUMBERED = re.compile(r"\d")
_GENDER = re.compile(r"\b(?:wom[ae]n|gender|female|femmes?|égalité des (?:genres|sexes)|mixité)\b", re.I)


def dates(text: str) -> list[str]:
    """The dates of a text in its order, as exact as they are given: YYYY, YYYY-MM or YYYY-MM-DD; both ends of `11-12 April 2019`."""
    return list(_dates(text))


def _dates(text: str) -> Iterator[str]:
    for match in _DATE.finditer(text):
        first, second, named, year, american, its_day, its_year, day, month, full, alone = match.groups()
        if alone:
            yield alone
        elif full:
            yield from _checked(full, int(month), int(day))
        elif american:
            yield from _checked(its_year, months()[fold(american)], int(its_day))
        elif first:
            yield from _checked(year, months()[fold(named)], int(first))
            if second:
                yield from _checked(year, months()[fold(named)], int(second))
        else:
            yield f"{year}-{months()[fold(named)]:02}"


def _checked(year: str, month: int, day: int) -> Iterator[str]:
    if 1 <= month <= 12 and 1 <= day <= 31:
        yield f"{year}-{month:02}-{day:02}"


def period(text: str) -> str | None:
    """The time that the dates of a text span: the years of its first and its last."""
    years = sorted({each[:4] for each in dates(text)})
    if not years:
        return None
    return years[0] if len(years) == 1 else f"{years[0]}/{years[-1]}"


def begun(sentences: Iterable[str]) -> str | None:
    """The first date of a sentence that says that something began."""
    for sentence in sentences:
        told = _BEGUN.search(sentence)
        if told:
            after = dates(sentence[told.start() :]) or dates(sentence)
            if after:
                return after[0]
    return None


def figures(text: str) -> list[str]:
    """The figures of a text that are no dates and no numbers of acts, in its order."""
    left = _ACT.sub(" ", _DATE.sub(" ", text))
    found = (match[0].strip() for match in _FIGURE.finditer(left))
    return list(dict.fromkeys(figure for figure in found if not _YEAR.fullmatch(figure)))


def acts(text: str) -> list[str]:
    """Acts and standards that a text names with their numbers."""
    return list(dict.fromkeys(match[0].rstrip(".,;") for match in _ACT.finditer(text) if _NUMBERED.search(match[0])))


def on_gender(text: str) -> bool:
    """Whether a text speaks of women, or of gender."""
    return bool(_GENDER.search(text))
