"""Weights averaged over the steps, which are steadier than those of any one."""

import copy
from typing import Generic, TypeVar

import torch
from torch import nn

Network = TypeVar("Network", bound=nn.Module)


class Averages(Generic[Network]):
    """An exponential moving average of a network's parameters.

    Buffers stay as they are at the beginning.

    Args:
        network: whose weights, as they are now, it begins with.
        decay: of the average, 0..1. Early on it is smaller, so that the first weights, which know
            nothing, are soon forgotten.

    Attributes:
        network: a copy with the averaged weights.
    """

    def __init__(self, network: Network, decay: float) -> None:
        self.network = copy.deepcopy(network).requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Take in the weights of `network` after step number `step` (from 0)."""
        decay = min(self.decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(
            list(self.network.parameters()), list(network.parameters()), 1.0 - decay
        )
