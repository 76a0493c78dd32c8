"""Evidence: how it ages, what rests on it, and the files attached, from the terminal too."""

import json
import os
import socket
import sqlite3
import sys
from contextlib import closing
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import evidence
from assessment.agreement import Standing
from assessment.answers import Answer, Evidence
from assessment.evidence import VALIDITY, Confidentiality, Freshness, Kind, Piece, freshness, of_question, shares
from assessment.storing.journal import sha256
from kb.base.interface import phrases
from kb.library.content import parse

law = settings(max_examples=200, deadline=None, derandomize=True)
AGES = list(Freshness)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
months = st.one_of(st.none(), st.integers(1, 600))
kinds = st.sampled_from(list(Kind))


def age(*asked):
    """How old a piece counts: 0 fresh, 1 ageing, 2 stale."""
    return AGES.index(freshness(*asked))


@law
@given(days, days, months, days)
def test_an_older_piece_is_never_fresher(one, other, valid, as_of):
    older, newer = sorted([one, other])
    assert age(older.isoformat(), valid, as_of) >= age(newer.isoformat(), valid, as_of)


@law
@given(days, months, days, days)
def test_a_piece_never_grows_fresher_with_time(dated, valid, one, other):
    sooner, later = sorted([one, other])
    assert age(dated.isoformat(), valid, sooner) <= age(dated.isoformat(), valid, later)


@law
@given(days, st.integers(1, 600), days)
def test_a_longer_validity_never_ages_a_piece(dated, valid, as_of):
    assert age(dated.isoformat(), valid + 1, as_of) <= age(dated.isoformat(), valid, as_of)
    assert freshness(dated.isoformat(), None, as_of) is Freshness.FRESH


@law
@given(days, st.integers(1, 600), days)
def test_a_month_or_a_year_is_taken_at_its_end(dated, valid, as_of):
    following = (dated.replace(day=1) + timedelta(days=31)).replace(day=1)
    last = following - timedelta(days=1)
    month = age(dated.isoformat()[:7], valid, as_of)
    assert age(following.isoformat(), valid, as_of) <= month <= age(last.isoformat(), valid, as_of)
    assert age(f"{dated.year}", valid, as_of) == age(f"{dated.year}-12-31", valid, as_of)


@law
@given(months, days)
def test_without_a_date_nobody_can_tell_so_it_counts_as_stale(valid, as_of):
    assert freshness(None, valid, as_of) is Freshness.STALE


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        *[("2025-03-31", "fresh"), ("2025-12-31", "fresh"), ("2026-01-01", "ageing"), ("2026-03-31", "ageing")],
        *[("2026-04-01", "stale"), ("2026-04-30", "stale")],
    ],
)
def test_a_statistic_holds_for_twelve_months_and_ages_in_the_last_quarter(as_of, expected):
    assert freshness("2025-03-31", VALIDITY[Kind.STATISTIC], date.fromisoformat(as_of)) == expected


def piece(key, questions, kind=Kind.OTHER, dated=None, **more):
    return Piece(id=key, text="x", questions=tuple(questions), kind=kind, date=dated, **more)


@pytest.fixture(scope="module")
def asked(bank):
    return bank.questions[:12]


@st.composite
def worlds(draw):
    """Levels of some of twelve questions by their position, and pieces for them."""
    levels = draw(st.dictionaries(st.integers(0, 11), st.one_of(st.none(), st.integers(0, 4))))
    found = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        dated = draw(st.one_of(st.none(), days))
        positions = draw(st.sets(st.integers(0, 11)))
        found.append((number, positions, draw(kinds), dated and dated.isoformat(), draw(st.booleans())))
    return levels, found


@law
@given(worlds(), days, st.randoms())
def test_shares_are_a_whole_whatever_the_order_of_the_pieces(asked, world, as_of, chance):
    levels, found = world
    standing = {asked[at].id: Standing(level, None, level is None, "answered") for at, level in levels.items()}
    pieces = [
        piece(f"e{n}", (asked[at].id for at in sorted(positions)), kind, dated, withdrawn=withdrawn)
        for n, positions, kind, dated, withdrawn in found
    ]
    of = shares(asked, standing, pieces, as_of)
    if all(level is None for level in levels.values()):
        assert of is None
        return
    parts = (of.fresh, of.ageing, of.stale, of.none)
    assert sum(parts) == 1
    assert min(parts) >= 0
    chance.shuffle(pieces)
    assert shares(asked, standing, pieces, as_of) == of


