"""What a file begins with, and what it asks: its opening, the Member's own questions and weights, a newer bank."""

import json
import zlib
from collections.abc import Iterable
from typing import Any

from assessment.events import Event, Named, Opened, Planned, Round, Upgraded
from assessment.journal import Assessment
from assessment.own import Own, with_questions
from assessment.storing.journal import sha256
from assessment.versions import Changes, changes, lens_changes
from kb.base.folding import on_one_line
from kb.base.interface import Refusal
from kb.library.notes import numbered
from kb.library.questionnaires import Bank, Lens

Attached = tuple[bytes, ...]


def opening(
    administration: str,
    member: str | None,
    language: str,
    bank: Bank,
    chosen: str = "full",
    own: Own | None = None,
    lens: Lens | None = None,
) -> tuple[Event, Attached]:
    """The first entry of an assessment and the questions that it attaches. Raises Refusal for an administration without a name."""
    if not (name := on_one_line(administration)):
        raise Refusal("round.no_name")
    attached, named = _packed(with_questions(bank, bank.quick if chosen == "quick" else bank.questions), lens)
    about: dict[str, Any] = {"administration": name, "member": member, "language": language, "chosen": chosen}
    about["questionnaire"] = bank.id
    return Opened(version=bank.version, own=own, **about, **named), attached


def planned(after: Assessment) -> tuple[Event, Attached]:
    """The first entry of a plan that goes on after a sealed round: its levels, open risks and actions. Raises Refusal."""
    if after.carried:
        raise Refusal("plan.is_plan")
    if after.fingerprint is None:
        raise Refusal("plan.not_sealed")
    attached, named = _packed(shared(after), after.lens)
    same = ("administration", "member", "language", "version", "chosen", "own")
    about: dict[str, Any] = {name: getattr(after, name) for name in same} | {"questionnaire": after.bank.id}
    event = Planned(
        round=Round(fingerprint=after.fingerprint, opened=after.opened),
        levels={key: str(level) for key, level in after.levels.items()},
        risks=tuple(risk for risk in after.risks.values() if not risk.closed),
        actions=tuple(after.actions.values()),
        **about,
        **named,
    )
    return event, attached


def shared(assessment: Assessment) -> Bank:
    """The bank that a file asks without the Member's own questions."""
    return with_questions(assessment.bank, [each for each in assessment.bank.questions if ".m" not in each.id])


def tailor(assessment: Assessment, own: Own) -> list[Event]:
    """The entry for a Member's own questions and weights, in place of earlier ones."""
    return [own]


def to_upgrade(assessment: Assessment, now: Bank, lens: Lens | None) -> Changes | None:
    """What changes with the questions of this release; None where nothing does. Raises Refusal for a file of newer ones."""
    found = changes(assessment.bank, now, chosen=assessment.chosen)
    if assessment.lens and lens:
        found += lens_changes(assessment.lens, lens)
    if not (found.reworded or found.new or found.dropped) and assessment.version == now.version:
        return None
    if numbered(assessment.version) > numbered(now.version):
        raise Refusal("round.newer_questions", version=assessment.version, here=now.version)
    return found


def upgrade(assessment: Assessment, upgraded: Upgraded) -> list[Event]:
    """The entry for going over to newer questions, which `upgraded` makes. Raises Refusal where they are older than the file's."""
    if numbered(assessment.version) > numbered(upgraded.version):
        raise Refusal("round.newer_questions", version=assessment.version, here=upgraded.version)
    return [upgraded]


def upgraded(bank: Bank, chosen: str, lapsed: Iterable[str], lens: Lens | None = None) -> tuple[Upgraded, Attached]:
    """The entry for newer questions, and those that it attaches; answers to *lapsed* ones no longer stand."""
    attached, named = _packed(with_questions(bank, bank.quick if chosen == "quick" else bank.questions), lens)
    return Upgraded(version=bank.version, lapsed=tuple(sorted(lapsed)), **named), attached


def _packed(bank: Bank, lens: Lens | None) -> tuple[Attached, dict[str, Any]]:
    """The questions as they are attached, and the fields that name them."""
    attached = {}
    for name, questions in (("bank", bank), ("lens", lens)):
        if questions is not None:
            data = questions.model_dump(mode="json", exclude_defaults=True)
            plain = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
            attached[name] = zlib.compress(plain, 9)
    return tuple(attached.values()), {name: Named(sha256=sha256(data)) for name, data in attached.items()}
