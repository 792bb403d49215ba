"""Set a cube or cylinder on another."""

from collections.abc import Sequence

import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import STACKABLE, TASK_LABELS, Pair, Step
from sim.tasks.base import GRASP_Z, LIFT_Z, Goal, at_rest, hand_away
from sim.tasks.named import NamedTask
from sim.tasks.place_in import PUT, over_target, pair_up
from sim.tasks.progress import brought
from sim.worlds import World

DROP = 0.004  # m between the two when let go


class Stack(NamedTask):
    """The top one touches the base alone, over its middle, let go, hand away, all at rest."""

    name = "stack"
    label = TASK_LABELS[name]
    steps = PUT

    def pairs(
        self, rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
    ) -> list[Pair]:
        return pair_up(rng, pool, named, STACKABLE, STACKABLE)

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        if step in (Step.ABOVE, Step.GRASP, Step.LIFT):
            return over_target(objects, goal, step)
        x, y, z = objects[goal.destination, 2:5]
        return np.array([x, y, 2 * z + GRASP_Z + DROP if step is Step.RELEASE else LIFT_Z])

    def progress(self, world: World, goal: Goal) -> float:
        return brought(world, goal.target, goal.destination)

    def holds(self, world: World, goal: Goal) -> bool:
        target, destination = goal.target, goal.destination
        centre, _ = world.object_pose(target)
        base, _ = world.object_pose(destination)
        top = base[2] + world.half_height(destination)
        bottom = centre[2] - world.half_height(target)
        touches = world.touching(target)
        return bool(
            f"object{destination}" in touches
            and "table" not in touches
            and np.hypot(*(centre[:2] - base[:2])) < world.scene.objects[destination].width / 2
            and abs(bottom - top) < 0.008
            and at_rest(world, target, destination)
            and hand_away(world, target)
        )
