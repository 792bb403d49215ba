"""Stage 5: everything unfrozen at a low rate, pictures seen fresh and augmented."""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from brain.train.dialogue import Dialogues
from brain.train.features import fresh_features
from brain.train.fitting import fit_stage
from brain.train.packing import Packed
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule


@dataclass(frozen=True)
class JointStage:
    """All parameters; the rate is low because the parts already work."""

    schedule: Schedule = field(default_factory=lambda: Schedule(minutes=10, learning_rate=3e-4))


def train_joint(
    dialogues: Dialogues, pictures: NDArray[np.uint8], stage: JointStage, run: Run
) -> Metrics:
    """Train the whole network in place."""
    torch.manual_seed(stage.schedule.seed)
    network = dialogues.model.network
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    encoder = network.model.vision_tower
    features = fresh_features(encoder, pictures)

    def loss(batch: Packed, rng: np.random.Generator) -> tuple[Tensor, Metrics]:
        encoder.eval()  # batch norm keeps the statistics of all pictures: a step has too few
        return dialogues.step(features, batch, rng)

    return fit_stage(
        run, stage, network, network.parameters(), dialogues.draw, loss,
        lambda: dialogues.figures(features),
    )  # fmt: skip
