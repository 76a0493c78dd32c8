"""The articles of the edition as an Atom feed (RFC 4287)."""

from html import escape

from kb.base.interface import Phrases
from kb.newsletter.edition.issue import Issue


def render(issue: Issue, say: Phrases) -> str:
    """The feed; without an address of the site its links are relative to the folder of the web pages."""
    moment = f"{issue.day}T00:00:00Z"
    title = say("print.draft_subject", title=issue.title) if issue.draft else issue.title
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{issue.language}">',
        f"  <id>{escape(issue.id)}</id>",
        f"  <title>{escape(title)}</title>",
        *([f"  <subtitle>{escape(issue.subtitle)}</subtitle>"] if issue.subtitle else []),
        f"  <updated>{moment}</updated>",
        f'  <link rel="alternate" type="text/html" href="{escape(issue.site or "web/")}index.html"/>',
        f"  <author><name>{escape(issue.title)}</name></author>",
        *([f"  <rights>{escape(issue.disclaimer)}</rights>"] if issue.disclaimer else []),
    ]
    for piece in issue.pieces:
        lines += [
            f'  <entry xml:lang="{piece.language}">',
            f"    <id>{escape(issue.id)}:{piece.name}</id>",
            f"    <title>{escape(piece.full_title)}</title>",
            f"    <updated>{moment}</updated>",
            f'    <link rel="alternate" type="text/html" href="{escape(issue.site or "web/")}{piece.name}.html"/>',
            f'    <category term="{piece.article}" label="{escape(say(f"kind.{piece.article}"))}"/>',
            f"    <summary>{escape(piece.teaser or piece.title)}</summary>",
            "  </entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])
