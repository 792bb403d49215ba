"""An independent count of limit violations in a stream of commands."""

import numpy as np

from body.arrays import Array
from body.robot_spec import RobotSpec

TOLERANCE = 1e-6


class LimitAudit:
    """Differentiates commanded positions and compares them with the published limits.

    Attributes:
        violations: commands that broke a limit of position, velocity, acceleration or jerk.
        worst: largest ratio of |value| to its limit seen, by name.
    """

    def __init__(self, spec: RobotSpec, dt: float) -> None:
        self.spec = spec
        self.dt = dt
        self.violations = 0
        self.worst = {"position": 0.0, "velocity": 0.0, "acceleration": 0.0, "jerk": 0.0}
        self._q: Array | None = None
        self._velocity: Array | None = None
        self._acceleration: Array | None = None

    def add(self, q: Array) -> bool:
        """Take the next command (J,), rad; True if it broke a limit."""
        spec = self.spec
        middle = 0.5 * (spec.position_lower + spec.position_upper)
        half = 0.5 * (spec.position_upper - spec.position_lower)
        ratios = {"position": np.abs(q - middle) / half}
        if self._q is not None:
            velocity = (q - self._q) / self.dt
            lower, upper = spec.velocity_bounds(self._q)
            bound = np.where(velocity > 0, upper, -lower)
            # the limit is judged at the start of the period, and rounding near zero forgiven
            ratios["velocity"] = np.abs(velocity) / np.maximum(bound, 1e-3)
            if self._velocity is not None:
                acceleration = (velocity - self._velocity) / self.dt
                ratios["acceleration"] = np.abs(acceleration) / spec.acceleration
                if self._acceleration is not None:
                    jerk = (acceleration - self._acceleration) / self.dt
                    ratios["jerk"] = np.abs(jerk) / spec.jerk
                self._acceleration = acceleration
            self._velocity = velocity
        self._q = np.array(q)
        broken = False
        for name, ratio in ratios.items():
            peak = float(ratio.max()) if np.isfinite(ratio).all() else np.inf
            self.worst[name] = max(self.worst[name], peak)
            broken |= peak > 1 + TOLERANCE
        self.violations += broken
        return broken
