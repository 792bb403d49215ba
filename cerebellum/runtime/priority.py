"""What a process asks of Linux to keep its deadlines, and what it was given."""

import ctypes
import gc
import os
import signal
from dataclasses import asdict, dataclass

PRIORITY = 80
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
    """Put this process under SCHED_FIFO; raises OSError where that is refused."""
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))


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
