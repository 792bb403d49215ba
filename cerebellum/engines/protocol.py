"""What runs the controller's network at run time, whatever it is built with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from body.errors import BodyError
from cerebellum.inputs import Floats


class EngineError(BodyError):
    """An engine cannot be built, or does not belong to the model it is loaded for."""


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
        """The engine.json it was built with: hashes, names, versions, parity."""
        ...
