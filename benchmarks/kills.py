"""Commands ended by `kill -9` at random moments: `python benchmarks/kills.py [--kills 300] [--seed 1] [--only NAME …]`.

Each kill has a folder of its own. A third comes at any moment of the command, a third soon after its first writing is seen, and
a third as late as can be: when the old folder has gone from its place, or the transaction or the file is about to stand. After
each it is looked at what stands (everything old, or everything new, never a part), whether all that had been acknowledged is
there, and whether a child process lives on; then the command is started again and runs to its end, after which the new state
must stand and nothing else: no temporary file or folder beside it, or where the system keeps such. The cache, which holds nothing
of anybody, is left out. Prints a table; the figures go to `benchmarks/results/kills.json`. Exit code 1 if a rule was broken.
"""

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl

from assessment.storing.sqlite import AssessmentFile
from kb.library.content import find_root
from kb.newsletter.folder import Article, ArticleHead, EditionHead, write_article, write_edition

DAY = "2026-11-23"
SHARES = {  # of the kills, by command; the slow ones get fewer
    "assess answer": 50,
    "assess collect": 45,
    "assess seal": 45,
    "plan import": 40,
    "edition build": 25,
    "edition harvest": 30,
    "edition import": 25,
    "site build": 15,
    "kb new": 25,
}
WORK = re.compile(r"\.arusha-[0-9a-f]{16}\.tmp")
WRITING = re.compile(r"\.arusha-[0-9a-f]{16}\.tmp|.*-journal")
GONE = 10  # seconds in which the children of a killed process must have ended
State = Any


@dataclass(frozen=True)
class Case:
    """One command: how its folder is made, its words, what is typed, where it writes, and how its state is read.

    *said*: what its output holds once it acknowledges the new state. *whole*: whether it is all or nothing; if not, any part may
    stand, but each file of it is whole. *following*: the command of the next start, the same one if not given. *already*: what
    it says where it refuses since the new state stands.
    """

    name: str
    prepare: Callable[[Path], None]
    command: tuple[str, ...]
    state: Callable[[Path], State]
    said: str
    places: tuple[str, ...] = (".",)
    typed: str = ""
    whole: bool = True
    following: tuple[tuple[str, ...], str] | None = None
    already: str = "\0"


@dataclass
class Run:
    """What a command does when nobody stops it: its states before and after, its seconds, and those from its first writing on."""

    case: Case
    base: Path
    before: State
    after: State
    seconds: float
    writing: float


@dataclass
class Count:
    """What came of the kills of one command; the last four must stay 0."""

    kills: int = 0
    acknowledged: int = 0
    old: int = 0
    new: int = 0
    part: int = 0
    away: int = 0
    lost: int = 0
    half: int = 0
    leftovers: int = 0
    children: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def broken(self) -> int:
        """How often a rule was broken."""
        return self.lost + self.half + self.leftovers + self.children


def arusha(*words: str, cwd: Path, typed: str = "") -> str:
    """Run a command to its end; its output comes back. Raises CalledProcessError with it if the command fails."""
    return subprocess.run(
        [sys.executable, "-m", "arusha", *words], cwd=cwd, env=surroundings(cwd), input=typed, text=True, check=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ).stdout  # fmt: skip


def surroundings(work: Path) -> dict[str, str]:
    """The environment of a command: temporary files in a place of their own, one cache for all."""
    place = work.with_name(f"{work.name}-temporary")
    place.mkdir(exist_ok=True)
    return os.environ | {
        "TMPDIR": str(place),
        "ARUSHA_CACHE": str(work.parent / "cache"),
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
    }


def tree(folder: Path) -> dict[str, str] | None:
    """The files in a folder by the digest of their bytes, without those of workplaces; None if there is no such folder."""
    if not folder.is_dir():
        return None
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = {str(path.relative_to(folder)): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in names.items() if not WORK.search(name)
    }


def journal(work: Path) -> list[tuple[str, str]]:
    """The entries of the assessment."""
    with AssessmentFile.open(work / "a.arusha") as file:
        return [(entry.kind, json.dumps(entry.body, sort_keys=True)) for entry in file.entries()]


def assessment(work: Path) -> None:
    """An assessment without answers."""
    arusha("assess", "new", "a.arusha", "--administration", "Ruvania Customs Service", cwd=work)


def answered(work: Path) -> None:
    """An assessment with the answers of the example."""
    assessment(work)
    arusha("assess", "collect", "a.arusha", str(find_root() / "examples" / "ruvania.json"), cwd=work)


