"""Whether a message's stamp is of now, on the graph's clock."""

from pontine.ros.messages import MalformedError

FUTURE = 0.1  # s that a stamp may lie ahead: two machines' clocks, and /clock's own steps
OLD = 1.0  # s that it may lie behind: as long as tokens live
BACK = 1_000_000_000  # ns for which stamps that go back are refused; then the clock was set back


def check_stamp(stamp: int, now: int, oldest: float = OLD) -> None:
    """Raises MalformedError for a stamp (ns) over `FUTURE` s ahead of `now`, or over `oldest` s
    behind it. A stamp of 0 says nothing."""
    if stamp > now + FUTURE * 1e9:
        raise MalformedError(
            f"its stamp lies {(stamp - now) * 1e-9:.3f} s in the future; clocks differ?"
        )
    if 0 < stamp < now - oldest * 1e9:
        raise MalformedError(f"stamp {(now - stamp) * 1e-9:.1f} s ago; clocks differ?")


class Forward:
    """Stamps of one source, which do not go back, unless its clock or the graph's was set back."""

    def __init__(self) -> None:
        self._stamp = self._at = -1

    def check(self, stamp: int, now: int) -> bool:
        """Take the next stamp, of a message that came at `now` ns; True: the clock was set back.

        Raises:
            MalformedError: it goes back.
        """
        back = stamp < self._stamp
        if back and 0 <= now - self._at < BACK:
            raise MalformedError(
                f"its stamp goes back by {(self._stamp - stamp) * 1e-9:.3f} s: two publishers "
                "whose clocks differ, or a clock that was set back; leave one publisher"
            )
        self._stamp, self._at = stamp, now
        return back
