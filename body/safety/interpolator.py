"""From chunks at the policy rate to one target a command period, without steps in velocity.

Between two knots runs a cubic Hermite spline whose slope at a knot is the central difference of
its neighbours (Catmull and Rom 1974), or the last difference where the next knot is not known. A
piece is fixed when it begins: from then on it ends where and as fast as was foreseen, and a chunk
that arrives meanwhile rules from the next knot on. Where no knot is left it brakes evenly. So
position and velocity are continuous whatever chunks come, and whenever.
"""

import numpy as np

from body.contract.arrays import Array
from body.contract.chunk import ActionChunk

SHORTEST = 0.5  # of a policy step: a knot nearer than this is merged with the one after it


class Interpolator:
    """Feed it chunks with :meth:`put`, ask it for targets with :meth:`at`, times never falling.

    Times are int64 ns of the clock that stamps the chunks.

    Attributes:
        end: when the last knot of the newest chunk is due (before the first one: the start).
    """

    def __init__(self, q: Array, gripper_width: float, now: int) -> None:
        self.start(q, gripper_width, now)

    def start(self, q: Array, gripper_width: float, now: int) -> None:
        """Forget every chunk; rest at `q` (J,) rad and `gripper_width` m."""
        self._chunk: ActionChunk | None = None
        self._begin = self._knot = self._asked = self.end = now
        self._from = self._to = np.array(q, dtype=np.float64)
        self._slope = self._next_slope = np.zeros(len(self._to))
        self._width = float(gripper_width)

    def put(self, chunk: ActionChunk) -> None:
        """Follow `chunk` from the next knot on."""
        self._chunk = chunk
        self.end = chunk.stamp + len(chunk) * _ns(chunk.dt)

    def at(self, now: int) -> tuple[Array, float]:
        """The target (J,) rad and the gripper's opening (m) for time `now`."""
        while now > self._knot and self._go_on(now):
            pass
        self._asked = now
        if now >= self._knot:
            return self._to, self._width
        span = (self._knot - self._begin) * 1e-9
        s = (now - self._begin) * 1e-9 / span
        rest = 1.0 - s
        q = (
            (rest * rest * (1 + 2 * s)) * self._from
            + (s * s * (3 - 2 * s)) * self._to
            + (span * s * rest * rest) * self._slope
            - (span * s * s * rest) * self._next_slope
        )
        return q, self._width

    def _go_on(self, now: int) -> bool:
        """Begin the piece after the present knot; False if no knot is left."""
        chunk = self._chunk
        if chunk is None:
            return False
        dt = _ns(chunk.dt)
        begin = max(self._knot, self._asked)  # later than the knot: it has been resting there
        if now - begin > dt:  # long asleep, or no chunk until now: begin here, from rest
            begin, self._next_slope = now - 1, np.zeros_like(self._to)
        index = max(0, (begin - chunk.stamp + round(SHORTEST * dt) - 1) // dt)
        if index >= len(chunk):
            return self._brake(dt)
        rows = chunk.joint_position
        self._begin, self._from, self._slope = begin, self._to, self._next_slope
        self._knot, self._to = chunk.stamp + (index + 1) * dt, rows[index]
        span = (self._knot - begin) * 1e-9
        if index + 1 < len(chunk):
            self._next_slope = (rows[index + 1] - self._from) / (span + chunk.dt)
        elif len(chunk) > 1:
            self._next_slope = np.zeros_like(self._to)
        else:
            self._next_slope = (self._to - self._from) / span
        self._width = float(chunk.gripper_width[index])
        return True

    def _brake(self, dt: int) -> bool:
        """Come to rest within `dt` ns; False: already there."""
        if not self._next_slope.any():
            return False
        self._begin, self._from, self._slope = self._knot, self._to, self._next_slope
        self._knot, self._to = self._begin + dt, self._from + self._slope * (dt * 1e-9 / 2)
        self._next_slope = np.zeros_like(self._to)
        return True


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
