"""Abbreviations in running text: where they are defined, where they are used, and whether letters fit words.

The pairs are found as Schwartz and Hearst (2003) find them, letters matched from the end; a second rule takes the
capitalized phrase before “(KPK)”, whose letters come from another language.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_CAP = "A-ZÀ-ÖØ-Þ"
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*", re.U)
_TOKEN = re.compile(
    rf"(?<![\w.@/-])(?:[{_CAP}](?:-[{_CAP}]{{2,}})+|[{_CAP}]{{2,}}(?:[-&][{_CAP}]{{2,}})*|[{_CAP}]+[a-z]{{1,2}}[{_CAP}]+)"
    r"(?=(?:s|[’']s)?(?![\w]|[-–]\s?\d|-[A-Z]|[.@][A-Za-z]))"
)
_PAREN = re.compile(r"\(([^()\n]{2,160})\)")
_SHORT = re.compile(rf"^[{_CAP}][\w&-]{{1,14}}$", re.U)
_DASHED = re.compile(rf"^(.{{4,140}})(?:\s[-–—]\s|,\s)([{_CAP}][\w&-]{{1,14}})$")
_BREAK = re.compile(r"[.;:!?()\ufffc“”\"«»|](?:\s|$)|[()\ufffc“«|\"]")
_ROMAN = re.compile(r"^M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$")
_ENGLISH_SMALL = "a an and the of for on in to at by with from against its"
_FRENCH_SMALL = "à au aux d de des du en et l la le les pour sur dans par contre un une"
_SMALL = frozenset(f"{_ENGLISH_SMALL} {_FRENCH_SMALL}".split())
_GENERAL = frozenset(["programme", "program", "project", "programmes", "projet", "projets", "the", "le", "la", "les"])
_FRENCH = frozenset(["d", "de", "des", "du", "pour", "contre"])
_ARTICLES = frozenset(["un", "une", "du", "au", "le", "la"])
_VERBS = frozenset(["a", "ont", "est", "sont", "était", "sera", "fut", "qui", "que", "dont"])
_CAPITAL = re.compile(rf"(?:[ldLD][’'])?[{_CAP}]")
_TITLES = frozenset(["Mr", "Mrs", "Ms", "Dr", "M", "MM", "Mme", "Mlle", "Sir", "Minister", "Ministre"])
_EVERYDAY = "OK TV PDF USB SMS FAQ GPS PC CV VIP HTML URL DVD CD DNA ADN PO NB IT"
COMMON = frozenset(_EVERYDAY.split())


class Fit(StrEnum):
    """How the letters of an abbreviation lie in its words: as initials, inside words, or not at all."""

    INITIALS = "initials"
    LETTERS = "letters"
    NONE = "none"


@dataclass(frozen=True)
class Definition:
    """A term with its expansion, where *start* and *end* are the term's place in the text."""

    term: str
    expansion: str
    start: int
    end: int
    fit: Fit


def fold_letters(text: str) -> str:
    """Letters and digits in lower case without accents: what counts when letters are compared."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("&", ""))
    return "".join(character for character in decomposed if character.isalnum()).lower()


def singular(term: str) -> str:
    """The term without the s of its plural: SDGs is SDG, MoUs is MoU; but US stays."""
    return term[:-1] if re.search(rf"[{_CAP}]s$", term) else term


def content_words(expansion: str) -> frozenset[str]:
    """The words that make a name: folded, without articles, plurals and words such as “programme”."""
    words = {fold_letters(part) for word in _WORD.findall(expansion) for part in re.split(r"[’'-]", word)}
    kept = {re.sub(r"(?<=\w{3})s$", "", word) for word in words if word not in _SMALL and word not in _GENERAL}
    return frozenset(filter(None, kept)) or frozenset(words)


def same_name(one: str, other: str) -> bool:
    """Whether two expansions name one thing: the words of one, or of a part of it in brackets, hold the other's."""
    for mine in _variants(one):
        for theirs in _variants(other):
            if mine <= theirs or theirs <= mine:
                return True
    return False


def alike(one: str, other: str) -> bool:
    """Whether two expansions share half of their words, as one name and its older form do."""
    mine, theirs = content_words(one), content_words(other)
    return 2 * len(mine & theirs) >= len(mine | theirs)


def _variants(expansion: str) -> list[frozenset[str]]:
    outside = re.sub(r"\([^()]*\)", " ", expansion)
    return [content_words(part) for part in (outside, *re.findall(r"\(([^()]*)\)", expansion)) if part.strip()]


