"""An action drafted from a gap, a risk or a practice: a beginning for people to correct, in the language of the plan."""

from typing import Any

from assessment.actions import Action, Direction, IndicatorKind, elements_of
from assessment.journal import Assessment
from assessment.risks import Risk, Zone, zone
from kb.base.errors import Fault, FaultsError
from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import QuestionSide
from kb.library.citations import cite, plain
from kb.library.content import parse
from kb.library.knowledge import Knowledge
from kb.library.questionnaires import LensQuestion, Question

Fields = dict[str, Any]
_BELOW = {Zone.MODERATE: 4, Zone.HIGH: 9, Zone.CRITICAL: 15}  # the highest product of the zone below each


def from_gap(assessment: Assessment, question: str, say: Phrases) -> Fields:
    """The problem is the criterion reached, the expected result the goal, the indicator the level itself. Raises ArushaError.

    The goal is that of the question, or the criterion of level 3 where it has none; from level 3 on that of level 4 is added.
    """
    asked = assessment.by_id.get(question)
    if asked is None:
        raise Refusal("draft.no_question", question=question)
    level = assessment.levels.get(question)
    if level is None:
        raise Refusal("draft.no_level", question=question)
    if level >= 4:
        raise Refusal("draft.no_gap", question=question)
    here, target = int(level), 3 if level < 3 else 4
    examples = asked.evidence.of(say.language)
    return {
        "origin": {"gaps": [question]},
        "elements": list(elements_of(asked)),
        "problem": say(
            "plan.gap_problem",
            question=question,
            level=say.level(level),
            text=asked.text.of(say.language),
            reached=asked.levels[here].of(say.language),
        ),
        "result": _goal(asked, target, say),
        "drafted": "",
        "indicators": [
            {
                "text": say("plan.gap_indicator", question=question),
                "baseline": round(float(level), 2),
                "target": target,
                "direction": Direction.INCREASE,
                "kind": _kind(asked),
                "unit": say("plan.gap_unit"),
                "source": say("plan.gap_source", example=examples[0]) if examples else say("plan.gap_source_plain"),
            }
        ],
    }


def _goal(asked: Question | LensQuestion, target: int, say: Phrases) -> str:
    goal = [asked.goal.of(say.language)] if asked.goal else []
    return "\n\n".join([*goal, *([] if goal and target == 3 else [asked.levels[target].of(say.language)])])


def _kind(asked: Question | LensQuestion) -> IndicatorKind:
    """A rule in force is an output; a practice that is seen is an outcome."""
    rule = isinstance(asked, Question) and asked.side is QuestionSide.DE_JURE
    return IndicatorKind.OUTPUT if rule else IndicatorKind.OUTCOME


def from_risk(risk: Risk, say: Phrases) -> Fields:
    """The problem is the risk, the indicator what is left after controls, down to the zone below."""
    product = risk.residual[0] * risk.residual[1]
    target = _BELOW.get(zone(risk.residual), 1)
    fields: Fields = {
        "origin": {"risk": risk.id},
        "elements": list(risk.elements),
        "problem": say("plan.risk_problem", risk=risk.id, process=risk.process, text=risk.text),
        "result": say("plan.risk_result", product=product, target=target),
        "drafted": "",
        "indicators": [
            {
                "text": say("plan.risk_indicator", risk=risk.id),
                "baseline": product,
                "target": target,
                "direction": Direction.AT_MOST,
                "kind": IndicatorKind.OUTCOME,
                "unit": say("plan.risk_unit"),
                "source": say("plan.risk_source"),
            }
        ],
    }
    return fields | ({"owner": risk.owner} if risk.owner else {})


def consulted(keys: list[str], knowledge: Knowledge, say: Phrases) -> list[Fields]:
    """Practices of the knowledge base with their citations. Raises ArushaError for an unknown id."""
    found = []
    for key in dict.fromkeys(keys):
        practice = knowledge.practice_by_id.get(key)
        if practice is None:
            raise Refusal("draft.no_practice", id=key[:80])
        found.append({"id": key, "citation": plain(cite(practice, knowledge, say), say)})
    return found


def measure_of(key: str, knowledge: Knowledge, say: Phrases) -> str:
    """A measure drafted from a practice that is known."""
    practice = knowledge.practice_by_id[key]
    members = say("list.and").join(knowledge.members.by_code[code].name.of(say.language) for code in practice.members)
    summary, title = practice.summary.of(say.language), practice.title.of(say.language)
    return say("plan.measure", title=title, members=members, summary=summary)


def made(fields: Fields, assessment: Assessment, knowledge: Knowledge, place: str) -> Action:
    """The action of these fields. Raises ArushaError with every fault, and for what is not known here."""
    faults: list[Fault] = []
    action = parse(Action, fields, place, faults)
    if action is None:
        raise FaultsError(faults)
    for element in action.elements:
        if element not in knowledge.declaration.elements:
            raise Refusal("risk.no_element", element=element)
    for question in action.origin.gaps:
        if question not in assessment.by_id:
            raise Refusal("draft.no_question", question=question)
    if action.origin.risk and action.origin.risk not in assessment.risks:
        raise Refusal("risk.none", id=action.origin.risk)
    for person in assessment.people.values():
        if ({person.id, person.name} & {action.owner, *action.co_owners}) - {None}:
            raise Refusal("draft.person", id=person.id)
    return action


def settled(fields: Fields, day: str) -> Fields:
    """The fields with the day of the end where the status asks for one, and without it where it does not."""
    over = fields.get("status") in ("done", "cancelled")
    kept = {name: value for name, value in fields.items() if name != "ended"}
    return kept | ({"ended": fields.get("ended") or day} if over else {})
