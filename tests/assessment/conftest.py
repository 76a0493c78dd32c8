"""What the tests of the assessment share: real files, the real command, and a reader of the page."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from assessment import answers, journal, replay
from assessment.actions import Action
from assessment.agreement import Agreement, Dissent, Vote
from assessment.answers import Answer
from assessment.audience import Audience
from assessment.evidence import Confidentiality, Kind, Piece
from assessment.own import Own, applied
from assessment.people import Person, Side
from assessment.report import compute as reports
from assessment.report.figures import Report
from assessment.risks import Control, Risk, Vulnerability
from assessment.rounds import answering
from assessment.rounds import opening as openings
from assessment.storing.sqlite import AssessmentFile
from kb.base.interface import phrases
from kb.library.knowledge import Knowledge, load
from kb.library.questionnaires import Bank


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARUSHA_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def bank(knowledge: Knowledge) -> Bank:
    return knowledge.bank


@pytest.fixture(scope="session")
def start(bank: Bank) -> Callable[..., Path]:
    """Make an assessment file, with a level for each of some questions if asked, and say where it is."""

    def make(path: Path, levels: dict[str, int] | None = None, language: str = "en") -> Path:
        with AssessmentFile.create(path, *openings.opening("Testland Customs", None, language, bank)) as file:
            if levels:
                given = {question: answers.Answer(level=level) for question, level in levels.items()}
                file.append([answering.answered(question, answer, bank) for question, answer in given.items()])
        return path

    return make


@pytest.fixture
def assessment_file(start: Callable[..., Path], tmp_path: Path) -> Path:
    """An assessment file without answers."""
    return start(tmp_path / "a.arusha")


@pytest.fixture
def stands(bank: Bank) -> Callable[[Path], journal.Assessment]:
    """What an assessment file amounts to, read anew."""

    def read(path: Path) -> journal.Assessment:
        with AssessmentFile.open(path) as file:
            return replay.read(file, bank)

    return read


@pytest.fixture(scope="session")
def arusha() -> Callable[..., Result]:
    """Run the command in this process."""
    from arusha import main

    def run(*words: object, typed: str = "") -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], input=typed)

    return run


@pytest.fixture(scope="session")
def command() -> list[str]:
    """The command as another process starts it."""
    return [sys.executable, "-m", "arusha"]


@pytest.fixture(scope="session")
def refused() -> Callable[..., None]:
    """Check a refusal: exit code 2, nothing on stdout, and one sentence on stderr with every part asked for."""

    def check(result: Result | subprocess.CompletedProcess[str], *parts: object) -> None:
        code = result.exit_code if isinstance(result, Result) else result.returncode
        assert code == 2, result.stdout + result.stderr
        assert result.stdout == ""
        assert result.stderr.startswith("arusha: ")
        assert result.stderr.count("\n") == 1, result.stderr
        for part in parts:
            assert str(part) in result.stderr

    return check


def _lacking(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, which only root can mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        _lacking("a small disk can only be mounted by root: run the tests as root on Linux")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        _lacking(f"mount a tmpfs needs a privileged container or a real machine: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def fill() -> Callable[[Path], Path]:
    """Fill a disk to its last byte, and say which file does it."""

    def write(folder: Path) -> Path:
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 512):
                    pass
            except OSError:
                return filler

    return write


class Page(HTMLParser):
    """A page as a reader's machine takes it: elements with their attributes, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self._parts: list[str] = []
        self._cell = False
        self._raw = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True
        elif tag in ("style", "script"):
            self._raw = tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False
        elif tag == self._raw:
            self._raw = ""

    def handle_data(self, data: str) -> None:
        if self._raw:
            return
        self._parts.append(data)
        if self._cell:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        """All text shown, with single spaces."""
        return " ".join("".join(self._parts).split())

    def values(self, attribute: str) -> list[str]:
        """The values of an attribute, in the page's order."""
        return [attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes]

    def tags(self) -> set[str]:
        """The names of all elements."""
        return {tag for tag, _ in self.elements}


@pytest.fixture(scope="session")
def page() -> type[Page]:
    return Page


