"""The plan as a Word document, as CSV and as JSON."""

import csv
import json
from collections.abc import Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from assessment.actions import Action, Monitored, achievement, timing
from assessment.plan.sheets import ACTIONS, INDICATORS, rows
from assessment.plan.telling import facts, indicators, percent, quantity, title
from assessment.rendering import word
from assessment.rendering.blocks import Block, Cover, Document, Passage, Section, Table, cell, passage, plain, table
from assessment.rendering.texts import read, short
from assessment.scoring import rounded
from kb.base.folding import may_be_formula
from kb.base.interface import Phrases
from kb.press.document import Heading

LONGEST_TITLE = 110


def as_document(actions: Sequence[Action], administration: str, moment: str, say: Phrases) -> bytes:
    """The plan in Word: a table of all actions, then each with its fields, indicators and monitoring. Same input, same bytes."""
    day = moment[:10]
    cover = Cover(
        kicker=say("plan.title"),
        administration=administration,
        subtitle=say("report.subtitle"),
        date=say("plan.as_of", date=say.date(day)),
        facts=(),
        mark=say("report.confidential"),
        foot=f"{say('plan.title')} · {say.date(day)}",
    )
    sections = (_overview(actions, say), *(_section(action, say) for action in actions))
    return word.render(Document(cover, say.language, day, say("report.contents"), sections))


def _overview(actions: Sequence[Action], say: Phrases) -> Section:
    heads = [say(f"action.{name}") for name in ("id", "measure", "owner", "due", "status", "achievement")]
    lines = [
        (
            action.id,
            short(title(action, say), LONGEST_TITLE),
            action.owner or "–",
            say.date(action.due) if action.due else "–",
            say(f"action_status.{action.status}"),
            percent(achievement(action), say),
        )
        for action in actions
    ]
    every = [[cell(text) for text in line] for line in lines]
    name = say("plan.title")
    return Section("plan", name, (table(name, heads, [1.7, 4.9, 2.8, 2.3, 2.1, 2.9], every),), fresh=True)


def _section(action: Action, say: Phrases) -> Section:
    """One action: its fields, its indicators at work, and its monitoring."""
    told: list[Block] = [_grid([(say(f"action.{name}"), text) for name, text in facts(action, say)])]
    for heading, pairs in (
        ("plan.sheet_indicators", indicators(action, say) if action.at_work else []),
        ("plan.sheet_results", [(say.date(each.date), _result(action, each, say)) for each in action.results]),
    ):
        if pairs:
            told += [Heading(2, plain(say(heading))), _grid(pairs)]
    return Section(action.id, short(title(action, say), LONGEST_TITLE), tuple(told), number=action.id)


def _grid(pairs: Sequence[tuple[str, str]]) -> Table:
    return table("", [], [4.6, 12.1], [[(passage("", label),), (Passage(read(text)),)] for label, text in pairs])


def _result(action: Action, result: Monitored, say: Phrases) -> str:
    values = [
        f"{action.indicators[int(number) - 1].text}{say('colon')}{quantity(value, action.indicators[int(number) - 1], say)}"
        for number, value in result.values.items()
        if int(number) <= len(action.indicators)
    ]
    return "\n".join(filter(None, (*values, result.note, result.remark, result.by)))


def as_csv(actions: Sequence[Action], say: Phrases) -> str:
    """One row for each action and each of its indicators, in UTF-8 with the mark by which Excel knows it.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    output = StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    columns = [*ACTIONS, *INDICATORS[1:]]
    writer.writerow([say(f"action.{column.name}") for column in columns])
    for action, told in zip(actions, rows(actions, "actions", say), strict=True):
        found: list[list[Any]] = [row[1:] for row in rows([action], "indicators", say)]
        for indicator in found or [[None] * (len(INDICATORS) - 1)]:
            writer.writerow([_harmless(value) for value in (*told, *indicator)])
    return "\ufeff" + output.getvalue()


def _harmless(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = "" if value is None else str(value)
    return f"'{text}" if may_be_formula(text) else text


def as_data(action: Action, day: str) -> dict[str, Any]:
    """An action as JSON, with what is worked out from it as of a day."""
    return action.model_dump(mode="json") | {
        "horizon": action.term,
        "achievement": rounded(achievement(action, day)),
        "as_drafted": action.as_drafted,
        "timing": timing(action, day).value,
    }


def as_json(actions: Sequence[Action], administration: str, fingerprint: str | None, day: str) -> str:
    """The whole plan as JSON; *fingerprint* of the sealed round that it belongs to, if it is sealed."""
    data = {
        "format": "arusha-plan",
        "version": 1,
        "administration": administration,
        "round": fingerprint,
        "as_of": day,
        "actions": [as_data(action, day) for action in actions],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
