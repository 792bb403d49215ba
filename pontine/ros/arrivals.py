"""When a message of a bag was taken: by its stamp, if the stamp can be believed.

A stamp is held against the time at which the message came. It may lie a little ahead (two machines'
clocks), and some time behind (the way here). Without a stamp, it is taken as of when it came.
"""

from collections import Counter
from typing import Any

from pontine.ros.epochs import JUMP
from pontine.ros.messages import MalformedError, nanoseconds

FUTURE = 100_000_000  # ns that a stamp may lie ahead of the graph's clock, as in the nodes
LATE = 1_000_000_000  # ns that it may lie behind: longer than any way that a robot could act upon
LEAP = 10_000_000_000  # ns without any message: what comes after is a stretch of its own
OLDER = 3  # messages of one kind in turn, each older than one before: their clock was set back
SECOND = 1e-9


class ClockFellError(Exception):
    """The clock that stamps messages of one kind was set back; the message is good."""

    def __init__(self, kind: str, seconds: float) -> None:
        super().__init__(kind, seconds)
        self.kind, self.seconds = kind, seconds


class Arrivals:
    """Attributes:
        now: ns, the graph's clock; -1: not known yet. unstamped: messages without a stamp, by kind.

    Args:
        by_arrival: go by when messages came, whatever their stamps say.
    """

    def __init__(self, by_arrival: bool) -> None:
        self.now = -1
        self.unstamped: Counter[str] = Counter()
        self._by_arrival = by_arrival
        self._behind = 0  # ns that joint states are stamped before they come
        self.forget()

    def forget(self) -> None:
        """A new stretch begins."""
        self._newest: dict[str, int] = {}
        self._older: Counter[str] = Counter()

    @property
    def here(self) -> int:
        """Now, ns, on the clock that stamps joint states: of what comes without a stamp."""
        return self.now - self._behind if self._behind > JUMP else self.now

    def leaps(self, now: int) -> int:
        """ns by which the clock leaves its way, forwards or (below 0) back, when it shows `now`."""
        change = now - self.now if self.now >= 0 else 0
        return change if change > LEAP or change < -JUMP else 0

    def taken(self, kind: str, header: Any, aged: bool = False) -> int:
        """When the message was taken, ns on the graph's clock.

        Args:
            header: its std_msgs/Header. aged: it may be as old as it likes.

        Raises:
            MalformedError: its stamp cannot be. ClockFellError: from here on stamps count anew.
        """
        stamp = nanoseconds(header.stamp)
        if self.now < 0:  # nothing to hold it against yet
            return stamp
        if self._by_arrival:
            return self.now
        if stamp == 0 and self.now > FUTURE:
            self.unstamped[kind] += 1
            return self.now
        if stamp > self.now + FUTURE:
            ahead = (stamp - self.now) * SECOND
            raise MalformedError(f"is stamped {ahead:.3f} s after it came: it lies in the future")
        if aged:
            return stamp
        if stamp < self.now - LATE:
            raise MalformedError(f"is stamped {(self.now - stamp) * SECOND:.3f} s before it came")
        self._follow(kind, stamp)
        if kind == "joint_states":
            self._behind = self.now - stamp
        return stamp

    def _follow(self, kind: str, stamp: int) -> None:
        behind = self._newest.get(kind, stamp) - stamp
        if behind <= JUMP:
            self._older[kind] = 0
            self._newest[kind] = max(stamp, self._newest.get(kind, stamp))
            return
        self._older[kind] += 1
        if self._older[kind] < OLDER:
            raise MalformedError(
                f"is stamped {behind * SECOND:.3f} s before the one that came before"
            )
        raise ClockFellError(kind, behind * SECOND)
