"""Hostile journals, each with right hashes, and every command that reads one. What happens is judged by `fault`.

The suite runs a seeded sample of shapes × commands; `benchmarks/hostile_files.py` runs them all.
"""

import json
import shutil
import zlib
from contextlib import suppress
from functools import partial
from pathlib import Path

import forging
import pyrage
from click.testing import CliRunner

from assessment.storing.journal import sha256
from kb.library.knowledge import load

BASE = Path(__file__).parent / "formats" / "3.arusha"
KEY = pyrage.x25519.Identity.generate()
BREAKS = ("\x1b[2J", "\x1b]0;", "\x07", "\x9b", "\r")  # what no output may hold
ESCAPE = "A\x1b[2J\x1b]0;owned\x07\x9b31m\rB"
LONG = "x" * 3_000_000


def deep(levels, leaf="1"):
    return '{"question": ' + '{"a": ' * levels + leaf + "}" * levels + "}"


TEXTS = {
    "nothing": "",
    "no JSON": "not json",
    "half of it": '{"question": "1.a.1", "answ',
    "something after it": '{"on": true} {}',
    "brackets": "[" * 200_000,
    "braces": '{"a":' * 200_000,
    "41 levels": deep(41),
    "900 levels": deep(900),
    "5,000 digits": '{"question": ' + "9" * 5000 + "}",
    "NaN": '{"question": NaN}',
    "Infinity": '{"question": -Infinity}',
    "1e999": '{"question": 1e999}',
    "null": "null",
    "true": "true",
    "a number": "3",
    "a text": '"answered"',
    "a list": "[]",
    "a list of pairs": '[["question", "1.a.1"]]',
    "an empty set": "{}",
    "a key twice": '{"on": true, "on": false}',
    "keys out of order": '{"question": "1.a.1", "answer": {"level": 1}, "wording": "?"}',
    "blanks": '{ "on": true}',
    "a line break": '{"on": true}\n',
    "needless escapes": '{"\\u006fn": true}',
    "half a character": '{"question": "1.a.1\\ud800"}',
    "half a character in a key": '{"\\udfff": 1}',
    "a byte order mark": '\ufeff{"on": true}',
    "a comment": '{"on": true /* yes */}',
    "single quotes": "{'on': true}",
    "3 MB": json.dumps({"question": LONG}),
}
MOMENTS = {
    "none": "",
    "yesterday": "yesterday",
    "no such day": "9999-99-99T99:99:99+00:00",
    "29 February": "2027-02-29T10:00:00+00:00",
    "the last year": "9999-12-31T23:59:59+00:00",
    "the first year": "0001-01-01T00:00:00+00:00",
    "a leap second": "2026-12-31T23:59:60+00:00",
    "no zone": "2026-11-27T10:00:00",
    "Z": "2026-11-27T10:00:00Z",
    "another zone": "2026-11-27T10:00:00+01:00",
    "a blank": "2026-11-27 10:00:00+00:00",
    "a line break after": "2026-11-27T10:00:00+00:00\n",
    "other digits": "２０２６-11-27T10:00:00+00:00",
    "before the one before": "2001-01-01T00:00:00+00:00",
    "escape codes": ESCAPE,
    "long": "2026" * 100_000,
}
NAMES = {
    "none": "",
    "unknown": "foreseen",
    "of a method": "_take",
    "dunder": "__init__",
    "capitals": "Answered",
    "escape codes": ESCAPE,
    "a nul": "answered\0",
    "an opening": "opened",
    "a plan": "planned",
    "long": "answered" * 10_000,
}
ANSWERS = {  # put in place of an answer
    "level 5": {"level": 5},
    "level -1": {"level": -1},
    "level true": {"level": True},
    "level as text": {"level": "3"},
    "level 3.0": {"level": 3.0},
    "level of 400 digits": {"level": 10**400},
    "two at once": {"level": 1, "dont_know": True},
    "neither": {},
    "don't know, not": {"dont_know": False},
    "a list": [],
    "null": None,
    "no reason": {"not_applicable": " "},
    "a long note": {"level": 1, "note": "x" * 20_001},
    "escape codes in the note": {"level": 1, "note": ESCAPE},
    "a nul in the note": {"level": 1, "note": "a\0b"},
    "text turned round": {"level": 1, "note": "\u202e\u2066evil\u2069 \u200b\u0301" * 9},
    "noncharacters": {"level": 1, "note": "\ufffe\uffff\U0001fffe \U0010ffff"},
    "a form feed": {"level": 1, "note": "a\x0cb\x0bc\x85d\u2028e"},
    "markup": {"level": 1, "note": "<script>alert(1)</script> [x](javascript:alert(1)) {{ 7*7 }} =1+1 #link"},
    "ten thousand accents": {"level": 1, "note": "e" + "\u0301" * 10_000},
    "5,000 pieces of evidence": {"level": 1, "evidence": [{"text": f"Order {n}"} for n in range(5000)]},
    "evidence as a text": {"level": 1, "evidence": "Order 6"},
    "evidence without text": {"level": 1, "evidence": [{}]},
    "evidence of the future": {"level": 4, "evidence": [{"text": "Register", "date": "2031-01"}]},
    "evidence of no day": {"level": 4, "evidence": [{"text": "Register", "date": "2026-02-30"}]},
    "escape codes as a date": {"level": 4, "evidence": [{"text": "Register", "date": ESCAPE}]},
    "a link that acts": {"level": 4, "evidence": [{"text": "Register", "link": "javascript:alert(1)"}]},
    "another field": {"level": 1, ESCAPE: 1},
}
FIELDS = {  # by kind: fields put over those of its first entry
    "opened": [
        {"language": "de"},
        {"language": None},
        {"member": "ZZ"},
        {"member": 7},
        {"member": ESCAPE},
        {"chosen": "none"},
        {"version": ""},
        {"version": ESCAPE},
        {"questionnaire": "other"},
        {"administration": ""},
        {"administration": ESCAPE},
        {"administration": LONG},
        {"bank": None},
        {"bank": {"sha256": "0" * 64}},
        {"bank": {"sha256": "../../etc/passwd"}},
        {"lens": {"sha256": "0" * 64}},
        {"lens": []},
        {"own": {"weights": {"9.z.9": 1}, "questions": []}},
        {"own": {"questions": [{"id": "8.d.m1", "text": {"en": ESCAPE}, "levels": [{"en": "a"}] * 5}]}},
        {"own": {"questions": [{"id": "9.z.m1", "text": {"en": "Ours?"}, "levels": [{"en": "a"}] * 5}]}},
    ],
    "answered": [
        {"question": ""},
        {"question": "99.z.1"},
        {"question": ["1.a.1"]},
        {"question": ESCAPE},
        {"wording": None},
        {"wording": ESCAPE},
        {"by": ""},
        {"by": "nobody"},
        {"by": ESCAPE},
        {"by": {"id": "p1"}},
        {"respondent": []},
        {"respondent": {"id": ESCAPE}},
        {"respondent": {"file": {"sha256": "0" * 64}}},
        {"respondent": {"id": 1.5, "n": 10**300}},
    ],
    "person": [
        {"id": ""},
        {"id": "../p1"},
        {"id": ESCAPE},
        {"role": "king"},
        {"side": None},
        {"unit": ESCAPE},
        {"unit": "x" * 301},
        {"left": "yes"},
        {"name": {"first": "A"}},
    ],
    "names": [{"on": 1}, {"on": "yes"}, {"on": None}],
    "assigned": [
        {"scope": "11"},
        {"scope": "1.a.1\n"},
        {"scope": ESCAPE},
        {"unit": None},
        {"person": "p1"},
        {"due": "9999"},
        {"due": "someday"},
        {"person": "nobody", "unit": None},
    ],
    "unassigned": [{"scope": "4"}, {"person": "nobody"}, {"unit": "Ports"}],
    "closed": [{"questions": "1.a.1"}, {"questions": []}, {"questions": ["99.z.1"]}, {"questions": [[]]}, {"by": 1}],
    "reopened": [{"questions": ["1.a.1", "99.z.1"]}, {"by": None}, {"by": ESCAPE}],
    "agreed": [
        {"question": "99.z.1"},
        {"by": None},
        {"reason": ""},
        {"reason": ESCAPE},
        {"dissent": [{"group": "Ports", "level": 9, "why": "x"}]},
        {"dissent": {}},
        {"answer": {"dont_know": True}},
        {"answer": {"not_applicable": "none"}},
    ],
    "moved": [
        {"to": "gone"},
        {"to": "submitted"},
        {"questions": ["99.z.1"]},
        {"questions": ["1.a.1"] * 5000},
        {"why": ESCAPE},
        {"why": LONG},
        {"by": ESCAPE},
    ],
    "evidence": [
        {"id": "e0"},
        {"id": "e99999"},
        {"link": "javascript:alert(1)"},
        {"link": ESCAPE},
        {"file": {"sha256": "0" * 64, "name": "a.pdf", "size": 1}},
        {"file": {"sha256": "x", "name": "../a.pdf", "size": 1}},
        {"file": {"sha256": "0" * 64, "name": "a.pdf", "size": -1}},
        {"months": 0},
        {"months": 601},
        {"date": "0000"},
        {"date": "0001"},
        {"date": "9999-12-31"},
        {"questions": ["99.z.1", ""]},
        {"confidentiality": "secret"},
        {"withdrawn": True},
    ],
    "risk": [
        {"likelihood": 6},
        {"likelihood": 0},
        {"likelihood": 1, "impact": 1, "residual_likelihood": 5},
        {"elements": ["99.z"]},
        {"elements": ["1.z"]},
        {"text": ESCAPE},
        {"date": "9999"},
        {"closed": True},
        {"id": "r1\n"},
    ],
    "action": [
        {"id": "a0"},
        {"origin": {}},
        {"origin": {"gaps": ["99.z.1"]}},
        {"origin": {"gaps": ["9.z.9"]}},
        {"origin": {"risk": "r999"}},
        {"origin": {"gaps": ["1.a.1"], "risk": "r1"}},
        {"start": "2026-12-31", "due": "2026-01-01"},
        {"due": "9999-12-31"},
        {"start": "0001-01-01"},
        {"indicators": [{"text": "x", "baseline": 1, "target": 1}]},
        {"indicators": [{"text": "x", "baseline": 1e308, "target": -1e308}]},
        {"indicators": [{"text": "x", "weight": 0}]},
        {"indicators": [{"text": "x", "baseline": 5, "target": 1, "direction": "increase"}]},
        {"indicators": [{"text": "x", "baseline": 1, "target": 2, "tolerance": 1e14, "direction": "at_most"}]},
        {"indicators": [{"text": "x", "direction": "sideways", "kind": "", "tolerance": -1}]},
        {"indicators": []},
        {"drafted": ESCAPE, "public": True},
        {"problem": ESCAPE},
        {"status": "done", "ended": None},
        {"elements": ["99.z"]},
    ],
    "monitored": [
        {"action": "a9"},
        {"action": None},
        {"date": "9999-12-31"},
        {"date": "2026-02-30"},
        {"values": {"99": 1}},
        {"values": {"20": 1}},
        {"values": {"1": 1e308}},
        {"values": {"1": "1"}},
        {"values": {"1": True}},
        {"note": ESCAPE},
    ],
    "tailored": [
        {"weights": {"1.a.1": 0}},
        {"weights": {"1.a.1": 1e308}},
        {"weights": {"99.z.1": 2}},
        {"weights": {"1.a.1": 5e-324}},
        {"questions": [{"id": "8.d.m1", "text": {"en": "Ours?"}, "levels": [{"en": "a"}] * 4}]},
        {"questions": [{"id": "8.d.m1", "text": {"en": ESCAPE}, "levels": [{"en": "a"}] * 5}] * 2},
        {"questions": [{"id": "9.z.m1", "text": {"en": "Ours?"}, "levels": [{"en": "a"}] * 5}]},
    ],
    "upgraded": [
        {"bank": {"sha256": "0" * 64}},
        {"bank": None},
        {"lapsed": ["99.z.1", ""]},
        {"lapsed": "1.a.1"},
        {"version": ESCAPE},
        {"version": "1.0"},
    ],
}
CODES = {  # at the end of the journal
    "of nobody": {"person": "nobody", "sha256": "0" * 64},
    "of a path": {"person": "../p1", "sha256": "0" * 64},
    "of escape codes": {"person": ESCAPE, "sha256": "0" * 64},
    "without a hash": {"person": "p1"},
    "in clear": {"person": "p1", "sha256": "1234"},
    "that attaches": {"person": "p1", "sha256": "0" * 64, "file": {"sha256": "0" * 64}},
}
PLANS = {  # fields put over those of a plan of its own, which then is all that the file holds
    "sound": {},
    "no round": {"round": None},
    "of a round that is none": {"round": {"fingerprint": "0" * 63, "opened": "2026-01-01T00:00:00+00:00"}},
    "of a round of no moment": {"round": {"fingerprint": "0" * 64, "opened": "yesterday"}},
    "levels of unknown questions": {"levels": {"99.z.1": "2", "?": "1"}},
    "a level above four": {"levels": {"1.a.1": "999999/1"}},
    "a level of a thousand digits": {"levels": {"1.a.1": "0." + "3" * 1000}},
    "a level through nothing": {"levels": {"1.a.1": "1/0"}},
    "levels as a list": {"levels": ["1.a.1"]},
    "no levels": {"levels": {}},
    "no actions": {"actions": []},
    "an action of nothing": {"actions": [{}]},
    "a risk of nothing": {"risks": [{}]},
    "results of no indicator": {"actions": [{"results": [{"date": "2026-03-01", "values": {"20": 1}}]}]},
    "escape codes": {"administration": ESCAPE},
}
SEALS = {
    "a seal before the end": {"answers": 3},
    "a seal of less than nothing": {"answers": -1},
    "a seal of 400 digits": {"answers": 10**400},
    "a seal of no number": {"answers": "all"},
}
BANKS = {  # what is attached as the questions asked
    "no zlib": b"no zlib",
    "nothing": b"",
    "no JSON": zlib.compress(b"no json"),
    "a list": zlib.compress(b"[]"),
    "brackets": zlib.compress(b"[" * 200_000),
    "another thing": zlib.compress(b'{"a": 1}'),
    "60 MB of blanks": zlib.compress(b" " * 60_000_000, 9),
    "5,000 digits": zlib.compress(b'{"id": ' + b"9" * 5000 + b"}"),
    "not UTF-8": zlib.compress(b'{"id": "\xff"}'),
}


