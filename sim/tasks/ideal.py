"""The law's way through a task's keyframes, unrolled without physics."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from body import Waypoint
from body.contract.arrays import Array
from body.geometry.motion import DT, unroll
from sim.tasks.base import Goal, Task

GRIPPER_STEPS = 8  # policy steps the law goes on after it is there, so that the gripper applies


def ideal_run(
    task: Task, objects: Array, goal: Goal, pose: Array
) -> Iterator[tuple[Waypoint, Array]]:
    """Each keyframe of `task`, part by part of `goal`, from rest, and the rows (n, 5) of
    :func:`body.geometry.motion.unroll` to it.

    Args:
        objects: (6, 10) where everything stands throughout, see :meth:`sim.worlds.World.objects`.
        pose: (4,) tool pose from which it starts.
    """
    closed = False
    for part, step in product(goal.parts, task.steps):
        waypoint = task.plan(objects, part, step, pose)
        rows = unroll(
            pose, np.zeros(4), np.array(closed), waypoint.pose, np.array(waypoint.closed),
            round(waypoint.time_to_go / DT) + GRIPPER_STEPS,
        )  # fmt: skip
        yield waypoint, rows
        for row in rows:
            pose = pose + row[:4]
        closed = waypoint.closed
