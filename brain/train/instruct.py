"""Stage 4: projector and language model on dialogues, over the frozen encoder.

Here the plateau is left: which object the words mean, where it is, what comes next, which codes.
"""

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

from brain.train.dialogue import Dialogues, Features
from brain.train.loop import Metrics, Schedule, fit


@dataclass(frozen=True)
class InstructStage:
    """Projector and language model on thought and action tokens."""

    schedule: Schedule = field(
        default_factory=lambda: Schedule(minutes=30, learning_rate=2e-3, validate_every=180)
    )


def train_instruct(
    dialogues: Dialogues, features: Features, stage: InstructStage, folder: Path
) -> Metrics:
    """Train projector and language model in place; the encoder stays frozen."""
    return fit_language_side(dialogues, features, stage.schedule, folder)


def fit_language_side(
    dialogues: Dialogues, features: Features, schedule: Schedule, folder: Path
) -> Metrics:
    """Train all but the encoder on `dialogues`; what the grounding stage does too."""
    torch.manual_seed(schedule.seed)
    model = dialogues.model.network.model
    for parameter in dialogues.model.network.parameters():
        parameter.requires_grad_(False)
    trained = nn.ModuleList([model.multi_modal_projector, model.language_model])
    for parameter in trained.parameters():
        parameter.requires_grad_(True)
    return fit(
        folder, trained, trained.parameters(),
        lambda rng: dialogues.step(features, rng), lambda: dialogues.figures(features),
        schedule,
    )  # fmt: skip
