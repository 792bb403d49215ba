"""Stage 4: projector and language model on dialogues, over the frozen encoder.

Here the plateau is left: which object the words mean, where it is, what comes next, which codes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import nn

from brain.train.dialogue import Dialogues, Features
from brain.train.fitting import Stage, fit_stage
from learning.objective import Metrics
from learning.run import Run
from learning.schedule import Schedule


@dataclass(frozen=True)
class InstructStage:
    """Projector and language model on thought and action tokens."""

    schedule: Schedule = field(
        default_factory=lambda: Schedule(minutes=30, learning_rate=2e-3, validate_every=180)
    )
    compile: bool = False
    """Compile the language model's layers (torch.compile; a C++ compiler is needed): steps take a
    sixth less, after a minute or two."""


def train_instruct(
    dialogues: Dialogues, features: Features, stage: InstructStage, run: Run
) -> Metrics:
    """Train projector and language model in place; the encoder stays frozen."""
    layers = dialogues.model.network.model.language_model.layers
    with compiled(layers if stage.compile else nn.ModuleList()):
        return fit_language_side(dialogues, features, stage, run)


@contextmanager
def compiled(layers: nn.ModuleList) -> Iterator[None]:
    """Within, `layers` are compiled for batches of any shape."""
    for layer in layers:
        layer.compile(dynamic=True)
    try:
        yield
    finally:
        for layer in layers:
            layer._compiled_call_impl = None


def fit_language_side(dialogues: Dialogues, features: Features, stage: Stage, run: Run) -> Metrics:
    """Train all but the encoder on `dialogues`; what the grounding stage does too."""
    torch.manual_seed(stage.schedule.seed)
    model = dialogues.model.network.model
    for parameter in dialogues.model.network.parameters():
        parameter.requires_grad_(False)
    trained = nn.ModuleList([model.multi_modal_projector, model.language_model])
    for parameter in trained.parameters():
        parameter.requires_grad_(True)

    def validate() -> Metrics:
        with torch.compiler.set_stance("force_eager"):  # float32, of other shapes: not worth it
            return dialogues.figures(features)

    return fit_stage(
        run, stage, trained, trained.parameters(), dialogues.draw,
        lambda batch, rng: dialogues.step(features, batch, rng), validate,
    )  # fmt: skip
