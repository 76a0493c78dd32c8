"""A limit on the time one document may take."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from kb.errors import ArushaError


@contextmanager
def limited(seconds: float, error: ArushaError) -> Iterator[None]:
    """Raise *error* if what is inside takes longer; without effect on Windows and outside of the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise error

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:  # somebody else's alarm goes on
            signal.setitimer(signal.ITIMER_REAL, max(0.001, left - (time.monotonic() - began)))
