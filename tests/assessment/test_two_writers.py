"""Two processes write one file and are killed again and again: nothing acknowledged is lost, the chain is whole, no lock stays."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress

import forging
import pytest
from forging import OPENED, said

from assessment.replay import read
from assessment.storing.sqlite import AssessmentFile

KILLS, BY_COMMAND, TURNS = 200, 16, 4
EACH_TIME = 12  # answers typed, so that a session that is ended late still leaves questions to the next
NURSERY = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from forging import said
from assessment.storing.sqlite import AssessmentFile

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    path, name, told = line.rstrip().split("|")
    child = os.fork()
    if child:
        print(child, flush=True)
        continue
    out = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with AssessmentFile.open(Path(path)) as file:
        for number in range(10**9):
            file.append([said(by=name, n=number), said(by=name, n=number, again=True)])
            os.write(out, f"{number}\\n".encode())
"""
_KEPT = re.compile(r"Kept: Level (\d) ")


@pytest.fixture
def born():
    """Starts writers, two of which are forked in the time in which one interpreter would start; gives their process ids."""
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY, forging.__file__.rpartition(os.sep)[0]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as nursery:

        def start(path, name, told):
            nursery.stdin.write(f"{path}|{name}|{told}\n")
            nursery.stdin.flush()
            return int(nursery.stdout.readline())

        yield start
        nursery.stdin.close()


def gone(process):
    """Wait until a killed process is no more."""
    with suppress(ProcessLookupError):
        while True:
            os.kill(process, 0)
            time.sleep(0.001)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="writers are forked, which Windows cannot")
def test_200_kills_of_two_writers_lose_nothing_acknowledged(tmp_path, born):
    choice, kills, total = random.Random(4), 0, 0
    while kills < KILLS - BY_COMMAND:
        path = tmp_path / f"{kills}.arusha"  # a new one now and then, since each opening reads the whole journal
        AssessmentFile.create(path, ("opened", OPENED)).close()
        acknowledged = set()
        for turn in range(TURNS):
            writers = {}
            for side in "ab":
                told = tmp_path / f"{kills}-{side}.told"
                writers[f"{turn}{side}"] = (born(path, f"{turn}{side}", told), told)
            while not all(told.exists() for _, told in writers.values()):
                time.sleep(0.001)
            for name, (process, told) in writers.items():
                time.sleep(choice.uniform(0, 0.05))
                os.kill(process, signal.SIGKILL)
                kills += 1
                gone(process)
                lines = told.read_text().splitlines(keepends=True)
                acknowledged |= {(name, int(line)) for line in lines if line.endswith("\n")}
        begun = time.monotonic()
        with AssessmentFile.open(path) as third:  # writes at once: no lock was left behind
            third.append([said(by="third", n=0), said(by="third", n=0, again=True)])
            took = time.monotonic() - begun
            found = [entry.body["respondent"] for entry in third.check() if entry.kind == "answered"]
        assert took < 15, "a lock was left behind"  # SQLite would have waited 20 seconds for one
        kept = {(body["by"], body["n"]) for body in found if "again" not in body}
        assert acknowledged <= kept, "an acknowledged entry is gone"
        assert {(body["by"], body["n"]) for body in found if "again" in body} == kept, "half of a transaction is there"
        assert len(kept) <= len(acknowledged) + 2 * TURNS + 1, "more is kept than was written"
        assert not path.with_name(f"{path.name}-journal").exists()
        total += len(acknowledged)
    assert total > KILLS / 2


def test_kills_of_two_people_who_answer_by_the_command_lose_nothing_acknowledged(
    tmp_path, start, command, arusha, bank
):
    path, choice = start(tmp_path / "a.arusha"), random.Random(8)
    people = ("p1", "p2")
    for person in people:
        assert arusha("assess", "people", "add", path, "--id", person).exit_code == 0
    acknowledged = dict.fromkeys(people, 0)
    for _ in range(BY_COMMAND // 2):
        typed = "".join(f"{choice.randint(0, 4)}\n\n\n" for _ in range(EACH_TIME)).encode()
        sessions = [
            subprocess.Popen(
                [*command, "assess", "answer", path, "--as", person],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
            for person in people
        ]
        for session in sessions:
            session.stdin.write(typed)
        for person, session in zip(people, sessions, strict=True):
            told = b""
            while told.count(b"Kept: ") < choice.randint(1, 3) and (piece := os.read(session.stdout.fileno(), 4096)):
                told += piece
            session.kill()
            with suppress(BrokenPipeError):
                session.stdin.close()
            with session.stdout:
                told += session.stdout.read()
            session.wait()
            acknowledged[person] += len(_KEPT.findall(told.decode()))
        with AssessmentFile.open(path) as file:
            file.check()
            given = read(file, bank).given
        for person in people:
            done = [question for question, scores in given.items() if person in scores]
            assert len(done) >= acknowledged[person], "an acknowledged answer is gone"
            assert set(done) == {question.id for question in bank.questions[: len(done)]}
    assert min(acknowledged.values()) >= BY_COMMAND // 2
    third = arusha("assess", "answer", path, typed="3\n\n\nq\n")
    assert third.stdout.count("Kept: ") == 1
