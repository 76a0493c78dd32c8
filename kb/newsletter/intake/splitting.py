"""A document split into its articles: kind, Member, title and body, each with a confidence and its reasons."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.base.folding import words
from kb.base.vocabulary import ArticleKind
from kb.newsletter.folder import ArticleHead
from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, plain, total
from kb.newsletter.intake.lines import ended, is_entry, starts_small
from kb.newsletter.intake.naming import Names
from kb.newsletter.intake.sections import Head, head, is_contents, language

_LONGEST_TITLE = 30
_COVER = 60
_TITLED = (ArticleKind.MEMBER, ArticleKind.PROJECT)


@dataclass(frozen=True)
class Draft:
    """One article as proposed: *labels* and *titles* are the blocks its kind, Member and title were taken from."""

    kind: ArticleKind
    member: str | None
    title: str
    body: tuple[Block, ...]
    labels: tuple[Block, ...] = ()
    titles: tuple[Block, ...] = ()
    confidence: float = 0
    reasons: tuple[str, ...] = ()
    language: str = "en"
    given: ArticleHead | None = None  # what a form states for the front matter

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks of the source that went into the article."""
        return (*self.labels, *self.titles, *self.body)

    @property
    def words(self) -> int:
        """How many words of the source went into the article, its head included."""
        return total(self.blocks)

    @property
    def pages(self) -> str:
        """The pages it stands on in the source, such as `4-5`; empty where there are none."""
        numbers = [block.page for block in self.blocks if block.page is not None]
        if not numbers:
            return ""
        first, last = min(numbers), max(numbers)
        return str(first) if first == last else f"{first}-{last}"


@dataclass(frozen=True)
class Split:
    """The articles of a document, what of it is in none, and whether it is a whole edition."""

    drafts: tuple[Draft, ...]
    dropped: tuple[Dropped, ...]
    whole: bool


@dataclass(frozen=True)
class _Start:
    """A place where a section begins, by what signs."""

    place: int
    head: Head
    signs: tuple[str, ...]


def split(document: Document, names: Names) -> Split:
    """The articles of a document."""
    blocks, listed, dropped = _without_contents(document.blocks)
    starts = _starts(blocks, listed, names)
    if len(starts) < 2:
        return Split((_single(document.file, blocks, starts, names),) if blocks else (), tuple(dropped), False)
    before = blocks[: starts[0].place]
    drafts: list[Draft] = []
    if before and (total(before) > _COVER or any(ended(block.plain) and block.words > 25 for block in before)):
        drafts.append(_leading(before))
    else:
        dropped += [Dropped("cover", block.plain, block.place) for block in before if block.words]
    ends = [start.place for start in starts[1:]] + [len(blocks)]
    drafts += [
        _section(blocks[start.place : end], start, listed, names) for start, end in zip(starts, ends, strict=True)
    ]
    return Split(tuple(drafts), tuple(dropped), True)


def _key(text: str) -> tuple[str, ...]:
    return tuple(words(text))


def _without_contents(blocks: Sequence[Block]) -> tuple[list[Block], set[tuple[str, ...]], list[Dropped]]:
    """The blocks without the contents list; the list's entries; and what was dropped."""
    start = next((place for place, block in enumerate(blocks[:200]) if is_contents(block.plain)), None)
    entries = [place for place, block in enumerate(blocks) if _is_listed(block)]
    if start is None:
        if len(entries) < 3:
            return list(blocks), set(), []
        start = entries[0]
        end = start
    else:
        end = start + 1
    later: Counter[tuple[str, ...]] = Counter(_key(block.plain) for block in blocks if block.words <= _LONGEST_TITLE)
    met = {_key(block.plain) for block in blocks[start:end]}
    while end < len(blocks):
        block = blocks[end]
        key = _key(block.plain)
        again = block.words <= _LONGEST_TITLE and not ended(block.plain) and later[key] > 1
        if not (_is_listed(block) or (again and key not in met)):
            break
        met.add(key)
        end += 1
    gone = blocks[start:end]
    listed = {_key(_bare(block.plain)) for block in gone[0 if _is_listed(gone[0]) else 1 :]}
    dropped = [Dropped("contents list", block.plain, block.place) for block in gone if block.words]
    return [*blocks[:start], *blocks[end:]], listed, dropped


def _is_listed(block: Block) -> bool:
    return block.kind in (Kind.PARAGRAPH, Kind.ITEM, Kind.HEADING) and is_entry(block.plain)


def _bare(entry: str) -> str:
    return entry.rstrip("0123456789").rstrip(" .·…_\t") if is_entry(entry) else entry