def planned(work: Path) -> None:
    """A plan of three actions, and a workbook in which each is changed."""
    answered(work)
    arusha("plan", "from-gap", "a.arusha", "--top", "3", cwd=work)
    arusha("plan", "export", "a.arusha", "-o", "plan.xlsx", cwd=work)
    book = openpyxl.load_workbook(work / "plan.xlsx")
    sheet = book.worksheets[0]
    for row in range(2, 5):
        sheet.cell(row, 6).value = f"Measure {row}"
    book.save(work / "plan.xlsx")


def edition(work: Path) -> None:
    """An edition of two approved articles."""
    folder = work / "edition"
    folder.mkdir()
    told = {
        "number": 17,
        "title": {"en": "Integrity Newsletter"},
        "language": "en",
        "articles": ["01-kenya", "02-togo"],
    }
    write_edition(folder, EditionHead.model_validate(told, strict=False))
    body = "## The line\n\nOf 96 calls in 2025, 31 led to an inquiry.\n\n## The register\n\nOfficers enter each gift.\n"
    for name, member in (("01-kenya", "KE"), ("02-togo", "TG")):
        fields = {"kind": "member", "member": member, "title": f"What {member} did", "state": "approved"}
        write_article(folder, Article(f"{name}.md", ArticleHead.model_validate(fields, strict=False), body))


