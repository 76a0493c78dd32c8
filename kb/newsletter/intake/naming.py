"""Members of the WCO found in a text: a line that is a Member's name, and the Members that a text mentions."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from kb.base.folding import words
from kb.library.members import Member, Members

_TOKEN = re.compile(r"[^\W_]+(?:\.[^\W_](?=\.))*")
_FORMAL = re.compile(
    r"^(?:the |(?:the )?(?:federal |islamic |democratic )?(?:republic|kingdom|state|sultanate|principality|commonwealth) of (?:the )?"
    r"|(?:la |le |l.)?(?:république|royaume|principauté|sultanat) (?:de la |de l.|du |des |de |d.)|(?:les|la|le|l.) ?)",
    re.I,
)


class Names:
    """Every name of every Member, ready to be looked up."""

    def __init__(self, members: Members) -> None:
        self.members = members

    @cached_property
    def _nouns(self) -> dict[tuple[str, ...], str]:
        """Names proper, without adjectives: those of several words, or with a capital in both languages."""
        found: dict[tuple[str, ...], str] = {}
        for member in self.members.members:
            for name in (*_proper(member), *_former(member)):
                found.setdefault(tuple(words(name)), member.code)
        return found

    @cached_property
    def _all(self) -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
        """All names and adjectives by their first word, longest first; the name as written where it is an acronym."""
        found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for member in self.members.members:
            for name in (*_proper(member), *_former(member), *member.aliases.en, *member.aliases.fr):
                key = tuple(words(name))
                acronym = name if len(name) <= 4 and name.isupper() else ""
                if key and (acronym or len(name) > 3):
                    found.setdefault(key[0], []).append((key, member.code, acronym))
        for entries in found.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry[1]))
        return found

    def exact(self, line: str) -> str | None:
        """The code of the Member whose name *line* is, now or formerly, in either language; None if it is none."""
        if len(line) > 80:
            return None
        bare = line.strip().strip(".:–—-* ")
        for name in (bare, _FORMAL.sub("", bare, count=1)):
            code = self._nouns.get(tuple(words(name)))
            if code:
                return code
        return None

    def mentioned(self, text: str) -> Counter[str]:
        """How often a text names each Member, by name, former name, adjective or acronym."""
        return Counter(self._mentions(text))

    def only(self, text: str) -> str | None:
        """The Member that a text names, if it names one alone."""
        mentioned = self.mentioned(text)
        return next(iter(mentioned)) if len(mentioned) == 1 else None

    def _mentions(self, text: str) -> Iterator[str]:
        tokens = [(match[0], words(match[0])) for match in _TOKEN.finditer(text)]
        plain = [folded[0] if len(folded) == 1 else "" for _, folded in tokens]
        place = 0
        while place < len(tokens):
            step = 1
            for key, code, acronym in self._all.get(plain[place], ()):
                if tuple(plain[place : place + len(key)]) != key or (acronym and tokens[place][0] != acronym):
                    continue
                if tokens[place][0][:1].isupper() or len(key) > 1 or len(key[0]) > 5:
                    yield code
                    step = len(key)
                    break
            place += step


def _proper(member: Member) -> tuple[str, ...]:
    return tuple(filter(None, (member.name.en, member.name.fr)))


def _former(member: Member) -> tuple[str, ...]:
    long = tuple(
        name for name in (*member.aliases.en, *member.aliases.fr) if " " in name or "-" in name or name.isupper()
    )
    return (*member.former.en, *member.former.fr, *long)
