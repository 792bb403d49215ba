"""How a joint stops, and from where it still can: the set that every command must stay in.

A joint in (q, v, a) that stops as fast as its acceleration A and jerk J permit traces one path in
(v, a), wherever it is. If it moves up, that path belongs to a parabola of constant jerk -J, whose
peak (a = 0) is at the velocity u = v + a^2 / 2J, and lies s = (a / J) (u - a^2 / 6J) ahead (behind
if a < 0). So all there is to know about stopping below an end stop, and below a velocity limit
that falls towards it, is one table: C(u), the furthest position at which a joint may peak at u.
The state is safe upwards if q + s <= C(u). Downwards is the mirror image. Both are kept by the
same stop, so a joint that stops from a safe state stays safe: the set is invariant, and whoever
has no better idea can always stop. (Peak and switching times: Biagiotti and Melchiorri,
Trajectory Planning for Automatic Machines and Robots, 2008, section 3.4.)
"""

from functools import lru_cache
from math import copysign, sqrt
from typing import TypeVar

import numpy as np

from body.contract.arrays import Array
from body.contract.robot_spec import RobotSpec

PLACES = 3000  # in the range of a joint
PEAKS = 500  # velocities up to the highest
CREEP = 5e-3  # rad/s: where the maker permits less, a joint may not go further out
MARGIN = 1e-4  # rad kept from each end stop
ROUNDING = 1e-12  # share of each limit that is left to floating point
SLACK = 1e-5  # rad, covers what the table misses between its cells
SAMPLES = 60  # of each phase of a stop, when its highest velocities are compared with the limits
FORBIDDEN = -1e6  # rad: no position is safe beyond the highest velocity

Real = TypeVar("Real", float, Array)
State = tuple[float, float, float]  # position rad, velocity rad/s, acceleration rad/s2


class Direction:
    """Stopping in one direction of one joint (the other is its mirror image).

    Attributes:
        end: rad, the furthest position at which the joint may rest.

    Args:
        table: C(u) at velocities u from 0 to `top` in equal steps, then one forbidden cell.
        jerk: rad/s3.
    """

    def __init__(self, table: Array, top: float, jerk: float) -> None:
        self._table = table.tolist()
        self._scale = (len(table) - 2) / top
        self._last = len(table) - 2
        self._jerk = jerk
        self.end = self._table[0]

    def room(self, q: float, v: float, a: float) -> float:
        """Rad left before a stop from here would break a limit; negative: it does break one."""
        rise = 0.5 * a * a / self._jerk
        peak = v + rise
        if peak <= 0 or (v <= 0 and a <= 0):  # never moves further out
            return self.end - q
        place = peak * self._scale
        cell = min(int(place), self._last)
        table = self._table
        furthest = table[cell] + (place - cell) * (table[cell + 1] - table[cell])
        return furthest - q - a / self._jerk * (peak - rise / 3)


class Brake:
    """One joint's time-optimal stop, with the directions `up` and `down` it must be safe in."""

    def __init__(self, up: Direction, down: Direction, acceleration: float, jerk: float) -> None:
        self.up, self.down = up, down
        self.low, self.high = -down.end, up.end
        self.acceleration, self.jerk = acceleration, jerk

    def widen(self, q: float) -> None:
        """Let the joint rest where it is, if it rests further out than it may go by itself."""
        self.up.end = max(self.high, q)
        self.down.end = max(-self.low, -q)

    def after(self, state: State, time: float) -> State:
        """The state after `time` s of stopping from `state`."""
        return stopping(state, time, self.acceleration, self.jerk)


def stopping(state: State, time: float, acceleration: float, jerk: float) -> State:
    """The state after `time` s of the fastest stop within `acceleration` and `jerk`."""
    q, v, a = state
    away = v + 0.5 * a * abs(a) / jerk  # velocity once the acceleration is gone
    side = copysign(1.0, away if away else -a)
    start = side * a
    deepest = min(acceleration, sqrt(max(0.0, jerk * side * v + 0.5 * start * start)))
    fall = max(0.0, (start + deepest) / jerk)
    turned = side * v + start * fall - 0.5 * jerk * fall * fall
    steady = max(0.0, turned / deepest - 0.5 * deepest / jerk) if deepest else 0.0
    for duration, change in ((fall, -jerk), (steady, 0.0), (deepest / jerk, jerk)):
        step = min(time, duration)
        q, v, a = _integrate(q, v, a, side * change, step)
        time -= step
        if time <= 0:
            return q, v, a
    return q, 0.0, 0.0


