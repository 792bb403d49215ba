"""How long a training takes, and how fast it learns meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Cycle = Callable[[float, float], float]
"""Share of the peak learning rate at (progress, warmup), both 0..1."""


def one_cycle(progress: float, warmup: float) -> float:
    """From 2 % up to the peak, then a cosine down to 1 %."""
    if progress < warmup:
        return max(progress / warmup, 0.02)
    angle = np.pi * (progress - warmup) / (1 - warmup)
    return 0.01 + 0.99 * 0.5 * (1 + float(np.cos(angle)))


def one_cycle_to_zero(progress: float, warmup: float) -> float:
    """From 4 % up to the peak, then a cosine down to nearly nothing."""
    if progress < warmup:
        return 0.04 + 0.96 * progress / warmup
    return float(1e-3 + 0.5 * (1 + np.cos(np.pi * min(1.0, (progress - warmup) / (1 - warmup)))))


@dataclass(frozen=True)
class Schedule:
    """How long and how fast something learns.

    `steps` makes a run repeatable to the bit; otherwise it fills `minutes` of wall time, counted
    across interruptions. With neither, nothing is learnt, and what there is is judged and kept.
    """

    minutes: float = 10.0
    """Wall-clock budget."""
    steps: int = 0
    """Number of steps instead of a time budget (0: use minutes)."""
    learning_rate: float = 2e-3
    """Peak of the one-cycle schedule."""
    warmup: float = 0.03
    """Share of the run spent rising to the peak."""
    weight_decay: float = 0.01
    clip: float = 1.0
    """Largest gradient norm."""
    seed: int = 0
    validate_every: float | None = 60.0
    """Seconds between validations, each of which also saves a checkpoint; None: by steps."""
    checkpoint_every: int = 0
    """Steps between checkpoints, each with a validation (0: by seconds alone)."""
    log_every: int = 50
    """Steps between rows of the curves."""
    workers: int = 0
    """Processes that draw the batches of steps to come (worth it beside a GPU)."""
    cycle: Cycle = one_cycle

    def progress(self, step: int, seconds: float) -> float:
        """Share of the run that is done, 0..1."""
        if self.steps:
            return min(1.0, step / self.steps)
        return min(1.0, seconds / (60 * self.minutes)) if self.minutes else 1.0

    def rate(self, progress: float) -> float:
        """Learning rate at `progress` (0..1)."""
        return self.learning_rate * self.cycle(progress, self.warmup)

    def due(self, step: int, seconds: float) -> bool:
        """Whether a checkpoint is: after `step`, `seconds` since the one before."""
        by_time = self.validate_every is not None and seconds > self.validate_every
        return by_time or bool(self.checkpoint_every and step % self.checkpoint_every == 0)

    def settings(self) -> dict[str, Any]:
        """What the weights depend on."""
        budget = {"steps": self.steps} if self.steps else {"minutes": self.minutes}
        names = ("learning_rate", "warmup", "weight_decay", "clip", "seed")
        return budget | {name: getattr(self, name) for name in names}
