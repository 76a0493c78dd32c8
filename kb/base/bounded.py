"""Foreign bytes are read in a child process, so that a hostile file can neither hold up nor bring down this one.

```python
with Child() as child:
    for path in paths:
        document = child.call(path.name, Limits(seconds=10), read, path)
```

The child bounds itself before it reads: its CPU time (a timer, and two seconds later RLIMIT_CPU) and its address space
(RLIMIT_AS, which macOS does not enforce); on Windows by a Job Object. It ends with its parent. It has its user's rights:
it bounds what a file may cost, and is no sandbox. What it is asked is pickled; what it answers is unpickled with a list of
what may be in it, plain values and this project's own kinds of data, none of which runs anything.
"""

import contextlib
import errno
import io
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, is_dataclass
from enum import Enum
from types import FrameType
from typing import IO, Any, NoReturn, ParamSpec, Self, TypeVar

from pydantic import BaseModel

from kb.base.errors import ArushaError
from kb.base.interface import Refusal, Word

P = ParamSpec("P")
R = TypeVar("R")
LARGEST_ANSWER = 1_000_000_000  # bytes
_START = "import sys; sys.path[:] = sys.argv[1:]; from kb.base.bounded import serve; serve()"
_GRACE = 2  # seconds of CPU time from the timer to the end
_OVER_QUOTA = 1816  # how a process ends that a Job Object has ended
_PLAIN = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("decimal", "Decimal"),
    ("fractions", "Fraction"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
}


_AGAIN = Word("refused.remedy.again")


@dataclass(frozen=True)
class Limits:
    """What one file may cost: *seconds* of CPU time, *memory* in bytes of address space, Python's own 100 MB among them."""

    seconds: int = 10
    memory: int = 1_000_000_000
    remedy: str | Word = _AGAIN

    @property
    def patience(self) -> float:
        """Seconds by the clock after which a child is given up that waits instead of computing."""
        return 60 + 20 * self.seconds


class ChildError(Exception):
    """How a child failed, as its traceback tells it: the cause of the one sentence that people see."""


class _OutOfTimeError(BaseException):
    """The CPU time is used up; no `except Exception` on the way takes it for something else."""


