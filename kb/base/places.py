"""Where content, theme and mkdocs.yml lie."""

from pathlib import Path


def project_folder() -> Path:
    """The folder of them: inside the wheel, or beside the code."""
    here = Path(__file__).resolve().parents[1]
    packaged = here / "_data"
    return packaged if packaged.is_dir() else here.parent
