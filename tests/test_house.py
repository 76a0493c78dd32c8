"""The house rules: lint, types, the direction of imports, size; commands that explain themselves and start light."""

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from radon.complexity import cc_visit

import arusha
from packaging_hook import ContentHook

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("jinja2", "mkdocs", "pydantic", "sqlite3", "whoosh", "yaml")
LOCAL_PATH = re.compile(r"(?<![\w.>])/(?:home|Users|root|work|tmp|mnt|media)/\w|\b[A-Z]:\\\w|file:///\w")


def run(*command: str) -> str:
    """What a command says; the test fails with all of it if the command does."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-m", "ruff", "check"),
        (sys.executable, "-m", "ruff", "format", "--check"),
        (sys.executable, "-m", "mypy"),
        (str(Path(sysconfig.get_path("scripts"), "lint-imports")),),
    ],
    ids=["ruff-check", "ruff-format", "mypy", "lint-imports"],
)
def test_the_code_passes(command):
    run(*command)


def walk(command: click.Command, path: tuple[str, ...] = ()):
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            assert part is not None
            yield from walk(part, (*path, name))


COMMANDS = dict(walk(arusha.main))
each_command = pytest.mark.parametrize("path", COMMANDS, ids=lambda path: "-".join(("arusha", *path)))


def test_help_lists_the_commands():
    listed = re.findall(r"^  (\w+)  ", run(sys.executable, "-m", "arusha", "--help").partition("Commands:")[2], re.M)
    assert {"assess", "demo", "kb", "site"} <= set(listed)


@each_command
def test_every_command_explains_itself(path):
    result = CliRunner().invoke(arusha.main, [*path, "--help"])
    assert (result.exit_code, result.output[:7]) == (0, "Usage: ")
    assert COMMANDS[path].help


@each_command
def test_every_option_explains_itself(path):
    options = [part for part in COMMANDS[path].params if isinstance(part, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_help_starts_light():
    """`arusha --help` answers before anything heavy is imported."""
    ask = f"import sys, arusha; arusha.main(['--help'], standalone_mode=False); print(sorted({set(HEAVY)} & {{*sys.modules}}))"
    assert run(sys.executable, "-c", ask).splitlines()[-1] == "[]"


def production() -> dict[Path, ast.Module]:
    """Every module that is installed or builds what is, read."""
    files = [ROOT / "arusha.py", *(ROOT / "assessment").rglob("*.py"), *(ROOT / "kb").rglob("*.py")]
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in files if "_data" not in file.parts}


def test_imports_stand_at_the_top():
    """A function may import what is heavy and seldom needed: thirty imports in the whole tree."""
    inside = {
        (file.relative_to(ROOT), statement.lineno)
        for file, module in production().items()
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in ast.walk(function)
        if isinstance(statement, ast.Import | ast.ImportFrom)
    }
    assert len(inside) <= 30, sorted(inside)


def functions(blocks):
    """Every function and method that radon counts, those inside others too."""
    for block in blocks:
        if hasattr(block, "methods"):
            yield from functions([*block.methods, *block.inner_classes])
        else:
            yield block
            yield from functions(block.closures)


def test_functions_are_simple():
    """None has more than twelve ways through it as radon counts them, and four are usual."""
    counted = {
        (function.complexity, file.relative_to(ROOT).as_posix(), function.name, function.lineno)
        for file in production()
        for function in functions(cc_visit(file.read_text(encoding="utf-8")))
    }
    assert sorted(each for each in counted if each[0] > 12) == []
    assert sum(each[0] for each in counted) / len(counted) <= 4.2


def test_the_house_keeps_its_size():
    """Commands parse, call and print, in few lines; `kb` and the newsletter show rooms, not files."""

    def lines(*folders):
        return sum(
            len(file.read_text(encoding="utf-8").splitlines())
            for file in production()
            if any(folder in (file, *file.parents) for folder in folders)
        )

    assert lines(ROOT / "assessment/cli", ROOT / "kb/cli") <= 4_000
    assert lines(ROOT) <= 35_800
    for room in (ROOT / "kb", ROOT / "kb/newsletter"):
        assert len([file for file in room.glob("*.py") if file.name != "__init__.py"]) <= 6


def test_what_the_packaging_names_exists():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    build = {"force_include": {}}
    ContentHook.initialize(None, "standard", build)
    named = [
        project["project"]["readme"],
        *project["project"]["license-files"],
        *wheel["only-include"],
        wheel["hooks"]["custom"]["path"],
        *build["force_include"],
    ]
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert set(build["force_include"].values()) == {f"kb/_data/{name}" for name in build["force_include"]}


def test_the_tests_that_the_threats_name_exist():
    named = re.findall(r"`((?:tests|benchmarks)/[^`]+)`", (ROOT / "THREATS.md").read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_an_editable_install_copies_nothing():
    build = {"force_include": {}}
    ContentHook.initialize(None, "editable", build)
    assert build == {"force_include": {}}


def test_no_file_in_git_names_a_local_path():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout; clone the project to run this test")
    names = run("git", "-c", "safe.directory=*", "ls-files", "-z").split("\0")
    files = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    assert [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="ignore").splitlines(), 1)
        if LOCAL_PATH.search(line)
    ] == []