def fit(term: str, expansion: str) -> Fit:
    """How the letters of *term* lie in *expansion*; as many words as letters must agree one by one."""
    letters = fold_letters(singular(term))
    found = Fit.NONE
    for part in (re.sub(r"\([^()]*\)", " ", expansion), *re.findall(r"\(([^()]*)\)", expansion)):
        words = _WORD.findall(part)
        if _initials(letters, words) == 0 or _initials(letters, _split(words)) == 0:
            return Fit.INITIALS
        main = [word for word in _split(words) if fold_letters(word) not in _SMALL]
        capitals = sum(character.isupper() for character in term)
        if len(main) != len(letters) or capitals < len(letters):
            loose = _schwartz_hearst(letters, words)
            found = Fit.LETTERS if loose == 0 else found
    return found


def near_fit(term: str, expansion: str) -> bool:
    """Whether there are as many main words as letters and all initials but one agree: a slip, not another language."""
    letters = fold_letters(singular(term))
    words = [fold_letters(word) for word in _split(_WORD.findall(expansion))]
    main = [word for word in words if word and word not in _SMALL]
    agreeing = sum(letter == word[0] for letter, word in zip(letters, main, strict=False))
    return len(main) == len(letters) and agreeing >= max(1, len(letters) - 1)


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The words that look like abbreviations: two capitals or more, no numerals, no code with a number, nothing shouted."""
    found = list(_TOKEN.finditer(text))
    for match in found:
        if not _ROMAN.match(match[0]) and not _shouted(text, match) and not _of_a_person(text, match):
            yield match


def _shouted(text: str, match: re.Match[str]) -> bool:
    """Whether a word beside it is in capitals too and too long for an abbreviation: a headline or a surname."""
    before = re.search(r"([^\W_]+)[’' -]{1,2}$", text[max(0, match.start() - 30) : match.start()])
    after = re.match(r"(?:s|[’']s)?[’' -]{1,2}([^\W_]+)", text[match.end() : match.end() + 30])
    near = [side[1] for side in (before, after) if side and side[1].isupper() and len(side[1]) > 1]
    own = len(match[0])
    return any(len(word) > 5 or (own > 4 and len(word) > 3) or own > 6 for word in near)


def _of_a_person(text: str, match: re.Match[str]) -> bool:
    before = _WORD.findall(text[max(0, match.start() - 40) : match.start()])[-3:]
    return any(word in _TITLES and all(w[:1].isupper() for w in before[at:]) for at, word in enumerate(before))


def uses(term: str, text: str) -> list[int]:
    """Where *term* stands in *text* as a whole word, its plural and genitive too; “U.S.” is no use of US."""
    core = re.escape(term)
    pattern = rf"(?<![\w.@/-]){core}(?:s|[’']s)?(?![\w@]|\.[A-Za-z]|-[{_CAP}]{{2}})"
    return [match.start() for match in re.finditer(pattern, text)]


def definitions(text: str) -> list[Definition]:
    """The definitions in a text, in order: “long form (SHORT)”, “SHORT (long form)”, “(long form - SHORT)”."""
    found = []
    for match in _PAREN.finditer(text):
        inner = match[1].strip()
        at = match.start() + 1 + match[1].index(inner)
        word = inner.rsplit(" ", 1)[-1] if re.match(r"^(?:[A-Z]\.){2,} ", inner) else inner
        dashed = _DASHED.match(inner)
        definition = None
        if _SHORT.match(word) and _plausible(word):
            definition = _before(text, match.start(), word, at + len(inner) - len(word))
        elif dashed and fit(dashed[2], dashed[1]) != Fit.NONE:
            term, start = dashed[2], at + dashed.start(2)
            definition = _definition(term, dashed[1], start)
        elif " " in inner:
            definition = _reversed(text, match.start(), inner)
        if definition:
            found.append(definition)
    return found


def _definition(term: str, expansion: str, start: int) -> Definition:
    return Definition(singular(term), " ".join(expansion.split()), start, start + len(term), fit(term, expansion))


def _plausible(term: str) -> bool:
    return not _ROMAN.match(term) and term not in COMMON and sum(c.isalpha() for c in term) >= 2


def _before(text: str, paren: int, term: str, start: int) -> Definition | None:
    """The definition whose long form stands before the bracket at *paren*."""
    head = text[max(0, paren - 240) : paren]
    edges = [edge.end() for edge in _BREAK.finditer(head)]
    head = head[edges[-1] if edges else 0 :]
    words = list(_WORD.finditer(head))
    if not words:
        return None
    letters = fold_letters(singular(term))
    capitals = sum(character.isupper() for character in term)
    window = words[-min(len(letters) + 6, 2 * len(letters) + 2) :]
    spelled = [word[0] for word in window]
    first = _initials(letters, spelled)
    if first is None:
        first = _initials_of_parts(letters, spelled)
    if first is None:
        first = _loosely(letters, spelled, _capitalized(head, window), capitals)
    if first is None or (capitals < 2 and len(window) - first < 3):
        return None
    expansion = re.sub(r"^(?:[LlDd][’']|[Tt]he\s)", "", head[window[first].start() :].strip(" ,\n\t–-"))
    return _definition(term, expansion, start) if len(expansion) > len(term) else None


def _initials_of_parts(letters: str, spelled: Sequence[str]) -> int | None:
    """As `_initials`, where the parts of hyphenated words count as words."""
    parts = [(at, part) for at, word in enumerate(spelled) for part in _split([word])]
    first = _initials(letters, [part for _, part in parts])
    return None if first is None else parts[first][0]


def _loosely(letters: str, spelled: Sequence[str], phrase: int | None, capitals: int) -> int | None:
    """The index at which letters from inside of words begin, if a capital shows a name there, else that of the *phrase*."""
    first = _schwartz_hearst(letters, spelled)
    begins = first is not None and spelled[first][0].isupper()
    if begins and all(word[0].isupper() or word.lower() in _SMALL for word in spelled[first:]):
        return first
    if capitals < 2:
        return None
    return first if begins and phrase is None else phrase


def _reversed(text: str, paren: int, inner: str) -> Definition | None:
    """The definition whose term stands before the bracket: “WCO (World Customs Organization)”."""
    last = re.search(rf"(?<![\w-])([{_CAP}][\w&-]{{1,14}})\s$", text[max(0, paren - 20) : paren])
    if not last or sum(c.isupper() for c in last[1]) < 2 or not _plausible(last[1]):
        return None
    if fit(last[1], inner) != Fit.INITIALS:
        return None
    return _definition(last[1], inner, max(0, paren - 20) + last.start(1))


def _split(words: Sequence[str]) -> list[str]:
    return [part for word in words for part in re.split(r"[’'-]", word) if part]


def _initials(letters: str, words: Sequence[str]) -> int | None:
    """The index of the word at which *letters*, matched as initials from the end, begin; small words may be passed over."""
    at, left = len(words), letters
    while left:
        at -= 1
        if at < 0:
            return None
        word = fold_letters(words[at])
        if word.startswith(left[-1]) and (word not in _SMALL or _wanted(left[:-1], words[:at])):
            left = left[:-1]
        elif word and word not in _SMALL:
            return None
    return at


def _wanted(left: str, words: Sequence[str]) -> bool:
    """Whether the rest of the letters can still be matched if a small word takes one, as in MoU."""
    return _initials(left, words) is not None if left else False


def _schwartz_hearst(letters: str, words: Sequence[str]) -> int | None:
    """The index of the word at which *letters*, matched from the end in any place, begin; the first letter begins a word."""
    folded = [fold_letters(word) for word in words]
    at, end = len(folded) - 1, None  # the word, and how much of it is left to be matched
    for letter in reversed(letters[1:]):
        while at >= 0 and (place := folded[at].rfind(letter, 0, end)) < 0:
            at, end = at - 1, None
        if at < 0:
            return None
        at, end = (at, place) if place else (at - 1, None)
    while at >= 0 and folded[at][:1] != letters[:1]:
        at -= 1
    return at if at >= 0 and letters else None


def _capitalized(head: str, window: Sequence[re.Match[str]]) -> int | None:
    """The index at which the capitalized phrase at the end of *head* begins; small words may stand inside it."""
    first = None
    for at in range(len(window) - 1, -1, -1):
        word = window[at][0]
        if at + 1 < len(window) and re.search(r"[,;:]", head[window[at].end() : window[at + 1].start()]):
            break
        if _CAPITAL.match(word):
            first = at
        elif word.lower() not in _SMALL:
            break
    if first is not None:
        return first if len(window) - first > 1 else None
    return _french_name(window)


def _french_name(window: Sequence[re.Match[str]]) -> int | None:
    """The index at which a French name begins: at its one capital, or after “une”, “du” where it has none."""
    parted = [re.split(r"[’']", word[0]) for word in window]
    for at in range(len(window) - 2, 0, -1):
        inside = {part for parts in parted[at:] for part in parts}
        before = parted[at - 1][-1].lower()
        if inside & _VERBS:
            return None
        if _CAPITAL.match(window[at][0]) and before in _SMALL and inside & _FRENCH:
            return at
        if before in _ARTICLES and (at == 1 or window[at - 2][0].lower() not in _FRENCH):
            return at
    return None
