"""Rules on time and figures: a text is read years later, so it says when."""

import calendar
import re
from collections.abc import Iterator
from datetime import date

from kb.base.folding import fold
from kb.base.interface import months
from kb.newsletter.linter.rule import EditionText, Severity, Violation, rule
from kb.newsletter.prose import Passage
from kb.press.commonmark import Kind

_MONTH = "|".join(months())
_WEEKDAYS = {
    fold(name): at
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
    )
    for at, name in enumerate(names.split())
}
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d{2}(?!\d|[.,]\d{3})")
_PERIOD = re.compile(
    rf"\b(?:(?:{_MONTH})\b(?<!\bmay)(?<!\bmars)|(?:per|a|each|every|par|chaque) "
    r"(?:day|week|month|quarter|year|jour|semaine|mois|trimestre|an|année)"
    r"|annual(?:ly)?|yearly|monthly|quarterly|weekly|daily|annuel\w*|mensuel\w*|trimestriel\w*|quotidien\w*|as of|as at|au \d{1,2})\b",
    re.I,
)
_RELATIVE_EN = re.compile(
    r"\b(?:(?:this|last|next|the past|the last|the current|the coming|the previous) "
    r"(?:year|month|quarter|week|semester|decade)(?:[’']s)?"
    r"|(?:in|over|during) recent (?:years|months|weeks)|recently|nowadays|at present|at the moment|currently|these days"
    r"|(?<!up )to date|so far"
    r"|until now|up to now|(?:the )?end of the year|(?<!as )soon(?! as))\b",
    re.I,
)
_RELATIVE_FR = re.compile(
    r"\b(?:cette année|ce mois-ci|ce trimestre|cette semaine|l[’'](?:an|année) (?:dernière?|passée?|prochaine?|en cours)"
    r"|(?:le mois|la semaine|le trimestre) (?:dernière?|passée?|prochaine?)|ces derni(?:ers|ères) (?:mois|années|semaines|temps)"
    r"|récemment|dernièrement|actuellement|à l[’']heure actuelle|de nos jours|à ce jour|jusqu[’']à présent|jusqu[’']ici"
    r"|la fin de l[’']année|prochainement|bientôt)\b",
    re.I,
)
_OPEN_ENDED = re.compile(r"to date|so far|until now|up to now|à ce jour|jusqu", re.I)
_FIGURE = re.compile(
    r"(?<![\w.,/:°#-])(?P<number>\d{1,3}(?:[ ,.\u00a0\u202f’]\d{3})+|\d+(?:[.,]\d+)?)(?P<share>\s?(?:%|per ?cent\b|pour cent\b))?"
    r"(?![\w/:°]|-\d|[.,]\d|(?:st|nd|rd|th|er|e|ème)\b)"
)
_LABEL = re.compile(
    r"(?:\b(?:No|Nos|N|Art|Article|Articles|ISO|ISO/IEC|Target|Goal|Section|Chapter|Annex|Day|Page|p|pp|Law|Act|Decree|Order|Rule|Phase|Stage"
    r"|Objectif|Cible|Chapitre|Annexe|Jour|Loi|Décret|Arrêté|Étape|Agenda|standard|norme|paragraph|paragraphe|edition|édition|Factor|facteur|clé)"
    r"\.?|n[°ºo]\.?)\s*$",
    re.I,
)
_DAY_BEFORE_MONTH = re.compile(rf"\s*(?:(?:to|and|au|et|-|–)\s*\d{{1,2}}\s+)?(?:{_MONTH})\b", re.I)
_DURATION = re.compile(
    r"[\s\u00a0-]*(?:minutes?|hours?|days?|weeks?|months?|years?|heures?|jours?|semaines?|mois|ans?|années?)\b", re.I
)
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTH})\s+$", re.I)
_SHORT = 80  # characters: a line of a box or a cell of a table, no sentence
_SOURCED = re.compile(
    r"\b(?:source|sources|according to|reports?|survey|statistics|study|data from|published"
    r"|selon|d[’']après|rapport|enquête|statistiques|étude|publiée?s?)\b",
    re.I,
)
_WRITTEN = re.compile(
    rf"(?<![\w/.-])(?:(?P<weekday>{'|'.join(_WEEKDAYS)}),?\s+(?:the\s+)?)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?\s+(?:of\s+|de\s+)?"
    rf"(?P<month>{_MONTH})\b(?:,?\s+(?P<year>\d{{4}})\b)?",
    re.I,
)
_AMERICAN = re.compile(
    rf"\b(?:(?P<weekday>{'|'.join(_WEEKDAYS)}),?\s+)?(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[.,]\d|\s*%)(?:,?\s+(?P<year>\d{{4}})\b)?",
    re.I,
)
_NUMERIC = re.compile(r"(?<![\w./-])(\d{1,2})([/.])(\d{1,2})\2((?:19|20)\d{2})(?![\w/-])")
_ISO = re.compile(r"(?<![\w/-])((?:19|20)\d{2})-(\d{2})-(\d{2})(?![\w-])")
_YEARS = re.compile(
    r"(?<![\w/.-])(?:(?:from|between|de|entre)\s+)?((?:19|20)\d{2})(?:\s?[-–/]\s?|\s+to\s+|\s+à\s+|\s+and\s+|\s+et\s+)((?:19|20)\d{2})(?![\w/-])"
)
_DAYS = re.compile(
    rf"\b(?P<word>from\s+|between\s+|du\s+|entre\s+(?:le\s+)?)?(?:le\s+)?(\d{{1,2}})(?P<link>\s?[-–]\s?|\s+to\s+|\s+au\s+|\s+and\s+|\s+et\s+(?:le\s+)?)"
    rf"(\d{{1,2}})\s+(?:{_MONTH})\b",
    re.I,
)


