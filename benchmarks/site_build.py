"""Building the site beside plain Material on the same pages: `python benchmarks/site_build.py [--records 1000 10000]`.

For each number of records, one content folder is made and both sites are built from it, in English and French: first plain
MkDocs with Material and its own search, then ours cold (no index, no earlier site), warm (nothing changed) and with one
record changed. Ratios are ours over plain Material's cold build. The figures go to `benchmarks/results/site_build.json`.
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

import corpus

GOALS = {"cold": 1.25, "warm": 0.8, "changed": 0.3}


def run(*command: str | Path, cache: Path) -> float:
    """Seconds that a command takes; its output is shown only if it fails."""
    environment = os.environ | {"ARUSHA_CACHE": str(cache), "NO_MKDOCS_2_WARNING": "1"}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - start


def measure(records: int, work: Path) -> dict[str, float]:
    """Seconds of each build for *records* practices."""
    content, cache, out = work / "content", work / "cache", work / "site"
    corpus.write(records, content)
    seconds = {"material": 0.0}
    for language in ("en", "fr"):
        tree = work / f"plain-{language}"
        run("arusha", "site", "pages", tree, "--lang", language, "--content", content, cache=cache)
        seconds["material"] += run("mkdocs", "build", "-q", "-f", tree / "mkdocs.yml", cache=cache)
        shutil.rmtree(tree)
    build = ("arusha", "site", "build", "--content", content, "--out", out)
    seconds["cold"] = run(*build, cache=cache)
    seconds["warm"] = run(*build, cache=cache)
    record = sorted((content / "practices").glob("*.md"))[records // 2]
    record.write_text(record.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    seconds["changed"] = run(*build, cache=cache)
    return seconds


def main() -> None:
    """Measure, print a table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, nargs="+", default=[1000])
    found = {}
    for records in parser.parse_args().records:
        with tempfile.TemporaryDirectory(prefix="arusha-bench-") as folder:
            seconds = found[records] = measure(records, Path(folder))
        print(f"{records} records: plain Material {seconds['material']:.1f} s, both languages")
        for name, goal in GOALS.items():
            ratio = seconds[name] / seconds["material"]
            print(
                f"  {name:<8} {seconds[name]:6.1f} s  {ratio:5.2f} ×  (goal ≤ {goal}) {'met' if ratio <= goal else 'MISSED'}"
            )
    if len(found) > 1:
        (few, less), (many, more) = min(found.items()), max(found.items())
        print(
            f"cold per page: {less['cold'] / few * 1000:.2f} ms at {few}, {more['cold'] / many * 1000:.2f} ms at {many}"
        )
    results = Path(__file__).parent / "results" / "site_build.json"
    results.parent.mkdir(exist_ok=True)
    results.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
