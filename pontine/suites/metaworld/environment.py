"""An episode of Meta-World as :func:`pontine.rollout.rollout` plays it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from body.contract.arrays import Array
from sim.suites.metaworld import Look, MetaWorld
from sim.suites.metaworld.environment import CAMERA
from sim.suites.metaworld.protocol import STEPS_A_SECOND

HIDDEN = np.empty(0)


class MetaWorldEpisode:
    """A :class:`pontine.rollout.Environment`: an action is (4,), see :meth:`MetaWorld.step`.

    Args:
        world: it is played in, without pictures of its own: they are drawn on demand.
        number, seed: see :meth:`MetaWorld.reset`.
        pictured: the first look, that of :meth:`reset`, has a picture.
        privileged: looks tell the full state.
        truthful: the first look tells where things are; Meta-World's own is wrong in some tasks.
        limit: steps of 12.5 ms (None: as many as the protocol has).

    Attributes:
        look: the latest, with the full state and without a picture. steps: so far.
    """

    def __init__(
        self,
        world: MetaWorld,
        number: int,
        seed: int,
        *,
        pictured: bool = False,
        privileged: bool = False,
        truthful: bool = False,
        limit: int | None = None,
    ) -> None:
        self.world, self.steps = world, 0
        self._number, self._seed = number, seed
        self._pictured, self._privileged, self._truthful = pictured, privileged, truthful
        self._limit = world.protocol.steps if limit is None else limit

    @property
    def instruction(self) -> str:
        return self.world.instruction

    @property
    def time(self) -> int:
        return round(self.steps * 1e9 / STEPS_A_SECOND)

    @property
    def success(self) -> bool:
        return self.look.success

    @property
    def over(self) -> bool:
        return self.steps >= self._limit

    @property
    def trajectory_hash(self) -> str:
        return self.world.trajectory_hash

    def reset(self) -> Look:
        look = self.world.reset(self._number, self._seed)
        if self._truthful:
            truth = self.world.truth()
            look = replace(look, full=truth, state=truth[:4].copy())
        self.look, self.steps = look, 0
        return self.observe((CAMERA,) if self._pictured else ())

    def observe(self, cameras: tuple[str, ...]) -> Look:
        """The latest look; the simulator's own camera is the only one."""
        picture = self.world.picture() if cameras else None
        full = self.look.full if self._privileged else HIDDEN
        return replace(self.look, picture=picture, full=full)

    def step(self, action: Array, period: float, physics: Callable[[], None]) -> None:
        """Carry out `action` in every step of 12.5 ms of the `period`; `physics` is not called,
        for the benchmark does not show its own."""
        for _ in range(round(period * STEPS_A_SECOND)):
            self.look = self.world.step(action)
            self.steps += 1
