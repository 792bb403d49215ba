"""Filming an episode: the composer of `pontine.film.frame` fed from a running episode."""

from pathlib import Path

from body import ActionChunk, Observation
from pontine.agent.agent import Agent
from pontine.evaluation.result import Result
from pontine.film.frame import RunVideo
from pontine.policies import Policy
from pontine.rollout import Watcher
from pontine.suites.tabletop.environment import Tabletop

CODE_NAMES = ("x", "y", "z", "yaw", "gripper", "time to go")
VIEW = 464  # pixels of the fixed camera's view in a frame


class Film(Watcher[Observation, ActionChunk]):
    """A context that writes one frame per 50 ms to `path`."""

    def __init__(self, path: Path, environment: Tabletop, policy: Policy) -> None:
        self._environment, self._policy = environment, policy
        self._video = RunVideo(path, code_names=CODE_NAMES)
        self._filmed = 0

    def __enter__(self) -> "Film":
        return self

    def __exit__(self, *_: object) -> None:
        self._video.close("stopped")

    def stepped(self) -> bool:
        """Compose a frame, unless this step of 50 ms has one: a policy's may be shorter."""
        environment, policy = self._environment, self._policy
        if environment.steps == self._filmed:
            return False
        self._filmed = environment.steps
        world = environment.world
        letter = policy.letter(world.time) if isinstance(policy, Agent) else None
        tokens = letter.tokens if letter is not None else None
        self._video.add(
            {"fixed": world.render("fixed", VIEW), "wrist": world.render("wrist")},
            environment.instruction,
            tokens.thought if tokens else None,
            tokens.codes if tokens else (),
            letter.age if letter is not None and tokens else None,
            tokens.ttl if tokens else 1.0,
            policy.mover.report.status if isinstance(policy, Agent) else "no tokens",
            environment.commanded,
            world.observation().joint_position,
            world.time * 1e-9,
            letter.freshness if letter is not None else "",
        )
        return False

    def close(self, result: Result) -> None:
        """Lay the outcome over the last frame and finish the file."""
        if result.success:
            self._video.close(f"success after {result.steps * 0.05:.1f} s")
        elif result.refused:
            self._video.close("refused")
        else:
            self._video.close(f"failed: {result.reason}")
