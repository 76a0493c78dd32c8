"""The Revised Arusha Declaration: ten key factors and their elements, in our own words."""

from functools import cache, cached_property
from typing import Annotated

from pydantic import Field

from kb.base.interface import Refusal
from kb.base.vocabulary import Effect, ElementId, Model, Text, Words
from kb.library.content import find_root, parsed, read_yaml


class Element(Model):
    """One checkable clause of the Declaration, the thing that questions, practices and actions point at."""

    id: ElementId
    short: Text
    text: Text


class KeyFactor(Model):
    """One of the ten key factors, with its official name in each language."""

    number: Annotated[int, Field(ge=1, le=10)]
    name: Text
    aim: Text
    elements: tuple[Element, ...]


class AdverseEffect(Model):
    """One of the nine effects of corruption named in the Declaration's preamble."""

    id: Effect
    text: Text


class Frame(Model):
    """What the Declaration says around its factors: a text with examples of evidence, asked for by no question."""

    id: Annotated[str, Field(pattern=r"^0\.[a-z]$")]
    short: Text
    text: Text
    evidence: Words


class Declaration(Model):
    """The whole Declaration as this project holds it."""

    title: Text
    short: Text
    note: Text
    effects: tuple[AdverseEffect, ...]
    frame: tuple[Frame, ...] = ()
    factors: tuple[KeyFactor, ...]

    @cached_property
    def elements(self) -> dict[str, Element]:
        """All elements by id, in the Declaration's order."""
        return {element.id: element for factor in self.factors for element in factor.elements}

    def elements_in(self, text: str) -> list[str]:
        """The elements that a line of ids names. Raises ArushaError for an unknown one, and if there is none."""
        named = list(dict.fromkeys(text.casefold().replace(",", " ").split()))
        unknown = [element for element in named if element not in self.elements]
        if unknown or not named:
            raise Refusal("library.no_element", element=", ".join(unknown) or text)
        return named

    def factor(self, number: int) -> KeyFactor:
        """The key factor with that *number*, 1 to 10."""
        return self.factors[number - 1]


@cache
def load() -> Declaration:
    """Read the Declaration alone, where the rest of the content is not needed. Raises ContentError."""
    root, name = find_root(), "declaration.yml"
    return parsed(Declaration, read_yaml(root, root / name, keep=True), name)
