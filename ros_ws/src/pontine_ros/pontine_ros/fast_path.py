"""Between command loop and robot: states in, commands out, on a thread that does nothing else.

Commands leave as a ros2_control controller expects them.
"""

import sys
import threading
import time
from array import array
from collections.abc import Callable, Sequence
from typing import Any

from std_msgs.msg import Float64MultiArray

from body.contract.arrays import Array
from body.safety.audit import LimitAudit
from cerebellum.runtime.bus import Bus
from pontine_ros.command_stream import CommandStream
from pontine_ros.inbox import Inbox
from pontine_ros.process import SWITCH, hurry

AFTER = 0.0004  # s after the loop's tick at which its command is there
AGAIN, TRIES = 0.001, 2  # s between looks for a state that has not come yet, and how many
RARELY = 2  # periods between two looks for what comes less often
STANDING = 25  # commands between two to the gripper, where its width does not change
PAUSE = 0.05  # s without a command after which they begin anew: the loop had been disarmed


class FastPath:
    """A thread: polls the robot's states, and makes each record of the command channel a message.

    Attributes:
        sent: messages so far. skipped: commands that were overtaken by newer ones.
        worst_gap: s, the longest between two messages while commands came.
        lag: s from the newest command's making to its publication.
        audit: of every command that left the loop, against the robot's limits.

    Args:
        bus: the graph's memory. states, rare: what comes in; the first is looked into most often.
        arm: publisher of JointTrajectory, or of Float64MultiArray where not `trajectory`.
        gripper: publisher of Float64MultiArray. period: s between commands.
        offset: ns that the clock of the arm's controller is ahead of the monotonic one, if known.
    """

    def __init__(
        self, bus: Bus, states: Inbox, rare: Sequence[Inbox], arm: Any, gripper: Any,
        trajectory: bool, period: float, offset: Callable[[], int | None],
    ) -> None:  # fmt: skip
        self._channel, self._states, self._rare = bus.command, states, rare
        self._measured = bus.state.value["q"]  # (J,) rad, as this process wrote it last
        self._arm, self._gripper = arm, gripper
        self._trajectory, self._period, self._offset = trajectory, period, offset
        self.sent = self.skipped = 0
        self.worst_gap = self.lag = 0.0
        self._stream = CommandStream(bus.spec.joint_names, round(period * 1e9))
        self.audit = LimitAudit(bus.spec, period)
        self._checked_at = 0.0
        self._width, self._sent_at = -1.0, 0.0
        self._quiet = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fast path", daemon=True)
        self._channel.read()  # what was commanded before is not sent
        sys.setswitchinterval(SWITCH)
        self._thread.start()

    def close(self) -> None:
        """Send no more."""
        self._quiet.set()
        self._thread.join()

    def _run(self) -> None:
        hurry()
        channel, period = self._channel, self._period
        cycle = 0
        due = time.monotonic()
        while not self._quiet.is_set():
            time.sleep(max(0.0, due - time.monotonic()))
            for _ in range(TRIES):
                if self._states.poll():
                    break
                time.sleep(AGAIN)  # the robot's clock beats just behind ours
            cycle += 1
            if cycle % RARELY == 0:
                for inbox in self._rare:
                    inbox.poll()
            number = channel.number
            for value in channel.since():
                self._check(value["q"], channel.stamp * 1e-9)
                self._stream.add(channel.stamp, value["q"])
            now = time.monotonic()
            if channel.number != number:
                self._send(now, channel.number - number - 1)
                due = channel.stamp * 1e-9 + AFTER
            due = max(due + period, now)

    def _check(self, q: Array, stamp: float) -> None:
        if stamp - self._checked_at > PAUSE:  # it was disarmed meanwhile, and may be elsewhere
            audit = LimitAudit(self.audit.spec, self._period)
            audit.violations, audit.worst = self.audit.violations, self.audit.worst
            audit.begin(self._measured)
            self.audit = audit
            self._stream.begin()
        self.audit.add(q)
        self._checked_at = stamp

    def _send(self, now: float, skipped: int) -> None:
        if now - self._sent_at < PAUSE:
            self.worst_gap = max(self.worst_gap, now - self._sent_at)
        self._sent_at = now
        self.lag = now - self._channel.stamp * 1e-9
        self.skipped += skipped
        self.sent += 1
        value = self._channel.value
        if self._trajectory:
            self._arm.publish(self._stream.message(self._offset()))
        else:
            self._arm.publish(Float64MultiArray(data=array("d", value["q"])))
        width = float(value["width"])
        if width != self._width or self.sent % STANDING == 0:
            self._width = width
            self._gripper.publish(Float64MultiArray(data=[width]))
