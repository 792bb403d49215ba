"""An episode of the tabletop: the robot behind its limiter, what goes wrong, who judges success."""

import hashlib
from collections.abc import Callable

from body import ActionChunk, Observation
from body.contract.arrays import Array
from body.geometry.motion import DT
from sim.perturbations import Perturbations
from sim.tasks import Episode, SuccessMonitor
from sim.worlds import PHYSICS_DT, Actuator, World


class Tabletop:
    """A :class:`pontine.rollout.Environment` whose robot is reached only through the limiter.

    Args:
        world: it is played in; left as the episode leaves it.
        episode: scene, goal and sentence; a goal without target can only be refused.
        perturbations: of scene, physics, pictures and commands.
        limit: steps of 50 ms (None: the task's time).
        audit: count violations of the limits; it costs a fifth of the simulation's time.

    Attributes:
        episode: as it is played, perturbed.
        driver: interpolates to 500 Hz, limits, and counts violations of what leaves the limiter.
        monitor: judges the goal (None: there is none). success: it was reached after the last step.
    """

    def __init__(
        self,
        world: World,
        episode: Episode,
        perturbations: Perturbations | None = None,
        limit: int | None = None,
        audit: bool = True,
    ) -> None:
        self.world, self.episode = world, episode
        self.driver = Actuator(world, audit)
        self.monitor: SuccessMonitor | None = None
        self.success = False
        self._given, self._wrong = episode, perturbations or Perturbations()
        steps = round(episode.task.limit / DT) if limit is None else limit
        self._end = round(steps * DT * 1e9)

    @property
    def instruction(self) -> str:
        return self.episode.instruction

    @property
    def time(self) -> int:
        return self.world.time

    @property
    def over(self) -> bool:
        return self.world.time >= self._end

    @property
    def lost(self) -> bool:
        """There can be no success any more."""
        return self.monitor is not None and self.monitor.lost

    @property
    def steps(self) -> int:
        """Steps of 50 ms so far, whatever the policy's period."""
        return round(self.world.time * 1e-9 / DT)

    @property
    def commanded(self) -> Array:
        """(J,) rad, the last command that left the limiter."""
        return self.driver.limiter.q

    @property
    def trajectory_hash(self) -> str:
        """Hash of every generalised position after every policy step so far."""
        return self._digest.hexdigest()[:16]

    def reset(self) -> Observation:
        self.episode = self._wrong.episode(self._given)
        self.world.reset(self.episode.scene)
        self.driver.reset()
        self._digest = hashlib.sha256()
        self._wrong.start(self.world)
        goal = self.episode.goal
        self.monitor = self.episode.task.monitor(self.world, goal) if goal.target >= 0 else None
        self.success = False
        return self.observe(())

    def observe(self, cameras: tuple[str, ...]) -> Observation:
        return self._wrong.sense(self.world.observation(cameras))

    def step(self, action: ActionChunk, period: float, physics: Callable[[], None]) -> None:
        """Follow the chunk, whose first row is reached at the end of the `period`."""
        self._wrong.tick(self.world)
        steps = round(period / PHYSICS_DT)
        self.driver.follow(self._wrong.command(action), steps, physics)
        self._digest.update(self.world.data.qpos.tobytes())
        self.success = self.monitor is not None and self.monitor.update()
