"""What drives Meta-World's arm. One of your own needs `act`, no more."""

from abc import abstractmethod
from typing import Any

from body import BodyError
from body.contract.arrays import Array, finite_array
from pontine.policies.policy import Policy
from pontine.policies.watched import PolicyError
from sim.suites.metaworld import Look
from sim.suites.metaworld.environment import CAMERA
from sim.suites.metaworld.expert import Expert
from sim.suites.metaworld.protocol import STEPS_A_SECOND


class MetaWorldPolicy(Policy[Look, Array]):
    """Made once, without arguments; asked at every step of 12.5 ms."""

    period = 1 / STEPS_A_SECOND

    @property
    def looks(self) -> bool:
        """The next :meth:`act` needs a picture; one that is not needed is not drawn."""
        return True

    def cameras(self, now: int) -> tuple[str, ...]:
        """The simulator's own camera, where the policy looks."""
        return (CAMERA,) if self.looks else ()

    def reset(self, look: Look, instruction: str) -> None:
        """Begin an episode: what is to be done, in words."""
        return

    @abstractmethod
    def act(self, look: Look) -> Array:
        """(4,) what to do: x, y, z in 10 mm and the gripper's effort (1 closes), within -1 to 1.

        Args:
            look: `picture` (None where :attr:`looks` was False) and `state`; the rest is not shown
                to policies.
        """


class ScriptedPolicy(MetaWorldPolicy):
    """Meta-World's own expert, which is shown everything."""

    looks = False  # type: ignore[assignment]

    def __init__(self, task: str) -> None:
        self._expert = Expert(task)

    def act(self, look: Look) -> Array:
        return self._expert.aim(look.full).action


class WatchedMetaWorldPolicy(MetaWorldPolicy):
    """A policy of someone else's, whose answers are looked at before anything acts upon them.

    Raises:
        PolicyError: from `act`: it answers no action.
    """

    def __init__(self, policy: MetaWorldPolicy) -> None:
        self._policy = policy

    @property
    def looks(self) -> bool:
        return self._policy.looks

    def reset(self, look: Look, instruction: str) -> None:
        self._policy.reset(look, instruction)

    def act(self, look: Look) -> Array:
        action: Any = self._policy.act(look)
        try:
            return finite_array("action", action, (4,))
        except (BodyError, TypeError, ValueError) as error:
            raise PolicyError(
                f"{type(self._policy).__name__}.act answers no action of 4 finite numbers: {error} "
                "(docs/policies.md)"
            ) from error
