"""What the agent asks of any brain: the shipped one, a published checkpoint, or a server."""

from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from body import ActionTokens, ControllerReport, Observation

SeenIn = TypeVar("SeenIn", contravariant=True)


class Thinker(Protocol[SeenIn]):
    """Looks at what there is to be seen, and says what to do: a brain, the oracle, an ablation."""

    @property
    def codec_id(self) -> str:
        """Hash of the codec whose codes this brain speaks."""

    def reset(self) -> None:
        """Forget the standing thought: a new episode begins."""

    def think(
        self, observation: SeenIn, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        """Action tokens stamped with the observation's time.

        `report` is the controller's latest; the brain itself decides whether it calls for a new
        thought.

        Raises:
            brain.errors.BrainError: it has no answer to this look; the next may have one.
        """


@runtime_checkable
class Backend(Thinker[Observation], Protocol):
    """A brain that looks at observations of the contract."""


@dataclass(frozen=True)
class Codes:
    """What a brain must know of the codec it speaks.

    Attributes:
        codec_id: hash of the codec's file. sizes: how many codes each position permits.
    """

    codec_id: str
    sizes: tuple[int, ...]
