"""Absolute deadlines, and how well they were met."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

LATE = 1_000_000  # ns: a tick that starts later than this is a miss
SPIN = 60_000  # ns before a deadline at which sleeping ends and looking at the clock begins
RESOLUTION = 1000  # ns a cell of the histogram
CELLS = 20_000


class Metronome:
    """Call :meth:`wait` once a period. Deadlines do not drift: one that is missed stays missed.

    Attributes:
        ticks: waits so far. misses: those that ended over `LATE` ns after their deadline.
        skipped: deadlines that had passed unserved when the one before was served.

    Args:
        period: ns. spin: look at the clock for the last `SPIN` ns instead of sleeping; costs that
            share of a core and takes away the sleep's own lateness.
    """

    def __init__(
        self, period: int, spin: bool = True, clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self.period = period
        self._clock = clock
        self._early = SPIN if spin else 0
        self._cells = np.zeros(CELLS + 1, np.int64)
        self.begin()

    def begin(self) -> None:
        """Forget all figures; the first deadline is one period away."""
        self.ticks = self.misses = self.skipped = self.worst = 0
        self._cells[:] = 0
        self._due = self._clock() + self.period

    def wait(self) -> int:
        """Wait for the next deadline; the time, ns, at which the wait ended."""
        clock = self._clock
        left = self._due - self._early - clock()
        if left > 0:
            time.sleep(left * 1e-9)
        now = clock()
        while now < self._due:
            now = clock()
        late = now - self._due
        self.ticks += 1
        self.misses += late > LATE
        self.worst = max(self.worst, late)
        self._cells[min(late // RESOLUTION, CELLS)] += 1
        behind = late // self.period
        self.skipped += behind
        self._due += (behind + 1) * self.period
        return now

    def figures(self) -> dict[str, Any]:
        """Ticks, misses and how late ticks started (microseconds, to `RESOLUTION`)."""
        reached = np.cumsum(self._cells)
        names = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
        places = {n: int(np.searchsorted(reached, q * reached[-1])) for n, q in names.items()}
        return {
            "ticks": self.ticks,
            "period_ms": self.period / 1e6,
            "misses": self.misses,
            "miss_share": self.misses / max(self.ticks, 1),
            "skipped": self.skipped,
            "jitter_us": {n: place * RESOLUTION / 1e3 for n, place in places.items()}
            | {"max": self.worst / 1e3},
        }
