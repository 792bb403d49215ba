"""The last thing before the robot: position, velocity and acceleration limits for any input.

At a command rate of 1/dt the limiter follows a moving target as fast as the limits allow. It
knows, for every position of every joint, the highest speed from which the joint can still stop
in time AND stay under a position-dependent velocity limit (the envelope, integrated backwards
from the end stop with a part of the permitted deceleration). A target that is not finite is
replaced by the last good one, so the robot decelerates to it instead of freezing.
"""

from functools import lru_cache

import numpy as np

from body.arrays import Array
from body.errors import RangeError
from body.robot_spec import RobotSpec

CELLS = 6000
CREEP = 0.02  # rad/s: where the maker permits less, a joint may not go further out
BRAKE_SHARE = 0.85  # of the acceleration limit, planned for braking
MARGIN = 2e-3  # rad kept from each end stop
TRACK_SHARE = 0.6  # of the acceleration limit, planned for closing in on the target


class Limiter:
    """Keeps commands within `spec`'s limits. Times in s, angles in rad, widths in m.

    Args:
        spec: the robot.
        dt: command period, s (2 ms by default, 500 Hz).
    """

    def __init__(self, spec: RobotSpec, dt: float = 0.002) -> None:
        if not 0 < dt <= 0.01:
            raise RangeError(f"dt: must lie in (0, 0.01] s, got {dt}")
        self.spec = spec
        self.dt = dt
        self._low, self._high, self._fall, self._rise = _envelope(spec)
        self._cell = (self._high - self._low) / (CELLS - 1)
        self._joint = np.arange(spec.joints)
        self._change = 0.999 * spec.acceleration * dt
        self.reset(spec.home, spec.gripper_open)

    def reset(self, q: Array, gripper_width: float) -> None:
        """Start from rest at `q` (J,) and `gripper_width`.

        Raises:
            ShapeError: `q` has another length. RangeError: `q` lies outside the limits.
        """
        self.spec.check_shape("q", q)
        outside = (q < self.spec.position_lower) | (q > self.spec.position_upper)
        if outside.any() or not np.isfinite(q).all():
            names = [self.spec.joint_names[i] for i in np.flatnonzero(outside)]
            raise RangeError(f"cannot start outside the position limits: {names} at {q}")
        self.q = np.array(q, dtype=np.float64)
        self.velocity = np.zeros(self.spec.joints)
        self.width = float(np.clip(gripper_width, 0, self.spec.gripper_open))
        self._target = self.q.copy()
        self._limits = self._bounds(self.q)

    def step(self, target: Array, gripper_width: float) -> tuple[Array, float]:
        """One command period towards `target` (J,) and `gripper_width`: the command to send."""
        target = np.asarray(target, dtype=np.float64)
        if target.shape != self.q.shape or not np.isfinite(target).all():
            target = self._target
        target = np.minimum(np.maximum(target, self._low), self._high)
        lower, upper = self._limits
        pace = np.minimum(np.maximum((target - self._target) / self.dt, lower), upper)
        self._target = target

        error = target - self.q
        # highest closing speed that can still be shed before the target is reached
        brake = TRACK_SHARE * self.spec.acceleration
        half = brake * self.dt
        closing = np.sqrt(half * half / 4 + 2 * brake * np.abs(error)) - half / 2
        wish = pace + np.sign(error) * np.minimum(closing, np.abs(error) / self.dt)

        wish = np.minimum(np.maximum(wish, lower), upper)
        change = self._change
        reach = np.minimum(np.maximum(wish, self.velocity - change), self.velocity + change)
        lower, upper = self._bounds(self.q + reach * self.dt)
        reach = np.minimum(np.maximum(reach, lower), upper)
        # the envelope is planned with less than the full deceleration, so this rarely bites
        reach = np.minimum(np.maximum(reach, self.velocity - change), self.velocity + change)
        self.velocity = reach
        self.q = self.q + reach * self.dt
        self._limits = lower, upper

        if not np.isfinite(gripper_width):
            gripper_width = self.width
        stride = self.spec.gripper_speed * self.dt
        goal = min(max(gripper_width, 0.0), self.spec.gripper_open)
        self.width += min(max(goal - self.width, -stride), stride)
        return self.q.copy(), self.width

    def _bounds(self, q: Array) -> tuple[Array, Array]:
        place = (q - self._low) / self._cell
        place = np.minimum(np.maximum(place, 0.0), CELLS - 1.000001)
        cell = place.astype(np.int64)
        part = place - cell
        fall, rise = self._fall, self._rise
        lower = fall[self._joint, cell] * (1 - part) + fall[self._joint, cell + 1] * part
        upper = rise[self._joint, cell] * (1 - part) + rise[self._joint, cell + 1] * part
        return lower, upper


def _usable(spec: RobotSpec) -> tuple[Array, Array]:
    """(J,) ends of the range in which the velocity limits still permit motion towards the end."""
    grid = np.linspace(spec.position_lower + MARGIN, spec.position_upper - MARGIN, CELLS, axis=1)
    bounds = [spec.velocity_bounds(grid[:, i]) for i in range(CELLS)]
    fall = np.stack([lower for lower, _ in bounds], axis=1)
    rise = np.stack([upper for _, upper in bounds], axis=1)
    first = np.argmax(fall < -CREEP, axis=1)
    last = CELLS - 1 - np.argmax(rise[:, ::-1] > CREEP, axis=1)
    joint = np.arange(spec.joints)
    return grid[joint, first], grid[joint, last]


@lru_cache(maxsize=8)  # a tenth of a second, and the same for every limiter of a robot
def _envelope(spec: RobotSpec) -> tuple[Array, Array, Array, Array]:
    """(J,) usable range, low and high; (J, CELLS) lowest and highest speeds within it from which
    the limits ahead can still be kept."""
    low, high = _usable(spec)
    grid = np.linspace(low, high, CELLS, axis=1)
    bounds = [spec.velocity_bounds(grid[:, i]) for i in range(CELLS)]
    fall = 0.999 * np.stack([lower for lower, _ in bounds], axis=1)
    rise = 0.999 * np.stack([upper for _, upper in bounds], axis=1)
    brake = 2 * BRAKE_SHARE * spec.acceleration * (high - low) / (CELLS - 1)
    rise[:, -1] = 0
    for i in range(CELLS - 2, -1, -1):
        rise[:, i] = np.minimum(rise[:, i], np.sqrt(rise[:, i + 1] ** 2 + brake))
    fall[:, 0] = 0
    for i in range(1, CELLS):
        fall[:, i] = np.maximum(fall[:, i], -np.sqrt(fall[:, i - 1] ** 2 + brake))
    for array in (low, high, fall, rise):
        array.setflags(write=False)
    return low, high, fall, rise
