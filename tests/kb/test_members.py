"""Members are found by every name they have or had."""

from collections import Counter

import pytest

from kb.base.errors import ArushaError
from kb.base.folding import fold, words
from kb.library.knowledge import Knowledge
from kb.library.members import find_code, names


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        *((name, "NZ") for name in ("NZ", "nz", " nz ", "NZL", "New Zealand", "new-zealand", "nouvelle-zélande")),
        *((name, "CI") for name in ("Cote d'Ivoire", "CÔTE D’IVOIRE", "Ivory Coast")),
        *((name, "TR") for name in ("Turkey", "Türkiye", "turkiye")),
        *((name, "SZ") for name in ("Swaziland", "Eswatini")),
        ("NO", "NO"),
        ("Macedonia", "MK"),
        ("European Union", "EU"),
    ],
)
def test_a_member_is_found_by_code_or_name_now_or_before(knowledge: Knowledge, asked: str, code: str) -> None:
    assert find_code(knowledge.members, asked) == code


def test_no_name_is_that_of_two_members(knowledge: Knowledge) -> None:
    owners: dict[str, set[str]] = {}
    for member in knowledge.members.members:
        for name in names(member):
            owners.setdefault(" ".join(words(name)), set()).add(member.code)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.parametrize("asked", ["XX", "Atlantis", "", " ", "N", "New"])
def test_an_unknown_member_is_refused_with_a_remedy(knowledge: Knowledge, asked: str) -> None:
    with pytest.raises(ArushaError, match="give the two-letter code, such as NZ"):
        find_code(knowledge.members, asked)


def test_the_wco_has_187_members_and_the_european_union_stands_apart(knowledge: Knowledge) -> None:
    status = Counter(member.status for member in knowledge.members.members)
    assert status == {"member": 187, "akin": 1}
    assert knowledge.members.by_code["EU"].status == "akin"
    assert {"XK", "HK", "MO"} <= knowledge.members.by_code.keys()


def test_codes_and_names_belong_to_one_member_each(knowledge: Knowledge) -> None:
    for field in (lambda m: m.code, lambda m: m.iso3, lambda m: fold(m.name.en), lambda m: fold(m.name.of("fr"))):
        values = Counter(filter(None, map(field, knowledge.members.members)))
        assert [value for value, count in values.items() if count > 1] == []


def test_there_are_six_regions_and_each_has_members(knowledge: Knowledge) -> None:
    used = {member.region for member in knowledge.members.members}
    assert used == knowledge.members.region_by_code.keys()
    assert len(used) == 6


def test_every_name_is_given_in_both_languages(knowledge: Knowledge) -> None:
    assert [member.code for member in knowledge.members.members if not member.name.fr] == []
