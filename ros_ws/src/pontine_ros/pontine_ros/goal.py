"""One sentence being carried out: what to do next, by what has been heard. Pure logic."""

from dataclasses import dataclass, field
from enum import Enum, IntEnum

from body import Intent


class Outcome(IntEnum):
    """How it ended; numbers of the action's result."""

    SUCCEEDED = 0
    FAILED = 1
    REFUSED = 2
    FAULT = 3


class Step(Enum):
    """What the supervisor is to do now."""

    WAIT = "wait"
    ARM = "arm"
    FINISH = "finish"


SURE = 0.6  # s that the brain must keep to saying that it is done
ARM_AGAIN = 0.3  # s between two requests
ARMING = 5.0  # s in which the arm must be armed
COMING_UP = 180.0  # s for the nodes to come up, the first time with an engine to build


@dataclass
class Heard:
    """What the supervisor knows; times in s of a steady clock.

    Attributes:
        up: every node is active. missing: else, which are not.
        tokens_at: when tokens for this instruction came last (None: never). intent: theirs.
        state_at: when the cerebellum spoke last. state: "disarmed" to "stopped"; cause: why.
        arm_refused: what the cerebellum said to the last request; "": nothing yet.
    """

    up: bool = False
    missing: str = ""
    tokens_at: float | None = None
    intent: Intent = Intent.ACT
    state_at: float = 0.0
    state: str = "disarmed"
    cause: str = ""
    arm_refused: str = ""


@dataclass
class Goal:
    """Call :meth:`look` often, with times in s.

    Args:
        begun: steady time at which it was given. limit: s of the graph's clock it may take, from
            its first tokens on. silence, refusal: the supervisor's parameters.

    Attributes:
        outcome, reason: once :meth:`look` says FINISH.
    """

    begun: float
    limit: float
    silence: float = 3.0
    refusal: float = 1.0
    outcome: Outcome | None = None
    reason: str = ""
    _moving: bool = False
    _asked: float = field(default=-1e9)
    _arming: float | None = None
    _began: float | None = None
    _intent: Intent = Intent.ACT
    _since: float = 0.0
    _up_at: float | None = None

    def finish(self, outcome: Outcome, reason: str) -> Step:
        """End it."""
        if self.outcome is None:
            self.outcome, self.reason = outcome, reason
        return Step.FINISH

    def seconds(self, clock: float) -> float:
        """S of the graph's clock since its first tokens."""
        return 0.0 if self._began is None else clock - self._began

    def look(self, now: float, clock: float, heard: Heard) -> Step:
        """What to do at steady time `now` and graph time `clock`."""
        if self.outcome is not None:
            return Step.FINISH
        if self._up_at is None:
            if not heard.up:
                late = now - self.begun > COMING_UP
                return self._fault(f"not up: {heard.missing}") if late else Step.WAIT
            self._up_at = now
        last_word = max(self._up_at, heard.tokens_at or 0.0)
        if now - last_word > self.silence:
            return self._fault("the brain says nothing")
        if now - max(self._up_at, heard.state_at) > self.silence:
            return self._fault("the cerebellum says nothing")
        if heard.tokens_at is None:
            return Step.WAIT
        if self._began is None:
            self._began = clock
        if heard.intent is not self._intent:
            self._intent, self._since = heard.intent, now
        stood = now - self._since
        if self._intent is Intent.REFUSE and stood >= self.refusal:
            return self.finish(Outcome.REFUSED, "the brain refuses")
        if self._intent is Intent.DONE and stood >= SURE and self._moving:
            return self.finish(Outcome.SUCCEEDED, "the brain says it is done")
        if clock - self._began > self.limit:
            return self.finish(Outcome.FAILED, "time limit")
        return self._move(now, heard)

    def _move(self, now: float, heard: Heard) -> Step:
        if self._moving:
            stopped = heard.state in ("stopped", "disarmed")
            return self._fault(f"{heard.state}: {heard.cause}") if stopped else Step.WAIT
        if heard.state == "armed":
            self._moving = True
            return Step.WAIT
        if self._intent is Intent.REFUSE:
            return Step.WAIT  # nothing to move for
        self._arming = now if self._arming is None else self._arming
        if now - self._arming > ARMING:
            why = heard.arm_refused or f"{heard.state}: {heard.cause}".removesuffix(": ")
            return self._fault(f"not armed: {why}")
        if now - self._asked < ARM_AGAIN:
            return Step.WAIT
        self._asked = now
        return Step.ARM

    def _fault(self, reason: str) -> Step:
        return self.finish(Outcome.FAULT, reason)
