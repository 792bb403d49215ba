"""A person who takes over: where the tool is to go, while the hand is on the stick."""

from dataclasses import dataclass

import numpy as np

from body.contract.arrays import Array, finite_array
from body.geometry.motion import DT

LEASE = 0.3  # s that a wish holds; a hand that lets go without a word lets the arm slow down


@dataclass(frozen=True, eq=False)
class Steering:
    """What goes before tokens while it lasts.

    Attributes:
        velocity: (4,) of the tool: m/s in the base frame, and rad/s of yaw.
        closed: whether the hand is to be closed. age: s since it was wished.

    Raises:
        ShapeError, NotFiniteError: the velocity is no four finite numbers.
    """

    velocity: Array
    closed: bool = False
    age: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "velocity", finite_array("velocity", self.velocity, (4,)))

    @property
    def steps(self) -> int:
        """Policy steps for which it still holds."""
        return max(0, int(np.ceil((LEASE - self.age) / DT)))