def _starts(blocks: Sequence[Block], listed: set[tuple[str, ...]], names: Names) -> list[_Start]:
    """The places where sections begin."""
    heads = {place: found for place, block in enumerate(blocks) if (found := _head_of(block, names)) is not None}
    level = _usual_level(blocks, heads)
    alone = _alone(blocks, heads) if level is None else set[int]()
    starts: list[_Start] = []
    for place, block in enumerate(blocks):
        signs = tuple(_signs(block, place, listed, level)) or (("alone",) if place in alone else ())
        found = heads.get(place)
        if found is not None and signs:
            starts.append(_Start(place, found, signs))
    if len(starts) < 2 or level is None:
        return starts
    deeper = any(block.kind is Kind.HEADING and block.level > level for block in blocks)
    known = {start.place: start for start in starts}
    for place, block in enumerate(blocks):
        if place in known or block.kind is not Kind.HEADING or block.level > level or place < starts[0].place:
            continue
        if place - 1 in known or not (deeper or block.opens_page or _key(block.plain) in listed):
            continue
        mentioned = names.mentioned(block.plain)
        member = next(iter(mentioned)) if len(mentioned) == 1 else None
        found = Head(ArticleKind.MEMBER if member else ArticleKind.PROJECT, member, block.text)
        known[place] = _Start(place, found, ("same_level",))
    return [known[place] for place in sorted(known)]


def _head_of(block: Block, names: Names) -> Head | None:
    return head(block.plain, names) if block.kind in (Kind.HEADING, Kind.PARAGRAPH) and block.words <= 40 else None


def _alone(blocks: Sequence[Block], heads: dict[int, Head]) -> set[int]:
    """The places of heads that are a paragraph of their own before a title, where several Members’ names stand so."""

    def titled(place: int) -> bool:
        after = blocks[place + 1 : place + 2]
        return bool(after) and place + 1 not in heads and _title_place([*after, *blocks[place + 2 : place + 3]]) == 0

    places = {place for place, found in heads.items() if not found.title and blocks[place].words <= 8}
    members = {place for place in places if heads[place].kind is ArticleKind.MEMBER and titled(place)}
    others = {place for place in places if heads[place].kind is not ArticleKind.MEMBER}
    return members | others if len({heads[place].member for place in members}) >= 3 else set()


def _usual_level(blocks: Sequence[Block], heads: dict[int, Head]) -> int | None:
    """The level at which headings name Members, or else at which they head any section; None without such headings."""
    for wanted in (True, False):
        levels = Counter(
            blocks[place].level
            for place, found in heads.items()
            if blocks[place].kind is Kind.HEADING and (found.kind is ArticleKind.MEMBER) is wanted
        )
        if levels:
            return max(sorted(levels), key=lambda level: levels[level])
    return None


def _signs(block: Block, place: int, listed: set[tuple[str, ...]], level: int | None) -> Iterator[str]:
    """What besides its words makes a block the head of a section."""
    if block.kind is Kind.HEADING and level is not None and block.level <= level:
        yield "heading"
    if _key(block.plain) in listed:
        yield "contents"
    if level is None or block.kind is Kind.HEADING:
        if place == 0 or block.opens_page:
            yield "page"
        if block.gap >= 2:
            yield "gap"


def _section(blocks: Sequence[Block], start: _Start, listed: set[tuple[str, ...]], names: Names) -> Draft:
    """One section as an article."""
    label, found = blocks[0], start.head
    rest = list(blocks[1:])
    titles: list[Block] = []
    if found.title:
        title = found.title if found.title == label.text else label.text[-len(found.title) :]
    elif found.kind in _TITLED:
        place = _title_place(rest)
        titles = [rest.pop(place)] if place is not None else []
        title = titles[0].text if titles else label.text
    else:
        title = label.text
    reasons = [*start.signs]
    sure = 0.6 + min(0.2, 0.1 * len(start.signs))
    if start.signs == ("same_level",):
        sure = 0.45
    if start.signs == ("alone",):
        sure = 0.55
    if found.kind is ArticleKind.MEMBER:
        sure += 0.1 if titles or found.title else -0.3
        reasons += ["member_line"] if "same_level" not in start.signs else []
        if titles and found.member in names.mentioned(titles[0].plain):
            sure, reasons = sure + 0.07, [*reasons, "title_names_member"]
        if not titles and not found.title:
            reasons.append("no_title")
    elif found.kind is ArticleKind.PROJECT and "same_level" not in start.signs:
        sure += 0.05 if titles else -0.15
        reasons.append("known_head")
    elif "same_level" not in start.signs:
        sure += 0.15
        reasons.append("known_head")
    if titles and _key(titles[0].plain) in listed:
        sure, reasons = sure + 0.05, [*reasons, "title_in_contents"]
    return _draft(found.kind, found.member, title, rest, [label], titles, sure, reasons)