def test_a_question_counts_by_its_freshest_piece_and_by_its_weight(asked):
    one, two, three = (question.model_copy(update={"weight": w}) for question, w in zip(asked, (2, 1, 1), strict=False))
    standing = {question.id: Standing(3, None, False, "agreed") for question in (one, two, three)}
    pieces = [
        piece("e1", [one.id, two.id], Kind.STATISTIC, "2020"),
        piece("e2", [one.id], Kind.STATISTIC, "2025-06"),
        piece("e3", [three.id], Kind.LAW, withdrawn=True),
    ]
    of = shares([one, two, three], standing, pieces, date(2025, 9, 1))
    assert (of.fresh, of.ageing, of.stale, of.none) == (Fraction(1, 2), 0, Fraction(1, 4), Fraction(1, 4))
    assert evidence.unsupported([one, two, three], standing, pieces) == [three]


def test_what_was_noted_with_an_answer_is_evidence_too(asked):
    stands = Standing(4, None, False, "answered", evidence=(Evidence(text="Order 6", date="2025-05"),))
    assert of_question(asked[0].id, stands, [], date(2025, 6, 1)) == {Freshness.FRESH}
    assert evidence.unsupported([asked[0]], {asked[0].id: stands}, []) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://laws.example/12?a=b#c",
        "http://10.0.0.1/x",
        "C:\\Files\\a.docx",
        "\\\\server\\share\\a",
        "files/a b.pdf",
        "/x",
    ],
)
def test_a_web_address_or_a_path_may_be_a_link(link):
    assert Piece(id="e1", text="x", link=link).link == link


@pytest.mark.parametrize(
    "link",
    [
        *["javascript:alert(1)", "JavaScript: alert(1)", "java\tscript:alert(1)", "\x01javascript:x"],
        *["data:text/html,x", "file:" + "///x/y", "ftp://a.example/x", "https://", "http:///x", "http://[::1"],
        *["  ", "\x1b"],
    ],
)
def test_another_address_may_not(link):
    faults = []
    assert parse(Piece, {"id": "e1", "text": "x", "link": link}, "a.arusha", faults) is None
    assert [fault.field for fault in faults] == ["link"]


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\x.docx", "x.docx"),
        ("re\x1b[2Jport\n.txt", "re[2Jport.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\x01\x02", "file"),
        ("..", "file"),
        ("été 2025 – registre.xlsx", "été 2025 – registre.xlsx"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_a_file_keeps_the_last_part_of_its_name_as_far_as_it_can_be_shown(name, stored):
    assert evidence.stored_name(name) == stored


@given(st.text())
def test_no_name_leads_anywhere_or_hides_anything(name):
    stored = evidence.stored_name(name)
    assert stored not in ("", ".", "..")
    assert not {"/", "\\", "\0", "\x1b", "\n"} & set(stored)
    assert evidence.stored_name(stored) == stored


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("prefix", "words"), [("piece_kind", Kind), ("freshness", Freshness), ("confidentiality", Confidentiality)]
)
def test_every_word_has_a_label(language, prefix, words):
    assert [word for word in words if not phrases(language)(f"{prefix}.{word}")] == []


@pytest.fixture(autouse=True)
def _width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")  # to which lines are folded


@pytest.fixture
def file(start, tmp_path):
    """An assessment with three levels."""
    return start(tmp_path / "a.arusha", {"8.d.1": 3, "8.d.2": 2, "1.a.1": 4})


@pytest.fixture
def run(arusha, file):
    """A command on evidence that ends well; what it says."""

    def do(verb, *words):
        result = arusha("assess", "evidence", verb, file, *words)
        assert (result.exit_code, result.stderr) == (0, ""), result.stderr
        return result.stdout

    return do


