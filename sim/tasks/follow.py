"""Keep the hand over a thing that moves about, in the middle of the wrist's picture."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from body.contract.arrays import Array
from body.geometry.motion import DT
from body.geometry.project import project
from body.robots.reach import SCENE_X, SCENE_Y
from episodes.vocabulary import GRASPABLE, TASK_LABELS, Pair, Step
from sim.tasks.base import Goal, Pairs, SceneWith, SuccessMonitor, Task, choose
from sim.tasks.named import Arranged, NamedTask
from sim.tasks.progress import nearness
from sim.worlds import World
from sim.worlds.objects import SceneObject
from sim.worlds.path import draw_path

HOVER_Z = 0.14  # m: from here a thing below the tool is in the middle of the wrist's picture
SPEEDS = (0.02, 0.06)  # m/s
WANDERS = (0.08, 0.30)  # m to either side of where it starts
STEPS = 500
THIRD = 1 / 6  # of the picture, to either side of its middle
GRACE, LOST = 3.0, 1.0  # s until it must be in sight, and that it may be out of the third


class Follow(NamedTask):
    """500 steps in which it was never out of the middle third for a second on end."""

    name = "follow"
    label = TASK_LABELS[name]
    difficulty = "hard"
    undone = "lost"
    steps = (Step.FOLLOW,)
    limit = STEPS * DT + 1.0
    tracks = True

    def pairs(
        self, rng: np.random.Generator, pool: Sequence[Pair], named: Sequence[Pair]
    ) -> list[Pair]:
        return [choose(rng, named, GRASPABLE)]

    def arrange(
        self, rng: np.random.Generator, pairs: Pairs, scene_with: SceneWith, slot: int | None = None
    ) -> Arranged | None:
        scene = scene_with(pairs)
        goal, speed = Goal(scene.find(pairs[0])), float(rng.uniform(*SPEEDS))
        room = _room(scene.objects[goal.target], float(rng.uniform(*WANDERS)))
        path = draw_path(rng, scene.objects, goal.target, speed, self.limit, room)
        return None if path is None else (replace(scene, path=path), goal)

    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        x, y = objects[goal.target, 2:4]
        return np.array([x, y, HOVER_Z])

    def closed(self, step: Step) -> bool:
        return False

    def pose(self, objects: Array, goal: Goal, step: Step, hand_yaw: float) -> Array:
        return np.array([*self.position(objects, goal, step), hand_yaw])

    def progress(self, world: World, goal: Goal) -> float:
        return nearness(off_centre(world, goal.target), 0.5)

    def holds(self, world: World, goal: Goal) -> bool:
        return off_centre(world, goal.target) < THIRD

    def monitor(self, world: World, goal: Goal) -> SuccessMonitor:
        return TrackingMonitor(self, goal, world)


def _room(item: SceneObject, far: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ranges of x and y, m, `far` to either side of `item`."""
    (left, right), (near, end) = SCENE_X, SCENE_Y
    return (
        (max(left, item.x - far), min(right, item.x + far)),
        (max(near, item.y - far), min(end, item.y + far)),
    )


class TrackingMonitor(SuccessMonitor):
    """Success rate, episode length and reward as of embodied tracking (Zhong et al. 2024,
    "Empowering Embodied Visual Tracking with Visual Foundation Models and Offline RL").

    Attributes:
        lost: it was out of the middle third for too long; the episode is over.
        steps: policy steps until then. reward: summed over them, of each 1 in the middle of the
            picture, 0 at the border of the third, no less than -1.
    """

    def __init__(self, task: Task, goal: Goal, world: World) -> None:
        super().__init__(task, goal, world)
        self.reward = 0.0
        self._then = self._seen = world.time

    @property
    def steps(self) -> int:
        """Policy steps so far."""
        return round(self._then * 1e-9 / DT)

    def update(self) -> bool:
        world = self._world
        if self.lost:
            return False
        off = off_centre(world, self._goal.target)
        self.reward += max(-1.0, 1.0 - off / THIRD) * (world.time - self._then) * 1e-9 / DT
        self._then = world.time
        if off < THIRD:
            self._seen = world.time
        out = (world.time - max(self._seen, round(GRACE * 1e9))) * 1e-9
        self.lost = out > LOST
        return not self.lost and self.steps >= STEPS


def off_centre(world: World, index: int) -> float:
    """How far object `index` is from the middle of the wrist's picture, in sides of it."""
    robot = world.robot
    q = world.observation().joint_position
    u, v, depth = project(
        robot.cameras["wrist"], world.kinematics.hand(q), world.object_pose(index)[0], 1
    )
    return float(max(abs(u - 0.5), abs(v - 0.5))) if depth > 0 else float("inf")
