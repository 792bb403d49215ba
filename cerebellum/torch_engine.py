"""The controller in torch: the reference that exported engines are judged against.

Not part of the run time: what drives a robot never loads torch.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from cerebellum import flow
from cerebellum.engines.build import model_facts
from cerebellum.engines.cuda import gpu_name
from cerebellum.engines.device import cpu_name
from cerebellum.engines.euler import EulerEngine
from cerebellum.engines.protocol import ENCODER_INPUTS, EngineError, Senses
from cerebellum.export.graphs import Half
from cerebellum.inputs import Floats
from cerebellum.statistics import Statistics
from cerebellum.weights import load_model

Mode = Literal["eager", "compile", "cuda_graph"]
BATCH = 50  # senses at once in float64


class TorchEngine(EulerEngine):
    """A model folder in torch; see :class:`cerebellum.engines.protocol.Engine`.

    Args:
        mode: eager; compile: torch.compile, static shapes; cuda_graph: one graph a part.
        device: "cpu" or "cuda".
        half: weights and arithmetic in float16, as in an fp16 export.

    Raises:
        EngineError: no CUDA where it is asked for.
    """

    def __init__(
        self, model: Path, mode: Mode = "eager", device: str = "cpu", half: bool = False
    ) -> None:
        if device == "cuda" and not torch.cuda.is_available():
            raise EngineError("torch has no CUDA here; `pontine doctor` looks at the driver")
        if mode == "cuda_graph" and device != "cuda":
            raise EngineError("CUDA graphs need device='cuda'")
        network, config = load_model(model)
        self._device = device
        parts: list[Any] = [network.encoder.to(device), network.field.to(device)]
        if half:
            parts = [Half(part) for part in parts]
        if mode == "cuda_graph":
            parts = _graphed(parts, Senses.zeros(network.config.joints), device)
        elif mode == "compile":
            parts = [torch.compile(part, dynamic=False) for part in parts]
        self._encoder, self._field = parts
        self._held: tuple[Tensor, ...] = ()
        provider = f"torch {mode.replace('_', ' ')}"
        dtype = "float16" if half else "float32"
        description = {
            **model_facts(config),
            "engine": "torch",
            "precision": "fp16" if half else "fp32",
            "euler_steps": flow.EULER_STEPS,
            "statistics": Statistics.load(model).config(),
            "verified": {provider: {"device": _name(device), "computes_in": dtype}},
        }
        super().__init__(description, provider, _name(device))

    @classmethod
    def load(cls, folder: Path) -> "TorchEngine":
        return cls(folder)

    @torch.inference_mode()
    def encode(self, senses: Senses) -> Floats:
        context, gates = self._encoder(*(self._put(getattr(senses, n)) for n in ENCODER_INPUTS))
        self._held = context, self._put(senses.prefix), self._put(senses.prefix_mask)
        return gates.cpu().numpy()

    @torch.inference_mode()
    def velocity(self, z: Floats, t: Floats) -> Floats:
        found = self._field(self._put(z), self._put(t), *self._held)
        return (found[0] if isinstance(found, tuple) else found).cpu().numpy()

    def _put(self, values: Floats) -> Tensor:
        return torch.from_numpy(values).to(self._device)


def reference(model: Path, senses: Sequence[Senses]) -> Floats:
    """(N, 16, 5) normalised chunks in float64, rounded to nothing: what a gate compares with."""
    network, _ = load_model(model)
    network = network.double()
    chunks = []
    for start in range(0, len(senses), BATCH):
        batch = stack(senses[start : start + BATCH])
        values = {name: torch.from_numpy(array).double() for name, array in batch.items()}
        chunk = flow.sample(
            network, values, noise=values["noise"], gate_override=values["gate_override"]
        )
        chunks.append(chunk.numpy())
    return np.concatenate(chunks)


def stack(senses: Sequence[Senses]) -> dict[str, Floats]:
    """Many decisions' inputs along the leading axis."""
    return {name: np.concatenate([getattr(s, name) for s in senses]) for name in vars(senses[0])}


def _name(device: str) -> str:
    return cpu_name() if device == "cpu" else gpu_name()


def _graphed(parts: list[nn.Module], zeros: Senses, device: str) -> list[Callable[..., Any]]:
    """Encoder and field, each captured as one CUDA graph."""
    values = {name: torch.from_numpy(value).to(device) for name, value in vars(zeros).items()}
    senses = tuple(values[name] for name in ENCODER_INPUTS)
    with torch.no_grad():
        context, _ = parts[0](*senses)
        one = torch.ones(1, device=device)
        state = (values["noise"], one, context, values["prefix"], values["prefix_mask"])
        return [
            torch.cuda.make_graphed_callables(part.requires_grad_(False), inputs)
            for part, inputs in zip(parts, (senses, state), strict=True)
        ]
