"""From joint targets at 20 Hz to commands at 500 Hz: interpolation, then the limiter, always."""

import numpy as np

from body.arrays import Array
from body.audit import LimitAudit
from body.limiter import Limiter
from sim.worlds.model import PHYSICS_DT
from sim.worlds.tabletop import POLICY_STEPS, World


class Driver:
    """Moves a world's robot, one policy step at a time.

    Attributes:
        limiter: what every command passes. violations: what left it against the limits (0).

    Args:
        audit: count violations; it costs a fifth of the simulation's time.
    """

    def __init__(self, world: World, audit: bool = True) -> None:
        self.world = world
        self._auditing = audit
        self.limiter = Limiter(world.robot, PHYSICS_DT)
        self.reset()

    def reset(self) -> None:
        """Start from rest at the robot's home with an open hand, as `World.reset` leaves it."""
        self.start(self.world.robot.home, self.world.robot.gripper_open)

    def start(self, q: Array, gripper_width: float) -> None:
        """Start from rest at `q` (J,) and `gripper_width` instead."""
        self.limiter.reset(q, gripper_width)
        self._audit = LimitAudit(self.world.robot, PHYSICS_DT)
        self._last = np.array(q, dtype=np.float64)

    @property
    def violations(self) -> int:
        return self._audit.violations

    def policy_step(self, joint_target: Array, gripper_width: float) -> None:
        """50 ms: the target (J,) rad, reached in equal parts, and the opening in m."""
        stride = (np.asarray(joint_target, dtype=np.float64) - self._last) / POLICY_STEPS
        limiter, world = self.limiter, self.world
        for k in range(1, POLICY_STEPS + 1):
            q, width = limiter.step(self._last + k * stride, gripper_width)
            if self._auditing:
                self._audit.add(q)
            world.step(q, width)
        if np.isfinite(joint_target).all():
            self._last = np.array(joint_target, dtype=np.float64)
