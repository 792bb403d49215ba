"""What evaluation asks of a policy. One of your own needs `reset` and `act`, no more."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from body.geometry.motion import DT

Seen = TypeVar("Seen")
Action = TypeVar("Action")


@dataclass(frozen=True)
class Status:
    """What a policy says of itself; the default says nothing.

    Attributes:
        refuses: it declines the instruction, and says why in `reason`.
        joined: this step is the first of a plan's own: where two plans meet.
        token_age: s, of the action tokens in force (None: none are).
    """

    refuses: bool = False
    reason: str = ""
    joined: bool = False
    token_age: float | None = None


@dataclass
class Account:
    """What a policy keeps of an episode for the results.

    Attributes:
        brain_ms, controller_ms: wall time, ms, of each thought and each plan.
        tokens, thoughts: for people to read, by stamp (s).
        fault: why its brain has no answer at the end; "": it has.
    """

    brain_ms: list[float] = field(default_factory=list)
    controller_ms: list[float] = field(default_factory=list)
    tokens: list[dict[str, Any]] = field(default_factory=list)
    thoughts: list[dict[str, Any]] = field(default_factory=list)
    fault: str = ""


class Policy(ABC, Generic[Seen, Action]):
    """Called once every `period` seconds of simulated time, 50 ms where nothing else is said.

    On the tabletop `Seen` is an :class:`body.Observation`, `Action` an :class:`body.ActionChunk`.
    """

    period: float = DT

    @abstractmethod
    def reset(self, observation: Seen, instruction: str) -> None:
        """Begin an episode: the robot is at rest and this is its instruction."""

    @abstractmethod
    def act(self, observation: Seen) -> Action:
        """What to do from now on. A chunk's first joint targets are to be reached by the end of
        this step; it rules until the next one, and every command of it passes the limiter.
        """

    def cameras(self, now: int) -> tuple[str, ...]:
        """Whose pictures the :meth:`act` of time `now` (int64 ns) will look at."""
        return ("fixed", "wrist")

    def status(self, now: int) -> Status:
        """What it says of itself after :meth:`act`."""
        return Status()

    def account(self) -> Account:
        """What it keeps of the episode so far."""
        return Account()
