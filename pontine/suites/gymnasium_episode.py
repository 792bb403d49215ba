"""An episode of a Gymnasium environment, as :func:`pontine.rollout.rollout` plays it."""

import hashlib
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np


class GymnasiumEpisode:
    """A :class:`pontine.rollout.Environment`. What is seen and what is done are the environment's.

    Args:
        environment: it is played in. Its `info` tells `is_success`, as Gymnasium-Robotics has it.
        instruction: what is to be done, in words.
        seed: of the reset, which decides the episode. options: of the reset.
        step: s of simulated time that a step of the environment takes.

    Attributes:
        seen: the latest observation. steps: of the environment, so far.
    """

    def __init__(
        self, environment: gymnasium.Env[Any, Any], instruction: str, seed: int, step: float,
        options: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.environment, self.instruction = environment, instruction
        self._seed, self._step, self._options = seed, step, options

    @property
    def time(self) -> int:
        return round(self.steps * self._step * 1e9)

    @property
    def success(self) -> bool:
        return bool(self._info.get("is_success", False))

    @property
    def over(self) -> bool:
        return self._over

    @property
    def trajectory_hash(self) -> str:
        """Hash of everything seen so far."""
        return self._digest.hexdigest()[:16]

    def reset(self) -> Any:
        self._digest, self.steps, self._over = hashlib.sha256(), 0, False
        seen, self._info = self.environment.reset(seed=self._seed, options=self._options)
        return self._see(seen)

    def observe(self, cameras: tuple[str, ...]) -> Any:
        """The latest observation, whatever `cameras`: the environment draws what it draws."""
        return self.seen

    def step(self, action: Any, period: float, physics: Callable[[], None]) -> None:
        """Carry out `action` in every step of the `period`; `physics` follows each."""
        for _ in range(round(period / self._step)):
            if self._over:
                return
            seen, _, terminated, truncated, self._info = self.environment.step(action)
            self.steps, self._over = self.steps + 1, bool(terminated or truncated)
            self._see(seen)
            physics()

    def _see(self, seen: Any) -> Any:
        self.seen = seen
        parts = seen if isinstance(seen, dict) else {"": seen}
        for name in sorted(parts):
            self._digest.update(np.ascontiguousarray(parts[name]).tobytes())
        return seen
