"""Foreign bytes are read in a child process: what a file may cost is bounded, and what comes back is data."""

import io
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from fractions import Fraction
from pathlib import Path

import pytest

from kb.base import bounded
from kb.base.bounded import Child, Limits, call
from kb.base.errors import ArushaError, ContentError, Fault
from kb.base.interface import in_words, phrases

posix = pytest.mark.skipif(sys.platform == "win32", reason="the limits of Windows are not tested yet")
LITTLE = Limits(seconds=1, memory=400_000_000, remedy="leave it out")
READERS = """
import ctypes, os, time
from fractions import Fraction
from pathlib import Path
from kb.base.errors import ArushaError, ContentError, Fault
from kb.base.interface import Refusal, Word

kept = []

def turn():
    while True:
        pass

def turn_in_c():
    return sum(range(10**13))

def swallow():
    while True:
        try:
            turn()
        except Exception:
            pass

def grow():
    while True:
        kept.append(bytearray(10_000_000))

def keep(size):
    kept.append(bytearray(size))
    return len(kept)

def room(size):
    return len(bytearray(size))

def crash():
    ctypes.string_at(0)

def leave():
    os._exit(0)

def talk():
    print("not an answer")
    os.write(1, b"nor this")
    return "answer"

def refuse():
    raise ArushaError("a.json: is not right; correct it")

def refuse_in_words(path):
    raise Refusal("of_file", file=path, what=(Word("refused.file.pages", pages=700, most=500), Refusal("desk.empty_comment")))

def refuse_without_words(key):
    raise Refusal(key, file="f.docx", size="much")

def fault():
    raise ContentError(Fault("a.yml", "x", "is wrong", "mend it"))

class NumberedError(ArushaError):
    def __init__(self, number, what):
        super().__init__(f"entry {number} {what}; mend it")

def number_fault():
    raise NumberedError(3, "is wrong")

def missing():
    Path("/nowhere/at/all").read_bytes()

def stumble():
    return {}["key"]

def function():
    return os.system

def data():
    return {"a": (1, 2.5, "\\ud800", b"x", None, Fraction(1, 3)), "b": {1, 2}, "fault": Fault("a", "b", "c", "d")}

def number():
    return os.getpid()

def much(size):
    return "x" * size

def write_and_wait(path):
    Path(path).write_text(str(os.getpid()))
    while True:
        time.sleep(0.01)
"""


@pytest.fixture
def readers(tmp_path, monkeypatch):
    """A module of readers, each of which behaves as one does that a hostile file has taken hold of."""
    (tmp_path / "hostile_readers.py").write_text(READERS)
    monkeypatch.syspath_prepend(tmp_path)
    import hostile_readers

    yield hostile_readers
    del sys.modules["hostile_readers"]


def test_a_refusal_of_a_child_is_said_in_the_language_of_who_asked(readers):
    with pytest.raises(ArushaError) as caught:
        call("f.docx", LITTLE, readers.refuse_in_words, Path("f.docx"))
    french = "f.docx\u00a0: compte 700 pages\u00a0; un bulletin en a au plus 500, retirez donc celles qui n’en font pas partie"
    assert in_words(caught.value, phrases("fr")).startswith(french)
    assert in_words(caught.value, phrases("en")).endswith("the comment is empty; write what is to be said")


@pytest.mark.parametrize("key", ["no.such.sentence", "file.much_text"], ids=["no sentence", "wrong values"])
def test_a_refusal_that_cannot_be_said_is_a_file_that_cannot_be_read(readers, key):
    assert "cannot be read" in sentence(readers.refuse_without_words, key)


def test_what_a_file_costs_too_much_is_said_in_the_language_of_who_asked(readers):
    with pytest.raises(ArushaError) as caught:
        call("f.docx", Limits(seconds=1, memory=400_000_000), readers.leave)
    assert in_words(caught.value, phrases("fr")).endswith("\u00a0; redemandez le fichier, ou laissez-le de côté")


def children():
    """The processes that this one has started and that are still there."""
    listed = subprocess.run(["ps", "-e", "-o", "ppid=,args="], capture_output=True, text=True, check=True)
    return [
        line for line in listed.stdout.splitlines() if line.split()[0] == str(os.getpid()) and "kb.base.bounded" in line
    ]


def sentence(reader, *args, limits=LITTLE):
    with pytest.raises(ArushaError) as caught:
        call("f.docx", limits, reader, *args)
    text = str(caught.value)
    assert text.startswith("f.docx: ")
    assert text.endswith("; leave it out")
    assert "\n" not in text
    return text


@posix
@pytest.mark.parametrize("name", ["turn", "turn_in_c", "swallow"])
def test_a_reader_that_never_ends_is_ended_by_its_cpu_time(readers, name):
    assert "takes more than 1 seconds of computing" in sentence(getattr(readers, name))
    assert children() == []


@posix
def test_a_reader_that_grows_is_ended_by_its_memory(readers):
    assert "needs more than 400 MB of memory" in sentence(readers.grow)
    assert children() == []


