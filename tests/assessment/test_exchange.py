"""An assessment as JSON: out, in and out again is the same to the byte; nothing edited or hostile gets in."""

import base64
import json
import shutil
from pathlib import Path

import forging
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.answers import Answer
from assessment.events import KINDS
from assessment.exchange import as_json
from assessment.rounds import answering
from assessment.rounds import opening as openings
from assessment.storing.journal import sha256
from assessment.storing.sqlite import AssessmentFile
from kb.base.folding import clean
from kb.library.knowledge import load

KEPT = sorted((Path(__file__).parent / "formats").glob("*.arusha"))
SCHEMA = as_json.schema()


def exported(path):
    with AssessmentFile.open(path) as file:
        return as_json.as_text(file)


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """The file of format 2, exported."""
    return exported(shutil.copyfile(KEPT[-1], tmp_path_factory.mktemp("kept") / "2.arusha"))


@pytest.fixture
def take(arusha, tmp_path, refused):
    """Import some text, which is refused with one sentence; no file is made."""

    def run(text, *parts):
        source = tmp_path / "ours.json"
        source.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        made = tmp_path / "made.arusha"
        refused(arusha("assess", "import", source, made), source, *parts)
        assert [path.name for path in tmp_path.iterdir()] == ["ours.json"]

    return run


def edited(text, change):
    data = json.loads(text)
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_export_import_export_is_the_same_to_the_byte(kept, tmp_path, arusha, stands):
    first = shutil.copyfile(kept, tmp_path / "first.arusha")
    for words in (
        ("export", first, "-o", tmp_path / "1.json"),
        ("import", tmp_path / "1.json", tmp_path / "second.arusha"),
        ("export", tmp_path / "second.arusha", "-o", tmp_path / "2.json"),
    ):
        done = arusha("assess", *words)
        assert (done.exit_code, done.stderr) == (0, "")
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    assert stands(first) == stands(tmp_path / "second.arusha")
    assert (tmp_path / "1.json").stat().st_mode & 0o077 == 0, "others may read private scores"


texts = st.text(st.characters(codec="utf-8"), max_size=30)
answers = st.one_of(
    st.builds(Answer, level=st.integers(0, 4), note=texts),
    st.builds(Answer, dont_know=st.just(True), note=texts),
    st.builds(Answer, not_applicable=texts.filter(lambda text: text.strip() and text.isprintable())),
)


@settings(max_examples=25, deadline=None)
@given(given_=st.lists(st.tuples(st.sampled_from(sorted(load().bank.by_id)), answers), max_size=8), name=texts)
def test_whatever_was_answered_comes_back(given_, name, tmp_path_factory):
    folder, bank = tmp_path_factory.mktemp("round"), load().bank
    opening = openings.opening(clean(f"Testland {name}"), None, "en", bank, "quick")
    with AssessmentFile.create(folder / "a.arusha", *opening) as file:
        file.append([answering.answered(question, answer, bank) for question, answer in given_])
        before = as_json.as_text(file)
    (folder / "a.json").write_text(before, encoding="utf-8")
    as_json.take(folder / "a.json", folder / "b.arusha", bank)
    assert exported(folder / "b.arusha") == before


def test_a_sealed_round_stays_sealed_with_its_fingerprint(tmp_path, arusha, start, stands):
    path = start(tmp_path / "a.arusha", {"1.a.1": 3})
    arusha("assess", "seal", path, "--yes")
    arusha("assess", "export", path, "-o", tmp_path / "a.json")
    arusha("assess", "import", tmp_path / "a.json", tmp_path / "b.arusha")
    assert stands(tmp_path / "b.arusha").fingerprint == stands(path).fingerprint is not None
    assert "is sealed" in arusha("assess", "answer", tmp_path / "b.arusha", typed="3\n").stderr


