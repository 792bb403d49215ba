"""How many policy steps a plan comes late: what the next one must take as promised."""

from collections import deque
from math import ceil

from body.geometry.motion import DT
from cerebellum.runtime.schedule import LONGEST_DELAY

WINDOW = 20  # plans
MARGIN = 1.2


class DelayEstimate:
    """The slowest of the last `WINDOW` plans, with a margin, in whole policy steps.

    Warming up is the caller's: what is added counts. (The real-time chunking of Black et al. 2025
    takes the largest of recent delays too: a plan that comes later than promised jerks the arm, one
    that comes earlier costs little.)
    """

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=WINDOW)

    def add(self, seconds: float) -> None:
        """A plan took `seconds` from its observation to its arrival."""
        self._seconds.append(seconds)

    @property
    def steps(self) -> int:
        """From 1 to `LONGEST_DELAY`."""
        slowest = max(self._seconds, default=0.0)
        return min(max(1, ceil(MARGIN * slowest / DT)), LONGEST_DELAY)
