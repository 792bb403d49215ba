"""The agent: a brain and a cerebellum coupled at two rates, in deterministic simulated time.

The brain sees a frame at stamp t and its tokens arrive at t + latency; meanwhile the cerebellum
acts on the latest ones. Orders pass through the mailbox, so their age and TTL rule what the
cerebellum may do with them. On a robot the same calls are made in wall time.
"""

import time
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from body import ActionChunk, ActionTokens, ControllerReport, Intent, Observation, Waypoint
from body.contract.mailbox import Freshness, Letter, Mailbox
from brain.backend import Thinker
from brain.ticking import Ticking
from cerebellum.state import CommandState
from pontine.policies.policy import Account, Policy, Status


class Stamped(Protocol):
    """What is seen, and when."""

    @property
    def stamp(self) -> int:
        """ns of the clock that tokens are stamped by."""


Seen = TypeVar("Seen", bound=Stamped)
Action = TypeVar("Action")
SeenIn = TypeVar("SeenIn", contravariant=True)
ActionOut = TypeVar("ActionOut", covariant=True)


class TokenFollower(Protocol[SeenIn, ActionOut]):
    """Anything that turns tokens into actions, one every `period` s."""

    @property
    def codec_id(self) -> str: ...

    def reset(self, observation: SeenIn) -> None: ...

    def due(self, tokens: ActionTokens | None, state: Freshness = Freshness.FRESH) -> bool: ...

    def step(
        self,
        observation: SeenIn,
        tokens: ActionTokens | None,
        age: float,
        state: Freshness = Freshness.FRESH,
    ) -> ActionOut: ...

    @property
    def report(self) -> ControllerReport: ...

    @property
    def joined(self) -> bool: ...

    @property
    def period(self) -> float: ...


Follower = TypeVar("Follower", bound=TokenFollower[Any, Any])


class Mover(TokenFollower[Observation, ActionChunk], Protocol):
    """One that moves an arm by chunks: the cerebellum, or plain playback of the codes."""

    @property
    def command(self) -> CommandState: ...

    def divide(self, parts: float) -> None: ...

    @property
    def waypoint(self) -> Waypoint | None: ...


@dataclass(frozen=True)
class AgentConfig:
    """Rates of the brain in simulated time, and whose pictures are looked at.

    Attributes:
        brain_hz: frames thought about per second.
        latency: s from a frame to the arrival of its tokens.
        expires: False switches the mailbox's TTL rule off (ablations only).
        brain_cameras: drawn for each thought. mover_cameras: for each plan.
    """

    brain_hz: float = 4.0
    latency: float = 0.15
    expires: bool = True
    brain_cameras: tuple[str, ...] = ("fixed",)
    mover_cameras: tuple[str, ...] = ("wrist",)


@dataclass
class AgentLog:
    """What happened so far: tokens as they were delivered, wall milliseconds, refused orders."""

    tokens: list[ActionTokens] = field(default_factory=list)
    brain_ms: list[float] = field(default_factory=list)
    controller_ms: list[float] = field(default_factory=list)


class Agent(Policy[Seen, Action], Generic[Seen, Action, Follower]):
    """Call :meth:`act` once a `period`; it thinks, delivers and moves when due.

    Attributes:
        cut_off: while True, what the brain says is lost on the way (a fault to test).
        log: what happened in this episode.
    """

    def __init__(
        self,
        brain: Thinker[Seen],
        mover: Follower,
        config: AgentConfig | None = None,
    ) -> None:
        self.brain = brain
        self.mover = mover
        self.period = mover.period
        self.config = config or AgentConfig()
        self.instruction = ""
        self.mailbox = Mailbox(mover.codec_id, self.config.expires)
        self.log = AgentLog()
        self.cut_off = False
        self._in_flight: list[tuple[int, ActionTokens]] = []
        self._ticking = Ticking(brain, self.config.brain_hz)

    def reset(self, observation: Seen, instruction: str) -> None:
        """Begin an episode: nothing is in flight and the mailbox is empty."""
        self.instruction = instruction
        self._ticking = Ticking(self.brain, self.config.brain_hz)
        self._ticking.begin(observation.stamp)
        self.mover.reset(observation)
        self.mailbox = Mailbox(self.mover.codec_id, self.config.expires)
        self.log = AgentLog()
        self.cut_off = False
        self._in_flight = []

    def cameras(self, now: int) -> tuple[str, ...]:
        """Whose pictures :meth:`act` will look at in the observation of time `now` (ns)."""
        self._deliver(now)
        letter = self.letter(now)
        thinks = self._ticking.due(now)
        # tokens without latency are a new order in this very step
        moves = self.mover.due(letter.tokens, letter.freshness) or (
            thinks and self.config.latency <= 0
        )
        config = self.config
        return (config.mover_cameras if moves else ()) + (config.brain_cameras if thinks else ())

    def act(self, observation: Seen) -> Action:
        """One policy step; the observation holds the pictures of :meth:`cameras`."""
        now = observation.stamp
        if self._ticking.due(now):
            start = time.perf_counter()
            tokens = self._ticking.look(now, observation, self.instruction, self.mover.report)
            self.log.brain_ms.append((time.perf_counter() - start) * 1e3)
            if tokens is not None:
                self._in_flight.append((now + round(self.config.latency * 1e9), tokens))
        self._deliver(now)
        letter = self.letter(now)
        start = time.perf_counter()
        action = self.mover.step(observation, letter.tokens, letter.age, letter.freshness)
        if getattr(self.mover, "replanned", False):
            self.log.controller_ms.append((time.perf_counter() - start) * 1e3)
        return action

    def status(self, now: int) -> Status:
        """Whether it refuses, and how old the orders in force are."""
        letter = self.letter(now)
        tokens = letter.tokens
        age = letter.age if tokens is not None and not tokens.is_null else None
        refuses = tokens is not None and tokens.intent is Intent.REFUSE
        reason = (tokens.thought or "refused") if tokens is not None and refuses else ""
        return Status(refuses, reason, self.mover.joined, age)

    def account(self) -> Account:
        """Its wall times, its tokens as they were delivered, and each new thought."""
        account = Account(self.log.brain_ms, self.log.controller_ms, fault=self._ticking.fault)
        last = None
        for tokens in self.log.tokens:
            stamp = round(tokens.stamp * 1e-9, 3)
            account.tokens.append({"stamp": stamp, "codes": list(tokens.codes)})
            if tokens.thought is not None and tokens.thought != last:
                account.thoughts.append({"stamp": stamp, "thought": tokens.thought})
                last = tokens.thought
        return account

    def _deliver(self, now: int) -> None:
        for entry in [entry for entry in self._in_flight if entry[0] <= now]:
            self._in_flight.remove(entry)
            if not self.cut_off:
                self.mailbox.put(entry[1])
                self.log.tokens.append(entry[1])

    def letter(self, now: int) -> Letter:
        """The latest tokens, their age and what that age permits."""
        return self.mailbox.get(now)
