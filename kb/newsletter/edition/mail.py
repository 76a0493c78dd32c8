"""The edition as e-mail: tables and inline styles that Outlook and Gmail keep, plain text, and the message with both."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from textwrap import fill
from typing import Any

from kb.base.interface import Phrases
from kb.newsletter.edition.issue import Issue, Piece
from kb.press import document as doc
from kb.press.palette import LIGHT, PETROL, SAND, SHADES, TEAL

_WIDTH = 76  # characters of a line of the plain text
_TABLE = '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'
_BAND = (LIGHT, *SHADES[1:], LIGHT, *(SHADES[at] for at in (0, 2, 3, 1)))
_SERIF = "font-family:Georgia,'Times New Roman',serif"
_SANS = "font-family:Arial,Helvetica,sans-serif"
_SMALL, _LARGE = "font-size:13px;line-height:18px", "font-size:20px;line-height:26px"
_HIDDEN = "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden"
_STYLE = """<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; -webkit-text-size-adjust: 100%; }
@media (max-width: 620px) {
  .side { padding-left: 18px !important; padding-right: 18px !important; }
  .title { font-size: 26px !important; line-height: 32px !important; }
}
@media (prefers-color-scheme: dark) {
  .ground { background-color: #12181d !important; } .card { background-color: #1a2228 !important; }
  .ink { color: #e8e6e1 !important; } .soft { color: #b2bbc3 !important; } .warm { color: #e6ab66 !important; }
  .link, .link a, a.link { color: #74c3cd !important; } .line { border-color: #33404a !important; }
}
</style>"""
_OUTLOOK = (
    "<!--[if mso]><style>table { border-collapse: collapse; } td, p, a { font-family: Georgia, serif !important; }</style>"
    "<![endif]-->"
)


def html(issue: Issue, say: Phrases) -> str:
    """The contents of the edition with a teaser for each article, 600 pixels wide and narrower on a phone; no images."""
    rows = [_draft(say)] if issue.draft else []
    rows += [_masthead(issue), _lead(issue, say)]
    rows += [_entry(issue, piece) for piece in issue.pieces]
    rows += [_foot(issue, say)]
    return (
        f'<!DOCTYPE html>\n<html lang="{issue.language}" xmlns:o="urn:schemas-microsoft-com:office:office">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{escape(_subject(issue, say))}</title>\n{_STYLE}\n{_OUTLOOK}\n</head>\n"
        '<body class="ground" style="margin:0;padding:0;background-color:#f3f1ec">\n'
        '<div role="main">\n'
        f'<div style="{_HIDDEN}">{escape(", ".join(issue.members) or issue.title)}</div>\n'
        f'{_TABLE} class="ground" style="background-color:#f3f1ec">'
        '<tr><td align="center" style="padding:16px 0">\n'
        '<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->\n'
        '<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" '
        'style="max-width:600px;background-color:#ffffff">\n'
        + "\n".join(rows)
        + "\n</table>\n<!--[if mso]></td></tr></table><![endif]-->\n</td></tr></table>\n</div>\n</body>\n</html>\n"
    )


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


# HTML ------------------------------------------------------------------------------------------------------------------


def _row(cell: str, style: str, kind: str = "side") -> str:
    return f'<tr><td class="{kind}" style="{style}">{cell}</td></tr>'


def _draft(say: Phrases) -> str:
    style = f"padding:10px 32px;background-color:#f8ecdc;color:#6b3c0b;font-weight:bold;text-align:center;{_SANS};font-size:15px"
    return _row(escape(say("print.draft_long")), style)


def _masthead(issue: Issue) -> str:
    byline = (
        f'<p style="margin:0 0 8px;color:#f0c48f;{_SANS};font-size:14px;line-height:20px">{escape(issue.subtitle)}</p>'
    )
    title = (
        f'<h1 class="title" style="margin:0;color:#ffffff;{_SERIF};font-size:32px;line-height:38px;font-weight:bold">'
        f"{escape(issue.title)}</h1>"
    )
    cells = "".join(
        f'<td width="10%" height="8" bgcolor="{colour}" style="height:8px;font-size:1px;line-height:8px">&nbsp;</td>'
        for colour in _BAND
    )
    band = f"{_TABLE}><tr>{cells}</tr></table>"
    head = _row((byline if issue.subtitle else "") + title, f"padding:32px 32px 28px;background-color:{PETROL}")
    return head.replace("<td ", f'<td bgcolor="{PETROL}" ', 1) + "\n" + _row(band, "padding:0", "band")


def _lead(issue: Issue, say: Phrases) -> str:
    if issue.site:
        link = f'<a class="link" href="{escape(issue.site)}index.html" style="color:{TEAL}">{escape(say("print.read_web"))}</a>'
        told = f"{escape(say('print.in_short'))} {link}"
    else:
        told = f"{escape(say('print.in_short'))} {escape(say('print.read_files'))}"
    return _row(
        f'<p class="ink" style="margin:0;color:#1b2430;{_SERIF};font-size:16px;line-height:24px">{told}</p>',
        "padding:24px 32px 8px",
    )


def _entry(issue: Issue, piece: Piece) -> str:
    lang = "" if piece.language == issue.language else f' lang="{piece.language}"'
    lang += ' dir="rtl"' if piece.direction == "rtl" else ""
    who = f'<p class="warm" style="margin:0 0 2px;color:{SAND};{_SANS};{_SMALL};font-weight:bold">{escape(piece.kicker)}</p>'
    name = escape(piece.title)
    if issue.site:
        page = f"{escape(issue.site)}{piece.name}.html"
        name = f'<a class="link" href="{page}" style="color:{TEAL};text-decoration:underline">{name}</a>'
    head = f'<h2 class="link" style="margin:0;color:{TEAL};{_SERIF};{_LARGE};font-weight:bold"{lang}>{name}</h2>'
    teaser = escape(piece.teaser)
    short = f'<p class="soft" style="margin:4px 0 0;color:#4d5866;{_SERIF};font-size:16px;line-height:24px"{lang}>{teaser}</p>'
    cell = (who if piece.kicker else "") + head + (short if teaser else "")
    line = f'<tr><td class="line" style="padding:16px 0;border-bottom:1px solid #dcd8cf">{cell}</td></tr>'
    inner = f"{_TABLE}>{line}</table>"
    return _row(inner, "padding:0 32px")


def _foot(issue: Issue, say: Phrases) -> str:
    if not issue.disclaimer:
        return _row("&nbsp;", "padding:8px 32px")
    told = f"<strong>{escape(say('print.disclaimer'))}</strong><br>{escape(issue.disclaimer)}"
    return _row(
        f'<p class="soft" style="margin:0;color:#4d5866;{_SANS};font-size:13px;line-height:19px">{told}</p>',
        "padding:24px 32px 32px",
    )


# plain text ------------------------------------------------------------------------------------------------------------


def _wrapped(words: str, first: str = "", rest: str = "") -> str:
    """A text in lines of the plain form; no word is cut and no no-break space is a break."""
    lines = re.sub(r"[ \t]+", " ", words).split("\n")
    return "\n".join(
        fill(
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
