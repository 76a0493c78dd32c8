"""Rules on words: slips, house terms, stereotypes, the disclaimer."""

import re
from collections.abc import Iterator

from kb.newsletter.folder import MARK
from kb.newsletter.linter import slips
from kb.newsletter.linter.rule import EditionText, Severity, Violation, rule
from kb.press.commonmark import Kind

_NOUNS = (
    r"(?:officers?|officials?|administrations?|authorit(?:y|ies)|dut(?:y|ies)"
    r"|brokers?|procedures?|clearance|services?|controls?|staff)"
)
_TERMS: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": (
        (re.compile(rf"\b[Cc]ustom (?={_NOUNS}\b)"), "Customs "),
        (re.compile(rf"\bcustoms (?={_NOUNS}\b)"), "Customs "),
        (re.compile(r"(?<!Revised )\bArusha Declaration\b"), "Revised Arusha Declaration"),
    ),
    "fr": (
        (re.compile(r"\bDéclaration d[’']Arusha\b(?! révisée)"), "Déclaration d’Arusha révisée"),
        (
            re.compile(
                r"\b(?:Sous-[Cc]omité|Guide|Bulletin|[Ll]ettre d[’']information)\b[^.;:\n]{0,30}?\b(?:l[’']|d[’'])?intégrité\b"
            ),
            "éthique",
        ),
    ),
}
_VERBS_EN = (
    "offers|provides|gives|shows|has|includes|contains|allows|aims|seeks|takes|makes|requires|presents|supports|helps|enables|continues"
    "|contributes|becomes|remains|describes|explains|highlights"
)
_GRAMMAR: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": (
        (re.compile(rf"\b(?:is|are|was|were) ({_VERBS_EN})\b"), r"\1"),
        (
            re.compile(
                r"(?<![\w.’'-])a ((?!\w*[A-ZÀ-Þ]\w*[A-ZÀ-Þ])(?:[aeioAEIO](?!ne\b|nce\b|ne-|uija|u[rp])|[uU]n(?!i|animous))[a-z]\w*)"
            ),
            r"an \1",
        ),
        (re.compile(r"\b[Aa]n ((?!\w*[A-ZÀ-Þ]\w*[A-ZÀ-Þ])[bcdfgjklmnpqrstvwyzBCDFGJKLMNPQRSTVWYZ][a-z]\w*)"), r"a \1"),
        (re.compile(r"\bone (its|their|our|his)\b"), r"one of \1"),
        (re.compile(r"\b(could|should|would|must) of\b(?! course)"), r"\1 have"),
        (re.compile(r"\b(a(?: [a-z]+)?) criteria\b"), r"\1 criterion"),
        (re.compile(r"\b(a(?: [a-z]+)?) phenomena\b"), r"\1 phenomenon"),
        (re.compile(r"\b[Tt]here is (many|several|various)\b"), r"there are \1"),
    ),
    "fr": (
        (re.compile(r"\b(?:est|sont) (offre|propose|permet|comprend|vise|contient|fournit|prévoit)\b"), r"\1"),
        (re.compile(r"\bsi (ils?)\b"), r"s’\1"),
        (re.compile(r"\b([Qq]u|[Ll]orsqu|[Pp]uisqu|[Jj]usqu)e (ils?|elles?|on|une?)\b"), r"\1’\2"),
        (
            re.compile(r"\bde (les) (?=douanes|agents|administrations|Membres|fonctionnaires|services|opérateurs)"),
            "des ",
        ),
        (re.compile(r"\bde (le) (?=programme|gouvernement|service|ministère|directeur|personnel|Secrétariat)"), "du "),
        (
            re.compile(r"\bà (les) (?=douanes|agents|administrations|Membres|fonctionnaires|services|opérateurs)"),
            "aux ",
        ),
        (re.compile(r"\bà (le) (?=programme|gouvernement|service|ministère|directeur|personnel|Secrétariat)"), "au "),
        (
            re.compile(
                r"\b([LlJjNnSs])(?:e|a) ((?!onz|oui|ouist|une?\b|uhl|et\b|en\b|y\b|à\b|est\b|a\b|ou\b)"
                r"[aàâeéèêiîoôu][a-zéèêàâîôûç]{2,})"
            ),
            r"\1’\2",
        ),
        (re.compile(r"\b[Mm]algré que\b"), "bien que"),
    ),
}
_PEOPLE_EN = r"\b(?:women|females?|female (?:officers|officials|employees|staff))\b"
_VIRTUE_EN = (
    r"(?:less|not as|more|inherently|naturally|by nature)\s+(?:corrupt\w*|prone to (?:corruption|bribery|fraud)"
    r"|honest|incorruptible|trustworthy"
    r"|ethical|upright|moral|likely to (?:take|accept|solicit|ask for|offer|demand|be corrupt))"
)
_STEREOTYPES = {
    "en": (
        re.compile(
            rf"{_PEOPLE_EN}[^.;!?]{{0,40}}\b(?:are|is|being|be|were|seem)\b[^.;!?]{{0,20}}?\b{_VIRTUE_EN}\b", re.I
        ),
        re.compile(
            r"\bmen\b[^.;!?]{0,20}\bare\b[^.;!?]{0,20}\bmore (?:corrupt\w*|prone to (?:corruption|bribery))", re.I
        ),
        re.compile(
            rf"\b(?:recruit|hir|appoint|promot)\w* {_PEOPLE_EN}[^.;!?]{{0,60}}"
            r"\b(?:fight|reduce|combat|curb|prevent|solution to)\w* corrupt\w+",
            re.I,
        ),
    ),
    "fr": (
        re.compile(
            r"\b(?:femmes|agentes)\b[^.;!?]{0,40}\b(?:sont|seraient|étant|être|étaient)\b[^.;!?]{0,20}?"
            r"\b(?:moins|plus|naturellement|par nature)\s+"
            r"(?:corrompues?|corruptibles?|honnêtes?|intègres?|incorruptibles?|éthiques?|fiables?|enclines? à|susceptibles? d)",
            re.I,
        ),
        re.compile(r"\bhommes\b[^.;!?]{0,20}\bsont\b[^.;!?]{0,20}\bplus (?:corrompus|corruptibles|enclins à)", re.I),
        re.compile(
            r"\b(?:recrut|embauch|nomm|promouv)\w* (?:des|plus de|davantage de) femmes\b[^.;!?]{0,60}\bcorruption", re.I
        ),
    ),
}
_REFUTED = re.compile(
    r"stereotyp|stéréotyp|\bmyth|\bmythe|préjugé|\bneither\b|\bnor\b|\bnot be seen|\bno evidence"
    r"|\bwrong(?:ly)?\b|\bcannot be (?:said|assumed)|do not mean"
    r"|\bnot (?:assume|validat|claim|suggest)\w*|aucune preuve|à tort|\bne\b[^.;!?]{0,40}\bpas\b|\bni\b|\bn[’'][^.;!?]{0,40}\bpas\b",
    re.I,
)
_DISCLAIMER = re.compile(
    r"\b(?:own|personal) (?:personal )?(?:views|opinions)|views expressed|(?:do(?:es)? not|not) necessarily (?:reflect|represent)"
    r"|responsib\w+ of (?:the|their) authors?"
    r"|n[’']engagent? que|opinions? personnelles?|points? de vue (?:personnels?|exprimés)"
    r"|vues exprimées|opinions exprimées|ne reflètent? pas nécessairement",
    re.I,
)


