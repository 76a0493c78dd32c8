"""A document as one page that asks nobody for anything: it needs no network, no script and no other file."""

from assessment.rendering.blocks import Document
from assessment.rendering.templates import filled
from kb.base import policy


def render(document: Document) -> str:
    """The page."""
    return policy.for_one_page(filled("report.html.j2", d=document))
