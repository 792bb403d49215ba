"""Meta-World's scripted experts, and where they are heading: the label of an action token."""

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from body.contract.arrays import Array
from sim.suites.metaworld.catalogue import expert


@dataclass(frozen=True, eq=False)
class Aim:
    """What an expert wants in a state.

    Attributes:
        action: (4,) what it does. place: (3,) m, where the hand is to be.
        gain: 1/m; the action is `gain` times the way that is left, at most 1.
    """

    action: Array
    place: Array
    gain: float


class Expert:
    """The scripted expert of one task; it sees the full state."""

    def __init__(self, task: str) -> None:
        self._policy = expert(task)
        self._module: Any = sys.modules[type(self._policy).__module__]

    def aim(self, full: Array) -> Aim:
        """What it wants in the state `full` (39,)."""
        heading: list[tuple[Array, float]] = []
        move = self._module.move

        def listen(from_xyz: Array, to_xyz: Array, p: float) -> Array:
            heading.append((np.array(to_xyz, float), float(p)))
            return np.asarray(p * (to_xyz - from_xyz))

        # every expert goes through this one function of its module
        self._module.move = listen
        try:
            action = np.asarray(self._policy.get_action(full), float)
        finally:
            self._module.move = move
        place, gain = heading[-1]
        # handle-pull's names one number for all three at times
        return Aim(np.clip(action, -1.0, 1.0), np.broadcast_to(place, 3).copy(), gain)
