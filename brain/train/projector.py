"""Stage 3: the projector alone, so that image tokens look like words to a frozen language model.

An image token with an object is drawn towards the sum of the embeddings of its words: colour, kind
and place. The place's second token is rolled by half the width, so that x and y keep apart. With
tied embeddings, looking at the right image token is then already half of naming it. A token without
object is drawn to one vector of the same length, never to zero: the language model normalises what
it reads, and would blow the rest of a hundred near-zero tokens up to as many loud distractors.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from brain.prompts import X_RANGE, Y_RANGE
from brain.tokenizer import Vocabulary
from brain.train.dialogue import Features
from brain.train.images import Images
from brain.train.loop import Metrics, Schedule, fit
from brain.train.names import COLOURS, KINDS
from brain.vision_language_model import VisionLanguageModel

REACH = 0.09  # of the picture's side, from an image token's middle to the object it speaks of


@dataclass(frozen=True)
class ProjectorStage:
    """Projector alone; encoder and language model stay as they are."""

    schedule: Schedule = field(
        default_factory=lambda: Schedule(minutes=1, learning_rate=2e-3, validate_every=30)
    )
    pictures: int = 64
    """Pictures a step."""


def token_targets(
    objects: NDArray[np.float32], embeddings: Tensor, vocabulary: Vocabulary, side: int, size: int
) -> tuple[Tensor, Tensor]:
    """(B, side^2, D) what each image token shall be, and (B, side^2) bool: it has an object.

    Args:
        objects: `scene.objects` (B, 6, 10); side: tokens along an edge; size: pixels of an edge.
    """
    middle = (np.arange(side) + 0.5) * size / side
    du = objects[:, None, None, :, 7] - middle[None, None, :, None]
    dv = objects[:, None, None, :, 8] - middle[None, :, None, None]
    distance = np.hypot(du, dv) + np.where(objects[..., 0] < 0, 1e6, 0)[:, None, None, :]
    nearest = distance.argmin(-1).reshape(len(objects), -1)
    own = torch.from_numpy(objects[np.arange(len(objects))[:, None], nearest])
    near = torch.from_numpy(distance.min(-1).reshape(len(objects), -1) < REACH * size)
    words = {w: int(vocabulary.encode(w)[0]) for w in (*KINDS, *COLOURS)}
    kinds = embeddings[[words[w] for w in KINDS]][own[..., 0].long().clamp(0)]
    colours = embeddings[[words[w] for w in COLOURS]][own[..., 1].long().clamp(0)]
    places = embeddings[vocabulary.locations]
    x, y = (_between(places, own[..., 2 + k], *r) for k, r in enumerate((X_RANGE, Y_RANGE)))
    total = kinds + colours + x + y.roll(y.shape[-1] // 2, -1)
    nothing = embeddings[vocabulary.image]
    nothing = nothing / nothing.norm() * total.norm(dim=-1).mean()
    return torch.where(near[..., None], total, nothing), near


def _between(table: Tensor, value: Tensor, low: float, high: float) -> Tensor:
    """Embedding of a value: linear between the embeddings of the two nearest bins."""
    place = ((value - low) / (high - low) * len(table) - 0.5).clamp(0, len(table) - 1.001)
    first = place.long()
    part = (place - first)[..., None]
    return table[first] * (1 - part) + table[first + 1] * part


def train_projector(
    model: VisionLanguageModel, images: Images, features: Features, stage: ProjectorStage,
    folder: Path,
) -> Metrics:  # fmt: skip
    """Train the projector in place; no other parameter moves."""
    torch.manual_seed(stage.schedule.seed)
    projector = model.network.model.multi_modal_projector
    for parameter in model.network.parameters():
        parameter.requires_grad_(False)
    for parameter in projector.parameters():
        parameter.requires_grad_(True)
    embeddings = model.network.lm_head.weight.detach()  # tied to the input's
    side, size = int(model.image_tokens**0.5), images.fixed.shape[1]
    learn, check = np.flatnonzero(~images.held_out), np.flatnonzero(images.held_out)[:512]
    unit = embeddings.pow(2).mean() * 4

    def error(rows: NDArray[np.int64], rng: np.random.Generator | None = None) -> Tensor:
        """Squared error where an object is, plus that elsewhere, relative to the embeddings."""
        objects = images.objects[rows]
        wanted, here = token_targets(objects, embeddings, model.vocabulary, side, size)
        with torch.autocast("cpu", torch.bfloat16):
            tokens = projector(features(rows, rng))
        off = (tokens.float() - wanted).pow(2).mean(-1) / unit
        return off[here].sum() / here.sum().clamp(min=1) + off[~here].mean()

    def loss(rng: np.random.Generator) -> tuple[Tensor, Metrics]:
        rows = np.sort(rng.choice(learn, min(stage.pictures, len(learn)), False))
        return error(rows, rng), {}

    return fit(
        folder, projector, projector.parameters(), loss,
        lambda: {"loss": error(check if len(check) else learn[:64]).item()}, stage.schedule,
    )  # fmt: skip
