"""What a file or a request is refused for is said in the language of the command."""

import json

import pytest

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
    (tmp_path / "other.json").write_text(json.dumps({"questionnaire": "none"}))
    (tmp_path / "secret").write_text("four words nobody guesses")
    done = arusha(*CASES[key], "--lang", "fr")
    assert done.exit_code == 2
    longest = max(FRENCH(key).replace("{", "}").split("}")[::2], key=len)  # of the sentence, between its values
    assert longest.strip() in done.stderr
    assert not (tmp_path / "new").exists()
