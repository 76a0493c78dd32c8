"""How a practice is cited: one frozen citation, written as BibTeX, RIS, CSL-JSON or a sentence.

Accents and typographic signs stay as they are, in UTF-8, which today's readers of all three formats take.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kb.base.interface import Phrases, phrases
from kb.base.vocabulary import NOT_STATED, Text
from kb.library.editions import Article, Edition
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice

_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ufffe\uffff]+")
_URL_SAFE = ":/?#[]@!$&'()*+,;=~%"
_TEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "%&#$_"}
    | {  # braces as commands and not as \{ and \}: BibTeX counts those too and would lose the end of the field
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        "<": r"{\textless}",
        ">": r"{\textgreater}",
        "|": r"{\textbar}",
    }
)
_LANGUAGES = {"en": "english", "fr": "french"}


@dataclass(frozen=True)
class Citation:
    """What is cited, each part on one line; *address* may be empty, *published* is YYYY, YYYY-MM or YYYY-MM-DD.

    The title stands in square brackets, as one that the source does not have.
    """

    key: str
    authors: tuple[str, ...]
    title: str
    container: str
    publisher: str
    published: str
    note: str
    address: str
    language: str


def cite(practice: Practice, knowledge: Knowledge, say: Phrases, address: str = "") -> Citation:
    """The citation of *practice* in the language of *say*; *address* is where that language's site stands, if known."""
    language, source = say.language, origin(practice, knowledge, say.language)
    note = say("cite.note", article=source.title)
    return Citation(
        key=practice.id,
        authors=(source.author,),
        title=f"[{line(practice.title.of(language))}]",
        container=source.container,
        publisher=source.publisher,
        published=source.published or practice.reported,
        note=f"{note}{say('colon')}{source.address}" if source.address else note,
        address=link(page(practice), address) if address else "",
        language="en" if practice.title.falls_back(language) else language,
    )


@dataclass(frozen=True)
class Origin:
    """The text that told of a practice: its own title, who wrote it, where and when; empty where that is not known."""

    title: str
    author: str
    container: str
    publisher: str
    published: str
    address: str


def origin(practice: Practice, knowledge: Knowledge, language: str) -> Origin:
    """The article or other text that told of *practice*; names are in *language*, the title in that of the text."""
    if (found := knowledge.article_of(practice)) is None:
        text = knowledge.reference_by_id[practice.source.reference or ""]
        return Origin(
            title=line(text.title),
            author=name_of(text.author, language),
            container=name_of(text.container, language),
            publisher=name_of(text.publisher, language),
            published=text.day or "",
            address=text.url,
        )
    edition, article = found
    return Origin(
        title=line(article.title.en),
        author=author(article, edition, knowledge, language),
        container=line(edition.title.of(language)),
        publisher=name_of(edition.publisher, language),
        published="" if edition.published == NOT_STATED else edition.published,
        address=edition.original.url if edition.original else "",
    )


def author(article: Article, edition: Edition, knowledge: Knowledge, language: str) -> str:
    """Who wrote an article: the Member, else the edition's editor, else its publisher."""
    if article.member:
        return line(knowledge.members.by_code[article.member].name.of(language))
    return name_of(edition.editor or edition.publisher, language)


def for_page(practice: Practice, knowledge: Knowledge, say: Phrases, address: str = "") -> dict[str, str]:
    """The citation of *practice* as the text of one file in each format: `bibtex`, `ris` and `csl`."""
    citation = cite(practice, knowledge, say, address)
    told = json.dumps([csl(citation)], ensure_ascii=False, indent=2) + "\n"
    return {"bibtex": bibtex(citation), "ris": ris(citation), "csl": told}


def bibtex(citation: Citation) -> str:
    """A BibTeX entry; names and titles in braces of their own, so that no style takes them apart or lowers capitals."""
    year, month, _ = _date(citation)
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in citation.authors),
        "title": f"{{{_tex(citation.title)}}}",
        "booktitle": f"{{{_tex(citation.container)}}}",
        "publisher": f"{{{_tex(citation.publisher)}}}",
        "year": year,
        "note": _tex(citation.note),
        "url": citation.address,  # taken verbatim; it is percent-encoded
        "langid": _LANGUAGES[citation.language],
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if month:  # in BibTeX's own names, whatever the language
        lines.append(f"  month = {phrases('en')('date.months').lower().split('|')[int(month) - 1][:3]},")
    return "\n".join([f"@incollection{{{citation.key},", *lines, "}", ""])


def ris(citation: Citation) -> str:
    """A RIS record of type CHAP, its lines ended by CRLF."""
    year, month, day = _date(citation)
    rows = [
        ("TY", "CHAP"),
        ("ID", citation.key),
        *(("AU", _undivided(name)) for name in citation.authors),
        ("TI", citation.title),
        ("T2", citation.container),
        ("PB", citation.publisher),
        ("PY", year),
        ("DA", f"{year}/{month}/{day}/"),
        ("N1", citation.note),
        ("UR", citation.address),
        ("LA", citation.language),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in [*rows, ("ER", "")] if value or tag == "ER")


def csl(citation: Citation) -> dict[str, Any]:
    """A CSL-JSON item, as Zotero, Pandoc and citeproc read it; a file holds a list of them."""
    item = {
        "id": citation.key,
        "type": "chapter",
        "author": [{"literal": name} for name in citation.authors],
        "title": citation.title,
        "container-title": citation.container,
        "publisher": citation.publisher,
        "issued": {"date-parts": [[int(part) for part in _date(citation) if part]]},
        "note": citation.note,
        "URL": citation.address,
        "language": citation.language,
    }
    return {name: value for name, value in item.items() if value}


def plain(citation: Citation, say: Phrases) -> str:
    """The citation as one line of plain text in the language of *say*."""
    values = {"title": citation.title, "container": citation.container, "publisher": citation.publisher}
    authors = say("list.and").join(citation.authors)
    work = say("cite.dated", authors=authors, date=say.date(citation.published), **values)
    return " ".join(filter(None, (work, f"{citation.note}.", citation.address)))


def page(practice: Practice) -> str:
    """The path of a practice's page from the site's root; it stays, and a moved id leads on."""
    return f"practices/{practice.id}.html"


def link(path: str, address: str = "") -> str:
    """The link to *path* of the site at *address*: percent-encoded, and relative if there is no address."""
    return quote(f"{address.rstrip('/')}/{path}" if address else path, safe=_URL_SAFE)


def line(text: str) -> str:
    """A text on one line, without control characters; no-break spaces stay."""
    return _BREAKS.sub(" ", text).strip(" ")


def name_of(name: Text | str, language: str) -> str:
    """A name on one line, in *language* if it has a form of its own there."""
    return line(name if isinstance(name, str) else name.of(language))


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _undivided(name: str) -> str:
    """RIS reads a comma as “family name, given name”: `Macao, China` becomes `Macao (China)`."""
    first, *others = (part.strip(" ") for part in name.split(","))
    return f"{first} ({' '.join(others)})" if others else first


def _date(citation: Citation) -> tuple[str, str, str]:
    year, month, day = (*citation.published.split("-"), "", "")[:3]
    return year, month, day
