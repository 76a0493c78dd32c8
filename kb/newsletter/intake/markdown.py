"""Blocks written as the Markdown of an article's body."""

from collections.abc import Iterator, Mapping, Sequence

from kb.newsletter.intake.blocks import Block, Kind, guarded


def body(blocks: Sequence[Block], images: Mapping[int, str]) -> str:
    """The Markdown of *blocks*; *images* gives the file of each picture by the block's place in *blocks*."""
    pieces: list[str] = []
    before: Block | None = None
    for block, text in _written(blocks, images):
        tight = before is not None and before.kind is Kind.ITEM and block.kind is Kind.ITEM
        pieces.append(("\n" if tight else "\n\n") if pieces else "")
        pieces.append(text)
        before = block
    return "".join(pieces) + ("\n" if pieces else "")


def _written(blocks: Sequence[Block], images: Mapping[int, str]) -> Iterator[tuple[Block, str]]:
    top = min((block.level for block in blocks if block.kind is Kind.HEADING), default=1)
    for place, block in enumerate(blocks):
        match block.kind:
            case Kind.HEADING:
                yield block, f"{'#' * min(6, 2 + block.level - top)} {block.text}"
            case Kind.ITEM:
                yield block, f"{'   ' * min(block.level, 8)}{block.marker} {guarded(block.text)}"
            case Kind.QUOTE:
                yield block, f"> {guarded(block.text)}"
            case Kind.TABLE:
                if block.rows:
                    yield block, "\n".join(_table(block.rows))
            case Kind.IMAGE:
                if place in images:
                    yield block, f"![{block.text}]({images[place]})"
            case Kind.FOOTNOTE:
                yield block, f"[^{block.label}]: {block.text}"
            case _:
                yield block, guarded(block.text)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    width = max(len(row) for row in rows)
    for number, row in enumerate(rows):
        cells = [cell.replace("|", "\\|") for cell in row] + [""] * (width - len(row))
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"|{' --- |' * width}"
