"""Who takes part: people and their codes, assignments, names, and who may do what."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from assessment.events import CodeGiven, Event, Names, Unassigned
from assessment.journal import Assessment
from assessment.people import Assignment, Person
from kb.base.interface import Refusal, Word
from kb.library.content import expect
from kb.library.questionnaires import LensQuestion, Question

ALL: Final = "all"
_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another when read aloud or copied


def asked(assessment: Assessment, scopes: Sequence[str]) -> list[Question | LensQuestion]:
    """The questions of key factors (`8`), elements (`8.d`) or questions (`8.d.1`), or `all`; all for none. Raises Refusal."""
    chosen: dict[str, Question | LensQuestion] = {}
    for scope in scopes:
        own = {question.id: question for question in assessment.asked if scope in (ALL, *question.scopes)}
        if not own:
            raise Refusal("round.no_scope", scope=scope)
        chosen |= own
    return list(chosen.values()) if scopes else list(assessment.asked)


def scopes(assessment: Assessment, questions: Collection[str]) -> tuple[str, ...]:
    """What to call some questions by on a command line: key factors and elements that they are the whole of, else their ids."""
    members: dict[str, set[str]] = {}
    for question in assessment.asked:
        for scope in question.scopes:
            members.setdefault(scope, set()).add(question.id)
    whole = {scope for scope, ids in members.items() if len(ids) > 1 and ids <= set(questions)}
    chosen = [question for question in assessment.asked if question.id in questions]
    return tuple(dict.fromkeys(next((s for s in each.scopes if s in whole), each.id) for each in chosen))


def to_name(assessment: Assessment, *roles: str) -> str | None:
    """The person to name for what several may do, the first of the first role; None where it is plain who does it."""
    present = [person for person in assessment.people.values() if not person.left]
    holders = [person.id for role in roles for person in present if person.role == role]
    return holders[0] if len(holders) > 1 else None


def acting(assessment: Assessment, key: str | None, *roles: str) -> str:
    """The id of the person who does something; *roles* name who may. Raises Refusal.

    Where no facilitator is registered, whoever works the file acts as `facilitator`.
    """
    may = tuple(Word(f"role.{role}") for role in roles)
    if key is not None:
        return _expect_role(known(assessment, key), may)
    holders = [person.id for person in assessment.people.values() if person.role in roles and not person.left]
    if not holders and assessment.people and "facilitator" not in roles:
        raise Refusal("round.nobody_of_role", role=may[0], key=roles[0])
    if not holders:
        return "facilitator"
    if len(holders) > 1:
        raise Refusal("round.say_who", roles=may, people=tuple(holders))
    return holders[0]


def _expect_role(person: Person, may: Sequence[Word]) -> str:
    """The id of a person who has one of the roles, if any are named. Raises Refusal."""
    role = Word(f"role.{person.role}")
    if may and role not in may:
        raise Refusal("round.other_role", person=person.id, role=role, roles=tuple(may))
    return person.id


def groups(assessment: Assessment) -> tuple[str, ...]:
    """The units, functions, grades and regions of the people, in the order of their registration."""
    each = ((person.unit, person.function, person.grade, person.region) for person in assessment.people.values())
    return tuple(dict.fromkeys(name for names in each for name in names if name))


def known(assessment: Assessment, key: str) -> Person:
    """The person of an id. Raises Refusal."""
    if key not in assessment.people:
        raise Refusal("round.nobody", person=key)
    return assessment.people[key]


def present(assessment: Assessment, key: str) -> Person:
    """The person of an id who still takes part. Raises Refusal."""
    person = known(assessment, key)
    if person.left:
        raise Refusal("round.left", person=key)
    return person


def register(assessment: Assessment, key: str | None, stated: Mapping[str, Any], code: str) -> list[Event]:
    """The entries for a new person with that *code*, or for what is *stated* anew of the one of that id. Raises ArushaError."""
    if "name" in stated and not assessment.names:
        raise Refusal("round.no_names")
    chosen = key or free("p", assessment.people)
    earlier = assessment.people.get(chosen)
    fields = earlier.model_dump(mode="json", exclude_defaults=True) if earlier else {}
    person = expect(Person, fields | {"id": chosen} | dict(stated), "")
    return [person] if earlier else [person, code_given(chosen, code)]


def free(prefix: str, taken: Collection[str]) -> str:
    """The first id of a kind that is not taken, such as `p7`."""
    return next(key for n in range(1, len(taken) + 2) if (key := f"{prefix}{n}") not in taken)


def new_code() -> str:
    """A code for one person, of 16 letters and digits in groups of four (78 bits of chance)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def first_code(assessment: Assessment, person: str, code: str) -> list[Event]:
    """The entry that gives a code to a person who has none. Raises Refusal for one who has: a second would open what is theirs."""
    known(assessment, person)
    if person in assessment.codes:
        raise Refusal("round.has_code", person=person)
    return [code_given(person, code)]


def code_given(person: str, code: str) -> CodeGiven:
    """The entry that gives a person a code; only its hash is kept."""
    return CodeGiven(person=person, sha256=_hash(person, code))


def check_code(assessment: Assessment, person: str, code: str) -> None:
    """Whether a code is the person's. Raises Refusal if it is not, or if the person has none."""
    kept = assessment.codes.get(person)
    if kept is None:
        raise Refusal("round.no_code", person=person)
    if not hmac.compare_digest(kept, _hash(person, code)):
        raise Refusal("round.other_code", person=person)


def _hash(person: str, code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in _LETTERS)
    return hashlib.sha256(f"{person}\0{plain}".encode()).hexdigest()


def assign(
    assessment: Assessment, scopes: Sequence[str], person: str | None, unit: str | None, due: str | None, *, undo: bool
) -> list[Event]:
    """The entries that give questions to a person or a unit, or take them back. Raises ArushaError."""
    if person is not None:
        known(assessment, person)
    units = {each.unit.casefold() for each in assessment.people.values() if each.unit}
    if unit is not None and unit.casefold() not in units:
        raise Refusal("round.no_unit", unit=unit)
    entries: list[Event] = []
    for scope in scopes:
        asked(assessment, [scope])
        if undo:
            _expect_assigned(assessment, scope, person, unit)
        stated = {"scope": scope, "person": person, "unit": unit, "due": due}
        kind = Unassigned if undo else Assignment
        entries.append(expect(kind, {name: value for name, value in stated.items() if value is not None}, ""))
    return entries


def _expect_assigned(assessment: Assessment, scope: str, person: str | None, unit: str | None) -> None:
    if (scope, person, unit) not in {(each.scope, each.person, each.unit) for each in assessment.assignments}:
        raise Refusal("round.not_assigned", scope=scope, who=person or unit or "–")


def keep_names(assessment: Assessment, *, on: bool) -> list[Event]:
    """The entry from which on names are kept, or no longer."""
    return [Names(on=on)]
