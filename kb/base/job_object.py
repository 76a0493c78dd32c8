"""The limits of `bounded` on Windows: this process puts itself into a Job Object. Not tested on Windows yet."""

import ctypes
import sys

_EXTENDED = 9  # JobObjectExtendedLimitInformation
_PROCESS_TIME, _PROCESS_MEMORY, _END_WITH_JOB = 0x2, 0x100, 0x2000


class _Basic(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


_jobs: list[int] = []  # the one that this process is in, which lasts as long as the process


def limit(seconds: float, memory: int) -> None:
    """Bound this process: *seconds* of CPU time since its start, *memory* in bytes. Raises OSError."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
        if not _jobs:
            job = kernel.CreateJobObjectW(None, None)
            if not job or not kernel.AssignProcessToJobObject(
                ctypes.c_void_p(job), ctypes.c_void_p(kernel.GetCurrentProcess())
            ):
                raise ctypes.WinError(ctypes.get_last_error())
            _jobs.append(job)
        wanted = _Extended(ProcessMemoryLimit=memory)
        wanted.BasicLimitInformation.PerProcessUserTimeLimit = int(seconds * 10_000_000)
        wanted.BasicLimitInformation.LimitFlags = _PROCESS_TIME | _PROCESS_MEMORY | _END_WITH_JOB
        if not kernel.SetInformationJobObject(
            ctypes.c_void_p(_jobs[0]), _EXTENDED, ctypes.byref(wanted), ctypes.sizeof(wanted)
        ):
            raise ctypes.WinError(ctypes.get_last_error())
