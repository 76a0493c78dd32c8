"""What is written out of an assessment is its owner's alone, from the first moment and whatever the umask."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb.base.places import project_folder

SCRIPT = """
import sys
from click.testing import CliRunner
from arusha import main
from kb.library.content import find_root


def run(*words):
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, (words, result.output)

plan = ("--owner", "HR", "--start", "2026-01-10", "--due", "2026-09-30", "--public")
indicator = "Posts rotated; baseline=20; target=90; unit=%; source=register"
run("assess", "new", "a.arusha", "--administration", "Testland", "--member", "NZ")
run("assess", "collect", "a.arusha", find_root() / "examples" / "ruvania.json")
run("assess", "evidence", "add", "a.arusha", "x", "--for", "1.a.1", "--file", "proof.txt")
run("assess", "evidence", "save", "a.arusha", "e1", "-o", "new/saved.txt")
risk = ("--process", "Release", "--text", "Bribes", "--vulnerability", "goods", "--likelihood", 3, "--impact", 4)
run("assess", "risks", "add", "a.arusha", *risk)
run("assess", "risks", "map", "a.arusha", "-o", "risks.svg")
run("plan", "from-gap", "a.arusha", "--top", 1, "--indicator", indicator, *plan)
run("plan", "progress", "a.arusha", "a1", "--date", "2026-09-15", "--value", "1=92", "--status", "done")
for ending in ("xlsx", "docx", "ics", "csv", "json"):
    run("plan", "export", "a.arusha", "-o", f"plan.{ending}")
for name in ("timeline", "burnup"):
    run("plan", name, "a.arusha", "-o", f"{name}.svg")
run("plan", "tracker", "a.arusha", "-o", "tracker")
run("plan", "edit", "a.arusha", "a1", "--measure", "The register was opened")
run("plan", "article", "a.arusha", "a1", "-o", "article")
for ending in ("html", "md", "docx", "xlsx", "json", "pdf"):
    run("assess", "report", "a.arusha", "-o", f"reports/r.{ending}")
run("assess", "export", "a.arusha", "-o", "a.json")
run("assess", "import", "a.json", "b.arusha")
run("assess", "lock", "a.arusha", "-o", "a.age", "--passphrase-file", "words")
run("assess", "unlock", "a.age", "-o", "c.arusha", "--passphrase-file", "words")
run("assess", "seal", "a.arusha", "--yes")
run("assess", "card", "a.arusha", "-o", "card.json", "--region", "all", "--size", "all", "--keep-key", "card.key")
"""
CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\((.*)\) += (-?\d+)")
PATH, FOLDER = re.compile(r'"([^"]*)"'), re.compile(r"^\d+<([^>]*)>")
OCTAL = re.compile(r"\b0[0-7]{2,4}\b")


def seen(trace: str, folder: Path, umask: int) -> dict[str, int]:
    """Every right that a file or folder below *folder* was ever given, as `call path`."""
    found = {}
    for line in trace.splitlines():
        call = CALL.match(line)
        if call is None or int(call[3]) < 0:
            continue
        made = "O_CREAT" in call[2] or call[1].startswith("mkdir")
        if not (made or "chmod" in call[1]):
            continue
        path = Path((PATH.search(call[2]) or FOLDER.search(call[2]) or ["", ""])[1])
        if (folder / path).is_relative_to(folder):
            mode = int(OCTAL.findall(call[2].rpartition('"')[2] or call[2])[-1], 8)
            found[f"{call[1]} {path} {mode:o}"] = mode & ~umask if made else mode
    return found


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_no_file_of_an_assessment_is_ever_readable_by_others(tmp_path: Path, umask: int) -> None:
    """Each command that writes is watched call by call: what it creates, and what rights it gives."""
    strace = shutil.which("strace")
    if strace is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "no strace on PATH; install it, on Debian with: apt-get install strace"
        )
    work = tmp_path / "work"
    work.mkdir()
    (work / "proof.txt").write_text("x")
    (work / "words").write_text("correct horse battery staple")
    trace = tmp_path / "trace"
    calls = "trace=open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat"
    done = subprocess.run(
        [strace, "-f", "-y", "--seccomp-bpf", "-s", "400", "-e", calls, "-o", trace, sys.executable, "-c", SCRIPT],
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(project_folder())},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rights = seen(trace.read_text(errors="replace"), work, umask)
    assert len(rights) > 60, "the calls were not seen"
    assert {name: oct(mode) for name, mode in rights.items() if mode & 0o077} == {}
    written = {path: path.stat().st_mode & 0o077 for path in work.rglob("*") if path.name not in ("proof.txt", "words")}
    assert len(written) > 20
    assert {path.name: oct(mode) for path, mode in written.items() if mode} == {}


WRITING = {
    "mkstemp",
    "mkdtemp",
    "NamedTemporaryFile",
    "copyfile",
    "copy",
    "copy2",
    "write_text",
    "write_bytes",
    "chmod",
}
ALLOWED = {"output.py": {"write_whole"}, "word_template.py": {"write_bytes"}, "demo.py": {"mkdir"}}
"""The one way out; the tool that makes the template of the package; the demo's folder, whose parts keep their own rights."""


def test_nothing_of_an_assessment_is_written_in_another_way() -> None:
    """`output.write` and `kb.base.files.create(…, private=True)` are the two ways; a third would need its own thought."""
    faults = []
    for path in sorted((project_folder() / "assessment").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            text = ast.unparse(node)
            writes = name in WRITING | {"write_whole", "mkdir", "write_article"}
            writes |= name == "open" and bool(re.search(r"O_WRONLY|O_RDWR|O_CREAT|'[wax]b?\+?'", text))
            writes |= name == "create" and "private=" in text and "private=True" not in text
            if writes and name not in ALLOWED.get(path.name, ()):
                faults.append(f"{path.name}:{node.lineno}: {text}")
    assert faults == []
