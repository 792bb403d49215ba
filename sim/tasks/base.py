"""What a task is: which scenes it needs, the keyframes that solve it, and when it is solved."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from body import Waypoint
from body.contract.arrays import Array
from body.contract.waypoint import wrap_half_turn
from body.geometry import motion
from episodes.vocabulary import FIXTURES, KINDS, Pair, Step
from sim.tasks.languages import Wording
from sim.worlds import World
from sim.worlds.objects import CUBE
from sim.worlds.scene import Scene, SceneError

ABOVE_Z, GRASP_Z, LIFT_Z = 0.16, 0.03, 0.20  # m, tool above the table
HOLD_SECONDS = 0.5
Pairs = Sequence[Pair]
SceneWith = Callable[[Pairs], Scene]  # a random scene of these and others
FIXED = tuple(KINDS.index(kind) for kind in FIXTURES)


@dataclass(frozen=True)
class Goal:
    """Rows of the objects array: what is acted on, and where it goes (-1: nowhere).

    Attributes:
        slot: which of several places there.
        then: further parts, for tasks of several.
    """

    target: int
    destination: int = -1
    slot: int = 0
    then: tuple["Goal", ...] = ()

    @property
    def parts(self) -> tuple["Goal", ...]:
        """Each on its own."""
        return (replace(self, then=()), *self.then)


class Task(ABC):
    """One kind of job.

    Attributes:
        name: what it is called. label: its number in recordings.
        steps: its keyframes in order, the last always DONE (or one that never ends); of each part
            of the goal.
        limit: s of simulated time that it may take.
        fixtures: kinds of fixtures that may stand in its scenes.
        difficulty: "easy" (one motion), "medium" (grasp and bring) or "hard" (contact all the
            way, several things, or no end).
        undone: what a failure is called whose cause is not known better.
        tracks: its last keyframe moves on, and so must a hand that has arrived.
        languages: in which `draw` can say it.
    """

    name: ClassVar[str]
    label: ClassVar[int]
    steps: ClassVar[tuple[Step, ...]]
    limit: ClassVar[float] = 20.0
    fixtures: ClassVar[tuple[str, ...]] = ()
    difficulty: ClassVar[str] = "medium"
    undone: ClassVar[str] = "not placed"
    tracks: ClassVar[bool] = False
    languages: ClassVar[tuple[str, ...]] = ("en",)

    @abstractmethod
    def draw(
        self,
        rng: np.random.Generator,
        pool: Sequence[Pair],
        named: Sequence[Pair],
        wording: Wording,
        scene_with: SceneWith,
    ) -> tuple[Scene, Goal, str]:
        """A scene, a goal in it, and the sentence that asks for it.

        Args:
            pool: (colour, kind) that may stand on the table. named: of which one must be named.
            wording: the language, and whether "seen", "held_out" or "all" sentences of it.
            scene_with: a random scene of these and others.
        """

    @abstractmethod
    def position(self, objects: Array, goal: Goal, step: Step) -> Array:
        """(3,) tool position of keyframe `step`, m."""

    @abstractmethod
    def holds(self, world: World, goal: Goal) -> bool:
        """The goal is reached at this instant, physically."""

    def progress(self, world: World, goal: Goal) -> float:
        """How far it has come at this instant, 0..1; unless a task knows better, all or nothing."""
        return float(self.holds(world, goal))

    def left(self, world: World, goal: Goal) -> Goal | None:
        """The part of `goal` to be done next, or again; None where no part is left, and of tasks
        that cannot fail unnoticed."""
        return goal if self.seen_done(world.objects(), goal) is False else None

    def seen_done(self, objects: Array, goal: Goal) -> bool | None:
        """Whether things lie and stand as `goal` wants them; None of tasks that cannot fail
        unnoticed.

        Args:
            objects: (6, 10), see :meth:`sim.worlds.World.objects`.
        """
        return None

    def monitor(self, world: World, goal: Goal) -> "SuccessMonitor":
        """What says when an episode in `world` is a success."""
        return SuccessMonitor(self, goal, world)

    def closed(self, step: Step) -> bool:
        """The gripper after arrival at `step`."""
        return step in (Step.GRASP, Step.LIFT, Step.CARRY)

    def keeps_closed(self, step: Step) -> bool:
        """The hand is closed on its way to `step`, and stays so."""
        index = self.steps.index(step)
        return index > 0 and self.closed(self.steps[index - 1]) and self.closed(step)

    @property
    def by_fist(self) -> bool:
        """The hand closes before it comes to the thing, and holds nothing."""
        return self.closed(self.steps[0])

    def pose(self, objects: Array, goal: Goal, step: Step, hand_yaw: float) -> Array:
        """(4,) tool pose of keyframe `step`; the yaw is the equivalent nearest to `hand_yaw`."""
        yaw = hand_yaw
        if step in (Step.ABOVE, Step.GRASP, Step.PRESS) or len(self.steps) == 2:
            yaw = grasp_yaw(objects[goal.target], hand_yaw)
        return np.array([*self.position(objects, goal, step), yaw])

    def plan(self, objects: Array, goal: Goal, step: Step, hand_pose: Array) -> Waypoint:
        """Keyframe `step` as a waypoint, from any snapshot.

        Args:
            objects: (6, 10), see :meth:`sim.worlds.World.objects`.
            hand_pose: (4,) commanded tool x, y, z, yaw: nearest grasp yaw, and time to go.
        """
        pose = self.pose(objects, goal, step, float(hand_pose[3]))
        hand = np.asarray(hand_pose, dtype=np.float64)
        seconds = float(motion.time_to_go(hand, pose, self.keeps_closed(step)))
        return Waypoint(pose[:3], float(pose[3]), self.closed(step), seconds)

    def after(self, step: Step) -> Step:
        """The keyframe that follows `step`; DONE follows itself."""
        index = self.steps.index(step)
        return self.steps[min(index + 1, len(self.steps) - 1)]


class SuccessMonitor:
    """True once `task.holds` has been true for half a second of uninterrupted updates.

    Attributes:
        lost: there can be no success any more.
    """

    lost = False

    def __init__(self, task: Task, goal: Goal, world: World) -> None:
        self._task, self._goal, self._world = task, goal, world
        self._since: int | None = None

    def update(self) -> bool:
        """Look at the world now; call at every policy step."""
        if not self._task.holds(self._world, self._goal):
            self._since = None
            return False
        if self._since is None:
            self._since = self._world.time
        return self._world.time - self._since >= HOLD_SECONDS * 1e9


def grasp_yaw(row: Array, hand_yaw: float) -> float:
    """Yaw, rad, at which the hand fits an object (row of the array), nearest to `hand_yaw`.

    It may leave the half circle: the hand turns the short way.
    """
    if int(row[0]) in FIXED:
        return hand_yaw + wrap_half_turn(float(row[5]) - hand_yaw)
    if int(row[0]) != CUBE:
        return hand_yaw + wrap_half_turn(0.0 - hand_yaw)
    quarter = np.pi / 2
    return hand_yaw + float((row[5] - hand_yaw + quarter / 2) % quarter - quarter / 2)


def choose(rng: np.random.Generator, pool: Sequence[Pair], kinds: Sequence[str]) -> Pair:
    """A random pair of `pool` among `kinds`; raises SceneError if there is none."""
    fitting = [pair for pair in pool if pair[1] in kinds]
    if not fitting:
        raise SceneError(f"no {' or '.join(kinds)} in the pool {list(pool)}")
    return fitting[int(rng.integers(len(fitting)))]


def at_rest(world: World, *indices: int) -> bool:
    """Nothing among `indices` moves faster than 2 cm/s."""
    return all(world.object_speed(i) < 0.02 for i in indices)


def hand_away(world: World, index: int) -> bool:
    """The hand is open and over 6 cm from object `index`."""
    centre, _ = world.object_pose(index)
    apart = np.linalg.norm(world.tool_pose()[:3] - centre)
    return world.gripper_width > 0.06 and bool(apart > 0.06)