def _integrate(q: Real, v: Real, a: Real, jerk: float, time: Real) -> tuple[Real, Real, Real]:
    return (
        q + time * (v + time * (a / 2 + time * jerk / 6)),
        v + time * (a + time * jerk / 2),
        a + time * jerk,
    )


def brakes(spec: RobotSpec) -> list[Brake]:
    """A brake for each of the robot's J joints."""
    share = 1 - ROUNDING
    made = []
    for acceleration, jerk, up, down in zip(
        spec.acceleration * share, spec.jerk * share, *_tables(spec), strict=True
    ):
        sides = [Direction(table, top, float(jerk)) for table, top in (up, down)]
        made.append(Brake(sides[0], sides[1], float(acceleration), float(jerk)))
    return made


Table = tuple[Array, float]


@lru_cache(maxsize=8)  # a fifth of a second, and the same for every limiter of a robot
def _tables(spec: RobotSpec) -> tuple[list[Table], list[Table]]:
    grid = np.linspace(spec.position_lower + MARGIN, spec.position_upper - MARGIN, 2 * PLACES - 1)
    bounds = [spec.velocity_bounds(q) for q in grid]
    lower = np.stack([low for low, _ in bounds])
    upper = np.stack([high for _, high in bounds])
    up, down = [], []
    for joint in range(spec.joints):
        limits = (1 - ROUNDING) * spec.acceleration[joint], (1 - ROUNDING) * spec.jerk[joint]
        up.append(_table(grid[:, joint], upper[:, joint], *limits))
        down.append(_table(-grid[::-1, joint], -lower[::-1, joint], *limits))
    return up, down


def _table(grid: Array, limit: Array, acceleration: float, jerk: float) -> Table:
    """C(u) and its highest u, from velocity limits at rising positions."""
    limit = (1 - ROUNDING) * np.minimum.accumulate(limit)
    usable = 2 * ((np.count_nonzero(limit > CREEP) - 1) // 2) + 1  # whole cells
    grid, limit = grid[:usable:2], np.minimum.accumulate(_beneath(limit[:usable]))
    top = float(limit[0])
    falling = np.flatnonzero(limit >= top)[-1]  # where the limit begins to fall
    inverse = limit[falling:][::-1], grid[falling:][::-1]
    peak = np.linspace(0.0, top, 2 * PEAKS - 1)[:, None]
    furthest = np.full(len(peak), np.inf)
    for velocity, travelled in _stop(peak, acceleration, jerk):
        furthest = np.minimum(furthest, _least(np.interp(velocity, *inverse) - travelled))
    return np.append(_beneath(furthest) - SLACK, FORBIDDEN), top


def _beneath(fine: Array) -> Array:
    """Every second of the values, lowered until straight lines between them stay below the rest."""
    nodes, between = fine[::2].copy(), fine[1::2]
    above = np.maximum(0.5 * (nodes[1:] + nodes[:-1]) - between, 0.0)
    nodes[1:] -= above
    nodes[:-1] -= above
    return nodes


def _least(values: Array) -> Array:
    """(n,) least of (n, m) values, between the samples too: at a parabola's vertex."""
    rows = np.arange(len(values))
    middle = np.clip(values.argmin(axis=1), 1, values.shape[1] - 2)
    before, at, after = (values[rows, middle + k] for k in (-1, 0, 1))
    bend = np.maximum(before - 2 * at + after, 1e-300)
    slope = 0.5 * (after - before)
    deeper = np.where(np.abs(slope) <= bend, 0.5 * slope * slope / bend, 0.0)
    return np.minimum(values.min(axis=1), at - deeper)


def _stop(peak: Array, acceleration: float, jerk: float) -> list[tuple[Array, Array]]:
    """Velocity and distance (n, SAMPLES) in each of the three phases of a stop that begins at
    velocities (n, 1) without acceleration."""
    deepest = np.minimum(acceleration, np.sqrt(jerk * peak))
    turn = deepest / jerk
    steady = np.maximum(0.0, peak / np.maximum(deepest, 1e-12) - turn)
    phases = []
    velocity, travelled, begun = peak, np.zeros_like(peak), np.zeros_like(peak)
    for duration, change in ((turn, -jerk), (steady, 0.0), (turn, jerk)):
        time = duration * np.linspace(0.0, 1.0, SAMPLES)
        s, v, _ = _integrate(travelled, velocity, begun, change, time)
        phases.append((v, s))
        travelled, velocity, begun = _integrate(travelled, velocity, begun, change, duration)
    return phases
