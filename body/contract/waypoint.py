"""The pose a hand is sent to, and how a pose of the tool is written down."""

from dataclasses import dataclass

import numpy as np

from body.contract.arrays import Array, finite_array, finite_number
from body.contract.errors import RangeError


@dataclass(frozen=True, eq=False)
class Waypoint:
    """ "Go there, apply the gripper on arrival, hold until told otherwise."

    The tool points straight down; its frame lies between the finger pads.

    Attributes:
        position: (3,) tool position x, y, z in the robot's base frame, m.
        yaw: rotation of the hand about the base z axis, rad in [-pi/2, pi/2);
            0 when the fingers close along the base y axis. A parallel hand turned by
            pi is the same hand, so yaw lives on a half circle.
        closed: the gripper's state AFTER arrival.
        time_to_go: expected time until arrival, s, at least 0.
    """

    position: Array
    yaw: float
    closed: bool
    time_to_go: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", finite_array("position", self.position, (3,)))
        object.__setattr__(self, "yaw", wrap_half_turn(finite_number("yaw", self.yaw)))
        object.__setattr__(self, "closed", bool(self.closed))
        time_to_go = finite_number("time_to_go", self.time_to_go)
        if time_to_go < 0:
            raise RangeError(f"time_to_go: must be at least 0 s, got {time_to_go}")
        object.__setattr__(self, "time_to_go", time_to_go)

    @property
    def pose(self) -> Array:
        """(4,) x, y, z in m and yaw in rad."""
        return np.array([*self.position, self.yaw])


def wrap_half_turn(angle: float) -> float:
    """Bring a yaw in rad into [-pi/2, pi/2)."""
    return float((angle + np.pi / 2) % np.pi - np.pi / 2)
