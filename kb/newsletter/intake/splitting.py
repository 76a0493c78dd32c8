"""A document split into its articles: kind, Member, title and body, each with a confidence and its reasons."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.base.folding import words
from kb.base.vocabulary import ArticleKind
from kb.newsletter.folder import ArticleHead
from kb.newsletter.intake.blocks import Block, Document, Dropped, Kind, most_frequent, plain, total
from kb.newsletter.intake.lines import ended, is_entry, starts_small
from kb.newsletter.intake.naming import Names
from kb.newsletter.intake.sections import Head, head, is_contents, language

_LONGEST_TITLE = 30
_COVER = 60
_BY_SIGN: dict[tuple[str, ...], float] = {("same_level",): 0.45, ("alone",): 0.55}  # how sure a head is by these alone
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
    start, end = _contents(blocks)
    gone = blocks[start:end]
    entries = gone[1:] if gone and not _is_listed(gone[0]) else gone
    dropped = [Dropped("contents list", block.plain, block.place) for block in gone if block.words]
    return [*blocks[:start], *blocks[end:]], {_key(_bare(block.plain)) for block in entries}, dropped


def _contents(blocks: Sequence[Block]) -> tuple[int, int]:
    """Where the contents list begins and ends: at its head or its first entry, and before what is no entry or title."""
    head = next((place for place, block in enumerate(blocks[:200]) if is_contents(block.plain)), None)
    if head is not None:
        return head, _end_of_contents(blocks, head, head + 1)
    entries = [place for place, block in enumerate(blocks) if _is_listed(block)]
    return (entries[0], _end_of_contents(blocks, entries[0], entries[0])) if len(entries) >= 3 else (0, 0)


def _end_of_contents(blocks: Sequence[Block], start: int, end: int) -> int:
    titles = Counter(_key(block.plain) for block in blocks if block.words <= _LONGEST_TITLE)
    met = {_key(block.plain) for block in blocks[start:end]}
    while end < len(blocks) and (_is_listed(blocks[end]) or _is_title_of_later(blocks[end], titles, met)):
        met.add(_key(blocks[end].plain))
        end += 1
    return end


def _is_title_of_later(block: Block, titles: Counter[tuple[str, ...]], met: set[tuple[str, ...]]) -> bool:
    """Whether a line of the contents list, without a page number, stands as a title once more further down."""
    if block.words > _LONGEST_TITLE or ended(block.plain):
        return False
    key = _key(block.plain)
    return titles[key] > 1 and key not in met


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
    for place, found in heads.items():
        signs = tuple(_signs(blocks[place], place, listed, level)) or (("alone",) if place in alone else ())
        if signs:
            starts.append(_Start(place, found, signs))
    if len(starts) < 2 or level is None:
        return starts
    return sorted([*starts, *_others(blocks, starts, level, listed, names)], key=lambda start: start.place)


def _others(
    blocks: Sequence[Block], starts: Sequence[_Start], level: int, listed: set[tuple[str, ...]], names: Names
) -> Iterator[_Start]:
    """Headings of the sections' level that no words give away, where that level is not also used inside of sections."""
    deeper = any(block.kind is Kind.HEADING and block.level > level for block in blocks)
    known = {start.place for start in starts}
    for place, block in enumerate(blocks[starts[0].place :], starts[0].place):
        if block.kind is not Kind.HEADING or block.level > level or known & {place, place - 1}:
            continue
        if deeper or block.opens_page or _key(block.plain) in listed:
            known.add(place)
            member = names.only(block.plain)
            kind = ArticleKind.MEMBER if member else ArticleKind.PROJECT
            yield _Start(place, Head(kind, member, block.text), ("same_level",))


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
    members, others = Counter[int](), Counter[int]()
    for place, found in heads.items():
        if blocks[place].kind is Kind.HEADING:
            (members if found.kind is ArticleKind.MEMBER else others)[blocks[place].level] += 1
    return most_frequent(members or others, None)


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
    rest, titles = list(blocks[1:]), list[Block]()
    title = label.text
    if found.title:
        title = found.title if found.title == label.text else label.text[-len(found.title) :]
    elif found.kind in _TITLED:
        titles = _taken_title(rest)
        title = titles[0].text if titles else label.text
    judged = list(_judged(start, titles, names))
    if titles and _key(titles[0].plain) in listed:
        judged.append((0.05, "title_in_contents"))
    sure = _BY_SIGN.get(start.signs, 0.6 + min(0.2, 0.1 * len(start.signs))) + sum(more for more, _ in judged)
    reasons = [*start.signs, *(reason for _, reason in judged if reason)]
    return _draft(found.kind, found.member, title, rest, [label], titles, sure, reasons)