@pytest.fixture
def listed(run):
    return lambda *words: json.loads(run("list", *words, "--format", "json"))


def test_a_piece_is_added_listed_renewed_linked_and_withdrawn(run, listed, stands, file):
    said = run("add", "Rotation list", "--for", "8.d.1", "--kind", "statistic", "--date", "2020-03", "--owner", "HR")
    assert said.startswith("e1 added: Statistic, for 8.d.1")
    run("add", "Customs Act", "--kind", "law", "--link", "https://laws.example/12", "--months", 6)
    assert [found["id"] for found in listed()["evidence"]] == ["e1", "e2"]
    assert listed("8.d.1", "--stale")["evidence"][0]["freshness"] == "stale"
    run("renew", "e1", "--date", "2025", "--text", "Rotation list 2025")
    run("link", "e1", "8.d.2", "8.d.1", "8.d.2")
    (found,) = listed("8.d.2", "--as-of", "2025-12-31")["evidence"]
    assert (found["text"], found["date"], found["questions"]) == ("Rotation list 2025", "2025", ["8.d.1", "8.d.2"])
    assert (found["freshness"], found["owner"], found["confidentiality"]) == ("fresh", "HR", "internal")
    run("withdraw", "e1", "--why", "Counted twice")
    assert [found["id"] for found in listed()["evidence"]] == ["e2"]
    kept = stands(file).evidence
    assert (kept["e1"].withdrawn, kept["e1"].why, kept["e2"].months) == (True, "Counted twice", 6)


def test_thirteen_months_later_the_statistic_is_stale_the_law_fresh_and_no_score_has_moved(run, listed, arusha, file):
    def scores():
        return arusha("assess", "score", file, "--format", "json").stdout

    before = scores()
    run("add", "Rotation figures", "--kind", "statistic", "--date", "2025-01-31", "--for", "8.d.1")
    run("add", "Customs Act", "--kind", "law", "--date", "2019", "--for", "8.d.2")
    now, later = listed("--as-of", "2025-02-28"), listed("--as-of", "2026-03-28")
    assert [found["freshness"] for found in now["evidence"]] == ["fresh", "fresh"]
    assert [found["freshness"] for found in later["evidence"]] == ["stale", "fresh"]
    eighth = {"number": 8, "fresh": 1.0, "ageing": 0.0, "stale": 0.0, "none": 0.0}
    assert eighth in now["factors"]
    assert eighth | {"fresh": 0.5, "stale": 0.5} in later["factors"]
    assert scores() == before


def test_a_level_of_three_or_four_without_evidence_is_flagged(run, listed):
    assert listed()["unsupported"] == ["1.a.1", "8.d.1"]
    assert "2 questions at level 3 or 4 without evidence: 1.a.1, 8.d.1" in run("list")
    run("add", "Rotation list", "--for", "8.d.1")
    assert listed()["unsupported"] == ["1.a.1"]
    run("withdraw", "e1", "--why", "Not ours")
    assert listed()["unsupported"] == ["1.a.1", "8.d.1"]


def test_the_list_is_told_in_both_languages(run):
    run("add", "Rotation list", "--for", "8.d.1", "--kind", "statistic", "--date", "2025-03")
    english, french = run("list", "--as-of", "2025-04-01"), run("list", "--as-of", "2025-04-01", "--lang", "fr")
    assert "e1  Statistic  March 2025  fresh" in english
    assert "e1  Statistique  mars 2025  à jour" in french
    assert "8 Human Resource Management    50%      0%     0%   50%" in english
    assert "50\u00a0%" in french


def test_a_piece_is_told_whole_on_a_line_of_its_own(run, tmp_path):
    (tmp_path / "list.csv").write_text("x")
    words = ("--owner", "H\nR", "--confidentiality", "restricted", "--file", tmp_path / "list.csv", "--link", "/files")
    run("add", "Rotation\nlist", "--for", "8.d.1", *words)
    assert run("list", "8.d.1").splitlines()[1:4] == [
        "e1  Other  –     stale      H R         8.d.1",
        "    Rotation list · /files · attached: list.csv (1 byte) · seen by the",
        "    assessment team alone",
    ]