def place(lines, kind):
    return next(number for number, line in enumerate(lines) if line[1] == kind)


def put(path, number, column, value):
    """Another moment (0), kind (1) or body (2) for one line of the journal."""
    lines = forging.lines(path)
    lines[number][column] = value
    forging.write(path, lines)


def _text(path, text, kind="answered"):
    put(path, place(forging.lines(path), kind), 2, text)


def _fields(path, kind, fields):
    number = place(lines := forging.lines(path), kind)
    put(path, number, 2, lines[number][2] | fields)


def _plan(path, fields):
    """A plan with the first risk and action of the file; fields of an action are put over that one."""
    lines = forging.lines(path)
    (at, _, opened), found = lines[0], {kind: lines[place(lines, kind)][2] for kind in ("risk", "action")}
    body = opened | {
        "round": {"fingerprint": "0" * 64, "opened": at},
        "levels": {"1.a.1": "3/2", "8.d.1": "0"},
        "risks": [found["risk"]],
        "actions": [found["action"]],
    }
    if fields.get("actions") and fields["actions"][0]:
        fields = {"actions": [found["action"] | fields["actions"][0]]}
    forging.write(path, [[at, "planned", body | fields]])
    forging.sql(path, "DELETE FROM attachment WHERE NOT EXISTS (SELECT 1 FROM journal WHERE instr(body, sha256))")
    forging.sql(path, "VACUUM")


