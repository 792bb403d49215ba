"""Grasp an object and lift it."""

from collections.abc import Sequence

import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import GRASPABLE, TASK_LABELS, Pair, Step
from sim.tasks.base import ABOVE_Z, GRASP_Z, LIFT_Z, Goal, choose
from sim.tasks.named import NamedTask
from sim.tasks.progress import hand_nearness, lift
from sim.worlds import World

HEIGHTS = {Step.ABOVE: ABOVE_Z, Step.GRASP: GRASP_Z, Step.LIFT: LIFT_Z, Step.DONE: LIFT_Z}


class Pick(NamedTask):
    """A cube, ball or cylinder; held with its bottom over 8 cm above the table."""

    name = "pick"
    label = TASK_LABELS[name]
    difficulty = "easy"
    steps = (Step.ABOVE, Step.GRASP, Step.LIFT, Step.DONE)

    def pairs(
        self, rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
    ) -> list[Pair]:
        return [choose(rng, named, GRASPABLE)]

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        x, y = objects[goal.target, 2:4]
        return np.array([x, y, HEIGHTS[step]])

    def closed(self, step: Step) -> bool:
        return step is not Step.ABOVE

    def progress(self, world: World, goal: Goal) -> float:
        return 0.5 * hand_nearness(world, goal.target) + 0.5 * lift(world, goal.target)

    def holds(self, world: World, goal: Goal) -> bool:
        centre, _ = world.object_pose(goal.target)
        bottom = centre[2] - world.half_height(goal.target)
        return bool(bottom > 0.08) and world.in_hand(goal.target)
