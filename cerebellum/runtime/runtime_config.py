"""What the real-time processes are told, and how they are ended."""

import multiprocessing
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from cerebellum.runtime.priority import die_with_parent


@dataclass(frozen=True)
class RuntimeConfig:
    """The command loop's and the planner's.

    Attributes:
        graph: name of the shared memory. robot: its name. model: the controller's folder.
        hz: commands a second, 200 to 1000. spin: look at the clock before a deadline.
        box: where the tool may be, two corners (6,) m in the base frame; all 0: anywhere.
        report: file for the loop's figures, written when it ends.
    """

    graph: str
    robot: str
    model: Path
    hz: int = 500
    spin: bool = True
    box: tuple[float, ...] = (0.0,) * 6
    report: Path | None = None


def until_sigterm() -> list[int]:
    """A list that is empty until this process is told to end. Its parent's end ends it, too."""
    die_with_parent()
    parent = multiprocessing.parent_process()
    if parent is not None and os.getppid() != parent.pid:
        raise SystemExit("whoever started this process has ended meanwhile")
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return told