def test_the_schema_is_one_and_every_export_fits_it(text, arusha):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.validate(json.loads(text))
    for kept in KEPT:
        with AssessmentFile.open(kept) as file:
            validator.validate(json.loads(as_json.as_text(file)))
    assert json.loads(arusha("assess", "export", "--schema").stdout) == SCHEMA
    assert list(validator.iter_errors(json.loads(text) | {"journal": []}))


def test_every_kind_of_entry_can_be_exchanged():
    named = {kind for each in SCHEMA["$defs"].values() for kind in _kinds(each)}
    assert named == KINDS.keys()


def _kinds(definition):
    kind = definition.get("properties", {}).get("kind", {})
    return (
        kind.get("enum", [kind["const"]] if "const" in kind else [])
        if "hash" in definition.get("properties", {})
        else []
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"level": 3', '"level": 4', "entry "),
        ("Pour tous", "pour tous", "entry "),
        ('"by": "p1"', '"by": "p2"', "entry "),
        ("The register is not kept there", "The register is kept there", "entry "),
        ("T", "T", None),
    ],
)
def test_an_edited_entry_is_named(text, take, old, new, place):
    if place is None:
        spoilt = edited(text, lambda data: data["journal"].pop(7))
        take(spoilt, "entry 8 of its journal")
    else:
        assert old in text
        number = 1 + next(
            n for n, each in enumerate(json.loads(text)["journal"]) if old in json.dumps(each, ensure_ascii=False)
        )
        take(text.replace(old, new, 1), f"entry {number} of its journal")


@pytest.mark.parametrize("number", range(1, 20))
def test_no_entry_can_be_moved_in_time(text, take, number):
    def later(data):
        entry = data["journal"][number - 1]
        entry["at"] = f"2027{entry['at'][4:]}"

    take(edited(text, later), f"entry {number} of its journal")


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (lambda data: data.pop("journal"), ["journal", "is missing"]),
        (lambda data: data.pop("format"), ["is not an exported assessment"]),
        (lambda data: data.update(format="ciso"), ["is not an exported assessment"]),
        (lambda data: data.update(version=2), ["newer release"]),
        (lambda data: data.update(version="1"), ["version"]),
        (lambda data: data.update(more=1), ["more", "is not a field here"]),
        (lambda data: data.update(journal=[]), ["journal"]),
        (lambda data: data.update(journal={}), ["journal"]),
        (lambda data: data["journal"].__setitem__(3, None), ["entry 4"]),
        (lambda data: data["journal"].__setitem__(3, []), ["entry 4"]),
        (lambda data: data["journal"][3].pop("hash"), ["entry 4", "hash", "is missing"]),
        (lambda data: data["journal"][3].pop("kind"), ["entry 4"]),
        (lambda data: data["journal"][3].update(kind="_eq__"), ["entry 4"]),
        (lambda data: data["journal"][3].update(kind=["person"]), ["entry 4"]),
        (lambda data: data["journal"][3].update(seq=True), ["entry 4 of its journal bears the number True"]),
        (lambda data: data["journal"][3].update(seq=10**30), ["entry 4"]),
        (lambda data: data["journal"][3].update(at="2026-13-01T10:00:00+00:00"), ["entry 4", "at"]),
        (lambda data: data["journal"][3].update(body=3), ["entry 4", "body"]),
        (lambda data: data["journal"].pop(0), ["entry 1", "bears the number 2"]),
        (lambda data: data["journal"].append(data["journal"][0]), ["bears the number 1"]),
        (lambda data: data.pop("attachments"), ["attachment", "is missing"]),
        (lambda data: data["attachments"].pop(), ["attachment", "is missing"]),
        (lambda data: data["attachments"][0].update(data="%"), ["is not base64"]),
        (lambda data: data["attachments"][0].update(data=""), ["was changed"]),
        (lambda data: data["attachments"].append({"sha256": sha256(b"x"), "data": "eA=="}), ["belongs to no entry"]),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(text, take, change, parts):
    take(edited(text, change), *parts)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (lambda data: data["journal"][0]["body"].pop("version"), ["entry 1", "version", "is missing"]),
        (lambda data: data["journal"][0]["body"].update(administration=7), ["entry 1", "administration"]),
        (
            lambda data: data["journal"][0]["body"].update(bank={"sha256": "0" * 64}),
            ["attachment 000000000000", "missing"],
        ),
        (lambda data: data["journal"][2]["body"].update(unit="A\x1b[2J"), ["entry 3", "control character in 'unit'"]),
        (lambda data: data["journal"][0]["body"].update(administration="A\ud800"), ["entry 1", "half a character"]),
        (lambda data: data["journal"][5].update(at="2020-01-01T00:00:00+00:00"), ["entry 6", "dated before the one"]),
        (lambda data: data["journal"][5].update(data["journal"][0] | {"seq": 6}), ["entry 6", "one opening"]),
        (lambda data: data["journal"][5].update(kind="sealed", body={"answers": 1}), ["entry 7", "after the seal"]),
        (
            lambda data: data["journal"][0].update(kind="names", body={"on": True}),
            ["entry 1", "begins with its opening"],
        ),
    ],
)
def test_a_right_hash_lets_nothing_in_that_does_not_fit(text, take, change, parts):
    def forge(data):
        change(data)
        forging.rehashed(data)

    take(edited(text, forge), *parts)


