"""The share of recent command periods in which the robot's state came in time."""

from collections import deque

WINDOW = 100  # periods, as libfranka's control_command_success_rate
WARNING = 0.95  # libfranka, examples/communication_test.cpp: many packets got lost
RELIEF = 0.98  # ours: where the warning ends, so that it does not flicker
REFUSAL = 0.90  # the same: this setup is probably not sufficient


class SuccessRate:
    """Call :meth:`arrived` when a state arrives and :meth:`tick` once a command period.

    Attributes:
        low: whether the rate deserves a warning.
    """

    def __init__(self) -> None:
        self._periods: deque[bool] = deque(maxlen=WINDOW)
        self._arrived = False
        self.low = False

    def arrived(self) -> None:
        self._arrived = True

    def tick(self) -> None:
        self._periods.append(self._arrived)
        self._arrived = False
        self.low = self.complete and self.rate < (RELIEF if self.low else WARNING)

    @property
    def complete(self) -> bool:
        """Whether `WINDOW` periods have been seen."""
        return len(self._periods) == WINDOW

    @property
    def rate(self) -> float:
        """The share in [0, 1] of the last `WINDOW` periods, or of those there were (none: 0)."""
        return sum(self._periods) / max(len(self._periods), 1)