def call(file: str, limits: Limits, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`Child.call` in a child of its own."""
    with Child() as child:
        return child.call(file, limits, function, *args, **kwargs)


class Child:
    """A process that reads one file after another, started when first needed. Any thread may have one, for itself."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def call(self, file: str, limits: Limits, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What *function*, which must be one that can be imported, makes of its arguments in the child.

        Raises the ArushaError or OSError that it raises; ArushaError naming *file* where it costs more, or fails otherwise.
        """
        asked = pickle.dumps(limits) + pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        used = self._process is not None
        try:
            kind, value = self._ask(asked, limits)
            if used and kind in ("memory", "gone"):  # perhaps by what an earlier file left in it
                kind, value = self._ask(asked, limits)
        except BaseException:  # such as an interrupt, which leaves an answer on its way
            self._end()
            raise
        if kind == "raised":
            raise value
        if kind != "made":
            raise _refusal(kind, file, limits) from ChildError(value)
        made: R = value
        return made

    def _ask(self, asked: bytes, limits: Limits) -> tuple[str, Any]:
        process = self._process = self._process or _started()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limits.patience, give_up)
        timer.daemon = True
        timer.start()
        try:
            with contextlib.suppress(OSError):  # of one that is gone; then nothing comes back either
                _send(process.stdin, asked)
            answer = _received(process.stdout, LARGEST_ANSWER)
            kind, value = ("gone", "no answer") if answer is None else _Answer(io.BytesIO(answer)).load()
            if kind == "raised":
                str(value)  # which fails for a refusal that has no sentence
        except (pickle.UnpicklingError, AttributeError, ImportError, LookupError, TypeError, ValueError) as error:
            kind, value = "broken", f"an answer that is none: {error}"
        finally:
            timer.cancel()
        if kind == "gone" and (late.is_set() or _used_up(process)):
            kind = "slow"
        if kind not in ("made", "raised", "fault"):
            self._end()
        return kind, value

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close() if pipe else None


def _refusal(kind: str, file: str, limits: Limits) -> Refusal:
    if kind == "slow":
        return Refusal("bounded.slow", file=file, seconds=limits.seconds, remedy=limits.remedy)
    if kind == "memory":
        return Refusal("bounded.memory", file=file, memory=limits.memory // 10**6, remedy=limits.remedy)
    return Refusal("bounded.unread", file=file, remedy=limits.remedy)


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-c", _START, *filter(None, sys.path)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _used_up(process: subprocess.Popen[bytes]) -> bool:
    """Whether a child that sends nothing more was ended for its CPU time."""
    try:
        return process.wait(5) in (-getattr(signal, "SIGXCPU", -_OVER_QUOTA), _OVER_QUOTA)
    except subprocess.TimeoutExpired:
        return False


class _Answer(pickle.Unpickler):
    """Reads an answer. A child that a file has taken over can name nothing here but kinds of data, and errors."""

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if (module, name) in _PLAIN or self._is_near(module, name) else None
        data = isinstance(found, type) and (is_dataclass(found) or issubclass(found, (BaseModel, Enum)))
        error = isinstance(found, type) and issubclass(found, (ArushaError, OSError))
        if (module, name) in _PLAIN or data or error:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no kind of data")

    @staticmethod
    def _is_near(module: str, name: str) -> bool:
        return f"{module}.".startswith(("kb.", "assessment.")) or (module == "builtins" and name.endswith("Error"))


def _send(pipe: IO[bytes] | None, data: bytes) -> None:
    assert pipe is not None  # noqa: S101 - both ends are made with pipes
    pipe.write(len(data).to_bytes(8, "big"))
    pipe.write(data)
    pipe.flush()


def _received(pipe: IO[bytes] | None, most: int) -> bytes | None:
    """What was sent; None if it is more, or breaks off."""
    assert pipe is not None  # noqa: S101 - both ends are made with pipes
    head = pipe.read(8)
    size = int.from_bytes(head, "big")
    if len(head) < 8 or size > most:
        return None
    data = pipe.read(size)
    return data if len(data) == size else None


def serve() -> NoReturn:
    """The child: answer what is asked on standard input until that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()
    while True:
        _send(answers, _answer(asked.get()))


def _listen(pipe: IO[bytes], asked: "queue.SimpleQueue[bytes]") -> None:
    """Hand over what is asked; end the process, whatever it is doing, when the parent is gone."""
    while (data := _received(pipe, sys.maxsize)) is not None:
        asked.put(data)
    os._exit(0)


def _answer(asked: bytes) -> bytes:
    stream = io.BytesIO(asked)
    limits: Limits = pickle.load(stream)  # noqa: S301 - from our own parent
    answer: tuple[str, Any]
    try:
        with _limited(limits):
            try:
                function, args, kwargs = pickle.load(stream)  # noqa: S301 - from our own parent
                return pickle.dumps(("made", function(*args, **kwargs)), pickle.HIGHEST_PROTOCOL)
            except (ArushaError, OSError) as error:
                if getattr(error, "errno", None) == errno.ENOMEM:
                    raise MemoryError from error
                return _raised(error)
    except _OutOfTimeError:
        answer = "slow", "out of time"
    except MemoryError:
        answer = "memory", "out of memory"
    except Exception:
        answer = "fault", traceback.format_exc()[-10_000:]
    return pickle.dumps(answer)


def _raised(error: ArushaError | OSError) -> bytes:
    """An error as an answer: as what it is, or else, where its kind cannot be made again of what it keeps, by its sentence."""
    try:
        answer = pickle.dumps(("raised", error), pickle.HIGHEST_PROTOCOL)
        _Answer(io.BytesIO(answer)).load()
    except Exception:
        return pickle.dumps(("raised", ArushaError(str(error))))
    return answer


@contextlib.contextmanager
def _limited(limits: Limits) -> Iterator[None]:
    """The limits on this process from now on, and the timer while this lasts."""
    if sys.platform == "win32":
        from kb.base import job_object  # noqa: PLC0415 - there only

        job_object.limit(time.process_time() + limits.seconds, limits.memory)
        yield
        return
    import resource  # noqa: PLC0415 - not on Windows

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _OutOfTimeError

    _lower(resource.RLIMIT_AS, limits.memory)
    _lower(resource.RLIMIT_CPU, int(time.process_time()) + 1 + limits.seconds + _GRACE)
    _lower(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, limits.seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _lower(kind: int, value: int) -> None:
    import resource  # noqa: PLC0415 - not on Windows

    hard = resource.getrlimit(kind)[1]
    with contextlib.suppress(ValueError, OSError):  # a system that has no such limit
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
