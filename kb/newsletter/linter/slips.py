"""Slips of the keyboard and of page layout that can be found, and mended, line by line."""

import re
from collections.abc import Callable, Iterable, Iterator

from kb.base.folding import words

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_PREFIX = re.compile(r"^[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d{1,3}[.)]|#{1,6})(?=[ \t])|\[\^[^\]\n]{1,40}\]:)?[ \t]*")
_KEPT = re.compile(
    r"(!?\[[^\]\[\n]{0,400}\]\([^)\n]{0,400}\)|\]\([^)\n]{0,400}\)|`[^`\n]*`|<[^<>\n]*>|\b[a-z][a-z0-9+.-]{1,9}:/{1,3}\S+|\bwww\.\S+|(?<![\w.+-])[\w.+-]{1,64}@\S+)",
    re.I,
)
DOUBLED = re.compile(r"(?<![\w’'-])([^\W\d_]{1,40})((?:[ \t\u00a0\n]+\1)+)(?![\w’'@-]|\.\w)", re.I)
_TWICE = {"en": frozenset(["had", "that", "ha", "bye"]), "fr": frozenset(["nous", "vous", "ha", "très"])}
_NAMES = frozenset(["pago", "bora", "sing", "wagga", "baden", "tuk", "can", "cha"])
_NUMBERED = r"(?:Articles?|Sections?|Chapters?|Chapitres?|Annexe?s?|Targets?|Goals?|Objectifs?)"
_BLANKS = re.compile(
    r"(?<=[^\s.!?:…”’\"»)]) {2,}(?=\S)"
)  # two blanks after a sentence are a habit of typists and harmless
_SPACING: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": (
        (_BLANKS, " "),
        (re.compile(r"(?<=[^\W_])[ \t]+(?=[,;](?:[^\W\d_]|[ \t]|$)|[.!?](?:[ \t]|$))"), ""),
        (re.compile(r"(?<=\w)([,;])(?=[^\W\d_]{2})"), r"\1 "),
        (re.compile(rf"\b({_NUMBERED})(?=\d+\b)"), r"\1 "),
    ),
    "fr": (
        (_BLANKS, " "),
        (re.compile(r"(?<=[^\W_])[ \t]+(?=,(?:[^\W\d_]|[ \t]|$)|[.](?:[ \t]|$))"), ""),
        (re.compile(r"(?<=\w)([,;])(?=[^\W\d_]{2})"), r"\1 "),
        (re.compile(rf"\b({_NUMBERED})(?=\d+\b)"), r"\1 "),
        (re.compile(r"(?<=[\w)\]%.”’»])[ \t]?(?=[;!?:»](?:[\s.,)]|$))"), "\u00a0"),
        (re.compile(r"«[ \t]?(?=[^\s\u00a0])"), "«\u00a0"),
    ),
}
_RUNNING = frozenset({
    "wco", "omd", "world", "customs", "organization", "organisation", "mondiale", "des", "douanes", "integrity",
    "newsletter", "page", "edition", "number", "no", "n", "issue", "of", "the", "on",
    "bulletin", "lettre", "information", "d", "l", "de", "sur", "ethique", "integrite", "numero",
})  # fmt: skip
_COUNT = re.compile(r"^\d{1,4}(?:st|nd|rd|th|e|er|eme)?$")
_PAGE = re.compile(
    r"^(?:(?:page|p\.)\s*\d{1,3}(?:\s*(?:/|of|sur|de)\s*\d{1,3})?|[-–—]\s*\d{1,3}\s*[-–—]|\d{1,3}\s+(?:of|sur)\s+\d{1,3})$",
    re.I,
)
_BARE = re.compile(r"^\d{1,3}$")


def doubled(text: str, language: str) -> Iterator[re.Match[str]]:
    """Words that stand twice in a row, but not those that may."""
    for match in DOUBLED.finditer(text):
        last = match[2].split()[-1]
        named = match[1][0].islower() and last[0].isupper()
        allowed = named or match[1].lower() in _NAMES | _TWICE.get(language, frozenset())
        if not allowed and "\ufffc" not in match[1]:
            yield match


def footers(body: str, titles: Iterable[str]) -> list[int]:
    """The indices of the lines that are a running head, a running foot or a page number left over from a printed page."""
    own = {word for title in titles for word in words(title)}
    lines = body.split("\n")
    code = _fenced(lines)
    running = [at for at, line in enumerate(lines) if at not in code and _is_running(line, own)]
    near = {side for at in running for side in (_filled(lines, at, -1), _filled(lines, at, 1))}
    return sorted(
        {*running, *(at for at in near if at is not None and at not in code and _BARE.match(lines[at].strip()))}
    )


def without_footers(body: str, titles: Iterable[str]) -> str:
    """The body without those lines, and without the second of two blank lines that they leave."""
    lines, gone = body.split("\n"), set(footers(body, titles))
    kept: list[str] = []
    for at, line in enumerate(lines):
        if at in gone:
            continue
        if at - 1 in gone and not line.strip() and (not kept or not kept[-1].strip()):
            gone.add(at)
            continue
        kept.append(line)
    return "\n".join(kept)


def _filled(lines: list[str], at: int, step: int) -> int | None:
    """The next line with something on it, before or after line *at*."""
    at += step
    while 0 <= at < len(lines) and not lines[at].strip():
        at += step
    return at if 0 <= at < len(lines) else None


def _is_running(line: str, own: set[str]) -> bool:
    bare = line.strip().strip("#*_> \t\ufeff")
    if _PAGE.match(bare):
        return True
    if bare.endswith((".", ":", ";", ",")) or len(bare) > 120:
        return False
    found = words(bare)
    counts = {word for word in found if _COUNT.match(word)}
    is_series = not {"newsletter", "bulletin"}.isdisjoint(found) or {"lettre", "information"} <= set(found)
    return is_series and bool(counts or "page" in found) and set(found) <= {*_RUNNING, *own, *counts}


def without_doubled(body: str, language: str) -> str:
    """The body with each of those words once, where both stand on one line."""

    def once(text: str) -> str:
        for match in reversed(list(doubled(text, language))):
            text = text[: match.end(1)] + text[match.end() :]
        return text

    return _by_line(body, once)


def well_spaced(body: str, language: str) -> str:
    """The body with blanks where they belong and nowhere else; indents, tables and code stay."""

    def mend(text: str) -> str:
        for pattern, instead in _SPACING.get(language, ()):
            text = pattern.sub(instead, text)
        return text

    return _by_line(body, mend)


def _by_line(body: str, mend: Callable[[str], str]) -> str:
    lines = body.split("\n")
    code = _fenced(lines)
    for at, line in enumerate(lines):
        if at not in code and not line.lstrip().startswith("|"):
            prefix = _PREFIX.match(line)
            start = prefix.end() if prefix else 0
            parts = _KEPT.split(line[start:])
            lines[at] = line[:start] + "".join(part if n % 2 else mend(part) for n, part in enumerate(parts))
    return "\n".join(lines)


def _fenced(lines: list[str]) -> set[int]:
    inside, fence = set[int](), ""
    for at, line in enumerate(lines):
        match = FENCE.match(line)
        if fence or match:
            inside.add(at)
        if match:
            fence = (fence if not match[1].startswith(fence) else "") if fence else match[1]
    return inside