@rule("doubled-word", Severity.ERROR)
def doubled(edition: EditionText) -> Iterator[Violation]:
    """A word that stands twice in a row."""
    for sheet in edition.sheets:
        for passage in sheet.passages:
            for match in slips.doubled(passage.text, sheet.language):
                yield Violation(sheet.file, passage.line_of(match.start()), " ".join(match[0].split()))


@rule("footer-left", Severity.ERROR)
def footer(edition: EditionText) -> Iterator[Violation]:
    """A running head, a running foot or a page number left over from a printed page."""
    titles = [title for title in (edition.folder.head.title.en, edition.folder.head.title.fr) if title]
    for sheet in edition.sheets:
        lines = sheet.article.body.split("\n")
        for at in slips.footers(sheet.article.body, titles):
            yield Violation(sheet.file, sheet.article.first_line + at, " ".join(lines[at].split()))


@rule("house-term", Severity.WARNING)
def house_term(edition: EditionText) -> Iterator[Violation]:
    """A term that the house writes otherwise: Customs officers, the Revised Arusha Declaration, Sous-Comité sur l’éthique."""
    for sheet in edition.sheets:
        for pattern, instead in _TERMS.get(sheet.language, ()):
            for passage, match in sheet.find(pattern):
                yield Violation.at(sheet, passage, match, instead=instead.strip())


@rule("gender-stereotype", Severity.ERROR)
def stereotype(edition: EditionText) -> Iterator[Violation]:
    """“Women are less corrupt” and the like, unless the sentence warns of it."""
    for sheet in edition.sheets:
        for passage in sheet.passages:
            for sentence in passage.sentences:
                flat = sentence.text.replace("\n", " ")
                for pattern in _STEREOTYPES.get(sheet.language, ()):
                    if (match := pattern.search(flat)) and not _REFUTED.search(flat):
                        yield Violation(
                            sheet.file, sentence.line + sentence.text.count("\n", 0, match.start()), match[0]
                        )


@rule("disclaimer-missing", Severity.ERROR)
def disclaimer(edition: EditionText) -> Iterator[Violation]:
    """An edition that nowhere says whose views its articles are."""
    said = any(_DISCLAIMER.search(passage.flat) for sheet in edition.sheets for passage in sheet.passages)
    if not edition.folder.head.disclaimer and not said:
        yield Violation(MARK, 1)


@rule("grammar", Severity.ERROR)
def grammar(edition: EditionText) -> Iterator[Violation]:
    """A slip of grammar that a pattern can name: “is offers”, “a apple”, “one its”, “que il”."""
    for sheet in edition.sheets:
        for pattern, instead in _GRAMMAR.get(sheet.language, ()):
            for passage, match in sheet.find(pattern):
                yield Violation.at(sheet, passage, match, instead=match.expand(instead).strip())


@rule("spacing", Severity.NOTE)
def spacing(edition: EditionText) -> Iterator[Violation]:
    """A slip of spacing; the first of each line."""
    for sheet in edition.sheets:
        for passage in sheet.passages:
            if passage.kind in (Kind.TITLE, Kind.ROW):
                continue
            for at, line in enumerate(passage.raw.split("\n")):
                mended = slips.well_spaced(line, sheet.language)
                if mended != line:
                    start = next((n for n, (a, b) in enumerate(zip(line, mended, strict=False)) if a != b), len(mended))
                    yield Violation(sheet.file, passage.line + at, line[max(0, start - 12) : start + 12].strip())
