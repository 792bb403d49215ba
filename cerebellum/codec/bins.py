"""A motion chunk in one integer per step and dimension: the baseline of RT-2 and OpenVLA.

Each dimension is cut into 256 uniform bins between the 1st and 99th percentile of the data (Brohan
et al. 2023; Kim et al. 2024); those of a gripper that is open or closed are 0 and 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from body.arrays import Array, finite_array
from body.errors import RangeError
from body.motion import HORIZON
from cerebellum.codec.aim import uniform_bins
from cerebellum.codec.protocol import Codec
from cerebellum.state import CommandState


@dataclass(frozen=True)
class BinsCodec(Codec):
    """Chunks (`steps`, D).

    Attributes:
        low, high: (D,) the ranges; dx, dy, dz (m), dyaw (rad) and gripper on the tabletop.
        bins: of each. switch: the last dimension is 0 or 1.
    """

    kind: ClassVar[str] = "bins"
    low: tuple[float, ...]
    high: tuple[float, ...]
    bins: int = 256
    steps: int = HORIZON
    switch: bool = True

    def __post_init__(self) -> None:
        if any(a >= b for a, b in zip(self.low, self.high, strict=True)):
            raise RangeError(f"bins codec: low {self.low} must lie below high {self.high}")

    @property
    def length(self) -> int:  # type: ignore[override]
        return self.steps * len(self.low)

    @property
    def vocabulary(self) -> tuple[int, ...]:  # type: ignore[override]
        return (self.bins,) * self.length

    def config(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "low": list(self.low), "high": list(self.high), "bins": self.bins,
            "steps": self.steps, "switch": self.switch,
        }  # fmt: skip

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "BinsCodec":
        ranges = tuple(config["low"]), tuple(config["high"])
        return cls(*ranges, int(config["bins"]), int(config["steps"]), bool(config["switch"]))

    @classmethod
    def fit(cls, chunks: Array, switch: bool = True) -> "BinsCodec":
        """Ranges from `chunks` (N, steps, D)."""
        steps, dimensions = chunks.shape[1:]
        flat = np.asarray(chunks, dtype=np.float64).reshape(-1, dimensions)
        low, high = np.percentile(flat, [1, 99], axis=0)
        low, high = np.minimum(low, -1e-3), np.maximum(high, 1e-3)
        if switch:
            low[-1], high[-1] = 0.0, 1.0
        ranges = tuple(np.round(low, 6).tolist()), tuple(np.round(high, 6).tolist())
        return cls(*ranges, steps=steps, switch=switch)

    def encode_rows(self, chunks: Array) -> NDArray[np.int64]:
        """(N, length) codes of `chunks` (N, steps, D)."""
        ranges = list(zip(self.low, self.high, strict=True))
        return uniform_bins(chunks, ranges, self.bins).reshape(len(chunks), -1)

    def encode(self, plan: Array, state: CommandState | None = None) -> tuple[int, ...]:
        chunk = finite_array("plan", plan, (self.steps, len(self.low)))
        return tuple(self.encode_rows(chunk[None])[0].tolist())

    def decode(self, codes: Sequence[int], state: CommandState | None = None) -> Array:
        self.check(codes)
        low, high = np.array(self.low), np.array(self.high)
        grid = np.asarray(codes).reshape(self.steps, len(low))
        chunk = low + (grid + 0.5) * (high - low) / self.bins
        if self.switch:
            chunk[:, -1] = chunk[:, -1] > 0.5
        return chunk
