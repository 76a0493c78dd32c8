"""What is shipped of Members and practices is whole, and told in both languages."""

from collections import Counter

from kb.base.folding import fold
from kb.base.vocabulary import Text
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice, Result


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


def test_shipped_records_are_told_in_both_languages(knowledge: Knowledge) -> None:
    def untranslated(value: object) -> bool:
        if isinstance(value, Result):
            return untranslated(value.text)
        if isinstance(value, tuple):
            return any(map(untranslated, value))
        return isinstance(value, Text) and value.falls_back("fr")

    lacking = [
        (practice.id, field)
        for practice in knowledge.practices
        for field in Practice.model_fields
        if untranslated(getattr(practice, field))
    ]
    assert lacking == []
