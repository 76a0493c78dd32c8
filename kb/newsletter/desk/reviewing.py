"""What an editor confirms after an import: in the terminal, or on one page with original and result side by side."""

from html import escape
from pathlib import Path

from kb.base import policy
from kb.base.bounded import Child
from kb.base.errors import ArushaError
from kb.base.files import write_whole
from kb.base.folding import on_one_line
from kb.base.interface import Phrases
from kb.base.vocabulary import ArticleKind
from kb.library import members as member_list
from kb.library.members import Members
from kb.newsletter.folder import ORIGINALS, Article, EditionFolder, write_article
from kb.newsletter.intake import formats
from kb.newsletter.intake.account import why
from kb.newsletter.intake.blocks import Block, Kind
from kb.newsletter.intake.importing import read_apart
from kb.newsletter.intake.naming import Names
from kb.newsletter.intake.splitting import Draft

PAGE = "review.html"
_STYLE = """
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:90rem;color:#1a1a1a;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin:0}
article,section{border-top:1px solid #767676;margin-top:2rem;padding-top:1rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:2rem}@media(max-width:50rem){.pair{grid-template-columns:1fr}}
h3{font-size:1rem;margin:.5rem 0}.body{white-space:pre-wrap;overflow-wrap:anywhere}
.about{color:#4d4d4d;margin:.25rem 0}table{border-collapse:collapse}
td,th{border:1px solid #767676;padding:.25rem .5rem;text-align:start}
@media screen and (prefers-color-scheme:dark){body{color:#eee;background:#111}.about{color:#bbb}}
"""


class UnfitError(ValueError):
    """An answer that cannot be taken; its text is the last part of a phrase's key."""


def waiting(folder: EditionFolder) -> list[Article]:
    """The articles nobody has confirmed, the least sure first."""
    return sorted(
        (article for article in folder.articles if not article.head.confirmed),
        key=lambda article: (article.head.confidence if article.head.confidence is not None else 1.0, article.file),
    )


def summary(article: Article, members: Members, say: Phrases) -> list[str]:
    """What an editor reads before confirming an article."""
    head = article.head
    lines = []
    if head.confidence is not None:
        lines.append(say("edition.review.sure", percent=round(100 * head.confidence)))
    if head.reasons:
        lines.append(say("edition.review.why", reasons="; ".join(head.reasons)))
    if head.source:
        pages = f", {say('edition.review.pages', pages=head.source.pages)}" if head.source.pages else ""
        lines.append(say("edition.review.source", file=head.source.file) + pages)
    if head.member in members.by_code:
        lines.append(f"{head.member}: {members.by_code[head.member].name.of(say.language)}")
    start = " ".join(article.body.split()[:30])
    return [*lines, f"“{start}…”"]


def confirm(folder: EditionFolder, article: Article, members: Members, kind: str, member: str, title: str) -> Article:
    """Write the article with what the editor confirmed. Raises UnfitError."""
    code = None
    if member.strip() not in ("", "-"):
        try:
            code = member_list.find_code(members, member)
        except ArushaError:
            raise UnfitError("unknown_member") from None
    if kind == ArticleKind.MEMBER and code is None:
        raise UnfitError("needs_member")
    plain = on_one_line(title)
    if not plain:
        raise UnfitError("no_title")
    update = {"kind": ArticleKind(kind), "member": code, "title": plain, "confirmed": True}
    confirmed = Article(article.file, article.head.model_copy(update=update), article.body)
    write_article(folder.path, confirmed)
    return confirmed


def write_page(folder: EditionFolder, members: Members, say: Phrases) -> Path:
    """Write the page that shows original and result side by side; it needs no network and runs no script."""
    drafts, dropped = _originals(folder, members)
    ordered = sorted(
        folder.articles, key=lambda article: (article.head.confirmed, article.head.confidence or 0, article.file)
    )
    parts = [_article(article, drafts.get(article.file), members, say) for article in ordered]
    rows = "".join(
        f"<tr><td>{escape(why(reason, say))}</td><td>{escape(place)}</td><td>{escape(text)}</td></tr>"
        for reason, place, text in dropped
    )
    left = f"<section><h2>{escape(say('edition.review.dropped'))}</h2><table>{rows}</table></section>" if rows else ""
    heading = escape(say("edition.review.heading"))
    page = (
        f'<!DOCTYPE html><html lang="{say.language}"><head><meta charset="utf-8"><title>{heading}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
        f"<h1>{heading}: {escape(folder.head.title.of(say.language))}</h1>"
        f"<p>{escape(say('edition.review.about'))}</p>{''.join(parts)}{left}</main></body></html>\n"
    )
    write_whole(folder.path / PAGE, policy.for_one_page(page))
    return folder.path / PAGE


def _originals(folder: EditionFolder, members: Members) -> tuple[dict[str, Draft], list[tuple[str, str, str]]]:
    """The originals read once more: what each article was made of, and what was left out."""
    with Child() as child:
        return _read_again(folder, Names(members), child)


def _read_again(
    folder: EditionFolder, names: Names, child: Child
) -> tuple[dict[str, Draft], list[tuple[str, str, str]]]:
    drafts: dict[str, Draft] = {}
    dropped: list[tuple[str, str, str]] = []
    for file in sorted({article.head.source.file for article in folder.articles if article.head.source}):
        path = folder.path / ORIGINALS / Path(file).name
        try:
            document, found = child.call(path.name, formats.LIMITS, read_apart, formats.load(path), path.name, names)
        except (ArushaError, OSError):
            continue
        own = [article for article in folder.articles if article.head.source and article.head.source.file == file]
        own.sort(key=lambda article: article.head.order or 0)
        if len(own) == len(found.drafts):
            drafts |= {article.file: draft for article, draft in zip(own, found.drafts, strict=True)}
        dropped += [(each.reason, f"{file}, {each.place}", each.text) for each in (*document.dropped, *found.dropped)]
    return drafts, dropped


def _article(article: Article, draft: Draft | None, members: Members, say: Phrases) -> str:
    about = "<br>".join(escape(line) for line in summary(article, members, say)[:-1])
    done = f" · {escape(say('edition.review.confirmed'))}" if article.head.confirmed else ""
    original = "\n\n".join(_shown(block) for block in draft.blocks) if draft else ""
    kind = escape(say(f"kind.{article.head.kind}"))
    spoken = f' lang="{article.head.language}"' if article.head.language else ""
    return (
        f'<article><h2{spoken}>{escape(article.head.title)}</h2><p class="about">{escape(article.file)} · {kind}{done}</p>'
        f'<p class="about">{about}</p><div class="pair"><div><h3>{escape(say("edition.review.original"))}</h3>'
        f'<div class="body"{spoken}>{escape(original)}</div></div><div><h3>{escape(say("edition.review.result"))}</h3>'
        f'<div class="body"{spoken}>{escape(article.body.strip())}</div></div></div></article>'
    )


def _shown(block: Block) -> str:
    place = f"[{block.place}] " if block.place else ""
    return place + (f"{block.marker} {block.plain}" if block.kind is Kind.ITEM else block.plain)
