"""Stage 1: the encoder alone, on dense labels that the simulator knows for every cell."""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from brain.train.augment import augment
from brain.train.fitting import fit_stage
from brain.train.labels import Pictures
from brain.vision_encoder import ConvVisionModel, normalise
from learning.device import autocast
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule


@dataclass(frozen=True)
class VisionStage:
    """Encoder alone: what, which colour, where, how turned, per cell."""

    schedule: Schedule = field(default_factory=lambda: Schedule(minutes=10, learning_rate=1e-2))
    batch: int = 32
    """Pictures a step."""
    validation: int = 1024
    """Held-out pictures at most."""


def train_vision(
    encoder: ConvVisionModel, images: Pictures, stage: VisionStage, run: Run
) -> Metrics:
    """Train `encoder` in place; returns accuracy and localisation error on held-out pictures."""
    torch.manual_seed(stage.schedule.seed)
    labels, on = images.labels, encoder.device
    heads = labels.heads(encoder.config.channels).to(on)
    module = nn.ModuleDict({"encoder": encoder, "heads": heads})
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    learn, check = np.flatnonzero(~images.held_out), np.flatnonzero(images.held_out)
    check = check[:: max(1, len(check) // stage.validation)]

    def forward(pixels: Tensor) -> dict[str, Tensor]:
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with autocast(on):
            features = encoder.cells(pixels)
        return module["heads"](features.float())

    def draw(rng: np.random.Generator) -> NDArray[np.int64]:
        return np.sort(rng.choice(learn, min(stage.batch, len(learn)), replace=False))

    def loss(rows: NDArray[np.int64], rng: np.random.Generator) -> tuple[Tensor, Metrics]:
        out = forward(augment(images.fixed[rows], rng, on))
        return labels.loss(out, rows)

    def validate() -> Metrics:
        figures = []
        for rows in np.array_split(check, max(1, len(check) // 64)):
            out = forward(normalise(torch.from_numpy(images.fixed[rows]).to(on)))
            figures.append(labels.figures(out, rows))
        # a batch may have nothing to judge something by
        finite = {k: [f[k] for f in figures if np.isfinite(f[k])] for k in figures[0]}
        return {k: float(np.mean(v)) for k, v in finite.items() if v}

    for parameter in encoder.parameters():
        parameter.requires_grad_(True)
    figures = fit_stage(run, stage, module, module.parameters(), draw, loss, validate)
    encoder.to(memory_format=torch.contiguous_format)  # type: ignore[call-arg]
    return figures
