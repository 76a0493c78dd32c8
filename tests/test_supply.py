"""What comes from others is locked with hashes, named with its licence in NOTICE, and listed in a bill of materials."""

import json
import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import supply

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "locked.txt").read_text(encoding="utf-8")
PINS = supply.read_lock(LOCK)
NEEDED = supply.run_time(PINS)
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
NAMED = [
    tuple(cell.strip() for cell in re.split(r" {2,}", line))
    for line in NOTICE.partition("Known from\n")[2].partition("\n\n")[0].splitlines()
]
README_TESTS = re.compile(r"\*\*The tests\*\*:\n\n```sh\n(.+)\n```")


def test_every_locked_package_has_hashes_and_comes_as_a_wheel():
    assert [pin.name for pin in PINS if not pin.hashes] == []
    assert "\n--only-binary :all:\n" in LOCK
    assert "://" not in LOCK


@pytest.mark.parametrize(
    "line", ["click==8.5.1", "click>=8 \\", "git+file:x", "-r other.txt", "--pre", "click @ file:x"]
)
def test_a_line_of_the_lock_that_is_not_held_by_a_hash_is_refused(line):
    with pytest.raises(ValueError, match=r"locked\.txt: .+; run make lock"):
        supply.read_lock(f"{line}\n")


def test_the_lock_covers_what_pyproject_asks_for_and_nothing_else():
    asked = supply.requirements("test")
    assert {pin.name for pin in PINS if "arusha" in pin.needed_by} == {canonicalize_name(each.name) for each in asked}
    assert supply.needed(PINS, asked) == sorted(PINS, key=lambda pin: (pin.name, pin.version))


def test_locked_versions_are_those_that_pyproject_allows():
    allowed = {canonicalize_name(each.name): each.specifier for each in supply.requirements("test")}
    assert [pin for pin in PINS if pin.name in allowed and pin.version not in allowed[pin.name]] == []


@pytest.mark.parametrize("python", ["3.11.0", "3.11.7", "3.12.1", "3.13.0"])
@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_one_version_of_each_package_goes_with_a_machine(system, python):
    machine = {"sys_platform": system, "python_full_version": python, "python_version": python.rpartition(".")[0]}
    names = [pin.name for pin in PINS if not pin.marker or Marker(pin.marker).evaluate(machine)]
    assert len(names) == len(set(names))
    assert set(names) == {pin.name for pin in PINS}


def test_ci_installs_the_lock_and_then_gives_the_readme_s_own_test_command():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    command = README_TESTS.search((ROOT / "README.md").read_text(encoding="utf-8"))[1]
    assert 0 < script.index("--require-hashes -r locked.txt\n") < script.index(f"\n{command}\n")


def test_the_notice_names_each_package_that_arusha_needs_and_no_other():
    versions = {}
    for pin in NEEDED:
        versions.setdefault(pin.name, []).append(pin.version)
    assert {name: at for name, at, *_ in NAMED} == {name: " or ".join(each) for name, each in versions.items()}
    assert len(NAMED) == len(versions)


def test_licences_of_the_notice_are_those_that_the_packages_state():
    """Asked of the packages that are installed as locked, which in CI are all of them."""
    here = [row for row in supply.rows(PINS) if row[0] not in supply.other_than_locked(PINS)]
    assert here
    assert [row for row in here if row not in NAMED] == []


def test_nothing_that_an_installed_arusha_asks_for_is_missing_from_the_notice():
    named = {row[0] for row in NAMED}
    other = supply.other_than_locked(PINS)
    asked, seen = [each.name for each in supply.requirements()], set()
    while asked:
        name = canonicalize_name(asked.pop())
        if name in seen:
            continue
        seen.add(name)
        further = [Requirement(line) for line in (name not in other and requires(name)) or ()]
        asked += [each.name for each in further if each.marker is None or each.marker.evaluate({"extra": ""})]
    assert sorted(seen - named) == []


def test_the_notice_says_what_the_command_writes():
    head, foot = supply.notice([]).split("Package")[0], "\n\nWhat these packages carry inside"
    assert NOTICE.startswith(head)
    assert NOTICE.partition(foot)[2] == supply.notice([]).partition(foot)[2] != ""


def test_the_bill_of_materials_is_valid_cyclonedx_and_the_same_each_time(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    text = supply.sbom(PINS)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    ask = "import supply; print(supply.sbom(supply.read_lock(open('locked.txt', encoding='utf-8').read())), end='')"
    again = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    assert again.stdout == text


def test_the_bill_of_materials_lists_what_arusha_needs_with_hashes_licences_and_who_needs_it():
    bill = json.loads(supply.sbom(PINS))
    assert sorted((part["name"], part["version"]) for part in bill["components"]) == [
        (pin.name, pin.version) for pin in NEEDED
    ]
    hashes = {
        part["bom-ref"]: {each["content"] for each in part["externalReferences"][0]["hashes"]}
        for part in bill["components"]
        if part["licenses"]
    }
    assert hashes == {f"pkg:pypi/{pin.name}@{pin.version}": set(pin.hashes) for pin in NEEDED}
    graph = {each["ref"]: set(each.get("dependsOn", ())) for each in bill["dependencies"]}
    named = {canonicalize_name(each.name) for each in supply.requirements()}
    direct = {f"pkg:pypi/{pin.name}@{pin.version}" for pin in NEEDED if pin.name in named}
    assert graph[bill["metadata"]["component"]["bom-ref"]] == direct


def test_the_bill_of_materials_bears_the_time_that_a_build_is_given(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795700000")
    assert json.loads(supply.sbom(PINS))["metadata"]["timestamp"].startswith("2026-11-26T")


def test_nothing_is_written_from_other_packages_than_the_locked_ones(tmp_path):
    for name in ("supply.py", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    other = re.sub(r"^click==\S+", "click==0.0.1", LOCK, flags=re.M)
    (tmp_path / "locked.txt").write_text(other, encoding="utf-8")
    command = [sys.executable, "supply.py", "notice"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    wanted = r"Run pip install --require-hashes -r locked\.txt first; not as locked: .*click.*\n"
    assert re.fullmatch(wanted, done.stderr)
    assert not (tmp_path / "NOTICE").exists()


@pytest.mark.parametrize("arguments", [[], ["lock"], ["notice", "sbom"]])
def test_a_wrong_command_says_the_right_ones(arguments, capsys):
    assert supply.main(arguments) == 2
    assert "python supply.py notice, or python supply.py sbom" in capsys.readouterr().err
