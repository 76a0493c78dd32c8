"""A contribution sent on the form of the call: its fields found by their labels, in either language and any format.

The form is a table of two columns for what is short and a heading for each thing to tell, since both come whole out of
Word, LibreOffice and Google Docs; content controls do not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePath

from kb.base.errors import ArushaError
from kb.base.folding import fold, words
from kb.base.interface import months, phrases
from kb.base.vocabulary import ArticleKind, Language
from kb.library.members import Members, find_code
from kb.newsletter.folder import ArticleHead, Contact, Image
from kb.newsletter.intake import formats
from kb.newsletter.intake.blocks import Block, Document, Kind, most_frequent, plain, tidy
from kb.newsletter.intake.naming import Names
from kb.newsletter.intake.splitting import Draft, Split
from kb.newsletter.prose import EMAIL

SHORT = ("member", "unit", "title", "contact", "email", "consent", "expires", "elements", "period")
LONG = ("problem", "done", "results", "lessons", "pictures")
PICTURE = ("file", "alt", "caption", "permission")
LONGEST = 120  # letters of a label
ENOUGH = 4  # labels of short fields that make a document a filled form
EMPTY_BOX, TICKS = "☐", "☒☑✓✔✗🗹🗷"
_YES = re.compile(r"^(?:yes|oui|x|\[x\])\b|\[x\]", re.I)
_MONTH = re.compile(r"\b(20\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?\b")
_SLASHED = re.compile(r"\b(?:(0?[1-9]|[12]\d|3[01])[/.])?(0?[1-9]|1[0-2])[/.](20\d\d)\b")
_NAMED = re.compile(r"\b([^\W\d_]{3,10})\s+(20\d\d)\b")
_ELEMENT = re.compile(r"(?<![\d.])(10|[1-9])\.([a-h])\b", re.I)
_FACTOR = re.compile(r"(?<![\d.])(10|[1-9])(?![\d.]|\.[a-z])")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LAST = {"1": "f", "2": "f", "3": "f", "4": "e", "5": "d", "6": "f", "7": "e", "8": "f", "9": "d", "10": "e"}


@dataclass
class Form:
    """What a filled form says: values by field, and for each thing told its blocks."""

    language: str
    short: dict[str, str] = field(default_factory=dict)
    long: dict[str, list[Block]] = field(default_factory=dict)
    heads: dict[str, Block] = field(default_factory=dict)
    pictures: list[dict[str, str]] = field(default_factory=list)
    rest: list[Block] = field(default_factory=list)  # labels, hints and values that are no text of the article
    period: Block | None = None


@cache
def labels(part: str) -> Mapping[tuple[str, ...], tuple[str, str]]:
    """Field and language by the folded words of its label; *part* is `field`, `section` or `picture`."""
    names = {"field": SHORT, "section": LONG, "picture": PICTURE}[part]
    return {
        tuple(words(phrases(language)(f"call.{part}.{name}"))): (name, language)
        for language in Language
        for name in names
    }


@cache
def _hints() -> frozenset[tuple[str, ...]]:
    """The words of the form that are there before anybody writes in it."""
    said = [
        phrases(language)(key)
        for language in Language
        for key in sorted(phrases(language).keys())
        if key.startswith("call.hint.") or key in ("call.form_title", "call.form_intro")
    ]
    return frozenset(tuple(words(text)) for text in said)


@cache
def _ends() -> frozenset[tuple[str, ...]]:
    """The line after which the form only lists the key factors."""
    return frozenset(tuple(words(phrases(language)("call.hint.factors"))) for language in Language)


def is_hint(text: str) -> bool:
    """Whether a text is empty or the form's own guidance; a box that was ticked is neither."""
    if any(mark in text for mark in TICKS):
        return False
    folded = tuple(words(plain(text)))
    return not folded or folded in _hints()


def read(document: Document) -> Form | None:
    """The fields of a filled form; None if the document is something else."""
    blocks = _tabled(document.blocks)
    known = [found for block in blocks for found in _labelled(block)]
    if len({name for name, _ in known}) < ENOUGH:
        return None
    form = Form(most_frequent(Counter(language for _, language in known), ""))
    section = ""
    for block in blocks:
        if named := _section(block):
            section = named
            form.heads[section] = replace(block, kind=Kind.HEADING, level=1, label="")
            form.long.setdefault(section, [])
            continue
        if block.kind is not Kind.TABLE and _key(block.text) in _ends():
            section = ""
        _take(block, section, form)
    return form