def _seal(path, body):
    lines = forging.lines(path)
    forging.write(path, [*lines[:-1], [lines[-2][0], "sealed", body], *([lines[-1]] if body == {"answers": 3} else [])])


def _bank(path, change, which="bank"):
    """Other questions in place of those that were attached first; *change* is the bytes, or changes the bank."""
    lines = forging.lines(path)
    old = lines[0][2][which]["sha256"]
    if callable(change):
        import sqlite3

        with sqlite3.connect(path) as connection:
            data = connection.execute("SELECT data FROM attachment WHERE sha256 = ?", (old,)).fetchone()[0]
        connection.close()
        bank = json.loads(zlib.decompress(data))
        change(bank)
        change = zlib.compress(json.dumps(bank).encode())
    forging.sql(path, ("DELETE FROM attachment WHERE sha256 = ?", (old,)))
    forging.attach(path, change)
    lines[0][2][which]["sha256"] = sha256(change)
    forging.write(path, [line for line in lines if line[1] != "upgraded"])
    forging.sql(path, "DELETE FROM attachment WHERE NOT EXISTS (SELECT 1 FROM journal WHERE instr(body, sha256))")


def _questions(change):
    def on(bank):
        for question in bank["questions"]:
            change(question)

    return on


BANKS_CHANGED = {
    "no question": lambda bank: bank.update(questions=[]),
    "each question twice": lambda bank: bank["questions"].extend(bank["questions"][:]),
    "one question": lambda bank: bank.update(questions=bank["questions"][:1]),
    "escape codes in the questions": _questions(lambda question: question.update(text={"en": ESCAPE, "fr": ESCAPE})),
    "weights of nothing": _questions(lambda question: question.update(weight=0)),
    "weights without end": _questions(lambda question: question.update(weight=1e308)),
    "four levels": _questions(lambda question: question.update(levels=question["levels"][:4])),
    "elements that are none": lambda bank: [
        question.update(id=f"9.z.{number}") for number, question in enumerate(bank["questions"][:99], 1)
    ],
    "ids that are paths": _questions(lambda question: question.update(id="../../x")),
    "another questionnaire": lambda bank: bank.update(id="other"),
}


