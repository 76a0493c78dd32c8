"""Rules on pairs of languages: an article and its translation say the same."""

from collections.abc import Iterator

from kb.newsletter.desk.workplan import Pair, pair
from kb.newsletter.linter.rule import EditionText, Severity, Violation, rule


@rule("translation-behind", Severity.WARNING)
def behind(edition: EditionText) -> Iterator[Violation]:
    """A translation whose source has changed since, or is not there."""
    for sheet in edition.sheets:
        made = sheet.article.head.translation_of
        if made is not None and pair(edition.folder, sheet.article) in (Pair.BEHIND, Pair.LOST):
            yield Violation(sheet.file, sheet.line_of("translation_of"), made.article)
