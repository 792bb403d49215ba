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
from cerebellum.inputs import Floats
from cerebellum.network import Controller
from cerebellum.statistics import Statistics
from cerebellum.weights import load_model

Mode = Literal["eager", "compile", "cuda_graph"]
BATCH = 50  # senses at once in float64


class TorchEngine(EulerEngine):
    """A model folder in torch, float32; see :class:`cerebellum.engines.protocol.Engine`.

    Args:
        mode: eager; compile: torch.compile, static shapes; cuda_graph: one graph a part.
        device: "cpu" or "cuda".

    Raises:
        EngineError: no CUDA where it is asked for.
    """

    def __init__(self, model: Path, mode: Mode = "eager", device: str = "cpu") -> None:
        if device == "cuda" and not torch.cuda.is_available():
            raise EngineError("torch has no CUDA here; `pontine doctor` looks at the driver")
        if mode == "cuda_graph" and device != "cuda":
            raise EngineError("CUDA graphs need device='cuda'")
        network, config = load_model(model)
        network = network.to(device)
        self._device = device
        self._encoder: Callable[..., Any] = network.encoder
        self._field: Callable[..., Any] = network.field
        if mode == "compile":
            self._encoder = torch.compile(network.encoder, dynamic=False)
            self._field = torch.compile(network.field, dynamic=False)
        self._held: tuple[Tensor, ...] = ()
        provider = f"torch {mode}"
        description = {
            **model_facts(config),
            "engine": "torch",
            "precision": "fp32",
            "euler_steps": flow.EULER_STEPS,
            "statistics": Statistics.load(model).config(),
            "verified": {provider: {"device": _name(device), "computes_in": {"float32": "all"}}},
        }
        super().__init__(description, provider, _name(device))
        if mode == "cuda_graph":
            self._capture(network)

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
        return self._field(self._put(z), self._put(t), *self._held).cpu().numpy()

    def _put(self, values: Floats) -> Tensor:
        return torch.from_numpy(values).to(self._device)

    def _capture(self, network: Controller) -> None:
        zeros = Senses.zeros(network.config.joints)
        senses = tuple(self._put(getattr(zeros, name)) for name in ENCODER_INPUTS)
        with torch.no_grad():
            context, _ = network.encoder(*senses)
        state = tuple(
            self._put(value)
            for value in (zeros.noise, self._times[0], zeros.prefix, zeros.prefix_mask)
        )
        self._encoder = _graphed(network.encoder, senses)
        self._field = _graphed(network.field, (*state[:2], context, *state[2:]))


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


def _graphed(module: nn.Module, inputs: tuple[Tensor, ...]) -> Callable[..., Any]:
    with torch.no_grad():
        return torch.cuda.make_graphed_callables(module.requires_grad_(False), inputs)
