"""Whole files and folders or none: made out of sight beside their place, brought to the disk, renamed into it.

What is being made lies in a workplace: a folder `.arusha-….tmp` that only its owner may enter, with a file `lock` that the
process holds as long as it lives. So whoever comes later can tell what a process that was ended by force has left behind.
"""

import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_WORKPLACE = re.compile(r"\.arusha-[0-9a-f]{16}\.tmp")
_LOCK, _NEW, _EARLIER = "lock", "new", "earlier"
_BINARY = getattr(os, "O_BINARY", 0)  # of Windows alone
DEVICES = Path("/dev")
_cleared: set[Path] = set()


def write_whole(path: Path, text: str | bytes, *, durable: bool = True, private: bool = False) -> None:
    """Write *text* to *path* so that a crash or a full disk leaves the old file or the new one, never a part.

    *durable* waits until the disk has it, which files that can be made again need not. *private*: the file, and the folders
    made for it, are their owner's alone whatever the umask; others follow the umask, and an earlier file's rights are kept.
    Missing parent folders are made. What the system itself keeps below `/dev`, such as `/dev/stdout`, is written to and stays.
    Raises OSError as the system gives it, naming *path*.
    """
    data = text.encode("utf-8") if isinstance(text, str) else text
    if path.absolute().is_relative_to(DEVICES) and path.exists() and not stat.S_ISREG(path.lstat().st_mode):
        path.write_bytes(data)
        return
    make_folders(path.parent, private=private)
    with naming(path), workplace(path.parent) as place:
        new = place / _NEW
        with os.fdopen(create(new, private=private), "wb") as file:
            if not private and path.exists():
                new.chmod(path.stat().st_mode & 0o777)
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        new.replace(path)
        if durable:
            sync_folder(path.parent)


@contextmanager
def replace_folder(target: Path) -> Iterator[Path]:
    """A new folder to be filled, which takes the place of *target* at the end of the block, whole or not at all.

    It is on the disk before; what was at *target* is deleted after, and put back if the new one cannot take its place, at the
    next start if need be. Missing parent folders are made. Raises OSError as the system gives it, naming *target*.
    """
    make_folders(target.parent)
    for folder in (target.parent, Path(tempfile.gettempdir())):
        clear(folder)
    with workplace(target.parent) as place:
        new, earlier = place / _NEW, place / _EARLIER / target.name
        new.mkdir()
        with naming(target, new):
            yield new
        with naming(target):
            if target.is_dir():
                new.chmod(target.stat().st_mode & 0o777)
            _sync_tree(new)
            if os.path.lexists(target):
                earlier.parent.mkdir()
                target.rename(earlier)
            new.rename(target)  # if this fails, _remove() puts the earlier one back
            sync_folder(target.parent)


@contextmanager
def workplace(folder: Path | None = None) -> Iterator[Path]:
    """A folder of this process in *folder*, which is there, or where the system has its temporary files; gone at the end."""
    folder = folder or Path(tempfile.gettempdir())
    if folder not in _cleared:
        clear(folder)
        _cleared.add(folder)
    place, lock = _taken(folder)
    try:
        yield place
    finally:
        if sys.platform == "win32":  # which deletes no open file
            os.close(lock)
        with suppress(OSError):  # what stays is cleared at the next start
            _remove(place)
        if sys.platform != "win32":
            os.close(lock)


def clear(folder: Path) -> None:
    """Clear what processes that were ended by force left in *folder*; what they had taken from its place is put back."""
    try:
        names = [name for name in os.listdir(folder) if _WORKPLACE.fullmatch(name)]  # noqa: PTH208 - names alone, fast
    except OSError:
        return
    for name in names:
        with suppress(OSError):
            _clear(folder / name)


def create(path: Path, *, private: bool) -> int:
    """A new file, open for reading and writing, with its rights from the first moment. Raises OSError, also if there is one."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600 if private else 0o666)


def make_folders(path: Path, *, private: bool = False) -> None:
    """Make a folder and those above it where they are missing; *private*: for their owner alone. Raises OSError."""
    if path.is_dir():
        return
    if path.parent != path:
        make_folders(path.parent, private=private)
    path.mkdir(0o700 if private else 0o777, exist_ok=True)


def _taken(folder: Path) -> tuple[Path, int]:
    """A new workplace and its lock, held."""
    while True:
        place = folder / f".arusha-{secrets.token_hex(8)}.tmp"
        place.mkdir(0o700)
        try:
            lock = create(place / _LOCK, private=True)
        except FileNotFoundError:  # somebody who clears took the empty folder for left behind
            continue
        except BaseException:
            place.rmdir()
            raise
        if _hold(lock) is not False and (place / _LOCK).exists():
            return place, lock
        os.close(lock)


def _hold(lock: int) -> bool | None:
    """Whether this process could take an open lock, to hold it until it closes it or ends; None on a disk without locks."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if isinstance(error, BlockingIOError) or sys.platform == "win32" else None
    return True


def _clear(place: Path) -> None:
    if not _is_ours(place):
        return
    try:
        lock = os.open(place / _LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        place.rmdir()  # it goes only if it is empty
        return
    try:
        if not _hold(lock):
            return
        if sys.platform != "win32":
            _remove(place)
    finally:
        os.close(lock)
    if sys.platform == "win32":
        _remove(place)


def _is_ours(place: Path) -> bool:
    """Whether it is a folder as `workplace` makes them; not a link, and not one that another user or an archive has put there."""
    status = place.lstat()
    alone = sys.platform == "win32" or (status.st_uid == os.geteuid() and not status.st_mode & 0o077)
    return stat.S_ISDIR(status.st_mode) and alone


def _remove(place: Path) -> None:
    """Delete a workplace, the lock last; what stands in no place any more is put back first. Raises OSError and leaves the rest."""
    if (place / _EARLIER).is_dir() and not (place / _EARLIER).is_symlink():
        for earlier in (place / _EARLIER).iterdir():
            if not os.path.lexists(place.parent / earlier.name):
                earlier.rename(place.parent / earlier.name)
                sync_folder(place.parent)
    for each in place.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        elif each.name != _LOCK:
            each.unlink()
    (place / _LOCK).unlink()
    place.rmdir()


@contextmanager
def naming(path: Path, within: Path | None = None) -> Iterator[None]:
    """Let an error of the system name what was asked for, not its place in a workplace, which nobody typed.

    *within*: a folder that stands for *path*; errors that lie elsewhere keep their name.
    """
    try:
        yield
    except OSError as error:
        told = Path(str(error.filename))
        if within is None:
            error.filename, error.filename2 = str(path), None
        elif told.is_relative_to(within):
            error.filename, error.filename2 = str(path / told.relative_to(within)), None
        raise


def _sync_tree(folder: Path) -> None:
    """Wait until the disk has a folder; a file with a second name is taken for an earlier one, which it has."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - heavy beside the rest

    flags = os.O_RDWR if sys.platform == "win32" else os.O_RDONLY
    walked = [(Path(root), names) for root, _, names in os.walk(folder)]
    new = [path for root, names in walked for path in map(root.joinpath, names) if _is_new(path)]
    with ThreadPoolExecutor(16) as pool:  # since a disk takes many at once in the time of a few
        for _ in pool.map(lambda path: _sync(path, flags), new):
            pass
    for root, _ in walked:
        sync_folder(root)


def _is_new(path: Path) -> bool:
    status = path.lstat()
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    with suppress(OSError):  # some disks, and all of Windows, sync no folder
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags | _BINARY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
