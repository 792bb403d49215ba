"""Checks of a posture before it is commanded: does the arm touch itself, is the tool in its box?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from body.contract.arrays import Array, finite_array
from body.contract.errors import RangeError
from body.contract.robot_spec import RobotSpec
from body.geometry.capsule import CapsuleModel
from body.geometry.kinematics import Kinematics


@dataclass(frozen=True, eq=False)
class Box:
    """Where the tool may be: between `low` and `high` (3,), m, in the base frame."""

    low: Array
    high: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", finite_array("low", self.low, (3,)))
        object.__setattr__(self, "high", finite_array("high", self.high, (3,)))
        if (self.low >= self.high).any():
            raise RangeError("a workspace box needs low below high on every axis")

    @classmethod
    def of(cls, corners: Sequence[float]) -> "Box | None":
        """From two corners, (6,) m: low x, y, z, then high; None where all are 0.

        Raises:
            RangeError, ShapeError: they are no two corners.
        """
        six = finite_array("workspace_box", corners, (6,))
        return cls(six[:3], six[3:]) if six.any() else None

    def excess(self, point: Array) -> float:
        """m by which `point` (3,) lies outside; 0 inside."""
        return float(np.linalg.norm(point - np.clip(point, self.low, self.high)))


@dataclass(frozen=True, eq=False)
class Workspace:
    """The checks, each optional.

    Attributes:
        spec: the robot. box: for the tool. capsules: of its links.
        margin: m that capsules must keep from each other.
    """

    spec: RobotSpec
    box: Box | None = None
    capsules: CapsuleModel | None = None
    margin: float = 0.0
    _kinematics: Kinematics = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_kinematics", Kinematics(self.spec))

    def breach(self, q: Array) -> str:
        """What the posture q (J,), rad, breaches, in words; "" if nothing. For
        :meth:`body.safety.watchdog.Watchdog.out_of_bounds`.

        Raises:
            ShapeError: `q` has another length.
        """
        self.spec.check_shape("q", q)
        if not np.isfinite(q).all():
            return "a posture that is not finite"
        frames = self._kinematics.frames(q)
        if self.box is not None:
            tool = frames[-1] @ self.spec.flange_to_hand @ self.spec.hand_to_tool
            excess = self.box.excess(tool[:3, 3])
            if excess > 0:
                return f"tool {excess * 1e3:.0f} mm outside its box"
        if self.capsules is not None:
            gap, pair = self.capsules.nearest(frames)
            if gap < self.margin:
                return f"{pair} {gap * 1e3:.0f} mm apart, {self.margin * 1e3:.0f} mm wanted"
        return ""
