"""What the agent asks of any brain: the shipped one, a published checkpoint, or a server."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from body import ActionTokens, ControllerReport, Observation


@runtime_checkable
class Backend(Protocol):
    """Looks at one observation and says what to do."""

    @property
    def codec_id(self) -> str:
        """Hash of the codec whose codes this brain speaks."""

    def reset(self) -> None:
        """Forget the standing thought: a new episode begins."""

    def think(
        self, observation: Observation, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        """Action tokens stamped with the observation's time.

        `report` is the controller's latest; the brain itself decides whether it calls for a new
        thought.

        Raises:
            brain.errors.BrainError: it has no answer to this look; the next may have one.
        """


@dataclass(frozen=True)
class Codes:
    """What a brain must know of the codec it speaks.

    Attributes:
        codec_id: hash of the codec's file. sizes: how many codes each position permits.
    """

    codec_id: str
    sizes: tuple[int, ...]
