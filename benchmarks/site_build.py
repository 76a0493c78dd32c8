"""Building the site beside plain Material on the same pages: `python benchmarks/site_build.py [--records 1000 10000]`.

For each number of records, one content folder is made and both sites are built from it, in English and French: first plain
MkDocs with Material and its own search, then ours cold (no cache, no earlier site), warm (nothing changed) and, three times,
with one more record changed (the median counts). Ratios are ours over plain Material's cold build. Between the fewest and the
most records, the time that a cold build takes for a practice page, all else shared out, may differ by 15 %. The time for a page of
any kind stands beside: the other pages, always 480 and light, are a fifth of the small site and a fiftieth of the large one, so it
grows by up to 21 % where a practice page costs the same. Processor seconds of all processes stand beside, since other work on the
machine changes them less. The figures go to `benchmarks/results/site_build.json`.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import corpus

GOALS = {"cold": 1.25, "warm": 0.8, "changed": 0.3}
GROWTH = 0.15  # how far the time per page may differ between the sizes


class Time(NamedTuple):
    """Seconds by the clock and of the processors."""

    wall: float
    processor: float


def run(*command: str | Path, cache: Path) -> Time:
    """What a command takes; its output is shown only if it fails."""
    environment = os.environ | {"ARUSHA_CACHE": str(cache), "NO_MKDOCS_2_WARNING": "1"}
    start, used = time.perf_counter(), os.times()
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    now = os.times()
    processor = now.children_user - used.children_user + now.children_system - used.children_system
    return Time(time.perf_counter() - start, processor)


def measure(records: int, work: Path) -> tuple[dict[str, Time], int]:
    """What each build takes for *records* practices, and the number of pages."""
    content, cache, out = work / "content", work / "cache", work / "site"
    corpus.write(records, content)
    plain = []
    for language in ("en", "fr"):
        tree = work / f"plain-{language}"
        run(
            "arusha", "site", "pages", tree, "--lang", language, "--content", content, cache=work / "cache of the pages"
        )
        plain.append(run("mkdocs", "build", "-q", "-f", tree / "mkdocs.yml", cache=cache))
        shutil.rmtree(tree)
    build = ("arusha", "site", "build", "--content", content, "--out", out)
    cold, warm = run(*build, cache=cache), run(*build, cache=cache)
    changed = []
    for record in sorted((content / "practices").glob("*.md"))[:: records // 3][:3]:
        record.write_text(record.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
        changed.append(run(*build, cache=cache))
    found = {"material": Time(*map(sum, zip(*plain, strict=True))), "cold": cold, "warm": warm}
    return found | {"changed": sorted(changed)[1]}, sum(1 for _ in out.rglob("*.html"))


def verdict(met: bool) -> str:
    """How a goal came out."""
    return "met" if met else "MISSED"


def main() -> None:
    """Measure, print a table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, nargs="+", default=[1000])
    results = Path(__file__).parent / "results" / "site_build.json"
    results.parent.mkdir(exist_ok=True)
    found: dict[int, tuple[dict[str, Time], int]] = {}
    for records in sorted(parser.parse_args().records):
        with tempfile.TemporaryDirectory(prefix="arusha-bench-") as folder:
            times, pages = found[records] = measure(records, Path(folder))
        plain = times["material"]
        print(
            f"{records} records, {pages} pages: plain Material {plain.wall:.1f} s ({plain.processor:.1f}), both languages"
        )
        for name, goal in GOALS.items():
            wall, processor = times[name]
            ratio = wall / plain.wall
            print(
                f"  {name:<8} {wall:6.1f} s ({processor:.1f})  {ratio:5.2f} ×  (goal ≤ {goal}) {verdict(ratio <= goal)}"
            )
        kept = {str(n): {name: one._asdict() for name, one in t.items()} | {"pages": p} for n, (t, p) in found.items()}
        results.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    if len(found) > 1:
        small, large = min(found), max(found)
        few, many = (found[records][0]["cold"].wall / (2 * records) * 1000 for records in (small, large))
        met = verdict(abs(many / few - 1) <= GROWTH)
        print(
            f"a practice page, cold, all else shared out: {few:.2f} ms at {small} records, {many:.2f} ms at {large}: ",
            end="",
        )
        print(f"{many / few - 1:+.0%} (goal within {GROWTH:.0%}) {met}")
        few, many = (times["cold"].wall / pages * 1000 for times, pages in (found[small], found[large]))
        print(f"a page of any kind: {few:.2f} ms and {many:.2f} ms: {many / few - 1:+.0%}")


if __name__ == "__main__":
    main()
