"""A sample of `benchmarks/kills.py`: whatever moment a command is killed at, nothing is lost, half-written or left behind."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from kb.base.files import clear
from kb.base.places import project_folder

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="the processes of a session are read from /proc: run it on Linux"
)


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """`benchmarks/kills.py`, which kills 300 times."""
    path = project_folder() / "benchmarks" / "kills.py"
    specification = importlib.util.spec_from_file_location("kills", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["kills"] = module
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["assess seal", "edition import", "kb new"])
def test_a_killed_command_loses_nothing_and_leaves_nothing(bench: ModuleType, tmp_path: Path, name: str) -> None:
    count = bench.carry_out(3, 7, [name], tmp_path)[name]
    assert count.kills == 3
    assert count.broken == 0, count.told


def test_a_state_that_is_neither_the_old_nor_the_new_is_told(bench: ModuleType, tmp_path: Path) -> None:
    """Holds the benchmark to account."""
    case = bench.CASES["edition import"]
    run = bench.Run(case, tmp_path, {"a": "1"}, {"a": "2", "b": "3"}, 1, 1)
    judged = [bench.judged(run, state, said) for state, said in [
        ({"a": "1"}, ""), ({"a": "2", "b": "3"}, "edition"), ({"a": "2"}, ""), ({"a": "1"}, "edition"), (None, ""),
    ]]  # fmt: skip
    assert [kind for kind, _ in judged] == ["old", "new", "part", "old", "away"]
    assert [(wrong["half"], wrong["lost"]) for _, wrong in judged] == [(0, 0), (0, 0), (1, 0), (0, 1), (0, 0)]


def test_the_french_site_is_not_built_on_once_its_parent_is_killed(bench: ModuleType, tmp_path: Path) -> None:
    environment = {**os.environ, "ARUSHA_CACHE": str(tmp_path / "cache"), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-m", "arusha", "site", "build", "--out", "site"],
        cwd=tmp_path, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        while process.poll() is None and len(bench._of_session(process.pid)) < 2:
            time.sleep(0.01)
        assert len(bench._of_session(process.pid)) == 2, "it built no French site beside the English one"
        process.send_signal(signal.SIGKILL)
        process.wait()
    end = time.monotonic() + bench.GONE
    while (left := bench._of_session(process.pid)) and time.monotonic() < end:
        time.sleep(0.01)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []
    clear(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) in ([], ["cache"])