@rule("figure-period", Severity.WARNING)
def figure_period(edition: EditionText) -> Iterator[Violation]:
    """A figure in a passage that names no year, month or other period, nor does the passage before it."""
    for sheet in edition.sheets:
        before, told = "", False
        for passage in sheet.passages:
            figures = _figures(passage)
            lacking = bool(figures) and not _has_period(passage.flat) and not _has_period(before)
            if lacking and not (told and len(passage.text) < _SHORT):  # once for a table or a box of figures
                yield Violation(sheet.file, passage.line_of(figures[0].start()), figures[0][0].strip())
            told = lacking
            before = "" if passage.kind == Kind.TITLE else passage.flat


@rule("figure-source", Severity.NOTE)
def figure_source(edition: EditionText) -> Iterator[Violation]:
    """A share or a large figure in a passage that names no source."""
    for sheet in edition.sheets:
        told = False
        for at, passage in enumerate(sheet.passages):
            near = " ".join(each.raw for each in sheet.passages[max(0, at - 1) : at + 2])
            figures = _figures(passage)
            large = next(filter(_is_large, figures), None)
            lacking = large is not None and not _SOURCED.search(near) and "[^" not in near
            if large and lacking and not (told and len(passage.text) < _SHORT):
                yield Violation.at(sheet, passage, large)
            told = lacking or (told and bool(figures))


def _is_large(figure: re.Match[str]) -> bool:
    """Whether a figure is a share, or has four digits or more."""
    return bool(figure["share"]) or len(re.sub(r"\D", "", figure["number"])) > 3


def _figures(passage: Passage) -> list[re.Match[str]]:
    """The figures that tell an amount: no years, dates, numbers of laws, and nothing below ten but shares and decimals."""
    if passage.kind in (Kind.TITLE, Kind.HEADING):
        return []
    return [each for each in _FIGURE.finditer(passage.flat) if each["share"] or _is_amount(each)]


