"""The templates of pages and pictures: one environment, in which nothing that a person wrote can act."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from assessment.rendering import texts
from assessment.rendering.blocks import Block, Document, Drawing, paragraphs
from kb.base import policy
from kb.press.document import Paragraph


def filled(name: str, **values: Any) -> str:
    """A template with its values filled in, as text."""
    return _environment().get_template(name).render(**values)


def page(document: Document) -> str:
    """A document as one page that asks nobody for anything: it needs no network, no script and no other file."""
    return policy.for_one_page(filled("report.html.j2", d=document))


@cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(lambda name: (files("assessment") / "templates" / name).read_text(encoding="utf-8")),
    )
    made.filters |= {
        "blocks": texts.read,
        "first_line": texts.first_line,
        "paragraphs": paragraphs,
        "kind": _kind,
        "picture": _picture,
    }
    made.tests["paragraph"] = lambda block: isinstance(block, Paragraph)
    made.globals["counted"] = texts.COUNTED
    return made


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _picture(drawing: Drawing) -> Markup:
    """A drawing of our own within a page, with its words for those who do not see it."""
    told = f'<title id="{drawing.name}-text">{escape(drawing.alt)}</title>'
    opening = f'<svg class="{drawing.name}" role="img" aria-labelledby="{drawing.name}-text" '
    whole = drawing.svg[drawing.svg.index("<svg") :].replace("<svg ", opening, 1).replace(">", f">{told}", 1)
    return Markup(whole)  # noqa: S704 - drawn by a template that escapes
