"""The one loop over an episode in simulated time: an environment, a policy, and who looks on.

After openpi's runtime, which couples an environment, an agent and subscribers. Here time is
simulated, so one seed gives the same episode to the bit, whoever looks on.
"""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

Seen = TypeVar("Seen")
Action = TypeVar("Action")
SeenOut = TypeVar("SeenOut", covariant=True)
SeenIn = TypeVar("SeenIn", contravariant=True)
ActionOut = TypeVar("ActionOut", covariant=True)
ActionIn = TypeVar("ActionIn", contravariant=True)


class Environment(Protocol[SeenOut, ActionIn]):
    """One episode that can be played: a scene, a sentence, and what moves in it."""

    @property
    def instruction(self) -> str:
        """What is to be done, in words."""

    @property
    def time(self) -> int:
        """ns of simulated time since :meth:`reset`."""

    @property
    def success(self) -> bool:
        """The goal was found reached after the last step."""

    @property
    def over(self) -> bool:
        """Its time is up: there are no more steps."""

    @property
    def trajectory_hash(self) -> str:
        """Hash of the state after every step so far."""

    def reset(self) -> SeenOut:
        """Begin the episode, the same each time; what is seen first."""

    def observe(self, cameras: tuple[str, ...]) -> SeenOut:
        """What is sensed now, with pictures of `cameras`."""

    def step(self, action: ActionIn, period: float, physics: Callable[[], None]) -> None:
        """Carry out `action` for `period` s.

        Args:
            physics: called after every step of the physics, where those can be seen.
        """


class Actor(Protocol[SeenIn, ActionOut]):
    """What the loop asks of a policy.

    Attributes:
        period: s of simulated time between two actions.
    """

    period: float

    def reset(self, observation: SeenIn, instruction: str, /) -> None:
        """Begin an episode."""

    def cameras(self, now: int, /) -> tuple[str, ...]:
        """Whose pictures the :meth:`act` of time `now` (ns) will look at."""

    def act(self, observation: SeenIn, /) -> ActionOut:
        """What to do from now on."""


class Watcher(Generic[Seen, Action]):
    """Looks on while an episode is played, and changes what it overrides: nothing, by default.

    Several are called in the order given. Each gets at its making whatever it is to look at.
    """

    def begin(self) -> None:
        """The environment has been reset, the policy not yet."""

    def cameras(self, now: int) -> tuple[str, ...]:
        """Whose pictures it needs at `now` (ns), beside those that the policy looks at."""
        return ()

    def seen(self, observation: Seen, looks: tuple[str, ...]) -> None:
        """Before the policy acts on `observation`; it asked for the pictures of `looks`."""

    def acted(self, observation: Seen, action: Action) -> None:
        """The policy has acted, nothing has moved yet."""

    def physics(self) -> None:
        """After every step of the physics."""

    def stepped(self) -> bool:
        """After every step of the policy; True: the episode ends here."""
        return False


def rollout(
    environment: Environment[Seen, Action],
    policy: Actor[Seen, Action],
    watchers: Sequence[Watcher[Seen, Action]] = (),
) -> None:
    """Play one episode until the environment is over or a watcher ends it."""

    def physics() -> None:
        for watcher in watchers:
            watcher.physics()

    first = environment.reset()
    for watcher in watchers:
        watcher.begin()
    policy.reset(first, environment.instruction)
    ended = False
    while not (ended or environment.over):
        looks, now = policy.cameras(environment.time), environment.time
        others = (name for watcher in watchers for name in watcher.cameras(now))
        seen = environment.observe(tuple(dict.fromkeys((*others, *looks))))
        for watcher in watchers:
            watcher.seen(seen, looks)
        action = policy.act(seen)
        for watcher in watchers:
            watcher.acted(seen, action)
        environment.step(action, policy.period, physics)
        for watcher in watchers:
            ended |= watcher.stepped()
