"""From chunks or targets at 20 Hz to commands at 500 Hz: interpolation, and the limiter, always."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from body import ActionChunk
from body.contract.arrays import Array
from body.safety.audit import LimitAudit
from body.safety.interpolator import Interpolator
from body.safety.limiter import Limiter
from sim.worlds.model import PHYSICS_DT
from sim.worlds.tabletop import POLICY_STEPS, World

PERIOD = round(PHYSICS_DT * 1e9)  # ns


class Actuator:
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
        self._audit.begin(q)
        self._now = 0
        self._interpolator = Interpolator(q, gripper_width, self._now)

    @property
    def violations(self) -> int:
        return self._audit.violations

    def policy_step(self, joint_target: Array, gripper_width: float) -> None:
        """50 ms towards a target (J,) rad, reached at their end, and an opening in m.

        A target that is not finite leaves the one before in force.
        """
        target = np.asarray(joint_target, dtype=np.float64)
        if np.isfinite(target).all() and np.isfinite(gripper_width):
            self.follow(ActionChunk(target[None], np.array([gripper_width]), 0))
        else:
            self._advance()

    @property
    def limit_ratio(self) -> float:
        """Largest ratio of a command's difference to the robot's limit so far; 1 is the limit."""
        return max(self._audit.worst.values())

    def follow(
        self,
        chunk: ActionChunk,
        steps: int = POLICY_STEPS,
        each: Callable[[], None] | None = None,
    ) -> None:
        """`steps` physics steps along `chunk`, whose first step begins now, whatever its stamp.

        Args:
            each: called after every physics step.
        """
        self._interpolator.put(replace(chunk, stamp=self._now))
        self._advance(steps, each)

    def _advance(self, steps: int = POLICY_STEPS, each: Callable[[], None] | None = None) -> None:
        for _ in range(steps):
            self._now += PERIOD
            q, width = self.limiter.step(*self._interpolator.at(self._now))
            if self._auditing:
                self._audit.add(q)
            self.world.step(q, width)
            if each is not None:
                each()