@pytest.mark.parametrize(
    ("spoilt", "part"),
    [
        ("", "not readable as JSON"),
        ("[]", "is not a set of fields"),
        ("null", "is not a set of fields"),
        ("[" * 200_000, "nested too deeply"),
        ('{"a":' * 90 + "1" + "}" * 90, "nested too deeply"),
        ('{"format": "arusha-assessment", "format": "arusha-assessment"}', "“format” stands twice"),
        ('{"format": "arusha-assessment", "version": NaN}', "version: NaN"),
        ('{"format": "arusha-assessment", "version": 1e999}', "version: 1e999 is too large"),
        ('{"format": "arusha-assessment", "version": ' + "9" * 5000 + "}", "too long a number"),
        (b"\xff\xfe", "is not UTF-8"),
        ('{"format": "arusha-assessment"', "not readable as JSON"),
    ],
)
def test_hostile_json_is_one_sentence(take, spoilt, part):
    take(spoilt, part)


def test_half_a_character_is_refused(text, take):
    take(text.replace("Testland", "Testland\\ud800", 1), "entry 1 of its journal was changed")


def test_a_bank_that_unpacks_to_gigabytes_is_refused(text, take):
    import zlib

    bomb = zlib.compress(b" " * 60_000_000, 9)

    def plant(data):
        named = data["journal"][0]["body"]["bank"]
        before, named["sha256"] = named["sha256"], sha256(bomb)
        data["attachments"][:] = [each for each in data["attachments"] if each["sha256"] != before]
        data["attachments"].append({"sha256": sha256(bomb), "data": base64.b64encode(bomb).decode()})
        forging.rehashed(data)

    take(edited(text, plant), "questions kept in the file")


def test_import_takes_no_place_that_is_taken(tmp_path, arusha, assessment_file, refused):
    arusha("assess", "export", assessment_file, "-o", tmp_path / "a.json")
    before = assessment_file.read_bytes()
    refused(arusha("assess", "import", tmp_path / "a.json", assessment_file), assessment_file, "already")
    assert assessment_file.read_bytes() == before


def test_export_writes_over_no_assessment(arusha, assessment_file, refused):
    before = assessment_file.read_bytes()
    refused(arusha("assess", "export", assessment_file, "-o", assessment_file), "would overwrite")
    assert assessment_file.read_bytes() == before


def test_import_of_a_file_that_is_not_there_is_one_sentence(arusha, tmp_path, refused):
    refused(arusha("assess", "import", tmp_path / "no.json", tmp_path / "a.arusha"), "no.json", "no such file")
