"""Kill -9 in the middle of answering, fifty times: whatever was acknowledged is there."""

import os
import random
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

import pytest

from assessment.replay import read
from assessment.storing.sqlite import AssessmentFile

FILES, KILLS = 10, 5
EACH_TIME = 20  # answers typed, so that a session that is ended late still leaves questions to the next
_ASKED = re.compile(r"^(\d+\.[a-z]\.\d+)  ")
_KEPT = re.compile(r"Kept: Level (\d) ")


@dataclass
class Acknowledged:
    """What a session said before its next prompt: a level, and how far note and evidence had come."""

    level: int
    note: bool = False
    evidence: bool = False


def acknowledgements(told):
    """The acknowledgements in what a session printed: a further prompt acknowledges what was typed at the one before."""
    found, question = {}, ""
    for line in told.splitlines():
        if asked := _ASKED.match(line):
            question = asked[1]
        if kept := _KEPT.search(line):
            found[question] = Acknowledged(int(kept[1]))
        if question in found and "Evidence: what shows it?" in line:
            found[question].note, found[question].evidence = True, "Its date" in line
    return found


def session_killed(command, path, levels, choice):
    """Answer through a pipe, kill the process at a chosen moment, and give what it had printed by then."""
    typed = "".join(f"{level}\nNote {level}\nProof {level}\n2025-06\naudit\n\n" for level in levels)
    process = subprocess.Popen(
        [*command, "assess", "answer", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    process.stdin.write(typed.encode())
    told, wanted = b"", choice.randint(0, 6)
    while told.count(b"Kept: ") < wanted and (piece := os.read(process.stdout.fileno(), 4096)):
        told += piece
    time.sleep(choice.uniform(0, 0.02 if wanted else 0.8))
    process.kill()
    with suppress(BrokenPipeError):
        process.stdin.close()
    with process.stdout:
        told += process.stdout.read()
    process.wait()
    return told.decode()


def test_kill_in_the_middle_of_answering_loses_nothing_acknowledged(tmp_path, start, command, arusha, bank):
    choices = [random.Random(seed) for seed in range(FILES)]

    def spoil(number):
        path, choice = start(tmp_path / f"{number}.arusha"), choices[number]
        acknowledged, kills = {}, []
        for _ in range(KILLS):
            levels = [choice.randint(0, 4) for _ in range(EACH_TIME)]
            new = acknowledgements(session_killed(command, path, levels, choice))
            assert not new.keys() & acknowledged.keys(), "a question with an answer was asked again"
            acknowledged |= new
            with AssessmentFile.open(path) as file:
                kept = read(file, bank).answers
            alone = shutil.copyfile(path, tmp_path / f"{number}.copy")  # without what may lie beside it
            with AssessmentFile.open(alone) as file:
                assert read(file, bank).answers == kept
            for question, told in acknowledged.items():
                answer = kept[question]
                assert answer.level == told.level
                assert answer.note == f"Note {told.level}" or not told.note
                assert [piece.text for piece in answer.evidence] == [f"Proof {told.level}"] or not told.evidence
            assert len(kept) <= len(acknowledged) + len(kills) + 1, "more is kept than was typed"
            assert list(kept) == [question.id for question in bank.questions][: len(kept)]
            kills.append(len(kept))
        return path, kills

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(spoil, range(FILES)))
    counts = [*chain.from_iterable(kills for _, kills in done)]
    assert len(counts) == 50
    assert any(counts)
    path, kills = max(done, key=lambda pair: pair[1][-1])
    following = bank.questions[kills[-1]].id
    resumed = arusha("assess", "answer", path, typed="q\n")
    assert [asked[1] for line in resumed.stdout.splitlines() if (asked := _ASKED.match(line))] == [following]


@pytest.mark.parametrize("cut", ["Kept: Level 3 (x).\nNote: Evidence", "1.a.1  Why?\nYour answer: Ke"])
def test_half_an_acknowledgement_counts_for_nothing(cut):
    """Holds the reading of the sessions' output to account."""
    assert "1.a.1" not in acknowledgements(cut)
    whole = acknowledgements("1.a.1  Why?\nYour answer: Kept: Level 3 (x).\nNote (x): Evidence: what shows it? ")
    assert whole == {"1.a.1": Acknowledged(3, note=True)}
