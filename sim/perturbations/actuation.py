"""Commands that arrive late, and a world that feels other than in training."""

from collections import deque

import mujoco
import numpy as np

from body import ActionChunk
from sim.perturbations.base import Perturbation
from sim.worlds import World

LATE = 10  # policy steps
SLIPPERY = 0.8
HEAVIER = 4.0
SHOVE, RATE = 0.5, 0.025  # m/s; a policy step, hence every 2 s on average


class ActionDelay(Perturbation):
    """Whole policy steps between a command and its execution; the robot rests until the first."""

    name = "action_delay"
    about = "commands are executed 10 policy steps (0.5 s) late"

    def start(self, world: World) -> None:
        seen = world.observation()
        rest = ActionChunk(seen.joint_position[None], np.array([seen.gripper_width]), seen.stamp)
        self._coming = deque([rest] * round(LATE * self.strength))

    def command(self, chunk: ActionChunk) -> ActionChunk:
        self._coming.append(chunk)
        return self._coming.popleft()


class Friction(Perturbation):
    """Everything slides more easily: pads, things and table."""

    name = "friction"
    about = "friction of everything down to a fifth (nothing is left at 1.25)"

    def start(self, world: World) -> None:
        world.model.geom_friction[:] *= max(0.0, 1.0 - SLIPPERY * self.strength)


class Mass(Perturbation):
    """Heavier things."""

    name = "mass"
    about = "things of five times their mass"

    def start(self, world: World) -> None:
        factor = 1.0 + HEAVIER * self.strength
        for index in range(len(world.scene.objects)):
            body = world.model.body(f"object{index}").id
            world.model.body_mass[body] *= factor
            world.model.body_inertia[body] *= factor
        # contacts are weighed by constants that follow from the masses; stale ones blow up
        mujoco.mj_setConst(world.model, mujoco.MjData(world.model))


class Pushes(Perturbation):
    """Now and then somebody nudges a thing that stands on the table."""

    name = "pushes"
    about = "every 2 s on average a thing on the table is set moving at 0.5 m/s"

    def tick(self, world: World) -> None:
        if self.rng.random() >= RATE:
            return
        index = int(self.rng.integers(len(world.scene.objects)))
        angle = self.rng.uniform(-np.pi, np.pi)
        if "table" in world.touching(index):
            speed = self.strength * SHOVE
            world.shove(index, speed * np.array([np.cos(angle), np.sin(angle)]))