def test_a_piece_without_a_date_or_a_question_says_what_it_lacks(run):
    said = run("add", "Rotation list")
    assert "no date, so it counts as stale" in said
    assert "supports no question yet" in said
    assert "no date" not in run("add", "Customs Act", "--kind", "law", "--for", "2.a.1")


def attachments(file):
    with closing(sqlite3.connect(file)) as connection:
        return dict(connection.execute("SELECT sha256, data FROM attachment").fetchall())


def test_one_file_attached_twice_is_kept_once_and_comes_out_again(run, listed, file, tmp_path):
    data = bytes(range(256)) * 40
    (tmp_path / "one.xlsx").write_bytes(data)
    (tmp_path / "two.xlsx").write_bytes(data)
    before = set(attachments(file))
    run("add", "One", "--for", "8.d.1", "--file", tmp_path / "one.xlsx")
    run("add", "Two", "--file", tmp_path / "two.xlsx")
    assert set(attachments(file)) - before == {sha256(data)}
    assert [found["file"]["name"] for found in listed()["evidence"]] == ["one.xlsx", "two.xlsx"]
    assert "two.xlsx (10 kB)" in run("save", "e2", "-o", tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_bytes() == data


def test_what_was_attached_before_a_renewal_stays_in_the_file(run, file, tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).write_text(name)
    run("add", "List", "--file", tmp_path / "old")
    run("renew", "e1", "--date", "2025", "--file", tmp_path / "new")
    assert {sha256(b"old"), sha256(b"new")} <= set(attachments(file))
    run("save", "e1", "-o", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "new"


def test_a_changed_attachment_is_found(run, arusha, refused, file, tmp_path):
    (tmp_path / "list.csv").write_bytes(b"four posts rotated")
    run("add", "List", "--file", tmp_path / "list.csv")
    name = sha256(b"four posts rotated")
    assert arusha("assess", "verify", file).exit_code == 0
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE attachment SET data = ? WHERE sha256 = ?", (b"five posts rotated", name))
    result = arusha("assess", "verify", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"the attachment {name[:12]}… was changed outside arusha" in result.stderr
    refused(arusha("assess", "evidence", "save", file, "e1", "-o", tmp_path / "out"), "was changed outside arusha")
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over_unless_forced_and_never_an_assessment(run, arusha, refused, file, tmp_path):
    (tmp_path / "list.csv").write_text("new")
    (tmp_path / "there").write_text("old")
    run("add", "List", "--file", tmp_path / "list.csv")
    run("add", "No file")

    def save(*words):
        return arusha("assess", "evidence", "save", file, *words)

    refused(save("e1", "-o", tmp_path / "there"), "there is such a file already")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    refused(save("e1", "-o", tmp_path / "dangling"), "there is such a file already")
    refused(save("e1", "-o", tmp_path), "is a folder")
    before = file.read_bytes()
    refused(save("e1", "-o", file, "--force"), "is an assessment")
    assert file.read_bytes() == before
    refused(save("e2", "-o", tmp_path / "x"), "no file is attached to e2")
    assert (tmp_path / "there").read_text() == "old"
    run("save", "e1", "-o", tmp_path / "there", "--force")
    assert (tmp_path / "there").read_text() == "new"


def sparse(path, size):
    with path.open("wb") as file:
        file.truncate(size)
    return path


@pytest.fixture
def hostile(tmp_path):
    """What must not be attached, made anew, and the word that says why."""

    def make(what):
        path = tmp_path / "hostile"
        if what == "folder":
            path.mkdir()
        elif what == "link":
            (tmp_path / "real").write_text("x")
            path.symlink_to(tmp_path / "real")
        elif what == "pipe":
            os.mkfifo(path)
        elif what == "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(os.path.relpath(path))
        elif what == "empty":
            path.touch()
        elif what != "missing":
            sparse(path, what)
        return path

    return make


@pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="pipes and sockets in the file system are of Unix; run it on Linux"
)
@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("folder", "is a folder; name a file in it"),
        ("link", "is a symbolic link; name the file itself"),
        ("pipe", "is a device or a pipe; name a plain file"),
        ("socket", "is a device or a pipe; name a plain file"),
        ("empty", "is empty"),
        ("missing", "there is no such file"),
        (evidence.LARGEST_FILE + 1, "is larger than 25 MB; keep it where it is and give its place after --link"),
        (5_000_000_000, "is larger than 25 MB"),
    ],
)
def test_what_is_no_plain_file_of_fair_size_is_refused_and_nothing_is_kept(arusha, refused, file, hostile, what, why):
    before = file.read_bytes()
    path = hostile(what)
    refused(arusha("assess", "evidence", "add", file, "x", "--file", path), path, why)
    assert file.read_bytes() == before


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that refuses to be read, as Linux has")
def test_a_device_and_a_file_that_cannot_be_read_are_refused(arusha, refused, file):
    refused(arusha("assess", "evidence", "add", file, "x", "--file", "/dev/zero"), "is a device or a pipe")
    refused(arusha("assess", "evidence", "add", file, "x", "--file", "/proc/self/mem"), "/proc/self/mem: ")


