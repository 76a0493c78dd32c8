"""The wheel, installed in an environment of its own and run far from the project, has all it needs."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ("content", "site/overrides")


def run(*command: str | Path, **options) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from the project without network: hatchling comes with the `test` extra."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", ROOT, "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A fresh environment with the wheel and, by a path file, the dependencies installed here; runs its programs from /.

    Path files in a folder named by a path file are not read, so this project's editable install stays out of it.
    """
    place = tmp_path_factory.mktemp("fresh")
    home = place / "venv"
    venv.create(home)
    scripts, packages = (
        Path(sysconfig.get_path(name, "venv", {"base": str(home), "platbase": str(home)}))
        for name in ("scripts", "purelib")
    )
    python = scripts / Path(sys.executable).name
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "--no-deps", "--no-index", "--no-compile", wheel)
    here = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (packages / "dependencies.pth").write_text("\n".join(here), encoding="utf-8")
    settings = {
        name: value for name, value in os.environ.items() if not name.startswith(("ARUSHA_", "PYTHON", "VIRTUAL_ENV"))
    }
    settings |= {"XDG_CACHE_HOME": str(place / "cache"), "PYTHONUTF8": "1"}

    def program(name, *arguments):
        return run(scripts / name, *arguments, cwd=Path(Path.cwd().anchor), env=settings)

    program.packages = packages
    return program


def test_the_wheel_holds_code_and_data_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    data = [path for top in DATA for path in (ROOT / top).rglob("*") if path.is_file()]
    assert {f"kb/_data/{path.relative_to(ROOT).as_posix()}" for path in data} <= names
    parts = {name.split("/")[0] for name in names}
    assert {part for part in parts if not part.endswith(".dist-info")} == {"arusha.py", "assessment", "kb"}
    assert [name for name in names if "__pycache__" in name] == []


def test_the_wheel_holds_the_licences_and_the_notice(wheel):
    with zipfile.ZipFile(wheel) as file:
        texts = {name.partition("/licenses/")[2]: file.read(name) for name in file.namelist() if "/licenses/" in name}
    assert texts == {name: (ROOT / name).read_bytes() for name in ("LICENSE", "NOTICE", "content/LICENSE")}


def test_code_and_content_are_the_wheel_s_own(installed):
    ask = "import arusha, assessment, kb; from kb.library.content import find_root; "
    tell = "print(arusha.__file__, assessment.__file__, kb.__file__, find_root(), sep='\\n')"
    paths = [Path(line) for line in installed("python", "-c", ask + tell).splitlines()]
    packages = installed.packages
    assert paths == [
        packages / "arusha.py",
        packages / "assessment" / "__init__.py",
        packages / "kb" / "__init__.py",
        packages / "kb" / "_data" / "content",
    ]


def test_kb_search_finds_rotation(installed):
    assert "[mk-officer-rotation]" in installed("arusha", "kb", "search", "rotation")


def test_kb_check_finds_no_fault(installed):
    assert installed("arusha", "kb", "check").startswith("No fault: ")


def test_assess_new_makes_a_file(installed, tmp_path):
    file = tmp_path / "own.arusha"
    installed("arusha", "assess", "new", str(file), "--administration", "Ruvania", "--member", "NZ", "--lang", "fr")
    assert '"overall"' in installed("arusha", "assess", "score", str(file), "--format", "json")


def test_the_demo_makes_its_three_parts(installed, tmp_path):
    installed("arusha", "demo", "--no-serve", "--dir", str(tmp_path / "demo"))
    made = {path.name for path in (tmp_path / "demo").iterdir()}
    assert made == {"demo.arusha", "report.html", "site"}
    assert (tmp_path / "demo" / "site" / "assets" / "arusha.css").is_file()
    assert (tmp_path / "demo" / "site" / "practices" / "mk-officer-rotation.html").is_file()