def _rich(knowledge: Knowledge, **about: Any) -> journal.Assessment:
    """Six respondents, agreement with dissent, evidence of every kind and age, risks, a plan, own questions and the gender lens."""
    own = Own.model_validate(
        {
            "weights": {"1.a.1": 2, "5.a.1": 3},
            "questions": [
                {
                    "id": "8.d.m1",
                    "text": {"en": "Is the port rotation of this administration applied?"},
                    "levels": [{"en": f"Step {level} of the rotation is applied."} for level in range(5)],
                }
            ],
        },
        strict=False,
    )
    bank = applied(knowledge.bank, own)
    units = ("Ports", "Internal Audit", "Human Resources", "Ports", "Ports", "Brokers’ association")
    people = {
        f"p{n}": Person(id=f"p{n}", unit=unit, side=Side.BUSINESS if n == 6 else Side.OFFICER)
        for n, unit in enumerate(units, 1)
    }
    asked = [question.id for question in bank.questions]
    single = {
        key: Answer(not_applicable="No land border.")
        if at % 17 == 5
        else Answer(dont_know=True, note="To be asked at the ports.")
        if at % 13 == 7
        else Answer(level=(at * 7 + at // 9) % 5, note="Seen by the team." if at % 6 == 0 else "")
        for at, key in enumerate(asked)
        if at % 3 and at % 19
    }
    given = {
        key: {person: Answer(level=min(4, max(0, (at // 3 + n) % 4 + n % 2))) for n, person in enumerate(people)}
        for at, key in enumerate(asked)
        if at % 3 == 0
    }
    dissent = (
        Dissent(group="Ports", level=0, why="The register is kept at headquarters only; no port has seen it."),
        Dissent(group="Brokers’ association", level=1, why="Members of the association were not asked."),
    )
    agreements = {
        key: Agreement(
            answer=Answer(level=at % 5),
            reason="Agreed in the workshop of 12 May after the ports were heard.",
            dissent=dissent if at % 2 else (),
        )
        for at, key in enumerate(list(given)[::2])
    }
    days = ("2026-04", "2024-11-30", "2021", None)
    pieces = {
        f"e{n}": Piece(
            id=f"e{n}",
            text=f"Document {n} on integrity: {kind.value}",
            kind=kind,
            date=days[n % len(days)],
            owner="Internal Audit",
            link="https://example.org/register?id=7&x=1" if n % 2 else None,
            confidentiality=list(Confidentiality)[n % 4],
            questions=(asked[n * 5], asked[n * 7], "1.a.1"),
        )
        for n, kind in enumerate(Kind, 1)
    }
    risks = {
        f"r{n}": Risk(
            id=f"r{n}",
            process=("Cargo release", "Valuation", "Passenger control", "Warehousing", "Recruitment")[n % 5],
            text="An officer speeds a declaration up for a payment, and nobody compares release times afterwards.",
            vulnerability=list(Vulnerability)[n % len(Vulnerability)],
            likelihood=2 + n % 4,
            impact=1 + (n * 3) % 5,
            controls="Release times are logged and sampled every month." if n % 2 else "",
            control=Control.OPERATING if n % 2 else Control.NONE,
            residual_likelihood=1 + n % 3 if n % 2 else None,
            elements=("1.a", "5.b") if n % 2 else ("6.a",),
            owner="Ports",
        )
        for n in range(1, 10)
    }
    actions = {
        f"a{n}": Action.model_validate(
            {
                "id": f"a{n}",
                "origin": {"gaps": [asked[n]]} if n % 2 else {"risk": "r1"},
                "elements": ["1.a" if n % 2 else "6.a"],
                "problem": f"Problem {n}: the code of conduct is not known at the ports.",
                "result": f"Result {n}: every officer at the ports knows the code.",
                "measure": f"Measure {n}: hold a half-day course on the code of conduct at each port and keep the attendance.",
                "owner": "Human Resources",
                "start": "2026-01-15",
                "due": f"202{6 + n % 3}-0{n}-28",
                "indicators": [{"text": "Officers trained", "baseline": 0, "target": 200 * n, "unit": "officers"}],
                "status": "in_progress" if n % 2 else "not_started",
                "public": n % 3 == 0,
                "results": [{"date": "2026-04-30", "values": {"1": 90 * n}}] if n % 2 else [],
            },
            strict=False,
        )
        for n in range(1, 7)
    }  # fmt: skip
    made: dict[str, Any] = {
        "administration": "Ruvania Customs Service (fictional)",
        "member": "NZ",
        "language": "en",
        "opened": "2026-03-02",
        "changed": "2026-05-20T10:00:00+00:00",
        "bank": bank,
        "version": bank.version,
        "lens": knowledge.gender,
        "own": own,
        "wordings": {question.id: question.wording for question in (*bank.questions, *knowledge.gender.questions)},
        "people": people,
        "answers": single
        | {question.id: Answer(level=at % 5) for at, question in enumerate(knowledge.gender.questions)},
        "given": given,
        "agreements": agreements,
        "evidence": pieces,
        "risks": risks,
        "actions": actions,
    }
    whole = made | about
    ended = {key: (Vote(frozenset(whole["people"]), scores),) for key, scores in whole["given"].items()}
    return journal.Assessment(**({"votes": ended, "fixed": frozenset(ended), "closed": frozenset(ended)} | whole))


@pytest.fixture(scope="session")
def rich(knowledge: Knowledge) -> Callable[..., journal.Assessment]:
    """An assessment with something of every kind; fields can be given instead."""

    def make(**about: Any) -> journal.Assessment:
        return _rich(knowledge, **about)

    return make


@pytest.fixture(scope="session")
def report_of(rich: Callable[..., journal.Assessment], knowledge: Knowledge) -> Callable[..., Report]:
    """The report of the rich assessment beside an earlier round, cut to an audience."""

    def make(language: str = "en", audience: Audience = Audience.INTERNAL, **about: Any) -> Report:
        say, found = phrases(language), rich(**about)
        changed = {"opened": "2024-02-01", "changed": "2024-04-01T10:00:00+00:00"}
        levels = {
            key: Answer(level=(at * 3) % 5) for at, key in enumerate(question.id for question in found.bank.questions)
        }
        earlier = rich(
            **changed,
            answers=levels,
            given={},
            agreements={},
            administration=found.administration,
        )
        report = reports.make(found, knowledge, say, "0.1.0", "https://example.org/kb/", earlier=earlier)
        return reports.for_audience(report, audience, say)

    return make
