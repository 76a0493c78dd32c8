"""The rules of every journal, held by a file and by memory alike."""

import pytest
from forging import OPENED, said

from assessment.storing import journal, memory, sqlite
from kb.base.errors import ArushaError

REGISTER = b"Date;Gift\n"
PIECE = (
    "evidence",
    {"id": "e1", "text": "Register", "file": {"sha256": journal.sha256(REGISTER), "name": "r.csv", "size": 10}},
)


@pytest.fixture(params=["file", "memory"])
def opened(request, tmp_path):
    """A journal that holds its opening."""
    if request.param == "file":
        with sqlite.AssessmentFile.create(tmp_path / "a.arusha", ("opened", OPENED)) as file:
            yield file
    else:
        kept = memory.MemoryJournal()
        kept.change(lambda _: [("opened", OPENED)])
        yield kept


def add(opened: journal.Journal, *entries, attached=()):
    return opened.change(lambda _: entries, attached)


def test_entries_come_back_in_their_order_each_chained_to_the_one_before(opened):
    assert add(opened, said(n=1), said(n=2)) == (said(n=1), said(n=2))
    entries = opened.entries()
    assert [(entry.seq, entry.kind) for entry in entries] == [(1, "opened"), (2, "answered"), (3, "answered")]
    assert [entry.body for entry in entries[1:]] == [said(n=1)[1], said(n=2)[1]]
    assert journal.read(entry.row for entry in entries) == list(entries)


def test_only_what_came_since_is_given(opened):
    add(opened, said(n=1), said(n=2))
    assert opened.entries(1) == opened.entries()[1:]
    assert opened.entries(3) == opened.entries(9) == []


def test_a_change_is_made_of_the_journal_as_it_stands(opened):
    add(opened, said(n=1))
    opened.change(lambda entries: [said(n=len(entries), last=entries[-1].seq)])
    assert opened.entries()[-1].body == said(n=2, last=2)[1]


def test_what_was_given_out_does_not_grow(opened):
    before = opened.entries()
    add(opened, said(n=1))
    assert len(before) == 1


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (("opened", OPENED), "the new entry is a second opening"),
        (("foreseen", {}), "the new entry .'foreseen'. is not one that this release can read"),
        (("names", {"on": "perhaps"}), "the new entry .names.: on: "),
        (("sealed", {"answers": 0}), "the new entry stands after the seal"),
        (("evidence", {"id": "e1", "text": "x", "date": "2999"}), "the new entry is evidence dated 2999"),
    ],
)
def test_entries_of_which_one_is_at_fault_are_refused_together(opened, entry, sentence):
    first = ("sealed", {"answers": 0}) if entry[0] == "sealed" else said(n=1)
    with pytest.raises(ArushaError, match=f"nothing was kept: {sentence}"):
        add(opened, first, entry)
    assert len(opened.entries()) == 1


def test_an_error_of_what_makes_the_change_leaves_everything_as_it_was(opened):
    with pytest.raises(ZeroDivisionError):
        opened.change(lambda entries: [said(n=1 // (len(entries) - 1))])
    assert len(opened.entries()) == 1
    assert add(opened, said(n=1)) == (said(n=1),)


def test_a_sealed_journal_takes_nothing_more(opened):
    add(opened, ("sealed", {"answers": 0}))
    with pytest.raises(ArushaError, match="this round is sealed and stays as it is; begin another file"):
        add(opened, said(n=1))
    assert opened.entries()[-1].kind == "sealed"


def test_what_an_entry_names_is_attached_and_nothing_else(opened):
    add(opened, PIECE, attached=[REGISTER, b"smuggled"])
    assert opened.attachment(journal.sha256(REGISTER)) == REGISTER
    with pytest.raises(ArushaError, match=r"the attachment .* is missing; go back"):
        opened.attachment(journal.sha256(b"smuggled"))


def test_a_clock_set_back_does_not_turn_the_order_round(opened, monkeypatch):
    add(opened, said(n=1))
    assert opened.behind is None
    last = opened.entries()[-1].at

    class Earlier(journal.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2020, 1, 1, tzinfo=tz)

    monkeypatch.setattr(journal, "datetime", Earlier)
    add(opened, said(n=2))
    assert opened.behind == opened.entries()[-1].at == last
