"""Stage 3: the projector alone, so that image tokens look like words to a frozen language model."""

from dataclasses import dataclass, field
from pathlib import Path

import torch

from brain.train.dialogue import Dialogues, Features
from brain.train.loop import Metrics, Schedule, fit


@dataclass(frozen=True)
class ProjectorStage:
    """Projector alone on cached features; encoder and language model stay as they are."""

    schedule: Schedule = field(
        default_factory=lambda: Schedule(minutes=1, learning_rate=2e-3, validate_every=30)
    )


def train_projector(
    dialogues: Dialogues, features: Features, stage: ProjectorStage, folder: Path
) -> Metrics:
    """Train the projector in place; no other parameter moves."""
    torch.manual_seed(stage.schedule.seed)
    network = dialogues.model.network
    projector = network.model.multi_modal_projector
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for parameter in projector.parameters():
        parameter.requires_grad_(True)
    return fit(
        folder, projector, projector.parameters(),
        lambda rng: dialogues.step(features, rng), lambda: dialogues.figures(features),
        stage.schedule,
    )  # fmt: skip
