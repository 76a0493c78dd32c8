"""The list of Members for the newsletter's commands."""

from pathlib import Path

from kb.library.content import find_root, parsed, read_yaml
from kb.library.members import Members


def load_members(root: Path | None = None) -> Members:
    """The Members of the content folder. Raises ContentError."""
    folder = find_root(root)
    return parsed(Members, read_yaml(folder, folder / "members.yml"), "members.yml")
