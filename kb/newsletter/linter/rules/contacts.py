"""Rules on contacts: a person is named who agreed to it, and only as long as they agreed."""

from collections.abc import Iterator

from kb.newsletter.linter.rule import EditionText, Severity, Violation, rule
from kb.newsletter.prose import EMAIL


@rule("contact-consent", Severity.ERROR)
def consent(edition: EditionText) -> Iterator[Violation]:
    """A contact who has not agreed to be named."""
    for sheet in edition.sheets:
        contact = sheet.article.head.contact
        if contact and (contact.name or contact.email) and not contact.consent:
            yield Violation(sheet.file, sheet.line_of("contact"), contact.name or contact.email or "")


@rule("contact-expired", Severity.ERROR)
def expired(edition: EditionText) -> Iterator[Violation]:
    """A contact whose consent ended before the day of the check; a month lasts to its end."""
    for sheet in edition.sheets:
        contact = sheet.article.head.contact
        if contact and contact.expires and contact.expires < edition.as_of.isoformat()[: len(contact.expires)]:
            name = contact.name or contact.email or ""
            yield Violation(sheet.file, sheet.line_of("contact", "expires"), name, {"expires": contact.expires})


@rule("contact-expiry", Severity.WARNING)
def expiry(edition: EditionText) -> Iterator[Violation]:
    """A contact without a day on which the consent ends."""
    for sheet in edition.sheets:
        contact = sheet.article.head.contact
        if contact and (contact.name or contact.email) and not contact.expires:
            yield Violation(sheet.file, sheet.line_of("contact"), contact.name or contact.email or "")


@rule("contact-missing", Severity.NOTE)
def missing(edition: EditionText) -> Iterator[Violation]:
    """A Member's article that names nobody to ask."""
    for sheet in edition.sheets:
        contact = sheet.article.head.contact
        if sheet.is_by_member and not (contact and (contact.name or contact.email)):
            yield Violation(sheet.file, 1, sheet.article.head.member or "")


@rule("contact-in-text", Severity.WARNING)
def in_text(edition: EditionText) -> Iterator[Violation]:
    """An e-mail address in the text that no contact with consent covers."""
    for sheet in edition.sheets:
        contact = sheet.article.head.contact
        covered = contact.email if contact and contact.consent else None
        for passage in sheet.passages:
            for address in EMAIL.finditer(passage.raw):
                if address[0].lower() != (covered or "").lower():
                    yield Violation(sheet.file, passage.line + passage.raw.count("\n", 0, address.start()), address[0])
