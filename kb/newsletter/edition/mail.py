"""The edition as e-mail: tables and inline styles that Outlook and Gmail keep, plain text, and the message with both."""

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any

from kb.base.interface import Phrases
from kb.newsletter.edition.issue import Issue
from kb.press import document as doc
from kb.press.palette import LIGHT, SHADES
from kb.press.template import fill

_WIDTH = 76  # characters of a line of the plain text
_BAND = (LIGHT, *SHADES[1:], LIGHT, *(SHADES[at] for at in (0, 2, 3, 1)))


def html(issue: Issue, say: Phrases) -> str:
    """The contents of the edition with a teaser for each article, 600 pixels wide and narrower on a phone; no images."""
    template = files("kb.newsletter.edition").joinpath("mail.html.j2")
    return fill(template, issue=issue, say=say, subject=_subject(issue, say), band=_BAND)


def text(issue: Issue, say: Phrases) -> str:
    """The whole edition as plain text."""
    parts = [say("print.draft_long").upper()] if issue.draft else []
    parts += ["\n".join(filter(None, (_wrapped(issue.title), issue.subtitle, "=" * _WIDTH)))]
    if issue.site:
        parts.append(f"{say('print.read_web')}{say('colon')}\n{issue.site}index.html")
    listed = "\n".join(
        _wrapped(piece.full_title, f"{number:>2}. ", "    ") for number, piece in enumerate(issue.sections, 1)
    )
    parts.append(f"{say('print.contents')}\n\n{listed}")
    for number, section in enumerate(issue.sections, 1):
        parts.append("-" * _WIDTH)
        parts.append("\n".join(filter(None, (section.kicker, _wrapped(section.title, f"{number}. ")))))
        parts.extend(_blocks(section.body.blocks))
        parts.extend(_wrapped(doc.text_of(note), f"[{at}] ", "    ") for at, note in enumerate(section.body.notes, 1))
    if issue.disclaimer:
        parts += ["-" * _WIDTH, say("print.disclaimer"), _wrapped(issue.disclaimer)]
    return "\n\n".join(parts) + "\n"


def message(issue: Issue, say: Phrases) -> bytes:
    """The message, ready to be opened in a mail program and sent: plain text and HTML, without sender and recipients."""
    plain, rich = text(issue, say), html(issue, say)
    mark = sha256(f"{issue.id}\n{plain}\n{rich}".encode()).hexdigest()[:32]
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = _subject(issue, say)
    mail["Date"] = format_datetime(datetime.fromisoformat(issue.day).replace(tzinfo=UTC))
    mail["Message-ID"] = f"<{mark}@newsletter.invalid>"
    mail["X-Unsent"] = "1"  # Outlook opens it for writing
    mail["Content-Language"] = issue.language
    mail.set_content(plain, cte="quoted-printable")
    mail.add_alternative(rich, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{mark}")
    return mail.as_bytes()


def _subject(issue: Issue, say: Phrases) -> str:
    title = " – ".join(filter(None, (issue.title, issue.label)))
    return say("print.draft_subject", title=title) if issue.draft else title


# plain text ------------------------------------------------------------------------------------------------------------


def _wrapped(words: str, first: str = "", rest: str = "") -> str:
    """A text in lines of the plain form; no word is cut and no no-break space is a break."""
    lines = re.sub(r"[ \t]+", " ", words).split("\n")
    return "\n".join(
        textwrap.fill(
            line,
            _WIDTH,
            initial_indent=first if not at else rest,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for at, line in enumerate(lines)
    )


def _told(runs: Sequence[doc.Run]) -> str:
    """The words of runs with note numbers, and the address of a link that does not show it."""
    parts = []
    for at, run in enumerate(runs):
        parts.append(f"[{run.note}]" if run.note else run.text)
        last = at + 1 == len(runs) or runs[at + 1].href != run.href
        if run.href and last and run.href.removeprefix("mailto:") not in doc.text_of(runs):
            parts.append(f" <{run.href}>")
    return "".join(parts)


def _blocks(blocks: Sequence[doc.Block], indent: str = "") -> Iterator[str]:
    return (_KINDS[type(block)](block, indent) for block in blocks)


def _quote(quote: doc.Quote, indent: str) -> str:
    return "\n\n".join(_blocks(quote.blocks, f"{indent}    "))


def _picture(picture: doc.Picture, indent: str) -> str:
    told = " – ".join(filter(None, (picture.caption, picture.alt)))
    return _wrapped(f"[{told or picture.file}]", indent, indent)


def _table(table: doc.Table, indent: str) -> str:
    rows = (" | ".join(map(_told, row)) for row in (table.head, *table.rows))
    return "\n".join(_wrapped(row, indent, f"{indent}  ") for row in rows)


def _terms(terms: doc.Terms, indent: str) -> str:
    items = (f"{doc.text_of(item.runs)} – {' '.join(doc.texts(item.blocks))}" for item in terms.items)
    return "\n".join(_wrapped(item, indent, f"{indent}  ") for item in items)


def _listing(listing: doc.Listing, indent: str) -> str:
    lines = []
    for number, item in enumerate(listing.items, listing.start):
        sign = f"{number}. " if listing.ordered else "- "
        told = "\n".join(_blocks(item, indent + " " * len(sign)))
        lines.append(indent + sign + told[len(indent) + len(sign) :])
    return "\n".join(lines)


_KINDS: dict[type[doc.Block], Callable[[Any, str], str]] = {
    doc.Heading: lambda block, indent: _wrapped(_told(block.runs), f"{indent}{'#' * block.level} ", indent),
    doc.Paragraph: lambda block, indent: _wrapped(_told(block.runs), indent, indent),
    doc.Listing: _listing,
    doc.Quote: _quote,
    doc.Code: lambda block, indent: "\n".join(f"{indent}    {line}" for line in block.text.split("\n")),
    doc.Picture: _picture,
    doc.Table: _table,
    doc.Terms: _terms,
}
