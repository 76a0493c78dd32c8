"""Give every command that reads an assessment every hostile journal of `tests/assessment/hostile.py`: no traceback, no hang.

Run: `python benchmarks/hostile_files.py --out benchmarks/results/hostile_files.json`. Prints counts; exit code 1 if a rule was
broken. `--shapes 20` takes a seeded sample.
"""

import argparse
import json
import multiprocessing
import platform
import random
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "assessment"))

import hostile

FORK = multiprocessing.get_context("fork")
HANGS = 120.0  # seconds for one command


def runs(shape: str, places: "multiprocessing.Queue[tuple[str, str | None, float] | None]") -> None:
    """Every command on one hostile file, each outcome into the queue."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        hostile.forged(hostile.shapes()[shape], folder / "hostile")
        for command in hostile.COMMANDS:
            (folder / "in").mkdir()
            start = time.monotonic()
            fault = hostile.fault(command, folder / "hostile", folder / "in")
            places.put((command, fault, time.monotonic() - start))
            shutil.rmtree(folder / "in")
    places.put(None)


def warm() -> list[str]:
    """A command on the sound file, so that each child starts with most modules loaded; its faults.

    None that draws: Typst then has threads, which a fork loses.
    """
    with tempfile.TemporaryDirectory() as made:
        hostile.forged(lambda path: None, Path(made, "sound"))
        Path(made, "in").mkdir()
        fault = hostile.fault("score", Path(made, "sound"), Path(made, "in"))
    return [f"the sound file | score | {fault}"] if fault else []


def each_command(shape: str) -> tuple[list[str], float]:
    """The faults of all commands on one shape, and the seconds that the slowest took."""
    queue: multiprocessing.Queue[tuple[str, str | None, float] | None] = FORK.Queue()
    child = FORK.Process(target=runs, args=(shape, queue))
    child.start()
    faults, slowest, done = [], 0.0, 0
    while True:
        try:
            told = queue.get(timeout=HANGS)
        except Exception:
            faults.append(f"{shape} | {list(hostile.COMMANDS)[done]} | a hang, or the process died")
            child.kill()
            break
        if told is None:
            break
        done += 1
        command, fault, seconds = told
        slowest = max(slowest, seconds)
        if fault:
            faults.append(f"{shape} | {command} | {fault}")
    child.join()
    return faults, slowest


def main() -> int:
    """Run the shapes asked for and print what came of it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--shapes", type=int, help="how many, drawn by the seed 0; all if not given")
    asked.add_argument("--jobs", type=int, default=1, help="how many shapes at a time")
    asked.add_argument("--out", type=Path, help="a JSON file for the counts")
    given = asked.parse_args()
    names = list(hostile.shapes())
    if given.shapes:
        names = sorted(random.Random(0).sample(names, given.shapes))
    faults, slowest = warm(), 0.0
    with ProcessPoolExecutor(given.jobs, FORK) as pool:
        outcomes = pool.map(each_command, names)
        for number, (broken, seconds) in enumerate(outcomes, 1):
            faults += broken
            slowest = max(slowest, seconds)
            for line in broken:
                print(line, flush=True)
            if number % 20 == 0:
                print(f"{number} of {len(names)} shapes", flush=True)
    counts = {
        "shapes": len(names),
        "commands": len(hostile.COMMANDS),
        "runs": len(names) * len(hostile.COMMANDS),
        "faults": len(faults),
        "slowest_seconds": round(slowest, 1),
        "python": platform.python_version(),
        "system": platform.system(),
    }
    print(json.dumps(counts, indent=1))
    if given.out:
        given.out.write_text(json.dumps(counts | {"each": faults}, indent=1) + "\n", encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