LENSES_CHANGED = {
    "no question": BANKS_CHANGED["no question"],
    "each question twice": BANKS_CHANGED["each question twice"],
    "escape codes in the questions": BANKS_CHANGED["escape codes in the questions"],
    "four levels": BANKS_CHANGED["four levels"],
    "elements that are none": _questions(lambda question: question.update(elements=["9.z"])),
    "a factor that is none": _questions(lambda question: question.update(id=f"g11.{question['id'].split('.')[-1]}")),
    "ids of the bank": _questions(lambda question: question.update(id="1.a.1")),
}


def shapes():
    """Every hostile journal by its name: a function that makes one of a copy of a sound file."""
    found = {}
    for name, text in TEXTS.items():
        found[f"body: {name}"] = partial(_text, text=text)
    for name in ("no JSON", "null", "a list", "an empty set", "brackets", "5,000 digits"):
        found[f"first body: {name}"] = partial(_text, text=TEXTS[name], kind="opened")
    for name, at in MOMENTS.items():
        found[f"moment: {name}"] = partial(put, number=12, column=0, value=at)
    found["first moment: yesterday"] = partial(put, number=0, column=0, value="yesterday")
    found["first moment: later"] = partial(put, number=0, column=0, value="2099-01-01T00:00:00+00:00")
    for name, kind in NAMES.items():
        found[f"kind: {name}"] = partial(put, number=12, column=1, value=kind)
    found["kind of the first: names"] = partial(put, number=0, column=1, value="names")
    for name, answer in ANSWERS.items():
        for kind in ("answered", "agreed"):
            found[f"{kind}: {name}"] = partial(_fields, kind=kind, fields={"answer": answer})
    for kind, changes in FIELDS.items():
        for fields in changes:
            told = json.dumps(fields)
            found[f"{kind}: {told if len(told) < 90 else told[:89] + '…'}"] = partial(_fields, kind=kind, fields=fields)
        if kind != "opened":
            found[f"{kind}: with another field"] = partial(_fields, kind=kind, fields={ESCAPE: 1})
            found[f"{kind}: of nothing"] = partial(_text, text="{}", kind=kind)
    for name, fields in PLANS.items():
        found[f"plan: {name}"] = partial(_plan, fields=fields)
    for name, body in CODES.items():
        found[f"code: {name}"] = partial(forging.append, kind="code", body=body)
    for name, body in SEALS.items():
        found[name] = partial(_seal, body=body)
    for name, data in BANKS.items():
        found[f"questions: {name}"] = partial(_bank, change=data)
    for name, change in BANKS_CHANGED.items():
        found[f"questions: {name}"] = partial(_bank, change=change)
    for name, change in LENSES_CHANGED.items():
        found[f"lens: {name}"] = partial(_bank, change=change, which="lens")
    return found


