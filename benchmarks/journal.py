"""What adding to a journal costs as it grows, and what a command pays before it answers: `python benchmarks/journal.py [--runs 60]`.

Three assessment files of 100, 10,000 and 1,000,000 entries are written in bulk and opened. Then, in turn and in one process, an
answer is added to each, and a row of the same length is put into a bare table of SQLite in a transaction of its own, with the same
`synchronous = EXTRA` on the same disk. The medians by the clock count. The commands are whole processes; their ratios are of CPU
seconds, over those of the same interpreter that imports click and sqlite3. The longest file needs some 3 GB of memory and some
minutes. The figures go to `benchmarks/results/journal.json`. POSIX only.
"""

import argparse
import hashlib
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from assessment import answers
from assessment.events import as_json, as_kept
from assessment.rounds import answering
from assessment.rounds import opening as openings
from assessment.storing.journal import Kept, Row
from assessment.storing.sqlite import AssessmentFile
from kb.library.knowledge import load

SIZES = (100, 10_000, 1_000_000)
OF_A_COMMAND = 8_000
PEOPLE = 62
GOALS = {"growth": 1.5, "over bare": 3.0, "score": 5.0, "status": 5.0, "help": 2.0}
BARE = ("-c", "import click, sqlite3")
RESULTS = Path(__file__).parent / "results" / "journal.json"


def private(choice: random.Random) -> Kept:
    """An answer of one of the people to one of the questions."""
    bank = load().bank
    answer = answers.Answer(level=choice.randint(0, 4))
    return as_kept(
        answering.answered(choice.choice(bank.questions).id, answer, bank, by=f"p{choice.randint(1, PEOPLE)}")
    )


def rows(last: Row, number: int) -> Iterator[Row]:
    """So many more rows after the *last* one, chained as a file chains them."""
    choice = random.Random(number)
    seq, at, _, _, digest = last
    while seq < number:
        seq += 1
        kind, body = private(choice)
        text = as_json(body)
        digest = hashlib.sha256("\0".join([digest, str(seq), at, kind, text]).encode()).hexdigest()
        yield seq, at, kind, text, digest


def write(path: Path, number: int) -> Path:
    """Make a file of that many entries in bulk, as no command does."""
    with AssessmentFile.create(path, *openings.opening("Testland Customs", None, "en", load().bank)) as file:
        file.append([("person", {"id": f"p{n}"}) for n in range(1, PEOPLE + 1)])
        last = file.entries()[-1].row
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", rows(last, number))
        connection.execute(
            "UPDATE head SET (seq, hash, at) = (SELECT seq, hash, at FROM journal ORDER BY seq DESC LIMIT 1)"
        )
        connection.commit()
    return path


def bare(path: Path) -> sqlite3.Connection:
    """A database of one table like the journal, each row a transaction of its own."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute(
        "CREATE TABLE t (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL) STRICT"
    )
    return connection


def clocked(act: Callable[[], object]) -> float:
    """Milliseconds by the clock."""
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)


def appending(folder: Path, runs: int) -> dict[str, dict[str, float]]:
    """Median, 10th and 90th percentile in milliseconds of one more entry at each size, and of the bare transaction."""
    choice = random.Random(1)
    with ExitStack() as stack:
        files, opened = {}, {}
        for number in SIZES:
            path = write(folder / f"{number}.arusha", number)
            opened[str(number)] = clocked(
                lambda path=path, number=number: files.update(
                    {str(number): stack.enter_context(AssessmentFile.open(path))}
                )
            )
        table = stack.enter_context(closing(bare(folder / "bare.db")))
        times: dict[str, list[float]] = {name: [] for name in [*files, "bare"]}
        for _ in range(runs):
            for name, file in files.items():
                kept = private(choice)
                row = (None, "2026-01-01T00:00:00+00:00", kept[0], as_json(kept[1]), "0" * 64)
                times[name].append(clocked(lambda file=file, kept=kept: file.append([kept])))
            times["bare"].append(clocked(lambda row=row: table.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", row)))
    quantiles = {name: statistics.quantiles(each, n=10) for name, each in times.items()}
    figures = {
        name: {"median": statistics.median(times[name]), "p10": quantiles[name][0], "p90": quantiles[name][-1]}
        for name in times
    }
    for name, each in opened.items():
        figures[name]["opening"] = each
    return figures


def processor(*command: str | Path) -> float:
    """CPU seconds of a process; its errors are shown only if it fails."""
    used = os.times()
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    now = os.times()
    return now.children_user - used.children_user + now.children_system - used.children_system


def commands(folder: Path, runs: int) -> dict[str, float]:
    """Median CPU seconds of each command, and of the bare interpreter, in turn."""
    path = write(folder / "round.arusha", OF_A_COMMAND)
    each: dict[str, tuple[str | Path, ...]] = {
        "bare": BARE,
        "help": ("-m", "arusha", "--help"),
        "score": ("-m", "arusha", "assess", "score", path),
        "status": ("-m", "arusha", "assess", "status", path),
    }
    times = {name: [] for name in each}
    for _ in range(runs):
        for name, command in each.items():
            times[name].append(processor(*command))
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    """Measure, print a table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=60, help="entries added to each file")
    parser.add_argument("--processes", type=int, default=5, help="times that each command is started")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="arusha-bench-") as name:
        started = commands(Path(name), options.processes)
        added = appending(Path(name), options.runs)
    medians = {size: added[str(size)]["median"] for size in SIZES}
    ratios = {
        "growth": max(medians.values()) / min(medians.values()),
        "over bare": max(medians.values()) / added["bare"]["median"],
        **{command: started[command] / started["bare"] for command in ("score", "status", "help")},
    }
    for size, each in added.items():
        print(f"{size:>9}  " + "  ".join(f"{what} {value:.2f} ms" for what, value in each.items()))
    print("CPU seconds: " + ", ".join(f"{command} {value:.3f}" for command, value in started.items()))
    for what, ratio in ratios.items():
        print(f"{what:<10} {ratio:6.2f} ×  (goal ≤ {GOALS[what]}) {'met' if ratio <= GOALS[what] else 'MISSED'}")
    kept = {"runs": options.runs, "milliseconds": added, "processor": started, "ratios": ratios, "goals": GOALS}
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