def _take(block: Block, section: str, form: Form) -> None:
    """Take a block of a form: what it tells to its section, all else to the rest."""
    if block.kind is Kind.TABLE and (_take_pictures(block, form) or _take_fields(block, form)):
        return
    if not section or (block.kind not in (Kind.IMAGE, Kind.TABLE) and is_hint(block.plain)):
        form.rest.append(block)
    else:
        heading = block.kind is Kind.HEADING
        form.long[section].append(replace(block, level=max(2, block.level)) if heading else block)


def _tabled(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with fields as rows again where a reader took the form's table for layout: labels, each before its value."""
    found: list[Block] = []
    label: Block | None = None
    for block in blocks:
        text = block.kind in (Kind.PARAGRAPH, Kind.HEADING)
        if text and _key(block.text) in labels("field"):
            label = block
            found.append(replace(block, kind=Kind.TABLE, text="", rows=((block.text,),)))
        elif label is not None and text and not _section(block):
            before = found[-1].rows[0]
            found[-1] = replace(found[-1], rows=((before[0], " ".join([*before[1:], block.text])),))
        else:
            label = None
            found.append(block)
    return found


def _labelled(block: Block) -> Iterator[tuple[str, str]]:
    for row in block.rows if block.kind is Kind.TABLE else ():
        if len(row) >= 2 and (found := labels("field").get(_key(row[0]))):
            yield found


def _key(text: str) -> tuple[str, ...]:
    """The folded words of a text that may be a label; nothing for a longer one."""
    return tuple(words(plain(text))) if len(text) <= LONGEST else ()


def _section(block: Block) -> str:
    """Which thing to tell a block heads, if any."""
    if block.kind not in (Kind.HEADING, Kind.PARAGRAPH) or block.words > 12:
        return ""
    found = labels("section").get(_key(block.text))
    return found[0] if found else ""


def _take_fields(block: Block, form: Form) -> bool:
    """Take the rows of a table of fields; the row of the period becomes a paragraph. False if it is another table."""
    if not any(_labelled(block)):
        return False
    rows = (_row_left(row, block, form) for row in block.rows if row)
    form.rest.append(replace(block, rows=tuple(row for row in rows if row)))
    return True


def _row_left(row: tuple[str, ...], block: Block, form: Form) -> tuple[str, ...]:
    """What a row of fields leaves for the rest once its value is taken."""
    name, _ = labels("field").get(_key(row[0]), ("", ""))
    value = tidy(" ".join(cell for cell in row[1:] if not is_hint(cell)))
    if name and value:
        form.short.setdefault(name, value)
    if name != "period" or not value or form.period is not None:
        return row
    form.period = Block(Kind.PARAGRAPH, f"{row[0].rstrip(' :')}: {value}", line=block.line, page=block.page)
    return tuple(cell for cell in row[1:] if is_hint(cell) and cell)


def _take_pictures(block: Block, form: Form) -> bool:
    """Take the rows of the table on pictures. False if it is another table."""
    columns = [labels("picture").get(_key(cell), ("", ""))[0] for cell in block.rows[0]] if block.rows else []
    if len(set(columns) & set(PICTURE)) < len(PICTURE):
        return False
    for row in block.rows[1:]:
        said = {
            name: plain(cell).strip() for name, cell in zip(columns, row, strict=False) if name and not is_hint(cell)
        }
        if any(said.values()):
            form.pictures.append(said)
    form.rest.append(block)
    return True


def as_split(document: Document, names: Names) -> Split | None:
    """A filled form as the one article that it is; None if the document is no form."""
    form = read(document)
    if form is None:
        return None
    body = [block for name in LONG for block in _told(form, name)]
    used = {id(block) for block in body}
    heads = [head for name, head in form.heads.items() if id(head) not in used]
    left = [] if form.period is None or id(form.period) in used else [form.period]
    member = member_of(form.short.get("member", ""), names)
    title = form.short.get("title") or PurePath(document.file).stem
    reasons = ("form",) + (() if form.short.get("title") else ("no_title",)) + (() if member else ("no_member",))
    draft = Draft(
        kind=ArticleKind.MEMBER,
        member=member,
        title=title,
        body=tuple(body),
        labels=(*form.rest, *heads, *left),
        confidence=max(0.2, 1 - 0.4 * (len(reasons) - 1)),
        reasons=reasons,
        language=form.language,
        given=given(form),
    )
    return Split((draft,), (), False)


def _told(form: Form, name: str) -> list[Block]:
    """The blocks of one thing told under its heading; pictures without one."""
    told = form.long.get(name, [])
    period = [form.period] if name == "results" and form.period is not None else []
    if not told or name not in form.heads:
        return told
    return [*told] if name == "pictures" else [form.heads[name], *period, *told]


def member_of(value: str, names: Names) -> str | None:
    """The Member that a field names by code or name; None if it is none."""
    text = plain(value)
    try:
        return names.exact(text) or find_code(names.members, text) if text else None
    except ArushaError:
        return names.only(text)


def given(form: Form) -> ArticleHead:
    """The fields of the front matter that the form states."""
    short = {name: plain(value).strip() for name, value in form.short.items()}
    email = EMAIL.search(short.get("email", ""))
    contact = Contact(
        name=short.get("contact") or None,
        email=email[0] if email else None,
        consent=ticked(short.get("consent", "")),
        expires=month(short.get("expires", "")),
        unit=short.get("unit") or None,
    )
    asked = short.get("elements", "")
    elements = tuple(
        dict.fromkeys(f"{m[1]}.{m[2].lower()}" for m in _ELEMENT.finditer(asked) if m[2].lower() <= _LAST[m[1]])
    )
    factors = tuple(dict.fromkeys(int(match[1]) for match in _FACTOR.finditer(_ELEMENT.sub(" ", asked))))
    images = tuple(
        Image(
            file=f"images/{_UNSAFE.sub('-', said.get('file', '')).lstrip('-.') or f'picture-{number}.png'}"[:150],
            alt=said.get("alt", ""),
            caption=said.get("caption", ""),
            permission=said.get("permission", ""),
        )
        for number, said in enumerate(form.pictures, 1)
    )
    return ArticleHead(
        kind=ArticleKind.MEMBER,
        title="form",
        contact=None if contact == Contact() else contact,
        elements=elements,
        factors=factors,
        images=images,
    )


def onto(head: ArticleHead, stated: ArticleHead | None) -> ArticleHead:
    """A head with what the form stated: pictures found get what was said of them in order, those not found stay to be asked for."""
    if stated is None:
        return head
    images = [
        found.model_copy(
            update={name: value for name in ("alt", "caption", "permission") if (value := getattr(said, name))}
        )
        for found, said in zip(head.images, stated.images, strict=False)
    ]
    beyond = (*head.images[len(images) :], *stated.images[len(images) :])
    update = {"contact": stated.contact, "elements": stated.elements, "factors": stated.factors}
    return head.model_copy(update={**update, "images": (*images, *beyond)})


def ticked(value: str) -> bool:
    """Whether a box is ticked or a yes is written."""
    return any(mark in value for mark in TICKS) or bool(_YES.search(value.strip()) and EMPTY_BOX not in value)


def month(value: str) -> str | None:
    """The month or day in a text: 2027-06, 06/2027, June 2027, juin 2027; None if there is none."""
    if match := _MONTH.search(value):
        return match[0]
    if match := _SLASHED.search(value):
        day = f"-{int(match[1]):02}" if match[1] else ""
        return f"{match[3]}-{int(match[2]):02}{day}"
    for match in _NAMED.finditer(value):
        if number := months().get(fold(match[1])):
            return f"{match[2]}-{number:02}"
    return None


@dataclass(frozen=True)
class Submission:
    """One contribution as read from its file: front matter and blocks of the body."""

    file: str
    head: ArticleHead
    sections: Mapping[str, Sequence[Block]]
    period: str


def read_submission(path: Path, members: Members) -> Submission | None:
    """The submission in a file; None if the file is no filled form. Raises ArushaError if it cannot be read."""
    document = formats.read(formats.load(path), path.name)
    form = read(document)
    if form is None:
        return None
    stated = given(form)
    head = stated.model_copy(
        update={
            "title": plain(form.short.get("title", "")) or path.stem,
            "member": member_of(form.short.get("member", ""), Names(members)),
            "language": Language(form.language),
        }
    )
    return Submission(path.name, head, form.long, plain(form.short.get("period", "")))
