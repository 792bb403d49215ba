"""Push a thing along the table until it stands beside another."""

from collections.abc import Sequence

import numpy as np

from body.contract.arrays import Array
from body.contract.waypoint import wrap_half_turn
from body.robots.reach import SCENE_X, SCENE_Y
from episodes.vocabulary import MOVABLE, STACKABLE, TASK_LABELS, Pair, Step
from sim.tasks.base import ABOVE_Z, LIFT_Z, Goal, Pairs, SceneWith, at_rest, choose
from sim.tasks.named import Arranged, NamedTask
from sim.tasks.progress import brought
from sim.worlds import World
from sim.worlds.objects import CUBE
from sim.worlds.path import clear_of
from sim.worlds.scene import Scene

PUSH_Z = 0.025  # m, of the tool
FIST = 0.010  # m from the tool to the fist's front
RUN_UP = 0.025  # m between fist and thing before the push
GAP, BESIDE = 0.010, 0.030  # m between the two: aimed at, and enough
SHORTEST = 0.06  # m of pushing
WAY = 0.048  # m to either side of it that nothing else stands in
MARGIN = 0.02  # m, how far out of the region of training a push may begin
SLENDER = 1.25  # height over width of what would topple
UPRIGHT = 0.9  # cosine


class PushTo(NamedTask):
    """A cube or cylinder, by a fist; done where the two are less than 3 cm apart, both stand, and
    the hand is up."""

    name = "push_to"
    label = TASK_LABELS[name]
    difficulty = "hard"
    undone = "not pushed there"
    steps = (Step.ABOVE, Step.LOWER, Step.PUSH, Step.RETREAT, Step.DONE)

    def pairs(
        self, rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
    ) -> list[Pair]:
        first = choose(rng, named, STACKABLE)
        return [first, choose(rng, [pair for pair in pool if pair != first], MOVABLE)]

    def arrange(
        self, rng: np.random.Generator, pairs: Pairs, scene_with: SceneWith, slot: int | None = None
    ) -> Arranged | None:
        scene = scene_with(pairs)
        goal = Goal(scene.find(pairs[0]), scene.find(pairs[1]))
        target = scene.objects[goal.target]
        fits = target.height < SLENDER * target.width and _way_is_clear(scene, goal)
        return (scene, goal) if fits else None

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        row, along = objects[goal.target], _along(objects, goal)
        start = row[2:4] - along * (_round(row) + FIST + RUN_UP)
        if step in (Step.ABOVE, Step.LOWER):
            return np.array([*start, ABOVE_Z if step is Step.ABOVE else PUSH_Z])
        there = objects[goal.destination]
        stands = there[2:4] - along * (_round(there) + GAP + _round(row))
        end = stands - along * (row[6] / 2 + FIST)
        return np.array([*end, PUSH_Z if step is Step.PUSH else LIFT_Z])

    def pose(self, objects: Array, goal: Goal, step: Step, hand_yaw: float) -> Array:
        x, y = _along(objects, goal)
        yaw = hand_yaw + wrap_half_turn(float(np.arctan2(y, x)) - hand_yaw)
        return np.array([*self.position(objects, goal, step), yaw])

    def closed(self, step: Step) -> bool:
        return True

    def seen_done(self, objects: Array, goal: Goal) -> bool:
        target, there = objects[goal.target], objects[goal.destination]
        apart = float(np.linalg.norm(target[2:4] - there[2:4]))
        return apart < _round(target) + _round(there) + BESIDE

    def progress(self, world: World, goal: Goal) -> float:
        done = self.seen_done(world.objects(), goal)
        return 1.0 if done else brought(world, goal.target, goal.destination)

    def holds(self, world: World, goal: Goal) -> bool:
        stands = all(_stands(world, i) for i in (goal.target, goal.destination))
        up = world.tool_pose()[2] > 0.1
        return bool(
            stands and up and self.seen_done(world.objects(), goal)
            and at_rest(world, goal.target, goal.destination)
        )  # fmt: skip


def _along(objects: Array, goal: Goal) -> Array:
    """(2,) unit vector from the target to the destination."""
    way = objects[goal.destination, 2:4] - objects[goal.target, 2:4]
    unit: Array = way / max(float(np.linalg.norm(way)), 1e-6)
    return unit


def _round(row: Array) -> float:
    """Radius, m, of a thing; of a cube the mean of its inner and outer ones."""
    return float(row[6]) * (0.6 if int(row[0]) == CUBE else 0.5)


def _stands(world: World, index: int) -> bool:
    """On the table, upright; a cube on any of its faces."""
    kind, turn = world.scene.objects[index].kind, world.object_pose(index)[1]
    up = {"cube": np.abs(turn[2]).max(), "ball": 1.0}.get(kind, turn[2, 2])
    return bool(up > UPRIGHT) and "table" in world.touching(index)


def _way_is_clear(scene: Scene, goal: Goal) -> bool:
    target, there = scene.objects[goal.target], scene.objects[goal.destination]
    start, end = np.array([target.x, target.y]), np.array([there.x, there.y])
    length = float(np.linalg.norm(end - start))
    along = (end - start) / length
    behind = start - along * (target.footprint + FIST + RUN_UP)
    for value, (low, high) in zip(behind, (SCENE_X, SCENE_Y), strict=True):
        if not low - MARGIN <= value <= high + MARGIN:
            return False
    if length < target.footprint + there.footprint + GAP + SHORTEST:
        return False
    others = [item for item in scene.objects if item not in (target, there)]
    return clear_of(behind, end, [disc for item in others for disc in item.discs], WAY)
