"""The recorded moments of which both pictures are kept, with all that is known about them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.contract.robot_spec import RobotSpec
from body.geometry.kinematics import Kinematics
from cerebellum.frames import load_frames
from cerebellum.runtime.driver import OPEN
from episodes.cache import Cache
from episodes.splits import BRAIN_ONE_IN, held_out
from episodes.vocabulary import STILLS, Step
from pontine.suites.tabletop.sentences import held
from sim.tasks import BASIC, TASKS, Goal

NAMES = BASIC  # the tasks that the flat policy is of
LABELS = tuple(TASKS[name].label for name in NAMES)


@dataclass(frozen=True, eq=False)
class Moment:
    """One of them.

    Attributes:
        objects: (6, 10) the scene. command: (4,) tool pose. closed: the gripper's last order.
        still: a picture of no episode. What follows means nothing there:
        label, goal, instruction: the task's label, its goal and sentence.
        step: of the plan. target: (4,) its keyframe.
    """

    objects: NDArray[np.float32]
    command: Array
    closed: bool
    still: bool
    label: int
    goal: Goal
    instruction: str
    step: Step
    target: Array

    @property
    def held(self) -> int:
        """Row of the object in the hand, or -1."""
        return held(self.objects)


@dataclass(frozen=True, eq=False)
class Moments:
    """N moments; every array has the leading axis N.

    Attributes:
        picture: rows of the cache's `fixed`. frame: rows of all other columns.
        held_out: whether the episode is kept for validation: the same ones as the brain's.
        position, velocity: (N, J). width: (N,). wrench: (N, 6).
        command, increment: (N, 4). closed: (N,) 0/1. measured: (N, 4).
        former: (N, 6) row of the keyframe before; at stills, the pose they show.
    """

    cache: Cache
    picture: NDArray[np.int64]
    frame: NDArray[np.int64]
    still: NDArray[np.bool_]
    held_out: NDArray[np.bool_]
    step: NDArray[np.int64]
    position: Array
    velocity: Array
    width: Array
    wrench: Array
    command: Array
    increment: Array
    closed: Array
    measured: Array
    former: Array

    def __len__(self) -> int:
        return len(self.picture)

    def __getitem__(self, index: int) -> Moment:
        cache, frame = self.cache, int(self.frame[index])
        goal = cache["scene.goal"][frame]
        return Moment(
            objects=np.array(cache["scene.objects"][frame]),
            command=self.command[index],
            closed=bool(self.closed[index]),
            still=bool(self.still[index]),
            label=int(cache["task_label"][frame]),
            goal=Goal(int(goal[0]), int(goal[1]), int(goal[2])),
            instruction=cache.instructions[int(cache["task_index"][frame])],
            step=Step(int(self.step[index])),
            target=np.array(cache["plan.waypoint"][frame][:4], np.float64),
        )


def load_moments(cache: Cache, spec: RobotSpec) -> Moments:
    """Read the columns of all moments into memory; pictures stay on disk.

    Raises:
        RangeError: the cache holds no robot frames, or another number of joints than `spec`.
    """
    frames = load_frames(cache, spec)
    frame = np.asarray(cache.fixed_index, dtype=np.int64)
    label = np.asarray(cache["task_label"])[frame].reshape(-1)
    picture = np.flatnonzero(np.isin(label, (*LABELS, STILLS)))
    frame, still = frame[picture], label[picture] == STILLS
    joints = spec.joints
    state = np.asarray(cache["observation.state"], np.float64)[frame]
    told = np.asarray(cache["observation.command"], np.float64)[frame]
    position = state[:, :joints]
    measured = Kinematics(spec).tool_pose(position)
    open_width = OPEN * spec.gripper_open
    command = np.where(still[:, None], measured, told[:, :4])
    former = np.column_stack([command, np.zeros((len(frame), 2))])
    robot = np.flatnonzero(~still)
    former[robot] = frames.previous[np.searchsorted(frames.row, frame[robot])]
    episode = np.asarray(cache["episode_index"])[frame].reshape(-1)
    return Moments(
        cache=cache,
        picture=picture,
        frame=frame,
        still=still,
        held_out=held_out(episode, BRAIN_ONE_IN),
        step=np.asarray(cache["plan.step"], np.int64)[frame].reshape(-1),
        position=position,
        velocity=state[:, joints : 2 * joints],
        width=state[:, 2 * joints],
        wrench=state[:, 2 * joints + 1 :],
        command=command,
        increment=told[:, 4:8] * ~still[:, None],
        closed=np.where(still, state[:, 2 * joints] < open_width, told[:, 8]).astype(np.float64),
        measured=measured,
        former=former,
    )
