"""Hover over an object without touching it."""

from collections.abc import Sequence

import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import MOVABLE, TASK_LABELS, Pair, Step
from sim.tasks.base import Goal, choose
from sim.tasks.named import NamedTask
from sim.tasks.progress import hand_nearness
from sim.worlds import World

HOVER = 0.03  # m over the object's top


class Reach(NamedTask):
    """Any kind of object; the tool 15-50 mm above it, still, and it has not been moved."""

    name = "reach"
    label = TASK_LABELS[name]
    difficulty = "easy"
    undone = "not reached"
    steps = (Step.ABOVE, Step.DONE)

    def pairs(
        self, rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
    ) -> list[Pair]:
        return [choose(rng, named, MOVABLE)]

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        x, y, z = objects[goal.target, 2:5]
        return np.array([x, y, 2 * z + HOVER])

    def progress(self, world: World, goal: Goal) -> float:
        return hand_nearness(world, goal.target)

    def holds(self, world: World, goal: Goal) -> bool:
        centre, _ = world.object_pose(goal.target)
        tool = world.tool_pose()
        over = tool[2] - centre[2] - world.half_height(goal.target)
        return bool(
            np.hypot(*(tool[:2] - centre[:2])) < 0.015
            and 0.015 < over < 0.050
            and world.tool_speed() < 0.05
            and np.linalg.norm(centre - world.rest[goal.target]) < 0.01
        )
