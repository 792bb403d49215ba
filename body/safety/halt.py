"""Stopping along the path: all joints slow down together.

The velocity v of the joints at the beginning is kept as a direction and scaled: dq/dt = sigma v,
sigma from 1 to 0 as fast as every joint's limits permit. What acceleration there is across that
direction (the path was curved) is shed first, beside it, on half of each joint's jerk.
"""

from collections.abc import Sequence
from math import copysign

from body.safety.braking import Brake, State, stopping

STANDSTILL = 1e-9  # share of the acceleration limit, or rad/s
SWING = 0.25  # of the acceleration limit: what shedding may ask for against the path
LEAST = 0.1  # of the acceleration limit, left to the path in any case

REST: State = (0.0, 0.0, 0.0)


class Halt:
    """A stop of J joints from their `states` (rad, rad/s, rad/s2)."""

    def __init__(self, brakes: Sequence[Brake], states: Sequence[State]) -> None:
        self._brakes = brakes
        self._origin = [q for q, _, _ in states]
        self._direction = [v for _, v, _ in states]
        weights = [1 / brake.acceleration**2 for brake in brakes]
        along = sum(w * v * a for w, (_, v, a) in zip(weights, states, strict=True))
        square = sum(w * v * v for w, (_, v, _) in zip(weights, states, strict=True))
        moving = max(map(abs, self._direction)) > STANDSTILL
        change = along / square if moving else 0.0
        self._path: State = (0.0, 1.0, change) if moving else REST
        self._beside: list[State] = [(0.0, 0.0, a - change * v) for _, v, a in states]

    def after(self, time: float) -> list[float]:
        """Where the joints are `time` s later, rad."""
        shedding = any(
            abs(a) > STANDSTILL * brake.acceleration or v
            for brake, (_, v, a) in zip(self._brakes, self._beside, strict=True)
        )
        share, swing = (0.5, SWING) if shedding else (1.0, 0.0)
        acceleration = jerk = float("inf")
        for brake, v, (_, _, a) in zip(self._brakes, self._direction, self._beside, strict=True):
            if v:
                taken = max(swing * brake.acceleration, -copysign(a, v * a))
                left = max(brake.acceleration - taken, LEAST * brake.acceleration)
                acceleration = min(acceleration, left / abs(v))
                jerk = min(jerk, share * brake.jerk / abs(v))
        if self._path != REST:
            self._path = stopping(self._path, time, max(acceleration, abs(self._path[2])), jerk)
        if shedding:
            self._beside = [
                stopping(state, time, SWING * brake.acceleration, 0.5 * brake.jerk)
                for brake, state in zip(self._brakes, self._beside, strict=True)
            ]
        return [
            q + v * self._path[0] + beside
            for q, v, (beside, _, _) in zip(
                self._origin, self._direction, self._beside, strict=True
            )
        ]
