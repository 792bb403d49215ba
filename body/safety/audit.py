"""An independent count of limit violations in a stream of commands."""

import numpy as np

from body.contract.arrays import Array
from body.contract.robot_spec import RobotSpec

TOLERANCE = 1e-6
MEASURED = 0.01  # rad by which the first command may differ from the measured position: its noise


class LimitAudit:
    """Differentiates commanded positions and compares them with the published limits.

    Without :meth:`begin` the first commands are judged by as many differences as they have.

    Attributes:
        violations: commands that broke a limit of position, velocity, acceleration or jerk.
        worst: largest ratio of |value| to its limit seen, by name.
    """

    def __init__(self, spec: RobotSpec, dt: float) -> None:
        self.spec = spec
        self.dt = dt
        self.violations = 0
        self.worst = {"position": 0.0, "velocity": 0.0, "acceleration": 0.0, "jerk": 0.0}
        self._middle = 0.5 * (spec.position_lower + spec.position_upper)
        half = 0.5 * (spec.position_upper - spec.position_lower)
        self._bounds = np.stack([half, half, spec.acceleration, spec.jerk])
        self._last: Array | None = None  # position, velocity, acceleration of the command before
        self._known = 0  # commands in a row, hence differences there are
        self._measured: Array | None = None

    def begin(self, measured: Array) -> None:
        """The next command is the first to a robot at rest at `measured` (J,) rad, as it says:
        what that command asks beyond the measurement's noise is asked within one period."""
        self._measured = np.array(measured, dtype=np.float64)

    def add(self, q: Array) -> bool:
        """Take the next command (J,), rad; True if it broke a limit."""
        now = np.zeros((4, len(q)))
        now[0] = q
        first = self._measured is not None
        if self._measured is not None:
            self._last, self._known = np.zeros((4, len(q))), 3
            self._last[0] = self._measured + np.clip(q - self._measured, -MEASURED, MEASURED)
            self._measured = None
        for order in range(1, min(self._known, 3) + 1):
            assert self._last is not None
            now[order] = (now[order - 1] - self._last[order - 1]) / self.dt
        if self._last is not None:
            lower, upper = self.spec.velocity_bounds(self._last[0])
            # the limit is judged at the start of the period, and rounding near zero forgiven
            self._bounds[1] = np.maximum(np.where(now[1] > 0, upper, -lower), 1e-3)
        # what the first command moved within the noise is not known: its differences say nothing
        self._last, self._known = now.copy(), 1 if first else self._known + 1
        now[0] -= self._middle
        peaks = (np.abs(now) / self._bounds).max(axis=1).tolist()
        broken = False
        for name, peak in zip(self.worst, peaks, strict=True):
            if not peak < np.inf:  # NaN too
                peak = np.inf
            if peak > self.worst[name]:
                self.worst[name] = peak
            broken |= peak > 1 + TOLERANCE
        self.violations += broken
        return broken
