"""Rules on abbreviations: the printed list against the text, and the text against itself."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kb.newsletter.folder import MARK
from kb.newsletter.linter.abbreviations import COMMON, Fit, alike, fit, fold_letters, near_fit, same_name, singular
from kb.newsletter.linter.rule import EditionText, Severity, Violation, rule
from kb.newsletter.linter.terms import Occurrence
from kb.newsletter.sheets import Entry
from kb.press.commonmark import Kind

MOST_WORDINGS = 20  # of one term that are compared with each other


@rule("abbreviation-unused", Severity.ERROR)
def unused(edition: EditionText) -> Iterator[Violation]:
    """A term of the list that the text never uses."""
    for term, entries in edition.terms.listed.items():
        if (
            term not in edition.terms.used
            and term not in edition.terms.defined
            and singular(term) not in edition.terms.used
        ):
            yield Violation(MARK, entries[0].line, term, {"expansion": _joined(entries)})


@rule("abbreviation-undefined", Severity.ERROR)
def undefined(edition: EditionText) -> Iterator[Violation]:
    """A term of the text that is defined nowhere."""
    known = {singular(term) for term in edition.terms.listed} | set(edition.terms.listed) | set(edition.terms.defined)
    for term, found in edition.terms.used.items():
        standing = [each for each in found if each.order in edition.terms.standing]
        if term not in known and term not in COMMON and standing:
            yield Violation(standing[0].file, standing[0].line, term, {"n": len(standing)})


@rule("abbreviation-unlisted", Severity.WARNING)
def unlisted(edition: EditionText) -> Iterator[Violation]:
    """A term that the text defines and the list lacks."""
    listed = {singular(term) for term in edition.terms.listed} | set(edition.terms.listed)
    for term, found in edition.terms.defined.items():
        if term not in listed:
            yield Violation(found[0].file, found[0].line, term, {"expansion": found[0].expansion})


@rule("abbreviation-late", Severity.WARNING)
def late(edition: EditionText) -> Iterator[Violation]:
    """A term that is used before the text defines it."""
    for term, found in edition.terms.defined.items():
        first = edition.terms.used.get(term, [])[:1]
        if first and first[0].order < found[0].order:
            place = f"{found[0].file}:{found[0].line}"
            yield Violation(first[0].file, first[0].line, term, {"place": place, "expansion": found[0].expansion})


@rule("abbreviation-repeated", Severity.NOTE)
def repeated(edition: EditionText) -> Iterator[Violation]:
    """A term that the running text defines more than once in the same words."""
    for term, found in edition.terms.defined.items():
        body = [each for each in found if each.passage.kind not in (Kind.TITLE, Kind.HEADING)]
        if len(body) > 1:
            place = f"{body[0].file}:{body[0].line}"
            yield Violation(body[1].file, body[1].line, term, {"n": len(body), "place": place})


@rule("abbreviation-listed-twice", Severity.WARNING)
def listed_twice(edition: EditionText) -> Iterator[Violation]:
    """A line of the list that stands there already."""
    for term, entries in edition.terms.listed.items():
        for at, entry in enumerate(entries):
            if any(_same_words(entry.expansion, other.expansion) for other in entries[:at]):
                yield Violation(MARK, entry.line, term, {"expansion": entry.expansion})


@rule("abbreviation-two-meanings", Severity.ERROR)
def two_meanings(edition: EditionText) -> Iterator[Violation]:
    """A term with two expansions that do not name one thing, in the list or in the text."""
    for term, entries in edition.terms.listed.items():
        for at, entry in enumerate(entries):
            other = next((each for each in entries[:at] if not same_name(each.expansion, entry.expansion)), None)
            if other:
                yield Violation(MARK, entry.line, term, {"one": other.expansion, "other": entry.expansion})
                break
    for term, found in edition.terms.defined.items():
        worded = list({each.expansion: each for each in reversed(found)}.values())[::-1][:MOST_WORDINGS]
        for at, one in enumerate(worded):
            first = next((each for each in worded[:at] if _differ(term, each.expansion, one.expansion)), None)
            if first:
                yield Violation(one.file, one.line, term, {"one": first.expansion, "other": one.expansion})
                break


def _differ(term: str, one: str, other: str) -> bool:
    """Whether two expansions in the text name two things; where letters do not tell, they must have little in common."""
    told = Fit.NONE not in (fit(term, one), fit(term, other))
    return not same_name(one, other) and (told or not alike(one, other))


@rule("abbreviation-contradicts", Severity.ERROR)
def contradicts(edition: EditionText) -> Iterator[Violation]:
    """A line of the list that the text contradicts."""
    for term, entries in edition.terms.listed.items():
        found = edition.terms.defined.get(singular(term), [])
        for one in found:
            if not any(same_name(entry.expansion, one.expansion) for entry in entries):
                values = {"listed": _joined(entries), "text": one.expansion, "place": f"{one.file}:{one.line}"}
                yield Violation(MARK, entries[0].line, term, values)
                break


@rule("abbreviation-wording", Severity.NOTE)
def wording(edition: EditionText) -> Iterator[Violation]:
    """A term whose expansion is worded in several ways that name one thing."""
    for term, found in edition.terms.defined.items():
        entries = edition.terms.listed.get(term, [])
        first = next((entry.expansion for entry in entries), found[0].expansion)
        for one in found:
            if same_name(first, one.expansion) and not _same_words(first, one.expansion):
                yield Violation(one.file, one.line, term, {"one": first, "other": one.expansion})
                break


@rule("abbreviation-letters", Severity.WARNING)
def letters(edition: EditionText) -> Iterator[Violation]:
    """A term with as many letters as its expansion has words, some of which do not agree: a slip."""
    yield from _misfits(edition, slip=True)


@rule("abbreviation-foreign", Severity.NOTE)
def foreign(edition: EditionText) -> Iterator[Violation]:
    """A term whose letters come from a name in another language, which is not given."""
    yield from _misfits(edition, slip=False)


def _misfits(edition: EditionText, slip: bool) -> Iterator[Violation]:
    for term, entries in edition.terms.listed.items():
        for entry in entries:
            if fit(term, entry.expansion) == Fit.NONE and near_fit(term, entry.expansion) == slip:
                yield Violation(MARK, entry.line, term, {"expansion": entry.expansion})
    for term, found in edition.terms.defined.items():
        one = found[0]
        if _is_misfit(term, found, edition.terms.listed.get(term, [])) and near_fit(term, one.expansion) == slip:
            yield Violation(one.file, one.line, term, {"expansion": one.expansion})


def _is_misfit(term: str, found: Sequence[Occurrence], listed: Sequence[Entry]) -> bool:
    """Whether no expansion fits the letters of a term, and the list does not say what the text says."""
    defined, printed = [each.expansion for each in found], [each.expansion for each in listed]
    if any(fit(term, expansion) != Fit.NONE for expansion in (*defined, *printed)):
        return False
    return not any(_same_words(expansion, defined[0]) for expansion in printed)


@rule("abbreviation-unsorted", Severity.WARNING)
def unsorted(edition: EditionText) -> Iterator[Violation]:
    """A line of the list that stands after one that the alphabet puts later."""
    for one, other in pairwise(edition.entries):
        if fold_letters(other.term) < fold_letters(one.term):
            yield Violation(MARK, other.line, other.term, {"after": one.term})


def _joined(entries: list[Entry]) -> str:
    return " / ".join(dict.fromkeys(entry.expansion for entry in entries))


def _same_words(one: str, other: str) -> bool:
    def words(text: str) -> list[str]:
        return [word for word in map(fold_letters, text.split()) if word and word != "the"]

    return words(one) == words(other)