def _is_amount(figure: re.Match[str]) -> bool:
    number, text = figure["number"], figure.string
    before, after = text[max(0, figure.start() - 14) : figure.start()], text[figure.end() : figure.end() + 24]
    if number.isdigit() and (int(number) < 10 or (len(number) == 4 and 1900 <= int(number) < 2100)):
        return False
    if (before.endswith("(") and after.startswith(")")) or _LABEL.search(before) or _MONTH_BEFORE.search(before):
        return False
    return not (_DURATION.match(after) or _DAY_BEFORE_MONTH.match(after))


def _has_period(text: str) -> bool:
    return bool(_YEAR.search(text) or _PERIOD.search(text))


@rule("relative-time", Severity.WARNING)
def relative(edition: EditionText) -> Iterator[Violation]:
    """Words such as “this year”, “recently”, which mean another time to each reader, in a sentence without a year."""
    for sheet in edition.sheets:
        pattern = _RELATIVE_FR if sheet.language == "fr" else _RELATIVE_EN
        for passage in sheet.passages:
            for sentence in passage.sentences:
                for match in pattern.finditer(sentence.text.replace("\n", " ")):
                    if _OPEN_ENDED.match(match[0]) or not _YEAR.search(sentence.text):
                        line = sentence.line + sentence.text.count("\n", 0, match.start())
                        yield Violation(sheet.file, line, match[0])


@rule("date-impossible", Severity.ERROR)
def impossible(edition: EditionText) -> Iterator[Violation]:
    """A date that is not in the calendar, a weekday that it does not have, a period that ends before it begins."""
    for sheet in edition.sheets:
        for passage in sheet.passages:
            for start, shown in _impossible(passage.flat):
                yield Violation(sheet.file, passage.line_of(start), " ".join(shown.split()))


def _impossible(text: str) -> Iterator[tuple[int, str]]:
    yield from _impossible_words(text)
    yield from _impossible_figures(text)
    yield from _turned_periods(text)


def _impossible_words(text: str) -> Iterator[tuple[int, str]]:
    for pattern in (_WRITTEN, _AMERICAN):
        for match in pattern.finditer(text):
            if pattern is _AMERICAN and re.search(r"\d\s*$", text[max(0, match.start() - 4) : match.start()]):
                continue  # “3 May 15 officers”: the day stood before
            month, day = months()[fold(match["month"])], int(match["day"])
            year = int(match["year"]) if match["year"] else 2000
            weekday = match["weekday"]
            if not _is_date(year, month, day) or (
                weekday and match["year"] and date(year, month, day).weekday() != _WEEKDAYS[fold(weekday)]
            ):
                yield match.start(), match[0]


def _impossible_figures(text: str) -> Iterator[tuple[int, str]]:
    for match in _NUMERIC.finditer(text):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        if not _is_date(year, other, one) and not _is_date(year, one, other):
            yield match.start(), match[0]
    for match in _ISO.finditer(text):
        if not _is_date(int(match[1]), int(match[2]), int(match[3])):
            yield match.start(), match[0]


def _turned_periods(text: str) -> Iterator[tuple[int, str]]:
    for match in _YEARS.finditer(text):
        joined = re.search(r"\s(?:and|et|à|to)\s", match[0])
        if int(match[2]) < int(match[1]) and (not joined or re.match(r"from|between|de|entre", match[0])):
            yield match.start(), match[0]
    for match in _DAYS.finditer(text):
        if int(match[4]) < int(match[2]) and (match["word"] or match["link"].strip() in ("-", "–")):
            yield match.start(), match[0]


def _is_date(year: int, month: int, day: int) -> bool:
    return year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


@rule("date-numeric", Severity.WARNING)
def numeric(edition: EditionText) -> Iterator[Violation]:
    """A date in figures that can be read in two ways, or only with the month first."""
    for sheet in edition.sheets:
        for passage, match in sheet.find(_NUMERIC):
            day, month = int(match[1]), int(match[3])
            if day != month and day <= 12 and month <= 31:
                yield Violation.at(sheet, passage, match)
