"""The graph's clock, read without an executor's help and finer than it is told."""

import time

from rclpy.clock import Clock

LAG = 300_000_000  # ns by which the last word of a simulated clock may be old


class GraphTime:
    """Simulated time is told some ten times a second, late by what the network takes, never early.
    So the latest time it told holds, and goes on with the monotonic clock; unless it has been
    stopped or set back meanwhile.

    Attributes:
        offset: ns that the graph's clock is ahead of the monotonic one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset = 0

    def update(self) -> bool:
        """Look at the clock; whether the offset has changed."""
        offset = int(self._clock.now().nanoseconds) - time.monotonic_ns()
        if 0 <= self.offset - offset <= LAG:
            return False
        self.offset = offset
        return True

    def now(self) -> int:
        """Ns on the graph's clock."""
        return time.monotonic_ns() + self.offset
