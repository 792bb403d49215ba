"""What has been commanded so far: where plans start from."""

from dataclasses import dataclass, field, replace

import numpy as np

from body.contract.arrays import Array, finite_array


@dataclass(frozen=True, eq=False)
class CommandState:
    """The tool pose last commanded.

    Attributes:
        pose: (4,) x, y, z (m) and yaw (rad, continuous: never wrapped) in the base frame.
        increment: (4,) the last policy step's change of `pose`.
        closed: the gripper's last order.
    """

    pose: Array
    increment: Array = field(default_factory=lambda: np.zeros(4))
    closed: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "pose", finite_array("pose", self.pose, (4,)))
        object.__setattr__(self, "increment", finite_array("increment", self.increment, (4,)))
        object.__setattr__(self, "closed", bool(self.closed))

    def advance(self, action: Array) -> "CommandState":
        """The state after one action (5,): dx, dy, dz (m), dyaw (rad), gripper closed (0/1)."""
        return replace(
            self,
            pose=self.pose + action[:4],
            increment=np.asarray(action[:4]),
            closed=bool(action[4] > 0.5),
        )

    def target(self, pose: Array) -> Array:
        """`pose` (4,) with its yaw written as the equivalent nearest to the commanded yaw."""
        return nearest_yaw(np.asarray(pose, dtype=np.float64), self.pose)


def nearest_yaw(target: Array, command: Array) -> Array:
    """Copy of `target` (..., 4), yaw shifted by half turns to the one nearest `command`'s."""
    shifted = np.array(target, dtype=np.float64)
    turn = shifted[..., 3] - command[..., 3]
    shifted[..., 3] = command[..., 3] + (turn + np.pi / 2) % np.pi - np.pi / 2
    return shifted
