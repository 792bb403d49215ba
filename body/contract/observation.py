"""What the robot senses at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from body.contract.arrays import Array, Image, finite_array, finite_number, rgb_image


@dataclass(frozen=True, eq=False)
class Observation:
    """One time-stamped reading of every sense; J is the robot's number of arm joints.

    Attributes:
        stamp: time of the reading, int64 nanoseconds on the graph's one clock.
        joint_position: (J,) rad, in the order of `RobotSpec.joint_names`.
        joint_velocity: (J,) rad/s.
        gripper_width: opening between the pads, m.
        wrench: (6,) force (N) then torque (Nm) at the wrist, in the tool frame.
        images: camera name to uint8 (height, width, 3) RGB; may be empty.

    Raises:
        ShapeError, NotFiniteError: see :mod:`body.contract.errors`.
    """

    stamp: int
    joint_position: Array
    joint_velocity: Array
    gripper_width: float
    wrench: Array = field(default_factory=lambda: np.zeros(6))
    images: Mapping[str, Image] = field(default_factory=dict)

    def __post_init__(self) -> None:
        position = finite_array("joint_position", self.joint_position, (None,))
        joints = len(position)
        velocity = finite_array("joint_velocity", self.joint_velocity, (joints,))
        object.__setattr__(self, "stamp", int(self.stamp))
        object.__setattr__(self, "joint_position", position)
        object.__setattr__(self, "joint_velocity", velocity)
        object.__setattr__(
            self, "gripper_width", finite_number("gripper_width", self.gripper_width)
        )
        object.__setattr__(self, "wrench", finite_array("wrench", self.wrench, (6,)))
        images = {name: rgb_image(f"images[{name!r}]", im) for name, im in self.images.items()}
        object.__setattr__(self, "images", images)
