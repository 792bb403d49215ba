"""Stage 2: the language model alone, on the text of instructions, thoughts and actions.

No picture: it learns the words, the grammar of thoughts, how a thought follows from the instruction
and the report, and that codes repeat the places a thought names.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from brain.train.fitting import fit_stage
from brain.train.rows import Rows
from brain.vision_language_model import VisionLanguageModel
from learning.device import autocast
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule


@dataclass(frozen=True)
class LanguageStage:
    """Language model alone, next-token prediction on whole rows."""

    schedule: Schedule = field(
        default_factory=lambda: Schedule(minutes=2, learning_rate=2e-3, validate_every=30)
    )
    batch: int = 64
    """Rows a step."""


def _batch(rows: Rows, chosen: np.ndarray) -> tuple[Tensor, Tensor]:
    """Ids (B, T) and labels (B, T) with -100 where there is nothing to predict."""
    width = int((rows.start[chosen + 1] - rows.start[chosen]).max())
    ids = np.zeros((len(chosen), width), np.int64)
    labels = np.full((len(chosen), width), -100, np.int64)
    for b, row in enumerate(chosen):
        own = rows.of(int(row))
        ids[b, : len(own)] = own
        labels[b, : len(own) - 1] = own[1:]
    return torch.from_numpy(ids), torch.from_numpy(labels)


def train_language(
    model: VisionLanguageModel, rows: Rows, stage: LanguageStage, run: Run
) -> Metrics:
    """Train the language model of `model` in place, everything else untouched."""
    torch.manual_seed(stage.schedule.seed)
    network = model.network
    language, head = network.model.language_model, network.lm_head
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for parameter in language.parameters():
        parameter.requires_grad_(True)
    split = max(1, len(rows) // 20)
    learn, check = np.arange(len(rows))[split:], np.arange(len(rows))[:split]

    def value(chosen: np.ndarray) -> Tensor:
        on = network.device
        ids, labels = (part.to(on) for part in _batch(rows, chosen))
        # rows stand where they will stand behind an image
        position = torch.arange(ids.shape[1], device=on)[None] + model.image_tokens
        with autocast(on):
            hidden = language(input_ids=ids, position_ids=position.expand_as(ids), use_cache=False)
            logits = hidden.last_hidden_state[labels >= 0] @ head.weight.T
        return nn.functional.cross_entropy(logits.float(), labels[labels >= 0])

    def draw(rng: np.random.Generator) -> np.ndarray:
        return rng.choice(learn if len(learn) else check, stage.batch)

    def loss(chosen: np.ndarray, _: np.random.Generator) -> tuple[Tensor, Metrics]:
        return value(chosen), {}

    def validate() -> Metrics:
        return {"loss": value(check[:: max(1, len(check) // 256)]).item()}

    return fit_stage(run, stage, language, language.parameters(), draw, loss, validate)
