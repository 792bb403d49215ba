"""Which acceleration a joint would choose to follow its target, were there no end stops.

Commands q_k and targets p_k are the control points of cubic B-splines, whose state (position,
velocity, acceleration at the knots) obeys the exact triple integrator and whose jerk is the third
difference of the points. Near the target the law is linear,

    j = third difference of p - K1 e / dt^3 - K2 de / dt^3 - K3 d2e / dt^3,    e = q - p,

with all three poles at `POLE`, so that targets within the limits pass unchanged. Far from it the
joint goes the time-optimal way (Ruckig; Berscheid and Kroeger 2021) to a target that keeps its
pace, in the target's moving frame.
"""

from collections.abc import Sequence

import ruckig

from body.safety.braking import Brake

POLE = 0.6
K1 = (1 - POLE) ** 3  # from (z - 1)^3 + K1 z^2 + K2 z (z - 1) + K3 (z - 1)^2 = (z - POLE)^3
K3 = 1 - POLE**3
K2 = 3 - 3 * POLE - K1 - K3
PACE_SHARE = 0.98  # of the velocity limit: no target is taken to be faster
TRUST = 0.05  # s
SLOWEST = 1e-3  # rad/s, Ruckig wants velocity limits that leave some room

Numbers = list[float]


class Pursuit:
    """Follows the targets of J joints given every `dt` s."""

    def __init__(self, brakes: Sequence[Brake], dt: float) -> None:
        self.dt = dt
        joints = len(brakes)
        self._brakes = brakes
        self._ruckig = ruckig.Ruckig(joints)
        self._plan = ruckig.Trajectory(joints)
        self._input = ruckig.InputParameter(joints)
        self._input.synchronization = ruckig.Synchronization.No
        self._input.max_jerk = [brake.jerk for brake in brakes]
        self.begin([0.0] * joints, [0.0] * joints, [0.0] * joints)

    def begin(self, p: Numbers, pace: Numbers, rise: Numbers) -> None:
        """Take the targets so far to have ended at `p` rad, with differences `pace` rad/s and
        `rise` rad/s2."""
        self.target, self._pace, self._rise = list(p), list(pace), list(rise)

    def wish(
        self, q: Numbers, v: Numbers, a: Numbers, target: Numbers, lower: Numbers, upper: Numbers
    ) -> Numbers:
        """The next acceleration of each joint, rad/s2.

        Args:
            q, v, a: last command, its first and second difference.
            target: (J) rad, where to be after this period. lower, upper: (J) rad/s.
        """
        dt = self.dt
        chosen = [0.0] * len(q)
        far = []
        paces, bends = [], []
        for i, brake in enumerate(self._brakes):
            pace = (target[i] - self.target[i]) / dt
            rise = (pace - self._pace[i]) / dt
            e, de, dde = q[i] - self.target[i], v[i] - self._pace[i], a[i] - self._rise[i]
            reach = min(brake.jerk * dt, brake.acceleration)
            e, de = K1 * e / (dt * dt), K2 * de / dt
            chosen[i] = a[i] + rise - self._rise[i] - e - de - K3 * dde
            leap = abs(chosen[i] - a[i]) > 2 * brake.jerk * dt
            if leap or abs(e) + abs(de) + K3 * abs(dde) > reach:
                far.append(i)
            # the longer the way to a target, the less its present pace says of where it will be
            trust = PACE_SHARE / (1 + abs(q[i] - target[i]) / (brake.acceleration * TRUST**2))
            bend = trust * brake.acceleration
            paces.append(_lasting(pace, self._pace[i], trust * lower[i], trust * upper[i]))
            bends.append(_lasting(rise, self._rise[i], -bend, bend))
            self._pace[i], self._rise[i] = pace, rise
        self.target = list(target)
        if far:
            for i, acceleration in zip(
                far, self._intercept(far, q, v, a, paces, bends, lower, upper), strict=True
            ):
                chosen[i] = acceleration
        return chosen

    def _intercept(
        self,
        far: list[int],
        q: Numbers,
        v: Numbers,
        a: Numbers,
        paces: Numbers,
        bends: Numbers,
        lower: Numbers,
        upper: Numbers,
    ) -> Numbers:
        dt, want, joints = self.dt, self._input, range(len(q))
        # the state of both splines one period back, that of the target taken back in time
        want.current_position = [q[i] - v[i] * dt + a[i] * dt * dt / 6 for i in joints]
        want.target_position = [
            self.target[i] - 2 * paces[i] * dt + 7 / 6 * bends[i] * dt * dt for i in joints
        ]
        want.current_velocity = [v[i] - paces[i] + (3 * bends[i] - a[i]) * dt / 2 for i in joints]
        want.current_acceleration = [a[i] - bends[i] for i in joints]
        want.max_acceleration = [
            brake.acceleration - bends[i] for i, brake in enumerate(self._brakes)
        ]
        want.min_acceleration = [
            -brake.acceleration - bends[i] for i, brake in enumerate(self._brakes)
        ]
        want.target_velocity = want.target_acceleration = [0.0] * len(q)
        want.max_velocity = [max(upper[i] - paces[i], SLOWEST) for i in joints]
        want.min_velocity = [min(lower[i] - paces[i], -SLOWEST) for i in joints]
        if not self._solved():
            return [self._brakes[i].after((q[i], v[i], a[i]), dt)[2] for i in far]
        accelerations = self._plan.at_time(dt)[2]
        return [accelerations[i] + bends[i] for i in far]

    def _solved(self) -> bool:
        """Whether Ruckig found a trajectory; next to nothing is beyond it, but not nothing."""
        try:
            result = self._ruckig.calculate(self._input, self._plan)
        except (ruckig.RuckigError, ValueError):  # ValueError: a result its Python side lacks
            return False
        return result in (ruckig.Result.Working, ruckig.Result.Finished)


def _lasting(now: float, before: float, low: float, high: float) -> float:
    """What of two successive differences is no mere spike, bounded: a step is no pace."""
    if now * before <= 0:
        return 0.0
    return min(max(now if abs(now) < abs(before) else before, low), high)
