"""What is written out of an assessment: whole or not at all, for its owner alone, and never over an assessment."""

from pathlib import Path

from assessment.storing.sqlite import is_assessment
from kb.base.files import write_whole
from kb.base.interface import Refusal


def write(path: Path, data: str | bytes) -> None:
    """Write *data* to *path* as a file that only its owner may read, whatever the umask; missing folders are made alike.

    Raises ArushaError as `expect_writable` does; OSError as the system gives it.
    """
    expect_writable(path)
    write_whole(path, data, private=True)


def expect_writable(path: Path) -> None:
    """Raise ArushaError if *path* is a folder, or an assessment, which nothing else may replace."""
    if path.is_dir():
        raise Refusal("output.folder", path=path, file=path / "out.html")
    if is_assessment(path):
        raise Refusal("output.assessment", path=path)
