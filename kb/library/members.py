"""Members of the WCO: codes, names now and before, and the WCO's own six regions."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import StringConstraints

from kb.base.folding import words
from kb.base.interface import Refusal
from kb.base.vocabulary import Filled, MemberCode, Model, Text, Words
from kb.library.content import Date


class Region(Model):
    """One of the six regions of the WCO, which do not follow the United Nations' geography."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")]
    name: Text
    long: Text


class Member(Model):
    """One Member administration's territory; codes outside ISO 3166-1 (EU, XK) are allowed."""

    code: MemberCode
    iso3: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    name: Text
    region: Filled
    former: Words = Words()
    aliases: Words = Words()
    status: Literal["member", "akin"]


class Members(Model):
    """The list of Members as of a day."""

    as_of: Date
    note: Text
    regions: tuple[Region, ...]
    members: tuple[Member, ...]

    @cached_property
    def by_code(self) -> dict[str, Member]:
        """Members by their two-letter code."""
        return {member.code: member for member in self.members}

    @cached_property
    def region_by_code(self) -> dict[str, Region]:
        """Regions by code."""
        return {region.code: region for region in self.regions}


def names(member: Member) -> tuple[str, ...]:
    """Everything a Member is called: codes, names in both languages, former names, aliases."""
    other = (*member.former.en, *member.former.fr, *member.aliases.en, *member.aliases.fr)
    return tuple(filter(None, (member.code, member.iso3, member.name.en, member.name.fr, *other)))


def find_code(members: Members, asked: str) -> str:
    """The code of the Member with that code or name, now or formerly. Raises ArushaError."""
    wanted = words(asked)
    for member in members.members:
        if wanted == words(member.code):
            return member.code
    for member in members.members:
        if wanted in [words(name) for name in names(member)]:
            return member.code
    raise Refusal("library.no_member", asked=asked)
