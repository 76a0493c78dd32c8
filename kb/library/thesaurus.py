"""The field's jargon: which words mean the same to a searching officer."""

from functools import cached_property

from kb.base.vocabulary import Model, Slug, Text, Words


class Concept(Model):
    """One idea, its term and definition, and every word in use for it."""

    id: Slug
    term: Text
    definition: Text
    words: Words


class Thesaurus(Model):
    """All concepts."""

    concepts: tuple[Concept, ...]

    @cached_property
    def by_id(self) -> dict[str, Concept]:
        """Concepts by id."""
        return {concept.id: concept for concept in self.concepts}
