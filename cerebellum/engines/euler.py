"""The Euler loop on the host, which every engine shares: encoder once, field once a step."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np

from cerebellum.engines.protocol import Senses
from cerebellum.inputs import Floats


class EulerEngine(ABC):
    """An engine made of two graphs; subclasses run them.

    Args:
        description: engine.json. provider, device: what the graphs run on.
    """

    def __init__(self, description: dict[str, Any], provider: str, device: str) -> None:
        self._description = {**description, "provider": provider, "device": device}
        steps = int(description["euler_steps"])
        self._times = [np.array([1.0 - k / steps], dtype=np.float32) for k in range(steps)]
        self._size = np.float32(1.0 / steps)

    @classmethod
    @abstractmethod
    def load(cls, folder: Path) -> "EulerEngine":
        """See :class:`cerebellum.engines.protocol.Engine`."""

    @abstractmethod
    def encode(self, senses: Senses) -> Floats:
        """Gates (1, 3); context and committed prefix are kept for :meth:`velocity`."""

    @abstractmethod
    def velocity(self, z: Floats, t: Floats) -> Floats:
        """The field (1, 16, 5) at z (1, 16, 5) and time t (1,), given what was encoded last."""

    def infer(self, senses: Senses) -> tuple[Floats, Floats]:
        gates = self.encode(senses)
        z = senses.noise
        for t in self._times:
            z = z - self._size * self.velocity(z, t)
        keep = senses.prefix_mask[..., None]
        return (z * (1 - keep) + senses.prefix * keep)[0], gates[0]

    def warm_up(self) -> None:
        self.infer(Senses.zeros(len(self._description["joint_names"])))

    def describe(self) -> dict[str, Any]:
        return dict(self._description)