def built(work: Path) -> None:
    """An edition, built once, and changed since."""
    edition(work)
    arusha(*BUILD, cwd=work)
    article = work / "edition" / "01-kenya.md"
    article.write_text(article.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")


def imported(work: Path) -> None:
    """An edition of one document, and another document to come."""
    for name, title in (("one", "A register of gifts"), ("two", "A line at the port")):
        text = f"# Kenya\n\n## {title}\n\nOfficers enter each gift on the day it was made, all of them.\n"
        (work / f"{name}.md").write_text(text, encoding="utf-8")
    arusha("edition", "import", "one.md", "-o", "edition", cwd=work)


def content(work: Path) -> None:
    """The content folder."""
    shutil.copytree(find_root(), work / "content")


def site(work: Path) -> None:
    """A site, built once, of content that was changed since."""
    content(work)
    for record in sorted((work / "content" / "practices").glob("*.md"))[:1]:
        arusha("site", "build", "--content", "content", "--out", "site", cwd=work)
        record.write_text(record.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")


def without_dates(folder: str, work: Path) -> dict[str, str] | None:
    """The files of a site; of those that hold the moment of building their presence alone."""
    found = tree(work / folder)
    return found and {name: "" if name.endswith((".gz", "sitemap.xml")) else digest for name, digest in found.items()}


def drafts(work: Path) -> dict[str, str]:
    """The drafts of a harvest; its report tells of the run alone."""
    return {name: digest for name, digest in (tree(work / "drafts") or {}).items() if name != "report.md"}


def records(work: Path) -> dict[str, str]:
    """The new record and the edition that names it."""
    found = tree(work / "content") or {}
    return {name: found[name] for name in (NEW, "editions/16/edition.yml") if name in found}


BUILD = ("edition", "build", "edition", "-o", "out", "--anyway", "kills", "--as-of", DAY)
NEW = "practices/nz-lockers-that-anyone-may-open.md"
ASKED = "NZ\n{}\n\n8.b, 6.a\npolicy\n16\nnew-zealand\n"
AGAIN = ("kb", "new", "--content", "content")
TYPED = "".join(f"{number % 5}\nNote {number}\nProof {number}\n\n" for number in range(40)) + "q\n"
RESPONSES = str(find_root() / "examples" / "ruvania.json")
ANSWER = ("assess", "answer", "a.arusha")
SITE = ("site", "build", "--content", "content", "--out", "site")
HARVEST = ("edition", "harvest", "edition", "-o", "drafts", "--as-of", DAY)
CASES = {
    case.name: case
    for case in (
        Case("assess answer", assessment, ANSWER, journal, "", typed=TYPED, whole=False, following=(ANSWER, "q\n")),
        Case("assess collect", assessment, ("assess", "collect", "a.arusha", RESPONSES), journal, "ruvania.json"),
        Case("assess seal", answered, ("assess", "seal", "a.arusha", "--yes"), journal, "ingerprint"),
        Case("plan import", planned, ("plan", "import", "a.arusha", "plan.xlsx", "--yes"), journal, "actions changed."),
        Case("edition build", built, BUILD, lambda work: tree(work / "out"), "preview.html"),
        Case("edition harvest", edition, HARVEST, drafts, "#", (".", "drafts", "drafts/practices"), whole=False),
        Case(
            "edition import",
            imported,
            ("edition", "import", "two.md", "-o", "edition"),
            lambda work: tree(work / "edition"),
            "edition",
            already="it was taken once",
        ),
        Case("site build", site, SITE, partial(without_dates, "site"), "pages"),
        Case(
            "kb new",
            content,
            AGAIN,
            records,
            "Fill it in",
            ("content/practices", "content/editions/16"),
            ASKED.format("Lockers that anyone may open"),
            whole=False,
            following=(AGAIN, ASKED.format("A second thing")),
        ),
    )
}


class Killed:
    """One command under way, and the moment at which it is killed."""

    def __init__(self, case: Case, work: Path) -> None:
        self.case, self.work = case, work
        self.folders = [work / place for place in case.places]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "arusha", *case.command],
            cwd=work, env=surroundings(work), start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdin is not None
        self.process.stdin.write(case.typed.encode())
        self.process.stdin.close()

    def writes(self) -> bool:
        """Whether it has begun to write where it matters."""
        return any(True for _ in self.seen())

    def late(self) -> bool:
        """Whether the old folder has left its place, or a file is about to get its own."""
        return any(
            path.name.endswith("-journal") or (path / "earlier").is_dir() or (path / "new").is_file()
            for path in self.seen()
        )

    def seen(self) -> Iterator[Path]:
        """What shows that it writes."""
        for folder in self.folders:
            with suppress(FileNotFoundError):
                yield from [path for path in folder.iterdir() if WRITING.fullmatch(path.name)]

    def until(self, sign: Callable[[], bool]) -> None:
        """Wait for a sign of it, or for its end."""
        while self.process.poll() is None and not sign():
            time.sleep(0.0003)

    def kill(self) -> str:
        """Kill it alone; what it had said comes back."""
        assert self.process.stdout is not None
        self.process.kill()
        said = self.process.stdout.read().decode(errors="replace")
        self.process.stdout.close()
        self.process.wait()
        return said

    def children(self) -> bool:
        """Whether a process of its session lives on after the time that it has to end; such a one is ended."""
        end = time.monotonic() + GONE
        while (left := _of_session(self.process.pid)) and time.monotonic() < end:
            time.sleep(0.02)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        return bool(left)


def _of_session(session: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def measure(case: Case, folder: Path) -> Run:
    """Make what a command starts from, and see what it does when it is left alone."""
    base, work = folder / "base", folder / "unkilled"
    base.mkdir(parents=True)
    case.prepare(base)
    shutil.copytree(base, work, symlinks=True)
    start = time.monotonic()
    going = Killed(case, work)
    going.until(going.writes)
    wrote = time.monotonic()
    going.process.stdout.read()
    going.process.stdout.close()
    if going.process.wait():
        raise RuntimeError(f"{case.name} fails when it is left alone: arusha {' '.join(case.command)}")
    end = time.monotonic()
    return Run(case, base, case.state(base), case.state(work), end - start, end - wrote)


def spoil(run: Run, number: int, seed: int, count: Count) -> None:
    """One kill and what came of it."""
    case, choice = run.case, random.Random(f"{seed} {run.case.name} {number}")
    work = run.base.with_name(f"kill-{number}")
    shutil.copytree(run.base, work, symlinks=True)
    going = Killed(case, work)
    said = strike(going, run, number % 3, choice)
    broken = Counter[str](children=int(going.children()))
    state = case.state(work)
    kind, wrong = judged(run, state, said)
    broken.update(wrong)
    for rule, told in started_again(run, work, state, kind):
        broken[rule] += 1
        count.told.append(f"{case.name} {number}: {told}")
    count.kills += 1
    count.acknowledged += acknowledges(case, said)
    for name, times in (broken + Counter({kind: 1})).items():
        setattr(count, name, getattr(count, name) + times)
    shutil.rmtree(work)
    shutil.rmtree(work.with_name(f"{work.name}-temporary"))


def strike(going: Killed, run: Run, way: int, choice: random.Random) -> str:
    """Kill a command: at any moment (0), after its first writing (1), as late as can be (2); what it had said comes back."""
    if way == 0:
        time.sleep(choice.uniform(0, run.seconds * 1.05))
    elif way == 1:
        going.until(going.writes)
        time.sleep(choice.uniform(0, run.writing))
    else:
        going.until(going.late)
        time.sleep(choice.choice([0, choice.uniform(0, 0.01)]))
    return going.kill()


def started_again(run: Run, work: Path, state: State, kind: str) -> Iterator[tuple[str, str]]:
    """The rules that are broken after the next start, each with a sentence."""
    case = run.case
    words, typed = case.following or (case.command, case.typed)
    try:
        arusha(*words, cwd=work, typed=typed)
    except subprocess.CalledProcessError as error:
        if kind != "new" or case.already not in error.stdout:
            yield "half", f"the next start fails: {error.stdout.strip()[-300:]}"
    again = case.state(work)
    if case.whole and again != run.after:
        yield "half", "the next start ends in another state"
    if not case.whole and not kept(state, again):
        yield "lost", "after the next start something is gone"
    places = [*work.rglob("*"), *work.with_name(f"{work.name}-temporary").iterdir()]
    if rest := [path.name for path in places if WRITING.fullmatch(path.name)]:
        yield "leftovers", f"left: {', '.join(rest)}"


def acknowledges(case: Case, said: str) -> int:
    """How much the output acknowledges."""
    return said.count("Kept: Level") if case.name == "assess answer" else int(case.said in said)


def judged(run: Run, state: State, said: str) -> tuple[str, Counter[str]]:
    """What stands after a kill (old, new, part, away), and the rules that it breaks."""
    case, broken = run.case, Counter[str]()
    acknowledged = acknowledges(case, said)
    if state is None and run.before is not None:
        return "away", Counter(lost=int(bool(acknowledged)))
    kind = "new" if state == run.after else "old" if state == run.before else "part"
    if case.name == "assess answer":
        levels = [json.loads(body)["answer"]["level"] for kind_, body in state if kind_ == "answered"]
        broken["lost"] = int(len(_by_question(state)) < acknowledged)
        broken["half"] = int(any(level not in range(5) for level in levels))
    elif case.whole:
        broken["half"] = int(kind == "part")
        broken["lost"] = int(bool(acknowledged) and kind != "new")
    else:
        broken["half"] = sum(
            digest not in (run.before.get(name), run.after.get(name)) for name, digest in state.items()
        )
        broken["lost"] = int(bool(acknowledged) and kind != "new")
    return kind, broken


def _by_question(state: State) -> set[str]:
    return {json.loads(body)["question"] for kind, body in state if kind == "answered"}


def kept(before: State, after: State) -> bool:
    """Whether everything that stood stands after the next start, where that goes on from it."""
    if isinstance(before, list):
        return bool(after[: len(before)] == before)
    return all(
        name in after and (after[name] == digest or name.endswith("edition.yml")) for name, digest in before.items()
    )


def carry_out(kills: int, seed: int, only: list[str], folder: Path) -> dict[str, Count]:
    """All kills, shared out among the commands; what came of them by command."""
    chosen = {name: SHARES[name] for name in only or SHARES}
    counts = {}
    for name, share in chosen.items():
        times = max(1, round(kills * share / sum(chosen.values())))
        run = measure(CASES[name], folder / name.replace(" ", "-"))
        count = counts[name] = Count()
        with ThreadPoolExecutor(2) as pool:
            for _ in pool.map(partial(spoil, run, seed=seed, count=count), range(times)):
                pass
        shutil.rmtree(run.base.parent)
        print(line(name, count), flush=True)
        for told in count.told:
            print(f"    {told}", flush=True)
    return counts


NUMBERS = ("kills", "acknowledged", "old", "new", "part", "away", "lost", "half", "leftovers", "children")


def line(name: str, count: Count) -> str:
    """One line of the table."""
    return f"{name:<16}" + "".join(f"{getattr(count, number):>{len(number) + 2}}" for number in NUMBERS)


def main() -> None:
    """Kill, print a table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=sum(SHARES.values()))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=SHARES, default=[], metavar="NAME")
    asked = parser.parse_args()
    print(f"{'':<16}" + "".join(f"  {number}" for number in NUMBERS))
    with tempfile.TemporaryDirectory(prefix="arusha-bench-") as folder:
        counts = carry_out(asked.kills, asked.seed, asked.only, Path(folder))
    total = Count(**{number: sum(getattr(count, number) for count in counts.values()) for number in NUMBERS})
    print(line("all", total))
    if not asked.only:
        results = Path(__file__).parent / "results" / "kills.json"
        kept_ = {
            name: {number: getattr(count, number) for number in NUMBERS}
            for name, count in [*counts.items(), ("all", total)]
        }
        results.write_text(json.dumps({"seed": asked.seed, "commands": kept_}, indent=2) + "\n", encoding="utf-8")
    sys.exit(bool(total.broken))


if __name__ == "__main__":
    main()
