"""How far the clock of the arm's controller is ahead of ours, by the stamps of its joint states."""

from collections import deque

from pontine_ros.graph_time import LAG

WINDOW = 24  # joint states whose median counts: one late message moves nothing
DRIFT = 2_500_000  # ns between the medians of the window's halves: the robot is in slow motion
NAMED, REFUSED = 0.010, 0.050  # s of which the diagnostics warn; beyond which nothing is armed
TELL = "set both machines' clocks by one server (chrony; docs/ros2.md, One clock)"


class RobotClock:
    """Feed it with the stamps of joint states as they come; they are late by what the way takes.

    Attributes:
        offset: ns that the robot's clock is ahead of the monotonic one; None: not known, or not
            steady, as that of a simulation in slow motion.
        unstamped: the newest joint states bear no stamps.
    """

    def __init__(self) -> None:
        self._seen: deque[int] = deque(maxlen=WINDOW)
        self.offset: int | None = None
        self.unstamped = False

    def note(self, stamp: int, arrived: int) -> None:
        """A joint state stamped `stamp` ns came at `arrived` ns of the monotonic clock."""
        self.unstamped = stamp == 0
        if self.unstamped:
            self._seen.clear()
            self.offset = None
            return
        self._seen.append(stamp - arrived)
        if len(self._seen) == WINDOW:
            found, half = list(self._seen), WINDOW // 2
            before, now = (_median(part) for part in (found[:half], found[half:]))
            self.offset = _median(found) if abs(now - before) < DRIFT else None

    def fault(self, ours: int, simulated: bool = False) -> tuple[bool, str]:
        """Whether arming must be refused, and what is to be said; "": nothing.

        Args:
            ours: ns that the graph's clock is ahead of the monotonic one. simulated: the robot
                is told that time itself, coarsely.
        """
        if self.unstamped:
            return False, (
                "the joint states bear no stamps, so the clock of the arm's controller is not "
                "known: every command begins when it arrives"
            )
        if self.offset is None:
            return False, ""
        ahead = (self.offset - ours) * 1e-9
        slack = LAG * 1e-9 if simulated else 0.0
        if abs(ahead) <= NAMED + slack:
            return False, ""
        said = (
            f"the clock of the arm's controller is {abs(ahead) * 1e3:.0f} ms "
            f"{'ahead of' if ahead > 0 else 'behind'} this machine's: {TELL}"
        )
        return abs(ahead) > REFUSED + slack, said


def _median(values: list[int]) -> int:
    return sorted(values)[len(values) // 2]
