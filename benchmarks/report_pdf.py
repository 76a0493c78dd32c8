"""The report as PDF and as a page beside WeasyPrint on that page: `python benchmarks/report_pdf.py [--runs 5]`.

One report of about sixty pages is made from the question bank: every question answered, with notes and evidence, and a plan. Each
run then takes three whole processes in turn, each reading its input from a file and writing its file: ours to PDF (Typst), ours to
HTML (Jinja), and WeasyPrint from that HTML to a tagged PDF. The medians count; ratios are ours over WeasyPrint. WeasyPrint is no
dependency of the project: it is installed into a throw-away folder (and needs Pango, on Debian `apt-get install libpango-1.0-0
libharfbuzz-subset0`). The figures go to `benchmarks/results/report_pdf.json`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import NamedTuple

from pypdfium2 import PdfDocument

from assessment import journal, report
from assessment.actions import Action
from assessment.answers import Answer, Evidence
from kb.base.interface import phrases
from kb.library.knowledge import load

GOALS = {"pdf": 0.15, "html": 0.1}
OURS = """
import sys
from pathlib import Path
from assessment.report.files import render
from assessment.report.figures import Report
from kb.base.interface import phrases
source, target = map(Path, sys.argv[1:])
report = Report.model_validate_json(source.read_bytes())
target.write_bytes(render(report, phrases(report.language), target.suffix))
"""
THEIRS = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant='pdf/ua-1')"


class Time(NamedTuple):
    """Seconds by the clock and of the processors."""

    wall: float
    processor: float


def run(*command: str | Path) -> Time:
    """What a process takes; its errors are shown only if it fails."""
    start, used = time.perf_counter(), os.times()
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    now = os.times()
    processor = now.children_user - used.children_user + now.children_system - used.children_system
    return Time(time.perf_counter() - start, processor)


def sample() -> report.Report:
    """A report with something on every question."""
    knowledge = load()
    proof = Evidence(text="Order of the Director-General on the register of gifts", date="2025-03")
    answers = {
        question.id: Answer(level=at * 7 % 5, note="Heard in three ports and at headquarters.", evidence=(proof,))
        for at, question in enumerate((*knowledge.bank.questions, *knowledge.gender.questions))
    }
    plan = {
        f"a{n}": Action.model_validate(
            {
                "id": f"a{n}",
                "origin": {"gaps": ("1.a.1",)},
                "problem": "The code is not known.",
                "measure": "Hold courses.",
            }
        )
        for n in range(1, 11)
    }
    assessment = journal.Assessment(
        administration="Ruvania Customs Service (fictional)",
        member=None,
        language="en",
        opened="2026-03-02",
        changed="2026-05-20T10:00:00+00:00",
        bank=knowledge.bank,
        version=knowledge.bank.version,
        lens=knowledge.gender,
        answers=answers,
        actions=plan,
    )
    return report.make(assessment, knowledge, phrases("en"), "benchmark")


def weasyprint(folder: Path) -> Path | None:
    """A Python with WeasyPrint, or None where it cannot be had."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    for command in (("-m", "pip", "install", "--quiet", "weasyprint>=60"), ("-c", "import weasyprint")):
        if subprocess.run([python, *command], capture_output=True, check=False).returncode:
            return None
    return python


def main() -> None:
    """Measure, print a table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="arusha-bench-") as name:
        folder = Path(name)
        source, pdf, html, theirs = (folder / each for each in ("report.json", "ours.pdf", "ours.html", "theirs.pdf"))
        source.write_text(sample().model_dump_json(), encoding="utf-8")
        python = weasyprint(folder / "weasyprint")
        if python is None:
            sys.exit("WeasyPrint could not be installed or lacks Pango, so there is nothing to compare with")
        times: dict[str, list[Time]] = {"pdf": [], "html": [], "weasyprint": []}
        for _ in range(runs):
            times["pdf"].append(run(sys.executable, "-c", OURS, source, pdf))
            times["html"].append(run(sys.executable, "-c", OURS, source, html))
            times["weasyprint"].append(run(python, "-c", THEIRS, html, theirs))
        pages = {"pdf": len(PdfDocument(pdf)), "weasyprint": len(PdfDocument(theirs))}
    median = {kind: Time(*map(statistics.median, zip(*each, strict=True))) for kind, each in times.items()}
    print(
        f"{pages['pdf']} pages by Typst, {pages['weasyprint']} by WeasyPrint; medians of {runs} runs, whole processes"
    )
    each = {kind: 1000 * median[kind].wall / pages[kind] for kind in pages}
    print(f"for a page: {each['pdf']:.0f} ms by Typst, {each['weasyprint']:.0f} ms by WeasyPrint")
    for kind, (wall, processor) in median.items():
        told = f"{kind:<10} {wall:6.2f} s ({processor:.2f} of the processors)"
        if goal := GOALS.get(kind):
            ratio = wall / median["weasyprint"].wall
            told += f"  {ratio:.3f} ×  (goal ≤ {goal}) {'met' if ratio <= goal else 'MISSED'}"
        print(told)
    kept = {"pages": pages, "runs": runs} | {kind: each._asdict() for kind, each in median.items()}
    results = Path(__file__).parent / "results" / "report_pdf.json"
    results.parent.mkdir(exist_ok=True)
    results.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
