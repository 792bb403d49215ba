"""What ros2_control's joint_trajectory_controller makes of a trajectory, for the simulated robot.

Its rules as ros2_controllers has them (topic_callback, validate_trajectory_msg, Trajectory::sample)
with the parameters that it has by itself: a stamp is obeyed, zero means now; what ends before the
controller's clock is dropped whole; a new trajectory takes the place of the old one; before its
first point one comes from where the arm is measured to be, and behind the last one stays.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from body.contract.arrays import Array
from pontine_ros.incoming import MessageRefusedError, nanoseconds

MOST_POINTS = 1000


class TrajectoryController:
    """Positions alone, hence straight lines between points.

    Args:
        joints: the arm's names, in the robot's order. period: ns between two updates.
    """

    def __init__(self, joints: Sequence[str], period: int) -> None:
        self._joints, self._period = tuple(joints), period
        self._order: dict[tuple[str, ...], list[int]] = {}  # as messages name the joints
        self.cancel()

    def cancel(self) -> None:
        """Forget the trajectory."""
        self._times: list[int] = []  # ns from the start
        self._points = np.zeros((0, len(self._joints)))
        self._start, self._new = 0, False
        self._before = 0, np.zeros(len(self._joints))

    def take(self, message: Any, now: int) -> None:
        """Follow a trajectory_msgs/JointTrajectory from the next update on.

        Args:
            now: ns of the controller's clock.

        Raises:
            MessageRefusedError: it ends in the past, or it is none of this arm's; the one before
                goes on.
        """
        points, order = message.points, self._places(tuple(message.joint_names))
        if not 1 <= len(points) <= MOST_POINTS:
            raise MessageRefusedError(f"{len(points)} points, must be 1 to {MOST_POINTS}")
        if any(len(p.velocities) or len(p.accelerations) or len(p.effort) for p in points):
            raise MessageRefusedError("it has more than positions, which this arm goes by")
        width = len(self._joints)
        for point in points:
            if len(point.positions) != width:
                raise MessageRefusedError(f"{len(point.positions)} positions for {width} joints")
        found = np.array([p.positions for p in points], np.float64)[:, order]
        if not np.isfinite(found).all():
            raise MessageRefusedError("a position is no finite number")
        times = [nanoseconds(p.time_from_start) for p in points]
        if any(after <= before for before, after in pairwise(times)):
            raise MessageRefusedError("the times of its points do not rise")
        start = nanoseconds(message.header.stamp)
        if start and start + times[-1] < now:
            late = (now - start - times[-1]) * 1e-6
            raise MessageRefusedError(f"it ends in the past, {late:.1f} ms ago by this clock")
        self._times, self._points, self._start, self._new = times, found, start, True

    def update(self, now: int, measured: Callable[[], Array]) -> Array | None:
        """(J,) rad to be told to the arm until the next update; None: there is no trajectory.

        Args:
            now: ns of the controller's clock. measured: where the arm is, (J,) rad.
        """
        if not self._times:
            return None
        if self._new:
            self._new, self._before = False, (now, measured())
            self._start = self._start or now
        at, times, points = now + self._period - self._start, self._times, self._points
        first = bisect_right(times, at)
        if first == len(times):
            return points[-1].copy()
        after, end = points[first], times[first]
        if first:
            before, begin = points[first - 1], times[first - 1]
        else:
            begin, before = self._before[0] - self._start, self._before[1]
        share = min(1.0, max(0.0, (at - begin) / max(1, end - begin)))
        line: Array = before + share * (after - before)
        return line

    def _places(self, names: tuple[str, ...]) -> list[int]:
        """Of each of the arm's joints in `names`."""
        if names not in self._order:
            if sorted(names) != sorted(self._joints):
                raise MessageRefusedError(f"joints {', '.join(names[:8])}")
            self._order = {names: [names.index(name) for name in self._joints]}
        return self._order[names]
