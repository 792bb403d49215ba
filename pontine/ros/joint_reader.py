"""sensor_msgs/JointState to arrays by the joints' names, live and in bags alike."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from body.contract.robot_spec import RobotSpec
from body.safety.joint_judge import JointJudge, Reading
from pontine.ros.messages import MalformedError, nanoseconds
from pontine.ros.stamps import Forward

MOST_JOINTS = 256
UNHEARD = 1_000_000_000  # ns without the arm after which messages of strangers are named


class JointReader:
    """Any order, other joints ignored; units, ranges, turns and steps judged by `JointJudge`.

    Attributes:
        judge: of the arm's readings. q, dq, width: of the newest reading believed, see `Reading`.

    Args:
        spec: the arm. fingers: whose positions add up to the gripper's opening; they may come in
            messages of their own (none: the opening stays as it is).
    """

    def __init__(self, spec: RobotSpec, fingers: Sequence[str]) -> None:
        self.judge = JointJudge(spec)
        self._arm, self._fingers = spec.joint_names, tuple(fingers)
        self.q, self.dq = np.zeros(spec.joints), np.zeros(spec.joints)
        self.width = spec.gripper_open
        self._stamps, self._heard = Forward(), -1

    def forget(self) -> None:
        """What comes next is of another recording, or of a clock that was set back."""
        self.judge.forget()
        self._stamps, self._heard = Forward(), -1

    def names_arm(self, message: Any) -> bool:
        """Whether it speaks of a joint of the arm."""
        return len(message.name) <= MOST_JOINTS and not set(self._arm).isdisjoint(message.name)

    def hears(self, now: int) -> bool:
        """Whether the arm has been heard within the last second before `now` ns."""
        return 0 <= now - self._heard <= UNHEARD and self._heard >= 0

    def read(self, message: Any, now: int) -> Reading | None:
        """Take a message in that came at `now` ns; None: it speaks of the fingers alone, or of
        other joints.

        Raises:
            MalformedError: lengths that do not match, a joint that is missing or stands there
                twice, a stamp that goes back. JointReadingError: see :class:`JointJudge`.
        """
        names, position, velocity = message.name, message.position, message.velocity
        if len(names) > MOST_JOINTS or len(position) != len(names):
            raise MalformedError(f"{len(names)} names and {len(position)} positions")
        if len(velocity) not in (0, len(names)):
            raise MalformedError(f"{len(names)} names and {len(velocity)} velocities")
        place = {name: i for i, name in enumerate(names)}
        if len(place) != len(names):
            raise MalformedError("a joint's name stands there twice")
        arm = [place.get(name, -1) for name in self._arm]
        fingers = [place.get(name, -1) for name in self._fingers]
        found = np.asarray(position, np.float64)
        whole_hand = bool(fingers) and min(fingers) >= 0
        width = float(found[fingers].sum()) if whole_hand else self.width
        if max(arm) < 0:
            self._others(names, fingers, now)
            if whole_hand:
                self.judge.check_width(width)
                self.width = max(0.0, width)
            return None
        if min(arm) < 0:
            raise _missing(self._arm, arm, names)
        speed = np.asarray(velocity, np.float64)[arm] if len(velocity) else None
        reading = self.judge.take(found[arm], speed, width, self._time(message, now))
        self.q, self.dq, self.width = reading.q, reading.dq, reading.width
        return reading

    def _time(self, message: Any, now: int) -> int:
        """When it was taken: its stamp; where the driver sends none, when it came."""
        stamp = nanoseconds(message.header.stamp) or now
        if self._stamps.check(stamp, now):
            self.judge.forget()
        self._heard = now
        return stamp

    def _others(self, names: Sequence[str], fingers: Sequence[int], now: int) -> None:
        """A message without the arm is nobody's fault while the arm is heard from elsewhere."""
        if fingers and min(fingers) < 0 <= max(fingers):
            raise _missing(self._fingers, fingers, names)
        if not self.hears(now) and (not fingers or min(fingers) < 0):
            raise _missing(self._arm, [-1] * len(self._arm), names)


def _missing(wanted: Sequence[str], places: Sequence[int], names: Sequence[str]) -> MalformedError:
    missing = [name for name, i in zip(wanted, places, strict=True) if i < 0]
    return MalformedError(
        f"joint {missing[0]!r} is missing ({len(missing)} of {len(wanted)}); "
        f"it names {', '.join(map(repr, list(names)[:8]))}"
    )
