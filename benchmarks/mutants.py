"""How many faults put into the code the tests notice: `python benchmarks/mutants.py [MODULE…]`, with `pip install mutmut`.

Mutmut changes one thing after another in a copy of the project and runs the tests of that module against each change; the share
killed is printed by module. A module is one of those below; all of them take hours, `agreement` takes minutes.
"""

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = {  # by module: what mutmut may change, and the tests that hold it
    "agreement": ("assessment/agreement.py", "tests/assessment/test_agreement.py"),
    "audience": ("assessment/audience.py", "tests/assessment/test_audience.py"),
    "events": ("assessment/events.py", "tests/assessment/test_events.py tests/assessment/storing"),
    "rounds": ("assessment/rounds/*.py", "tests/assessment/test_second_shell.py"),
    "scoring": ("assessment/scoring.py", "tests/assessment/test_scoring.py"),
}
SETTINGS = """
[tool.mutmut]
source_paths = ["assessment"]
only_mutate = ["{module}"]
also_copy = ["kb", "content", "site", "arusha.py", "mkdocs.yml", "mkdocs.fr.yml", "supply.py", "packaging_hook.py"]
pytest_add_cli_args = ["-n0", "-q"]
pytest_add_cli_args_test_selection = {tests}
"""


def results(name: str) -> Counter[str]:
    """How many mutants of a module came to which end, such as `killed` or `survived`."""
    module, tests = TESTS[name]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "arusha"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "mutants", "public", "__pycache__"))
        with (copy / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write(SETTINGS.format(module=module, tests=tests.split()))
        mutmut = [sys.executable, "-m", "mutmut"]
        done = subprocess.run([*mutmut, "run"], cwd=copy, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            sys.exit(done.stdout[-3000:] + done.stderr)
        shown = subprocess.run(
            [*mutmut, "results", "--all", "true"], cwd=copy, check=True, capture_output=True, encoding="utf-8"
        ).stdout
    lines = [line.strip() for line in shown.splitlines() if ": " in line]
    print(*(line for line in lines if not line.endswith(": killed")), sep="\n", file=sys.stderr)
    return Counter(line.rpartition(": ")[2] for line in lines)


def main() -> None:
    """Print the share killed of each module named, or of all."""
    for name in sys.argv[1:] or TESTS:
        ends = results(name)
        killed = ends["killed"] + ends["timeout"]
        print(f"{name:10} {killed} of {ends.total()} killed ({100 * killed / max(1, ends.total()):.0f} %)", flush=True)


if __name__ == "__main__":
    main()
