"""Commands as a joint_trajectory_controller can follow them without a gap.

A trajectory of one point that is due a period later is dropped where the controller's clock is
ahead by no more than that, and elsewhere begins anew from where a lagging arm is measured to be.
So each message holds the last commands with their times: whenever the controller takes it up, and
whether the one before was late or lost, it is between two points of the path that the loop made.
A last point says to stay, so that a message is still valid when it comes late. Where the
controller's clock is not known, the stamp is zero: it then begins when it arrives.
"""

from array import array
from collections import deque
from collections.abc import Sequence

from builtin_interfaces.msg import Duration, Time
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from body.contract.arrays import Array

LATER = 2  # periods after which the arm is to be at the newest command
STAY = 100_000_000  # ns that a message remains valid after that


class CommandStream:
    """The messages, one a command.

    Args:
        joints: the arm's names, in the order of the commands. period: ns between commands.
    """

    def __init__(self, joints: Sequence[str], period: int) -> None:
        self._lead = LATER * period
        self._kept: deque[tuple[int, JointTrajectoryPoint]] = deque(maxlen=LATER + 1)
        self._stay = JointTrajectoryPoint(time_from_start=Duration(nanosec=self._lead + STAY))
        self._message = JointTrajectory(joint_names=list(joints))

    def begin(self) -> None:
        """The arm had been left alone: nothing before the next command belongs to its path."""
        self._kept.clear()

    def add(self, stamp: int, q: Array) -> None:
        """The loop made command `q` (J,) rad at `stamp` ns, after those before."""
        if not self._kept or stamp > self._kept[-1][0]:
            self._kept.append((stamp, JointTrajectoryPoint(positions=array("d", q))))

    def message(self, offset: int | None) -> JointTrajectory:
        """The commands so far, stamped when the newest was made; the same object every time.

        Args:
            offset: ns that the controller's clock is ahead of the one of the commands' stamps;
                None: not known.
        """
        newest, last = self._kept[-1]
        points = []
        for stamp, point in self._kept:
            if (due := stamp - newest + self._lead) >= 0:
                point.time_from_start.nanosec = due
                points.append(point)
        self._stay.positions = last.positions
        seconds, rest = (0, 0) if offset is None else divmod(newest + offset, 10**9)
        self._message.header.stamp = Time(sec=seconds, nanosec=rest)
        self._message.points = [*points, self._stay]
        return self._message
