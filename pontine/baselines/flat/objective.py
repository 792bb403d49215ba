"""The flat baseline's losses, as an objective of the training loop."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from learning.device import autocast
from learning.objective import Metrics, Step
from pontine.baselines.flat.config import FlatTraining
from pontine.baselines.flat.dataset import Batch, FlatData
from pontine.baselines.flat.loss import losses
from pontine.baselines.flat.network import FlatNetwork
from pontine.baselines.flat.validate import validate


@dataclass(frozen=True)
class FlatObjective:
    """Attributes:
    network: it is trained in place. learn, check: what it learns from, and is judged by.
    """

    config: FlatTraining
    network: FlatNetwork
    learn: FlatData
    check: FlatData

    def batch(self, number: int) -> Batch:
        """The batch of a step."""
        return self.learn.batch(np.random.default_rng((self.config.seed, 0, number)))

    def loss(self, batch: Batch, step: Step) -> tuple[Tensor, Metrics]:
        """The loss and its parts; late enough in the run the eyes learn, too."""
        config, network = self.config, self.network
        seeing = step.share >= config.unfreeze
        # weights without gradient, as those of frozen eyes, are passed over
        network.encoder.requires_grad_(seeing)
        network.encoder.eval()  # batch norm keeps the statistics of all pictures
        rng = np.random.default_rng((config.seed, 1, step.number))
        on = next(network.parameters()).device
        batch = {name: value.to(on) for name, value in batch.items()}
        with autocast(on, config.bf16):
            with torch.set_grad_enabled(seeing):
                image = network.look(batch["pixels"])
            parts = losses(network, batch, image, rng)
        return parts.total, parts.figures

    def validate(self, network: FlatNetwork, last: bool) -> Metrics:
        """Figures on held-out pictures, four times as many at the end."""
        return validate(network, self.check, times=4 if last else 1)


def binding(network: FlatNetwork) -> Iterable[nn.Parameter]:
    """The matrices between words and what is seen, which Muon steps."""
    grounding = network.grounding
    tables = {id(grounding.table.weight), id(grounding.place)}
    return [p for p in grounding.parameters() if p.ndim == 2 and id(p) not in tables]