def _judged(start: _Start, titles: Sequence[Block], names: Names) -> Iterator[tuple[float, str]]:
    """What besides its signs makes a section's head surer, or less sure, and by what reason."""
    found, by_words = start.head, "same_level" not in start.signs
    titled = bool(titles or found.title)
    if found.kind is ArticleKind.MEMBER:
        yield 0.1 if titled else -0.3, "member_line" if by_words else ""
        if titles and found.member in names.mentioned(titles[0].plain):
            yield 0.07, "title_names_member"
        if not titled:
            yield 0, "no_title"
    elif by_words:
        yield 0.15 if found.kind not in _TITLED else 0.05 if titles else -0.15, "known_head"


def _taken_title(rest: list[Block]) -> list[Block]:
    """The article's title, taken out of the first blocks of its body; nothing if none stands there."""
    place = _title_place(rest)
    return [] if place is None else [rest.pop(place)]


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
    rest = list(blocks)
    titles = _taken_title(rest)
    title = titles[0].text if titles else "Editorial"
    return _draft(ArticleKind.EDITORIAL, None, title, rest, [], titles, 0.3, ["before_first_head"])


def _single(file: str, blocks: Sequence[Block], starts: Sequence[_Start], names: Names) -> Draft:
    """A document that is one contribution."""
    rest = list(blocks)
    found, labels = _only_head(blocks, starts, names)
    sure, reasons = 0.3, list[str]()
    for label in labels:
        rest.remove(label)
        sure, reasons = 0.8, ["member_line" if found.member else "known_head"]
    title = labels[0].text if labels and found.kind not in _TITLED else found.title
    titles = [] if title else _taken_title(rest)
    if titles:
        title, sure = titles[0].text, sure + 0.1
    elif not title:
        reasons.append("no_title")
    member = found.member
    if found.kind is ArticleKind.MEMBER and member is None:
        member, added, reason = _member_of(file, plain(title), rest, names)
        sure, reasons = sure + added, [*reasons, reason]
    title = title or (names.members.by_code[member].name.en if member else file.rsplit(".", 1)[0])
    return _draft(found.kind, member, title, rest, labels, titles, sure, reasons)


def _only_head(blocks: Sequence[Block], starts: Sequence[_Start], names: Names) -> tuple[Head, list[Block]]:
    """The head of a contribution near its beginning and the block it stands in; a Member's without name if there is none."""
    if starts and starts[0].place <= 3:
        return starts[0].head, [blocks[starts[0].place]]
    first = next((block for block in blocks if block.words), None)
    head = None if starts or first is None else _head_of(first, names)
    return (Head(ArticleKind.MEMBER), []) if head is None or first is None else (head, [first])


def _member_of(file: str, title: str, body: Sequence[Block], names: Names) -> tuple[str | None, float, str]:
    """The Member a contribution comes from, how much surer that makes its head, and the reason."""
    if member := names.only(title):
        return member, 0.4, "title_names_member"
    if member := names.only(file.rsplit(".", 1)[0].replace("_", " ")):
        return member, 0.35, "file_names_member"
    text = " ".join(block.plain for block in body)[:40_000]
    in_text = (names.mentioned(title) + names.mentioned(text)).most_common(2)
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
    heading: set[int] = set()
    if not any(block.kind is Kind.HEADING for block in body):
        for place in range(len(body) - 2, -1, -1):
            chained = place + 1 in heading and place + 2 not in heading
            if _looks_heading(body[place]) and _is_headed(body[place + 1], chained):
                heading.add(place)
    for place, block in enumerate(body):
        yield replace(block, kind=Kind.HEADING, level=1) if place in heading else block


def _is_headed(block: Block, is_heading: bool) -> bool:
    """Whether a block may stand under a heading: a paragraph of sentences, or one heading more."""
    opened = block.kind is Kind.PARAGRAPH and block.words >= 8 and ended(block.plain)
    return (opened or is_heading) and not starts_small(block.plain)


def _looks_heading(block: Block) -> bool:
    text = block.plain
    if block.kind is not Kind.PARAGRAPH or not 0 < block.words <= 16 or starts_small(text):
        return False
    return not ended(text) and not text.endswith(",") and any(each.isalpha() for each in text[:3]) and ": " not in text
