"""The planner that sees everything: the true keyframe at every tick, sequenced by reports."""

import numpy as np

from body import ControllerReport, Report, Waypoint, motion
from body.arrays import Array
from sim.tasks.base import Goal, Step, Task

_IN_HAND = 9  # column of the objects array
_FROZEN = (Step.LIFT, Step.DONE)


class Oracle:
    """Replaces a brain. It advances on the cerebellum's reports alone, as a brain does.

    Attributes:
        step: the present keyframe. previous: the one before (None: none yet).
        report: the report that led to `step`.
    """

    def __init__(self, task: Task, goal: Goal) -> None:
        self.task, self.goal = task, goal
        self.step = task.steps[0]
        self.previous: Step | None = None
        self.report = Report.MOVING
        self._since: int | None = None
        self._kept: Array | None = None

    def tick(
        self, objects: Array, hand_pose: Array, report: ControllerReport, stamp: int
    ) -> Waypoint:
        """The waypoint to send now.

        Args:
            objects: (6, 10), see :meth:`sim.worlds.World.objects`.
            hand_pose: (4,) commanded tool x, y, z (m), yaw (rad).
            report: the latest; one about tokens of an earlier keyframe is ignored.
            stamp: int64 ns, what the tokens made from the answer will carry.
        """
        if self._since is not None and report.token_stamp >= self._since:
            self._advance(report.status)
        if self._since is None:
            self._since = stamp
        held = self.step is Step.GRASP and objects[self.goal.target, _IN_HAND] > 0
        if self._kept is None or not (held or self.step in _FROZEN):
            self._kept = self.task.pose(objects, self.goal, self.step, float(hand_pose[3]))
        pose = self._kept
        seconds = float(motion.time_to_go(np.asarray(hand_pose, dtype=np.float64), pose))
        return Waypoint(pose[:3], float(pose[3]), self.task.closed(self.step), seconds)

    def _advance(self, status: Report) -> None:
        if status is Report.MISSED:
            following = Step.ABOVE
        elif status is Report.MOVING or (self.step is Step.GRASP and status is Report.ARRIVED):
            return
        else:
            following = self.task.after(self.step)
        if following is self.step:
            return
        self.previous, self.step, self.report = self.step, following, status
        self._since = self._kept = None
