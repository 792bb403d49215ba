"""What the agent asks of any brain: the shipped one, a LLaVA-shaped checkpoint, or a server."""

from typing import Protocol, runtime_checkable

from body import ActionTokens, ControllerReport, Observation


@runtime_checkable
class Backend(Protocol):
    """Looks at one observation and says what to do."""

    @property
    def codec_id(self) -> str:
        """Hash of the codec whose codes this brain speaks."""

    @property
    def standing_thought(self) -> str | None:
        """The thought the latest codes were made under; None before the first."""

    def reset(self) -> None:
        """Forget the standing thought: a new episode begins."""

    def think(
        self, observation: Observation, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        """Action tokens stamped with the observation's time.

        `report` is the controller's latest; the brain itself decides whether it calls for a new
        thought.
        """
