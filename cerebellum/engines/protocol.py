"""What runs the controller's network at run time, whatever it is built with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from body.contract.errors import BodyError
from body.geometry.motion import HORIZON
from cerebellum import inputs
from cerebellum.inputs import Floats

ENCODER_INPUTS = ("token", "proprio", "force", "wrist", "gate_override")
FIELD_INPUTS = ("z", "t", "context", "prefix", "prefix_mask")


class EngineError(BodyError):
    """An engine cannot be built or run here, does not belong to the model, or failed its gate."""


@dataclass(frozen=True, eq=False)
class Senses:
    """The network's inputs for one decision; leading axis 1, see :mod:`cerebellum.inputs`.

    Attributes:
        token (1, 12), proprio (1, P), force (1, 6), wrist (1, 4, 64, 64),
        prefix (1, 16, 5) normalised committed actions, prefix_mask (1, 16),
        gate_override (1, 3): at least 0 where a gate is forced,
        noise (1, 16, 5): where the integration starts.
    """

    token: Floats
    proprio: Floats
    force: Floats
    wrist: Floats
    prefix: Floats
    prefix_mask: Floats
    gate_override: Floats
    noise: Floats

    @classmethod
    def zeros(cls, joints: int) -> "Senses":
        """Nothing sensed and nothing committed, for an arm of `joints` joints."""
        size, chunk = inputs.IMAGE_SIZE, (1, HORIZON, inputs.ACTION_SIZE)
        shapes = {
            "token": (1, inputs.TOKEN_SIZE),
            "proprio": (1, inputs.proprio_size(joints)),
            "force": (1, inputs.FORCE_SIZE),
            "wrist": (1, 4, size, size),
            "prefix": chunk,
            "prefix_mask": (1, HORIZON),
            "noise": chunk,
        }
        learned = np.full((1, len(inputs.MODALITIES)), -1, np.float32)
        arrays = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
        return cls(gate_override=learned, **arrays)


class Engine(Protocol):
    """Loaded once, warmed up once, asked at every replanning."""

    @classmethod
    def load(cls, folder: Path) -> "Engine":
        """Load the graphs in `folder`; :class:`EngineError` names what is wrong with them."""
        ...

    def warm_up(self) -> None:
        """Run once on zeros, so that the first decision is as fast as the others."""
        ...

    def infer(self, senses: Senses) -> tuple[Floats, Floats]:
        """Normalised chunk (16, 5) and gates (3,) in the order of `inputs.MODALITIES`."""
        ...

    def describe(self) -> dict[str, Any]:
        """The engine.json it was built with, and `provider` and `device`: what it runs on now."""
        ...
