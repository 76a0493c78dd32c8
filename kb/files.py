"""Whole files or none: write to a temporary file beside the target, fsync, rename."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str | bytes, *, durable: bool = True) -> None:
    """Write *text* to *path* so that a crash or a full disk leaves the old file or the new one, never a part.

    *durable* waits until the disk has it, which files that can be made again need not. Missing parent folders are made.
    Raises OSError as the system gives it.
    """
    data = text.encode("utf-8") if isinstance(text, str) else text
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        temporary.chmod(0o644 if not path.exists() else path.stat().st_mode & 0o777)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
