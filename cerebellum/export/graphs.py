"""A controller's two graphs in ONNX: the encoder, and one evaluation of the flow field.

Shapes are static (batch 1), inputs and outputs float32; the Euler loop stays on the host, and the
committed prefix is inside the field. In half precision weights and arithmetic are float16, but for
the phase of the time embedding: t times up to 100 rad needs more digits.
"""

import copy
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from cerebellum.engines.onnx_engine import ENCODER, FIELD
from cerebellum.engines.protocol import ENCODER_INPUTS, FIELD_INPUTS
from cerebellum.export.samples import random_senses
from cerebellum.network import Controller, Field

OPSET = 20


def write_graphs(model: Controller, folder: Path, half: bool = False) -> None:
    """Write encoder.onnx and field.onnx of `model` into `folder`."""
    batch = example(model)
    senses = tuple(batch[name] for name in ENCODER_INPUTS)
    with torch.no_grad():
        context, _ = model.encoder(*senses)
    state = (batch["noise"], torch.ones(1), context, batch["prefix"], batch["prefix_mask"])
    encoder: nn.Module = model.encoder
    field: nn.Module = model.field
    if half:
        encoder, field = Half(encoder), Half(field)
    _write(encoder, senses, folder / ENCODER, ENCODER_INPUTS, ("context", "gates"))
    _write(field, state, folder / FIELD, FIELD_INPUTS, ("velocity",))


def example(model: Controller, seed: int = 0) -> dict[str, Tensor]:
    """Random inputs for one decision, two steps committed, as tensors by name."""
    (senses,) = random_senses(model.config.joints, 1, seed, committed=2)
    return {name: torch.from_numpy(value) for name, value in vars(senses).items()}


class Half(nn.Module):
    """A part in float16 between float32 inputs and outputs."""

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self.part = copy.deepcopy(part).half()
        if isinstance(part, Field):
            self.part.rates = part.rates  # type: ignore[assignment]
        self._float32 = (FIELD_INPUTS.index("t"),) if isinstance(part, Field) else ()

    def forward(self, *values: Tensor) -> tuple[Tensor, ...]:
        halved = (v if i in self._float32 else v.half() for i, v in enumerate(values))
        found = self.part(*halved)
        many = found if isinstance(found, tuple) else (found,)
        return tuple(value.float() for value in many)


def _write(
    module: nn.Module,
    example: tuple[Tensor, ...],
    path: Path,
    names: tuple[str, ...],
    outputs: tuple[str, ...],
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), example, str(path), input_names=names, output_names=outputs,
            dynamo=True, opset_version=OPSET, external_data=False, optimize=True, verbose=False,
        )  # fmt: skip