COMMANDS = {
    name: words.split()
    for name, words in {
        "agree": "assess agree F 1.d.2 --level 2 --reason Seen",
        "agree all": "assess agree F --by disagreement",
        "agree where": "assess agree F --where consensus>=0 --confirm --reason Seen --yes --small-group",
        "answer": "assess answer F",
        "answers": "assess answers F",
        "answers as": "assess answers F --as p1",
        "approve": "assess approve F 1 --by a1",
        "card": "assess card F -o card.json --region all --size small",
        "close": "assess close F 1",
        "collect": "assess collect F responses.json",
        "compare": "assess compare F F",
        "evidence add": "assess evidence add F Order --for 1.a.1",
        "evidence link": "assess evidence link F e1 1.a.1",
        "evidence list": "assess evidence list F",
        "evidence renew": "assess evidence renew F e1 --date 2026-02",
        "evidence save": "assess evidence save F e1 -o saved.csv",
        "evidence withdraw": "assess evidence withdraw F e1 --why Old",
        "export": "assess export F -o out.json",
        "history": "assess history F",
        "join": "assess join ours.arusha F --yes",
        "join into": "assess join F ours.arusha --yes",
        "lock": f"assess lock F -o out.age --to {KEY.to_public()}",
        "own": "assess own F own.yml",
        "people add": "assess people add F --id p9",
        "people code": "assess people code F p1",
        "people assign": "assess people assign F 8 --to p1",
        "people list": "assess people list F",
        "people names": "assess people names F off",
        "reopen": "assess reopen F 1.d.2",
        "report html": "assess report F -o r.html",
        "report md": "assess report F -o r.md",
        "report pdf": "assess report F -o r.pdf",
        "report docx": "assess report F -o r.docx",
        "report xlsx": "assess report F -o r.xlsx",
        "report pptx": "assess report F -o r.pptx",
        "report unit": "assess report F -o r.html --unit Ports",
        "report plan": "assess report F -o r.html --plan F",
        "report json": "assess report F -o r.json --for public",
        "return": "assess return F 1 --why Look --by a1",
        "risks add": "assess risks add F --process Yard --text Fee --vulnerability inspection --likelihood 1 --impact 1",
        "risks change": "assess risks change F r1 --likelihood 5",
        "risks close": "assess risks close F r1 --why Over",
        "risks list": "assess risks list F",
        "risks map": "assess risks map F",
        "score": "assess score F",
        "score json": "assess score F --format json",
        "seal": "assess seal F --yes",
        "spread": "assess spread F",
        "spread by": "assess spread F --by disagreement --limit 3 --format json",
        "status": "assess status F",
        "submit": "assess submit F 3 --by f1",
        "upgrade": "assess upgrade F",
        "verify": "assess verify F",
        "verify fingerprint": "assess verify F --fingerprint 00000000000000000000000000000000",
        "plan add": "plan add F --problem Late --decision Board --owner Audit",
        "plan article": "plan article F a1 -o article.out",
        "plan burnup": "plan burnup F -o b.svg",
        "plan check": "plan check F",
        "plan edit": "plan edit F a1 --problem Late --status done",
        "plan effect": "plan effect F F",
        "plan export xlsx": "plan export F -o p.xlsx",
        "plan export docx": "plan export F -o p.docx",
        "plan export ics": "plan export F -o p.ics",
        "plan export csv": "plan export F -o p.csv",
        "plan export json": "plan export F -o p.json",
        "plan from-gap": "plan from-gap F --top 2 --owner Audit",
        "plan from-risk": "plan from-risk F r1 --owner Audit",
        "plan list": "plan list F",
        "plan new": "plan new plan.arusha --from F",
        "plan overdue": "plan overdue F",
        "plan priorities": "plan priorities F",
        "plan progress": "plan progress F a1 --value 1=50",
        "plan show": "plan show F a1",
        "plan timeline": "plan timeline F -o t.svg",
        "plan tracker": "plan tracker F -o tracker.out",
        "import": "assess import hostile.json imported.arusha",
        "unlock": "assess unlock hostile.age -o unlocked.arusha --key secret",
    }.items()
}


