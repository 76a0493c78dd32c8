"""Files of every format released so far, kept as they were written: later releases open them and find the same."""

import importlib.util
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import forging
import pytest

from assessment.answers import Answer, Evidence
from assessment.events import KINDS
from assessment.storing.sqlite import FORMAT, AssessmentFile
from kb.base.errors import ArushaError

KEPT = Path(__file__).parent / "formats"
EACH = sorted(path.name for path in KEPT.glob("*.arusha"))
FIRST = {
    "1.a.1": Answer(level=3, note="Kept from format 1", evidence=(Evidence(text="Integrity policy", date="2025-03"),)),
    "1.a.2": Answer(level=1),
    "2.d.1": Answer(not_applicable="Rates are set by the ministry"),
    "3.c.1": Answer(dont_know=True),
}


@pytest.fixture(params=EACH)
def kept(request, tmp_path):
    return Path(shutil.copyfile(KEPT / request.param, tmp_path / request.param))


@pytest.fixture
def first(tmp_path):
    return Path(shutil.copyfile(KEPT / "1.arusha", tmp_path / "1.arusha"))


def format_of(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_there_is_a_file_of_every_format_and_each_says_which():
    assert [*map(str, range(1, FORMAT + 1))] == [name.removesuffix(".arusha") for name in EACH]
    assert [format_of(KEPT / name) for name in EACH] == [*range(1, FORMAT + 1)]


def test_reading_a_file_changes_no_byte_of_it(kept, arusha):
    before = kept.read_bytes()
    for words in (("score",), ("status",), ("history",), ("verify",), ("spread",), ("people", "list")):
        result = arusha("assess", *words, kept)
        assert (result.exit_code, result.stderr) == (0, ""), words
    assert kept.read_bytes() == before


def test_a_file_of_an_earlier_format_takes_answers_is_sealed_and_is_then_of_the_present_one(kept, arusha, stands):
    assert arusha("assess", "answer", kept, "--factor", 9, typed="2\n\n\nq\n").exit_code == 0
    assert stands(kept).answers["9.a.1" if kept.name == "1.arusha" else "9.a.2"].level == 2
    assert format_of(kept) == FORMAT
    sealed = arusha("assess", "seal", kept, "--yes")
    assert sealed.exit_code == 0
    assert sealed.stdout.split()[-1] == stands(kept).fingerprint
    verified = arusha("assess", "verify", kept)
    assert (verified.exit_code, verified.stderr) == (0, "")


def test_a_file_of_an_earlier_format_stays_as_it_is_until_something_is_kept_in_it(kept):
    before = kept.read_bytes()
    with AssessmentFile.open(kept) as file:
        with pytest.raises(ArushaError, match="nothing was kept"):
            file.append([("names", {"on": "perhaps"})])
        assert file.change(lambda _: []) == []
    assert kept.read_bytes() == before


def test_format_1_reads_to_the_same_answers_and_score(first, stands, arusha):
    found = stands(first)
    assert (found.administration, found.language, found.version) == ("Testland Customs", "en", "1.0")
    assert found.answers == FIRST
    factors = json.loads(arusha("assess", "score", first, "--format", "json").stdout)["factors"]
    assert [factor["score"] for factor in factors] == [None] * 10  # too few are answered
    assert [element["score"] for element in factors[0]["elements"]] == [50.0, *[None] * 5]


@pytest.mark.parametrize("number", [2, 3])
def test_a_format_reads_to_the_same_numbers_in_every_part(number):
    spec = importlib.util.spec_from_file_location("formats_make", KEPT / "make.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    told = json.loads(json.dumps(maker.numbers(KEPT / f"{number}.arusha")))
    assert told == json.loads((KEPT / f"{number}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("number", "later"), [(2, {"code", "joined"}), (3, set())])  # kinds that came up after it
def test_a_format_holds_every_kind_of_entry_but_those_that_no_open_round_has(number, later):
    held = set(json.loads((KEPT / f"{number}.json").read_text(encoding="utf-8"))["kinds"])
    assert KINDS.keys() - {"planned"} - later == held | {"sealed"}


def test_a_newer_format_is_refused_in_one_sentence_and_stays_as_it_is(first, refused, arusha):
    with closing(sqlite3.connect(first)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    before = first.read_bytes()
    for words in (("score", first), ("verify", first), ("export", first, "-o", first.with_suffix(".json"))):
        result = arusha("assess", *words)
        if words[0] == "verify":
            assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
        else:
            refused(result, "newer release", f"format {FORMAT + 1}", "update arusha")
    assert first.read_bytes() == before


def test_an_entry_of_a_kind_from_a_later_release_is_named(first, arusha, refused):
    forging.append(first, "foreseen", {"all": True})
    refused(arusha("assess", "score", first), first, "entry 6 of its journal ('foreseen')", "update arusha")
