"""How far the tool went, and how far the expert would have gone.

Success weighted by path length (SPL: Anderson et al. 2018, "On Evaluation of Embodied Navigation
Agents") is the mean of `success * expert / max(own, expert)`.
"""

import numpy as np

from body.contract.arrays import Array
from sim.tasks import Goal, Task
from sim.tasks.ideal import ideal_run


class PathLength:
    """The way of the tool, m, summed over policy steps; call :meth:`add` after each."""

    def __init__(self, start: Array) -> None:
        self._last = np.array(start[:3])
        self.metres = 0.0

    def add(self, pose: Array) -> None:
        """`pose` (4,): measured tool x, y, z (m) and yaw."""
        place = np.array(pose[:3])
        self.metres += float(np.linalg.norm(place - self._last))
        self._last = place


def expert_path(task: Task, objects: Array, goal: Goal, pose: Array) -> float:
    """Length, m, of the law's way through the keyframes of `task`, unrolled without physics.

    Args:
        objects: (6, 10) where everything stands at first, see :meth:`sim.worlds.World.objects`.
        pose: (4,) tool pose from which it starts.
    """
    runs = [rows for _, rows in ideal_run(task, objects, goal, pose)]
    # the last keyframe, DONE, asks for no way of its own
    return float(sum(np.linalg.norm(rows[:, :3], axis=1).sum() for rows in runs[:-1]))
