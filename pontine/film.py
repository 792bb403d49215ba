"""Filming an episode: the composer of `pontine.video` fed from a running episode."""

from pathlib import Path
from typing import TYPE_CHECKING

from pontine.agent import Agent
from pontine.policies import Policy
from pontine.video import RunVideo
from sim.worlds import World

if TYPE_CHECKING:
    from pontine.evaluation.result import Result
    from pontine.plant import Plant

CODE_NAMES = ("x", "y", "z", "yaw", "gripper", "time to go")
VIEW = 464  # pixels of the fixed camera's view in a frame


class Film:
    """A context that writes one frame per policy step to `path`."""

    def __init__(self, path: Path, instruction: str) -> None:
        self._video = RunVideo(path, code_names=CODE_NAMES)
        self._instruction = instruction
        self._filmed = 0

    def __enter__(self) -> "Film":
        return self

    def __exit__(self, *_: object) -> None:
        self._video.close("stopped")

    def add(self, world: World, plant: "Plant", policy: Policy, step: int) -> None:
        """Compose the frame of policy step `step`; a second one of the same step is left out."""
        if step == self._filmed:
            return
        self._filmed = step
        letter = policy.letter(world.time) if isinstance(policy, Agent) else None
        tokens = letter.tokens if letter is not None else None
        self._video.add(
            {"fixed": world.render("fixed", VIEW), "wrist": world.render("wrist")},
            self._instruction,
            tokens.thought if tokens else None,
            tokens.codes if tokens else (),
            letter.age if letter is not None and tokens else None,
            tokens.ttl if tokens else 1.0,
            policy.mover.report.status if isinstance(policy, Agent) else "no tokens",
            plant.commanded,
            world.observation().joint_position,
            world.time * 1e-9,
            letter.freshness if letter is not None else "",
        )

    def close(self, result: "Result") -> None:
        """Lay the outcome over the last frame and finish the file."""
        if result.success:
            self._video.close(f"success after {result.steps * 0.05:.1f} s")
        elif result.refused:
            self._video.close("refused")
        else:
            self._video.close(f"failed: {result.reason}")
