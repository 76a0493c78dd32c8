"""Writes `3.arusha`, a file of format 3 with every kind of entry but the seal, and `3.json`, the numbers that it amounts to.

Run once for a format, by the code that first released it: `python tests/assessment/formats/make.py`. From then on both files stay
as they are, since they show that later releases read what earlier ones wrote.
"""

import json
from pathlib import Path

from assessment import agreement, answers, events, replay, scoring
from assessment.own import Own, with_questions
from assessment.people import Assignment
from assessment.rounds import answering
from assessment.rounds import opening as openings
from assessment.rounds.people import code_given
from assessment.storing.journal import sha256
from assessment.storing.sqlite import AssessmentFile
from assessment.versions import changes
from kb.base.vocabulary import Text
from kb.library.knowledge import load

HERE = Path(__file__).parent
REGISTER = b"Date;Gift;Value\n2026-01-12;Calendar;5\n"


def plain(model):
    return model.model_dump(mode="json", exclude_defaults=True)


def make(path):
    """Make the file, as a team of five would in an afternoon."""
    knowledge = load()
    bank, lens = knowledge.bank, knowledge.gender
    dropped = bank.by_id["9.a.2"].model_copy(update={"id": "9.a.9"})
    reworded = bank.by_id["8.c.1"].model_copy(update={"text": Text(en="As it was worded before?")})
    questions = [reworded if q.id == "8.c.1" else q for q in bank.questions if q.id != "7.a.1"]
    earlier = with_questions(bank, [*questions, dropped]).model_copy(update={"version": "0.9"})
    own = Own.model_validate(
        {
            "weights": {"1.a.1": 2},
            "questions": [
                {"id": "8.d.m1", "text": {"en": "Ours?"}, "levels": [{"en": f"Level {n}"} for n in range(5)]}
            ],
        },
        strict=False,
    )
    people = [
        {"id": "p1", "unit": "Internal Audit", "grade": "senior", "name": "A. Name"},
        {"id": "p2", "unit": "Ports", "sex": "female"},
        {"id": "p3", "unit": "Brokers", "side": "business"},
        {"id": "f1", "role": "facilitator"},
        {"id": "a1", "role": "approver"},
    ]
    file_ = {"sha256": sha256(REGISTER), "name": "register.csv", "size": len(REGISTER)}
    piece = {
        **{"id": "e1", "text": "Gift register", "link": "https://example.org/register", "file": file_},
        **{"kind": "record", "date": "2026-01", "owner": "Internal Audit", "confidentiality": "peers"},
        "questions": ["1.a.1", "1.d.2"],
    }
    risk = {
        **{"id": "r1", "process": "Yard", "text": "Reports for a fee", "vulnerability": "inspection"},
        **{"likelihood": 4, "impact": 5, "control": "existing", "residual_likelihood": 3, "elements": ["6.a"]},
    }
    action = {
        **{"id": "a1", "origin": {"gaps": ["1.d.2"]}, "problem": "No register at the ports", "owner": "Ports"},
        **{"start": "2026-02-01", "due": "2026-12-31", "status": "in_progress", "public": True},
        "indicators": [{"text": "Ports with a register", "baseline": 0, "target": 80, "unit": "%"}],
    }
    opening = openings.opening("Testland Customs", "NZ", "fr", earlier, "quick", own, lens)
    with AssessmentFile.create(path, *opening) as file:

        def given(question, by=None, **fields):
            asking = replay.read(file, bank)
            return answering.answered(question, answers.Answer(**fields), asking, by=by)

        file.append([("names", {"on": True}), *(("person", person) for person in people)])
        ports = Assignment(scope="2", unit="Ports", due="2026-12-01")
        file.append([("assigned", plain(ports)), ("assigned", plain(Assignment(scope="1.a.1", person="p1")))])
        file.append([("unassigned", plain(Assignment(scope="1.a.1", person="p1")))])
        file.append([given("1.a.1", by, level=level) for by, level in (("p1", 3), ("p2", 1), ("p3", 3))])
        file.append([given("1.d.2", "p1", level=2, note="Noté"), given("1.d.2", "p2", level=1)])
        file.append([("closed", {"questions": ["1.d.2", "10.a.1"], "by": "f1"})])
        file.append([("reopened", {"questions": ["10.a.1"], "by": "f1"})])
        noted = answers.Evidence(text="Ordre 6", date="2025-03")
        file.append([given("3.b.2", level=4, note="Pour tous", evidence=(noted,)), given("4.a.2", dont_know=True)])
        file.append(
            [given("5.b.2", not_applicable="Pas de réforme"), given("8.c.1", level=2), given("8.d.m1", level=3)]
        )
        file.append([given("g1.1", level=2)])
        dissent = agreement.Dissent(group="Ports", level=1, why="The register is not kept there")
        agreed = agreement.Agreement(answer=answers.Answer(level=3), reason="Seen at headquarters", dissent=(dissent,))
        file.append([events.Agreed(question="1.a.1", by="f1", **dict(agreed))])
        file.append([events.Moved(questions=("1.a.1",), to=agreement.State.APPROVED, by="a1", why="")])
        file.append([("evidence", piece), ("risk", risk)], [REGISTER])
        file.append([("action", action), ("monitored", {"action": "a1", "date": "2026-03-01", "values": {"1": 40}})])
        file.append([("tailored", plain(own.model_copy(update={"weights": {"1.a.1": 3}})))])
        found = changes(replay.read(file, bank).bank, bank, "quick")
        entry, attached = openings.upgraded(bank, "quick", (*found.reworded, *found.dropped), lens)
        file.append([entry], attached)
        since, until = file.entries()[-1].hash, sha256(b"the last entry of a copy that gave nothing else")
        file.append([code_given("p1", "ABCD-EFGH-JKMN-PQRS")])
        file.append([("joined", {"since": since, "until": until, "entries": 0})])


def numbers(path):
    """What the file amounts to, as JSON."""
    with AssessmentFile.open(path) as file:
        assessment, entries = replay.read(file, load().bank), file.check()
    return {
        "kinds": sorted({entry.kind for entry in entries}),
        "last": entries[-1].hash,
        "asked": len(assessment.asked),
        "version": assessment.version,
        "people": list(assessment.people),
        "lapsed": sorted(assessment.lapsed),
        "levels": {key: stands.level and str(stands.level) for key, stands in assessment.standing.items()},
        "basis": {key: stands.basis for key, stands in assessment.standing.items()},
        "states": {key: assessment.state(key).value for key in assessment.moves},
        "dissent": [plain(each) for each in assessment.standing["1.a.1"].dissent],
        "evidence": [plain(each) for each in assessment.evidence.values()],
        "risks": [plain(each) for each in assessment.risks.values()],
        "actions": [plain(each) for each in assessment.actions.values()],
        "scores": scoring.as_json(
            scoring.score(assessment.bank.questions, assessment.standing, assessment.supported()),
            dict.fromkeys(range(11)),
        ),
        "lens": scoring.as_json(
            scoring.score(assessment.lens.questions, assessment.standing, assessment.supported()),
            dict.fromkeys(range(11)),
        ),
    }


if __name__ == "__main__":
    (HERE / "3.arusha").unlink(missing_ok=True)
    make(HERE / "3.arusha")
    text = json.dumps(numbers(HERE / "3.arusha"), ensure_ascii=False, indent=1)
    (HERE / "3.json").write_text(text + "\n", encoding="utf-8")
