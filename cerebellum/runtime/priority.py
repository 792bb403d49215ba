"""What a process asks of Linux to keep its deadlines, and what it was given.

Real-time threads run for a millisecond hundreds of times a second. Linux leaves a thread that they
interrupt waiting on its processor though another one is free, so that with such threads
everywhere a thought takes three times as long as alone. They keep to the first half of the
processors, therefore, and whatever thinks to the other half.
"""

import ctypes
import gc
import os
import signal
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

PRIORITY = 80
PROCESSORS = sorted(os.sched_getaffinity(0))  # that this process may use
_CURRENT_AND_FUTURE = 3  # MCL_CURRENT | MCL_FUTURE
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Obtained:
    """In words, for reports: "SCHED_FIFO 80", or what was refused and why."""

    scheduler: str
    memory: str
    garbage_collector: str

    def config(self) -> dict[str, str]:
        return asdict(self)


def obtain(priority: int = PRIORITY) -> Obtained:
    """Real-time scheduling, memory that is never paged out, and no garbage collection, for this
    process. What is refused is said, not raised: the loop runs without, only less regularly."""
    gc.collect()
    gc.freeze()
    gc.disable()
    return Obtained(_scheduler(priority), _memory(), "frozen and off")


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Have this process sent signal `number` when the one that started it ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number)


def promote(priority: int = PRIORITY) -> None:
    """Put this thread under SCHED_FIFO, on the first half of the processors; raises OSError where
    that is refused."""
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
    if len(PROCESSORS) > 1:
        os.sched_setaffinity(0, PROCESSORS[: len(PROCESSORS) // 2])


def relax() -> None:
    """Take back :func:`promote`."""
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    os.sched_setaffinity(0, PROCESSORS)


def keep_apart() -> None:
    """Keep this thread, and those it starts, off the processors of real-time threads, where these
    are permitted."""
    try:
        promote(1)
    except OSError:
        return
    relax()
    if len(PROCESSORS) > 1:
        os.sched_setaffinity(0, PROCESSORS[len(PROCESSORS) // 2 :])


def prefer(niceness: int) -> None:
    """Let this process have the processor before others (niceness below 0) or after them, where
    permitted. Where Linux groups processes by session, the session's niceness is what counts."""
    with suppress(OSError):
        os.nice(niceness)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")


def lock_memory() -> None:
    """Keep this process's memory from being paged out; raises OSError where that is refused."""
    if ctypes.CDLL(None, use_errno=True).mlockall(_CURRENT_AND_FUTURE):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _scheduler(priority: int) -> str:
    try:
        promote(priority)
    except OSError as error:
        return f"SCHED_OTHER (SCHED_FIFO refused: {error.strerror}; pontine doctor says how)"
    return f"SCHED_FIFO {priority}"


def _memory() -> str:
    try:
        lock_memory()
    except OSError as error:
        return f"not locked ({error.strerror})"
    return "locked"