@posix
@pytest.mark.parametrize("name", ["turn", "grow", "crash", "stumble"])
def test_the_limits_hold_in_a_thread_too(readers, name):
    said = []
    thread = threading.Thread(target=lambda: said.append(sentence(getattr(readers, name))))
    thread.start()
    thread.join()
    assert len(said) == 1


@posix
@pytest.mark.parametrize("name", ["crash", "leave", "stumble", "function"])
def test_a_reader_that_breaks_off_gives_one_sentence(readers, name):
    assert "cannot be read" in sentence(getattr(readers, name))
    assert children() == []


def test_what_broke_a_reader_is_kept_as_the_cause(readers):
    with pytest.raises(ArushaError) as caught:
        call("f.docx", LITTLE, readers.stumble)
    assert "KeyError: 'key'" in str(caught.value.__cause__)


@posix
def test_one_that_waits_without_computing_is_given_up(readers, tmp_path, monkeypatch):
    monkeypatch.setattr(Limits, "patience", 0.5)
    assert "takes more than" in sentence(readers.write_and_wait, tmp_path / "pid")
    assert children() == []


def test_errors_come_back_as_what_they_were(readers):
    with pytest.raises(ArushaError, match=r"^a\.json: is not right; correct it$"):
        call("f", LITTLE, readers.refuse)
    with pytest.raises(ContentError) as caught:
        call("f", LITTLE, readers.fault)
    assert caught.value.fault == Fault("a.yml", "x", "is wrong", "mend it")
    with pytest.raises(ArushaError, match=r"^entry 3 is wrong; mend it$"):
        call("f", LITTLE, readers.number_fault)
    with pytest.raises(FileNotFoundError) as gone:
        call("f", LITTLE, readers.missing)
    assert gone.value.filename == "/nowhere/at/all"


def test_data_comes_back_as_it_was_and_what_a_library_prints_is_no_part_of_it(readers):
    assert call("f", LITTLE, readers.data) == readers.data()
    assert call("f", LITTLE, readers.talk) == "answer"


def test_one_child_reads_many_files_and_a_fresh_one_goes_on_after_a_hostile_one(readers):
    with Child() as child:
        first = child.call("a", LITTLE, readers.number)
        assert child.call("b", LITTLE, readers.number) == first
        with pytest.raises(ArushaError, match=r"^hostile: "):
            child.call("hostile", LITTLE, readers.leave)
        assert child.call("c", LITTLE, readers.number) != first
    assert children() == []


@posix
def test_what_an_earlier_file_used_up_is_not_laid_to_the_next(readers):
    with Child() as child:
        assert child.call("greedy", LITTLE, readers.keep, 200_000_000) == 1
        assert child.call("next", LITTLE, readers.room, 200_000_000) == 200_000_000


def test_an_answer_larger_than_is_taken_is_no_answer(readers, monkeypatch):
    monkeypatch.setattr(bounded, "LARGEST_ANSWER", 1000)
    assert "cannot be read" in sentence(readers.much, 10_000)
    assert call("f", LITTLE, readers.much, 10) == "x" * 10


@pytest.mark.parametrize(
    "forged",
    [
        b"cos\nsystem\n(S'true'\ntR.",
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"\x80\x04\x8c\x0dkb.base.files\x8c\x09os.system\x93\x8c\x04true\x85R.",
        b"\x80\x04\x8c\x0dkb.base.files\x8c\x0bwrite_whole\x93.",
        b"\x80\x04\x8c\x0fkb.base.bounded\x8c\x05Child\x93)R.",
        b"\x80\x04\x8c\x0fkb.base.bounded\x8c\x10subprocess.Popen\x93.",
        b"\x80\x04\x8c\x08builtins\x8c\x07getattr\x93.",
    ],
)
def test_an_answer_can_name_nothing_but_data(forged):
    with pytest.raises(pickle.UnpicklingError, match="is no kind of data"):
        bounded._Answer(io.BytesIO(forged)).load()


def test_fractions_and_faults_are_data():
    for value in (Fraction(1, 3), Fault("a", "b", "c", "d"), {1}, ArushaError("a")):
        assert repr(bounded._Answer(io.BytesIO(pickle.dumps(value))).load()) == repr(value)


@posix
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_child_ends_with_its_parent(readers, tmp_path, sign):
    program = textwrap.dedent(
        f"""
        import signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # which who starts the tests in the background ignores
        sys.path.insert(0, {str(tmp_path)!r})
        import hostile_readers
        from kb.base.bounded import Limits, call
        call("f", Limits(), hostile_readers.write_and_wait, {str(tmp_path / "pid")!r})
        """
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL) as parent:
        file = tmp_path / "pid"
        while not (file.is_file() and file.read_text()):
            assert parent.poll() is None
            time.sleep(0.02)
        parent.send_signal(sign)
        parent.wait()
    child = Path(f"/proc/{file.read_text()}")
    for _ in range(1000):
        if not child.exists() or ") Z " in (child / "stat").read_text():
            return
        time.sleep(0.02)
    pytest.fail("the child is still there")
