"""Lighthouse on the front, the search page, a practice and the French front: `python benchmarks/lighthouse.py [--runs 5]`.

Needs Chromium and npm on PATH; Lighthouse is installed into a temporary folder, the site built into it and served, gzipped, on the
loopback address. Lighthouse's own settings hold: a mid-range phone on a slow link. Performance is the median of the runs, since it
hangs on what else this computer does; for the others the worst run counts. The last column is Lighthouse's own measure of this
computer's speed in each run: where it swings, something else was running. Exit code 1: a goal is missed.
"""

import argparse
import gzip
import json
import mimetypes
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

VERSION = "12.8.2"
PAGES = ("index.html", "search.html", "practices/ec-whistleblower-channel.html", "fr/index.html")
GOALS = {"performance": 97, "accessibility": 100, "best-practices": 100, "seo": 100}
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def run(*command: str | Path, folder: Path, **environment: str) -> None:
    """Run a command; its output is shown only if it fails, which ends the benchmark."""
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def program(name: str) -> str:
    """Where a program is, or the end."""
    return shutil.which(name) or sys.exit(f"{name} is not on PATH; install it, on Debian with: apt-get install {name}")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder is served as a good web server would: text gzipped, pages checked anew, the rest kept a day."""
    files = {f"/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()}

    @cache
    def body(path: str) -> tuple[bytes, dict[str, str]]:
        data, kind = files[path].read_bytes(), mimetypes.guess_type(path)[0] or "application/octet-stream"
        text = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
        headers = {"Content-Type": kind, "Cache-Control": "no-cache" if kind == "text/html" else "max-age=86400"}
        if text:
            headers |= {"Content-Type": f"{kind}; charset=utf-8", "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return (gzip.compress(data, mtime=0) if text else data), headers

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            data, headers = body(path) if path in files else (b"", {"Content-Type": "text/plain"})
            self.send_response(200 if path in files else 404)
            for name, value in (headers | {"Content-Length": str(len(data))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{http.server_port}"
        finally:
            http.shutdown()


def audit(lighthouse: Path, url: str, runs: int, folder: Path) -> tuple[dict[str, float], list[int], list[str]]:
    """The scores of a page, 0 to 100, this computer's speed in each run, and the failing audits, each in a line."""
    speeds: list[int] = []
    scores: dict[str, list[float]] = {name: [] for name in GOALS}
    failing: dict[str, str] = {}
    for _ in range(runs):
        told = folder / "report.json"
        ask = ("--quiet", "--output=json", f"--output-path={told}", f"--only-categories={','.join(GOALS)}")
        run(lighthouse, url, *ask, f"--chrome-flags={FLAGS}", folder=folder, CHROME_PATH=program("chromium"))
        report: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
        if "runtimeError" in report:
            sys.exit(f"{url}: {report['runtimeError']['message']}")
        speeds.append(round(report["environment"]["benchmarkIndex"]))
        for name in GOALS:
            category = report["categories"][name]
            scores[name].append(round(category["score"] * 100))
            for part in category["auditRefs"]:
                found = report["audits"][part["id"]]
                if part["weight"] and found["score"] is not None and found["score"] < 0.9:
                    failing[part["id"]] = (
                        f"{name}: {found['title']} ({part['id']}) {found.get('displayValue', '')}".rstrip()
                    )
    worst = {name: float(min(values)) for name, values in scores.items()}
    return worst | {"performance": statistics.median(scores["performance"])}, speeds, list(failing.values())


def main() -> None:
    """Audit each page, print a table with the goals and what failed, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    npm, found = program("npm"), {}
    missed = False
    with tempfile.TemporaryDirectory(prefix="arusha-bench-") as name:
        folder = Path(name)
        run(npm, "install", "--no-audit", "--no-fund", "--silent", f"lighthouse@{VERSION}", folder=folder)
        run(sys.executable, "-m", "arusha", "site", "build", "--out", folder / "site", folder=folder)
        print(f"{'page':<42}" + "".join(f"{name} ≥ {goal}".rjust(22) for name, goal in GOALS.items()) + "   speed")
        with served(folder / "site") as address:
            for page in PAGES:
                scores, speeds, failing = audit(
                    folder / "node_modules/.bin/lighthouse", f"{address}/{page}", runs, folder
                )
                found[page] = scores | {"speeds": speeds}
                cells = [
                    f"{scores[name]:g} {'met' if scores[name] >= goal else 'MISSED'}" for name, goal in GOALS.items()
                ]
                print(f"{page:<42}" + "".join(cell.rjust(22) for cell in cells) + f"   {speeds}", flush=True)
                print("".join(f"  {line}\n" for line in failing), end="", flush=True)
                missed |= any(scores[name] < goal for name, goal in GOALS.items())
    results = Path(__file__).parent / "results" / "lighthouse.json"
    results.parent.mkdir(exist_ok=True)
    figures = {
        "lighthouse": VERSION,
        "runs": runs,
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "scores": found,
    }
    results.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.exit(missed)


if __name__ == "__main__":
    main()
