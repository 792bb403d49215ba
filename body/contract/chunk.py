"""A short run of future commands."""

from dataclasses import dataclass

from body.contract.arrays import Array, finite_array, finite_number
from body.contract.errors import RangeError


@dataclass(frozen=True, eq=False)
class ActionChunk:
    """H policy steps of absolute joint targets.

    Attributes:
        joint_position: (H, J) rad; row k is to be reached at `stamp + (k + 1) dt`.
        gripper_width: (H,) m, commanded opening.
        stamp: int64 ns, when the first step begins.
        dt: policy step, s.
    """

    joint_position: Array
    gripper_width: Array
    stamp: int
    dt: float = 0.05

    def __post_init__(self) -> None:
        position = finite_array("joint_position", self.joint_position, (None, None))
        width = finite_array("gripper_width", self.gripper_width, (len(position),))
        object.__setattr__(self, "joint_position", position)
        object.__setattr__(self, "gripper_width", width)
        object.__setattr__(self, "stamp", int(self.stamp))
        dt = finite_number("dt", self.dt)
        if dt <= 0:
            raise RangeError(f"dt: must be positive, got {dt}")
        object.__setattr__(self, "dt", dt)

    def __len__(self) -> int:
        return len(self.joint_position)