AFTER_THE_SEAL = ("card", "plan new")


def forged(shape, path):
    """Make a hostile file of a sound one."""
    shape(Path(shutil.copyfile(BASE, path)))


def fault(command, hostile, folder):
    """Run one command on a copy of a hostile file in an empty *folder*: what is wrong with how it ended, or None."""
    from arusha import main

    path = Path(shutil.copyfile(hostile, folder / "F"))
    (folder / "secret").write_text(f"{KEY}\n", encoding="utf-8")
    (folder / "own.yml").write_text("weights: {1.a.1: 2}\n", encoding="utf-8")
    answers = {"questionnaire": "self-assessment", "version": load().bank.version, "answers": {"3.b.2": {"level": 1}}}
    (folder / "responses.json").write_text(json.dumps(answers), encoding="utf-8")
    if command.startswith("join"):  # another copy of the sound file, in which something else was done since
        forging.append(shutil.copyfile(BASE, folder / "ours.arusha"), "names", {"on": True})
        forging.append(path, "names", {"on": False})
    if command == "unlock":
        (folder / "hostile.age").write_bytes(pyrage.encrypt(path.read_bytes(), [KEY.to_public()]))
    if command == "import":
        (folder / "hostile.json").write_text(_exported(path), encoding="utf-8")
    words = [str(folder / word) if _is_a_file(word) else word for word in COMMANDS[command]]
    if command in AFTER_THE_SEAL:
        forging.append(path, "sealed", {"answers": 3})
    before = path.read_bytes()
    result = CliRunner().invoke(main, words, input="3\n\n\nq\n", color=True)
    told = result.stdout + result.stderr
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return f"a traceback: {type(result.exception).__name__}: {str(result.exception)[:200]}"
    if result.exit_code not in (0, 1, 2):
        return f"exit code {result.exit_code}"
    if bad := next((each for each in BREAKS if each in told), None):
        return f"{bad!r} in what it told"
    if result.exit_code and path.read_bytes() != before:
        return "a refused command changed the file"
    if len(result.stderr) > 5000:
        return f"a refusal of {len(result.stderr)} characters"
    return None


def _is_a_file(word):
    name, dot, ending = word.rpartition(".")
    return word in ("F", "secret") or bool(dot and name.isalpha() and ending.isalpha())


def _exported(path):
    """The journal as an export, where its bodies can be read at all."""
    import sqlite3

    with sqlite3.connect(path) as connection:
        attached = [data for (data,) in connection.execute("SELECT data FROM attachment")]
        rows = connection.execute("SELECT seq, at, kind, body, hash FROM journal ORDER BY seq").fetchall()
    connection.close()
    text = json.dumps(forging.exported([], attached))
    lines = [
        f'{{"seq": {seq}, "at": {json.dumps(at)}, "kind": {json.dumps(kind)}, "body": {body or "null"}, "hash": "{hash_}"}}'
        for seq, at, kind, body, hash_ in rows
    ]
    with suppress(UnicodeEncodeError):
        return text.replace('"journal": []', f'"journal": [{", ".join(lines)}]')
    return text
