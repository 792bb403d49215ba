"""The simulated robot as the agent meets it: behind the limiter, its trajectory hashed."""

import hashlib

from body import ActionChunk
from body.arrays import Array
from sim.worlds import Driver, World


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

    def advance(self, chunk: ActionChunk) -> None:
        """One policy step (50 ms): the chunk's first row is reached at its end."""
        self.driver.follow(chunk)
        self._digest.update(self.world.data.qpos.tobytes())

    @property
    def commanded(self) -> Array:
        """(J,) rad, the last command that left the limiter."""
        return self.driver.limiter.q

    @property
    def trajectory_hash(self) -> str:
        """Hash of every generalised position after every policy step so far."""
        return self._digest.hexdigest()[:16]