def _title_place(blocks: Sequence[Block]) -> int | None:
    """Where among the first blocks after a section's head the article's title stands."""
    for place, block in enumerate(blocks[:3]):
        if block.kind in (Kind.IMAGE, Kind.CAPTION):
            continue
        short = 0 < block.words <= _LONGEST_TITLE and not block.plain.rstrip().endswith((".", ",", ";", ":"))
        if block.kind in (Kind.HEADING, Kind.PARAGRAPH) and short and any(each.words for each in blocks[place + 1 :]):
            return place
        return None
    return None


def _leading(blocks: Sequence[Block]) -> Draft:
    """What stands before the first head that is known, if it is more than a cover: an editorial, it seems."""
    place = _title_place(blocks)
    rest = list(blocks)
    titles = [rest.pop(place)] if place is not None else []
    title = titles[0].text if titles else "Editorial"
    return _draft(ArticleKind.EDITORIAL, None, title, rest, [], titles, 0.3, ["before_first_head"])


def _single(file: str, blocks: Sequence[Block], starts: Sequence[_Start], names: Names) -> Draft:
    """A document that is one contribution."""
    rest, labels, titles = list(blocks), list[Block](), list[Block]()
    kind, member, title = ArticleKind.MEMBER, None, ""
    sure, reasons = 0.3, list[str]()
    first = next((block for block in rest if block.words), None)
    found = starts[0].head if starts else (_head_of(first, names) if first is not None else None)
    label = rest[starts[0].place] if starts else first
    if found is not None and label is not None and (not starts or starts[0].place <= 3):
        kind, member, title = found.kind, found.member, found.title
        rest.remove(label)
        labels.append(label)
        sure, reasons = 0.8, ["member_line" if member else "known_head"]
        if kind not in _TITLED:
            title = label.text
    if not title:
        place = _title_place(rest)
        if place is not None:
            titles = [rest.pop(place)]
            title = titles[0].text
            sure += 0.1
        else:
            reasons.append("no_title")
    if kind is ArticleKind.MEMBER and member is None:
        text = " ".join(block.plain for block in rest)[:40_000]
        member, added, reason = _member_of(file, plain(title), text, names)
        sure, reasons = sure + added, [*reasons, reason]
    name = names.members.by_code[member].name.en if member else ""
    return _draft(kind, member, title or name or file.rsplit(".", 1)[0], rest, labels, titles, sure, reasons)


def _member_of(file: str, title: str, text: str, names: Names) -> tuple[str | None, float, str]:
    """The Member a contribution comes from, how much surer that makes its head, and the reason."""
    in_title = names.mentioned(title)
    if len(in_title) == 1:
        return next(iter(in_title)), 0.4, "title_names_member"
    stem = file.rsplit(".", 1)[0].replace("_", " ")
    in_name = names.mentioned(stem)
    if len(in_name) == 1:
        return next(iter(in_name)), 0.35, "file_names_member"
    in_text = (in_title + names.mentioned(text)).most_common(2)
    if in_text and in_text[0][1] >= 2 and (len(in_text) == 1 or in_text[0][1] >= 2 * in_text[1][1]):
        return in_text[0][0], 0.2, "text_names_member"
    return None, 0, "no_member"


def _draft(
    kind: ArticleKind,
    member: str | None,
    title: str,
    body: Sequence[Block],
    labels: Sequence[Block],
    titles: Sequence[Block],
    sure: float,
    reasons: Sequence[str],
) -> Draft:
    shaped = tuple(_headings(body)) if kind is not ArticleKind.ABBREVIATIONS else tuple(body)
    spoken = language(" ".join(block.plain for block in (*titles, *body)))
    return Draft(
        kind,
        member,
        plain(title) or "–",
        shaped,
        tuple(labels),
        tuple(titles),
        round(max(0.05, min(0.99, sure)), 2),
        tuple(reasons),
        spoken,
    )


def _headings(body: Sequence[Block]) -> Iterator[Block]:
    """The body with short lines that begin a paragraph made headings, where the source has no headings of its own."""
    if any(block.kind is Kind.HEADING for block in body):
        yield from body
        return
    heading: set[int] = set()
    for place in range(len(body) - 2, -1, -1):
        after = body[place + 1]
        opened = after.kind is Kind.PARAGRAPH and after.words >= 8 and ended(after.plain)
        chained = place + 1 in heading and place + 2 not in heading
        if (opened or chained) and _looks_heading(body[place]) and not starts_small(after.plain):
            heading.add(place)
    for place, block in enumerate(body):
        yield replace(block, kind=Kind.HEADING, level=1) if place in heading else block


def _looks_heading(block: Block) -> bool:
    text = block.plain
    if block.kind is not Kind.PARAGRAPH or not 0 < block.words <= 16 or starts_small(text):
        return False
    return not ended(text) and not text.endswith(",") and any(each.isalpha() for each in text[:3]) and ": " not in text
