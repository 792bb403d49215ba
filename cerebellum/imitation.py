"""Flow matching on recorded chunks, as an objective of the training loop."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from cerebellum import flow
from cerebellum.dataset import Batch
from cerebellum.network import Controller
from learning.averages import Averages
from learning.device import autocast
from learning.loop import Fitted, fit
from learning.objective import Metrics, Step
from learning.optimiser import Optimiser
from learning.run import Run
from learning.schedule import Schedule


class Batches(Protocol):
    """What draws batches by their number."""

    def batch(self, number: int, size: int) -> Batch: ...


Judge = Callable[[Controller, bool], Metrics]
"""Figures of a controller on held-out data; True: at the end of the run."""


@dataclass(frozen=True)
class Imitation:
    """Attributes:
    model: it is trained in place; of its averaged weights `judge` tells the figures.
    data: draws batches. size: samples a batch.
    on: where it computes.
    seed: of noise and times. bf16: autocast to bfloat16.
    """

    model: Controller
    data: Batches
    judge: Judge
    size: int
    on: torch.device
    seed: int = 0
    bf16: bool = True

    def batch(self, number: int) -> Batch:
        """The batch of a step."""
        return self.data.batch(number, self.size)

    def loss(self, batch: Batch, step: Step) -> tuple[Tensor, Metrics]:
        """The loss, its parts, and how far the gates are open."""
        generator = torch.Generator().manual_seed(1_000_003 * self.seed + step.number)
        batch = {name: value.to(self.on) for name, value in batch.items()}
        with autocast(self.on, self.bf16):
            parts = flow.losses(self.model, batch, generator)
        gates = zip(("gate_proprio", "gate_camera", "gate_force"), parts["gates"].tolist(),
                    strict=True)  # fmt: skip
        names = ("flow", "place", "correction")
        return parts["total"], {**{name: parts[name].item() for name in names}, **dict(gates)}

    def validate(self, network: Controller, last: bool) -> Metrics:
        """What the judge says."""
        return self.judge(network, last)


def fit_controller(
    run: Run, imitation: Imitation, schedule: Schedule, ema: float
) -> tuple[Controller, Fitted]:
    """Train, and return the controller with averaged weights, on the CPU.

    Args:
        ema: decay of the average.
    """
    model = imitation.model.to(imitation.on)
    averages = Averages(model, ema)
    model.encoder.camera.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = Optimiser(
        model.parameters(), schedule.learning_rate, schedule.weight_decay, fused=True
    )
    own = {"batch": imitation.size, "ema": ema, "bf16": imitation.bf16, "network": model.config}
    fitted = fit(run.depends_on(**own), model, imitation, optimiser, schedule, averages)
    return averages.network.cpu(), fitted
