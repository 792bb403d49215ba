"""Put an object into a bowl or onto a plate."""

from collections.abc import Sequence

import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import CONTAINERS, GRASPABLE, KINDS, TASK_LABELS, Pair, Step
from sim.tasks.base import ABOVE_Z, GRASP_Z, LIFT_Z, Goal, at_rest, choose, hand_away
from sim.tasks.named import NamedTask
from sim.tasks.progress import brought
from sim.worlds import World
from sim.worlds.objects import BOWL_INNER, PLATE_RADIUS

BOWL = KINDS.index("bowl")
BOWL_RELEASE_Z, PLATE_RELEASE_Z = 0.09, 0.055
PUT = (Step.ABOVE, Step.GRASP, Step.LIFT, Step.CARRY, Step.RELEASE, Step.RETREAT, Step.DONE)


class PlaceIn(NamedTask):
    """Inside the bowl's wall or on the plate, let go, hand away, all at rest."""

    name = "place_in"
    label = TASK_LABELS[name]
    steps = PUT

    def pairs(
        self, rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
    ) -> list[Pair]:
        return pair_up(rng, pool, named, GRASPABLE, CONTAINERS)

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        return put_position(objects, goal, step)

    def progress(self, world: World, goal: Goal) -> float:
        return brought(world, goal.target, goal.destination)

    def holds(self, world: World, goal: Goal) -> bool:
        target, destination = goal.target, goal.destination
        centre, _ = world.object_pose(target)
        base, _ = world.object_pose(destination)
        item = world.scene.objects[destination]
        beside = np.hypot(*(centre[:2] - base[:2]))
        bottom = centre[2] - world.half_height(target)
        touches = world.touching(target)
        inside = f"object{destination}" in touches and "table" not in touches
        if item.kind == "bowl":
            inside &= bool(beside < BOWL_INNER and bottom < base[2] + item.height / 2)
        else:
            inside &= bool(beside < PLATE_RADIUS and bottom > base[2] - item.height / 2)
        return inside and at_rest(world, target, destination) and hand_away(world, target)


def put_position(objects: Array, goal: Goal, step: Step) -> Array:
    """(3,) keyframes of putting the target into the middle of a container."""
    if step in (Step.ABOVE, Step.GRASP, Step.LIFT):
        return over_target(objects, goal, step)
    row = objects[goal.destination]
    low = BOWL_RELEASE_Z if int(row[0]) == BOWL else PLATE_RELEASE_Z
    return np.array([row[2], row[3], low if step is Step.RELEASE else LIFT_Z])


def over_target(objects: Array, goal: Goal, step: Step) -> Array:
    """(3,) keyframes until the object is lifted."""
    x, y = objects[goal.target, 2:4]
    return np.array([x, y, {Step.ABOVE: ABOVE_Z, Step.GRASP: GRASP_Z}.get(step, LIFT_Z)])


def pair_up(
    rng: np.random.Generator,
    pool: Sequence[Pair],
    named: Sequence[Pair],
    targets: Sequence[str],
    destinations: Sequence[str],
) -> list[Pair]:
    """Target and destination, different, at least one of them out of `named`."""
    sides = [
        side for side, kinds in enumerate((targets, destinations))
        if any(pair[1] in kinds for pair in named)
    ]  # fmt: skip
    side = sides[rng.integers(len(sides))]
    first = choose(rng, named if side == 0 else pool, targets)
    rest = [p for p in (named if side == 1 else pool) if p != first]
    return [first, choose(rng, rest, destinations)]
