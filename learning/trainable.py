"""What an algorithm of reinforcement or preference learning may know of a policy."""

from typing import Protocol, TypeVar

import numpy as np
from torch import Tensor

Batch = TypeVar("Batch", contravariant=True)
Actions = TypeVar("Actions")


class Trainable(Protocol[Batch, Actions]):
    """A policy whose actions have a probability.

    A language model's actions are tokens of thought and code; a controller's are chunks.
    """

    def sample(self, batch: Batch, rng: np.random.Generator) -> tuple[Actions, Tensor]:
        """Actions for a batch of B observations, and the logarithm (B,) of their probability (or
        its density, where actions are continuous)."""

    def log_prob(self, batch: Batch, actions: Actions) -> Tensor:
        """Logarithm (B,) of the probability of `actions`, with a gradient."""
