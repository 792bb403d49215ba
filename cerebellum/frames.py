"""The recorded frames a controller learns from, laid out for fast random access."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.contract.errors import RangeError
from body.contract.robot_spec import RobotSpec
from body.geometry.kinematics import Kinematics

BLOCK = 8192


class Recordings(Protocol):
    """What is read of an :class:`episodes.cache.Cache`."""

    @property
    def robot(self) -> Any: ...

    @property
    def wrist(self) -> Any: ...

    def __getitem__(self, name: str) -> Any: ...


@dataclass(frozen=True, eq=False)
class Frames:
    """N robot frames; every array has the leading axis N.

    Attributes:
        row: index into the cache's wrist images. episode: (N,) ids.
        position, velocity: (N, J). width: (N,). wrench: (N, 6).
        command, increment: (N, 4). closed: (N,) 0/1.
        measured: (N, 4) tool pose. hand: (N, 4, 4) pose of the wrist camera's mount.
        waypoint, previous: (N, 6) rows of the present keyframe and the one before.
        since: (N,) s since that change, infinite in an episode's first step.
        step, previous_step: (N,) ids.
    """

    row: NDArray[np.int64]
    episode: NDArray[np.int64]
    position: Array
    velocity: Array
    width: Array
    wrench: Array
    command: Array
    increment: Array
    closed: Array
    measured: Array
    hand: NDArray[np.float32]
    waypoint: Array
    previous: Array
    since: Array
    step: NDArray[np.int64]
    previous_step: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)


def load_frames(cache: Recordings, spec: RobotSpec) -> Frames:
    """Read every robot frame's columns into memory; wrist images stay on disk.

    Raises:
        RangeError: the cache holds no robot frames, or another number of joints than `spec`.
    """
    row = np.asarray(cache.robot)
    if not len(row):
        raise RangeError("the cache holds no robot frames; collect tasks, not only stills")
    state = np.asarray(cache["observation.state"], dtype=np.float64)[row]
    joints = spec.joints
    if state.shape[1] != 2 * joints + 7:
        raise RangeError(
            f"observation.state has {state.shape[1]} columns, {spec.name} needs {2 * joints + 7}; "
            "collect with this robot or name the robot of the recordings"
        )
    command = np.asarray(cache["observation.command"], dtype=np.float64)[row]
    waypoint = np.asarray(cache["plan.waypoint"], dtype=np.float64)[row]
    step = np.asarray(cache["plan.step"], dtype=np.int64)[row]
    episode = np.asarray(cache["episode_index"], dtype=np.int64)[row]
    time = np.asarray(cache["timestamp"], dtype=np.float64)[row]
    before, since = _changes(episode, step, time)
    position = state[:, :joints]
    measured, hand = _poses(position, Kinematics(spec))
    return Frames(
        row=row,
        episode=episode,
        position=position,
        velocity=state[:, joints : 2 * joints],
        width=state[:, 2 * joints],
        wrench=state[:, 2 * joints + 1 :],
        command=command[:, :4],
        increment=command[:, 4:8],
        closed=command[:, 8],
        measured=measured,
        hand=hand,
        waypoint=waypoint,
        previous=waypoint[before],
        since=since,
        step=step,
        previous_step=step[before],
    )


def _changes(
    episode: NDArray[np.int64], step: NDArray[np.int64], time: Array
) -> tuple[NDArray[np.int64], Array]:
    """For each frame: the last frame of the step before, and the time since the change."""
    index = np.arange(len(step))
    fresh = np.ones(len(step), dtype=bool)
    fresh[1:] = (step[1:] != step[:-1]) | (episode[1:] != episode[:-1])
    start = np.maximum.accumulate(np.where(fresh, index, 0))
    before = np.maximum(start - 1, 0)
    known = (start > 0) & (episode[before] == episode)
    since = np.where(known, time - time[start], np.inf)
    return np.where(known, before, index), since


def _poses(position: Array, kinematics: Kinematics) -> tuple[Array, NDArray[np.float32]]:
    measured = np.empty((len(position), 4))
    hand = np.empty((len(position), 4, 4), dtype=np.float32)
    for start in range(0, len(position), BLOCK):
        block = slice(start, start + BLOCK)
        measured[block] = kinematics.tool_pose(position[block])
        hand[block] = kinematics.hand(position[block])
    return measured, hand
