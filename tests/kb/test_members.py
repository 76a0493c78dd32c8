"""Members are found by every name they have or had."""

import pytest

from kb.base.errors import ArushaError
from kb.base.folding import words
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
