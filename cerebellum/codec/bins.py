"""A motion chunk in one integer per step and dimension: the baseline of RT-2 and OpenVLA.

Each dimension is cut into 256 uniform bins between the 1st and 99th percentile of the data (Brohan
et al. 2023; Kim et al. 2024); those of a gripper that is open or closed are 0 and 1.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.contract.errors import RangeError
from body.geometry.motion import HORIZON
from cerebellum.codec.aim import uniform_bins
from cerebellum.codec.chunks import ChunkCodec, ranges


@dataclass(frozen=True)
class BinsCodec(ChunkCodec):
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
    def shape(self) -> tuple[int, int]:
        return self.steps, len(self.low)

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
        spans = tuple(config["low"]), tuple(config["high"])
        return cls(*spans, int(config["bins"]), int(config["steps"]), bool(config["switch"]))

    @classmethod
    def fit(cls, chunks: Array, switch: bool = True) -> "BinsCodec":
        """Ranges from `chunks` (N, steps, D)."""
        low, high = ranges(chunks)
        if switch:
            low[-1], high[-1] = 0.0, 1.0
        spans = tuple(np.round(low, 6).tolist()), tuple(np.round(high, 6).tolist())
        return cls(*spans, steps=chunks.shape[1], switch=switch)

    def encode_rows(self, chunks: Array) -> NDArray[np.int64]:
        spans = list(zip(self.low, self.high, strict=True))
        return uniform_bins(chunks, spans, self.bins).reshape(len(chunks), -1)

    def decode_rows(self, codes: NDArray[np.int64]) -> Array:
        low, high = np.array(self.low), np.array(self.high)
        grid = codes.reshape(len(codes), *self.shape)
        chunks: Array = low + (grid + 0.5) * (high - low) / self.bins
        if self.switch:
            chunks[..., -1] = chunks[..., -1] > 0.5
        return chunks
