"""How an expert's hand errs on purpose, as an agent of ours does.

An agent steers at an aim that it renews only when it looks, that is some millimetres off, and that
it keeps too long now and then; and something may push the hand. Where those errors lead,
the expert's own episodes hardly ever come: at rest on an aim that was reached, they had long gone
on to the next. An agent that was never told what to do there would stay there for ever.
"""

import numpy as np

from body.contract.arrays import Array
from sim.suites.metaworld.expert import Aim

STALE_RATE, STALE = 0.12, (1, 7)  # a look; how many looks more the old aim stands
BIAS, BIAS_RATE = 0.005, 0.1  # m a side (standard deviation); chance a look of another one
PUSH_RATE, PUSH_STEPS, PUSH = 0.015, (4, 16), 0.8  # a step; how long; of the largest action


class Errors:
    """The errors of one episode, drawn from `rng`."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._aim: Aim | None = None
        self._stale, self._pushed = 0, 0
        self._push, self._bias = np.zeros(3), np.zeros(3)

    def look(self, aim: Aim) -> None:
        """The expert's aim at a look: steered at from now on, unless an older one still stands."""
        if self._rng.random() < BIAS_RATE:
            self._bias = self._rng.normal(0.0, BIAS, 3)
        if self._aim is not None and self._stale:
            self._stale -= 1
            return
        self._aim = aim
        if self._rng.random() < STALE_RATE:
            self._stale = int(self._rng.integers(*STALE))

    def follow(self, aim: Aim) -> None:
        """The expert's aim at a step, where what it does cannot be done in looks."""
        self._aim = aim

    def action(self, hand: Array) -> Array:
        """(4,) what is done at a step with the hand at `hand` (3,) m."""
        assert self._aim is not None
        if self._pushed == 0 and self._rng.random() < PUSH_RATE:
            self._pushed = int(self._rng.integers(*PUSH_STEPS))
            self._push = self._rng.uniform(-PUSH, PUSH, 3)
        action = self._aim.action.copy()
        way = self._aim.place + self._bias - hand
        action[:3] = np.clip(self._aim.gain * way, -1.0, 1.0)
        if self._pushed:
            self._pushed -= 1
            action[:3] += self._push
        return np.clip(action, -1.0, 1.0)