def test_a_file_of_the_largest_size_is_kept(run, file, tmp_path):
    run("add", "Large", "--file", sparse(tmp_path / "large", evidence.LARGEST_FILE))
    assert sha256(bytes(evidence.LARGEST_FILE)) in attachments(file)


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be made on Windows; run it on Linux")
def test_a_hostile_name_is_stored_clean_and_never_told_as_it_is(run, listed, tmp_path):
    path = tmp_path / "..\\..\\re\x1b[2Jport\u202e\n.txt"
    path.write_text("x")
    said = run("add", "x", "--file", path)
    assert listed()["evidence"][0]["file"]["name"] == "re[2Jport.txt"
    assert "\x1b" not in said + run("list")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "x", "--for", "8.d"), "“8.d” is not a question of this assessment"),
        (("add", "x", "--for", "99.z.1"), "“99.z.1” is not a question"),
        (("add", " "), "text: is blank"),
        (("add", "x" * 2001), "text: "),
        (("add", "x", "--link", "javascript:alert(1)"), "neither a web address (http or https) nor a path"),
        (("add", "x", "--date", "2025-02-30"), "is not in the calendar"),
        (("add", "x", "--date", "2999"), "the date 2999 is still to come"),
        (("list", "8.d"), "“8.d” is not a question"),
        (("list", "--as-of", "yesterday"), "“yesterday” is not a day"),
        (("renew", "e9", "--date", "2025"), "“e9” is no piece of evidence here"),
        (("link", "e9", "8.d.1"), "“e9” is no piece"),
        (("withdraw", "e9", "--why", "x"), "“e9” is no piece"),
        (("save", "e9", "-o", "x"), "“e9” is no piece"),
    ],
)
def test_bad_input_is_one_sentence_and_keeps_nothing(arusha, refused, file, words, why):
    before = file.read_bytes()
    refused(arusha("assess", "evidence", words[0], file, *words[1:]), why)
    assert file.read_bytes() == before


def test_a_withdrawn_piece_takes_no_more_changes(run, arusha, refused, file):
    run("add", "x")
    run("withdraw", "e1", "--why", "Not ours")
    for words in (
        ("renew", file, "e1", "--date", "2025"),
        ("link", file, "e1", "8.d.1"),
        ("withdraw", file, "e1", "--why", "x"),
    ):
        refused(arusha("assess", "evidence", *words), "e1 was withdrawn (Not ours)")
    assert "e2 added" in run("add", "y"), "an id is never given twice"


def test_a_sealed_round_takes_no_evidence(run, arusha, refused, file):
    run("add", "x", "--for", "8.d.1")
    arusha("assess", "seal", file, "--yes")
    refused(arusha("assess", "evidence", "add", file, "y"), "is sealed")
    assert "e1" in run("list")


def test_an_answer_is_not_changed_by_its_evidence(run, stands, file):
    before = stands(file).standing
    run("add", "x", "--for", "8.d.1", "--date", "2001")
    assert stands(file).standing == before
    assert stands(file).answers["8.d.1"] == Answer(level=3)
