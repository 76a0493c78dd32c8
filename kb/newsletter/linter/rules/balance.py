"""Rules on the whole: whether regions, languages and key factors have their share of an edition."""

from collections import Counter
from collections.abc import Iterator

from kb.base.vocabulary import FACTORS, Language, factor_of
from kb.newsletter.folder import MARK
from kb.newsletter.linter.rule import EditionText, Severity, Violation, rule

FEWEST = 4  # articles of Members below which an edition cannot be out of balance


@rule("balance-region", Severity.NOTE)
def region(edition: EditionText) -> Iterator[Violation]:
    """A region with more than half of the Members' articles, or with none."""
    codes = [sheet.article.head.member for sheet in edition.sheets if sheet.is_by_member]
    known = [edition.members.by_code[code].region for code in codes if code and code in edition.members.by_code]
    counted = Counter(known)
    if len(known) >= FEWEST:
        for each in edition.members.regions:
            n = counted[each.code]
            if n == 0 or 2 * n > len(known):
                name = each.name.of(edition.language)
                yield Violation(MARK, edition.line_of("articles"), name, {"n": n, "total": len(known)})


@rule("balance-language", Severity.NOTE)
def language(edition: EditionText) -> Iterator[Violation]:
    """An official language in which fewer than a quarter of the articles stand."""
    counted = Counter(sheet.language for sheet in edition.sheets)
    total = counted.total()
    if total >= FEWEST:
        for each in Language:
            if 4 * counted[each] < total:
                yield Violation(MARK, edition.line_of("articles"), str(each), {"n": counted[each], "total": total})


@rule("balance-factor", Severity.NOTE)
def factor(edition: EditionText) -> Iterator[Violation]:
    """A key factor that more than half of the tagged articles serve, or none; nothing is said of an edition without tags."""
    tagged = [factors for sheet in edition.sheets if (factors := _factors(sheet.article.head))]
    if len(tagged) >= FEWEST:
        counted = Counter(number for factors in tagged for number in factors)
        for number in FACTORS:
            n = counted[number]
            if n == 0 or 2 * n > len(tagged):
                yield Violation(MARK, edition.line_of("articles"), str(number), {"n": n, "total": len(tagged)})


def _factors(head: object) -> set[int]:
    """The key factors of an article, from its factors or its elements, where the front matter has such fields."""
    factors = {number for number in getattr(head, "factors", None) or () if isinstance(number, int)}
    return factors | {factor_of(element) for element in getattr(head, "elements", None) or ()}
