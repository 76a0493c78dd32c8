"""What the readers share: what a paragraph is, links, bold lines as headings, hard line breaks, the account."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, Note, count, escape, most_frequent, plain, total
from kb.newsletter.intake.lines import bullet, ended, is_caption, starts_small

_WEIGHT = re.compile(r"^(b?)([\d.]*)$")
_LONGEST = 25
_FLAT = (Kind.PARAGRAPH, Kind.ITEM, Kind.CAPTION)
_ADDRESS = re.compile(r"^(?:https?://|mailto:)[^\s<>()\[\]\\\"]{1,500}$", re.I)


def link(text: str, target: str) -> str:
    """Inline Markdown *text* linked to *target*, where that is an address a reader may follow; else the text alone."""
    return f"[{text}]({target})" if _ADDRESS.match(target) and "](" not in text else text


def paragraph(text: str, usual: Kind = Kind.PARAGRAPH) -> Block:
    """A paragraph of inline Markdown: an item or a caption where its first words show that, else of the *usual* kind."""
    words = plain(text)
    rest = bullet(words)
    if rest is not None:
        return Block(Kind.ITEM, escape(rest))
    return Block(Kind.CAPTION if is_caption(words) else usual, text)


def document(
    file: str, form: str, blocks: Sequence[Block], dropped: Sequence[Dropped], notes: Mapping[str, int], *first: Note
) -> Document:
    """A document whose words are those of its blocks and of what was dropped; *notes* are counts by key."""
    words = total(blocks) + sum(each.words for each in dropped)
    counted = (Note(key, {"n": times}) for key, times in notes.items())
    styled = any(block.kind is Kind.HEADING for block in blocks)
    return Document(file, form, tuple(blocks), words, 0, tuple(dropped), (*first, *counted), styled)


def headings_by_weight(blocks: Sequence[Block]) -> list[Block]:
    """Paragraphs that are short and wholly bold or in larger type made headings; their `label` holds weight and size."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block.kind is Kind.PARAGRAPH:
            sizes[_size(block)] += block.words
    body = most_frequent(sizes, 0)
    ranks = sorted({_rank(block) for block in blocks if _is_heavy(block, body)})
    deepest = max((block.level for block in blocks if block.kind is Kind.HEADING), default=0)
    return [_weighed(block, body, deepest, ranks) for block in blocks]


def _weighed(block: Block, body: float, deepest: int, ranks: Sequence[tuple[float, bool]]) -> Block:
    if _is_heavy(block, body):
        level = min(9, deepest + 1 + ranks.index(_rank(block)))
        return replace(block, kind=Kind.HEADING, level=level, label="")
    return replace(block, label="") if block.kind is Kind.PARAGRAPH else block


def _rank(block: Block) -> tuple[float, bool]:
    return -_size(block), "b" not in block.label


def _size(block: Block) -> float:
    match = _WEIGHT.match(block.label)
    return float(match[2]) if match and match[2] not in ("", ".") else 0


def _is_heavy(block: Block, body: float) -> bool:
    if block.kind is not Kind.PARAGRAPH or not block.label or not 0 < block.words <= _LONGEST:
        return False
    large = "b" in block.label or _size(block) > body * 1.08 > 0
    return large and not ended(block.plain) and not is_caption(block.plain)


def is_wrapped(blocks: Sequence[Block], raw: Sequence[str]) -> bool:
    """Whether every printed line of a document has become a paragraph of its own."""
    texts = [text.strip() for text in raw if text.strip()]
    if len(texts) < 30 or max(map(len, texts)) > 160:
        return False
    if any(block.kind not in _FLAT or "[^" in block.text for block in blocks):
        return False
    return 5 * sum(_is_cut(before, text) for before, text in pairwise(texts)) > len(texts)


def _is_cut(before: str, text: str) -> bool:
    """Whether a sentence goes on from one line to the next."""
    return not ended(before) and starts_small(text) and count(before) > 3
