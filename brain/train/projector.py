"""Stage 3: the projector alone, so that image tokens look like words to a frozen language model.

What each image token shall be is told by :mod:`brain.train.token_targets`.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from brain.train.dialogue import Features
from brain.train.fitting import fit_stage
from brain.train.labels import Pictures
from brain.vision_language_model import VisionLanguageModel
from learning.device import autocast
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule


@dataclass(frozen=True)
class ProjectorStage:
    """Projector alone; encoder and language model stay as they are."""

    schedule: Schedule = field(
        default_factory=lambda: Schedule(minutes=1, learning_rate=2e-3, validate_every=30)
    )
    pictures: int = 64
    """Pictures a step."""


def train_projector(
    model: VisionLanguageModel, images: Pictures, features: Features, stage: ProjectorStage,
    run: Run,
) -> Metrics:  # fmt: skip
    """Train the projector in place; no other parameter moves."""
    torch.manual_seed(stage.schedule.seed)
    projector = model.network.model.multi_modal_projector
    for parameter in model.network.parameters():
        parameter.requires_grad_(False)
    for parameter in projector.parameters():
        parameter.requires_grad_(True)
    embeddings = model.network.lm_head.weight.detach()  # tied to the input's
    side = int(model.image_tokens**0.5)
    learn, check = np.flatnonzero(~images.held_out), np.flatnonzero(images.held_out)[:512]
    unit = embeddings.pow(2).mean() * 4

    def error(rows: NDArray[np.int64], rng: np.random.Generator | None = None) -> Tensor:
        """Squared error where an object is, plus that elsewhere, relative to the embeddings."""
        wanted, here = images.labels.token_targets(rows, embeddings, model.vocabulary, side)
        with autocast(embeddings.device):
            tokens = projector(features(rows, rng))
        off = (tokens.float() - wanted).pow(2).mean(-1) / unit
        return off[here].sum() / here.sum().clamp(min=1) + off[~here].mean()

    def draw(rng: np.random.Generator) -> NDArray[np.int64]:
        return np.sort(rng.choice(learn, min(stage.pictures, len(learn)), False))

    def loss(rows: NDArray[np.int64], rng: np.random.Generator) -> tuple[Tensor, Metrics]:
        return error(rows, rng), {}

    return fit_stage(
        run, stage, projector, projector.parameters(), draw, loss,
        lambda: {"loss": error(check if len(check) else learn[:64]).item()},
    )  # fmt: skip
