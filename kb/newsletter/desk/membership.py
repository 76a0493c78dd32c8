"""The list of Members for the newsletter's commands."""

from pathlib import Path

from kb.base.errors import ContentError, Fault
from kb.library.content import find_root, parse, read_yaml
from kb.library.members import Members


def load_members(root: Path | None = None) -> Members:
    """The Members of the content folder. Raises ContentError."""
    folder = find_root(root)
    faults: list[Fault] = []
    members = parse(Members, read_yaml(folder, folder / "members.yml"), "members.yml", faults)
    if members is None:
        raise ContentError(faults[0])
    return members
