"""The printed list of abbreviations read from its article: terms and expansions in their order, duplicates kept."""

import re
from collections.abc import Iterator, Sequence

from kb.newsletter.folder import Abbreviation
from kb.newsletter.intake.blocks import Block, Kind, plain

_ENTRY = re.compile(r"^(?:\d{1,3}\s?[-.)]\s*)?([^\s:=–—][^:=–—]{0,24}?)\s*(?:\s[-–—]\s?|[-–—:=]\s|\t|\s{3,})\s*(\S.*)$")


def abbreviations(blocks: Sequence[Block]) -> Iterator[Abbreviation]:
    """The entries of list items, paragraphs and tables; what does not look like one is passed over."""
    for block in blocks:
        if block.kind is Kind.TABLE:
            for row in block.rows:
                cells = [plain(cell) for cell in row if plain(cell).strip()]
                if len(cells) >= 2 and _is_term(cells[-2]):
                    yield Abbreviation(term=cells[-2].strip(), expansion=cells[-1].strip())
        elif block.kind in (Kind.ITEM, Kind.PARAGRAPH, Kind.QUOTE):
            match = _ENTRY.match(block.plain)
            if match and _is_term(match[1]):
                yield Abbreviation(term=match[1].strip(), expansion=match[2].strip())


def _is_term(text: str) -> bool:
    """Whether a text is short and has two capitals or a capital and few letters."""
    term = text.strip()
    return 0 < len(term) <= 24 and len(term.split()) <= 3 and any(each.isupper() for each in term)
