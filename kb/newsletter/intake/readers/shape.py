"""What readers of word processors' files share: bold lines as headings, hard line breaks, links."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from kb.newsletter.intake.blocks import Block, Kind, count
from kb.newsletter.intake.lines import ended, is_caption, starts_small

_WEIGHT = re.compile(r"^(b?)([\d.]*)$")
_LONGEST = 25
_ADDRESS = re.compile(r"^(?:https?://|mailto:)[^\s<>()\[\]\\\"]{1,500}$", re.I)


def link(text: str, target: str) -> str:
    """Inline Markdown *text* linked to *target*, where that is an address a reader may follow; else the text alone."""
    return f"[{text}]({target})" if _ADDRESS.match(target) and "](" not in text else text


def headings_by_weight(blocks: Sequence[Block]) -> list[Block]:
    """Paragraphs that are short and wholly bold or in larger type made headings; their `label` holds weight and size."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block.kind is Kind.PARAGRAPH:
            sizes[_size(block)] += block.words
    body = max(sorted(sizes), key=lambda size: sizes[size]) if sizes else 0
    heavy = {
        place
        for place, block in enumerate(blocks)
        if block.kind is Kind.PARAGRAPH and block.label and _is_heavy(block, body)
    }
    deepest = max((block.level for block in blocks if block.kind is Kind.HEADING), default=0)
    ranks = sorted({(-_size(blocks[place]), "b" not in blocks[place].label) for place in heavy})
    shaped: list[Block] = []
    for place, block in enumerate(blocks):
        if place in heavy:
            rank = ranks.index((-_size(block), "b" not in block.label))
            shaped.append(replace(block, kind=Kind.HEADING, level=min(9, deepest + 1 + rank), label=""))
        else:
            shaped.append(replace(block, label="") if block.kind is Kind.PARAGRAPH else block)
    return shaped


def _size(block: Block) -> float:
    match = _WEIGHT.match(block.label)
    return float(match[2]) if match and match[2] not in ("", ".") else 0


def _is_heavy(block: Block, body: float) -> bool:
    if not 0 < block.words <= _LONGEST or ended(block.plain) or is_caption(block.plain):
        return False
    return "b" in block.label or _size(block) > body * 1.08 > 0


def is_wrapped(blocks: Sequence[Block], raw: Sequence[str]) -> bool:
    """Whether every printed line of a document has become a paragraph of its own."""
    if any(block.kind not in (Kind.PARAGRAPH, Kind.ITEM, Kind.CAPTION) or "[^" in block.text for block in blocks):
        return False
    texts = [text.strip() for text in raw if text.strip()]
    if len(texts) < 30 or any(len(text) > 160 for text in texts):
        return False
    cut = sum(1 for before, text in pairwise(texts) if not ended(before) and starts_small(text) and count(before) > 3)
    return cut * 5 > len(texts)
