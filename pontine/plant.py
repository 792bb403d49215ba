"""The simulated robot as the agent meets it: behind the limiter, its trajectory hashed."""

import hashlib
from collections.abc import Callable

from body import ActionChunk
from body.arrays import Array
from body.motion import DT
from sim.worlds import Driver, World
from sim.worlds.model import PHYSICS_DT


class Plant:
    """A world whose robot is reached only through the limiter.

    Attributes:
        driver: interpolates to 500 Hz, limits, and counts violations of what leaves the limiter.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.driver = Driver(world)

    def reset(self) -> None:
        """Begin where `World.reset` leaves the robot."""
        self.driver.reset()
        self._digest = hashlib.sha256()

    def advance(
        self, chunk: ActionChunk, period: float = DT, each: Callable[[], None] | None = None
    ) -> None:
        """One step of the policy, `period` s: the chunk's first row is reached at its end.

        Args:
            each: called after every physics step.
        """
        self.driver.follow(chunk, round(period / PHYSICS_DT), each)
        self._digest.update(self.world.data.qpos.tobytes())

    @property
    def commanded(self) -> Array:
        """(J,) rad, the last command that left the limiter."""
        return self.driver.limiter.q

    @property
    def trajectory_hash(self) -> str:
        """Hash of every generalised position after every policy step so far."""
        return self._digest.hexdigest()[:16]
