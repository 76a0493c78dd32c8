"""Where content, theme and mkdocs.yml lie."""

from pathlib import Path


def project_folder() -> Path:
    """Inside the wheel, or beside the code."""
    here = Path(__file__).resolve().parent
    packaged = here / "_data"
    return packaged if packaged.is_dir() else here.parent
