"""What a file or a request is refused for is said in the language of the command."""

import json
import sqlite3
from contextlib import closing

import pytest

from assessment import demo
from kb.base.interface import phrases

FRENCH = phrases("fr")
CASES = {  # of each room of sentences: its key, and the command that is refused
    "command.lock.no_copy": ("assess", "unlock", "other.json", "-o", "new", "--passphrase-file", "secret"),
    "refusal.exchange.exists": ("assess", "import", "other.json", "a.arusha"),
    "command.exchange.no_export": ("assess", "import", "other.json", "new"),
    "refusal.join.nothing": ("assess", "join", "a.arusha", "copy.arusha"),
    "command.card.no_card": ("assess", "pool", "other.json"),
    "command.card.not_sealed": ("assess", "card", "a.arusha", "-o", "new", "--region", "all", "--size", "all"),
    "refusal.output.assessment": ("assess", "report", "a.arusha", "-o", "copy.arusha"),
    "refusal.comparison.single": ("assess", "compare", "a.arusha"),
    "refusal.attachment.folder": ("assess", "evidence", "add", "a.arusha", "x", "--for", "1.a.1", "--file", "."),
    "command.responses.assessment": ("assess", "collect", "a.arusha", "copy.arusha"),
    "refusal.plan.day_ahead": ("plan", "progress", "a.arusha", "a1", "--date", "2999-01-01", "--note", "x"),
    "refusal.plan.nothing_recorded": ("plan", "progress", "a.arusha", "a1"),
    "refusal.plan.no_effort": ("plan", "priorities", "a.arusha", "--effort", "1.a.1=9"),
    "command.round.no_lens": ("assess", "answer", "a.arusha", "--gender"),
    "refusal.join.same_file": ("assess", "join", "a.arusha", "a.arusha"),
    "refused.system.ENOENT": ("assess", "pool", "none.json"),
    "refused.entry.changed": ("assess", "status", "changed.arusha"),
    "refusal.told.not_done": ("plan", "article", "a.arusha", "a1", "-o", "new"),
    "command.chart.no_days": ("plan", "timeline", "a.arusha", "-o", "new.svg"),
    "refusal.draft.no_level": ("plan", "from-gap", "a.arusha", "8.d.1"),
    "refusal.workbook.unreadable": ("plan", "import", "a.arusha", "other.json"),
    "command.report.template": ("assess", "report", "a.arusha", "-o", "new.html", "--template", "other.json"),
    "refusal.template.no_word": ("assess", "report", "a.arusha", "-o", "new.docx", "--template", "other.json"),
}


@pytest.mark.parametrize("key", CASES)
def test_what_is_refused_is_said_in_french(key, start, arusha, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    start(tmp_path / "a.arusha", {"1.a.1": 1})
    assert arusha("plan", "from-gap", "a.arusha", "1.a.1").exit_code == 0
    (tmp_path / "copy.arusha").write_bytes((tmp_path / "a.arusha").read_bytes())
    (tmp_path / "changed.arusha").write_bytes((tmp_path / "a.arusha").read_bytes())
    with closing(sqlite3.connect(tmp_path / "changed.arusha")) as connection, connection:
        connection.execute("UPDATE journal SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 2")
    (tmp_path / "other.json").write_text(json.dumps({"questionnaire": "none"}))
    (tmp_path / "secret").write_text("four words nobody guesses")
    done = arusha(*CASES[key], "--lang", "fr")
    assert done.exit_code == 2
    longest = max(FRENCH(key).replace("{", "}").split("}")[::2], key=len)  # of the sentence, between its values
    assert longest.strip() in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_journal_that_is_sealed_or_was_changed_is_told_of_in_french(start, arusha, tmp_path):
    path = tmp_path / "a.arusha"
    start(path, {"1.a.1": 1})
    assert arusha("assess", "seal", path, "--yes").exit_code == 0
    sealed = arusha("assess", "close", path, "1", "--lang", "fr")
    assert (sealed.exit_code, FRENCH("command.journal.sealed") in sealed.stderr) == (2, True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE journal SET kind = 'names' WHERE seq = 2")
    changed = arusha("assess", "verify", path, "--lang", "fr")
    assert (changed.exit_code, FRENCH("refused.entry.changed") in changed.stderr) == (1, True)


def test_the_demo_says_in_french_where_its_parts_lie(tmp_path):
    made = demo.Made(tmp_path, *(tmp_path / name for name in ("a.arusha", "report.html", "site")))
    assert demo.told(made, "fr").startswith(f"Évaluation  {made.assessment}\nRapport ")
