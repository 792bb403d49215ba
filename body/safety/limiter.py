"""The last thing before the robot: position, velocity, acceleration and jerk limits, any input.

Limits are kept by the differences of the commands at the command rate. Through the last three
commands runs a parabola; a joint whose fastest stop from there (:mod:`body.safety.braking`) breaks
no limit is safe. Every period each joint takes the acceleration nearest to the one that
:mod:`body.safety.pursuit` wishes from which it is safe still, and if there is none, the next piece
of the stop it knows. Hence safe once, safe for ever. (Differences of a curve are averages of its
derivatives, so commands taken from a stop within the limits are within them.) A target that is
not finite is replaced by the last good one, so the robot decelerates to it instead of freezing.
"""

from math import isfinite

import numpy as np

from body.contract.arrays import Array
from body.contract.errors import RangeError
from body.contract.robot_spec import RobotSpec
from body.safety.braking import ROUNDING, Brake, State, brakes
from body.safety.halt import Halt
from body.safety.pursuit import Numbers, Pursuit

CHORDS = 4  # refinements of the acceleration nearest to the wish


class Limiter:
    """Keeps commands within `spec`'s limits. Times in s, angles in rad, widths in m.

    Call once a period either :meth:`step` or :meth:`stop`.

    Attributes:
        q: (J,) the last command. velocity: (J,) its difference to the one before, rad/s.
        width: the last gripper opening commanded.

    Args:
        spec: the robot.
        dt: command period, s (2 ms by default, 500 Hz).
    """

    def __init__(self, spec: RobotSpec, dt: float = 0.002) -> None:
        if not 0 < dt <= 0.01:
            raise RangeError(f"dt: must lie in (0, 0.01] s, got {dt}")
        self.spec = spec
        self.dt = dt
        self._brakes = brakes(spec)
        self._pursuit = Pursuit(self._brakes, dt)
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
        self._q = self.q.tolist()
        self._v = [0.0] * self.spec.joints
        self._a = [0.0] * self.spec.joints
        self._stops: list[State] = [(position, 0.0, 0.0) for position in self._q]
        self._pursuit.begin(self._q, self._v, self._a)
        self._halt: Halt | None = None

    def step(self, target: Array, gripper_width: float) -> tuple[Array, float]:
        """One command period towards `target` (J,) and `gripper_width`: the command to send."""
        target = np.asarray(target, dtype=np.float64)
        good = target.shape == self.q.shape and bool(np.isfinite(target).all())
        self._halt = None
        return self._advance(target.tolist() if good else self._pursuit.target, gripper_width)

    def stop(self) -> tuple[Array, float]:
        """One command period of stopping along the path, the gripper left as it is.

        All joints slow down in the same proportion, so the arm keeps to the line it was on (in
        joint space), unless a limit asks for more.
        """
        if self._halt is None:
            curves = [
                _curve(self.dt, q, v, a) for q, v, a in zip(self._q, self._v, self._a, strict=True)
            ]
            self._halt = Halt(self._brakes, curves)
            self._pursuit.begin(self._q, self._v, self._a)
        return self._advance(self._halt.after(self.dt), self.width)

    def _advance(self, target: Numbers, gripper_width: float) -> tuple[Array, float]:
        share = 1 - ROUNDING
        bounds = self.spec.velocity_bounds(self.q)
        lower, upper = ((share * bound).tolist() for bound in bounds)
        for i, brake in enumerate(self._brakes):
            brake.widen(self._q[i])
        target = [
            min(max(p, -brake.down.end), brake.up.end)
            for p, brake in zip(target, self._brakes, strict=True)
        ]
        wishes = self._pursuit.wish(self._q, self._v, self._a, target, lower, upper)
        for i, brake in enumerate(self._brakes):
            self._move(i, brake, wishes[i], lower[i], upper[i])
        self.q = np.array(self._q)
        self.velocity = np.array(self._v)
        self._move_gripper(gripper_width)
        return self.q.copy(), self.width

    def _move(self, i: int, brake: Brake, wish: float, lower: float, upper: float) -> None:
        """Bring joint i one period on, as near to the acceleration `wish` as is safe."""
        dt, q, v, a = self.dt, self._q[i], self._v[i], self._a[i]
        least = max(a - brake.jerk * dt, -brake.acceleration, (lower - v) / dt)
        most = min(a + brake.jerk * dt, brake.acceleration, (upper - v) / dt)
        found = None
        if least <= most:
            found = self._nearest(brake, q, v, min(max(wish, least), most), least, most)
        if found is None:
            self._stops[i] = brake.after(self._stops[i], dt)
            velocity = (self._stops[i][0] - q) / dt
            self._q[i], self._v[i], self._a[i] = self._stops[i][0], velocity, (velocity - v) / dt
            return
        chosen, turn = found
        self._a[i] = chosen
        self._v[i] = v + chosen * dt
        self._q[i] = q + self._v[i] * dt
        self._stops[i] = self._next(brake, q, v, chosen, turn)

    def _nearest(
        self, brake: Brake, q: float, v: float, wish: float, least: float, most: float
    ) -> tuple[float, int] | None:
        """The safe acceleration nearest to `wish` within [least, most] and the turn of the curve
        that proves it, or None."""
        up, down = self._room(brake, q, v, wish, 0)
        if up >= 0 and down >= 0:
            return wish, 0
        turn = -1 if up < 0 else 1
        bad, lack = wish, min(self._room(brake, q, v, wish, turn))
        if lack >= 0:
            return wish, turn
        good = least if up < 0 else most
        room = min(self._room(brake, q, v, good, turn))
        if room < 0:
            return None
        for _ in range(CHORDS):
            middle = good + 0.98 * (bad - good) * room / (room - lack)
            left = min(self._room(brake, q, v, middle, turn))
            if left >= 0:
                good, room = middle, left
            else:
                bad, lack = middle, left
        return good, turn

    def _room(self, brake: Brake, q: float, v: float, a: float, turn: int) -> tuple[float, float]:
        """Upward and downward room once the next command has acceleration `a`."""
        q, v, a = self._next(brake, q, v, a, turn)
        return brake.up.room(q, v, a), brake.down.room(-q, -v, -a)

    def _next(self, brake: Brake, q: float, v: float, a: float, turn: int) -> State:
        """The curve through the commands once the next one has acceleration `a`: its past jerk
        none, or as far up (turn 1) or down (-1) as the limits permit."""
        jump = turn * min(brake.jerk * self.dt, brake.acceleration - turn * a) if turn else 0.0
        v += a * self.dt
        return _curve(self.dt, q + v * self.dt, v, a, jump)

    def _move_gripper(self, width: float) -> None:
        if not isfinite(width):
            width = self.width
        stride = self.spec.gripper_speed * self.dt
        goal = min(max(width, 0.0), self.spec.gripper_open)
        self.width += min(max(goal - self.width, -stride), stride)


def _curve(dt: float, q: float, v: float, a: float, jump: float = 0.0) -> State:
    """End of a cubic through three commands, of which `q` is the last and `v` and `a` are the
    differences; its acceleration rises by `jump` a period."""
    return q, v + a * dt / 2 + jump * dt / 3, a + jump
