"""What drives Meta-World's arm. One of your own needs `act`, no more."""

from abc import ABC, abstractmethod

from body.arrays import Array
from sim.suites.metaworld import Look
from sim.suites.metaworld.expert import Expert


class MetaWorldPolicy(ABC):
    """Made once, without arguments; asked at every step of 12.5 ms."""

    @property
    def looks(self) -> bool:
        """The next :meth:`act` needs a picture; one that is not needed is not drawn."""
        return True

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
