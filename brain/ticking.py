"""When a brain looks, and what becomes of a look that brings nothing: in simulated and wall time.

Simulation, the live stack's process and the ROS node all ask their brain through this.
"""

import sys
from collections.abc import Callable
from typing import Generic, TypeVar

from body import ActionTokens, ControllerReport
from brain.backend import Thinker
from brain.errors import BrainError

SECOND = 1_000_000_000


def _to_stderr(text: str) -> None:
    print(f"warning: {text}", file=sys.stderr, flush=True)


Seen = TypeVar("Seen")


class Ticking(Generic[Seen]):
    """Asks `brain` at most once a period, and outlives its failures.

    A look that fails brings no tokens. Those in force grow old, and the mailbox's rule of age slows
    the arm down and holds it.

    Args:
        hz: looks a second. say: told why, when the first of several looks in a row fails.

    Attributes:
        fault: why the last look brought no tokens; "" where it brought some.
    """

    def __init__(
        self, brain: Thinker[Seen], hz: float, say: Callable[[str], None] = _to_stderr
    ) -> None:
        self.brain = brain
        self.fault = ""
        self._period = round(SECOND / hz)
        self._say = say
        self._next = 0

    def begin(self, now: int) -> None:
        """Forget what was thought, and look at once; `now` in ns of the clock of the ticks."""
        self.brain.reset()
        self.fault = ""
        self._next = now

    def due(self, now: int) -> bool:
        """Whether the next look is due at `now` (ns)."""
        return now >= self._next

    @property
    def wait_until(self) -> int:
        """When (ns) the next look is due."""
        return self._next

    def skip(self, now: int) -> None:
        """There was nothing to look at when a look was due at `now` (ns)."""
        self._next = max(self._next + self._period, now)

    def look(
        self, now: int, observation: Seen, instruction: str, report: ControllerReport
    ) -> ActionTokens | None:
        """Have the brain look at `observation`; None where it has no answer."""
        self.skip(now)
        try:
            tokens = self.brain.think(observation, instruction, report)
        except BrainError as error:
            if not self.fault:
                self._say(f"no tokens from the brain: {error}")
            self.fault = str(error)
            return None
        self.fault = ""
        return tokens
